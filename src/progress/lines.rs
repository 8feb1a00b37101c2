//! Progress without a terminal: one whole line that says how things stand, without any escape.

use std::time::Instant;

use super::board::{Board, Stage, Track};
use super::frame::percent;
use super::meter::Meter;
use super::words::asking;
use crate::text::{Clock, Rate, Size, Span};

/// How things stand, in one line.
pub(super) fn line(board: &Board, now: Instant) -> String {
    if board.is_batch() {
        return batch(board, now);
    }
    match board.tracks.values().next() {
        Some(track) => one(track, now),
        None => format!("{} done, {} failed", board.totals.done, board.totals.failed),
    }
}

fn one(track: &Track, now: Instant) -> String {
    let mut line = match track.stage {
        Stage::Starting => format!("{}: starting", track.name),
        Stage::Hashing { done, total } => {
            format!(
                "hashing {}: {}",
                track.name,
                amount(done, total, &track.meter, track.is_complete())
            )
        }
        Stage::Asking(phase) => format!("{}: {}", track.name, asking(phase)),
        Stage::Sending => format!(
            "{}: {}",
            track.name,
            amount(
                track.position(),
                track.len,
                &track.meter,
                track.is_complete()
            )
        ),
    };
    if let Some((wait, left)) = track.waiting(now) {
        line.push_str("; ");
        line.push_str(&wait.sentence(left));
    }
    line
}

fn batch(board: &Board, now: Instant) -> String {
    let (files, bytes) = board.expected();
    let mut line = format!("{} of {files} files", board.totals.done);
    if board.totals.failed > 0 {
        line.push_str(&format!(", {} failed", board.totals.failed));
    }
    line.push_str(": ");
    line.push_str(&amount(
        board.position(),
        bytes,
        &board.meter,
        board.totals.done == files,
    ));
    let longest = board
        .tracks
        .values()
        .filter_map(|track| Some((track, track.waiting(now)?)))
        .max_by_key(|(_, (_, left))| *left);
    if let Some((track, (wait, left))) = longest {
        line.push_str(&format!("; {}: {}", track.name, wait.sentence(left)));
    }
    line
}

fn amount(done: u64, total: u64, meter: &Meter, complete: bool) -> String {
    let mut text = format!(
        "{}%, {} of {}",
        percent(done, total, complete),
        Size(done),
        Size(total)
    );
    if let Some(rate) = meter.rate() {
        text.push_str(&format!(", {}", Rate(rate)));
    }
    if let Some(left) = meter.left(total.saturating_sub(done)) {
        text.push_str(&format!(", {} left", Clock(left)));
    }
    text
}

/// What the run amounts to; `None` when no file was begun, or when the error alone says it all.
pub(super) fn closing(board: &Board, now: Instant) -> Option<String> {
    let totals = board.totals;
    let only_failed = !board.is_batch() && totals.failed > 0 && totals.sent == 0;
    if totals.begun == 0 || only_failed {
        return None;
    }
    let took = now.saturating_duration_since(board.started);
    let mut line = format!("sent {} in {}", Size(totals.sent), Span(took));
    let millis = took.as_millis().max(1);
    if millis >= 1000 && totals.sent > 0 {
        let rate = u128::from(totals.sent) * 1000 / millis;
        line.push_str(&format!(
            " ({})",
            Rate(u64::try_from(rate).unwrap_or(u64::MAX))
        ));
    }
    if board.is_batch() || totals.failed > 0 {
        line.push_str(&format!(
            "; {} of {} files done",
            totals.done,
            board.expected().0
        ));
        if totals.failed > 0 {
            line.push_str(&format!(", {} failed", totals.failed));
        }
    }
    Some(line)
}
