//! The checkpoint of one upload, as it stands in `uploads/<id>.json`.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::digest::Sha1Sum;
use crate::remote::{Existing, Target};
use crate::slice::SliceSet;
use crate::source::Stamp;

/// The version this program writes; a higher one is refused.
pub const VERSION: u64 = 1;

/// The name of an upload: derived from destination and source, so that two commands for the same
/// pair meet at the same lock.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UploadId(String);

impl UploadId {
    const LEN: usize = 12;

    /// The id of the upload of `source` (absolute) to `destination`.
    pub fn of(destination: &Destination, source: &Path) -> Self {
        let mut text = Vec::new();
        for part in [
            destination.endpoint.as_bytes(),
            destination.appid.as_bytes(),
            destination.bucket.as_bytes(),
            destination.path.as_bytes(),
            source.as_os_str().as_bytes(),
        ] {
            text.extend_from_slice(part);
            text.push(0);
        }
        let mut hex = Sha1Sum::of(&text).to_string();
        hex.truncate(Self::LEN);
        Self(hex)
    }

    /// Takes a text that has the form of an id.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == Self::LEN
            && text
                .bytes()
                .all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(&c));
        fits.then(|| Self(text.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a run needs to go on with an upload. It holds no secret and no signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The version of this format.
    pub version: u64,
    /// Where the object goes.
    pub destination: Destination,
    /// What the file was when it was hashed.
    pub source: Origin,
    /// Whether an object of the same name may be replaced.
    pub overwrite: bool,
    /// The caller's attribute.
    #[serde(default)]
    pub biz_attr: Option<String>,
    /// The slice size to ask for, in bytes.
    pub slice_size: u64,
    /// Whether the file may go up in one request.
    #[serde(default)]
    pub whole: bool,
    /// Whether missing directories may be made.
    #[serde(default = "yes")]
    pub make_parents: bool,
    /// The session, once one is open.
    #[serde(default)]
    pub session: Option<SavedSession>,
    /// When the upload began, in unix seconds.
    pub created: u64,
    /// When this was written, in unix seconds.
    pub updated: u64,
    /// How the last run ended, when it failed.
    #[serde(default)]
    pub last_error: Option<String>,
}

fn yes() -> bool {
    true
}

/// Where an object goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    /// The base URL of the API.
    pub endpoint: String,
    /// The account.
    pub appid: String,
    /// The bucket, without the appid.
    pub bucket: String,
    /// The path inside the bucket, decoded.
    pub path: String,
}

impl Destination {
    /// The object, as a remote takes it.
    pub fn target(&self) -> Target {
        Target {
            bucket: self.bucket.clone(),
            path: self.path.clone(),
        }
    }
}

/// The file, as it was when it was hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Where it is, absolute.
    #[serde(serialize_with = "write_path", deserialize_with = "read_path")]
    pub path: PathBuf,
    /// Its attributes.
    pub stamp: Stamp,
    /// Its sum, 40 hex digits.
    pub sha1: String,
}

/// An open session, and what was known of it when this was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedSession {
    /// The session.
    pub id: String,
    /// Its slice size in bytes.
    pub slice_size: u64,
    /// Whether its slices go one after the other.
    pub serial: bool,
    /// The slices held, as half-open runs of indices.
    #[serde(default)]
    pub held: Vec<(u64, u64)>,
}

impl SavedSession {
    /// The slices held, as a set.
    pub fn held(&self) -> SliceSet {
        SliceSet::from_runs(self.held.iter().map(|(start, end)| *start..*end).collect())
    }

    /// Runs of a set, as they are saved.
    pub fn runs(held: &SliceSet) -> Vec<(u64, u64)> {
        held.runs().iter().map(|run| (run.start, run.end)).collect()
    }
}

impl Checkpoint {
    /// What the upload does about an object of the same name.
    pub fn existing(&self) -> Existing {
        if self.overwrite {
            Existing::Replace
        } else {
            Existing::Keep
        }
    }

    pub(super) fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        Ok(text)
    }

    /// Reads a checkpoint; whatever is wrong with it comes back as `InvalidData`.
    pub fn from_json(text: &[u8]) -> io::Result<Self> {
        let invalid = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why.to_owned());
        let checkpoint: Self =
            serde_json::from_slice(text).map_err(|error| invalid(&error.to_string()))?;
        if Sha1Sum::from_hex(&checkpoint.source.sha1).is_none() {
            return Err(invalid("its sha1 is none"));
        }
        if !checkpoint.source.path.is_absolute() || !checkpoint.destination.path.starts_with('/') {
            return Err(invalid("a path in it is not absolute"));
        }
        if let Some(session) = &checkpoint.session {
            let count = checkpoint
                .source
                .stamp
                .len
                .checked_div(session.slice_size)
                .ok_or_else(|| invalid("its slice size is zero"))?;
            let fits = |run: &(u64, u64)| run.0 <= run.1 && run.1 <= count.saturating_add(1);
            if !session.held.iter().all(fits) {
                return Err(invalid("it holds slices beyond the end of the file"));
            }
        }
        Ok(checkpoint)
    }
}

/// The version of a checkpoint that this program may not understand otherwise.
pub(super) fn version_of(text: &[u8]) -> Option<u64> {
    serde_json::from_slice::<serde_json::Value>(text)
        .ok()?
        .get("version")?
        .as_u64()
}

/// Paths need not be Unicode: one that is not is written as its bytes.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum SavedPath {
    Text(String),
    Bytes { bytes: Vec<u8> },
}

fn write_path<S: Serializer>(path: &Path, to: S) -> Result<S::Ok, S::Error> {
    match path.to_str() {
        Some(text) => SavedPath::Text(text.to_owned()),
        None => SavedPath::Bytes {
            bytes: path.as_os_str().as_bytes().to_owned(),
        },
    }
    .serialize(to)
}

fn read_path<'de, D: Deserializer<'de>>(from: D) -> Result<PathBuf, D::Error> {
    Ok(match SavedPath::deserialize(from)? {
        SavedPath::Text(text) => PathBuf::from(text),
        SavedPath::Bytes { bytes } => PathBuf::from(OsString::from_vec(bytes)),
    })
}
