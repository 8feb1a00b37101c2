//! What happens in a run, told to whoever watches: `Event` and `trait Observer`.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::digest::Sha1Sum;
use crate::machine::Outcome;
use crate::remote::{Op, RemoteError, Sent, Target};
use crate::slice::{Grid, Slice, SliceSet};

/// Which upload of a run an event belongs to, counted from 0 in the order given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UploadNo(pub usize);

/// What an upload is doing when it is not sending slices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Opening a session.
    Init,
    /// Making the directories above the object.
    MakeParents,
    /// Asking what the server holds.
    List,
    /// Reading the file again, because it was touched.
    Prove,
    /// Turning the slices into the object.
    Finish,
    /// Asking whether the object is there and is the file.
    Confirm,
}

/// What an upload came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Length of the file in bytes.
    pub len: u64,
    /// Sum of the file.
    pub sha1: Sha1Sum,
    /// Bytes the server took from this run, each counted once.
    pub sent: u64,
    /// Bytes the server held before.
    pub held: u64,
    /// Slices of the file; 0 when it went up whole.
    pub slices: u64,
}

/// One thing that happened.
#[derive(Debug)]
pub enum Event<'a> {
    /// What a run is about to do, as far as it is known; belongs to no upload in particular.
    Plan {
        /// How many files.
        files: u64,
        /// How many bytes they have.
        bytes: u64,
    },
    /// Work on a file begins.
    Begin {
        /// The checkpoint's id.
        id: &'a str,
        /// The local file.
        source: &'a Path,
        /// Where it goes.
        target: &'a Target,
        /// Its length in bytes.
        len: u64,
    },
    /// The file is being hashed (or proved again).
    Hashing {
        /// Bytes done.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// A step other than slices begins.
    Phase(Phase),
    /// A session is open, new or found again.
    Session {
        /// How the file is cut.
        grid: Grid,
        /// What the server held before this run sends anything.
        held: &'a SliceSet,
        /// Whether slices go one after the other.
        serial: bool,
        /// Whether it goes on with what an earlier run began.
        resumed: bool,
    },
    /// A slice leaves.
    SliceBegin {
        /// Which.
        slice: Slice,
        /// Counts its bytes as they leave.
        sent: Arc<Sent>,
    },
    /// A slice is held by the server.
    SliceHeld {
        /// Which.
        slice: Slice,
    },
    /// A slice was not taken this time.
    SliceFailed {
        /// Which.
        slice: Slice,
        /// Why.
        error: &'a RemoteError,
    },
    /// A whole small file leaves in one request.
    WholeBegin {
        /// Counts its bytes as they leave.
        sent: Arc<Sent>,
    },
    /// A call failed and will be tried again after a wait.
    Wait {
        /// What was asked.
        op: Op,
        /// For which slice, if for one.
        slice: Option<Slice>,
        /// The number of the try to come, from 2.
        attempt: u32,
        /// How long.
        delay: Duration,
        /// What went wrong.
        error: &'a RemoteError,
    },
    /// A request was answered or failed; for `-v`.
    Request {
        /// The HTTP method.
        method: &'static str,
        /// The path of the URL, without a query.
        path: &'a str,
        /// What was asked.
        op: Op,
        /// The offset of the slice in bytes, if for one.
        offset: Option<u64>,
        /// The HTTP status, where there was an answer.
        status: Option<u16>,
        /// The code, where the answer was an envelope.
        code: Option<i64>,
        /// The id the server gave it.
        request_id: Option<&'a str>,
        /// From the first byte sent to the last received.
        took: Duration,
    },
    /// Something a person should know although the run goes on.
    Warning(&'a str),
    /// Work on a file is over.
    End {
        /// How.
        result: &'a Outcome,
        /// What it came to.
        tally: Tally,
    },
    /// Work on a file is over, and it failed before or beside the protocol.
    Failed {
        /// What to print.
        message: &'a str,
    },
}

/// Somebody who watches. Called from many threads; must return quickly and never fail.
pub trait Observer: Send + Sync {
    /// Takes note of an event of upload `no`.
    fn event(&self, no: UploadNo, event: &Event<'_>);
}

/// Nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {
    fn event(&self, _: UploadNo, _: &Event<'_>) {}
}

/// An observer bound to one upload, so that the code that works on it need not know its number.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Who watches.
    pub observer: &'a dyn Observer,
    /// Which upload.
    pub no: UploadNo,
}

impl Watch<'_> {
    /// Passes an event on.
    pub fn tell(&self, event: &Event<'_>) {
        self.observer.event(self.no, event);
    }
}
