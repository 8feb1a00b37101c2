//! Standard input, kept in the state directory before anything is sent: a stream cannot be read
//! twice, and one whose writer died must not become an object.

use std::error::Error;
use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use crate::cancel::Cancel;

/// Bytes read at a time.
const CHUNK: usize = 256 * 1024;

/// How many chunks may wait for the disk.
const AHEAD: usize = 4;

/// How often a silent stream is left to see whether the run is to stop.
const LOOK: Duration = Duration::from_millis(100);

/// What a stream that is still coming in is called.
const PARTIAL: &str = "part";

/// Why there is no whole stream.
#[derive(Debug)]
pub enum SpoolError {
    /// An earlier stream for the same destination is kept and has not gone up yet.
    Pending(PathBuf),
    /// Another process takes a stream for the same destination.
    Busy,
    /// The stream had no byte, and nobody said that it would have none.
    Empty,
    /// The stream ended too early.
    Short {
        /// Bytes that came.
        got: u64,
        /// Bytes that were said to come.
        expected: u64,
    },
    /// The stream went on too long.
    Long {
        /// Bytes that were said to come.
        expected: u64,
    },
    /// The stream broke.
    Read(io::Error),
    /// The stream could not be kept.
    Keep(PathBuf, io::Error),
    /// The user or the clock said stop.
    Stopped,
}

impl fmt::Display for SpoolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pending(path) => write!(
                f,
                "an earlier stream for this destination has not gone up yet: {}",
                path.display()
            ),
            Self::Busy => f.write_str("another cosup takes a stream for this destination"),
            Self::Empty => f.write_str("standard input was empty: its writer may have failed"),
            Self::Short { got, expected } => write!(
                f,
                "standard input ended after {got} of {expected} bytes: its writer may have failed"
            ),
            Self::Long { expected } => {
                write!(
                    f,
                    "standard input has more than the {expected} bytes expected"
                )
            }
            Self::Read(error) => write!(f, "cannot read standard input: {error}"),
            Self::Keep(path, error) => {
                write!(
                    f,
                    "cannot keep standard input in {}: {error}",
                    path.display()
                )
            }
            Self::Stopped => f.write_str("stopped before standard input ended"),
        }
    }
}

impl Error for SpoolError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Read(error) | Self::Keep(_, error) => Some(error),
            _ => None,
        }
    }
}

/// The place in the state directory where streams are kept.
#[derive(Debug)]
pub struct Spool {
    dir: PathBuf,
}

impl Spool {
    /// The spool of the state directory `state_dir`; touches nothing yet.
    pub fn new(state_dir: &Path) -> Self {
        Self {
            dir: state_dir.join("spool"),
        }
    }

    /// Where the stream called `name` is kept once it is whole.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Whether `path` is a kept stream, to be removed once its object is proved.
    pub fn owns(&self, path: &Path) -> bool {
        path.parent() == Some(&self.dir)
    }

    /// Takes a stream to its end and keeps it under `name`, for the user's eyes only. What does not
    /// come whole is not kept: `expected` is the length in bytes where it is known, and a stream of no
    /// bytes counts as broken unless that is what is expected.
    ///
    /// `progress` is told the bytes so far.
    pub fn take(
        &self,
        name: &str,
        input: impl Read + Send + 'static,
        expected: Option<u64>,
        cancel: &Cancel,
        progress: &mut dyn FnMut(u64),
    ) -> Result<PathBuf, SpoolError> {
        let whole = self.path(name);
        self.open()?;
        self.sweep();
        let part = whole.with_extension(PARTIAL);
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&part)
            .map_err(keep(&part))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(SpoolError::Busy),
            Err(TryLockError::Error(error)) => return Err(SpoolError::Keep(part, error)),
        }
        if !is_at(&file, &part) {
            // Swept between our opening and our locking it, by a taker that started just now.
            return Err(SpoolError::Busy);
        }
        if whole.exists() {
            discard(&part);
            return Err(SpoolError::Pending(whole));
        }
        let taken = file
            .set_len(0)
            .map_err(keep(&part))
            .and_then(|()| copy(input, &file, &part, expected, cancel, progress))
            .and_then(|()| file.sync_all().map_err(keep(&part)))
            .and_then(|()| fs::rename(&part, &whole).map_err(keep(&whole)))
            .and_then(|()| self.sync());
        match taken {
            Ok(()) => Ok(whole),
            Err(error) => {
                discard(&part);
                Err(error)
            }
        }
    }

    /// Removes a kept stream.
    pub fn remove(&self, path: &Path) -> io::Result<()> {
        debug_assert!(self.owns(path), "only kept streams are removed");
        fs::remove_file(path)
    }

    fn open(&self) -> Result<(), SpoolError> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.dir)
            .map_err(keep(&self.dir))
    }

    fn sync(&self) -> Result<(), SpoolError> {
        File::open(&self.dir)
            .and_then(|dir| dir.sync_all())
            .map_err(keep(&self.dir))
    }

    /// Removes what killed takers have left: unfinished streams that nobody holds.
    fn sweep(&self) {
        let Ok(items) = fs::read_dir(&self.dir) else {
            return;
        };
        for path in items.flatten().map(|item| item.path()) {
            let is_part = path.extension().is_some_and(|ending| ending == PARTIAL);
            if is_part && File::open(&path).is_ok_and(|file| file.try_lock().is_ok()) {
                discard(&path);
            }
        }
    }
}

fn keep(path: &Path) -> impl FnOnce(io::Error) -> SpoolError + use<'_> {
    move |error| SpoolError::Keep(path.to_owned(), error)
}

fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::metadata(path)) {
        (Ok(held), Ok(named)) => held.dev() == named.dev() && held.ino() == named.ino(),
        _ => false,
    }
}

/// Removes a file that is of no use; if it cannot be, the next sweep tries again.
fn discard(path: &Path) {
    fs::remove_file(path).ok();
}

/// Reading happens in a thread of its own, because a pipe that is silent for an hour would otherwise
/// keep the run from stopping.
fn copy(
    mut input: impl Read + Send + 'static,
    mut file: &File,
    part: &Path,
    expected: Option<u64>,
    cancel: &Cancel,
    progress: &mut dyn FnMut(u64),
) -> Result<(), SpoolError> {
    let (send, chunks) = mpsc::sync_channel::<io::Result<Vec<u8>>>(AHEAD);
    std::thread::spawn(move || {
        loop {
            let mut chunk = Vec::with_capacity(CHUNK);
            let read = input.by_ref().take(CHUNK as u64).read_to_end(&mut chunk);
            let broken = read.err();
            let is_end = chunk.len() < CHUNK;
            // The receiver hangs up when it has seen enough.
            if !chunk.is_empty() && send.send(Ok(chunk)).is_err() {
                return;
            }
            if let Some(error) = broken {
                send.send(Err(error)).ok();
                return;
            }
            if is_end {
                return;
            }
        }
    });
    let mut got = 0_u64;
    loop {
        match chunks.recv_timeout(LOOK) {
            Ok(Ok(chunk)) => {
                file.write_all(&chunk).map_err(keep(part))?;
                got += chunk.len() as u64;
                progress(got);
            }
            Ok(Err(error)) => return Err(SpoolError::Read(error)),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if let Some(expected) = expected.filter(|expected| got > *expected) {
            return Err(SpoolError::Long { expected });
        }
        if cancel.is_stopped() {
            return Err(SpoolError::Stopped);
        }
    }
    match expected {
        Some(expected) if got < expected => Err(SpoolError::Short { got, expected }),
        None if got == 0 => Err(SpoolError::Empty),
        _ => Ok(()),
    }
}

/// Whether the disk is full, which has a remedy of its own.
pub fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded
    )
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use crate::cancel::Stop;
    use std::os::unix::fs::PermissionsExt;

    fn take(
        spool: &Spool,
        input: impl Read + Send + 'static,
        expected: Option<u64>,
    ) -> Result<PathBuf, SpoolError> {
        spool.take("name", input, expected, &Cancel::default(), &mut |_| ())
    }

    fn is_empty(dir: &Path) -> bool {
        fs::read_dir(dir.join("spool")).unwrap().count() == 0
    }

    #[test]
    fn a_whole_stream_is_kept_for_the_user_alone() {
        let dir = tempfile::tempdir().unwrap();
        let spool = Spool::new(dir.path());
        let bytes: Vec<u8> = (0..1_000_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        let path = take(&spool, io::Cursor::new(bytes.clone()), Some(1_000_000)).unwrap();
        assert_eq!(fs::read(&path).unwrap(), bytes);
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert!(spool.owns(&path) && !spool.owns(dir.path()));
        let again = take(&spool, io::Cursor::new(b"x"), None).unwrap_err();
        assert!(matches!(again, SpoolError::Pending(_)), "{again}");
        assert_eq!(fs::read(&path).unwrap(), bytes, "the first one stays");
        spool.remove(&path).unwrap();
        assert!(is_empty(dir.path()));
        take(&spool, io::empty(), Some(0)).unwrap();
    }

    #[test]
    fn what_does_not_come_whole_is_not_kept() {
        struct Breaks;
        impl Read for Breaks {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(ErrorKind::ConnectionReset.into())
            }
        }
        let dir = tempfile::tempdir().unwrap();
        let spool = Spool::new(dir.path());
        let three = || io::Cursor::new(b"abc");
        for (result, text) in [
            (
                take(&spool, three(), Some(4)),
                "standard input ended after 3 of 4 bytes: its writer may have failed",
            ),
            (
                take(&spool, three(), Some(2)),
                "standard input has more than the 2 bytes expected",
            ),
            (
                take(&spool, io::empty(), None),
                "standard input was empty: its writer may have failed",
            ),
            (
                take(&spool, three().chain(Breaks), None),
                "cannot read standard input: connection reset",
            ),
        ] {
            assert_eq!(result.unwrap_err().to_string(), text);
            assert!(is_empty(dir.path()), "{text}");
        }
    }

    #[test]
    fn a_silent_stream_does_not_keep_a_run_from_stopping() {
        let dir = tempfile::tempdir().unwrap();
        let spool = Spool::new(dir.path());
        let (silent, writer) = io::pipe().unwrap();
        let cancel = Cancel::default();
        cancel.stop(Stop::Time);
        let stopped = spool.take("name", silent, None, &cancel, &mut |_| ());
        assert!(matches!(stopped, Err(SpoolError::Stopped)));
        assert!(is_empty(dir.path()));
        drop(writer);
    }

    #[test]
    fn what_a_killed_taker_left_goes_and_what_another_holds_stays() {
        let dir = tempfile::tempdir().unwrap();
        let spool = Spool::new(dir.path());
        fs::create_dir(dir.path().join("spool")).unwrap();
        let left = spool.path("left.part");
        let held = spool.path("name.part");
        fs::write(&left, "half").unwrap();
        let holder = File::create(&held).unwrap();
        holder.lock().unwrap();
        let busy = take(&spool, io::Cursor::new(b"x"), None).unwrap_err();
        assert!(matches!(busy, SpoolError::Busy));
        assert!(held.exists() && !left.exists());
        drop(holder);
        take(&spool, io::Cursor::new(b"x"), None).unwrap();
    }
}
