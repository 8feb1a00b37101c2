//! Requests that are wrong before any rule of an operation is asked.

use super::{Row, hold};
use crate::raw::{Answer, Bench, exchange};

#[test]
fn requests() {
    hold(|_| {}, REQUESTS);
}

const REQUESTS: &[Row] = &[
    (
        "1.1",
        "no op",
        |b| b.client.form("/a", &[("x", b"y")]),
        (400, -5980),
    ),
    (
        "1.1",
        "an unknown op",
        |b| b.client.form("/a", &[("op", b"fly")]),
        (400, -5999),
    ),
    (
        "1.1",
        "a change by GET",
        |b| b.client.get("/a", "op=upload_slice_list"),
        (405, -5972),
    ),
    (
        "1.1",
        "stat by POST",
        |b| b.client.form("/a", &[("op", b"stat")]),
        (405, -5972),
    ),
    (
        "1.1",
        "PUT",
        |b| {
            exchange(
                b.client.address,
                &b.client
                    .request("PUT", &b.client.url("/a"), &b.client.multi(), "", b""),
            )
            .unwrap()
        },
        (405, -5972),
    ),
    (
        "1.1",
        "an URL of another shape",
        |b| raw_path(b, "/files/v1/1250000000/demo/a"),
        (400, -5994),
    ),
    (
        "4.1",
        "a bucket name that cannot be",
        |b| raw_path(b, "/files/v2/1250000000/DEMO/a"),
        (400, -199),
    ),
    (
        "5.2",
        "a path that leads out",
        |b| raw_path(b, "/files/v2/1250000000/demo/../../a"),
        (400, -180),
    ),
    (
        "5.2",
        "encoded slashes that lead out",
        |b| raw_path(b, "/files/v2/1250000000/demo/..%2f..%2fa"),
        (400, -180),
    ),
    (
        "5.2",
        "a NUL in the path",
        |b| raw_path(b, "/files/v2/1250000000/demo/a%00"),
        (400, -180),
    ),
    (
        "5.2",
        "a reserved character",
        |b| raw_path(b, "/files/v2/1250000000/demo/a%3Ab"),
        (400, -180),
    ),
    (
        "5.2",
        "a path that is not UTF-8",
        |b| raw_path(b, "/files/v2/1250000000/demo/%ff"),
        (400, -147),
    ),
    (
        "5.2",
        "a key over 850 bytes",
        |b| {
            raw_path(
                b,
                &format!("/files/v2/1250000000/demo/{}", "a/".repeat(426)),
            )
        },
        (400, -180),
    ),
    (
        "5.2",
        "a name that the filesystem refuses",
        |b| b.client.upload(&format!("/{}", "a".repeat(300)), b"x"),
        (400, -180),
    ),
    (
        "5.2",
        "a file operation on a directory path",
        |b| b.client.upload("/a/", b"x"),
        (400, -160),
    ),
    (
        "5.2",
        "a directory operation on a file path",
        |b| b.client.form("/a", &[("op", b"create")]),
        (400, -161),
    ),
    (
        "1.1",
        "JSON that is none",
        |b| b.client.json_signed(&b.client.multi(), "/a", "{\"op\":"),
        (400, -5975),
    ),
    (
        "1.1",
        "JSON that is no object",
        |b| b.client.json_signed(&b.client.multi(), "/a", "[1]"),
        (400, -5975),
    ),
    (
        "1.1",
        "multipart without a boundary",
        |b| typed(b, "multipart/form-data", b"--x\r\n"),
        (400, -5993),
    ),
    (
        "1.1",
        "multipart that breaks off",
        |b| {
            typed(
                b,
                "multipart/form-data; boundary=x",
                b"--x\r\nContent-Disposition: form-data; name=\"op\"\r\n\r\nupload",
            )
        },
        (400, -5993),
    ),
    (
        "1.1",
        "a body of no known kind",
        |b| typed(b, "text/plain", b"hello"),
        (400, -5993),
    ),
    (
        "5.2",
        "a field over 64 KiB",
        |b| {
            b.client
                .form("/a", &[("op", b"create"), ("biz_attr", &[b'x'; 65_537])])
        },
        (400, -5999),
    ),
];

fn raw_path(bench: &Bench, path: &str) -> Answer {
    let client = &bench.client;
    let request = client.request("GET", &format!("{path}?op=stat"), &client.multi(), "", b"");
    exchange(client.address, &request).unwrap()
}

fn typed(bench: &Bench, kind: &str, body: &[u8]) -> Answer {
    let client = &bench.client;
    let request = client.request("POST", &client.url("/a"), &client.multi(), kind, body);
    exchange(client.address, &request).unwrap()
}
