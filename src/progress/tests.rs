//! The display as a whole: what it draws and prints, compared whole.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::Arc;

use indicatif::{InMemoryTerm, ProgressDrawTarget};

use super::*;
use crate::remote::{Kind, Op, RemoteError, Sent, Target};
use crate::slice::{Grid, SliceSet};

const MIB: u64 = 1 << 20;

/// A board, and a clock that moves only when it is told to.
struct Stage {
    board: Board,
    now: Instant,
}

impl Stage {
    fn new() -> Self {
        let now = Instant::now();
        Self {
            board: Board::new(now),
            now,
        }
    }

    fn tell(&mut self, no: usize, event: &Event<'_>) {
        self.board.note(UploadNo(no), event, self.now);
    }

    fn begin(&mut self, no: usize, name: &str, len: u64) {
        let target = Target {
            bucket: "b".into(),
            path: format!("/{name}"),
        };
        self.tell(
            no,
            &Event::Begin {
                id: "0123",
                source: Path::new(name),
                target: &target,
                len,
            },
        );
    }

    fn wait(&mut self, time: Duration) {
        self.now += time;
        self.board.tick(self.now);
    }

    fn drawn(&self, width: usize, height: usize) -> String {
        let canvas = Canvas {
            width,
            height,
            colors: false,
            unicode: false,
        };
        frame::frame(&self.board, canvas, self.now).join("\n")
    }
}

/// An upload of 16 slices: four were held, two landed, two are on their way, one of those waits.
fn sending() -> Stage {
    let mut stage = Stage::new();
    stage.begin(0, "backup.tar", 16 * MIB);
    let grid = Grid::new(16 * MIB, MIB).unwrap();
    let held: SliceSet = (0..4).collect();
    stage.tell(
        0,
        &Event::Session {
            grid,
            held: &held,
            serial: false,
            resumed: true,
        },
    );
    stage.wait(Duration::ZERO);
    let sent: Vec<_> = (4..8).map(|_| Arc::new(Sent::default())).collect();
    for (index, sent) in (4..8).zip(&sent) {
        let slice = grid.slice(index).unwrap();
        let sent = Arc::clone(sent);
        stage.tell(0, &Event::SliceBegin { slice, sent });
    }
    stage.wait(Duration::ZERO);
    for index in [4, 5] {
        let slice = grid.slice(index).unwrap();
        stage.tell(0, &Event::SliceHeld { slice });
    }
    let mut error = RemoteError::new(Op::Slice, Kind::Busy, "busy");
    error.code = Some(-71);
    stage.tell(
        0,
        &Event::Wait {
            op: Op::Slice,
            slice: grid.slice(7),
            attempt: 3,
            delay: Duration::from_secs(9),
            error: &error,
        },
    );
    sent[2].add(MIB / 2);
    stage.wait(Duration::from_secs(1));
    stage
}

#[test]
fn an_upload_is_drawn_to_fit() {
    let stage = sending();
    assert_eq!(
        stage.drawn(40, 24),
        "\
backup.tar   40%  2.5 MiB/s  0:04 left
  ==========####>>>>>..................
  slice 6     ######......  512.0 KiB/s
  slice 7     waiting 8 s before try...",
    );
    assert_eq!(
        stage.drawn(80, 24),
        "\
backup.tar   40%  6.5 MiB of 16.0 MiB  2.5 MiB/s  0:04 left
  ====================#########>>>>>>>>>>......................................
  slice 6     ###############...............  512.0 KiB of 1.0 MiB  512.0 KiB/s
  slice 7     waiting 8 s before try 3: server busy (-71)",
    );
    // Without room, slices go first, then maps.
    assert_eq!(stage.drawn(80, 4).lines().count(), 2);
    assert_eq!(stage.drawn(80, 2).lines().count(), 1);
    for width in 1..220 {
        for line in stage.drawn(width, 24).lines() {
            assert!(line.len() < width.max(45), "{width}: {line}");
        }
    }
}

#[test]
fn bytes_held_before_are_no_speed() {
    let mut stage = Stage::new();
    stage.begin(0, "a", 100 * MIB);
    let grid = Grid::new(100 * MIB, MIB).unwrap();
    let held: SliceSet = (0..90).collect();
    stage.tell(
        0,
        &Event::Session {
            grid,
            held: &held,
            serial: true,
            resumed: true,
        },
    );
    stage.wait(Duration::ZERO);
    let slice = grid.slice(90).unwrap();
    stage.tell(0, &Event::SliceHeld { slice });
    stage.wait(Duration::from_secs(1));
    assert_eq!(
        lines::line(&stage.board, stage.now),
        "a: 91%, 91.0 MiB of 100.0 MiB, 1.0 MiB/s, 0:09 left"
    );
}

#[test]
fn hashing_has_a_bar_of_its_own() {
    let mut stage = Stage::new();
    stage.begin(0, "a.tar", 8 * MIB);
    let hashing = |done| Event::Hashing {
        done,
        total: 8 * MIB,
    };
    stage.tell(0, &hashing(0));
    stage.wait(Duration::from_secs(1));
    stage.tell(0, &hashing(2 * MIB));
    stage.wait(Duration::from_secs(1));
    assert_eq!(
        stage.drawn(60, 24),
        "\
hashing a.tar   25%  1.0 MiB/s  0:06 left
  ##############...........................................",
    );
}

#[test]
fn many_files_have_a_total() {
    let mut stage = Stage::new();
    let plan = Event::Plan {
        files: 40,
        bytes: 80 * MIB,
    };
    stage.tell(0, &plan);
    for no in 0..30 {
        stage.begin(no, &format!("file{no}"), 2 * MIB);
    }
    stage.tell(30, &Event::Failed { message: "gone" });
    let drawn = stage.drawn(80, 10);
    let rows: Vec<&str> = drawn.lines().collect();
    assert_eq!(rows.len(), 9);
    assert_eq!(rows[0], "0 of 40 files, 1 failed    0%  0 B of 80.0 MiB");
    assert_eq!(rows[8], "  and 23 more");
}

#[test]
fn lines_go_above_the_drawing_and_the_drawing_goes_away() {
    let term = InMemoryTerm::new(10, 40);
    let target = ProgressDrawTarget::term_like_with_hz(Box::new(term.clone()), 255);
    let mut painter = Painter::on(target);
    painter.draw(&["one".to_owned(), "two".to_owned()]);
    assert_eq!(term.contents(), "one\ntwo");
    painter.aside(|| {
        assert_eq!(term.contents(), "");
    });
    assert_eq!(term.contents(), "one\ntwo");
    painter.clear();
    assert_eq!(term.contents(), "");
    painter.aside(|| ());
    assert_eq!(term.contents(), "");
}

#[test]
fn a_request_line_has_all_but_what_signs() {
    let event = Event::Request {
        method: "POST",
        path: "/files/v2/1/b/x",
        op: Op::Slice,
        offset: Some(1_048_576),
        status: Some(200),
        code: Some(0),
        request_id: Some("abc"),
        took: Duration::from_millis(35),
    };
    assert_eq!(
        request_line(&event).unwrap(),
        "POST /files/v2/1/b/x upload_slice_data offset=1048576 status=200 code=0 request=abc 35 ms"
    );
}
