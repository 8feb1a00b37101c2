//! What `put` and `resume` share: working through requests, and saying how each of them ended.

use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, anyhow};

use super::around::Around;
use super::file::OneFile;
use super::{Context, Server, which};
use crate::batch::in_lanes;
use crate::cancel::Stop;
use crate::cli::RunArgs;
use crate::event::{Event, UploadNo, Watch};
use crate::exit::{Diagnosis, Exit, Failure, diagnose};
use crate::machine::{Conflict, Outcome};
use crate::remote::{Kind, Op};
use crate::slots::Slots;
use crate::source::{Change, SourceError};
use crate::store::{Entry, Store, StoreError, UploadId};
use crate::text::{safe, safe_path};
use crate::upload::{Mode, Report, Request, Run, UploadError, upload};

/// Files longer than the threshold that are worked on at once: one is hashed while another is sent.
const LONG_FILES: usize = 2;

/// How one request is to be treated beyond the upload itself.
pub(super) trait Manner: Sync {
    /// Whether an object with other content is left alone, without complaint.
    fn skips_existing(&self) -> bool;
    /// Whether the local file goes once its object is proved.
    fn removes_source(&self) -> bool;
    /// The line for a finished file.
    fn line(&self, request: &Request, report: &Report) -> String;
}

/// Works through `requests`; results go to `out`, everything else to the observer.
pub(super) fn transfer(
    context: &Context,
    args: &RunArgs,
    around: &Around<'_>,
    server: &Server,
    requests: &[Request],
    manner: &dyn Manner,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<Exit> {
    let slice_size = requests.first().map_or(0, |first| first.options.slice_size);
    let jobs = usize::from(args.jobs.unwrap_or(context.settings.jobs));
    let jobs = around.jobs(jobs, slice_size);
    let slots = Slots::new(jobs);
    let long = Slots::new(LONG_FILES);
    let store = open_store(context, args)?;
    let run = Run {
        cancel: &context.cancel,
        slots: &slots,
        store: store.as_ref(),
        require_state: args.require_state,
        wait: args.wait.unwrap_or(Duration::ZERO),
    };
    plan(context, requests);
    let out = Mutex::new(out);
    let answers = in_lanes(
        requests,
        jobs,
        || !context.cancel.is_stopped(),
        |no, request| {
            let file = OneFile::begin(around, request);
            let watch = Watch {
                observer: &file,
                no: UploadNo(no),
            };
            let is_long = std::fs::metadata(&request.source)
                .is_ok_and(|file| file.len() > request.options.slice_threshold);
            let turn = is_long.then(|| long.take(&context.cancel));
            let result = match turn {
                Some(None) => Err(UploadError::Stopped { id: None }),
                _ => {
                    let cancel = context.cancel.child();
                    let run = Run {
                        cancel: &cancel,
                        ..run
                    };
                    upload(&run, request, &server.stopped_by(&cancel, watch), watch)
                }
            };
            let judged = judge(context, around, request, result, manner.skips_existing());
            let judged = file.end(judged, manner.removes_source());
            match &judged {
                Ok(Some(report)) if !context.settings.quiet && !context.settings.json => {
                    let line = manner.line(request, report);
                    let mut out = out.lock().unwrap_or_else(PoisonError::into_inner);
                    writeln!(out, "{line}")
                        .and_then(|()| out.flush())
                        .with_context(|| {
                            let dest = safe(&request.destination.target().to_string());
                            format!("{dest} is there, only the line about it is lost")
                        })?;
                }
                Err(error) => {
                    let Diagnosis { message, .. } = diagnose(error);
                    watch.tell(&Event::Failed { message: &message });
                }
                Ok(_) => {}
            }
            judged.map(|_| ())
        },
    );
    conclude(context, around, requests, answers)
}

/// Tells how much there is to do.
fn plan(context: &Context, requests: &[Request]) {
    let len = |request: &Request| std::fs::metadata(&request.source).map_or(0, |file| file.len());
    let event = Event::Plan {
        files: requests.len() as u64,
        bytes: requests.iter().map(len).sum(),
    };
    context.observer.event(UploadNo(0), &event);
}

/// Opens the state directory. Without one the uploads work all the same, unless state is required.
fn open_store(context: &Context, args: &RunArgs) -> anyhow::Result<Option<Store>> {
    let opened = match &context.settings.state_dir {
        Some(dir) => Store::open(dir).map_err(|error| anyhow!(error)),
        None => Err(
            Failure::config("there is no place for state: no HOME, no --state-dir")
                .hint("name a directory with --state-dir or COSUP_STATE_DIR")
                .into(),
        ),
    };
    match opened {
        Ok(store) => Ok(Some(store)),
        Err(error) if args.require_state => Err(error),
        Err(error) => {
            let message = format!(
                "uploads of this run cannot be resumed from here: {}",
                diagnose(&error).message
            );
            let event = Event::Warning(&message);
            context.observer.event(UploadNo(0), &event);
            Ok(None)
        }
    }
}

/// Turns what came of an upload into a report that is true, or an error that says what to do.
/// `None` stands for a file that was left out on purpose.
fn judge(
    context: &Context,
    around: &Around<'_>,
    request: &Request,
    result: Result<Report, UploadError>,
    skips_existing: bool,
) -> anyhow::Result<Option<Report>> {
    let source = safe_path(&request.source);
    let dest = safe(&request.destination.target().to_string());
    let report = match result {
        Ok(report) => report,
        Err(UploadError::Stopped { id }) => {
            return Err(stopped(context, around, &source, id).into());
        }
        Err(UploadError::Source {
            error,
            id: Some(id),
        }) => {
            let (hint, what) = match error {
                SourceError::Changed(_, Change::Vanished) | SourceError::Missing(_) => {
                    ("to forget the upload", "abort --remote")
                }
                SourceError::Changed(..) => (
                    "put it again to upload it as it is now, after",
                    "abort --remote",
                ),
                _ => ("once it can be read, to go on", "resume"),
            };
            let found = diagnose(&anyhow!(error));
            return Err(Failure::new(found.exit, found.message)
                .hint(hint)
                .command(command(context, what, &id))
                .into());
        }
        // As true as having nothing to resume in the first place.
        Err(UploadError::Gone) => return Ok(None),
        Err(UploadError::Store(error @ StoreError::Busy { .. })) => {
            return Err(anyhow!(error).context(format!("{source} to {dest}")));
        }
        Err(error) => return Err(error.into()),
    };
    match &report.outcome {
        Outcome::Done(_) => Ok(Some(report)),
        Outcome::Conflict(Conflict::OtherObject) if skips_existing => Ok(None),
        Outcome::Conflict(conflict) => {
            let failure = Failure::conflict(conflict, &request.destination.target());
            Err(match (conflict, report.resumable) {
                (Conflict::OtherUpload { .. }, true) => failure
                    .hint("if it is what an earlier run left, drop it, then put again")
                    .command(command(context, "abort --remote", &report.id)),
                (Conflict::OtherUpload { .. }, false) => {
                    match which::rival(context, &request.destination, &report.id) {
                        Some(rival) => failure.hint(known_here(context, &rival)),
                        None => failure,
                    }
                }
                (Conflict::OtherObject, true) if request.mode == Mode::Resume => failure.hint(format!(
                    "to forget the upload: {}; to replace the object: cosup put --if-exists overwrite",
                    command(context, "abort", &report.id)
                )),
                _ => failure,
            }
            .into())
        }
        Outcome::Failed(error)
            if error.kind == Kind::DirExists && matches!(error.op, Op::Init | Op::Whole) =>
        {
            Err(Failure::new(
                Exit::Conflict,
                format!("{dest} is a directory; write {dest}/"),
            )
            .into())
        }
        Outcome::Failed(error) => {
            let failed = anyhow!(error.clone()).context(format!("{source} to {dest}"));
            if !report.resumable {
                return Err(failed);
            }
            let found = diagnose(&failed);
            let (hint, what) = match found.hint {
                _ if error.kind == Kind::HashDiffers => (
                    "the server holds bytes that are not the file's; put again after dropping them"
                        .to_owned(),
                    "abort --remote",
                ),
                // What has to be done first, then the way on.
                Some(hint) if found.exit != Exit::TryAgain => (format!("{hint}; then"), "resume"),
                _ => ("to go on".to_owned(), "resume"),
            };
            Err(Failure::new(found.exit, found.message)
                .hint(hint)
                .command(command(context, what, &report.id))
                .into())
        }
    }
}

fn stopped(context: &Context, around: &Around<'_>, source: &str, id: Option<UploadId>) -> Failure {
    let (exit, why) = match context.cancel.reason() {
        Some(stop @ Stop::Signal(number)) => (Exit::from(stop), interrupted(number)),
        Some(Stop::Time) | None => {
            let why = around
                .over()
                .unwrap_or_else(|| "its time is over".to_owned());
            (Exit::TryAgain, format!("stopped because {why}"))
        }
    };
    let failure = Failure::new(exit, format!("{source}: {why}"));
    match id {
        Some(id) => failure
            .hint("to go on")
            .command(command(context, "resume", &id)),
        None => failure.hint("to go on, run the same command again"),
    }
}

fn interrupted(signal: i32) -> String {
    let name = match signal {
        1 => "SIGHUP",
        2 => "SIGINT",
        15 => "SIGTERM",
        _ => return format!("interrupted (signal {signal})"),
    };
    format!("interrupted ({name})")
}

/// What to do about an upload in the way that this machine has begun.
fn known_here(context: &Context, entry: &Entry) -> String {
    let file = entry
        .checkpoint
        .as_ref()
        .map_or_else(|_| String::new(), |it| safe_path(&it.source.path));
    format!(
        "it is {} here ({file}): {}, or {}",
        entry.id,
        command(context, "resume", &entry.id),
        command(context, "abort --remote", &entry.id)
    )
}

/// A command about an upload, to be run from this very shell.
fn command(context: &Context, what: &str, id: &UploadId) -> String {
    let mut command = format!("cosup {what} {id}");
    let of_a_run = context.repeat_run.iter().filter(|_| what == "resume");
    for option in context.repeat.iter().chain(of_a_run) {
        command.push(' ');
        command.push_str(option);
    }
    command
}

fn conclude(
    context: &Context,
    around: &Around<'_>,
    requests: &[Request],
    answers: Vec<Option<anyhow::Result<()>>>,
) -> anyhow::Result<Exit> {
    let mut failed = 0;
    let mut not_begun = 0;
    let mut worst = Exit::Success;
    for answer in answers {
        match answer {
            Some(Ok(())) => {}
            Some(Err(error)) if requests.len() == 1 => return Err(error),
            Some(Err(error)) => {
                failed += 1;
                worst = worst.worse(diagnose(&error).exit);
            }
            None => not_begun += 1,
        }
    }
    if failed + not_begun == 0 {
        return Ok(Exit::Success);
    }
    around.leave(not_begun);
    if not_begun > 0 {
        let stop = context.cancel.reason().unwrap_or(Stop::Time);
        worst = worst.worse(Exit::from(stop));
    }
    let mut message = format!("{failed} of {} files failed", requests.len());
    if not_begun > 0 {
        message = format!("{message}, {not_begun} were not begun");
    }
    let failure = Failure::new(worst, message);
    Err(match worst {
        Exit::TryAgain | Exit::Signal(_) => failure.hint("to go on, run the same command again"),
        _ => failure,
    }
    .into())
}
