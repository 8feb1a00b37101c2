//! What was asked and what was answered, in order, for people who test their own clients.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

/// Most bytes that are kept of an operation's name: clients may say what they like there.
const OP_ROOM: usize = 64;

/// One answered request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The operation; `download` for a download, empty when there was none. Of a longer text, the
    /// first 64 bytes are kept.
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
    pub fn add(&self, mut entry: Entry) {
        if self.room == 0 {
            return;
        }
        if entry.op.len() > OP_ROOM {
            // Copied, for a text that is cut keeps the memory that it had.
            entry.op = String::from(beginning(&entry.op, OP_ROOM));
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

/// What of a text fits in `room` bytes, ending where a character does.
fn beginning(text: &str, room: usize) -> &str {
    let end = (0..=room.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        for (text, room, kept) in [
            ("stat", 64, "stat"),
            ("stat", 4, "stat"),
            ("stat", 3, "sta"),
            ("aé", 2, "a"),
            ("文", 2, ""),
            ("", 0, ""),
        ] {
            assert_eq!(beginning(text, room), kept);
        }
    }
}
