//! `--limit-rate`, `--window` and `--max-duration` through the binary.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::bench::{Bench, run};

const SLICES: &[&str] = &["--slice-threshold", "64K", "--slice-size", "64K"];

/// How long an upload of `len` bytes takes at `rate`.
fn time(len: usize, args: &[&str]) -> f64 {
    let bench = Bench::new();
    bench.file("f", len);
    let began = Instant::now();
    let ran = bench.run(&[&["put", "f", "/b/"], args].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    began.elapsed().as_secs_f64()
}

#[test]
fn the_rate_is_kept_over_all_slices() {
    // 1 MiB at 512 KiB a second in sixteen slices, several at once.
    let took = time(
        1 << 20,
        &[&["--limit-rate", "512K", "-j", "8"], SLICES].concat(),
    );
    assert!(took >= 1.9, "faster than allowed: {took} s");
}

#[test]
fn the_rate_is_kept_far_below_one_slice_a_second() {
    let took = time(60_000, &["--limit-rate", "30000"]);
    assert!(took >= 1.9, "faster than allowed: {took} s");
}

#[test]
fn a_timetable_sets_the_rate_of_the_hour() {
    // The same rate the whole day through, written as a timetable.
    let took = time(60_000, &["--limit-rate", "00:00,30000 12:00,30000"]);
    assert!(took >= 1.9, "faster than allowed: {took} s");
}

#[test]
fn a_run_that_is_out_of_time_stops_between_slices() {
    let bench = Bench::new();
    bench.file("f", 2 << 20);
    let put = [
        "put",
        "--max-duration",
        "3s",
        "--limit-rate",
        "256K",
        "f",
        "/b/",
    ];
    let ran = bench.run(&[&put[..], SLICES].concat());
    assert_eq!(ran.code, 75, "{ran:?}");
    assert!(
        ran.stderr.contains("stopped because its 3 s are over"),
        "{ran:?}"
    );
    assert!(
        ran.stderr.contains("hint: to go on:\ncosup resume "),
        "{ran:?}"
    );
    let before = bench.asked();
    assert_eq!(bench.run(&["resume"]).code, 0);
    let slices = |ops: &[String]| ops.iter().filter(|op| *op == "upload_slice_data").count();
    let first = bench.ops(0).len() - bench.ops(before).len();
    assert!(slices(&bench.ops(0)[..first]) > 0);
    assert_eq!(slices(&bench.ops(0)), 32, "no slice was sent twice");
}

/// A window from `from` to `to` hours after the current one, in UTC.
fn window(from: u64, to: u64) -> String {
    let hour = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
        / 3600;
    let at = |ahead| (hour + ahead) % 24;
    format!("{:02}:00-{:02}:00", at(from), at(to))
}

#[test]
fn nothing_is_sent_outside_of_the_window() {
    let bench = Bench::new();
    bench.file("f", 10);
    let put = |window: &str| {
        run(bench
            .command()
            .env("TZ", "UTC")
            .args(["put", "--window", window, "f", "/b/"]))
    };
    let closed = window(3, 4);
    let ran = put(&closed);
    assert_eq!(ran.code, 75, "{ran:?}");
    assert!(
        ran.stderr
            .contains(&format!("the window {closed} is closed until ")),
        "{ran:?}"
    );
    assert!(
        ran.stderr.contains(&format!("{} UTC", &closed[..5])),
        "{ran:?}"
    );
    assert_eq!(bench.asked(), 0);
    assert_eq!(put(&window(23, 26)).code, 0);
}

#[test]
fn wrong_times_and_rates_are_wrong_usage() {
    let bench = Bench::new();
    bench.file("f", 10);
    for args in [
        ["--window", "23-7"],
        ["--window", "07:00-07:00"],
        ["--limit-rate", "fast"],
        ["--limit-rate", "08:00"],
        ["--max-duration", "soon"],
        ["--ping", "nowhere"],
    ] {
        let ran = bench.run(&[&["put", "f", "/b/"], &args[..]].concat());
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains(args[0]), "{ran:?}");
    }
    assert_eq!(bench.asked(), 0);
    let began = Instant::now();
    assert_eq!(
        bench.run(&["put", "--limit-rate", "off", "f", "/b/"]).code,
        0
    );
    assert!(began.elapsed() < Duration::from_secs(60));
}
