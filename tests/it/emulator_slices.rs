//! The four slice operations from end to end.

use crate::raw::{Bench, pattern};

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
