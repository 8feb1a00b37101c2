//! Going on after a stop: `cosup resume`, `cosup put` again, and every state the state directory can
//! be found in.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::lab::{Lab, assert_once};
use crate::puts::SLICED;

const SLICE: usize = 64 * 1024;

/// Puts a file of six slices and stops after the second.
pub(crate) fn paused(lab: &Lab) -> (PathBuf, String) {
    let file = lab.file("source", 5 * SLICE + 17);
    lab.emulator
        .fail("op=upload_slice_data,nth=3,code=-5999".parse().unwrap());
    put(lab, &file, &["-j", "1"]).run().expect(1);
    lab.emulator.heal();
    assert_eq!(lab.taken(), [0, SLICE as u64]);
    let left = lab.checkpoints();
    assert_eq!(left.len(), 1);
    (file, left[0].clone())
}

fn put(lab: &Lab, file: &Path, more: &[&str]) -> crate::lab::Cosup {
    lab.cosup(&["put"])
        .args(SLICED)
        .args(more)
        .args([file.to_str().unwrap(), "/demo/object"])
}

impl Lab {
    fn state_file(&self, id: &str, ending: &str) -> PathBuf {
        self.state().join("uploads").join(format!("{id}.{ending}"))
    }

    fn assert_completed(&self, file: &Path) {
        self.assert_same(file, "object");
        assert_once(self.taken());
        assert_eq!(self.checkpoints(), [""; 0]);
        assert_eq!(self.count("delete"), 0);
    }
}

#[test]
fn resume_goes_on_by_id_file_destination_or_by_itself() {
    for by in ["id", "file", "dest", "all", "put"] {
        let lab = Lab::new();
        let (file, id) = paused(&lab);
        let file_name = file.to_str().unwrap();
        let run = match by {
            "id" => lab.cosup(&["resume", &id]),
            "file" => lab.cosup(&["resume", file_name]),
            "dest" => lab.cosup(&["resume", "/demo/object"]),
            "put" => put(&lab, &file, &[]),
            _ => lab.cosup(&["resume"]),
        };
        run.run().expect(0);
        lab.assert_completed(&file);
        assert_eq!(lab.count("upload_slice_init"), 1, "{by}");
    }
}

#[test]
fn resume_of_nothing_is_fine() {
    let lab = Lab::new();
    let ended = lab.cosup(&["resume"]).run().expect(0);
    assert_eq!(ended.out, "");
    assert!(lab.emulator.journal().is_empty());
}

#[test]
fn a_touched_file_is_proved_and_an_edited_one_is_refused() {
    let lab = Lab::new();
    let (file, id) = paused(&lab);
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, &bytes).unwrap();
    lab.cosup(&["resume"]).run().expect(0);
    lab.assert_completed(&file);

    let lab = Lab::new();
    let (file, id_again) = paused(&lab);
    assert_ne!(id, id_again, "another place is another upload");
    let mut edited = bytes;
    edited[5 * SLICE] ^= 1;
    fs::write(&file, &edited).unwrap();
    let ended = lab.cosup(&["resume"]).run().expect(65);
    assert!(ended.err.contains("edited"), "{}", ended.err);
    assert!(
        ended
            .err
            .contains(&format!("cosup abort --remote {id_again}")),
        "{}",
        ended.err
    );
    assert_eq!(lab.taken().len(), 2, "nothing more was sent");
    assert_eq!(lab.checkpoints(), [id_again.as_str()]);
    // The server still holds the old revision's slices: a new upload waits until they are dealt with.
    put(&lab, &file, &[]).run().expect(73);
    lab.cosup(&["abort", "--remote", "--yes", &id_again])
        .run()
        .expect(0);
    put(&lab, &file, &[]).run().expect(0);
    lab.assert_same(&file, "object");
    assert!(lab.checkpoints().is_empty());
}

#[test]
fn other_files_in_place_of_the_file_are_noticed() {
    type Change = fn(&Path);
    let changes: [(&str, Change); 4] = [
        ("shrank", |file| truncate(file, 3 * SLICE as u64)),
        ("grew", |file| truncate(file, 9 * SLICE as u64)),
        ("edited", |file| {
            let other = file.with_extension("new");
            fs::write(&other, crate::lab::bytes(77, 5 * SLICE + 17)).unwrap();
            fs::rename(&other, file).unwrap();
        }),
        ("no such file", |file| fs::remove_file(file).unwrap()),
    ];
    for (word, change) in changes {
        let lab = Lab::new();
        let (file, id) = paused(&lab);
        change(&file);
        let ended = lab.cosup(&["resume"]).run().expect(65);
        assert!(ended.err.contains(word), "{word}: {}", ended.err);
        assert_eq!(lab.taken().len(), 2);
        assert_eq!(lab.checkpoints(), [id]);
        assert!(lab.object("object").is_none());
    }
}

fn truncate(file: &Path, len: u64) {
    let file = fs::OpenOptions::new().write(true).open(file).unwrap();
    file.set_len(len).unwrap();
}

#[test]
fn a_lost_checkpoint_is_made_anew_from_what_the_server_holds() {
    let lab = Lab::new();
    let (file, _) = paused(&lab);
    fs::remove_dir_all(lab.state()).unwrap();
    put(&lab, &file, &[]).run().expect(0);
    lab.assert_completed(&file);
}

#[test]
fn a_lost_chain_is_made_anew() {
    for damage in [None, Some(&b"garbage"[..]), Some(b"")] {
        let lab = Lab::new();
        let (file, id) = paused(&lab);
        let chain = lab.state_file(&id, "chain");
        match damage {
            // Short files may have no chain on disk.
            None => drop(fs::remove_file(chain)),
            Some(bytes) => fs::write(chain, bytes).unwrap(),
        }
        lab.cosup(&["resume"]).run().expect(0);
        lab.assert_completed(&file);
    }
}

type Damage = dyn Fn(&[u8]) -> Vec<u8>;

#[test]
fn a_damaged_checkpoint_is_set_aside() {
    let torn = |text: &[u8]| text[..text.len() / 2].to_vec();
    let nonsense = |_: &[u8]| b"\0\xff not json".to_vec();
    let damages: [&Damage; 4] = [&torn, &|_| Vec::new(), &nonsense, &|_| b"{}".to_vec()];
    for damage in damages {
        let lab = Lab::new();
        let (file, id) = paused(&lab);
        let path = lab.state_file(&id, "json");
        let broken = damage(&fs::read(&path).unwrap());
        fs::write(&path, &broken).unwrap();
        let ended = put(&lab, &file, &[]).run().expect(0);
        assert!(ended.err.contains("set aside"), "{}", ended.err);
        assert_eq!(fs::read(lab.state_file(&id, "json.bad")).unwrap(), broken);
        lab.assert_completed(&file);
    }
}

#[test]
fn a_checkpoint_of_a_newer_version_is_left_alone() {
    let lab = Lab::new();
    let (file, id) = paused(&lab);
    let path = lab.state_file(&id, "json");
    let newer = fs::read_to_string(&path)
        .unwrap()
        .replace("\"version\": 1", "\"version\": 999");
    fs::write(&path, &newer).unwrap();
    for run in [put(&lab, &file, &[]), lab.cosup(&["resume"])] {
        let ended = run.run().expect(78);
        assert!(ended.err.contains("newer cosup"), "{}", ended.err);
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), newer);
    assert_eq!(lab.taken().len(), 2);
}

#[test]
fn the_state_is_for_the_eyes_of_its_owner() {
    let lab = Lab::new();
    let (_, id) = paused(&lab);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&lab.state()), 0o700);
    assert_eq!(mode(&lab.state().join("uploads")), 0o700);
    for item in fs::read_dir(lab.state().join("uploads")).unwrap() {
        let path = item.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        assert!(!text.contains("demokey"), "{}", path.display());
    }
    assert!(lab.state_file(&id, "json").exists());
}

#[test]
fn leftover_temporary_files_are_swept() {
    let lab = Lab::new();
    let (_, id) = paused(&lab);
    let stray = lab.state_file(&id, "tmp-left");
    fs::write(&stray, b"half").unwrap();
    lab.cosup(&["resume"]).run().expect(0);
    assert!(!stray.exists());
    let left: Vec<_> = fs::read_dir(lab.state().join("uploads")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn without_a_usable_state_directory_the_upload_still_works() {
    let lab = Lab::new();
    fs::write(lab.path("taken"), b"a file").unwrap();
    let state = lab.path("taken").join("state");
    for (no, named) in [true, false].into_iter().enumerate() {
        let file = lab.file(&format!("file-{no}"), 3 * SLICE);
        let dest = format!("/demo/file-{no}");
        let run = |more: &[&str]| {
            let run = lab
                .cosup(&["put"])
                .args(SLICED)
                .args(more)
                .args([file.to_str().unwrap(), &dest]);
            if named {
                run.env("COSUP_STATE_DIR", &state)
            } else {
                run.without("COSUP_STATE_DIR").env("HOME", &state)
            }
        };
        let ended = run(&["--require-state"]).run().expect(78);
        assert!(ended.err.contains("--state-dir"), "{}", ended.err);
        assert!(lab.object(&dest[6..]).is_none());
        let ended = run(&[]).run().expect(0);
        assert!(ended.err.contains("cannot be resumed"), "{}", ended.err);
        lab.assert_same(&file, &dest[6..]);
    }
}

#[test]
fn home_need_not_be_set_when_the_directory_is_given() {
    let lab = Lab::new();
    let file = lab.file("source", 3 * SLICE);
    let ended = put(&lab, &file, &["--require-state"])
        .without("HOME")
        .run()
        .expect(0);
    assert!(!ended.err.contains("warning"), "{}", ended.err);
    lab.assert_completed(&file);
}

#[test]
fn a_full_state_directory_is_a_warning() {
    let lab = Lab::new();
    let file = lab.file("source", 3 * SLICE);
    let full = |more: &str| {
        let cosup = env!("CARGO_BIN_EXE_cosup");
        let file = file.display();
        let script = format!(
            "trap '' XFSZ; ulimit -f 0; exec {cosup} put {} {more} {file} /demo/object",
            SLICED.join(" ")
        );
        lab.shell(&script)
    };
    full("--require-state").run().expect(78);
    assert!(lab.object("object").is_none());
    let ended = full("").run().expect(0);
    assert!(ended.err.contains("cannot keep the state"), "{}", ended.err);
    lab.assert_same(&file, "object");
}

#[test]
fn abort_leaves_a_finished_object_alone() {
    let lab = Lab::new();
    let old = lab.file("old", 100);
    lab.cosup(&["put", old.to_str().unwrap(), "/demo/object"])
        .run()
        .expect(0);
    let new = lab.file("new", 3 * SLICE);
    lab.emulator
        .fail("op=upload_slice_data,nth=2,code=-5999".parse().unwrap());
    put(&lab, &new, &["-j", "1", "--if-exists", "overwrite"])
        .run()
        .expect(1);
    lab.emulator.heal();
    // The server would drop the object along with the upload that is to replace it.
    let ended = lab.cosup(&["abort", "--remote", "--all"]).run().expect(73);
    assert!(ended.err.contains("a finished object"), "{}", ended.err);
    assert_eq!(lab.count("delete"), 0);
    lab.assert_same(&old, "object");
    lab.cosup(&["resume"]).run().expect(0);
    lab.assert_same(&new, "object");
    assert!(lab.checkpoints().is_empty());
}
