//! Keeping a run in its time: closes it when the window closes or its longest duration is over, and
//! sets the rate of the hour.

use std::fmt;
use std::num::NonZeroU64;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use jiff::{Timestamp, Zoned};

use crate::cancel::{Cancel, Stop};
use crate::schedule::{Rates, Window};
use crate::text::Span;
use crate::throttle::Throttle;

/// The longest time between two looks at the clock, which people and time servers move.
const LOOK: Duration = Duration::from_secs(30);

/// When a run may work, and how fast.
#[derive(Debug, Clone, Default)]
pub struct Pace {
    /// The hours in which to work.
    pub window: Option<Window>,
    /// How fast to send.
    pub rates: Option<Rates>,
    /// How long to work at the most.
    pub max_duration: Option<Duration>,
}

/// Why a run is out of its time.
#[derive(Debug, Clone)]
pub enum Over {
    /// The window is closed.
    Window(Window, Option<Zoned>),
    /// It worked as long as it may.
    Duration(Duration),
}

impl fmt::Display for Over {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Window(window, opens) => {
                write!(f, "the window {window} is closed")?;
                opens.as_ref().map_or(Ok(()), |at| {
                    write!(f, " until {}", at.strftime("%a %Y-%m-%d %H:%M %Z"))
                })
            }
            Self::Duration(longest) => write!(f, "its {} are over", Span(*longest)),
        }
    }
}

/// What holds at a moment.
#[derive(Debug)]
pub enum Verdict {
    /// Nothing may be sent.
    Stop(Over),
    /// Bytes may be sent.
    Go {
        /// This many a second at the most.
        rate: Option<NonZeroU64>,
        /// When something else may hold.
        look_again: Duration,
    },
}

impl Pace {
    /// What holds at `now`, `elapsed` after the run began.
    pub fn verdict(&self, now: &Zoned, elapsed: Duration) -> Verdict {
        if let Some(longest) = self.max_duration.filter(|longest| elapsed >= *longest) {
            return Verdict::Stop(Over::Duration(longest));
        }
        if let Some(window) = self.window.as_ref().filter(|window| !window.is_open(now)) {
            return Verdict::Stop(Over::Window(window.clone(), window.opens(now)));
        }
        let closes = self.window.as_ref().and_then(|window| window.closes(now));
        let changes = self.rates.as_ref().and_then(|rates| rates.changes(now));
        let until = |at: Zoned| span(now.timestamp(), at.timestamp());
        let look_again = [closes.map(until), changes.map(until)]
            .into_iter()
            .flatten()
            .chain(
                self.max_duration
                    .map(|longest| longest.saturating_sub(elapsed)),
            )
            .fold(LOOK, Duration::min);
        Verdict::Go {
            rate: self.rates.as_ref().and_then(|rates| rates.at(now)),
            look_again,
        }
    }

    /// Whether the clock has any say.
    fn is_timed(&self) -> bool {
        self.window.is_some()
            || self.max_duration.is_some()
            || self.rates.as_ref().is_some_and(Rates::limits)
    }

    /// Keeps a run that begins now in its time, until what is returned is dropped. `clock` reads the
    /// clock on the wall.
    pub fn keep(
        self,
        clock: impl Fn() -> Zoned + Send + Sync + 'static,
        cancel: &Cancel,
        throttle: &Arc<Throttle>,
    ) -> std::io::Result<Keeping> {
        let is_timed = self.is_timed();
        let watch = Arc::new(Watch {
            pace: self,
            clock: Box::new(clock),
            began: Instant::now(),
            cancel: cancel.clone(),
            throttle: Arc::clone(throttle),
            over: OnceLock::new(),
        });
        let (done, is_done) = mpsc::channel();
        if is_timed {
            // The rate is in force before the first byte, not once the keeper gets its turn.
            let mut next = watch.look();
            let watch = Arc::clone(&watch);
            let work = move || {
                while let Some(look_again) = next {
                    if is_done.recv_timeout(look_again) != Err(RecvTimeoutError::Timeout) {
                        return;
                    }
                    next = watch.look();
                }
            };
            std::thread::Builder::new()
                .name("pace".to_owned())
                .spawn(work)?;
        }
        Ok(Keeping {
            watch: is_timed.then_some(watch),
            _done: done,
        })
    }
}

/// What looking at the clock takes.
struct Watch {
    pace: Pace,
    clock: Box<dyn Fn() -> Zoned + Send + Sync>,
    began: Instant,
    cancel: Cancel,
    throttle: Arc<Throttle>,
    over: OnceLock<Over>,
}

impl Watch {
    /// Looks at the clock and does what it says; gives when to look again, if ever.
    fn look(&self) -> Option<Duration> {
        match self.pace.verdict(&(self.clock)(), self.began.elapsed()) {
            Verdict::Stop(why) => {
                // Said before the wish is uttered, for whoever wakes up at it.
                self.over.get_or_init(|| why);
                self.cancel.stop(Stop::Time);
                None
            }
            Verdict::Go { rate, look_again } => {
                self.throttle.set_rate(Instant::now(), rate);
                Some(look_again)
            }
        }
    }
}

/// A run being kept in its time.
pub struct Keeping {
    watch: Option<Arc<Watch>>,
    /// The keeper leaves when this is dropped.
    _done: Sender<()>,
}

impl Keeping {
    /// Looks at the clock now: between two slices is a good moment, whatever timers do.
    pub fn look(&self) {
        if let Some(watch) = &self.watch {
            watch.look();
        }
    }

    /// Why the run was stopped, if the time was why.
    pub fn over(&self) -> Option<&Over> {
        self.watch.as_ref()?.over.get()
    }
}

fn span(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or(Duration::ZERO)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use std::sync::Mutex;

    fn pace(window: &str, rates: &str, max_duration: Option<u64>) -> Pace {
        Pace {
            window: Some(window)
                .filter(|text| !text.is_empty())
                .map(|text| text.parse().unwrap()),
            rates: Some(rates)
                .filter(|text| !text.is_empty())
                .map(|text| text.parse().unwrap()),
            max_duration: max_duration.map(Duration::from_secs),
        }
    }

    fn at(text: &str) -> Zoned {
        text.parse::<Timestamp>()
            .unwrap()
            .to_zoned(jiff::tz::TimeZone::UTC)
    }

    fn verdict(pace: &Pace, now: &str, elapsed: u64) -> String {
        match pace.verdict(&at(now), Duration::from_secs(elapsed)) {
            Verdict::Stop(over) => over.to_string(),
            Verdict::Go { rate, look_again } => {
                format!(
                    "{} {}",
                    rate.map_or(0, NonZeroU64::get),
                    look_again.as_secs()
                )
            }
        }
    }

    #[test]
    fn what_holds_at_a_moment() {
        let night = pace("23:00-07:00", "23:30,1K 00:00,off", Some(3600));
        for (now, elapsed, expected) in [
            (
                "2026-06-10T22:59:59Z",
                0,
                "the window 23:00-07:00 is closed until Wed 2026-06-10 23:00 UTC",
            ),
            ("2026-06-10T23:00:00Z", 0, "0 30"),
            ("2026-06-10T23:29:50Z", 0, "0 10"),
            ("2026-06-10T23:30:00Z", 3595, "1024 5"),
            ("2026-06-10T23:30:00Z", 3600, "its 1 h are over"),
            ("2026-06-11T06:59:59Z", 0, "0 1"),
            (
                "2026-06-11T07:00:00Z",
                0,
                "the window 23:00-07:00 is closed until Thu 2026-06-11 23:00 UTC",
            ),
        ] {
            assert_eq!(verdict(&night, now, elapsed), expected, "{now}");
        }
        assert_eq!(
            verdict(&Pace::default(), "2026-06-10T22:59:59Z", 1 << 40),
            "0 30"
        );
    }

    #[test]
    fn the_run_stops_when_the_window_closes() {
        // A clock that is 50 ms before the end of the window when first read.
        let began = Instant::now();
        let clock = move || {
            let elapsed = i64::try_from(began.elapsed().as_millis()).unwrap();
            let millis = at("2026-06-11T06:59:59.950Z").timestamp().as_millisecond() + elapsed;
            Timestamp::from_millisecond(millis)
                .unwrap()
                .to_zoned(jiff::tz::TimeZone::UTC)
        };
        let (cancel, throttle) = (Cancel::default(), Arc::new(Throttle::default()));
        let keeping = pace("23:00-07:00", "1K", None)
            .keep(clock, &cancel, &throttle)
            .unwrap();
        assert!(cancel.sleep(Duration::from_secs(60)));
        assert_eq!(cancel.reason(), Some(Stop::Time));
        assert_eq!(throttle.rate(), NonZeroU64::new(1024));
        assert!(
            keeping
                .over()
                .unwrap()
                .to_string()
                .starts_with("the window 23:00-07:00 is closed")
        );
    }

    #[test]
    fn the_keeper_leaves_with_the_run() {
        struct Tell(Sender<()>);
        impl Drop for Tell {
            fn drop(&mut self) {
                self.0.send(()).ok();
            }
        }
        let (left, has_left) = mpsc::channel();
        let tell = Mutex::new(Tell(left));
        let clock = move || {
            let _held = &tell;
            at("2026-06-10T23:30:00Z")
        };
        let (cancel, throttle) = (Cancel::default(), Arc::new(Throttle::default()));
        let keeping = pace("23:00-07:00", "", None)
            .keep(clock, &cancel, &throttle)
            .unwrap();
        drop(keeping);
        has_left.recv_timeout(Duration::from_secs(60)).unwrap();
        assert!(!cancel.is_stopped());
    }
}
