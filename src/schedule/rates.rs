//! `--limit-rate`: one rate, or rates by the hour.

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use jiff::Zoned;
use jiff::civil::DateTime;

use super::{DAY, ScheduleError, next_moment, parse_clock, parse_day, reading};

/// How fast to send, by the local clock: `10M`, `off`, or a timetable like `08:00,2M 19:00,off`,
/// where each entry holds until the next and the last one of the day until the first of the next.
/// An entry may name its day, as in `Sat-00:00,off`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rates {
    text: String,
    /// Minutes since Monday's midnight and the rate from then on, in that order; never empty.
    entries: Vec<(u16, Option<NonZeroU64>)>,
}

impl Rates {
    /// The rate in force, in bytes per second; `None` when there is none.
    pub fn at(&self, now: &Zoned) -> Option<NonZeroU64> {
        self.reads(now.datetime())
    }

    /// When another rate comes into force, if ever.
    pub fn changes(&self, now: &Zoned) -> Option<Zoned> {
        let rate = self.at(now);
        let minutes: Vec<_> = self
            .entries
            .iter()
            .map(|(minute, _)| minute % DAY)
            .collect();
        next_moment(now, &minutes, |at| self.reads(at) != rate)
    }

    /// Whether it limits anything at any time.
    pub fn limits(&self) -> bool {
        self.entries.iter().any(|(_, rate)| rate.is_some())
    }

    fn reads(&self, at: DateTime) -> Option<NonZeroU64> {
        let (day, minute) = reading(at);
        let minute = u16::try_from(day.to_monday_zero_offset()).unwrap_or(0) * DAY + minute;
        let before = self.entries.partition_point(|(from, _)| *from <= minute);
        let entry = before.checked_sub(1).unwrap_or(self.entries.len() - 1);
        self.entries[entry].1
    }
}

impl fmt::Display for Rates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Rates {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        let mut entries = Vec::new();
        if text.contains(',') {
            for item in text.split_whitespace() {
                parse_entry(item, &mut entries)?;
            }
        } else {
            entries.push((0, parse_rate(text.trim())?));
        }
        entries.sort_by_key(|(minute, _)| *minute);
        if entries.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(ScheduleError::new("two entries begin at the same time"));
        }
        Ok(Self {
            text: text.trim().to_owned(),
            entries,
        })
    }
}

fn parse_entry(
    text: &str,
    entries: &mut Vec<(u16, Option<NonZeroU64>)>,
) -> Result<(), ScheduleError> {
    let unreadable = || {
        ScheduleError::new(format!(
            "'{text}' is not an entry like 08:00,2M or Sat-00:00,off"
        ))
    };
    let (when, rate) = text.split_once(',').ok_or_else(unreadable)?;
    let (day, time) = match when.split_once('-') {
        Some((day, time)) => (Some(parse_day(day).ok_or_else(unreadable)?), time),
        None => (None, when),
    };
    let minute = parse_clock(time)
        .filter(|minute| *minute < DAY)
        .ok_or_else(unreadable)?;
    let rate = parse_rate(rate)?;
    let days = match day {
        Some(day) => {
            let day = u16::try_from(day.to_monday_zero_offset()).unwrap_or(0);
            day..day + 1
        }
        None => 0..7,
    };
    entries.extend(days.map(|day| (day * DAY + minute, rate)));
    Ok(())
}

/// Bytes per second: digits, perhaps a fraction, and K, M, G or T for powers of 1024; `off` or 0
/// for no limit.
fn parse_rate(text: &str) -> Result<Option<NonZeroU64>, ScheduleError> {
    let unreadable = || {
        ScheduleError::new(format!(
            "'{text}' is not a rate like 10M, 500K, 1.5M or off"
        ))
    };
    if text.eq_ignore_ascii_case("off") {
        return Ok(None);
    }
    let digits = text.trim_end_matches(|last: char| last.is_ascii_alphabetic());
    let shift = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        "t" | "tb" | "tib" => 40,
        _ => return Err(unreadable()),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| {
        !part.is_empty() && part.len() <= 12 && part.bytes().all(|b| b.is_ascii_digit())
    };
    if !all_digits(whole) || !all_digits(fraction) {
        return Err(unreadable());
    }
    let unit = 1_u128 << shift;
    let scale = 10_u128.pow(u32::try_from(fraction.len()).unwrap_or(0));
    let parse = |part: &str| part.parse::<u128>().map_err(|_| unreadable());
    let bytes = parse(whole)? * unit + parse(fraction)? * unit / scale;
    let bytes = u64::try_from(bytes).map_err(|_| unreadable())?;
    if bytes == 0 && digits.bytes().any(|digit| matches!(digit, b'1'..=b'9')) {
        return Err(ScheduleError::new(format!(
            "'{text}' is less than a byte per second"
        )));
    }
    Ok(NonZeroU64::new(bytes))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::super::testing::{local, utc};
    use super::*;
    use proptest::prelude::*;

    fn rates(text: &str) -> Rates {
        text.parse().unwrap()
    }

    fn at(text: &str, now: &Zoned) -> (Option<u64>, Option<String>) {
        let rates = rates(text);
        (
            rates.at(now).map(NonZeroU64::get),
            rates
                .changes(now)
                .map(|at| at.strftime("%a %H:%M %Z").to_string()),
        )
    }

    #[test]
    fn one_rate_for_ever() {
        let now = local("2026-06-14T21:00:00");
        for (text, rate) in [
            ("10M", Some(10 << 20)),
            ("512", Some(512)),
            ("1.5k", Some(1536)),
            ("2GiB", Some(2 << 30)),
            ("off", None),
            ("0", None),
        ] {
            assert_eq!(at(text, &now), (rate, None), "{text}");
            assert_eq!(rates(text).limits(), rate.is_some());
        }
    }

    #[test]
    fn rates_by_the_hour() {
        let table = "08:00,2M 19:00,off";
        let mega = Some(2 << 20);
        for (now, rate, change) in [
            ("2026-06-10T07:59:59", None, "Wed 08:00 CEST"),
            ("2026-06-10T08:00:00", mega, "Wed 19:00 CEST"),
            ("2026-06-10T18:59:59", mega, "Wed 19:00 CEST"),
            ("2026-06-10T19:00:00", None, "Thu 08:00 CEST"),
            ("2026-06-10T23:59:59", None, "Thu 08:00 CEST"),
        ] {
            assert_eq!(at(table, &local(now)), (rate, Some(change.into())), "{now}");
        }
    }

    #[test]
    fn an_entry_may_name_its_day() {
        let table = "Mon-08:00,1M Fri-18:00,off";
        for (now, rate, change) in [
            ("2026-06-08T07:00:00", None, "Mon 08:00 CEST"),
            ("2026-06-10T03:00:00", Some(1 << 20), "Fri 18:00 CEST"),
            ("2026-06-13T03:00:00", None, "Mon 08:00 CEST"),
        ] {
            assert_eq!(at(table, &local(now)), (rate, Some(change.into())), "{now}");
        }
    }

    #[test]
    fn the_nights_the_clock_is_moved() {
        let table = "02:30,1K 04:00,off";
        for (now, rate, change) in [
            ("2026-03-29T00:59:59Z", None, "Sun 03:00 CEST"),
            ("2026-03-29T01:00:00Z", Some(1024), "Sun 04:00 CEST"),
            ("2026-10-25T00:40:00Z", Some(1024), "Sun 02:00 CET"),
            ("2026-10-25T01:10:00Z", None, "Sun 02:30 CET"),
        ] {
            assert_eq!(at(table, &utc(now)), (rate, Some(change.into())), "{now}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for text in [
            "",
            ",",
            "fast",
            "1.M",
            ".5M",
            "-1",
            "1e9",
            "10X",
            "99999999999999999T",
            "0.0001",
            "08:00",
            "08:00,2M 19:00",
            "25:00,1M",
            "24:00,1M",
            "Foo-08:00,1M",
            "08:00,2M 08:00,3M",
        ] {
            assert!(text.parse::<Rates>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[0-9:,.KMGTof Mon-]{0,40}|.{0,40}") {
            if let Ok(rates) = text.parse::<Rates>() {
                rates.at(&local("2026-06-14T21:00:00"));
            }
        }
    }
}
