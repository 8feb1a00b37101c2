//! The binary: parse, heed signals, run, say how it ended, exit.

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use cosup::cancel::{Cancel, Stop};
use cosup::commands::emulator::{self, EmulatorArgs, Surrounding};
use cosup::sign::Secret;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

#[derive(Parser)]
#[command(version, about)]
struct Cli {
    /// The account's number
    #[arg(long, global = true, env = "COSUP_APPID", hide_env_values = true)]
    appid: Option<String>,
    /// The region
    #[arg(long, global = true, env = "COSUP_REGION", hide_env_values = true)]
    region: Option<String>,
    /// Print results as JSON, one object a line
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Emulator(EmulatorArgs),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let cancel = Cancel::default();
    let heard = cancel.clone();
    if let Ok(mut signals) = Signals::new([SIGINT, SIGTERM, SIGHUP]) {
        std::thread::spawn(move || {
            for signal in signals.forever() {
                heard.stop(Stop::Signal(signal));
            }
        });
    }
    let surrounding = Surrounding {
        appid: cli.appid,
        secret_key: std::env::var("COSUP_SECRET_KEY").ok().map(Secret::new),
        region: cli.region,
        json: cli.json,
    };
    let mut warn = |text: &str| {
        // Nobody is left to be told.
        let _ = writeln!(std::io::stderr(), "{text}");
    };
    let Command::Emulator(args) = cli.command;
    let mut out = std::io::stdout();
    match emulator::run(&args, &surrounding, &cancel, &mut out, &mut warn) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            warn(&format!("cosup: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
