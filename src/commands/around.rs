//! What surrounds the files of a run: its time and rate, its receipts, and those who are told.

use std::io::{self, Write};
use std::num::NonZeroU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::{Timestamp, Zoned};
use serde_json::json;

use super::Context;
use super::file::look;
use super::totals::Totals;
use crate::cancel::Stop;
use crate::cli::RunArgs;
use crate::event::{Event, Observer, UploadNo};
use crate::exit::{Exit, Failure, diagnose};
use crate::ledger::{Index, Ledger};
use crate::metrics;
use crate::pace::{Keeping, Over, Pace, Verdict};
use crate::ping::{Ping, Signal, TRIES};
use crate::progress::json::line;
use crate::spool::Spool;
use crate::text::{safe, safe_path};
use crate::throttle::Throttle;
use crate::upload::Request;

/// How long the slices in flight should take together at a limited rate.
const IN_FLIGHT: Duration = Duration::from_secs(2);

/// What a run of `put` or `resume` has around it.
pub(super) struct Around<'a> {
    context: &'a Context,
    args: &'a RunArgs,
    throttle: Arc<Throttle>,
    is_throttled: bool,
    /// Bytes a second at the beginning, where there is a limit.
    rate: Option<NonZeroU64>,
    keeping: Option<Keeping>,
    ledger: Option<Ledger>,
    known: Index,
    spool: Option<Spool>,
    totals: Mutex<Totals>,
}

/// Runs `work` in its time, with everything around it that `args` ask for.
pub(super) fn within(
    context: &Context,
    args: &RunArgs,
    work: impl FnOnce(&Around<'_>) -> anyhow::Result<Exit>,
) -> anyhow::Result<Exit> {
    let pace = pace(context, args)?;
    let ping = args.ping.as_deref().map(Ping::new).transpose();
    let ping = ping.map_err(|error| Failure::usage(format!("wrong --ping: {error}")))?;
    let known = match &args.ledger {
        Some(path) => Index::load(path).map_err(|error| wrong_ledger(&error))?,
        None => Index::default(),
    };
    let mut around = Around {
        context,
        args,
        throttle: Arc::default(),
        is_throttled: pace.rates.is_some(),
        rate: pace
            .rates
            .as_ref()
            .and_then(|rates| rates.at(&Zoned::now())),
        keeping: None,
        ledger: None,
        known,
        spool: spool(context),
        totals: Mutex::default(),
    };
    if args.dry_run {
        return work(&around);
    }
    if let Verdict::Stop(over) = pace.verdict(&Zoned::now(), Duration::ZERO) {
        return Err(too_early(&over).into());
    }
    if let Some(path) = &args.ledger {
        around.ledger = Some(Ledger::open(path).map_err(|error| wrong_ledger(&error))?);
        if around.known.unreadable() > 0 {
            around.warn(&format!(
                "{} lines of the ledger {} are no receipts; they are passed over",
                around.known.unreadable(),
                safe_path(path)
            ));
        }
    }
    if let Some(path) = &args.metrics {
        metrics::check(path).map_err(|error| {
            Failure::config(diagnose(&error).message).hint("name another file with --metrics")
        })?;
    }
    around.tell(ping.as_ref(), Signal::Start, "");
    around.keeping = Some(pace.keep(Zoned::now, &context.cancel, &around.throttle)?);
    let began = Instant::now();
    let result = work(&around);
    let exit = match &result {
        Ok(exit) => *exit,
        Err(error) => {
            let exit = diagnose(error).exit;
            let stop = context.cancel.reason().map(Exit::from);
            stop.map_or(exit, |stop| stop.worse(exit))
        }
    };
    let told = around.conclude(exit, began.elapsed());
    let totals = *around.totals();
    let message = format!(
        "exit code {}: {} uploaded, {} skipped, {} failed, {} unfinished\n",
        exit.code(),
        totals.uploaded,
        totals.skipped,
        totals.failed,
        totals.unfinished
    );
    around.tell(ping.as_ref(), Signal::End(exit.code()), &message);
    result.and_then(|exit| told.map(|()| exit))
}

/// Where streams are kept, if there is a state directory.
pub(super) fn spool(context: &Context) -> Option<Spool> {
    let dir = context.settings.state_dir.as_deref()?;
    // Sources of uploads are absolute, so their home is too.
    std::path::absolute(dir).ok().map(|dir| Spool::new(&dir))
}

fn pace(context: &Context, args: &RunArgs) -> anyhow::Result<Pace> {
    let wrong = |option: &str, error: &dyn std::fmt::Display| {
        Failure::usage(safe(&format!("wrong --{option}: {error}")))
    };
    let window = args.window.as_deref().map(str::parse).transpose();
    let limit = args
        .limit_rate
        .as_ref()
        .or(context.settings.limit_rate.as_ref());
    let rates = limit.map(|text| text.parse()).transpose();
    Ok(Pace {
        window: window.map_err(|error| wrong("window", &error))?,
        rates: rates.map_err(|error| wrong("limit-rate", &error))?,
        max_duration: args.max_duration,
    })
}

fn wrong_ledger(error: &anyhow::Error) -> Failure {
    Failure::config(diagnose(error).message).hint("name another file with --ledger, or repair it")
}

fn too_early(over: &Over) -> Failure {
    Failure::new(Exit::TryAgain, format!("nothing was begun: {over}"))
        .hint("run the same command then; a timer or cron does that best")
}

impl Around<'_> {
    /// What holds the bytes of the run back, if anything does.
    pub(super) fn throttle(&self) -> Option<Arc<Throttle>> {
        self.is_throttled.then(|| Arc::clone(&self.throttle))
    }

    /// Where standard input is kept.
    pub(super) fn spool(&self) -> Option<&Spool> {
        self.spool.as_ref()
    }

    /// How many slices of `slice_size` bytes to keep in flight when `jobs` are allowed: at a slow
    /// rate no more than pass in [`IN_FLIGHT`], so that a run that is stopped loses little.
    pub(super) fn jobs(&self, jobs: usize, slice_size: u64) -> usize {
        self.rate.map_or(jobs, |rate| {
            let passing = rate.get().saturating_mul(IN_FLIGHT.as_secs()) / slice_size.max(1);
            usize::try_from(passing)
                .unwrap_or(usize::MAX)
                .clamp(1, jobs.max(1))
        })
    }

    /// Looks at the clock, as is right between two slices.
    pub(super) fn look(&self) {
        if let Some(keeping) = &self.keeping {
            keeping.look();
        }
    }

    /// Why the run was stopped, if the time was why.
    pub(super) fn over(&self) -> Option<String> {
        self.keeping.as_ref()?.over().map(ToString::to_string)
    }

    /// Whether the ledger has a receipt for the file as it is now.
    pub(super) fn is_receipted(&self, request: &Request) -> bool {
        !self.known.is_empty()
            && look(&request.source).is_ok_and(|(size, mtime)| {
                let destination = &request.destination;
                self.known.holds(&request.source, destination, size, mtime)
            })
    }

    /// Leaves out the files that the ledger has a receipt for as they are now.
    pub(super) fn without_receipted(
        &self,
        requests: Vec<Request>,
        out: &mut dyn Write,
    ) -> io::Result<Vec<Request>> {
        // A dry run says so of each of them.
        if self.args.dry_run {
            return Ok(requests);
        }
        let (skipped, rest): (Vec<_>, Vec<_>) = requests
            .into_iter()
            .partition(|request| self.is_receipted(request));
        self.totals().skipped += skipped.len() as u64;
        for request in skipped.iter().filter(|_| self.context.settings.json) {
            let fields = json!({
                "source": safe_path(&request.source),
                "destination": request.destination.target().to_string(),
            });
            writeln!(out, "{}", line("skipped", fields))?;
        }
        Ok(rest)
    }

    /// The options of the run.
    pub(super) fn args(&self) -> &RunArgs {
        self.args
    }

    /// Where receipts go.
    pub(super) fn ledger(&self) -> Option<&Ledger> {
        self.ledger.as_ref()
    }

    /// Who watches.
    pub(super) fn observer(&self) -> &dyn Observer {
        &*self.context.observer
    }

    /// What the run has done so far.
    pub(super) fn totals(&self) -> MutexGuard<'_, Totals> {
        self.totals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Files that were never begun.
    pub(super) fn leave(&self, count: u64) {
        self.totals().unfinished += count;
    }

    /// Tells of something that does not stop the run.
    pub(super) fn warn(&self, message: &str) {
        let event = Event::Warning(message);
        self.context.observer.event(UploadNo(0), &event);
    }

    /// Writes down what the run did.
    fn conclude(&self, exit: Exit, took: Duration) -> anyhow::Result<()> {
        let totals = *self.totals();
        if let (Some(dir), false) = (&self.context.settings.state_dir, self.is_throttled) {
            // Known rates are for people who ask how long it will take; nothing depends on them.
            totals.save_rate(dir, took).ok();
        }
        let Some(path) = &self.args.metrics else {
            return Ok(());
        };
        let run = metrics::Run {
            ended: Timestamp::now(),
            took,
            exit_code: exit.code(),
            uploaded: totals.uploaded,
            skipped: totals.skipped,
            failed: totals.failed,
            unfinished: totals.unfinished,
            sent: totals.sent,
            held: totals.held,
        };
        let written = metrics::write(path, &run);
        if let (Err(error), true) = (&written, exit != Exit::Success) {
            // The run has failed for a reason of its own, which is the one to be told.
            self.warn(&diagnose_text(error));
            return Ok(());
        }
        written
    }

    fn tell(&self, ping: Option<&Ping>, signal: Signal, message: &str) {
        // Whoever stops a run waits for it.
        let tries = if matches!(self.context.cancel.reason(), Some(Stop::Signal(_))) {
            1
        } else {
            TRIES
        };
        if let Some(ping) = ping
            && let Err(error) = ping.send(signal, message, tries)
        {
            self.warn(&safe(&error.to_string()));
        }
    }
}

fn diagnose_text(error: &anyhow::Error) -> String {
    let links: Vec<_> = error.chain().map(|link| safe(&link.to_string())).collect();
    links.join(": ")
}
