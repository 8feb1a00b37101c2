//! Runs that overlap, and runs that are stopped: locks, two machines, signals.

use std::path::Path;

use cosup::upload::{Mode, UploadError};

use crate::inside::Inside;
use crate::lab::{Cosup, Lab, assert_once, until};
use crate::proxy::{Mischief, Proxy};
use crate::puts::SLICED;

const SLICE: usize = 64 * 1024;

/// A put through the proxy, one slice at a time.
fn put(lab: &Lab, proxy: &Proxy, file: &Path, more: &[&str]) -> Cosup {
    lab.cosup(&["put", "-j", "1"])
        .args(SLICED)
        .args(more)
        .args([file.to_str().unwrap(), "/demo/object"])
        .env("COSUP_ENDPOINT", proxy.endpoint())
}

#[test]
fn the_second_of_two_runs_is_told_who_works() {
    let lab = Lab::new();
    let proxy = Proxy::to(lab.emulator.address());
    proxy.order("upload_slice_data", 2, 1, Mischief::Hold);
    let file = lab.file("source", 5 * SLICE);
    let first = put(&lab, &proxy, &file, &[]).start();
    proxy.wait_held();
    for second in [
        put(&lab, &proxy, &file, &[]),
        lab.cosup(&["resume"])
            .env("COSUP_ENDPOINT", proxy.endpoint()),
        put(&lab, &proxy, &file, &["--wait=100ms"]),
    ] {
        let ended = second.run().expect(76);
        let pid = format!("pid {}", first.pid());
        assert!(ended.err.contains(&pid), "{pid}: {}", ended.err);
    }
    let waiting = put(&lab, &proxy, &file, &["--wait"]).start();
    proxy.release();
    first.wait().expect(0);
    waiting.wait().expect(0);
    lab.assert_same(&file, "object");
    assert_once(lab.taken());
    assert!(lab.checkpoints().is_empty());
}

#[test]
fn what_another_run_has_finished_meanwhile_is_not_resumed() {
    let inside = Inside::new(5 * SLICE, |_| {});
    let result = inside.go_on(Mode::Resume);
    assert!(matches!(result, Err(UploadError::Gone)), "{result:?}");
    assert!(inside.emulator.journal().is_empty());
    let left = std::fs::read_dir(inside.state().join("uploads")).unwrap();
    assert_eq!(left.count(), 0);
}

#[test]
fn a_dead_holder_blocks_nobody() {
    let lab = Lab::new();
    let proxy = Proxy::to(lab.emulator.address());
    proxy.order("upload_slice_data", 2, 1, Mischief::Hold);
    let file = lab.file("source", 5 * SLICE);
    let first = put(&lab, &proxy, &file, &[]).start();
    proxy.wait_held();
    first.kill();
    proxy.release();
    put(&lab, &proxy, &file, &[]).run().expect(0);
    lab.assert_same(&file, "object");
    assert_once(lab.taken());
}

#[test]
fn two_machines_with_other_files_never_mix_them() {
    let lab = Lab::new();
    let proxy = Proxy::to(lab.emulator.address());
    proxy.order("upload_slice_data", 2, 1, Mischief::Hold);
    let ours = lab.file("ours", 5 * SLICE);
    let theirs = lab.file("theirs", 5 * SLICE);
    let first = put(&lab, &proxy, &ours, &[]).start();
    proxy.wait_held();
    let second = put(&lab, &proxy, &theirs, &[]).env("COSUP_STATE_DIR", lab.path("elsewhere"));
    second.run().expect(73);
    proxy.release();
    first.wait().expect(0);
    lab.assert_same(&ours, "object");
    put(&lab, &proxy, &theirs, &[])
        .env("COSUP_STATE_DIR", lab.path("elsewhere"))
        .run()
        .expect(73);
    lab.assert_same(&ours, "object");
}

#[test]
fn two_machines_with_the_same_file_both_end_well() {
    let lab = Lab::new();
    let proxy = Proxy::to(lab.emulator.address());
    proxy.order("upload_slice_data", 2, 1, Mischief::Hold);
    let file = lab.file("source", 5 * SLICE);
    let first = put(&lab, &proxy, &file, &[]).start();
    proxy.wait_held();
    put(&lab, &proxy, &file, &[])
        .env("COSUP_STATE_DIR", lab.path("elsewhere"))
        .run()
        .expect(0);
    lab.assert_same(&file, "object");
    proxy.release();
    first.wait().expect(0);
    lab.assert_same(&file, "object");
    assert!(lab.checkpoints().is_empty());
}

#[test]
fn signals_stop_a_run_so_that_it_can_go_on() {
    for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let lab = Lab::new();
        let proxy = Proxy::to(lab.emulator.address());
        proxy.order("upload_slice_data", 2, 1, Mischief::Hold);
        let file = lab.file("source", 5 * SLICE);
        let run = put(&lab, &proxy, &file, &[]).start();
        proxy.wait_held();
        run.signal(signal);
        until("the signal is heeded", || {
            run.said().contains("stopping").then_some(())
        });
        proxy.release();
        let ended = run.wait().expect(code);
        let id = lab.checkpoints().pop().expect("a checkpoint");
        let command = format!("cosup resume {id}");
        assert!(
            ended.last_line().contains(&command),
            "{signal}: {}",
            ended.err
        );
        let taken = lab.taken().len();
        assert_eq!(taken, 3, "the slice in flight ended");
        lab.cosup(&["resume", &id])
            .env("COSUP_ENDPOINT", proxy.endpoint())
            .run()
            .expect(0);
        lab.assert_same(&file, "object");
        assert_once(lab.taken());
        assert!(lab.checkpoints().is_empty());
    }
}

#[test]
fn a_second_signal_stops_at_once() {
    let lab = Lab::new();
    let proxy = Proxy::to(lab.emulator.address());
    proxy.order("upload_slice_data", 2, 1, Mischief::Stall);
    let file = lab.file("source", 5 * SLICE);
    let run = put(&lab, &proxy, &file, &[]).start();
    until("a slice is sent", || {
        (proxy.seen("upload_slice_data") == 3).then_some(())
    });
    run.signal("TERM");
    until("the signal is heeded", || {
        run.said().contains("stopping").then_some(())
    });
    run.signal("TERM");
    run.wait().expect(143);
    proxy.heal();
    put(&lab, &proxy, &file, &[]).run().expect(0);
    lab.assert_same(&file, "object");
    assert_once(lab.taken());
}

#[test]
fn a_status_line_can_be_asked_for() {
    let lab = Lab::new();
    let proxy = Proxy::to(lab.emulator.address());
    proxy.order("upload_slice_data", 2, 1, Mischief::Hold);
    let file = lab.file("source", 5 * SLICE);
    let run = put(&lab, &proxy, &file, &["--quiet"]).start();
    proxy.wait_held();
    run.signal("USR1");
    until("the status line", || {
        run.said().contains("source: 60%").then_some(())
    });
    proxy.release();
    let ended = run.wait().expect(0);
    assert_eq!(ended.err.lines().count(), 1, "{}", ended.err);
}

#[test]
fn a_wait_for_the_server_ends_at_a_signal() {
    let lab = Lab::new();
    lab.emulator.fail(
        "op=upload_slice_data,nth=3,code=-71,retry_after=30"
            .parse()
            .unwrap(),
    );
    let file = lab.file("source", 5 * SLICE);
    let run = lab
        .cosup(&["put", "-v", "-j", "1"])
        .args(SLICED)
        .args([file.to_str().unwrap(), "/demo/object"])
        .start();
    until("the server is busy", || {
        run.said().contains("-71").then_some(())
    });
    let begun = std::time::Instant::now();
    run.signal("TERM");
    let ended = run.wait().expect(143);
    assert!(begun.elapsed().as_secs() < 20, "it waited on");
    assert!(ended.last_line().contains("cosup resume"), "{}", ended.err);
    lab.cosup(&["resume"]).run().expect(0);
    lab.assert_same(&file, "object");
    assert_once(lab.taken());
}

#[test]
fn a_server_that_says_nothing_does_not_hold_up_a_stop() {
    let lab = Lab::new();
    let proxy = Proxy::to(lab.emulator.address());
    proxy.order("upload_slice_data", 2, 9, Mischief::Mute);
    let file = lab.file("source", 5 * SLICE);
    let run = put(&lab, &proxy, &file, &[]).start();
    until("a slice is sent", || {
        (proxy.seen("upload_slice_data") == 3).then_some(())
    });
    run.signal("INT");
    let ended = run.wait().expect(130);
    assert!(ended.last_line().contains("cosup resume"), "{}", ended.err);
    proxy.heal();
    put(&lab, &proxy, &file, &[]).run().expect(0);
    lab.assert_same(&file, "object");
    assert_once(lab.taken());
}

#[test]
fn a_stopped_batch_goes_on_with_what_is_left() {
    let lab = Lab::new();
    let proxy = Proxy::to(lab.emulator.address());
    proxy.order("upload_slice_data", 2, 1, Mischief::Hold);
    let files = ["one", "two", "three", "four"].map(|name| lab.file(name, 4 * SLICE));
    let put = || {
        lab.cosup(&["put", "-j", "2"])
            .args(SLICED)
            .args(files.iter().map(|file| file.to_str().unwrap()))
            .args(["/demo/many/"])
            .env("COSUP_ENDPOINT", proxy.endpoint())
    };
    let run = put().start();
    proxy.wait_held();
    run.signal("TERM");
    until("the signal is heeded", || {
        run.said().contains("stopping").then_some(())
    });
    proxy.release();
    run.wait().expect(143);
    put().run().expect(0);
    for file in &files {
        let name = file.file_name().unwrap().to_str().unwrap();
        lab.assert_same(file, &format!("many/{name}"));
    }
    assert_eq!(lab.taken().len(), 16, "each slice of each file once");
    assert!(lab.checkpoints().is_empty());
}
