//! The user's own commands after a file: run with what is known of it, for a limited time, and with
//! no power over the outcome.

use std::ffi::OsStr;
use std::fmt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

/// How long a hook may take unless told otherwise.
pub const LIMIT: Duration = Duration::from_secs(60);

/// How long a hook has to end itself once its time is over.
const GRACE: Duration = Duration::from_secs(2);

/// Variables a hook does not inherit: the secret, and the hooks themselves, lest a cosup that a hook
/// runs starts them again.
const WITHHELD: [&str; 3] = ["COSUP_SECRET_KEY", "COSUP_ON_SUCCESS", "COSUP_ON_FAILURE"];

/// What a hook is told, each in the variable named.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts<'a> {
    /// `COSUP_FILE`: the local file, or `-`.
    pub file: Option<&'a Path>,
    /// `COSUP_DESTINATION`: the object, as `/bucket/path`.
    pub destination: Option<&'a str>,
    /// `COSUP_URL`: where the object can be had.
    pub url: Option<&'a str>,
    /// `COSUP_SHA1`: the sum of the file.
    pub sha1: Option<&'a str>,
    /// `COSUP_EXIT_CODE`: the exit code that this file stands for.
    pub exit_code: u8,
    /// `COSUP_ERROR`: what went wrong.
    pub error: Option<&'a str>,
}

/// How a hook failed.
#[derive(Debug)]
pub enum HookError {
    /// It could not be started.
    Start(std::io::Error),
    /// It could not be waited for.
    Wait(std::io::Error),
    /// It ended, and not well.
    Ended(ExitStatus),
    /// It was killed when its time was over.
    TooLong(Duration),
}

impl fmt::Display for HookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(error) => write!(f, "it cannot be started: {error}"),
            Self::Wait(error) => write!(f, "it cannot be waited for: {error}"),
            Self::Ended(status) => match (status.code(), status.signal()) {
                (Some(code), _) => write!(f, "it ended with exit code {code}"),
                (None, Some(signal)) => write!(f, "it was killed by signal {signal}"),
                (None, None) => write!(f, "it failed"),
            },
            Self::TooLong(limit) => write!(f, "it was killed after {} s", limit.as_secs_f32()),
        }
    }
}

impl std::error::Error for HookError {}

/// Runs `command` through `sh -c`, for no longer than `limit`, and then kills it with everything it
/// has started. What it prints goes nowhere: it may be anything, even a secret.
pub fn run(command: &OsStr, facts: &Facts<'_>, limit: Duration) -> Result<(), HookError> {
    let child = start(command, facts).map_err(HookError::Start)?;
    wait(child, limit)
}

fn start(command: &OsStr, facts: &Facts<'_>) -> std::io::Result<Child> {
    let mut shell = Command::new("sh");
    shell
        .arg("-c")
        .arg(command)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .env("COSUP_EXIT_CODE", facts.exit_code.to_string());
    for name in WITHHELD {
        shell.env_remove(name);
    }
    let values = [
        ("COSUP_FILE", facts.file.map(Path::as_os_str)),
        ("COSUP_DESTINATION", facts.destination.map(OsStr::new)),
        ("COSUP_URL", facts.url.map(OsStr::new)),
        ("COSUP_SHA1", facts.sha1.map(OsStr::new)),
        ("COSUP_ERROR", facts.error.map(OsStr::new)),
    ];
    for (name, value) in values {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell.spawn()
}

fn wait(mut child: Child, limit: Duration) -> Result<(), HookError> {
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let (ended, end) = mpsc::channel();
    std::thread::spawn(move || ended.send(child.wait()));
    let judge = |status: std::io::Result<ExitStatus>| match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(HookError::Ended(status)),
        Err(error) => Err(HookError::Wait(error)),
    };
    if let Ok(status) = end.recv_timeout(limit) {
        return judge(status);
    }
    for signal in [Signal::TERM, Signal::KILL] {
        if let Some(group) = group {
            // It may have ended by itself just now; there is nobody left to tell then.
            kill_process_group(group, signal).ok();
        }
        if !matches!(end.recv_timeout(GRACE), Err(RecvTimeoutError::Timeout))
            && signal == Signal::KILL
        {
            break;
        }
    }
    Err(HookError::TooLong(limit))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use std::time::Instant;

    fn run_it(command: &str, limit: Duration) -> Result<(), HookError> {
        let facts = Facts {
            file: Some(Path::new("/data/a b.bin")),
            destination: Some("/logs/a b.bin"),
            url: Some("http://x/a"),
            sha1: Some("abc"),
            exit_code: 75,
            error: None,
        };
        run(OsStr::new(command), &facts, limit)
    }

    #[test]
    fn a_hook_is_told_what_is_known() {
        let dir = tempfile::tempdir().unwrap();
        let told = dir.path().join("told");
        let command = format!(
            "printf '%s|' \"$COSUP_FILE\" \"$COSUP_DESTINATION\" \"$COSUP_URL\" \"$COSUP_SHA1\" \
             \"$COSUP_EXIT_CODE\" \"${{COSUP_ERROR-unset}}\" >'{}'",
            told.display()
        );
        run_it(&command, LIMIT).unwrap();
        assert_eq!(
            std::fs::read_to_string(told).unwrap(),
            "/data/a b.bin|/logs/a b.bin|http://x/a|abc|75|unset|"
        );
    }

    #[test]
    fn a_failure_is_said() {
        let said = |command| run_it(command, LIMIT).unwrap_err().to_string();
        assert_eq!(said("exit 3"), "it ended with exit code 3");
        assert_eq!(said("kill -9 $$"), "it was killed by signal 9");
        assert_eq!(
            said("yes | head -c 3000000; exit 1"),
            "it ended with exit code 1"
        );
    }

    #[test]
    fn a_hook_that_hangs_is_killed_with_all_it_has_started() {
        let dir = tempfile::tempdir().unwrap();
        let pipe = dir.path().join("pipe");
        // Both the shell and its child ignore the first wish to end; the child holds the pipe open.
        let command = format!(
            "trap '' TERM; mkfifo '{0}'; sleep 1000 <>'{0}' & wait; wait; sleep 1000",
            pipe.display()
        );
        let began = Instant::now();
        let error = run_it(&command, Duration::from_millis(100)).unwrap_err();
        assert_eq!(error.to_string(), "it was killed after 0.1 s");
        assert!(began.elapsed() < Duration::from_secs(60));
    }

    #[test]
    fn what_a_hook_leaves_behind_is_not_waited_for() {
        let began = Instant::now();
        run_it("(trap '' HUP; exec sleep 30) & exit 0", LIMIT).unwrap();
        assert!(began.elapsed() < Duration::from_secs(20));
    }
}
