//! What an emulator refuses to start with: one clear message, the documented exit code, and no server.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Child;
use std::sync::mpsc;

use crate::emulator_process::command;
use crate::raw::PATIENCE;

/// Runs an emulator that must not come up; gives its exit code and what it said.
fn refused(root: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let child = command(root, arguments).spawn().unwrap();
    let id = child.id().to_string();
    let (sender, ended) = mpsc::channel();
    std::thread::spawn(move || sender.send(Child::wait_with_output(child)));
    let Ok(output) = ended.recv_timeout(PATIENCE) else {
        let kill = std::process::Command::new("kill")
            .args(["-9", &id])
            .status();
        panic!("{arguments:?} was taken ({kill:?})");
    };
    let output = output.unwrap();
    assert!(output.stdout.is_empty(), "{arguments:?}: {output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), said)
}

#[test]
fn numbers_that_no_clock_can_take() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("root");
    for (arguments, why) in [
        (
            ["--idle-timeout", "18446744073709551615s"],
            "invalid value '18446744073709551615s' for '--idle-timeout <TIME>': 365d is the most",
        ),
        (
            ["--idle-timeout", "0"],
            "invalid value '0' for '--idle-timeout <TIME>': no request comes within no time; write 60s or so",
        ),
        (
            ["--session-ttl", "366d"],
            "invalid value '366d' for '--session-ttl <TIME>': 365d is the most",
        ),
        (
            ["--fault", "skew=999999999999"],
            "invalid value 'skew=999999999999' for '--fault <FAULT>': \"skew=999999999999\" in a fault must be within -3153600000 and 3153600000",
        ),
        (
            ["--fault", "drop,probability=NaN"],
            "invalid value 'drop,probability=NaN' for '--fault <FAULT>': \"probability=NaN\" in a fault must be within 0 and 1",
        ),
    ] {
        let (code, said) = refused(&root, &arguments);
        assert_eq!(code, Some(2), "{said}");
        assert_eq!(said.lines().next(), Some(format!("error: {why}").as_str()));
        assert!(!root.exists(), "nothing is made for it");
    }
}

#[test]
fn buckets_that_the_service_would_not_have() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("root");
    let long = "b".repeat(41);
    for name in ["Upper", "..", "", "a/b", "one,,two", long.as_str()] {
        let (code, said) = refused(&root, &["--bucket", name]);
        assert_eq!(code, Some(2), "{said}");
        let why = "--bucket <NAME>': a bucket has 1 to 40 lower-case letters, digits and hyphens";
        assert!(said.starts_with("error: invalid value '"), "{said}");
        assert!(said.lines().next().unwrap().ends_with(why), "{said}");
        assert!(!root.exists(), "nothing is made for it");
    }
}

const ONE: &str = "[[account]]\nappid = \"1\"\nsecret_id = \"AKIDone\"\nsecret_key = \"hush\"\n";

/// Starts an emulator on an accounts file with this text and mode; expects it to be refused as wrong
/// configuration, and gives what it said with `FILE` in the place of the file's name.
fn refused_accounts(text: &str, mode: u32) -> String {
    let dir = tempfile::tempdir().unwrap();
    let (root, file) = (dir.path().join("root"), dir.path().join("accounts.toml"));
    std::fs::write(&file, text).unwrap();
    std::fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
    let file = file.to_str().unwrap();
    let (code, said) = refused(&root, &["--accounts", file]);
    assert_eq!(code, Some(78), "{said}");
    assert!(!root.exists(), "nothing is made for it");
    said.replace(file, "FILE")
}

#[test]
fn accounts_that_are_none() {
    let shape = "hint: write [[account]] tables with appid, secret_id and secret_key\n";
    let no_list = format!("error: FILE is no list of accounts\n{shape}");
    for text in [
        "",
        "account = 7",
        "[[account]]\nsecret_key = \"hush\"\n",
        "[[hush",
    ] {
        assert_eq!(refused_accounts(text, 0o600), no_list, "{text}");
    }
    assert_eq!(
        refused_accounts("account = []\n", 0o600),
        format!("error: FILE lists no account\n{shape}")
    );
    for (member, value) in [
        ("appid", "\"1\""),
        ("secret_id", "\"AKIDone\""),
        ("secret_key", "\"hush\""),
    ] {
        let one = ONE.replace(value, "\" \"");
        let two = ONE.replace("AKIDone", "AKIDtwo") + &one;
        assert_eq!(
            refused_accounts(&two, 0o600),
            format!("error: FILE: {member} is empty in account 2 of 2\n{shape}")
        );
    }
    assert_eq!(
        refused_accounts(&ONE.replace("\"1\"", "\"2\"").repeat(2), 0o600),
        "error: two accounts have the secret id AKIDone\nhint: give each account a secret_id of its own\n"
    );
}

#[test]
fn accounts_that_others_can_read_or_that_nobody_can() {
    assert_eq!(
        refused_accounts(ONE, 0o644),
        "error: others can read the keys in FILE\nhint: make it yours alone:\nchmod 600 FILE\n"
    );
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("root");
    let (code, said) = refused(&root, &["--accounts", "/dev/null/none"]);
    assert_eq!(code, Some(78), "{said}");
    let begin = "error: cannot read /dev/null/none: Not a directory";
    assert!(said.starts_with(begin), "{said}");
    std::fs::set_permissions(dir.path(), Permissions::from_mode(0o700)).unwrap();
    let path = dir.path().to_str().unwrap();
    let (code, said) = refused(&root, &["--accounts", path]);
    assert_eq!(code, Some(78), "{said}");
    let begin = format!("error: cannot read {path}: Is a directory");
    assert!(said.starts_with(&begin), "{said}");
}
