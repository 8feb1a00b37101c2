//! Whether the server answers at all, and what its clock says: what a doctor asks before anything is
//! signed.

use std::time::{Duration, SystemTime};

use reqwest::header::DATE;

use super::{Link, answer};
use crate::remote::{Op, RemoteError};

/// What a server that answers shows of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probe {
    /// The HTTP status of its front page, whatever that is.
    pub status: u16,
    /// How far its clock is ahead of ours in seconds, where it tells the time.
    pub skew: Option<i64>,
    /// From the first byte sent to the first received.
    pub took: Duration,
}

impl Link {
    /// Asks for the front page of the endpoint, unsigned, over the connections that uploads use.
    pub fn probe(&self) -> Result<Probe, RemoteError> {
        let request = self.client.get(&self.config.endpoint);
        let request = request.timeout(self.config.timeout);
        let began = std::time::Instant::now();
        let response = self
            .threads
            .handle
            .block_on(async { request.send().await })
            .map_err(|error| answer::of_transport(Op::Stat, &error))?;
        let date = response.headers().get(DATE).and_then(|text| {
            let at = httpdate::parse_http_date(text.to_str().ok()?).ok()?;
            Some(seconds_ahead(at, SystemTime::now()))
        });
        Ok(Probe {
            status: response.status().as_u16(),
            skew: date,
            took: began.elapsed(),
        })
    }
}

fn seconds_ahead(there: SystemTime, here: SystemTime) -> i64 {
    let whole = |span: Duration| i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
    match there.duration_since(here) {
        Ok(ahead) => whole(ahead),
        Err(behind) => -whole(behind.duration()),
    }
}
