//! `cosup put -`: standard input through the binary.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use crate::bench::{Bench, Ran};

fn pipe(bench: &Bench, input: &[u8], args: &[&str]) -> Ran {
    let mut command = bench.command();
    command
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A run that refuses its arguments does not read.
    child.stdin.take().unwrap().write_all(input).ok();
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn spooled(bench: &Bench) -> usize {
    fs::read_dir(bench.path().join("state/spool")).map_or(0, Iterator::count)
}

#[test]
fn a_stream_becomes_an_object() {
    let bench = Bench::new();
    let bytes = vec![7; 300_000];
    let ran = pipe(
        &bench,
        &bytes,
        &[
            "put",
            "--expect-size",
            "300000",
            "--ledger",
            "l",
            "-",
            "/b/s",
        ],
    );
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(fs::read(bench.object("s")).unwrap(), bytes);
    assert_eq!(spooled(&bench), 0);
    let receipt = fs::read_to_string(bench.path().join("l")).unwrap();
    assert!(receipt.contains(r#""source":"-""#), "{receipt}");
}

#[test]
fn a_broken_stream_never_does() {
    let bench = Bench::new();
    for (input, args, why) in [
        (
            &b"abc"[..],
            &["--expect-size", "4"][..],
            "ended after 3 of 4 bytes",
        ),
        (
            b"abc",
            &["--expect-size", "2"],
            "more than the 2 bytes expected",
        ),
        (b"", &[], "was empty"),
    ] {
        let ran = pipe(&bench, input, &[&["put", "-", "/b/s"], args].concat());
        assert_eq!(ran.code, 65, "{ran:?}");
        assert!(ran.stderr.contains(why), "{ran:?}");
    }
    assert_eq!((bench.asked(), spooled(&bench)), (0, 0));
    let ran = pipe(&bench, b"", &["put", "--expect-size", "0", "-", "/b/s"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn a_stream_that_could_not_go_up_goes_up_later() {
    let bench = Bench::new();
    let bytes = vec![9; 200_000];
    let put = [
        "put",
        "--retries",
        "0",
        "--slice-threshold",
        "64K",
        "--slice-size",
        "64K",
        "-",
        "/b/s",
    ];
    bench.emulator.fail(
        "op=upload_slice_data,offset=131072,code=-71"
            .parse()
            .unwrap(),
    );
    let ran = pipe(&bench, &bytes, &put);
    assert_eq!(ran.code, 75, "{ran:?}");
    assert_eq!(spooled(&bench), 1);
    // The next stream must not push the first one out.
    let ran = pipe(&bench, b"other", &put);
    assert_eq!(ran.code, 73, "{ran:?}");
    assert!(ran.stderr.contains("cosup resume /b/s"), "{ran:?}");
    bench.emulator.heal();
    let ran = bench.run(&["resume", "/b/s"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(fs::read(bench.object("s")).unwrap(), bytes);
    assert_eq!(spooled(&bench), 0);
}

#[test]
fn a_stream_that_is_given_up_is_gone() {
    let bench = Bench::new();
    bench
        .emulator
        .fail("op=upload_slice_init,code=-71".parse().unwrap());
    let put = [
        "put",
        "--retries",
        "0",
        "--slice-threshold",
        "64K",
        "-",
        "/b/s",
    ];
    assert_eq!(pipe(&bench, &vec![1; 100_000], &put).code, 75);
    assert_eq!(bench.run(&["abort", "--yes", "/b/s"]).code, 0);
    assert_eq!(spooled(&bench), 0);
}

#[test]
fn what_cannot_be_a_stream_is_wrong_usage() {
    let bench = Bench::new();
    bench.file("f", 10);
    for args in [
        &["put", "-", "/b/"][..],
        &["put", "-", "f", "/b/s"],
        &["put", "-n", "-", "/b/s"],
        &["put", "--expect-size", "3", "f", "/b/s"],
        &["put", "--files-from", "-", "-", "/b/s"],
    ] {
        let ran = pipe(&bench, b"abc", args);
        assert_eq!(ran.code, 2, "{args:?}: {ran:?}");
    }
    assert_eq!((bench.asked(), spooled(&bench)), (0, 0));
}
