//! Exit codes by what a script should do next, and the one function from an error to code and hint.

use std::error::Error;
use std::fmt;
use std::io;

use crate::batch::BatchError;
use crate::cancel::Stop;
use crate::destination::BadDestination;
use crate::machine::Conflict;
use crate::remote::{Kind, RemoteError, Target};
use crate::settings::SettingsError;
use crate::source::SourceError;
use crate::store::StoreError;
use crate::text::{Safe, safe};
use crate::upload::UploadError;

/// How a run ends. The codes are a contract with scripts: they never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Exit {
    /// Everything asked for is true.
    Success,
    /// Trying again as it is will not help.
    Failed,
    /// Wrong usage.
    Usage,
    /// A file changed, vanished or is unreadable.
    Source,
    /// The destination holds other content.
    Conflict,
    /// Stopped by trouble that may pass, or the time window closed.
    TryAgain,
    /// Another cosup works on it.
    Busy,
    /// Refused by the server.
    Refused,
    /// Configuration missing or wrong.
    Config,
    /// Stopped by a signal, by its number.
    Signal(u8),
}

impl Exit {
    /// The code the process ends with.
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Source => 65,
            Self::Conflict => 73,
            Self::TryAgain => 75,
            Self::Busy => 76,
            Self::Refused => 77,
            Self::Config => 78,
            Self::Signal(number) => 128_u8.saturating_add(number),
        }
    }

    /// The word for it in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failed => "failed",
            Self::Usage => "usage",
            Self::Source => "source",
            Self::Conflict => "conflict",
            Self::TryAgain => "try-again",
            Self::Busy => "busy",
            Self::Refused => "refused",
            Self::Config => "config",
            Self::Signal(_) => "signal",
        }
    }

    /// The more urgent of two, for runs with several files.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        std::cmp::max_by_key(other, self, |exit| exit.urgency())
    }

    fn urgency(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Busy => 1,
            Self::TryAgain => 2,
            Self::Failed => 3,
            Self::Conflict => 4,
            Self::Source => 5,
            Self::Refused => 6,
            Self::Config => 7,
            Self::Usage => 8,
            Self::Signal(_) => 9,
        }
    }
}

impl From<Stop> for Exit {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Signal(number) => Self::Signal(u8::try_from(number).unwrap_or(0)),
            Stop::Time => Self::TryAgain,
        }
    }
}

/// An error that knows how the run is to end; what commands return when no other type says it.
#[derive(Debug)]
pub struct Failure {
    /// How the run ends.
    pub exit: Exit,
    /// What failed and why: lower case, no full stop, foreign text made safe already.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The command that does it, to be pasted into a shell as it stands.
    pub command: Option<String>,
}

impl Failure {
    /// A failure without a hint.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            hint: None,
            command: None,
        }
    }

    /// Wrong usage that clap could not see.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// The local file is at fault.
    pub fn source(message: impl Into<String>) -> Self {
        Self::new(Exit::Source, message)
    }

    /// The configuration is at fault.
    pub fn config(message: impl Into<String>) -> Self {
        Self::new(Exit::Config, message)
    }

    /// The destination is taken.
    pub fn conflict(conflict: &Conflict, target: &Target) -> Self {
        let dest = safe(&target.to_string());
        match conflict {
            Conflict::OtherObject => Self::new(
                Exit::Conflict,
                format!("{dest} exists and has other content"),
            )
            .hint("choose with --if-exists skip or --if-exists overwrite"),
            Conflict::OtherUpload { why } => Self::new(
                Exit::Conflict,
                format!(
                    "{dest} has an unfinished upload of another file: {}",
                    Safe(why)
                ),
            )
            .hint(format!(
                "this machine has no checkpoint of it; to drop it, whosever it is, and any object of \
                 that name: cosup rm {dest}"
            )),
        }
    }

    /// Says what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Names the command that does what the hint says.
    #[must_use]
    pub fn command(mut self, command: impl Into<String>) -> Self {
        self.command = Some(command.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Failure {}

/// What to tell a person and a script about an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// How the run ends.
    pub exit: Exit,
    /// The chain of what failed and why, safe to print.
    pub message: String,
    /// What to do about it, safe to print.
    pub hint: Option<String>,
    /// The command that does it, to be pasted into a shell as it stands.
    pub command: Option<String>,
}

/// Reads an error: the first typed one in its chain decides.
pub fn diagnose(error: &anyhow::Error) -> Diagnosis {
    let mut links: Vec<String> = error.chain().map(|link| safe(&link.to_string())).collect();
    // Many an error says in its own words what its cause says again.
    links.dedup_by(|cause, said| said.ends_with(cause.as_str()));
    let (exit, hint) = error
        .chain()
        .find_map(known)
        .unwrap_or((Exit::Failed, None));
    let command = error
        .chain()
        .find_map(|link| link.downcast_ref::<Failure>()?.command.clone());
    Diagnosis {
        exit,
        message: links.join(": "),
        hint,
        command,
    }
}

fn known(link: &(dyn Error + 'static)) -> Option<(Exit, Option<String>)> {
    if let Some(failure) = link.downcast_ref::<Failure>() {
        return Some((failure.exit, failure.hint.clone()));
    }
    if let Some(error) = link.downcast_ref::<SettingsError>() {
        return Some((Exit::Config, error.hint.clone()));
    }
    if let Some(error) = link.downcast_ref::<RemoteError>() {
        return Some((of_kind(error.kind), hint_of(error)));
    }
    if let Some(error) = link.downcast_ref::<UploadError>() {
        return match error {
            UploadError::Stopped { .. } => Some((Exit::TryAgain, None)),
            UploadError::Gone => Some((Exit::Success, None)),
            UploadError::Internal(_) => Some((Exit::Failed, None)),
            // What they wrap comes next in the chain.
            UploadError::Source { .. } | UploadError::Store(_) => None,
        };
    }
    if let Some(error) = link.downcast_ref::<SourceError>() {
        return Some(of_source(error));
    }
    if let Some(error) = link.downcast_ref::<StoreError>() {
        return Some(of_store(error));
    }
    if link.downcast_ref::<BadDestination>().is_some() {
        return Some((Exit::Usage, None));
    }
    if let Some(error) = link.downcast_ref::<BatchError>() {
        let exit = match error {
            BatchError::Missing(_) | BatchError::Walk(_) => Exit::Source,
            _ => Exit::Usage,
        };
        return Some((exit, None));
    }
    let error = link.downcast_ref::<io::Error>()?;
    (error.kind() == io::ErrorKind::Interrupted).then_some((Exit::TryAgain, None))
}

fn of_source(error: &SourceError) -> (Exit, Option<String>) {
    match error {
        SourceError::Stopped => (Exit::TryAgain, None),
        SourceError::Keep(_) => (Exit::Failed, None),
        SourceError::IsDirectory(_) => (
            Exit::Usage,
            Some("use -r to upload what is in it".to_owned()),
        ),
        SourceError::Missing(_)
        | SourceError::NotAFile(_)
        | SourceError::Unreadable(..)
        | SourceError::Changed(..) => (Exit::Source, None),
    }
}

fn of_store(error: &StoreError) -> (Exit, Option<String>) {
    match error {
        StoreError::Busy { .. } => (
            Exit::Busy,
            Some("let it work, or wait for it with --wait".to_owned()),
        ),
        StoreError::Newer { .. } => (
            Exit::Config,
            Some("use the newer cosup, or another --state-dir".to_owned()),
        ),
        StoreError::Unusable(..) => (
            Exit::Config,
            Some("name a directory that can be written with --state-dir".to_owned()),
        ),
    }
}

/// How a run ends that fails in this way.
pub fn of_kind(kind: Kind) -> Exit {
    match kind {
        Kind::Connect
        | Kind::Timeout
        | Kind::Cut
        | Kind::Busy
        | Kind::Obscure
        | Kind::Garbage
        | Kind::SessionLost
        | Kind::ListFirst
        | Kind::Unfinished
        | Kind::Stopped => Exit::TryAgain,
        Kind::SignatureExpired | Kind::Refused => Exit::Refused,
        Kind::Exists | Kind::UnfinishedOther => Exit::Conflict,
        Kind::Credentials => Exit::Config,
        Kind::SameFile
        | Kind::DirExists
        | Kind::DirNotEmpty
        | Kind::NotFound
        | Kind::NoBucket
        | Kind::LengthDiffers
        | Kind::HashDiffers
        | Kind::ShaMissing
        | Kind::SliceSize
        | Kind::Untrusted
        | Kind::Permanent => Exit::Failed,
    }
}

fn hint_of(error: &RemoteError) -> Option<String> {
    let hint = match error.kind {
        Kind::Connect => "check the network, --endpoint and --proxy, or run: cosup doctor",
        Kind::Timeout | Kind::Cut | Kind::Busy | Kind::Obscure | Kind::Garbage => {
            "run the same command again later; nothing that was sent is lost"
        }
        Kind::SignatureExpired => "check the clock of this machine, or run: cosup doctor",
        Kind::Refused => "check appid, secret id, key and bucket, or run: cosup doctor",
        Kind::Exists => "choose with --if-exists skip or --if-exists overwrite",
        Kind::UnfinishedOther => {
            "to drop it, whosever it is, and any object of that name: cosup rm DEST"
        }
        Kind::NoBucket => "buckets are made in the console; check the name and the region",
        Kind::NotFound => "check the path; directories end in a slash",
        Kind::DirNotEmpty => "remove what is in it first",
        Kind::SliceSize => "use --slice-size 1M",
        Kind::Untrusted => "name the certificate of its authority with --ca-cert",
        Kind::SessionLost
        | Kind::ListFirst
        | Kind::Unfinished
        | Kind::SameFile
        | Kind::DirExists
        | Kind::LengthDiffers
        | Kind::HashDiffers
        | Kind::ShaMissing
        | Kind::Permanent
        | Kind::Credentials
        | Kind::Stopped => return None,
    };
    Some(hint.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remote::Op;
    use anyhow::Context;

    #[test]
    fn the_codes_are_frozen() {
        let codes: Vec<u8> = [
            Exit::Success,
            Exit::Failed,
            Exit::Usage,
            Exit::Source,
            Exit::Conflict,
            Exit::TryAgain,
            Exit::Busy,
            Exit::Refused,
            Exit::Config,
            Exit::Signal(1),
            Exit::Signal(2),
            Exit::Signal(15),
        ]
        .map(Exit::code)
        .into();
        assert_eq!(codes, [0, 1, 2, 65, 73, 75, 76, 77, 78, 129, 130, 143]);
    }

    #[test]
    fn the_most_urgent_code_wins() {
        let order = [
            Exit::Config,
            Exit::Refused,
            Exit::Source,
            Exit::Conflict,
            Exit::Failed,
            Exit::TryAgain,
            Exit::Busy,
            Exit::Success,
        ];
        for (at, urgent) in order.iter().enumerate() {
            for other in &order[at..] {
                assert_eq!(urgent.worse(*other), *urgent);
                assert_eq!(other.worse(*urgent), *urgent);
            }
        }
    }

    #[test]
    fn what_a_cause_says_again_is_said_once() {
        use crate::source::{Change, SourceError};
        let error = UploadError::Source {
            error: SourceError::Changed("a".into(), Change::Edited),
            id: None,
        };
        assert_eq!(
            diagnose(&anyhow::Error::new(error)).message,
            "a: the file changed: its content was edited"
        );
        let error = StoreError::Unusable("s".into(), io::Error::other("full"));
        assert_eq!(diagnose(&anyhow::Error::new(error)).message, "s: full");
    }

    #[test]
    fn the_first_typed_error_in_a_chain_decides() {
        let mut remote = RemoteError::new(Op::Init, Kind::Refused, "no\x1b[2Jpermission");
        remote.code = Some(-97);
        let error = anyhow::Error::new(remote).context("could not upload a.bin");
        let diagnosis = diagnose(&error);
        assert_eq!(diagnosis.exit, Exit::Refused);
        assert_eq!(
            diagnosis.message,
            "could not upload a.bin: upload_slice_init: no\\x1b[2Jpermission (code -97)"
        );
        assert!(
            diagnosis
                .hint
                .is_some_and(|hint| hint.contains("cosup doctor"))
        );

        let error = Err::<(), _>(Failure::usage("two ends").hint("give one"))
            .context("reading the arguments")
            .map_err(|error| diagnose(&error));
        assert_eq!(
            error,
            Err(Diagnosis {
                exit: Exit::Usage,
                message: "reading the arguments: two ends".into(),
                hint: Some("give one".into()),
                command: None,
            })
        );
    }
}
