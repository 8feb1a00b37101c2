//! `cosup parts`: which slices the server holds of an upload.

use std::io::Write;
use std::ops::Range;
use std::path::Path;

use anyhow::Context as _;
use serde_json::json;

use super::{Context, Server, which};
use crate::cli::PartsArgs;
use crate::destination;
use crate::exit::{Exit, Failure};
use crate::progress::{map, percent};
use crate::remote::{Listed, Location, Remote, Target, Unfinished};
use crate::slice::{Grid, SliceSet};
use crate::text::{Size, safe, safe_path};

/// The most cells of the one-line map.
const MAP: usize = 64;

/// Runs the command.
pub(super) fn run(
    args: &PartsArgs,
    context: &Context,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<Exit> {
    let target = target(args, context)?;
    let server = Server::of(context)?;
    let listed = server
        .plain(context)
        .list(&target)
        .with_context(|| target.to_string())?;
    let json = context.settings.json;
    match &listed {
        Listed::Nothing => {
            return Err(Failure::new(
                Exit::Failed,
                format!(
                    "{}: nothing there, finished or unfinished",
                    safe(&target.to_string())
                ),
            )
            .into());
        }
        Listed::Complete(location) if json => {
            let data = json!({
                "path": target.to_string(),
                "state": "complete",
                "access_url": location.access_url,
                "source_url": location.source_url,
                "url": location.url,
                "resource_path": location.resource_path,
            });
            writeln!(out, "{}", crate::progress::json::line("parts", data))?;
        }
        Listed::Complete(location) => complete(&target, location, out)?,
        Listed::Unfinished(found) => {
            let cut = Cut::of(found)?;
            if json {
                writeln!(
                    out,
                    "{}",
                    crate::progress::json::line("parts", cut.json(&target))
                )?;
            } else {
                cut.table(&target, out, context.settings.terminal.unicode)?;
            }
        }
    }
    Ok(Exit::Success)
}

/// The object named, directly or by a local file with a checkpoint.
fn target(args: &PartsArgs, context: &Context) -> anyhow::Result<Target> {
    let path = Path::new(&args.path);
    let entries = which::all(context)?;
    let absolute = std::path::absolute(path).ok();
    let known = entries
        .iter()
        .filter_map(|entry| entry.checkpoint.as_ref().ok())
        .find(|checkpoint| Some(&checkpoint.source.path) == absolute.as_ref());
    if let Some(checkpoint) = known {
        return Ok(checkpoint.destination.target());
    }
    let parsed = args.path.to_str().map(destination::parse);
    match parsed {
        Some(Ok(target)) if target.path.ends_with('/') => Err(Failure::usage(format!(
            "{}: is a directory; name the object",
            safe_path(path)
        ))
        .into()),
        Some(Ok(target)) => Ok(target),
        _ if path.exists() => Err(Failure::usage(format!(
            "{}: no unfinished upload of this file is known here",
            safe_path(path)
        ))
        .hint("name the object: cosup parts /bucket/path")
        .into()),
        Some(Err(error)) => Err(error.into()),
        None => Err(Failure::usage("the path is not UTF-8").into()),
    }
}

fn complete(
    target: &Target,
    location: &Location,
    out: &mut (dyn Write + Send),
) -> std::io::Result<()> {
    writeln!(out, "{}: complete", safe(&target.to_string()))?;
    for (name, url) in [
        ("access_url", &location.access_url),
        ("source_url", &location.source_url),
        ("url", &location.url),
        ("resource_path", &location.resource_path),
    ] {
        if let Some(url) = url {
            writeln!(out, "  {name:<14}{}", safe(url))?;
        }
    }
    Ok(())
}

/// An unfinished upload, cut as the server says.
struct Cut<'a> {
    found: &'a Unfinished,
    grid: Grid,
    held: SliceSet,
    stray: usize,
}

impl<'a> Cut<'a> {
    fn of(found: &'a Unfinished) -> anyhow::Result<Self> {
        let grid = found
            .file_len
            .zip(found.session.slice_size)
            .and_then(|(len, size)| Grid::new(len, size))
            .ok_or_else(|| {
                Failure::new(
                    Exit::Failed,
                    "the server names no file size or no slice size for this upload",
                )
            })?;
        let held: SliceSet = found
            .parts
            .iter()
            .filter_map(|part| grid.exact(part.offset, part.len))
            .map(|slice| slice.index)
            .collect();
        let stray = found
            .parts
            .iter()
            .filter(|part| grid.exact(part.offset, part.len).is_none())
            .count();
        Ok(Self {
            found,
            grid,
            held,
            stray,
        })
    }

    /// Whole per cent, rounded down, so that 100 means all.
    fn percent(&self) -> u64 {
        let (held, len) = (self.held.bytes(&self.grid), self.grid.file_len());
        percent(held, len, held == len)
    }

    fn table(
        &self,
        target: &Target,
        out: &mut (dyn Write + Send),
        unicode: bool,
    ) -> std::io::Result<()> {
        let grid = &self.grid;
        writeln!(out, "{}: unfinished", safe(&target.to_string()))?;
        writeln!(out, "  session     {}", safe(&self.found.session.id))?;
        let sha = self.found.sha.as_deref().unwrap_or("none given");
        writeln!(out, "  sha1        {}", safe(sha))?;
        let len = grid.file_len();
        writeln!(out, "  file size   {len} bytes ({})", Size(len))?;
        writeln!(out, "  slice size  {} bytes", grid.slice_size())?;
        writeln!(
            out,
            "  held        {} of {} slices, {} of {len} bytes, {} %",
            self.held.len(),
            grid.count(),
            self.held.bytes(grid),
            self.percent(),
        )?;
        if self.stray > 0 {
            writeln!(out, "  stray       {} pieces that fit no slice", self.stray)?;
        }
        writeln!(out, "  [{}]", map(grid, &self.held, unicode))?;
        writeln!(
            out,
            "  {:>13}  {:>14}  {:>13}  state",
            "slices", "offset", "length"
        )?;
        let mut at = 0;
        for run in self.held.runs() {
            self.row(at..run.start, "missing", out)?;
            self.row(run.clone(), "held", out)?;
            at = run.end;
        }
        self.row(at..grid.count(), "missing", out)
    }

    /// One line for neighbours in the same state.
    fn row(
        &self,
        run: Range<u64>,
        state: &str,
        out: &mut (dyn Write + Send),
    ) -> std::io::Result<()> {
        let Some(last) = run.end.checked_sub(1).filter(|last| *last >= run.start) else {
            return Ok(());
        };
        let grid = &self.grid;
        let offset = run.start * grid.slice_size();
        let len = (run.end * grid.slice_size()).min(grid.file_len()) - offset;
        let slices = if run.start == last {
            last.to_string()
        } else {
            format!("{}-{last}", run.start)
        };
        writeln!(out, "  {slices:>13}  {offset:>14}  {len:>13}  {state}")
    }

    fn json(&self, target: &Target) -> serde_json::Value {
        let runs: Vec<_> = self
            .held
            .runs()
            .iter()
            .map(|run| json!([run.start, run.end]))
            .collect();
        json!({
            "path": target.to_string(),
            "state": "unfinished",
            "session": self.found.session.id,
            "sha1": self.found.sha,
            "file_size": self.grid.file_len(),
            "slice_size": self.grid.slice_size(),
            "slices": self.grid.count(),
            "slices_held": self.held.len(),
            "bytes_held": self.held.bytes(&self.grid),
            "held": runs,
            "stray": self.stray,
        })
    }
}

/// The file as one line: held, partly held, missing.
pub(super) fn map(grid: &Grid, held: &SliceSet, unicode: bool) -> String {
    let width = usize::try_from(grid.count()).map_or(MAP, |count| count.min(MAP));
    let none = SliceSet::default();
    map::text(&map::cells(grid, held, &none, &none, width), unicode)
}
