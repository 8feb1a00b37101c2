//! One drawing of the board as lines that fit the terminal: pure, so that it can be compared whole.

use std::time::Instant;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::board::{Board, Flight, Stage, Track};
use super::map::{self, Cell};
use super::meter::Meter;
use super::words::asking;
use crate::slice::SliceSet;
use crate::text::{Clock, Rate, Size};

/// What a drawing has to fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Canvas {
    /// Columns.
    pub(super) width: usize,
    /// Rows.
    pub(super) height: usize,
    /// Whether colours are used.
    pub(super) colors: bool,
    /// Whether characters beyond ASCII are used.
    pub(super) unicode: bool,
}

/// Draws the board.
pub(super) fn frame(board: &Board, canvas: Canvas, now: Instant) -> Vec<String> {
    // The cursor needs a row, and the last column is left empty so that no terminal wraps.
    let rows = canvas.height.saturating_sub(1).max(1);
    let pen = Pen {
        width: canvas.width.saturating_sub(1).max(10),
        ..Pen::of(canvas)
    };
    let head: Vec<String> = board
        .is_batch()
        .then(|| total(board, pen))
        .into_iter()
        .collect();
    // What does not fit is left out from the inside: slices first, then maps, then files.
    for detail in [Detail::Slices, Detail::Maps, Detail::Files] {
        let mut lines = head.clone();
        for track in board.tracks.values() {
            lines.extend(track_lines(track, pen, detail, now));
        }
        if lines.len() <= rows {
            return lines;
        }
        if detail == Detail::Files {
            let hidden = lines.len() - rows.saturating_sub(1).min(lines.len());
            lines.truncate(rows.saturating_sub(1));
            lines.push(pen.fit(&format!("  and {hidden} more")));
            return lines;
        }
    }
    head
}

/// How much is shown of each file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Detail {
    Slices,
    Maps,
    Files,
}

/// Writes what fits a width.
#[derive(Debug, Clone, Copy)]
struct Pen {
    width: usize,
    colors: bool,
    unicode: bool,
}

impl Pen {
    fn of(canvas: Canvas) -> Self {
        Self {
            width: canvas.width,
            colors: canvas.colors,
            unicode: canvas.unicode,
        }
    }

    /// The text in characters that the locale has.
    fn spell(self, text: &str) -> String {
        if self.unicode {
            return text.to_owned();
        }
        text.chars()
            .map(|c| if c.is_ascii() { c } else { '?' })
            .collect()
    }

    /// A whole line, cut at the end where it is too long.
    fn fit(self, text: &str) -> String {
        let text = self.spell(text);
        if text.width() <= self.width {
            return text;
        }
        let mark = self.mark();
        let mut kept = take(text.chars(), self.width - mark.width());
        kept.push_str(mark);
        kept
    }

    /// A name, cut in its middle where it is too long, so that its end stays.
    fn shorten(self, name: &str, width: usize) -> String {
        let name = self.spell(name);
        if name.width() <= width {
            return name;
        }
        let mark = self.mark();
        let room = width.saturating_sub(mark.width());
        let tail: String = take(name.chars().rev(), room / 2).chars().rev().collect();
        let head = take(name.chars(), room - tail.width());
        format!("{head}{mark}{tail}")
    }

    fn mark(self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }

    /// A name on the left and what fits of the fields on the right of it; a lower rank is dropped
    /// later.
    fn row(self, indent: &str, name: &str, mut fields: Vec<(u8, String)>) -> String {
        let name_width = self.spell(name).width();
        let room = self.width.saturating_sub(indent.width());
        let least = name_width.min((room / 4).max(8));
        let width_of = |fields: &[(u8, String)]| -> usize {
            fields.iter().map(|(_, text)| text.width() + 2).sum()
        };
        while least + width_of(&fields) > room {
            let Some(worst) = (0..fields.len()).max_by_key(|at| fields[*at].0) else {
                break;
            };
            fields.remove(worst);
        }
        let mut line = format!("{indent}{}", self.shorten(name, room - width_of(&fields)));
        for (_, text) in fields {
            line.push_str("  ");
            line.push_str(&text);
        }
        line
    }

    /// A bar of `width` columns.
    fn bar(self, done: u64, total: u64, width: usize) -> String {
        let full = u128::from(done.min(total)) * width as u128 / u128::from(total.max(1));
        let full = usize::try_from(full).unwrap_or(width);
        let cells: Vec<Cell> = (0..width)
            .map(|at| if at < full { Cell::Sent } else { Cell::Missing })
            .collect();
        self.cells(&cells)
    }

    fn cells(self, cells: &[Cell]) -> String {
        if !self.colors {
            return map::text(cells, self.unicode);
        }
        let mut text = String::new();
        for run in cells.chunk_by(|a, b| a == b) {
            let color = match run[0] {
                Cell::Held => "34",
                Cell::Sent => "32",
                Cell::InFlight | Cell::Part => "36",
                Cell::Missing => "2",
            };
            text.push_str(&format!(
                "\x1b[{color}m{}\x1b[0m",
                map::text(run, self.unicode)
            ));
        }
        text
    }

    /// A line that wants attention.
    fn alert(self, text: &str) -> String {
        let text = self.fit(text);
        if self.colors {
            format!("\x1b[33m{text}\x1b[0m")
        } else {
            text
        }
    }
}

/// As many of the characters as fit `width` columns.
fn take(chars: impl Iterator<Item = char>, width: usize) -> String {
    let mut used = 0;
    chars
        .take_while(|c| {
            used += c.width().unwrap_or(0);
            used <= width
        })
        .collect()
}

/// Percent, rounded down. What has left is not there yet: only `complete` makes it a hundred.
pub fn percent(done: u64, total: u64, complete: bool) -> u64 {
    let most = if complete { 100 } else { 99 };
    let percent = (u128::from(done.min(total)) * 100).checked_div(u128::from(total));
    percent.map_or(most, |percent| {
        u64::try_from(percent).unwrap_or(most).min(most)
    })
}

fn fields(done: u64, total: u64, meter: &Meter, complete: bool) -> Vec<(u8, String)> {
    let mut fields = vec![
        (0, format!("{:>3}%", percent(done, total, complete))),
        (3, format!("{} of {}", Size(done), Size(total))),
    ];
    if let Some(rate) = meter.rate() {
        fields.push((1, Rate(rate).to_string()));
    }
    if let Some(left) = meter.left(total.saturating_sub(done)) {
        fields.push((2, format!("{} left", Clock(left))));
    }
    fields
}

fn total(board: &Board, pen: Pen) -> String {
    let (files, bytes) = board.expected();
    let totals = board.totals;
    let mut name = format!("{} of {files} files", totals.done);
    if totals.failed > 0 {
        name.push_str(&format!(", {} failed", totals.failed));
    }
    pen.row(
        "",
        &name,
        fields(board.position(), bytes, &board.meter, totals.done == files),
    )
}

fn track_lines(track: &Track, pen: Pen, detail: Detail, now: Instant) -> Vec<String> {
    let (name, done, total) = match track.stage {
        Stage::Hashing { done, total } => (format!("hashing {}", track.name), done, total),
        Stage::Starting | Stage::Asking(_) | Stage::Sending => {
            (track.name.clone(), track.position(), track.len)
        }
    };
    let mut lines = vec![pen.row(
        "",
        &name,
        fields(done, total, &track.meter, track.is_complete()),
    )];
    if detail == Detail::Files {
        return lines;
    }
    let bar_width = pen.width.min(100) - 2;
    match track.stage {
        Stage::Starting => {}
        Stage::Hashing { .. } => lines.push(format!("  {}", pen.bar(done, total, bar_width))),
        Stage::Asking(phase) => lines.push(pen.fit(&format!("  {}", asking(phase)))),
        Stage::Sending => lines.push(format!("  {}", slices(track, pen, bar_width))),
    }
    if let Some((wait, left)) = track.wait.as_ref().and_then(|w| Some((w, w.left(now)?))) {
        lines.push(pen.alert(&format!("  {}", wait.sentence(left))));
    }
    if detail == Detail::Slices {
        lines.extend(track.flights.values().map(|flight| slice(flight, pen, now)));
    }
    lines
}

fn slices(track: &Track, pen: Pen, width: usize) -> String {
    let Some(grid) = track.grid else {
        return pen.bar(track.position(), track.len, width);
    };
    let in_flight: SliceSet = track.flights.keys().copied().collect();
    pen.cells(&map::cells(
        &grid,
        &track.held,
        &track.landed,
        &in_flight,
        width,
    ))
}

fn slice(flight: &Flight, pen: Pen, now: Instant) -> String {
    let label = format!("  slice {:<5}", flight.slice.index);
    if let Some((wait, left)) = flight.wait.as_ref().and_then(|w| Some((w, w.left(now)?))) {
        return pen.alert(&format!("{label} {}", wait.sentence(left)));
    }
    let (done, total) = (flight.bytes(), flight.slice.len);
    let mut fields = vec![(3, format!("{} of {}", Size(done), Size(total)))];
    if done == total {
        fields.push((2, "awaiting the answer".to_owned()));
    } else if let Some(rate) = flight.meter.rate() {
        fields.push((2, Rate(rate).to_string()));
    }
    if flight.attempt > 1 {
        fields.push((1, format!("try {}", flight.attempt)));
    }
    let least = label.width() + 10;
    while least
        + fields
            .iter()
            .map(|(_, text)| text.width() + 2)
            .sum::<usize>()
        > pen.width
    {
        let Some(worst) = (0..fields.len()).max_by_key(|at| fields[*at].0) else {
            break;
        };
        fields.remove(worst);
    }
    let right = fields
        .iter()
        .fold(String::new(), |right, (_, text)| right + "  " + text);
    let room = pen.width.saturating_sub(label.width() + 1 + right.width());
    format!("{label} {}{right}", pen.bar(done, total, room.min(40)))
}
