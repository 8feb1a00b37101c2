//! A client that sends exactly the bytes it is told to, for requests that no good client makes.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use cosup::emulator::{Config, Emulator};
use cosup::sign::{Credentials, Uses, fileid, sign};
use serde_json::Value;

/// How long an answer may take before a test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as JSON; null when it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The code of the envelope.
    pub(crate) fn code(&self) -> Option<i64> {
        self.json()["code"].as_i64()
    }

    /// Status and code, for comparing.
    pub(crate) fn both(&self) -> (u16, Option<i64>) {
        (self.status, self.code())
    }

    /// A header, by its lower-case name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .split("\r\n")
            .filter_map(|line| line.split_once(':'))
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }
}

/// Reads one answer from a connection; `None` when it is closed first.
pub(crate) fn read_answer(stream: &mut impl Read) -> Option<Answer> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return None,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    if status == 100 {
        return read_answer(stream);
    }
    let mut answer = Answer {
        status,
        head,
        body: Vec::new(),
    };
    let len = answer.header("content-length").and_then(|v| v.parse().ok());
    let mut body = vec![0; len.unwrap_or(0)];
    stream.read_exact(&mut body).ok()?;
    answer.body = body;
    Some(answer)
}

/// Sends bytes on a connection of their own and reads one answer.
pub(crate) fn exchange(address: SocketAddr, request: &[u8]) -> Option<Answer> {
    let mut stream = connect(address);
    // An emulator that refuses early may close before everything is written; the answer counts.
    let _ = stream.write_all(request);
    read_answer(&mut stream)
}

/// A connection with limits on waiting.
pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Waits for a condition; a test whose condition never holds fails.
pub(crate) fn until(condition: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "waited in vain");
        std::thread::park_timeout(Duration::from_millis(2));
    }
}

/// Unix seconds.
pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

/// An emulator on a directory of its own, and a client of one bucket in it.
pub(crate) struct Bench {
    pub(crate) emulator: Emulator,
    pub(crate) client: Client,
    pub(crate) root: tempfile::TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut Config)) -> Self {
        let root = tempfile::tempdir().unwrap();
        let mut config = Config::new(root.path());
        change(&mut config);
        let emulator = Emulator::start(config).unwrap();
        let client = Client::new(emulator.address());
        Self {
            emulator,
            client,
            root,
        }
    }

    /// The file that an object is.
    pub(crate) fn file(&self, path: &str) -> std::path::PathBuf {
        self.root.path().join("1250000000/demo").join(path)
    }
}

/// Someone who asks about one bucket.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) address: SocketAddr,
    pub(crate) credentials: Credentials,
    pub(crate) bucket: String,
}

static NONCE: AtomicU32 = AtomicU32::new(1);

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            credentials: Config::demo_credentials(),
            bucket: "demo".to_owned(),
        }
    }

    /// The encoded path of a URL.
    pub(crate) fn url(&self, path: &str) -> String {
        format!(
            "/files/v2{}",
            fileid(&self.credentials.appid, &self.bucket, path)
        )
    }

    /// A signature good for ten minutes.
    pub(crate) fn multi(&self) -> String {
        let nonce = NONCE.fetch_add(1, Ordering::Relaxed);
        let uses = Uses::Until(now() + 600);
        sign(&self.credentials, &self.bucket, "", uses, now(), nonce)
    }

    /// A signature good for one operation on `path`.
    pub(crate) fn once(&self, path: &str) -> String {
        let nonce = NONCE.fetch_add(1, Ordering::Relaxed);
        let bound = fileid(&self.credentials.appid, &self.bucket, path);
        sign(
            &self.credentials,
            &self.bucket,
            &bound,
            Uses::Once,
            now(),
            nonce,
        )
    }

    /// A POST with a multipart body.
    pub(crate) fn form(&self, path: &str, fields: &[(&str, &[u8])]) -> Answer {
        self.form_signed(&self.multi(), path, fields)
    }

    pub(crate) fn form_signed(&self, sign: &str, path: &str, fields: &[(&str, &[u8])]) -> Answer {
        let request = self.form_request(sign, path, fields);
        exchange(self.address, &request).expect("an answer")
    }

    pub(crate) fn form_request(&self, sign: &str, path: &str, fields: &[(&str, &[u8])]) -> Vec<u8> {
        let body = multipart("testboundary", fields);
        let kind = "multipart/form-data; boundary=testboundary";
        self.request("POST", &self.url(path), sign, kind, &body)
    }

    /// A POST with a JSON body, with a signature good once.
    pub(crate) fn json_once(&self, path: &str, body: &str) -> Answer {
        self.json_signed(&self.once(path), path, body)
    }

    pub(crate) fn json_signed(&self, sign: &str, path: &str, body: &str) -> Answer {
        let request = self.request(
            "POST",
            &self.url(path),
            sign,
            "application/json",
            body.as_bytes(),
        );
        exchange(self.address, &request).expect("an answer")
    }

    /// A GET with this query.
    pub(crate) fn get(&self, path: &str, query: &str) -> Answer {
        let target = format!("{}?{query}", self.url(path));
        let request = self.request("GET", &target, &self.multi(), "", b"");
        exchange(self.address, &request).expect("an answer")
    }

    pub(crate) fn request(
        &self,
        method: &str,
        target: &str,
        sign: &str,
        kind: &str,
        body: &[u8],
    ) -> Vec<u8> {
        let line = |name: &str, value: &str| match value {
            "" => String::new(),
            value => format!("{name}: {value}\r\n"),
        };
        let request = format!(
            "{method} {target} HTTP/1.1\r\nHost: {}\r\n{}{}Content-Length: {}\r\n\r\n",
            self.address,
            line("Authorization", sign),
            line("Content-Type", kind),
            body.len()
        );
        let mut bytes = request.into_bytes();
        bytes.extend_from_slice(body);
        bytes
    }

    /// Opens a session without a sha; gives it.
    pub(crate) fn open(&self, path: &str, file_size: usize, slice_size: usize) -> String {
        let answer = self.form(
            path,
            &[
                ("op", b"upload_slice_init"),
                ("filesize", file_size.to_string().as_bytes()),
                ("slice_size", slice_size.to_string().as_bytes()),
                ("insertOnly", b"0"),
            ],
        );
        assert_eq!(answer.both(), (200, Some(0)), "{answer:?}");
        answer.json()["data"]["session"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub(crate) fn slice(&self, path: &str, session: &str, offset: usize, bytes: &[u8]) -> Answer {
        self.form(
            path,
            &[
                ("op", b"upload_slice_data"),
                ("session", session.as_bytes()),
                ("offset", offset.to_string().as_bytes()),
                ("filecontent", bytes),
            ],
        )
    }

    pub(crate) fn list_slices(&self, path: &str) -> Answer {
        self.form(path, &[("op", b"upload_slice_list")])
    }

    pub(crate) fn finish(&self, path: &str, session: &str, file_size: usize) -> Answer {
        self.form(
            path,
            &[
                ("op", b"upload_slice_finish"),
                ("session", session.as_bytes()),
                ("filesize", file_size.to_string().as_bytes()),
            ],
        )
    }

    pub(crate) fn upload(&self, path: &str, bytes: &[u8]) -> Answer {
        self.form(
            path,
            &[
                ("op", b"upload"),
                ("insertOnly", b"0"),
                ("filecontent", bytes),
            ],
        )
    }
}

/// A multipart body.
pub(crate) fn multipart(boundary: &str, fields: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend_from_slice(
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n")
                .as_bytes(),
        );
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    body
}

/// Bytes that repeat only after a while: byte i is i modulo 251.
pub(crate) fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|i| u8::try_from(i % 251).unwrap()).collect()
}
