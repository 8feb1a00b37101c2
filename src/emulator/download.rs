//! Objects given back: who may have them, which bytes of them, and with which headers.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use super::answer::Refusal;
use super::auth::{self, Purpose};
use super::paths::Resource;
use super::records::Attributes;
use super::service::Service;
use crate::sign::Credentials;
use crate::wire::{AUTHORITIES, code};

/// What a download is called where operations have names.
pub const DOWNLOAD: &str = "download";

/// An object opened for a download.
#[derive(Debug)]
pub struct Download {
    /// The rest of the file that belongs to the answer.
    pub bytes: std::io::Take<File>,
    /// What is sent.
    pub range: Range<u64>,
    /// Whether `range` is what the client asked for, and not all there is.
    pub partial: bool,
    /// Length of the whole object in bytes.
    pub size: u64,
    /// What is remembered about the object.
    pub attributes: Attributes,
}

/// Why there is no download.
#[derive(Debug)]
pub enum NoDownload {
    /// Refused by code.
    Refused(Refusal),
    /// The range lies outside of the object, whose length in bytes is this.
    OutOfRange(u64),
}

impl From<Refusal> for NoDownload {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<std::io::Error> for NoDownload {
    fn from(error: std::io::Error) -> Self {
        Self::Refused(error.into())
    }
}

impl Service {
    /// Opens an object for a download. A signature is needed for a private object, and checked
    /// wherever there is one (PROTOCOL §2.4).
    pub fn download(
        &self,
        accounts: &[Credentials],
        resource: &Resource,
        sign: Option<&str>,
        range: Option<&str>,
        now: u64,
    ) -> Result<Download, NoDownload> {
        if resource.is_dir() {
            return Err(Refusal::of(code::DOWNLOAD_NOT_FOUND).into());
        }
        self.known_bucket(resource)?;
        let object = self.storage.opened(resource)?;
        let private = object
            .as_ref()
            .is_some_and(|(_, object)| object.authority == AUTHORITIES[1] || object.forbid != 0);
        let signed = sign.is_some_and(|sign| !sign.trim().is_empty());
        if private || signed {
            let verified = auth::verify(accounts, sign, resource, Purpose::Download, now)?;
            self.permit(DOWNLOAD, &verified)?;
        }
        let Some((mut file, attributes)) = object else {
            let unfinished = self.session(resource)?.is_some();
            return Err(Refusal::of(if unfinished {
                code::DOWNLOAD_UNFINISHED
            } else {
                code::DOWNLOAD_NOT_FOUND
            })
            .into());
        };
        if attributes.forbid != 0 {
            return Err(Refusal::of(code::DENIED).into());
        }
        let size = file.metadata()?.len();
        let asked = match range.map(|range| parse_range(range, size)) {
            Some(Asked::Nothing) => return Err(NoDownload::OutOfRange(size)),
            Some(Asked::Range(range)) => Some(range),
            Some(Asked::Unclear) | None => None,
        };
        let partial = asked.is_some();
        let range = asked.unwrap_or(0..size);
        file.seek(SeekFrom::Start(range.start))?;
        Ok(Download {
            bytes: file.take(range.end - range.start),
            range,
            partial,
            size,
            attributes,
        })
    }
}

/// What a `Range` header asks for.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    /// These bytes.
    Range(Range<u64>),
    /// Bytes that are not there.
    Nothing,
    /// Something that is not understood: then the header does not count.
    Unclear,
}

fn parse_range(text: &str, size: u64) -> Asked {
    let Some((first, last)) = text
        .trim()
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'))
    else {
        return Asked::Unclear;
    };
    let (first, last) = (first.trim(), last.trim());
    let range = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(size),
        (Ok(first), Err(_)) if last.is_empty() => first..size,
        (Err(_), Ok(tail)) if first.is_empty() => size.saturating_sub(tail)..size,
        _ => return Asked::Unclear,
    };
    if range.start < range.end {
        Asked::Range(range)
    } else {
        Asked::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        for (text, expected) in [
            ("bytes=0-3", Asked::Range(0..4)),
            ("bytes=4-", Asked::Range(4..10)),
            ("bytes=-3", Asked::Range(7..10)),
            ("bytes=-30", Asked::Range(0..10)),
            ("bytes=8-99", Asked::Range(8..10)),
            ("bytes=10-", Asked::Nothing),
            ("bytes=-0", Asked::Nothing),
            ("bytes=3-2", Asked::Unclear),
            ("bytes=0-1,4-5", Asked::Unclear),
            ("lines=0-1", Asked::Unclear),
        ] {
            assert_eq!(parse_range(text, 10), expected, "{text}");
        }
    }
}
