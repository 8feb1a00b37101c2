//! `cosup mkdir`: a directory, and those above it if asked.

use std::io::Write;

use serde_json::json;

use super::{Context, Server};
use crate::cli::MkdirArgs;
use crate::exit::{Exit, Failure};
use crate::progress::json::line;
use crate::remote::{Kind, Remote, RemoteError};
use crate::text::safe;

/// Makes the directory.
pub(super) fn run(
    args: &MkdirArgs,
    context: &Context,
    out: &mut dyn Write,
) -> anyhow::Result<Exit> {
    let server = Server::of(context)?;
    let remote = &server.plain(context);
    let mut dir = args.dir.0.clone();
    if dir.path == "/" {
        return Err(Failure::usage("a bucket cannot be made here")
            .hint("buckets are made in the console")
            .into());
    }
    if !dir.path.ends_with('/') {
        dir.path.push('/');
    }
    if args.parents {
        for parent in dir.parents() {
            made_or_there(remote.make_dir(&parent))?;
        }
        made_or_there(remote.make_dir(&dir))?;
    } else if let Err(error) = remote.make_dir(&dir) {
        return Err(match error.kind {
            Kind::DirExists => Failure::new(
                Exit::Failed,
                format!("{} exists already", safe(&dir.to_string())),
            )
            .hint("with -p that is no error")
            .into(),
            Kind::NotFound => Failure::new(
                Exit::Failed,
                format!("there is no directory above {}", safe(&dir.to_string())),
            )
            .hint("use -p to make it too")
            .into(),
            _ => anyhow::Error::new(error).context(dir.to_string()),
        });
    }
    if context.settings.json {
        writeln!(out, "{}", line("made", json!({"path": dir.to_string()})))?;
    }
    Ok(Exit::Success)
}

fn made_or_there(result: Result<(), RemoteError>) -> Result<(), RemoteError> {
    match result {
        Err(error) if error.kind != Kind::DirExists => Err(error),
        _ => Ok(()),
    }
}
