//! HTTP: a request taken apart and authenticated, the faults it meets, and its answer put together.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::body::Body;
use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method as HttpMethod, Request, Response, StatusCode};

use super::answer::{Outcome, Refusal, RequestIds, envelope, refuse};
use super::auth::{self, Purpose, Verified};
use super::delivery::download;
use super::fault::{Effects, Faults, Garbage};
use super::form::{Form, Site};
use super::journal::{Entry, Journal};
use super::paths::{Resource, region_of};
use super::reading::{Reading, read_form};
use super::service::{Call, Method, Service};
use super::storage::Storage;
use crate::sign::Credentials;
use crate::wire::{API_PREFIX, code, field};

/// Where the journal is served.
const JOURNAL_PATH: &str = "/_cosup/journal";

/// What all connections share.
#[derive(Debug)]
pub struct Shared {
    /// The rules and their state.
    pub service: Arc<Service>,
    /// The files.
    pub storage: Arc<Storage>,
    /// Who may ask.
    pub accounts: Vec<Credentials>,
    /// What goes wrong, to order.
    pub faults: Arc<Faults>,
    /// What was asked.
    pub journal: Arc<Journal>,
    /// Whether the journal is served over HTTP.
    pub journal_served: bool,
    /// Where request ids come from.
    pub ids: RequestIds,
    /// How long a connection may be silent.
    pub idle: Duration,
}

/// The connection is to be closed without an answer.
#[derive(Debug)]
pub struct Dropped;

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is dropped")
    }
}

impl std::error::Error for Dropped {}

/// Answers one HTTP request, or drops its connection.
pub async fn handle(
    shared: Arc<Shared>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Dropped> {
    let (head, body) = request.into_parts();
    if head.method == HttpMethod::OPTIONS {
        return Ok(preflight(&shared, &head));
    }
    if shared.journal_served && head.uri.path() == JOURNAL_PATH {
        let entries = serde_json::to_vec(&shared.journal.entries()).map_err(|_| Dropped)?;
        return Ok(json(StatusCode::OK, entries));
    }
    let mut form = Form::default();
    let query = head.uri.query().unwrap_or_default();
    let parsed = form.merge_urlencoded(query.as_bytes());
    let is_read = matches!(head.method, HttpMethod::GET | HttpMethod::HEAD);
    let may_be_download = is_read && !head.uri.path().starts_with(API_PREFIX);
    let by_host = may_be_download
        .then(|| host_of(&head))
        .flatten()
        .and_then(|host| Resource::from_host(&host, head.uri.path()));
    let is_download = by_host.is_some() || (is_read && form.get(field::OP).is_none());
    let resource = by_host.unwrap_or_else(|| Resource::from_api_path(head.uri.path()));
    if is_download && parsed.is_ok() && resource.is_ok() {
        let resource = resource.map_err(|_| Dropped)?;
        return download(&shared, &head, &form, resource).await;
    }
    let target = parsed.and(resource);
    operation(&shared, &head, body, form, target).await
}

/// Reads, checks and answers an operation of the API.
async fn operation(
    shared: &Arc<Shared>,
    head: &Parts,
    body: Incoming,
    form: Form,
    target: Result<Resource, Refusal>,
) -> Result<Response<Body>, Dropped> {
    let sign = signature_text(head, &form);
    // Before the body is taken, unless a fault may set the clock that it is checked by.
    let early = match &target {
        _ if shared.faults.touch_clock() => None,
        Ok(resource) => Some(verify(
            shared,
            sign.as_deref(),
            resource,
            Purpose::Operation,
            0,
        )),
        Err(refusal) => Some(Err(refusal.clone())),
    };
    let path = target
        .as_ref()
        .map_or("", |resource| resource.path.as_str());
    let refused = early
        .as_ref()
        .and_then(|early| early.as_ref().err().cloned());
    let site = match (&early, &target) {
        (Some(Ok(_)), Ok(resource)) => Some(Site {
            service: Arc::clone(&shared.service),
            resource: resource.clone(),
        }),
        _ => None,
    };
    let reading = Reading {
        shared,
        path,
        site,
        refused: refused.clone(),
    };
    let mut read = read_form(reading, head, body, form).await;
    let operation = read.form.get(field::OP).unwrap_or_default().to_owned();
    let offset = read.form.number(field::OFFSET);
    let mut entry = Entry {
        op: operation.clone(),
        bucket: target.as_ref().map_or("", |r| r.bucket.as_str()).to_owned(),
        path: path.to_owned(),
        offset,
        received: read.received,
        status: 0,
        code: None,
    };
    if read.cut {
        shared.journal.add(entry);
        return Err(Dropped);
    }
    let effects = read.effects.take();
    let effects = effects.unwrap_or_else(|| shared.faults.meet(&operation, path, offset));
    wait(read.owed(&effects)).await;
    if !effects.after {
        wait(effects.delay).await;
    }
    let outcome = if effects.prevents_work() {
        Ok(serde_json::Value::Null)
    } else if let Some(refusal) = read.refused.take() {
        Err(refusal)
    } else {
        let verified = early.unwrap_or_else(|| {
            let skew = effects.skew.unwrap_or(0);
            verify(
                shared,
                sign.as_deref(),
                target.as_ref().map_err(Clone::clone)?,
                Purpose::Operation,
                skew,
            )
        });
        work(shared, head, target, verified, read.form, &effects).await
    };
    if effects.after {
        wait(effects.delay).await;
    }
    if effects.cut.is_some() {
        shared.journal.add(entry);
        return Err(Dropped);
    }
    let response = respond(shared, head, outcome, &effects, read.close);
    entry.status = response.status().as_u16();
    entry.code = response.extensions().get::<Code>().map(|code| code.0);
    shared.journal.add(entry);
    Ok(response)
}

async fn work(
    shared: &Arc<Shared>,
    head: &Parts,
    target: Result<Resource, Refusal>,
    verified: Result<Verified, Refusal>,
    form: Form,
    effects: &Effects,
) -> Outcome {
    let method = match head.method {
        HttpMethod::GET | HttpMethod::HEAD => Method::Get,
        HttpMethod::POST => Method::Post,
        _ => return refuse(code::METHOD),
    };
    let region = host_of(head).and_then(|host| region_of(&host));
    let call = Call {
        region: region.unwrap_or_else(|| shared.service.region().to_owned()),
        resource: target?,
        signature: verified?,
        method,
        form,
        effects: effects.clone(),
        now: clock(0),
    };
    let service = Arc::clone(&shared.service);
    tokio::task::spawn_blocking(move || service.handle(call))
        .await
        .unwrap_or_else(|_| refuse(code::STORAGE))
}

fn verify(
    shared: &Shared,
    sign: Option<&str>,
    resource: &Resource,
    purpose: Purpose,
    skew: i64,
) -> Result<Verified, Refusal> {
    auth::verify(&shared.accounts, sign, resource, purpose, clock(skew))
}

/// The host asked, in lower case. Where the target names one, as requests to a proxy do, the header
/// does not count.
fn host_of(head: &Parts) -> Option<String> {
    let host = match head.uri.authority() {
        Some(authority) => authority.as_str(),
        None => text_header(&head.headers, header::HOST)?,
    };
    Some(host.to_ascii_lowercase())
}

/// The signature, from the header or the query (PROTOCOL §1.1). A `+` that the client did not encode
/// has become a space on the way.
pub(super) fn signature_text(head: &Parts, form: &Form) -> Option<String> {
    text_header(&head.headers, header::AUTHORIZATION)
        .filter(|text| !text.trim().is_empty())
        .map(str::to_owned)
        .or_else(|| form.get("sign").map(|text| text.replace(' ', "+")))
}

/// The code of an answer that is an envelope, kept for the journal.
#[derive(Clone)]
pub(super) struct Code(pub(super) i64);

pub(super) fn respond(
    shared: &Shared,
    head: &Parts,
    outcome: Outcome,
    effects: &Effects,
    close: bool,
) -> Response<Body> {
    let outcome = match effects.code {
        Some(code) => Err(Refusal::of(code)),
        None => outcome,
    };
    let own = outcome
        .as_ref()
        .map_or_else(|refusal| refusal.status, |_| 200);
    let id = shared.ids.next(clock(0));
    let whole = envelope(&outcome, &id);
    let (bytes, kind, status) = match effects.body {
        None => (whole, "application/json; charset=utf-8", own),
        Some(Garbage::Empty) => (Vec::new(), "application/json; charset=utf-8", own),
        Some(Garbage::Truncated) => {
            let half = whole[..whole.len() / 2].to_vec();
            (half, "application/json; charset=utf-8", own)
        }
        Some(Garbage::Html) => (HTML.into(), "text/html", own),
        Some(Garbage::Xml) => (XML.into(), "application/xml", 400),
    };
    let status = StatusCode::from_u16(effects.status.unwrap_or(status));
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    common_headers(headers, head, &id);
    if let Some(skew) = effects.skew {
        set_text(headers, header::DATE, &http_date(clock(skew)));
    }
    if let Some(after) = &effects.retry_after {
        set_text(headers, header::RETRY_AFTER, after);
    }
    if close {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    if effects.body.is_none() {
        let code = outcome.map_or_else(|refusal| refusal.code, |_| 0);
        response.extensions_mut().insert(Code(code));
    }
    response
}

const HTML: &str = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n";

const XML: &str = "<?xml version='1.0' encoding='utf-8' ?>\n<Error><Code>InvalidRequest</Code><Message>Missing required header for this request: Appid</Message></Error>\n";

pub(super) fn common_headers(headers: &mut HeaderMap, head: &Parts, id: &str) {
    headers.insert(header::SERVER, HeaderValue::from_static("tencent-cos"));
    set_text(headers, HeaderName::from_static("x-cos-request-id"), id);
    if head.headers.contains_key(header::ORIGIN) {
        let any = HeaderValue::from_static("*");
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any);
        let exposed = HeaderValue::from_static("x-cos-request-id");
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
}

/// What a browser asks before it sends a form to another origin.
fn preflight(shared: &Shared, head: &Parts) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    common_headers(headers, head, &shared.ids.next(clock(0)));
    let methods = HeaderValue::from_static("GET, POST, OPTIONS");
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    if let Some(asked) = head.headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
    }
    let age = HeaderValue::from_static("600");
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, age);
    response
}

fn json(status: StatusCode, bytes: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

pub(super) fn text_header(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Sets a header whose text is not ours; one that no header can carry is left out.
pub(super) fn set_text(headers: &mut HeaderMap, name: HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::try_from(text) {
        headers.insert(name, value);
    }
}

/// The server's time, in unix seconds, `skew` seconds off.
pub(super) fn clock(skew: i64) -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs())
        .saturating_add_signed(skew)
}

/// The last second that a header can name: the end of the year 9999, in unix seconds.
const LAST_DATE: u64 = 253_402_300_799;

/// Unix seconds as headers write them; what comes later than they can say is the last they can.
pub(super) fn http_date(seconds: u64) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds.min(LAST_DATE)))
}

pub(super) async fn wait(time: Option<Duration>) {
    if let Some(time) = time {
        tokio::time::sleep(time).await;
    }
}
