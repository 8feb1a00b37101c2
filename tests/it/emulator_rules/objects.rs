//! Whole objects and directories.

use cosup::digest::Sha1Sum;
use cosup::sign::Secret;

use super::slices::SHA;
use super::{Row, hold};
use crate::raw::{Answer, Bench, exchange};

const MIB: usize = 1024 * 1024;

#[test]
fn objects_and_directories() {
    hold(|_| {}, OBJECTS);
}

const OBJECTS: &[Row] = &[
    (
        "1.2",
        "upload without content",
        |b| b.client.form("/a", &[("op", b"upload")]),
        (400, -5990),
    ),
    (
        "6 20",
        "upload of an empty file",
        |b| b.client.upload("/a", b""),
        (200, 0),
    ),
    (
        "1.2",
        "upload of 20 MiB",
        |b| b.client.upload("/a", &vec![7; 20 * MIB]),
        (200, 0),
    ),
    (
        "1.2",
        "upload over 20 MiB",
        |b| b.client.upload("/a", &vec![7; 20 * MIB + 1]),
        (413, -285),
    ),
    (
        "1.2",
        "upload with another sha",
        |b| put(b, &[("sha", &SHA), ("filecontent", b"x")]),
        (409, -4016),
    ),
    (
        "1.2",
        "upload over another object",
        |b| {
            b.client.upload("/a", b"y");
            put(b, &[("filecontent", b"x")])
        },
        (409, -177),
    ),
    (
        "1.2",
        "upload of the same bytes without sha",
        |b| {
            b.client.upload("/a", b"x");
            put(b, &[("filecontent", b"x")])
        },
        (409, -177),
    ),
    (
        "1.2",
        "upload of the same bytes with sha",
        |b| {
            b.client.upload("/a", b"x");
            put(
                b,
                &[
                    ("filecontent", b"x"),
                    ("sha", Sha1Sum::of(b"x").to_string().as_bytes()),
                ],
            )
        },
        (200, 0),
    ),
    (
        "1.3",
        "an insertOnly that is neither",
        |b| put(b, &[("filecontent", b"x"), ("insertOnly", b"2")]),
        (400, -5999),
    ),
    (
        "3.1",
        "upload where a directory is",
        |b| {
            mkdir(b, "/a/");
            b.client.upload("/a", b"x")
        },
        (409, -178),
    ),
    (
        "3.1",
        "upload below a file",
        |b| {
            b.client.upload("/a", b"x");
            b.client.upload("/a/b", b"x")
        },
        (409, -178),
    ),
    ("1.7", "create", |b| mkdir(b, "/d/"), (200, 0)),
    (
        "4.1",
        "create of a directory that exists",
        |b| {
            mkdir(b, "/d/");
            mkdir(b, "/d/")
        },
        (409, -178),
    ),
    (
        "1.7",
        "delete of an empty directory",
        |b| {
            mkdir(b, "/d/");
            delete(b, "/d/")
        },
        (200, 0),
    ),
    (
        "1.7",
        "delete of a directory that is not empty",
        |b| {
            b.client.upload("/d/a", b"x");
            delete(b, "/d/")
        },
        (409, -173),
    ),
    (
        "4.1",
        "delete of a missing directory",
        |b| delete(b, "/d/"),
        (404, -197),
    ),
    (
        "4.1",
        "delete of a missing file",
        |b| delete(b, "/a"),
        (404, -197),
    ),
    (
        "1.7",
        "delete of the bucket",
        |b| delete(b, "/"),
        (400, -180),
    ),
    (
        "4.1",
        "stat of a missing file",
        |b| b.client.get("/a", "op=stat"),
        (404, -197),
    ),
    (
        "1.7",
        "list without num",
        |b| b.client.get("/", "op=list"),
        (400, -165),
    ),
    (
        "1.7",
        "list of over 1000",
        |b| b.client.get("/", "op=list&num=1001"),
        (400, -165),
    ),
    (
        "1.7",
        "list of a missing directory",
        |b| b.client.get("/d/", "op=list&num=9"),
        (404, -197),
    ),
    (
        "1.7",
        "list with a made-up context",
        |b| b.client.get("/", "op=list&num=9&context=xyz"),
        (400, -5999),
    ),
    (
        "1.7",
        "list with an unknown pattern",
        |b| b.client.get("/", "op=list&num=9&pattern=x"),
        (400, -5999),
    ),
    (
        "1.7",
        "list of an empty bucket",
        |b| b.client.get("/", "op=list&num=1000"),
        (200, 0),
    ),
    (
        "1.7",
        "update of a missing file",
        |b| {
            b.client
                .json_once("/a", r#"{"op":"update","biz_attr":"x"}"#)
        },
        (404, -197),
    ),
    (
        "1.7",
        "update to an unknown authority",
        |b| {
            b.client.upload("/a", b"x");
            b.client
                .json_once("/a", r#"{"op":"update","authority":"all"}"#)
        },
        (400, -5999),
    ),
    (
        "1.7",
        "update to headers that are no JSON",
        |b| {
            b.client.upload("/a", b"x");
            b.client
                .json_once("/a", r#"{"op":"update","custom_headers":"x"}"#)
        },
        (400, -5999),
    ),
    (
        "1.7",
        "update to no headers, as PHP writes them",
        |b| {
            b.client.upload("/a", b"x");
            b.client
                .json_once("/a", r#"{"op":"update","custom_headers":[]}"#)
        },
        (200, 0),
    ),
    (
        "2.4",
        "download with a one-time signature",
        |b| {
            b.client.upload("/a", b"x");
            let request =
                b.client
                    .request("GET", &b.client.url("/a"), &b.client.once("/a"), "", b"");
            exchange(b.client.address, &request).unwrap()
        },
        (403, -74),
    ),
    (
        "1.7",
        "move with a to_over_write that is none",
        |b| {
            b.client.upload("/a", b"x");
            go(b, "move", "/b", "x")
        },
        (400, -5999),
    ),
    (
        "1.7",
        "move",
        |b| {
            b.client.upload("/a", b"x");
            go(b, "move", "/d/b", "0")
        },
        (200, 0),
    ),
    (
        "1.7",
        "move of a missing file",
        |b| go(b, "move", "/b", "0"),
        (404, -197),
    ),
    (
        "1.7",
        "move over an object",
        |b| {
            b.client.upload("/a", b"x");
            b.client.upload("/b", b"y");
            go(b, "move", "/b", "0")
        },
        (409, -177),
    ),
    (
        "1.7",
        "move over an object, to_over_write=1",
        |b| {
            b.client.upload("/a", b"x");
            b.client.upload("/b", b"y");
            go(b, "move", "/b", "1")
        },
        (200, 0),
    ),
    (
        "1.7",
        "move out of the bucket",
        |b| {
            b.client.upload("/a", b"x");
            go(b, "move", "/../other/b", "1")
        },
        (400, -180),
    ),
    (
        "1.7",
        "move without a destination",
        |b| {
            b.client.upload("/a", b"x");
            b.client.json_once("/a", r#"{"op":"move"}"#)
        },
        (400, -5999),
    ),
    (
        "1.7",
        "copy, multi-effect signature",
        |b| {
            b.client.upload("/a", b"x");
            b.client
                .form("/a", &[("op", b"copy"), ("dest_fileid", b"b")])
        },
        (200, 0),
    ),
    (
        "1.7",
        "copy, one-time signature",
        |b| {
            b.client.upload("/a", b"x");
            go(b, "copy", "/b", "0")
        },
        (200, 0),
    ),
    (
        "1.7",
        "download of a missing file",
        |b| b.client.get("/a", ""),
        (404, -6101),
    ),
    (
        "1.7",
        "download of a private file without a signature",
        |b| {
            private(b);
            unsigned(b)
        },
        (403, -81),
    ),
    (
        "1.7",
        "download with a wrong signature",
        |b| {
            b.client.upload("/a", b"x");
            let mut other = b.client.clone();
            other.credentials.secret_key = Secret::new("wrong");
            other.get("/a", "")
        },
        (403, -97),
    ),
];

fn put(bench: &Bench, fields: &[(&str, &[u8])]) -> Answer {
    let op: (&str, &[u8]) = ("op", b"upload");
    bench.client.form("/a", &[&[op], fields].concat())
}

pub(super) fn mkdir(bench: &Bench, path: &str) -> Answer {
    let client = &bench.client;
    client.json_signed(&client.multi(), path, r#"{"op":"create","biz_attr":""}"#)
}

fn delete(bench: &Bench, path: &str) -> Answer {
    bench.client.json_once(path, r#"{"op":"delete"}"#)
}

fn go(bench: &Bench, op: &str, to: &str, over: &str) -> Answer {
    let body = format!(r#"{{"op":"{op}","dest_fileid":"{to}","to_over_write":"{over}"}}"#);
    bench.client.json_once("/a", &body)
}

fn private(bench: &Bench) {
    bench.client.upload("/a", b"x");
    let body = r#"{"op":"update","authority":"eWRPrivate"}"#;
    assert_eq!(bench.client.json_once("/a", body).both(), (200, Some(0)));
}

fn unsigned(bench: &Bench) -> Answer {
    let client = &bench.client;
    exchange(
        client.address,
        &client.request("GET", &client.url("/a"), "", "", b""),
    )
    .unwrap()
}
