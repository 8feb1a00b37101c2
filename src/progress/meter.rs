//! Speed over the last few seconds, and the time that is left at that speed.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How far back the speed looks.
const WINDOW: Duration = Duration::from_secs(5);

/// How far apart samples are kept.
const STEP: Duration = Duration::from_millis(100);

/// How long to look before naming a speed.
const LEAST: Duration = Duration::from_millis(300);

/// Measures how fast a count of bytes grows.
#[derive(Debug, Default)]
pub(super) struct Meter {
    samples: VecDeque<(Instant, u64)>,
}

impl Meter {
    /// Notes that the count is `bytes` now; a count that fell starts the measurement again.
    pub(super) fn sample(&mut self, now: Instant, bytes: u64) {
        if let Some((last, count)) = self.samples.back().copied() {
            if bytes < count {
                self.samples.clear();
            } else if now.saturating_duration_since(last) < STEP {
                return;
            }
        }
        self.samples.push_back((now, bytes));
        while self.samples.len() > 2
            && self
                .samples
                .get(1)
                .is_some_and(|(time, _)| now.saturating_duration_since(*time) >= WINDOW)
        {
            self.samples.pop_front();
        }
    }

    /// Bytes per second; `None` before there is anything to say.
    pub(super) fn rate(&self) -> Option<u64> {
        let (first, from) = self.samples.front()?;
        let (last, to) = self.samples.back()?;
        let span = last.saturating_duration_since(*first);
        if span < LEAST {
            return None;
        }
        let rate = u128::from(to - from) * 1000 / span.as_millis().max(1);
        u64::try_from(rate).ok()
    }

    /// How long `bytes` more will take at this speed; `None` where nobody can tell.
    pub(super) fn left(&self, bytes: u64) -> Option<Duration> {
        let rate = self.rate().filter(|rate| *rate > 0)?;
        let seconds = bytes.div_ceil(rate);
        (seconds < 100 * 3600).then(|| Duration::from_secs(seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speed_is_that_of_the_last_seconds() {
        let start = Instant::now();
        let mut meter = Meter::default();
        assert_eq!(meter.rate(), None);
        let mut bytes = 0;
        for tenth in 0_u64..200 {
            meter.sample(start + Duration::from_millis(tenth * 100), bytes);
            // 1000 bytes a second at first, then 3000.
            bytes += if tenth < 100 { 100 } else { 300 };
        }
        assert_eq!(meter.rate(), Some(3000));
        assert_eq!(meter.left(9001), Some(Duration::from_secs(4)));
    }

    #[test]
    fn a_standstill_is_seen() {
        let start = Instant::now();
        let mut meter = Meter::default();
        for second in 0..20 {
            meter.sample(start + Duration::from_secs(second), 5000);
        }
        assert_eq!(meter.rate(), Some(0));
        assert_eq!(meter.left(1), None);
    }

    #[test]
    fn a_count_that_falls_starts_again() {
        let start = Instant::now();
        let mut meter = Meter::default();
        meter.sample(start, 1000);
        meter.sample(start + Duration::from_secs(1), 2000);
        meter.sample(start + Duration::from_secs(2), 0);
        assert_eq!(meter.rate(), None);
        meter.sample(start + Duration::from_secs(3), 500);
        assert_eq!(meter.rate(), Some(500));
    }
}
