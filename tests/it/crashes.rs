//! The crash suite: an upload is stopped dead before and after every call to the server and every
//! write of state, twice over, and then goes on.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use cosup::event::Silent;
use cosup::machine::Outcome;
use cosup::remote::Existing;
use cosup::upload::{Mode, UploadError};

use crate::inside::{Inside, SLICE, Step};

/// What is thrown in the place of a crash.
struct Crash;

/// Counts steps and ends everything at one of them: once it is broken, nobody gets past it.
#[derive(Default)]
struct Tripwire {
    at: usize,
    count: AtomicUsize,
    broken: AtomicBool,
}

impl Tripwire {
    fn at(at: usize) -> Arc<Self> {
        Arc::new(Self {
            at,
            ..Self::default()
        })
    }

    fn step(&self) {
        if self.count.fetch_add(1, Ordering::SeqCst) == self.at {
            self.broken.store(true, Ordering::SeqCst);
        }
        if self.broken.load(Ordering::SeqCst) {
            resume_unwind(Box::new(Crash));
        }
    }

    /// Works on the upload until the wire breaks; says whether it got to its end before.
    fn run(self: &Arc<Self>, inside: &Inside, mode: Mode) -> bool {
        let wire = Arc::clone(self);
        let store = inside.store().witnessed(move |_| {
            wire.step();
            Ok(())
        });
        let wire = Arc::clone(self);
        let step: Step = Arc::new(move || wire.step());
        let result = catch_unwind(AssertUnwindSafe(|| {
            inside.upload(mode, &store, &step, &Silent)
        }));
        match result {
            Ok(report) => {
                let outcome = report.unwrap().outcome;
                assert!(matches!(outcome, Outcome::Done(_)), "{outcome:?}");
                true
            }
            Err(_) => {
                assert!(self.broken.load(Ordering::SeqCst), "a panic of its own");
                false
            }
        }
    }
}

/// Crashes at every step in turn; gives the number of steps there are.
fn crash_everywhere(make: impl Fn() -> Inside) -> usize {
    for at in 0.. {
        let inside = make();
        if Tripwire::at(at).run(&inside, Mode::Put) {
            inside.assert_arrived(&inside.file, &format!("{at} steps"));
            return at;
        }
        // Again at the same distance from the beginning, and then without a crash.
        let resumes = at % 2 == 1 && !inside.checkpoints().is_empty();
        let mode = if resumes { Mode::Resume } else { Mode::Put };
        if !Tripwire::at(at).run(&inside, mode) {
            let report = inside.go_on(Mode::Put).unwrap();
            let outcome = report.outcome;
            assert!(matches!(outcome, Outcome::Done(_)), "{at}: {outcome:?}");
        }
        inside.assert_arrived(&inside.file, &format!("crash at step {at}"));
        let requests = inside.emulator.journal().len();
        assert!(requests < 60, "{requests} requests after a crash at {at}");
    }
    unreachable!("an upload has an end")
}

const LEN: usize = 4 * SLICE + 11;

#[test]
fn one_slice_at_a_time() {
    let steps = crash_everywhere(|| Inside::new(LEN, |_| {}));
    assert!(steps > 30, "{steps}");
}

#[test]
fn several_slices_in_flight() {
    crash_everywhere(|| {
        let mut inside = Inside::new(LEN, |_| {});
        inside.jobs = 3;
        inside
    });
}

#[test]
fn a_serial_session() {
    crash_everywhere(|| {
        let mut inside = Inside::new(LEN, |config| {
            config.serial = true;
            config.strict_serial = true;
        });
        inside.jobs = 3;
        inside
    });
}

#[test]
fn a_file_in_one_request() {
    crash_everywhere(|| {
        let mut inside = Inside::new(1000, |_| {});
        inside.request.options.slice_threshold = 8 * 1024 * 1024;
        inside
    });
}

#[test]
fn directories_made_on_the_way() {
    crash_everywhere(|| {
        let mut inside = Inside::new(LEN, |config| config.require_dirs = true);
        inside.request.destination.path = "/a/b/object".to_owned();
        inside
    });
}

#[test]
fn an_object_being_replaced() {
    crash_everywhere(|| {
        let mut inside = Inside::new(LEN, |_| {});
        inside.request.options.existing = Existing::Replace;
        let client = crate::raw::Client::new(inside.emulator.address());
        let answer = client.upload("/object", b"old");
        assert_eq!(answer.both(), (200, Some(0)));
        inside
    });
}

#[test]
fn an_answer_to_finish_that_is_lost() {
    crash_everywhere(|| {
        let fault = "op=upload_slice_finish,nth=1,drop=after".parse().unwrap();
        Inside::new(LEN, |config| config.faults.push(fault))
    });
}

/// Every write of state in turn fails, as on a full disk, and all that come after it.
#[test]
fn a_disk_that_fills_up_at_any_write_is_no_end() {
    for strict in [false, true] {
        for at in 0.. {
            let mut inside = Inside::new(LEN, |_| {});
            inside.require_state = strict;
            let count = Arc::new(AtomicUsize::new(0));
            let counter = Arc::clone(&count);
            let store = inside.store().witnessed(move |_| {
                let full = counter.fetch_add(1, Ordering::SeqCst) >= at;
                let error = io::Error::from(io::ErrorKind::StorageFull);
                if full { Err(error) } else { Ok(()) }
            });
            let step: Step = Arc::new(|| {});
            match inside.upload(Mode::Put, &store, &step, &Silent) {
                Ok(report) => {
                    let outcome = report.outcome;
                    assert!(matches!(outcome, Outcome::Done(_)), "{at}: {outcome:?}");
                    assert_eq!(inside.object(), std::fs::read(&inside.file).ok());
                }
                Err(UploadError::Store(_)) if strict => {}
                Err(error) => panic!("{at}: {error}"),
            }
            if count.load(Ordering::SeqCst) <= at {
                break;
            }
            let again = inside.go_on(Mode::Put).unwrap().outcome;
            assert!(matches!(again, Outcome::Done(_)), "{at}: {again:?}");
            inside.assert_arrived(&inside.file, &format!("full at write {at}"));
        }
    }
}
