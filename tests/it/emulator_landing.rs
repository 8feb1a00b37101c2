//! Slices that land while they come in: what else may happen to them before they are whole.

use std::io::Write;
use std::net::TcpStream;

use cosup::digest::{ChainState, Sha1Sum, hex};

use crate::raw::{Answer, Bench, connect, pattern, read_answer, until};

const SLICE: usize = 512 * 1024;

/// A slice of which only a part was sent so far.
struct Half {
    stream: TcpStream,
    rest: Vec<u8>,
}

impl Half {
    /// Sends about half of a slice, and waits until some of it is in its place.
    fn send(bench: &Bench, session: &str, bytes: &[u8]) -> Self {
        Self::send_with(bench, session, bytes, &[])
    }

    fn send_with(bench: &Bench, session: &str, bytes: &[u8], more: &[(&str, &[u8])]) -> Self {
        let fields: [(&str, &[u8]); 4] = [
            ("op", b"upload_slice_data"),
            ("session", session.as_bytes()),
            ("offset", b"0"),
            ("filecontent", bytes),
        ];
        let fields = [&fields, more].concat();
        let sign = bench.client.multi();
        let mut request = bench.client.form_request(&sign, "/a", &fields);
        let rest = request.split_off(request.len() - SLICE / 2);
        let mut stream = connect(bench.client.address);
        stream.write_all(&request).unwrap();
        let landed = bench.root.path().join(".cosup/sessions").join(session);
        until(|| {
            std::fs::read(landed.join("data")).is_ok_and(|landed| landed.contains(&bytes[1000]))
        });
        Self { stream, rest }
    }

    fn complete(mut self) -> Answer {
        self.stream.write_all(&self.rest).unwrap();
        read_answer(&mut self.stream).expect("an answer")
    }
}

fn held(bench: &Bench) -> usize {
    let listed = bench.client.list_slices("/a").json();
    listed["data"]["listparts"].as_array().unwrap().len()
}

fn finished(bench: &Bench, session: &str) -> Vec<u8> {
    let answer = bench.client.finish("/a", session, SLICE);
    assert_eq!(answer.both(), (200, Some(0)), "{answer:?}");
    std::fs::read(bench.file("a")).unwrap()
}

#[test]
fn of_two_that_send_a_slice_the_last_to_end_counts() {
    let bench = Bench::new();
    let session = bench.client.open("/a", SLICE, SLICE);
    let (slow, fast) = (vec![b's'; SLICE], vec![b'f'; SLICE]);
    let half = Half::send(&bench, &session, &slow);
    assert_eq!(held(&bench), 0, "half a slice is none");
    let answer = bench.client.slice("/a", &session, 0, &fast);
    assert_eq!(answer.both(), (200, Some(0)), "{answer:?}");
    assert_eq!(half.complete().both(), (200, Some(0)));
    assert_eq!(finished(&bench, &session), slow);
}

#[test]
fn what_is_acknowledged_is_safe_from_a_slice_that_breaks_off() {
    let bench = Bench::new();
    let session = bench.client.open("/a", SLICE, SLICE);
    let fast = vec![b'f'; SLICE];
    let mut half = Half::send(&bench, &session, &vec![b's'; SLICE]);
    let answer = bench.client.slice("/a", &session, 0, &fast);
    assert_eq!(answer.both(), (200, Some(0)), "{answer:?}");
    let (more, _) = half.rest.split_at(SLICE / 4);
    half.stream.write_all(more).unwrap();
    drop(half);
    assert_eq!(finished(&bench, &session), fast);
}

#[test]
fn a_finish_does_not_wait_for_a_slice_that_hangs() {
    let bench = Bench::new();
    let session = bench.client.open("/a", SLICE, SLICE);
    let bytes = pattern(SLICE);
    let half = Half::send(&bench, &session, &vec![b's'; SLICE]);
    bench.client.slice("/a", &session, 0, &bytes);
    assert_eq!(finished(&bench, &session), bytes);
    let late = half.complete();
    assert_eq!(late.code(), Some(-5983), "{late:?}");
    assert_eq!(std::fs::read(bench.file("a")).unwrap(), bytes);
}

#[test]
fn a_dropped_upload_does_not_wait_either() {
    let bench = Bench::new();
    let md5: &[(&str, &[u8])] = &[("datamd5", b"0")];
    for more in [&[], md5] {
        let session = bench.client.open("/a", SLICE, SLICE);
        let half = Half::send_with(&bench, &session, &vec![b's'; SLICE], more);
        let answer = bench.client.json_once("/a", r#"{"op":"delete"}"#);
        assert_eq!(answer.both(), (200, Some(0)), "{answer:?}");
        assert_eq!(half.complete().code(), Some(-5983));
    }
}

#[test]
fn what_differs_from_its_proof_is_never_held() {
    let bench = Bench::new();
    let bytes = pattern(SLICE);
    let sum = Sha1Sum::of(&bytes);
    let (first, second) = bytes.split_at(SLICE / 2);
    let mut state = ChainState::INITIAL;
    state.absorb(first);
    let middle = hex(&state.to_datasha());
    let len = SLICE / 2;
    assert_eq!(state.finish(second, SLICE as u64), sum);
    let parts = format!(
        r#"[{{"offset":0,"datalen":{len},"datasha":"{middle}"}},{{"offset":{len},"datalen":{len},"datasha":"{sum}"}}]"#
    );
    let opened = bench.client.form(
        "/a",
        &[
            ("op", b"upload_slice_init"),
            ("filesize", SLICE.to_string().as_bytes()),
            ("slice_size", SLICE.to_string().as_bytes()),
            ("sha", sum.to_string().as_bytes()),
            ("uploadparts", parts.as_bytes()),
        ],
    );
    let session = opened.json()["data"]["session"]
        .as_str()
        .unwrap()
        .to_owned();
    for at in [0, SLICE / 2 - 1, SLICE / 2, SLICE - 1] {
        let mut wrong = bytes.clone();
        wrong[at] ^= 1;
        let answer = bench.client.slice("/a", &session, 0, &wrong);
        assert_eq!(answer.both(), (409, Some(-4016)), "{at}: {answer:?}");
        assert_eq!(held(&bench), 0);
    }
    let answer = bench.client.slice("/a", &session, 0, &bytes);
    assert_eq!(answer.both(), (200, Some(0)), "{answer:?}");
    assert_eq!(held(&bench), 1);
}

#[test]
fn fields_after_the_content_decide_as_well() {
    let bench = Bench::new();
    let session = bench.client.open("/a", 2 * SLICE, SLICE);
    let bytes = pattern(SLICE);
    let moved = bench.client.form(
        "/a",
        &[
            ("op", b"upload_slice_data"),
            ("session", session.as_bytes()),
            ("offset", b"0"),
            ("filecontent", &bytes),
            ("offset", SLICE.to_string().as_bytes()),
        ],
    );
    assert_eq!(moved.both(), (200, Some(0)), "{moved:?}");
    let listed = bench.client.list_slices("/a").json();
    let parts = listed["data"]["listparts"].as_array().unwrap();
    assert_eq!(parts.len(), 1);
    assert_eq!(parts[0]["offset"], SLICE);
    let other_op = bench.client.form(
        "/b",
        &[
            ("op", b"upload_slice_data"),
            ("session", session.as_bytes()),
            ("offset", b"0"),
            ("filecontent", &bytes),
            ("op", b"upload"),
        ],
    );
    assert_eq!(other_op.both(), (200, Some(0)), "{other_op:?}");
    assert_eq!(std::fs::read(bench.file("b")).unwrap(), bytes);
    for (md5, expected) in [(b"0".as_slice(), (409, Some(-4016))), (b"", (200, Some(0)))] {
        let answer = bench.client.form(
            "/a",
            &[
                ("op", b"upload_slice_data"),
                ("session", session.as_bytes()),
                ("offset", b"0"),
                ("filecontent", &bytes),
                ("datamd5", md5),
            ],
        );
        assert_eq!(answer.both(), expected, "{answer:?}");
    }
}

#[test]
fn a_slice_of_the_wrong_length_leaves_nothing() {
    let bench = Bench::new();
    let session = bench.client.open("/a", SLICE, SLICE);
    for (len, code) in [
        (SLICE + 1, -5991),
        (4 * 1024 * 1024, -5991),
        (SLICE - 1, -283),
        (0, -5990),
    ] {
        let answer = bench.client.slice("/a", &session, 0, &vec![b'x'; len]);
        assert_eq!(answer.both(), (400, Some(code)), "{len}: {answer:?}");
        assert_eq!(held(&bench), 0);
    }
    let bytes = pattern(SLICE);
    bench.client.slice("/a", &session, 0, &bytes);
    assert_eq!(finished(&bench, &session), bytes);
}
