//! One unfinished upload on disk: its terms, its slices, and the log of those that are held.

mod writing;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::disk::{Disk, absent_is_fine, is_absent};
use super::held::Held;
use super::paths::Resource;
use super::proof::{Part, Proof, Prover};
use super::storage::Storage;

/// Most slices of a session: 1 TiB in the smallest ones, 48 TiB in the largest.
const SLICE_COUNT_LIMIT: u64 = 1 << 24;

/// What was agreed.
const TERMS: &str = "terms.json";
/// The slices, each in its place.
const DATA: &str = "data";
/// The log of those that are held.
const HELD: &str = "held";
/// What `uploadparts` promised.
const PARTS: &str = "parts";

/// What was agreed when the session was opened.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Terms {
    /// Version of this record.
    pub version: u32,
    /// The opaque text that names the session on the wire.
    pub session: String,
    /// The account of the object.
    pub appid: String,
    /// The bucket of the object.
    pub bucket: String,
    /// The path of the object.
    pub path: String,
    /// Length of the whole file in bytes.
    pub file_size: u64,
    /// Length of every slice but the last, in bytes.
    pub slice_size: u64,
    /// The whole-file SHA-1 that init carried.
    pub sha: Option<String>,
    /// Whether init carried `uploadparts`.
    pub proven: bool,
    /// Whether the object may replace one of the same name.
    pub overwrite: bool,
    /// Whether the client was told to send one slice at a time.
    pub serial: bool,
    /// The caller's own attribute.
    pub biz_attr: String,
    /// When the session was opened, in unix seconds.
    pub created: u64,
}

impl Terms {
    /// How many slices there are.
    pub fn slice_count(&self) -> u64 {
        self.file_size.div_ceil(self.slice_size.max(1))
    }

    /// Whether there are not more slices than a session can have.
    pub fn has_fitting_slices(&self) -> bool {
        self.slice_size > 0 && self.slice_count() <= SLICE_COUNT_LIMIT
    }
}

/// An open session. Slices at different offsets are written side by side; finishing and dropping wait
/// for them. Its files are opened as they are needed: there may be more sessions than file descriptors.
#[derive(Debug)]
pub struct Session {
    terms: Terms,
    dir: PathBuf,
    sync: bool,
    open: RwLock<bool>,
    held: Mutex<Held>,
    turn: Condvar,
}

/// What became of a slice that was put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It is held now.
    Held,
    /// The session ended meanwhile.
    Ended,
}

impl Session {
    /// Opens a session on disk; `parts` come in file order.
    pub fn create(
        storage: &Storage,
        terms: Terms,
        parts: impl Iterator<Item = Part>,
    ) -> io::Result<Self> {
        let dir = storage.own("sessions").join(&terms.session);
        storage.disk().make_dirs(&dir)?;
        let made = Self::fill(storage.disk(), terms, parts, &dir);
        if made.is_err() {
            absent_is_fine(fs::remove_dir_all(&dir))?;
        }
        made
    }

    fn fill(
        disk: &Disk,
        terms: Terms,
        parts: impl Iterator<Item = Part>,
        dir: &Path,
    ) -> io::Result<Self> {
        File::create(dir.join(DATA))?;
        File::create(dir.join(HELD))?;
        if terms.proven {
            let file = Proof::write(&dir.join(PARTS), parts)?;
            if disk.syncs() {
                file.sync_all()?;
            }
        }
        // The terms come last: a directory without them was never acknowledged.
        disk.write_atomically(&dir.join(TERMS), &serde_json::to_vec(&terms)?)?;
        Self::attach(dir, terms, disk.syncs())
    }

    /// Opens a session that an earlier run left; `None` when it was never acknowledged, is finished, or
    /// was being dropped.
    pub fn load(dir: &Path, sync: bool) -> io::Result<Option<Self>> {
        let bytes = match fs::read(dir.join(TERMS)) {
            Ok(bytes) => bytes,
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        let Ok(terms) = serde_json::from_slice::<Terms>(&bytes) else {
            return Ok(None);
        };
        let is_whole = terms.has_fitting_slices()
            && dir.join(DATA).try_exists()?
            && (!terms.proven || dir.join(PARTS).try_exists()?);
        if !is_whole {
            return Ok(None);
        }
        match Self::attach(dir, terms, sync) {
            Err(error) if is_absent(&error) => Ok(None),
            attached => attached.map(Some),
        }
    }

    fn attach(dir: &Path, terms: Terms, sync: bool) -> io::Result<Self> {
        Ok(Self {
            held: Mutex::new(Held::open(dir.join(HELD), terms.slice_count())?),
            dir: dir.to_owned(),
            terms,
            sync,
            open: RwLock::new(true),
            turn: Condvar::new(),
        })
    }

    /// What was agreed.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The object this will become.
    pub fn resource(&self) -> Resource {
        Resource {
            appid: self.terms.appid.clone(),
            bucket: self.terms.bucket.clone(),
            path: self.terms.path.clone(),
        }
    }

    /// Whether nothing has come in for longer than `ttl`.
    pub fn is_expired(&self, ttl: Duration) -> bool {
        let touched = self.lock().touched();
        touched.elapsed().is_ok_and(|idle| idle > ttl)
    }

    /// The length that the slice at `index` must have, in bytes.
    pub fn slice_len(&self, index: u64) -> u64 {
        let start = index.saturating_mul(self.terms.slice_size);
        self.terms
            .slice_size
            .min(self.terms.file_size.saturating_sub(start))
    }

    /// The held slices as `(offset, length)`, in order.
    pub fn held(&self) -> Vec<(u64, u64)> {
        let held = self.lock();
        held.indices()
            .map(|index| (index * self.terms.slice_size, self.slice_len(index)))
            .collect()
    }

    /// Whether every slice is held.
    pub fn is_complete(&self) -> bool {
        self.lock().count() == self.terms.slice_count()
    }

    /// The first slice that is missing: the only one that a serial session takes next.
    pub fn first_missing(&self) -> u64 {
        self.lock().first_missing().min(self.terms.slice_count())
    }

    /// What `uploadparts` promised from `offset` on; `None` where nothing can be said.
    pub fn prover(&self, offset: u64) -> io::Result<Option<Prover>> {
        match self.proof()? {
            Some(proof) => proof.prover(offset),
            None => Ok(None),
        }
    }

    /// Whether every slice begins and ends on part ends, so that each one held was proved.
    pub fn is_proven_whole(&self) -> io::Result<bool> {
        match self.proof()? {
            Some(proof) => proof.covers_grid(self.terms.slice_size),
            None => Ok(false),
        }
    }

    fn proof(&self) -> io::Result<Option<Proof>> {
        self.terms
            .proven
            .then(|| Proof::open(&self.dir.join(PARTS), self.terms.file_size))
            .transpose()
    }

    /// Makes an object of the slices: waits for those being written, refuses those that come later, and
    /// has `place` move the file they are in. The session goes on when that fails, unless the file is
    /// gone; `None` when it had ended before.
    pub fn finish<T, E>(&self, place: impl FnOnce(&Path) -> Result<T, E>) -> Result<Option<T>, E> {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        if !*open {
            return Ok(None);
        }
        let data = self.dir.join(DATA);
        let done = place(&data);
        if done.is_ok() || !data.exists() {
            *open = false;
            self.clear();
        }
        done.map(Some)
    }

    /// Drops the session with all it holds, if it is still `unwanted` once nobody writes any more; says
    /// whether it has ended.
    pub fn give_up(&self, unwanted: impl FnOnce() -> bool) -> io::Result<bool> {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        if !*open {
            return Ok(true);
        }
        if !unwanted() {
            return Ok(false);
        }
        // The terms go first: without them the rest is nothing, should it be left.
        let dir = File::open(&self.dir)?;
        absent_is_fine(fs::remove_file(self.dir.join(TERMS)))?;
        *open = false;
        let synced = if self.sync { dir.sync_all() } else { Ok(()) };
        self.clear();
        synced.map(|()| true)
    }

    fn clear(&self) {
        // What cannot be removed now is removed by the next start.
        drop(fs::remove_dir_all(&self.dir));
    }

    /// Whether it is finished or dropped.
    pub fn has_ended(&self) -> bool {
        !*self.open.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
