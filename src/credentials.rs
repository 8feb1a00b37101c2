//! Who signs: keys at hand, a key file, a command that fetches keys, or a command that signs.

mod command;

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;

use crate::sign::{Ask, Authorize, Credentials, NoSignature, Secret, Uses};
use crate::text::{Safe, safe_path};
use command::run;

/// The most that is read of what a command or a key file says, in bytes.
const MOST: u64 = 64 * 1024;

/// Fetched keys are fetched again this many seconds before they expire.
const MARGIN: u64 = 60;

/// Why there are no credentials; for people, and without any secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialsError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl CredentialsError {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: None,
        }
    }
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CredentialsError {}

/// Where signatures come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Keys at hand.
    Keys {
        /// The account.
        appid: String,
        /// The public half.
        secret_id: String,
        /// The half that signs.
        secret_key: Secret,
    },
    /// The half that signs is in a file of its own.
    KeyFile {
        /// The account.
        appid: String,
        /// The public half.
        secret_id: String,
        /// The file.
        path: PathBuf,
    },
    /// A command prints keys as JSON.
    Command {
        /// The account, where the command does not say it.
        appid: Option<String>,
        /// A line for `sh`.
        command: String,
    },
    /// A command prints one Authorization.
    SignCommand {
        /// The account.
        appid: String,
        /// A line for `sh`.
        command: String,
    },
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keys { secret_id, .. } => write!(f, "secret id {}", Safe(secret_id)),
            Self::KeyFile {
                secret_id, path, ..
            } => write!(
                f,
                "secret id {}, key in {}",
                Safe(secret_id),
                safe_path(path)
            ),
            Self::Command { .. } => f.write_str("keys from credential_command"),
            Self::SignCommand { .. } => f.write_str("signatures from sign_command"),
        }
    }
}

impl Source {
    /// Makes the signer; runs `credential_command` once to learn what it needs, and reads key files.
    /// A command may take `limit`.
    pub fn authorizer(&self, limit: Duration) -> Result<Arc<dyn Authorize>, CredentialsError> {
        Ok(match self.clone() {
            Self::Keys {
                appid,
                secret_id,
                secret_key,
            } => Arc::new(checked(appid, secret_id, secret_key)?),
            Self::KeyFile {
                appid,
                secret_id,
                path,
            } => Arc::new(checked(appid, secret_id, read_key(&path)?)?),
            Self::Command { appid, command } => {
                let fetched = fetch(&command, appid.as_deref(), limit)?;
                Arc::new(Fetching {
                    appid: fetched.credentials.appid.clone(),
                    command,
                    limit,
                    fetched: Mutex::new(fetched),
                })
            }
            Self::SignCommand { appid, command } => Arc::new(Asking {
                appid: check_appid(appid)?,
                command,
                limit,
            }),
        })
    }
}

fn check_appid(appid: String) -> Result<String, CredentialsError> {
    if !appid.is_empty() && appid.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(appid);
    }
    Err(CredentialsError::new(format!(
        "the appid `{}` is no number",
        Safe(&appid)
    )))
}

fn checked(
    appid: String,
    secret_id: String,
    secret_key: Secret,
) -> Result<Credentials, CredentialsError> {
    let appid = check_appid(appid)?;
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
    if !plain(&secret_id) || secret_id.contains('&') {
        return Err(CredentialsError::new(
            "the secret id is empty or has characters that no secret id has",
        ));
    }
    if !plain(secret_key.expose()) {
        return Err(CredentialsError::new(
            "the secret key is empty or has characters that no secret key has",
        ));
    }
    Ok(Credentials {
        appid,
        secret_id,
        secret_key,
    })
}

/// Whether anybody but the owner may read a file.
#[cfg(unix)]
pub fn others_can_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path)
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o077 != 0)
}

/// Whether anybody but the owner may read a file; not known here.
#[cfg(not(unix))]
pub fn others_can_read(_: &Path) -> bool {
    false
}

fn read_key(path: &Path) -> Result<Secret, CredentialsError> {
    let shown = safe_path(path);
    if others_can_read(path) {
        return Err(CredentialsError {
            message: format!("the key file {shown} can be read by others"),
            hint: Some(format!("chmod 600 {shown}")),
        });
    }
    let mut text = String::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(MOST).read_to_string(&mut text))
        .map_err(|error| {
            CredentialsError::new(format!("could not read the key file {shown}: {error}"))
        })?;
    Ok(Secret::new(text.trim()))
}

/// What `credential_command` prints.
#[derive(Deserialize)]
struct Printed {
    appid: Option<serde_json::Value>,
    secret_id: String,
    secret_key: String,
    /// Unix seconds, or a time as RFC 3339 writes it.
    expires: Option<serde_json::Value>,
}

struct Fetched {
    credentials: Credentials,
    /// Unix seconds.
    expires: Option<u64>,
}

fn fetch(command: &str, appid: Option<&str>, limit: Duration) -> Result<Fetched, CredentialsError> {
    let output = run("credential_command", command, &[], limit).map_err(CredentialsError::new)?;
    // Neither the output nor the reason of the parser may be shown: both can hold the key.
    let printed: Printed = serde_json::from_str(&output).map_err(|_| {
        CredentialsError {
            message: "credential_command did not print the JSON that is expected".to_owned(),
            hint: Some(r#"print {"secret_id": "...", "secret_key": "...", "appid": "...", "expires": 1700000000}"#.to_owned()),
        }
    })?;
    let appid = match printed.appid {
        Some(serde_json::Value::String(text)) => text,
        Some(serde_json::Value::Number(number)) => number.to_string(),
        _ => appid
            .ok_or_else(|| {
                CredentialsError::new("neither credential_command nor the settings name an appid")
            })?
            .to_owned(),
    };
    let expires = match printed.expires {
        None | Some(serde_json::Value::Null) => None,
        Some(serde_json::Value::Number(number)) => number.as_u64(),
        Some(serde_json::Value::String(text)) => {
            let time = text.parse::<jiff::Timestamp>().map_err(|_| {
                CredentialsError::new("credential_command printed an expiry that is no time")
            })?;
            u64::try_from(time.as_second()).ok()
        }
        Some(_) => {
            return Err(CredentialsError::new(
                "credential_command printed an expiry that is no time",
            ));
        }
    };
    Ok(Fetched {
        credentials: checked(appid, printed.secret_id, Secret::new(printed.secret_key))?,
        expires,
    })
}

/// Signs with keys that a command fetched, and fetches again before they expire.
struct Fetching {
    appid: String,
    command: String,
    limit: Duration,
    fetched: Mutex<Fetched>,
}

impl Authorize for Fetching {
    fn appid(&self) -> &str {
        &self.appid
    }

    fn authorization(&self, ask: &Ask<'_>) -> Result<String, NoSignature> {
        let mut fetched = self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        if fetched
            .expires
            .is_some_and(|expires| expires <= ask.now.saturating_add(MARGIN))
        {
            *fetched = fetch(&self.command, Some(&self.appid), self.limit)
                .map_err(|error| NoSignature(error.message))?;
            if fetched.credentials.appid != self.appid {
                return Err(NoSignature(
                    "credential_command changed the appid in the middle of a run".to_owned(),
                ));
            }
        }
        fetched.credentials.authorization(ask)
    }
}

/// Asks a signing service for each signature.
struct Asking {
    appid: String,
    command: String,
    limit: Duration,
}

impl Authorize for Asking {
    fn appid(&self) -> &str {
        &self.appid
    }

    fn authorization(&self, ask: &Ask<'_>) -> Result<String, NoSignature> {
        let expires = match ask.uses {
            Uses::Until(time) => time,
            Uses::Once => 0,
        };
        let uses = match ask.uses {
            Uses::Until(_) => "multi",
            Uses::Once => "once",
        };
        let variables = [
            ("COSUP_SIGN_OP", ask.op.to_owned()),
            ("COSUP_SIGN_APPID", self.appid.clone()),
            ("COSUP_SIGN_BUCKET", ask.bucket.to_owned()),
            ("COSUP_SIGN_FILEID", ask.fileid.to_owned()),
            ("COSUP_SIGN_USES", uses.to_owned()),
            ("COSUP_SIGN_NOW", ask.now.to_string()),
            ("COSUP_SIGN_EXPIRES", expires.to_string()),
        ];
        let output =
            run("sign_command", &self.command, &variables, self.limit).map_err(NoSignature)?;
        let signature = output.trim();
        if signature.is_empty() || !signature.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(NoSignature(
                "sign_command did not print one Authorization and nothing else".to_owned(),
            ));
        }
        Ok(signature.to_owned())
    }
}

#[cfg(test)]
mod tests;
