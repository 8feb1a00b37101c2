//! The binary: parse, heed signals, run, say how it ended, exit.

use std::process::ExitCode;

use cosup::cli::Cli;
use cosup::commands::Shell;
use cosup::settings::Surroundings;

fn main() -> ExitCode {
    let cli = match Cli::from_arguments(std::env::args_os()) {
        Ok(cli) => cli,
        Err(error) => {
            // A reader that went away is no error.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let shell = Shell::new(cli, Surroundings::of_process());
    let leave = |code: u8| std::process::exit(i32::from(code));
    if shell.heed_signals(leave).is_err() {
        // Signals then end the process as they always did; the checkpoint copes with that too.
    }
    ExitCode::from(shell.run())
}
