//! The upload as a state machine: no clock, no disk, no network, no output.
/// How an upload ended.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// The object is there and is the file.
    Done(Done),
    /// The destination holds something else; nothing was changed.
    Conflict(Conflict),
    /// A call failed for good, or as often as it may.
    Failed(crate::remote::RemoteError),
}

/// An upload that is true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// How it came about.
    pub how: How,
    /// Where the object is.
    pub location: crate::remote::Location,
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
