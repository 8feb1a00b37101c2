//! The commands around the upload: looking, tidying, checking, and those about cosup itself.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::BoolishValueParser;
use clap::{ArgAction, Args, Subcommand, ValueHint};
use clap_complete::Shell;

use super::value::RemotePath;
use crate::text::parse_duration;

/// `cosup parts`
#[derive(Debug, Clone, Args)]
#[command(
    override_usage = "cosup parts [OPTIONS] <PATH>",
    before_long_help = "\
Examples:
  cosup parts /bucket/nightly/backup.tar    ask the server about an upload
  cosup parts backup.tar                    the same, by the local file
"
)]
pub struct PartsArgs {
    /// Name the object, or a local file that is being uploaded
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub path: OsString,
}

/// `cosup status`
#[derive(Debug, Clone, Args)]
#[command(
    override_usage = "cosup status [OPTIONS]",
    before_long_help = "\
Examples:
  cosup status            what is unfinished
  cosup status --watch    the same, again and again
  cosup status --json     for a script
"
)]
pub struct StatusArgs {
    /// Show it again every second until stopped
    #[arg(long, env = "COSUP_WATCH", hide_env_values = true, action = ArgAction::SetTrue, value_parser = BoolishValueParser::new())]
    pub watch: bool,
}

/// `cosup abort`
#[derive(Debug, Clone, Args)]
#[command(
    override_usage = "cosup abort [OPTIONS] <ID|FILE|DEST>...\n       cosup abort [OPTIONS] --all\n       cosup abort [OPTIONS] --older-than <DURATION>",
    before_long_help = "\
Examples:
  cosup abort 3f9c0a                        forget the upload with this id
  cosup abort --remote /bucket/dir/b.tar    drop what the server holds of it too
  cosup abort --older-than 7d               forget what nobody went on with
"
)]
pub struct AbortArgs {
    /// Name the uploads by id, file or destination
    #[arg(value_name = "ID|FILE|DEST", required_unless_present_any = ["all", "older_than"], value_hint = ValueHint::AnyPath)]
    pub which: Vec<OsString>,
    /// Take every unfinished upload
    #[arg(long, env = "COSUP_ALL", hide_env_values = true, action = ArgAction::SetTrue, value_parser = BoolishValueParser::new(), conflicts_with = "which")]
    pub all: bool,
    /// Take those that nothing happened to for this long
    #[arg(long, env = "COSUP_OLDER_THAN", hide_env_values = true, value_name = "DURATION", value_parser = parse_duration, conflicts_with = "which")]
    pub older_than: Option<Duration>,
    /// Drop the server's unfinished session too; never a finished object
    #[arg(long, env = "COSUP_REMOTE", hide_env_values = true, action = ArgAction::SetTrue, value_parser = BoolishValueParser::new())]
    pub remote: bool,
    /// Do not ask
    #[arg(short, long, env = "COSUP_YES", hide_env_values = true, action = ArgAction::SetTrue, value_parser = BoolishValueParser::new())]
    pub yes: bool,
}

/// `cosup verify`
#[derive(Debug, Clone, Args)]
#[command(
    override_usage = "cosup verify [OPTIONS] <FILE>... <DEST>\n       cosup verify [OPTIONS] --ledger <FILE>",
    before_long_help = "\
Examples:
  cosup verify backup.tar /bucket/nightly/backup.tar
  cosup verify *.tar /bucket/nightly/
  cosup verify --ledger /var/lib/backup/ledger.jsonl
"
)]
pub struct VerifyArgs {
    /// Name the local files, then the object or directory to compare them with
    #[arg(value_name = "FILE... DEST", required_unless_present = "ledger", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<OsString>,
    /// Check every upload that this ledger has a receipt for
    #[arg(long, env = "COSUP_LEDGER", hide_env_values = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub ledger: Option<PathBuf>,
}

/// `cosup stat`
#[derive(Debug, Clone, Args)]
#[command(
    override_usage = "cosup stat [OPTIONS] <PATH>",
    before_long_help = "\
Examples:
  cosup stat /bucket/nightly/backup.tar
  cosup stat --json /bucket/nightly/
"
)]
pub struct StatArgs {
    /// Name the object or directory
    pub path: RemotePath,
}

/// `cosup ls`
#[derive(Debug, Clone, Args)]
#[command(
    override_usage = "cosup ls [OPTIONS] <DIR>",
    before_long_help = "\
Examples:
  cosup ls /bucket/
  cosup ls -lr /bucket/nightly/
"
)]
pub struct LsArgs {
    /// Name the directory
    #[arg(value_name = "DIR")]
    pub dir: RemotePath,
    /// Show size, time and sum too
    #[arg(short, long, env = "COSUP_LONG", hide_env_values = true, action = ArgAction::SetTrue, value_parser = BoolishValueParser::new())]
    pub long: bool,
    /// List the directories below it too
    #[arg(short, long, env = "COSUP_RECURSIVE", hide_env_values = true, action = ArgAction::SetTrue, value_parser = BoolishValueParser::new())]
    pub recursive: bool,
}

/// `cosup mkdir`
#[derive(Debug, Clone, Args)]
#[command(
    override_usage = "cosup mkdir [OPTIONS] <DIR>",
    before_long_help = "\
Examples:
  cosup mkdir -p /bucket/a/b/c/
"
)]
pub struct MkdirArgs {
    /// Name the directory
    #[arg(value_name = "DIR")]
    pub dir: RemotePath,
    /// Make the directories above it too, and take one that is there for made
    #[arg(short, long, env = "COSUP_PARENTS", hide_env_values = true, action = ArgAction::SetTrue, value_parser = BoolishValueParser::new())]
    pub parents: bool,
}

/// `cosup rm`
#[derive(Debug, Clone, Args)]
#[command(
    override_usage = "cosup rm [OPTIONS] <PATH>",
    before_long_help = "\
Examples:
  cosup rm /bucket/nightly/old.tar
  cosup rm --yes /bucket/nightly/empty/
"
)]
pub struct RmArgs {
    /// Name the object or the empty directory
    pub path: RemotePath,
    /// Do not ask
    #[arg(short, long, env = "COSUP_YES", hide_env_values = true, action = ArgAction::SetTrue, value_parser = BoolishValueParser::new())]
    pub yes: bool,
}

/// `cosup config`
#[derive(Debug, Clone, Args)]
#[command(
    override_usage = "cosup config [OPTIONS] [COMMAND]",
    before_long_help = "\
Examples:
  cosup config                       what is in force, and where it came from
  cosup config show --profile work
  cosup config init                  write a settings file, asking for what it needs
"
)]
pub struct ConfigArgs {
    /// What to do; `show` when nothing is said.
    #[command(subcommand)]
    pub command: Option<ConfigCommand>,
}

/// What `cosup config` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Subcommand)]
pub enum ConfigCommand {
    /// Show each setting and where it came from, secrets redacted
    #[default]
    #[command(override_usage = "cosup config show [OPTIONS]")]
    Show,
    /// Print the path of the settings file
    #[command(override_usage = "cosup config path [OPTIONS]")]
    Path,
    /// Ask for what is needed and write the settings file, for your eyes only
    #[command(override_usage = "cosup config init [OPTIONS]")]
    Init,
}

/// `cosup doctor`
#[derive(Debug, Clone, Args)]
#[command(
    override_usage = "cosup doctor [OPTIONS]",
    before_long_help = "\
Examples:
  cosup doctor
  cosup doctor --bucket nightly
  cosup doctor --upload /bucket/dir/    measure the rate of a small upload too
"
)]
pub struct DoctorArgs {
    /// Check that this bucket can be reached
    #[arg(long, env = "COSUP_BUCKET", hide_env_values = true)]
    pub bucket: Option<String>,
    /// Upload a small file to this directory, measure the rate, and remove it
    #[arg(long, env = "COSUP_UPLOAD", hide_env_values = true, value_name = "DIR")]
    pub upload: Option<RemotePath>,
}

/// `cosup completions`
#[derive(Debug, Clone, Args)]
#[command(
    override_usage = "cosup completions [OPTIONS] <SHELL>",
    before_long_help = "\
Examples:
  cosup completions bash > ~/.local/share/bash-completion/completions/cosup
  cosup completions fish > ~/.config/fish/completions/cosup.fish
  source <(COMPLETE=bash cosup)    names files, ids and destinations too (bash, zsh, fish)
"
)]
pub struct CompletionsArgs {
    /// Choose the shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// `cosup man`
#[derive(Debug, Clone, Args)]
#[command(
    override_usage = "cosup man [OPTIONS] [COMMAND]\n       cosup man [OPTIONS] --dir <DIR>",
    before_long_help = "\
Examples:
  cosup man | man -l -
  cosup man --dir /usr/local/share/man/man1
"
)]
pub struct ManArgs {
    /// Print the page of this command instead of the one of cosup
    #[arg(value_name = "COMMAND", conflicts_with = "dir")]
    pub command: Option<String>,
    /// Write one page for each command into this directory
    #[arg(long, env = "COSUP_DIR", hide_env_values = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
}
