//! What is going on, as events tell it: the files in work, their slices in flight, their waits, the totals.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::meter::Meter;
use super::words::reason;
use crate::event::{Event, Phase, UploadNo};
use crate::machine::Outcome;
use crate::remote::Sent;
use crate::slice::{Grid, Slice, SliceSet};
use crate::text::safe_path;

/// Everything that is known of a run.
#[derive(Debug)]
pub(super) struct Board {
    /// The files in work.
    pub(super) tracks: BTreeMap<UploadNo, Track>,
    /// What the run is about to do, where it was said.
    pub(super) plan: Option<(u64, u64)>,
    /// What the files that ended amount to.
    pub(super) totals: Totals,
    /// Speed over all files.
    pub(super) meter: Meter,
    /// When the run began.
    pub(super) started: Instant,
    undone: BTreeSet<UploadNo>,
}

/// What the files that ended amount to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Totals {
    /// Files begun.
    pub(super) begun: u64,
    /// Files whose objects are there.
    pub(super) done: u64,
    /// Files that failed.
    pub(super) failed: u64,
    /// Lengths of the files begun, in bytes.
    pub(super) begun_bytes: u64,
    /// Lengths of the files that ended well, in bytes.
    pub(super) done_bytes: u64,
    /// Bytes that moved for files that ended.
    pub(super) moved: u64,
    /// Bytes that the server took from this run, of files that ended.
    pub(super) sent: u64,
    /// Bytes that the server held before, of files that ended.
    pub(super) held: u64,
}

/// A file in work.
#[derive(Debug)]
pub(super) struct Track {
    /// The checkpoint's id.
    pub(super) id: String,
    /// The file's name, safe to print.
    pub(super) name: String,
    /// Length in bytes.
    pub(super) len: u64,
    /// What is being done.
    pub(super) stage: Stage,
    /// How it is cut, once that is known.
    pub(super) grid: Option<Grid>,
    /// Slices held before this run.
    pub(super) held: SliceSet,
    /// Slices sent by this run.
    pub(super) landed: SliceSet,
    /// Slices on their way, by index.
    pub(super) flights: BTreeMap<u64, Flight>,
    /// Why nothing happens.
    pub(super) wait: Option<Wait>,
    /// Speed of hashing or sending.
    pub(super) meter: Meter,
    /// When work on it began.
    pub(super) begun: Instant,
    whole: Option<Arc<Sent>>,
    moved_before: u64,
}

/// What is being done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nothing yet.
    Starting,
    /// Reading it.
    Hashing {
        /// Bytes read.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// Asking the server something.
    Asking(Phase),
    /// Sending it.
    Sending,
}

/// A slice on its way.
#[derive(Debug)]
pub(super) struct Flight {
    /// Which.
    pub(super) slice: Slice,
    /// The number of the try, from 1.
    pub(super) attempt: u32,
    /// Why nothing happens.
    pub(super) wait: Option<Wait>,
    /// Its speed.
    pub(super) meter: Meter,
    sent: Arc<Sent>,
}

impl Flight {
    /// Bytes that have left.
    pub(super) fn bytes(&self) -> u64 {
        self.sent.bytes().min(self.slice.len)
    }
}

/// A wait before another try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wait {
    /// When it is over.
    pub(super) until: Instant,
    /// The number of the try to come.
    pub(super) attempt: u32,
    /// What it is for, safe to print.
    pub(super) why: String,
}

impl Board {
    /// An empty board.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            tracks: BTreeMap::new(),
            plan: None,
            totals: Totals::default(),
            meter: Meter::default(),
            started: now,
            undone: BTreeSet::new(),
        }
    }

    /// Takes note of an event.
    pub(super) fn note(&mut self, no: UploadNo, event: &Event<'_>, now: Instant) {
        match event {
            Event::Plan { files, bytes } => self.plan = Some((*files, *bytes)),
            Event::Begin {
                id, source, len, ..
            } => {
                self.totals.begun += 1;
                self.totals.begun_bytes += len;
                let name = source.file_name().map_or(*source, std::path::Path::new);
                let track = Track::new((*id).to_owned(), safe_path(name), *len, now);
                self.tracks.insert(no, track);
            }
            Event::End { result, tally } => {
                self.totals.sent += tally.sent;
                self.totals.held += tally.held;
                self.fold(no);
                if matches!(result, Outcome::Done(_)) {
                    self.totals.done += 1;
                    self.totals.done_bytes += tally.len;
                } else {
                    // Left out on purpose, unless a failure follows.
                    self.undone.insert(no);
                }
            }
            Event::Failed { .. } => {
                self.fold(no);
                self.undone.remove(&no);
                self.totals.failed += 1;
            }
            Event::Request { .. } | Event::Warning(_) => {}
            _ => {
                if let Some(track) = self.tracks.get_mut(&no) {
                    track.note(event, now);
                }
            }
        }
    }

    fn fold(&mut self, no: UploadNo) {
        let track = self.tracks.remove(&no);
        self.totals.moved += track.map_or(0, |track| track.moved());
    }

    /// Files that were left out on purpose.
    pub(super) fn skipped(&self) -> usize {
        self.undone.len()
    }

    /// Measures speeds.
    pub(super) fn tick(&mut self, now: Instant) {
        for track in self.tracks.values_mut() {
            track.tick(now);
        }
        let moved = self.moved();
        self.meter.sample(now, moved);
    }

    /// Bytes that moved in this run.
    pub(super) fn moved(&self) -> u64 {
        self.totals.moved + self.tracks.values().map(Track::moved).sum::<u64>()
    }

    /// Bytes that are where they belong, or on their way there; those held before included.
    pub(super) fn position(&self) -> u64 {
        self.totals.done_bytes + self.tracks.values().map(Track::position).sum::<u64>()
    }

    /// Files and bytes in all, as far as they are known.
    pub(super) fn expected(&self) -> (u64, u64) {
        let (files, bytes) = self.plan.unwrap_or_default();
        (
            files.max(self.totals.begun),
            bytes.max(self.totals.begun_bytes),
        )
    }

    /// Whether there is more than one file to speak of.
    pub(super) fn is_batch(&self) -> bool {
        self.expected().0 > 1
    }
}

impl Track {
    fn new(id: String, name: String, len: u64, now: Instant) -> Self {
        Self {
            id,
            name,
            len,
            stage: Stage::Starting,
            grid: None,
            held: SliceSet::default(),
            landed: SliceSet::default(),
            flights: BTreeMap::new(),
            wait: None,
            meter: Meter::default(),
            begun: now,
            whole: None,
            moved_before: 0,
        }
    }

    fn note(&mut self, event: &Event<'_>, now: Instant) {
        match event {
            Event::Hashing { done, total } => {
                if !matches!(self.stage, Stage::Hashing { .. }) {
                    self.meter = Meter::default();
                }
                self.stage = Stage::Hashing {
                    done: *done,
                    total: *total,
                };
                self.meter.sample(now, *done);
            }
            Event::Phase(phase) => self.enter(Stage::Asking(*phase)),
            Event::Session { grid, held, .. } => {
                self.moved_before = self.moved();
                self.grid = Some(*grid);
                self.held = (*held).clone();
                self.landed = SliceSet::default();
                self.enter(Stage::Sending);
            }
            Event::SliceBegin { slice, sent } => {
                self.enter(Stage::Sending);
                let flight = Flight {
                    slice: *slice,
                    attempt: 1,
                    wait: None,
                    meter: Meter::default(),
                    sent: Arc::clone(sent),
                };
                self.flights.insert(slice.index, flight);
            }
            Event::SliceHeld { slice } => {
                self.flights.remove(&slice.index);
                self.landed.insert(slice.index);
            }
            Event::SliceFailed { slice, .. } => {
                self.flights.remove(&slice.index);
            }
            Event::WholeBegin { sent } => {
                self.enter(Stage::Sending);
                self.whole = Some(Arc::clone(sent));
            }
            Event::Wait {
                slice,
                attempt,
                delay,
                error,
                ..
            } => {
                let wait = Wait {
                    until: now + *delay,
                    attempt: *attempt,
                    why: reason(error),
                };
                match slice.and_then(|slice| self.flights.get_mut(&slice.index)) {
                    Some(flight) => {
                        flight.attempt = *attempt;
                        flight.wait = Some(wait);
                    }
                    None => self.wait = Some(wait),
                }
            }
            Event::Plan { .. }
            | Event::Begin { .. }
            | Event::Request { .. }
            | Event::Warning(_)
            | Event::End { .. }
            | Event::Failed { .. } => {}
        }
    }

    fn enter(&mut self, stage: Stage) {
        self.wait = None;
        if matches!(self.stage, Stage::Hashing { .. }) {
            self.meter = Meter::default();
        }
        self.stage = stage;
    }

    fn tick(&mut self, now: Instant) {
        for flight in self.flights.values_mut() {
            let bytes = flight.bytes();
            flight.meter.sample(now, bytes);
        }
        match self.stage {
            Stage::Hashing { done, .. } => self.meter.sample(now, done),
            Stage::Sending => self.meter.sample(now, self.moved()),
            Stage::Starting | Stage::Asking(_) => {}
        }
    }

    fn in_flight(&self) -> u64 {
        let whole = self.whole.as_ref().map_or(0, |sent| sent.bytes());
        whole.min(self.len) + self.flights.values().map(Flight::bytes).sum::<u64>()
    }

    /// Bytes that moved in this run.
    pub(super) fn moved(&self) -> u64 {
        let landed = self.grid.map_or(0, |grid| self.landed.bytes(&grid));
        self.moved_before + landed + self.in_flight()
    }

    /// Bytes that are where they belong, or on their way there.
    pub(super) fn position(&self) -> u64 {
        let there = self
            .grid
            .map_or(0, |grid| self.held.bytes(&grid) + self.landed.bytes(&grid));
        (there + self.in_flight()).min(self.len)
    }

    /// Whether what is being done is done as far as it can be known: every byte is read, or the
    /// server has said that it holds every slice.
    pub(super) fn is_complete(&self) -> bool {
        let is_held = |grid: Grid| self.held.len() + self.landed.len() >= grid.count();
        match self.stage {
            Stage::Hashing { done, total } => done >= total,
            Stage::Starting | Stage::Asking(_) | Stage::Sending => self.grid.is_some_and(is_held),
        }
    }

    /// How long a wait still lasts, and what for; the longest of those there are.
    pub(super) fn waiting(&self, now: Instant) -> Option<(&Wait, Duration)> {
        self.flights
            .values()
            .filter_map(|flight| flight.wait.as_ref())
            .chain(&self.wait)
            .filter_map(|wait| Some((wait, wait.left(now)?)))
            .max_by_key(|(_, left)| *left)
    }
}

impl Wait {
    /// How long it still lasts; `None` when it is over.
    pub(super) fn left(&self, now: Instant) -> Option<Duration> {
        let left = self.until.saturating_duration_since(now);
        (!left.is_zero()).then_some(left)
    }

    /// What to say of it.
    pub(super) fn sentence(&self, left: Duration) -> String {
        // Counted in whole seconds, so that the last one reads as one and not as nothing.
        let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
        format!(
            "waiting {seconds} s before try {}: {}",
            self.attempt, self.why
        )
    }
}
