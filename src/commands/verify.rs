//! `cosup verify`: files or receipts against what the server says of their objects, without
//! downloading.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::json;

use super::attributes::{Form, is_partial, sum};
use super::{Context, Server};
use crate::batch::in_lanes;
use crate::cancel::Cancel;
use crate::cli::VerifyArgs;
use crate::destination;
use crate::digest::{PART_SIZE, Sha1Sum};
use crate::exit::{Exit, Failure, diagnose};
use crate::ledger::Latest;
use crate::progress::json::line;
use crate::remote::{Kind, Remote, Stat, Target, same_sha};
use crate::source::{Source, SourceError};
use crate::store::Destination;
use crate::text::{Rate, Size, Span, safe, safe_path};

/// Compares what `args` name.
pub(super) fn run(
    args: &VerifyArgs,
    context: &Context,
    out: &mut dyn Write,
) -> anyhow::Result<Exit> {
    let server = Server::of(context)?;
    let verify = Verify {
        remote: &server.plain(context),
        is_here: &|destination| server.holds(destination),
        jobs: usize::from(context.settings.jobs),
        cancel: &context.cancel,
        form: Form::from(context.settings.json),
        quiet: context.settings.quiet,
    };
    verify.run(args, out)
}

/// What a run works with.
struct Verify<'a> {
    remote: &'a dyn Remote,
    /// Whether a receipt is for this server.
    is_here: &'a (dyn Fn(&Destination) -> bool + Sync),
    /// Requests at once.
    jobs: usize,
    cancel: &'a Cancel,
    form: Form,
    /// Whether only what is wrong is shown.
    quiet: bool,
}

/// One comparison.
struct Pair {
    source: PathBuf,
    target: Target,
}

/// What a comparison showed.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Finding {
    Same,
    /// The object is another one; why.
    Differs(String),
    /// There is no object.
    Missing,
    /// The server tells no sum to compare with.
    Unproved,
    /// The file is at fault; why.
    Source(String),
    /// The server could not be asked; how the run is to end, and why.
    Failed(Exit, String),
}

impl Finding {
    fn exit(&self) -> Exit {
        match self {
            Self::Same => Exit::Success,
            Self::Differs(_) | Self::Missing => Exit::Conflict,
            Self::Unproved => Exit::Failed,
            Self::Source(_) => Exit::Source,
            Self::Failed(exit, _) => *exit,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Differs(_) => "differs",
            Self::Missing => "missing",
            Self::Unproved => "unproved",
            Self::Source(_) => "source",
            Self::Failed(..) => "failed",
        }
    }

    fn why(&self) -> Option<&str> {
        match self {
            Self::Same | Self::Missing => None,
            Self::Unproved => Some("the sizes agree, but the server tells no sum"),
            Self::Differs(why) | Self::Source(why) | Self::Failed(_, why) => Some(why),
        }
    }
}

/// One comparison that was made.
struct Checked {
    pair: Pair,
    finding: Finding,
    /// Bytes of the file that were read for it.
    read: u64,
}

/// What has been found so far.
struct Tally<'a> {
    out: &'a mut dyn Write,
    exit: Exit,
    same: u64,
    other: u64,
    read: u64,
}

impl Verify<'_> {
    fn run(&self, args: &VerifyArgs, out: &mut dyn Write) -> anyhow::Result<Exit> {
        let started = Instant::now();
        let mut tally = Tally {
            out,
            exit: Exit::Success,
            same: 0,
            other: 0,
            read: 0,
        };
        match &args.ledger {
            // The variable that names the ledger may be set for `put`; files given are meant.
            Some(ledger) if args.paths.is_empty() => self.ledger(ledger, &mut tally)?,
            _ => self.files(&args.paths, &mut tally)?,
        }
        self.conclude(&mut tally, started.elapsed())?;
        Ok(self.cancel.reason().map_or(tally.exit, Exit::from))
    }

    fn files(&self, paths: &[std::ffi::OsString], tally: &mut Tally<'_>) -> anyhow::Result<()> {
        let Some((dest, files @ [_, ..])) = paths.split_last() else {
            return Err(Failure::usage("a file or a destination is missing")
                .hint("cosup verify <FILE>... <DEST>, or cosup verify --ledger <FILE>")
                .into());
        };
        let dest = dest
            .to_str()
            .ok_or_else(|| Failure::usage("the destination is not UTF-8"))?;
        let dest =
            destination::parse(dest).map_err(|error| Failure::usage(safe(&error.to_string())))?;
        if files.len() > 1 && !dest.path.ends_with('/') {
            return Err(Failure::usage("several files cannot be one object")
                .hint("end the destination in a slash")
                .into());
        }
        for file in files {
            if self.cancel.is_stopped() {
                break;
            }
            let source = PathBuf::from(file);
            let target = if dest.path.ends_with('/') {
                let name = source.file_name().and_then(|name| name.to_str());
                let name = name.ok_or_else(|| {
                    Failure::usage(format!("{} has no name to look for", safe_path(&source)))
                })?;
                destination::inside(&dest, name)
                    .map_err(|error| Failure::usage(safe(&error.to_string())))?
            } else {
                dest.clone()
            };
            let (finding, read) = self.compare_file(&source, &target);
            let pair = Pair { source, target };
            self.report(
                &Checked {
                    pair,
                    finding,
                    read,
                },
                tally,
            )?;
        }
        Ok(())
    }

    /// Asks the server first, because that is quick, and reads the file only if it can be the same.
    fn compare_file(&self, source: &Path, target: &Target) -> (Finding, u64) {
        let file = match Source::open(source) {
            Ok(file) => file,
            Err(error) => return (of_source(&error), 0),
        };
        let stat = match self.ask(target, file.len()) {
            Ok(stat) => stat,
            Err(finding) => return (finding, 0),
        };
        let mut read = 0;
        let sum = file.hash(PART_SIZE, &mut std::io::sink(), self.cancel, &mut |done| {
            read = done;
        });
        match sum {
            Ok(sum) => (compare_sum(&stat, sum), read),
            Err(error) => (of_source(&error), read),
        }
    }

    /// The attributes of an object that is whole and has this length.
    fn ask(&self, target: &Target, len: u64) -> Result<Stat, Finding> {
        let stat = match self.remote.stat(target) {
            Ok(stat) => stat,
            Err(error) if error.kind == Kind::NotFound => return Err(Finding::Missing),
            Err(error) => {
                let diagnosis = diagnose(&error.into());
                return Err(Finding::Failed(diagnosis.exit, diagnosis.message));
            }
        };
        if stat.is_dir {
            return Err(Finding::Differs("it is a directory".to_owned()));
        }
        if is_partial(&stat) {
            return Err(Finding::Differs("its upload is not finished".to_owned()));
        }
        match stat.file_len.or(stat.held_len) {
            Some(there) if there != len => Err(Finding::Differs(format!(
                "{len} bytes here, {there} bytes there"
            ))),
            _ => Ok(stat),
        }
    }

    fn ledger(&self, path: &Path, tally: &mut Tally<'_>) -> anyhow::Result<()> {
        let latest =
            Latest::load(path).map_err(|error| Failure::source(diagnose(&error).message))?;
        if latest.unreadable() > 0 {
            tally.exit = tally.exit.worse(Exit::Source);
            let lines = latest.unreadable();
            tally.other += lines;
            match self.form {
                Form::Text => writeln!(
                    tally.out,
                    "{:<9} {lines} lines of {}",
                    "unread",
                    safe_path(path)
                )?,
                Form::Json => writeln!(
                    tally.out,
                    "{}",
                    line("unread", json!({"ledger": safe_path(path), "lines": lines}))
                )?,
            }
        }
        for places in latest.places().chunks(AT_ONCE) {
            let go_on = || !self.cancel.is_stopped();
            let checked = in_lanes(places, self.jobs, go_on, |_, place| -> anyhow::Result<_> {
                let receipt = latest.read(*place)?;
                let finding = if (self.is_here)(&receipt.destination) {
                    match self.ask(&receipt.destination.target(), receipt.size) {
                        Ok(stat) => compare_sum(&stat, receipt.sha1),
                        Err(finding) => finding,
                    }
                } else {
                    let Destination {
                        endpoint, appid, ..
                    } = &receipt.destination;
                    let why = format!("it is on {endpoint} under {appid}, not on this server");
                    Finding::Failed(Exit::Config, safe(&why))
                };
                Ok(Checked {
                    finding,
                    read: 0,
                    pair: Pair {
                        source: receipt.source,
                        target: receipt.destination.target(),
                    },
                })
            });
            for checked in checked.into_iter().flatten() {
                self.report(&checked?, tally)?;
            }
        }
        Ok(())
    }

    fn report(&self, checked: &Checked, tally: &mut Tally<'_>) -> std::io::Result<()> {
        let Checked {
            pair,
            finding,
            read,
        } = checked;
        tally.exit = tally.exit.worse(finding.exit());
        tally.read += read;
        if *finding == Finding::Same {
            tally.same += 1;
        } else {
            tally.other += 1;
        }
        let (source, target) = (safe_path(&pair.source), pair.target.to_string());
        match self.form {
            Form::Json => writeln!(
                tally.out,
                "{}",
                line(
                    "verified",
                    json!({
                        "source": pair.source.to_string_lossy(),
                        "destination": target,
                        "result": finding.word(),
                        "why": finding.why(),
                    })
                )
            ),
            Form::Text if self.quiet && *finding == Finding::Same => Ok(()),
            Form::Text => {
                let why = finding
                    .why()
                    .map(|why| format!(": {why}"))
                    .unwrap_or_default();
                writeln!(
                    tally.out,
                    "{:<9} {source} {}{why}",
                    finding.word(),
                    safe(&target)
                )
            }
        }
    }

    fn conclude(&self, tally: &mut Tally<'_>, took: Duration) -> std::io::Result<()> {
        let rate = rate(tally.read, took);
        let (same, other) = (tally.same, tally.other);
        match self.form {
            Form::Json => writeln!(
                tally.out,
                "{}",
                line(
                    "totals",
                    json!({
                        "same": same,
                        "other": other,
                        "bytes_read": tally.read,
                        "seconds": took.as_secs_f64(),
                    })
                )
            ),
            Form::Text if self.quiet => Ok(()),
            Form::Text if tally.read == 0 => writeln!(tally.out, "{same} the same, {other} not"),
            Form::Text => writeln!(
                tally.out,
                "{same} the same, {other} not; read {} in {}, {}",
                Size(tally.read),
                Span(took),
                Rate(rate)
            ),
        }
    }
}

/// Receipts checked between two looks at the output.
const AT_ONCE: usize = 1000;

fn rate(bytes: u64, took: Duration) -> u64 {
    let nanos = took.as_nanos().max(1);
    u64::try_from(u128::from(bytes) * 1_000_000_000 / nanos).unwrap_or(u64::MAX)
}

fn compare_sum(stat: &Stat, here: Sha1Sum) -> Finding {
    match sum(stat) {
        None => Finding::Unproved,
        Some(there) if same_sha(there, here) => Finding::Same,
        Some(there) => Finding::Differs(format!("sha1 {here} here, {} there", safe(there))),
    }
}

fn of_source(error: &SourceError) -> Finding {
    match error {
        SourceError::Stopped => Finding::Failed(Exit::TryAgain, "stopped".to_owned()),
        error => Finding::Source(safe(&error.to_string())),
    }
}

#[cfg(test)]
mod tests;
