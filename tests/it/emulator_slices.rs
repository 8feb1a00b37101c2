//! The four slice operations from end to end.

use cosup::digest::{ChainState, Sha1Sum, hex};

use crate::raw::{Answer, Bench, pattern};

#[test]
fn a_file_goes_up_in_slices() {
    let bench = Bench::new();
    let bytes = pattern(150_000);
    let session = bench.client.open("/dir/file.bin", bytes.len(), 65_536);
    for (index, slice) in bytes.chunks(65_536).enumerate() {
        let answer = bench
            .client
            .slice("/dir/file.bin", &session, index * 65_536, slice);
        assert_eq!(answer.both(), (200, Some(0)), "{answer:?}");
    }
    let listed = bench.client.list_slices("/dir/file.bin").json();
    assert_eq!(listed["data"]["listparts"].as_array().unwrap().len(), 3);
    let answer = bench.client.finish("/dir/file.bin", &session, bytes.len());
    assert_eq!(answer.both(), (200, Some(0)), "{answer:?}");
    assert_eq!(std::fs::read(bench.file("dir/file.bin")).unwrap(), bytes);
    let again = bench.client.finish("/dir/file.bin", &session, bytes.len());
    assert_eq!(again.both(), (200, Some(0)), "a repeated finish is known");
    let fetched = bench.client.get("/dir/file.bin", "");
    assert_eq!(fetched.body, bytes);
    let ops: Vec<_> = bench
        .emulator
        .journal()
        .into_iter()
        .map(|entry| (entry.op, entry.offset, entry.status, entry.code))
        .collect();
    assert_eq!(ops[1], ("upload_slice_data".into(), Some(0), 200, Some(0)));
    assert_eq!(ops.len(), 8);
}

/// `uploadparts` of some bytes with parts of one length.
fn upload_parts(bytes: &[u8], part: usize) -> String {
    let mut parts = Vec::new();
    for (index, chunk) in bytes.chunks(part).enumerate() {
        let end = index * part + chunk.len();
        let mut state = ChainState::INITIAL;
        let datasha = if end == bytes.len() {
            state.finish(bytes, end as u64).0
        } else {
            // Of a part that ends within a block, the state tells up to the block before.
            state.absorb(&bytes[..end]);
            state.to_datasha()
        };
        parts.push(serde_json::json!({
            "offset": index * part, "datalen": chunk.len(), "datasha": hex(&datasha),
        }));
    }
    serde_json::Value::from(parts).to_string()
}

fn open_proven(bench: &Bench, path: &str, bytes: &[u8], slice: usize, part: usize) -> Answer {
    bench.client.form(
        path,
        &[
            ("op", b"upload_slice_init"),
            ("filesize", bytes.len().to_string().as_bytes()),
            ("slice_size", slice.to_string().as_bytes()),
            ("sha", Sha1Sum::of(bytes).to_string().as_bytes()),
            ("uploadparts", upload_parts(bytes, part).as_bytes()),
        ],
    )
}

fn finish_with_sha(bench: &Bench, path: &str, session: &str, bytes: &[u8]) -> Answer {
    bench.client.form(
        path,
        &[
            ("op", b"upload_slice_finish"),
            ("session", session.as_bytes()),
            ("filesize", bytes.len().to_string().as_bytes()),
            ("sha", Sha1Sum::of(bytes).to_string().as_bytes()),
        ],
    )
}

/// PROTOCOL §1.8: the grid of the parts is free; a slice is proved where its ends lie on part ends,
/// and the whole sum is checked at finish where they do not.
#[test]
fn slices_are_proved_on_any_grid_of_parts() {
    let bytes = pattern(400_000);
    for (slice, part, early) in [
        (65_536, 65_536, true),
        (131_072, 65_536, true),
        (65_536, 64, true),
        (65_536, 131_072, false),
        (65_536, 1_048_576, false),
        (65_536, 65_537, false),
        (100_000, 100_000, false),
        (100_032, 33_344, true),
    ] {
        let bench = Bench::new();
        let opened = open_proven(&bench, "/a", &bytes, slice, part);
        assert_eq!(opened.both(), (200, Some(0)), "{slice} {part}: {opened:?}");
        let session = opened.json()["data"]["session"]
            .as_str()
            .unwrap()
            .to_owned();
        let mut wrong = bytes[slice..2 * slice].to_vec();
        wrong[100] ^= 1;
        let refused = bench.client.slice("/a", &session, slice, &wrong);
        let expected = if early {
            (409, Some(-4016))
        } else {
            (200, Some(0))
        };
        assert_eq!(refused.both(), expected, "{slice} {part}");
        // Backwards: every slice is proved by itself.
        let slices: Vec<_> = bytes.chunks(slice).enumerate().collect();
        for (index, chunk) in slices.into_iter().rev() {
            if early || index != 1 {
                let answer = bench.client.slice("/a", &session, index * slice, chunk);
                assert_eq!(answer.both(), (200, Some(0)), "{slice} {part} {index}");
            }
        }
        if !early {
            let refused = finish_with_sha(&bench, "/a", &session, &bytes);
            assert_eq!(refused.both(), (409, Some(-4016)), "{slice} {part}");
            bench
                .client
                .slice("/a", &session, slice, &bytes[slice..2 * slice]);
        }
        let answer = finish_with_sha(&bench, "/a", &session, &bytes);
        assert_eq!(answer.both(), (200, Some(0)), "{slice} {part}: {answer:?}");
        assert_eq!(std::fs::read(bench.file("a")).unwrap(), bytes);
    }
}

#[test]
fn known_content_needs_no_bytes() {
    let bench = Bench::new();
    let bytes = pattern(100_000);
    bench.client.upload("/old", &bytes);
    let hit = open_proven(&bench, "/dir/new", &bytes, 65_536, 65_536);
    assert_eq!(hit.both(), (200, Some(0)));
    let data = hit.json()["data"].clone();
    assert!(
        data["session"].is_null() && data["access_url"].is_string(),
        "{data}"
    );
    assert_eq!(std::fs::read(bench.file("dir/new")).unwrap(), bytes);
    let mut other = bench.client.clone();
    other.bucket = "other".into();
    let elsewhere = other.form(
        "/new",
        &[
            ("op", b"upload_slice_init"),
            ("filesize", b"100000"),
            ("slice_size", b"65536"),
            ("sha", Sha1Sum::of(&bytes).to_string().as_bytes()),
        ],
    );
    assert!(
        elsewhere.json()["data"]["session"].is_string(),
        "another bucket knows nothing"
    );
    std::fs::write(bench.file("old"), b"edited by other hands").unwrap();
    std::fs::remove_file(bench.file("dir/new")).unwrap();
    let miss = open_proven(&bench, "/dir/new", &bytes, 65_536, 65_536);
    assert!(miss.json()["data"]["session"].is_string(), "{miss:?}");
}

#[test]
fn an_old_object_stays_whole_until_the_new_one_is() {
    let bench = Bench::new();
    bench.client.upload("/a", b"the old one");
    let session = bench.client.open("/a", 9, 65_536);
    bench.client.slice("/a", &session, 0, b"123456789");
    assert_eq!(bench.client.get("/a", "").body, b"the old one");
    let finished = bench.client.finish("/a", &session, 9);
    assert_eq!(finished.both(), (200, Some(0)), "{finished:?}");
    assert_eq!(bench.client.get("/a", "").body, b"123456789");
}

#[test]
fn sixteen_connections_send_one_file() {
    let bench = Bench::new();
    let bytes = pattern(64 * 65_536 + 17);
    let session = bench.client.open("/a", bytes.len(), 65_536);
    std::thread::scope(|scope| {
        for lane in 0..16 {
            let (client, session, bytes) = (&bench.client, &session, &bytes);
            scope.spawn(move || {
                for (index, chunk) in bytes.chunks(65_536).enumerate() {
                    if index % 16 == lane || index % 7 == 0 {
                        let answer = client.slice("/a", session, index * 65_536, chunk);
                        assert_eq!(answer.both(), (200, Some(0)));
                    }
                }
            });
        }
    });
    let answer = bench.client.finish("/a", &session, bytes.len());
    assert_eq!(answer.both(), (200, Some(0)), "{answer:?}");
    assert_eq!(std::fs::read(bench.file("a")).unwrap(), bytes);
}

#[test]
fn sessions_do_not_live_forever() {
    let bench = Bench::with(|config| config.session_ttl = std::time::Duration::ZERO);
    let session = bench.client.open("/a", 9, 65_536);
    let answer = bench.client.slice("/a", &session, 0, b"123456789");
    assert_eq!(answer.both(), (400, Some(-5983)));
    assert_eq!(bench.client.list_slices("/a").both(), (404, Some(-197)));
    let left = std::fs::read_dir(bench.root.path().join(".cosup/sessions")).unwrap();
    assert_eq!(left.count(), 0);
}

/// PROTOCOL §5.5, the way of the Node SDK: one operation for everything, in order, ended by the URLs.
#[test]
fn one_operation_sends_everything() {
    let bench = Bench::new();
    let bytes = pattern(2 * 65_536 + 5);
    let sha = Sha1Sum::of(&bytes).to_string();
    let ask = |fields: &[(&str, &[u8])]| {
        let op: (&str, &[u8]) = ("op", b"upload_slice");
        bench.client.form("/a", &[&[op], fields].concat())
    };
    let size = bytes.len().to_string();
    let terms: [(&str, &[u8]); 4] = [
        ("filesize", size.as_bytes()),
        ("slice_size", b"65536"),
        ("sha", sha.as_bytes()),
        ("insertOnly", b"\0"),
    ];
    assert_eq!(ask(&terms[..2]).both(), (400, Some(-5979)), "without sha");
    let data = ask(&terms).json()["data"].clone();
    assert_eq!(
        (&data["offset"], &data["slice_size"]),
        (&0.into(), &65_536.into())
    );
    let session = data["session"].as_str().unwrap().to_owned();
    let put = |offset: usize| {
        let end = bytes.len().min(offset + 65_536);
        ask(&[
            ("session", session.as_bytes()),
            ("offset", offset.to_string().as_bytes()),
            ("filecontent", &bytes[offset..end]),
        ])
    };
    assert_eq!(put(65_536).both(), (400, Some(-4024)), "out of turn");
    assert_eq!(put(0).both(), (200, Some(0)));
    let resumed = ask(&terms).json()["data"].clone();
    assert_eq!(
        (&resumed["offset"], &resumed["session"]),
        (&65_536.into(), &data["session"])
    );
    assert!(put(65_536).json()["data"]["access_url"].is_null());
    assert!(put(131_072).json()["data"]["access_url"].is_string());
    assert_eq!(std::fs::read(bench.file("a")).unwrap(), bytes);
    assert!(
        ask(&terms).json()["data"]["url"].is_string(),
        "known content"
    );
}
