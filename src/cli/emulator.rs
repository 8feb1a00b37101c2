//! `emulator`: the command that runs a server.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::BoolishValueParser;
use clap::{ArgAction, Args, ValueHint};

use super::value::{parse_bucket, parse_idle, parse_span};
use crate::emulator::Fault;

/// `cosup emulator`
#[derive(Debug, Clone, Args)]
#[command(
    override_usage = "cosup emulator [OPTIONS]",
    before_long_help = "\
Examples:
  cosup emulator --root ./objects
  cosup emulator --listen 127.0.0.1:0 --root ./objects --json
  cosup emulator --fault op=upload_slice_data,nth=3,code=-5997
"
)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
pub struct EmulatorArgs {
    /// Listen on this address; port 0 takes any free one
    #[arg(
        long,
        env = "COSUP_LISTEN",
        hide_env_values = true,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:8094"
    )]
    pub listen: SocketAddr,
    /// Keep objects and unfinished uploads in this directory
    #[arg(long, env = "COSUP_ROOT", hide_env_values = true, value_name = "DIR", default_value = "cosup-emulator", value_hint = ValueHint::DirPath)]
    pub root: PathBuf,
    /// Know this secret id; its key comes from `COSUP_SECRET_KEY`
    #[arg(
        long,
        env = "COSUP_SECRET_ID",
        hide_env_values = true,
        value_name = "ID"
    )]
    pub secret_id: Option<String>,
    /// Know the accounts in this file, one `[[account]]` table each
    #[arg(long, env = "COSUP_ACCOUNTS", hide_env_values = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub accounts: Option<PathBuf>,
    /// Have only this bucket; may be given several times; all buckets exist otherwise
    #[arg(
        long,
        env = "COSUP_BUCKETS",
        hide_env_values = true,
        value_name = "NAME",
        value_delimiter = ',',
        value_parser = parse_bucket
    )]
    pub bucket: Vec<String>,
    /// Refuse to put anything into a directory that was not made
    #[arg(long, env = "COSUP_REQUIRE_DIRS", hide_env_values = true, action = ArgAction::SetTrue, value_parser = BoolishValueParser::new())]
    pub require_dirs: bool,
    /// Refuse an upload with a sha but without the digests of its parts
    #[arg(long, env = "COSUP_REQUIRE_PARTS", hide_env_values = true, action = ArgAction::SetTrue, value_parser = BoolishValueParser::new())]
    pub require_parts: bool,
    /// Ask for one slice at a time
    #[arg(long, env = "COSUP_SERIAL", hide_env_values = true, action = ArgAction::SetTrue, value_parser = BoolishValueParser::new())]
    pub serial: bool,
    /// Ask for one slice at a time, and refuse those out of turn
    #[arg(long, env = "COSUP_STRICT_SERIAL", hide_env_values = true, action = ArgAction::SetTrue, value_parser = BoolishValueParser::new())]
    pub strict_serial: bool,
    /// Forget unfinished uploads after this time without a slice
    #[arg(long, env = "COSUP_SESSION_TTL", hide_env_values = true, value_name = "TIME", default_value = "24h", value_parser = parse_span)]
    pub session_ttl: Duration,
    /// Close connections that are silent for this long
    #[arg(long, env = "COSUP_IDLE_TIMEOUT", hide_env_values = true, value_name = "TIME", default_value = "60s", value_parser = parse_idle)]
    pub idle_timeout: Duration,
    /// Sync everything to the disk before acknowledging it
    #[arg(long, env = "COSUP_FSYNC", hide_env_values = true, action = ArgAction::SetTrue, value_parser = BoolishValueParser::new())]
    pub fsync: bool,
    /// Serve what was asked and answered at `/_cosup/journal`
    #[arg(long, env = "COSUP_JOURNAL", hide_env_values = true, action = ArgAction::SetTrue, value_parser = BoolishValueParser::new())]
    pub journal: bool,
    /// Make something go wrong on purpose; may be given several times
    #[arg(
        long,
        env = "COSUP_FAULT",
        hide_env_values = true,
        value_name = "FAULT"
    )]
    pub fault: Vec<Fault>,
}
