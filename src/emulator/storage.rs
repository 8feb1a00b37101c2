//! Finished objects on disk: plain files placed by rename, and the lock that keeps two emulators off
//! one root.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;
use tempfile::NamedTempFile;

use super::RootInUse;
use super::contents::Contents;
use super::disk::{Disk, absent_is_fine, is_absent, metadata_at, sum_of};
use super::paths::Resource;
use super::records::{Attributes, Records};
use crate::digest::Sha1Sum;

/// The emulator's own directory in the root; no account is named like it.
pub const OWN_DIR: &str = ".cosup";

/// How often an object that is replaced all the time is looked at again.
const LOOKS: usize = 16;

/// The root directory, held by one emulator.
#[derive(Debug)]
pub struct Storage {
    root: PathBuf,
    disk: Disk,
    records: Records,
    contents: Contents,
    _lock: File,
}

impl Storage {
    /// Opens `root`, making it where it is missing; fails while another emulator holds it.
    pub fn open(root: &Path, sync: bool) -> anyhow::Result<Self> {
        let own = root.join(OWN_DIR);
        for dir in ["sessions", "attributes", "spool"] {
            let dir = own.join(dir);
            fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
        }
        let path = own.join("lock");
        let lock =
            File::create(&path).with_context(|| format!("cannot open {}", path.display()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(RootInUse(root.to_owned()).into());
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("cannot lock {}", path.display()));
            }
        }
        let root = root
            .canonicalize()
            .with_context(|| format!("cannot resolve {}", root.display()))?;
        let own = root.join(OWN_DIR);
        let spool = own.join("spool");
        let storage = Self {
            disk: Disk::open(spool.clone(), sync)
                .with_context(|| format!("cannot clear {}", spool.display()))?,
            records: Records::new(own.join("attributes")),
            contents: Contents::default(),
            _lock: lock,
            root,
        };
        let records = storage
            .records
            .all()
            .with_context(|| format!("cannot read {}", own.display()))?;
        for (resource, attributes) in records {
            storage.contents.add(&resource, &attributes);
            if let Some(before) = &attributes.before {
                storage.contents.add(&resource, before);
            }
        }
        Ok(storage)
    }

    /// The root directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What writes files.
    pub fn disk(&self) -> &Disk {
        &self.disk
    }

    /// A directory of the emulator's own.
    pub fn own(&self, name: &str) -> PathBuf {
        self.root.join(OWN_DIR).join(name)
    }

    /// The attributes of the object with its SHA-1, if there is one. It is hashed here when nobody
    /// needed to know before, or when it was put or edited by other hands.
    pub fn object(&self, resource: &Resource) -> io::Result<Option<Attributes>> {
        let mut last = None;
        for _ in 0..LOOKS {
            let Some((mut hashed, found)) = self.opened(resource)? else {
                return Ok(None);
            };
            if !found.sha.is_empty() {
                return Ok(Some(found));
            }
            let version = Attributes::of_file(&hashed.metadata()?);
            let sha = sum_of(&mut hashed)?.to_string();
            let _held = self.records.hold(resource);
            match self.opened_held(resource)? {
                // What was remembered meanwhile stays.
                Some((file, mut now)) if version.fit(&file.metadata()?) => {
                    self.contents.remove(resource, &now.sha, now.size);
                    now.sha = sha;
                    // On a full disk it is hashed again the next time.
                    drop(self.records.write(&self.disk, resource, &mut now));
                    self.contents.add(resource, &now);
                    return Ok(Some(now));
                }
                _ => last = Some(Attributes { sha, ..found }),
            }
        }
        Ok(last)
    }

    /// The attributes of the object, if there is one; `sha` is empty while nobody needed to know it.
    pub fn entry(&self, resource: &Resource) -> io::Result<Option<Attributes>> {
        Ok(self.opened(resource)?.map(|(_, attributes)| attributes))
    }

    /// The object, opened, and what is remembered about these very bytes.
    pub fn opened(&self, resource: &Resource) -> io::Result<Option<(File, Attributes)>> {
        let found = self.look(resource, false)?;
        if let Some((file, Some(known))) = found {
            return Ok(Some((file, known)));
        }
        if found.is_none() {
            return Ok(None);
        }
        // It came by other hands; or it was replaced while it was looked at, and then what was
        // remembered about it is gone. While the record is held, only the first can be.
        let _held = self.records.hold(resource);
        self.opened_held(resource)
    }

    /// The same, for who holds the record.
    fn opened_held(&self, resource: &Resource) -> io::Result<Option<(File, Attributes)>> {
        let Some((file, known)) = self.look(resource, true)? else {
            return Ok(None);
        };
        let attributes = match known {
            Some(known) => known,
            None => Attributes::of_file(&file.metadata()?),
        };
        Ok(Some((file, attributes)))
    }

    fn look(
        &self,
        resource: &Resource,
        or_copy: bool,
    ) -> io::Result<Option<(File, Option<Attributes>)>> {
        let path = resource.on_disk(&self.root)?;
        if !metadata_at(&path)?.is_some_and(|metadata| metadata.is_file()) {
            return Ok(None);
        }
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        let known = self.records.of(resource, &file.metadata()?, or_copy)?;
        Ok(Some((file, known)))
    }

    /// The attributes of the directory, if there is one.
    pub fn directory(&self, resource: &Resource) -> io::Result<Option<Attributes>> {
        let path = resource.on_disk(&self.root)?;
        match metadata_at(&path)?.filter(std::fs::Metadata::is_dir) {
            Some(metadata) => {
                let known = self.records.read(resource)?;
                Ok(Some(known.unwrap_or(Attributes::of_dir(&metadata))))
            }
            None => Ok(None),
        }
    }

    /// Gives a file its place as an object, replacing what is there. The object appears whole or not
    /// at all, and never without what is to be remembered about it; `attributes` gets what the file
    /// itself says.
    pub fn place(
        &self,
        file: &Path,
        resource: &Resource,
        attributes: &mut Attributes,
    ) -> io::Result<()> {
        let path = resource.on_disk(&self.root)?;
        if path.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let mut tries = 0..LOOKS;
        loop {
            match self.place_at(&path, file, resource, attributes) {
                // The directory was removed as it was about to be used.
                Err(error) if is_lost_race(&error) && tries.next().is_some() && file.exists() => {}
                placed => return placed,
            }
        }
    }

    fn place_at(
        &self,
        path: &Path,
        file: &Path,
        resource: &Resource,
        attributes: &mut Attributes,
    ) -> io::Result<()> {
        let opened = File::open(file)?;
        if self.disk.syncs() {
            opened.sync_all()?;
        }
        let parent = path.parent().unwrap_or(&self.root);
        self.disk.make_dirs(parent)?;
        // All that can fail for want of room or of file descriptors comes before the object does.
        let directory = File::open(parent)?;
        let _held = self.records.hold(resource);
        let before = self.opened_held(resource)?.map(|(_, before)| before);
        attributes.set_file(&opened.metadata()?);
        attributes.before = before.clone().map(Box::new);
        self.records.write(&self.disk, resource, attributes)?;
        attributes.before = None;
        fs::rename(file, path)?;
        if let Some(before) = before {
            self.contents.remove(resource, &before.sha, before.size);
        }
        self.contents.add(resource, attributes);
        if self.disk.syncs() {
            directory.sync_all()?;
        }
        Ok(())
    }

    /// Copies an object to a spool file of its own, to be placed elsewhere; `None` where there is none.
    pub fn duplicate(
        &self,
        resource: &Resource,
    ) -> io::Result<Option<(NamedTempFile, Attributes)>> {
        let Some((mut file, attributes)) = self.opened(resource)? else {
            return Ok(None);
        };
        let mut copy = self.disk.spool()?;
        io::copy(&mut file, copy.as_file_mut())?;
        Ok(Some((copy, attributes)))
    }

    /// Writes the attributes of a resource.
    pub fn remember(&self, resource: &Resource, attributes: &mut Attributes) -> io::Result<()> {
        let _held = self.records.hold(resource);
        attributes.before = None;
        self.records.write(&self.disk, resource, attributes)?;
        self.contents.add(resource, attributes);
        Ok(())
    }

    /// Removes an object; says whether there was one.
    pub fn remove(&self, resource: &Resource) -> io::Result<bool> {
        let Some(before) = self.entry(resource)? else {
            return Ok(false);
        };
        absent_is_fine(fs::remove_file(resource.on_disk(&self.root)?))?;
        self.contents.remove(resource, &before.sha, before.size);
        self.forget(resource)?;
        Ok(true)
    }

    /// Moves an object to another place, with its `attributes`.
    pub fn rename(
        &self,
        from: &Resource,
        to: &Resource,
        attributes: &mut Attributes,
    ) -> io::Result<()> {
        self.place(&from.on_disk(&self.root)?, to, attributes)?;
        self.contents.remove(from, &attributes.sha, attributes.size);
        self.forget(from)
    }

    /// Forgets the attributes of a resource that is there no longer.
    pub fn forget(&self, resource: &Resource) -> io::Result<()> {
        let _held = self.records.hold(resource);
        self.records.remove(resource)?;
        absent_is_fine(self.disk.sync_parent(&resource.on_disk(&self.root)?))
    }

    /// An object of the bucket with these very bytes.
    pub fn same_content(
        &self,
        resource: &Resource,
        sha: &[u8; 20],
        size: u64,
    ) -> io::Result<Option<Resource>> {
        for path in self.contents.unhashed(resource, size) {
            let unhashed = resource.sibling(path);
            // Asking for the object is what hashes it, and puts it under its sum. What is gone is gone;
            // what cannot be looked at now is asked for again.
            if matches!(self.object(&unhashed), Ok(None)) {
                self.contents.remove(&unhashed, "", size);
            }
        }
        let wanted = Sha1Sum(*sha).to_string();
        while let Some(found) = self.contents.find(resource, sha, size) {
            // What cannot be looked at is as good as gone.
            if let Ok(Some(object)) = self.object(&found)
                && object.sha == wanted
                && object.size == size
            {
                return Ok(Some(found));
            }
            self.contents.remove(&found, &wanted, size);
        }
        Ok(None)
    }
}

/// Whether a directory may have come or gone while a file was to be put into it.
fn is_lost_race(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::AlreadyExists
    )
}
