//! The ledger: one receipt a line for every finished upload, appended under a lock and synced, so
//! that what stands in it is true and a torn line is the only thing a crash can leave.

mod index;
mod receipt;

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::cancel::Cancel;

pub use index::{Index, Latest, Place};
pub use receipt::{Receipt, VERSION};

#[cfg(test)]
pub(crate) use receipt::testing;

/// How far back the end of the last line is looked for: longer than any receipt.
const LONGEST_LINE: u64 = 64 * 1024;

/// How long another process may hold the lock before it counts as stuck.
const PATIENCE: Duration = Duration::from_secs(30);

/// A ledger open for appending. Many processes may append to one file.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    file: File,
}

impl Ledger {
    /// Opens the ledger at `path`, making it when there is none, and repairs a line that a crash has
    /// torn. A file that is something else is refused and left as it is.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let is_new = !path.exists();
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(path)
            .with_context(|| format!("cannot open the ledger {}", path.display()))?;
        if !file.metadata().is_ok_and(|about| about.is_file()) {
            bail!("the ledger {} is not a regular file", path.display());
        }
        let ledger = Self {
            path: path.to_owned(),
            file,
        };
        ledger.locked(Self::repair)?;
        if is_new {
            let parent = path
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty());
            File::open(parent.unwrap_or(Path::new(".")))
                .and_then(|directory| directory.sync_all())
                .with_context(|| format!("cannot sync the directory of {}", path.display()))?;
        }
        Ok(ledger)
    }

    /// Appends a receipt; once this returns, the line outlives a power cut.
    pub fn append(&self, receipt: &Receipt) -> anyhow::Result<()> {
        let line = receipt.to_line()?;
        self.locked(|ledger| {
            let end = ledger.repair()?;
            let written = (&ledger.file)
                .write_all(&line)
                .and_then(|()| ledger.file.sync_data());
            if let Err(error) = written {
                // Half a line is worse than none; where it cannot be taken back, the next open does.
                ledger.file.set_len(end).ok();
                return Err(ledger.failed("cannot append to", error));
            }
            Ok(())
        })
    }

    /// Waits for whoever else writes a receipt, which takes a moment, but not for ever.
    fn take_lock(&self) -> io::Result<()> {
        let start = Instant::now();
        loop {
            match self.file.try_lock() {
                Ok(()) => return Ok(()),
                Err(TryLockError::WouldBlock) if start.elapsed() < PATIENCE => {
                    Cancel::default().sleep(Duration::from_millis(20));
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(io::Error::new(
                        io::ErrorKind::TimedOut,
                        "another process has not let go of it for half a minute",
                    ));
                }
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
    }

    fn locked<T>(&self, work: impl FnOnce(&Self) -> anyhow::Result<T>) -> anyhow::Result<T> {
        self.take_lock()
            .map_err(|error| self.failed("cannot lock", error))?;
        let result = work(self);
        self.file
            .unlock()
            .map_err(|error| self.failed("cannot unlock", error))?;
        result
    }

    /// Makes the file end in a whole line and gives its length.
    fn repair(&self) -> anyhow::Result<u64> {
        let len = (&self.file)
            .seek(SeekFrom::End(0))
            .map_err(|error| self.failed("cannot read", error))?;
        let from = len.saturating_sub(LONGEST_LINE);
        let mut end = Vec::new();
        (&self.file)
            .seek(SeekFrom::Start(from))
            .and_then(|_| (&self.file).take(LONGEST_LINE).read_to_end(&mut end))
            .map_err(|error| self.failed("cannot read", error))?;
        if end.is_empty() || end.ends_with(b"\n") {
            self.check_first_line(len)?;
            return Ok(len);
        }
        let start = end.iter().rposition(|byte| *byte == b'\n').map(|at| at + 1);
        let tail = &end[start.unwrap_or(0)..];
        if !is_torn(tail) || (start.is_none() && from > 0) {
            bail!(self.not_a_ledger());
        }
        self.check_first_line(len)?;
        if Receipt::from_line(tail).is_ok() {
            (&self.file)
                .write_all(b"\n")
                .and_then(|()| self.file.sync_data())
                .map_err(|error| self.failed("cannot repair", error))?;
            return Ok(len + 1);
        }
        let whole = len - tail.len() as u64;
        self.file
            .set_len(whole)
            .and_then(|()| self.file.sync_data())
            .map_err(|error| self.failed("cannot repair", error))?;
        Ok(whole)
    }

    fn check_first_line(&self, len: u64) -> anyhow::Result<()> {
        let mut opening = [0; receipt::OPENING.len()];
        let wanted = usize::try_from(len).map_or(opening.len(), |len| len.min(opening.len()));
        self.file
            .read_exact_at(&mut opening[..wanted], 0)
            .map_err(|error| self.failed("cannot read", error))?;
        if is_torn(&opening[..wanted]) {
            Ok(())
        } else {
            bail!(self.not_a_ledger())
        }
    }

    fn not_a_ledger(&self) -> String {
        format!(
            "{} is not a ledger of cosup; it is left as it is",
            self.path.display()
        )
    }

    fn failed(&self, what: &str, error: std::io::Error) -> anyhow::Error {
        anyhow::Error::new(error).context(format!("{what} the ledger {}", self.path.display()))
    }
}

/// Whether `tail` can be what is left of a receipt: its beginning, or the zeros that some file
/// systems leave in place of bytes that never reached the disk.
fn is_torn(tail: &[u8]) -> bool {
    let written = tail
        .iter()
        .rposition(|byte| *byte != 0)
        .map_or(&[][..], |last| &tail[..=last]);
    let common = written.len().min(receipt::OPENING.len());
    written[..common] == receipt::OPENING[..common]
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::testing::receipt;
    use super::*;
    use std::fs;

    fn lines(path: &Path) -> Vec<Receipt> {
        let text = fs::read(path).unwrap();
        assert!(text.is_empty() || text.ends_with(b"\n"));
        text.split_inclusive(|byte| *byte == b'\n')
            .map(|line| Receipt::from_line(line).unwrap())
            .collect()
    }

    #[test]
    fn torn_at_every_byte() {
        // Thousands of syncs: in memory where there is a place for that.
        let dir = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
        let dir = dir.unwrap();
        let path = dir.path().join("ledger.jsonl");
        let kept: Vec<_> = ["a", "ü"].map(receipt).into();
        let whole: Vec<u8> = kept.iter().flat_map(|r| r.to_line().unwrap()).collect();
        for zeros in [0, 7] {
            for cut in 0..=whole.len() {
                let mut torn = whole[..cut].to_vec();
                torn.resize(cut + zeros, 0);
                fs::write(&path, &torn).unwrap();
                let intact = whole[..cut].split(|byte| *byte == b'\n').count() - 1;
                // A line that lacks no more than its newline is whole.
                let intact = intact + usize::from(zeros == 0 && whole.get(cut) == Some(&b'\n'));
                Ledger::open(&path).unwrap();
                assert_eq!(lines(&path), kept[..intact], "cut at {cut}");
                if zeros == 0 {
                    Ledger::open(&path)
                        .unwrap()
                        .append(&receipt("new"))
                        .unwrap();
                    assert_eq!(lines(&path).len(), intact + 1, "cut at {cut}");
                }
            }
        }
    }

    #[test]
    fn a_line_torn_by_another_process_is_repaired_by_the_next_append() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ledger.jsonl");
        let ledger = Ledger::open(&path).unwrap();
        ledger.append(&receipt("a")).unwrap();
        let mut other = OpenOptions::new().append(true).open(&path).unwrap();
        other.write_all(br#"{"version":1,"sou"#).unwrap();
        ledger.append(&receipt("b")).unwrap();
        assert_eq!(lines(&path), ["a", "b"].map(receipt));
    }

    #[test]
    fn other_files_are_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("notes.txt");
        let long = vec![b'x'; 200_000];
        for text in [
            &b"dear diary"[..],
            b"dear diary\n",
            b"a\n{\"version\":1,\"torn",
            b"\n",
            &long,
        ] {
            fs::write(&path, text).unwrap();
            let error = Ledger::open(&path).unwrap_err();
            assert!(error.to_string().contains("is not a ledger"), "{error}");
            assert_eq!(fs::read(&path).unwrap(), text);
        }
        assert!(Ledger::open(dir.path()).is_err());
    }

    #[test]
    fn many_writers_never_mix_their_lines() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ledger.jsonl");
        std::thread::scope(|scope| {
            for writer in 0..8 {
                let path = &path;
                scope.spawn(move || {
                    let ledger = Ledger::open(path).unwrap();
                    for number in 0..10 {
                        ledger
                            .append(&receipt(&format!("{writer}-{number}")))
                            .unwrap();
                    }
                });
            }
        });
        assert_eq!(lines(&path).len(), 80);
    }
}
