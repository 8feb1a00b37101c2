//! Completion while typing: what a shell asks the binary itself, by the variable `COMPLETE`.

use std::ffi::OsStr;

use clap::builder::StyledStr;
use clap::{Arg, Command, CommandFactory};
use clap_complete::engine::{
    ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter,
};
use clap_complete::env::CompleteEnv;

use crate::cli::{Cli, GlobalArgs};
use crate::settings::{Settings, Surroundings};
use crate::store::{Entry, Store};
use crate::text::safe_path;

/// Answers a shell and ends the process when one asks; otherwise does nothing.
pub fn answer_shell() {
    CompleteEnv::with_factory(command).complete();
}

/// The command line, with what it takes to complete the names of uploads.
fn command() -> Command {
    let uploads = |arg: Arg| arg.add(ArgValueCompleter::new(uploads));
    let places = |arg: Arg| arg.add(ArgValueCompleter::new(places));
    Cli::command()
        .mut_subcommand("resume", |command| command.mut_arg("which", uploads))
        .mut_subcommand("abort", |command| command.mut_arg("which", uploads))
        .mut_subcommand("parts", |command| command.mut_arg("path", uploads))
        .mut_subcommand("put", |command| command.mut_arg("paths", places))
        .mut_subcommand("verify", |command| command.mut_arg("paths", places))
        .mut_subcommand("stat", |command| command.mut_arg("path", places))
        .mut_subcommand("ls", |command| command.mut_arg("dir", places))
        .mut_subcommand("mkdir", |command| command.mut_arg("dir", places))
        .mut_subcommand("rm", |command| command.mut_arg("path", places))
}

/// The unfinished uploads, by what the environment says of the state directory.
fn entries() -> Vec<Entry> {
    let around = Surroundings::of_process();
    let args = GlobalArgs {
        state_dir: around.variable("COSUP_STATE_DIR").map(Into::into),
        ..GlobalArgs::default()
    };
    // Whatever is wrong, a shell that completes is not the place to say it.
    Settings::resolve(&args, &around)
        .ok()
        .and_then(|settings| settings.state_dir)
        .and_then(|dir| Store::existing(&dir))
        .and_then(|store| store.list().ok())
        .unwrap_or_default()
}

/// Ids and destinations of unfinished uploads, and local files.
fn uploads(current: &OsStr) -> Vec<CompletionCandidate> {
    let mut candidates = Vec::new();
    for entry in entries() {
        let id = CompletionCandidate::new(entry.id.as_str());
        let Ok(checkpoint) = entry.checkpoint else {
            candidates.push(id);
            continue;
        };
        let destination = checkpoint.destination.target().to_string();
        let file = safe_path(&checkpoint.source.path);
        let help = |text: String| Some(StyledStr::from(text));
        candidates.push(id.help(help(format!("{file} to {destination}"))));
        candidates.push(CompletionCandidate::new(destination).help(help(file)));
    }
    with_files(candidates, current)
}

/// Destinations of unfinished uploads and the directories they are in, and local files.
fn places(current: &OsStr) -> Vec<CompletionCandidate> {
    let mut known: Vec<String> = entries()
        .iter()
        .filter_map(|entry| entry.checkpoint.as_ref().ok())
        .flat_map(|checkpoint| {
            let target = checkpoint.destination.target();
            let above = target.parents().pop();
            [above, Some(target)]
        })
        .flatten()
        .map(|target| target.to_string())
        .collect();
    known.sort();
    known.dedup();
    let candidates = known.into_iter().map(CompletionCandidate::new).collect();
    with_files(candidates, current)
}

fn with_files(
    mut candidates: Vec<CompletionCandidate>,
    current: &OsStr,
) -> Vec<CompletionCandidate> {
    let start = current.as_encoded_bytes();
    candidates.retain(|one| one.get_value().as_encoded_bytes().starts_with(start));
    candidates.extend(PathCompleter::any().complete(current));
    candidates
}
