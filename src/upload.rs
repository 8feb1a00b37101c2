//! The loop for one file: it asks the machine, does what it says, and keeps the checkpoint.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::cancel::Cancel;
use crate::digest::DigestChain;
use crate::event::{Event, Phase, Tally, Watch};
use crate::machine::{Machine, Outcome, Plan, Reply, Step};
use crate::remote::{Existing, InitRequest, Kind, Remote, RemoteError, Sent, Target, WholeRequest};
use crate::slots::Slots;
use crate::source::{Look, Source, SourceError};
use crate::store::{Destination, Store, StoreError, UploadId};

mod begin;
mod keeper;
mod slices;

use begin::Begun;
use keeper::Keeper;

/// What to upload, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// The local file, absolute.
    pub source: PathBuf,
    /// Where it goes.
    pub destination: Destination,
    /// How.
    pub options: Options,
    /// Whether an edited file is a new upload or an error.
    pub mode: Mode,
}

/// What belongs to an upload and is kept in its checkpoint.
#[derive(Debug, Clone)]
pub struct Options {
    /// The slice size to ask for, in bytes.
    pub slice_size: u64,
    /// The longest file that goes up in one request, in bytes.
    pub slice_threshold: u64,
    /// What to do about an object of the same name.
    pub existing: Existing,
    /// The caller's attribute.
    pub biz_attr: Option<String>,
    /// Whether missing directories may be made.
    pub make_parents: bool,
}

/// Who asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// `put`: the file as it is now is wanted.
    Put,
    /// `resume`: the file as it was when the upload began is wanted.
    Resume,
}

/// What a run lends to each of its uploads.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// The wish to stop; an upload that is given up utters it, so that each has a child of its own.
    pub cancel: &'a Cancel,
    /// Requests with file content at once.
    pub slots: &'a Slots,
    /// The state directory; `None` when it cannot be used and need not be.
    pub store: Option<&'a Store>,
    /// Whether an upload without state is refused.
    pub require_state: bool,
    /// How long to wait for another cosup that holds the lock.
    pub wait: std::time::Duration,
}

/// How an upload went.
#[derive(Debug, Clone)]
pub struct Report {
    /// Its id.
    pub id: UploadId,
    /// How it ended.
    pub outcome: Outcome,
    /// What it came to.
    pub tally: Tally,
    /// Whether a checkpoint is left to go on from.
    pub resumable: bool,
}

/// What ended an upload before or beside the protocol.
#[derive(Debug)]
pub enum UploadError {
    /// The local file.
    Source {
        /// What is wrong with it.
        error: SourceError,
        /// The checkpoint that is left.
        id: Option<UploadId>,
    },
    /// The state directory.
    Store(StoreError),
    /// The user or the clock said stop.
    Stopped {
        /// The checkpoint that is left.
        id: Option<UploadId>,
    },
    /// What was to be resumed is no more: another process has finished it, or given it up.
    Gone,
    /// The loop and the machine disagree: a fault of this program.
    Internal(&'static str),
}

impl fmt::Display for UploadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source { error, .. } => error.fmt(f),
            Self::Store(error) => error.fmt(f),
            Self::Stopped { .. } => f.write_str("stopped"),
            Self::Gone => f.write_str("another cosup has finished it, or given it up"),
            Self::Internal(what) => write!(f, "internal error: {what}"),
        }
    }
}

impl Error for UploadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Source { error, .. } => Some(error),
            Self::Store(error) => Some(error),
            Self::Stopped { .. } | Self::Gone | Self::Internal(_) => None,
        }
    }
}

impl From<StoreError> for UploadError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Why the loop stopped working on a file.
enum Halt {
    Source(SourceError),
    Stopped,
    Internal(&'static str),
}

impl From<SourceError> for Halt {
    fn from(error: SourceError) -> Self {
        match error {
            SourceError::Stopped => Self::Stopped,
            error => Self::Source(error),
        }
    }
}

/// Uploads one file, or goes on with it.
pub fn upload<R: Remote>(
    run: &Run<'_>,
    request: &Request,
    remote: &R,
    watch: Watch<'_>,
) -> Result<Report, UploadError> {
    let begun = begin::begin(run, request, watch)?;
    let id = begun.keeper.id().clone();
    let report = Work::new(run, request, begun, remote, watch).run();
    match report {
        Ok(report) => Ok(report),
        Err((Halt::Source(error), kept)) => Err(UploadError::Source {
            error,
            id: kept.then_some(id),
        }),
        Err((Halt::Stopped, kept)) => Err(UploadError::Stopped {
            id: kept.then_some(id),
        }),
        Err((Halt::Internal(what), _)) => Err(UploadError::Internal(what)),
    }
}

/// One file being worked on.
struct Work<'a, R> {
    run: &'a Run<'a>,
    request: &'a Request,
    remote: &'a R,
    watch: Watch<'a>,
    target: Target,
    source: Arc<Source>,
    chain: Arc<DigestChain>,
    machine: Machine,
    keeper: Keeper,
    resumed: bool,
    announced: Option<String>,
    touched: bool,
    sent: u64,
    held: u64,
}

impl<'a, R: Remote> Work<'a, R> {
    fn new(
        run: &'a Run<'a>,
        request: &'a Request,
        begun: Begun,
        remote: &'a R,
        watch: Watch<'a>,
    ) -> Self {
        let options = &request.options;
        let machine = Machine::new(Plan {
            file_len: begun.source.len(),
            sha1: begun.chain.sha1(),
            whole: begun.whole,
            slice_size: options.slice_size,
            jobs: run.slots.count(),
            existing: options.existing,
            make_parents: options.make_parents
                && !request.destination.target().parents().is_empty(),
            known: begun.known,
        });
        Self {
            run,
            request,
            remote,
            watch,
            target: request.destination.target(),
            source: Arc::new(begun.source),
            chain: Arc::new(begun.chain),
            keeper: begun.keeper,
            resumed: begun.resumed,
            machine,
            announced: None,
            touched: false,
            sent: 0,
            held: 0,
        }
    }

    fn run(mut self) -> Result<Report, (Halt, bool)> {
        match self.steps() {
            Ok(outcome) => Ok(self.end(outcome)),
            Err(halt) => {
                let last_error = match &halt {
                    Halt::Source(error) => Some(error.to_string()),
                    Halt::Stopped | Halt::Internal(_) => None,
                };
                let kept = self.keeper.halt(self.machine.open(), last_error);
                Err((halt, kept))
            }
        }
    }

    fn steps(&mut self) -> Result<Outcome, Halt> {
        loop {
            let step = self.machine.next();
            if self.run.cancel.is_stopped() && !matches!(step, Step::Done(_)) {
                return Err(Halt::Stopped);
            }
            let reply = match step {
                Step::Done(Outcome::Failed(error)) if error.kind == Kind::Stopped => {
                    return Err(Halt::Stopped);
                }
                Step::Done(outcome) => return Ok(outcome),
                Step::Slices(_) => {
                    self.announce();
                    self.send_slices()?;
                    continue;
                }
                Step::Whole => Reply::Whole(self.whole()?),
                Step::Init { slice_size } => {
                    self.look()?;
                    self.watch.tell(&Event::Phase(Phase::Init));
                    Reply::Init(self.remote.init(
                        &self.target,
                        &InitRequest {
                            chain: &self.chain,
                            slice_size,
                            existing: self.request.options.existing,
                            biz_attr: self.request.options.biz_attr.as_deref(),
                        },
                    ))
                }
                Step::MakeParents => {
                    self.watch.tell(&Event::Phase(Phase::MakeParents));
                    Reply::MakeParents(self.make_parents())
                }
                Step::List => {
                    self.watch.tell(&Event::Phase(Phase::List));
                    Reply::List(self.remote.list(&self.target))
                }
                Step::Finish => {
                    self.announce();
                    self.prove_before_finish()?;
                    self.watch.tell(&Event::Phase(Phase::Finish));
                    let open = self.machine.open();
                    let session = open.map(|open| open.session.clone()).unwrap_or_default();
                    Reply::Finish(self.remote.finish(
                        &self.target,
                        &session,
                        self.source.len(),
                        self.chain.sha1(),
                    ))
                }
                Step::Confirm => {
                    self.watch.tell(&Event::Phase(Phase::Confirm));
                    Reply::Confirm(self.remote.stat(&self.target))
                }
            };
            self.apply(reply)?;
        }
    }

    fn apply(&mut self, reply: Reply) -> Result<(), Halt> {
        self.machine
            .apply(reply)
            .map_err(|_| Halt::Internal("a reply that answers nothing"))
    }

    /// Tells of a session the first time it is used, and writes it down before anything is sent.
    fn announce(&mut self) {
        let Some(open) = self.machine.open() else {
            return;
        };
        if self.announced.as_ref() == Some(&open.session) {
            return;
        }
        self.announced = Some(open.session.clone());
        if self.sent == 0 {
            self.held = open.held.bytes(&open.grid);
        }
        self.keeper.save_session(open);
        self.keeper.warn(self.watch);
        self.watch.tell(&Event::Session {
            grid: open.grid,
            held: &open.held,
            serial: open.serial,
            resumed: self.resumed,
        });
    }

    /// Notes whether the file's attributes moved; anything worse is an error.
    fn look(&mut self) -> Result<(), SourceError> {
        if let Look::Touched(_) = self.source.look()? {
            self.touched = true;
        }
        Ok(())
    }

    /// A file that was touched on the way is read once more before the object is made of it.
    fn prove_before_finish(&mut self) -> Result<(), SourceError> {
        self.look()?;
        if !self.touched {
            return Ok(());
        }
        self.watch.tell(&Event::Phase(Phase::Prove));
        let total = self.source.len();
        let watch = self.watch;
        let stamp = self
            .source
            .prove(&self.chain, self.run.cancel, &mut |done| {
                watch.tell(&Event::Hashing { done, total });
            })?;
        self.keeper.restamp(stamp);
        Ok(())
    }

    fn whole(&mut self) -> Result<Result<crate::remote::Location, RemoteError>, Halt> {
        self.look()?;
        let mut slot = self.run.slots.take(self.run.cancel).ok_or(Halt::Stopped)?;
        let len = self.source.len();
        self.source.read(&(0..len), slot.buffer())?;
        self.look()?;
        if !self
            .chain
            .proves(0, slot.buffer())
            .map_err(SourceError::Keep)?
        {
            return Err(self.source.changed(crate::source::Change::Edited).into());
        }
        let sent = Arc::new(Sent::default());
        self.watch.tell(&Event::WholeBegin { sent: sent.clone() });
        let result = self.remote.put_whole(
            &self.target,
            &WholeRequest {
                bytes: slot.payload(0, usize::try_from(len).unwrap_or(usize::MAX)),
                sha1: self.chain.sha1(),
                existing: self.request.options.existing,
                biz_attr: self.request.options.biz_attr.as_deref(),
                sent,
            },
        );
        if result.is_ok() {
            self.sent = len;
        }
        Ok(result)
    }

    fn make_parents(&self) -> Result<(), RemoteError> {
        for parent in self.target.parents() {
            match self.remote.make_dir(&parent) {
                Ok(()) => {}
                Err(error) if error.kind == Kind::DirExists => {}
                // A conflict that says no more: the next request shows whether it is a directory.
                Err(error) if error.kind == Kind::Exists && error.code.is_none() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn end(mut self, outcome: Outcome) -> Report {
        let resumable = self.keeper.end(&outcome, self.machine.open());
        let tally = Tally {
            len: self.source.len(),
            sha1: self.chain.sha1(),
            sent: self.sent,
            held: self.held,
            slices: self.machine.open().map_or(0, |open| open.grid.count()),
        };
        self.watch.tell(&Event::End {
            result: &outcome,
            tally,
        });
        Report {
            id: self.keeper.id().clone(),
            outcome,
            tally,
            resumable,
        }
    }
}
