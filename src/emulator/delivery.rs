//! Downloads over HTTP: headers, ranges, and the bytes, read ahead of a slow reader by little.

use std::io::Read;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::Frame;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method as HttpMethod, Response, StatusCode};
use tokio::sync::mpsc;

use super::answer::Refusal;
use super::download::{DOWNLOAD, Download, NoDownload};
use super::form::Form;
use super::journal::Entry;
use super::paths::Resource;
use super::server::{
    Code, Dropped, Shared, clock, common_headers, http_date, respond, set_text, signature_text,
    text_header, wait,
};
use crate::wire::code;

/// Bytes of an object that are read at a time.
const DOWNLOAD_CHUNK: usize = 256 * 1024;

/// Gives an object back.
pub(super) async fn download(
    shared: &Arc<Shared>,
    head: &Parts,
    form: &Form,
    resource: Resource,
) -> Result<Response<Body>, Dropped> {
    let effects = shared.faults.meet(DOWNLOAD, &resource.path, None);
    wait(effects.delay).await;
    let mut entry = Entry {
        op: DOWNLOAD.to_owned(),
        bucket: resource.bucket.clone(),
        path: resource.path.clone(),
        offset: None,
        received: 0,
        status: 0,
        code: None,
    };
    if effects.cut.is_some() {
        shared.journal.add(entry);
        return Err(Dropped);
    }
    let own = Arc::clone(shared);
    let sign = signature_text(head, form);
    let range = text_header(&head.headers, header::RANGE).map(str::to_owned);
    let now = clock(effects.skew.unwrap_or(0));
    let opened = tokio::task::spawn_blocking(move || {
        let (sign, range) = (sign.as_deref(), range.as_deref());
        own.service
            .download(&own.accounts, &resource, sign, range, now)
    })
    .await
    .map_err(|_| Dropped)?;
    let response = match opened {
        Ok(found) if !effects.prevents_work() => whole_or_part(shared, head, found),
        Ok(_) => respond(shared, head, Ok(serde_json::Value::Null), &effects, false),
        Err(NoDownload::Refused(refusal)) => respond(shared, head, Err(refusal), &effects, false),
        Err(NoDownload::OutOfRange(size)) => {
            let refusal = Refusal {
                code: code::PARAMETER,
                status: 416,
                message: "InvalidRange".to_owned(),
            };
            let mut response = respond(shared, head, Err(refusal), &effects, false);
            let range = format!("bytes */{size}");
            set_text(response.headers_mut(), header::CONTENT_RANGE, &range);
            response
        }
    };
    entry.status = response.status().as_u16();
    entry.code = response.extensions().get::<Code>().map(|code| code.0);
    shared.journal.add(entry);
    Ok(response)
}

fn whole_or_part(shared: &Shared, head: &Parts, found: Download) -> Response<Body> {
    let Download {
        bytes,
        range,
        partial,
        size,
        attributes,
    } = found;
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    common_headers(headers, head, &shared.ids.next(clock(0)));
    let octets = HeaderValue::from_static("application/octet-stream");
    headers.insert(header::CONTENT_TYPE, octets);
    for (name, value) in &attributes.custom_headers {
        if let (Ok(name), Some(value)) = (HeaderName::try_from(name), value.as_str())
            && !FRAMING.contains(&name)
        {
            set_text(headers, name, value);
        }
    }
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CONTENT_LENGTH, (range.end - range.start).into());
    if !attributes.sha.is_empty() {
        set_text(headers, header::ETAG, &format!("\"{}\"", attributes.sha));
    }
    set_text(headers, header::LAST_MODIFIED, &http_date(attributes.mtime));
    if partial {
        let text = format!("bytes {}-{}/{size}", range.start, range.end - 1);
        set_text(headers, header::CONTENT_RANGE, &text);
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    if head.method == HttpMethod::GET {
        *response.body_mut() = Body::new(FileBody::of(bytes));
    }
    response
}

/// Headers that say how the answer itself is framed: an object's own must not touch them.
const FRAMING: &[HeaderName] = &[
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
];

/// The bytes of a file, read ahead by a task of their own.
struct FileBody(mpsc::Receiver<std::io::Result<Bytes>>);

impl FileBody {
    fn of(mut file: std::io::Take<std::fs::File>) -> Self {
        let (sender, receiver) = mpsc::channel(2);
        tokio::spawn(async move {
            loop {
                let read = tokio::task::spawn_blocking(move || {
                    let mut chunk = Vec::with_capacity(DOWNLOAD_CHUNK);
                    let wanted = DOWNLOAD_CHUNK as u64;
                    let result = file.by_ref().take(wanted).read_to_end(&mut chunk);
                    (file, result.map(|_| chunk))
                });
                let Ok((rest, chunk)) = read.await else {
                    return;
                };
                file = rest;
                let done = chunk.as_ref().map_or(true, Vec::is_empty);
                if (done && chunk.is_ok()) || sender.send(chunk.map(Bytes::from)).await.is_err() {
                    return;
                }
            }
        });
        Self(receiver)
    }
}

impl HttpBody for FileBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        self.0
            .poll_recv(cx)
            .map(|next| next.map(|bytes| bytes.map(Frame::data)))
    }
}
