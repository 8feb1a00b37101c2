//! `cosup doctor` on a set-up that works and on a dozen that do not.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use cosup::emulator::{Config, Emulator};

use crate::bench::{Bench, Ran, run};

/// The one finding that is not OK or skipped, and the exit code.
fn complaint(ran: &Ran) -> (String, i32) {
    let lines: Vec<_> = ran
        .stdout
        .lines()
        .filter(|line| line.starts_with("FAIL") || line.starts_with("WARN"))
        .collect();
    assert_eq!(lines.len(), 1, "{ran:?}");
    let words: Vec<_> = lines[0].split_whitespace().take(2).collect();
    assert!(lines[0].contains("; "), "it names no remedy: {ran:?}");
    (words.join(" "), ran.code)
}

#[test]
fn a_set_up_that_works() {
    let bench = Bench::new();
    let ran = bench.run(&["doctor", "--upload", "/b/d/"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    let names: Vec<_> = ran
        .stdout
        .lines()
        .map(|line| {
            line.split_whitespace()
                .take(2)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    let expected = [
        "configuration",
        "state",
        "credentials",
        "endpoint",
        "dns",
        "connect",
        "answer",
        "clock",
        "signature",
        "bucket",
        "upload",
    ];
    assert_eq!(names, expected.map(|name| format!("OK {name}")));
    assert_eq!(
        fs::read_dir(bench.object("d")).unwrap().count(),
        0,
        "the sample is gone"
    );
    assert_eq!(bench.run(&["doctor", "-q"]).stdout, "");
    let ran = bench.run(&["doctor", "--json"]);
    let last = ran.json().pop().unwrap();
    assert_eq!(
        (&last["event"], &last["exit"]),
        (&"summary".into(), &0.into())
    );
    assert!(
        ran.json()
            .iter()
            .any(|check| check["name"] == "bucket" && check["result"] == "skip")
    );
}

#[test]
fn settings_that_do_not_fit() {
    let bench = Bench::new();
    let file = |name: &str, text: &str, mode: u32| {
        let path = bench.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let ran = bench.run(&["doctor", "--profile", "nobody"]);
    assert_eq!(complaint(&ran), ("FAIL configuration".into(), 78));

    let open = file("open.toml", "[defaults]\nsecret_key = \"k\"\n", 0o644);
    let ran = bench.run(&["doctor", "--config", &open]);
    assert_eq!(complaint(&ran), ("FAIL configuration".into(), 78));
    assert!(ran.stdout.contains("chmod 600"), "{ran:?}");

    let ran = run(bench.command().arg("doctor").env_remove("COSUP_SECRET_KEY"));
    assert_eq!(complaint(&ran), ("FAIL credentials".into(), 78));

    let key = file("key", "secret", 0o644);
    let with_file = file(
        "f.toml",
        &format!("[defaults]\nsecret_id = \"i\"\nsecret_key_file = \"{key}\"\n"),
        0o600,
    );
    let ran = run(bench
        .command()
        .args(["doctor", "--config", &with_file])
        .env_remove("COSUP_SECRET_ID")
        .env_remove("COSUP_SECRET_KEY"));
    assert_eq!(complaint(&ran), ("FAIL credentials".into(), 78));
    assert!(ran.stdout.contains("chmod 600"), "{ran:?}");

    let ran = run(bench.command().arg("doctor").env_remove("COSUP_ENDPOINT"));
    assert_eq!(complaint(&ran), ("FAIL endpoint".into(), 78));
}

#[test]
fn state_directories_that_do_not_serve() {
    let bench = Bench::new();
    bench.file("file", 1);
    let ran = bench.run(&["doctor", "--state-dir", "file"]);
    assert_eq!(complaint(&ran), ("FAIL state".into(), 78));
    let open = bench.path().join("open");
    fs::create_dir(&open).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o755)).unwrap();
    let ran = bench.run(&["doctor", "--state-dir", "open"]);
    assert_eq!(complaint(&ran), ("WARN state".into(), 0));
}

#[test]
fn networks_that_do_not_lead_there() {
    let bench = Bench::new();
    let at = |endpoint: &str| bench.run(&["doctor", "--endpoint", endpoint]);
    // A label of more than 63 letters cannot even be asked for.
    let nowhere = format!("http://{}.invalid", "x".repeat(70));
    assert_eq!(complaint(&at(&nowhere)), ("FAIL dns".into(), 75));
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    assert_eq!(
        complaint(&at(&format!("http://{closed}"))),
        ("FAIL connect".into(), 75)
    );
    let plain = bench.emulator.endpoint().replace("http:", "https:");
    assert_eq!(complaint(&at(&plain)).0, "FAIL answer");
}

#[test]
fn servers_that_are_something_else() {
    let bench = Bench::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut some = [0; 16];
            if stream.read(&mut some).is_ok_and(|n| n > 0) {
                stream.write_all(b"220 mail.example ESMTP\r\n").ok();
            }
        }
    });
    let ran = bench.run(&["doctor", "--endpoint", &endpoint]);
    assert_eq!(complaint(&ran), ("FAIL answer".into(), 75));
}

#[test]
fn servers_that_refuse() {
    let bench = Bench::new();
    let ran = run(bench
        .command()
        .arg("doctor")
        .env("COSUP_SECRET_KEY", "wrong"));
    assert_eq!(complaint(&ran), ("FAIL signature".into(), 77));
    let ran = run(bench
        .command()
        .arg("doctor")
        .env("COSUP_SECRET_ID", "AKIDwrong"));
    assert_eq!(complaint(&ran), ("FAIL signature".into(), 77));
    bench.emulator.fail("op=list,code=-71".parse().unwrap());
    assert_eq!(
        complaint(&bench.run(&["doctor"])),
        ("FAIL signature".into(), 75)
    );
}

fn doctor_of(emulator: &Emulator, dir: &Path, args: &[&str]) -> Ran {
    let bench = Bench::new();
    let mut command = bench.command();
    command
        .current_dir(dir)
        .env("COSUP_ENDPOINT", emulator.endpoint())
        .arg("doctor")
        .args(args);
    run(&mut command)
}

#[test]
fn buckets_and_directories_that_are_missing() {
    let dir = tempfile::tempdir().unwrap();
    let emulator = Emulator::start(Config {
        buckets: Some(vec!["there".to_owned()]),
        require_dirs: true,
        ..Config::new(dir.path().join("root"))
    })
    .unwrap();
    let ran = doctor_of(&emulator, dir.path(), &["--bucket", "there"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = doctor_of(&emulator, dir.path(), &["--bucket", "missing"]);
    assert_eq!(complaint(&ran), ("FAIL bucket".into(), 78));
    let ran = doctor_of(&emulator, dir.path(), &["--upload", "/there/no/such/"]);
    assert_eq!(complaint(&ran), ("FAIL upload".into(), 1));
}
