//! Which checkpoints are meant by ids, files and destinations.

use std::ffi::OsString;
use std::path::Path;

use super::Context;
use crate::destination;
use crate::exit::Failure;
use crate::store::{Checkpoint, Destination, Entry, Store, UploadId};
use crate::text::safe_path;

/// The store of the settings, if there is one yet.
pub(super) fn store(context: &Context) -> Option<Store> {
    context
        .settings
        .state_dir
        .as_deref()
        .and_then(Store::existing)
}

/// All checkpoints, oldest first.
pub(super) fn all(context: &Context) -> anyhow::Result<Vec<Entry>> {
    match store(context) {
        Some(store) => Ok(store.list()?),
        None => Ok(Vec::new()),
    }
}

/// Another unfinished upload known here that goes to the same object.
pub(super) fn rival(context: &Context, destination: &Destination, own: &UploadId) -> Option<Entry> {
    // Whoever asks has something to say without an answer too.
    all(context).ok()?.into_iter().find(|entry| {
        entry.id != *own
            && entry
                .checkpoint
                .as_ref()
                .is_ok_and(|checkpoint| checkpoint.destination == *destination)
    })
}

/// The checkpoints named, all of them when none is; a name that fits none is an error.
pub(super) fn named(context: &Context, names: &[OsString]) -> anyhow::Result<Vec<Entry>> {
    let mut entries = all(context)?;
    if names.is_empty() {
        return Ok(entries);
    }
    let mut chosen = Vec::new();
    for name in names {
        let (fit, rest): (Vec<_>, Vec<_>) =
            entries.into_iter().partition(|entry| fits(entry, name));
        entries = rest;
        if fit.is_empty() && !chosen.iter().any(|entry| fits(entry, name)) {
            return Err(Failure::usage(format!(
                "{}: no unfinished upload has this id, file or destination",
                safe_path(Path::new(name))
            ))
            .hint("to see them: cosup status")
            .into());
        }
        chosen.extend(fit);
    }
    chosen.sort_by_key(|entry| entry.checkpoint.as_ref().map_or(0, |c| c.created));
    Ok(chosen)
}

fn fits(entry: &Entry, name: &OsString) -> bool {
    if name.to_str().is_some_and(|name| entry.id.as_str() == name) {
        return true;
    }
    entry
        .checkpoint
        .as_ref()
        .is_ok_and(|checkpoint| is_file(checkpoint, name) || is_destination(checkpoint, name))
}

fn is_file(checkpoint: &Checkpoint, name: &OsString) -> bool {
    std::path::absolute(name).is_ok_and(|path| path == checkpoint.source.path)
}

fn is_destination(checkpoint: &Checkpoint, name: &OsString) -> bool {
    let target = name.to_str().and_then(|name| destination::parse(name).ok());
    target.is_some_and(|target| target == checkpoint.destination.target())
}
