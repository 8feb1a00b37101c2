//! The terminal: draws the lines of a frame in place, and prints other lines above them.

use std::io::{Write, stderr};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The most drawings a second, whatever is asked.
const HERTZ: u8 = 20;

/// Draws on a terminal, or only prints.
pub(super) struct Painter {
    bar: Option<ProgressBar>,
    drawn: bool,
}

impl Painter {
    /// For standard error; `draws` says whether to draw at all.
    pub(super) fn for_terminal(draws: bool) -> Self {
        if draws {
            Self::on(ProgressDrawTarget::stderr_with_hz(HERTZ))
        } else {
            Self {
                bar: None,
                drawn: false,
            }
        }
    }

    /// For any target.
    pub(super) fn on(target: ProgressDrawTarget) -> Self {
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{msg}") {
            bar.set_style(style);
        }
        Self {
            bar: Some(bar),
            drawn: false,
        }
    }

    /// Draws lines in the place of those drawn before.
    pub(super) fn draw(&mut self, lines: &[String]) {
        let Some(bar) = &self.bar else { return };
        if lines.is_empty() {
            self.clear();
            return;
        }
        self.drawn = true;
        // This draws, too; a tick besides would draw everything twice.
        bar.set_message(lines.join("\n"));
    }

    /// Prints a whole line above what is drawn.
    pub(super) fn print(&mut self, line: &str) {
        self.aside(|| write_line(line));
    }

    /// Does something that writes to the terminal while nothing is drawn on it.
    pub(super) fn aside<T>(&mut self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) if self.drawn => bar.suspend(write),
            _ => write(),
        }
    }

    /// Takes away what is drawn.
    pub(super) fn clear(&mut self) {
        if let Some(bar) = &self.bar
            && self.drawn
        {
            self.drawn = false;
            bar.set_message("");
            bar.finish_and_clear();
            bar.reset();
        }
    }
}

/// Columns and rows of the terminal as it is now.
pub(super) fn size() -> (usize, usize) {
    let size = terminal_size::terminal_size_of(stderr());
    size.map_or((80, 24), |(width, height)| {
        // Some terminals say they have no columns at all.
        let or = |value: u16, instead: usize| match value {
            0 => instead,
            value => usize::from(value),
        };
        (or(width.0, 80), or(height.0, 24))
    })
}

/// Writes a whole line to standard error at once; nobody can be told when that fails.
pub(super) fn write_line(line: &str) {
    let _ = stderr().lock().write_all(format!("{line}\n").as_bytes());
}
