//! `cosup rm`: one object or one empty directory, after a question.

use std::io::{BufRead, IsTerminal, Write, stderr, stdin};

use serde_json::json;

use anyhow::anyhow;

use super::{Context, Server, about};
use crate::cli::RmArgs;
use crate::exit::{Exit, Failure};
use crate::progress::json::line;
use crate::remote::{Kind, Listed, Remote, Target};
use crate::text::{Size, safe};

/// Removes it.
pub(super) fn run(args: &RmArgs, context: &Context, out: &mut dyn Write) -> anyhow::Result<Exit> {
    let target = args.path.0.clone();
    let shown = safe(&target.to_string());
    if target.path == "/" {
        return Err(
            Failure::usage(format!("{shown} is a bucket, which cosup never removes")).into(),
        );
    }
    let can_ask = stdin().is_terminal() && stderr().is_terminal();
    if !args.yes && !can_ask {
        return Err(
            Failure::usage(format!("nobody is there to confirm the removal of {shown}"))
                .hint("use --yes where no terminal is")
                .into(),
        );
    }
    let server = Server::of(context)?;
    let remote = server.plain(context);
    let what = what(&remote, &target)?;
    if !args.yes && !is_confirmed(&format!("remove {what} {shown}? [y/N] "))? {
        return Err(Failure::new(Exit::Failed, "nothing was removed").into());
    }
    match remote.delete(&target) {
        Ok(()) => {}
        // It was there just now: the answer to a first try got lost, or somebody else was quicker.
        Err(error) if error.kind == Kind::NotFound => {}
        Err(error) if error.kind == Kind::DirNotEmpty => {
            return Err(Failure::new(Exit::Failed, format!("{shown} is not empty"))
                .hint(format!("see what is in it: cosup ls -r {shown}"))
                .into());
        }
        Err(error) => return Err(anyhow!(error).context(target.to_string())),
    }
    if context.settings.json {
        writeln!(
            out,
            "{}",
            line("removed", json!({"path": target.to_string()}))
        )?;
    }
    Ok(Exit::Success)
}

/// What there is to remove, in words: an object, a directory, or what an unfinished upload left.
fn what(remote: &impl Remote, target: &Target) -> anyhow::Result<String> {
    let error = match remote.stat(target) {
        Ok(stat) if stat.is_dir => return Ok("the directory".to_owned()),
        Ok(stat) => {
            let object = || "the object".to_owned();
            return Ok(stat
                .file_len
                .map_or_else(object, |len| format!("{} of", Size(len))));
        }
        Err(error) if error.kind == Kind::NotFound && !target.path.ends_with('/') => error,
        Err(error) => return Err(about(error, target)),
    };
    match remote.list(target)? {
        Listed::Unfinished(_) => Ok("what the server holds of the unfinished upload of".to_owned()),
        Listed::Complete(_) => Ok("the object".to_owned()),
        Listed::Nothing => Err(about(error, target)),
    }
}

fn is_confirmed(question: &str) -> std::io::Result<bool> {
    let mut prompt = stderr().lock();
    prompt.write_all(question.as_bytes())?;
    prompt.flush()?;
    drop(prompt);
    let mut answer = String::new();
    stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
