//! Running a command that is to print something, for a limited time.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

use super::MOST;
use crate::text::Span;

/// Runs a line of `sh` and gives what it prints; it is killed after `limit`, with everything it
/// started. What it writes to standard error goes to ours, since it is written for the same person.
pub(super) fn run(
    name: &str,
    line: &str,
    variables: &[(&str, String)],
    limit: Duration,
) -> Result<String, String> {
    let mut child = Command::new("sh")
        .args(["-c", line])
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .process_group(0)
        .spawn()
        .map_err(|error| format!("could not run {name}: {error}"))?;
    let group = Pid::from_child(&child);
    let Some(stdout) = child.stdout.take() else {
        return Err(format!("could not read from {name}"));
    };
    let (sender, receiver) = channel();
    // On a thread of its own, because neither a pipe nor a child can be waited for with a limit.
    thread::spawn(move || {
        let mut text = String::new();
        let read = stdout.take(MOST).read_to_string(&mut text);
        let ended = child.wait();
        // Nobody listens any more when the limit is over.
        let _ = sender.send((read.map(|_| text), ended));
    });
    let (read, ended) = receiver.recv_timeout(limit).map_err(|_| {
        // It may have ended by itself in the meantime, which is as good.
        let _ = kill_process_group(group, Signal::KILL);
        format!("{name} did not answer within {}", Span(limit))
    })?;
    let status = ended.map_err(|error| format!("could not wait for {name}: {error}"))?;
    if !status.success() {
        return Err(format!("{name} failed: {status}"));
    }
    read.map_err(|error| format!("could not read from {name}: {error}"))
}
