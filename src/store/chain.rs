//! The chain file: the records of the hashing pass, sealed with a checksum.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};

use tempfile::NamedTempFile;
use xxhash_rust::xxh3::Xxh3;

use super::{Lock, StoreError, unusable};
use crate::digest::{DigestChain, RECORD_LEN, Records, Sha1Sum};

/// What follows the records in a chain file: magic, length, part size, sum, checksum of all before.
const TRAILER_LEN: usize = 8 + 8 + 8 + 20 + 16;
const MAGIC: &[u8; 8] = b"COSUPCH1";

/// A chain file being written.
pub struct ChainWriter<'a> {
    file: BufWriter<NamedTempFile>,
    hash: Box<Xxh3>,
    lock: &'a Lock,
}

impl Write for ChainWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.file.write(bytes)?;
        self.hash.update(&bytes[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl<'a> ChainWriter<'a> {
    pub(super) fn new(file: NamedTempFile, lock: &'a Lock) -> Self {
        Self {
            file: BufWriter::new(file),
            hash: Box::new(Xxh3::new()),
            lock,
        }
    }

    /// Seals the file and gives the chain.
    pub fn seal(
        mut self,
        file_len: u64,
        part_size: u64,
        sha1: Sha1Sum,
    ) -> Result<DigestChain, StoreError> {
        let path = self.lock.store.file(&self.lock.id, "chain");
        let mut trailer = Vec::with_capacity(TRAILER_LEN);
        trailer.extend_from_slice(MAGIC);
        trailer.extend_from_slice(&file_len.to_le_bytes());
        trailer.extend_from_slice(&part_size.to_le_bytes());
        trailer.extend_from_slice(&sha1.0);
        self.hash.update(&trailer);
        trailer.extend_from_slice(&self.hash.digest128().to_le_bytes());
        self.file.write_all(&trailer).map_err(unusable(&path))?;
        let file = self
            .file
            .into_inner()
            .map_err(|error| StoreError::Unusable(path.clone(), error.into_error()))?;
        let records = file.as_file().try_clone().map_err(unusable(&path))?;
        self.lock.put(file, &path)?;
        Ok(DigestChain::new(
            file_len,
            part_size,
            sha1,
            Records::File(records),
        ))
    }
}

/// Reads and checks a chain file; `None` when its content is not what its trailer says.
pub(super) fn read(mut file: File) -> io::Result<Option<DigestChain>> {
    let len = file.metadata()?.len();
    let Some(records_len) = len.checked_sub(TRAILER_LEN as u64) else {
        return Ok(None);
    };
    let mut hash = Box::new(Xxh3::new());
    let mut buffer = vec![0; 64 * 1024];
    let mut left = records_len;
    while left > 0 {
        let n = usize::try_from(left.min(64 * 1024)).unwrap_or(buffer.len());
        file.read_exact(&mut buffer[..n])?;
        hash.update(&buffer[..n]);
        left -= n as u64;
    }
    let mut trailer = [0; TRAILER_LEN];
    file.read_exact(&mut trailer)?;
    let (sealed, checksum) = trailer.split_at(TRAILER_LEN - 16);
    hash.update(sealed);
    if &sealed[..8] != MAGIC || hash.digest128().to_le_bytes() != checksum {
        return Ok(None);
    }
    let number = |at: usize| {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&sealed[at..at + 8]);
        u64::from_le_bytes(bytes)
    };
    let (file_len, part_size) = (number(8), number(16));
    let mut sum = [0; 20];
    sum.copy_from_slice(&sealed[24..44]);
    let count = records_len / RECORD_LEN as u64;
    if !records_len.is_multiple_of(RECORD_LEN as u64)
        || part_size == 0
        || file_len.div_ceil(part_size) != count
    {
        return Ok(None);
    }
    Ok(Some(DigestChain::new(
        file_len,
        part_size,
        Sha1Sum(sum),
        Records::File(file),
    )))
}
