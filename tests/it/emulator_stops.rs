//! How an emulator stops: what it waits for, for how long, and what it says.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::mpsc;

use crate::emulator_process::Process;
use crate::raw::{Client, PATIENCE, connect, read_answer, until};

const STOPPING: &str = "stopping, once what is in flight is done; once more stops at once\n";

/// A request whose body stops in the middle, once the emulator has taken its first half.
fn unfinished(process: &Process, root: &Path) -> TcpStream {
    let client = Client::new(process.address);
    let content = vec![7; 6 * 1024 * 1024];
    let fields: [(&str, &[u8]); 2] = [("op", b"upload"), ("filecontent", &content)];
    let request = client.form_request(&client.multi(), "/never", &fields);
    let mut stream = connect(process.address);
    stream.write_all(&request[..request.len() - 100]).unwrap();
    let spool = root.join(".cosup/spool");
    // Content that memory is too small for comes in there.
    until(|| std::fs::read_dir(&spool).unwrap().count() == 1);
    stream
}

/// The exit code, and all that is left to read from stderr.
fn end_of(process: &mut Process, mut stderr: impl Read + Send + 'static) -> (Option<i32>, String) {
    let (sender, said) = mpsc::channel();
    std::thread::spawn(move || {
        let mut text = String::new();
        stderr.read_to_string(&mut text).unwrap();
        sender.send(text).unwrap();
    });
    // It is closed when the process ends.
    let said = said.recv_timeout(PATIENCE).unwrap();
    (process.child.wait().unwrap().code(), said)
}

#[test]
fn slow_requests_end_and_those_that_never_do_are_cut() {
    let root = tempfile::tempdir().unwrap();
    let fault = "path=/slow,delay=12s,after";
    let mut process = Process::start(root.path(), &["--fault", fault]);
    let mut never = unfinished(&process, root.path());
    let client = Client::new(process.address);
    let fields: [(&str, &[u8]); 2] = [("op", b"upload"), ("filecontent", b"x")];
    let request = client.form_request(&client.multi(), "/slow", &fields);
    let mut slow = connect(process.address);
    slow.write_all(&request).unwrap();
    until(|| root.path().join("1250000000/demo/slow").exists());
    process.terminate();
    let answer = read_answer(&mut slow).map(|answer| answer.both());
    assert_eq!(answer, Some((200, Some(0))));
    let stderr = process.child.stderr.take().unwrap();
    let ended = end_of(&mut process, stderr);
    assert_eq!(ended, (Some(0), STOPPING.to_owned()));
    assert!(read_answer(&mut never).is_none());
    assert!(!root.path().join("1250000000/demo/never").exists());
}

#[test]
fn a_second_signal_cuts_at_once() {
    let root = tempfile::tempdir().unwrap();
    let mut process = Process::start(root.path(), &[]);
    let _never = unfinished(&process, root.path());
    let mut stderr = BufReader::new(process.child.stderr.take().unwrap());
    process.terminate();
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    assert_eq!(line, STOPPING);
    process.terminate();
    let (code, said) = end_of(&mut process, stderr);
    assert_eq!(code, Some(143));
    let expected = "error: interrupted by signal 15, with requests in flight\n";
    assert_eq!(said, expected);
}
