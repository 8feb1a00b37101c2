//! `--ledger` and `--remove-source` through the binary.

use std::fs;

use serde_json::Value;

use crate::bench::Bench;

fn receipts(bench: &Bench) -> Vec<Value> {
    let text = fs::read_to_string(bench.path().join("l.jsonl")).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

const SLICES: &[&str] = &["--slice-threshold", "64K", "--slice-size", "64K"];

#[test]
fn a_receipt_says_what_became_of_a_file() {
    let bench = Bench::new();
    bench.file("big", 300_000);
    bench.file("small", 10);
    bench
        .emulator
        .fail("op=upload_slice_data,first=2,code=-71".parse().unwrap());
    let ran = bench.run(
        &[
            &["put", "--ledger", "l.jsonl", "big", "small", "/b/d/"],
            SLICES,
        ]
        .concat(),
    );
    assert_eq!(ran.code, 0, "{ran:?}");
    let mut receipts = receipts(&bench);
    receipts.sort_by_key(|receipt| receipt["size"].as_u64());
    let big = &receipts[1];
    assert_eq!(big["version"], 1);
    assert_eq!(big["source"], bench.path().join("big").to_str().unwrap());
    assert_eq!(
        (&big["bucket"], &big["path"]),
        (&"b".into(), &"/d/big".into())
    );
    assert_eq!(
        (big["slices"].as_u64(), big["sent"].as_u64()),
        (Some(5), Some(300_000))
    );
    assert_eq!(big["endpoint"], bench.emulator.endpoint());
    assert!(big["url"].as_str().unwrap().ends_with("/d/big"), "{big}");
    assert!(big["request_id"].is_string(), "{big}");
    assert!(big["started"].as_str() < big["ended"].as_str(), "{big}");
    assert_eq!(receipts[0]["slices"], 0);
}

#[test]
fn a_file_with_a_receipt_is_not_even_asked_about() {
    let bench = Bench::new();
    bench.file("f", 1000);
    let put = ["put", "--ledger", "l.jsonl", "f", "/b/d/"];
    assert_eq!(bench.run(&put).code, 0);
    let asked = bench.asked();
    let ran = bench.run(&put);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{ran:?}");
    assert_eq!(bench.asked(), asked);
    bench.file("f", 1001);
    let ran = bench.run(&[&put[..], &["--if-exists", "overwrite"]].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(receipts(&bench).len(), 2);
    // The older receipt no longer counts, so the first revision goes up again.
    let torn = fs::read(bench.path().join("l.jsonl")).unwrap();
    fs::write(bench.path().join("l.jsonl"), &torn[..torn.len() - 20]).unwrap();
    bench.file("g", 5);
    let ran = bench.run(&["put", "--ledger", "l.jsonl", "g", "/b/d/"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let sizes: Vec<_> = receipts(&bench)
        .iter()
        .map(|r| r["size"].as_u64())
        .collect();
    assert_eq!(sizes, [Some(1000), Some(5)], "the torn line is gone");
}

#[test]
fn a_resumed_file_gets_its_receipt_too() {
    let bench = Bench::new();
    bench.file("f", 300_000);
    let fault = "op=upload_slice_data,offset=131072,code=-71";
    bench.emulator.fail(fault.parse().unwrap());
    let put = ["put", "--retries", "0", "-j", "1", "f", "/b/"];
    assert_eq!(bench.run(&[&put[..], SLICES].concat()).code, 75);
    bench.emulator.heal();
    let ran = bench.run(&["resume", "-q", "--ledger", "l.jsonl"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{ran:?}");
    let receipt = &receipts(&bench)[0];
    assert_eq!(receipt["held"], 131_072, "{receipt}");
    assert_eq!(receipt["sent"], 300_000 - 131_072);
    let asked = bench.asked();
    let ran = bench.run(&["put", "--ledger", "l.jsonl", "f", "/b/"]);
    assert_eq!(
        (ran.code, bench.asked()),
        (0, asked),
        "the next put skips it"
    );
}

#[test]
fn a_ledger_is_verified_as_a_whole() {
    let bench = Bench::new();
    for (name, len) in [("a", 100), ("b", 200), ("c", 300)] {
        bench.file(name, len);
    }
    let ran = bench.run(&["put", "-q", "--ledger", "l.jsonl", "a", "b", "c", "/b/"]);
    assert_eq!(
        (ran.code, ran.stdout.as_str(), ran.stderr.as_str()),
        (0, "", "")
    );
    assert_eq!(bench.run(&["verify", "--ledger", "l.jsonl"]).code, 0);
    bench.run(&["rm", "--yes", "/b/a"]);
    bench.file("b", 201);
    bench.run(&["put", "-q", "--if-exists", "overwrite", "b", "/b/"]);
    let ran = bench.run(&["verify", "-q", "--ledger", "l.jsonl"]);
    assert_eq!(ran.code, 73, "{ran:?}");
    let mut lines: Vec<_> = ran.stdout.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines.len(), 2, "{ran:?}");
    assert!(
        lines[0].starts_with("differs ") && lines[0].ends_with("200 bytes here, 201 bytes there")
    );
    assert!(lines[1].starts_with("missing ") && lines[1].ends_with("/b/a"));
    let ran = bench.run(&["verify", "--ledger", "none.jsonl"]);
    assert_eq!(ran.code, 65, "{ran:?}");
}

#[test]
fn another_file_is_never_taken_for_a_ledger() {
    let bench = Bench::new();
    bench.file("f", 10);
    fs::write(bench.path().join("notes"), "dear diary").unwrap();
    let ran = bench.run(&["put", "--ledger", "notes", "f", "/b/"]);
    assert_eq!(ran.code, 78, "{ran:?}");
    assert!(ran.stderr.contains("is not a ledger"), "{ran:?}");
    assert_eq!(
        fs::read_to_string(bench.path().join("notes")).unwrap(),
        "dear diary"
    );
    assert_eq!(bench.asked(), 0);
}

#[test]
fn a_source_goes_only_after_the_proof() {
    let bench = Bench::new();
    let source = bench.path().join("f");
    bench.file("f", 200_000);
    let put = [
        &["put", "--remove-source", "--retries", "0", "f", "/b/"],
        SLICES,
    ]
    .concat();
    for fault in [
        "op=upload_slice_data,code=-97",
        "op=upload_slice_finish,code=-71",
        "op=stat,code=-71",
    ] {
        bench.emulator.fail(fault.parse().unwrap());
        let ran = bench.run(&put);
        assert_ne!(ran.code, 0, "{fault}: {ran:?}");
        assert!(source.exists(), "{fault}");
        bench.emulator.heal();
    }
    let ran = bench.run(&put);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(!source.exists() && bench.object("f").exists());
    bench.file("f", 200_001);
    assert_eq!(bench.run(&put).code, 73);
    assert!(source.exists(), "the object is another");
}
