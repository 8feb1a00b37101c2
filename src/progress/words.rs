//! The words for what happens: why a call failed, what is being asked, how an upload came out.

use crate::event::{Event, Phase};
use crate::machine::{Conflict, How, Outcome};
use crate::remote::{Kind, RemoteError};
use crate::text::{Safe, safe};

/// What went wrong, in a few words.
pub(super) fn reason(error: &RemoteError) -> String {
    let words = match error.kind {
        Kind::Connect => "no connection".to_owned(),
        Kind::Timeout => "no answer in time".to_owned(),
        Kind::Cut => "the connection broke".to_owned(),
        Kind::Busy => "server busy".to_owned(),
        Kind::Obscure => "server in trouble".to_owned(),
        Kind::Garbage => "an answer that is none".to_owned(),
        _ => safe(&error.message),
    };
    match (error.code, error.status) {
        (Some(code), _) => format!("{words} ({code})"),
        (None, Some(status)) => format!("{words} (HTTP {status})"),
        (None, None) => words,
    }
}

/// What is being asked of the server, in a few words.
pub(super) fn asking(phase: Phase) -> &'static str {
    match phase {
        Phase::Init => "opening a session",
        Phase::MakeParents => "making the directories above it",
        Phase::List => "asking what the server holds",
        Phase::Prove => "proving that the file is still the same",
        Phase::Finish => "turning the slices into the object",
        Phase::Confirm => "confirming that the object is the file",
    }
}

/// How an upload came out, in a few words, safe to print; `Err` when it failed.
pub(super) fn verdict(result: &Outcome) -> Result<&'static str, String> {
    match result {
        Outcome::Done(done) => Ok(match done.how {
            How::Whole => "sent",
            How::Slices => "sent in slices",
            How::Instant => "the server had the content already",
            How::AlreadyThere => "already there",
        }),
        Outcome::Conflict(Conflict::OtherObject) => {
            Err("the destination exists and has other content".to_owned())
        }
        Outcome::Conflict(Conflict::OtherUpload { why }) => Err(format!(
            "the destination has an unfinished upload of another file: {}",
            Safe(why)
        )),
        Outcome::Failed(error) => Err(safe(&error.to_string())),
    }
}

/// One line for a request; nothing in it can sign.
pub(super) fn request_line(event: &Event<'_>) -> Option<String> {
    let Event::Request {
        method,
        path,
        op,
        offset,
        status,
        code,
        request_id,
        took,
    } = event
    else {
        return None;
    };
    let mut line = format!("{method} {} {op}", Safe(path));
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            line.push_str(&format!(" {name}={value}"));
        }
    };
    add("offset", offset.map(|offset| offset.to_string()));
    add("status", status.map(|status| status.to_string()));
    add("code", code.map(|code| code.to_string()));
    add("request", request_id.map(safe));
    if status.is_none() {
        line.push_str(" no answer");
    }
    line.push_str(&format!(" {} ms", took.as_millis()));
    Some(line)
}
