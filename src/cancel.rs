//! The wish to stop, and a sleep that ends early when it is uttered.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
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
    /// Those who stop when this one does.
    children: Mutex<Vec<Weak<Shared>>>,
}

impl Cancel {
    /// Utters the wish; the first reason stands.
    pub fn stop(&self, why: Stop) {
        self.lock().get_or_insert(why);
        self.0.uttered.notify_all();
        let children = std::mem::take(&mut *self.children());
        for child in children.iter().filter_map(Weak::upgrade) {
            Self(child).stop(why);
        }
    }

    /// A wish of its own for a part of the run: it is uttered with this one, but not the other way.
    #[must_use]
    pub fn child(&self) -> Self {
        let child = Self::default();
        {
            let mut children = self.children();
            children.retain(|child| child.strong_count() > 0);
            children.push(Arc::downgrade(&child.0));
        }
        // It may have been uttered just before the child was entered.
        if let Some(why) = self.reason() {
            child.stop(why);
        }
        child
    }

    fn children(&self) -> MutexGuard<'_, Vec<Weak<Shared>>> {
        self.0
            .children
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
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
    fn a_child_stops_with_its_parent_and_not_the_other_way() {
        let parent = Cancel::default();
        let (one, other) = (parent.child(), parent.child());
        one.stop(Stop::Time);
        assert!(!parent.is_stopped() && !other.is_stopped());
        parent.stop(Stop::Signal(15));
        assert_eq!(one.reason(), Some(Stop::Time));
        assert_eq!(other.reason(), Some(Stop::Signal(15)));
        assert!(parent.child().is_stopped());
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
