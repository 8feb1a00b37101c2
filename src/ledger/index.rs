//! Reading a ledger: the skip list of the next run, and the latest receipt of every object.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use jiff::Timestamp;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use super::receipt::{Line, Newer, Receipt};
use crate::store::Destination;

/// Bytes read at a time.
const BUFFER: usize = 256 * 1024;

/// The length of a line with ordinary names, in bytes.
const USUAL_LINE: u64 = 450;

/// Which files a ledger knows to be uploaded, and how they looked then; 16 bytes a file.
///
/// Names and looks are kept as hashes: of two names that collide, one is not skipped.
#[derive(Debug, Default)]
pub struct Index {
    files: HashMap<u64, u64>,
    unreadable: u64,
}

impl Index {
    /// Reads the ledger at `path`, changing nothing. No ledger is an empty one; a line that cannot be
    /// read is counted and passed over, because not skipping a file is always safe.
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        let mut index = Self::default();
        let Some(mut lines) = Lines::open(path)? else {
            return Ok(index);
        };
        index.files.reserve(lines.estimate());
        while let Some((_, line)) = lines.next()? {
            let Ok(line) = line else {
                index.unreadable += 1;
                continue;
            };
            let (Ok(source), Ok(mtime)) = (line.source(), line.mtime()) else {
                index.unreadable += 1;
                continue;
            };
            let key = file_key(
                &source,
                &line.endpoint,
                &line.appid,
                &line.bucket,
                &line.path,
            );
            index.files.insert(key, looks(line.size, mtime));
        }
        Ok(index)
    }

    /// Whether the file at `source`, of this size and time of change, is at `destination` by the latest
    /// receipt for both.
    pub fn holds(
        &self,
        source: &Path,
        destination: &Destination,
        size: u64,
        mtime: Timestamp,
    ) -> bool {
        let Destination {
            endpoint,
            appid,
            bucket,
            path,
        } = destination;
        let key = file_key(source, endpoint, appid, bucket, path);
        self.files.get(&key) == Some(&looks(size, mtime))
    }

    /// How many files it knows.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Lines that could not be read.
    pub fn unreadable(&self) -> u64 {
        self.unreadable
    }
}

/// The latest receipt of every object in a ledger, in the order of the file.
#[derive(Debug)]
pub struct Latest {
    path: PathBuf,
    file: File,
    places: Vec<Place>,
    unreadable: u64,
}

impl Latest {
    /// Looks through the ledger at `path`, changing nothing.
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        let none = || format!("there is no ledger {}", path.display());
        let mut lines = Lines::open(path)?.with_context(none)?;
        let mut latest = HashMap::new();
        let mut unreadable = 0;
        while let Some((place, line)) = lines.next()? {
            if let Ok(line) = line {
                let names = [&line.endpoint, &line.appid, &line.bucket, &line.path];
                let name = xxh3_128(&joined(&names.map(|text| text.as_bytes())));
                latest.insert(name, place);
            } else {
                unreadable += 1;
            }
        }
        let mut places: Vec<_> = latest.into_values().collect();
        places.sort_unstable();
        Ok(Self {
            path: path.to_owned(),
            file: lines.file.into_inner(),
            places,
            unreadable,
        })
    }

    /// Lines that could not be read.
    pub fn unreadable(&self) -> u64 {
        self.unreadable
    }

    /// Where the receipts are, for [`Latest::read`].
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// Reads one receipt.
    pub fn read(&self, place: Place) -> anyhow::Result<Receipt> {
        let mut line = vec![0; place.len];
        self.file
            .read_exact_at(&mut line, place.start)
            .map_err(anyhow::Error::new)
            .and_then(|()| Receipt::from_line(&line))
            .with_context(|| format!("cannot read the ledger {}", self.path.display()))
    }
}

/// Where a line stands in a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    start: u64,
    len: usize,
}

/// The lines of a ledger, one at a time.
struct Lines {
    path: PathBuf,
    file: BufReader<File>,
    line: Vec<u8>,
    start: u64,
    number: u64,
}

impl Lines {
    fn open(path: &Path) -> anyhow::Result<Option<Self>> {
        match File::open(path) {
            Ok(file) => Ok(Some(Self {
                path: path.to_owned(),
                file: BufReader::with_capacity(BUFFER, file),
                line: Vec::new(),
                start: 0,
                number: 0,
            })),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => {
                Err(error).with_context(|| format!("cannot open the ledger {}", path.display()))
            }
        }
    }

    /// About how many lines there are, so that the map grows once.
    fn estimate(&self) -> usize {
        let len = self
            .file
            .get_ref()
            .metadata()
            .map_or(0, |about| about.len());
        usize::try_from(len / USUAL_LINE).unwrap_or(0)
    }

    /// The next line and where it begins. A line of a newer version ends the reading with an error;
    /// one that is no receipt is given as such.
    fn next(&mut self) -> anyhow::Result<Option<(Place, anyhow::Result<Line<'_>>)>> {
        let start = self.start + self.line.len() as u64;
        self.line.clear();
        self.start = start;
        self.number += 1;
        self.file
            .read_until(b'\n', &mut self.line)
            .with_context(|| format!("cannot read the ledger {}", self.path.display()))?;
        if self.line.is_empty() {
            return Ok(None);
        }
        let place = Place {
            start,
            len: self.line.len(),
        };
        match Line::parse(&self.line) {
            Err(error) if error.is::<Newer>() => Err(error.context(format!(
                "cannot use line {} of the ledger {}",
                self.number,
                self.path.display()
            ))),
            parsed => Ok(Some((place, parsed))),
        }
    }
}

fn looks(size: u64, mtime: Timestamp) -> u64 {
    key(&[&size.to_le_bytes(), &mtime.as_nanosecond().to_le_bytes()])
}

fn file_key(source: &Path, endpoint: &str, appid: &str, bucket: &str, path: &str) -> u64 {
    key(&[
        source.as_os_str().as_bytes(),
        endpoint.as_bytes(),
        appid.as_bytes(),
        bucket.as_bytes(),
        path.as_bytes(),
    ])
}

fn key(texts: &[&[u8]]) -> u64 {
    xxh3_64(&joined(texts))
}

/// Several texts as one; each is preceded by its length, so that no two lists look alike.
fn joined(texts: &[&[u8]]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(256);
    for text in texts {
        whole.extend_from_slice(&(text.len() as u64).to_le_bytes());
        whole.extend_from_slice(text);
    }
    whole
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::super::{Ledger, testing::receipt};
    use super::*;
    use std::io::Write;

    fn holds(index: &Index, receipt: &Receipt) -> bool {
        index.holds(
            &receipt.source,
            &receipt.destination,
            receipt.size,
            receipt.mtime,
        )
    }

    #[test]
    fn only_the_latest_receipt_of_a_file_counts() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ledger.jsonl");
        assert!(Index::load(&path).unwrap().is_empty());
        let ledger = Ledger::open(&path).unwrap();
        let first = receipt("a");
        let mut second = first.clone();
        second.size += 1;
        for receipt in [&first, &receipt("b"), &second] {
            ledger.append(receipt).unwrap();
        }
        let mut file = std::fs::OpenOptions::new()
            .append(true)
            .open(&path)
            .unwrap();
        file.write_all(b"scribble\n{\"version\":1,\"torn").unwrap();
        let index = Index::load(&path).unwrap();
        assert_eq!((index.len(), index.unreadable()), (2, 2));
        assert!(holds(&index, &second) && holds(&index, &receipt("b")));
        assert!(!holds(&index, &first), "an older revision");
        let mut touched = second.clone();
        touched.mtime = Timestamp::UNIX_EPOCH;
        assert!(!holds(&index, &touched));
        let mut elsewhere = second.clone();
        elsewhere.destination.path.push('x');
        assert!(!holds(&index, &elsewhere));
        elsewhere = second.clone();
        elsewhere.destination.appid = "1".into();
        assert!(!holds(&index, &elsewhere));

        let latest = Latest::load(&path).unwrap();
        assert_eq!(latest.unreadable(), 2);
        let receipts: Vec<_> = latest
            .places()
            .iter()
            .map(|place| latest.read(*place).unwrap())
            .collect();
        assert_eq!(receipts, [receipt("b"), second]);
    }

    #[test]
    fn a_newer_ledger_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ledger.jsonl");
        std::fs::write(&path, "{\"version\":9}\n").unwrap();
        let error = format!("{:#}", Index::load(&path).unwrap_err());
        assert!(
            error.ends_with("a receipt of version 9, newer than this cosup"),
            "{error}"
        );
        assert!(Latest::load(&path).is_err());
        assert!(Latest::load(&dir.path().join("none")).is_err());
    }
}
