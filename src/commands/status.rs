//! `cosup status`: the unfinished uploads that this machine knows of.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;

use super::parts::map;
use super::{Context, which};
use crate::cli::StatusArgs;
use crate::exit::Exit;
use crate::slice::{Grid, SliceSet};
use crate::source::Source;
use crate::store::{Checkpoint, Entry};
use crate::text::{Size, Span, safe, safe_path};

/// How often `--watch` looks again.
const EVERY: Duration = Duration::from_secs(1);

/// Runs the command.
pub(super) fn run(
    args: &StatusArgs,
    context: &Context,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<Exit> {
    loop {
        if args.watch && context.settings.terminal.stdout && !context.settings.json {
            // Home, and clear what was drawn before.
            write!(out, "\x1b[H\x1b[J")?;
        }
        show(context, out)?;
        out.flush()?;
        if !args.watch || context.cancel.sleep(EVERY) {
            return Ok(Exit::Success);
        }
    }
}

fn show(context: &Context, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let entries = which::all(context)?;
    if entries.is_empty() && !context.settings.json {
        writeln!(out, "no unfinished uploads")?;
    }
    for entry in &entries {
        match &entry.checkpoint {
            Ok(checkpoint) if context.settings.json => {
                let line = crate::progress::json::line("upload", as_json(entry, checkpoint));
                writeln!(out, "{line}")?;
            }
            Ok(checkpoint) => paragraph(entry, checkpoint, out, context.settings.terminal.unicode)?,
            Err(error) if context.settings.json => {
                let data = json!({"id": entry.id.as_str(), "unreadable": error.to_string()});
                writeln!(out, "{}", crate::progress::json::line("upload", data))?;
            }
            Err(error) => writeln!(
                out,
                "{}  unreadable: {}",
                entry.id,
                safe(&error.to_string())
            )?,
        }
    }
    Ok(())
}

/// Whether the local file is still the one of the checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FileState {
    Same,
    Touched,
    Changed,
    Missing,
}

impl FileState {
    fn of(checkpoint: &Checkpoint) -> Self {
        match Source::open(&checkpoint.source.path) {
            Err(_) => Self::Missing,
            Ok(source) if source.stamp() == checkpoint.source.stamp => Self::Same,
            Ok(source) if source.len() == checkpoint.source.stamp.len => Self::Touched,
            Ok(_) => Self::Changed,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Same => "unchanged",
            Self::Touched => "touched",
            Self::Changed => "changed",
            Self::Missing => "missing",
        }
    }

    fn sentence(self) -> &'static str {
        match self {
            Self::Same => "the file is unchanged",
            Self::Touched => "the file was touched; it will be read again before going on",
            Self::Changed => "the file has another length now; it cannot go on",
            Self::Missing => "the file is missing or cannot be read",
        }
    }
}

fn held(checkpoint: &Checkpoint) -> Option<(Grid, SliceSet)> {
    let session = checkpoint.session.as_ref()?;
    let grid = Grid::new(checkpoint.source.stamp.len, session.slice_size)?;
    Some((grid, session.held()))
}

fn age(since: u64) -> Duration {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |now| now.as_secs());
    Duration::from_secs(now.saturating_sub(since))
}

fn paragraph(
    entry: &Entry,
    checkpoint: &Checkpoint,
    out: &mut (dyn Write + Send),
    unicode: bool,
) -> std::io::Result<()> {
    let file = FileState::of(checkpoint);
    let cannot_go_on = matches!(file, FileState::Changed | FileState::Missing);
    let state = match (entry.holder, &checkpoint.last_error) {
        (Some(0), _) => "running".to_owned(),
        (Some(pid), _) => format!("running (pid {pid})"),
        (None, Some(why)) => format!("stopped: {}", safe(why)),
        (None, None) if cannot_go_on => format!("stopped: {}", file.sentence()),
        (None, None) => "paused".to_owned(),
    };
    let total = checkpoint.source.stamp.len;
    let dest = checkpoint.destination.target().to_string();
    writeln!(
        out,
        "{}  {} -> {}",
        entry.id,
        safe_path(&checkpoint.source.path),
        safe(&dest)
    )?;
    let (bytes, line) = match held(checkpoint) {
        Some((grid, set)) => (set.bytes(&grid), Some(map(&grid, &set, unicode))),
        None => (0, None),
    };
    let percent = (bytes * 100).checked_div(total).unwrap_or(0);
    writeln!(
        out,
        "  {state}\n  {} of {} held ({percent} %), begun {} ago, last moved {} ago",
        Size(bytes),
        Size(total),
        Span(age(checkpoint.created)),
        Span(age(checkpoint.updated)),
    )?;
    if let Some(line) = line {
        writeln!(out, "  [{line}]")?;
    }
    if file != FileState::Same && !state.ends_with(file.sentence()) {
        writeln!(out, "  {}", file.sentence())?;
    }
    Ok(())
}

fn as_json(entry: &Entry, checkpoint: &Checkpoint) -> serde_json::Value {
    let set = held(checkpoint);
    let runs: Vec<_> = set
        .iter()
        .flat_map(|(_, held)| held.runs())
        .map(|run| json!([run.start, run.end]))
        .collect();
    json!({
        "id": entry.id.as_str(),
        "source": path_text(&checkpoint.source.path),
        "destination": checkpoint.destination.target().to_string(),
        "endpoint": checkpoint.destination.endpoint,
        "appid": checkpoint.destination.appid,
        "sha1": checkpoint.source.sha1,
        "size": checkpoint.source.stamp.len,
        "bytes_held": set.as_ref().map_or(0, |(grid, held)| held.bytes(grid)),
        "slice_size": set.as_ref().map(|(grid, _)| grid.slice_size()),
        "held": runs,
        "running": entry.holder.is_some(),
        "pid": entry.holder.filter(|pid| *pid > 0),
        "file": FileState::of(checkpoint).word(),
        "created": checkpoint.created,
        "updated": checkpoint.updated,
        "last_error": checkpoint.last_error,
    })
}

fn path_text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
