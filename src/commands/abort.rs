//! `cosup abort`: forget unfinished uploads here, and with `--remote` at the server too.

use std::io::{IsTerminal, Write};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::attributes::is_partial;
use super::{Context, Server, around, which};
use crate::cli::AbortArgs;
use crate::destination;
use crate::event::{Event, UploadNo};
use crate::exit::{Exit, Failure, diagnose};
use crate::remote::{Kind, Listed, Remote, Target};
use crate::store::{Checkpoint, Entry, StoreError};
use crate::text::{safe, safe_path};

/// Runs the command.
pub(super) fn run(
    args: &AbortArgs,
    context: &Context,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<Exit> {
    let entries = chosen(args, context)?;
    if entries.is_empty() {
        if !context.settings.quiet && !context.settings.json {
            writeln!(out, "nothing to abort")?;
        }
        return Ok(Exit::Success);
    }
    if !args.yes && !confirmed(&entries, args.remote)? {
        return Err(Failure::new(Exit::Failed, "nothing was aborted").into());
    }
    let server = args.remote.then(|| Server::of(context)).transpose()?;
    let mut worst = Exit::Success;
    let several = entries.len() > 1;
    for entry in entries {
        let id = entry.id.clone();
        match abort(context, server.as_ref(), &entry) {
            Ok(what) if context.settings.json => {
                let data = serde_json::json!({"id": id.as_str(), "remote_dropped": what});
                writeln!(out, "{}", crate::progress::json::line("aborted", data))?;
            }
            Ok(_) if context.settings.quiet => {}
            Ok(true) => writeln!(out, "{id}  forgotten, and dropped at the server")?,
            Ok(false) => writeln!(out, "{id}  forgotten")?,
            Err(error) if !several => return Err(error),
            Err(error) => {
                let found = diagnose(&error);
                worst = worst.worse(found.exit);
                let message = format!("{id}: {}", found.message);
                let event = Event::Failed { message: &message };
                context.observer.event(UploadNo(0), &event);
            }
        }
    }
    Ok(worst)
}

fn chosen(args: &AbortArgs, context: &Context) -> anyhow::Result<Vec<Entry>> {
    if let Some(age) = args.older_than {
        let limit = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or(Duration::ZERO)
            .saturating_sub(age)
            .as_secs();
        let mut entries = which::all(context)?;
        entries.retain(|entry| {
            entry
                .checkpoint
                .as_ref()
                .is_ok_and(|checkpoint| checkpoint.updated <= limit)
        });
        return Ok(entries);
    }
    if args.all {
        return which::all(context);
    }
    which::named(context, &args.which).map_err(|error| unknown(args, error))
}

/// An upload without a checkpoint cannot be told from somebody else's, so it is never dropped.
fn unknown(args: &AbortArgs, error: anyhow::Error) -> anyhow::Error {
    let is_destination = |name: &std::ffi::OsString| {
        name.to_str()
            .is_some_and(|name| destination::parse(name).is_ok())
    };
    if args.remote && args.which.iter().any(is_destination) {
        let found = diagnose(&error);
        return Failure::new(found.exit, found.message)
            .hint(
                "an upload that this machine has no checkpoint of may be another's; to drop what the \
                 server holds of it anyway: cosup rm DEST",
            )
            .into();
    }
    error
}

/// Asks at a terminal; elsewhere the command itself is the answer.
fn confirmed(entries: &[Entry], remote: bool) -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Ok(true);
    }
    let mut err = std::io::stderr().lock();
    for entry in entries {
        if let Ok(checkpoint) = &entry.checkpoint {
            writeln!(err, "{}  {}", entry.id, safe_path(&checkpoint.source.path))?;
        }
    }
    let also = if remote {
        ", here and at the server"
    } else {
        ""
    };
    write!(err, "forget {} upload(s){also}? [y/N] ", entries.len())?;
    err.flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// Drops one upload; says whether the server had something to drop.
fn abort(context: &Context, server: Option<&Server>, entry: &Entry) -> anyhow::Result<bool> {
    let store =
        which::store(context).ok_or_else(|| Failure::config("the state directory is gone"))?;
    let lock = store.lock(&entry.id)?;
    let mut dropped = false;
    match (&entry.checkpoint, server) {
        (Ok(checkpoint), Some(server)) => dropped = drop_remote(context, server, checkpoint)?,
        (Err(StoreError::Newer { .. }), _) => {
            return Err(Failure::config(format!(
                "{}: written by a newer cosup; left alone",
                entry.id
            ))
            .into());
        }
        _ => {}
    }
    lock.remove()?;
    if let (Ok(checkpoint), Some(spool)) = (&entry.checkpoint, around::spool(context))
        && spool.owns(&checkpoint.source.path)
    {
        // The stream was kept for this upload alone.
        spool.remove(&checkpoint.source.path)?;
    }
    Ok(dropped)
}

/// Drops the server's session of a checkpoint, after making sure that it is unfinished and ours.
fn drop_remote(
    context: &Context,
    server: &Server,
    checkpoint: &Checkpoint,
) -> anyhow::Result<bool> {
    let target: Target = checkpoint.destination.target();
    let shown = safe(&target.to_string());
    if !server.holds(&checkpoint.destination) {
        return Err(Failure::config(format!(
            "{shown} is at {}, which is not the server of these settings",
            safe(&checkpoint.destination.endpoint)
        ))
        .into());
    }
    let remote = server.plain(context);
    let found = match remote.list(&target)? {
        Listed::Unfinished(found) => found,
        // A finished object is never removed, and nothing needs no removing.
        Listed::Complete(_) | Listed::Nothing => return Ok(false),
    };
    let ours = checkpoint
        .session
        .as_ref()
        .is_some_and(|session| session.id == found.session.id);
    let same_sha = found
        .sha
        .as_ref()
        .zip(crate::digest::Sha1Sum::from_hex(&checkpoint.source.sha1))
        .is_some_and(|(sha, sum)| crate::remote::same_sha(sha, sum));
    if !ours && !same_sha {
        return Err(Failure::new(
            Exit::Conflict,
            format!("{shown} has an unfinished upload that is not ours; left alone"),
        )
        .hint("to forget only the checkpoint: cosup abort without --remote")
        .into());
    }
    // A delete may take a finished object of that name along, and that is never ours to do.
    match remote.stat(&target) {
        Ok(stat) if !is_partial(&stat) => {
            return Err(Failure::new(
                Exit::Conflict,
                format!("{shown} has a finished object beside the unfinished upload; left alone"),
            )
            .hint(format!(
                "to forget only the checkpoint: cosup abort without --remote; \
                 to remove both, the object and the upload: cosup rm {shown}"
            ))
            .into());
        }
        Err(error) if error.kind != Kind::NotFound => return Err(error.into()),
        Ok(_) | Err(_) => {}
    }
    match remote.delete(&target) {
        Ok(()) => Ok(true),
        Err(error) if error.kind == Kind::NotFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}
