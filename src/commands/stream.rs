//! `cosup put - DEST`: standard input, taken to its end before anything is sent.

use std::path::{Path, PathBuf};

use super::around::Around;
use super::{Context, Server, which};
use crate::cli::PutArgs;
use crate::event::{Event, UploadNo};
use crate::exit::{Exit, Failure};
use crate::remote::Target;
use crate::spool::{SpoolError, is_full};
use crate::store::UploadId;
use crate::text::{safe, safe_path};

/// Standard input as the source of an object.
pub(super) struct Stream<'a> {
    target: &'a Target,
    expected: Option<u64>,
}

/// Standard input, if that is what `sources` name.
pub(super) fn among<'a>(
    sources: &[PathBuf],
    args: &PutArgs,
    target: &'a Target,
) -> anyhow::Result<Option<Stream<'a>>> {
    let is_stdin = |path: &Path| path == Path::new("-");
    if !sources.iter().any(|source| is_stdin(source)) {
        return match args.expect_size {
            None => Ok(None),
            Some(_) => Err(Failure::usage("--expect-size is for standard input")
                .hint("name `-` as the source")
                .into()),
        };
    }
    let lists_too = args.files_from.as_deref().is_some_and(is_stdin);
    if sources.len() > 1 || lists_too {
        return Err(Failure::usage("standard input cannot be one of several sources").into());
    }
    if target.path.ends_with('/') {
        return Err(Failure::usage("standard input has no name of its own")
            .hint(format!(
                "name the object: {}NAME",
                safe(&target.to_string())
            ))
            .into());
    }
    if args.run.dry_run {
        return Err(Failure::usage(
            "what would be done with standard input shows only when it is read",
        )
        .into());
    }
    Ok(Some(Stream {
        target,
        expected: args.expect_size,
    }))
}

impl Stream<'_> {
    /// Takes it, and gives the file that holds it.
    pub(super) fn take(
        &self,
        context: &Context,
        around: &Around<'_>,
        server: &Server,
    ) -> anyhow::Result<PathBuf> {
        let spool = around.spool().ok_or_else(|| {
            Failure::config("standard input cannot be kept: no HOME, no --state-dir")
                .hint("name a directory with --state-dir or COSUP_STATE_DIR")
        })?;
        let id = UploadId::of(&server.destination(self.target), Path::new("-"));
        let taken = spool.take(
            id.as_str(),
            std::io::stdin(),
            self.expected,
            &context.cancel,
            &mut |_| (),
        );
        taken.map_err(|error| self.failure(context, &error).into())
    }

    fn failure(&self, context: &Context, error: &SpoolError) -> Failure {
        let message = safe(&error.to_string());
        let dest = safe(&self.target.to_string());
        match error {
            SpoolError::Pending(path) => {
                Failure::new(Exit::Conflict, message).hint(if has_checkpoint(context, path) {
                    format!("to send it: cosup resume {dest}; to give it up: cosup abort {dest}")
                } else {
                    let path = safe_path(path);
                    format!("to send it: cosup put {path} {dest}; to give it up, remove it")
                })
            }
            SpoolError::Busy => Failure::new(Exit::Busy, message),
            SpoolError::Empty => {
                Failure::source(message).hint("if it is meant to be empty: --expect-size 0")
            }
            SpoolError::Short { .. } | SpoolError::Long { .. } | SpoolError::Read(_) => {
                Failure::source(message).hint("nothing was sent")
            }
            SpoolError::Keep(_, error) if is_full(error) => Failure::new(Exit::Failed, message)
                .hint("the whole stream must fit; name a larger --state-dir"),
            SpoolError::Keep(..) => Failure::new(Exit::Failed, message),
            SpoolError::Stopped => {
                let exit = context.cancel.reason().map_or(Exit::TryAgain, Exit::from);
                Failure::new(exit, message).hint("nothing was sent")
            }
        }
    }

    /// Says where the stream is when no checkpoint remembers it.
    pub(super) fn mind(&self, context: &Context, sources: &[PathBuf]) {
        for path in sources {
            if path.exists() && !has_checkpoint(context, path) {
                let message = format!(
                    "the stream is kept; to send it: cosup put {} {}",
                    safe_path(path),
                    safe(&self.target.to_string())
                );
                let event = Event::Warning(&message);
                context.observer.event(UploadNo(0), &event);
            }
        }
    }
}

fn has_checkpoint(context: &Context, source: &Path) -> bool {
    which::all(context).is_ok_and(|entries| {
        entries.iter().any(|entry| {
            entry
                .checkpoint
                .as_ref()
                .is_ok_and(|checkpoint| checkpoint.source.path == source)
        })
    })
}
