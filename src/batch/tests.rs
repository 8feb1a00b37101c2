//! Which files a batch holds, and where they go.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use std::fs;

fn tree() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for name in ["t/a.txt", "t/b.bin", "t/sub/c.txt", "t/sub/d.bin"] {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, name).unwrap();
    }
    dir
}

fn to(text: &str) -> Target {
    destination::parse(text).unwrap()
}

fn targets(sources: &[PathBuf], choice: &Choice) -> Vec<String> {
    let batch = collect(sources, &to("/b/x/"), choice).unwrap();
    batch
        .items
        .into_iter()
        .map(|item| item.target.path)
        .collect()
}

fn all() -> Choice {
    Choice {
        recursive: true,
        ..Choice::default()
    }
}

#[test]
fn a_directory_keeps_its_name_unless_it_ends_in_a_slash() {
    let dir = tree();
    assert_eq!(
        targets(&[dir.path().join("t")], &all()),
        [
            "/x/t/a.txt",
            "/x/t/b.bin",
            "/x/t/sub/c.txt",
            "/x/t/sub/d.bin"
        ]
    );
    assert_eq!(targets(&[dir.path().join("t/")], &all())[0], "/x/a.txt");
}

#[test]
fn patterns_choose() {
    let dir = tree();
    let sources = [dir.path().join("t/")];
    let choice = Choice {
        include: vec!["*.txt".into()],
        ..all()
    };
    assert_eq!(targets(&sources, &choice), ["/x/a.txt", "/x/sub/c.txt"]);
    let choice = Choice {
        exclude: vec!["sub/*".into()],
        ..all()
    };
    assert_eq!(targets(&sources, &choice), ["/x/a.txt", "/x/b.bin"]);
}

#[test]
fn shards_share_a_tree_without_rest_or_overlap() {
    let dir = tree();
    let sources = [dir.path().join("t/")];
    let mut shared: Vec<_> = (1..=3)
        .flat_map(|index| {
            let choice = Choice {
                shard: Some((index, 3)),
                ..all()
            };
            targets(&sources, &choice)
        })
        .collect();
    shared.sort();
    assert_eq!(shared, targets(&sources, &all()));
}

#[test]
fn one_name_that_cannot_be_kept_does_not_hold_up_the_others() {
    let dir = tree();
    fs::write(dir.path().join("t/a:b"), "x").unwrap();
    let batch = collect(&[dir.path().join("t/")], &to("/b/x/"), &all()).unwrap();
    assert_eq!(batch.items.len(), 4);
    let refused: Vec<_> = batch.refused.iter().map(ToString::to_string).collect();
    assert!(
        refused[0].contains("a:b: cannot keep the name"),
        "{refused:?}"
    );
}

#[test]
fn what_cannot_be_is_refused() {
    let dir = tree();
    let t = dir.path().join("t");
    let shown = |sources: &[PathBuf], target: &str, choice: &Choice| {
        collect(sources, &to(target), choice)
            .unwrap_err()
            .to_string()
    };
    assert!(shown(std::slice::from_ref(&t), "/b/x/", &Choice::default()).contains("use -r"));
    let two = [t.join("a.txt"), t.join("b.bin")];
    assert!(shown(&two, "/b/x", &Choice::default()).contains("several files"));
    let same = [t.join("a.txt"), t.join("a.txt")];
    assert!(shown(&same, "/b/x/", &Choice::default()).contains("both become"));
    let choice = Choice {
        include: vec!["[".into()],
        ..all()
    };
    assert!(shown(&[t], "/b/x/", &choice).contains("not a pattern"));
}

#[test]
fn lanes_answer_in_order_and_stop_when_told() {
    let items: Vec<usize> = (0..100).collect();
    let answers = in_lanes(&items, 4, || true, |n, item| n + item);
    assert_eq!(
        answers.into_iter().flatten().collect::<Vec<_>>(),
        (0..100).map(|n| 2 * n).collect::<Vec<_>>()
    );
    let begun = AtomicUsize::new(0);
    let answers = in_lanes(
        &items,
        1,
        || begun.load(Ordering::Relaxed) < 3,
        |_, _| begun.fetch_add(1, Ordering::Relaxed),
    );
    assert_eq!(answers.iter().flatten().count(), 3);
}
