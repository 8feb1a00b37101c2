//! The source-change matrix: every kind of change to the file in every phase of its upload, the outcome
//! of each written down, run, and rendered into `docs/source-changes.md`.

use std::fmt::Write as _;
use std::fs::{self, File, FileTimes, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use anyhow::anyhow;
use cosup::event::{Event, Observer, Phase, UploadNo};
use cosup::exit::{diagnose, of_kind};
use cosup::machine::Outcome;
use cosup::upload::{Mode, Report, UploadError};

use crate::inside::{Inside, SLICE, Step};
use crate::rendered::assert_rendered;

const SLICES: usize = 5;
const LEN: usize = (SLICES - 1) * SLICE + 11;

/// When the file is changed.
#[derive(Debug, Clone, Copy, PartialEq)]
enum When {
    BeforeHashing,
    Hashing,
    BeforeInit,
    Init,
    Slices,
    BeforeFinish,
    Finish,
    ThenPut,
    ThenResume,
}

const WHEN: [(When, &str); 9] = [
    (When::BeforeHashing, "before hashing"),
    (When::Hashing, "while hashing"),
    (When::BeforeInit, "before init"),
    (When::Init, "during init"),
    (When::Slices, "after 2 slices"),
    (When::BeforeFinish, "before finish"),
    (When::Finish, "during finish"),
    (When::ThenPut, "between runs, then put"),
    (When::ThenResume, "between runs, then resume"),
];

/// How, and for each phase `run/again`: the exit code of the run, and of a put afterwards.
type Row = (&'static str, fn(&Path), [&'static str; 9]);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("touched, same bytes", touch, ["65/0", "65/0", "65/0", "0/0", "0/0", "0/0", "0/0", "0/0", "0/0"]),
    ("written again, same bytes", |file| fs::write(file, fs::read(file).unwrap()).unwrap(), ["65/0", "65/0", "65/0", "0/0", "0/0", "0/0", "0/0", "0/0", "0/0"]),
    ("edited at its beginning", |file| edit(file, 0), ["65/0", "65/0", "65/0", "65/73", "65/73", "65/73", "0/73", "73/73", "65/73"]),
    ("edited at its end", |file| edit(file, LEN as u64 - 1), ["65/0", "65/0", "65/0", "65/73", "65/73", "65/73", "0/73", "73/73", "65/73"]),
    ("edited at its beginning, mtime put back", |file| keeping_mtime(file, |file| edit(file, 0)), ["65/0", "65/0", "65/0", "65/73", "65/73", "65/73", "0/73", "73/73", "65/73"]),
    ("edited at its end, mtime put back", |file| keeping_mtime(file, |file| edit(file, LEN as u64 - 1)), ["65/0", "65/0", "65/0", "65/73", "65/73", "65/73", "0/73", "73/73", "65/73"]),
    ("replaced by rename, other bytes", |file| replace(file, &crate::lab::bytes(99, LEN)), ["65/0", "65/0", "65/0", "65/73", "65/73", "65/73", "0/73", "73/73", "65/73"]),
    ("replaced by rename, same bytes", |file| replace(file, &fs::read(file).unwrap()), ["65/0", "65/0", "65/0", "65/0", "65/0", "65/0", "0/0", "0/0", "0/0"]),
    ("truncated", |file| resize(file, 2 * SLICE as u64 + 1), ["65/0", "65/0", "65/0", "65/73", "65/73", "65/73", "0/73", "73/73", "65/73"]),
    ("emptied", |file| resize(file, 0), ["65/0", "65/0", "65/0", "65/0", "65/0", "65/0", "0/73", "0/0", "65/0"]),
    ("appended to", |file| resize(file, LEN as u64 + 7), ["65/0", "65/0", "65/0", "65/73", "65/73", "65/73", "0/73", "73/73", "65/73"]),
    ("removed", |file| fs::remove_file(file).unwrap(), ["65/65", "65/65", "65/65", "65/65", "65/65", "65/65", "0/65", "65/65", "65/65"]),
];

fn touch(file: &Path) {
    let now = FileTimes::new().set_modified(SystemTime::now() + Duration::from_secs(5));
    open(file).set_times(now).unwrap();
}

fn edit(file: &Path, at: u64) {
    let file = open(file);
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[byte[0] ^ 1], at).unwrap();
}

fn keeping_mtime(path: &Path, change: impl Fn(&Path)) {
    let was = fs::metadata(path).unwrap().modified().unwrap();
    change(path);
    open(path)
        .set_times(FileTimes::new().set_modified(was))
        .unwrap();
}

fn replace(file: &Path, bytes: &[u8]) {
    let other = file.with_extension("other");
    fs::write(&other, bytes).unwrap();
    fs::rename(&other, file).unwrap();
}

fn resize(file: &Path, len: u64) {
    open(file).set_len(len).unwrap();
}

fn open(file: &Path) -> File {
    OpenOptions::new()
        .read(true)
        .write(true)
        .open(file)
        .unwrap()
}

/// Changes the file once, at its moment.
struct Saboteur<'a> {
    when: When,
    change: fn(&Path),
    file: &'a Path,
    held: AtomicUsize,
    done: AtomicBool,
}

impl Observer for Saboteur<'_> {
    fn event(&self, _: UploadNo, event: &Event<'_>) {
        let now = match event {
            Event::Begin { .. } => Some(When::BeforeHashing),
            Event::Hashing { done, total } if done == total => Some(When::BeforeInit),
            Event::Hashing { .. } => Some(When::Hashing),
            Event::Phase(Phase::Init) => Some(When::Init),
            Event::Phase(Phase::Finish) => Some(When::Finish),
            Event::SliceHeld { .. } => match self.held.fetch_add(1, Ordering::SeqCst) + 1 {
                2 => Some(When::Slices),
                SLICES => Some(When::BeforeFinish),
                _ => None,
            },
            _ => None,
        };
        if now == Some(self.when) && !self.done.swap(true, Ordering::SeqCst) {
            (self.change)(self.file);
        }
    }
}

fn code(result: Result<Report, UploadError>) -> u8 {
    match result {
        Ok(report) => match report.outcome {
            Outcome::Done(_) => 0,
            Outcome::Conflict(_) => 73,
            Outcome::Failed(error) => of_kind(error.kind).code(),
        },
        Err(error) => diagnose(&anyhow!(error)).exit.code(),
    }
}

fn outcome(when: When, change: fn(&Path)) -> String {
    let inside = Inside::new(LEN, |_| {});
    let old = fs::read(&inside.file).unwrap();
    let run = match when {
        When::ThenPut | When::ThenResume => {
            let fault = "op=upload_slice_data,nth=3,code=-5999".parse().unwrap();
            inside.emulator.fail(fault);
            assert_eq!(code(inside.go_on(Mode::Put)), 1);
            inside.emulator.heal();
            change(&inside.file);
            let mode = match when {
                When::ThenPut => Mode::Put,
                _ => Mode::Resume,
            };
            code(inside.go_on(mode))
        }
        _ => {
            let saboteur = Saboteur {
                when,
                change,
                file: &inside.file,
                held: AtomicUsize::new(0),
                done: AtomicBool::new(false),
            };
            let step: Step = Arc::new(|| {});
            let result = inside.upload(Mode::Put, &inside.store(), &step, &saboteur);
            assert!(saboteur.done.load(Ordering::SeqCst), "nothing was changed");
            code(result)
        }
    };
    let new = fs::read(&inside.file).ok();
    let check = |code: u8| {
        let object = inside.object();
        assert_eq!(object.is_some(), code == 0, "exit {code}");
        let is_one = object.is_none() || object == new || object.as_ref() == Some(&old);
        assert!(is_one, "the object is a mixture");
        assert!(code != 65 || inside.emulator.journal().len() < 20);
    };
    check(run);
    let again = code(inside.go_on(Mode::Put));
    if run != 0 {
        check(again);
        assert!(again != 0 || inside.object() == new, "not the new revision");
    }
    let journal = inside.emulator.journal();
    assert!(journal.iter().all(|entry| entry.op != "delete"));
    format!("{run}/{again}")
}

#[test]
fn every_change_in_every_phase_ends_as_written() {
    let mut wrong = String::new();
    for (name, change, expected) in ROWS {
        let found = WHEN.map(|(when, _)| outcome(when, *change));
        if found != *expected {
            writeln!(wrong, "{name}: expected {expected:?}\n    found {found:?}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "not as written:\n{wrong}");
    assert_rendered("docs/source-changes.md", &render());
}

/// Counts how often the file is read from its beginning.
#[derive(Default)]
struct Readings(AtomicUsize);

impl Observer for Readings {
    fn event(&self, _: UploadNo, event: &Event<'_>) {
        if let Event::Hashing { done, total } = event
            && done == total
        {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
}

#[test]
fn a_file_is_hashed_once_however_often_it_is_gone_on_with() {
    let inside = Inside::new(LEN, |_| {});
    let step: Step = Arc::new(|| {});
    let readings = Readings::default();
    let run = |mode| code(inside.upload(mode, &inside.store(), &step, &readings));
    for (nth, fault) in [3, 1, 1].into_iter().enumerate() {
        let fault = format!("op=upload_slice_data,nth={fault},code=-5999");
        inside.emulator.fail(fault.parse().unwrap());
        let mode = if nth == 0 { Mode::Put } else { Mode::Resume };
        assert_eq!(run(mode), 1);
        inside.emulator.heal();
    }
    assert_eq!(run(Mode::Put), 0);
    assert_eq!(readings.0.load(Ordering::SeqCst), 1);
}

const HEAD: &str = "\
# What a change to the file comes to

Rendered by `tests/it/source_changes.rs`, which runs each cell against the emulator. Change it there,
then `COSUP_BLESS=1 cargo test --test it source_changes`.

Each row is something done to the local file, each column the moment when it is done. A cell says
`run/again`: the exit code of the run that meets the change, and the exit code of a plain `cosup put`
afterwards. In every cell the object, if there is one, is one revision of the file and never a mixture,
and nothing remote was deleted.

65 says that the file changed, or that it is gone; 73, that the server still holds the old revision: its
slices, which `cosup abort --remote` drops, or the finished object, which `--if-exists overwrite`
replaces. An empty file goes up in one request, past the slices. A change during finish comes too late to be part of the object: its
bytes left, each proved, before the change was made.

";

fn render() -> String {
    let mut text = HEAD.to_owned();
    let moments = WHEN.map(|(_, name)| name).join(" | ");
    writeln!(text, "| Change | {moments} |").unwrap();
    writeln!(text, "|---|{}", "---|".repeat(WHEN.len())).unwrap();
    for (name, _, cells) in ROWS {
        writeln!(text, "| {name} | {} |", cells.join(" | ")).unwrap();
    }
    text
}
