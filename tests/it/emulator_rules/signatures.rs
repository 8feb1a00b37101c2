//! Signatures: kinds, binding, age, and the order of the checks.

use cosup::sign::{Credentials, Secret, Uses, encode_path, sign};

use super::{Row, hold};
use crate::raw::{Answer, Bench, Client, exchange, now};

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
        "bound to the path encoded twice, as PHP does for a move",
        |b| {
            b.client.upload("/a 文", b"x");
            let fileid = encode_path(&encode_path("/1250000000/demo/a 文"));
            let sign = signed(b, &fileid, Uses::Once, now());
            let body = r#"{"op":"move","dest_fileid":"/b"}"#;
            b.client.json_signed(&sign, "/a 文", body)
        },
        (200, 0),
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
