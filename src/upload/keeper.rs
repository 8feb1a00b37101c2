//! Keeping the checkpoint: when it is written, and that an upload survives without one.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::event::{Event, Watch};

use crate::machine::{Open, Outcome};
use crate::remote::Kind;
use crate::source::Stamp;
use crate::store::{Checkpoint, Lock, SavedSession, StoreError, UploadId};

/// How often progress is written at the most.
const EVERY: Duration = Duration::from_secs(1);

/// Who holds the checkpoint of one upload, if there can be one.
pub(super) struct Keeper {
    id: UploadId,
    /// `None` when the state directory cannot be used.
    lock: Option<Lock>,
    checkpoint: Checkpoint,
    /// What is on disk.
    disk: Disk,
    last: Option<Instant>,
    trouble: Option<StoreError>,
    told: bool,
}

/// Which checkpoint is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Disk {
    /// None.
    Nothing,
    /// The one of this upload.
    Ours,
    /// One of another revision of the file. It stays until a new session takes its place, because
    /// only it can tell that the old session is ours.
    Older,
}

pub(super) fn unix_now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

impl Keeper {
    pub(super) fn new(
        id: UploadId,
        lock: Option<Lock>,
        checkpoint: Checkpoint,
        disk: Disk,
    ) -> Self {
        Self {
            id,
            lock,
            checkpoint,
            disk,
            last: None,
            trouble: None,
            told: false,
        }
    }

    pub(super) fn id(&self) -> &UploadId {
        &self.id
    }

    /// Writes the checkpoint now. What goes wrong is remembered: the upload goes on without.
    pub(super) fn save(&mut self) {
        let Some(lock) = &self.lock else {
            return;
        };
        if self.disk == Disk::Older && self.checkpoint.session.is_none() {
            return;
        }
        self.checkpoint.updated = unix_now();
        self.last = Some(Instant::now());
        match lock.save(&self.checkpoint) {
            Ok(()) => {
                self.disk = Disk::Ours;
                self.trouble = None;
            }
            Err(error) => self.trouble = Some(error),
        }
    }

    /// Tells once that the state could not be written.
    pub(super) fn warn(&mut self, watch: Watch<'_>) {
        if let (Some(error), false) = (&self.trouble, self.told) {
            self.told = true;
            watch.tell(&Event::Warning(&format!(
                "cannot keep the state, so this upload cannot be resumed from here: {error}"
            )));
        }
    }

    pub(super) fn trouble(&mut self) -> Option<StoreError> {
        self.trouble.take()
    }

    fn take_session(&mut self, open: &Open) {
        self.checkpoint.session = Some(SavedSession {
            id: open.session.clone(),
            slice_size: open.grid.slice_size(),
            serial: open.serial,
            held: SavedSession::runs(&open.held),
        });
    }

    pub(super) fn save_session(&mut self, open: &Open) {
        self.take_session(open);
        self.checkpoint.last_error = None;
        self.save();
    }

    pub(super) fn save_progress(&mut self, open: &Open) {
        if self.last.is_none_or(|last| last.elapsed() >= EVERY) {
            self.save_session(open);
        }
    }

    pub(super) fn restamp(&mut self, stamp: Stamp) {
        self.checkpoint.source.stamp = stamp;
        self.save();
    }

    /// Keeps what is needed to go on after a halt; says whether a checkpoint is left.
    pub(super) fn halt(&mut self, open: Option<&Open>, last_error: Option<String>) -> bool {
        if let Some(open) = open {
            self.take_session(open);
        }
        self.checkpoint.last_error = last_error;
        self.save();
        self.disk == Disk::Ours && self.trouble.is_none()
    }

    /// Keeps or removes the state, as the outcome asks; says whether a checkpoint is left to go on
    /// from, or for a conflict, whether one is left that may be about what is in the way.
    pub(super) fn end(&mut self, outcome: &Outcome, open: Option<&Open>) -> bool {
        let (keep, error) = match outcome {
            Outcome::Done(_) => (false, None),
            Outcome::Conflict(_) => (
                self.checkpoint.session.is_some(),
                Some("the destination holds other content".to_owned()),
            ),
            Outcome::Failed(error) => {
                let curable = error.kind.may_pass()
                    || matches!(
                        error.kind,
                        Kind::Refused
                            | Kind::SignatureExpired
                            | Kind::Credentials
                            | Kind::SessionLost
                            | Kind::ListFirst
                            | Kind::Unfinished
                    );
                let keep = curable || self.checkpoint.session.is_some();
                (keep, Some(error.to_string()))
            }
        };
        if keep {
            return self.halt(open, error);
        }
        if self.disk == Disk::Older && !matches!(outcome, Outcome::Done(_)) {
            return matches!(outcome, Outcome::Conflict(_));
        }
        if let Some(lock) = self.lock.take()
            && let Err(error) = lock.remove()
        {
            self.trouble = Some(error);
        }
        false
    }
}
