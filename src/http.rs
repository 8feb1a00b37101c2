//! `impl Remote` over HTTP: signs each attempt, sends forms, waits with a limit, classifies failures.
//!
//! The calls block. Behind them runs an asynchronous client, so that a request can be dropped when
//! the run is to stop, and so that its bytes can be counted and held back while they leave.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hyper::body::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::Value;

use crate::cancel::Cancel;
use crate::digest::{DigestChain, UploadParts};
use crate::event::{Event, Watch};
use crate::remote::{Kind, Op, Payload, RemoteError, Sent, Target};
use crate::sign::{Ask, Authorize, Uses, encode_path, fileid};
use crate::throttle::Throttle;
use crate::wire::{self, field};

mod answer;
mod exchange;
mod form;
mod operations;
mod probe;

pub use probe::Probe;

use answer::Answer;
use form::{Form, FormBody, Pulse, Segment};

/// How long a signature is good for, in seconds: long enough for a slow slice, even where one of
/// several servers has a clock an hour off; far below the three months the service allows
/// (PROTOCOL §2.4).
const SIGNATURE_LIFE: u64 = 2 * 3600;

/// The slowest line a request is sized for, in bytes per second.
const SLOWEST: u64 = 16 * 1024;

/// Entries asked for in one page of a directory (PROTOCOL §1.7).
const PAGE: u32 = 199;

/// How to reach the server.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    /// The base URL: scheme, host, port, and a path where a private cloud has one.
    pub endpoint: String,
    /// Longest wait for a connection.
    pub connect_timeout: Duration,
    /// Longest wait without any progress; the time a request of its size may take comes on top.
    pub timeout: Duration,
    /// A proxy instead of those of the environment.
    pub proxy: Option<String>,
    /// A PEM file with further certificates to trust.
    pub ca_cert: Option<PathBuf>,
}

/// A connection pool to one server, shared by all uploads of a run.
pub struct Link {
    client: reqwest::Client,
    threads: Threads,
    config: HttpConfig,
    authorize: Arc<dyn Authorize>,
    throttle: Option<Arc<Throttle>>,
    cancel: Cancel,
    /// Server's clock minus ours, in seconds.
    skew: AtomicI64,
}

impl Link {
    /// Prepares a pool; connects to nothing yet.
    pub fn new(
        config: HttpConfig,
        authorize: Arc<dyn Authorize>,
        throttle: Option<Arc<Throttle>>,
        cancel: Cancel,
    ) -> anyhow::Result<Self> {
        use anyhow::Context;
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("cosup/", env!("CARGO_PKG_VERSION")))
            // A redirect would carry the Authorization along; an endpoint that redirects is wrong.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(config.connect_timeout)
            .tcp_nodelay(true)
            .http1_only();
        if config.proxy.as_deref() == Some("none") {
            builder = builder.no_proxy();
        } else if let Some(proxy) = &config.proxy {
            let proxy = reqwest::Proxy::all(proxy).context("the proxy is no URL")?;
            builder = builder.proxy(proxy);
        }
        if let Some(path) = &config.ca_cert {
            let pem = std::fs::read(path)
                .with_context(|| format!("cannot read the certificates in {}", path.display()))?;
            let certificates = reqwest::Certificate::from_pem_bundle(&pem)
                .with_context(|| format!("no PEM certificates in {}", path.display()))?;
            builder = builder.tls_certs_merge(certificates);
        } else if config.endpoint.starts_with("http:") && config.proxy.is_none() {
            // Plain HTTP needs no certificates, not even on a machine that has none.
            builder = builder.tls_certs_only([]);
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("cosup-net")
            .enable_all()
            .build()
            .context("cannot start the network threads")?;
        Ok(Self {
            client: builder.build().context("cannot set up the HTTP client")?,
            threads: Threads {
                handle: runtime.handle().clone(),
                runtime: Some(runtime),
            },
            config,
            authorize,
            throttle,
            cancel,
            skew: AtomicI64::new(0),
        })
    }

    /// The operations, with `watch` told of every request.
    pub fn remote<'a>(&'a self, watch: Watch<'a>) -> Http<'a> {
        Http { link: self, watch }
    }

    /// The server's clock minus ours in seconds, as far as a refused signature has taught it.
    pub fn skew(&self) -> i64 {
        self.skew.load(Ordering::Relaxed)
    }

    fn now(&self) -> u64 {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        now.saturating_add_signed(self.skew())
    }
}

/// The network threads, which are not waited for at the end: the system may look up a name for as long
/// as it likes, and nobody wants the address any more.
struct Threads {
    handle: tokio::runtime::Handle,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// The operations of a server, over one [`Link`].
#[derive(Clone, Copy)]
pub struct Http<'a> {
    link: &'a Link,
    watch: Watch<'a>,
}

/// What a request carries.
enum Load<'a> {
    Query(String),
    Json(Value),
    Form(Vec<(&'static str, String)>),
    File(Vec<(&'static str, String)>, Payload, Arc<Sent>),
    Chain(Vec<(&'static str, String)>, &'a DigestChain),
}

/// One operation on one object.
struct Call<'a> {
    op: Op,
    target: &'a Target,
    offset: Option<u64>,
    load: Load<'a>,
}

impl Http<'_> {
    /// Makes a call; a signature refused for its time is made anew by the server's clock, once.
    fn call(&self, call: &Call<'_>) -> Result<Value, RemoteError> {
        let mut renewed = false;
        loop {
            let started = std::time::Instant::now();
            let answer = self.attempt(call);
            let date = answer.as_ref().ok().and_then(|answer| answer.date);
            let (status, request_id) = answer.as_ref().map_or((None, None), |answer| {
                (Some(answer.status), answer.request_id.clone())
            });
            let result = answer.and_then(|answer| answer.judge(call.op));
            let code = match &result {
                Ok(_) => Some(wire::code::SUCCESS),
                Err(error) => error.code,
            };
            self.watch.tell(&Event::Request {
                method: call.method(),
                path: &self.path(call.target),
                op: call.op,
                offset: call.offset,
                status,
                code,
                request_id: request_id.as_deref(),
                took: started.elapsed(),
            });
            match (result, date) {
                (Err(error), Some(date)) if error.kind == Kind::SignatureExpired && !renewed => {
                    renewed = true;
                    self.learn_clock(date);
                }
                (result, _) => return result,
            }
        }
    }

    fn learn_clock(&self, server: SystemTime) {
        let seconds = |time: SystemTime| match time.duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
            Err(_) => 0,
        };
        let skew = seconds(server) - seconds(SystemTime::now());
        self.link.skew.store(skew, Ordering::Relaxed);
    }

    fn path(&self, target: &Target) -> String {
        let appid = self.link.authorize.appid();
        format!(
            "{}{}",
            wire::API_PREFIX,
            encode_path(&format!("/{appid}/{}{}", target.bucket, target.path))
        )
    }

    fn attempt(&self, call: &Call<'_>) -> Result<Answer, RemoteError> {
        let link = self.link;
        if link.cancel.is_stopped() {
            return Err(stopped(call.op));
        }
        let now = link.now();
        let uses = match call.op {
            Op::Delete => Uses::Once,
            _ => Uses::Until(now + SIGNATURE_LIFE),
        };
        let bound = fileid(
            link.authorize.appid(),
            &call.target.bucket,
            &call.target.path,
        );
        let ask = Ask {
            op: call.op.name(),
            bucket: &call.target.bucket,
            fileid: &bound,
            uses,
            now,
        };
        let authorization = link
            .authorize
            .authorization(&ask)
            .map_err(|error| RemoteError::new(call.op, Kind::Credentials, error.0))?;
        let mut url = format!("{}{}", link.config.endpoint, self.path(call.target));
        let pulse = Pulse::new();
        let mut feed = None;
        let request = match &call.load {
            Load::Query(query) => {
                url.push('?');
                url.push_str(query);
                link.client.get(url)
            }
            Load::Json(json) => link
                .client
                .post(url)
                .header(CONTENT_TYPE, "application/json")
                .body(json.to_string()),
            Load::Form(fields) => {
                let form = form(call.op, fields)?;
                self.post(url, form.content_type(), form.close(), None, &pulse)
            }
            Load::File(fields, bytes, sent) => {
                let form = form(call.op, fields)?;
                let kind = form.content_type();
                let segments = form.close_with_file(field::FILE_CONTENT, bytes.clone());
                sent.reset();
                self.post(url, kind, segments, Some(sent.clone()), &pulse)
            }
            Load::Chain(fields, chain) => {
                let form = form(call.op, fields)?;
                let kind = form.content_type();
                let parts = chain.upload_parts();
                let (to, chunks) = tokio::sync::mpsc::channel(2);
                let len = parts.total_len();
                feed = Some((to, parts));
                let segments = form.close_with_stream(field::UPLOAD_PARTS, chunks, len);
                self.post(url, kind, segments, None, &pulse)
            }
        };
        let request = request.header(AUTHORIZATION, authorization);
        let len = match &call.load {
            Load::File(_, bytes, _) => bytes.as_ref().len() as u64,
            Load::Chain(_, chain) => chain.upload_parts().total_len(),
            Load::Query(_) | Load::Json(_) | Load::Form(_) => 0,
        };
        let answering = link.config.timeout + Duration::from_secs(len / SLOWEST);
        let guarded = exchange::guarded(
            call.op,
            exchange::exchange(call.op, request),
            pulse,
            (link.config.timeout, answering),
            link.cancel.clone(),
        );
        let threads = &link.threads.handle;
        let mut task = threads.spawn(guarded);
        let ended = threads.block_on(async {
            if let Some((to, parts)) = feed {
                tokio::select! {
                    // An early answer counts, even if the server never reads the rest.
                    ended = &mut task => return ended,
                    () = pump(parts, to) => {}
                }
            }
            task.await
        });
        ended.unwrap_or_else(|error| {
            Err(RemoteError::new(
                call.op,
                Kind::Cut,
                format!("the request was dropped: {error}"),
            ))
        })
    }

    fn post(
        &self,
        url: String,
        content_type: String,
        segments: Vec<Segment>,
        sent: Option<Arc<Sent>>,
        pulse: &Arc<Pulse>,
    ) -> reqwest::RequestBuilder {
        let throttle = self.link.throttle.clone();
        let body = FormBody::new(segments, sent.unwrap_or_default(), pulse.clone(), throttle);
        self.link
            .client
            .post(url)
            .header(CONTENT_TYPE, content_type)
            .body(reqwest::Body::wrap(body))
    }
}

fn form(op: Op, fields: &[(&'static str, String)]) -> Result<Form, RemoteError> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|error| {
        RemoteError::new(op, Kind::Credentials, format!("no random numbers: {error}"))
    })?;
    let boundary = format!("cosup-{:032x}", u128::from_le_bytes(random));
    let form = Form::new(boundary).field(field::OP, op.name());
    Ok(fields
        .iter()
        .fold(form, |form, (name, value)| form.field(name, value)))
}

impl Call<'_> {
    fn method(&self) -> &'static str {
        match self.load {
            Load::Query(_) => "GET",
            _ => "POST",
        }
    }
}

/// Feeds the digest chain to a request that runs meanwhile. Reads it on the thread of the caller.
async fn pump(mut parts: UploadParts<'_>, to: tokio::sync::mpsc::Sender<Bytes>) {
    use std::io::Read;
    let mut buffer = vec![0; 32 * 1024];
    // A read that fails ends the body early, which fails the request; so does a closed channel.
    while let Ok(n @ 1..) = parts.read(&mut buffer) {
        if to.send(Bytes::copy_from_slice(&buffer[..n])).await.is_err() {
            return;
        }
    }
}

fn stopped(op: Op) -> RemoteError {
    RemoteError::new(op, Kind::Stopped, "stopped")
}

#[cfg(test)]
mod tests;
