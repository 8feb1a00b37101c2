//! `-n` and `--explain`: what would become of each file and why, without changing anything.

use std::collections::HashMap;
use std::io::Write;
use std::ops::Range;
use std::time::Duration;

use serde_json::json;

use super::around::Around;
use super::attributes::is_partial;
use super::totals::last_rate;
use super::transfer::Manner;
use super::{Context, Server, which};
use crate::cli::RunArgs;
use crate::digest::{PART_SIZE, Sha1Sum};
use crate::exit::Exit;
use crate::progress::json::line;
use crate::remote::{Existing, Kind, Listed, Remote, RemoteError, Stat, Unfinished, same_sha};
use crate::slice::{Grid, SliceSet};
use crate::source::{Source, SourceError};
use crate::store::{Entry, UploadId};
use crate::text::{Rate, Size, Span, safe, safe_path};
use crate::upload::{Mode, Request};
use crate::wire::WHOLE_LIMIT;

/// What would be done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Send,
    Resume,
    Restart,
    Skip,
    Fail(Exit),
}

impl Action {
    fn word(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Resume => "resume",
            Self::Restart => "restart",
            Self::Skip => "skip",
            Self::Fail(_) => "fail",
        }
    }
}

/// What would become of a file.
#[derive(Debug)]
struct Prospect {
    action: Action,
    why: String,
    /// Bytes to be sent.
    bytes: u64,
    /// The slices to be sent and how many there are in all; `None` when they are not known, or when
    /// the file goes in one request.
    slices: Option<(Vec<Range<u64>>, u64)>,
}

impl Prospect {
    fn new(action: Action, why: impl Into<String>) -> Self {
        Self {
            action,
            why: why.into(),
            bytes: 0,
            slices: None,
        }
    }

    fn source(error: &SourceError) -> Self {
        Self::new(Action::Fail(Exit::Source), safe(&error.to_string()))
    }
}

/// Explains a run where that is asked for; gives an exit code when that is all that was asked.
pub(super) fn explain_if_asked(
    context: &Context,
    run: &RunArgs,
    around: &Around<'_>,
    server: &Server,
    requests: &[Request],
    manner: &dyn Manner,
    out: &mut dyn Write,
) -> anyhow::Result<Option<Exit>> {
    if !run.dry_run && !run.explain {
        return Ok(None);
    }
    // Before a run, standard output belongs to the results; objects of JSON tell themselves apart.
    let mut aside = std::io::stderr();
    let to: &mut dyn Write = if run.dry_run || context.settings.json {
        out
    } else {
        &mut aside
    };
    let explained = explain(context, around, server, requests, manner, to)?;
    Ok(run.dry_run.then_some(explained))
}

/// Says what would become of each request; gives the exit code that a run would have at best.
fn explain(
    context: &Context,
    around: &Around<'_>,
    server: &Server,
    requests: &[Request],
    manner: &dyn Manner,
    out: &mut dyn Write,
) -> anyhow::Result<Exit> {
    let entries = which::all(context)?;
    let seer = Seer {
        context,
        around,
        remote: &server.plain(context),
        skips_existing: manner.skips_existing(),
        entries: entries.iter().map(|entry| (&entry.id, entry)).collect(),
    };
    let mut worst = Exit::Success;
    let (mut bytes, mut to_send, mut to_skip, mut to_fail) = (0_u64, 0_u64, 0_u64, 0_u64);
    for request in requests {
        if let Some(stop) = context.cancel.reason() {
            return Ok(stop.into());
        }
        let prospect = seer.look(request)?;
        bytes += prospect.bytes;
        match prospect.action {
            Action::Send | Action::Resume | Action::Restart => to_send += 1,
            Action::Skip => to_skip += 1,
            Action::Fail(exit) => {
                to_fail += 1;
                worst = worst.worse(exit);
            }
        }
        show(context, around, request, &prospect, out)?;
    }
    let rate = context.settings.state_dir.as_deref().and_then(last_rate);
    let time = rate.map(|rate| Duration::from_secs(bytes.div_ceil(rate)));
    if context.settings.json {
        let totals = json!({
            "to_send": to_send,
            "to_skip": to_skip,
            "to_fail": to_fail,
            "bytes": bytes,
            "seconds": time.map(|time| time.as_secs()),
        });
        writeln!(out, "{}", line("plan_totals", totals))?;
    } else if !context.settings.quiet {
        write!(
            out,
            "{to_send} to send ({}), {to_skip} to skip, {to_fail} to fail",
            Size(bytes)
        )?;
        match (rate, time) {
            (Some(rate), Some(time)) if bytes > 0 => writeln!(
                out,
                "; about {} at {}, the rate of the last run",
                Span(time.max(Duration::from_secs(1))),
                Rate(rate)
            )?,
            _ => writeln!(out)?,
        }
    }
    Ok(worst)
}

fn show(
    context: &Context,
    around: &Around<'_>,
    request: &Request,
    prospect: &Prospect,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let source = safe_path(&request.source);
    let target = request.destination.target().to_string();
    let Prospect {
        action,
        why,
        bytes,
        slices,
    } = prospect;
    if context.settings.json {
        let missing: Option<Vec<_>> = slices
            .as_ref()
            .map(|(runs, _)| runs.iter().map(|run| [run.start, run.end]).collect());
        let fields = json!({
            "source": request.source.to_string_lossy(),
            "destination": target,
            "action": action.word(),
            "why": why,
            "bytes": bytes,
            "slices": slices.as_ref().map(|(_, count)| count),
            "missing": missing,
        });
        return writeln!(out, "{}", line("plan", fields));
    }
    let target = safe(&target);
    match action {
        Action::Skip | Action::Fail(_) => {
            writeln!(out, "{:<8} {source} {target}: {why}", action.word())?;
            return Ok(());
        }
        Action::Send | Action::Resume | Action::Restart => {}
    }
    write!(
        out,
        "{:<8} {source} {target}: {}",
        action.word(),
        Size(*bytes)
    )?;
    match slices {
        Some((runs, count)) => {
            let sent: u64 = runs.iter().map(|run| run.end - run.start).sum();
            writeln!(out, " in {sent} of {count} slices")?;
        }
        None => writeln!(out, " in one request")?,
    }
    if around.args().explain {
        writeln!(out, "         why: {why}")?;
        if let Some((runs, _)) = slices.as_ref().filter(|(runs, _)| !runs.is_empty()) {
            writeln!(out, "         slices: {}", listed(runs))?;
        }
    }
    Ok(())
}

/// `0-3, 7, 9-11`, cut short when there are many.
fn listed(runs: &[Range<u64>]) -> String {
    const MOST: usize = 20;
    let mut words: Vec<_> = runs
        .iter()
        .take(MOST)
        .map(|run| match run.end - run.start {
            1 => run.start.to_string(),
            _ => format!("{}-{}", run.start, run.end - 1),
        })
        .collect();
    if runs.len() > MOST {
        words.push(format!("and {} more runs", runs.len() - MOST));
    }
    words.join(", ")
}

struct Seer<'a> {
    context: &'a Context,
    around: &'a Around<'a>,
    remote: &'a dyn Remote,
    skips_existing: bool,
    entries: HashMap<&'a UploadId, &'a Entry>,
}

/// A file, and its sum once somebody has asked for it.
struct Seen<'a> {
    source: &'a Source,
    sum: Option<Sha1Sum>,
}

impl Seer<'_> {
    fn look(&self, request: &Request) -> anyhow::Result<Prospect> {
        if request.mode == Mode::Put && self.around.is_receipted(request) {
            let why = "the ledger has its receipt, and it has not changed since";
            return Ok(Prospect::new(Action::Skip, why));
        }
        let source = match Source::open(&request.source) {
            Ok(source) => source,
            Err(error) => return Ok(Prospect::source(&error)),
        };
        let id = UploadId::of(&request.destination, &request.source);
        let entry = self.entries.get(&id);
        if let Some(pid) = entry.and_then(|entry| entry.holder) {
            let why = format!("another cosup works on it (process {pid})");
            return Ok(Prospect::new(Action::Fail(Exit::Busy), why));
        }
        let checkpoint = entry.and_then(|entry| entry.checkpoint.as_ref().ok());
        let was = checkpoint.map(|checkpoint| checkpoint.source.stamp);
        let is_same = was == Some(source.stamp());
        if was.is_some_and(|was| was.len != source.len()) && request.mode == Mode::Resume {
            let why = "it has another length than when the upload began";
            return Ok(Prospect::new(Action::Fail(Exit::Source), why));
        }
        let mut seen = Seen {
            source: &source,
            sum: checkpoint
                .filter(|_| is_same)
                .and_then(|checkpoint| Sha1Sum::from_hex(&checkpoint.source.sha1)),
        };
        match self.remote.stat(&request.destination.target()) {
            Ok(stat) if !is_partial(&stat) => {
                if let Some(prospect) = self.taken(request, &stat, &mut seen) {
                    return Ok(prospect);
                }
            }
            Ok(_) => {}
            Err(error) if error.kind == Kind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        let had_session = checkpoint.is_some_and(|checkpoint| checkpoint.session.is_some());
        let listed = match self.remote.list(&request.destination.target()) {
            Err(RemoteError {
                kind: Kind::NotFound,
                ..
            }) => Ok(Listed::Nothing),
            other => other,
        };
        Ok(match listed? {
            Listed::Unfinished(found) => self.resumed(&found, &mut seen, had_session),
            Listed::Complete(_) | Listed::Nothing => {
                let (action, why) = match (had_session, is_same) {
                    (true, true) => (Action::Restart, "the server has no slice of it any more"),
                    (true, false) => (Action::Restart, "it changed since its upload began"),
                    (false, _) if request.options.existing == Existing::Replace => {
                        (Action::Send, "it is to be there, whatever is there now")
                    }
                    (false, _) => (Action::Send, "nothing is there yet"),
                };
                whole(request, source.len(), Prospect::new(action, why))
            }
        })
    }

    /// What an object of that name means; `None` when it is to be replaced.
    fn taken(&self, request: &Request, stat: &Stat, seen: &mut Seen<'_>) -> Option<Prospect> {
        let there = stat.file_len.or(stat.held_len);
        if there.is_none_or(|there| there == seen.source.len()) {
            match (self.sum(seen), &stat.sha) {
                (Err(error), _) => return Some(Prospect::source(&error)),
                (Ok(sum), Some(sha)) if same_sha(sha, sum) => {
                    return Some(Prospect::new(
                        Action::Skip,
                        "the same bytes are there already",
                    ));
                }
                (Ok(_), _) => {}
            }
        }
        if self.skips_existing {
            let why = "other content is there, and --if-exists skip leaves it";
            return Some(Prospect::new(Action::Skip, why));
        }
        (request.options.existing == Existing::Keep).then(|| {
            let why = "other content is there; choose with --if-exists skip or overwrite";
            Prospect::new(Action::Fail(Exit::Conflict), why)
        })
    }

    /// What an unfinished upload of that name means.
    fn resumed(&self, found: &Unfinished, seen: &mut Seen<'_>, had_session: bool) -> Prospect {
        let conflict = |why: &str| Prospect::new(Action::Fail(Exit::Conflict), why);
        let len = seen.source.len();
        if found.file_len.is_some_and(|there| there != len) {
            return conflict("the server has an unfinished upload of a file of another length");
        }
        match &found.sha {
            Some(sha) => match self.sum(seen) {
                Err(error) => return Prospect::source(&error),
                Ok(sum) if !same_sha(sha, sum) => {
                    return conflict("the server has an unfinished upload of other content");
                }
                Ok(_) => {}
            },
            None if !had_session => {
                return conflict(
                    "the server has an unfinished upload that cannot be told from ours",
                );
            }
            None => {}
        }
        let Some(grid) = found
            .session
            .slice_size
            .and_then(|size| Grid::new(len, size))
        else {
            return Prospect::new(Action::Resume, "the server has begun it");
        };
        let mut held = SliceSet::default();
        for part in &found.parts {
            if let Some(slice) = grid.exact(part.offset, part.len) {
                held.insert(slice.index);
            }
        }
        let why = format!(
            "the server holds {} of its {} slices",
            held.len(),
            grid.count()
        );
        Prospect {
            bytes: len - held.bytes(&grid),
            slices: Some((runs(held.missing(grid.count())), grid.count())),
            ..Prospect::new(Action::Resume, why)
        }
    }

    fn sum(&self, seen: &mut Seen<'_>) -> Result<Sha1Sum, SourceError> {
        if let Some(sum) = seen.sum {
            return Ok(sum);
        }
        let cancel = &self.context.cancel;
        let sum = seen
            .source
            .hash(PART_SIZE, &mut std::io::sink(), cancel, &mut |_| ())?;
        seen.sum = Some(sum);
        Ok(sum)
    }
}

/// The prospect of a file of which everything is to be sent.
fn whole(request: &Request, len: u64, prospect: Prospect) -> Prospect {
    let options = &request.options;
    let slices = if len <= options.slice_threshold.min(WHOLE_LIMIT) {
        None
    } else {
        let grid = Grid::new(len, options.slice_size);
        grid.map(|grid| (runs(0..grid.count()), grid.count()))
    };
    Prospect {
        bytes: len,
        slices,
        ..prospect
    }
}

fn runs(indexes: impl Iterator<Item = u64>) -> Vec<Range<u64>> {
    let mut runs: Vec<Range<u64>> = Vec::new();
    for index in indexes {
        match runs.last_mut() {
            Some(run) if run.end == index => run.end += 1,
            _ => runs.push(index..index + 1),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_slices_are_named_by_their_ends() {
        let shown = |indexes: &[u64]| listed(&runs(indexes.iter().copied()));
        assert_eq!(shown(&[0, 1, 2, 5, 7, 8]), "0-2, 5, 7-8");
        let many: Vec<u64> = (0..50).map(|n| n * 2).collect();
        assert!(shown(&many).ends_with("38, and 30 more runs"));
    }
}
