//! Load on the emulator: many connections push slices as fast as they can, and so they do to a server
//! that throws the bytes away, or only writes them.
//! `cargo bench --bench emulator -- --seconds 300 --root /dev/shm/load`; `--only discard`, `write`,
//! `store` or `prove` (repeatable) runs these servers only, `--at ADDRESS` loads one that runs already,
//! and `--serve` is the server that throws the bytes away, for other clients: `benches/slices.py`.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement fails by panicking, and prints"
)]

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use cosup::digest::{ChainState, Sha1Sum, hex};
use cosup::emulator::Config;
use cosup::sign::{Uses, fileid, sign};

const MIB: usize = 1024 * 1024;

/// Slices of one file: enough to make opening and finishing rare, few enough for a small disk.
const SLICES: usize = 8;

struct Options {
    seconds: u64,
    connections: usize,
    root: PathBuf,
    only: Vec<String>,
    at: Option<SocketAddr>,
    serve: bool,
}

impl Options {
    fn wants(&self, server: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == server)
    }
}

fn main() {
    let options = options();
    if options.serve {
        println!("http://{}", discard(None));
        loop {
            std::thread::park();
        }
    }
    println!(
        "{} connections, {} s each, slices of 1 MiB, objects of {SLICES} MiB",
        options.connections, options.seconds
    );
    if let Some(address) = options.at {
        println!(
            "{address} {}",
            load(address, &options, Proof::Without).line()
        );
        return;
    }
    let mut bare = Vec::new();
    for (name, root) in [("discard", None), ("write", Some(options.root.as_path()))] {
        if options.wants(name) {
            std::fs::create_dir_all(&options.root).unwrap();
            let result = load(discard(root), &options, Proof::Without);
            println!("{name:8} {}", result.line());
            bare.push((name, result.rate()));
            std::fs::remove_dir_all(&options.root).unwrap();
        }
    }
    for (name, proof) in [("store", Proof::Without), ("prove", Proof::With)] {
        if options.wants(name) {
            let mut server = start(&options.root);
            let result = load(server.1, &options, proof);
            print!("{name:8} {}", result.line());
            for (name, rate) in &bare {
                print!(", {:.2} times slower than {name}", rate / result.rate());
            }
            println!(
                ", memory at the end {} KiB, peak {} KiB",
                memory(&server.0),
                peak(&server.0)
            );
            server.0.kill().unwrap();
            server.0.wait().unwrap();
            std::fs::remove_dir_all(&options.root).unwrap();
        }
    }
}

fn options() -> Options {
    let mut options = Options {
        seconds: 10,
        connections: 64,
        root: std::env::temp_dir().join(format!("cosup-load-{}", std::process::id())),
        only: Vec::new(),
        at: None,
        serve: false,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        match name.as_str() {
            "--seconds" => options.seconds = arguments.next().unwrap().parse().unwrap(),
            "--connections" => options.connections = arguments.next().unwrap().parse().unwrap(),
            "--root" => options.root = arguments.next().unwrap().into(),
            "--at" => options.at = Some(arguments.next().unwrap().parse().unwrap()),
            "--serve" => options.serve = true,
            "--only" => options.only.push(arguments.next().unwrap()),
            _ => {} // What cargo itself adds.
        }
    }
    options
}

fn start(root: &Path) -> (Child, SocketAddr) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cosup"))
        .env_clear()
        .args(["emulator", "--listen", "127.0.0.1:0", "--root"])
        .arg(root)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let address = line
        .trim()
        .strip_prefix("http://")
        .unwrap()
        .parse()
        .unwrap();
    (child, address)
}

fn status(child: &Child, name: &str) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = text.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn memory(child: &Child) -> u64 {
    status(child, "VmRSS:")
}

fn peak(child: &Child) -> u64 {
    status(child, "VmHWM:")
}

#[derive(Clone, Copy, PartialEq)]
enum Proof {
    Without,
    With,
}

struct Outcome {
    slices: u64,
    errors: u64,
    time: Duration,
}

impl Outcome {
    fn rate(&self) -> f64 {
        let slices = f64::from(u32::try_from(self.slices).unwrap());
        slices / self.time.as_secs_f64()
    }

    fn line(&self) -> String {
        format!(
            "{:7.1} MiB/s, {} slices, {} errors",
            self.rate(),
            self.slices,
            self.errors
        )
    }
}

/// What every connection sends: one slice, and the digests of a file made of it.
struct Content {
    slice: Vec<u8>,
    sha: String,
    parts: String,
}

impl Content {
    fn new() -> Self {
        let slice: Vec<u8> = (0..MIB).map(|i| u8::try_from(i % 251).unwrap()).collect();
        let mut state = ChainState::INITIAL;
        let mut parts = Vec::new();
        let mut sum = Sha1Sum([0; 20]);
        for index in 0..SLICES {
            let datasha = if index + 1 == SLICES {
                sum = state.finish(&slice, (SLICES * MIB) as u64);
                sum.0
            } else {
                state.absorb(&slice);
                state.to_datasha()
            };
            parts.push(format!(
                r#"{{"offset":{},"datalen":{MIB},"datasha":"{}"}}"#,
                index * MIB,
                hex(&datasha)
            ));
        }
        Self {
            slice,
            sha: sum.to_string(),
            parts: format!("[{}]", parts.join(",")),
        }
    }
}

fn load(address: SocketAddr, options: &Options, proof: Proof) -> Outcome {
    let content = Content::new();
    let (slices, errors, stop) = (AtomicU64::new(0), AtomicU64::new(0), AtomicBool::new(false));
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for lane in 0..options.connections {
            let (content, slices, errors, stop) = (&content, &slices, &errors, &stop);
            scope.spawn(move || {
                let mut lane = Lane::new(address, lane);
                while !stop.load(Ordering::Relaxed) {
                    let (sent, failed) = lane.one_file(content, proof, stop);
                    slices.fetch_add(sent, Ordering::Relaxed);
                    errors.fetch_add(failed, Ordering::Relaxed);
                }
            });
        }
        let end = begun + Duration::from_secs(options.seconds);
        while Instant::now() < end {
            std::thread::park_timeout(end.saturating_duration_since(Instant::now()));
        }
        stop.store(true, Ordering::Relaxed);
    });
    Outcome {
        slices: slices.into_inner(),
        errors: errors.into_inner(),
        time: begun.elapsed(),
    }
}

static NONCE: AtomicU32 = AtomicU32::new(1);

/// One connection with a bucket of its own: what others sent is never taken for what it sends.
struct Lane {
    stream: TcpStream,
    bucket: String,
}

impl Lane {
    fn new(address: SocketAddr, lane: usize) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            bucket: format!("load-{lane}"),
        }
    }

    /// Sends a file and removes it again; says how many slices went up, and how many answers were wrong.
    fn one_file(&mut self, content: &Content, proof: Proof, stop: &AtomicBool) -> (u64, u64) {
        let size = (SLICES * MIB).to_string();
        let mut init = vec![
            ("op", "upload_slice_init"),
            ("filesize", &size),
            ("slice_size", "1048576"),
            ("insertOnly", "0"),
        ];
        if proof == Proof::With {
            init.extend([
                ("sha", content.sha.as_str()),
                ("uploadparts", &content.parts),
            ]);
        }
        let answer = self.ask(&init, &[], false);
        let session = between(&answer, "\"session\":\"", "\"").to_owned();
        let (mut sent, mut failed) = (0, 0);
        for index in 0..SLICES {
            let offset = (index * MIB).to_string();
            let fields = [
                ("op", "upload_slice_data"),
                ("session", &session),
                ("offset", &offset),
            ];
            let answer = self.ask(&fields, &content.slice, false);
            sent += 1;
            failed += u64::from(!answer.contains("\"code\":0"));
            if stop.load(Ordering::Relaxed) {
                return (sent, failed);
            }
        }
        let mut finish = vec![
            ("op", "upload_slice_finish"),
            ("session", &session),
            ("filesize", &size),
        ];
        if proof == Proof::With {
            finish.push(("sha", &content.sha));
        }
        let finished = self.ask(&finish, &[], false);
        let deleted = self.ask(&[("op", "delete")], &[], true);
        for answer in [finished, deleted] {
            failed += u64::from(!answer.contains("\"code\":0"));
        }
        (sent, failed)
    }

    fn ask(&mut self, fields: &[(&str, &str)], content: &[u8], once: bool) -> String {
        use std::fmt::Write as _;
        let credentials = Config::demo_credentials();
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs();
        let bound = fileid(&credentials.appid, &self.bucket, "/file");
        let uses = if once {
            Uses::Once
        } else {
            Uses::Until(now + 600)
        };
        let nonce = NONCE.fetch_add(1, Ordering::Relaxed);
        let sign = sign(&credentials, &self.bucket, &bound, uses, now, nonce);
        let mut before = String::new();
        for (name, value) in fields {
            write!(
                before,
                "--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            )
            .unwrap();
        }
        let mut after = "--x--\r\n";
        if !content.is_empty() {
            before += "--x\r\nContent-Disposition: form-data; name=\"filecontent\"\r\n\r\n";
            after = "\r\n--x--\r\n";
        }
        let length = before.len() + content.len() + after.len();
        let head = format!(
            "POST /files/v2{bound} HTTP/1.1\r\nHost: x\r\nAuthorization: {sign}\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: {length}\r\n\r\n{before}"
        );
        self.stream.write_all(head.as_bytes()).unwrap();
        self.stream.write_all(content).unwrap();
        self.stream.write_all(after.as_bytes()).unwrap();
        answer(&mut self.stream)
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let start = text.find(before).map_or(0, |at| at + before.len());
    let rest = &text[start..];
    &rest[..rest.find(after).unwrap_or(rest.len())]
}

fn answer(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let n = stream.read(&mut buffer).unwrap();
        assert!(n > 0, "the server closed the connection");
        text.extend_from_slice(&buffer[..n]);
        let Some((head, body)) = split_head(&text) else {
            continue;
        };
        if body.len() >= length_in(head) {
            return String::from_utf8(body.to_vec()).unwrap();
        }
    }
}

fn split_head(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some((&text[..end], &text[end + 4..]))
}

fn length_in(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    between(&format!("{head}\r\n"), "content-length: ", "\r\n")
        .parse()
        .unwrap_or(0)
}

/// A server that reads every body, throws it away and says that all is well. With a directory it
/// writes the bytes to a file first, over and over: the least that storing them can cost.
fn discard(root: Option<&Path>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let root = root.map(Path::to_owned);
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let file = root
                .as_ref()
                .map(|root| File::create(root.join(number.to_string())).unwrap());
            std::thread::spawn(move || throw_away(stream.unwrap(), file));
        }
    });
    address
}

fn throw_away(mut stream: TcpStream, mut file: Option<File>) {
    stream.set_nodelay(true).unwrap();
    let mut kept = 0;
    let mut keep = move |bytes: &[u8]| {
        let Some(file) = &mut file else { return };
        if kept > SLICES * MIB {
            file.set_len(0).unwrap();
            file.rewind().unwrap();
            kept = 0;
        }
        file.write_all(bytes).unwrap();
        kept += bytes.len();
    };
    let mut buffer = vec![0; 256 * 1024];
    let mut filled = 0;
    loop {
        match stream.read(&mut buffer[filled..]) {
            Ok(n) if n > 0 => filled += n,
            _ => return,
        }
        let Some((head, body)) = split_head(&buffer[..filled]) else {
            continue;
        };
        let mut left = length_in(head).saturating_sub(body.len());
        while left > 0 {
            match stream.read(&mut buffer) {
                Ok(n) if n > 0 => {
                    keep(&buffer[..n]);
                    left -= n;
                }
                _ => return,
            }
        }
        filled = 0;
        let body = r#"{"code":0,"data":{"session":"s"}}"#;
        let length = body.len();
        let text = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}");
        if stream.write_all(text.as_bytes()).is_err() {
            return;
        }
    }
}
