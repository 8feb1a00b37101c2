//! `cosup ls`: what is in a directory, page by page, and below it if asked.

use std::collections::HashSet;
use std::io::Write;

use anyhow::bail;
use jiff::tz::TimeZone;

use super::attributes::{Form, fields, moment, sum};
use super::{Context, Server, about};
use crate::cancel::Cancel;
use crate::cli::LsArgs;
use crate::exit::Exit;
use crate::progress::json;
use crate::remote::{Remote, Stat, Target};
use crate::text::safe;

/// Lists the directory.
pub(super) fn run(args: &LsArgs, context: &Context, out: &mut dyn Write) -> anyhow::Result<Exit> {
    let server = Server::of(context)?;
    let remote = &server.plain(context);
    let form = Form::from(context.settings.json);
    let mut root = args.dir.0.clone();
    if !root.path.ends_with('/') {
        root.path.push('/');
    }
    let lister = Lister {
        remote,
        cancel: &context.cancel,
        form,
        long: args.long,
        zone: TimeZone::system(),
        root,
    };
    // Directories still to be listed, the next one last, so that each stands before its neighbours.
    let mut waiting = vec![lister.root.clone()];
    while let Some(dir) = waiting.pop() {
        let mut below = lister.list(&dir, out)?;
        if args.recursive {
            below.reverse();
            waiting.append(&mut below);
        }
        if let Some(stop) = context.cancel.reason() {
            return Ok(stop.into());
        }
    }
    Ok(Exit::Success)
}

struct Lister<'a> {
    remote: &'a dyn Remote,
    cancel: &'a Cancel,
    form: Form,
    long: bool,
    zone: TimeZone,
    root: Target,
}

impl Lister<'_> {
    /// Writes what is in `dir` and gives the directories among it.
    fn list(&self, dir: &Target, out: &mut dyn Write) -> anyhow::Result<Vec<Target>> {
        let mut below = Vec::new();
        let mut context = String::new();
        let mut seen = HashSet::new();
        loop {
            let page = self
                .remote
                .list_dir(dir, &context)
                .map_err(|error| about(error, dir))?;
            for (name, stat) in &page.entries {
                let path = format!("{}{name}", dir.path);
                self.write(&path, stat, out)?;
                // A name that leads nowhere deeper would be listed for ever.
                if stat.is_dir && !name.trim_matches('/').is_empty() {
                    below.push(Target {
                        bucket: dir.bucket.clone(),
                        path,
                    });
                }
            }
            match page.next {
                None => return Ok(below),
                Some(next) if !seen.insert(next.clone()) => {
                    bail!("the server sends the same page of {dir} again and again")
                }
                Some(next) => context = next,
            }
            if self.cancel.is_stopped() {
                return Ok(below);
            }
        }
    }

    fn write(&self, path: &str, stat: &Stat, out: &mut dyn Write) -> anyhow::Result<()> {
        let shown = path.strip_prefix(&self.root.path).unwrap_or(path);
        match (self.form, self.long) {
            (Form::Json, _) => {
                let whole = format!("/{}{path}", self.root.bucket);
                writeln!(out, "{}", json::line("entry", fields(&whole, stat)))?;
            }
            (Form::Text, false) => writeln!(out, "{}", safe(shown))?,
            (Form::Text, true) => {
                let size = stat.file_len.filter(|_| !stat.is_dir);
                writeln!(
                    out,
                    "{:>14}  {:<16}  {:<40}  {}",
                    size.map_or_else(|| "-".to_owned(), |bytes| bytes.to_string()),
                    moment(stat.modified.or(stat.created), &self.zone),
                    safe(sum(stat).unwrap_or("-")),
                    safe(shown)
                )?;
            }
        }
        Ok(())
    }
}
