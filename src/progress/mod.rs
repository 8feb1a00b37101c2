//! Who watches a run: bars on a terminal, lines elsewhere, JSON for programs; chosen once, ended once.

pub mod json;
mod out;

use std::io::{Write, stderr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::event::{Observer, Silent};

pub use out::Out;

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Bars, drawn over and over.
    Bars,
    /// Whole lines, at most one in this time.
    Lines(Duration),
    /// Nothing but what goes wrong.
    None,
}

/// What the watching looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct Look {
    /// How progress is shown on standard error.
    pub style: Style,
    /// Whether events go to standard output as NDJSON.
    pub json: bool,
    /// Whether each request is shown.
    pub verbose: bool,
    /// Whether anything but errors is shown.
    pub quiet: bool,
    /// Whether colours are used.
    pub colors: bool,
    /// Whether characters beyond ASCII are used.
    pub unicode: bool,
}

/// How a run ended, as it is told to people and programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending<'a> {
    /// The exit code.
    pub code: u8,
    /// The word for the code.
    pub word: &'a str,
    /// What failed and why, safe to print; `None` after success.
    pub error: Option<&'a str>,
    /// What to do about it, safe to print.
    pub hint: Option<&'a str>,
}

/// Everything that is shown of a run.
pub struct Display {
    look: Look,
    observer: Arc<dyn Observer>,
    ended: AtomicBool,
}

impl Display {
    /// Begins to watch.
    pub fn start(look: Look) -> Self {
        Self {
            look,
            observer: Arc::new(Silent),
            ended: AtomicBool::new(false),
        }
    }

    /// Who is to be told of events.
    pub fn observer(&self) -> Arc<dyn Observer> {
        Arc::clone(&self.observer)
    }

    /// Tells people one line, beside the progress.
    pub fn say(&self, line: &str) {
        // Nobody can be told that nobody can be told.
        let _ = writeln!(stderr().lock(), "{line}");
    }

    /// Ends the watching: clears what was drawn, then says how the run ended. Only the first ending
    /// is told.
    pub fn end(&self, ending: &Ending<'_>) {
        if self.ended.swap(true, Ordering::SeqCst) {
            return;
        }
        if let Some(error) = ending.error {
            self.say(&format!("error: {error}"));
        }
        if let Some(hint) = ending.hint {
            self.say(&format!("hint: {hint}"));
        }
        if self.look.json {
            let summary = serde_json::json!({
                "exit": ending.code,
                "result": ending.word,
                "error": ending.error,
                "hint": ending.hint,
            });
            let _ = writeln!(Out::default(), "{}", json::line("summary", summary));
        }
    }
}
