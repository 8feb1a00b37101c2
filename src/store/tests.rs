//! Locks, atomic writes, and what is done about damaged state.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::digest::RECORD_LEN;
use crate::source::Stamp;
use proptest::prelude::*;
use std::os::unix::fs::PermissionsExt;

fn checkpoint() -> Checkpoint {
    Checkpoint {
        version: VERSION,
        destination: Destination {
            endpoint: "http://127.0.0.1:1".into(),
            appid: "1".into(),
            bucket: "b".into(),
            path: "/d/f".into(),
        },
        source: Origin {
            path: "/f".into(),
            stamp: Stamp {
                len: 100,
                mtime_ns: 1,
                ctime_ns: 2,
                dev: 3,
                inode: 4,
            },
            sha1: "0".repeat(40),
        },
        overwrite: false,
        biz_attr: None,
        slice_size: 10,
        whole: false,
        make_parents: true,
        session: Some(SavedSession {
            id: "s".into(),
            slice_size: 10,
            serial: false,
            held: vec![(0, 3), (7, 10)],
        }),
        created: 1,
        updated: 2,
        last_error: None,
    }
}

fn id() -> UploadId {
    UploadId::of(&checkpoint().destination, Path::new("/f"))
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn what_is_saved_is_loaded_and_nobody_else_can_read_it() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let store = Store::open(&state).unwrap();
    let lock = store.lock(&id()).unwrap();
    assert!(matches!(lock.load().unwrap(), Loaded::Nothing));
    lock.save(&checkpoint()).unwrap();
    match lock.load().unwrap() {
        Loaded::Checkpoint(loaded) => {
            assert_eq!(*loaded, checkpoint());
            assert_eq!(loaded.session.unwrap().held().len(), 6);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(mode(&state), 0o700);
    for item in fs::read_dir(state.join("uploads")).unwrap() {
        assert_eq!(mode(&item.unwrap().path()), 0o600);
    }
    lock.remove().unwrap();
    assert_eq!(fs::read_dir(state.join("uploads")).unwrap().count(), 0);
}

#[test]
fn one_holder_at_a_time_and_its_pid_is_known() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let lock = store.lock(&id()).unwrap();
    let me = std::process::id();
    match store.lock(&id()) {
        Err(StoreError::Busy { pid }) => assert_eq!(pid, Some(me)),
        other => panic!("{other:?}"),
    }
    assert_eq!(store.holder(&id()), Some(me));
    drop(lock);
    assert_eq!(store.holder(&id()), None);
    store.lock(&id()).unwrap();
}

#[test]
fn a_lock_let_go_is_free_even_while_a_child_has_a_copy_of_its_file() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let lock = store.lock(&id()).unwrap();
    let _copy = lock.file.try_clone().unwrap();
    drop(lock);
    store.lock(&id()).unwrap();
}

#[test]
fn a_look_at_the_holder_is_in_nobodys_way() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                store.holder(&id());
            }
        });
        let refused = (0..5000).filter(|_| store.lock(&id()).is_err()).count();
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(refused, 0);
    });
}

#[test]
fn stray_temporary_files_are_swept_under_the_lock() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let stray = dir.path().join("uploads").join(format!("{}.tmp-x", id()));
    fs::write(&stray, "half").unwrap();
    store.lock(&id()).unwrap();
    assert!(!stray.exists());
}

#[test]
fn a_newer_version_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let lock = store.lock(&id()).unwrap();
    let path = store.file(&id(), "json");
    for text in [
        r#"{"version": 2, "shape": "unknown"}"#.to_owned(),
        String::from_utf8(checkpoint().to_json().unwrap())
            .unwrap()
            .replace("\"version\": 1", "\"version\": 9"),
    ] {
        fs::write(&path, &text).unwrap();
        assert!(matches!(lock.load(), Err(StoreError::Newer { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn a_checkpoint_of_version_1_is_read() {
    let text = include_str!("../../tests/data/checkpoint-v1.json");
    let checkpoint = Checkpoint::from_json(text.as_bytes()).unwrap();
    assert_eq!(checkpoint.session.unwrap().held().len(), 6);
}

#[test]
fn damaged_checkpoints_are_set_aside() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let lock = store.lock(&id()).unwrap();
    let path = store.file(&id(), "json");
    let good = checkpoint().to_json().unwrap();
    let mut damaged: Vec<Vec<u8>> = (0..good.len() - 2).map(|n| good[..n].to_vec()).collect();
    damaged.push(b"garbage".to_vec());
    damaged.push(vec![0; 300]);
    for text in damaged {
        fs::write(&path, &text).unwrap();
        assert!(matches!(lock.load().unwrap(), Loaded::SetAside(_)));
        assert!(!path.exists());
    }
}

fn write_chain(lock: &Lock, parts: u64) -> DigestChain {
    let mut writer = lock.begin_chain().unwrap();
    for part in 0..parts {
        writer
            .write_all(&[u8::try_from(part).unwrap(); RECORD_LEN])
            .unwrap();
    }
    writer.seal(parts * 64, 64, Sha1Sum::of(b"f")).unwrap()
}

#[test]
fn a_chain_is_read_back_and_damage_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let lock = store.lock(&id()).unwrap();
    let sum = Sha1Sum::of(b"f");
    assert!(lock.load_chain(sum, 320).is_none());
    let written = write_chain(&lock, 5);
    let read = lock.load_chain(sum, 320).unwrap();
    assert_eq!(read.part(4).unwrap(), written.part(4).unwrap());
    assert!(lock.load_chain(Sha1Sum::of(b"g"), 320).is_none());
    assert!(lock.load_chain(sum, 321).is_none());

    let path = store.file(&id(), "chain");
    let good = fs::read(&path).unwrap();
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 1;
        fs::write(&path, &bad).unwrap();
        assert!(lock.load_chain(sum, 320).is_none(), "byte {at}");
        fs::write(&path, &good[..at]).unwrap();
        assert!(lock.load_chain(sum, 320).is_none(), "cut at {at}");
    }
}

#[test]
fn ids_are_stable_and_tell_pairs_apart() {
    let destination = checkpoint().destination;
    let one = UploadId::of(&destination, Path::new("/a"));
    assert_eq!(one, UploadId::of(&destination, Path::new("/a")));
    assert_ne!(one, UploadId::of(&destination, Path::new("/b")));
    assert_eq!(UploadId::parse(one.as_str()), Some(one));
    assert_eq!(UploadId::parse("../../etc/pa"), None);
}

#[test]
fn a_path_need_not_be_unicode() {
    use std::os::unix::ffi::OsStrExt;
    let mut saved = checkpoint();
    saved.source.path = PathBuf::from(std::ffi::OsStr::from_bytes(b"/f\xff"));
    let text = saved.to_json().unwrap();
    assert_eq!(Checkpoint::from_json(&text).unwrap(), saved);
}

proptest! {
    #[test]
    fn no_content_of_a_checkpoint_panics(text in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Checkpoint::from_json(&text);
    }

    #[test]
    fn no_content_of_a_chain_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        file.seek(SeekFrom::Start(0)).unwrap();
        prop_assert!(chain::read(file).unwrap().is_none());
    }
}
