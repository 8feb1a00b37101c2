//! The bars, on a real pseudo-terminal, while a real upload goes on.

use rustix::process::Signal;

use crate::face::Place;
use crate::pty::Terminal;

const SLOW: &str = "op=upload_slice_data,rate=700000";

fn upload(place: &Place, name: &str, more: &[(&str, &str)]) -> std::process::Command {
    place.file(name, 12 << 20);
    let mut command = place.command(&["put", "--slice-threshold=0", "-j3", name, "/demo/dir/"]);
    command.env("TERM", "xterm").env("LANG", "en_US.UTF-8");
    for (name, value) in more {
        command.env(name, value);
    }
    command
}

fn drawn(rows: &[String]) -> bool {
    rows.iter().filter(|row| row.starts_with("  slice")).count() == 3
        && rows
            .iter()
            .any(|row| row.contains('%') && row.contains("/s"))
}

#[test]
fn bars_fit_the_terminal_at_every_width_and_leave_nothing_behind() {
    for width in [40_u16, 80, 200] {
        let place = Place::with_faults(&[SLOW]);
        let terminal = Terminal::start(&mut upload(&place, "backup.tar", &[]), width, 24);
        let rows = terminal.until(drawn);
        assert!(rows[0].starts_with("backup.tar"), "{width}: {rows:#?}");
        assert!(
            rows[1].starts_with("  >") && rows[1].ends_with('░'),
            "{width}: {rows:#?}"
        );
        assert_eq!(rows.len(), 5, "{width}: {rows:#?}");
        if width >= 80 {
            terminal.until(|rows| rows[0].contains("of 12.0 MiB") && rows[0].contains(" left"));
        }
        place.emulator.heal();
        let (status, rows, _) = terminal.finish();
        assert!(status.success());
        let text = rows.concat();
        assert!(rows[0].starts_with("http://demo-1250000000"), "{rows:#?}");
        assert!(text.contains("sent 12.0 MiB in"), "{rows:#?}");
        assert!(!text.contains("slice"), "{rows:#?}");
    }
}

#[test]
fn bars_follow_a_terminal_that_is_resized() {
    let place = Place::with_faults(&[SLOW]);
    let terminal = Terminal::start(&mut upload(&place, "backup.tar", &[]), 120, 24);
    terminal.until(drawn);
    terminal.resize(40, 24);
    terminal.until(|rows| drawn(rows) && rows.iter().all(|row| row.chars().count() < 40));
    place.emulator.heal();
    assert!(terminal.finish().0.success());
}

#[test]
fn wide_names_are_cut_where_they_do_not_fit() {
    let place = Place::with_faults(&[SLOW]);
    let name = "每晚的数据库完整备份文件用于灾难恢复演练.tar";
    let terminal = Terminal::start(&mut upload(&place, name, &[]), 40, 24);
    let rows = terminal.until(drawn);
    assert!(
        rows[0].contains('…') && rows[0].contains(".tar"),
        "{rows:#?}"
    );
    assert_eq!(rows.len(), 5, "{rows:#?}");
    place.emulator.heal();
    assert!(terminal.finish().0.success());
}

#[test]
fn a_locale_without_unicode_gets_none() {
    let place = Place::with_faults(&[SLOW]);
    let command = &mut upload(&place, "备份.tar", &[("LC_ALL", "C")]);
    let terminal = Terminal::start(command, 80, 24);
    let rows = terminal.until(drawn);
    assert!(rows[0].starts_with("??.tar"), "{rows:#?}");
    assert!(rows.concat().is_ascii(), "{rows:#?}");
    place.emulator.heal();
    assert!(terminal.finish().0.success());
}

#[test]
fn a_terminal_that_refuses_colours_or_drawing_is_respected() {
    let place = Place::with_faults(&[SLOW]);
    let command = &mut upload(&place, "a.tar", &[("NO_COLOR", "1")]);
    let terminal = Terminal::start(command, 80, 24);
    terminal.until(drawn);
    place.emulator.heal();
    let (_, _, bytes) = terminal.finish();
    for color in ["\x1b[2m", "\x1b[32m", "\x1b[36m"] {
        assert!(!bytes.contains(color));
    }

    let place = Place::new();
    let command = &mut upload(&place, "a.tar", &[("TERM", "dumb")]);
    let (_, _, bytes) = Terminal::start(command, 80, 24).finish();
    assert!(!bytes.contains('\x1b'));
}

#[test]
fn a_long_wait_says_what_for() {
    let place = Place::with_faults(&["op=upload_slice_data,code=-71,status=503,retry_after=20"]);
    let terminal = Terminal::start(&mut upload(&place, "a.tar", &[]), 80, 24);
    let rows = terminal.until(|rows| rows.concat().contains("waiting"));
    let text = rows.concat();
    assert!(
        text.contains(" s before try 2: server busy (-71)"),
        "{rows:#?}"
    );
    terminal.signal(Signal::INT);
    let (status, rows, _) = terminal.finish();
    assert_eq!(status.code(), Some(130), "{rows:#?}");
    let last = rows.last().unwrap();
    assert!(last.starts_with("cosup resume "), "{rows:#?}");
}

#[test]
fn nothing_is_drawn_of_a_run_that_is_over_at_once() {
    let place = Place::new();
    place.file("small", 10);
    let mut command = place.command(&["put", "small", "/demo/dir/"]);
    command.env("TERM", "xterm");
    let (status, _, bytes) = Terminal::start(&mut command, 80, 24).finish();
    assert!(status.success());
    assert!(!bytes.contains('\x1b'));
}

#[test]
fn many_files_have_a_total_line() {
    let place = Place::with_faults(&[SLOW]);
    for name in ["a.bin", "b.bin", "c.bin"] {
        place.file(name, 1 << 20);
    }
    let mut command = place.command(&[
        "put",
        "--slice-threshold=0",
        "-j2",
        "a.bin",
        "b.bin",
        "c.bin",
        "/demo/dir/",
    ]);
    command.env("TERM", "xterm").env("LANG", "C.UTF-8");
    let terminal = Terminal::start(&mut command, 80, 24);
    let rows = terminal.until(|rows| rows.iter().any(|row| row.contains("  slice")));
    assert!(
        rows[0].contains("of 3 files") && rows[0].contains("of 3.0 MiB"),
        "{rows:#?}"
    );
    place.emulator.heal();
    let (status, rows, _) = terminal.finish();
    assert!(status.success());
    assert!(rows.concat().contains("3 of 3 files done"), "{rows:#?}");
}
