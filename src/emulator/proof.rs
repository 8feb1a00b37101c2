//! The digests of `uploadparts` on disk, and the proof of slices by them (PROTOCOL §1.8).

use std::cmp::Ordering;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::digest::ChainState;

/// Bytes of one record: the end of a part, and its `datasha`.
const RECORD: usize = 28;

/// Bytes of one SHA-1 block: only where a part ends on a multiple of it does its state tell all.
const BLOCK: usize = 64;

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

    /// A prover of the bytes from `offset` on; `None` where no part begins there, so that nothing can
    /// be said.
    pub fn prover(self, offset: u64) -> io::Result<Option<Prover>> {
        let Some((index, state)) = self.state_at(offset)? else {
            return Ok(None);
        };
        Ok(Some(Prover {
            state,
            tail: Vec::with_capacity(BLOCK),
            at: offset,
            index,
            part: self.part(index)?,
            part_end: offset,
            differs: false,
            proof: self,
        }))
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
        if !offset.is_multiple_of(BLOCK as u64) {
            // The state there does not know of the bytes after the last whole block.
            return Ok(None);
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

/// Proves bytes that come piece by piece against the parts that they fill.
#[derive(Debug)]
pub struct Prover {
    proof: Proof,
    state: ChainState,
    /// What came after the last whole block.
    tail: Vec<u8>,
    at: u64,
    index: u64,
    part: Part,
    /// Up to where every byte was compared.
    part_end: u64,
    differs: bool,
}

impl Prover {
    /// Takes the next bytes; those past the end of the file are no part of anything.
    pub fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() && !self.differs && self.at < self.proof.file_size {
            let left = usize::try_from(self.part.end - self.at).unwrap_or(usize::MAX);
            let (now, after) = rest.split_at(rest.len().min(left));
            self.absorb(now);
            self.at += now.len() as u64;
            rest = after;
            if self.at == self.part.end {
                self.compare()?;
            }
        }
        Ok(())
    }

    /// Whether the bytes are what was promised; `None` where they end inside a part.
    pub fn verdict(&self) -> Option<bool> {
        if self.differs {
            return Some(false);
        }
        (self.at == self.part_end).then_some(true)
    }

    fn absorb(&mut self, bytes: &[u8]) {
        let missing = (BLOCK - self.tail.len()) % BLOCK;
        let (first, rest) = bytes.split_at(bytes.len().min(missing));
        self.tail.extend_from_slice(first);
        if self.tail.len() == BLOCK {
            self.state.absorb(&self.tail);
            self.tail.clear();
        }
        self.tail.extend_from_slice(self.state.absorb(rest));
    }

    fn compare(&mut self) -> io::Result<()> {
        let file_size = self.proof.file_size;
        let found = if self.part.end == file_size {
            self.state.finish(&self.tail, self.part.end).0
        } else {
            self.state.to_datasha()
        };
        if self.tail.is_empty() || self.part.end == file_size {
            self.part_end = self.part.end;
        }
        self.differs = found != self.part.datasha;
        if self.part.end < file_size {
            self.index += 1;
            self.part = self.proof.part(self.index)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use crate::digest::Sha1Sum;
    use proptest::prelude::*;

    /// Parts of these lengths, and one that ends with the file.
    fn parts_of(bytes: &[u8], lens: &[usize]) -> Vec<Part> {
        let (mut parts, mut end) = (Vec::new(), 0);
        for len in lens {
            end += len;
            if end >= bytes.len() {
                break;
            }
            let mut state = ChainState::INITIAL;
            state.absorb(&bytes[..end]);
            parts.push(Part {
                end: end as u64,
                datasha: state.to_datasha(),
            });
        }
        parts.push(Part {
            end: bytes.len() as u64,
            datasha: Sha1Sum::of(bytes).0,
        });
        parts
    }

    fn verdict(proof: Proof, bytes: &[u8], from: usize, pieces: &[usize]) -> Option<bool> {
        let mut prover = proof.prover(from as u64).unwrap()?;
        let mut rest = bytes;
        for piece in pieces.iter().cycle() {
            let (now, after) = rest.split_at(rest.len().min(*piece));
            prover.take(now).unwrap();
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        prover.verdict()
    }

    proptest! {
        #[test]
        fn any_pieces_prove_any_grid(
            bytes in prop::collection::vec(any::<u8>(), 1..2000),
            lens in prop::collection::vec(prop_oneof![Just(64_usize), Just(192), 1_usize..300], 0..8),
            pieces in prop::collection::vec(1_usize..300, 1..6),
            (first, last) in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
            flip in any::<prop::sample::Index>(),
        ) {
            let parts = parts_of(&bytes, &lens);
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("parts");
            Proof::write(&path, parts.iter().copied()).unwrap();
            let proof = || Proof::open(&path, bytes.len() as u64).unwrap();
            let mut ends = vec![0];
            ends.extend(parts.iter().map(|part| usize::try_from(part.end).unwrap()));
            let from = first.index(parts.len());
            let (start, end) = (ends[from], ends[from + 1 + last.index(parts.len() - from)]);
            if start % BLOCK != 0 {
                prop_assert_eq!(verdict(proof(), &bytes[start..end], start, &pieces), None);
                return Ok(());
            }
            // Up to where the states of the parts tell of every byte.
            let told = |end: usize| if end == bytes.len() { end } else { end / BLOCK * BLOCK };
            let expected = |end: usize| (ends.contains(&end) && told(end) == end).then_some(true);
            let mut slice = bytes[start..end].to_vec();
            prop_assert_eq!(verdict(proof(), &slice, start, &pieces), expected(end));
            if slice.len() > 1 {
                let cut = &slice[..slice.len() - 1];
                prop_assert_eq!(verdict(proof(), cut, start, &pieces), expected(end - 1));
            }
            let at = flip.index(slice.len());
            slice[at] ^= 1;
            let found = verdict(proof(), &slice, start, &pieces);
            if start + at < told(end) {
                prop_assert_eq!(found, Some(false));
            } else {
                prop_assert_eq!(found, expected(end));
            }
        }
    }
}
