//! The words of the machine: what it is told, what it asks for, what it is answered, how it ends.

use crate::digest::Sha1Sum;
use crate::remote::{Existing, Initiated, Listed, Location, RemoteError, Stat, Stored};
use crate::slice::Slice;

/// What is to be uploaded, and how.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Length of the file in bytes.
    pub file_len: u64,
    /// Sum of the file.
    pub sha1: Sha1Sum,
    /// Whether it may go up in one request.
    pub whole: bool,
    /// The slice size to ask for, in bytes.
    pub slice_size: u64,
    /// Slices in flight at the most, when they need not be serial.
    pub jobs: usize,
    /// What to do about an object of the same name.
    pub existing: Existing,
    /// Whether missing directories may be made.
    pub make_parents: bool,
    /// The session an earlier run left, tied to this very file by a checkpoint.
    pub known: Option<Known>,
}

/// What a checkpoint remembers of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The session.
    pub session: String,
    /// Its slice size in bytes.
    pub slice_size: u64,
    /// Whether its slices go one after the other.
    pub serial: bool,
}

/// What to do next.
#[derive(Debug, Clone)]
pub enum Step {
    /// Send the whole file in one request.
    Whole,
    /// Open a session, asking for slices of this many bytes.
    Init {
        /// In bytes.
        slice_size: u64,
    },
    /// Make the directories above the object.
    MakeParents,
    /// Ask what the server holds.
    List,
    /// Keep these slices in flight.
    Slices(Vec<Slice>),
    /// Turn the slices into the object.
    Finish,
    /// Ask for the attributes of the object.
    Confirm,
    /// Nothing: it is over.
    Done(Outcome),
}

/// The answer to a step.
#[derive(Debug)]
pub enum Reply {
    /// To [`Step::Whole`].
    Whole(Result<Location, RemoteError>),
    /// To [`Step::Init`].
    Init(Result<Initiated, RemoteError>),
    /// To [`Step::MakeParents`].
    MakeParents(Result<(), RemoteError>),
    /// To [`Step::List`].
    List(Result<Listed, RemoteError>),
    /// To one slice of [`Step::Slices`]; may come late, after the machine has moved on.
    Slice(Slice, Result<Stored, RemoteError>),
    /// To [`Step::Finish`].
    Finish(Result<Location, RemoteError>),
    /// To [`Step::Confirm`].
    Confirm(Result<Stat, RemoteError>),
}

/// A reply that answers nothing that was asked; the machine has not moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Violation;

/// How an upload ended.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// The object is there and is the file.
    Done(Done),
    /// The destination holds something else; nothing was changed.
    Conflict(Conflict),
    /// A call failed for good, or as often as it may.
    Failed(RemoteError),
}

/// An upload that is true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// How it came about.
    pub how: How,
    /// Where the object is.
    pub location: Location,
}

/// How an object came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Sent in one request.
    Whole,
    /// Sent in slices.
    Slices,
    /// The server had the content already (instant upload).
    Instant,
    /// The object was there already, with the same content.
    AlreadyThere,
}

/// What stands in the way at the destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conflict {
    /// An object with other content.
    OtherObject,
    /// An unfinished upload of another file.
    OtherUpload {
        /// What tells it apart, for people.
        why: String,
    },
}
