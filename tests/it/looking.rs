//! `stat`, `ls`, `mkdir`, `rm` and `verify` through the binary.

use std::fs;

use crate::bench::Bench;
use crate::lab::Lab;

#[test]
fn a_directory_of_several_pages_is_listed_whole() {
    let bench = Bench::new();
    fs::create_dir(bench.path().join("tree")).unwrap();
    for n in 0..250 {
        bench.file(&format!("tree/{n:03}"), n);
    }
    let ran = bench.run(&["put", "-q", "-r", "tree", "/b/"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let listed = bench.run(&["ls", "-r", "/b/"]);
    let mut expected: Vec<_> = (0..250).map(|n| format!("tree/{n:03}")).collect();
    expected.insert(0, "tree/".to_owned());
    assert_eq!(listed.stdout.lines().collect::<Vec<_>>(), expected);
    assert_eq!(bench.run(&["ls", "/b"]).stdout, "tree/\n");
    let long = bench.run(&["ls", "-l", "/b/tree"]);
    let line = long.stdout.lines().nth(7).unwrap();
    let words: Vec<_> = line.split_whitespace().collect();
    assert_eq!(
        (words[0], words[3].len(), words[4]),
        ("7", 40, "007"),
        "{line}"
    );
    let objects = bench.run(&["ls", "--json", "/b/tree/"]).json();
    assert_eq!(objects.len(), 251, "250 entries and the summary");
    assert_eq!(objects[7]["path"], "/b/tree/007");
    assert_eq!(objects[7]["size"], 7);
    assert_eq!(objects[250]["event"], "summary");
}

#[test]
fn attributes_for_people_and_for_programs() {
    let bench = Bench::new();
    bench.file("f", 3000);
    bench.run(&["put", "-q", "--biz-attr", "mine", "f", "/b/d/"]);
    let ran = bench.run(&["stat", "/b/d/f"]);
    for line in [
        "path        /b/d/f",
        "type        file",
        "size        3000 (2.9 KiB)",
        "biz_attr    mine",
    ] {
        assert!(ran.stdout.lines().any(|shown| shown == line), "{ran:?}");
    }
    let object = &bench.run(&["stat", "--json", "/b/d/f"]).json()[0];
    assert_eq!(object["size"], 3000);
    assert_eq!(object["complete"], true);
    let ran = bench.run(&["stat", "/b/d/none"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        bench
            .run(&["stat", "/b/d/"])
            .stdout
            .contains("type        directory")
    );
}

#[test]
fn directories_are_made_and_removed() {
    let bench = Bench::new();
    assert_eq!(bench.run(&["mkdir", "-p", "/b/x/y/z"]).code, 0);
    assert_eq!(bench.run(&["mkdir", "-p", "/b/x/y/z/"]).code, 0, "again");
    let ran = bench.run(&["mkdir", "/b/x/y/"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("/b/x/y/ exists already"), "{ran:?}");
    assert_eq!(bench.run(&["mkdir", "/b/"]).code, 2);
    let ran = bench.run(&["rm", "--yes", "/b/x/"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("/b/x/ is not empty"), "{ran:?}");
    assert_eq!(bench.run(&["rm", "-y", "/b/x/y/z/"]).code, 0);
    assert_eq!(bench.run(&["ls", "-r", "/b/"]).stdout, "x/\nx/y/\n");
}

#[test]
fn nothing_is_removed_without_leave() {
    let bench = Bench::new();
    bench.file("f", 10);
    bench.run(&["put", "-q", "f", "/b/"]);
    let asked = bench.asked();
    for (args, why) in [
        (&["rm", "/b/f"][..], "nobody is there to confirm"),
        (&["rm", "--yes", "/b/"], "is a bucket"),
        (&["rm", "--yes", "/b"], "is a bucket"),
    ] {
        let ran = bench.run(args);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains(why), "{ran:?}");
    }
    assert_eq!(bench.asked(), asked, "the server was not even asked");
    let ran = bench.run(&["rm", "--yes", "--json", "/b/f"]);
    assert_eq!(ran.json()[0]["event"], "removed");
    assert_eq!(bench.run(&["rm", "--yes", "/b/f"]).code, 1, "it is gone");
}

#[test]
fn verify_tells_which_side_is_off() {
    let bench = Bench::new();
    for (name, len) in [("a", 100_000), ("b", 200_000), ("c", 300)] {
        bench.file(name, len);
    }
    bench.run(&["put", "-q", "a", "b", "/b/d/"]);
    let ran = bench.run(&["verify", "a", "b", "/b/d/"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let last = ran.stdout.lines().last().unwrap();
    assert!(
        last.starts_with("2 the same, 0 not; read 292.9 KiB in "),
        "{last}"
    );
    let ran = bench.run(&["verify", "-q", "a", "b", "/b/d/"]);
    assert_eq!(
        (ran.code, ran.stdout.as_str(), ran.stderr.as_str()),
        (0, "", "")
    );

    fs::write(bench.path().join("b"), vec![1; 200_000]).unwrap();
    let ran = bench.run(&["verify", "a", "b", "c", "/b/d/"]);
    assert_eq!(ran.code, 73, "{ran:?}");
    let words: Vec<_> = ran.stdout.lines().map(|line| &line[..7]).collect();
    assert_eq!(words[..3], ["same   ", "differs", "missing"]);
    let ran = bench.run(&["verify", "a", "none", "/b/d/"]);
    assert_eq!(ran.code, 65, "{ran:?}");
    assert_eq!(bench.run(&["verify", "a", "b", "/b/d"]).code, 2);
    assert_eq!(bench.run(&["verify", "a"]).code, 2);
    bench.emulator.fail("op=stat,code=-97".parse().unwrap());
    let ran = bench.run(&["verify", "a", "/b/d/"]);
    assert_eq!(ran.code, 77, "{ran:?}");
}

#[test]
fn a_removal_whose_answer_gets_lost_is_a_removal() {
    let lab = Lab::new();
    let file = lab.file("f", 10);
    lab.cosup(&["put", "-q", file.to_str().unwrap(), "/demo/f"])
        .run()
        .expect(0);
    let fault = "op=delete,nth=1,drop=after";
    lab.emulator.fail(fault.parse().unwrap());
    lab.cosup(&["rm", "--yes", "/demo/f"]).run().expect(0);
    assert_eq!(lab.object("f"), None);
}
