//! `cosup emulator`: a local COS v4 server in the foreground, until it is told to stop.

use std::io::Write;
use std::time::Duration;

use serde_json::json;

use super::accounts::{Named, accounts};
use crate::cancel::Cancel;
use crate::cli::EmulatorArgs;
use crate::emulator::{Config, Emulator, RootInUse};
use crate::exit::{Exit, Failure};
use crate::progress::json::line;
use crate::sign::{Credentials, Secret};
use crate::text::safe;

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
    let named = Named {
        appid: surrounding.appid.as_deref(),
        secret_id: args.secret_id.as_deref(),
        secret_key: surrounding.secret_key.as_ref(),
    };
    let accounts = accounts(args.accounts.as_deref(), &named)?;
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
    let emulator = start(config(args, surrounding, accounts))?;
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

/// Starts an emulator; one whose root another emulator holds fails as busy.
pub(super) fn start(config: Config) -> anyhow::Result<Emulator> {
    Emulator::start(config).map_err(|error| match error.downcast_ref::<RootInUse>() {
        Some(in_use) => Failure::new(Exit::Busy, safe(&in_use.to_string()))
            .hint("stop it, or name another directory")
            .into(),
        None => error,
    })
}
