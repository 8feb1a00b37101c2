//! `--dry-run` and `--explain` through the binary.

use std::fs;

use crate::bench::Bench;

const SLICES: &[&str] = &["--slice-threshold", "64K", "--slice-size", "64K"];

#[test]
fn a_dry_run_says_what_it_would_do_and_does_nothing() {
    let bench = Bench::new();
    bench.file("new", 200_000);
    bench.file("same", 100);
    bench.file("other", 300);
    bench.run(&["put", "-q", "same", "/b/"]);
    bench.run(&["put", "-q", "same", "/b/other"]);
    fs::remove_dir_all(bench.path().join("state")).unwrap();
    let asked = bench.asked();
    let args = [
        "put",
        "-n",
        "--explain",
        "--ledger",
        "l",
        "--metrics",
        "m",
        "--on-success",
        "touch hooked",
        "new",
        "same",
        "other",
        "/b/",
    ];
    let ran = bench.run(&[&args[..], SLICES].concat());
    assert_eq!(ran.code, 73, "{ran:?}");
    let path = format!("{}/", bench.path().display());
    let expected = "\
send     new /b/new: 195.3 KiB in 4 of 4 slices
         why: nothing is there yet
         slices: 0-3
skip     same /b/same: the same bytes are there already
fail     other /b/other: other content is there; choose with --if-exists skip or overwrite
1 to send (195.3 KiB), 1 to skip, 1 to fail
";
    assert_eq!(ran.stdout.replace(&path, ""), expected);
    let ops = bench.ops(asked);
    assert!(
        ops.iter()
            .all(|op| matches!(op.as_str(), "stat" | "upload_slice_list")),
        "{ops:?}"
    );
    for name in ["state", "l", "m", "hooked"] {
        assert!(!bench.path().join(name).exists(), "{name}");
    }
    let ran = bench.run(
        &[
            &["put", "-n", "--if-exists", "overwrite", "other", "/b/"],
            SLICES,
        ]
        .concat(),
    );
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.starts_with("send "), "{ran:?}");
}

#[test]
fn what_is_left_of_an_upload_is_named_slice_by_slice() {
    let bench = Bench::new();
    bench.file("f", 400_000);
    bench.emulator.fail(
        "op=upload_slice_data,offset=131072,code=-71"
            .parse()
            .unwrap(),
    );
    let put = [&["put", "--retries", "0", "-j", "1", "f", "/b/"], SLICES].concat();
    assert_eq!(bench.run(&put).code, 75);
    bench.emulator.heal();
    for args in [&["resume"][..], &["put", "f", "/b/"]] {
        let ran = bench.run(&[args, &["-n", "--json"]].concat());
        let plan = &ran.json()[0];
        assert_eq!(plan["action"], "resume", "{ran:?}");
        assert_eq!(plan["missing"], serde_json::json!([[2, 7]]));
        assert_eq!(plan["bytes"], 400_000 - 131_072);
        assert_eq!(ran.json()[1]["event"], "plan_totals");
    }
    fs::write(bench.path().join("f"), vec![1; 400_000]).unwrap();
    let ran = bench.run(&[&["put", "-n", "f", "/b/"], SLICES].concat());
    assert_eq!(ran.code, 73, "{ran:?}");
    assert!(
        ran.stdout.contains("unfinished upload of other content"),
        "{ran:?}"
    );
    bench.file("f", 400_001);
    assert_eq!(bench.run(&["resume", "-n"]).code, 65);
    bench.file("f", 400_000);
    let ran = bench.run(&["resume", "--explain"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.stderr
            .contains("why: the server holds 2 of its 7 slices"),
        "{ran:?}"
    );
    assert!(bench.object("f").exists());
}
