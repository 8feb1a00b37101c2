//! `cosup resume`: go on with unfinished uploads.

use std::io::Write;

use super::around::Around;
use super::explain::explain_if_asked;
use super::put::access_url;
use super::transfer::{Manner, transfer};
use super::{Context, Server, quoted, which};
use crate::cli::ResumeArgs;
use crate::event::{Event, UploadNo};
use crate::exit::{Exit, Failure, diagnose};
use crate::store::{Checkpoint, StoreError, UploadId};
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
        if worst == Exit::Success && !context.settings.quiet {
            let event = Event::Warning("nothing to resume");
            context.observer.event(UploadNo(0), &event);
        }
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
        // However often this is repeated, it never reaches that server.
        worst = worst.worse(Exit::Config);
    }
    let requests: Vec<_> = here.into_iter().map(request).collect();
    let run = &args.run;
    let told = explain_if_asked(context, run, around, &server, &requests, &ResumeManner, out)?;
    if let Some(explained) = told {
        return if elsewhere.is_empty() {
            Ok(worst.worse(explained))
        } else {
            Err(left_alone(&elsewhere).into())
        };
    }
    let result = transfer(context, run, around, &server, &requests, &ResumeManner, out);
    match result {
        Ok(_) if !elsewhere.is_empty() => Err(left_alone(&elsewhere).into()),
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

/// That uploads for another server cannot be gone on with from here, and how they can.
fn left_alone(elsewhere: &[Checkpoint]) -> Failure {
    let uploads = match elsewhere.len() {
        1 => "1 upload goes to another server and was left alone".to_owned(),
        n => format!("{n} uploads go to other servers and were left alone"),
    };
    let failure = Failure::config(uploads);
    let Some(first) = elsewhere.first().map(|checkpoint| &checkpoint.destination) else {
        return failure;
    };
    let server = match first.endpoint.strip_prefix("emulator:") {
        Some(root) => format!("--emulator={}", quoted(root)),
        None => format!(
            "--endpoint={} --appid={}",
            quoted(&first.endpoint),
            quoted(&first.appid)
        ),
    };
    let ids: Vec<_> = elsewhere
        .iter()
        .filter(|it| {
            it.destination.endpoint == first.endpoint && it.destination.appid == first.appid
        })
        .map(|it| UploadId::of(&it.destination, &it.source.path).to_string())
        .collect();
    failure.hint(format!("to go on: cosup resume {server} {}", ids.join(" ")))
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
