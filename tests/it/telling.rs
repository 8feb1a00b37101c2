//! Hooks, pings and metrics through the binary.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use cosup::emulator::Config;

use crate::bench::Bench;

#[test]
fn hooks_are_told_of_each_file() {
    let bench = Bench::new();
    bench.file("good", 10);
    bench.file("bad", 20);
    bench
        .emulator
        .fail("path=/bad,op=upload,code=-97".parse().unwrap());
    let told = "printf '%s\\n' \"$COSUP_FILE $COSUP_DESTINATION $COSUP_URL $COSUP_SHA1 $COSUP_EXIT_CODE\" >>";
    let ran = bench.run(&[
        "put",
        "good",
        "bad",
        "/b/",
        "--on-success",
        &format!("{told} good.log"),
        "--on-failure",
        &format!("{told} bad.log; printf '%s' \"$COSUP_ERROR\" >why"),
    ]);
    assert_eq!(ran.code, 77, "{ran:?}");
    let read = |name: &str| fs::read_to_string(bench.path().join(name)).unwrap();
    let here = bench.path().display();
    let good = read("good.log");
    assert!(
        good.starts_with(&format!("{here}/good /b/good http://")),
        "{good}"
    );
    let words: Vec<_> = good.split_whitespace().collect();
    assert_eq!((words[3].len(), words[4], words.len()), (40, "0", 5));
    assert_eq!(read("bad.log"), format!("{here}/bad /b/bad   77\n"));
    assert!(read("why").contains("code -97"));
}

#[test]
fn a_hook_never_learns_or_spreads_the_secret() {
    let bench = Bench::new();
    bench.file("f", 10);
    let secret = Config::demo_credentials().secret_key.expose().to_owned();
    let hook = format!("env >env.txt; env; echo {secret}; echo {secret} >&2; exit 1");
    let ran = bench.run(&[
        "put",
        "f",
        "/b/",
        "--on-success",
        &hook,
        "--metrics",
        "m",
        "--ledger",
        "l",
    ]);
    assert_eq!(ran.code, 0, "its failure is not ours: {ran:?}");
    assert!(ran.stderr.contains("--on-success for "), "{ran:?}");
    assert!(ran.stderr.contains("it ended with exit code 1"), "{ran:?}");
    for text in [&ran.stdout, &ran.stderr] {
        assert!(!text.contains(&secret), "{ran:?}");
    }
    for name in ["env.txt", "m", "l"] {
        let text = fs::read_to_string(bench.path().join(name)).unwrap();
        assert!(!text.contains(&secret), "{name}: {text}");
    }
}

#[test]
fn a_hook_that_hangs_is_killed() {
    let bench = Bench::new();
    bench.file("f", 10);
    let began = Instant::now();
    let ran = bench.run(&[
        "put",
        "f",
        "/b/",
        "--hook-timeout",
        "200ms",
        "--on-success",
        "trap '' TERM; sleep 600 & wait; wait",
    ]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.contains("it was killed after 0.2 s"), "{ran:?}");
    assert!(began.elapsed() < Duration::from_secs(60));
}

/// A monitor that answers `count` requests and gives their first lines.
fn monitor(count: usize) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/uuid", listener.local_addr().unwrap());
    let serving = std::thread::spawn(move || {
        let serve = |_| {
            let mut stream = BufReader::new(listener.accept().unwrap().0);
            let (mut first, mut len) = (String::new(), 0);
            stream.read_line(&mut first).unwrap();
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).unwrap();
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    len = value.trim().parse().unwrap();
                }
                if line.trim().is_empty() {
                    break;
                }
            }
            std::io::copy(&mut stream.by_ref().take(len), &mut std::io::sink()).unwrap();
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            stream.get_mut().write_all(answer).unwrap();
            first.split_whitespace().nth(1).unwrap().to_owned()
        };
        (0..count).map(serve).collect()
    });
    (url, serving)
}

#[test]
fn a_monitor_hears_of_the_start_and_the_end() {
    let bench = Bench::new();
    bench.file("f", 10);
    let (url, heard) = monitor(2);
    assert_eq!(bench.run(&["put", "f", "/b/", "--ping", &url]).code, 0);
    assert_eq!(heard.join().unwrap(), ["/uuid/start", "/uuid"]);
    let (url, heard) = monitor(2);
    assert_eq!(bench.run(&["put", "none", "/b/", "--ping", &url]).code, 65);
    assert_eq!(heard.join().unwrap(), ["/uuid/start", "/uuid/65"]);
}

#[test]
fn a_monitor_that_is_down_is_only_a_warning() {
    let bench = Bench::new();
    bench.file("f", 10);
    let gone = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let ran = bench.run(&[
        "put",
        "f",
        "/b/",
        "--ping",
        &format!("http://{gone}/s3cret-uuid"),
    ]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.contains("cannot ping 127.0.0.1"), "{ran:?}");
    assert!(!ran.stderr.contains("s3cret-uuid"), "{ran:?}");
}

#[test]
fn metrics_tell_of_the_last_run_and_the_last_success() {
    let bench = Bench::new();
    bench.file("f", 10);
    bench.file("g", 20);
    let metrics = || fs::read_to_string(bench.path().join("cosup.prom")).unwrap();
    let value = |text: &str, name: &str| {
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.map(str::to_owned)
    };
    assert_eq!(
        bench
            .run(&["put", "f", "/b/", "--metrics", "cosup.prom"])
            .code,
        0
    );
    let first = metrics();
    let success = value(&first, "cosup_last_success_timestamp_seconds").unwrap();
    assert_eq!(
        value(&first, r#"cosup_last_run_bytes{kind="sent"}"#).as_deref(),
        Some("10")
    );
    bench.emulator.fail("op=upload,code=-97".parse().unwrap());
    assert_eq!(
        bench
            .run(&["put", "g", "/b/", "--metrics", "cosup.prom"])
            .code,
        77
    );
    let second = metrics();
    assert_eq!(
        value(&second, "cosup_last_run_exit_code").as_deref(),
        Some("77")
    );
    assert_eq!(
        value(&second, r#"cosup_last_run_files{result="failed"}"#).as_deref(),
        Some("1")
    );
    assert_eq!(
        value(&second, "cosup_last_success_timestamp_seconds"),
        Some(success)
    );
}
