//! `put` and `resume`: the commands that move bytes.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::BoolishValueParser;
use clap::{ArgAction, Args, ValueEnum, ValueHint};

use super::value::{RemotePath, Shard, parse_slice_size, parse_threshold};
use crate::text::{parse_duration, parse_size};

/// What to do about an object of the same name with other content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum IfExists {
    /// Fail with exit code 73; the same bytes already there are success
    #[default]
    Fail,
    /// Leave it and go on with the next file
    Skip,
    /// Put the file in its place
    Overwrite,
}

/// `cosup put`
#[derive(Debug, Clone, Args)]
#[command(
    override_usage = "cosup put [OPTIONS] <SOURCE>... <DEST>",
    before_long_help = "\
Examples:
  cosup put backup.tar /bucket/nightly/            keep the name
  cosup put backup.tar /bucket/nightly/mon.tar     give it another
  cosup put -r photos /bucket/archive/             a whole tree
  pg_dump db | cosup put - /bucket/db/today.sql    from a pipe
  cosup put -n --explain -r photos /bucket/a/      say what would be done, and why
"
)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own"
)]
pub struct PutArgs {
    /// Name the local files, then the destination: /bucket/dir/ or /bucket/dir/name
    ///
    /// A destination that ends in a slash keeps the names of the files. A source of `-` is standard
    /// input, which needs a destination with a name.
    #[arg(value_name = "SOURCE... DEST", required = true, num_args = 1.., value_hint = ValueHint::AnyPath)]
    pub paths: Vec<OsString>,

    /// Upload directories with everything in them
    #[arg(short, long, env = "COSUP_RECURSIVE", hide_env_values = true, action = ArgAction::SetTrue, value_parser = BoolishValueParser::new(), help_heading = "Which files")]
    pub recursive: bool,
    /// Take only files whose path below the source fits this pattern
    #[arg(long, env = "COSUP_INCLUDE", hide_env_values = true, value_name = "GLOB", action = ArgAction::Append, help_heading = "Which files")]
    pub include: Vec<String>,
    /// Leave out files whose path below the source fits this pattern
    #[arg(long, env = "COSUP_EXCLUDE", hide_env_values = true, value_name = "GLOB", action = ArgAction::Append, help_heading = "Which files")]
    pub exclude: Vec<String>,
    /// Read the names of the files from this file, one a line; `-` is standard input
    #[arg(long, env = "COSUP_FILES_FROM", hide_env_values = true, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Which files")]
    pub files_from: Option<PathBuf>,
    /// Expect a zero byte after each name in --files-from, instead of a line break
    #[arg(short = '0', long, env = "COSUP_NULL", hide_env_values = true, action = ArgAction::SetTrue, value_parser = BoolishValueParser::new(), requires = "files_from", help_heading = "Which files")]
    pub null: bool,
    /// Take only share I of N equal shares, so that N machines divide a tree
    #[arg(
        long,
        env = "COSUP_SHARD",
        hide_env_values = true,
        value_name = "I/N",
        help_heading = "Which files"
    )]
    pub shard: Option<Shard>,
    /// Expect this many bytes on standard input, and finish nothing shorter or longer
    #[arg(long, env = "COSUP_EXPECT_SIZE", hide_env_values = true, value_name = "SIZE", value_parser = parse_size, help_heading = "Which files")]
    pub expect_size: Option<u64>,

    /// Choose what happens when the destination holds other content [default: fail]
    #[arg(
        long,
        env = "COSUP_IF_EXISTS",
        hide_env_values = true,
        value_name = "WHAT",
        value_enum,
        help_heading = "How"
    )]
    pub if_exists: Option<IfExists>,
    /// Cut files into slices of this size: 64K to 1M, 2M or 3M [default: 1M]
    #[arg(long, env = "COSUP_SLICE_SIZE", hide_env_values = true, value_name = "SIZE", value_parser = parse_slice_size, help_heading = "How")]
    pub slice_size: Option<u64>,
    /// Send files up to this size in one request [default: 8M]
    #[arg(long, env = "COSUP_SLICE_THRESHOLD", hide_env_values = true, value_name = "SIZE", value_parser = parse_threshold, help_heading = "How")]
    pub slice_threshold: Option<u64>,
    /// Store this attribute with the object
    #[arg(
        long,
        env = "COSUP_BIZ_ATTR",
        hide_env_values = true,
        value_name = "TEXT",
        help_heading = "How"
    )]
    pub biz_attr: Option<String>,
    /// Fail where the remote directory is missing, instead of making it
    #[arg(long, env = "COSUP_NO_MKDIRS", hide_env_values = true, action = ArgAction::SetTrue, value_parser = BoolishValueParser::new(), help_heading = "How")]
    pub no_mkdirs: bool,
    /// Remove each local file once its object is proved
    #[arg(long, env = "COSUP_REMOVE_SOURCE", hide_env_values = true, action = ArgAction::SetTrue, value_parser = BoolishValueParser::new(), help_heading = "How")]
    pub remove_source: bool,
    /// Print this for each file, instead of its access URL
    ///
    /// `{url}`, `{access_url}`, `{source_url}`, `{resource_path}`, `{sha1}`, `{size}`, `{source}` and
    /// `{dest}` stand for what they say, `\n` and `\t` for a line break and a tabulator, `{{` for a
    /// brace.
    #[arg(
        long,
        env = "COSUP_OUTPUT",
        hide_env_values = true,
        value_name = "TEMPLATE",
        help_heading = "How"
    )]
    pub output: Option<String>,

    /// What `put` and `resume` share.
    #[command(flatten)]
    pub run: RunArgs,
}

impl PutArgs {
    /// The sources and the destination; the error is for people and means wrong usage.
    pub fn split(&self) -> Result<(Vec<PathBuf>, RemotePath), String> {
        let (dest, sources) = match self.paths.split_last() {
            Some((_, [])) if self.files_from.is_none() => None,
            other => other,
        }
        .ok_or("a source or a destination is missing: cosup put <SOURCE>... <DEST>")?;
        let dest = dest
            .to_str()
            .ok_or("the destination is not UTF-8")?
            .parse()
            .map_err(|error| format!("wrong destination: {error}"))?;
        Ok((sources.iter().map(PathBuf::from).collect(), dest))
    }
}

/// `cosup resume`
#[derive(Debug, Clone, Args)]
#[command(
    override_usage = "cosup resume [OPTIONS] [ID|FILE|DEST]...",
    before_long_help = "\
Examples:
  cosup resume                          all of them, oldest first
  cosup resume 3f9c0a                   the one with this id
  cosup resume /bucket/nightly/b.tar    the one with this destination
"
)]
pub struct ResumeArgs {
    /// Name the uploads by id, file or destination; all of them when none is named
    #[arg(value_name = "ID|FILE|DEST", value_hint = ValueHint::AnyPath)]
    pub which: Vec<OsString>,

    /// What `put` and `resume` share.
    #[command(flatten)]
    pub run: RunArgs,
}

/// What `put` and `resume` share.
#[derive(Debug, Clone, Args)]
pub struct RunArgs {
    /// Keep this many slices in flight over all files [default: 8]
    #[arg(short, long, env = "COSUP_JOBS", hide_env_values = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256), help_heading = "How")]
    pub jobs: Option<u16>,
    /// Say what would be done, and do nothing
    #[arg(short = 'n', long, env = "COSUP_DRY_RUN", hide_env_values = true, action = ArgAction::SetTrue, value_parser = BoolishValueParser::new(), help_heading = "How")]
    pub dry_run: bool,
    /// Say why each file is sent, resumed, restarted or skipped
    #[arg(long, env = "COSUP_EXPLAIN", hide_env_values = true, action = ArgAction::SetTrue, value_parser = BoolishValueParser::new(), help_heading = "How")]
    pub explain: bool,
    /// Fail rather than upload without a checkpoint
    #[arg(long, env = "COSUP_REQUIRE_STATE", hide_env_values = true, action = ArgAction::SetTrue, value_parser = BoolishValueParser::new(), help_heading = "How")]
    pub require_state: bool,
    /// Wait for another cosup that works on the same upload, at most this long
    #[arg(long, env = "COSUP_WAIT", hide_env_values = true, value_name = "DURATION", num_args = 0..=1, require_equals = true, default_missing_value = "365d", value_parser = parse_duration, help_heading = "When")]
    pub wait: Option<Duration>,
    /// Send at most this many bytes a second: 10M, or by the hour as "08:00,2M 19:00,off"
    #[arg(
        long,
        env = "COSUP_LIMIT_RATE",
        hide_env_values = true,
        value_name = "RATE",
        help_heading = "When"
    )]
    pub limit_rate: Option<String>,
    /// Work only in these hours, local time: 23:00-07:00, or 23:00-07:00,Sat-Sun
    #[arg(
        long,
        env = "COSUP_WINDOW",
        hide_env_values = true,
        value_name = "HOURS",
        help_heading = "When"
    )]
    pub window: Option<String>,
    /// Stop after this long, to go on another time
    #[arg(long, env = "COSUP_MAX_DURATION", hide_env_values = true, value_name = "DURATION", value_parser = parse_duration, help_heading = "When")]
    pub max_duration: Option<Duration>,
    /// Append a receipt for each finished file, and skip files that have one and have not changed
    #[arg(long, env = "COSUP_LEDGER", hide_env_values = true, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Telling others")]
    pub ledger: Option<PathBuf>,
    /// Run this after each file that went up
    #[arg(long, env = "COSUP_ON_SUCCESS", hide_env_values = true, value_name = "COMMAND", value_hint = ValueHint::CommandString, help_heading = "Telling others")]
    pub on_success: Option<String>,
    /// Run this after each file that did not
    #[arg(long, env = "COSUP_ON_FAILURE", hide_env_values = true, value_name = "COMMAND", value_hint = ValueHint::CommandString, help_heading = "Telling others")]
    pub on_failure: Option<String>,
    /// Kill a command of --on-success or --on-failure after this long [default: 60s]
    #[arg(long, env = "COSUP_HOOK_TIMEOUT", hide_env_values = true, value_name = "DURATION", value_parser = parse_duration, help_heading = "Telling others")]
    pub hook_timeout: Option<Duration>,
    /// Call URL/start at the start, URL after success, URL/CODE after a failure, as healthchecks does
    #[arg(long, env = "COSUP_PING", hide_env_values = true, value_name = "URL", value_hint = ValueHint::Url, help_heading = "Telling others")]
    pub ping: Option<String>,
    /// Write metrics of the run to this file, for the textfile collector of Prometheus
    #[arg(long, env = "COSUP_METRICS", hide_env_values = true, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Telling others")]
    pub metrics: Option<PathBuf>,
}
