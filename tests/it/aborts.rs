//! `cosup abort` and `cosup status`: giving up, and looking at what is unfinished.

use cosup::digest::Sha1Sum;

use crate::lab::Lab;
use crate::proxy::{Mischief, Proxy};
use crate::puts::{SLICED, half_sent};
use crate::raw::Client;
use crate::resumes::paused;

impl Lab {
    /// The code of the server's answer to a list of slices, and whether a session is open.
    fn listed(&self) -> (Option<i64>, bool) {
        let answer = Client::new(self.emulator.address()).list_slices("/object");
        let open = answer.json()["data"]["session"].is_string();
        (answer.code(), open)
    }
}

#[test]
fn abort_forgets_by_id_file_destination_or_age() {
    for by in ["id", "file", "dest", "all", "old"] {
        let lab = Lab::new();
        let (file, id) = paused(&lab);
        lab.cosup(&["abort", "--older-than", "7d"]).run().expect(0);
        assert_eq!(lab.checkpoints(), [id.as_str()], "it is young");
        let which = match by {
            "id" => vec![id.as_str()],
            "file" => vec![file.to_str().unwrap()],
            "dest" => vec!["/demo/object"],
            "all" => vec!["--all"],
            _ => vec!["--older-than", "0s"],
        };
        lab.cosup(&["abort"]).args(which).run().expect(0);
        assert!(lab.checkpoints().is_empty(), "{by}");
        assert_eq!(lab.listed(), (Some(0), true), "the server keeps its half");
        assert_eq!(lab.count("delete"), 0);
    }
}

#[test]
fn abort_remote_drops_the_session_of_the_server() {
    let lab = Lab::new();
    let (_, id) = paused(&lab);
    lab.cosup(&["abort", "--remote", &id]).run().expect(0);
    assert!(lab.checkpoints().is_empty());
    assert_eq!(lab.listed(), (Some(-197), false));
    assert_eq!(lab.count("delete"), 1);
}

#[test]
fn abort_remote_never_removes_a_finished_object() {
    let lab = Lab::new();
    let (file, id) = paused(&lab);
    lab.cosup(&["put"])
        .args(SLICED)
        .args([file.to_str().unwrap(), "/demo/object"])
        .env("COSUP_STATE_DIR", lab.path("elsewhere"))
        .run()
        .expect(0);
    lab.cosup(&["abort", "--remote", &id]).run().expect(0);
    assert!(lab.checkpoints().is_empty());
    lab.assert_same(&file, "object");
    assert_eq!(lab.count("delete"), 0);
}

#[test]
fn abort_remote_never_drops_the_upload_of_another() {
    let lab = Lab::new();
    let (_, id) = paused(&lab);
    let client = Client::new(lab.emulator.address());
    let dropped = client.json_once("/object", r#"{"op":"delete"}"#);
    assert_eq!(dropped.both(), (200, Some(0)));
    let theirs = crate::lab::bytes(5, 200_000);
    let sha = Sha1Sum::of(&theirs).to_string();
    half_sent(&lab, "/object", &theirs, &[0, 1], Some(&sha));
    let ended = lab.cosup(&["abort", "--remote", &id]).run().expect(73);
    assert!(ended.err.contains("not ours"), "{}", ended.err);
    assert_eq!(lab.checkpoints(), [id.as_str()]);
    assert_eq!(lab.listed(), (Some(0), true));
}

#[test]
fn an_upload_at_work_is_neither_aborted_nor_hidden() {
    let lab = Lab::new();
    let proxy = Proxy::to(lab.emulator.address());
    proxy.order("upload_slice_data", 2, 1, Mischief::Hold);
    let file = lab.file("source", 5 * 64 * 1024);
    let run = lab
        .cosup(&["put", "-j", "1"])
        .args(SLICED)
        .args([file.to_str().unwrap(), "/demo/object"])
        .env("COSUP_ENDPOINT", proxy.endpoint())
        .start();
    proxy.wait_held();
    let pid = run.pid().to_string();
    let ended = lab.cosup(&["abort", "--all"]).run().expect(76);
    assert!(ended.err.contains(&pid), "{}", ended.err);
    let shown = lab.cosup(&["status"]).run().expect(0);
    assert!(shown.out.contains(&pid), "{}", shown.out);
    let json = lab.cosup(&["status", "--json"]).run().expect(0);
    assert!(json.out.contains(&format!(":{pid}")), "{}", json.out);
    proxy.release();
    run.wait().expect(0);
    lab.assert_same(&file, "object");
    let nothing = lab.cosup(&["status"]).run().expect(0);
    assert!(!nothing.out.contains("source"), "{}", nothing.out);
}

#[test]
fn status_says_whether_the_file_still_fits() {
    let lab = Lab::new();
    let (file, id) = paused(&lab);
    let before = lab.cosup(&["status"]).run().expect(0).out;
    assert!(before.contains(&id) && before.contains("-5999"), "{before}");
    std::fs::write(&file, b"short").unwrap();
    let after = lab.cosup(&["status"]).run().expect(0).out;
    assert_ne!(before, after);
    std::fs::remove_file(&file).unwrap();
    let gone = lab.cosup(&["status"]).run().expect(0).out;
    assert_ne!(after, gone);
    assert!(
        lab.emulator
            .journal()
            .iter()
            .all(|entry| entry.op != "stat")
    );
}
