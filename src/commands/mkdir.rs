//! `cosup mkdir`: a directory, and those above it if asked.

use std::io::Write;

use serde_json::json;

use super::{Context, Server};
use crate::cli::MkdirArgs;
use crate::exit::{Exit, Failure};
use crate::progress::json::line;
use crate::remote::{Kind, Remote, RemoteError, Target};
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
    }
    if let Err(error) = remote.make_dir(&dir) {
        if let Some(file) = file_in_the_way(remote, &dir) {
            return Err(in_the_way(&file, &dir).into());
        }
        if !args.parents {
            return Err(refused(error, &dir));
        }
        made_or_there(Err(error))?;
    }
    if context.settings.json {
        writeln!(out, "{}", line("made", json!({"path": dir.to_string()})))?;
    }
    Ok(Exit::Success)
}

/// What a directory without `-p` comes to.
fn refused(error: RemoteError, dir: &Target) -> anyhow::Error {
    match error.kind {
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
    }
}

fn made_or_there(result: Result<(), RemoteError>) -> Result<(), RemoteError> {
    match result {
        Err(error) if error.kind != Kind::DirExists => Err(error),
        _ => Ok(()),
    }
}

/// The object that has the name of the directory, or of one above it. Whatever goes wrong with the
/// question, the answer to the request itself says more.
fn file_in_the_way(remote: &dyn Remote, dir: &Target) -> Option<Target> {
    let mut above = dir.parents();
    above.push(dir.clone());
    above.into_iter().find_map(|mut target| {
        target.path.pop();
        let is_file = remote.stat(&target).is_ok_and(|stat| !stat.is_dir);
        is_file.then_some(target)
    })
}

fn in_the_way(file: &Target, dir: &Target) -> Failure {
    Failure::new(
        Exit::Failed,
        format!(
            "cannot make {}: {} is a file",
            safe(&dir.to_string()),
            safe(&file.to_string())
        ),
    )
}
