//! Accepting connections and serving each with limits: the size of its headers, how long it may be
//! idle, how many there may be, and a drain at the end.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::Sleep;

use super::server::{Shared, handle};

/// Largest head of a request, in bytes.
const HEAD_LIMIT: usize = 64 * 1024;

/// Most header fields of a request.
const HEADER_COUNT_LIMIT: usize = 100;

/// Most connections at a time.
const CONNECTION_LIMIT: usize = 1024;

/// How long a stop waits for requests in flight.
const DRAIN: Duration = Duration::from_secs(20);

/// How long to wait when no connection can be accepted.
const BREATH: Duration = Duration::from_millis(20);

/// How often sessions that are too old are looked for.
const SWEEP: Duration = Duration::from_secs(60);

/// Serves until `stop` says so, then lets the requests in flight end.
pub async fn serve(listener: TcpListener, shared: Arc<Shared>, mut stop: watch::Receiver<bool>) {
    let room = Arc::new(Semaphore::new(CONNECTION_LIMIT));
    let mut connections = JoinSet::new();
    let mut sweep = tokio::time::interval(SWEEP);
    loop {
        let permit = tokio::select! {
            permit = Arc::clone(&room).acquire_owned() => permit,
            _ = stop.changed() => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = sweep.tick() => {
                let service = Arc::clone(&shared.service);
                connections.spawn_blocking(move || service.drop_expired());
                continue;
            }
            _ = stop.changed() => break,
        };
        while connections.try_join_next().is_some() {}
        // A connection that failed before it began concerns nobody; out of file descriptors, it helps
        // to wait until another connection has ended.
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(BREATH).await;
            continue;
        };
        let (shared, stop) = (Arc::clone(&shared), stop.clone());
        connections.spawn(async move {
            connection(stream, shared, stop).await;
            drop(permit);
        });
    }
    // Whoever comes now is refused instead of kept waiting.
    drop(listener);
    let drained = async { while connections.join_next().await.is_some() {} };
    // What has not ended by now is cut off when the runtime goes.
    let _ = tokio::time::timeout(DRAIN, drained).await;
}

async fn connection(stream: TcpStream, shared: Arc<Shared>, mut stop: watch::Receiver<bool>) {
    // Without it a small answer may wait for the acknowledgement of the one before; where it cannot
    // be set things are slower, not wrong.
    let _ = stream.set_nodelay(true);
    let idle = shared.idle;
    let io = TokioIo::new(Patient::new(stream, idle));
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { handle(shared, request).await }
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(idle)
        .max_header_size(HEAD_LIMIT)
        .max_headers(HEADER_COUNT_LIMIT)
        .half_close(true)
        .serve_connection(io, service);
    let mut serving = std::pin::pin!(serving);
    // However a connection ends, by its client, an order to drop it or a timeout, only it is over.
    tokio::select! {
        _ = serving.as_mut() => return,
        _ = stop.wait_for(|stop| *stop) => serving.as_mut().graceful_shutdown(),
    }
    let _ = serving.await;
}

/// A stream whose writes fail when the other side takes nothing for too long.
struct Patient {
    stream: TcpStream,
    patience: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    fn new(stream: TcpStream, patience: Duration) -> Self {
        Self {
            stream,
            patience,
            waiting: None,
        }
    }

    fn limited<T>(
        &mut self,
        cx: &mut Context<'_>,
        result: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.waiting = None;
            return result;
        }
        let patience = self.patience;
        let waiting = self
            .waiting
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        match waiting.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.limited(cx, result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        self.limited(cx, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_flush(cx);
        self.limited(cx, result)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.limited(cx, result)
    }
}
