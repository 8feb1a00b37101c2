//! The options that every command takes.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::BoolishValueParser;
use clap::{ArgAction, Args, ValueEnum, ValueHint};

use super::value::parse_wait;
use crate::text::parse_duration;

/// The options that every command takes; the environment has been read by clap.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Server and credentials")]
pub struct GlobalArgs {
    /// Use this profile of the settings file
    #[arg(long, global = true, env = "COSUP_PROFILE", hide_env_values = true)]
    pub profile: Option<String>,
    /// Read settings from this file instead of the user's
    #[arg(long, global = true, env = "COSUP_CONFIG", hide_env_values = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    /// Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger
    #[arg(long, global = true, env = "COSUP_REGION", hide_env_values = true)]
    pub region: Option<String>,
    /// Send to this URL instead: http or https, with or without /files/v2
    #[arg(long, global = true, env = "COSUP_ENDPOINT", hide_env_values = true, value_name = "URL", value_hint = ValueHint::Url)]
    pub endpoint: Option<String>,
    /// Set the number of the account
    ///
    /// The keys that sign come from `COSUP_SECRET_ID` and `COSUP_SECRET_KEY`, or from the settings file;
    /// never from the command line, where others could read them.
    #[arg(long, global = true, env = "COSUP_APPID", hide_env_values = true)]
    pub appid: Option<String>,
    /// Start the emulator for this one command and talk to it
    ///
    /// Finished objects appear as plain files in DIR, unfinished uploads are kept there too.
    #[arg(long, global = true, env = "COSUP_EMULATOR", hide_env_values = true, value_name = "DIR", num_args = 0..=1, require_equals = true,
          default_missing_value = "cosup-emulator", value_hint = ValueHint::DirPath)]
    pub emulator: Option<PathBuf>,

    /// Keep checkpoints in this directory
    #[arg(long, global = true, env = "COSUP_STATE_DIR", hide_env_values = true, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Network and state")]
    pub state_dir: Option<PathBuf>,
    /// Try each call again up to this many times [default: 10]
    #[arg(
        long,
        global = true,
        env = "COSUP_RETRIES",
        hide_env_values = true,
        value_name = "N",
        hide_short_help = true,
        help_heading = "Network and state"
    )]
    pub retries: Option<u32>,
    /// Give up after this long without progress [default: 15m]
    #[arg(long, global = true, env = "COSUP_RETRY_FOR", hide_env_values = true, value_name = "DURATION", value_parser = parse_duration, hide_short_help = true, help_heading = "Network and state")]
    pub retry_for: Option<Duration>,
    /// Wait this long for an answer, on top of the time the bytes need [default: 60s]
    #[arg(long, global = true, env = "COSUP_TIMEOUT", hide_env_values = true, value_name = "DURATION", value_parser = parse_wait, hide_short_help = true, help_heading = "Network and state")]
    pub timeout: Option<Duration>,
    /// Wait this long for a connection [default: 10s]
    #[arg(long, global = true, env = "COSUP_CONNECT_TIMEOUT", hide_env_values = true, value_name = "DURATION", value_parser = parse_wait, hide_short_help = true, help_heading = "Network and state")]
    pub connect_timeout: Option<Duration>,
    /// Go through this proxy; `none` ignores those of the environment
    #[arg(long, global = true, env = "COSUP_PROXY", hide_env_values = true, value_name = "URL", value_hint = ValueHint::Url, hide_short_help = true, help_heading = "Network and state")]
    pub proxy: Option<String>,
    /// Trust the certificates in this PEM file too
    #[arg(long, global = true, env = "COSUP_CA_CERT", hide_env_values = true, value_name = "FILE", value_hint = ValueHint::FilePath, hide_short_help = true, help_heading = "Network and state")]
    pub ca_cert: Option<PathBuf>,

    /// Print nothing unless something fails
    #[arg(short, long, global = true, env = "COSUP_QUIET", hide_env_values = true, action = ArgAction::SetTrue, value_parser = BoolishValueParser::new(), conflicts_with = "verbose", help_heading = "Output")]
    pub quiet: bool,
    /// Show each request
    #[arg(short, long, global = true, env = "COSUP_VERBOSE", hide_env_values = true, action = ArgAction::SetTrue, value_parser = BoolishValueParser::new(), help_heading = "Output")]
    pub verbose: bool,
    /// Print results and events as JSON, one object a line
    #[arg(long, global = true, env = "COSUP_JSON", hide_env_values = true, action = ArgAction::SetTrue, value_parser = BoolishValueParser::new(), help_heading = "Output")]
    pub json: bool,
    /// Choose how progress is shown [default: auto]
    #[arg(
        long,
        global = true,
        env = "COSUP_PROGRESS",
        hide_env_values = true,
        value_name = "HOW",
        value_enum,
        hide_possible_values = false,
        hide_short_help = true,
        help_heading = "Output"
    )]
    pub progress: Option<ProgressWhen>,
    /// Write at most one line of progress in this time, off a terminal [default: 60s]
    #[arg(long, global = true, env = "COSUP_PROGRESS_INTERVAL", hide_env_values = true, value_name = "DURATION", value_parser = parse_duration, hide_short_help = true, help_heading = "Output")]
    pub progress_interval: Option<Duration>,
    /// Choose whether output has colours [default: auto]
    #[arg(
        long,
        global = true,
        env = "COSUP_COLOR",
        hide_env_values = true,
        value_name = "WHEN",
        value_enum,
        hide_short_help = true,
        help_heading = "Output"
    )]
    pub color: Option<ColorWhen>,

    /// The ids of the options that stood on the command line itself.
    #[arg(skip)]
    pub on_command_line: BTreeSet<String>,
    /// The word behind an `--emulator` without a value; it may have been meant as one.
    #[arg(skip)]
    pub after_emulator: Option<OsString>,
}

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ProgressWhen {
    /// Bars on a terminal, lines elsewhere
    #[default]
    Auto,
    /// Bars that are drawn over and over
    Bars,
    /// Whole lines now and then
    Lines,
    /// Nothing
    None,
}

/// Whether output has colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal that does not refuse them
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
