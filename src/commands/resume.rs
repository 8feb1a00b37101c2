//! `cosup resume`: go on with unfinished uploads.

use std::io::Write;

use super::around::Around;
use super::explain::explain;
use super::put::access_url;
use super::transfer::{Manner, transfer};
use super::{Context, Server, which};
use crate::cli::ResumeArgs;
use crate::event::{Event, UploadNo};
use crate::exit::{Exit, Failure, diagnose};
use crate::store::{Checkpoint, StoreError};
use crate::upload::{Mode, Options, Report, Request};
use crate::wire::WHOLE_LIMIT;

/// Runs the command.
pub(super) fn run(
    args: &ResumeArgs,
    context: &Context,
    around: &Around<'_>,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<Exit> {
    let mut worst = Exit::Success;
    let mut checkpoints = Vec::new();
    for entry in which::named(context, &args.which)? {
        match entry.checkpoint {
            Ok(checkpoint) => checkpoints.push(checkpoint),
            Err(error) => {
                let way_out = match error {
                    StoreError::Newer { .. } => "use the newer cosup".to_owned(),
                    StoreError::Busy { .. } | StoreError::Unusable(..) => format!(
                        "put the file again to go on, or forget it: cosup abort {}",
                        entry.id
                    ),
                };
                let found = diagnose(&error.into());
                worst = worst.worse(found.exit);
                let message = format!("{}; {way_out}", found.message);
                let event = Event::Failed { message: &message };
                context.observer.event(UploadNo(0), &event);
            }
        }
    }
    if checkpoints.is_empty() {
        return Ok(worst);
    }
    let server = Server::throttled(context, around.throttle())?;
    let (here, elsewhere): (Vec<_>, Vec<_>) = checkpoints
        .into_iter()
        .partition(|checkpoint| server.holds(&checkpoint.destination));
    for checkpoint in &elsewhere {
        let message = format!(
            "{}: goes to {} of appid {}, which is not the server of these settings; left alone",
            checkpoint.source.path.display(),
            checkpoint.destination.endpoint,
            checkpoint.destination.appid,
        );
        let event = Event::Warning(&message);
        context.observer.event(UploadNo(0), &event);
    }
    if !elsewhere.is_empty() {
        worst = worst.worse(Exit::TryAgain);
    }
    let requests: Vec<_> = here.into_iter().map(request).collect();
    if args.run.dry_run || args.run.explain {
        let explained = explain(context, around, &server, &requests, &ResumeManner, out)?;
        if args.run.dry_run {
            return Ok(worst.worse(explained));
        }
    }
    let run = &args.run;
    let result = transfer(context, run, around, &server, &requests, &ResumeManner, out);
    match result {
        Ok(exit) => Ok(worst.worse(exit)),
        Err(error) => {
            let found = diagnose(&error);
            if found.exit.worse(worst) == found.exit {
                return Err(error);
            }
            // What was wrong with a checkpoint is the more urgent.
            Err(Failure {
                exit: worst,
                message: found.message,
                hint: found.hint,
                command: found.command,
            }
            .into())
        }
    }
}

/// The request that a checkpoint remembers.
pub(super) fn request(checkpoint: Checkpoint) -> Request {
    Request {
        options: Options {
            slice_size: checkpoint.slice_size,
            slice_threshold: if checkpoint.whole { WHOLE_LIMIT } else { 0 },
            existing: checkpoint.existing(),
            biz_attr: checkpoint.biz_attr,
            make_parents: checkpoint.make_parents,
        },
        source: checkpoint.source.path,
        destination: checkpoint.destination,
        mode: Mode::Resume,
    }
}

struct ResumeManner;

impl Manner for ResumeManner {
    fn skips_existing(&self) -> bool {
        false
    }

    fn removes_source(&self) -> bool {
        false
    }

    fn line(&self, request: &Request, report: &Report) -> String {
        access_url(request, report)
    }
}
