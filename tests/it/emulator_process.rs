//! The emulator as a process: starting, stopping, dying, running out of room, and coming back.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::mpsc;

use crate::raw::{Client, PATIENCE, connect, exchange, pattern, read_answer, until};

const SLICE: usize = 65_536;

/// A running `cosup emulator`, killed when dropped.
pub(crate) struct Process {
    pub(crate) child: Child,
    pub(crate) address: SocketAddr,
}

impl Process {
    pub(crate) fn start(root: &Path, arguments: &[&str]) -> Self {
        Self::spawn(command(root, arguments))
    }

    pub(crate) fn spawn(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let line = first_line(&mut child);
        let address = line
            .strip_prefix("http://")
            .unwrap_or_else(|| panic!("{line}"));
        Self {
            address: address.parse().unwrap(),
            child,
        }
    }

    /// One that a shell starts under these limits.
    pub(crate) fn limited(root: &Path, limits: &str) -> Self {
        let mut shell = Command::new("/bin/sh");
        let script = format!("{limits}; exec \"$0\" emulator --listen 127.0.0.1:0 --root \"$1\"");
        shell
            .env_clear()
            .args(["-c", &script, env!("CARGO_BIN_EXE_cosup")])
            .arg(root)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        Self::spawn(shell)
    }

    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn terminate(&self) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(sent.success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A child that has ended already is what was wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn command(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cosup"));
    command
        .env_clear()
        .args(["emulator", "--listen", "127.0.0.1:0", "--root"])
        .arg(root)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn first_line(child: &mut Child) -> String {
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let (sender, line) = mpsc::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        sender.send(line).unwrap();
    });
    line.recv_timeout(PATIENCE).unwrap().trim_end().to_owned()
}

/// Waits for a process with a limit; gives its status and what it wrote to stderr.
pub(crate) fn end_of(mut child: Child) -> (ExitStatus, String) {
    let (sender, ended) = mpsc::channel();
    std::thread::spawn(move || {
        let mut said = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        sender.send((child.wait().unwrap(), said)).unwrap();
    });
    ended.recv_timeout(PATIENCE).unwrap()
}

#[test]
fn it_says_where_it_is_and_nothing_else() {
    let root = tempfile::tempdir().unwrap();
    let process = Process::start(root.path(), &[]);
    let client = Client::new(process.address);
    assert_eq!(client.upload("/a", b"x").both(), (200, Some(0)));
    let not_served = b"GET /_cosup/journal HTTP/1.1\r\nHost: x\r\n\r\n";
    assert_eq!(exchange(process.address, not_served).unwrap().status, 400);
    process.terminate();
    let mut process = process;
    let status = process.child.wait().unwrap();
    assert_eq!(status.code(), Some(0));
}

#[test]
fn json_and_the_journal() {
    let root = tempfile::tempdir().unwrap();
    let mut child = command(root.path(), &["--json", "--journal"])
        .spawn()
        .unwrap();
    let ready: serde_json::Value = serde_json::from_str(&first_line(&mut child)).unwrap();
    assert_eq!(ready["event"], "ready");
    let endpoint = ready["endpoint"].as_str().unwrap();
    let address = endpoint.strip_prefix("http://").unwrap().parse().unwrap();
    let process = Process { child, address };
    Client::new(address).upload("/a", b"x");
    let asked = b"GET /_cosup/journal HTTP/1.1\r\nHost: x\r\n\r\n";
    let journal = exchange(process.address, asked).unwrap().json();
    assert_eq!(journal[0]["op"], "upload");
    assert_eq!(journal[0]["status"], 200);
}

#[test]
fn two_never_share_a_root() {
    let root = tempfile::tempdir().unwrap();
    let first = Process::start(root.path(), &[]);
    let (status, said) = end_of(command(root.path(), &[]).spawn().unwrap());
    assert_eq!(status.code(), Some(76));
    let root_shown = root.path().display();
    let expected = format!(
        "error: another emulator uses {root_shown}\nhint: stop it, or name another directory\n"
    );
    assert_eq!(said, expected);
    let mut put = Command::new(env!("CARGO_BIN_EXE_cosup"));
    put.env_clear()
        .args(["put", "Cargo.toml", "/demo/", "--quiet"])
        .arg(format!("--emulator={root_shown}"))
        .env("COSUP_STATE_DIR", root.path().join("state"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let (status, said) = end_of(put.spawn().unwrap());
    assert_eq!((status.code(), said), (Some(76), expected));
    first.kill();
    Process::start(root.path(), &[]);
}

#[test]
fn a_request_in_flight_is_answered_before_the_end() {
    let root = tempfile::tempdir().unwrap();
    let fault = "op=upload,delay=500ms,after";
    let process = Process::start(root.path(), &["--fault", fault]);
    let client = Client::new(process.address);
    let fields: [(&str, &[u8]); 2] = [("op", b"upload"), ("filecontent", b"x")];
    let request = client.form_request(&client.multi(), "/a", &fields);
    let mut stream = connect(process.address);
    stream.write_all(&request).unwrap();
    until(|| root.path().join("1250000000/demo/a").exists());
    process.terminate();
    assert_eq!(read_answer(&mut stream).unwrap().both(), (200, Some(0)));
    let mut process = process;
    assert_eq!(process.child.wait().unwrap().code(), Some(0));
}

#[test]
fn accounts_from_a_file() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("accounts.toml");
    let text = "[[account]]\nappid = \"1\"\nsecret_id = \"AKIDone\"\nsecret_key = \"one\"\n[[account]]\nappid = \"2\"\nsecret_id = \"AKIDtwo\"\nsecret_key = \"two\"\n";
    std::fs::write(&file, text).unwrap();
    let path = file.to_str().unwrap();
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&file, permissions).unwrap();
    let process = Process::start(&root.path().join("root"), &["--accounts", path]);
    for (appid, id, key) in [("1", "AKIDone", "one"), ("2", "AKIDtwo", "two")] {
        let mut client = Client::new(process.address);
        client.credentials = cosup::sign::Credentials {
            appid: appid.into(),
            secret_id: id.into(),
            secret_key: cosup::sign::Secret::new(key),
        };
        assert_eq!(client.upload("/a", b"x").both(), (200, Some(0)));
    }
}

#[test]
fn credentials_from_the_environment_and_a_public_address() {
    let root = tempfile::tempdir().unwrap();
    let start = |keys: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cosup"));
        command
            .env_clear()
            .envs(keys.iter().copied())
            .args(["emulator", "--listen", "0.0.0.0:0", "--root"])
            .arg(root.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    };
    let (status, said) = end_of(start(&[("COSUP_SECRET_KEY", "hush")]).spawn().unwrap());
    assert_eq!(status.code(), Some(78));
    let half = "error: only half of the credentials is given\nhint: give --appid, --secret-id and COSUP_SECRET_KEY, or none of them\n";
    assert_eq!(said, half);
    let mut process = Process::spawn(start(&[("COSUP_APPID", "8")]));
    let mut client = Client::new(SocketAddr::from(([127, 0, 0, 1], process.address.port())));
    client.credentials.appid = "8".into();
    assert_eq!(client.upload("/a", b"x").both(), (200, Some(0)));
    process.terminate();
    process.child.wait().unwrap();
    let keys = [
        ("COSUP_APPID", "7"),
        ("COSUP_SECRET_ID", "AKIDseven"),
        ("COSUP_SECRET_KEY", "hush"),
    ];
    let mut process = Process::spawn(start(&keys));
    let address = SocketAddr::from(([127, 0, 0, 1], process.address.port()));
    let mut client = Client::new(address);
    client.credentials = cosup::sign::Credentials {
        appid: "7".into(),
        secret_id: "AKIDseven".into(),
        secret_key: cosup::sign::Secret::new("hush"),
    };
    assert_eq!(client.upload("/a", b"x").both(), (200, Some(0)));
    let stderr = process.child.stderr.take().unwrap();
    process.terminate();
    process.child.wait().unwrap();
    let said: Vec<_> = BufReader::new(stderr).lines().map(Result::unwrap).collect();
    assert_eq!(
        said,
        [
            "warning: 0.0.0.0:0 can be reached from other machines",
            "stopping, once what is in flight is done; once more stops at once",
        ]
    );
}

/// Kill -9 at some moment under load, then: every acknowledged slice is listed, every finished object
/// is whole, and the uploads end well.
#[test]
fn nothing_acknowledged_is_lost_when_it_is_killed() {
    let root = tempfile::tempdir().unwrap();
    let bytes = pattern(24 * SLICE + 5);
    let mut finished = 0;
    for round in 0..6 {
        let process = Process::start(root.path(), &[]);
        let acknowledged = Mutex::new(vec![Vec::new(); 4]);
        let objects = Mutex::new(Vec::new());
        let stop = std::sync::atomic::AtomicBool::new(false);
        let count = std::sync::atomic::AtomicUsize::new(0);
        let client = Client::new(process.address);
        let sessions: Vec<_> = (0..4)
            .map(|lane| client.open(&format!("/{round}/{lane}"), bytes.len(), SLICE))
            .collect();
        std::thread::scope(|scope| {
            for (lane, session) in sessions.iter().enumerate() {
                let client = client.clone();
                let (bytes, acknowledged, objects) = (&bytes, &acknowledged, &objects);
                let (stop, count) = (&stop, &count);
                scope.spawn(move || {
                    let path = format!("/{round}/{lane}");
                    for (index, chunk) in bytes.chunks(SLICE).enumerate() {
                        let offset = (index * SLICE).to_string();
                        let fields: [(&str, &[u8]); 4] = [
                            ("op", b"upload_slice_data"),
                            ("session", session.as_bytes()),
                            ("offset", offset.as_bytes()),
                            ("filecontent", chunk),
                        ];
                        let request = client.form_request(&client.multi(), &path, &fields);
                        match try_exchange(client.address, &request) {
                            Some((200, _)) => {}
                            _ => break,
                        }
                        acknowledged.lock().unwrap()[lane].push(index * SLICE);
                        count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                        let name = format!("/{round}/{lane}-{index}");
                        let fields: [(&str, &[u8]); 2] =
                            [("op", b"upload"), ("filecontent", chunk)];
                        let request = client.form_request(&client.multi(), &name, &fields);
                        if try_exchange(client.address, &request)
                            .is_some_and(|(code, _)| code == 200)
                        {
                            objects.lock().unwrap().push((name, index));
                        }
                        if stop.load(std::sync::atomic::Ordering::SeqCst) {
                            break;
                        }
                    }
                });
            }
            let enough = 5 + 11 * round;
            until(|| count.load(std::sync::atomic::Ordering::SeqCst) >= enough);
            process.kill();
            stop.store(true, std::sync::atomic::Ordering::SeqCst);
        });
        let process = Process::start(root.path(), &[]);
        let client = Client::new(process.address);
        for (name, index) in objects.lock().unwrap().iter() {
            let file = root.path().join("1250000000/demo").join(&name[1..]);
            let chunk = bytes.chunks(SLICE).nth(*index).unwrap();
            assert_eq!(std::fs::read(file).unwrap(), chunk, "{name}");
            assert_eq!(client.get(name, "op=stat").both(), (200, Some(0)));
            finished += 1;
        }
        for (lane, offsets) in acknowledged.lock().unwrap().iter().enumerate() {
            let path = format!("/{round}/{lane}");
            let data = client.list_slices(&path).json()["data"].clone();
            let session = data["session"].as_str().unwrap().to_owned();
            let listed: Vec<_> = data["listparts"]
                .as_array()
                .unwrap()
                .iter()
                .map(|part| usize::try_from(part["offset"].as_u64().unwrap()).unwrap())
                .collect();
            for offset in offsets {
                assert!(listed.contains(offset), "{path} {offset}");
            }
            for (index, chunk) in bytes.chunks(SLICE).enumerate() {
                if !listed.contains(&(index * SLICE)) {
                    let answer = client.slice(&path, &session, index * SLICE, chunk);
                    assert_eq!(answer.both(), (200, Some(0)));
                }
            }
            let answer = client.finish(&path, &session, bytes.len());
            assert_eq!(answer.both(), (200, Some(0)));
            let file = root.path().join("1250000000/demo").join(&path[1..]);
            assert_eq!(std::fs::read(file).unwrap(), bytes);
        }
        process.kill();
    }
    assert!(finished > 0);
}

/// An exchange whose server may die in the middle.
fn try_exchange(address: SocketAddr, request: &[u8]) -> Option<(u16, Vec<u8>)> {
    let mut stream = std::net::TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(request).ok()?;
    read_answer(&mut stream).map(|answer| (answer.status, answer.body))
}

#[test]
fn a_one_time_signature_stays_used_after_a_restart() {
    let root = tempfile::tempdir().unwrap();
    let process = Process::start(root.path(), &[]);
    let mut client = Client::new(process.address);
    client.upload("/a", b"x");
    let once = client.once("/a");
    let delete = r#"{"op":"delete"}"#;
    assert_eq!(
        client.json_signed(&once, "/a", delete).both(),
        (200, Some(0))
    );
    process.kill();
    let process = Process::start(root.path(), &[]);
    client.address = process.address;
    client.upload("/a", b"x");
    assert_eq!(
        client.json_signed(&once, "/a", delete).both(),
        (403, Some(-77))
    );
}

/// A limit on the size of files stands for a full disk: writes past it fail, for an ordinary user too.
#[test]
fn no_room_is_an_answer_and_breaks_nothing() {
    let root = tempfile::tempdir().unwrap();
    let process = Process::limited(root.path(), "trap '' XFSZ; ulimit -f 400");
    let client = Client::new(process.address);
    let bytes = pattern(8 * SLICE);
    let session = client.open("/big", bytes.len(), SLICE);
    let codes: Vec<_> = bytes
        .chunks(SLICE)
        .enumerate()
        .map(|(index, chunk)| client.slice("/big", &session, index * SLICE, chunk).both())
        .collect();
    assert_eq!(codes.first(), Some(&(200, Some(0))));
    assert_eq!(codes.last(), Some(&(500, Some(-195))));
    assert_eq!(client.upload("/whole", &bytes).both(), (500, Some(-195)));
    assert_eq!(client.get("/whole", "op=stat").both(), (404, Some(-197)));
    assert_eq!(client.upload("/small", b"x").both(), (200, Some(0)));
    process.kill();
    let process = Process::start(root.path(), &[]);
    let client = Client::new(process.address);
    let parts = client.list_slices("/big").json()["data"]["listparts"].clone();
    let held = codes.iter().filter(|code| code.0 == 200).count();
    assert_eq!(parts.as_array().unwrap().len(), held);
    for (index, chunk) in bytes.chunks(SLICE).enumerate() {
        client.slice("/big", &session, index * SLICE, chunk);
    }
    assert_eq!(
        client.finish("/big", &session, bytes.len()).both(),
        (200, Some(0))
    );
    let whole = std::fs::read(root.path().join("1250000000/demo/big")).unwrap();
    assert_eq!(whole, bytes);
}
