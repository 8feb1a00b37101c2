//! Rules that hold only when a switch says so.

use super::hold;
use super::objects::mkdir;
use super::slices::{SHA, init_with};
use crate::raw::pattern;

const MIB: usize = 1024 * 1024;

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
