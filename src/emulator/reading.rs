//! Reading the body of a request: every encoding a client may choose, with limits on size and time,
//! slowed down where a fault says so.

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header;
use hyper::http::request::Parts;

use super::answer::Refusal;
use super::fault::Effects;
use super::form::{BODY_LIMIT, FIELD_LIMIT, Form, FormSink, Site};
use super::multipart::{Broken, Multipart};
use super::server::Shared;
use crate::wire::{code, field, op};

/// Longest body that is neither multipart nor refused, in bytes: JSON with one long field.
const TEXT_LIMIT: usize = 2 * FIELD_LIMIT;

/// How much of a refused body is read and thrown away, so that its sender gets to read the answer.
const DISCARD_LIMIT: u64 = 64 * 1024 * 1024;

/// The slowest that a body may come in, in bytes per second, once it has taken as long as a connection
/// may be silent: one that drips keeps a connection from somebody else.
const SLOWEST: u64 = 100;

/// What reading has to know.
pub struct Reading<'a> {
    /// What all connections share.
    pub shared: &'a Arc<Shared>,
    /// The path inside the bucket.
    pub path: &'a str,
    /// Where a slice may go at once, for a request that its signature allows.
    pub site: Option<Site>,
    /// Why the body is only thrown away, if so.
    pub refused: Option<Refusal>,
}

/// What was read.
#[derive(Debug)]
pub struct ReadForm {
    /// The fields.
    pub form: Form,
    /// Bytes of the body that came in.
    pub received: u64,
    /// Why the request is refused, if it is.
    pub refused: Option<Refusal>,
    /// The faults that the request meets, when they had to be known before the content.
    pub effects: Option<Effects>,
    /// Whether the body broke off.
    pub cut: bool,
    /// Whether the connection cannot be used again.
    pub close: bool,
    paced: bool,
    started: Instant,
}

impl ReadForm {
    /// How long to wait for a body that came faster than a fault allows.
    pub fn owed(&self, effects: &Effects) -> Option<Duration> {
        let rate = effects.rate.filter(|_| !self.paced)?;
        Some(allotted(self.received, rate).saturating_sub(self.started.elapsed()))
    }

    /// Whether the body comes in slower than any client that means well sends, for longer than `idle`.
    fn drips(&self, idle: Duration) -> bool {
        let taken = self.started.elapsed();
        !self.paced && taken > idle && allotted(self.received, SLOWEST) < taken
    }
}

enum Body {
    Multipart(Box<Multipart>, Box<FormSink>),
    Text(Vec<u8>, Form),
    Refused(Form),
}

/// Reads the whole body and adds its fields to `form`.
pub async fn read_form(
    reading: Reading<'_>,
    head: &Parts,
    mut incoming: Incoming,
    form: Form,
) -> ReadForm {
    let shared = reading.shared;
    let kind = head.headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let expected = incoming.size_hint().exact();
    let mut read = ReadForm {
        form: Form::default(),
        received: 0,
        refused: reading.refused,
        effects: None,
        cut: false,
        close: false,
        paced: false,
        started: Instant::now(),
    };
    if expected.is_some_and(|len| len > BODY_LIMIT) {
        read.refused = Some(Refusal::of(code::FILE_TOO_LARGE));
    }
    let mut body = match Multipart::for_content_type(kind) {
        _ if read.refused.is_some() => Body::Refused(form),
        Some(parser) => {
            let sink = FormSink::new(form, Arc::clone(&shared.storage), reading.site, expected);
            Body::Multipart(Box::new(parser), Box::new(sink))
        }
        None if kind.trim_start().starts_with("multipart/") => {
            read.refused = Some(Refusal::of(code::MULTIPART_FORMAT));
            Body::Refused(form)
        }
        None => Body::Text(Vec::new(), form),
    };
    loop {
        let bytes = match next_bytes(&mut incoming, shared.idle).await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => break,
            Err(Cut) => {
                read.cut = true;
                break;
            }
        };
        read.received += bytes.len() as u64;
        if read.drips(shared.idle) {
            read.cut = true;
            break;
        }
        let limit = if read.refused.is_some() {
            DISCARD_LIMIT
        } else {
            BODY_LIMIT
        };
        if read.received > limit {
            read.refused
                .get_or_insert(Refusal::of(code::FILE_TOO_LARGE));
            read.close = true;
            break;
        }
        if let Err(refusal) = body.take(&bytes) {
            read.refused = Some(refusal);
            body = Body::Refused(body.into_form());
        }
        pace(&mut read, &body, shared, reading.path).await;
    }
    let (form, refusal) = body.finish(kind);
    read.form = form;
    read.refused = read.refused.or(refusal);
    read
}

/// Slows the content down once it is known that a fault says so.
async fn pace(read: &mut ReadForm, body: &Body, shared: &Shared, path: &str) {
    let Body::Multipart(_, sink) = body else {
        return;
    };
    if read.effects.is_none() {
        if !sink.in_content() {
            return;
        }
        let offset = sink.form.number(field::OFFSET);
        match sink.form.get(field::OP) {
            Some(op::DATA) if offset.is_none() => return,
            Some(operation) => read.effects = Some(shared.faults.meet(operation, path, offset)),
            None => return,
        }
    }
    if let Some(rate) = read.effects.as_ref().and_then(|effects| effects.rate) {
        read.paced = true;
        let due = allotted(read.received, rate);
        tokio::time::sleep(due.saturating_sub(read.started.elapsed())).await;
    }
}

/// How long `bytes` take at `rate` bytes per second.
fn allotted(bytes: u64, rate: u64) -> Duration {
    Duration::from_micros(bytes.saturating_mul(1_000_000) / rate.max(1))
}

impl Body {
    fn take(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        match self {
            Self::Multipart(parser, sink) => match parser.feed(bytes, sink.as_mut()) {
                Ok(()) => Ok(()),
                Err(Broken::Sink(refusal)) => Err(refusal),
                Err(Broken::Format) => Err(Refusal::of(code::MULTIPART_FORMAT)),
            },
            Self::Text(text, _) if text.len() + bytes.len() > TEXT_LIMIT => {
                Err(Refusal::of(code::PARAMETER))
            }
            Self::Text(text, _) => {
                text.extend_from_slice(bytes);
                Ok(())
            }
            Self::Refused(_) => Ok(()),
        }
    }

    fn into_form(self) -> Form {
        match self {
            Self::Multipart(_, sink) => sink.form,
            Self::Text(_, form) | Self::Refused(form) => form,
        }
    }

    /// The form, once the body is over, and the reason why it is not sound.
    fn finish(self, kind: &str) -> (Form, Option<Refusal>) {
        match self {
            Self::Multipart(parser, sink) => {
                if parser.finish::<()>().is_err() {
                    return (sink.form, Some(Refusal::of(code::MULTIPART_FORMAT)));
                }
                sink.into_form()
            }
            Self::Text(text, mut form) => {
                let refusal = merge_text(&mut form, &text, kind).err();
                (form, refusal)
            }
            Self::Refused(form) => (form, None),
        }
    }
}

/// A body that is no multipart one: JSON, whatever the header calls it (one SDK says text), or a
/// urlencoded form, or nothing.
pub fn merge_text(form: &mut Form, text: &[u8], kind: &str) -> Result<(), Refusal> {
    let trimmed = text.trim_ascii();
    if trimmed.is_empty() {
        return Ok(());
    }
    let kind = kind.to_ascii_lowercase();
    if kind.contains("urlencoded") && !trimmed.starts_with(b"{") {
        return form.merge_urlencoded(trimmed);
    }
    if kind.contains("json") || trimmed.starts_with(b"{") {
        return form.merge_json(trimmed);
    }
    Err(Refusal::of(code::MULTIPART_FORMAT))
}

struct Cut;

/// The next bytes of the body; none at its end.
async fn next_bytes(incoming: &mut Incoming, idle: Duration) -> Result<Option<Bytes>, Cut> {
    loop {
        let frame = std::future::poll_fn(|cx| Pin::new(&mut *incoming).poll_frame(cx));
        match tokio::time::timeout(idle, frame).await {
            Ok(Some(Ok(frame))) => {
                if let Ok(bytes) = frame.into_data() {
                    return Ok(Some(bytes));
                }
            }
            Ok(None) => return Ok(None),
            Ok(Some(Err(_))) | Err(_) => return Err(Cut),
        }
    }
}
