//! The command line: every subcommand, option and value parser; what clap needs to know, and no I/O.

mod blame;
mod emulator;
mod global;
mod look;
mod transfer;
pub mod value;

use std::collections::BTreeSet;
use std::ffi::OsString;

use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};

pub use emulator::EmulatorArgs;
pub use global::{ColorWhen, GlobalArgs, ProgressWhen};
pub use look::{
    AbortArgs, CompletionsArgs, ConfigArgs, ConfigCommand, DoctorArgs, LsArgs, ManArgs, MkdirArgs,
    PartsArgs, RmArgs, StatArgs, StatusArgs, VerifyArgs,
};
pub use transfer::{IfExists, PutArgs, ResumeArgs, RunArgs};

/// Where the parts of a help text stand: the examples right after the first line.
const TEMPLATE: &str =
    "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

/// The exit codes, as `cosup --help` and the man page list them.
pub const EXIT_CODES: &str = "\
Every option has a twin in the environment: --slice-size is COSUP_SLICE_SIZE.

Exit codes:
    0  everything asked for is true
    1  some or all files failed, and trying again as it is will not help
    2  wrong usage
   65  a file changed, vanished or is unreadable: fix it, run again
   73  the destination holds other content, or another file's unfinished upload
   75  stopped by trouble that may pass, or the time window closed: run again
   76  another cosup works on it
   77  refused by the server: credentials, signature, permission
   78  configuration missing or wrong
  129, 130, 143  stopped by SIGHUP, SIGINT, SIGTERM; the state is kept: run again
With several files the most urgent code wins: 78, 77, 65, 73, 1, 75, 76.";

const EXAMPLES: &str = "\
Examples:
  cosup put --emulator=./demo README.md /demo/docs/     try it, without an account
  cosup put backup.tar /bucket/nightly/                 upload a file, or go on with it
  cosup resume                                          go on with every unfinished upload
  cosup parts /bucket/nightly/backup.tar                see what the server holds
  cosup doctor                                          find out why it does not work
";

/// Upload big files to Tencent COS (v4 JSON API) and never start over
#[derive(Debug, Clone, Parser)]
#[command(
    name = "cosup",
    version,
    help_template = TEMPLATE,
    before_long_help = EXAMPLES,
    after_help = "Every option has a twin in the environment: --slice-size is COSUP_SLICE_SIZE.",
    after_long_help = EXIT_CODES,
    subcommand_required = true,
    override_usage = "cosup [OPTIONS] <COMMAND>",
    arg_required_else_help = true,
    max_term_width = 100
)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Upload files, or go on with what an earlier run began
    #[command(help_template = TEMPLATE)]
    Put(Box<PutArgs>),
    /// Go on with unfinished uploads
    #[command(help_template = TEMPLATE)]
    Resume(Box<ResumeArgs>),
    /// Show which slices the server holds
    #[command(help_template = TEMPLATE)]
    Parts(PartsArgs),
    /// Show the unfinished uploads known here
    #[command(help_template = TEMPLATE)]
    Status(StatusArgs),
    /// Give up unfinished uploads
    #[command(help_template = TEMPLATE)]
    Abort(AbortArgs),
    /// Compare files with the server, without downloading
    #[command(help_template = TEMPLATE)]
    Verify(VerifyArgs),
    /// Show the attributes of an object or directory
    #[command(help_template = TEMPLATE)]
    Stat(StatArgs),
    /// List a directory
    #[command(help_template = TEMPLATE)]
    Ls(LsArgs),
    /// Make a directory
    #[command(help_template = TEMPLATE)]
    Mkdir(MkdirArgs),
    /// Remove one object or one empty directory
    #[command(help_template = TEMPLATE)]
    Rm(RmArgs),
    /// Show the settings in force and where each came from
    #[command(help_template = TEMPLATE)]
    Config(ConfigArgs),
    /// Check configuration, permissions, clock, network and signature
    #[command(help_template = TEMPLATE)]
    Doctor(DoctorArgs),
    /// Run a local server that speaks the protocol
    #[command(help_template = TEMPLATE)]
    Emulator(EmulatorArgs),
    /// Print the completion script of a shell
    #[command(help_template = TEMPLATE)]
    Completions(CompletionsArgs),
    /// Print or write the man pages
    #[command(help_template = TEMPLATE)]
    Man(ManArgs),
}

impl Cli {
    /// Takes the arguments of a process apart, its own name first.
    ///
    /// Remembers which of the global options stood on the command line itself, so that the settings
    /// can say where each value came from.
    pub fn from_arguments<I>(arguments: I) -> Result<Self, clap::Error>
    where
        I: IntoIterator<Item = OsString>,
    {
        let arguments: Vec<OsString> = arguments.into_iter().collect();
        let command = if arguments.iter().any(|argument| argument == "-h") {
            brief(Self::command())
        } else {
            Self::command()
        };
        let matches = command
            .try_get_matches_from(&arguments)
            .map_err(|error| blame::blame(error, &Self::command(), &arguments))?;
        let mut cli = Self::from_arg_matches(&matches)?;
        cli.global.on_command_line = on_command_line(&matches);
        cli.global.after_emulator = arguments
            .iter()
            .skip_while(|word| *word != "--emulator")
            .nth(1)
            .cloned();
        Ok(cli)
    }
}

/// The command with a help that fits a screen: without the twins of the environment.
fn brief(command: clap::Command) -> clap::Command {
    command
        .mut_args(|argument| argument.hide_env(true))
        .mut_subcommands(brief)
}

fn on_command_line(matches: &ArgMatches) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = matches
        .ids()
        .map(clap::Id::as_str)
        .filter(|id| matches.value_source(id) == Some(ValueSource::CommandLine))
        .map(str::to_owned)
        .collect();
    if let Some((_, inner)) = matches.subcommand() {
        found.extend(on_command_line(inner));
    }
    found
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::from_arguments(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn clap_finds_no_fault() {
        Cli::command().debug_assert();
    }

    #[test]
    fn global_options_may_stand_behind_the_command() {
        let cli = parse("cosup status --region sh").unwrap();
        assert_eq!(cli.global.region.as_deref(), Some("sh"));
        assert!(cli.global.on_command_line.contains("region"));
    }

    #[test]
    fn what_is_no_option_says_what_is_meant() {
        for (line, meant) in [
            ("cosup put --secret-key abc f /b/", "set COSUP_SECRET_KEY"),
            ("cosup resume --all", "takes every unfinished upload"),
        ] {
            let said = parse(line).unwrap_err().to_string();
            assert!(said.contains(meant), "{said}");
            assert!(!said.contains("abc"), "{said}");
        }
        let cli = parse("cosup put --emulator store f /b/").unwrap();
        assert_eq!(cli.global.after_emulator.unwrap(), "store");
    }

    #[test]
    fn every_option_has_its_twin_in_the_environment() {
        fn check(command: &clap::Command) {
            for argument in command.get_arguments() {
                let id = argument.get_id().as_str();
                if argument.is_positional() || matches!(id, "help" | "version") {
                    continue;
                }
                let twin = argument.get_env().and_then(|name| name.to_str());
                assert!(
                    twin.is_some_and(|name| name.starts_with("COSUP_")),
                    "{} {id}",
                    command.get_name()
                );
            }
            command.get_subcommands().for_each(check);
        }
        check(&Cli::command());
    }

    #[test]
    fn no_option_takes_a_secret() {
        fn check(command: &clap::Command) {
            for argument in command.get_arguments() {
                let name = argument.get_long().unwrap_or_default();
                // The secret id is the public half.
                let secret = name.contains("secret") && name != "secret-id";
                assert!(!secret && !name.contains("key"), "{name}");
            }
            command.get_subcommands().for_each(check);
        }
        check(&Cli::command());
    }

    #[test]
    fn first_lines_of_help_are_imperative_and_end_without_a_stop() {
        fn check(command: &clap::Command) {
            let about = command.get_about().unwrap().to_string();
            assert!(!about.ends_with('.'), "{about}");
            for argument in command.get_arguments() {
                let help = argument.get_help().map(ToString::to_string);
                let help = help.unwrap_or_else(|| panic!("{} has no help", argument.get_id()));
                assert!(!help.ends_with('.'), "{help}");
            }
            command.get_subcommands().for_each(check);
        }
        check(&Cli::command());
    }
}
