//! Failed operations: which one, and what the failure means.

use std::error::Error;
use std::fmt;
use std::time::Duration;

/// An operation, for messages and decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Op {
    /// `upload_slice_init`
    Init,
    /// `upload_slice_list`
    List,
    /// `upload_slice_data`
    Slice,
    /// `upload_slice_finish`
    Finish,
    /// `upload`
    Whole,
    /// `stat`
    Stat,
    /// `create`
    MakeDir,
    /// `delete`
    Delete,
    /// `list`
    ListDir,
}

impl Op {
    /// The operation's name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Init => "upload_slice_init",
            Self::List => "upload_slice_list",
            Self::Slice => "upload_slice_data",
            Self::Finish => "upload_slice_finish",
            Self::Whole => "upload",
            Self::Stat => "stat",
            Self::MakeDir => "create",
            Self::Delete => "delete",
            Self::ListDir => "list",
        }
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a failure means: the one thing decisions are made on (PROTOCOL §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// No connection could be made.
    Connect,
    /// No answer in time: whether the server did it is unknown.
    Timeout,
    /// The connection broke: whether the server did it is unknown.
    Cut,
    /// The server is busy or in trouble.
    Busy,
    /// An obscure trouble of the server, worth only a few tries.
    Obscure,
    /// A success whose body is not an answer of this protocol.
    Garbage,
    /// The signature was too old or too young, or used already.
    SignatureExpired,
    /// Credentials, signature or permission refused.
    Refused,
    /// The object exists with other content.
    Exists,
    /// The very same file is there already.
    SameFile,
    /// The directory exists.
    DirExists,
    /// The directory is not empty.
    DirNotEmpty,
    /// There is no such object.
    NotFound,
    /// There is no such bucket.
    NoBucket,
    /// The session is gone.
    SessionLost,
    /// What the server holds is not what was thought.
    ListFirst,
    /// An unfinished upload of the same content is there.
    Unfinished,
    /// An unfinished upload of other content is there.
    UnfinishedOther,
    /// Length announced and length held differ.
    LengthDiffers,
    /// Sum promised and sum received differ.
    HashDiffers,
    /// The sum given at init was not repeated at finish.
    ShaMissing,
    /// The slice size is not one the service takes.
    SliceSize,
    /// The server's certificate is not one that is trusted.
    Untrusted,
    /// No repetition will cure it.
    Permanent,
    /// The credentials could not be had, so nothing was sent.
    Credentials,
    /// Stopped because the user or the clock said so.
    Stopped,
}

impl Kind {
    /// Whether the same call may work later.
    pub fn may_pass(self) -> bool {
        matches!(
            self,
            Self::Connect
                | Self::Timeout
                | Self::Cut
                | Self::Busy
                | Self::Obscure
                | Self::Garbage
                | Self::Stopped
        )
    }

    /// Whether the server may have done what was asked although no answer came.
    pub fn is_in_doubt(self) -> bool {
        matches!(self, Self::Timeout | Self::Cut | Self::Garbage)
    }
}

/// A failed operation.
#[derive(Debug, Clone)]
pub struct RemoteError {
    /// What was asked.
    pub op: Op,
    /// What the failure means.
    pub kind: Kind,
    /// The code of the envelope, where there was one.
    pub code: Option<i64>,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// What the server or the network said, as it said it: foreign text.
    pub message: String,
    /// The id to quote when asking the service.
    pub request_id: Option<String>,
    /// How long the server asks to wait.
    pub retry_after: Option<Duration>,
}

impl RemoteError {
    /// A failure without an answer.
    pub fn new(op: Op, kind: Kind, message: impl Into<String>) -> Self {
        Self {
            op,
            kind,
            code: None,
            status: None,
            message: message.into(),
            request_id: None,
            retry_after: None,
        }
    }
}

impl fmt::Display for RemoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}{}", self.op, self.message, self.details())
    }
}

impl RemoteError {
    /// What to quote when asking the service, in brackets behind a blank; nothing without an answer.
    pub fn details(&self) -> String {
        let mut details = Vec::new();
        if let Some(code) = self.code {
            details.push(format!("code {code}"));
        }
        if let Some(status) = self.status {
            details.push(format!("HTTP {status}"));
        }
        if let Some(id) = &self.request_id {
            details.push(format!("request {id}"));
        }
        if details.is_empty() {
            String::new()
        } else {
            format!(" ({})", details.join(", "))
        }
    }
}

impl Error for RemoteError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_what_it_knows() {
        let mut error = RemoteError::new(Op::Init, Kind::Busy, "too many requests");
        assert_eq!(error.to_string(), "upload_slice_init: too many requests");
        error.code = Some(-71);
        error.status = Some(503);
        error.request_id = Some("abc".into());
        assert_eq!(
            error.to_string(),
            "upload_slice_init: too many requests (code -71, HTTP 503, request abc)"
        );
    }
}
