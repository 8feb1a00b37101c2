//! Faults to order, as a client meets them.

use std::io::Write;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::raw::{Bench, connect, exchange, now, pattern, read_answer};

const SLICE: usize = 65_536;

fn order(bench: &Bench, spec: &str) {
    bench.emulator.fail(spec.parse().unwrap());
}

#[test]
fn a_code_at_an_occurrence() {
    let bench = Bench::new();
    order(
        &bench,
        "op=upload_slice_data,nth=2,code=-5997,status=599,retry_after=7",
    );
    let bytes = pattern(3 * SLICE);
    let session = bench.client.open("/a", bytes.len(), SLICE);
    let put = |n: usize| {
        let slice = &bytes[n * SLICE..(n + 1) * SLICE];
        bench.client.slice("/a", &session, n * SLICE, slice)
    };
    assert_eq!(put(0).both(), (200, Some(0)));
    let struck = put(1);
    assert_eq!(struck.both(), (599, Some(-5997)));
    assert_eq!(struck.header("retry-after"), Some("7"));
    assert_eq!(put(2).both(), (200, Some(0)));
    let listed = bench.client.list_slices("/a").json();
    let offsets: Vec<_> = listed["data"]["listparts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["offset"].as_u64().unwrap())
        .collect();
    assert_eq!(
        offsets,
        [0, 2 * SLICE as u64],
        "the struck slice was not stored"
    );
}

#[test]
fn an_answer_dropped_after_the_work_was_done() {
    let bench = Bench::new();
    order(&bench, "op=upload_slice_data,offset=0,first=1,drop");
    order(&bench, "op=upload_slice_finish,first=1,drop=before");
    let session = bench.client.open("/a", 9, SLICE);
    let fields: [(&str, &[u8]); 4] = [
        ("op", b"upload_slice_data"),
        ("session", session.as_bytes()),
        ("offset", b"0"),
        ("filecontent", b"123456789"),
    ];
    let request = bench
        .client
        .form_request(&bench.client.multi(), "/a", &fields);
    assert!(exchange(bench.client.address, &request).is_none());
    let listed = bench.client.list_slices("/a").json();
    assert_eq!(listed["data"]["listparts"].as_array().unwrap().len(), 1);
    let fields: [(&str, &[u8]); 3] = [
        ("op", b"upload_slice_finish"),
        ("session", session.as_bytes()),
        ("filesize", b"9"),
    ];
    let request = bench
        .client
        .form_request(&bench.client.multi(), "/a", &fields);
    assert!(exchange(bench.client.address, &request).is_none());
    let stat = bench.client.get("/a", "op=stat");
    assert_eq!(stat.both(), (404, Some(-197)), "dropped before the work");
    let statuses: Vec<_> = bench
        .emulator
        .journal()
        .iter()
        .map(|entry| entry.status)
        .collect();
    assert_eq!(statuses, [200, 0, 200, 0, 404]);
}

#[test]
fn bodies_that_are_no_envelope() {
    let bench = Bench::new();
    for (spec, status, begins) in [
        ("nth=1,body=html", 200, "<html>"),
        ("nth=1,body=html,status=502", 502, "<html>"),
        ("nth=1,body=truncated", 200, "{\"code\""),
        ("nth=1,body=empty", 200, ""),
        ("nth=1,body=xml", 400, "<?xml"),
    ] {
        order(&bench, spec);
        let answer = bench.client.upload("/a", b"x");
        assert_eq!(answer.status, status, "{spec}");
        assert_eq!(answer.json(), Value::Null, "{spec}");
        let text = String::from_utf8(answer.body).unwrap();
        assert!(text.starts_with(begins), "{spec}: {text}");
        bench.emulator.heal();
    }
    assert_eq!(bench.client.get("/a", "op=stat").status, 404);
    order(&bench, "op=upload,nth=1,body=html,after");
    bench.client.upload("/a", b"x");
    assert_eq!(bench.client.get("/a", "op=stat").status, 200);
}

#[test]
fn sessions_of_another_kind() {
    let bench = Bench::new();
    order(&bench, "op=upload_slice_init,slice_size=131072,serial");
    order(&bench, "op=upload_slice_data,nth=1,session=wrong");
    order(&bench, "op=upload_slice_data,nth=2,session=lost");
    let sizes: [(&str, &[u8]); 4] = [
        ("op", b"upload_slice_init"),
        ("filesize", b"131072"),
        ("slice_size", b"65536"),
        ("sha", &[b'1'; 40]),
    ];
    let data = bench.client.form("/a", &sizes).json()["data"].clone();
    assert_eq!(data["slice_size"], 131_072);
    assert_eq!(data["serial_upload"], 1);
    let session = data["session"].as_str().unwrap();
    let bytes = pattern(131_072);
    let first = bench.client.slice("/a", session, 0, &bytes).json();
    assert_ne!(first["data"]["session"], session);
    let lost = bench.client.slice("/a", session, 0, &bytes);
    assert_eq!(lost.both(), (400, Some(-5983)));
    assert_eq!(bench.client.list_slices("/a").both(), (404, Some(-197)));
}

#[test]
fn lists_of_another_shape() {
    let bench = Bench::new();
    let fields: [(&str, &[u8]); 4] = [
        ("op", b"upload_slice_init"),
        ("filesize", b"196608"),
        ("slice_size", b"65536"),
        ("sha", &[b'1'; 40]),
    ];
    let data = bench.client.form("/a", &fields).json()["data"].clone();
    let session = data["session"].as_str().unwrap();
    for n in 0..3 {
        bench
            .client
            .slice("/a", session, n * SLICE, &pattern(SLICE));
    }
    order(&bench, "nth=1,listparts=string");
    order(&bench, "nth=2,listparts=unordered,sha=suffix");
    let text = bench.client.list_slices("/a").json()["data"]["listparts"].clone();
    let inner: Value = serde_json::from_str(text.as_str().unwrap()).unwrap();
    assert_eq!(inner.as_array().unwrap().len(), 3);
    let data = bench.client.list_slices("/a").json()["data"].clone();
    let offsets: Vec<_> = data["listparts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["offset"].as_u64().unwrap())
        .collect();
    assert!(!offsets.is_sorted(), "{offsets:?}");
    assert_eq!(data["sha"], format!("{}_1", "1".repeat(40)));
}

#[test]
fn slow_and_late() {
    let bench = Bench::new();
    order(&bench, "op=upload,nth=1,rate=200000");
    order(&bench, "op=upload,nth=2,delay=300ms");
    for _ in 0..2 {
        let start = Instant::now();
        let answer = bench.client.upload("/a", &pattern(60_000));
        assert_eq!(answer.both(), (200, Some(0)));
        assert!(start.elapsed() >= Duration::from_millis(290));
    }
}

#[test]
fn a_clock_that_is_off() {
    let bench = Bench::new();
    order(&bench, "skew=-3600");
    let answer = bench.client.get("/a", "op=stat");
    assert_eq!(answer.both(), (403, Some(-59)), "signed in its future");
    let date = httpdate::parse_http_date(answer.header("date").unwrap()).unwrap();
    let date = date
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    assert!(now() - date >= 3590, "{date}");
}

#[test]
fn a_probability_with_a_seed_strikes_the_same_requests() {
    let struck = || {
        let bench = Bench::new();
        order(&bench, "op=stat,probability=0.5,seed=3,code=-71");
        let codes: Vec<_> = (0..20)
            .map(|_| bench.client.get("/a", "op=stat").code().unwrap())
            .collect();
        codes
    };
    let first = struck();
    assert_eq!(first, struck());
    assert!(first.contains(&-71) && first.contains(&-197));
}

#[test]
fn a_dropped_connection_leaves_others_alone() {
    let bench = Bench::new();
    let mut other = connect(bench.client.address);
    order(&bench, "op=stat,nth=1,drop");
    let target = format!("{}?op=stat", bench.client.url("/a"));
    let stat = bench
        .client
        .request("GET", &target, &bench.client.multi(), "", b"");
    assert!(exchange(bench.client.address, &stat).is_none());
    for _ in 0..2 {
        other.write_all(&stat).unwrap();
        assert_eq!(read_answer(&mut other).unwrap().both(), (404, Some(-197)));
    }
}

/// PROTOCOL §6 25: the service once answered everything with 200.
#[test]
fn the_status_alone_can_be_spoilt() {
    let bench = Bench::new();
    order(&bench, "status=200,after");
    assert_eq!(bench.client.get("/a", "op=stat").both(), (200, Some(-197)));
    assert_eq!(bench.client.upload("/a", b"x").both(), (200, Some(0)));
    assert_eq!(std::fs::read(bench.file("a")).unwrap(), b"x");
}

/// A clock at the end of what may be ordered, and an object from a year that no header can name.
#[test]
fn dates_beyond_the_calendar() {
    let bench = Bench::new();
    bench.client.upload("/a", b"x");
    let get = || {
        let request = bench
            .client
            .request("GET", &bench.client.url("/a"), "", "", b"");
        exchange(bench.client.address, &request).expect("an answer")
    };
    let shelves = bench.root.path().join(".cosup/attributes");
    let shelf = std::fs::read_dir(shelves).unwrap().next().unwrap().unwrap();
    let record = std::fs::read_dir(shelf.path()).unwrap().next().unwrap();
    let record = record.unwrap().path();
    let mut known: Value = serde_json::from_slice(&std::fs::read(&record).unwrap()).unwrap();
    known["mtime"] = u64::MAX.into();
    std::fs::write(&record, known.to_string()).unwrap();
    let answer = get();
    assert_eq!((answer.status, answer.body.as_slice()), (200, &b"x"[..]));
    let last = Some("Fri, 31 Dec 9999 23:59:59 GMT");
    assert_eq!(answer.header("last-modified"), last);
    for skew in ["-3153600000", "3153600000"] {
        bench.emulator.heal();
        order(&bench, &format!("skew={skew}"));
        let answer = bench.client.get("/a", "op=stat");
        assert_eq!(answer.both(), (403, Some(-59)), "{skew}");
        assert!(answer.header("date").is_some());
    }
}
