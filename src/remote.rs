//! What a server can do for an upload: `trait Remote`, at the height of the operation, without a word of HTTP.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::digest::{DigestChain, Sha1Sum};
use crate::slice::Slice;

mod error;

pub use error::{Kind, Op, RemoteError};

/// An object or directory on the server.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Target {
    /// The bucket, without the appid.
    pub bucket: String,
    /// The path inside the bucket, decoded, from its leading slash; a directory ends in a slash.
    pub path: String,
}

impl Target {
    /// The directories above the target, outermost first, without the bucket's root.
    pub fn parents(&self) -> Vec<Self> {
        let inner = self.path.trim_end_matches('/');
        inner
            .char_indices()
            .skip(1)
            .filter(|(_, c)| *c == '/')
            .map(|(at, _)| Self {
                bucket: self.bucket.clone(),
                path: inner[..=at].to_owned(),
            })
            .collect()
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}{}", self.bucket, self.path)
    }
}

/// Where the server says an object can be found (PROTOCOL §1.5, URL rules).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Location {
    /// Through the CDN.
    pub access_url: Option<String>,
    /// From the origin.
    pub source_url: Option<String>,
    /// For further operations of the API.
    pub url: Option<String>,
    /// `/appid/bucket/path`.
    pub resource_path: Option<String>,
}

impl Location {
    /// Whether the server named the object at all: what tells "it is complete" from "go on".
    pub fn is_named(&self) -> bool {
        self.access_url.is_some() || self.url.is_some()
    }
}

/// An open slice upload, as the server names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Opaque; of any length (PROTOCOL §1.3).
    pub id: String,
    /// The slice size the server wants, in bytes; `None` when the answer does not say.
    pub slice_size: Option<u64>,
    /// `serial_upload`: whether slices must go one after the other; `None` when the answer does not say.
    pub serial: Option<bool>,
}

/// A piece the server says it holds. Not to be believed before it is compared with the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Offset in the file, in bytes.
    pub offset: u64,
    /// Length in bytes.
    pub len: u64,
}

/// What is asked of the server about an object of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// Leave it and refuse (`insertOnly=1`).
    Keep,
    /// Put the new one in its place (`insertOnly=0`).
    Replace,
}

/// What opens a slice upload (PROTOCOL §1.3).
#[derive(Debug, Clone, Copy)]
pub struct InitRequest<'a> {
    /// Length, sum and `uploadparts` of the file.
    pub chain: &'a DigestChain,
    /// The slice size wanted, in bytes.
    pub slice_size: u64,
    /// What to do about an object of the same name.
    pub existing: Existing,
    /// The caller's attribute.
    pub biz_attr: Option<&'a str>,
}

/// The answer to init.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Initiated {
    /// Send the slices.
    Session(Session),
    /// The server has this content already.
    Instant(Location),
    /// It worked, but the answer names neither a session nor an object (PROTOCOL §7.2 13).
    Unnamed,
}

/// The answer to a list of slices (PROTOCOL §1.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listed {
    /// An upload is under way.
    Unfinished(Unfinished),
    /// The object is complete.
    Complete(Location),
    /// Neither.
    Nothing,
}

/// What the server holds of an unfinished upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// The session to go on with.
    pub session: Session,
    /// The length announced at init, in bytes.
    pub file_len: Option<u64>,
    /// The sum given at init, as the server writes it; anything after `_` is not part of it.
    pub sha: Option<String>,
    /// The pieces held, in ascending order.
    pub parts: Vec<Part>,
}

/// One slice on its way (PROTOCOL §1.4).
#[derive(Debug)]
pub struct SliceRequest<'a> {
    /// The session.
    pub session: &'a str,
    /// Where the bytes belong.
    pub slice: Slice,
    /// The sum of the whole file.
    pub sha1: Sha1Sum,
    /// The bytes of the slice.
    pub bytes: Payload,
    /// Counts the bytes that have left, for those who watch.
    pub sent: Arc<Sent>,
}

/// How many bytes of a request body have been handed to the network.
#[derive(Debug, Default)]
pub struct Sent(AtomicU64);

impl Sent {
    /// Adds to the count.
    pub fn add(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Starts again from nothing, for another attempt.
    pub fn reset(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    /// Bytes so far.
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A part of a shared buffer, cheap to clone, so that an attempt can be repeated without a copy.
#[derive(Clone)]
pub struct Payload {
    buffer: Arc<dyn AsRef<[u8]> + Send + Sync>,
    start: usize,
    len: usize,
}

impl Payload {
    /// The bytes `start..start + len` of `buffer`; clipped to what the buffer has.
    pub fn new(buffer: Arc<dyn AsRef<[u8]> + Send + Sync>, start: usize, len: usize) -> Self {
        let held = (*buffer).as_ref().len();
        let start = start.min(held);
        Self {
            start,
            len: len.min(held - start),
            buffer,
        }
    }
}

impl From<Vec<u8>> for Payload {
    fn from(bytes: Vec<u8>) -> Self {
        let len = bytes.len();
        Self::new(Arc::new(bytes), 0, len)
    }
}

impl AsRef<[u8]> for Payload {
    fn as_ref(&self) -> &[u8] {
        &(*self.buffer).as_ref()[self.start..self.start + self.len]
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payload({} bytes)", self.len)
    }
}

/// The answer to a slice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored {
    /// The slice is held.
    Held {
        /// `serial_upload`, where the answer says it.
        serial: Option<bool>,
    },
    /// The slice completed the object (PROTOCOL §1.4, old protocol).
    Complete(Location),
}

/// A whole file in one request (PROTOCOL §1.2).
#[derive(Debug)]
pub struct WholeRequest<'a> {
    /// The bytes.
    pub bytes: Payload,
    /// Their sum.
    pub sha1: Sha1Sum,
    /// What to do about an object of the same name.
    pub existing: Existing,
    /// The caller's attribute.
    pub biz_attr: Option<&'a str>,
    /// Counts the bytes that have left.
    pub sent: Arc<Sent>,
}

/// Attributes of an object or directory (PROTOCOL §1.7).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stat {
    /// Whether it is a directory.
    pub is_dir: bool,
    /// Length announced, in bytes.
    pub file_len: Option<u64>,
    /// Length held, in bytes; less than `file_len` means unfinished.
    pub held_len: Option<u64>,
    /// The sum, as the server writes it.
    pub sha: Option<String>,
    /// Where it is.
    pub location: Location,
    /// The caller's attribute.
    pub biz_attr: Option<String>,
    /// Created, unix seconds.
    pub created: Option<u64>,
    /// Changed, unix seconds.
    pub modified: Option<u64>,
    /// `authority`, as the server writes it.
    pub authority: Option<String>,
    /// The headers the server adds to downloads.
    pub custom_headers: Vec<(String, String)>,
}

/// One page of a directory (PROTOCOL §1.7).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// What is in it, with names relative to the directory; a directory's name ends in a slash.
    pub entries: Vec<(String, Stat)>,
    /// Where the next page starts; `None` on the last.
    pub next: Option<String>,
}

/// Whether the text a server calls `sha` is this sum: what stands before `_`, in either case
/// (PROTOCOL §6, 16).
pub fn same_sha(text: &str, sum: Sha1Sum) -> bool {
    let digits = text.split_once('_').map_or(text, |(digits, _)| digits);
    Sha1Sum::from_hex(digits.trim()) == Some(sum)
}

/// The operations of the protocol that an upload needs, and the few around it.
///
/// Implemented by `Http`, by `Retrying<R>` around another, and by fakes in tests.
pub trait Remote: Sync {
    /// Opens a session for a file, unless the server has the content already.
    fn init(&self, target: &Target, request: &InitRequest<'_>) -> Result<Initiated, RemoteError>;
    /// Asks what the server holds of an upload.
    fn list(&self, target: &Target) -> Result<Listed, RemoteError>;
    /// Sends one slice.
    fn put_slice(&self, target: &Target, request: &SliceRequest<'_>)
    -> Result<Stored, RemoteError>;
    /// Turns the slices of a session into the object.
    fn finish(
        &self,
        target: &Target,
        session: &str,
        file_len: u64,
        sha1: Sha1Sum,
    ) -> Result<Location, RemoteError>;
    /// Sends a whole file.
    fn put_whole(
        &self,
        target: &Target,
        request: &WholeRequest<'_>,
    ) -> Result<Location, RemoteError>;
    /// Asks for the attributes of an object or directory.
    fn stat(&self, target: &Target) -> Result<Stat, RemoteError>;
    /// Makes a directory; the one above it must exist.
    fn make_dir(&self, target: &Target) -> Result<(), RemoteError>;
    /// Removes an object, an empty directory or an unfinished session.
    fn delete(&self, target: &Target) -> Result<(), RemoteError>;
    /// One page of a directory; `context` is the `next` of the page before, empty at first.
    fn list_dir(&self, target: &Target, context: &str) -> Result<Page, RemoteError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_from_the_outside_in() {
        let target = |path: &str| Target {
            bucket: "b".into(),
            path: path.into(),
        };
        let paths =
            |path| -> Vec<String> { target(path).parents().into_iter().map(|t| t.path).collect() };
        assert_eq!(paths("/x/y/z.bin"), ["/x/", "/x/y/"]);
        assert_eq!(paths("/x/y/"), ["/x/"]);
        assert!(paths("/z.bin").is_empty());
    }

    #[test]
    fn a_sha_may_carry_a_suffix_and_either_case() {
        let sum = Sha1Sum::of(b"x");
        assert!(same_sha(&format!("{sum}_17"), sum));
        assert!(same_sha(&sum.to_string().to_uppercase(), sum));
        assert!(!same_sha("", sum));
        assert!(!same_sha(&sum.to_string()[..39], sum));
    }
}
