//! `cosup emulator`: a local COS v4 server in the foreground, until it is told to stop.

use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use clap::builder::BoolishValueParser;
use clap::{ArgAction, Args, ValueHint};
use serde::Deserialize;
use serde_json::json;

use crate::cancel::Cancel;
use crate::emulator::{Config, Emulator, Fault};
use crate::sign::{Credentials, Secret};

/// Run a local COS v4 server for trying things out and for tests
#[derive(Debug, Clone, Args)]
#[command(before_long_help = "\
Examples:
  cosup emulator --root ./objects
  cosup emulator --listen 127.0.0.1:0 --root ./objects --json
  cosup emulator --fault op=upload_slice_data,nth=3,code=-5997
")]
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
        env = "COSUP_BUCKET",
        hide_env_values = true,
        value_name = "NAME"
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
    /// Refuse slices out of turn where one at a time was asked for
    #[arg(long, env = "COSUP_STRICT_SERIAL", hide_env_values = true, action = ArgAction::SetTrue, value_parser = BoolishValueParser::new())]
    pub strict_serial: bool,
    /// Forget unfinished uploads after this time without a slice
    #[arg(long, env = "COSUP_SESSION_TTL", hide_env_values = true, value_name = "TIME", default_value = "24h", value_parser = duration)]
    pub session_ttl: Duration,
    /// Close connections that are silent for this long
    #[arg(long, env = "COSUP_IDLE_TIMEOUT", hide_env_values = true, value_name = "TIME", default_value = "60s", value_parser = duration)]
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

/// What the command takes from outside its own arguments.
#[derive(Debug, Clone, Default)]
pub struct Surrounding {
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
pub fn run(
    args: &EmulatorArgs,
    surrounding: &Surrounding,
    cancel: &Cancel,
    out: &mut dyn Write,
    warn: &mut dyn FnMut(&str),
) -> anyhow::Result<()> {
    let accounts = accounts(args, surrounding)?;
    if !args.listen.ip().is_loopback() {
        warn(&format!(
            "warning: {} can be reached from other machines",
            args.listen
        ));
        if accounts.contains(&Config::demo_credentials()) {
            warn(
                "warning: everybody knows the demo credentials; use --accounts or COSUP_SECRET_KEY",
            );
        }
    }
    let emulator = Emulator::start(config(args, surrounding, accounts))?;
    if surrounding.json {
        let ready = json!({
            "event": "ready",
            "version": 1,
            "endpoint": emulator.endpoint(),
            "root": args.root,
        });
        writeln!(out, "{ready}")?;
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

/// The accounts: those of the file, the one that was named, or the demo one.
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
        .with_context(|| format!("cannot read {shown}"))?
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

/// `250ms`, `90s`, `15m`, `24h`, `7d`.
fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let millis = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err("a time is written like 90s, 15m, 24h or 7d".to_owned()),
    };
    number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(millis))
        .map(Duration::from_millis)
        .ok_or_else(|| "a time is written like 90s, 15m, 24h or 7d".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(duration("24h"), Ok(Duration::from_secs(86_400)));
        for text in ["", "5", "h", "1y", "-1s", "99999999999999999999d"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
