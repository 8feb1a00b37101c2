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

/// Heeds signals on a thread of its own; `leave` ends the process. `resume` is the command that goes
/// on with what was interrupted, where there is one.
pub(super) fn heed(
    cancel: &Cancel,
    display: &Arc<Display>,
    resume: Option<String>,
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
    let end = move |signal: i32| {
        let exit = Exit::from(Stop::Signal(signal));
        watcher.abandon(&ending(
            exit,
            Some(&interrupted(signal, exit, resume.clone())),
        ));
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
            match stopped.recv_timeout(GRACE) {
                Ok(second) => end(second),
                Err(RecvTimeoutError::Timeout) => end(first),
                Err(RecvTimeoutError::Disconnected) => {}
            }
        })?;
    Ok(())
}

/// What is left to say when nothing is waited for.
fn interrupted(signal: i32, exit: Exit, resume: Option<String>) -> Diagnosis {
    let hint = match resume {
        Some(_) => "what the server holds is kept; to go on, run the same command again, or",
        None => "run the same command again",
    };
    Diagnosis {
        exit,
        message: format!("interrupted by signal {signal}, with requests in flight"),
        hint: Some(hint.to_owned()),
        command: resume,
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
