//! The receipt of one finished upload: a line of the ledger.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::digest::Sha1Sum;
use crate::store::Destination;

/// The version of the lines written here.
pub const VERSION: u32 = 1;

/// How every line begins; what tells a torn line from the last line of somebody's other file.
pub(super) const OPENING: &[u8] = br#"{"version":"#;

/// What is known of a file once its object is proved to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The absolute path of the local file.
    pub source: PathBuf,
    /// Its length in bytes.
    pub size: u64,
    /// When it was last changed.
    pub mtime: Timestamp,
    /// The sum of its bytes.
    pub sha1: Sha1Sum,
    /// The object, and the server it is on.
    pub destination: Destination,
    /// How many slices it was cut into; 0 when it went in one request or nothing had to be sent.
    pub slices: u64,
    /// Bytes this run sent.
    pub sent: u64,
    /// Bytes the server held before.
    pub held: u64,
    /// The id the server gave the last request.
    pub request_id: Option<String>,
    /// Where the object can be had.
    pub url: Option<String>,
    /// When work on the file began.
    pub started: Timestamp,
    /// When the object was proved.
    pub ended: Timestamp,
}

/// The shape of a line. Texts are borrowed, so that reading a million lines copies nothing.
#[derive(Serialize, Deserialize)]
pub(super) struct Line<'a> {
    pub(super) version: u32,
    #[serde(borrow)]
    source: Cow<'a, str>,
    /// The path in base64 when it is not UTF-8.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    source_base64: Option<Cow<'a, str>>,
    pub(super) size: u64,
    #[serde(borrow)]
    mtime: Cow<'a, str>,
    #[serde(borrow)]
    sha1: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) endpoint: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) appid: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) bucket: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) path: Cow<'a, str>,
    slices: u64,
    sent: u64,
    held: u64,
    #[serde(borrow, default)]
    request_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    url: Option<Cow<'a, str>>,
    #[serde(borrow)]
    started: Cow<'a, str>,
    #[serde(borrow)]
    ended: Cow<'a, str>,
}

impl<'a> Line<'a> {
    /// Reads a line; a line of a newer version is an error.
    pub(super) fn parse(line: &'a [u8]) -> anyhow::Result<Self> {
        #[derive(Deserialize)]
        struct Version {
            version: u32,
        }
        match serde_json::from_slice::<Self>(line) {
            Ok(line) if line.version == VERSION => Ok(line),
            parsed => {
                let version = match &parsed {
                    Ok(line) => Some(line.version),
                    Err(_) => serde_json::from_slice::<Version>(line)
                        .ok()
                        .map(|line| line.version),
                };
                match version {
                    Some(version) if version > VERSION => bail!(Newer(version)),
                    _ => bail!("not a receipt"),
                }
            }
        }
    }

    pub(super) fn source(&self) -> anyhow::Result<Cow<'_, Path>> {
        let Some(encoded) = &self.source_base64 else {
            return Ok(Cow::Borrowed(Path::new(self.source.as_ref())));
        };
        let bytes = BASE64_STANDARD
            .decode(encoded.as_bytes())
            .context("source_base64 is not base64")?;
        Ok(Cow::Owned(OsStr::from_bytes(&bytes).into()))
    }

    pub(super) fn mtime(&self) -> anyhow::Result<Timestamp> {
        moment(&self.mtime)
    }
}

/// The line was written by a newer version of this program.
#[derive(Debug)]
pub(super) struct Newer(u32);

impl std::fmt::Display for Newer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a receipt of version {}, newer than this cosup", self.0)
    }
}

impl std::error::Error for Newer {}

fn moment(text: &str) -> anyhow::Result<Timestamp> {
    text.parse()
        .with_context(|| format!("'{text}' is not a moment"))
}

impl Receipt {
    /// The line, with its newline.
    pub fn to_line(&self) -> anyhow::Result<Vec<u8>> {
        let source = self.source.to_string_lossy();
        let source_base64 = matches!(source, Cow::Owned(_)).then(|| {
            BASE64_STANDARD
                .encode(self.source.as_os_str().as_bytes())
                .into()
        });
        let line = Line {
            version: VERSION,
            source,
            source_base64,
            size: self.size,
            mtime: self.mtime.to_string().into(),
            sha1: self.sha1.to_string().into(),
            endpoint: self.destination.endpoint.as_str().into(),
            appid: self.destination.appid.as_str().into(),
            bucket: self.destination.bucket.as_str().into(),
            path: self.destination.path.as_str().into(),
            slices: self.slices,
            sent: self.sent,
            held: self.held,
            request_id: self.request_id.as_deref().map(Into::into),
            url: self.url.as_deref().map(Into::into),
            started: self.started.to_string().into(),
            ended: self.ended.to_string().into(),
        };
        let mut bytes = serde_json::to_vec(&line).context("cannot write the receipt as JSON")?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads a line, with or without its newline.
    pub fn from_line(line: &[u8]) -> anyhow::Result<Self> {
        let line = Line::parse(line)?;
        Ok(Self {
            source: line.source()?.into_owned(),
            size: line.size,
            mtime: line.mtime()?,
            sha1: Sha1Sum::from_hex(&line.sha1).context("sha1 is not 40 hex digits")?,
            destination: Destination {
                endpoint: line.endpoint.into_owned(),
                appid: line.appid.into_owned(),
                bucket: line.bucket.into_owned(),
                path: line.path.into_owned(),
            },
            slices: line.slices,
            sent: line.sent,
            held: line.held,
            request_id: line.request_id.map(Cow::into_owned),
            url: line.url.map(Cow::into_owned),
            started: moment(&line.started)?,
            ended: moment(&line.ended)?,
        })
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use super::{Destination, Receipt, Sha1Sum, Timestamp};

    /// The receipt of a file named `name`.
    pub(crate) fn receipt(name: &str) -> Receipt {
        Receipt {
            source: format!("/data/{name}").into(),
            size: 12_345_678,
            mtime: Timestamp::new(1_780_000_000, 123_456_789).unwrap_or_default(),
            sha1: Sha1Sum::of(name.as_bytes()),
            destination: Destination {
                endpoint: "http://gz.file.myqcloud.com".into(),
                appid: "10055004".into(),
                bucket: "logs".into(),
                path: format!("/2026/{name}"),
            },
            slices: 12,
            sent: 11_000_000,
            held: 1_345_678,
            request_id: Some("NTk5YWM5MDZf".into()),
            url: Some(format!(
                "http://logs-10055004.file.myqcloud.com/2026/{name}"
            )),
            started: Timestamp::new(1_780_000_100, 0).unwrap_or_default(),
            ended: Timestamp::new(1_780_000_160, 500_000_000).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::testing::receipt;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_line_of_version_1() {
        // What stands in people's ledgers: this text must be read for ever.
        let line = concat!(
            r#"{"version":1,"source":"/data/a.bin","size":12345678,"#,
            r#""mtime":"2026-05-28T20:26:40.123456789Z","#,
            r#""sha1":"bcdbc15843456fcf2c72741d7d67cd46e8349c9a","#,
            r#""endpoint":"http://gz.file.myqcloud.com","appid":"10055004","#,
            r#""bucket":"logs","path":"/2026/a.bin","slices":12,"sent":11000000,"held":1345678,"#,
            r#""request_id":"NTk5YWM5MDZf","#,
            r#""url":"http://logs-10055004.file.myqcloud.com/2026/a.bin","#,
            r#""started":"2026-05-28T20:28:20Z","ended":"2026-05-28T20:29:20.5Z"}"#,
            "\n"
        );
        let receipt = receipt("a.bin");
        let written = String::from_utf8(receipt.to_line().unwrap()).unwrap();
        assert_eq!(written, line);
        assert!(line.as_bytes().starts_with(OPENING));
        assert_eq!(Receipt::from_line(line.as_bytes()).unwrap(), receipt);
    }

    #[test]
    fn what_is_no_receipt_is_refused() {
        for (line, error) in [
            ("", "not a receipt"),
            ("{}", "not a receipt"),
            (r#"{"version":1}"#, "not a receipt"),
            (
                r#"{"version":2,"new":[]}"#,
                "a receipt of version 2, newer than this cosup",
            ),
        ] {
            let refused = Receipt::from_line(line.as_bytes()).unwrap_err();
            assert_eq!(refused.to_string(), error, "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_name_survives(name in prop::collection::vec(1_u8.., 1..40), url in ".{0,20}") {
            let mut receipt = receipt("x");
            receipt.source = OsStr::from_bytes(&name).into();
            receipt.url = Some(url);
            let line = receipt.to_line().unwrap();
            prop_assert_eq!(line.iter().position(|byte| *byte == b'\n'), Some(line.len() - 1));
            prop_assert_eq!(Receipt::from_line(&line).unwrap(), receipt);
        }

        #[test]
        fn no_line_panics(text in ".{0,100}") {
            Receipt::from_line(text.as_bytes()).ok();
        }
    }
}
