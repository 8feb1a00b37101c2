//! `cosup completions`: the completion script of a shell.

use std::io::Write;

use clap::CommandFactory;

use crate::cli::{Cli, CompletionsArgs};
use crate::exit::Exit;

/// Writes the script to `out`.
pub(super) fn run(args: &CompletionsArgs, out: &mut (dyn Write + Send)) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "cosup", &mut script);
    out.write_all(&script)?;
    Ok(Exit::Success)
}
