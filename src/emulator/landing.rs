//! A slice that goes to its place on the disk while it comes in, and is proved on the way, instead of
//! being held in memory until it is whole.

use std::fs::File;
use std::io;
use std::sync::Arc;

use super::answer::Refusal;
use super::form::Form;
use super::held::Claim;
use super::proof::Prover;
use super::session::{Put, Session};
use crate::wire::{field, op};

/// A slice that is being written into a session. It counts for nothing until it is kept.
#[derive(Debug)]
pub struct Landing {
    session: Arc<Session>,
    claim: Claim,
    data: File,
    prover: Option<Prover>,
    len: u64,
}

impl Landing {
    /// A place for the content that follows these fields; `None` when they do not say which slice it
    /// is, or when it is held, or on its way, already.
    pub fn of(form: &Form, session: Arc<Session>) -> io::Result<Option<Self>> {
        let Some(index) = slice_named(form, &session) else {
            return Ok(None);
        };
        let prover = session.prover(index * session.terms().slice_size)?;
        Ok(session.claim(index)?.map(|(claim, data)| Self {
            session,
            claim,
            data,
            prover,
            len: 0,
        }))
    }

    /// Whether the slice may stay where it is, now that all fields are there: they still name it, and
    /// ask for no MD5, for which its bytes are needed.
    pub fn may_stay(&self, form: &Form) -> bool {
        let same = slice_named(form, &self.session) == Some(self.claim.index);
        same && form.get(field::DATA_MD5).is_none()
    }

    /// Bytes that came in so far.
    pub fn received(&self) -> u64 {
        self.len
    }

    /// Whether so many more bytes fit into the slice.
    pub fn has_room_for(&self, more: usize) -> bool {
        self.len + more as u64 <= self.session.slice_len(self.claim.index)
    }

    /// Writes the next bytes, which must fit. Where the slice came over another connection meanwhile,
    /// all that came in before is given back instead.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<Option<Vec<u8>>> {
        if let Some(prover) = &mut self.prover {
            prover.take(bytes)?;
        }
        self.len += bytes.len() as u64;
        self.session.put_piece(self.claim, &self.data, bytes)
    }

    /// Whether the bytes are what `uploadparts` promised; `None` where nothing can be said.
    pub fn proves(&self) -> Option<bool> {
        self.prover.as_ref()?.verdict()
    }

    /// The bytes that came in, read again, for what cannot be done to a slice in its place.
    pub fn read_back(&self) -> io::Result<Vec<u8>> {
        self.session.read_back(self.claim, &self.data)
    }

    /// Records the slice, now whole, as held.
    pub fn keep(&self) -> io::Result<Put> {
        self.session.keep(self.claim, &self.data)
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        self.session.release(self.claim);
    }
}

/// The slice that the fields name, if it is one of this session.
fn slice_named(form: &Form, session: &Session) -> Option<u64> {
    let terms = session.terms();
    let is_data = form.get(field::OP) == Some(op::DATA);
    if !is_data || form.get(field::SESSION) != Some(terms.session.as_str()) {
        return None;
    }
    let offset = form.number(field::OFFSET)?;
    let on_grid = offset.is_multiple_of(terms.slice_size) && offset < terms.file_size;
    on_grid.then(|| offset / terms.slice_size)
}

/// The content of one slice, where it is when all of it has come.
pub enum Slice<'a> {
    /// In memory: it came before it was said which slice it is, or somebody else is at that one.
    Memory(&'a [u8]),
    /// In its place.
    Landed(&'a Landing),
}

impl Slice<'_> {
    /// Bytes that came in.
    pub fn received(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Landed(landing) => landing.received(),
        }
    }

    /// Whether it is what `uploadparts` promised for `offset`; `None` where nothing can be said.
    pub fn proof(&self, session: &Session, offset: u64) -> Result<Option<bool>, Refusal> {
        match self {
            Self::Memory(bytes) => {
                let mut prover = match session.prover(offset) {
                    Ok(Some(prover)) => prover,
                    Ok(None) => return Ok(None),
                    // Its parts went with it; putting the slice is what says so.
                    Err(_) if session.has_ended() => return Ok(None),
                    Err(error) => return Err(error.into()),
                };
                prover.take(bytes)?;
                Ok(prover.verdict())
            }
            Self::Landed(landing) => Ok(landing.proves()),
        }
    }

    /// Has it held by the session.
    pub fn put(&self, session: &Session, index: u64) -> Result<Put, Refusal> {
        Ok(match self {
            Self::Memory(bytes) => session.put(index, bytes)?,
            Self::Landed(landing) => landing.keep()?,
        })
    }
}
