//! A small TCP proxy between cosup and the emulator that breaks connections to order.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::lab::PATIENCE;

/// What is done to a request or its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mischief {
    /// The connection is closed after this many bytes of the request.
    CutRequest(usize),
    /// The connection is closed after this many bytes of the request's body.
    CutBody(usize),
    /// The request is passed on whole, the connection closed after this many bytes of the answer.
    CutAnswer(usize),
    /// The request is passed on whole, the answer kept until the client goes away.
    Stall,
    /// Nothing of the request is read or passed on until the client goes away.
    Mute,
    /// The answer is passed on a byte at a time.
    Drip,
    /// The answer is kept until [`Proxy::release`].
    Hold,
    /// After the answer nobody listens any more, until [`Proxy::accept`].
    Vanish,
}

struct Order {
    op: String,
    skip: usize,
    times: usize,
    mischief: Mischief,
}

#[derive(Default)]
struct Desk {
    orders: Vec<Order>,
    seen: BTreeMap<String, usize>,
    bytes: u64,
    epoch: usize,
    /// The slices that were acknowledged, each with the epoch it was in.
    taken: BTreeMap<u64, usize>,
    resent: Vec<u64>,
    held: usize,
    released: bool,
    target: Option<SocketAddr>,
    clients: Vec<TcpStream>,
    open: bool,
}

/// The proxy; its port is free again when it is dropped.
pub(crate) struct Proxy {
    address: SocketAddr,
    shared: Arc<(Mutex<Desk>, Condvar)>,
}

impl Proxy {
    pub(crate) fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new((Mutex::new(Desk::default()), Condvar::new()));
        let proxy = Self { address, shared };
        proxy.shared.0.lock().unwrap().target = Some(target);
        proxy.listen(listener);
        proxy
    }

    fn listen(&self, listener: TcpListener) {
        self.shared.0.lock().unwrap().open = true;
        let shared = Arc::clone(&self.shared);
        thread::spawn(move || {
            for client in listener.incoming() {
                let Ok(client) = client else { return };
                let target = {
                    let mut desk = shared.0.lock().unwrap();
                    if !desk.open {
                        break;
                    }
                    desk.clients.push(client.try_clone().unwrap());
                    desk.target
                };
                let shared = Arc::clone(&shared);
                thread::spawn(move || {
                    // However it ends, the client is to see it.
                    let _ = relay(&client, target, &shared);
                    let _ = client.shutdown(Shutdown::Both);
                });
            }
            drop(listener);
            let (_, moved) = &*shared;
            moved.notify_all();
        });
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Orders mischief for requests of `op` (any when empty): `times` of them, after `skip` others.
    pub(crate) fn order(&self, op: &str, skip: usize, times: usize, mischief: Mischief) {
        self.shared.0.lock().unwrap().orders.push(Order {
            op: op.to_owned(),
            skip,
            times,
            mischief,
        });
    }

    /// Takes every order back and lets go of what is held.
    pub(crate) fn heal(&self) {
        self.shared.0.lock().unwrap().orders.clear();
        self.release();
    }

    /// How many requests of `op` have been seen.
    pub(crate) fn seen(&self, op: &str) -> usize {
        let desk = self.shared.0.lock().unwrap();
        desk.seen.get(op).copied().unwrap_or(0)
    }

    /// Waits until this many bytes have come from clients; says whether they did within `limit`.
    pub(crate) fn wait_bytes(&self, bytes: u64, limit: Duration) -> bool {
        self.wait(limit, |desk| desk.bytes >= bytes)
    }

    /// Bytes that came from clients so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.shared.0.lock().unwrap().bytes
    }

    /// Says that a process begins that can know what was acknowledged so far.
    pub(crate) fn begin_epoch(&self) {
        self.shared.0.lock().unwrap().epoch += 1;
    }

    /// The slices that were sent again although they had been acknowledged in an earlier epoch.
    pub(crate) fn resent(&self) -> Vec<u64> {
        self.shared.0.lock().unwrap().resent.clone()
    }

    /// Waits until an answer is held.
    pub(crate) fn wait_held(&self) {
        assert!(self.wait(PATIENCE, |desk| desk.held > 0), "nothing is held");
    }

    /// Lets go of the answers that are held, and of those to come.
    pub(crate) fn release(&self) {
        let (desk, moved) = &*self.shared;
        desk.lock().unwrap().released = true;
        moved.notify_all();
    }

    /// Sends what comes from now on to another server.
    pub(crate) fn retarget(&self, target: SocketAddr) {
        self.shared.0.lock().unwrap().target = Some(target);
    }

    /// Refuses connections, and ends those there are.
    pub(crate) fn refuse(&self) {
        close(&self.shared, self.address);
        for client in self.shared.0.lock().unwrap().clients.drain(..) {
            let _ = client.shutdown(Shutdown::Both);
        }
    }

    /// Takes connections again.
    pub(crate) fn accept(&self) {
        self.listen(TcpListener::bind(self.address).unwrap());
    }

    fn wait(&self, limit: Duration, mut done: impl FnMut(&Desk) -> bool) -> bool {
        let (desk, moved) = &*self.shared;
        let deadline = Instant::now() + limit;
        let mut desk = desk.lock().unwrap();
        while !done(&desk) {
            if Instant::now() >= deadline {
                return false;
            }
            desk = moved
                .wait_timeout(desk, Duration::from_millis(20))
                .unwrap()
                .0;
        }
        true
    }
}

/// Ends the listener.
fn close(shared: &(Mutex<Desk>, Condvar), address: SocketAddr) {
    shared.0.lock().unwrap().open = false;
    // A connection wakes the listener, which then goes away.
    crate::lab::until("the listener goes away", || {
        TcpStream::connect(address).is_err().then_some(())
    });
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.release();
        let mut desk = self.shared.0.lock().unwrap();
        desk.open = false;
        for client in desk.clients.drain(..) {
            let _ = client.shutdown(Shutdown::Both);
        }
        drop(desk);
        drop(TcpStream::connect(self.address));
    }
}

/// A message: its head and what is there of its body.
struct Message {
    bytes: Vec<u8>,
    head: usize,
    total: usize,
}

fn length(head: &str) -> usize {
    head.split("\r\n")
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok())
        .unwrap_or(0)
}

/// Reads the head of a message and the beginning of its body; `None` when the stream ends before.
fn begin(from: &mut TcpStream) -> std::io::Result<Option<Message>> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    let (head, total) = loop {
        let n = from.read(&mut buffer)?;
        if n == 0 {
            return Ok(None);
        }
        bytes.extend_from_slice(&buffer[..n]);
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..at]).into_owned();
            break (at + 4, at + 4 + length(&head));
        }
    };
    // The name of the operation stands at the beginning of the body.
    while bytes.len() < total.min(head + 1024) {
        let n = from.read(&mut buffer)?;
        if n == 0 {
            return Ok(None);
        }
        bytes.extend_from_slice(&buffer[..n]);
    }
    Ok(Some(Message { bytes, head, total }))
}

/// The operation a request asks for.
fn operation(start: &[u8]) -> String {
    let text = String::from_utf8_lossy(&start[..start.len().min(4096)]);
    let names = [
        "upload_slice_init",
        "upload_slice_list",
        "upload_slice_data",
        "upload_slice_finish",
    ];
    for name in names {
        if text.contains(&format!("\r\n\r\n{name}\r\n")) {
            return name.to_owned();
        }
    }
    for (sign, name) in [
        ("op=stat", "stat"),
        ("\"create\"", "create"),
        ("\"delete\"", "delete"),
        ("\r\n\r\nupload\r\n", "upload"),
    ] {
        if text.contains(sign) {
            return name.to_owned();
        }
    }
    String::new()
}

/// The offset of the slice that a request carries.
fn slice_offset(start: &[u8]) -> Option<u64> {
    if operation(start) != "upload_slice_data" {
        return None;
    }
    let text = String::from_utf8_lossy(&start[..start.len().min(4096)]);
    let (_, rest) = text.split_once("name=\"offset\"\r\n\r\n")?;
    rest.split("\r\n").next()?.parse().ok()
}

fn is_success(answer: &Message) -> bool {
    let text = String::from_utf8_lossy(&answer.bytes);
    text.starts_with("HTTP/1.1 200") && text.contains("\"code\":0")
}

fn relay(
    client: &TcpStream,
    target: Option<SocketAddr>,
    shared: &(Mutex<Desk>, Condvar),
) -> std::io::Result<()> {
    let mut client = client.try_clone()?;
    client.set_nodelay(true)?;
    let mut server: Option<TcpStream> = None;
    while let Some(request) = begin(&mut client)? {
        let mischief = strike(shared, &operation(&request.bytes));
        note(shared, request.bytes.len());
        let offset = slice_offset(&request.bytes);
        if let Some(offset) = offset {
            let mut desk = shared.0.lock().unwrap();
            let epoch = desk.epoch;
            if desk.taken.get(&offset).is_some_and(|taken| *taken < epoch) {
                desk.resent.push(offset);
            }
        }
        if mischief == Some(Mischief::Mute) {
            return drain(&mut client);
        }
        if server.is_none() {
            let target = target.ok_or(std::io::ErrorKind::NotConnected)?;
            let stream = TcpStream::connect(target)?;
            stream.set_nodelay(true)?;
            server = Some(stream);
        }
        let Some(server) = server.as_mut() else {
            return Ok(());
        };
        let most = match mischief {
            Some(Mischief::CutRequest(n)) => n,
            Some(Mischief::CutBody(n)) => request.head + n,
            _ => usize::MAX,
        };
        if !pass(&mut client, server, &request, most, Some(shared))? {
            return Ok(());
        }
        let Some(answer) = begin(server)? else {
            return Ok(());
        };
        if let Some(offset) = offset.filter(|_| is_success(&answer)) {
            let mut desk = shared.0.lock().unwrap();
            let epoch = desk.epoch;
            desk.taken.entry(offset).or_insert(epoch);
        }
        match mischief {
            Some(Mischief::CutAnswer(n)) => {
                pass(server, &mut client, &answer, n, None)?;
                return Ok(());
            }
            Some(Mischief::Stall) => return drain(&mut client),
            Some(Mischief::Hold) => {
                hold(shared);
                pass(server, &mut client, &answer, usize::MAX, None)?;
            }
            Some(Mischief::Vanish) => {
                close(shared, client.local_addr()?);
                pass(server, &mut client, &answer, usize::MAX, None)?;
                return Ok(());
            }
            Some(Mischief::Drip) => {
                let mut whole = Vec::new();
                pass(server, &mut whole, &answer, usize::MAX, None)?;
                for byte in whole {
                    client.write_all(&[byte])?;
                    thread::park_timeout(Duration::from_millis(1));
                }
            }
            _ => {
                pass(server, &mut client, &answer, usize::MAX, None)?;
            }
        }
    }
    Ok(())
}

/// Passes a message on, up to `most` bytes of it; says whether all of it went.
fn pass(
    from: &mut TcpStream,
    to: &mut impl Write,
    message: &Message,
    most: usize,
    shared: Option<&(Mutex<Desk>, Condvar)>,
) -> std::io::Result<bool> {
    let allowed = message.total.min(most);
    let first = message.bytes.len().min(allowed);
    to.write_all(&message.bytes[..first])?;
    let mut done = first;
    let mut buffer = vec![0; 16 * 1024];
    while done < allowed {
        let room = buffer.len().min(allowed - done);
        let n = from.read(&mut buffer[..room])?;
        if n == 0 {
            return Ok(false);
        }
        to.write_all(&buffer[..n])?;
        done += n;
        if let Some(shared) = shared {
            note(shared, n);
        }
    }
    Ok(allowed == message.total)
}

/// Reads until the client goes away.
fn drain(client: &mut TcpStream) -> std::io::Result<()> {
    let mut buffer = [0; 4096];
    while client.read(&mut buffer)? > 0 {}
    Ok(())
}

fn note(shared: &(Mutex<Desk>, Condvar), bytes: usize) {
    let (desk, moved) = shared;
    desk.lock().unwrap().bytes += bytes as u64;
    moved.notify_all();
}

/// Counts a request and finds the order that meets it.
fn strike(shared: &(Mutex<Desk>, Condvar), op: &str) -> Option<Mischief> {
    let mut desk = shared.0.lock().unwrap();
    *desk.seen.entry(op.to_owned()).or_default() += 1;
    let mut met = None;
    for order in &mut desk.orders {
        if !order.op.is_empty() && order.op != op {
            continue;
        }
        if order.skip > 0 {
            order.skip -= 1;
        } else if order.times > 0 {
            order.times -= 1;
            met = Some(order.mischief);
        }
    }
    met
}

fn hold(shared: &(Mutex<Desk>, Condvar)) {
    let (desk, moved) = shared;
    let deadline = Instant::now() + PATIENCE;
    let mut desk = desk.lock().unwrap();
    desk.held += 1;
    moved.notify_all();
    while !desk.released && Instant::now() < deadline {
        desk = moved
            .wait_timeout(desk, Duration::from_millis(100))
            .unwrap()
            .0;
    }
}
