//! What a run did, for `node_exporter`'s textfile collector.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, anyhow};
use jiff::Timestamp;
use tempfile::NamedTempFile;

/// The numbers of one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// When it ended.
    pub ended: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// Its exit code.
    pub exit_code: u8,
    /// Files uploaded.
    pub uploaded: u64,
    /// Files skipped, because they were there already.
    pub skipped: u64,
    /// Files that failed for good.
    pub failed: u64,
    /// Files left for the next run.
    pub unfinished: u64,
    /// Bytes sent.
    pub sent: u64,
    /// Bytes the server held before.
    pub held: u64,
}

/// The metric that outlives a failed run.
const LAST_SUCCESS: &str = "cosup_last_success_timestamp_seconds";

/// Puts the numbers of `run` in place of the file at `path`, which the collector never sees half
/// written. The time of the last success is carried over from the file when this run had none.
pub fn write(path: &Path, run: &Run) -> anyhow::Result<()> {
    let failed = || format!("cannot write the metrics {}", path.display());
    let before = match fs::read_to_string(path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(failed),
    };
    let mut beside = beside(path).with_context(failed)?;
    beside
        .write_all(render(run, before.as_deref()).as_bytes())
        .with_context(failed)?;
    beside.as_file().sync_all().with_context(failed)?;
    beside
        .persist(path)
        .map_err(|error| error.error)
        .with_context(failed)?;
    Ok(())
}

/// Fails as [`write()`] would, before a run rather than after it, and leaves nothing behind.
pub fn check(path: &Path) -> anyhow::Result<()> {
    beside(path)
        // The cause names the temporary file, which tells nobody anything.
        .map_err(|error| match error.kind() {
            ErrorKind::NotFound => anyhow!("there is no such directory"),
            kind => anyhow!("{kind}"),
        })
        .with_context(|| format!("cannot write the metrics {}", path.display()))
        .map(drop)
}

fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    tempfile::Builder::new()
        .prefix(".cosup-")
        .suffix(".tmp")
        // The collector runs as somebody else.
        .permissions(fs::Permissions::from_mode(0o644))
        .tempfile_in(parent.unwrap_or(Path::new(".")))
}

fn render(run: &Run, before: Option<&str>) -> String {
    let ended = seconds(run.ended);
    let last_success = if run.exit_code == 0 {
        Some(ended.clone())
    } else {
        before.and_then(last_success)
    };
    let mut text = String::new();
    let mut gauge = |name: &str, help: &str, samples: &[(&str, String)]| {
        if samples.is_empty() {
            return;
        }
        // Writing to a String cannot fail.
        writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge").ok();
        for (labels, value) in samples {
            writeln!(text, "{name}{labels} {value}").ok();
        }
    };
    gauge(
        "cosup_last_run_timestamp_seconds",
        "When the last run ended.",
        &[("", ended)],
    );
    let success: Vec<_> = last_success.into_iter().map(|value| ("", value)).collect();
    gauge(
        LAST_SUCCESS,
        "When the last run with exit code 0 ended.",
        &success,
    );
    gauge(
        "cosup_last_run_duration_seconds",
        "How long the last run took.",
        &[("", format!("{:.3}", run.took.as_secs_f64()))],
    );
    gauge(
        "cosup_last_run_exit_code",
        "Exit code of the last run.",
        &[("", run.exit_code.to_string())],
    );
    gauge(
        "cosup_last_run_files",
        "Files of the last run by what became of them.",
        &[
            (r#"{result="uploaded"}"#, run.uploaded.to_string()),
            (r#"{result="skipped"}"#, run.skipped.to_string()),
            (r#"{result="failed"}"#, run.failed.to_string()),
            (r#"{result="unfinished"}"#, run.unfinished.to_string()),
        ],
    );
    gauge(
        "cosup_last_run_bytes",
        "Bytes of the last run: sent by it, or held by the server before.",
        &[
            (r#"{kind="sent"}"#, run.sent.to_string()),
            (r#"{kind="held"}"#, run.held.to_string()),
        ],
    );
    text
}

fn seconds(at: Timestamp) -> String {
    format!("{}.{:03}", at.as_second(), at.subsec_millisecond())
}

fn last_success(before: &str) -> Option<String> {
    let value = before
        .lines()
        .find_map(|line| line.strip_prefix(LAST_SUCCESS)?.strip_prefix(' '))?;
    value.parse::<f64>().ok().map(|_| value.to_owned())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn run(exit_code: u8, second: i64) -> Run {
        Run {
            ended: Timestamp::new(second, 250_000_000).unwrap(),
            took: Duration::from_millis(1500),
            exit_code,
            uploaded: 3,
            skipped: 2,
            failed: 1,
            unfinished: 0,
            sent: 100,
            held: 50,
        }
    }

    #[test]
    fn the_file_as_it_stands() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("cosup.prom");
        write(&path, &run(0, 1_780_000_000)).unwrap();
        write(&path, &run(75, 1_780_086_400)).unwrap();
        let expected = r#"# HELP cosup_last_run_timestamp_seconds When the last run ended.
# TYPE cosup_last_run_timestamp_seconds gauge
cosup_last_run_timestamp_seconds 1780086400.250
# HELP cosup_last_success_timestamp_seconds When the last run with exit code 0 ended.
# TYPE cosup_last_success_timestamp_seconds gauge
cosup_last_success_timestamp_seconds 1780000000.250
# HELP cosup_last_run_duration_seconds How long the last run took.
# TYPE cosup_last_run_duration_seconds gauge
cosup_last_run_duration_seconds 1.500
# HELP cosup_last_run_exit_code Exit code of the last run.
# TYPE cosup_last_run_exit_code gauge
cosup_last_run_exit_code 75
# HELP cosup_last_run_files Files of the last run by what became of them.
# TYPE cosup_last_run_files gauge
cosup_last_run_files{result="uploaded"} 3
cosup_last_run_files{result="skipped"} 2
cosup_last_run_files{result="failed"} 1
cosup_last_run_files{result="unfinished"} 0
# HELP cosup_last_run_bytes Bytes of the last run: sent by it, or held by the server before.
# TYPE cosup_last_run_bytes gauge
cosup_last_run_bytes{kind="sent"} 100
cosup_last_run_bytes{kind="held"} 50
"#;
        assert_eq!(fs::read_to_string(&path).unwrap(), expected);
        assert_eq!(
            fs::read_dir(dir.path()).unwrap().count(),
            1,
            "nothing is left beside"
        );
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o444, 0o444, "the collector can read it");
    }

    #[test]
    fn no_success_is_made_up() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("cosup.prom");
        fs::write(&path, format!("{LAST_SUCCESS} rm -rf\n")).unwrap();
        write(&path, &run(1, 1_780_000_000)).unwrap();
        assert!(!fs::read_to_string(&path).unwrap().contains(LAST_SUCCESS));
        let error = write(&dir.path().join("no/such/dir.prom"), &run(0, 1)).unwrap_err();
        assert!(error.to_string().starts_with("cannot write the metrics "));
    }
}
