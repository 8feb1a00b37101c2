//! Writing the slices of a session: whole, or piece by piece under a claim, each by one writer at a
//! time, and held only once it is all there.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::{PoisonError, TryLockError};

use super::super::held::Claim;
use super::{DATA, Put, Session};

impl Session {
    /// Writes a slice and records it as held; both are on the disk before this returns, where that is
    /// asked. A claim that stands on the slice is displaced.
    pub fn put(&self, index: u64, bytes: &[u8]) -> io::Result<Put> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        if !*open {
            return Ok(Put::Ended);
        }
        let mut held = self.lock();
        while held.is_written(index) {
            held = self.turn.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
        if let Some((claim, len)) = held.claimed(index) {
            let before = self.read(&self.data()?, index, len)?;
            held.displace(claim, before);
        }
        held.begin(index);
        let again = held.has(index);
        drop(held);
        let written = self.write(index, bytes, again);
        self.conclude(index, written)
    }

    /// Claims a slice that is not held, to write it piece by piece into the file that comes with the
    /// claim; `None` when somebody else is at it, or at the end of the session.
    pub fn claim(&self, index: u64) -> io::Result<Option<(Claim, File)>> {
        // Never waits: a finish may read the whole file meanwhile, and this is called where nothing
        // else could go on.
        let open = match self.open.try_read() {
            Ok(open) => open,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Ok(None),
        };
        if !*open {
            return Ok(None);
        }
        let data = self.data()?;
        Ok(self.lock().claim(index).map(|claim| (claim, data)))
    }

    /// Writes the next piece of a claimed slice into its file. When the claim was displaced it is over,
    /// nothing is written, and what had been written before is given back.
    pub fn put_piece(
        &self,
        claim: Claim,
        data: &File,
        piece: &[u8],
    ) -> io::Result<Option<Vec<u8>>> {
        let mut held = self.lock();
        let Some(at) = held.progress(claim) else {
            return Ok(Some(held.release(claim).unwrap_or_default()));
        };
        held.begin(claim.index);
        drop(held);
        let offset = claim.index * self.terms.slice_size + at as u64;
        let written = data.write_all_at(piece, offset);
        let mut held = self.lock();
        if written.is_ok() {
            held.advance(claim, at + piece.len());
        }
        held.end(claim.index);
        self.turn.notify_all();
        written.map(|()| None)
    }

    /// What was written under a claim, read again; the claim is over.
    pub fn read_back(&self, claim: Claim, data: &File) -> io::Result<Vec<u8>> {
        let mut held = self.lock();
        match held.progress(claim) {
            Some(len) => {
                let bytes = self.read(data, claim.index, len)?;
                held.release(claim);
                Ok(bytes)
            }
            None => Ok(held.release(claim).unwrap_or_default()),
        }
    }

    /// Records a claimed slice, now whole in its file, as held; the claim is over.
    pub fn keep(&self, claim: Claim, data: &File) -> io::Result<Put> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        if !*open {
            return Ok(Put::Ended);
        }
        let mut held = self.lock();
        if let Some(bytes) = held.release(claim) {
            drop((held, open));
            return self.put(claim.index, &bytes);
        }
        held.begin(claim.index);
        drop(held);
        let synced = if self.sync { data.sync_data() } else { Ok(()) };
        self.conclude(claim.index, synced)
    }

    /// Gives a claim up.
    pub fn release(&self, claim: Claim) {
        self.lock().release(claim);
    }

    fn read(&self, data: &File, index: u64, len: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; len];
        data.read_exact_at(&mut bytes, index * self.terms.slice_size)?;
        Ok(bytes)
    }

    fn data(&self) -> io::Result<File> {
        let path = self.dir.join(DATA);
        OpenOptions::new().read(true).write(true).open(path)
    }

    fn write(&self, index: u64, bytes: &[u8], again: bool) -> io::Result<()> {
        let data = self.data()?;
        if again {
            match self.read(&data, index, bytes.len()) {
                Ok(before) if before == bytes => return Ok(()),
                // The file may have lost its end, if the machine died.
                Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => return Err(error),
                _ => {}
            }
            // Taken back before the first byte changes: a kill in between must not leave a mixture
            // that counts as held.
            self.record(index, false)?;
        }
        data.write_all_at(bytes, index * self.terms.slice_size)?;
        if self.sync {
            data.sync_data()?;
        }
        Ok(())
    }

    /// Ends the writing of a slice: it is held if it was `written`.
    fn conclude(&self, index: u64, written: io::Result<()>) -> io::Result<Put> {
        let concluded = written.and_then(|()| {
            let mut held = self.lock();
            if held.has(index) {
                return held.touch();
            }
            drop(held);
            self.record(index, true)
        });
        self.lock().end(index);
        self.turn.notify_all();
        concluded.map(|()| Put::Held)
    }

    /// Records that a slice, which nobody else writes, is held or not. The disk is waited for without
    /// the lock, which others need for every piece.
    fn record(&self, index: u64, is_held: bool) -> io::Result<()> {
        let log = self.lock().log(index, is_held)?;
        if self.sync
            && let Err(error) = log.sync_data()
        {
            // The log must not say what memory does not; if this fails as well, so it was before.
            drop(self.lock().log(index, !is_held));
            return Err(error);
        }
        self.lock().set(index, is_held);
        Ok(())
    }
}
