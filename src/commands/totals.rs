//! What a run has done so far, and the rate that is remembered of it.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

/// Runs that sent less, in bytes, tell nothing of the line.
const TELLING: u64 = 1024 * 1024;

/// Where the rate of the last run is kept, in the state directory.
const FILE: &str = "rate.json";

/// The numbers of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Totals {
    /// Files whose objects are proved.
    pub(super) uploaded: u64,
    /// Files left out because they are there already.
    pub(super) skipped: u64,
    /// Files that failed.
    pub(super) failed: u64,
    /// Files to go on with another time.
    pub(super) unfinished: u64,
    /// Bytes sent.
    pub(super) sent: u64,
    /// Bytes the server held before.
    pub(super) held: u64,
}

impl Totals {
    /// Remembers how fast the run was, for those who ask how long the next will take.
    pub(super) fn save_rate(&self, state_dir: &Path, took: Duration) -> io::Result<()> {
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX).max(1);
        if self.sent < TELLING {
            return Ok(());
        }
        let rate = u128::from(self.sent) * 1000 / u128::from(millis);
        let rate = u64::try_from(rate).unwrap_or(u64::MAX);
        let mut file = tempfile::NamedTempFile::new_in(state_dir)?;
        write!(file, "{}", json!({"version": 1, "bytes_per_second": rate}))?;
        file.persist(state_dir.join(FILE))
            .map_err(|error| error.error)?;
        Ok(())
    }
}

/// The rate of the last run that told one, in bytes per second.
pub(super) fn last_rate(state_dir: &Path) -> Option<u64> {
    let text = fs::read(state_dir.join(FILE)).ok()?;
    let value: Value = serde_json::from_slice(&text).ok()?;
    value["bytes_per_second"].as_u64().filter(|rate| *rate > 0)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn only_a_run_that_sent_something_tells_a_rate() {
        let dir = tempfile::tempdir().unwrap();
        let sent = |sent| Totals {
            sent,
            ..Totals::default()
        };
        sent(1000)
            .save_rate(dir.path(), Duration::from_secs(1))
            .unwrap();
        assert_eq!(last_rate(dir.path()), None);
        sent(8 << 20)
            .save_rate(dir.path(), Duration::from_secs(2))
            .unwrap();
        assert_eq!(last_rate(dir.path()), Some(4 << 20));
        fs::write(dir.path().join(FILE), "scribble").unwrap();
        assert_eq!(last_rate(dir.path()), None);
    }
}
