//! `cosup put` from outside: every size, name and mood of the server ends in the right object.

use cosup::digest::Sha1Sum;

use crate::lab::{Lab, assert_once};
use crate::raw::Client;

/// Options that make a small file go up in many slices.
pub(crate) const SLICED: [&str; 4] = ["--slice-size", "64K", "--slice-threshold", "0"];

const SLICE: usize = 64 * 1024;

impl Lab {
    /// Orders a fault.
    fn fail(&self, fault: &str) {
        self.emulator.fail(fault.parse().unwrap());
    }

    /// Puts a file of five slices under a fault, and expects that it is there in the end.
    fn survives(&self, fault: &str, jobs: &str) {
        self.fail(fault);
        let file = self.file("source", 4 * SLICE + 17);
        self.cosup(&["put", "-j", jobs])
            .args(SLICED)
            .args([file.to_str().unwrap(), "/demo/object"])
            .run()
            .expect(0);
        self.assert_same(&file, "object");
        assert!(self.checkpoints().is_empty());
        assert_eq!(self.count("delete"), 0);
    }
}

/// Opens a session for a file as another cosup would, and stores some of its slices.
pub(crate) fn half_sent(lab: &Lab, path: &str, bytes: &[u8], held: &[usize], sha: Option<&str>) {
    let client = Client::new(lab.emulator.address());
    let len = bytes.len().to_string();
    let size = SLICE.to_string();
    let mut fields: Vec<(&str, &[u8])> = vec![
        ("op", b"upload_slice_init"),
        ("filesize", len.as_bytes()),
        ("slice_size", size.as_bytes()),
    ];
    if let Some(sha) = sha {
        fields.push(("sha", sha.as_bytes()));
    }
    let answer = client.form(path, &fields);
    let session = answer.json()["data"]["session"]
        .as_str()
        .unwrap()
        .to_owned();
    for index in held {
        let end = bytes.len().min((index + 1) * SLICE);
        let slice = &bytes[index * SLICE..end];
        let answer = client.slice(path, &session, index * SLICE, slice);
        assert_eq!(answer.both(), (200, Some(0)), "{answer:?}");
    }
}

#[test]
fn files_of_every_size_arrive() {
    let lab = Lab::new();
    for len in [0, 1, 26_585, 3 * 1024 * 1024 + 1, 20 * 1024 * 1024] {
        for (how, options) in [
            ("whole", vec![]),
            ("sliced", vec!["--slice-threshold", "0"]),
        ] {
            let name = format!("{how}-{len}");
            let file = lab.file(&name, len);
            let ended = lab
                .cosup(&["put"])
                .args(options)
                .args([file.to_str().unwrap(), "/demo/sizes/"])
                .run()
                .expect(0);
            lab.assert_same(&file, &format!("sizes/{name}"));
            assert_eq!(
                ended.out,
                format!("http://demo-1250000000.file.myqcloud.com/sizes/{name}\n")
            );
        }
    }
    assert!(lab.checkpoints().is_empty());
}

#[test]
fn names_with_spaces_and_chinese_arrive() {
    let lab = Lab::new();
    for (name, len) in [("文件 a+b~(1)%25.bin", 100), ("目 录", 3 * SLICE)] {
        let file = lab.file(name, len);
        let dest = format!("目录 1/{name}");
        lab.cosup(&["put"])
            .args(SLICED)
            .args([file.to_str().unwrap(), "/demo/目录 1/"])
            .run()
            .expect(0);
        lab.assert_same(&file, &dest);
    }
}

#[test]
fn what_the_server_has_already_is_not_sent() {
    let lab = Lab::new();
    let file = lab.file("file", 3 * SLICE);
    let put = |dest: &str| {
        lab.cosup(&["put"])
            .args(SLICED)
            .args([file.to_str().unwrap(), dest])
            .run()
            .expect(0)
    };
    put("/demo/first");
    assert_eq!(lab.taken().len(), 3);
    put("/demo/second");
    put("/demo/first");
    assert_eq!(lab.taken().len(), 3, "nothing was sent again");
    lab.assert_same(&file, "second");
}

#[test]
fn other_content_at_the_destination_stands_unless_told() {
    let lab = Lab::new();
    let old = lab.file("old", 3 * SLICE);
    let new = lab.file("new", 2 * SLICE + 5);
    for options in [&SLICED[..], &[]] {
        let put = |file: &std::path::Path, more: &[&str]| {
            lab.cosup(&["put"])
                .args(options)
                .args(more)
                .args([file.to_str().unwrap(), "/demo/object"])
                .run()
        };
        put(&old, &["--if-exists", "overwrite"]).expect(0);
        put(&new, &[]).expect(73);
        put(&new, &["--if-exists", "skip"]).expect(0);
        lab.assert_same(&old, "object");
        put(&new, &["--if-exists", "overwrite"]).expect(0);
        lab.assert_same(&new, "object");
        assert!(lab.checkpoints().is_empty());
        assert_eq!(lab.count("delete"), 0);
    }
}

#[test]
fn an_unfinished_upload_of_the_same_bytes_is_completed() {
    let lab = Lab::new();
    let file = lab.file("file", 5 * SLICE + 3);
    let bytes = std::fs::read(&file).unwrap();
    half_sent(
        &lab,
        "/object",
        &bytes,
        &[1, 3, 5],
        Some(&Sha1Sum::of(&bytes).to_string()),
    );
    lab.cosup(&["put"])
        .args(SLICED)
        .args([file.to_str().unwrap(), "/demo/object"])
        .run()
        .expect(0);
    lab.assert_same(&file, "object");
    assert_eq!(lab.taken().len(), 6);
    assert_once(lab.taken());
}

#[test]
fn an_unfinished_upload_that_cannot_be_told_apart_is_refused() {
    let lab = Lab::new();
    let file = lab.file("file", 3 * SLICE);
    let bytes = std::fs::read(&file).unwrap();
    half_sent(&lab, "/object", &bytes, &[0], None);
    let ended = lab
        .cosup(&["put"])
        .args(SLICED)
        .args([file.to_str().unwrap(), "/demo/object"])
        .run()
        .expect(73);
    assert!(ended.err.contains("names no sha"), "{}", ended.err);
    assert_eq!(lab.taken(), [0], "nothing was mixed in");
}

#[test]
fn an_unfinished_upload_of_other_bytes_is_refused() {
    let lab = Lab::new();
    let file = lab.file("file", 3 * SLICE);
    let other = crate::lab::bytes(9, 3 * SLICE);
    half_sent(
        &lab,
        "/object",
        &other,
        &[0],
        Some(&Sha1Sum::of(&other).to_string()),
    );
    let ended = lab
        .cosup(&["put"])
        .args(SLICED)
        .args([file.to_str().unwrap(), "/demo/object"])
        .run()
        .expect(73);
    assert!(ended.err.contains("no checkpoint of it"), "{}", ended.err);
    assert_eq!(lab.count("delete"), 0);
}

#[test]
fn the_server_chooses_the_slice_size() {
    let lab = Lab::new();
    lab.survives("op=upload_slice_init,slice_size=131072", "4");
    let mut taken = lab.taken();
    taken.sort_unstable();
    assert_eq!(taken, [0, 131_072, 262_144]);
}

#[test]
fn a_serial_server_gets_slices_in_order() {
    let lab = Lab::with(|config| {
        config.serial = true;
        config.strict_serial = true;
    });
    lab.survives("op=stat,delay=1ms", "8");
    let ordered: Vec<u64> = (0..5).map(|index| index * SLICE as u64).collect();
    assert_eq!(lab.taken(), ordered);
}

#[test]
fn odd_lists_are_understood() {
    for shape in ["listparts=string", "listparts=unordered", "sha=suffix"] {
        let lab = Lab::new();
        lab.fail("op=upload_slice_init,nth=1,drop=after");
        lab.survives(&format!("op=upload_slice_list,{shape}"), "2");
        assert_once(lab.taken());
    }
}

#[test]
fn a_session_lost_midway_is_opened_anew() {
    for nth in 1..=5 {
        for jobs in ["1", "4"] {
            let lab = Lab::new();
            lab.survives(
                &format!("op=upload_slice_data,nth={nth},session=lost"),
                jobs,
            );
        }
    }
    let lab = Lab::new();
    lab.survives("op=upload_slice_finish,nth=1,session=lost", "2");
}

#[test]
fn an_answer_to_finish_that_gets_lost_is_settled_by_a_list() {
    let lab = Lab::new();
    lab.survives("op=upload_slice_finish,nth=1,drop=after", "2");
    assert_eq!(lab.count("upload_slice_finish"), 1, "it was done");
    let lab = Lab::new();
    lab.survives("op=upload_slice_finish,nth=1,drop=before", "2");
    assert_eq!(lab.count("upload_slice_finish"), 2, "it was not");
    assert_once(lab.taken());
}

#[test]
fn finish_refused_for_gaps_fills_them() {
    let lab = Lab::new();
    lab.survives("op=upload_slice_finish,nth=1,code=-175", "2");
    assert_once(lab.taken());
}

#[test]
fn two_puts_of_one_file_at_once_end_in_one_object() {
    let lab = Lab::new();
    let file = lab.file("file", 30 * SLICE);
    let start = || {
        lab.cosup(&["put"])
            .args(SLICED)
            .args([file.to_str().unwrap(), "/demo/object"])
            .start()
    };
    let both = [start(), start()].map(|run| run.wait().code);
    assert!(both.contains(&0), "{both:?}");
    assert!(both.iter().all(|code| [0, 76].contains(code)), "{both:?}");
    lab.assert_same(&file, "object");
    assert_once(lab.taken());
    assert!(lab.checkpoints().is_empty());
}

#[test]
fn a_reader_that_went_away_is_no_crash() {
    let lab = Lab::new();
    let file = lab.file("file", 3 * SLICE);
    let ended = lab
        .cosup(&["put", "-v"])
        .args(SLICED)
        .args([file.to_str().unwrap(), "/demo/object"])
        .deaf()
        .run();
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(!ended.err.contains("panicked"), "{}", ended.err);
    lab.assert_same(&file, "object");
}
