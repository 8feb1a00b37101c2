//! Who watches a run: bars on a terminal, lines elsewhere, JSON for programs; chosen once, ended once.
//!
//! Those who work only leave notes on a board. A thread of its own draws and prints, so that a slow
//! terminal or a full pipe never holds up an upload.

mod bars;
mod board;
mod frame;
pub mod json;
mod lines;
pub mod map;
mod meter;
mod out;
mod words;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::event::{Event, Observer, UploadNo};
use crate::text::safe;
use bars::Painter;
use board::Board;
use frame::Canvas;
use words::request_line;

pub use frame::percent;
pub use out::Out;

/// Nothing is drawn before a run has lasted this long.
const PATIENCE: Duration = Duration::from_millis(250);

/// The time between two drawings.
const FRAME: Duration = Duration::from_millis(100);

/// The time between two measurements when nothing is drawn.
const MEASURE: Duration = Duration::from_secs(1);

/// How long the end waits for a terminal or a pipe that takes nothing.
const DRAIN: Duration = Duration::from_secs(5);

/// How often, and after what pauses, an end that waits for nothing asks for the terminal.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(2);

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
    /// The time between two progress objects of `--json`.
    pub interval: Duration,
    /// Whether events go to standard output as NDJSON.
    pub json: bool,
    /// Whether each request is shown.
    pub verbose: bool,
    /// Whether nothing but errors is shown.
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
    /// The command that does it, to be pasted into a shell as it stands.
    pub command: Option<&'a str>,
}

/// Everything that is shown of a run.
pub struct Display {
    core: Arc<Core>,
    /// Says that the drawer has ended.
    drawn: Mutex<Option<Receiver<()>>>,
    ended: AtomicBool,
}

/// What the threads of a run share: the board, what is to be printed, and who paints.
pub(crate) struct Core {
    look: Look,
    state: Mutex<State>,
    wake: Condvar,
    painter: Mutex<Painter>,
}

struct State {
    board: Board,
    /// Whole lines that wait to be printed.
    notes: Vec<String>,
    /// Failures of the only file so far: told at the end, unless the ending tells them.
    held_back: Vec<String>,
    /// Warnings of a quiet run: told only when it fails.
    warnings: Vec<String>,
    next_json: Instant,
    /// Why objects for programs could not be written.
    lost: Option<String>,
    over: bool,
}

impl Display {
    /// Begins to watch.
    pub fn start(look: Look) -> Self {
        Self::with_painter(look, Painter::for_terminal(look.style == Style::Bars))
    }

    fn with_painter(look: Look, painter: Painter) -> Self {
        let now = Instant::now();
        let core = Arc::new(Core {
            look,
            state: Mutex::new(State {
                board: Board::new(now),
                notes: Vec::new(),
                held_back: Vec::new(),
                warnings: Vec::new(),
                next_json: now + look.interval,
                lost: None,
                over: false,
            }),
            wake: Condvar::new(),
            painter: Mutex::new(painter),
        });
        let shared = Arc::clone(&core);
        let (sender, drawn) = channel();
        let spawned = std::thread::Builder::new()
            .name("progress".to_owned())
            .spawn(move || {
                shared.draw_until_over();
                // Nobody listens any more when the end took too long.
                let _ = sender.send(());
            });
        Self {
            core,
            // Without the thread nothing is drawn, but what has to be said is still said at the end.
            drawn: Mutex::new(spawned.ok().map(|_| drawn)),
            ended: AtomicBool::new(false),
        }
    }

    /// Who is to be told of events.
    pub fn observer(&self) -> Arc<dyn Observer> {
        Arc::clone(&self.core) as Arc<dyn Observer>
    }

    /// Standard output for the command's result.
    pub fn out(&self) -> Out {
        Out::new(Arc::clone(&self.core))
    }

    /// Tells people one line, beside the progress.
    pub fn say(&self, line: String) {
        self.core.say(line);
    }

    /// Tells people one line that they can do without.
    pub fn tell(&self, line: &str) {
        if !self.core.look.quiet {
            self.core.say(line.to_owned());
        }
    }

    /// Why objects for programs could not be written; `None` while all of them were.
    pub fn lost_output(&self) -> Option<String> {
        self.core.lock().lost.clone()
    }

    /// Tells programs how a run ended that never began.
    pub fn summarize(ending: &Ending<'_>) {
        let now = Instant::now();
        // The run fails anyway, and has said so on standard error.
        let _ = out::write_line(&json::summary(&Board::new(now), ending, now));
    }

    /// Prints one line on how things stand.
    pub fn status(&self) {
        let line = {
            let mut state = self.core.lock();
            let now = Instant::now();
            state.board.tick(now);
            lines::line(&state.board, now)
        };
        self.core.say(line);
    }

    /// Ends the watching: clears what was drawn, then says how the run ended. Only the first ending
    /// is told.
    pub fn end(&self, ending: &Ending<'_>) {
        if self.ended.swap(true, Ordering::SeqCst) {
            return;
        }
        self.core.close(ending);
        let drawn = self
            .drawn
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let is_stuck = drawn.is_some_and(|drawn| {
            matches!(drawn.recv_timeout(DRAIN), Err(RecvTimeoutError::Timeout))
        });
        if !is_stuck {
            self.core.speak(ending);
        }
        self.core.summarize(ending);
    }

    /// Ends the watching without waiting for a terminal that takes nothing, because the process is about to end.
    pub fn abandon(&self, ending: &Ending<'_>) {
        if self.ended.swap(true, Ordering::SeqCst) {
            return;
        }
        let painter = (0..TRIES).find_map(|_| {
            let painter = self.core.painter.try_lock().ok();
            if painter.is_none() {
                std::thread::park_timeout(PAUSE);
            }
            painter
        });
        if let Some(mut painter) = painter {
            painter.clear();
            self.core.speak(ending);
        }
        self.core.summarize(ending);
    }
}

impl Core {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn painter(&self) -> MutexGuard<'_, Painter> {
        self.painter.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn draws(&self) -> bool {
        self.look.style == Style::Bars
    }

    fn say(&self, line: String) {
        self.lock().notes.push(line);
        self.wake.notify_all();
    }

    /// Draws and prints until the run is over.
    fn draw_until_over(&self) {
        let draws = self.draws();
        let period = if draws { FRAME } else { MEASURE };
        let begun = Instant::now();
        let mut next = begun + if draws { PATIENCE } else { MEASURE };
        let mut next_line = match self.look.style {
            Style::Lines(interval) => begun.checked_add(interval),
            Style::Bars | Style::None => None,
        };
        loop {
            let mut state = self.lock();
            while state.notes.is_empty() && !state.over {
                let left = next.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    break;
                }
                state = self
                    .wake
                    .wait_timeout(state, left)
                    .unwrap_or_else(PoisonError::into_inner)
                    .0;
            }
            let now = Instant::now();
            let mut notes = std::mem::take(&mut state.notes);
            let over = state.over;
            let is_due = now >= next;
            let mut drawing = None;
            if is_due {
                next = now + period;
                state.board.tick(now);
                if let (Style::Lines(interval), Some(due)) = (self.look.style, next_line)
                    && now >= due
                    && !state.board.tracks.is_empty()
                {
                    notes.push(lines::line(&state.board, now));
                    next_line = now.checked_add(interval);
                }
                if draws && !over {
                    let (width, height) = bars::size();
                    let canvas = Canvas {
                        width,
                        height,
                        colors: self.look.colors,
                        unicode: self.look.unicode,
                    };
                    drawing = Some(frame::frame(&state.board, canvas, now));
                }
            }
            drop(state);
            let mut painter = self.painter();
            for note in &notes {
                painter.print(note);
            }
            if let Some(lines) = drawing {
                painter.draw(&lines);
            }
            if over {
                painter.clear();
                return;
            }
        }
    }

    /// Lets the last lines be printed, and the drawer end.
    fn close(&self, ending: &Ending<'_>) {
        let mut state = self.lock();
        let is_batch = state.board.totals.begun > 1;
        let warnings = std::mem::take(&mut state.warnings);
        if ending.code != 0 {
            state.notes.extend(warnings);
        }
        let held_back = std::mem::take(&mut state.held_back);
        if is_batch || ending.error.is_none() {
            state.notes.extend(held_back);
        }
        let tells = !self.look.quiet && self.look.style != Style::None;
        if tells && let Some(line) = lines::closing(&state.board, Instant::now()) {
            state.notes.push(line);
        }
        state.over = true;
        self.wake.notify_all();
    }

    /// Says to people how the run ended.
    fn speak(&self, ending: &Ending<'_>) {
        let notes = std::mem::take(&mut self.lock().notes);
        for note in notes {
            bars::write_line(&note);
        }
        if let Some(error) = ending.error {
            bars::write_line(&format!("{} {error}", self.label("error:", "1;31")));
        }
        if let Some(hint) = ending.hint {
            let colon = if ending.command.is_some() { ":" } else { "" };
            bars::write_line(&format!("{} {hint}{colon}", self.label("hint:", "1;36")));
        }
        // Alone on the last line, so that it can be pasted whole.
        if let Some(command) = ending.command {
            bars::write_line(command);
        }
    }

    /// Says to programs how the run ended.
    fn summarize(&self, ending: &Ending<'_>) {
        if self.look.json {
            let summary = json::summary(&self.lock().board, ending, Instant::now());
            self.print(&summary);
        }
    }

    /// Writes an object to programs, and remembers when that fails.
    fn print(&self, object: &str) {
        if let Err(error) = out::write_line(object) {
            self.lock().lost.get_or_insert(error.to_string());
        }
    }

    fn label(&self, word: &str, color: &str) -> String {
        if self.look.colors {
            format!("\x1b[{color}m{word}\x1b[0m")
        } else {
            word.to_owned()
        }
    }
}

impl Observer for Core {
    fn event(&self, no: UploadNo, event: &Event<'_>) {
        let now = Instant::now();
        let mut objects = Vec::new();
        {
            let mut state = self.lock();
            if self.look.json {
                objects.extend(json::event(no, event, &state.board, self.look.verbose));
            }
            state.board.note(no, event, now);
            if self.look.json && now >= state.next_json {
                state.next_json = now + self.look.interval;
                state.board.tick(now);
                objects.push(json::progress(&state.board));
            }
            let mut notes = Vec::new();
            match event {
                Event::Request { .. } if self.look.verbose && !self.look.json => {
                    notes.extend(request_line(event));
                }
                Event::Warning(text) => {
                    let line = format!("{} {}", self.label("warning:", "1;33"), safe(text));
                    if self.look.quiet {
                        state.warnings.push(line);
                    } else {
                        notes.push(line);
                    }
                }
                _ => {}
            }
            if let Event::Failed { message } = event {
                let line = format!("{} {}", self.label("error:", "1;31"), safe(message));
                if state.board.is_batch() {
                    notes.append(&mut state.held_back);
                    notes.push(line);
                } else {
                    state.held_back.push(line);
                }
            }
            if !notes.is_empty() {
                state.notes.append(&mut notes);
                self.wake.notify_all();
            }
        }
        for object in objects {
            self.print(&object);
        }
    }
}

#[cfg(test)]
mod tests;
