//! How long a request may take: bounds by silence, by size, and by the wish to stop.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::answer::Answer;
use super::form::Pulse;
use crate::cancel::{Cancel, Stop};
use crate::remote::{Kind, Op, RemoteError};

/// How long requests in flight may go on once the run is to stop.
const GRACE: Duration = Duration::from_secs(4);

/// The same when only the time is over and nobody waits: slices end rather than being sent again.
const LONG_GRACE: Duration = Duration::from_secs(30);

/// How often a request in flight looks whether the run is to stop.
const LOOK: Duration = Duration::from_millis(50);

/// Bounds an exchange: by silence while its body leaves, by a time that fits its size after that, and
/// by the wish to stop.
pub(super) async fn guard(
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

pub(super) fn stopped(op: Op) -> RemoteError {
    RemoteError::new(op, Kind::Stopped, "stopped")
}
