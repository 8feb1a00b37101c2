//! The digest chain: one pass gives the whole-file SHA-1, the SHA-1 chaining state after every part
//! (the server's proof) and a fast fingerprint of every part (our own proof of each slice).

use std::fmt;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use sha1::block_api::compress;
use xxhash_rust::xxh3::xxh3_128;

mod upload_parts;

pub use upload_parts::UploadParts;

/// The length of a part of the chain in bytes, unless the slices are smaller (PROTOCOL §1.8).
pub const PART_SIZE: u64 = 1024 * 1024;

/// The length of a part for slices of `slice_size` bytes: whole blocks always, whatever a slice is.
pub fn part_size(slice_size: u64) -> u64 {
    let whole = slice_size / BLOCK as u64 * BLOCK as u64;
    whole.clamp(BLOCK as u64, PART_SIZE)
}

/// Bytes in one SHA-1 block; part ends must be multiples of it for a chaining state to mean anything.
const BLOCK: usize = 64;

/// Bytes of one encoded [`PartDigest`].
pub const RECORD_LEN: usize = 36;

/// A SHA-1 sum.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sha1Sum(pub [u8; 20]);

impl Sha1Sum {
    /// The sum of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        ChainState::INITIAL.finish(bytes, bytes.len() as u64)
    }

    /// Reads 40 hex digits of either case; `None` for anything else.
    pub fn from_hex(hex: &str) -> Option<Self> {
        decode_hex(hex).map(Self)
    }
}

impl fmt::Display for Sha1Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

impl fmt::Debug for Sha1Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

/// The five chaining words of SHA-1 between two blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainState([u32; 5]);

impl ChainState {
    /// The state before the first byte.
    pub const INITIAL: Self = Self([
        0x6745_2301,
        0xefcd_ab89,
        0x98ba_dcfe,
        0x1032_5476,
        0xc3d2_e1f0,
    ]);

    /// Absorbs whole blocks. Bytes past the last full block are not reflected in the state and are
    /// returned (PROTOCOL §1.8: "bytes beyond the last full 64-byte block").
    pub fn absorb<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let (blocks, tail) = bytes.as_chunks::<BLOCK>();
        compress(&mut self.0, blocks);
        tail
    }

    /// The ordinary SHA-1 of a file of `total_len` bytes whose last bytes are `rest`, everything
    /// before having been absorbed already.
    pub fn finish(mut self, rest: &[u8], total_len: u64) -> Sha1Sum {
        let tail = self.absorb(rest);
        let mut last = [0_u8; 2 * BLOCK];
        last[..tail.len()].copy_from_slice(tail);
        last[tail.len()] = 0x80;
        let end = if tail.len() < BLOCK - 8 {
            BLOCK
        } else {
            2 * BLOCK
        };
        last[end - 8..end].copy_from_slice(&total_len.wrapping_mul(8).to_be_bytes());
        self.absorb(&last[..end]);
        let mut sum = [0; 20];
        for (bytes, word) in sum.chunks_exact_mut(4).zip(self.0) {
            bytes.copy_from_slice(&word.to_be_bytes());
        }
        Sha1Sum(sum)
    }

    /// The state as `datasha` carries it: each word least significant byte first (PROTOCOL §1.8).
    pub fn to_datasha(self) -> [u8; 20] {
        let mut bytes = [0; 20];
        for (chunk, word) in bytes.chunks_exact_mut(4).zip(self.0) {
            chunk.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }

    /// The inverse of [`ChainState::to_datasha`].
    pub fn from_datasha(bytes: &[u8; 20]) -> Self {
        let (words, _) = bytes.as_chunks::<4>();
        let mut state = [0; 5];
        for (word, chunk) in state.iter_mut().zip(words) {
            *word = u32::from_le_bytes(*chunk);
        }
        Self(state)
    }
}

/// Lower-case hex of a `datasha` or a sum.
pub fn hex(bytes: &[u8; 20]) -> String {
    Sha1Sum(*bytes).to_string()
}

/// Reads 40 hex digits; `None` for anything else.
pub fn decode_hex(text: &str) -> Option<[u8; 20]> {
    let digits = text.as_bytes();
    if digits.len() != 40 {
        return None;
    }
    let mut bytes = [0; 20];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let high = char::from(pair[0]).to_digit(16)?;
        let low = char::from(pair[1]).to_digit(16)?;
        *byte = u8::try_from(high * 16 + low).ok()?;
    }
    Some(bytes)
}

fn write_hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

/// What the chain knows of one part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartDigest {
    /// The `datasha` of the part: the chaining state at its end, or for the last part the sum.
    pub datasha: [u8; 20],
    /// XXH3-128 of the part's bytes.
    pub fingerprint: u128,
}

impl PartDigest {
    /// The record as it stands in a chain file.
    pub fn encode(&self) -> [u8; RECORD_LEN] {
        let mut record = [0; RECORD_LEN];
        record[..20].copy_from_slice(&self.datasha);
        record[20..].copy_from_slice(&self.fingerprint.to_le_bytes());
        record
    }

    fn decode(record: &[u8; RECORD_LEN]) -> Self {
        let mut datasha = [0; 20];
        datasha.copy_from_slice(&record[..20]);
        let mut fingerprint = [0; 16];
        fingerprint.copy_from_slice(&record[20..]);
        Self {
            datasha,
            fingerprint: u128::from_le_bytes(fingerprint),
        }
    }
}

/// The streaming pass: feed it the parts in file order.
#[derive(Debug)]
pub struct ChainHasher {
    state: ChainState,
    len: u64,
}

impl Default for ChainHasher {
    fn default() -> Self {
        Self {
            state: ChainState::INITIAL,
            len: 0,
        }
    }
}

impl ChainHasher {
    /// A part that is not the last; its length must be a multiple of 64 bytes.
    pub fn part(&mut self, bytes: &[u8]) -> PartDigest {
        debug_assert!(bytes.len().is_multiple_of(BLOCK), "parts are whole blocks");
        self.state.absorb(bytes);
        self.len += bytes.len() as u64;
        PartDigest {
            datasha: self.state.to_datasha(),
            fingerprint: xxh3_128(bytes),
        }
    }

    /// The last part, of any length; gives its digest and the sum of the whole file.
    pub fn last(self, bytes: &[u8]) -> (PartDigest, Sha1Sum) {
        let sum = self.state.finish(bytes, self.len + bytes.len() as u64);
        let digest = PartDigest {
            datasha: sum.0,
            fingerprint: xxh3_128(bytes),
        };
        (digest, sum)
    }
}

/// Where the records of a chain lie: 36 bytes a part, read one at a time.
#[derive(Debug)]
pub enum Records {
    /// In memory, for small files and where no file can be written.
    Memory(Vec<u8>),
    /// In a file that begins with the records, so that memory does not grow with the upload.
    File(File),
}

/// The finished chain of one revision of a file.
#[derive(Debug)]
pub struct DigestChain {
    file_len: u64,
    part_size: u64,
    sha1: Sha1Sum,
    records: Records,
}

impl DigestChain {
    /// Puts a chain together from what a hashing pass gave; `records` must hold one encoded
    /// [`PartDigest`] for each part of `part_size` bytes.
    pub fn new(file_len: u64, part_size: u64, sha1: Sha1Sum, records: Records) -> Self {
        Self {
            file_len,
            part_size: part_size.max(BLOCK as u64),
            sha1,
            records,
        }
    }

    /// The SHA-1 of the whole file.
    pub fn sha1(&self) -> Sha1Sum {
        self.sha1
    }

    /// The length of the file in bytes.
    pub fn file_len(&self) -> u64 {
        self.file_len
    }

    /// The length of every part but the last, in bytes.
    pub fn part_size(&self) -> u64 {
        self.part_size
    }

    /// How many parts there are.
    pub fn count(&self) -> u64 {
        self.file_len.div_ceil(self.part_size)
    }

    /// The digest of part `index`.
    pub fn part(&self, index: u64) -> io::Result<PartDigest> {
        let mut record = [0; RECORD_LEN];
        self.read_records(index, &mut record)?;
        Ok(PartDigest::decode(&record))
    }

    fn read_records(&self, first: u64, buffer: &mut [u8]) -> io::Result<()> {
        let start = first * RECORD_LEN as u64;
        match &self.records {
            Records::File(file) => file.read_exact_at(buffer, start),
            Records::Memory(bytes) => {
                let held = usize::try_from(start)
                    .ok()
                    .and_then(|start| bytes.get(start..start.checked_add(buffer.len())?))
                    .ok_or(io::ErrorKind::UnexpectedEof)?;
                buffer.copy_from_slice(held);
                Ok(())
            }
        }
    }

    /// The range of whole parts that covers `range`: what has to be read to prove it.
    pub fn covering(&self, range: &std::ops::Range<u64>) -> std::ops::Range<u64> {
        let start = range.start / self.part_size * self.part_size;
        let end = range.end.div_ceil(self.part_size) * self.part_size;
        start..end.min(self.file_len)
    }

    /// Whether `bytes`, read from `offset` (a part boundary) to a part boundary or the end of the
    /// file, are the bytes that were hashed.
    pub fn proves(&self, offset: u64, bytes: &[u8]) -> io::Result<bool> {
        debug_assert!(offset.is_multiple_of(self.part_size), "whole parts only");
        let size = usize::try_from(self.part_size).unwrap_or(usize::MAX);
        for (index, part) in (offset / self.part_size..).zip(bytes.chunks(size)) {
            if self.part(index)?.fingerprint != xxh3_128(part) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The `uploadparts` field of `upload_slice_init`, written as it is read.
    pub fn upload_parts(&self) -> UploadParts<'_> {
        UploadParts::of(self)
    }
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        clippy::cast_possible_truncation,
        reason = "a test fails by panicking, and its numbers are small"
    )]
    use super::*;
    use proptest::prelude::*;
    use sha1::Digest;

    fn chain(bytes: &[u8], part_size: usize) -> DigestChain {
        let mut hasher = ChainHasher::default();
        let mut records = Vec::new();
        let parts: Vec<_> = bytes.chunks(part_size).collect();
        let (last, before) = parts.split_last().unwrap();
        for part in before {
            records.extend(hasher.part(part).encode());
        }
        let (digest, sum) = hasher.last(last);
        records.extend(digest.encode());
        DigestChain::new(
            bytes.len() as u64,
            part_size as u64,
            sum,
            Records::Memory(records),
        )
    }

    fn mod_251(len: usize) -> Vec<u8> {
        (0..len).map(|i| u8::try_from(i % 251).unwrap()).collect()
    }

    #[test]
    fn parts_are_whole_blocks_whatever_a_slice_is() {
        for (slice, part) in [
            (0, 64),
            (10, 64),
            (65_536, 65_536),
            (100_000, 99_968),
            (3 * PART_SIZE, PART_SIZE),
        ] {
            assert_eq!(part_size(slice), part, "{slice}");
        }
    }

    /// PROTOCOL §1.8, the worked example.
    #[test]
    fn the_vectors_of_the_protocol() {
        let half = 524_288;
        let whole = chain(&mod_251(3 * half), half);
        let shas: Vec<_> = (0..3)
            .map(|k| hex(&whole.part(k).unwrap().datasha))
            .collect();
        assert_eq!(
            shas,
            [
                "c06e92e6fd857cbc15287b711af2cf4128ccee65",
                "463935c7eea4ca2705d0f481ecedb31f4d0f3a96",
                "c8f10fb2b666394f76cd175ef859dcc489a7428c",
            ]
        );
        assert_eq!(
            whole.sha1().to_string(),
            "c8f10fb2b666394f76cd175ef859dcc489a7428c"
        );
        let short = chain(&mod_251(2 * half + 1000), half);
        assert_eq!(
            hex(&short.part(2).unwrap().datasha),
            "885fe54c72f56668e5648b32d34e1e304c65bf61"
        );
        let mebi = chain(&mod_251(3 * half), 2 * half);
        assert_eq!(
            hex(&mebi.part(0).unwrap().datasha),
            "463935c7eea4ca2705d0f481ecedb31f4d0f3a96",
            "the value at an offset does not depend on the part size"
        );
    }

    proptest! {
        #[test]
        fn the_sum_is_sha1(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let expected: [u8; 20] = sha1::Sha1::digest(&bytes).into();
            prop_assert_eq!(Sha1Sum::of(&bytes).0, expected);
        }

        #[test]
        fn one_changed_byte_is_noticed(
            at in 0_usize..1000, flip in 1_u8..=255, len in 1001_usize..1200,
        ) {
            let bytes = mod_251(len);
            let chain = chain(&bytes, 128);
            let mut other = bytes.clone();
            other[at] ^= flip;
            let cover = chain.covering(&(at as u64..at as u64 + 1));
            let part = cover.start as usize..cover.end as usize;
            prop_assert!(chain.proves(cover.start, &bytes[part.clone()]).unwrap());
            prop_assert!(!chain.proves(cover.start, &other[part]).unwrap());
        }

        #[test]
        fn any_part_can_be_verified_from_the_state_before_it(
            len in 1_usize..2000, k in 0_usize..30,
        ) {
            let bytes = mod_251(len);
            let chain = chain(&bytes, 64);
            let k = k % chain.count() as usize;
            let before = match k {
                0 => ChainState::INITIAL,
                _ => ChainState::from_datasha(&chain.part(k as u64 - 1).unwrap().datasha),
            };
            let part = &bytes[k * 64..len.min(k * 64 + 64)];
            let datasha = if k as u64 + 1 == chain.count() {
                before.finish(part, len as u64).0
            } else {
                let mut state = before;
                state.absorb(part);
                state.to_datasha()
            };
            prop_assert_eq!(datasha, chain.part(k as u64).unwrap().datasha);
        }
    }
}
