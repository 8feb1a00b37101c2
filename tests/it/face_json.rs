//! `--json`: every line of real output fits the schema, and the last one is a summary.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::face::{Place, Ran, bare, ran};

const SCHEMA: &str = include_str!("../../docs/schema/events-v1.json");

/// The lines of a run, each held against the schema.
fn lines(ran: &Ran) -> Vec<Value> {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let lines: Vec<Value> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}")))
        .collect();
    for line in &lines {
        let event = line["event"].as_str().unwrap();
        let definition = serde_json::json!({
            "$defs": schema["$defs"],
            "$ref": format!("#/$defs/{event}"),
        });
        if let Err(error) = jsonschema::validator_for(&definition)
            .unwrap()
            .validate(line)
        {
            panic!("{line}: {error}");
        }
        assert!(validator.is_valid(line), "{line}");
    }
    let last = lines.last().unwrap();
    assert_eq!(last["event"], "summary", "{ran:?}");
    assert_eq!(last["exit"], ran.code, "{ran:?}");
    let summaries = lines.iter().filter(|line| line["event"] == "summary");
    assert_eq!(summaries.count(), 1);
    lines
}

fn events(lines: &[Value]) -> Vec<&str> {
    lines
        .iter()
        .map(|line| line["event"].as_str().unwrap())
        .collect()
}

#[test]
fn a_success_is_told_from_plan_to_summary() {
    let place = Place::new();
    place.file("a.bin", 3 << 20);
    let ran = place.run(&[
        "put",
        "--json",
        "-v",
        "--slice-threshold=0",
        "a.bin",
        "/demo/d/",
    ]);
    let lines = lines(&ran);
    let names = events(&lines);
    for name in [
        "start", "begin", "request", "phase", "session", "slice", "end",
    ] {
        assert!(names.contains(&name), "{name}: {names:?}");
    }
    let end = lines.iter().find(|line| line["event"] == "end").unwrap();
    assert_eq!(
        (&end["sent"], &end["how"]),
        (&(3 << 20).into(), &"slices".into())
    );
    assert_eq!(names.iter().filter(|name| **name == "slice").count(), 3);
}

#[test]
fn faults_are_told_and_still_fit() {
    let place = Place::with_faults(&[
        "op=upload_slice_data,nth=1,code=-71,status=503,retry_after=0",
        "op=upload_slice_data,nth=3,body=html,status=502",
        "op=upload_slice_finish,first=100,code=-4016,status=409",
    ]);
    place.file("a.bin", 3 << 20);
    let ran = place.run(&["put", "--json", "--slice-threshold=0", "a.bin", "/demo/d/"]);
    let lines = lines(&ran);
    assert_eq!(ran.code, 1, "{ran:?}");
    let wait = lines.iter().find(|line| line["event"] == "wait").unwrap();
    assert_eq!(wait["error"]["kind"], "busy");
    assert!(events(&lines).contains(&"failed"));
    assert!(lines.last().unwrap()["error"].is_string());
}

#[test]
fn there_is_a_summary_even_before_the_first_byte() {
    let place = Place::new();
    place.file("a", 1);
    for (arguments, code) in [
        (&["put", "--json", "missing", "/demo/d/"][..], 65),
        (&["put", "--json", "a", "nowhere"], 2),
        (&["put", "--json", "--no-such-option"], 2),
        (&["put", "--json", "--config", "/none", "a", "/demo/d/"], 78),
        (&["stat", "--json", "/demo/none"], 1),
        (&["parts", "--json", "/demo/none"], 1),
        (&["put", "--json", "-n", "a", "/demo/d/"], 0),
        (&["verify", "--json", "a", "/demo/none"], 73),
        (&["put", "--json", "--ledger=l", "a", "/demo/d/"], 0),
        (&["put", "--json", "--ledger=l", "a", "/demo/d/"], 0),
        (&["doctor", "--json"], 0),
        (&["status", "--json"], 0),
        (&["config", "--json"], 0),
        (&["config", "path", "--json"], 0),
        (&["resume", "--json"], 0),
        (&["ls", "--json", "/demo/"], 0),
        (&["mkdir", "--json", "/demo/x/"], 0),
        (&["rm", "--json", "--yes", "/demo/x/"], 0),
    ] {
        let ran = place.run(arguments);
        assert_eq!(ran.code, code, "{arguments:?} {ran:?}");
        lines(&ran);
    }
    let ran = ran(&mut bare(place.dir.path(), &["ls", "--json", "/demo/"]));
    assert_eq!(ran.code, 78);
    lines(&ran);
}

#[test]
fn a_signal_ends_in_a_summary_too() {
    let place = Place::with_faults(&["op=upload_slice_data,code=-71,status=503,retry_after=25"]);
    place.file("a.bin", 3 << 20);
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
        let mut command =
            place.command(&["put", "--json", "--slice-threshold=0", "a.bin", "/demo/d/"]);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut reader = BufReader::new(child.stdout.take().unwrap());
        let mut text = String::new();
        while !text.contains("\"wait\"") {
            assert!(reader.read_line(&mut text).unwrap() > 0, "{text}");
        }
        kill_process(Pid::from_child(&child), signal).unwrap();
        std::io::Read::read_to_string(&mut reader, &mut text).unwrap();
        let output = child.wait_with_output().unwrap();
        let ran = Ran {
            code: output.status.code().unwrap(),
            stdout: text,
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        assert_eq!(ran.code, code, "{ran:?}");
        let lines = lines(&ran);
        let summary = lines.last().unwrap();
        assert_eq!(summary["hint"], "to go on");
        let command = summary["command"].as_str().unwrap();
        assert!(command.starts_with("cosup resume "), "{command}");
        assert_eq!(ran.stderr.lines().last().unwrap(), command);
    }
}

#[test]
fn a_reader_that_goes_away_is_no_crash() {
    let place = Place::new();
    place.file("a.bin", 1 << 20);
    let mut child = place
        .command(&[
            "put",
            "--json",
            "-v",
            "--slice-threshold=0",
            "a.bin",
            "/demo/d/",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn the_page_lists_every_event_of_the_schema() {
    let page = include_str!("../../docs/json.md");
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        if name == "error" {
            continue;
        }
        let row = page
            .lines()
            .find(|line| line.starts_with(&format!("| `{name}` |")));
        let row = row.unwrap_or_else(|| panic!("{name} is not on the page"));
        for field in definition["required"].as_array().unwrap() {
            let field = field.as_str().unwrap();
            let is_named = matches!(field, "v" | "event") || row.contains(&format!("`{field}`"));
            assert!(is_named, "{name}: {field}");
        }
    }
}
