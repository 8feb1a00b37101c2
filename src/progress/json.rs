//! Events and results as NDJSON (docs/json.md): one object a line, each with its version and its name.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Ending;
use super::board::Board;
use super::words::verdict;
use crate::event::{Event, Phase, Tally, UploadNo};
use crate::machine::{How, Outcome};
use crate::remote::{Kind, RemoteError};

/// The version every line carries; when a line comes to mean something else, it gets another.
pub const VERSION: u64 = 1;

/// One line, without its line break: `{"v":1,"event":NAME,...}` with the fields of `object`.
///
/// Commands write their results with this when `--json` is given.
pub fn line(event: &str, object: impl Into<Value>) -> String {
    let head = format!("{{\"v\":{VERSION},\"event\":\"{event}\"");
    // Version and name stand first, so that a glance or a grep is enough to tell lines apart.
    match object.into().to_string().strip_prefix('{') {
        Some("}") | None => format!("{head}}}"),
        Some(fields) => format!("{head},{fields}"),
    }
}

/// The line for an event, if it has one.
pub(super) fn event(
    no: UploadNo,
    event: &Event<'_>,
    board: &Board,
    verbose: bool,
) -> Option<String> {
    let upload = no.0;
    let (name, object) = match event {
        Event::Plan { files, bytes } => ("start", json!({"files": files, "bytes": bytes})),
        Event::Begin {
            id,
            source,
            target,
            len,
        } => (
            "begin",
            json!({
                "upload": upload,
                "id": id,
                "source": source.to_string_lossy(),
                "destination": target.to_string(),
                "size": len,
            }),
        ),
        Event::Phase(phase) => (
            "phase",
            json!({"upload": upload, "phase": phase_word(*phase)}),
        ),
        Event::Session {
            grid,
            held,
            serial,
            resumed,
        } => (
            "session",
            json!({
                "upload": upload,
                "slice_size": grid.slice_size(),
                "slices": grid.count(),
                "held_slices": held.len(),
                "held_bytes": held.bytes(grid),
                "serial": serial,
                "resumed": resumed,
            }),
        ),
        Event::SliceHeld { slice } => (
            "slice",
            json!({
                "upload": upload,
                "index": slice.index,
                "offset": slice.offset,
                "size": slice.len,
            }),
        ),
        Event::SliceFailed { slice, error } => (
            "slice_failed",
            json!({
                "upload": upload,
                "index": slice.index,
                "offset": slice.offset,
                "error": error_object(error),
            }),
        ),
        Event::Wait { .. } => ("wait", wait(upload, event)?),
        Event::Request { .. } if verbose => ("request", request(upload, event)?),
        Event::Hashing { .. }
        | Event::SliceBegin { .. }
        | Event::WholeBegin { .. }
        | Event::Request { .. } => return None,
        Event::Warning(text) => ("warning", json!({"upload": upload, "message": text})),
        Event::End { result, tally } => ("end", end(board, no, result, tally)),
        Event::Failed { message } => ("failed", json!({"upload": upload, "message": message})),
    };
    Some(line(name, object))
}

fn wait(upload: usize, event: &Event<'_>) -> Option<Value> {
    let Event::Wait {
        op,
        slice,
        attempt,
        delay,
        error,
    } = event
    else {
        return None;
    };
    Some(json!({
        "upload": upload,
        "op": op.name(),
        "index": slice.map(|slice| slice.index),
        "attempt": attempt,
        "delay_ms": millis(*delay),
        "error": error_object(error),
    }))
}

fn request(upload: usize, event: &Event<'_>) -> Option<Value> {
    let Event::Request {
        method,
        path,
        op,
        offset,
        status,
        code,
        request_id,
        took,
    } = event
    else {
        return None;
    };
    Some(json!({
        "upload": upload,
        "method": method,
        "path": path,
        "op": op.name(),
        "offset": offset,
        "status": status,
        "code": code,
        "request_id": request_id,
        "ms": millis(*took),
    }))
}

fn end(board: &Board, no: UploadNo, result: &Outcome, tally: &Tally) -> Value {
    let mut object = json!({
        "upload": no.0,
        "size": tally.len,
        "sha1": tally.sha1.to_string(),
        "sent": tally.sent,
        "held": tally.held,
        "slices": tally.slices,
    });
    let track = board.tracks.get(&no);
    let ms = track.map_or(0, |track| millis(track.begun.elapsed()));
    object["ms"] = ms.into();
    object["id"] = track.map(|track| track.id.clone()).into();
    match result {
        Outcome::Done(done) => {
            object["result"] = "done".into();
            object["how"] = match done.how {
                How::Whole => "whole",
                How::Slices => "slices",
                How::Instant => "instant",
                How::AlreadyThere => "already-there",
            }
            .into();
            object["access_url"] = done.location.access_url.clone().into();
            object["source_url"] = done.location.source_url.clone().into();
            object["url"] = done.location.url.clone().into();
            object["resource_path"] = done.location.resource_path.clone().into();
        }
        Outcome::Conflict(_) => {
            object["result"] = "conflict".into();
            object["message"] = verdict(result).err().into();
        }
        Outcome::Failed(error) => {
            object["result"] = "failed".into();
            object["message"] = verdict(result).err().into();
            object["error"] = error_object(error);
        }
    }
    object
}

fn error_object(error: &RemoteError) -> Value {
    json!({
        "op": error.op.name(),
        "kind": kind_word(error.kind),
        "code": error.code,
        "status": error.status,
        "message": error.message,
        "request_id": error.request_id,
    })
}

/// The name of a kind in words joined by hyphens.
fn kind_word(kind: Kind) -> String {
    let mut word = String::new();
    for c in format!("{kind:?}").chars() {
        if c.is_ascii_uppercase() && !word.is_empty() {
            word.push('-');
        }
        word.push(c.to_ascii_lowercase());
    }
    word
}

fn phase_word(phase: Phase) -> &'static str {
    match phase {
        Phase::Init => "init",
        Phase::MakeParents => "make-parents",
        Phase::List => "list",
        Phase::Prove => "prove",
        Phase::Finish => "finish",
        Phase::Confirm => "confirm",
    }
}

/// How things stand, over all files.
pub(super) fn progress(board: &Board) -> String {
    let (files, bytes) = board.expected();
    line(
        "progress",
        json!({
            "files": files,
            "files_done": board.totals.done,
            "files_failed": board.totals.failed,
            "bytes": bytes,
            "bytes_done": board.position(),
            "bytes_per_second": board.meter.rate(),
        }),
    )
}

/// The last line of every run.
pub(super) fn summary(board: &Board, ending: &Ending<'_>, now: Instant) -> String {
    let totals = board.totals;
    line(
        "summary",
        json!({
            "exit": ending.code,
            "result": ending.word,
            "files": board.expected().0,
            "files_done": totals.done,
            "files_failed": totals.failed,
            "files_skipped": board.skipped(),
            "sent": totals.sent,
            "held": totals.held,
            "ms": millis(now.saturating_duration_since(board.started)),
            "error": ending.error,
            "hint": ending.hint,
            "command": ending.command,
        }),
    )
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
