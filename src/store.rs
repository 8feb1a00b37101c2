//! The state directory: one checkpoint, one chain file and one lock per upload, written so that no
//! crash can tear them.

use std::error::Error;
use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::NamedTempFile;

use crate::digest::{DigestChain, Sha1Sum};

mod chain;
mod checkpoint;
mod witness;
pub use chain::ChainWriter;
pub use checkpoint::{Checkpoint, Destination, Origin, SavedSession, UploadId, VERSION};
use witness::Witness;

/// Why the state directory could not serve.
#[derive(Debug)]
pub enum StoreError {
    /// Another process works on the upload.
    Busy {
        /// Its process id, when it wrote one.
        pid: Option<u32>,
    },
    /// A newer cosup wrote the checkpoint.
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u64,
    },
    /// A file or directory of the state cannot be used.
    Unusable(PathBuf, io::Error),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy { pid: Some(pid) } => write!(f, "another cosup (pid {pid}) works on it"),
            Self::Busy { pid: None } => f.write_str("another cosup works on it"),
            Self::Newer { path, version } => write!(
                f,
                "{}: written by a newer cosup (version {version}, this one knows {VERSION})",
                path.display()
            ),
            Self::Unusable(path, error) => write!(f, "{}: {error}", path.display()),
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unusable(_, error) => Some(error),
            _ => None,
        }
    }
}

fn unusable(path: &Path) -> impl FnOnce(io::Error) -> StoreError + '_ {
    move |error| StoreError::Unusable(path.to_owned(), error)
}

/// How long to try again while others only look for a holder, each for a moment.
const LOOKERS: Duration = Duration::from_secs(2);

/// A state directory that exists and can be read.
#[derive(Debug, Clone)]
pub struct Store {
    uploads: PathBuf,
    witness: Witness,
}

/// A checkpoint found in the directory, or what is wrong with it.
#[derive(Debug)]
pub struct Entry {
    /// Its id, from the file name.
    pub id: UploadId,
    /// What it says.
    pub checkpoint: Result<Checkpoint, StoreError>,
    /// The process that works on it.
    pub holder: Option<u32>,
}

/// What stands where a checkpoint is looked for.
#[derive(Debug)]
pub enum Loaded {
    /// None.
    Nothing,
    /// One that can be read.
    Checkpoint(Box<Checkpoint>),
    /// One that could not be read, put out of the way under this name.
    SetAside(PathBuf),
}

impl Store {
    /// Opens the state directory, making it with mode 0700 if it is not there.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let uploads = dir.join("uploads");
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&uploads)
            .map_err(unusable(&uploads))?;
        Ok(Self {
            uploads,
            witness: Witness::default(),
        })
    }

    /// Opens a state directory only if it is there already.
    pub fn existing(dir: &Path) -> Option<Self> {
        let uploads = dir.join("uploads");
        uploads.is_dir().then(|| Self {
            uploads,
            witness: Witness::default(),
        })
    }

    /// The same directory, with `look` called before and after every write; its error takes the place
    /// of one of the disk.
    #[must_use]
    pub fn witnessed(self, look: impl Fn(&str) -> io::Result<()> + Send + Sync + 'static) -> Self {
        Self {
            witness: Witness::new(look),
            ..self
        }
    }

    fn file(&self, id: &UploadId, ending: &str) -> PathBuf {
        self.uploads.join(format!("{id}.{ending}"))
    }

    /// Takes the right to work on an upload; whoever holds it may save. Kernel locks end with their
    /// process, so a dead holder never blocks.
    pub fn lock(&self, id: &UploadId) -> Result<Lock, StoreError> {
        let path = self.file(id, "lock");
        let start = Instant::now();
        loop {
            let mut file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .mode(0o600)
                .open(&path)
                .map_err(unusable(&path))?;
            match file.try_lock() {
                Ok(()) => {}
                // Whoever only looks for a holder shares the lock for a moment; a holder shares nothing.
                Err(TryLockError::WouldBlock)
                    if start.elapsed() < LOOKERS && file.try_lock_shared().is_ok() =>
                {
                    drop(file);
                    std::thread::yield_now();
                    continue;
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(StoreError::Busy {
                        pid: read_pid(&mut file),
                    });
                }
                Err(TryLockError::Error(error)) => return Err(StoreError::Unusable(path, error)),
            }
            // The last holder may have removed the file between our opening and our locking it.
            if !is_at(&file, &path) {
                continue;
            }
            let lock = Lock {
                store: self.clone(),
                id: id.clone(),
                file,
            };
            // The number only tells people who holds the lock; on a full disk it is held without one.
            let _ = self
                .witness
                .around("lock", &path, || lock.sign().map_err(unusable(&path)));
            lock.sweep();
            return Ok(lock);
        }
    }

    /// All checkpoints, oldest first.
    pub fn list(&self) -> Result<Vec<Entry>, StoreError> {
        let mut entries = Vec::new();
        for item in fs::read_dir(&self.uploads).map_err(unusable(&self.uploads))? {
            let name = item.map_err(unusable(&self.uploads))?.file_name();
            let Some(id) = name
                .to_str()
                .and_then(|name| name.strip_suffix(".json"))
                .and_then(UploadId::parse)
            else {
                continue;
            };
            match self.read(&id) {
                Ok(None) => {}
                Ok(Some(checkpoint)) => entries.push(self.entry(id, Ok(checkpoint))),
                Err(error) => entries.push(self.entry(id, Err(error))),
            }
        }
        entries.sort_by_key(|entry| {
            let created = entry.checkpoint.as_ref().map_or(0, |c| c.created);
            (created, entry.id.clone())
        });
        Ok(entries)
    }

    fn entry(&self, id: UploadId, checkpoint: Result<Checkpoint, StoreError>) -> Entry {
        Entry {
            holder: self.holder(&id),
            id,
            checkpoint,
        }
    }

    /// The process that holds the lock of an upload, if one does.
    pub fn holder(&self, id: &UploadId) -> Option<u32> {
        let mut file = File::open(self.file(id, "lock")).ok()?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => read_pid(&mut file).or(Some(0)),
            Ok(()) | Err(TryLockError::Error(_)) => None,
        }
    }

    /// Reads a checkpoint; `None` when there is none.
    fn read(&self, id: &UploadId) -> Result<Option<Checkpoint>, StoreError> {
        let path = self.file(id, "json");
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoreError::Unusable(path, error)),
        };
        match Checkpoint::from_json(&text) {
            Ok(checkpoint) if checkpoint.version > VERSION => Err(StoreError::Newer {
                version: checkpoint.version,
                path,
            }),
            Ok(checkpoint) => Ok(Some(checkpoint)),
            Err(error) => match checkpoint::version_of(&text) {
                Some(version) if version > VERSION => Err(StoreError::Newer { path, version }),
                _ => Err(StoreError::Unusable(path, error)),
            },
        }
    }
}

fn read_pid(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.seek(SeekFrom::Start(0)).ok()?;
    file.take(20).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::metadata(path)) {
        (Ok(held), Ok(named)) => held.dev() == named.dev() && held.ino() == named.ino(),
        _ => false,
    }
}

/// The right to work on one upload, and to write its state.
#[derive(Debug)]
pub struct Lock {
    store: Store,
    id: UploadId,
    file: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Said aloud, because a child that was started just now may still hold a copy of the file. What
        // cannot be unlocked is unlocked by closing it.
        let _ = self.file.unlock();
    }
}

impl Lock {
    /// Which upload.
    pub fn id(&self) -> &UploadId {
        &self.id
    }

    fn sign(&self) -> io::Result<()> {
        self.file.set_len(0)?;
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0))?;
        writeln!(file, "{}", std::process::id())
    }

    /// Removes temporary files that a killed holder left.
    fn sweep(&self) {
        let prefix = format!("{}.tmp-", self.id);
        let Ok(items) = fs::read_dir(&self.store.uploads) else {
            return;
        };
        for item in items.flatten() {
            if item.file_name().to_string_lossy().starts_with(&prefix) {
                // Left for the next sweep if it cannot be removed: it costs only space.
                let _ = fs::remove_file(item.path());
            }
        }
    }

    /// Reads the checkpoint. One that cannot be understood is renamed to `<id>.json.bad`; one of a
    /// newer version is an error and stays untouched.
    pub fn load(&self) -> Result<Loaded, StoreError> {
        let path = self.store.file(&self.id, "json");
        match self.store.read(&self.id) {
            Ok(None) => Ok(Loaded::Nothing),
            Ok(Some(checkpoint)) => Ok(Loaded::Checkpoint(Box::new(checkpoint))),
            Err(StoreError::Unusable(_, error)) if error.kind() == io::ErrorKind::InvalidData => {
                let aside = self.store.file(&self.id, "json.bad");
                fs::rename(&path, &aside).map_err(unusable(&path))?;
                Ok(Loaded::SetAside(aside))
            }
            Err(error) => Err(error),
        }
    }

    /// Writes the checkpoint so that either the old or the new one is there after any crash.
    pub fn save(&self, checkpoint: &Checkpoint) -> Result<(), StoreError> {
        let path = self.store.file(&self.id, "json");
        let text = checkpoint
            .to_json()
            .map_err(|error| StoreError::Unusable(path.clone(), io::Error::other(error)))?;
        let mut file = self.temporary()?;
        file.write_all(&text).map_err(unusable(&path))?;
        self.put(file, &path)
    }

    fn temporary(&self) -> Result<NamedTempFile, StoreError> {
        let uploads = &self.store.uploads;
        self.store.witness.around("temporary file", uploads, || {
            tempfile::Builder::new()
                .prefix(&format!("{}.tmp-", self.id))
                .tempfile_in(uploads)
                .map_err(unusable(uploads))
        })
    }

    fn put(&self, file: NamedTempFile, path: &Path) -> Result<(), StoreError> {
        self.store.witness.around("file", path, || {
            file.as_file().sync_all().map_err(unusable(path))?;
            file.persist(path)
                .map_err(|error| StoreError::Unusable(path.to_owned(), error.error))?;
            self.sync_dir()
        })
    }

    fn sync_dir(&self) -> Result<(), StoreError> {
        File::open(&self.store.uploads)
            .and_then(|dir| dir.sync_all())
            .map_err(unusable(&self.store.uploads))
    }

    /// Begins a chain file; the records of the hashing pass go into it as they come.
    pub fn begin_chain(&self) -> Result<ChainWriter<'_>, StoreError> {
        Ok(ChainWriter::new(self.temporary()?, self))
    }

    /// Reads the chain file back; `None` when there is none, it is damaged, or it is of other content.
    pub fn load_chain(&self, sha1: Sha1Sum, file_len: u64) -> Option<DigestChain> {
        let path = self.store.file(&self.id, "chain");
        let file = File::open(path).ok()?;
        let chain = chain::read(file).ok()??;
        (chain.sha1() == sha1 && chain.file_len() == file_len).then_some(chain)
    }

    /// Removes the state of an upload that is done or given up, the lock last.
    pub fn remove(self) -> Result<(), StoreError> {
        for ending in ["json", "chain", "lock"] {
            let path = self.store.file(&self.id, ending);
            let remove = || match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    Err(StoreError::Unusable(path.clone(), error))
                }
                _ => Ok(()),
            };
            self.store.witness.around(ending, &path, remove)?;
        }
        // Not made durable: a checkpoint that comes back after a power cut is found done by the next run.
        Ok(())
    }

    /// Removes the lock file of an upload that left no state.
    pub fn release(self) {
        if !self.store.file(&self.id, "json").exists() {
            // Whatever goes wrong here leaves an empty file that the next run uses again.
            let _ = self.remove();
        }
    }
}

#[cfg(test)]
mod tests;
