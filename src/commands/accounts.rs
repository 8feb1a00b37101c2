//! The accounts that an emulator knows: from a file, from the environment, or the demo one.

use std::collections::HashSet;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde::Deserialize;

use super::quoted;
use crate::emulator::Config;
use crate::exit::Failure;
use crate::sign::{Credentials, Secret};
use crate::text::{safe, safe_path};

/// One account, where its parts were named outside of a file.
pub(super) struct Named<'a> {
    /// The account's number.
    pub(super) appid: Option<&'a str>,
    /// The id of its key.
    pub(super) secret_id: Option<&'a str>,
    /// The key.
    pub(super) secret_key: Option<&'a Secret>,
}

/// The accounts: those of the file, the one that was named, or the demo one, be it under another
/// appid. Fails as wrong configuration where they say less, or more, than an emulator can go by.
pub(super) fn accounts(
    file: Option<&Path>,
    named: &Named<'_>,
) -> Result<Vec<Credentials>, Failure> {
    let mut accounts = match file {
        Some(path) => read(path)?,
        None => Vec::new(),
    };
    // As everywhere, a variable that is empty counts as one that is not set.
    let appid = named.appid.filter(|appid| !appid.is_empty());
    let secret_id = named.secret_id.filter(|id| !id.is_empty());
    match (appid, secret_id, named.secret_key) {
        (Some(appid), Some(secret_id), Some(secret_key)) => accounts.push(Credentials {
            appid: appid.to_owned(),
            secret_id: secret_id.to_owned(),
            secret_key: secret_key.clone(),
        }),
        (Some(appid), None, None) if file.is_none() => accounts.push(Credentials {
            appid: appid.to_owned(),
            ..Config::demo_credentials()
        }),
        (_, None, None) => {}
        _ => {
            return Err(Failure::config("only half of the credentials is given")
                .hint("give --appid, --secret-id and COSUP_SECRET_KEY, or none of them"));
        }
    }
    if accounts.is_empty() {
        accounts.push(Config::demo_credentials());
    }
    // One id has one key: which of two would be meant?
    let mut known = HashSet::new();
    for account in &accounts {
        if !known.insert(account.secret_id.as_str()) {
            let id = safe(&account.secret_id);
            return Err(
                Failure::config(format!("two accounts have the secret id {id}"))
                    .hint("give each account a secret_id of its own"),
            );
        }
    }
    Ok(accounts)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountsFile {
    account: Vec<Account>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    appid: String,
    secret_id: String,
    secret_key: String,
}

impl Account {
    /// The first of its members that says nothing.
    fn empty(&self) -> Option<&'static str> {
        let members = [
            ("appid", &self.appid),
            ("secret_id", &self.secret_id),
            ("secret_key", &self.secret_key),
        ];
        let empty = members.iter().find(|(_, text)| text.trim().is_empty());
        empty.map(|(name, _)| *name)
    }
}

/// The accounts in a file, at least one, each with all it needs.
fn read(path: &Path) -> Result<Vec<Credentials>, Failure> {
    const SHAPE: &str = "write [[account]] tables with appid, secret_id and secret_key";
    let shown = safe_path(path);
    let unreadable =
        |error: std::io::Error| Failure::config(format!("cannot read {shown}: {error}"));
    let mode = path.metadata().map_err(unreadable)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(
            Failure::config(format!("others can read the keys in {shown}"))
                .hint("make it yours alone")
                .command(format!("chmod 600 {}", quoted(&shown))),
        );
    }
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    // The parser's own message would show the line, and with it a key.
    let file: AccountsFile = toml::from_str(&text)
        .map_err(|_| Failure::config(format!("{shown} is no list of accounts")).hint(SHAPE))?;
    if file.account.is_empty() {
        return Err(Failure::config(format!("{shown} lists no account")).hint(SHAPE));
    }
    for (index, account) in file.account.iter().enumerate() {
        if let Some(member) = account.empty() {
            let (no, total) = (index + 1, file.account.len());
            let message = format!("{shown}: {member} is empty in account {no} of {total}");
            return Err(Failure::config(message).hint(SHAPE));
        }
    }
    let credentials = |account: Account| Credentials {
        appid: account.appid,
        secret_id: account.secret_id,
        secret_key: Secret::new(account.secret_key),
    };
    Ok(file.account.into_iter().map(credentials).collect())
}
