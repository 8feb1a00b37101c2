//! The `uploadparts` field, written as it is read, since it grows with the file.

use std::io::{self, Read};

use super::{DigestChain, PartDigest, RECORD_LEN, hex};

/// The JSON of `uploadparts` (PROTOCOL §1.8) as a stream, since it grows with the file.
#[derive(Debug)]
pub struct UploadParts<'a> {
    chain: &'a DigestChain,
    next: u64,
    pending: Vec<u8>,
    taken: usize,
}

impl<'a> UploadParts<'a> {
    pub(super) fn of(chain: &'a DigestChain) -> Self {
        Self {
            chain,
            next: 0,
            pending: Vec::new(),
            taken: 0,
        }
    }

    /// The length of the whole text in bytes, without producing it.
    pub fn total_len(&self) -> u64 {
        let fixed = r#"{"offset":,"datalen":,"datasha":""}"#.len() as u64 + 40;
        let count = self.chain.count();
        let digits = |n: u64| u64::from(n.checked_ilog10().unwrap_or(0)) + 1;
        let numbers: u64 = (0..count)
            .map(|index| digits(self.offset(index)) + digits(self.len_of(index)))
            .sum();
        2 + count * fixed + count.saturating_sub(1) + numbers
    }

    fn offset(&self, index: u64) -> u64 {
        index * self.chain.part_size
    }

    fn len_of(&self, index: u64) -> u64 {
        self.chain
            .part_size
            .min(self.chain.file_len - self.offset(index))
    }

    fn refill(&mut self) -> io::Result<()> {
        use io::Write;
        /// Entries written at a time: few reads of the chain file, a small buffer.
        const BATCH: u64 = 256;
        self.pending.clear();
        self.taken = 0;
        let count = self.chain.count();
        if self.next > count {
            return Ok(());
        }
        if self.next == 0 {
            self.pending.push(b'[');
        }
        let batch = BATCH.min(count - self.next);
        let mut records = vec![0; RECORD_LEN * usize::try_from(batch).unwrap_or(0)];
        self.chain.read_records(self.next, &mut records)?;
        for record in records.as_chunks::<RECORD_LEN>().0 {
            let comma = if self.next > 0 { "," } else { "" };
            write!(
                self.pending,
                r#"{comma}{{"offset":{},"datalen":{},"datasha":"{}"}}"#,
                self.offset(self.next),
                self.len_of(self.next),
                hex(&PartDigest::decode(record).datasha),
            )?;
            self.next += 1;
        }
        if self.next == count {
            self.pending.push(b']');
            self.next += 1;
        }
        Ok(())
    }
}

impl Read for UploadParts<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.pending.len() {
            self.refill()?;
        }
        let ready = &self.pending[self.taken..];
        let n = ready.len().min(buffer.len());
        buffer[..n].copy_from_slice(&ready[..n]);
        self.taken += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use crate::digest::{ChainHasher, Records};

    #[test]
    fn upload_parts_is_the_json_it_says_it_is() {
        let mut hasher = ChainHasher::default();
        let mut records = Vec::new();
        for part in 0..600_u64 {
            records.extend(hasher.part(&[part.to_le_bytes()[0]; 64]).encode());
        }
        let (last, sum) = hasher.last(b"12345");
        records.extend(last.encode());
        let chain = DigestChain::new(64 * 600 + 5, 64, sum, Records::Memory(records));
        let mut text = String::new();
        let mut parts = chain.upload_parts();
        assert_eq!(parts.total_len(), {
            parts.read_to_string(&mut text).unwrap();
            text.len() as u64
        });
        let json: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        assert_eq!(json.len(), 601);
        assert_eq!(json[600]["offset"], 64 * 600);
        assert_eq!(json[600]["datalen"], 5);
        assert_eq!(json[600]["datasha"], chain.sha1().to_string());
    }
}
