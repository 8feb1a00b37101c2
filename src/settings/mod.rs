//! The settings in force: flags, then the environment, then the settings files, then defaults; each with its origin.

mod endpoint;
pub mod file;
mod origin;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum;

use crate::cli::value::{parse_slice_size, parse_threshold};
use crate::cli::{ColorWhen, GlobalArgs, IfExists, ProgressWhen};
use crate::credentials::{CredentialsError, Source};
use crate::sign::{Authorize, Secret};
use crate::text::{Safe, Size, Span, parse_duration, safe_path};
use crate::wire;
use file::{File, nearest};

pub use endpoint::REGIONS;
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
                as_span,
                span,
                Duration::from_secs(60),
            )?,
            connect_timeout: desk.with_default(
                "connect_timeout",
                args.connect_timeout,
                as_span,
                span,
                Duration::from_secs(10),
            )?,
            proxy: desk.value(
                "proxy",
                args.proxy.clone(),
                as_text,
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

/// What lies on the table while settings are looked up.
struct Desk<'a> {
    args: &'a GlobalArgs,
    around: &'a Surroundings,
    profile: Option<String>,
    files: Vec<File>,
    rows: Vec<Row>,
}

impl<'a> Desk<'a> {
    fn open(args: &'a GlobalArgs, around: &'a Surroundings) -> Result<Self, SettingsError> {
        let mut files = Vec::new();
        let own = args.config.as_ref().or(around.user_file.as_ref());
        if let Some(path) = own {
            match File::read(path)? {
                Some(file) => files.push(file),
                None if args.config.is_some() => {
                    return Err(SettingsError::new(format!(
                        "the settings file {} does not exist",
                        safe_path(path)
                    )));
                }
                None => {}
            }
        }
        if let Some(path) = &around.system_file {
            files.extend(File::read(path)?);
        }
        let profile = args.profile.clone().filter(|name| !name.is_empty());
        if let Some(name) = &profile
            && !files.iter().any(|file| file.has_profile(name))
        {
            let known: Vec<&str> = files.iter().flat_map(File::profile_names).collect();
            let error = SettingsError::new(format!("there is no profile `{}`", Safe(name)));
            return Err(match (nearest(name, &known), known.is_empty()) {
                (Some(near), _) => error.hint(format!("did you mean `{}`?", Safe(near))),
                (None, false) => {
                    error.hint(format!("the profiles are {}", Safe(&known.join(", "))))
                }
                (None, true) => error.hint("the settings files have no [profiles.NAME] at all"),
            });
        }
        Ok(Self {
            args,
            around,
            profile,
            files,
            rows: Vec::new(),
        })
    }

    /// What the settings files say of a key: a profile wins over `[defaults]`, the user over the machine.
    fn in_files(&self, key: &str) -> Option<(String, Origin)> {
        let profile = self.profile.as_deref();
        self.files
            .iter()
            .find_map(|file| file.of_profile(profile?, key))
            .or_else(|| self.files.iter().find_map(|file| file.of_defaults(key)))
    }

    fn in_environment(&self, key: &str) -> Option<(String, Origin)> {
        let name = variable_of(key);
        let value = self.around.variable(&name)?.to_owned();
        Some((value, Origin::Environment(name)))
    }

    fn value<T>(
        &mut self,
        key: &'static str,
        given: Option<T>,
        read: impl Fn(&str) -> Result<T, String>,
        show: impl Fn(&T) -> String,
        default: Option<T>,
    ) -> Result<Option<T>, SettingsError> {
        let (value, origin) = if given.is_some() {
            let origin = if self.args.on_command_line.contains(key) {
                Origin::Flag(format!("--{}", key.replace('_', "-")))
            } else {
                Origin::Environment(variable_of(key))
            };
            (given, origin)
        } else if let Some((text, origin)) = self.in_environment(key).or_else(|| self.in_files(key))
        {
            let value = read(&text).map_err(|why| {
                SettingsError::new(format!("{origin}: `{key}` is wrong: {}", Safe(&why)))
            })?;
            (Some(value), origin)
        } else {
            (default, Origin::Default)
        };
        self.rows.push(Row {
            key,
            shown: value.as_ref().map(show),
            origin,
        });
        Ok(value)
    }

    fn with_default<T: Clone>(
        &mut self,
        key: &'static str,
        given: Option<T>,
        read: impl Fn(&str) -> Result<T, String>,
        show: impl Fn(&T) -> String,
        default: T,
    ) -> Result<T, SettingsError> {
        let value = self.value(key, given, read, show, Some(default.clone()))?;
        Ok(value.unwrap_or(default))
    }

    fn text(
        &mut self,
        key: &'static str,
        given: Option<String>,
    ) -> Result<Option<String>, SettingsError> {
        let given = given.filter(|text| !text.is_empty());
        self.value(key, given, as_text, |text| Safe(text).to_string(), None)
    }

    /// Who signs. The highest place that names a key or a command decides; a secret id from a higher
    /// place than its key would belong to another key, so that is an error.
    fn credentials(&mut self, appid: Option<String>) -> Result<Source, SettingsError> {
        const METHODS: [&str; 4] = [
            "secret_key",
            "secret_key_file",
            "credential_command",
            "sign_command",
        ];
        let secret_id = self.lookup("secret_id");
        let found = METHODS.map(|key| self.lookup(key));
        self.rows.push(row("secret_id", secret_id.as_ref(), |id| {
            Safe(id).to_string()
        }));
        for (key, found) in METHODS.iter().zip(&found) {
            let show = |text: &str| match *key {
                "secret_key" => "[redacted]".to_owned(),
                _ => Safe(text).to_string(),
            };
            self.rows.push(row(key, found.as_ref(), show));
        }
        let best = METHODS
            .iter()
            .zip(found)
            .filter_map(|(key, found)| Some((*key, found?)))
            .min_by_key(|(_, found)| found.rank);
        let Some((method, found)) = best else {
            return Err(match secret_id {
                Some(id) => SettingsError::new(format!("a secret id is set ({}), but no key", id.origin))
                    .hint("set COSUP_SECRET_KEY, or secret_key_file in the settings file"),
                None => SettingsError::new("no credentials are set").hint(
                    "set COSUP_APPID, COSUP_SECRET_ID and COSUP_SECRET_KEY, or run: cosup config init",
                ),
            });
        };
        if method == "credential_command" {
            return Ok(Source::Command {
                appid,
                command: found.text,
            });
        }
        let appid = appid.ok_or_else(|| {
            SettingsError::new("the appid is missing").hint("give --appid or set COSUP_APPID")
        })?;
        if method == "sign_command" {
            return Ok(Source::SignCommand {
                appid,
                command: found.text,
            });
        }
        let Some(secret_id) = secret_id else {
            return Err(SettingsError::new(format!(
                "a secret key is set ({}), but no secret id",
                found.origin
            ))
            .hint("set COSUP_SECRET_ID, or secret_id in the settings file"));
        };
        if secret_id.rank < found.rank {
            return Err(SettingsError::new(format!(
                "the secret id comes from {}, but the key from {}: they may not belong together",
                secret_id.origin, found.origin
            ))
            .hint("set both in the same place"));
        }
        let secret_id = secret_id.text;
        Ok(if method == "secret_key" {
            Source::Keys {
                appid,
                secret_id,
                secret_key: Secret::new(found.text),
            }
        } else {
            Source::KeyFile {
                appid,
                secret_id,
                path: PathBuf::from(found.text),
            }
        })
    }

    fn lookup(&self, key: &str) -> Option<Found> {
        let profile = self.profile.as_deref();
        let mut places = vec![self.in_environment(key)];
        places.extend(self.files.iter().map(|file| file.of_profile(profile?, key)));
        places.extend(self.files.iter().map(|file| file.of_defaults(key)));
        places
            .into_iter()
            .enumerate()
            .find_map(|(rank, place)| place.map(|(text, origin)| Found { text, origin, rank }))
    }
}

/// A text that was found, and how high the place was.
struct Found {
    text: String,
    origin: Origin,
    rank: usize,
}

fn row(key: &'static str, found: Option<&Found>, show: impl Fn(&str) -> String) -> Row {
    Row {
        key,
        shown: found.map(|found| show(&found.text)),
        origin: found.map_or(Origin::Default, |found| found.origin.clone()),
    }
}

/// The twin of a key in the environment.
pub fn variable_of(key: &str) -> String {
    format!("COSUP_{}", key.to_ascii_uppercase())
}

/// A proxy's URL without the name and password that may stand in it.
fn without_login(url: &str) -> String {
    let shown = Safe(url).to_string();
    match (shown.split_once("://"), shown.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://[redacted]@{host}"),
        _ => shown,
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "one of several ways to read a value"
)]
fn as_text(text: &str) -> Result<String, String> {
    Ok(text.to_owned())
}

fn as_path(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    if path.is_absolute() {
        return Ok(path);
    }
    Err(format!("`{text}` is not an absolute path"))
}

fn as_number(text: &str) -> Result<u32, String> {
    text.trim()
        .parse()
        .map_err(|_| format!("`{text}` is no whole number"))
}

fn as_jobs(text: &str) -> Result<u16, String> {
    as_number(text)?
        .try_into()
        .ok()
        .filter(|jobs| (1..=256).contains(jobs))
        .ok_or_else(|| "take 1 to 256".to_owned())
}

fn as_span(text: &str) -> Result<Duration, String> {
    parse_duration(text).map_err(|error| error.to_string())
}

fn as_choice<T: ValueEnum>(text: &str) -> Result<T, String> {
    T::from_str(text, true).map_err(|_| {
        let names: Vec<String> = T::value_variants().iter().map(choice).collect();
        format!("`{text}` is none of {}", names.join(", "))
    })
}

fn choice<T: ValueEnum>(value: &T) -> String {
    value
        .to_possible_value()
        .map_or_else(String::new, |value| value.get_name().to_owned())
}
