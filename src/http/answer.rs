//! Answers: reading them, and classifying each failure, once (PROTOCOL §4).

use std::error::Error;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::remote::{Kind, Location, Op, RemoteError, Stat};
use crate::wire::{self, Class, Envelope};

/// The most of a foreign body that goes into a message, in characters.
const EXCERPT: usize = 160;

/// An answer as it came.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) request_id: Option<String>,
    pub(super) retry_after: Option<Duration>,
    pub(super) date: Option<SystemTime>,
    pub(super) redirect: Option<String>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn envelope(&self) -> Option<Envelope> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The data of a success, or what the failure means.
    pub(super) fn judge(self, op: Op) -> Result<Value, RemoteError> {
        let envelope = self.envelope();
        let code = envelope.as_ref().map(|envelope| envelope.code);
        let fine = (200..300).contains(&self.status);
        let class = match code {
            Some(wire::code::SUCCESS) if fine => Class::Success,
            Some(wire::code::SUCCESS) => wire::classify(None, self.status),
            code => wire::classify(code, self.status),
        };
        let kind = match (class, code) {
            (Class::Success, _) => return Ok(envelope.map_or(Value::Null, |e| e.data)),
            (_, None) if fine => Kind::Garbage,
            (class, _) => kind_of(class),
        };
        let said = envelope.as_ref().and_then(|e| e.message.clone());
        Err(RemoteError {
            op,
            kind,
            code,
            status: Some(self.status),
            message: said
                .filter(|said| !said.is_empty())
                .unwrap_or_else(|| self.describe()),
            request_id: envelope.and_then(|e| e.request_id).or(self.request_id),
            retry_after: self.retry_after,
        })
    }

    /// What to say of an answer that does not speak the protocol.
    fn describe(&self) -> String {
        if let Some(to) = &self.redirect {
            return format!("the server redirects to {to}, which is not followed");
        }
        let text = String::from_utf8_lossy(&self.body);
        let words: Vec<_> = text.split_whitespace().collect();
        let excerpt: String = words.join(" ").chars().take(EXCERPT).collect();
        if self.envelope().is_some() {
            "the server gives no reason".into()
        } else if excerpt.is_empty() {
            match reqwest::StatusCode::from_u16(self.status).map(|s| s.canonical_reason()) {
                Ok(Some(reason)) if self.status >= 400 => reason.to_lowercase(),
                _ => "the answer is empty".into(),
            }
        } else {
            format!("the answer is not of this protocol: {excerpt}")
        }
    }
}

fn kind_of(class: Class) -> Kind {
    match class {
        Class::Success | Class::Permanent => Kind::Permanent,
        Class::Transient => Kind::Busy,
        Class::TransientFew => Kind::Obscure,
        Class::SignatureExpired => Kind::SignatureExpired,
        Class::Refused => Kind::Refused,
        Class::Exists => Kind::Exists,
        Class::SameFile => Kind::SameFile,
        Class::DirExists => Kind::DirExists,
        Class::DirNotEmpty => Kind::DirNotEmpty,
        Class::NotFound => Kind::NotFound,
        Class::NoBucket => Kind::NoBucket,
        Class::SessionLost => Kind::SessionLost,
        Class::ListFirst => Kind::ListFirst,
        Class::Unfinished => Kind::Unfinished,
        Class::UnfinishedOther => Kind::UnfinishedOther,
        Class::LengthDiffers => Kind::LengthDiffers,
        Class::HashDiffers => Kind::HashDiffers,
        Class::ShaMissing => Kind::ShaMissing,
        Class::SliceSize => Kind::SliceSize,
    }
}

/// What a failure without an answer means.
pub(super) fn of_transport(op: Op, error: &reqwest::Error) -> RemoteError {
    let mut causes = Vec::new();
    let mut next: Option<&dyn Error> = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        if causes.last() != Some(&text) {
            causes.push(text);
        }
        next = cause.source();
    }
    let cause = causes.last().cloned().unwrap_or_else(|| error.to_string());
    let untrusted = causes
        .iter()
        .any(|text| text.contains("certificate") || text.contains("UnknownIssuer"));
    let (kind, message) = if error.is_builder() {
        (Kind::Permanent, format!("cannot make the request: {cause}"))
    } else if untrusted {
        (
            Kind::Untrusted,
            format!("the server is not trusted: {cause}"),
        )
    } else if error.is_connect() {
        (Kind::Connect, format!("cannot connect: {cause}"))
    } else if error.is_timeout() {
        (Kind::Timeout, format!("no answer in time: {cause}"))
    } else {
        (Kind::Cut, format!("the connection broke: {cause}"))
    };
    RemoteError::new(op, kind, message)
}

/// The URLs of an object, as far as an answer has them.
pub(super) fn location(data: &Value) -> Location {
    Location {
        access_url: wire::text(data, "access_url"),
        source_url: wire::text(data, "source_url"),
        url: wire::text(data, "url"),
        resource_path: wire::text(data, "resource_path"),
    }
}

/// `serial_upload`: only 1 means serial (PROTOCOL §1.3).
pub(super) fn serial(data: &Value) -> Option<bool> {
    wire::number(data, "serial_upload").map(|flag| flag == 1)
}

/// The attributes in an answer to stat, or of one entry of a list.
pub(super) fn stat(data: &Value, is_dir: bool) -> Stat {
    let headers = data.get("custom_headers").and_then(Value::as_object);
    Stat {
        is_dir,
        file_len: wire::number(data, "filesize"),
        held_len: wire::number(data, "filelen"),
        sha: wire::text(data, "sha"),
        location: location(data),
        biz_attr: wire::text(data, "biz_attr"),
        created: wire::number(data, "ctime"),
        modified: wire::number(data, "mtime"),
        authority: wire::text(data, "authority"),
        custom_headers: headers
            .into_iter()
            .flatten()
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn a_failure_without_words_is_put_in_words() {
        let said = |status, body: &[u8]| {
            let answer = Answer {
                status,
                request_id: None,
                retry_after: None,
                date: None,
                redirect: None,
                body: body.to_vec(),
            };
            answer.judge(Op::Init).unwrap_err().to_string()
        };
        assert_eq!(
            said(413, b""),
            "upload_slice_init: payload too large (HTTP 413)"
        );
        assert_eq!(
            said(200, b""),
            "upload_slice_init: the answer is empty (HTTP 200)"
        );
        assert_eq!(
            said(403, br#"{"code":-59}"#),
            "upload_slice_init: the server gives no reason (code -59, HTTP 403)"
        );
    }
}
