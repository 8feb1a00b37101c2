//! Locks by resource: a fixed number of them, which all resources share.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::paths::Resource;

/// How many locks all resources share.
const LOCKS: usize = 256;

/// The locks.
#[derive(Debug)]
pub struct Locks(Vec<Mutex<()>>);

impl Default for Locks {
    fn default() -> Self {
        Self((0..LOCKS).map(|_| Mutex::default()).collect())
    }
}

impl Locks {
    /// Holds one resource.
    pub fn hold(&self, resource: &Resource) -> MutexGuard<'_, ()> {
        self.hold_at(lock_of(resource))
    }

    /// Holds two resources, in an order that everybody keeps.
    pub fn hold_both(
        &self,
        one: &Resource,
        other: &Resource,
    ) -> (MutexGuard<'_, ()>, Option<MutexGuard<'_, ()>>) {
        let (first, second) = (lock_of(one), lock_of(other));
        let lower = self.hold_at(first.min(second));
        let upper = (first != second).then(|| self.hold_at(first.max(second)));
        (lower, upper)
    }

    fn hold_at(&self, at: usize) -> MutexGuard<'_, ()> {
        self.0[at].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn lock_of(resource: &Resource) -> usize {
    let mut hasher = DefaultHasher::new();
    resource.hash(&mut hasher);
    usize::try_from(hasher.finish() % LOCKS as u64).unwrap_or(0)
}
