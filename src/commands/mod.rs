//! The subcommands, one file each, and what they share: the context, the dispatch, the ending.

mod attributes;
mod completions;
mod config;
mod ls;
mod man;
mod mkdir;
mod rm;
mod shell;
mod stat;
mod verify;

use std::io::Write;
use std::sync::Arc;

use crate::cancel::Cancel;
use crate::cli::{Cli, Command};
use crate::event::Observer;
use crate::exit::{Exit, Failure};
use crate::settings::{Settings, Surroundings};

pub use shell::Shell;

/// What every command that works is given.
pub struct Context {
    /// The settings in force.
    pub settings: Settings,
    /// The wish to stop.
    pub cancel: Cancel,
    /// Who watches.
    pub observer: Arc<dyn Observer>,
}

/// Runs the command that was asked for; its result goes to `out`.
pub fn execute(
    cli: &Cli,
    around: &Surroundings,
    cancel: &Cancel,
    observer: Arc<dyn Observer>,
    out: &mut dyn Write,
) -> anyhow::Result<Exit> {
    // These work without any settings, so that wrong ones cannot stand in their way.
    match &cli.command {
        Command::Completions(args) => return completions::run(args, out),
        Command::Man(args) => return man::run(args, out),
        Command::Config(args) => return config::run(args, &cli.global, around, out),
        _ => {}
    }
    let context = Context {
        settings: Settings::resolve(&cli.global, around)?,
        cancel: cancel.clone(),
        observer,
    };
    dispatch(&cli.command, &context, out)
}

fn dispatch(command: &Command, _context: &Context, _out: &mut dyn Write) -> anyhow::Result<Exit> {
    match command {
        Command::Put(_)
        | Command::Resume(_)
        | Command::Parts(_)
        | Command::Status(_)
        | Command::Abort(_)
        | Command::Verify(_)
        | Command::Stat(_)
        | Command::Ls(_)
        | Command::Mkdir(_)
        | Command::Rm(_)
        | Command::Doctor(_)
        | Command::Emulator(_)
        | Command::Config(_)
        | Command::Completions(_)
        | Command::Man(_) => {
            Err(Failure::usage("this command is not available in this build").into())
        }
    }
}
