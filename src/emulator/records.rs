//! What is remembered about objects and directories beside their bytes: one record each, which is
//! there before the object is, so that no object is ever seen without it.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::MutexGuard;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::disk::{Disk, absent_is_fine, is_absent, mtime_ns};
use super::locks::Locks;
use super::paths::Resource;
use crate::digest::Sha1Sum;

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
    /// Number of the file on its filesystem: it tells two of one length and time apart, until the root
    /// is copied elsewhere.
    pub inode: u64,
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
        let mut attributes = Self {
            slice_size: metadata.len(),
            ..Self::of_dir(metadata)
        };
        attributes.set_file(metadata);
        attributes
    }

    /// What a directory says about itself.
    pub fn of_dir(metadata: &Metadata) -> Self {
        Self {
            ctime: seconds(metadata.mtime()),
            mtime: seconds(metadata.mtime()),
            ..Self::default()
        }
    }

    /// Whether these are about the very file with such metadata.
    pub fn fit(&self, metadata: &Metadata) -> bool {
        self.inode == metadata.ino() && self.fit_copy(metadata)
    }

    /// Whether these are about the file with such metadata, or one that it is a copy of.
    fn fit_copy(&self, metadata: &Metadata) -> bool {
        self.size == metadata.len() && self.mtime_ns == mtime_ns(metadata)
    }

    /// Takes over what tells the file apart from others.
    pub fn set_file(&mut self, metadata: &Metadata) {
        self.size = metadata.len();
        self.mtime_ns = mtime_ns(metadata);
        self.inode = metadata.ino();
    }
}

/// All records.
#[derive(Debug)]
pub struct Records {
    dir: PathBuf,
    locks: Locks,
}

impl Records {
    /// Uses this directory.
    pub fn new(dir: PathBuf) -> Self {
        Self {
            dir,
            locks: Locks::default(),
        }
    }

    /// Holds the record of a resource: nobody else changes it meanwhile.
    pub fn hold(&self, resource: &Resource) -> MutexGuard<'_, ()> {
        self.locks.hold(resource)
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

    /// What is remembered about the very file with such metadata; `or_copy` takes what is remembered
    /// about one that it may be a copy of, which only who holds the record can tell from another version.
    pub fn of(
        &self,
        resource: &Resource,
        metadata: &Metadata,
        or_copy: bool,
    ) -> io::Result<Option<Attributes>> {
        let Some(mut record) = self.read(resource)? else {
            return Ok(None);
        };
        let before = record.before.take().map(|before| *before);
        let mut known: Vec<_> = [Some(record), before].into_iter().flatten().collect();
        let at = known
            .iter()
            .position(|known| known.fit(metadata))
            .or_else(|| {
                let copied = known.iter().position(|known| known.fit_copy(metadata));
                copied.filter(|_| or_copy)
            });
        Ok(at.map(|at| known.swap_remove(at)))
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

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use std::fs::File;
    use std::time::UNIX_EPOCH;

    /// Two versions of one length and time, as they come within a tick of the clock.
    #[test]
    fn versions_of_one_length_and_time_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let spool = dir.path().join("spool");
        fs::create_dir(&spool).unwrap();
        let disk = Disk::open(spool, false).unwrap();
        let records = Records::new(dir.path().join("records"));
        let resource = Resource::new("1", "b", "/a").unwrap();
        let metadata_of = |name: &str| {
            let path = dir.path().join(name);
            fs::write(&path, name).unwrap();
            let file = File::open(&path).unwrap();
            file.set_modified(UNIX_EPOCH).unwrap();
            file.metadata().unwrap()
        };
        let (old, new, copy) = (metadata_of("old"), metadata_of("new"), metadata_of("cpy"));
        let attributes = |metadata: &Metadata, sha: &str| Attributes {
            sha: sha.to_owned(),
            ..Attributes::of_file(metadata)
        };
        let mut record = attributes(&new, "new");
        record.before = Some(Box::new(attributes(&old, "old")));
        records.write(&disk, &resource, &mut record).unwrap();
        let sha_of = |metadata: &Metadata, or_copy: bool| {
            let found = records.of(&resource, metadata, or_copy).unwrap();
            found.map(|found| found.sha)
        };
        assert_eq!(sha_of(&old, false).as_deref(), Some("old"));
        assert_eq!(sha_of(&new, true).as_deref(), Some("new"));
        assert_eq!(sha_of(&copy, false), None);
        assert_eq!(
            sha_of(&copy, true).as_deref(),
            Some("new"),
            "the root was copied"
        );
    }
}
