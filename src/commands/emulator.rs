//! `cosup emulator`: a local COS v4 server in the foreground, until it is told to stop.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use serde::Deserialize;
use serde_json::json;

use crate::cancel::Cancel;
use crate::cli::EmulatorArgs;
use crate::emulator::{Config, Emulator};
use crate::exit::Failure;
use crate::progress::json::line;
use crate::sign::{Credentials, Secret};
use crate::text::safe_path;

/// What the command takes from outside its own arguments.
#[derive(Debug, Clone, Default)]
pub(super) struct Surrounding {
    /// The account's number.
    pub appid: Option<String>,
    /// The key that belongs to the secret id.
    pub secret_key: Option<Secret>,
    /// The region in URLs.
    pub region: Option<String>,
    /// Whether results are JSON, one object a line.
    pub json: bool,
}

/// Runs the emulator until `cancel` says to stop. The only line on `out` is the address, once it can
/// be used; `warn` takes what a person should know.
pub(super) fn run(
    args: &EmulatorArgs,
    surrounding: &Surrounding,
    cancel: &Cancel,
    out: &mut dyn Write,
    warn: &mut dyn FnMut(&str),
) -> anyhow::Result<()> {
    let accounts = accounts(args, surrounding)?;
    if !args.listen.ip().is_loopback() {
        warn(&format!(
            "{} can be reached from other machines",
            args.listen
        ));
        let known = Config::demo_credentials().secret_key;
        if accounts.iter().any(|account| account.secret_key == known) {
            warn("everybody knows the demo credentials; use --accounts or COSUP_SECRET_KEY");
        }
    }
    let emulator = Emulator::start(config(args, surrounding, accounts))?;
    if surrounding.json {
        let ready = json!({"endpoint": emulator.endpoint(), "root": args.root});
        writeln!(out, "{}", line("ready", ready))?;
    } else {
        writeln!(out, "{}", emulator.endpoint())?;
    }
    out.flush()?;
    while !cancel.sleep(Duration::from_secs(3600)) {}
    emulator.stop();
    Ok(())
}

fn config(args: &EmulatorArgs, surrounding: &Surrounding, accounts: Vec<Credentials>) -> Config {
    let buckets = (!args.bucket.is_empty()).then(|| args.bucket.clone());
    let quiet = Config::new(&args.root);
    Config {
        listen: args.listen,
        accounts,
        region: surrounding.region.clone().unwrap_or(quiet.region),
        buckets,
        require_dirs: args.require_dirs,
        require_parts: args.require_parts,
        serial: args.serial,
        strict_serial: args.strict_serial,
        session_ttl: args.session_ttl,
        fsync: args.fsync,
        journal: args.journal,
        journal_room: if args.journal { quiet.journal_room } else { 0 },
        idle: args.idle_timeout,
        faults: args.fault.clone(),
        root: quiet.root,
    }
}

/// The accounts: those of the file, the one that was named, or the demo one, be it under another
/// appid.
fn accounts(args: &EmulatorArgs, surrounding: &Surrounding) -> anyhow::Result<Vec<Credentials>> {
    let mut accounts = match &args.accounts {
        Some(path) => read_accounts(path)?,
        None => Vec::new(),
    };
    match (&surrounding.appid, &args.secret_id, &surrounding.secret_key) {
        (Some(appid), Some(secret_id), Some(secret_key)) => accounts.push(Credentials {
            appid: appid.clone(),
            secret_id: secret_id.clone(),
            secret_key: secret_key.clone(),
        }),
        (Some(appid), None, None) if args.accounts.is_none() => accounts.push(Credentials {
            appid: appid.clone(),
            ..Config::demo_credentials()
        }),
        (_, None, None) => {}
        _ => bail!(
            "only half of the credentials is given\ngive --appid, --secret-id and COSUP_SECRET_KEY, or none of them"
        ),
    }
    if accounts.is_empty() {
        accounts.push(Config::demo_credentials());
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

fn read_accounts(path: &Path) -> anyhow::Result<Vec<Credentials>> {
    let shown = path.display();
    let mode = path
        .metadata()
        .map_err(|error| Failure::config(format!("cannot read {}: {error}", safe_path(path))))?
        .permissions()
        .mode();
    if mode & 0o077 != 0 {
        bail!("others can read the keys in {shown}\nrun: chmod 600 {shown}");
    }
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
    // The parser's own message would show the line, and with it a key.
    let file: AccountsFile = toml::from_str(&text).map_err(|_| {
        anyhow::anyhow!(
            "{shown} is no list of accounts\nwrite [[account]] tables with appid, secret_id and secret_key"
        )
    })?;
    let credentials = |account: Account| Credentials {
        appid: account.appid,
        secret_id: account.secret_id,
        secret_key: Secret::new(account.secret_key),
    };
    Ok(file.account.into_iter().map(credentials).collect())
}
