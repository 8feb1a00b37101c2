//! The upload as a state machine: what to do next, and what each answer means. No clock, no disk, no
//! network, no output.
//!
//! ```text
//!            ┌──────────── Whole ───────────┐
//!  start ────┤                              ├──▶ Confirm ──▶ Done
//!            └─▶ Init ──▶ Slices ──▶ Finish ┘       ▲
//!                 │ ▲        │          │           │
//!      no parents │ │        └─ doubt ──┴──▶ List ──┤ complete
//!                 ▼ │                        │ │    │
//!            MakeParents     Slices ◀────────┘ └────┘ nothing: start again
//! ```
//!
//! One principle settles the hard cases: when in doubt, list. Every such round is counted; the count
//! starts again only when the server holds more of the file than it ever did.

use crate::remote::{
    Initiated, Kind, Listed, Location, Op, RemoteError, Session, Stored, Unfinished, same_sha,
};
use crate::slice::{Grid, Slice, SliceSet};
use crate::wire::DEFAULT_SLICE_SIZE;

mod confirm;
mod plan;

pub use plan::{Conflict, Done, How, Known, Outcome, Plan, Reply, Step, Violation};

/// How often the machine may go back and list or start again before it gives up.
const MAX_ROUNDS: u32 = 4;

/// The largest slice size a server may ask for, in bytes: more would let it choose our memory.
const LARGEST_SLICE: u64 = 64 * 1024 * 1024;

/// The session in use.
#[derive(Debug, Clone)]
pub struct Open {
    /// Its name.
    pub session: String,
    /// How the server wants the file cut.
    pub grid: Grid,
    /// Whether slices go one after the other.
    pub serial: bool,
    /// The slices the server holds.
    pub held: SliceSet,
}

#[derive(Debug, Clone)]
enum State {
    Whole,
    Init,
    MakeParents,
    List,
    Slices,
    Finish,
    Confirm(Claim),
    Done(Outcome),
}

/// Why the object is believed to be there.
#[derive(Debug, Clone)]
enum Claim {
    /// We sent it and the server took it, sum included.
    Sent(How, Location),
    /// The server found our sum among its objects.
    Instant(Location),
    /// A list says that the path is complete.
    Listed(Location),
    /// Something of that name is in the way, perhaps the very same file.
    InTheWay,
}

/// The state machine of one upload.
#[derive(Debug, Clone)]
pub struct Machine {
    plan: Plan,
    state: State,
    open: Option<Open>,
    known: Option<Known>,
    asked_slice_size: u64,
    tried_parents: bool,
    rounds: u32,
    most_held: u64,
}

impl Machine {
    /// A machine at its start: it lists when a checkpoint knows a session, and begins anew otherwise.
    pub fn new(plan: Plan) -> Self {
        let mut machine = Self {
            asked_slice_size: plan.slice_size,
            known: plan.known.clone(),
            state: State::List,
            open: None,
            tried_parents: false,
            rounds: 0,
            most_held: 0,
            plan,
        };
        if machine.known.is_none() {
            machine.state = machine.start();
        }
        machine
    }

    fn start(&self) -> State {
        if self.plan.whole {
            State::Whole
        } else {
            State::Init
        }
    }

    /// The session in use, once there is one.
    pub fn open(&self) -> Option<&Open> {
        self.open.as_ref()
    }

    /// What to do next.
    pub fn next(&self) -> Step {
        match &self.state {
            State::Whole => Step::Whole,
            State::Init => Step::Init {
                slice_size: self.asked_slice_size,
            },
            State::MakeParents => Step::MakeParents,
            State::List => Step::List,
            State::Slices => Step::Slices(self.wanted()),
            State::Finish => Step::Finish,
            State::Confirm(_) => Step::Confirm,
            State::Done(outcome) => Step::Done(outcome.clone()),
        }
    }

    fn wanted(&self) -> Vec<Slice> {
        self.open.as_ref().map_or_else(Vec::new, |open| {
            let most = if open.serial {
                1
            } else {
                self.plan.jobs.max(1)
            };
            open.held
                .missing(open.grid.count())
                .take(most)
                .filter_map(|index| open.grid.slice(index))
                .collect()
        })
    }

    /// Takes an answer.
    pub fn apply(&mut self, reply: Reply) -> Result<(), Violation> {
        let state = match (&self.state, reply) {
            (State::Whole, Reply::Whole(result)) => self.after_whole(result),
            (State::Init, Reply::Init(result)) => self.after_init(result),
            (State::MakeParents, Reply::MakeParents(result)) => match result {
                Ok(()) => self.start(),
                Err(error) => failed(error),
            },
            (State::List, Reply::List(result)) => self.after_list(result),
            (_, Reply::Slice(slice, result)) => return self.after_slice(slice, result),
            (State::Finish, Reply::Finish(result)) => self.after_finish(result),
            (State::Confirm(claim), Reply::Confirm(result)) => {
                let claim = claim.clone();
                self.after_confirm(claim, result)
            }
            _ => return Err(Violation),
        };
        self.state = state;
        Ok(())
    }

    fn after_whole(&mut self, result: Result<Location, RemoteError>) -> State {
        match result {
            Ok(location) => State::Confirm(Claim::Sent(How::Whole, location)),
            Err(error) => match error.kind {
                Kind::HashDiffers => self.again(State::Whole, error),
                _ => self.not_begun(error),
            },
        }
    }

    fn after_init(&mut self, result: Result<Initiated, RemoteError>) -> State {
        match result {
            Ok(Initiated::Session(session)) => self.open_session(session),
            Ok(Initiated::Instant(location)) => State::Confirm(Claim::Instant(location)),
            Ok(Initiated::Unnamed) => State::Confirm(Claim::Listed(Location::default())),
            Err(error) => match error.kind {
                Kind::SliceSize if self.asked_slice_size != DEFAULT_SLICE_SIZE => {
                    self.asked_slice_size = DEFAULT_SLICE_SIZE;
                    State::Init
                }
                _ => self.not_begun(error),
            },
        }
    }

    /// What the refusal of the first request of an upload means.
    fn not_begun(&mut self, error: RemoteError) -> State {
        match error.kind {
            Kind::Unfinished | Kind::ListFirst | Kind::SessionLost if self.plan.file_len > 0 => {
                self.again(State::List, error)
            }
            Kind::UnfinishedOther => conflict("its sha is another"),
            Kind::Exists | Kind::SameFile => State::Confirm(Claim::InTheWay),
            Kind::NotFound if self.plan.make_parents && !self.tried_parents => {
                self.tried_parents = true;
                State::MakeParents
            }
            _ => failed(error),
        }
    }

    fn open_session(&mut self, session: Session) -> State {
        let slice_size = session
            .slice_size
            .filter(|size| *size > 0)
            .unwrap_or(self.asked_slice_size);
        let serial = session.serial.unwrap_or(false);
        self.use_session(session.id, slice_size, serial, |_| SliceSet::default())
    }

    fn use_session(
        &mut self,
        session: String,
        slice_size: u64,
        serial: bool,
        held: impl FnOnce(&Grid) -> SliceSet,
    ) -> State {
        let grid = Grid::new(self.plan.file_len, slice_size)
            .filter(|_| slice_size <= LARGEST_SLICE.max(self.plan.slice_size));
        let Some(grid) = grid else {
            return failed(RemoteError::new(
                Op::Init,
                Kind::Permanent,
                format!("the server asks for slices of {slice_size} bytes"),
            ));
        };
        let held = held(&grid);
        self.known = Some(Known {
            session: session.clone(),
            slice_size,
            serial,
        });
        self.open = Some(Open {
            session,
            grid,
            serial,
            held,
        });
        self.note_progress();
        self.slices_or_finish()
    }

    fn slices_or_finish(&self) -> State {
        if self.wanted().is_empty() {
            State::Finish
        } else {
            State::Slices
        }
    }

    fn note_progress(&mut self) {
        let held = self.open.as_ref().map_or(0, |o| o.held.bytes(&o.grid));
        if held > self.most_held {
            self.most_held = held;
            self.rounds = 0;
        }
    }

    fn after_list(&mut self, result: Result<Listed, RemoteError>) -> State {
        match result {
            Ok(Listed::Unfinished(unfinished)) => self.adopt(unfinished),
            Ok(Listed::Complete(location)) => State::Confirm(Claim::Listed(location)),
            Ok(Listed::Nothing) => {
                let error = RemoteError::new(
                    Op::List,
                    Kind::SessionLost,
                    "the server forgets the upload again and again",
                );
                self.start_again(error)
            }
            Err(error) if matches!(error.kind, Kind::NotFound | Kind::SessionLost) => {
                self.start_again(error)
            }
            Err(error) => failed(error),
        }
    }

    fn start_again(&mut self, error: RemoteError) -> State {
        self.open = None;
        self.known = None;
        let start = self.start();
        self.again(start, error)
    }

    /// Goes on with an unfinished upload the server knows, if it is one of this very file.
    fn adopt(&mut self, found: Unfinished) -> State {
        if let Some(len) = found.file_len.filter(|len| *len != self.plan.file_len) {
            let ours = self.plan.file_len;
            return conflict(&format!("it is {len} bytes long, the file {ours}"));
        }
        let known = self
            .known
            .take()
            .filter(|known| known.session == found.session.id);
        match &found.sha {
            Some(sha) if same_sha(sha, self.plan.sha1) => {}
            Some(_) => return conflict("its sha is another"),
            None if known.is_some() => {}
            None => {
                return conflict(
                    "the server names no sha for it, and no checkpoint ties it to this file",
                );
            }
        }
        let slice_size = found
            .session
            .slice_size
            .filter(|size| *size > 0)
            .or(known.as_ref().map(|known| known.slice_size))
            .unwrap_or(self.asked_slice_size);
        // Without a word from anybody, one after the other is the safe reading (PROTOCOL §3.4).
        let serial = found
            .session
            .serial
            .or(known.as_ref().map(|known| known.serial))
            .unwrap_or(true);
        self.use_session(found.session.id, slice_size, serial, |grid| {
            found
                .parts
                .iter()
                .filter_map(|part| grid.exact(part.offset, part.len))
                .map(|slice| slice.index)
                .collect()
        })
    }

    fn after_slice(
        &mut self,
        slice: Slice,
        result: Result<Stored, RemoteError>,
    ) -> Result<(), Violation> {
        if matches!(self.state, State::Done(_)) {
            return Ok(());
        }
        let open = self.open.as_mut().ok_or(Violation)?;
        if open.grid.slice(slice.index) != Some(slice) {
            return Err(Violation);
        }
        let sending = matches!(self.state, State::Slices);
        match result {
            Ok(Stored::Held { serial }) => {
                open.held.insert(slice.index);
                if serial == Some(true) {
                    open.serial = true;
                }
                self.note_progress();
                if sending {
                    self.state = self.slices_or_finish();
                }
            }
            Ok(Stored::Complete(location)) if sending => {
                self.state = State::Confirm(Claim::Sent(How::Slices, location));
            }
            Err(error) if sending => self.state = self.slice_refused(error),
            Ok(Stored::Complete(_)) | Err(_) => {}
        }
        Ok(())
    }

    fn slice_refused(&mut self, error: RemoteError) -> State {
        match error.kind {
            Kind::SessionLost
            | Kind::ListFirst
            | Kind::NotFound
            | Kind::HashDiffers
            | Kind::LengthDiffers
            | Kind::Unfinished
            | Kind::UnfinishedOther => self.again(State::List, error),
            Kind::Exists | Kind::SameFile => State::Confirm(Claim::InTheWay),
            _ => failed(error),
        }
    }

    fn after_finish(&mut self, result: Result<Location, RemoteError>) -> State {
        match result {
            Ok(location) => State::Confirm(Claim::Sent(How::Slices, location)),
            Err(error) => match error.kind {
                kind if kind.is_in_doubt() => self.again(State::List, error),
                Kind::SessionLost
                | Kind::ListFirst
                | Kind::NotFound
                | Kind::LengthDiffers
                | Kind::Unfinished
                | Kind::UnfinishedOther => self.again(State::List, error),
                Kind::Exists | Kind::SameFile => State::Confirm(Claim::InTheWay),
                _ => failed(error),
            },
        }
    }

    /// Goes back to `state`, as often as that may be.
    fn again(&mut self, state: State, error: RemoteError) -> State {
        if self.rounds == MAX_ROUNDS {
            return failed(error);
        }
        self.rounds += 1;
        state
    }
}

fn failed(error: RemoteError) -> State {
    State::Done(Outcome::Failed(error))
}

fn conflict(why: &str) -> State {
    State::Done(Outcome::Conflict(Conflict::OtherUpload { why: why.into() }))
}

#[cfg(test)]
mod tests;
