//! The house: which module may use which, who may do what, and how large a file may grow.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules from the ground up. A module uses only what stands above it in this list.
const HOUSE: &[(&str, &[&str])] = &[
    (
        "0 words",
        &[
            "slice", "digest", "sign", "wire", "cancel", "text", "throttle", "schedule",
        ],
    ),
    ("1 meaning", &["remote", "destination", "machine", "event"]),
    (
        "2 world",
        &[
            "source", "store", "slots", "spool", "ledger", "hooks", "ping", "metrics", "http",
            "progress", "emulator",
        ],
    ),
    ("3 motion", &["retry", "pace", "upload", "batch"]),
    (
        "4 shell",
        &["cli", "credentials", "settings", "exit", "commands", "main"],
    ),
];

/// The emulator judges the client, so it shares nothing with it but the words of the protocol.
const EMULATOR_USES: &[&str] = &["sign", "digest", "wire"];

/// Longest file, in lines, tests included.
const LONGEST: usize = 450;

/// Files that are tables, and as long as what they list.
const TABLES: &[&str] = &["src/machine/tests.rs"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut dirs = vec![root().join("src")];
    while let Some(dir) = dirs.pop() {
        for item in fs::read_dir(&dir).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                dirs.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(root()).unwrap().to_str().unwrap();
                found.push((name.to_owned(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// The module a file belongs to: the first name below `src`.
fn module(file: &str) -> &str {
    let inner = file.strip_prefix("src/").unwrap();
    inner
        .split_once('/')
        .map_or_else(|| inner.trim_end_matches(".rs"), |(folder, _)| folder)
}

/// What a file says outside of its tests.
fn product<'a>(file: &str, text: &'a str) -> &'a str {
    if file.ends_with("tests.rs") {
        return "";
    }
    text.split("#[cfg(test)]\nmod tests").next().unwrap_or(text)
}

fn used(text: &str) -> Vec<&str> {
    text.match_indices("crate::")
        .map(|(at, found)| {
            let rest = &text[at + found.len()..];
            let end = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            &rest[..end]
        })
        .collect()
}

#[test]
fn a_module_uses_only_what_stands_above_it() {
    let order: Vec<&str> = HOUSE
        .iter()
        .flat_map(|(_, names)| names.iter().copied())
        .collect();
    let place = |name: &str| order.iter().position(|known| *known == name);
    let mut broken = Vec::new();
    for (file, text) in sources() {
        let here = module(&file);
        if here == "lib" {
            continue;
        }
        let Some(level) = place(here) else {
            broken.push(format!("{file}: {here} has no place in the house"));
            continue;
        };
        for name in used(product(&file, &text)) {
            let fits = name == here
                || if here == "emulator" {
                    EMULATOR_USES.contains(&name)
                } else {
                    place(name).is_some_and(|place| place < level)
                };
            if !fits {
                broken.push(format!("{file}: {here} uses {name}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_modules_of_the_library_are_those_of_the_house() {
    let lib = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let mut declared: Vec<&str> = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    let mut listed: Vec<&str> = HOUSE
        .iter()
        .flat_map(|(_, names)| names.iter().copied())
        .filter(|name| *name != "main")
        .collect();
    declared.sort_unstable();
    listed.sort_unstable();
    assert_eq!(declared, listed);
}

#[test]
fn each_file_opens_with_its_idea_and_stays_small() {
    for (file, text) in sources() {
        assert!(text.starts_with("//! "), "{file} does not say what it owns");
        let lines = text.lines().count();
        assert!(
            lines <= LONGEST || TABLES.contains(&file.as_str()),
            "{file} has {lines} lines and may hold two ideas"
        );
    }
}

/// What only some files may say, and why.
const ONLY: &[(&str, &[&str])] = &[
    // Only the sleeper waits, and it does so in a way that can be cancelled.
    ("thread::sleep", &[]),
    // Only `main` exits.
    ("process::exit", &["src/main.rs"]),
    // Only the observers draw.
    ("indicatif", &["src/progress/"]),
    // Only the settings read the environment, besides clap.
    ("env::var", &["src/settings/", "src/commands/shell.rs"]),
    // HTTP stays behind `Remote`; a ping is no operation of the protocol, and the doctor looks beneath.
    ("reqwest::", &["src/http.rs", "src/http/", "src/ping.rs"]),
    // The emulator is the only server.
    ("axum", &["src/emulator/"]),
    ("println!", &[]),
    ("eprintln!", &[]),
];

#[test]
fn who_may_do_what() {
    let mut broken: BTreeMap<&str, Vec<PathBuf>> = BTreeMap::new();
    for (file, text) in sources() {
        let said: Vec<&str> = product(&file, &text)
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect();
        for (word, allowed) in ONLY {
            if said.iter().any(|line| line.contains(word))
                && !allowed.iter().any(|start| file.starts_with(start))
            {
                broken.entry(word).or_default().push(file.clone().into());
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}
