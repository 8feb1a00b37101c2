//! `cosup verify`: files or receipts against what the server says of their objects, without
//! downloading.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::json;

use super::attributes::{Form, is_partial, sum};
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
use crate::text::{Rate, Size, Span, safe, safe_path};

/// What a run of `verify` works with.
pub(super) struct Verify<'a> {
    /// The server.
    pub(super) remote: &'a dyn Remote,
    /// The scheme and host of the server, and the account: what a receipt must have been for.
    pub(super) server: (&'a str, &'a str),
    /// Requests at once.
    pub(super) jobs: usize,
    /// The wish to stop.
    pub(super) cancel: &'a Cancel,
    /// How results are written.
    pub(super) form: Form,
    /// Whether only what is wrong is shown.
    pub(super) quiet: bool,
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
    /// Compares what `args` name.
    pub(super) fn run(&self, args: &VerifyArgs, out: &mut dyn Write) -> anyhow::Result<Exit> {
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
            read = done
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
                let finding = if (receipt.endpoint.as_str(), receipt.appid.as_str()) == self.server
                {
                    match self.ask(&receipt.destination, receipt.size) {
                        Ok(stat) => compare_sum(&stat, receipt.sha1),
                        Err(finding) => finding,
                    }
                } else {
                    let (endpoint, appid) = (&receipt.endpoint, &receipt.appid);
                    let why = format!("it is on {endpoint} under {appid}, not on this server");
                    Finding::Failed(Exit::Config, safe(&why))
                };
                Ok(Checked {
                    finding,
                    read: 0,
                    pair: Pair {
                        source: receipt.source,
                        target: receipt.destination,
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
                        "source": source,
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
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use crate::remote::{
        InitRequest, Initiated, Listed, Location, Op, Page, RemoteError, SliceRequest, Stored,
        WholeRequest,
    };
    use std::fs;

    /// A server that knows the sums of a few objects and nothing else.
    struct Shelf;

    fn refused<T>(op: Op) -> Result<T, RemoteError> {
        Err(RemoteError::new(op, Kind::Permanent, "not in this test"))
    }

    impl Remote for Shelf {
        fn stat(&self, target: &Target) -> Result<Stat, RemoteError> {
            let of = |bytes: &[u8]| Stat {
                file_len: Some(bytes.len() as u64),
                sha: Some(Sha1Sum::of(bytes).to_string()),
                ..Stat::default()
            };
            match target.path.as_str() {
                "/d/same" => Ok(of(b"same")),
                "/d/other" => Ok(of(b"OTHER")),
                "/d/longer" => Ok(of(b"longer and longer")),
                "/d/half" => Ok(Stat {
                    held_len: Some(1),
                    ..of(b"half")
                }),
                "/d/bare" => Ok(Stat {
                    sha: None,
                    ..of(b"bare")
                }),
                "/d/busy" => Err(RemoteError::new(Op::Stat, Kind::Busy, "busy")),
                _ => Err(RemoteError::new(Op::Stat, Kind::NotFound, "none")),
            }
        }
        fn init(&self, _: &Target, _: &InitRequest<'_>) -> Result<Initiated, RemoteError> {
            refused(Op::Init)
        }
        fn list(&self, _: &Target) -> Result<Listed, RemoteError> {
            refused(Op::List)
        }
        fn put_slice(&self, _: &Target, _: &SliceRequest<'_>) -> Result<Stored, RemoteError> {
            refused(Op::Slice)
        }
        fn finish(&self, _: &Target, _: &str, _: u64, _: Sha1Sum) -> Result<Location, RemoteError> {
            refused(Op::Finish)
        }
        fn put_whole(&self, _: &Target, _: &WholeRequest<'_>) -> Result<Location, RemoteError> {
            refused(Op::Whole)
        }
        fn make_dir(&self, _: &Target) -> Result<(), RemoteError> {
            refused(Op::MakeDir)
        }
        fn delete(&self, _: &Target) -> Result<(), RemoteError> {
            refused(Op::Delete)
        }
        fn list_dir(&self, _: &Target, _: &str) -> Result<Page, RemoteError> {
            refused(Op::ListDir)
        }
    }

    fn verify(names: &[&str]) -> (Exit, String) {
        let dir = tempfile::tempdir().unwrap();
        let mut paths = Vec::new();
        for name in names {
            let path = dir.path().join(name);
            if *name != "absent" {
                fs::write(&path, name).unwrap();
            }
            paths.push(path.into_os_string());
        }
        paths.push("/b/d/".into());
        let verify = Verify {
            remote: &Shelf,
            server: ("", ""),
            jobs: 1,
            cancel: &Cancel::default(),
            form: Form::Text,
            quiet: false,
        };
        let mut out = Vec::new();
        let args = VerifyArgs {
            paths,
            ledger: None,
        };
        let exit = verify.run(&args, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let text = text.replace(&format!("{}/", dir.path().display()), "");
        (exit, text.lines().next().unwrap().to_owned())
    }

    #[test]
    fn each_side_has_its_code() {
        for (name, exit, line) in [
            ("same", Exit::Success, "same      same /b/d/same"),
            (
                "longer",
                Exit::Conflict,
                "differs   longer /b/d/longer: 6 bytes here, 17 bytes there",
            ),
            (
                "half",
                Exit::Conflict,
                "differs   half /b/d/half: its upload is not finished",
            ),
            ("none", Exit::Conflict, "missing   none /b/d/none"),
            (
                "bare",
                Exit::Failed,
                "unproved  bare /b/d/bare: the sizes agree, but the server tells no sum",
            ),
            (
                "absent",
                Exit::Source,
                "source    absent /b/d/absent: absent: no such file",
            ),
            (
                "busy",
                Exit::TryAgain,
                "failed    busy /b/d/busy: stat: busy",
            ),
        ] {
            assert_eq!(verify(&[name]), (exit, line.to_owned()));
        }
        let (exit, line) = verify(&["other"]);
        assert_eq!(exit, Exit::Conflict);
        assert!(
            line.starts_with("differs   other /b/d/other: sha1 "),
            "{line}"
        );
        assert_eq!(verify(&["same", "busy", "absent", "other"]).0, Exit::Source);
    }
}
