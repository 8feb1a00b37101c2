//! What is remembered about objects and directories beside their bytes: one record each, which is
//! there before the object is, so that no object is ever seen without it.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::disk::{Disk, absent_is_fine, is_absent, mtime_ns};
use super::paths::Resource;
use crate::digest::Sha1Sum;

/// How many locks all records share.
const LOCKS: usize = 64;

/// What is remembered about an object or a directory.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attributes {
    /// Version of this record.
    pub version: u32,
    /// `/appid/bucket/path`.
    pub resource: String,
    /// SHA-1 of the bytes, 40 hex digits; empty for a directory, and while nobody needed to know it.
    pub sha: String,
    /// Length in bytes.
    pub size: u64,
    /// Modification time of the file in nanoseconds: with the length it says whether this is about it.
    pub mtime_ns: i64,
    /// When it was created, in unix seconds.
    pub ctime: u64,
    /// When it was last changed, in unix seconds.
    pub mtime: u64,
    /// The caller's own attribute.
    pub biz_attr: String,
    /// Who may read; empty for the bucket's default.
    pub authority: String,
    /// Headers that a download carries.
    pub custom_headers: Map<String, Value>,
    /// 1 when downloads are forbidden.
    pub forbid: u64,
    /// The slice size it was uploaded with, in bytes.
    pub slice_size: u64,
    /// The session that made it, so that a repeated finish is known.
    pub session: String,
    /// What was remembered about the object that this one replaces: it counts until that happens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Box<Attributes>>,
}

impl Attributes {
    /// What a file says about itself.
    pub fn of_file(metadata: &Metadata) -> Self {
        Self {
            ctime: seconds(metadata.mtime()),
            size: metadata.len(),
            slice_size: metadata.len(),
            mtime_ns: mtime_ns(metadata),
            mtime: seconds(metadata.mtime()),
            ..Self::default()
        }
    }

    /// What a directory says about itself.
    pub fn of_dir(metadata: &Metadata) -> Self {
        Self {
            ctime: seconds(metadata.mtime()),
            mtime: seconds(metadata.mtime()),
            ..Self::default()
        }
    }

    /// Whether these are about a file with such metadata.
    pub fn fit(&self, metadata: &Metadata) -> bool {
        self.size == metadata.len() && self.mtime_ns == mtime_ns(metadata)
    }

    /// Whether both are about the same bytes.
    pub fn is_version_of(&self, other: &Self) -> bool {
        self.size == other.size && self.mtime_ns == other.mtime_ns
    }
}

/// All records.
#[derive(Debug)]
pub struct Records {
    dir: PathBuf,
    locks: Vec<Mutex<()>>,
}

impl Records {
    /// Uses this directory.
    pub fn new(dir: PathBuf) -> Self {
        Self {
            dir,
            locks: (0..LOCKS).map(|_| Mutex::default()).collect(),
        }
    }

    /// Holds the record of a resource: nobody else changes it meanwhile.
    pub fn hold(&self, resource: &Resource) -> MutexGuard<'_, ()> {
        let name = Sha1Sum::of(resource.to_string().as_bytes());
        self.locks[usize::from(name.0[0]) % LOCKS]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The record of a resource, whatever it is about.
    pub fn read(&self, resource: &Resource) -> io::Result<Option<Attributes>> {
        match fs::read(self.path(resource)) {
            // A record that cannot be read is as good as none: the file itself is the truth.
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What is remembered about the file with such metadata.
    pub fn of(&self, resource: &Resource, metadata: &Metadata) -> io::Result<Option<Attributes>> {
        let Some(mut record) = self.read(resource)? else {
            return Ok(None);
        };
        let before = record.before.take().map(|before| *before);
        Ok([Some(record), before]
            .into_iter()
            .flatten()
            .find(|attributes| attributes.fit(metadata)))
    }

    /// Writes the record of a resource.
    pub fn write(
        &self,
        disk: &Disk,
        resource: &Resource,
        attributes: &mut Attributes,
    ) -> io::Result<()> {
        attributes.version = 1;
        attributes.resource = resource.to_string();
        let path = self.path(resource);
        if let Some(shelf) = path.parent() {
            disk.make_dirs(shelf)?;
        }
        disk.write_atomically(&path, &serde_json::to_vec(attributes)?)
    }

    /// Removes the record of a resource.
    pub fn remove(&self, resource: &Resource) -> io::Result<()> {
        absent_is_fine(fs::remove_file(self.path(resource)))
    }

    /// Every record that can be read, with what it is about.
    pub fn all(&self) -> io::Result<Vec<(Resource, Attributes)>> {
        let mut all = Vec::new();
        for shelf in fs::read_dir(&self.dir)? {
            let path = shelf?.path();
            if !path.is_dir() {
                continue;
            }
            for entry in fs::read_dir(path)? {
                let path = entry?.path();
                if !path.is_file() {
                    continue;
                }
                let Ok(attributes) = serde_json::from_slice::<Attributes>(&fs::read(path)?) else {
                    continue;
                };
                if let Some(resource) = resource_of(&attributes.resource) {
                    all.push((resource, attributes));
                }
            }
        }
        Ok(all)
    }

    fn path(&self, resource: &Resource) -> PathBuf {
        let name = Sha1Sum::of(resource.to_string().as_bytes()).to_string();
        self.dir.join(&name[..2]).join(name + ".json")
    }
}

fn resource_of(text: &str) -> Option<Resource> {
    let mut pieces = text.splitn(4, '/').skip(1);
    let (appid, bucket, path) = (pieces.next()?, pieces.next()?, pieces.next()?);
    Resource::new(appid, bucket, &format!("/{path}")).ok()
}

fn seconds(time: i64) -> u64 {
    u64::try_from(time).unwrap_or(0)
}
