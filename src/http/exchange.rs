//! One exchange: a request sent, its answer read, and the limits of both.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, LOCATION, RETRY_AFTER};
use tokio::time::Instant;

use super::answer::{self, Answer};
use super::form::Pulse;
use super::stopped;
use crate::cancel::{Cancel, Stop};
use crate::remote::{Kind, Op, RemoteError};

/// The largest answer that is read, in bytes, and the largest to a list of slices.
const LARGEST_ANSWER: usize = 4 * 1024 * 1024;
const LARGEST_LIST: usize = 256 * 1024 * 1024;

/// How long requests in flight may go on once the run is to stop.
const GRACE: Duration = Duration::from_secs(4);

/// The same when only the time is over and nobody waits: slices end rather than being sent again.
const LONG_GRACE: Duration = Duration::from_secs(30);

/// How often a request in flight looks whether the run is to stop.
const LOOK: Duration = Duration::from_millis(50);

/// Sends a request and reads the whole answer.
pub(super) async fn exchange(
    op: Op,
    request: reqwest::RequestBuilder,
) -> Result<Answer, RemoteError> {
    let mut response = request
        .send()
        .await
        .map_err(|error| answer::of_transport(op, &error))?;
    let header = |name| {
        let value = response.headers().get(name)?;
        Some(value.to_str().ok()?.to_owned())
    };
    let date = header(DATE).and_then(|text| httpdate::parse_http_date(&text).ok());
    let retry_after = header(RETRY_AFTER).and_then(|text| {
        let seconds = text.trim().parse().ok().map(Duration::from_secs);
        seconds.or_else(|| {
            let at = httpdate::parse_http_date(&text).ok()?;
            at.duration_since(date.unwrap_or_else(SystemTime::now)).ok()
        })
    });
    let mut answer = Answer {
        status: response.status().as_u16(),
        request_id: header("x-cos-request-id".parse().unwrap_or(DATE)),
        redirect: header(LOCATION).filter(|_| response.status().is_redirection()),
        retry_after,
        date,
        body: Vec::new(),
    };
    let most = if op == Op::List {
        LARGEST_LIST
    } else {
        LARGEST_ANSWER
    };
    loop {
        match response.chunk().await {
            Ok(None) => return Ok(answer),
            Ok(Some(chunk)) if answer.body.len() + chunk.len() <= most => {
                answer.body.extend_from_slice(&chunk);
            }
            Ok(Some(_)) => {
                return Err(RemoteError {
                    status: Some(answer.status),
                    ..RemoteError::new(op, Kind::Garbage, "the answer has no end")
                });
            }
            Err(error) => return Err(answer::of_transport(op, &error)),
        }
    }
}

/// Bounds an exchange: by silence while its body leaves, by a time that fits its size after that, and
/// by the wish to stop.
pub(super) async fn guarded(
    op: Op,
    exchange: impl Future<Output = Result<Answer, RemoteError>>,
    pulse: Arc<Pulse>,
    (silence, answering): (Duration, Duration),
    cancel: Cancel,
) -> Result<Answer, RemoteError> {
    let late = async {
        loop {
            let allowed = if pulse.is_done() { answering } else { silence };
            let deadline = pulse.last() + allowed;
            if Instant::now() >= deadline {
                return allowed;
            }
            tokio::time::sleep_until(deadline).await;
        }
    };
    let leave = async {
        while !cancel.is_stopped() {
            tokio::time::sleep(LOOK).await;
        }
        let is_patient = cancel.reason() == Some(Stop::Time);
        tokio::time::sleep(if is_patient { LONG_GRACE } else { GRACE }).await;
    };
    tokio::select! {
        answer = exchange => answer,
        waited = late => Err(RemoteError::new(
            op,
            Kind::Timeout,
            format!("no answer within {} s", waited.as_secs()),
        )),
        () = leave => Err(stopped(op)),
    }
}
