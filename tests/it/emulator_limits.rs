//! Clients that are slow, greedy or hostile: they get an end, and others do not suffer.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use crate::raw::{Bench, PATIENCE, connect, exchange, multipart, read_answer, until};

#[test]
fn silent_connections_are_closed() {
    let bench = Bench::with(|config| config.idle = Duration::from_millis(200));
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: x\r\nContent-Le",
        bench.client.url("/a")
    );
    let sign = bench.client.multi();
    let body_stops = format!(
        "POST {} HTTP/1.1\r\nHost: x\r\nAuthorization: {sign}\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 900\r\n\r\n--x\r\n",
        bench.client.url("/a")
    );
    let answered = bench
        .client
        .request("GET", "/files/v2/1/demo/a?op=stat", "", "", b"");
    for start in [
        b"".to_vec(),
        head.into_bytes(),
        body_stops.into_bytes(),
        answered,
    ] {
        let mut stream = connect(bench.client.address);
        stream.write_all(&start).unwrap();
        let begun = Instant::now();
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).unwrap();
        assert!(begun.elapsed() < Duration::from_secs(20), "{start:?}");
    }
}

#[test]
fn a_body_that_drips_is_cut() {
    let bench = Bench::with(|config| config.idle = Duration::from_millis(200));
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: x\r\nAuthorization: {}\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n",
        bench.client.url("/a"),
        bench.client.multi()
    );
    let mut stream = connect(bench.client.address);
    stream.write_all(head.as_bytes()).unwrap();
    // The answer that never comes is what paces the bytes.
    stream
        .set_read_timeout(Some(Duration::from_millis(20)))
        .unwrap();
    let begun = Instant::now();
    loop {
        assert!(begun.elapsed() < PATIENCE, "it is never cut");
        if stream.write_all(b"-").is_err() || stream.read(&mut [0]).is_ok_and(|n| n == 0) {
            break;
        }
    }
}

#[test]
fn many_slow_connections_do_not_starve_others() {
    let bench = Bench::new();
    let slow: Vec<_> = (0..200)
        .map(|_| {
            let mut stream = connect(bench.client.address);
            stream
                .write_all(b"POST /files/v2/1/demo/a HTTP/1.1\r\nX: ")
                .unwrap();
            stream
        })
        .collect();
    for n in 0..20 {
        assert_eq!(
            bench.client.upload(&format!("/{n}"), b"x").both(),
            (200, Some(0))
        );
    }
    drop(slow);
}

#[test]
fn heads_and_forms_have_limits() {
    let bench = Bench::new();
    let long = format!(
        "GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n",
        "y".repeat(70_000)
    );
    let status = exchange(bench.client.address, long.as_bytes()).map(|answer| answer.status);
    assert!(matches!(status, None | Some(431)), "{status:?}");
    let many = format!(
        "GET / HTTP/1.1\r\nHost: x\r\n{}\r\n",
        "X: y\r\n".repeat(200)
    );
    let status = exchange(bench.client.address, many.as_bytes()).map(|answer| answer.status);
    assert!(matches!(status, None | Some(431)), "{status:?}");
    let names: Vec<_> = (0..100).map(|n| format!("f{n}")).collect();
    let fields: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), &b"x"[..]))
        .collect();
    assert_eq!(bench.client.form("/a", &fields).both(), (400, Some(-5999)));
    let query = names.join("=1&");
    assert_eq!(bench.client.get("/a", &query).both(), (400, Some(-5999)));
}

#[test]
fn a_body_that_is_announced_too_long_is_not_waited_for() {
    let bench = Bench::new();
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: x\r\nAuthorization: {}\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 99999999999\r\n\r\n",
        bench.client.url("/a"),
        bench.client.multi()
    );
    let mut stream = connect(bench.client.address);
    stream.write_all(head.as_bytes()).unwrap();
    let junk = vec![b'x'; 1024 * 1024];
    let mut sent = 0;
    while sent < 200 && stream.write_all(&junk).is_ok() {
        sent += 1;
    }
    assert!(sent < 200, "the connection stayed open for {sent} MiB");
}

#[test]
fn a_refused_slice_still_gets_its_answer() {
    let bench = Bench::new();
    let mut wrong = bench.client.clone();
    wrong.credentials.secret_key = cosup::sign::Secret::new("wrong");
    let content = vec![7; 3 * 1024 * 1024];
    let answer = wrong.slice("/a", "s", 0, &content);
    assert_eq!(answer.both(), (403, Some(-97)));
    let mut stream = connect(bench.client.address);
    let body = multipart("x", &[("op", b"upload"), ("filecontent", &content)]);
    let kind = "multipart/form-data; boundary=x";
    for _ in 0..2 {
        let request = wrong.request("POST", &wrong.url("/a"), &wrong.multi(), kind, &body);
        stream.write_all(&request).unwrap();
        let answer = read_answer(&mut stream).unwrap();
        assert_eq!(
            answer.both(),
            (403, Some(-97)),
            "and the connection goes on"
        );
    }
    assert_eq!(bench.emulator.journal().len(), 3);
}

#[test]
fn nothing_is_left_of_bodies_that_broke_off() {
    let bench = Bench::new();
    let content = vec![7; 8 * 1024 * 1024];
    let fields: [(&str, &[u8]); 2] = [("op", b"upload"), ("filecontent", &content)];
    let request = bench
        .client
        .form_request(&bench.client.multi(), "/a", &fields);
    let mut stream = connect(bench.client.address);
    stream.write_all(&request[..request.len() - 100]).unwrap();
    drop(stream);
    until(|| !bench.emulator.journal().is_empty());
    assert_eq!(bench.client.get("/a", "op=stat").status, 404);
    let spool = bench.root.path().join(".cosup/spool");
    assert_eq!(std::fs::read_dir(spool).unwrap().count(), 0);
}

#[test]
fn the_journal_keeps_little_of_what_strangers_say() {
    let bench = Bench::new();
    // An é in a query is six bytes, and a head has 64 KiB.
    let long = "%C3%A9".repeat(5000);
    let deep = format!("/{}", "d/".repeat(5000));
    let wide = "b".repeat(20_000);
    for path in [
        bench.client.url("/a"),
        bench.client.url(&deep),
        format!("/files/v2/1/{wide}/a"),
    ] {
        let target = format!("{path}?op={long}");
        let request = bench.client.request("POST", &target, "", "", b"");
        let answer = exchange(bench.client.address, &request).expect("an answer");
        assert_ne!(answer.status, 200);
    }
    let slashes = format!("/{}a", "/".repeat(20_000));
    bench.client.get(&slashes, "op=stat");
    let journal = bench.emulator.journal();
    assert_eq!(journal.len(), 4);
    for entry in &journal[..3] {
        assert_eq!(entry.op, "é".repeat(32));
    }
    for entry in journal {
        assert!(entry.bucket.len() <= 40 && entry.path.len() <= 851);
    }
}
