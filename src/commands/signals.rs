//! Signals: the first is the wish to stop, the second the end, and one of them only asks how things stand.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1};
use signal_hook::iterator::Signals;

use super::shell::ending;
use crate::cancel::{Cancel, Stop};
use crate::exit::{Diagnosis, Exit};
use crate::progress::Display;

/// How long a run may take to stop before the process ends all the same.
const GRACE: Duration = Duration::from_secs(10);

/// The same for a server: longer than the 20 s it lets requests end in, and the 5 s its threads get
/// after that, for these are the limits that it promises to keep by itself.
const SERVER_GRACE: Duration = Duration::from_secs(40);

/// How a command stops, and what is said when it was not waited for.
pub(super) struct Manner {
    /// How long it may take.
    grace: Duration,
    /// What to do then.
    hint: Option<&'static str>,
    /// The command that does it.
    command: Option<String>,
}

impl Manner {
    /// Of a run that another command goes on with.
    pub(super) fn resumed(command: String) -> Self {
        Self {
            grace: GRACE,
            hint: Some("what the server holds is kept; to go on, run the same command again, or"),
            command: Some(command),
        }
    }

    /// Of a run that can only be repeated.
    pub(super) fn repeated() -> Self {
        Self {
            grace: GRACE,
            hint: Some("run the same command again"),
            command: None,
        }
    }

    /// Of a server: whoever stops it wants it stopped.
    pub(super) fn served() -> Self {
        Self {
            grace: SERVER_GRACE,
            hint: None,
            command: None,
        }
    }
}

/// Heeds signals on a thread of its own; `leave` ends the process.
pub(super) fn heed(
    cancel: &Cancel,
    display: &Arc<Display>,
    manner: Manner,
    leave: impl Fn(u8) + Send + 'static,
) -> io::Result<()> {
    let ignored = ignored();
    let wanted = [SIGINT, SIGTERM, SIGHUP, SIGUSR1]
        .into_iter()
        .filter(|signal| ignored >> (signal - 1) & 1 == 0);
    let mut signals = Signals::new(wanted)?;
    let cancel = cancel.clone();
    let display = Arc::clone(display);
    let (stop, stopped) = channel();
    let watcher = Arc::clone(&display);
    let grace = manner.grace;
    let end = move |signal: i32| {
        let exit = Exit::from(Stop::Signal(signal));
        watcher.abandon(&ending(exit, Some(&interrupted(signal, exit, &manner))));
        leave(exit.code());
    };
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            for signal in signals.forever() {
                note(signal, &cancel, &display, &stop);
            }
        })?;
    std::thread::Builder::new()
        .name("second signal".to_owned())
        .spawn(move || {
            let Ok(first) = stopped.recv() else { return };
            match stopped.recv_timeout(grace) {
                Ok(second) => end(second),
                Err(RecvTimeoutError::Timeout) => end(first),
                Err(RecvTimeoutError::Disconnected) => {}
            }
        })?;
    Ok(())
}

/// What is left to say when nothing is waited for.
fn interrupted(signal: i32, exit: Exit, manner: &Manner) -> Diagnosis {
    Diagnosis {
        exit,
        message: format!("interrupted by signal {signal}, with requests in flight"),
        hint: manner.hint.map(str::to_owned),
        command: manner.command.clone(),
    }
}

fn note(signal: i32, cancel: &Cancel, display: &Display, stop: &Sender<i32>) {
    if signal == SIGUSR1 {
        display.status();
        return;
    }
    // The receiver is gone only when the process is as good as ended.
    let _ = stop.send(signal);
    if !cancel.is_stopped() {
        display.tell("stopping, once what is in flight is done; once more stops at once");
    }
    cancel.stop(Stop::Signal(signal));
}

/// The signals that whoever started us wants ignored, as `nohup` does: bit 0 is signal 1.
fn ignored() -> u64 {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else {
        return 0;
    };
    status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0)
}
