//! What becomes of a session: finished, repeated, dropped.

use cosup::digest::Sha1Sum;

use super::slices::{SHA, full, full_with_sha, open};
use super::{Row, hold};
use crate::raw::{Answer, Bench};

#[test]
fn finishing() {
    hold(|_| {}, FINISH);
}

const FINISH: &[Row] = &[
    (
        "3.5",
        "finish with slices missing",
        |b| {
            let s = open(b);
            b.client.finish("/a", &s, 9)
        },
        (400, -175),
    ),
    (
        "3.5",
        "finish with another length",
        |b| {
            let s = full(b);
            b.client.finish("/a", &s, 8)
        },
        (400, -175),
    ),
    (
        "1.6",
        "finish without a length",
        |b| {
            let s = full(b);
            b.client.form(
                "/a",
                &[("op", b"upload_slice_finish"), ("session", s.as_bytes())],
            )
        },
        (400, -5971),
    ),
    (
        "1.6",
        "finish without a session",
        |b| b.client.finish("/a", "1", 9),
        (400, -5983),
    ),
    (
        "3.5",
        "finish without the sha of init",
        |b| {
            let s = full_with_sha(b);
            b.client.finish("/a", &s, 9)
        },
        (400, -29094),
    ),
    (
        "3.5",
        "finish with another sha than init's",
        |b| {
            let s = full_with_sha(b);
            finish_sha(b, &s, &[b'2'; 40])
        },
        (409, -4016),
    ),
    (
        "3.5",
        "finish with a sha the bytes do not have",
        |b| {
            let s = full_with_sha(b);
            finish_sha(b, &s, &SHA)
        },
        (409, -4016),
    ),
    (
        "3.5",
        "finish with the right sha, none at init",
        |b| {
            let s = full(b);
            finish_sha(b, &s, Sha1Sum::of(b"123456789").to_string().as_bytes())
        },
        (200, 0),
    ),
    (
        "1.6",
        "finish over an object that appeared meanwhile",
        |b| {
            let s = full(b);
            b.client.upload("/a", b"x");
            b.client.finish("/a", &s, 9)
        },
        (409, -177),
    ),
    (
        "6 7",
        "finish twice",
        |b| {
            let s = full(b);
            b.client.finish("/a", &s, 9);
            b.client.finish("/a", &s, 9)
        },
        (200, 0),
    ),
    (
        "3.1",
        "data after finish",
        |b| {
            let s = full(b);
            b.client.finish("/a", &s, 9);
            b.client.slice("/a", &s, 0, b"123456789")
        },
        (400, -5983),
    ),
    (
        "6 14",
        "delete of an unfinished upload",
        |b| {
            open(b);
            b.client.json_once("/a", r#"{"op":"delete"}"#)
        },
        (200, 0),
    ),
    (
        "6 15",
        "stat of an unfinished upload",
        |b| {
            open(b);
            b.client.get("/a", "op=stat")
        },
        (404, -197),
    ),
    (
        "4.3",
        "download of an unfinished upload",
        |b| {
            open(b);
            b.client.get("/a", "")
        },
        (404, -45062),
    ),
    (
        "1.1.1",
        "fileSize for filesize",
        |b| {
            let s = full(b);
            b.client.form(
                "/a",
                &[
                    ("op", b"upload_slice_finish"),
                    ("session", s.as_bytes()),
                    ("fileSize", b"9"),
                ],
            )
        },
        (200, 0),
    ),
];

fn finish_sha(bench: &Bench, session: &str, sha: &[u8]) -> Answer {
    bench.client.form(
        "/a",
        &[
            ("op", b"upload_slice_finish"),
            ("session", session.as_bytes()),
            ("filesize", b"9"),
            ("sha", sha),
        ],
    )
}
