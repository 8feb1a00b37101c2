//! Values of the command line that are more than a word: remote paths, slice sizes, shards.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::destination::{self, BadDestination};
use crate::digest;
use crate::emulator::fault::LONGEST_SPAN;
use crate::remote::Target;
use crate::text::{parse_duration, parse_size};
use crate::wire;

/// A place on the server as people write it: `/bucket/path`, or `cos://bucket/path`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemotePath(pub Target);

impl RemotePath {
    /// Whether it names a directory rather than an object.
    pub fn is_dir(&self) -> bool {
        self.0.path.ends_with('/')
    }
}

impl fmt::Display for RemotePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for RemotePath {
    type Err = BadDestination;

    fn from_str(text: &str) -> Result<Self, BadDestination> {
        destination::parse(text).map(Self)
    }
}

/// Reads a slice size the service takes: 64K to 3M, above 1M only whole MiB (PROTOCOL §1.3).
pub fn parse_slice_size(text: &str) -> Result<u64, String> {
    let size = parse_size(text).map_err(|error| error.to_string())?;
    if digest::part_size(size) != size.min(digest::PART_SIZE) {
        return Err("slices are proved in whole blocks of 64 bytes; use 512K or 1M".to_owned());
    }
    if wire::slice_size_fits(size) {
        return Ok(size);
    }
    Err("the service takes 64K to 3M, above 1M only 2M and 3M".to_owned())
}

/// Reads a time to wait at the most: any duration but none at all, which no answer would meet.
pub fn parse_wait(text: &str) -> Result<Duration, String> {
    match parse_duration(text) {
        Ok(Duration::ZERO) => Err("no answer comes within no time; write 60s or so".to_owned()),
        Ok(wait) => Ok(wait),
        Err(error) => Err(error.to_string()),
    }
}

/// Reads a time that a server counts with: a year at the most, so that no clock runs over.
pub fn parse_span(text: &str) -> Result<Duration, String> {
    match parse_duration(text) {
        Ok(span) if span > LONGEST_SPAN => Err("365d is the most".to_owned()),
        Ok(span) => Ok(span),
        Err(error) => Err(error.to_string()),
    }
}

/// Reads how long a connection may be silent: not no time at all, for then none would be served.
pub fn parse_idle(text: &str) -> Result<Duration, String> {
    match parse_span(text)? {
        Duration::ZERO => Err("no request comes within no time; write 60s or so".to_owned()),
        idle => Ok(idle),
    }
}

/// Reads how much goes up in one request: at most 20M (PROTOCOL §5.3).
pub fn parse_threshold(text: &str) -> Result<u64, String> {
    let size = parse_size(text).map_err(|error| error.to_string())?;
    if size <= wire::WHOLE_LIMIT {
        return Ok(size);
    }
    Err("the service takes at most 20M in one request".to_owned())
}

/// Reads the name of a bucket (PROTOCOL §5.2).
pub fn parse_bucket(text: &str) -> Result<String, String> {
    if wire::bucket_name_fits(text) {
        return Ok(text.to_owned());
    }
    Err(format!(
        "a bucket has 1 to {} lower-case letters, digits and hyphens",
        wire::BUCKET_LIMIT
    ))
}

/// One of `count` equal shares of a tree, by the stable hash of each relative path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which share, from 1.
    pub index: u64,
    /// How many there are.
    pub count: u64,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "write I/N with 1 <= I <= N, as in 2/8".to_owned();
        let (index, count) = text.split_once('/').ok_or_else(wrong)?;
        let shard = Self {
            index: index.parse().map_err(|_| wrong())?,
            count: count.parse().map_err(|_| wrong())?,
        };
        if (1..=shard.count).contains(&shard.index) {
            Ok(shard)
        } else {
            Err(wrong())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn slice_sizes_are_those_the_service_takes() {
        for text in ["64K", "512K", "1M", "2M", "3M"] {
            assert!(parse_slice_size(text).is_ok(), "{text}");
        }
        for text in ["63K", "100000", "1500K", "4M", "0", "x"] {
            assert!(parse_slice_size(text).is_err(), "{text}");
        }
        assert!(parse_threshold("20M").is_ok() && parse_threshold("21M").is_err());
    }

    #[test]
    fn what_a_server_waits_for_has_an_end() {
        let day = |days: u64| Ok(Duration::from_secs(days * 86_400));
        assert_eq!(parse_span("365d"), day(365));
        assert_eq!(parse_span("0"), day(0));
        for text in ["366d", "365d1ms", "18446744073709551615s", "x"] {
            assert!(parse_span(text).is_err(), "{text}");
            assert!(parse_idle(text).is_err(), "{text}");
        }
        assert_eq!(parse_idle("1ms"), Ok(Duration::from_millis(1)));
        assert!(parse_idle("0s").is_err());
    }

    #[test]
    fn shards_count_from_one() {
        assert_eq!("2/8".parse(), Ok(Shard { index: 2, count: 8 }));
        for text in ["0/8", "9/8", "8", "a/b", "1/0"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }
}
