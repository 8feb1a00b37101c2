//! Which slices of a session are held: in memory, and in a log that outlives the emulator; and which
//! are being written just now.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::time::SystemTime;

/// Set in a log record that takes a slice back.
const TAKEN_BACK: u64 = 1 << 63;

/// Bytes of one record of the log: the index of a slice.
const LOG_RECORD: u64 = 8;

/// The right to write a slice piece by piece, until somebody comes who has it whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// The slice.
    pub index: u64,
    number: u64,
}

/// How far a claim has got.
#[derive(Debug)]
enum Progress {
    /// It stands, and so many bytes were written.
    Standing(usize),
    /// Somebody else has the place now; these bytes had been written.
    Displaced(Vec<u8>),
}

/// The held slices of one session.
#[derive(Debug)]
pub struct Held {
    bits: Vec<u64>,
    count: u64,
    log: PathBuf,
    log_len: u64,
    claims: Vec<(Claim, Progress)>,
    last_claim: u64,
    writing: Vec<u64>,
    touched: SystemTime,
}

impl Held {
    /// Reads the log at `path`; slices from `slice_count` on do not exist.
    pub fn open(log: PathBuf, slice_count: u64) -> io::Result<Self> {
        let words = usize::try_from(slice_count.div_ceil(64)).unwrap_or(usize::MAX);
        let bytes = fs::read(&log)?;
        let mut held = Self {
            bits: vec![0; words],
            count: 0,
            log_len: bytes.len() as u64 / LOG_RECORD * LOG_RECORD,
            touched: fs::metadata(&log)?.modified()?,
            log,
            claims: Vec::new(),
            last_claim: 0,
            writing: Vec::new(),
        };
        for record in bytes.as_chunks::<8>().0 {
            let record = u64::from_le_bytes(*record);
            let index = record & !TAKEN_BACK;
            if index < slice_count {
                held.set(index, record & TAKEN_BACK == 0);
            }
        }
        Ok(held)
    }

    /// How many slices are held.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Whether the slice is held.
    pub fn has(&self, index: u64) -> bool {
        let (word, bit) = place_of(index);
        self.bits.get(word).is_some_and(|bits| bits & bit != 0)
    }

    /// Writes to the log that a slice is held, or is no longer; gives the log, to be synced.
    pub fn log(&mut self, index: u64, is_held: bool) -> io::Result<File> {
        self.touched = SystemTime::now();
        let record = if is_held { index } else { index | TAKEN_BACK };
        let log = OpenOptions::new().write(true).open(&self.log)?;
        // At a known place, so that a record cut short by a full disk is written over by the next one.
        log.write_all_at(&record.to_le_bytes(), self.log_len)?;
        self.log_len += LOG_RECORD;
        Ok(log)
    }

    /// Has a slice count as held, or not.
    pub fn set(&mut self, index: u64, is_held: bool) {
        let (word, bit) = place_of(index);
        let before = self.has(index);
        if let Some(bits) = self.bits.get_mut(word) {
            match (before, is_held) {
                (false, true) => (*bits, self.count) = (*bits | bit, self.count + 1),
                (true, false) => (*bits, self.count) = (*bits & !bit, self.count - 1),
                _ => {}
            }
        }
    }

    /// When something last came in.
    pub fn touched(&self) -> SystemTime {
        self.touched
    }

    /// Notes that a slice is being written.
    pub fn begin(&mut self, index: u64) {
        self.writing.push(index);
    }

    /// Notes that a slice is written no longer.
    pub fn end(&mut self, index: u64) {
        self.writing.retain(|other| *other != index);
    }

    /// Whether a slice is being written.
    pub fn is_written(&self, index: u64) -> bool {
        self.writing.contains(&index)
    }

    /// Notes that a slice came in that was held already, for a later run as well.
    pub fn touch(&mut self) -> io::Result<()> {
        self.touched = SystemTime::now();
        let log = OpenOptions::new().write(true).open(&self.log)?;
        log.set_modified(self.touched)
    }

    /// The held slices, in order.
    pub fn indices(&self) -> impl Iterator<Item = u64> {
        (0_u64..).zip(&self.bits).flat_map(|(word, bits)| {
            (0..64)
                .filter(move |bit| bits & (1 << bit) != 0)
                .map(move |bit| word * 64 + bit)
        })
    }

    /// The first slice that is missing.
    pub fn first_missing(&self) -> u64 {
        let full = self.bits.iter().take_while(|bits| **bits == u64::MAX);
        let word = full.count();
        let rest = self.bits.get(word).map_or(0, |bits| bits.trailing_ones());
        word as u64 * 64 + u64::from(rest)
    }

    /// Claims a slice that is not held, and that nobody else claims or writes.
    pub fn claim(&mut self, index: u64) -> Option<Claim> {
        if self.claimed(index).is_some() || self.has(index) || self.is_written(index) {
            return None;
        }
        self.last_claim += 1;
        let claim = Claim {
            index,
            number: self.last_claim,
        };
        self.claims.push((claim, Progress::Standing(0)));
        Some(claim)
    }

    /// The claim that stands on a slice, and how many bytes it has written.
    pub fn claimed(&self, index: u64) -> Option<(Claim, usize)> {
        self.claims
            .iter()
            .find_map(|(claim, progress)| match progress {
                Progress::Standing(len) if claim.index == index => Some((*claim, *len)),
                _ => None,
            })
    }

    /// How many bytes a claim has written, as long as it stands.
    pub fn progress(&self, claim: Claim) -> Option<usize> {
        let (standing, len) = self.claimed(claim.index)?;
        (standing == claim).then_some(len)
    }

    /// Notes how many bytes a claim has written.
    pub fn advance(&mut self, claim: Claim, len: usize) {
        self.replace(claim, Progress::Standing(len));
    }

    /// Ends a claim in favour of another writer; what it had written is kept for it.
    pub fn displace(&mut self, claim: Claim, bytes: Vec<u8>) {
        self.replace(claim, Progress::Displaced(bytes));
    }

    /// Ends a claim; gives the bytes that had been written if it was displaced before.
    pub fn release(&mut self, claim: Claim) -> Option<Vec<u8>> {
        let at = self.claims.iter().position(|(other, _)| *other == claim)?;
        match self.claims.swap_remove(at).1 {
            Progress::Standing(_) => None,
            Progress::Displaced(bytes) => Some(bytes),
        }
    }

    fn replace(&mut self, claim: Claim, progress: Progress) {
        let found = self.claims.iter_mut().find(|(other, _)| *other == claim);
        if let Some((_, before)) = found {
            *before = progress;
        }
    }
}

fn place_of(index: u64) -> (usize, u64) {
    (
        usize::try_from(index / 64).unwrap_or(usize::MAX),
        1 << (index % 64),
    )
}
