//! Help, man pages and completions: what they must say, and that the files in the tree are current.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::face::{Place, bare, ran};

const CODES: [&str; 9] = ["0", "1", "2", "65", "73", "75", "76", "77", "78"];

fn text(arguments: &[&str]) -> String {
    let dir = tempfile::tempdir().unwrap();
    let ran = ran(&mut bare(dir.path(), arguments));
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{arguments:?}");
    ran.stdout
}

fn commands() -> Vec<String> {
    text(&["-h"])
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn help_is_a_command_too() {
    assert_eq!(text(&["help"]), text(&["--help"]));
    assert_eq!(text(&["help", "put"]), text(&["put", "--help"]));
}

/// The block of exit codes is a contract: this is its one and only form.
#[test]
fn the_help_lists_the_exit_codes() {
    let help = text(&["--help"]);
    let (_, block) = help.split_once("Exit codes:\n").unwrap();
    assert_eq!(
        block,
        "    0  everything asked for is true
    1  some or all files failed, and trying again as it is will not help
    2  wrong usage
   65  a file changed, vanished or is unreadable: fix it, run again
   73  the destination holds other content, or another file's unfinished upload
   75  stopped by trouble that may pass, or the time window closed: run again
   76  another cosup works on it
   77  refused by the server: credentials, signature, permission
   78  configuration missing or wrong
  129, 130, 143  stopped by SIGHUP, SIGINT, SIGTERM; the state is kept: run again
With several files the most urgent code wins: 78, 77, 65, 73, 1, 75, 76.
"
    );
    let page = text(&["man"]);
    for code in CODES {
        assert!(page.contains(&format!("   {code}  ")), "{code}");
    }
    assert!(page.contains("129, 130, 143"));
}

#[test]
fn every_command_has_examples_first_and_a_short_help() {
    let commands = commands();
    assert!(commands.len() > 10, "{commands:?}");
    for command in commands {
        let long = text(&[&command, "--help"]);
        let (examples, usage) = (long.find("Examples:"), long.find("Usage:"));
        assert!(examples.unwrap() < usage.unwrap(), "{command}");
        assert!(long.contains(&format!("  cosup {command}")), "{command}");
        assert!(long.contains("[env: COSUP_"), "{command}");
        let short = text(&[&command, "-h"]);
        assert!(
            !short.contains("Examples:") && !short.contains("[env:"),
            "{command}"
        );
        assert!(short.lines().count() < 75, "{command}");
        assert!(short.lines().all(|line| line.len() <= 100), "{command}");
    }
}

#[test]
fn there_is_a_man_page_for_every_command() {
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("man1");
    text(&["man", "--dir", target.to_str().unwrap()]);
    let written: BTreeSet<String> = std::fs::read_dir(&target)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let expected: BTreeSet<String> = std::iter::once("cosup.1".to_owned())
        .chain(commands().iter().map(|name| format!("cosup-{name}.1")))
        .chain(["show", "path", "init"].map(|name| format!("cosup-config-{name}.1")))
        .collect();
    assert_eq!(written, expected);
    let page = std::fs::read_to_string(target.join("cosup-put.1")).unwrap();
    assert!(
        page.contains(".TH cosup-put 1") || page.contains(".TH cosup\\-put 1"),
        "{}",
        &page[..300]
    );
    assert_eq!(page, text(&["man", "put"]));
    for told in [
        "COSUP_SLICE_SIZE",
        ".SH EXAMPLES",
        "cosup put backup.tar",
        "Give up after this long without progress",
    ] {
        assert!(page.contains(told), "{told}");
    }
}

#[test]
fn the_completions_in_the_tree_are_those_of_the_binary() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (shell, file) in [
        ("bash", "cosup.bash"),
        ("zsh", "_cosup"),
        ("fish", "cosup.fish"),
        ("powershell", "_cosup.ps1"),
        ("elvish", "cosup.elv"),
    ] {
        let kept = std::fs::read_to_string(root.join("completions").join(file)).unwrap();
        let fresh = text(&["completions", shell]);
        assert!(
            kept == fresh,
            "completions/{file} is stale; write it anew: cosup completions {shell}"
        );
    }
}

#[test]
fn bash_takes_the_script() {
    let mut bash = Command::new("bash")
        .args(["--norc", "-s"])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut script = text(&["completions", "bash"]);
    script.push_str(
        "\nCOMP_WORDS=(cosup put --slice-s); COMP_CWORD=2; _cosup cosup --slice-s put\necho ${COMPREPLY[@]}\n",
    );
    bash.stdin
        .take()
        .unwrap()
        .write_all(script.as_bytes())
        .unwrap();
    let output = bash.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "--slice-size\n");
}

#[test]
fn ids_destinations_and_files_are_completed_while_typing() {
    let place = Place::with_faults(&["op=upload_slice_data,code=-71,status=503"]);
    place.file("a.bin", 3 << 20);
    let ran = place.run(&[
        "put",
        "--slice-threshold=0",
        "--retries=0",
        "a.bin",
        "/demo/d/",
    ]);
    assert_eq!(ran.code, 75, "{ran:?}");
    let status = place.run(&["status"]).stdout;
    let id = status.split_whitespace().next().unwrap();
    let complete = |words: &[&str]| {
        let mut command = bare(place.dir.path(), &["--"]);
        command
            .args(words)
            .env("COMPLETE", "bash")
            .env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string())
            .env("_CLAP_COMPLETE_COMP_TYPE", "9")
            .env("_CLAP_COMPLETE_SPACE", "true")
            .env("_CLAP_IFS", "\n");
        let ran = crate::face::ran(&mut command);
        assert_eq!(ran.code, 0, "{ran:?}");
        ran.stdout
    };
    let found = complete(&["cosup", "resume", ""]);
    let found: Vec<&str> = found.lines().map(str::trim).collect();
    assert!(
        found.contains(&id) && found.contains(&"/demo/d/a.bin"),
        "{found:?}"
    );
    assert!(found.contains(&"a.bin"), "{found:?}");
    let found = complete(&["cosup", "put", "a.bin", "/demo/"]);
    assert!(found.contains("/demo/d/"), "{found}");
    assert_eq!(
        complete(&["cosup", "abort", "--older"]).trim(),
        "--older-than"
    );
    for shell in ["bash", "zsh", "fish"] {
        let mut command = bare(place.dir.path(), &[]);
        let script = crate::face::ran(command.env("COMPLETE", shell)).stdout;
        assert!(script.contains("COMPLETE"), "{shell}: {script}");
    }
}
