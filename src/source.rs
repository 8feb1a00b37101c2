//! The local file: its `Stamp`, reading it, and noticing that it is no longer what it was.

use std::error::Error;
use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, Write};
use std::ops::Range;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::cancel::Cancel;
use crate::digest::{ChainHasher, DigestChain, Sha1Sum};

/// What tells one revision of a file from another without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Length in bytes.
    pub len: u64,
    /// Last change of the content, in nanoseconds of unix time.
    pub mtime_ns: i64,
    /// Last change of content or attributes, in nanoseconds of unix time: moves even when the
    /// modification time is put back.
    pub ctime_ns: i64,
    /// The device the file is on.
    pub dev: u64,
    /// The file's number on its device.
    pub inode: u64,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        let nanos = |seconds: i64, nanos: i64| seconds.wrapping_mul(1_000_000_000) + nanos;
        Self {
            len: metadata.len(),
            mtime_ns: nanos(metadata.mtime(), metadata.mtime_nsec()),
            ctime_ns: nanos(metadata.ctime(), metadata.ctime_nsec()),
            dev: metadata.dev(),
            inode: metadata.ino(),
        }
    }

    fn is_same_file(&self, other: &Self) -> bool {
        self.dev == other.dev && self.inode == other.inode
    }
}

/// How a file turned out not to be the one the upload began with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is gone.
    Vanished,
    /// Another file stands at its path.
    Replaced,
    /// It has fewer bytes.
    Shrunk {
        /// Bytes before.
        from: u64,
        /// Bytes now.
        to: u64,
    },
    /// It has more bytes.
    Grew {
        /// Bytes before.
        from: u64,
        /// Bytes now.
        to: u64,
    },
    /// Its bytes are others.
    Edited,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Vanished => f.write_str("it is gone"),
            Self::Replaced => f.write_str("another file was put in its place"),
            Self::Shrunk { from, to } => write!(f, "it shrank from {from} to {to} bytes"),
            Self::Grew { from, to } => write!(f, "it grew from {from} to {to} bytes"),
            Self::Edited => f.write_str("its content was edited"),
        }
    }
}

/// Why a file cannot be uploaded, or no longer.
#[derive(Debug)]
pub enum SourceError {
    /// There is no such file.
    Missing(PathBuf),
    /// It is a directory.
    IsDirectory(PathBuf),
    /// It is neither a file nor a directory.
    NotAFile(PathBuf),
    /// It cannot be read.
    Unreadable(PathBuf, io::Error),
    /// It changed since the upload began.
    Changed(PathBuf, Change),
    /// The digests could not be kept: no trouble of the file itself.
    Keep(io::Error),
    /// The user or the clock said stop.
    Stopped,
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(path) => write!(f, "{}: no such file", path.display()),
            Self::IsDirectory(path) => write!(f, "{}: is a directory", path.display()),
            Self::NotAFile(path) => write!(f, "{}: is not a regular file", path.display()),
            Self::Unreadable(path, error) => write!(f, "{}: cannot read: {error}", path.display()),
            Self::Changed(path, change) => {
                write!(f, "{}: the file changed: {change}", path.display())
            }
            Self::Keep(error) => write!(f, "cannot keep the digests of the file: {error}"),
            Self::Stopped => f.write_str("stopped"),
        }
    }
}

impl Error for SourceError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unreadable(_, error) | Self::Keep(error) => Some(error),
            _ => None,
        }
    }
}

/// What a look at the file's attributes shows, when it is still there and as long as before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Nothing changed.
    Same,
    /// The attributes moved; whether the bytes did, only reading tells.
    Touched(Stamp),
}

/// A file opened for an upload.
#[derive(Debug)]
pub struct Source {
    path: PathBuf,
    file: File,
    stamp: Stamp,
}

impl Source {
    /// Opens a regular file.
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        let metadata = std::fs::metadata(path).map_err(|error| refused(path, error))?;
        if metadata.is_dir() {
            return Err(SourceError::IsDirectory(path.to_owned()));
        }
        // Asked before opening, because opening a pipe would wait for its writer.
        if !metadata.is_file() {
            return Err(SourceError::NotAFile(path.to_owned()));
        }
        let file = File::open(path).map_err(|error| refused(path, error))?;
        let opened = file.metadata().map_err(|error| refused(path, error))?;
        let source = Self {
            path: path.to_owned(),
            stamp: Stamp::of(&opened),
            file,
        };
        source.refuse_unknown_length()?;
        Ok(source)
    }

    /// Refuses files of the kernel that are said to be empty and are not: uploaded as they are said to
    /// be, they would be lost without a word.
    fn refuse_unknown_length(&self) -> Result<(), SourceError> {
        if self.is_empty()
            && self.file.read_at(&mut [0], 0).unwrap_or(0) > 0
            && self.look()? == Look::Same
        {
            let why = io::Error::other("its length is not told; put it through a pipe");
            return Err(SourceError::Unreadable(self.path.clone(), why));
        }
        Ok(())
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The attributes at opening.
    pub fn stamp(&self) -> Stamp {
        self.stamp
    }

    /// Length at opening, in bytes.
    pub fn len(&self) -> u64 {
        self.stamp.len
    }

    /// Whether the file had no bytes at opening.
    pub fn is_empty(&self) -> bool {
        self.stamp.len == 0
    }

    /// Compares the attributes with those at opening; a file gone, replaced, longer or shorter is an
    /// error.
    pub fn look(&self) -> Result<Look, SourceError> {
        let metadata = match std::fs::metadata(&self.path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(self.changed(Change::Vanished));
            }
            Err(error) => return Err(SourceError::Unreadable(self.path.clone(), error)),
        };
        let now = Stamp::of(&metadata);
        if !now.is_same_file(&self.stamp) {
            return Err(self.changed(Change::Replaced));
        }
        let (from, to) = (self.stamp.len, now.len);
        if to < from {
            Err(self.changed(Change::Shrunk { from, to }))
        } else if to > from {
            Err(self.changed(Change::Grew { from, to }))
        } else if now == self.stamp {
            Ok(Look::Same)
        } else {
            Ok(Look::Touched(now))
        }
    }

    /// Reads a range, all of it, into `buffer`.
    pub fn read(&self, range: &Range<u64>, buffer: &mut Vec<u8>) -> Result<(), SourceError> {
        let len = usize::try_from(range.end - range.start).unwrap_or(usize::MAX);
        buffer.resize(len, 0);
        self.file
            .read_exact_at(buffer, range.start)
            .map_err(|error| match error.kind() {
                io::ErrorKind::UnexpectedEof => self.shrunk(),
                _ => SourceError::Unreadable(self.path.clone(), error),
            })
    }

    fn shrunk(&self) -> SourceError {
        match self.look() {
            Err(error) => error,
            Ok(_) => self.changed(Change::Edited),
        }
    }

    /// An error that says how the file changed.
    pub fn changed(&self, change: Change) -> SourceError {
        SourceError::Changed(self.path.clone(), change)
    }

    /// The hashing pass: writes one record for each part to `records` and gives the sum.
    ///
    /// `progress` is told the bytes done. A file that moves meanwhile is an error.
    pub fn hash(
        &self,
        part_size: u64,
        records: &mut dyn Write,
        cancel: &Cancel,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Sha1Sum, SourceError> {
        let mut hasher = ChainHasher::default();
        let mut buffer = Vec::new();
        let mut offset = 0;
        let sum = loop {
            if cancel.is_stopped() {
                return Err(SourceError::Stopped);
            }
            let end = (offset + part_size).min(self.stamp.len);
            self.read(&(offset..end), &mut buffer)?;
            if end == self.stamp.len {
                let (digest, sum) = hasher.last(&buffer);
                if end > 0 {
                    records
                        .write_all(&digest.encode())
                        .map_err(SourceError::Keep)?;
                }
                progress(end);
                break sum;
            }
            let digest = hasher.part(&buffer);
            records
                .write_all(&digest.encode())
                .map_err(SourceError::Keep)?;
            offset = end;
            progress(offset);
        };
        match self.look()? {
            Look::Same => Ok(sum),
            Look::Touched(_) => Err(self.changed(Change::Edited)),
        }
    }

    /// Reads the whole file again and compares it with the chain; gives the attributes under which
    /// that held. This is what tells a touched file from an edited one.
    pub fn prove(
        &self,
        chain: &DigestChain,
        cancel: &Cancel,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Stamp, SourceError> {
        let before = self.now()?;
        let mut buffer = Vec::new();
        let mut offset = 0;
        while offset < self.stamp.len {
            if cancel.is_stopped() {
                return Err(SourceError::Stopped);
            }
            let end = (offset + chain.part_size()).min(self.stamp.len);
            self.read(&(offset..end), &mut buffer)?;
            if !chain.proves(offset, &buffer).map_err(SourceError::Keep)? {
                return Err(self.changed(Change::Edited));
            }
            offset = end;
            progress(offset);
        }
        if self.now()? == before {
            Ok(before)
        } else {
            Err(self.changed(Change::Edited))
        }
    }

    fn now(&self) -> Result<Stamp, SourceError> {
        Ok(match self.look()? {
            Look::Same => self.stamp,
            Look::Touched(stamp) => stamp,
        })
    }
}

fn refused(path: &Path, error: io::Error) -> SourceError {
    match error.kind() {
        io::ErrorKind::NotFound => SourceError::Missing(path.to_owned()),
        _ => SourceError::Unreadable(path.to_owned(), error),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use crate::digest::Records;
    use std::fs;
    use std::time::{Duration, SystemTime};

    fn hashed(source: &Source) -> DigestChain {
        let mut records = Vec::new();
        let sum = source
            .hash(64, &mut records, &Cancel::default(), &mut |_| ())
            .unwrap();
        DigestChain::new(source.len(), 64, sum, Records::Memory(records))
    }

    fn touch(path: &Path, to: SystemTime) {
        File::options()
            .write(true)
            .open(path)
            .unwrap()
            .set_modified(to)
            .unwrap();
    }

    #[test]
    fn what_is_no_file_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let shown = |path: &Path| Source::open(path).unwrap_err().to_string();
        assert!(shown(&dir.path().join("none")).ends_with("none: no such file"));
        assert!(shown(dir.path()).ends_with("is a directory"));
        assert!(shown(Path::new("/dev/null")).ends_with("is not a regular file"));
        #[cfg(target_os = "linux")]
        assert_eq!(
            shown(Path::new("/proc/version")),
            "/proc/version: cannot read: its length is not told; put it through a pipe"
        );
    }

    #[test]
    fn a_touched_file_is_proved_and_an_edited_one_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        fs::write(&path, vec![7; 1000]).unwrap();
        let source = Source::open(&path).unwrap();
        let chain = hashed(&source);
        let quiet = Cancel::default();
        let then = fs::metadata(&path).unwrap().modified().unwrap();
        touch(&path, then + Duration::from_secs(5));
        assert!(matches!(source.look().unwrap(), Look::Touched(_)));
        assert!(source.prove(&chain, &quiet, &mut |_| ()).is_ok());

        let file = File::options().write(true).open(&path).unwrap();
        file.write_all_at(b"x", 500).unwrap();
        touch(&path, then);
        let error = source.prove(&chain, &quiet, &mut |_| ()).unwrap_err();
        assert!(matches!(error, SourceError::Changed(_, Change::Edited)));
    }

    #[test]
    fn every_kind_of_change_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        let change = |what: &dyn Fn()| {
            fs::write(&path, vec![7; 100]).unwrap();
            let source = Source::open(&path).unwrap();
            what();
            match source.look() {
                Err(SourceError::Changed(_, change)) => change,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(
            change(&|| fs::write(&path, [7; 3]).unwrap()),
            Change::Shrunk { from: 100, to: 3 }
        );
        assert_eq!(
            change(&|| fs::write(&path, [7; 101]).unwrap()),
            Change::Grew { from: 100, to: 101 }
        );
        assert_eq!(
            change(&|| fs::remove_file(&path).unwrap()),
            Change::Vanished
        );
        assert_eq!(
            change(&|| {
                let other = dir.path().join("g");
                fs::write(&other, vec![7; 100]).unwrap();
                fs::rename(&other, &path).unwrap();
            }),
            Change::Replaced
        );
    }
}
