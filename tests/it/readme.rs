//! The README's transcripts, run as they stand.

use std::fs;
use std::path::Path;
use std::process::Command;

/// One command of a transcript, and what it is to print on both streams.
struct Shown {
    command: String,
    output: String,
}

fn transcripts(readme: &str) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    let mut inside = false;
    for line in readme.lines() {
        match (line, inside) {
            ("```console", _) => inside = true,
            ("```", true) => inside = false,
            (line, true) => match line.strip_prefix("$ ") {
                Some(command) => found.push(Shown {
                    command: command.to_owned(),
                    output: String::new(),
                }),
                None => {
                    let shown = found.last_mut().expect("output follows a command");
                    shown.output.push_str(line);
                    shown.output.push('\n');
                }
            },
            _ => {}
        }
    }
    found
}

/// Whether `text` is `pattern`, in which `[..]` stands for anything within a line.
fn fits(pattern: &str, text: &str) -> bool {
    pattern.lines().count() == text.lines().count()
        && pattern.lines().zip(text.lines()).all(|(pattern, line)| {
            let mut rest = line;
            let mut pieces = pattern.split("[..]");
            let first = pieces.next().unwrap_or_default();
            if !rest.starts_with(first) {
                return false;
            }
            rest = &rest[first.len()..];
            let mut last = "";
            for piece in pieces {
                match rest.find(piece) {
                    Some(at) => rest = &rest[at + piece.len()..],
                    None => return false,
                }
                last = piece;
            }
            rest.is_empty() || (pattern.contains("[..]") && last.is_empty())
        })
}

fn run(dir: &Path, command: &str) -> String {
    let words: Vec<&str> = command.split_whitespace().collect();
    assert_eq!(words[0], "cosup", "a transcript runs only cosup: {command}");
    let output = Command::new(env!("CARGO_BIN_EXE_cosup"))
        .args(&words[1..])
        .current_dir(dir)
        .env_clear()
        .env("HOME", dir)
        .env("COSUP_APPID", "1250000000")
        .env("COSUP_SECRET_ID", "AKIDdemo")
        .env("COSUP_SECRET_KEY", "not-a-real-key")
        .env("COSUP_PROGRESS", "none")
        .output()
        .unwrap();
    let mut shown = String::from_utf8(output.stdout).unwrap();
    shown.push_str(&String::from_utf8(output.stderr).unwrap());
    match output.status.code() {
        Some(0) => {}
        code => shown.push_str(&format!("[exit {}]\n", code.unwrap())),
    }
    shown
}

#[test]
fn every_transcript_is_true() {
    are_true(include_str!("../../README.md"), 8);
}

#[test]
fn every_transcript_about_cron_is_true() {
    are_true(include_str!("../../docs/cron.md"), 6);
}

/// Runs the transcripts of a page, `least` of them or more, one after the other.
fn are_true(page: &str, least: usize) {
    let dir = tempfile::tempdir().unwrap();
    let content: Vec<u8> = (0..9_000_000_u32)
        .map(|n| n.to_le_bytes()[n as usize % 3])
        .collect();
    fs::write(dir.path().join("backup.tar"), &content).unwrap();
    fs::write(dir.path().join("other.tar"), "another").unwrap();
    let transcripts = transcripts(page);
    assert!(transcripts.len() >= least, "the page lost its transcripts");
    for shown in transcripts {
        let output = run(dir.path(), &shown.command);
        assert!(
            fits(&shown.output, &output),
            "$ {}\n--- the page says\n{}--- it printed\n{output}",
            shown.command,
            shown.output,
        );
    }
}

#[test]
fn the_transcript_of_json_is_true() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("README.md"), "read me").unwrap();
    let shown = transcripts(include_str!("../../docs/json.md"));
    assert_eq!(shown.len(), 1);
    let output = run(dir.path(), &shown[0].command);
    assert!(fits(&shown[0].output, &output), "{output}");
}

#[test]
fn the_pattern_of_this_test_can_fail() {
    assert!(fits("a [..] c\n", "a bb c\n"));
    assert!(fits("a [..]\n", "a bb\n"));
    assert!(!fits("a [..] c\n", "a bb d\n"));
    assert!(!fits("a\n", "a\nb\n"));
    assert!(!fits("a\n", "ab\n"));
}
