//! What stands around a command: the display, the signals, the panics, and the exit code.

use std::ffi::OsString;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::signals::{self, Manner};
use super::{execute, resume_all};
use crate::cancel::Cancel;
use crate::cli::{Cli, ColorWhen, Command, ProgressWhen};
use crate::exit::{Diagnosis, Exit, diagnose};
use crate::progress::{Display, Ending, Look, Style};
use crate::settings::{Settings, SettingsError, Surroundings};
use crate::text::safe;

/// One command about to be run, and those who watch it.
pub struct Shell {
    cli: Cli,
    around: Surroundings,
    settings: Result<Settings, SettingsError>,
    cancel: Cancel,
    display: Arc<Display>,
}

impl Shell {
    /// Prepares to run a command.
    pub fn new(cli: Cli, around: Surroundings) -> Self {
        let settings = Settings::resolve(&cli.global, &around);
        let display = Display::start(look(&cli, settings.as_ref().ok(), &around));
        Self {
            cli,
            around,
            settings,
            cancel: Cancel::default(),
            display: Arc::new(display),
        }
    }

    /// Turns signals into the wish to stop; `leave` ends the process at the second one.
    pub fn heed_signals(&self, leave: impl Fn(u8) + Send + 'static) -> std::io::Result<()> {
        let manner = match self.cli.command {
            Command::Put(_) | Command::Resume(_) => Manner::resumed(resume_all(&self.cli.global)),
            Command::Emulator(_) => Manner::served(),
            _ => Manner::repeated(),
        };
        signals::heed(&self.cancel, &self.display, manner, leave)
    }

    /// Runs the command, tells how it ended, and gives the exit code.
    pub fn run(&self) -> u8 {
        let mut out = self.display.out();
        let observer = self.display.observer();
        let display = Arc::clone(&self.display);
        // Said beside the drawing; the usual hook would write through it.
        std::panic::set_hook(Box::new(move |panic| {
            display.say(format!("internal error: {}", safe(&panic.to_string())));
        }));
        let (mut exit, mut diagnosis) = guarded(&self.cancel, || {
            let (settings, cancel) = (self.settings.clone(), &self.cancel);
            let result = execute(
                &self.cli,
                &self.around,
                settings,
                cancel,
                &observer,
                &mut out,
            );
            let flushed = out.flush();
            let exit = result?;
            flushed?;
            Ok(exit)
        });
        if let Some(diagnosis) = &mut diagnosis {
            self.mend(diagnosis);
        }
        if exit == Exit::Success
            && let Some(why) = self.display.lost_output()
        {
            exit = Exit::Failed;
            diagnosis = Some(Diagnosis {
                exit,
                message: format!("could not write to standard output: {why}"),
                hint: Some("what was asked for is done; only the output is lost".to_owned()),
                command: None,
            });
        }
        self.display.end(&ending(exit, diagnosis.as_ref()));
        if exit == Exit::Success && self.display.lost_output().is_some() {
            // The summary itself was lost.
            return Exit::Failed.code();
        }
        exit.code()
    }

    /// Says how `--emulator` takes its directory when the word behind it was taken for a file.
    fn mend(&self, diagnosis: &mut Diagnosis) {
        let Some(word) = &self.cli.global.after_emulator else {
            return;
        };
        let word = safe(&word.to_string_lossy());
        let missing = diagnosis.exit == Exit::Source && diagnosis.message.contains(&word);
        if diagnosis.hint.is_none() && missing {
            diagnosis.hint = Some(format!("a directory is given as --emulator={word}"));
        }
    }
}

/// Does the work, and makes an exit code of whatever comes of it, a panic too.
fn guarded(
    cancel: &Cancel,
    work: impl FnOnce() -> anyhow::Result<Exit>,
) -> (Exit, Option<Diagnosis>) {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(exit)) => (exit, None),
        Ok(Err(error)) => {
            let diagnosis = diagnose(&error);
            // Whatever a stopped run complains of, the signal is why it ended.
            let stop = cancel.reason().map(Exit::from);
            let exit = stop.map_or(diagnosis.exit, |stop| stop.worse(diagnosis.exit));
            (exit, Some(diagnosis))
        }
        Err(_) => {
            let diagnosis = Diagnosis {
                exit: Exit::Failed,
                message: "cosup met a state that it did not expect, and stopped".to_owned(),
                hint: Some("what was sent is kept; run the same command again".to_owned()),
                command: None,
            };
            (Exit::Failed, Some(diagnosis))
        }
    }
}

/// Tells why a command line cannot be run, and gives the exit code; a program that asked for JSON
/// gets its summary here too.
pub fn refuse(error: &clap::Error, arguments: &[OsString]) -> u8 {
    let around = Surroundings::of_process();
    let asked = arguments.iter().any(|argument| argument == "--json")
        || around.variable("COSUP_JSON").is_some();
    let code = u8::try_from(error.exit_code()).unwrap_or(2);
    // A reader that went away is no error.
    let _ = error.print();
    if asked && code != 0 {
        let text = error.render().to_string();
        let first = text.lines().next().unwrap_or_default();
        let message = safe(first.strip_prefix("error: ").unwrap_or(first));
        let diagnosis = Diagnosis {
            exit: Exit::Usage,
            message,
            hint: None,
            command: None,
        };
        Display::summarize(&ending(Exit::Usage, Some(&diagnosis)));
    }
    code
}

pub(super) fn ending(exit: Exit, diagnosis: Option<&Diagnosis>) -> Ending<'_> {
    Ending {
        code: exit.code(),
        word: exit.word(),
        error: diagnosis.map(|diagnosis| diagnosis.message.as_str()),
        hint: diagnosis.and_then(|diagnosis| diagnosis.hint.as_deref()),
        command: diagnosis.and_then(|diagnosis| diagnosis.command.as_deref()),
    }
}

/// What the watching looks like. Wrong settings are reported by the command that needs them; here the
/// options alone decide then.
fn look(cli: &Cli, settings: Option<&Settings>, around: &Surroundings) -> Look {
    let global = &cli.global;
    let progress = settings.map_or(global.progress, |s| Some(s.progress));
    let color = settings.map_or(global.color, |s| Some(s.color));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cancel::Stop;
    use crate::exit::Failure;

    #[test]
    fn a_panic_is_an_ending_like_any_other() {
        let (exit, diagnosis) = guarded(&Cancel::default(), || panic!("on purpose"));
        assert_eq!(exit, Exit::Failed);
        assert!(diagnosis.is_some_and(|d| d.message.contains("did not expect")));
    }

    #[test]
    fn a_stopped_run_ends_as_the_signal_says() {
        let cancel = Cancel::default();
        cancel.stop(Stop::Signal(15));
        let (exit, diagnosis) = guarded(&cancel, || Err(Failure::source("gone").into()));
        assert_eq!(exit.code(), 143);
        assert!(diagnosis.is_some_and(|d| d.message == "gone"));
        assert_eq!(
            guarded(&cancel, || Ok(Exit::Success)),
            (Exit::Success, None)
        );
    }
}
