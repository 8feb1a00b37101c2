//! `cosup config`, at a terminal and away from one.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::face::{bare, ran};
use crate::pty::Terminal;

#[test]
fn questions_make_a_file_that_only_its_owner_reads() {
    let dir = tempfile::tempdir().unwrap();
    let terminal = Terminal::start(&mut bare(dir.path(), &["config", "init"]), 80, 24);
    let last = |rows: &[String]| rows.last().cloned().unwrap_or_default();
    for (time, question, answer) in [
        (1, "region (", "mars"),
        (2, "region (", "gz"),
        (1, "appid:", "http://127.0.0.1"),
        (2, "appid:", "1250000000"),
        (1, "secret id:", ""),
        (2, "secret id:", "AKIDx"),
        (1, "secret key (not shown):", "TOP SECRET"),
        (2, "secret key (not shown):", "TOPSECRET"),
    ] {
        // What is typed before the question would be shown in its place.
        terminal.until(|rows| {
            let asked = rows.iter().filter(|row| row.starts_with(question));
            asked.count() == time && last(rows).ends_with(':')
        });
        terminal.enter(answer);
    }
    let (status, rows, bytes) = terminal.finish();
    assert!(status.success(), "{rows:#?}");
    let seen = rows.join("\n");
    for why in [
        "`mars` is no region",
        "the appid is a number",
        "it is one word",
    ] {
        assert!(seen.contains(why), "{rows:#?}");
    }
    assert!(!bytes.contains("TOP SECRET"), "{rows:#?}");
    assert!(!bytes.contains("TOPSECRET"), "{rows:#?}");
    let path = dir.path().join(".config/cosup/config.toml");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        "[defaults]\nregion = \"gz\"\nappid = \"1250000000\"\nsecret_id = \"AKIDx\"\nsecret_key = \"TOPSECRET\"\n"
    );
    let shown = ran(&mut bare(dir.path(), &["config"]));
    assert!(!shown.stdout.contains("TOPSECRET"), "{shown:?}");
    let row = |key: &str| {
        let line = shown
            .stdout
            .lines()
            .find(|line| line.starts_with(key))
            .unwrap();
        line.split_whitespace()
            .skip(1)
            .collect::<Vec<_>>()
            .join(" ")
    };
    let from = format!("{} [defaults]", path.display());
    assert_eq!(row("region"), format!("gz {from}"));
    assert_eq!(row("secret_key "), format!("[redacted] {from}"));
    assert_eq!(row("retries"), "10 default");
    let again = ran(&mut bare(dir.path(), &["config", "init"]));
    assert_eq!(again.code, 1);
    assert!(again.stderr.contains("exists already"), "{again:?}");
}

#[test]
fn questions_off_a_terminal_are_refused_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let refused = ran(&mut bare(dir.path(), &["config", "init"]));
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("need a terminal"), "{refused:?}");
    let path = ran(&mut bare(dir.path(), &["config", "path"]));
    let expected = dir.path().join(".config/cosup/config.toml");
    assert_eq!(path.stdout.trim_end(), expected.to_str().unwrap());
    let mut elsewhere = bare(dir.path(), &["config", "path"]);
    let path = ran(elsewhere.env("XDG_CONFIG_HOME", "/else"));
    assert_eq!(path.stdout, "/else/cosup/config.toml\n");
}
