//! The digests of `uploadparts` on disk, and the proof of one slice by them (PROTOCOL §1.8).

use std::cmp::Ordering;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::digest::ChainState;

/// Bytes of one record: the end of a part, and its `datasha`.
const RECORD: usize = 28;

/// A part of `uploadparts`, checked to follow the one before it.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// Offset of the byte after the part.
    pub end: u64,
    /// The chaining state there, or the whole sum for the last part.
    pub datasha: [u8; 20],
}

/// The parts of one upload, read from their file one at a time: memory does not grow with the upload.
#[derive(Debug)]
pub struct Proof {
    parts: File,
    count: u64,
    file_size: u64,
}

impl Proof {
    /// Writes the parts, which come in file order.
    pub fn write(path: &Path, parts: impl Iterator<Item = Part>) -> io::Result<File> {
        let mut file = BufWriter::new(File::create(path)?);
        for part in parts {
            file.write_all(&part.end.to_le_bytes())?;
            file.write_all(&part.datasha)?;
        }
        file.into_inner().map_err(io::IntoInnerError::into_error)
    }

    /// Opens the parts of a file of `file_size` bytes.
    pub fn open(path: &Path, file_size: u64) -> io::Result<Self> {
        let parts = File::open(path)?;
        Ok(Self {
            count: parts.metadata()?.len() / RECORD as u64,
            parts,
            file_size,
        })
    }

    /// Whether `bytes` are what was promised for the place at `offset`; `None` where its ends do not
    /// lie on part ends, so that nothing can be said.
    pub fn proves(&self, offset: u64, bytes: &[u8]) -> io::Result<Option<bool>> {
        let Some((mut index, mut state)) = self.state_at(offset)? else {
            return Ok(None);
        };
        let (mut start, mut rest) = (offset, bytes);
        while !rest.is_empty() {
            let part = self.part(index)?;
            let len = usize::try_from(part.end.saturating_sub(start)).unwrap_or(usize::MAX);
            let Some((bytes, after)) = rest.split_at_checked(len) else {
                return Ok(None);
            };
            let found = if part.end == self.file_size {
                state.finish(bytes, part.end).0
            } else {
                state.absorb(bytes);
                state.to_datasha()
            };
            if found != part.datasha {
                return Ok(Some(false));
            }
            (start, rest, index) = (part.end, after, index + 1);
        }
        Ok(Some(true))
    }

    /// Whether every multiple of `slice_size` inside the file is a part end.
    pub fn covers_grid(&self, slice_size: u64) -> io::Result<bool> {
        let mut offset = slice_size;
        while offset < self.file_size {
            if self.state_at(offset)?.is_none() {
                return Ok(false);
            }
            offset += slice_size;
        }
        Ok(true)
    }

    /// The part that begins at `offset`, and the chaining state before it.
    fn state_at(&self, offset: u64) -> io::Result<Option<(u64, ChainState)>> {
        if offset == 0 {
            return Ok(Some((0, ChainState::INITIAL)));
        }
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = u64::midpoint(low, high);
            let part = self.part(middle)?;
            match part.end.cmp(&offset) {
                Ordering::Equal => {
                    let state = ChainState::from_datasha(&part.datasha);
                    return Ok(Some((middle + 1, state)));
                }
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
            }
        }
        Ok(None)
    }

    fn part(&self, index: u64) -> io::Result<Part> {
        let mut record = [0; RECORD];
        self.parts
            .read_exact_at(&mut record, index * RECORD as u64)?;
        let (mut end, mut datasha) = ([0; 8], [0; 20]);
        end.copy_from_slice(&record[..8]);
        datasha.copy_from_slice(&record[8..]);
        Ok(Part {
            end: u64::from_le_bytes(end),
            datasha,
        })
    }
}
