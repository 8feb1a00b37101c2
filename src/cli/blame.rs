//! Refusals in the words of who typed the command: the variable that was wrong, the option that was meant.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, Error};

/// Options that people try and that are none, and what to do instead.
const MEANT: &[(&str, &[&str], &str)] = &[
    (
        "",
        &["--secret-key", "--secret", "--key"],
        "keys are never taken from the command line, where others could read them; set COSUP_SECRET_KEY",
    ),
    (
        "resume",
        &["--all", "-a"],
        "without a name it takes every unfinished upload: cosup resume",
    ),
];

/// The same refusal, clearer where it can be.
pub(super) fn blame(error: Error, command: &Command, arguments: &[OsString]) -> Error {
    let Some(argument) = text(&error, ContextKind::InvalidArg) else {
        return error;
    };
    match error.kind() {
        ErrorKind::UnknownArgument => meant(&argument, arguments).unwrap_or(error),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            match variable(&argument, command, arguments) {
                Some(name) => {
                    let said = error.to_string();
                    let said = said.strip_prefix("error: ").unwrap_or(&said);
                    let said = said.replacen(&format!(" for '{argument}'"), "", 1);
                    Error::raw(error.kind(), format!("{name}: {said}"))
                }
                None => error,
            }
        }
        _ => error,
    }
}

fn text(error: &Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        _ => None,
    }
}

fn meant(argument: &str, arguments: &[OsString]) -> Option<Error> {
    let name = argument.split('=').next().unwrap_or(argument);
    let (_, _, instead) = MEANT.iter().find(|(command, names, _)| {
        names.contains(&name)
            && (command.is_empty() || arguments.iter().any(|word| word == command))
    })?;
    let message = format!("unexpected argument '{name}' found\n\n  tip: {instead}\n");
    Some(Error::raw(ErrorKind::UnknownArgument, message))
}

/// The variable that an option was read from, when it does not stand on the command line.
fn variable(shown: &str, command: &Command, arguments: &[OsString]) -> Option<String> {
    let long = shown.split([' ', '=', '[']).next()?.strip_prefix("--")?;
    let words: Vec<&str> = arguments.iter().filter_map(|word| word.to_str()).collect();
    let path = std::iter::once(command).chain(
        words
            .iter()
            .filter_map(|word| command.find_subcommand(word)),
    );
    let argument = path
        .flat_map(Command::get_arguments)
        .find(|argument| argument.get_long() == Some(long))?;
    let is_typed = words.iter().any(|word| match word.strip_prefix("--") {
        Some(word) => word.split('=').next() == Some(long),
        None => {
            let short = argument.get_short();
            word.starts_with('-') && short.is_some_and(|short| word.contains(short))
        }
    });
    if is_typed {
        return None;
    }
    argument.get_env()?.to_str().map(str::to_owned)
}
