//! The wish to stop, and a sleep that ends early when it is uttered.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Why a run is to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stop {
    /// A signal, by its number.
    Signal(i32),
    /// The time window closed or the longest duration is over.
    Time,
}

/// A wish to stop, shared by everything that works on a run; it is uttered once and never taken back.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    stop: Mutex<Option<Stop>>,
    uttered: Condvar,
}

impl Cancel {
    /// Utters the wish; the first reason stands.
    pub fn stop(&self, why: Stop) {
        self.lock().get_or_insert(why);
        self.0.uttered.notify_all();
    }

    /// The reason, once the wish is uttered.
    pub fn reason(&self) -> Option<Stop> {
        *self.lock()
    }

    /// Whether to stop.
    pub fn is_stopped(&self) -> bool {
        self.reason().is_some()
    }

    /// Sleeps for `duration` or until the wish is uttered; says whether it was.
    pub fn sleep(&self, duration: Duration) -> bool {
        let end = Instant::now().checked_add(duration);
        let mut stop = self.lock();
        while stop.is_none() {
            let left = end.map_or(Duration::from_secs(3600), |end| {
                end.saturating_duration_since(Instant::now())
            });
            if left.is_zero() {
                return false;
            }
            stop = self
                .0
                .uttered
                .wait_timeout(stop, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        true
    }

    fn lock(&self) -> MutexGuard<'_, Option<Stop>> {
        self.0.stop.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_reason_stands() {
        let cancel = Cancel::default();
        assert!(!cancel.is_stopped());
        cancel.stop(Stop::Signal(2));
        cancel.clone().stop(Stop::Time);
        assert_eq!(cancel.reason(), Some(Stop::Signal(2)));
    }

    #[test]
    fn a_sleep_ends_when_the_wish_is_uttered() {
        let cancel = Cancel::default();
        let other = cancel.clone();
        let sleeper = std::thread::spawn(move || other.sleep(Duration::from_secs(3600)));
        cancel.stop(Stop::Time);
        assert!(sleeper.join().is_ok_and(|stopped| stopped));
        assert!(!Cancel::default().sleep(Duration::ZERO));
    }
}
