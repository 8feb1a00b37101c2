//! Slices: opening a session and sending what it is for.

use super::{Row, hold};
use crate::raw::{Answer, Bench};

const MIB: usize = 1024 * 1024;

#[test]
fn slices() {
    hold(|_| {}, SLICES);
}

const SLICES: &[Row] = &[
    (
        "1.3",
        "init without filesize",
        |b| init(b, &[("slice_size", b"1048576")]),
        (400, -5971),
    ),
    (
        "6 20",
        "init of an empty file",
        |b| init(b, &[("filesize", b"0"), ("slice_size", b"1048576")]),
        (400, -5995),
    ),
    (
        "1.3",
        "init with a filesize that is none",
        |b| init(b, &[("filesize", b"big"), ("slice_size", b"1048576")]),
        (400, -5995),
    ),
    (
        "1.3",
        "init without slice_size",
        |b| init(b, &[("filesize", b"9")]),
        (400, -284),
    ),
    (
        "1.3",
        "slices below 64 KiB",
        |b| init_slices(b, "65535"),
        (400, -284),
    ),
    (
        "1.3",
        "slices of 1.5 MiB",
        |b| init_slices(b, "1572864"),
        (400, -284),
    ),
    (
        "1.3",
        "slices of 4 MiB",
        |b| init_slices(b, "4194304"),
        (400, -284),
    ),
    (
        "1.3",
        "slices of 3 MiB",
        |b| init_slices(b, "3145728"),
        (200, 0),
    ),
    (
        "1.3",
        "a sha that is none",
        |b| init_with(b, &[("sha", b"123")]),
        (400, -169),
    ),
    (
        "1.3",
        "uploadparts that is no JSON",
        |b| init_with(b, &[("uploadparts", b"[{")]),
        (400, -5965),
    ),
    (
        "1.8",
        "parts with a gap",
        |b| {
            init_with(b, &[("uploadparts", br#"[{"offset":1,"datalen":8,"datasha":"0000000000000000000000000000000000000000"}]"#)])
        },
        (400, -5965),
    ),
    (
        "1.8",
        "parts that end early",
        |b| {
            init_with(b, &[("uploadparts", br#"[{"offset":0,"datalen":8,"datasha":"0000000000000000000000000000000000000000"}]"#)])
        },
        (400, -5965),
    ),
    (
        "1.8",
        "parts in lines of their own",
        |b| init_with(b, &[("uploadparts", one_part(2000).as_bytes())]),
        (200, 0),
    ),
    (
        "1.8",
        "a part longer than 4 KiB",
        |b| init_with(b, &[("uploadparts", one_part(4096).as_bytes())]),
        (400, -5965),
    ),
    (
        "1.3",
        "an empty uploadparts counts as absent",
        |b| init_with(b, &[("uploadparts", b""), ("sha", b"")]),
        (200, 0),
    ),
    (
        "3.1",
        "init over an unfinished upload, no sha",
        |b| {
            open(b);
            init_with(b, &[])
        },
        (409, -4019),
    ),
    (
        "3.1",
        "init over an unfinished upload, sha on one side",
        |b| {
            open(b);
            init_with(b, &[("sha", &SHA)])
        },
        (409, -4019),
    ),
    (
        "3.1",
        "init over an unfinished upload of the same sha",
        |b| {
            init_with(b, &[("sha", &SHA)]);
            init_with(b, &[("sha", &SHA)])
        },
        (409, -4019),
    ),
    (
        "3.1",
        "init over an unfinished upload of another sha",
        |b| {
            init_with(b, &[("sha", &[b'2'; 40])]);
            init_with(b, &[("sha", &SHA)])
        },
        (409, -4020),
    ),
    (
        "6 3",
        "init over an unfinished upload of another length",
        |b| {
            open(b);
            init(b, &[("filesize", b"10"), ("slice_size", b"1048576")])
        },
        (409, -4020),
    ),
    (
        "3.1",
        "init over another object",
        |b| {
            b.client.upload("/a", b"x");
            init_with(b, &[])
        },
        (409, -177),
    ),
    (
        "3.1",
        "init over another object, insertOnly=0",
        |b| {
            b.client.upload("/a", b"x");
            init_with(b, &[("insertOnly", b"0")])
        },
        (200, 0),
    ),
    (
        "1.1.1",
        "an empty insertOnly counts as absent",
        |b| {
            b.client.upload("/a", b"x");
            init_with(b, &[("insertOnly", b"")])
        },
        (409, -177),
    ),
    (
        "1.5",
        "list of nothing",
        |b| b.client.list_slices("/a"),
        (404, -197),
    ),
    (
        "1.4",
        "data without a session",
        |b| b.client.slice("/a", "1", 0, b"x"),
        (400, -5983),
    ),
    (
        "1.4",
        "data with another session",
        |b| {
            open(b);
            b.client.slice("/a", "1", 0, b"123456789")
        },
        (400, -5983),
    ),
    (
        "1.4",
        "data without an offset",
        |b| {
            let s = open(b);
            data(b, &s, &[("filecontent", b"123456789")])
        },
        (400, -5999),
    ),
    (
        "1.4",
        "data without content",
        |b| {
            let s = open(b);
            data(b, &s, &[("offset", b"0")])
        },
        (400, -5990),
    ),
    (
        "6 18",
        "an offset off the grid",
        |b| {
            let s = open(b);
            b.client.slice("/a", &s, 1, b"x")
        },
        (400, -4024),
    ),
    (
        "6 19",
        "an offset past the file",
        |b| {
            let s = open(b);
            b.client.slice("/a", &s, MIB, b"x")
        },
        (400, -5991),
    ),
    (
        "6 19",
        "a slice that is too long",
        |b| {
            let s = open(b);
            b.client.slice("/a", &s, 0, b"0123456789")
        },
        (400, -5991),
    ),
    (
        "4.3",
        "a slice that is too short",
        |b| {
            let s = open(b);
            b.client.slice("/a", &s, 0, b"01234567")
        },
        (400, -283),
    ),
    (
        "6 19",
        "a slice over 3 MiB",
        |b| {
            let s = open(b);
            b.client.slice("/a", &s, 0, &vec![0; 4 * MIB])
        },
        (400, -5991),
    ),
    (
        "6 24",
        "datamd5 that differs",
        |b| {
            let s = open(b);
            data(
                b,
                &s,
                &[
                    ("offset", b"0"),
                    ("filecontent", b"123456789"),
                    ("datamd5", &[b'0'; 32]),
                ],
            )
        },
        (409, -4016),
    ),
    (
        "6 8",
        "the same slice twice",
        |b| {
            let s = open(b);
            b.client.slice("/a", &s, 0, b"123456789");
            b.client.slice("/a", &s, 0, b"123456789")
        },
        (200, 0),
    ),
];

pub(super) const SHA: [u8; 40] = [b'1'; 40];

fn init(bench: &Bench, fields: &[(&str, &[u8])]) -> Answer {
    let op: (&str, &[u8]) = ("op", b"upload_slice_init");
    bench.client.form("/a", &[&[op], fields].concat())
}

fn init_slices(bench: &Bench, size: &str) -> Answer {
    init(
        bench,
        &[("filesize", b"9"), ("slice_size", size.as_bytes())],
    )
}

pub(super) fn init_with(bench: &Bench, fields: &[(&str, &[u8])]) -> Answer {
    let sizes: [(&str, &[u8]); 2] = [("filesize", b"9"), ("slice_size", b"1048576")];
    init(bench, &[&sizes, fields].concat())
}

/// `uploadparts` of nine bytes with so much white space in the part and behind it.
fn one_part(space: usize) -> String {
    let (space, sha) = ("\t\r\n ".repeat(space / 4), "0".repeat(40));
    format!(r#"[{{"offset":0,{space}"datalen":9,"datasha":"{sha}"}}{space}]{space}"#)
}

fn session_of(answer: &Answer) -> String {
    answer.json()["data"]["session"]
        .as_str()
        .unwrap()
        .to_owned()
}

pub(super) fn open(bench: &Bench) -> String {
    session_of(&init_with(bench, &[]))
}

pub(super) fn full(bench: &Bench) -> String {
    let session = open(bench);
    let answer = bench.client.slice("/a", &session, 0, b"123456789");
    assert_eq!(answer.both(), (200, Some(0)));
    session
}

pub(super) fn full_with_sha(bench: &Bench) -> String {
    let session = session_of(&init_with(bench, &[("sha", &SHA)]));
    let answer = bench.client.slice("/a", &session, 0, b"123456789");
    assert_eq!(answer.both(), (200, Some(0)));
    session
}

fn data(bench: &Bench, session: &str, fields: &[(&str, &[u8])]) -> Answer {
    let named: [(&str, &[u8]); 2] = [
        ("op", b"upload_slice_data"),
        ("session", session.as_bytes()),
    ];
    bench.client.form("/a", &[&named, fields].concat())
}
