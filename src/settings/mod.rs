//! The settings in force: flags, then the environment, then the settings files, then defaults; each with its origin.

mod desk;
mod endpoint;
pub mod file;
mod origin;
mod read;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::cli::value::{parse_slice_size, parse_threshold, parse_wait};
use crate::cli::{ColorWhen, GlobalArgs, IfExists, ProgressWhen};
use crate::credentials::{CredentialsError, Source};
use crate::sign::Authorize;
use crate::text::{Size, Span, safe_path};
use crate::wire;
use desk::Desk;
use read::{as_choice, as_jobs, as_number, as_path, as_proxy, as_span, choice, without_login};

pub use desk::variable_of;
pub use endpoint::{REGIONS, key_of_place};
pub use origin::{Origin, Row, Surroundings, Terminal};

/// Why the settings are missing or wrong; for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl SettingsError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: None,
        }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SettingsError {}

impl From<CredentialsError> for SettingsError {
    fn from(error: CredentialsError) -> Self {
        Self {
            message: error.message,
            hint: error.hint,
        }
    }
}

/// The settings in force.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `--emulator`: the directory of the emulator that this one command starts and talks to.
    pub emulator: Option<PathBuf>,
    /// The region, where one is named.
    pub region: Option<String>,
    /// Where checkpoints are kept; `None` where nobody says and there is no home.
    pub state_dir: Option<PathBuf>,
    /// How often each call is tried again.
    pub retries: u32,
    /// How long to go on without progress.
    pub retry_for: Duration,
    /// How long to wait for an answer, on top of the time that the bytes of a request need.
    pub timeout: Duration,
    /// How long to wait for a connection.
    pub connect_timeout: Duration,
    /// The proxy's URL; `none` to ignore those of the environment.
    pub proxy: Option<String>,
    /// More certificates to trust, as a PEM file.
    pub ca_cert: Option<PathBuf>,
    /// Print nothing unless something fails.
    pub quiet: bool,
    /// Show each request.
    pub verbose: bool,
    /// Results and events as NDJSON on standard output.
    pub json: bool,
    /// How progress is to be shown.
    pub progress: ProgressWhen,
    /// The longest pace of progress lines.
    pub progress_interval: Duration,
    /// Whether output has colours.
    pub color: ColorWhen,
    /// What the output streams are.
    pub terminal: Terminal,
    /// Slices in flight over all files.
    pub jobs: u16,
    /// The slice size to ask for, in bytes.
    pub slice_size: u64,
    /// Files up to this length go up in one request, in bytes.
    pub slice_threshold: u64,
    /// What to do about an object with other content.
    pub if_exists: IfExists,
    /// The rate limit, as it was written.
    pub limit_rate: Option<String>,
    /// One line for each key, for `cosup config show`.
    pub rows: Vec<Row>,
    endpoint: Result<String, SettingsError>,
    credentials: Result<Source, SettingsError>,
}

impl Settings {
    /// Finds every setting. What only some commands need, the endpoint and the credentials, is
    /// complained about when it is asked for.
    pub fn resolve(args: &GlobalArgs, around: &Surroundings) -> Result<Self, SettingsError> {
        refuse_nonsense(args)?;
        let mut desk = Desk::open(args, around)?;
        let region = desk.text("region", args.region.clone())?;
        let url = desk.text("endpoint", args.endpoint.clone())?;
        let endpoint = match (&url, &region) {
            (Some(url), _) => endpoint::of_url(url),
            (None, Some(region)) => endpoint::of_region(region),
            (None, None) => Err(
                SettingsError::new("neither a region nor an endpoint is set")
                    .hint("give --region sh, set COSUP_REGION, or run: cosup config init"),
            ),
        };
        let appid = desk.text("appid", args.appid.clone())?;
        let credentials = desk.credentials(appid);
        let path = |path: &PathBuf| safe_path(path);
        let span = |span: &Duration| Span(*span).to_string();
        let size = |size: &u64| Size(*size).to_string();
        Ok(Self {
            emulator: args.emulator.clone(),
            state_dir: desk.value(
                "state_dir",
                args.state_dir.clone(),
                as_path,
                path,
                around.state_dir.clone(),
            )?,
            retries: desk.with_default("retries", args.retries, as_number, u32::to_string, 10)?,
            retry_for: desk.with_default(
                "retry_for",
                args.retry_for,
                as_span,
                span,
                Duration::from_secs(900),
            )?,
            timeout: desk.with_default(
                "timeout",
                args.timeout,
                parse_wait,
                span,
                Duration::from_secs(60),
            )?,
            connect_timeout: desk.with_default(
                "connect_timeout",
                args.connect_timeout,
                parse_wait,
                span,
                Duration::from_secs(10),
            )?,
            proxy: desk.value(
                "proxy",
                args.proxy.clone(),
                as_proxy,
                |url| without_login(url),
                None,
            )?,
            ca_cert: desk.value("ca_cert", args.ca_cert.clone(), as_path, path, None)?,
            progress: desk.with_default(
                "progress",
                args.progress,
                as_choice,
                choice,
                ProgressWhen::Auto,
            )?,
            progress_interval: desk.with_default(
                "progress_interval",
                args.progress_interval,
                as_span,
                span,
                Duration::from_secs(60),
            )?,
            color: desk.with_default("color", args.color, as_choice, choice, ColorWhen::Auto)?,
            jobs: desk.with_default("jobs", None, as_jobs, u16::to_string, 8)?,
            slice_size: desk.with_default(
                "slice_size",
                None,
                parse_slice_size,
                size,
                wire::DEFAULT_SLICE_SIZE,
            )?,
            slice_threshold: desk.with_default(
                "slice_threshold",
                None,
                parse_threshold,
                size,
                8 << 20,
            )?,
            if_exists: desk.with_default("if_exists", None, as_choice, choice, IfExists::Fail)?,
            limit_rate: desk.text("limit_rate", None)?,
            quiet: args.quiet,
            verbose: args.verbose,
            json: args.json,
            terminal: around.terminal,
            rows: desk.rows,
            region,
            endpoint,
            credentials,
        })
    }

    /// The base URL of the service, without `/files/v2` and without a slash at its end.
    pub fn endpoint(&self) -> Result<&str, SettingsError> {
        self.endpoint.as_deref().map_err(Clone::clone)
    }

    /// Who signs; complains here when nobody can.
    pub fn authorizer(&self) -> Result<Arc<dyn Authorize>, SettingsError> {
        let source = self.credentials.as_ref().map_err(Clone::clone)?;
        Ok(source.authorizer(self.timeout)?)
    }

    /// How requests are signed and by what, without any secret.
    pub fn signed_by(&self) -> Result<String, SettingsError> {
        self.credentials
            .as_ref()
            .map(ToString::to_string)
            .map_err(Clone::clone)
    }
}

/// Refuses what was typed and cannot be meant, even where it would not matter.
fn refuse_nonsense(args: &GlobalArgs) -> Result<(), SettingsError> {
    let is_typed = args.on_command_line.contains("region");
    if let Some(region) = args.region.as_deref().filter(|_| is_typed) {
        endpoint::of_region(region)?;
    }
    if let Some(proxy) = &args.proxy {
        as_proxy(proxy).map_err(|why| SettingsError::new(format!("the proxy is wrong: {why}")))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
