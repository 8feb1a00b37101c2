//! The settings file: its keys, its tables, and errors that name the nearest key.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::SettingsError;
use super::origin::Origin;
use crate::credentials::others_can_read;
use crate::text::{Safe, safe_path};

/// Every key a table of the settings file may have.
pub(crate) const KEYS: &[&str] = &[
    "region",
    "endpoint",
    "appid",
    "secret_id",
    "secret_key",
    "secret_key_file",
    "credential_command",
    "sign_command",
    "state_dir",
    "retries",
    "retry_for",
    "timeout",
    "connect_timeout",
    "proxy",
    "ca_cert",
    "progress",
    "progress_interval",
    "color",
    "jobs",
    "slice_size",
    "slice_threshold",
    "if_exists",
    "limit_rate",
];

/// One settings file, read and checked.
#[derive(Debug)]
pub(crate) struct File {
    path: PathBuf,
    defaults: Table,
    profiles: Table,
}

impl File {
    /// Reads a file; `None` when there is none.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>, SettingsError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                return Ok(None);
            }
            Err(error) => {
                return Err(SettingsError::new(format!(
                    "could not read {}: {error}",
                    safe_path(path)
                )));
            }
        };
        Self::parse(path, &text).map(Some)
    }

    /// Takes the text of a file apart.
    pub(crate) fn parse(path: &Path, text: &str) -> Result<Self, SettingsError> {
        let shown = safe_path(path);
        let whole: Table = text.parse().map_err(|error: toml::de::Error| {
            // The excerpt that the parser adds could show a secret, so only its reason is passed on.
            let line = error.span().map_or(1, |span| {
                text.get(..span.start)
                    .map_or(1, |before| before.matches('\n').count() + 1)
            });
            SettingsError::new(format!("{shown}, line {line}: {}", Safe(error.message())))
        })?;
        let mut file = Self {
            path: path.to_owned(),
            defaults: Table::new(),
            profiles: Table::new(),
        };
        for (name, value) in whole {
            match (name.as_str(), value) {
                ("defaults", Value::Table(table)) => file.defaults = table,
                ("profiles", Value::Table(table)) => file.profiles = table,
                (name, _) => {
                    let hint = if KEYS.contains(&name) {
                        format!("put `{name}` below a line `[defaults]`")
                    } else {
                        nearest(name, &["defaults", "profiles"]).map_or_else(
                            || {
                                "a settings file has the tables `[defaults]` and `[profiles.NAME]`"
                                    .to_owned()
                            },
                            |near| format!("did you mean `{near}`?"),
                        )
                    };
                    return Err(SettingsError::new(format!(
                        "{shown}: unknown key `{}`",
                        Safe(name)
                    ))
                    .hint(hint));
                }
            }
        }
        file.check_table("defaults", &file.defaults)?;
        for (name, profile) in &file.profiles {
            let Value::Table(table) = profile else {
                return Err(SettingsError::new(format!(
                    "{shown}: `profiles.{}` is no table",
                    Safe(name)
                )));
            };
            file.check_table(&format!("profiles.{name}"), table)?;
        }
        Ok(file)
    }

    fn check_table(&self, name: &str, table: &Table) -> Result<(), SettingsError> {
        let shown = safe_path(&self.path);
        for (key, value) in table {
            if !KEYS.contains(&key.as_str()) {
                let error = SettingsError::new(format!(
                    "{shown} [{}]: unknown key `{}`",
                    Safe(name),
                    Safe(key)
                ));
                return Err(match nearest(key, KEYS) {
                    Some(near) => error.hint(format!("did you mean `{near}`?")),
                    None => error.hint(format!("the keys are {}", KEYS.join(", "))),
                });
            }
            if text_of(value).is_none() {
                return Err(SettingsError::new(format!(
                    "{shown} [{}]: `{key}` is neither text nor a number",
                    Safe(name)
                )));
            }
            if key == "secret_key" && others_can_read(&self.path) {
                return Err(SettingsError::new(format!(
                    "{shown} holds a secret key and others can read it"
                ))
                .hint(format!("chmod 600 {shown}")));
            }
        }
        Ok(())
    }

    /// Whether the file has this profile.
    pub(crate) fn has_profile(&self, name: &str) -> bool {
        self.profiles.contains_key(name)
    }

    /// The names of its profiles.
    pub(crate) fn profile_names(&self) -> impl Iterator<Item = &str> {
        self.profiles.keys().map(String::as_str)
    }

    /// What a profile says of a key.
    pub(crate) fn of_profile(&self, profile: &str, key: &str) -> Option<(String, Origin)> {
        let table = self.profiles.get(profile)?.as_table()?;
        let origin = Origin::File(self.path.clone(), format!("profiles.{profile}"));
        Some((text_of(table.get(key)?)?, origin))
    }

    /// What `[defaults]` says of a key.
    pub(crate) fn of_defaults(&self, key: &str) -> Option<(String, Origin)> {
        let origin = Origin::File(self.path.clone(), "defaults".to_owned());
        Some((text_of(self.defaults.get(key)?)?, origin))
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(_)
        | Value::Boolean(_)
        | Value::Datetime(_)
        | Value::Array(_)
        | Value::Table(_) => None,
    }
}

/// The word of `among` that was probably meant.
pub(crate) fn nearest<'a>(word: &str, among: &[&'a str]) -> Option<&'a str> {
    among
        .iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), *candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
