//! One file of a run: its receipt, the end of its source, and the hooks that are told of it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::around::Around;
use crate::event::{Event, Observer, UploadNo};
use crate::exit::{Diagnosis, Exit, Failure, diagnose};
use crate::hooks::{self, Facts};
use crate::ledger::Receipt;
use crate::machine::Outcome;
use crate::remote::{Location, Op};
use crate::text::safe_path;
use crate::upload::{Report, Request};

/// One file being worked on; listens for the id of the request that made the object.
pub(super) struct OneFile<'a> {
    around: &'a Around<'a>,
    request: &'a Request,
    /// Size and time of change when it began.
    before: Option<(u64, Timestamp)>,
    started: Timestamp,
    request_id: Mutex<Option<String>>,
}

impl Observer for OneFile<'_> {
    fn event(&self, no: UploadNo, event: &Event<'_>) {
        if let Event::Request {
            op: Op::Finish | Op::Whole | Op::Init,
            request_id: Some(id),
            ..
        } = event
        {
            let mut last = self
                .request_id
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            *last = Some((*id).to_owned());
        }
        if let Event::SliceHeld { .. } = event {
            self.around.look();
        }
        self.around.observer().event(no, event);
    }
}

impl<'a> OneFile<'a> {
    /// Begins to work on a file.
    pub(super) fn begin(around: &'a Around<'a>, request: &'a Request) -> Self {
        Self {
            around,
            request,
            before: look(&request.source).ok(),
            started: Timestamp::now(),
            request_id: Mutex::default(),
        }
    }

    /// Does what is to be done once a file is through, and gives what came of it: a receipt that
    /// could not be written, or a source that could not be removed, is a failure too.
    pub(super) fn end(
        &self,
        result: anyhow::Result<Option<Report>>,
        removes_source: bool,
    ) -> anyhow::Result<Option<Report>> {
        let result = match result {
            Ok(Some(report)) => self.settle(&report, removes_source).map(|()| Some(report)),
            other => other,
        };
        let mut totals = self.around.totals();
        match &result {
            Ok(Some(report)) => {
                totals.uploaded += 1;
                totals.sent += report.tally.sent;
                totals.held += report.tally.held;
            }
            Ok(None) => totals.skipped += 1,
            Err(error) => match diagnose(error).exit {
                Exit::TryAgain | Exit::Busy | Exit::Signal(_) => totals.unfinished += 1,
                _ => totals.failed += 1,
            },
        }
        drop(totals);
        self.call_hook(&result);
        result
    }

    fn settle(&self, report: &Report, removes_source: bool) -> anyhow::Result<()> {
        if let Some(ledger) = self.around.ledger() {
            ledger.append(&self.receipt(report))?;
        }
        let source = &self.request.source;
        if let Some(spool) = self.around.spool().filter(|spool| spool.owns(source)) {
            // Kept for this upload alone; what stays behind costs only space.
            if let Err(error) = spool.remove(source) {
                self.warn(&format!("cannot remove {}: {error}", safe_path(source)));
            }
            return Ok(());
        }
        if !removes_source {
            return Ok(());
        }
        if self.before.is_none() || look(source).ok() != self.before {
            self.warn(&format!(
                "{} changed after it was uploaded, and is kept",
                safe_path(source)
            ));
            return Ok(());
        }
        std::fs::remove_file(source).map_err(|error| {
            let shown = safe_path(source);
            Failure::source(format!(
                "{shown} is uploaded, but cannot be removed: {error}"
            ))
            .into()
        })
    }

    fn receipt(&self, report: &Report) -> Receipt {
        let (size, mtime) = self
            .before
            .unwrap_or((report.tally.len, Timestamp::UNIX_EPOCH));
        debug_assert_eq!(size, report.tally.len, "the upload would have failed");
        let is_spooled = self
            .around
            .spool()
            .is_some_and(|spool| spool.owns(&self.request.source));
        Receipt {
            source: if is_spooled {
                PathBuf::from("-")
            } else {
                self.request.source.clone()
            },
            size: report.tally.len,
            mtime,
            sha1: report.tally.sha1,
            destination: self.request.destination.clone(),
            slices: report.tally.slices,
            sent: report.tally.sent,
            held: report.tally.held,
            request_id: self
                .request_id
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
            url: location(report).and_then(url).map(str::to_owned),
            started: self.started,
            ended: Timestamp::now(),
        }
    }

    fn call_hook(&self, result: &anyhow::Result<Option<Report>>) {
        let args = self.around.args();
        let found: Option<Diagnosis> = result.as_ref().err().map(diagnose);
        let (name, command) = match (result, &found) {
            (Ok(Some(_)), _) => ("--on-success", &args.on_success),
            // Whoever stops a run knows that it did not end well.
            (_, Some(found)) if !matches!(found.exit, Exit::Signal(_)) => {
                ("--on-failure", &args.on_failure)
            }
            _ => return,
        };
        let Some(command) = command else { return };
        let limit = args.hook_timeout.unwrap_or(hooks::LIMIT);
        let report = result.as_ref().ok().and_then(Option::as_ref);
        let sha1 = report.map(|report| report.tally.sha1.to_string());
        let destination = self.request.destination.target().to_string();
        let facts = Facts {
            file: Some(&self.request.source),
            destination: Some(&destination),
            url: report.and_then(location).and_then(url),
            sha1: sha1.as_deref(),
            exit_code: found.as_ref().map_or(0, |found| found.exit.code()),
            error: found.as_ref().map(|found| found.message.as_str()),
        };
        if let Err(error) = hooks::run(command.as_ref(), &facts, limit) {
            let source = safe_path(&self.request.source);
            self.warn(&format!("{name} for {source}: {error}"));
        }
    }

    fn warn(&self, message: &str) {
        self.around.warn(message);
    }
}

fn location(report: &Report) -> Option<&Location> {
    match &report.outcome {
        Outcome::Done(done) => Some(&done.location),
        Outcome::Conflict(_) | Outcome::Failed(_) => None,
    }
}

fn url(location: &Location) -> Option<&str> {
    location.access_url.as_deref().or(location.url.as_deref())
}

/// Size and time of change.
pub(super) fn look(path: &Path) -> io::Result<(u64, Timestamp)> {
    let about = std::fs::metadata(path)?;
    let mtime = Timestamp::try_from(about.modified()?).map_err(io::Error::other)?;
    Ok((about.len(), mtime))
}
