//! The binary: parse, heed signals, run, say how it ended, exit.

use std::process::ExitCode;

use cosup::cli::Cli;
use cosup::commands::{Shell, answer_shell, refuse};
use cosup::settings::Surroundings;

fn main() -> ExitCode {
    answer_shell();
    let arguments: Vec<_> = std::env::args_os().collect();
    let cli = match Cli::from_arguments(arguments.clone()) {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(refuse(&error, &arguments)),
    };
    let shell = Shell::new(cli, Surroundings::of_process());
    let leave = |code: u8| std::process::exit(i32::from(code));
    if shell.heed_signals(leave).is_err() {
        // Signals then end the process as they always did; the checkpoint copes with that too.
    }
    ExitCode::from(shell.run())
}
