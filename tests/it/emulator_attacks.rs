//! What somebody who means harm, or a disk that was tampered with, may do to the emulator.

use std::fs;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use cosup::digest::Sha1Sum;

use crate::emulator_process::Process;
use crate::raw::{Bench, Client, connect, pattern, read_answer};

const SLICE: usize = 65_536;

#[test]
fn a_file_of_absurd_length_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let process = Process::start(root.path(), &[]);
    let client = Client::new(process.address);
    for size in [u64::MAX, 1 << 63, 1 << 50] {
        let answer = client.form(
            "/a",
            &[
                ("op", b"upload_slice_init"),
                ("filesize", size.to_string().as_bytes()),
                ("slice_size", b"65536"),
            ],
        );
        assert_eq!(answer.code(), Some(-285), "{size}: {answer:?}");
    }
    process.kill();
    let process = Process::start(root.path(), &[]);
    let client = Client::new(process.address);
    assert_eq!(client.upload("/a", b"x").both(), (200, Some(0)));
}

/// Bytes that follow a request and are no whole request do not hold its answer back.
#[test]
fn what_was_done_is_answered_whatever_follows() {
    let bench = Bench::new();
    let sign = bench.client.multi();
    let fields: [(&str, &[u8]); 2] = [("op", b"upload"), ("filecontent", b"x")];
    for (index, after) in [&b"\r\n"[..], b"G", b"GET / HT", b"\0\0\0"]
        .iter()
        .enumerate()
    {
        for half_closed in [false, true] {
            let path = format!("/{index}{half_closed}");
            let mut request = bench.client.form_request(&sign, &path, &fields);
            request.extend_from_slice(after);
            let mut stream = connect(bench.client.address);
            stream.write_all(&request).unwrap();
            if half_closed {
                stream.shutdown(Shutdown::Write).unwrap();
            }
            let answer = read_answer(&mut stream).expect("an answer");
            assert_eq!(answer.both(), (200, Some(0)), "{path}");
        }
    }
}

fn peak_memory(process: &Process) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", process.child.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.unwrap().parse().unwrap()
}

#[test]
fn downloads_that_nobody_reads_take_no_memory() {
    let root = tempfile::tempdir().unwrap();
    let process = Process::start(root.path(), &[]);
    let client = Client::new(process.address);
    let dir = root.path().join("1250000000/demo");
    fs::create_dir_all(&dir).unwrap();
    fs::File::create(dir.join("big"))
        .and_then(|file| file.set_len(256 * 1024 * 1024))
        .unwrap();
    let request = client.request("GET", &client.url("/big"), "", "", b"");
    let small = client.request("GET", &client.url("/small"), "", "", b"");
    client.upload("/small", &pattern(100_000));
    let mut waiting: Vec<_> = (0..8)
        .map(|_| {
            let mut stream = connect(process.address);
            stream.write_all(&request).unwrap();
            stream
        })
        .collect();
    let mut pipelined = connect(process.address);
    pipelined.write_all(&small.repeat(500)).unwrap();
    waiting.push(pipelined);
    for stream in &mut waiting {
        // Once the first bytes are here, the rest is on its way as far as it ever gets by itself.
        stream.read_exact(&mut [0; 1000]).unwrap();
    }
    // Read ahead without limit, this many would be there by now.
    let mut whole = connect(process.address);
    whole.write_all(&request).unwrap();
    let mut left = 256 * 1024 * 1024;
    let mut buffer = vec![0; 1024 * 1024];
    while left > 0 {
        let n = whole.read(&mut buffer).unwrap();
        assert!(n > 0);
        left -= n.min(left);
    }
    let peak = peak_memory(&process);
    assert!(peak < 100 * 1024, "{peak} KiB");
}

#[test]
fn more_sessions_than_file_descriptors() {
    let root = tempfile::tempdir().unwrap();
    let process = Process::limited(root.path(), "ulimit -n 48");
    let client = Client::new(process.address);
    let sessions: Vec<_> = (0..100)
        .map(|n| client.open(&format!("/{n}"), SLICE, SLICE))
        .collect();
    let bytes = pattern(SLICE);
    for (n, session) in sessions.iter().enumerate() {
        let path = format!("/{n}");
        let answer = client.slice(&path, session, 0, &bytes);
        assert_eq!(answer.both(), (200, Some(0)), "{n}");
        assert_eq!(client.finish(&path, session, SLICE).status, 200, "{n}");
    }
}

/// An object is never seen without what is remembered about it: here, that it is private.
#[test]
fn a_private_object_stays_private_on_the_move() {
    let bench = Bench::new();
    bench.client.upload("/a", b"secret");
    let private = r#"{"op":"update","authority":"eWRPrivate"}"#;
    bench.client.json_once("/a", private);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for path in ["/a", "/b"] {
            let (client, done) = (&bench.client, &done);
            scope.spawn(move || {
                let request = client.request("GET", &client.url(path), "", "", b"");
                while !done.load(Ordering::Relaxed) {
                    let answer = crate::raw::exchange(client.address, &request).unwrap();
                    assert_ne!(answer.status, 200, "{path} was given away");
                }
            });
        }
        for round in 0..150 {
            let (from, to) = if round % 2 == 0 {
                ("/a", "/b")
            } else {
                ("/b", "/a")
            };
            let op = if round % 3 == 0 { "copy" } else { "move" };
            let body = format!(r#"{{"op":"{op}","dest_fileid":"{to}","to_over_write":"1"}}"#);
            let answer = bench.client.json_once(from, &body);
            assert!(matches!(answer.code(), Some(0 | -197)), "{answer:?}");
        }
        done.store(true, Ordering::Relaxed);
    });
}

#[test]
fn other_things_in_its_own_directory_do_not_stop_it() {
    let root = tempfile::tempdir().unwrap();
    let process = Process::start(root.path(), &[]);
    let client = Client::new(process.address);
    client.upload("/kept", b"x");
    let half_dropped = client.open("/half", SLICE, SLICE);
    let session = client.open("/whole", SLICE, SLICE);
    client.slice("/whole", &session, 0, &pattern(SLICE));
    process.kill();
    let own = root.path().join(".cosup");
    fs::remove_file(own.join("sessions").join(&half_dropped).join("held")).unwrap();
    fs::write(own.join("sessions/stray"), b"x").unwrap();
    fs::create_dir(own.join("sessions/empty")).unwrap();
    fs::write(own.join("attributes/stray"), b"x").unwrap();
    fs::create_dir_all(own.join("attributes/00/dir")).unwrap();
    fs::create_dir_all(own.join("spool/dir/in")).unwrap();
    let process = Process::start(root.path(), &[]);
    let client = Client::new(process.address);
    assert_eq!(client.get("/kept", "").body, b"x");
    let finished = client.finish("/whole", &session, SLICE);
    assert_eq!(finished.both(), (200, Some(0)), "{finished:?}");
    client.open("/half", SLICE, SLICE);
}

#[test]
fn slices_that_vanished_from_the_disk_are_missed_at_finish() {
    let bench = Bench::new();
    let session = bench.client.open("/a", SLICE, SLICE);
    bench.client.slice("/a", &session, 0, &pattern(SLICE));
    let data = bench.root.path().join(".cosup/sessions").join(&session);
    fs::File::create(data.join("data")).unwrap();
    let answer = bench.client.finish("/a", &session, SLICE);
    assert_eq!(answer.code(), Some(-175), "{answer:?}");
    assert!(!bench.file("a").exists());
}

/// What was known of an object that is gone, its directory too, stands in nobody's way.
#[test]
fn a_file_where_a_directory_was() {
    let bench = Bench::new();
    let bytes = pattern(100);
    let sha = Sha1Sum::of(&bytes).to_string();
    bench.client.upload("/d/x", &bytes);
    bench.client.get("/d/x", "op=stat");
    bench.client.json_once("/d/x", r#"{"op":"delete"}"#);
    bench.client.json_once("/d/", r#"{"op":"delete"}"#);
    bench.client.upload("/d", b"now a file");
    let answer = bench.client.form(
        "/new",
        &[
            ("op", b"upload_slice_init"),
            ("filesize", b"100"),
            ("slice_size", b"65536"),
            ("sha", sha.as_bytes()),
        ],
    );
    assert_eq!(answer.both(), (200, Some(0)), "{answer:?}");
    assert_eq!(
        bench.client.get("/d/x", "op=stat").both(),
        (404, Some(-197))
    );
    assert_eq!(bench.client.get("/d/x", "").status, 404);
    assert_eq!(bench.client.list_slices("/d/x").both(), (404, Some(-197)));
    let deleted = bench.client.json_once("/d/x", r#"{"op":"delete"}"#);
    assert_eq!(deleted.both(), (404, Some(-197)));
    assert_eq!(bench.client.upload("/d/x", b"x").both(), (409, Some(-178)));
}

#[test]
fn names_that_cannot_be_asked_for_are_not_listed() {
    let bench = Bench::new();
    bench.client.upload("/good", b"x");
    for name in ["we?ird", "new\nline", " "] {
        fs::write(bench.file(name), b"x").unwrap();
    }
    let listed = bench.client.get("/", "op=list&num=100").json();
    let infos = listed["data"]["infos"].as_array().unwrap();
    let names: Vec<_> = infos.iter().map(|info| info["name"].clone()).collect();
    assert_eq!(names, ["good"]);
}

/// Has a session look as if nothing had come in for very long.
fn age(root: &Path, session: &str) {
    let held = root.join(".cosup/sessions").join(session).join("held");
    let log = fs::File::options().write(true).open(held).unwrap();
    log.set_modified(std::time::UNIX_EPOCH).unwrap();
}

/// An age is counted from the last slice, also from one that was sent again, also over a restart.
#[test]
fn a_slice_sent_again_keeps_the_session() {
    let root = tempfile::tempdir().unwrap();
    let process = Process::start(root.path(), &[]);
    let client = Client::new(process.address);
    let session = client.open("/a", SLICE, SLICE);
    client.slice("/a", &session, 0, &pattern(SLICE));
    age(root.path(), &session);
    client.slice("/a", &session, 0, &pattern(SLICE));
    process.kill();
    let process = Process::start(root.path(), &["--session-ttl", "1h"]);
    let client = Client::new(process.address);
    assert_eq!(client.list_slices("/a").both(), (200, Some(0)));
}

/// A limit on the size of files stands for a full disk.
#[test]
fn a_directory_that_cannot_be_made_is_not_half_made() {
    let root = tempfile::tempdir().unwrap();
    Process::start(root.path(), &[]).kill();
    let process = Process::limited(root.path(), "trap '' XFSZ; ulimit -f 0");
    let client = Client::new(process.address);
    let made = client.json_signed(&client.multi(), "/d/", r#"{"op":"create"}"#);
    assert_eq!(made.both(), (500, Some(-195)));
    assert_eq!(client.get("/d/", "op=stat").both(), (404, Some(-197)));
}

/// What a machine that died may leave behind: a log that knows more than the file.
#[test]
fn a_slice_that_lost_its_end_can_be_sent_again() {
    let bench = Bench::new();
    let session = bench.client.open("/a", SLICE, SLICE);
    let bytes = pattern(SLICE);
    bench.client.slice("/a", &session, 0, &bytes);
    let data = bench.root.path().join(".cosup/sessions").join(&session);
    let data = fs::File::options().write(true).open(data.join("data"));
    data.unwrap().set_len(100).unwrap();
    let answer = bench.client.slice("/a", &session, 0, &bytes);
    assert_eq!(answer.both(), (200, Some(0)), "{answer:?}");
    assert_eq!(bench.client.finish("/a", &session, SLICE).status, 200);
    assert_eq!(fs::read(bench.file("a")).unwrap(), bytes);
}

#[test]
fn a_slice_does_not_revive_a_session_that_is_too_old() {
    let root = tempfile::tempdir().unwrap();
    let process = Process::start(root.path(), &[]);
    let session = Client::new(process.address).open("/a", SLICE, SLICE);
    process.kill();
    age(root.path(), &session);
    let process = Process::start(root.path(), &["--session-ttl", "1h"]);
    let client = Client::new(process.address);
    let answer = client.slice("/a", &session, 0, &pattern(SLICE));
    assert_eq!(answer.code(), Some(-5983), "{answer:?}");
}
