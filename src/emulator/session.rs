//! One unfinished upload on disk: its terms, its slices, and the log of those that are held.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::paths::Resource;
use super::proof::{Part, Proof};
use super::storage::{Storage, absent_is_fine};

/// Set in a log record that takes a slice back.
const TAKEN_BACK: u64 = 1 << 63;

/// Bytes of one record of the log: the index of a slice.
const LOG_RECORD: u64 = 8;

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

/// An open session. Slices at different offsets are written side by side; finishing and dropping wait
/// for them.
#[derive(Debug)]
pub struct Session {
    terms: Terms,
    dir: PathBuf,
    data: File,
    proof: Option<Proof>,
    sync: bool,
    open: RwLock<bool>,
    held: Mutex<Held>,
    turn: Condvar,
}

#[derive(Debug)]
struct Held {
    bits: Vec<u64>,
    count: u64,
    log: File,
    log_len: u64,
    writing: Vec<u64>,
    touched: SystemTime,
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
        fs::create_dir_all(&dir)?;
        let made = Self::fill(storage, terms, parts, &dir);
        if made.is_err() {
            absent_is_fine(fs::remove_dir_all(&dir))?;
        }
        made
    }

    fn fill(
        storage: &Storage,
        terms: Terms,
        parts: impl Iterator<Item = Part>,
        dir: &Path,
    ) -> io::Result<Self> {
        File::create(dir.join("data"))?;
        File::create(dir.join("held"))?;
        if terms.proven {
            let file = Proof::write(&dir.join("parts"), parts)?;
            if storage.syncs() {
                file.sync_all()?;
            }
        }
        // The terms come last: a directory without them was never acknowledged.
        storage.write_atomically(&dir.join("terms.json"), &serde_json::to_vec(&terms)?)?;
        Self::attach(dir, terms, storage.syncs())
    }

    /// Opens a session that an earlier run left; `None` when it was never acknowledged or is finished.
    pub fn load(dir: &Path, sync: bool) -> io::Result<Option<Self>> {
        let Ok(bytes) = fs::read(dir.join("terms.json")) else {
            return Ok(None);
        };
        let Ok(terms) = serde_json::from_slice::<Terms>(&bytes) else {
            return Ok(None);
        };
        if !dir.join("data").exists() {
            return Ok(None);
        }
        Self::attach(dir, terms, sync).map(Some)
    }

    fn attach(dir: &Path, terms: Terms, sync: bool) -> io::Result<Self> {
        let read_write = |name: &str| {
            OpenOptions::new()
                .read(true)
                .write(true)
                .open(dir.join(name))
        };
        let mut log = read_write("held")?;
        let count = terms.file_size.div_ceil(terms.slice_size.max(1));
        let words = usize::try_from(count.div_ceil(64)).unwrap_or(usize::MAX);
        let mut bytes = Vec::new();
        log.read_to_end(&mut bytes)?;
        let mut held = Held {
            bits: vec![0; words],
            count: 0,
            log_len: bytes.len() as u64 / LOG_RECORD * LOG_RECORD,
            touched: log.metadata()?.modified()?,
            log,
            writing: Vec::new(),
        };
        for record in bytes.as_chunks::<8>().0 {
            let record = u64::from_le_bytes(*record);
            let index = record & !TAKEN_BACK;
            if index < count {
                held.set(index, record & TAKEN_BACK == 0);
            }
        }
        let proof = terms
            .proven
            .then(|| Proof::open(&dir.join("parts"), terms.file_size))
            .transpose()?;
        Ok(Self {
            data: read_write("data")?,
            dir: dir.to_owned(),
            terms,
            proof,
            sync,
            open: RwLock::new(true),
            held: Mutex::new(held),
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
    pub fn is_expired(&self, now: SystemTime, ttl: Duration) -> bool {
        now.duration_since(self.lock().touched)
            .is_ok_and(|idle| idle > ttl)
    }

    /// How many slices there are.
    pub fn slice_count(&self) -> u64 {
        self.terms.file_size.div_ceil(self.terms.slice_size.max(1))
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
        (0..self.slice_count())
            .filter(|index| held.has(*index))
            .map(|index| (index * self.terms.slice_size, self.slice_len(index)))
            .collect()
    }

    /// Whether every slice is held.
    pub fn is_complete(&self) -> bool {
        self.lock().count == self.slice_count()
    }

    /// The first slice that is missing: the only one that a serial session takes next.
    pub fn first_missing(&self) -> u64 {
        let held = self.lock();
        (0..self.slice_count())
            .find(|index| !held.has(*index))
            .unwrap_or(self.slice_count())
    }

    /// Writes a slice and records it as held; both are on disk before this returns.
    pub fn put(&self, index: u64, bytes: &[u8]) -> io::Result<Put> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        if !*open {
            return Ok(Put::Ended);
        }
        let mut held = self.lock();
        while held.writing.contains(&index) {
            held = self.turn.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
        held.writing.push(index);
        held.touched = SystemTime::now();
        let again = held.has(index);
        drop(held);
        let written = self.write(index, bytes, again);
        let mut held = self.lock();
        held.writing.retain(|other| *other != index);
        self.turn.notify_all();
        written?;
        if !held.has(index) {
            held.record(index)?;
            if self.sync {
                held.log.sync_data()?;
            }
            held.set(index, true);
        }
        Ok(Put::Held)
    }

    fn write(&self, index: u64, bytes: &[u8], again: bool) -> io::Result<()> {
        let offset = index * self.terms.slice_size;
        if again {
            let mut before = vec![0; bytes.len()];
            self.data.read_exact_at(&mut before, offset)?;
            if before == bytes {
                return Ok(());
            }
            // Taken back before the first byte changes: a kill in between must not leave a mixture
            // that counts as held.
            let mut held = self.lock();
            held.record(index | TAKEN_BACK)?;
            held.set(index, false);
        }
        self.data.write_all_at(bytes, offset)?;
        if self.sync {
            self.data.sync_data()?;
        }
        Ok(())
    }

    /// Whether `bytes` are what `uploadparts` promised for the slice at `offset`; `None` where nothing
    /// can be said.
    pub fn proves(&self, offset: u64, bytes: &[u8]) -> io::Result<Option<bool>> {
        match &self.proof {
            Some(proof) => proof.proves(offset, bytes),
            None => Ok(None),
        }
    }

    /// Whether every slice begins and ends on part ends, so that each one held was proved.
    pub fn is_proven_whole(&self) -> io::Result<bool> {
        match &self.proof {
            Some(proof) => proof.covers_grid(self.terms.slice_size),
            None => Ok(false),
        }
    }

    /// Ends the session: waits for slices being written, refuses those that come later, and runs
    /// `last` on the file of the slices. The session goes on when `last` fails.
    pub fn end<T, E: From<io::Error>>(
        &self,
        last: impl FnOnce(&Path) -> Result<T, E>,
    ) -> Result<Option<T>, E> {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        if !*open {
            return Ok(None);
        }
        let done = last(&self.dir.join("data"))?;
        *open = false;
        absent_is_fine(fs::remove_dir_all(&self.dir))?;
        Ok(Some(done))
    }

    /// The session's own directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn has(&self, index: u64) -> bool {
        let (word, bit) = place_of(index);
        self.bits.get(word).is_some_and(|bits| bits & bit != 0)
    }

    fn set(&mut self, index: u64, held: bool) {
        let (word, bit) = place_of(index);
        let before = self.has(index);
        if let Some(bits) = self.bits.get_mut(word) {
            match (before, held) {
                (false, true) => (*bits, self.count) = (*bits | bit, self.count + 1),
                (true, false) => (*bits, self.count) = (*bits & !bit, self.count - 1),
                _ => {}
            }
        }
    }

    /// Appends to the log at a known place, so that a record cut short by a full disk is written
    /// over by the next one.
    fn record(&mut self, record: u64) -> io::Result<()> {
        self.log.write_all_at(&record.to_le_bytes(), self.log_len)?;
        self.log_len += LOG_RECORD;
        Ok(())
    }
}

fn place_of(index: u64) -> (usize, u64) {
    (
        usize::try_from(index / 64).unwrap_or(usize::MAX),
        1 << (index % 64),
    )
}
