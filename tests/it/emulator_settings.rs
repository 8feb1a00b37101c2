//! What an emulator refuses to start with: one clear message, the documented exit code, and no server.

use std::process::Child;
use std::sync::mpsc;

use crate::emulator_process::command;
use crate::raw::PATIENCE;

/// Runs an emulator that must not come up; gives its exit code and what it said.
fn refused(root: &std::path::Path, arguments: &[&str]) -> (Option<i32>, String) {
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
