//! The rate limit: one `Throttle` that all slices of a run share, asked before each piece of a body leaves.

use std::num::NonZeroU64;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How much of a pause may be made up for afterwards: enough to hide a late timer, too little to be
/// seen in a measurement of some seconds.
const CREDIT: Duration = Duration::from_millis(100);

/// The longest piece a body is cut into when nothing limits it, in bytes.
const LONGEST_FRAME: u64 = 64 * 1024;

/// The shortest piece worth a system call, in bytes.
const SHORTEST_FRAME: u64 = 256;

/// Pieces a second at which a limited body is cut, so that a slow rate is a trickle and no burst.
const FRAMES_PER_SECOND: u64 = 32;

const NANOS: u128 = 1_000_000_000;

/// A token bucket with next to no bucket: each caller is told when its bytes may leave, and bytes
/// that were let go push everyone else's turn back by what they take at the rate in force.
///
/// Without a rate nobody waits. Bytes count from the moment they are asked for, so a caller that
/// has asked waits as told and then sends.
#[derive(Debug, Default)]
pub struct Throttle(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    rate: Option<NonZeroU64>,
    /// When the next byte may leave; `None` before the first one.
    free: Option<Instant>,
}

impl Throttle {
    /// A throttle at `rate` bytes per second; `None` lets everything pass.
    pub fn new(rate: Option<NonZeroU64>) -> Self {
        Self(Mutex::new(State { rate, free: None }))
    }

    /// How long to wait, counted from `now`, before `bytes` may leave. They count as sent.
    pub fn reserve(&self, now: Instant, bytes: u64) -> Duration {
        let mut state = self.lock();
        let Some(rate) = state.rate else {
            return Duration::ZERO;
        };
        let oldest = now.checked_sub(CREDIT).unwrap_or(now);
        let start = state.free.map_or(now, |free| free.max(oldest));
        // A turn too far away to be told is as good as the end of time; it is rounded down to now
        // plus a day so that a later change of the rate still frees whoever asks next.
        let turn = cost(rate, bytes);
        state.free = Some(start.checked_add(turn).unwrap_or(now + DAY));
        start.saturating_duration_since(now)
    }

    /// Another rate from `now` on; what is owed for bytes already let go is owed at the new rate.
    pub fn set_rate(&self, now: Instant, rate: Option<NonZeroU64>) {
        let mut state = self.lock();
        if state.rate == rate {
            return;
        }
        let owed = match (state.rate, state.free) {
            (Some(old), Some(free)) => owed_bytes(old, free.saturating_duration_since(now)),
            _ => 0,
        };
        state.free = rate.and_then(|new| now.checked_add(cost(new, owed)));
        state.rate = rate;
    }

    /// The rate in force, in bytes per second; `None` when there is none.
    pub fn rate(&self) -> Option<NonZeroU64> {
        self.lock().rate
    }

    /// How long a piece of a body should be at the rate in force, in bytes: 64 KiB without a limit,
    /// else what passes in a thirty-second of a second, so that slow rates stay even.
    pub fn frame_len(&self) -> usize {
        let len = self.rate().map_or(LONGEST_FRAME, |rate| {
            (rate.get() / FRAMES_PER_SECOND).clamp(SHORTEST_FRAME, LONGEST_FRAME)
        });
        usize::try_from(len).unwrap_or(usize::MAX)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What `bytes` take at `rate`.
fn cost(rate: NonZeroU64, bytes: u64) -> Duration {
    let nanos = u128::from(bytes) * NANOS / u128::from(rate.get());
    u64::try_from(nanos).map_or(Duration::MAX, Duration::from_nanos)
}

/// The bytes that `wait` stands for at `rate`.
fn owed_bytes(rate: NonZeroU64, wait: Duration) -> u64 {
    u64::try_from(wait.as_nanos().saturating_mul(u128::from(rate.get())) / NANOS)
        .unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(rate: u64) -> Throttle {
        Throttle::new(NonZeroU64::new(rate))
    }

    /// What `senders` that wait as told have sent after `span`, on a clock that only they move.
    fn sent_in(throttle: &Throttle, span: Duration, senders: usize, late: Duration) -> u64 {
        let start = Instant::now();
        let mut turns = vec![start; senders];
        let mut sent = 0;
        loop {
            turns.sort_unstable();
            let now = turns[0];
            if now.duration_since(start) >= span {
                return sent;
            }
            let frame = throttle.frame_len() as u64;
            let wait = throttle.reserve(now, frame);
            // A timer rings late; who need not wait is not late.
            let leaves = now + wait + if wait.is_zero() { wait } else { late };
            if leaves.duration_since(start) < span {
                sent += frame;
            }
            turns[0] = leaves.max(now + Duration::from_nanos(1));
        }
    }

    #[test]
    fn ten_seconds_are_exact_within_five_per_cent() {
        for rate in [
            8_000_u64,
            20_000,
            100_000,
            1_000_000,
            10_000_000,
            300_000_000,
        ] {
            for senders in [1, 4, 16] {
                for late in [0, 1, 5] {
                    let span = Duration::from_secs(10);
                    let sent = sent_in(&at(rate), span, senders, Duration::from_millis(late));
                    let wanted = rate * 10;
                    let off = sent.abs_diff(wanted) * 1000 / wanted;
                    assert!(
                        off <= 50,
                        "{rate} B/s, {senders} senders, {late} ms late: {sent}, off by {off}/1000"
                    );
                }
            }
        }
    }

    #[test]
    fn without_a_rate_nobody_waits() {
        let throttle = Throttle::default();
        assert_eq!(throttle.reserve(Instant::now(), u64::MAX), Duration::ZERO);
        assert_eq!(throttle.frame_len(), 65_536);
        assert_eq!(throttle.rate(), None);
    }

    #[test]
    fn a_pause_is_not_made_up_for() {
        let throttle = at(1000);
        let start = Instant::now();
        throttle.reserve(start, 1000);
        let later = start + Duration::from_secs(3600);
        assert_eq!(throttle.reserve(later, 1000), Duration::ZERO);
        let wait = throttle.reserve(later, 1);
        assert_eq!(wait, Duration::from_millis(900));
    }

    #[test]
    fn another_rate_takes_over_what_is_owed() {
        let throttle = at(1000);
        let now = Instant::now();
        throttle.reserve(now, 10_000);
        throttle.set_rate(now, NonZeroU64::new(10_000));
        assert_eq!(throttle.reserve(now, 1), Duration::from_secs(1));
        throttle.set_rate(now, None);
        assert_eq!(throttle.reserve(now, 1_000_000), Duration::ZERO);
        throttle.set_rate(now, NonZeroU64::new(1000));
        assert_eq!(throttle.reserve(now, 1), Duration::ZERO);
    }

    #[test]
    fn pieces_follow_the_rate() {
        for (rate, len) in [(1, 256), (8_192, 256), (320_000, 10_000), (1 << 40, 65_536)] {
            assert_eq!(at(rate).frame_len(), len, "{rate}");
        }
    }

    proptest! {
        #[test]
        fn no_numbers_panic(rate in 1_u64.., bytes in any::<u64>(), next in 0_u64..) {
            let throttle = at(rate);
            let now = Instant::now();
            throttle.reserve(now, bytes);
            throttle.reserve(now, bytes);
            throttle.set_rate(now, NonZeroU64::new(next));
            throttle.reserve(now, bytes);
        }
    }
}
