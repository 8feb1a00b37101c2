//! Request bodies: a form put together without copying the slice, that counts what leaves it.

use std::collections::VecDeque;
use std::fmt::Write;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, Sleep};

use crate::remote::{Payload, Sent};
use crate::throttle::Throttle;

/// The most bytes handed to the network at a time: small enough for a bar that moves and a rate that
/// holds, large enough to cost nothing.
const FRAME: usize = 64 * 1024;

/// A `multipart/form-data` body in the making.
pub(super) struct Form {
    boundary: String,
    head: String,
}

impl Form {
    pub(super) fn new(boundary: String) -> Self {
        Self {
            boundary,
            head: String::new(),
        }
    }

    pub(super) fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    pub(super) fn field(mut self, name: &str, value: &str) -> Self {
        self.begin(name, "");
        self.head.push_str(value);
        self.head.push_str("\r\n");
        self
    }

    fn begin(&mut self, name: &str, more: &str) {
        // Writing to a text cannot fail.
        let _ = write!(
            self.head,
            "--{}\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n",
            self.boundary
        );
    }

    fn end(&self) -> String {
        format!("\r\n--{}--\r\n", self.boundary)
    }

    /// Closes the form without a last part.
    pub(super) fn close(self) -> Vec<Segment> {
        let end = format!("--{}--\r\n", self.boundary);
        vec![Segment::text(self.head + &end)]
    }

    /// Closes the form with the bytes of a slice or file.
    pub(super) fn close_with_file(mut self, name: &str, bytes: Payload) -> Vec<Segment> {
        self.begin(
            name,
            "; filename=\"slice\"\r\nContent-Type: application/octet-stream",
        );
        let end = self.end();
        vec![
            Segment::text(self.head),
            Segment::Counted(Bytes::from_owner(bytes)),
            Segment::text(end),
        ]
    }

    /// Closes the form with a field that comes through a channel, `len` bytes in all.
    pub(super) fn close_with_stream(
        mut self,
        name: &str,
        chunks: Receiver<Bytes>,
        len: u64,
    ) -> Vec<Segment> {
        self.begin(name, "");
        let end = self.end();
        vec![
            Segment::text(self.head),
            Segment::Stream { chunks, left: len },
            Segment::text(end),
        ]
    }
}

/// A stretch of a body.
pub(super) enum Segment {
    /// Bytes of the form itself.
    Plain(Bytes),
    /// Bytes of the file, which count as sent.
    Counted(Bytes),
    /// Bytes that another thread produces.
    Stream { chunks: Receiver<Bytes>, left: u64 },
}

impl Segment {
    pub(super) fn text(text: String) -> Self {
        Self::Plain(Bytes::from(text))
    }

    fn len(&self) -> u64 {
        match self {
            Self::Plain(bytes) | Self::Counted(bytes) => bytes.len() as u64,
            Self::Stream { left, .. } => *left,
        }
    }
}

/// When a body last moved, so that a wait without an end can be told from a slow line.
#[derive(Debug)]
pub(super) struct Pulse {
    start: Instant,
    last_ms: AtomicU64,
    done: AtomicBool,
}

impl Pulse {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            start: Instant::now(),
            last_ms: AtomicU64::new(0),
            done: AtomicBool::new(false),
        })
    }

    fn beat(&self, ahead: Duration) {
        let at = self.start.elapsed() + ahead;
        let ms = u64::try_from(at.as_millis()).unwrap_or(u64::MAX);
        self.last_ms.store(ms, Ordering::Relaxed);
    }

    /// When the body last moved.
    pub(super) fn last(&self) -> Instant {
        self.start + Duration::from_millis(self.last_ms.load(Ordering::Relaxed))
    }

    /// Whether all of it has been handed to the network.
    pub(super) fn is_done(&self) -> bool {
        self.done.load(Ordering::Relaxed)
    }
}

/// A body made of segments.
pub(super) struct FormBody {
    segments: VecDeque<Segment>,
    sent: Arc<Sent>,
    pulse: Arc<Pulse>,
    throttle: Option<Arc<Throttle>>,
    pause: Option<Pin<Box<Sleep>>>,
    /// Bytes the throttle has given leave for, while its pause runs.
    paid: Option<usize>,
}

impl FormBody {
    pub(super) fn new(
        segments: Vec<Segment>,
        sent: Arc<Sent>,
        pulse: Arc<Pulse>,
        throttle: Option<Arc<Throttle>>,
    ) -> Self {
        Self {
            segments: segments.into(),
            sent,
            pulse,
            throttle,
            pause: None,
            paid: None,
        }
    }

    /// Waits for the throttle's leave to send the next `bytes`.
    fn poll_leave(&mut self, bytes: usize, context: &mut Context<'_>) -> Poll<()> {
        let Some(throttle) = &self.throttle else {
            return Poll::Ready(());
        };
        if self.paid.is_none() {
            self.paid = Some(bytes);
            let delay = throttle.reserve(std::time::Instant::now(), bytes as u64);
            if !delay.is_zero() {
                self.pulse.beat(delay);
                self.pause = Some(Box::pin(tokio::time::sleep(delay)));
            }
        }
        if let Some(pause) = &mut self.pause {
            std::task::ready!(pause.as_mut().poll(context));
            self.pause = None;
        }
        self.paid = None;
        Poll::Ready(())
    }
}

impl Body for FormBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let this = &mut *self;
        loop {
            let frame = match this.segments.front_mut() {
                None => {
                    this.pulse.done.store(true, Ordering::Relaxed);
                    return Poll::Ready(None);
                }
                Some(segment) if segment.len() == 0 => {
                    this.segments.pop_front();
                    continue;
                }
                Some(Segment::Plain(bytes)) => bytes.split_to(bytes.len().min(FRAME)),
                Some(Segment::Counted(bytes)) => {
                    let most = this.throttle.as_ref().map_or(FRAME, |t| t.frame_len());
                    let n = this.paid.unwrap_or(bytes.len().min(most));
                    std::task::ready!(this.poll_leave(n, context));
                    let Some(Segment::Counted(bytes)) = this.segments.front_mut() else {
                        continue;
                    };
                    this.sent.add(n as u64);
                    bytes.split_to(n)
                }
                Some(Segment::Stream { chunks, left }) => {
                    match std::task::ready!(chunks.poll_recv(context)) {
                        Some(bytes) => {
                            *left = left.saturating_sub(bytes.len() as u64);
                            bytes
                        }
                        None => {
                            return Poll::Ready(Some(Err(std::io::Error::other(
                                "the digest chain could not be read",
                            ))));
                        }
                    }
                }
            };
            this.pulse.beat(Duration::ZERO);
            if this.segments.iter().all(|segment| segment.len() == 0) {
                this.pulse.done.store(true, Ordering::Relaxed);
            }
            return Poll::Ready(Some(Ok(Frame::data(frame))));
        }
    }

    fn is_end_stream(&self) -> bool {
        self.segments.iter().all(|segment| segment.len() == 0)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.segments.iter().map(Segment::len).sum())
    }
}
