//! The subcommands, one file each, and what they share: the context, the dispatch, the ending.

mod abort;
mod accounts;
mod around;
mod attributes;
mod complete;
mod completions;
mod config;
mod doctor;
mod emulator;
mod explain;
mod file;
mod ls;
mod man;
mod mkdir;
mod parts;
mod put;
mod resume;
mod rm;
mod server;
mod shell;
mod signals;
mod stat;
mod state_check;
mod status;
mod stream;
mod template;
mod totals;
mod transfer;
mod verify;
mod which;

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use crate::cancel::Cancel;
use crate::cli::{Cli, Command, GlobalArgs};
use crate::event::{Event, Observer, UploadNo};
use crate::exit::{Exit, Failure};
use crate::remote::{Kind, RemoteError, Target};
use crate::settings::{Settings, SettingsError, Surroundings};
use crate::sign::Secret;
use crate::text::safe;

pub use complete::answer_shell;
pub use server::Server;
pub use shell::{Shell, refuse};

/// What every command that works is given.
pub struct Context {
    /// The settings in force.
    pub settings: Settings,
    /// The wish to stop.
    pub cancel: Cancel,
    /// Who watches.
    pub observer: Arc<dyn Observer>,
    /// Options of the command line that a command going on from here has to repeat.
    pub repeat: Vec<String>,
    /// Those that only a `resume` takes.
    pub repeat_run: Vec<String>,
}

/// Runs the command that was asked for; its result goes to `out`.
///
/// `settings` are asked for only by the commands that need them, so that wrong ones cannot stand in
/// the way of the others.
pub fn execute(
    cli: &Cli,
    around: &Surroundings,
    settings: Result<Settings, SettingsError>,
    cancel: &Cancel,
    observer: &Arc<dyn Observer>,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<Exit> {
    let context = || {
        settings.map(|settings| Context {
            settings,
            cancel: cancel.clone(),
            observer: Arc::clone(observer),
            repeat: repeated(&cli.global),
            repeat_run: repeated_run(cli),
        })
    };
    match &cli.command {
        Command::Completions(args) => completions::run(args, out),
        Command::Man(args) => man::run(args, out),
        Command::Config(args) => config::run(args, &cli.global, around, out),
        Command::Emulator(args) => {
            let outside = emulator::Surrounding {
                appid: cli.global.appid.clone(),
                secret_key: around.variable("COSUP_SECRET_KEY").map(Secret::new),
                region: cli.global.region.clone(),
                json: cli.global.json,
            };
            let mut warn = |text: &str| {
                let event = Event::Warning(text);
                observer.event(UploadNo(0), &event);
            };
            emulator::run(args, &outside, cancel, out, &mut warn)?;
            Ok(Exit::Success)
        }
        Command::Doctor(args) => {
            let (global, file) = (&cli.global, around.user_file.as_deref());
            let file = global.config.as_deref().or(file);
            doctor::run(args, (global.json, global.quiet), context(), file, out)
        }
        Command::Put(args) => {
            let context = &context()?;
            around::within(context, &args.run, |around| {
                put::run(args, context, around, out)
            })
        }
        Command::Resume(args) => {
            let context = &context()?;
            around::within(context, &args.run, |around| {
                resume::run(args, context, around, out)
            })
        }
        Command::Parts(args) => parts::run(args, &context()?, out),
        Command::Status(args) => status::run(args, &context()?, out),
        Command::Abort(args) => abort::run(args, &context()?, out),
        Command::Verify(args) => verify::run(args, &context()?, out),
        Command::Stat(args) => stat::run(args, &context()?, out),
        Command::Ls(args) => ls::run(args, &context()?, out),
        Command::Mkdir(args) => mkdir::run(args, &context()?, out),
        Command::Rm(args) => rm::run(args, &context()?, out),
    }
}

/// What failed for one path, which is named.
fn about(error: RemoteError, target: &Target) -> anyhow::Error {
    if error.kind != Kind::NotFound {
        return anyhow::Error::new(error).context(target.to_string());
    }
    let what = if target.path.ends_with('/') {
        "directory"
    } else {
        "object"
    };
    let (shown, details) = (safe(&target.to_string()), safe(&error.details()));
    Failure::new(Exit::Failed, format!("{shown}: no such {what}{details}"))
        .hint("check the path; directories end in a slash")
        .into()
}

/// Options that name where the state is and who is talked to; the others may differ from run to run.
fn repeated(global: &GlobalArgs) -> Vec<String> {
    let named = |name, value| as_given(global, name, value);
    let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
    [
        named("profile", global.profile.clone()),
        named("config", path(&global.config)),
        named("region", global.region.clone()),
        named("endpoint", global.endpoint.clone()),
        named("appid", global.appid.clone()),
        named("state_dir", path(&global.state_dir)),
        named("emulator", path(&global.emulator)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The command that goes on with every unfinished upload.
fn resume_all(global: &GlobalArgs) -> String {
    let mut words = vec!["cosup resume".to_owned()];
    words.extend(repeated(global));
    words.join(" ")
}

/// Options that spare the line: who gave them once wants them again.
fn repeated_run(cli: &Cli) -> Vec<String> {
    let run = match &cli.command {
        Command::Put(args) => &args.run,
        Command::Resume(args) => &args.run,
        _ => return Vec::new(),
    };
    let named = |name, value| as_given(&cli.global, name, value);
    [
        named("jobs", run.jobs.map(|jobs| jobs.to_string())),
        named("limit_rate", run.limit_rate.clone()),
        named("window", run.window.clone()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// An option as a command line repeats it, if it was given on ours.
fn as_given(global: &GlobalArgs, name: &str, value: Option<String>) -> Option<String> {
    let option = name.replace('_', "-");
    value
        .filter(|_| global.on_command_line.contains(name))
        .map(|value| format!("--{option}={}", quoted(&value)))
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-:@%+=,".contains(c);
    if word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
