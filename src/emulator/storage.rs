//! Finished objects on disk: plain files placed by rename, with their attributes in a directory of
//! the emulator's own, and the lock that keeps two emulators off one root.

use std::fs::{self, File, Permissions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tempfile::NamedTempFile;

use super::RootInUse;
use super::contents::Contents;
use super::paths::Resource;
use crate::digest::{ChainState, Sha1Sum};

/// The emulator's own directory in the root; no account is named like it.
pub const OWN_DIR: &str = ".cosup";

/// What is remembered about an object or a directory beside its bytes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attributes {
    /// Version of this record.
    pub version: u32,
    /// `/appid/bucket/path`.
    pub resource: String,
    /// SHA-1 of the bytes, 40 hex digits; empty for a directory.
    pub sha: String,
    /// Length in bytes.
    pub size: u64,
    /// Modification time of the file in nanoseconds: with the length it says whether `sha` still holds.
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
}

/// The root directory, held by one emulator.
#[derive(Debug)]
pub struct Storage {
    root: PathBuf,
    sync: bool,
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
        let storage = Self {
            root,
            sync,
            contents: Contents::default(),
            _lock: lock,
        };
        storage
            .clear_spool()
            .and_then(|()| storage.index_contents())
            .with_context(|| format!("cannot read {}", storage.root.display()))?;
        Ok(storage)
    }

    /// The root directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether everything is synced before it is acknowledged.
    pub fn syncs(&self) -> bool {
        self.sync
    }

    /// A directory of the emulator's own.
    pub fn own(&self, name: &str) -> PathBuf {
        self.root.join(OWN_DIR).join(name)
    }

    /// A new file for bytes that have no place yet; it vanishes unless it is given one.
    pub fn spool(&self) -> io::Result<NamedTempFile> {
        // As plain as any file: what it holds may become an object.
        let plain = Permissions::from_mode(0o666);
        tempfile::Builder::new()
            .permissions(plain)
            .tempfile_in(self.own("spool"))
    }

    /// The attributes of the object with its SHA-1, if there is one. It is hashed here when nobody
    /// needed to know before, or when it was put or edited by other hands.
    pub fn object(&self, resource: &Resource) -> io::Result<Option<Attributes>> {
        let Some(mut found) = self.entry(resource)? else {
            return Ok(None);
        };
        if found.sha.is_empty() {
            let path = resource.on_disk(&self.root)?;
            found.sha = sum_of(&mut File::open(&path)?)?.to_string();
            self.remember(resource, &mut found)?;
        }
        Ok(Some(found))
    }

    /// The attributes of the object, if there is one; `sha` is empty while nobody needed to know it.
    pub fn entry(&self, resource: &Resource) -> io::Result<Option<Attributes>> {
        let path = resource.on_disk(&self.root)?;
        let metadata = match path.metadata() {
            Ok(metadata) if metadata.is_file() => metadata,
            Ok(_) => return Ok(None),
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        let known = self.attributes(resource)?.unwrap_or_default();
        if known.size == metadata.len() && known.mtime_ns == mtime_ns(&metadata) {
            return Ok(Some(known));
        }
        Ok(Some(described(&metadata)))
    }

    /// The attributes of the directory, if there is one.
    pub fn directory(&self, resource: &Resource) -> io::Result<Option<Attributes>> {
        let path = resource.on_disk(&self.root)?;
        match path.metadata() {
            Ok(metadata) if metadata.is_dir() => {
                let made = Attributes {
                    ctime: seconds(metadata.mtime()),
                    mtime: seconds(metadata.mtime()),
                    ..Attributes::default()
                };
                Ok(Some(self.attributes(resource)?.unwrap_or(made)))
            }
            Ok(_) => Ok(None),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Gives a file its place as an object, replacing what is there. The object appears whole or not
    /// at all; `attributes` gets what the file itself says.
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
        let opened = File::open(file)?;
        if self.sync {
            opened.sync_all()?;
        }
        let metadata = opened.metadata()?;
        attributes.size = metadata.len();
        attributes.mtime_ns = mtime_ns(&metadata);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        // All that needs room on the disk is written before the object appears.
        let record = self.stage_record(resource, attributes)?;
        fs::rename(file, &path)?;
        self.sync_parent(&path)?;
        self.settle_record(record, resource, attributes)
    }

    /// Copies an object to a spool file of its own, to be placed elsewhere.
    pub fn duplicate(&self, resource: &Resource) -> io::Result<NamedTempFile> {
        let copy = self.spool()?;
        fs::copy(resource.on_disk(&self.root)?, copy.path())?;
        Ok(copy)
    }

    /// Writes the attributes of a resource.
    pub fn remember(&self, resource: &Resource, attributes: &mut Attributes) -> io::Result<()> {
        let record = self.stage_record(resource, attributes)?;
        self.settle_record(record, resource, attributes)
    }

    fn stage_record(
        &self,
        resource: &Resource,
        attributes: &mut Attributes,
    ) -> io::Result<NamedTempFile> {
        attributes.version = 1;
        attributes.resource = resource.to_string();
        if let Some(parent) = self.attributes_path(resource).parent() {
            fs::create_dir_all(parent)?;
        }
        self.stage(&serde_json::to_vec(attributes)?)
    }

    fn settle_record(
        &self,
        record: NamedTempFile,
        resource: &Resource,
        attributes: &Attributes,
    ) -> io::Result<()> {
        self.settle(record, &self.attributes_path(resource))?;
        self.contents.add(resource, attributes);
        Ok(())
    }

    /// Writes a file beside its place and moves it there.
    pub fn write_atomically(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let file = self.stage(bytes)?;
        self.settle(file, path)
    }

    fn stage(&self, bytes: &[u8]) -> io::Result<NamedTempFile> {
        let mut file = self.spool()?;
        file.write_all(bytes)?;
        if self.sync {
            file.as_file().sync_all()?;
        }
        Ok(file)
    }

    fn settle(&self, file: NamedTempFile, path: &Path) -> io::Result<()> {
        file.persist(path).map_err(|error| error.error)?;
        self.sync_parent(path)
    }

    /// Removes an object; says whether there was one.
    pub fn remove(&self, resource: &Resource) -> io::Result<bool> {
        let path = resource.on_disk(&self.root)?;
        match path.metadata() {
            Ok(metadata) if metadata.is_file() => {}
            Ok(_) => return Ok(false),
            Err(error) if is_absent(&error) => return Ok(false),
            Err(error) => return Err(error),
        }
        fs::remove_file(&path)?;
        self.forget(resource)?;
        self.sync_parent(&path)?;
        Ok(true)
    }

    /// Forgets the attributes of a resource.
    pub fn forget(&self, resource: &Resource) -> io::Result<()> {
        absent_is_fine(fs::remove_file(self.attributes_path(resource)))
    }

    /// An object of the bucket with these very bytes.
    pub fn same_content(
        &self,
        resource: &Resource,
        sha: &[u8; 20],
        size: u64,
    ) -> io::Result<Option<Resource>> {
        for path in self.contents.take_unhashed(resource, size) {
            // Asking for the object is what hashes it, and puts it under its sum.
            self.object(&resource.sibling(path))?;
        }
        let wanted = Sha1Sum(*sha).to_string();
        while let Some(found) = self.contents.find(resource, sha, size) {
            if let Some(object) = self.object(&found)?
                && object.sha == wanted
                && object.size == size
            {
                return Ok(Some(found));
            }
            self.contents.remove(&found, sha, size);
        }
        Ok(None)
    }

    fn attributes(&self, resource: &Resource) -> io::Result<Option<Attributes>> {
        match fs::read(self.attributes_path(resource)) {
            // A record that cannot be read is as good as none: the file itself is the truth.
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn attributes_path(&self, resource: &Resource) -> PathBuf {
        let name = Sha1Sum::of(resource.to_string().as_bytes()).to_string();
        self.own("attributes").join(&name[..2]).join(name + ".json")
    }

    fn sync_parent(&self, path: &Path) -> io::Result<()> {
        match path.parent() {
            Some(parent) if self.sync => File::open(parent)?.sync_all(),
            _ => Ok(()),
        }
    }

    fn clear_spool(&self) -> io::Result<()> {
        for entry in fs::read_dir(self.own("spool"))? {
            fs::remove_file(entry?.path())?;
        }
        Ok(())
    }

    fn index_contents(&self) -> io::Result<()> {
        for shelf in fs::read_dir(self.own("attributes"))? {
            for entry in fs::read_dir(shelf?.path())? {
                let bytes = fs::read(entry?.path())?;
                let Ok(attributes) = serde_json::from_slice::<Attributes>(&bytes) else {
                    continue;
                };
                let mut pieces = attributes.resource.splitn(4, '/').skip(1);
                let (Some(appid), Some(bucket), Some(path)) =
                    (pieces.next(), pieces.next(), pieces.next())
                else {
                    continue;
                };
                if let Ok(resource) = Resource::new(appid, bucket, &format!("/{path}")) {
                    self.contents.add(&resource, &attributes);
                }
            }
        }
        Ok(())
    }
}

/// The SHA-1 of everything that is left to read.
pub fn sum_of(reader: &mut impl Read) -> io::Result<Sha1Sum> {
    let mut state = ChainState::INITIAL;
    let mut buffer = vec![0; 256 * 1024];
    let (mut total, mut filled) = (0_u64, 0_usize);
    loop {
        let n = reader.read(&mut buffer[filled..])?;
        total += n as u64;
        filled += n;
        if n == 0 {
            return Ok(state.finish(&buffer[..filled], total));
        }
        if filled == buffer.len() {
            state.absorb(&buffer);
            filled = 0;
        }
    }
}

/// Whether the error says that nothing is there.
pub fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// Success where the only failure is that nothing was there.
pub fn absent_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if is_absent(&error) => Ok(()),
        other => other,
    }
}

fn described(metadata: &fs::Metadata) -> Attributes {
    Attributes {
        ctime: seconds(metadata.mtime()),
        size: metadata.len(),
        slice_size: metadata.len(),
        mtime_ns: mtime_ns(metadata),
        mtime: seconds(metadata.mtime()),
        ..Attributes::default()
    }
}

/// When a file was changed last, in nanoseconds since 1970.
pub fn mtime_ns(metadata: &fs::Metadata) -> i64 {
    metadata
        .mtime()
        .saturating_mul(1_000_000_000)
        .saturating_add(metadata.mtime_nsec())
}

fn seconds(time: i64) -> u64 {
    u64::try_from(time).unwrap_or(0)
}
