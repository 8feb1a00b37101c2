//! What was asked and what was answered, in order, for people who test their own clients.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

/// One answered request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The operation; `download` for a download, empty when none was recognised.
    pub op: String,
    /// The bucket; empty when the URL named none.
    pub bucket: String,
    /// The path inside the bucket.
    pub path: String,
    /// The field `offset`, where there was one.
    pub offset: Option<u64>,
    /// Bytes of the body that were received.
    pub received: u64,
    /// The HTTP status; 0 when the connection was closed without an answer.
    pub status: u16,
    /// The code of the envelope; none when the answer was not one.
    pub code: Option<i64>,
}

/// The last entries, as many as there is room for.
#[derive(Debug)]
pub struct Journal {
    room: usize,
    entries: Mutex<VecDeque<Entry>>,
}

impl Journal {
    /// A journal that keeps the last `room` entries.
    pub fn new(room: usize) -> Self {
        Self {
            room,
            entries: Mutex::default(),
        }
    }

    /// Adds an entry, forgetting the oldest when there is no room.
    pub fn add(&self, entry: Entry) {
        if self.room == 0 {
            return;
        }
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() == self.room {
            entries.pop_front();
        }
        entries.push_back(entry);
    }

    /// The entries so far, oldest first.
    pub fn entries(&self) -> Vec<Entry> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.iter().cloned().collect()
    }
}
