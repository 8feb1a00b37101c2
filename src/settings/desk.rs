//! Looking settings up: which place says something of a key, and what of that is in force.

use std::path::PathBuf;

use super::SettingsError;
use super::file::{File, nearest};
use super::origin::{Origin, Row, Surroundings};
use super::read::as_text;
use crate::cli::GlobalArgs;
use crate::credentials::Source;
use crate::sign::Secret;
use crate::text::{Safe, safe_path};

/// What lies on the table while settings are looked up.
pub(super) struct Desk<'a> {
    args: &'a GlobalArgs,
    around: &'a Surroundings,
    profile: Option<String>,
    files: Vec<File>,
    /// One line for each key that was asked for.
    pub(super) rows: Vec<Row>,
}

impl<'a> Desk<'a> {
    /// Reads the files.
    pub(super) fn open(
        args: &'a GlobalArgs,
        around: &'a Surroundings,
    ) -> Result<Self, SettingsError> {
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

    /// The value of a key from wherever it is said first.
    pub(super) fn value<T>(
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

    /// The same, for a key that always has a value.
    pub(super) fn with_default<T: Clone>(
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

    /// The same, for a key that is just text.
    pub(super) fn text(
        &mut self,
        key: &'static str,
        given: Option<String>,
    ) -> Result<Option<String>, SettingsError> {
        let given = given.filter(|text| !text.is_empty());
        self.value(key, given, as_text, |text| Safe(text).to_string(), None)
    }

    /// Who signs. The highest place that names a key or a command decides; a secret id from a higher
    /// place than its key would belong to another key, so that is an error.
    pub(super) fn credentials(&mut self, appid: Option<String>) -> Result<Source, SettingsError> {
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
