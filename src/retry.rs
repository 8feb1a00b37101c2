//! The only sleeper: `Retrying<R>` repeats calls that failed for a reason that may pass.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use crate::cancel::Cancel;
use crate::digest::Sha1Sum;
use crate::event::{Event, Watch};
use crate::remote::{
    InitRequest, Initiated, Kind, Listed, Location, Op, Page, Remote, RemoteError, SliceRequest,
    Stat, Stored, Target, WholeRequest,
};
use crate::slice::Slice;

/// The first wait.
const FIRST: Duration = Duration::from_millis(500);

/// The longest wait, whatever the server asks for.
const LONGEST: Duration = Duration::from_secs(30);

/// How often an obscure failure is tried again (PROTOCOL §4.3).
const FEW: u32 = 3;

/// How long to go on.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// Repetitions of one call at the most.
    pub retries: u32,
    /// How long to go on without any call succeeding.
    pub retry_for: Duration,
    /// The first wait; each further one is twice as long.
    pub first_wait: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            retries: 10,
            retry_for: Duration::from_secs(15 * 60),
            first_wait: FIRST,
        }
    }
}

impl Policy {
    /// Whether a wait of `delay` still ends in time, `barren` after the last success: the server may
    /// ask for a wait that is longer than anybody wants.
    fn has_time(&self, barren: Duration, delay: Duration) -> bool {
        barren + delay < self.retry_for
    }

    /// The wait before repetition `n` (from 1): doubling, half of it random, or what the server asks.
    fn wait(&self, n: u32, error: &RemoteError, random: u32) -> Duration {
        if let Some(asked) = error.retry_after {
            return asked.min(LONGEST);
        }
        let full = self
            .first_wait
            .saturating_mul(2_u32.saturating_pow(n.saturating_sub(1).min(16)))
            .min(LONGEST);
        let half = full / 2;
        half + half.mul_f64(f64::from(random) / f64::from(u32::MAX))
    }
}

/// A remote whose calls are repeated.
pub struct Retrying<'a, R> {
    inner: R,
    policy: Policy,
    cancel: &'a Cancel,
    watch: Watch<'a>,
    /// When a call last succeeded.
    progress: Mutex<Instant>,
}

impl<'a, R: Remote> Retrying<'a, R> {
    /// Wraps `inner`.
    pub fn new(inner: R, policy: Policy, cancel: &'a Cancel, watch: Watch<'a>) -> Self {
        Self {
            inner,
            policy,
            cancel,
            watch,
            progress: Mutex::new(Instant::now()),
        }
    }

    fn since_progress(&self) -> Duration {
        self.progress
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .elapsed()
    }

    fn note_progress(&self) {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn repeat<T>(
        &self,
        op: Op,
        slice: Option<Slice>,
        mut call: impl FnMut() -> Result<T, RemoteError>,
    ) -> Result<T, RemoteError> {
        let started = Instant::now();
        let mut done = 0;
        loop {
            let error = match call() {
                Ok(value) => {
                    self.note_progress();
                    return Ok(value);
                }
                Err(error) => error,
            };
            let most = match error.kind {
                // A lost answer to finish is settled by a list, not by another finish.
                kind if op == Op::Finish && kind.is_in_doubt() => 0,
                Kind::Connect | Kind::Timeout | Kind::Cut | Kind::Busy | Kind::Garbage => {
                    self.policy.retries
                }
                Kind::Obscure => self.policy.retries.min(FEW),
                _ => 0,
            };
            // Time in which nothing was asked of the server does not count.
            let barren = self.since_progress().min(started.elapsed());
            let random = getrandom::u32().unwrap_or(u32::MAX / 2);
            let delay = self.policy.wait(done + 1, &error, random);
            if done >= most || !self.policy.has_time(barren, delay) {
                return Err(error);
            }
            done += 1;
            self.watch.tell(&Event::Wait {
                op,
                slice,
                attempt: done + 1,
                delay,
                error: &error,
            });
            if self.cancel.sleep(delay) {
                return Err(RemoteError {
                    kind: Kind::Stopped,
                    ..error
                });
            }
        }
    }
}

impl<R: Remote> Remote for Retrying<'_, R> {
    fn init(&self, target: &Target, request: &InitRequest<'_>) -> Result<Initiated, RemoteError> {
        self.repeat(Op::Init, None, || self.inner.init(target, request))
    }

    fn list(&self, target: &Target) -> Result<Listed, RemoteError> {
        self.repeat(Op::List, None, || self.inner.list(target))
    }

    fn put_slice(
        &self,
        target: &Target,
        request: &SliceRequest<'_>,
    ) -> Result<Stored, RemoteError> {
        self.repeat(Op::Slice, Some(request.slice), || {
            self.inner.put_slice(target, request)
        })
    }

    fn finish(
        &self,
        target: &Target,
        session: &str,
        file_len: u64,
        sha1: Sha1Sum,
    ) -> Result<Location, RemoteError> {
        self.repeat(Op::Finish, None, || {
            self.inner.finish(target, session, file_len, sha1)
        })
    }

    fn put_whole(
        &self,
        target: &Target,
        request: &WholeRequest<'_>,
    ) -> Result<Location, RemoteError> {
        self.repeat(Op::Whole, None, || self.inner.put_whole(target, request))
    }

    fn stat(&self, target: &Target) -> Result<Stat, RemoteError> {
        self.repeat(Op::Stat, None, || self.inner.stat(target))
    }

    fn make_dir(&self, target: &Target) -> Result<(), RemoteError> {
        self.repeat(Op::MakeDir, None, || self.inner.make_dir(target))
    }

    fn delete(&self, target: &Target) -> Result<(), RemoteError> {
        self.repeat(Op::Delete, None, || self.inner.delete(target))
    }

    fn list_dir(&self, target: &Target, context: &str) -> Result<Page, RemoteError> {
        self.repeat(Op::ListDir, None, || self.inner.list_dir(target, context))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(retry_after: Option<u64>) -> RemoteError {
        RemoteError {
            retry_after: retry_after.map(Duration::from_secs),
            ..RemoteError::new(Op::Stat, Kind::Busy, "busy")
        }
    }

    #[test]
    fn waits_double_up_to_a_limit_and_are_half_random() {
        let policy = Policy::default();
        let wait = |n, random| policy.wait(n, &error(None), random).as_millis();
        assert_eq!(wait(1, 0), 250);
        assert_eq!(wait(1, u32::MAX), 500);
        assert_eq!(wait(2, u32::MAX), 1000);
        assert_eq!(wait(7, u32::MAX), 30_000);
        assert_eq!(wait(500, 0), 15_000);
    }

    #[test]
    fn a_wait_that_ends_too_late_is_not_begun() {
        let policy = Policy {
            retry_for: Duration::from_secs(5),
            ..Policy::default()
        };
        let second = Duration::from_secs(1);
        assert!(policy.has_time(3 * second, second));
        assert!(!policy.has_time(4 * second, second));
        assert!(!policy.has_time(Duration::ZERO, 30 * second));
    }

    #[test]
    fn the_server_is_obeyed_within_reason() {
        let policy = Policy::default();
        let wait = |asked| policy.wait(1, &error(Some(asked)), 0).as_secs();
        assert_eq!(wait(3), 3);
        assert_eq!(wait(86_400), 30);
    }
}
