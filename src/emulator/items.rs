//! A reader that fails at an item of a JSON list that is too long, before anyone has it in memory.

use std::io::{self, Read};

/// Longest item, in bytes, with the white space around it; an item that means something is some 120.
pub const ITEM_LIMIT: usize = 4096;

/// How deep the items of a list lie.
const OF_LIST: usize = 1;

/// Passes a list of objects on, and follows it only as far as to know where an object of the list
/// ends. Whatever else is wrong with it is for the parser to find.
pub struct Items<R> {
    inner: R,
    depth: usize,
    place: Place,
    /// Bytes since the last object of the list ended, or since the beginning.
    since: usize,
}

/// Where a byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    /// Within a text, where brackets mean nothing.
    Text,
    /// Behind a backslash in a text.
    Escaped,
}

impl<R> Items<R> {
    /// Follows what `inner` reads.
    pub fn new(inner: R) -> Self {
        Self {
            inner,
            depth: 0,
            place: Place::Outside,
            since: 0,
        }
    }

    fn follow(&mut self, byte: u8) {
        self.place = match (self.place, byte) {
            (Place::Outside, b'"') | (Place::Escaped, _) => Place::Text,
            (Place::Text, b'\\') => Place::Escaped,
            (Place::Text, b'"') => Place::Outside,
            (place, _) => place,
        };
        if self.place != Place::Outside {
            return;
        }
        match byte {
            b'[' | b'{' => self.depth += 1,
            b']' | b'}' => {
                self.depth = self.depth.saturating_sub(1);
                if byte == b'}' && self.depth == OF_LIST {
                    self.since = 0;
                }
            }
            _ => {}
        }
    }
}

impl<R: Read> Read for Items<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        for byte in &buffer[..n] {
            self.since += 1;
            if self.since > ITEM_LIMIT {
                return Err(io::ErrorKind::InvalidData.into());
            }
            self.follow(*byte);
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(text: &str) -> bool {
        let whole = io::read_to_string(Items::new(text.as_bytes()));
        whole.is_ok_and(|read| read == text)
    }

    #[test]
    fn an_item_has_a_longest_length_and_a_list_has_none() {
        let item = r#"{"a":"}\\\"}","b":{}}"#;
        let space = |n: usize| " ".repeat(n);
        let room = ITEM_LIMIT - item.len() - 1;
        let list = |pad: usize| format!("[{}{item},{}{item}]", space(pad), space(pad));
        assert!(passes(&list(room)));
        assert!(!passes(&list(room + 1)));
        assert!(passes(&format!("[{}]", vec![item; 5000].join(","))));
        assert!(passes(&format!("[{item}]{}", space(ITEM_LIMIT - 1))));
    }

    #[test]
    fn what_only_looks_like_the_end_of_an_item_is_none() {
        for (start, filling) in [
            ("\"", "}"),
            ("[\"", "}"),
            ("[{\"a\":\"", "}\\\""),
            ("[{\"a\":[", "{},"),
            ("[[", "{},"),
            ("", "{}"),
        ] {
            let text = format!("{start}{}", filling.repeat(ITEM_LIMIT));
            assert!(!passes(&text), "{start}");
        }
    }
}
