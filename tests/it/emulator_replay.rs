//! Everything that three official SDKs sent, sent again: the emulator must answer as the service did.
//!
//! `tests/it/wire/*.jsonl` has one request a line with the status, the code and the keys of `data`
//! that it must get. In a request, `{{sign …}}` stands for a signature made anew in the SDK's own
//! field order, `{{pattern TAG OFFSET LEN}}` for file content, and `{{session}}`, `{{context}}` and
//! `{{length}}` for what was answered before or has to be counted. A simple upload of the very same
//! bytes was answered with 0 or with -4018; what is here is 0 (PROTOCOL §1.2).

use std::collections::HashMap;
use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cosup::emulator::{Config, Emulator};
use cosup::sign::{Credentials, Secret};
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::raw::{connect, now, read_answer};

const JAVA: &str = include_str!("wire/java.jsonl");
const PHP: &str = include_str!("wire/php.jsonl");
const JS: &str = include_str!("wire/js.jsonl");

const KEY: &str = "labSecretKeyForTestsOnly0000000";

#[test]
fn java_4_7() {
    replay(JAVA);
}

#[test]
fn php_4_3_11() {
    replay(PHP);
}

#[test]
fn javascript_1_2_1_in_a_browser() {
    replay(JS);
}

fn replay(recorded: &str) {
    let root = tempfile::tempdir().unwrap();
    let mut config = Config::new(root.path());
    config.accounts = vec![Credentials {
        appid: "10055004".to_owned(),
        secret_id: "AKIDlabLabLabLabLabLabLabLabLabLab".to_owned(),
        secret_key: Secret::new(KEY),
    }];
    let emulator = Emulator::start(config).unwrap();
    let mut replay = Replay::default();
    let mut stream = connect(emulator.address());
    for line in recorded.lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        let what = format!("{} {}", record["n"], record["call"]);
        if record["code"] == -5997 {
            emulator.fail("nth=1,code=-5997".parse().unwrap());
        }
        let request = replay.fill(record["request"].as_str().unwrap());
        stream.write_all(&request).unwrap();
        let answer = read_answer(&mut stream).expect(&what);
        assert_eq!(
            u64::from(answer.status),
            record["http"],
            "{what}: {answer:?}"
        );
        assert_eq!(answer.json()["code"], record["code"], "{what}: {answer:?}");
        let data = answer.json()["data"].clone();
        let mut keys: Vec<_> = data
            .as_object()
            .map(|data| data.keys().cloned().collect())
            .unwrap_or_default();
        keys.sort();
        let expected = record["keys"].as_array().cloned().unwrap_or_default();
        assert_eq!(Value::from(keys), Value::from(expected), "{what}");
        if answer.status == 200 && request.starts_with(b"OPTIONS") {
            assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        }
        replay.learn(&data);
    }
}

#[derive(Default)]
struct Replay {
    path: String,
    sessions: HashMap<String, String>,
    context: String,
    count: u64,
}

impl Replay {
    fn learn(&mut self, data: &Value) {
        if let Some(session) = data["session"].as_str() {
            self.sessions.insert(self.path.clone(), session.to_owned());
        }
        if let Some(context) = data["context"].as_str() {
            context.clone_into(&mut self.context);
        }
    }

    fn fill(&mut self, template: &str) -> Vec<u8> {
        let target = template.split(' ').nth(1).unwrap();
        target.split('?').next().unwrap().clone_into(&mut self.path);
        let (head, body) = template.split_once("\r\n\r\n").unwrap();
        let body = self.expand(body);
        let length = body.len().to_string();
        let head = head.replace("{{length}}", &length);
        let mut request = self.expand(&head);
        request.extend_from_slice(b"\r\n\r\n");
        request.extend_from_slice(&body);
        request
    }

    fn expand(&mut self, text: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            bytes.extend_from_slice(before.as_bytes());
            // A signature's own places stand in double braces too.
            let mut end = after.find("}}").unwrap();
            while after[..end].matches("{{").count() > after[..end].matches("}}").count() {
                end += 2 + after[end + 2..].find("}}").unwrap();
            }
            bytes.extend(self.value(&after[..end]));
            rest = &after[end + 2..];
        }
        bytes.extend_from_slice(rest.as_bytes());
        bytes
    }

    fn value(&mut self, place: &str) -> Vec<u8> {
        let (word, rest) = place.split_once(' ').unwrap_or((place, ""));
        match word {
            "session" => self.sessions[&self.path].clone().into_bytes(),
            "context" => encode(&self.context).into_bytes(),
            "sign" => self.sign(rest).into_bytes(),
            "sign-query" => encode(&self.sign(rest)).into_bytes(),
            "pattern" => {
                let mut words = rest.split(' ');
                let tag = words.next().unwrap();
                let mut number = || words.next().unwrap().parse::<usize>().unwrap();
                let (offset, len) = (number(), number());
                endless(tag, offset, len)
            }
            other => panic!("unknown place {other}"),
        }
    }

    fn sign(&mut self, plain: &str) -> String {
        self.count += 1;
        let plain = plain
            .replace("{{e}}", &(now() + 300).to_string())
            .replace("{{t}}", &now().to_string())
            .replace("{{r}}", &self.count.to_string());
        let mac = Hmac::<sha1::Sha1>::new_from_slice(KEY.as_bytes()).unwrap();
        let mut signed = mac
            .chain_update(plain.as_bytes())
            .finalize()
            .into_bytes()
            .to_vec();
        signed.extend_from_slice(plain.as_bytes());
        STANDARD.encode(signed)
    }
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// Bytes of the text `TAG line 000000000\n`, `TAG line 000000001\n`, …
fn endless(tag: &str, offset: usize, len: usize) -> Vec<u8> {
    let line = |n: usize| format!("{tag} line {n:09}\n").into_bytes();
    let each = line(0).len();
    (offset / each..)
        .flat_map(line)
        .skip(offset % each)
        .take(len)
        .collect()
}
