//! One row for every rule of the service, named after the section of PROTOCOL that it comes from.

use cosup::digest::Sha1Sum;
use cosup::emulator::Config;
use cosup::sign::{Credentials, Secret, Uses, encode_path, sign};

use crate::raw::{Answer, Bench, Client, exchange, now, pattern};

const MIB: usize = 1024 * 1024;

/// A rule: the section, what it says, a request that meets it, and the status and code it must get.
type Row = (&'static str, &'static str, fn(&Bench) -> Answer, (u16, i64));

#[test]
fn signatures() {
    hold(|_| {}, SIGNATURES);
}

const SIGNATURES: &[Row] = &[
    ("2.6", "no signature", |b| stat_signed(b, ""), (403, -81)),
    ("2.6", "not base64", |b| stat_signed(b, "%%%"), (403, -5998)),
    (
        "2.6",
        "shorter than a hash",
        |b| stat_signed(b, "c2hvcnQ="),
        (403, -5998),
    ),
    (
        "2.6",
        "a hash and no fields",
        |b| stat_signed(b, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        (403, -48),
    ),
    (
        "2.6",
        "another appid than the path's",
        |b| {
            let mut other = b.client.clone();
            other.credentials.appid = "1250000009".into();
            stat_signed(b, &other.multi())
        },
        (403, -70),
    ),
    (
        "2.6",
        "an unknown secret id",
        |b| {
            let mut other = b.client.clone();
            other.credentials.secret_id = "AKIDnobody".into();
            stat_signed(b, &other.multi())
        },
        (403, -47),
    ),
    (
        "2.6",
        "another key",
        |b| {
            let mut other = b.client.clone();
            other.credentials.secret_key = Secret::new("wrong");
            stat_signed(b, &other.multi())
        },
        (403, -97),
    ),
    (
        "2.6",
        "another bucket",
        |b| {
            let mut other = b.client.clone();
            other.bucket = "elsewhere".into();
            stat_signed(b, &other.multi())
        },
        (403, -61),
    ),
    (
        "2.6",
        "expired",
        |b| stat_signed(b, &signed(b, "", Uses::Until(now() - 1), now() - 600)),
        (403, -59),
    ),
    (
        "2.6",
        "made in the future",
        |b| stat_signed(b, &signed(b, "", Uses::Until(now() + 9000), now() + 8000)),
        (403, -59),
    ),
    (
        "2.4",
        "good for over three months",
        |b| stat_signed(b, &signed(b, "", Uses::Until(now() + 94 * 86_400), now())),
        (403, -59),
    ),
    (
        "2.4",
        "good for just three months",
        |b| stat_signed(b, &signed(b, "", Uses::Until(now() + 90 * 86_400), now())),
        (404, -197),
    ),
    (
        "2.6",
        "bound to another file",
        |b| {
            stat_signed(
                b,
                &signed(b, "/1250000000/demo/b", Uses::Until(now() + 60), now()),
            )
        },
        (403, -63),
    ),
    (
        "2.5",
        "bound to a leading part",
        |b| {
            stat_signed(
                b,
                &signed(b, "/1250000000/demo/", Uses::Until(now() + 60), now()),
            )
        },
        (404, -197),
    ),
    (
        "2.5",
        "bound, encoded in another manner",
        |b| {
            stat_signed(
                b,
                &signed(
                    b,
                    "%2F1250000000%2Fdemo/%61",
                    Uses::Until(now() + 60),
                    now(),
                ),
            )
        },
        (404, -197),
    ),
    (
        "2.4",
        "a one-time signature for a multi-effect operation",
        |b| stat_signed(b, &b.client.once("/a")),
        (403, -74),
    ),
    (
        "2.4",
        "a multi-effect signature for a delete",
        |b| {
            b.client
                .json_signed(&b.client.multi(), "/a", r#"{"op":"delete"}"#)
        },
        (403, -73),
    ),
    (
        "2.4",
        "a multi-effect signature for an update",
        |b| {
            b.client
                .json_signed(&b.client.multi(), "/a", r#"{"op":"update"}"#)
        },
        (403, -73),
    ),
    (
        "2.4",
        "a one-time signature bound to nothing",
        |b| {
            b.client.json_signed(
                &signed(b, "", Uses::Once, now()),
                "/a",
                r#"{"op":"delete"}"#,
            )
        },
        (403, -76),
    ),
    (
        "2.4",
        "a one-time signature bound to the directory only",
        |b| {
            b.client
                .json_signed(&b.client.once("/"), "/a", r#"{"op":"delete"}"#)
        },
        (403, -63),
    ),
    (
        "2.6",
        "a one-time signature used twice",
        |b| {
            let once = b.client.once("/a");
            assert_eq!(
                b.client
                    .json_signed(&once, "/a", r#"{"op":"delete"}"#)
                    .both(),
                (404, Some(-197))
            );
            b.client.json_signed(&once, "/a", r#"{"op":"delete"}"#)
        },
        (403, -77),
    ),
    (
        "1.1",
        "the signature in the query",
        |b| {
            let sign = encode_path(&b.client.multi()).replace('/', "%2F");
            let target = format!("{}?op=stat&sign={sign}", b.client.url("/a"));
            let request = b.client.request("GET", &target, "", "", b"");
            exchange(b.client.address, &request).unwrap()
        },
        (404, -197),
    ),
];

fn signed(bench: &Bench, fileid: &str, uses: Uses, at: u64) -> String {
    let client = &bench.client;
    sign(&client.credentials, &client.bucket, fileid, uses, at, 1)
}

fn stat_signed(bench: &Bench, sign: &str) -> Answer {
    let target = format!("{}?op=stat", bench.client.url("/a"));
    let request = bench.client.request("GET", &target, sign, "", b"");
    exchange(bench.client.address, &request).unwrap()
}

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

const SHA: [u8; 40] = [b'1'; 40];

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

fn init_with(bench: &Bench, fields: &[(&str, &[u8])]) -> Answer {
    let sizes: [(&str, &[u8]); 2] = [("filesize", b"9"), ("slice_size", b"1048576")];
    init(bench, &[&sizes, fields].concat())
}

fn session_of(answer: &Answer) -> String {
    answer.json()["data"]["session"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn open(bench: &Bench) -> String {
    session_of(&init_with(bench, &[]))
}

fn full(bench: &Bench) -> String {
    let session = open(bench);
    let answer = bench.client.slice("/a", &session, 0, b"123456789");
    assert_eq!(answer.both(), (200, Some(0)));
    session
}

fn full_with_sha(bench: &Bench) -> String {
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
        "4.3",
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
        (409, -4018),
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

fn mkdir(bench: &Bench, path: &str) -> Answer {
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

#[test]
fn with_directories_required() {
    hold(
        |config| config.require_dirs = true,
        &[
            (
                "6 11",
                "upload into a missing directory",
                |b| b.client.upload("/d/a", b"x"),
                (404, -197),
            ),
            (
                "6 11",
                "init in a missing directory",
                |b| {
                    b.client.form(
                        "/d/a",
                        &[
                            ("op", b"upload_slice_init"),
                            ("filesize", b"9"),
                            ("slice_size", b"1048576"),
                        ],
                    )
                },
                (404, -197),
            ),
            (
                "6 11",
                "create in a missing directory",
                |b| mkdir(b, "/d/e/"),
                (404, -197),
            ),
            (
                "6 11",
                "upload into the bucket",
                |b| b.client.upload("/a", b"x"),
                (200, 0),
            ),
            (
                "6 11",
                "upload into a directory",
                |b| {
                    mkdir(b, "/d/");
                    b.client.upload("/d/a", b"x")
                },
                (200, 0),
            ),
        ],
    );
}

#[test]
fn with_other_switches() {
    hold(
        |config| {
            config.serial = true;
            config.strict_serial = true;
            config.require_parts = true;
            config.buckets = Some(vec!["demo".to_owned()]);
        },
        &[
            (
                "6 9",
                "a slice out of turn",
                |b| {
                    let s = b.client.open("/a", 3 * MIB, MIB);
                    b.client.slice("/a", &s, MIB, &pattern(MIB))
                },
                (400, -4024),
            ),
            (
                "6 17",
                "a sha without uploadparts",
                |b| init_with(b, &[("sha", &SHA)]),
                (400, -5965),
            ),
            (
                "4.1",
                "a bucket that does not exist",
                |b| {
                    let mut other = b.client.clone();
                    other.bucket = "other".into();
                    other.get("/a", "op=stat")
                },
                (404, -133),
            ),
        ],
    );
}

fn hold(change: fn(&mut Config), rows: &[Row]) {
    let mut failures = Vec::new();
    for (section, what, request, (status, code)) in rows {
        let bench = Bench::with(change);
        let found = request(&bench);
        // A download of nothing is no envelope; all else is.
        if found.both() != (*status, Some(*code)) {
            failures.push(format!("§{section} {what}: {:?}", found.both()));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn several_accounts_are_kept_apart() {
    let second = Credentials {
        appid: "1250000001".into(),
        secret_id: "AKIDsecond".into(),
        secret_key: Secret::new("second"),
    };
    let bench = Bench::with(|config| config.accounts.push(second.clone()));
    let other = Client {
        credentials: second,
        ..bench.client.clone()
    };
    assert_eq!(bench.client.upload("/a", b"one").both(), (200, Some(0)));
    assert_eq!(other.get("/a", "op=stat").both(), (404, Some(-197)));
    assert_eq!(other.upload("/a", b"two").both(), (200, Some(0)));
    assert_eq!(bench.client.get("/a", "").body, b"one");
}
