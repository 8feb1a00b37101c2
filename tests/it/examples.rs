//! The scripts in `examples/`, run as they stand against the emulator.

use std::fs;
use std::path::Path;

use crate::bench::{Bench, Ran, run};

/// Runs a script with the binary on its path.
fn script(bench: &Bench, name: &str, args: &[&str]) -> Ran {
    let binary = Path::new(env!("CARGO_BIN_EXE_cosup")).parent().unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(name);
    let environment = bench.command();
    let mut command = std::process::Command::new("sh");
    command
        .env_clear()
        .envs(
            environment
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .env("PATH", format!("{}:/usr/bin:/bin", binary.display()))
        .env("BACKUP_DIR", bench.path().join("kept"))
        .current_dir(bench.path())
        .stdin(std::process::Stdio::null())
        .arg(path)
        .args(args);
    run(&mut command)
}

#[test]
fn the_nightly_backup() {
    let bench = Bench::new();
    fs::create_dir(bench.path().join("data")).unwrap();
    bench.file("data/f", 5000);
    let backup = ["data", "/b/host/"];
    bench
        .emulator
        .fail("op=upload,code=-97,first=1".parse().unwrap());
    let ran = script(&bench, "nightly-backup.sh", &backup);
    assert_eq!(ran.code, 77, "{ran:?}");
    assert!(
        ran.stderr
            .ends_with("the credentials are refused: cosup doctor\n"),
        "{ran:?}"
    );
    for _ in 0..2 {
        let ran = script(&bench, "nightly-backup.sh", &backup);
        assert_eq!(
            (ran.code, ran.stdout.as_str(), ran.stderr.as_str()),
            (0, "", "")
        );
    }
    let objects: Vec<_> = fs::read_dir(bench.object("host")).unwrap().collect();
    assert_eq!(objects.len(), 1, "packed once a day");
}

#[test]
fn the_database_dump() {
    let bench = Bench::new();
    let dump = |command: &str| {
        script(
            &bench,
            "dump-database.sh",
            &["/b/db.sql", "sh", "-c", command],
        )
    };
    let ran = dump("echo half; exit 3");
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(
        ran.stderr
            .contains("the dump failed with 3; nothing was uploaded"),
        "{ran:?}"
    );
    assert_eq!(bench.asked(), 0);
    let ran = dump("echo whole");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    assert_eq!(
        fs::read_to_string(bench.object("db.sql")).unwrap(),
        "whole\n"
    );
    assert_eq!(script(&bench, "dump-database.sh", &["/b/db.sql"]).code, 2);
}

#[test]
fn the_log_shipper() {
    let bench = Bench::new();
    fs::create_dir(bench.path().join("log")).unwrap();
    for (name, len) in [("a.log-1.gz", 100), ("b c.log-1.gz", 200), ("a.log", 300)] {
        bench.file(&format!("log/{name}"), len);
    }
    let ship = || script(&bench, "ship-logs.sh", &["log", "/b/logs/"]);
    let ran = ship();
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    let left: Vec<_> = fs::read_dir(bench.path().join("log")).unwrap().collect();
    assert_eq!(left.len(), 1, "the log that is still written to");
    assert!(bench.object("logs/b c.log-1.gz").exists());
    assert_eq!(ship().code, 0, "nothing to do");
}

#[test]
fn the_example_for_ci() {
    let bench = Bench::new();
    let ran = script(&bench, "ci-emulator.sh", &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.ends_with("all is well\n"), "{ran:?}");
}

/// Takes the cosup commands out of a file, without what stands before them.
fn commands(text: &str) -> Vec<Vec<String>> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| Some(&line[line.find("cosup ")?..]))
        .filter(|command| !command.starts_with("cosup -") && !command.contains("COSUP_"))
        .map(|command| {
            let mut words = Vec::new();
            for (n, piece) in command.split('"').enumerate() {
                if n % 2 == 0 {
                    words.extend(piece.split_whitespace().map(str::to_owned));
                } else {
                    words.push(piece.to_owned());
                }
            }
            words
        })
        .collect()
}

#[test]
fn the_lines_for_cron_and_systemd() {
    let bench = Bench::new();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let crontab = fs::read_to_string(examples.join("crontab")).unwrap();
    let service = fs::read_to_string(examples.join("systemd/cosup-nightly.service")).unwrap();
    fs::create_dir(bench.path().join("backups")).unwrap();
    bench.file("backups/f", 1000);
    let here = bench.path().to_str().unwrap().to_owned();
    let found = [commands(&crontab), commands(&service)].concat();
    assert_eq!(found.len(), 4, "{found:?}");
    for words in found {
        let words: Vec<_> = words[1..]
            .iter()
            .map(|word| {
                word.replace("/var/lib/cosup", &here)
                    .replace("${STATE_DIRECTORY}", &here)
                    .replace("/srv", &here)
                    // The hours of a test are its own.
                    .replace("01:00-06:00", "Mon-Sun")
            })
            .collect();
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let ran = bench.run(&words);
        assert_eq!(
            (ran.code, ran.stdout.as_str(), ran.stderr.as_str()),
            (0, "", ""),
            "{words:?}"
        );
    }
    assert!(bench.path().join("root/1250000000/nightly/f").exists());
}
