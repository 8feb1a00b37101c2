//! What clients can make the emulator hold in memory.

use crate::emulator_process::Process;
use crate::raw::Client;

/// The most memory that a process ever held, in bytes.
fn peak(process: &Process) -> usize {
    let status = format!("/proc/{}/status", process.child.id());
    let status = std::fs::read_to_string(status).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.unwrap().trim().strip_suffix(" kB").unwrap();
    kib.parse::<usize>().unwrap() * 1024
}

#[test]
fn a_list_of_parts_that_is_none_takes_no_room() {
    const LEN: usize = 24 * 1024 * 1024;
    let root = tempfile::tempdir().unwrap();
    let process = Process::start(root.path(), &[]);
    let client = Client::new(process.address);
    let init = |parts: &str| {
        let fields: [(&str, &[u8]); 4] = [
            ("op", b"upload_slice_init"),
            ("filesize", b"9"),
            ("slice_size", b"1048576"),
            ("uploadparts", parts.as_bytes()),
        ];
        client.form("/a", &fields).both()
    };
    // The way there has its own needs, however the parts are read.
    let spaces = format!("[x{}", " ".repeat(LEN));
    assert_eq!(init(&spaces), (400, Some(-5965)));
    let before = peak(&process);
    for (start, filling) in [
        ("\"", "x"),
        ("[\"", "}"),
        ("[{\"datasha\":\"", "}"),
        ("[{\"offset\":[", "{},"),
    ] {
        let text = format!("{start}{}", filling.repeat(LEN / filling.len()));
        assert_eq!(init(&text), (400, Some(-5965)), "{start}");
    }
    let grown = peak(&process) - before;
    assert!(grown < LEN / 2, "{grown} bytes more");
}
