//! What stands around a command: the display, the signals, the panics, and the exit code.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1};
use signal_hook::iterator::Signals;

use super::execute;
use crate::cancel::{Cancel, Stop};
use crate::cli::{Cli, ColorWhen, ProgressWhen};
use crate::exit::{Diagnosis, Exit, diagnose};
use crate::progress::{Display, Ending, Look, Style};
use crate::settings::{Settings, Surroundings};

/// One command about to be run, and those who watch it.
pub struct Shell {
    cli: Cli,
    around: Surroundings,
    cancel: Cancel,
    display: Arc<Display>,
}

impl Shell {
    /// Prepares to run a command.
    pub fn new(cli: Cli, around: Surroundings) -> Self {
        let display = Display::start(look(&cli, &around));
        Self {
            cli,
            around,
            cancel: Cancel::default(),
            display: Arc::new(display),
        }
    }

    /// Turns signals into the wish to stop; `leave` ends the process at the second one. SIGUSR1 asks
    /// for a line that says how things stand.
    pub fn heed_signals(&self, leave: impl Fn(u8) + Send + 'static) -> std::io::Result<()> {
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP, SIGUSR1])?;
        let cancel = self.cancel.clone();
        let display = Arc::clone(&self.display);
        std::thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || {
                for signal in signals.forever() {
                    if signal == SIGUSR1 {
                        display.status();
                        continue;
                    }
                    if cancel.is_stopped() {
                        let exit = Exit::from(Stop::Signal(signal));
                        display.abandon(&ending(exit, None));
                        leave(exit.code());
                    }
                    cancel.stop(Stop::Signal(signal));
                    display.say(
                        "stopping after the slices in flight; once more stops at once".to_owned(),
                    );
                }
            })?;
        Ok(())
    }

    /// Runs the command, tells how it ended, and gives the exit code.
    pub fn run(&self) -> u8 {
        let mut out = self.display.out();
        let result = catch_unwind(AssertUnwindSafe(|| {
            let observer = self.display.observer();
            let result = execute(&self.cli, &self.around, &self.cancel, observer, &mut out);
            let flushed = out.flush();
            let exit = result?;
            flushed?;
            Ok(exit)
        }));
        let (exit, diagnosis) = match result {
            Ok(Ok(exit)) => (exit, None),
            Ok(Err(error)) => {
                let diagnosis = diagnose(&error);
                // Whatever a stopped run complains of, the signal is why it ended.
                let exit = self.cancel.reason().map_or(diagnosis.exit, |stop| {
                    Exit::from(stop).worse(diagnosis.exit)
                });
                (exit, Some(diagnosis))
            }
            Err(_) => (
                Exit::Failed,
                Some(Diagnosis {
                    exit: Exit::Failed,
                    message: "cosup met a state that it did not expect, and stopped".to_owned(),
                    hint: Some("what was sent is kept; run the same command again".to_owned()),
                }),
            ),
        };
        self.display.end(&ending(exit, diagnosis.as_ref()));
        exit.code()
    }
}

fn ending(exit: Exit, diagnosis: Option<&Diagnosis>) -> Ending<'_> {
    Ending {
        code: exit.code(),
        word: exit.word(),
        error: diagnosis.map(|diagnosis| diagnosis.message.as_str()),
        hint: diagnosis.and_then(|diagnosis| diagnosis.hint.as_deref()),
    }
}

fn look(cli: &Cli, around: &Surroundings) -> Look {
    let global = &cli.global;
    // Wrong settings are reported by the command; until then the options alone decide.
    let settings = Settings::resolve(global, around).ok();
    let progress = settings
        .as_ref()
        .map_or(global.progress, |s| Some(s.progress));
    let color = settings.as_ref().map_or(global.color, |s| Some(s.color));
    let interval = settings.map_or(std::time::Duration::from_secs(60), |s| s.progress_interval);
    let terminal = around.terminal;
    let style = match progress.unwrap_or_default() {
        _ if global.quiet => Style::None,
        ProgressWhen::None => Style::None,
        // Bars would be drawn through the objects.
        ProgressWhen::Auto if global.json && terminal.stdout => Style::None,
        ProgressWhen::Auto | ProgressWhen::Bars if terminal.draws => Style::Bars,
        ProgressWhen::Auto if global.json => Style::None,
        ProgressWhen::Auto | ProgressWhen::Bars | ProgressWhen::Lines => Style::Lines(interval),
    };
    Look {
        style,
        interval,
        json: global.json,
        verbose: global.verbose,
        quiet: global.quiet,
        colors: match color.unwrap_or_default() {
            ColorWhen::Auto => terminal.colors,
            ColorWhen::Always => true,
            ColorWhen::Never => false,
        },
        unicode: terminal.unicode,
    }
}
