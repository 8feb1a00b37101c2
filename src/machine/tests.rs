//! One row per case of PROTOCOL §3, §6 and §7.2 that concerns the flow, and the properties of every flow.
#![expect(
    clippy::unwrap_used,
    clippy::too_many_lines,
    clippy::unnecessary_wraps,
    reason = "a test fails by panicking, and a table is as long as its cases"
)]

use super::*;
use crate::digest::Sha1Sum;
use crate::remote::{Existing, Part, Stat};
use proptest::prelude::*;

const LEN: u64 = 10;
const SLICE: u64 = 4;

fn sum() -> Sha1Sum {
    Sha1Sum::of(b"the file")
}

fn plan() -> Plan {
    Plan {
        file_len: LEN,
        sha1: sum(),
        whole: false,
        slice_size: SLICE,
        jobs: 2,
        existing: Existing::Keep,
        make_parents: true,
        known: None,
    }
}

fn known() -> Option<Known> {
    Some(Known {
        session: "s".into(),
        slice_size: SLICE,
        serial: false,
    })
}

fn located() -> Location {
    Location {
        access_url: Some("http://a/o".into()),
        ..Location::default()
    }
}

fn fails(kind: Kind) -> RemoteError {
    RemoteError::new(Op::Init, kind, "scripted")
}

fn session(slice_size: u64, serial: Option<bool>) -> Session {
    Session {
        id: "s".into(),
        slice_size: Some(slice_size),
        serial,
    }
}

fn unfinished(sha: Option<String>, parts: &[(u64, u64)]) -> Unfinished {
    Unfinished {
        session: session(SLICE, None),
        file_len: Some(LEN),
        sha,
        parts: parts
            .iter()
            .map(|(offset, len)| Part {
                offset: *offset,
                len: *len,
            })
            .collect(),
    }
}

fn listed(sha: Option<String>, parts: &[(u64, u64)]) -> Reply {
    Reply::List(Ok(Listed::Unfinished(unfinished(sha, parts))))
}

fn ours() -> Option<String> {
    Some(sum().to_string())
}

fn stat(len: u64, sha: Option<String>) -> Reply {
    Reply::Confirm(Ok(Stat {
        file_len: Some(len),
        held_len: Some(len),
        sha,
        location: located(),
        ..Stat::default()
    }))
}

fn init_ok() -> Reply {
    Reply::Init(Ok(Initiated::Session(session(SLICE, None))))
}

fn init_err(kind: Kind) -> Reply {
    Reply::Init(Err(fails(kind)))
}

fn slice(index: u64) -> Slice {
    Grid::new(LEN, SLICE).unwrap().slice(index).unwrap()
}

fn held(index: u64) -> Reply {
    Reply::Slice(slice(index), Ok(Stored::Held { serial: None }))
}

fn slice_err(index: u64, kind: Kind) -> Reply {
    Reply::Slice(slice(index), Err(fails(kind)))
}

/// The next step in a few letters, so that a row can be read.
fn seen(machine: &Machine) -> String {
    match machine.next() {
        Step::Whole => "whole".into(),
        Step::Init { slice_size } => format!("init {slice_size}"),
        Step::MakeParents => "parents".into(),
        Step::List => "list".into(),
        Step::Slices(slices) => {
            let offsets: Vec<_> = slices.iter().map(|s| s.offset.to_string()).collect();
            format!("slices {}", offsets.join(","))
        }
        Step::Finish => "finish".into(),
        Step::Confirm => "confirm".into(),
        Step::Done(Outcome::Done(done)) => format!("{:?}", done.how),
        Step::Done(Outcome::Conflict(Conflict::OtherObject)) => "other object".into(),
        Step::Done(Outcome::Conflict(Conflict::OtherUpload { .. })) => "other upload".into(),
        Step::Done(Outcome::Failed(error)) => format!("failed {:?}", error.kind),
    }
}

/// Applies the replies and compares the step after each.
fn row(name: &str, plan: Plan, first: &str, script: Vec<(Reply, &str)>) {
    let mut machine = Machine::new(plan);
    assert_eq!(seen(&machine), first, "{name}: at the start");
    for (n, (reply, then)) in script.into_iter().enumerate() {
        let shown = format!("{reply:?}");
        machine.apply(reply).unwrap();
        assert_eq!(seen(&machine), then, "{name}: after reply {n}, {shown}");
    }
}

#[test]
fn init_section_3_1() {
    row(
        "a new session, parallel when the answer does not say",
        plan(),
        "init 4",
        vec![
            (init_ok(), "slices 0,4"),
            (held(1), "slices 0,8"),
            (held(0), "slices 8"),
            (held(2), "finish"),
            (Reply::Finish(Ok(located())), "confirm"),
            (stat(LEN, ours()), "Slices"),
        ],
    );
    row(
        "serial_upload = 1",
        plan(),
        "init 4",
        vec![
            (
                Reply::Init(Ok(Initiated::Session(session(SLICE, Some(true))))),
                "slices 0",
            ),
            (held(0), "slices 4"),
        ],
    );
    row(
        "a slice answer may turn the session serial",
        plan(),
        "init 4",
        vec![
            (init_ok(), "slices 0,4"),
            (
                Reply::Slice(slice(0), Ok(Stored::Held { serial: Some(true) })),
                "slices 4",
            ),
        ],
    );
    row(
        "the server's slice size is the one used",
        plan(),
        "init 4",
        vec![(
            Reply::Init(Ok(Initiated::Session(session(6, None)))),
            "slices 0,6",
        )],
    );
    row(
        "no slice size in the answer: the one asked for",
        plan(),
        "init 4",
        vec![(
            Reply::Init(Ok(Initiated::Session(session(0, None)))),
            "slices 0,4",
        )],
    );
    row(
        "an absurd slice size is refused",
        plan(),
        "init 4",
        vec![(
            Reply::Init(Ok(Initiated::Session(session(1 << 40, None)))),
            "failed Permanent",
        )],
    );
    row(
        "instant upload, proved",
        plan(),
        "init 4",
        vec![
            (Reply::Init(Ok(Initiated::Instant(located()))), "confirm"),
            (stat(LEN, ours()), "Instant"),
        ],
    );
    row(
        "neither session nor URLs: only a stat that agrees counts",
        plan(),
        "init 4",
        vec![
            (Reply::Init(Ok(Initiated::Unnamed)), "confirm"),
            (stat(LEN, None), "other object"),
        ],
    );
    row(
        "-284: once more with 1 MiB",
        plan(),
        "init 4",
        vec![
            (init_err(Kind::SliceSize), "init 1048576"),
            (init_err(Kind::SliceSize), "failed SliceSize"),
        ],
    );
    row(
        "-4020",
        plan(),
        "init 4",
        vec![(init_err(Kind::UnfinishedOther), "other upload")],
    );
    row(
        "a missing directory is made once",
        plan(),
        "init 4",
        vec![
            (init_err(Kind::NotFound), "parents"),
            (Reply::MakeParents(Ok(())), "init 4"),
            (init_err(Kind::NotFound), "failed NotFound"),
        ],
    );
    row(
        "no bucket is no missing directory",
        plan(),
        "init 4",
        vec![(init_err(Kind::NoBucket), "failed NoBucket")],
    );
    row(
        "directories are not made when that is not wanted",
        Plan {
            make_parents: false,
            ..plan()
        },
        "init 4",
        vec![(init_err(Kind::NotFound), "failed NotFound")],
    );
}

#[test]
fn what_is_in_the_way() {
    row(
        "-177 with the same content is success",
        plan(),
        "init 4",
        vec![
            (init_err(Kind::Exists), "confirm"),
            (stat(LEN, ours()), "AlreadyThere"),
        ],
    );
    for (name, reply) in [
        ("other sum", stat(LEN, Some(Sha1Sum::of(b"x").to_string()))),
        ("other length", stat(LEN + 1, ours())),
        ("no sum", stat(LEN, None)),
    ] {
        row(
            name,
            plan(),
            "init 4",
            vec![(init_err(Kind::Exists), "confirm"), (reply, "other object")],
        );
    }
    row(
        "-4018 counts only after stat",
        plan(),
        "init 4",
        vec![
            (init_err(Kind::SameFile), "confirm"),
            (stat(LEN, ours()), "AlreadyThere"),
        ],
    );
    row(
        "an instant hit that is not there: begin again",
        plan(),
        "init 4",
        vec![
            (Reply::Init(Ok(Initiated::Instant(located()))), "confirm"),
            (Reply::Confirm(Err(fails(Kind::NotFound))), "init 4"),
        ],
    );
}

#[test]
fn list_section_3_3() {
    let pending = || init_err(Kind::Unfinished);
    row(
        "-4019, then the gaps, serial because nobody says otherwise",
        plan(),
        "init 4",
        vec![
            (pending(), "list"),
            (listed(ours(), &[(4, 4)]), "slices 0"),
            (held(0), "slices 8"),
        ],
    );
    row(
        "off the grid, of a wrong length, past the end: not believed",
        plan(),
        "init 4",
        vec![
            (pending(), "list"),
            (
                listed(ours(), &[(0, 3), (2, 4), (8, 4), (12, 4)]),
                "slices 0",
            ),
        ],
    );
    row(
        "all there: straight to finish",
        plan(),
        "init 4",
        vec![
            (pending(), "list"),
            (listed(ours(), &[(0, 4), (4, 4), (8, 2)]), "finish"),
        ],
    );
    row(
        "the sum may carry a suffix",
        plan(),
        "init 4",
        vec![
            (pending(), "list"),
            (listed(Some(format!("{}_9", sum())), &[]), "slices 0"),
        ],
    );
    row(
        "another sum",
        plan(),
        "init 4",
        vec![
            (pending(), "list"),
            (listed(Some("f".repeat(40)), &[]), "other upload"),
        ],
    );
    row(
        "no sum and no checkpoint",
        plan(),
        "init 4",
        vec![(pending(), "list"), (listed(None, &[]), "other upload")],
    );
    row(
        "no sum, but the checkpoint ties the session to the file",
        Plan {
            known: known(),
            ..plan()
        },
        "list",
        vec![(listed(None, &[(0, 4)]), "slices 4,8")],
    );
    row(
        "a checkpoint of another session ties nothing",
        Plan {
            known: Some(Known {
                session: "older".into(),
                slice_size: SLICE,
                serial: false,
            }),
            ..plan()
        },
        "list",
        vec![(listed(None, &[]), "other upload")],
    );
    let mut longer = unfinished(ours(), &[]);
    longer.file_len = Some(LEN + 1);
    row(
        "another length",
        plan(),
        "init 4",
        vec![
            (pending(), "list"),
            (Reply::List(Ok(Listed::Unfinished(longer))), "other upload"),
        ],
    );
    let mut wider = unfinished(ours(), &[(0, 6)]);
    wider.session.slice_size = Some(6);
    row(
        "the slice size of the list is the one used",
        plan(),
        "init 4",
        vec![
            (pending(), "list"),
            (Reply::List(Ok(Listed::Unfinished(wider))), "slices 6"),
        ],
    );
    row(
        "complete, and ours",
        plan(),
        "init 4",
        vec![
            (pending(), "list"),
            (Reply::List(Ok(Listed::Complete(located()))), "confirm"),
            (stat(LEN, ours()), "AlreadyThere"),
        ],
    );
    row(
        "complete, and another's",
        Plan {
            known: known(),
            ..plan()
        },
        "list",
        vec![
            (Reply::List(Ok(Listed::Complete(located()))), "confirm"),
            (stat(LEN, Some("0".repeat(40))), "other object"),
        ],
    );
    row(
        "complete is the object to be replaced: begin",
        Plan {
            known: known(),
            existing: Existing::Replace,
            ..plan()
        },
        "list",
        vec![
            (Reply::List(Ok(Listed::Complete(located()))), "confirm"),
            (stat(LEN, Some("0".repeat(40))), "init 4"),
        ],
    );
    row(
        "nothing there any more: begin again",
        Plan {
            known: known(),
            ..plan()
        },
        "list",
        vec![
            (Reply::List(Ok(Listed::Nothing)), "init 4"),
            (init_ok(), "slices 0,4"),
        ],
    );
}

#[test]
fn slices_section_6() {
    let opened = || (init_ok(), "slices 0,4");
    for kind in [
        Kind::SessionLost,
        Kind::ListFirst,
        Kind::NotFound,
        Kind::HashDiffers,
    ] {
        row(
            "the session is lost or in doubt: list",
            plan(),
            "init 4",
            vec![
                opened(),
                (slice_err(0, kind), "list"),
                (held(1), "list"),
                (listed(ours(), &[(4, 4)]), "slices 0,8"),
            ],
        );
    }
    for kind in [
        Kind::Refused,
        Kind::Busy,
        Kind::Cut,
        Kind::Permanent,
        Kind::Stopped,
    ] {
        row(
            "a failure that no list cures ends the upload",
            plan(),
            "init 4",
            vec![
                opened(),
                (slice_err(0, kind), &format!("failed {kind:?}")),
                (held(1), &format!("failed {kind:?}")),
            ],
        );
    }
    row(
        "the last slice completes the object",
        plan(),
        "init 4",
        vec![
            opened(),
            (
                Reply::Slice(slice(0), Ok(Stored::Complete(located()))),
                "confirm",
            ),
            (stat(LEN, ours()), "Slices"),
        ],
    );
}

#[test]
fn finish_section_3_5() {
    let full = || listed(ours(), &[(0, 4), (4, 4), (8, 2)]);
    let ready = || Plan {
        known: known(),
        ..plan()
    };
    for kind in [
        Kind::LengthDiffers,
        Kind::Cut,
        Kind::Timeout,
        Kind::Garbage,
        Kind::SessionLost,
    ] {
        row(
            "doubt at finish: list, fill the gaps, finish again",
            ready(),
            "list",
            vec![
                (full(), "finish"),
                (Reply::Finish(Err(fails(kind))), "list"),
                (listed(ours(), &[(0, 4), (8, 2)]), "slices 4"),
                (held(1), "finish"),
                (Reply::Finish(Ok(located())), "confirm"),
                (stat(LEN, ours()), "Slices"),
            ],
        );
    }
    row(
        "finish answered and lost",
        ready(),
        "list",
        vec![
            (full(), "finish"),
            (Reply::Finish(Err(fails(Kind::Cut))), "list"),
            (Reply::List(Ok(Listed::Complete(located()))), "confirm"),
            (stat(LEN, ours()), "Slices"),
        ],
    );
    row(
        "the sum is refused: nothing is deleted, nothing repeated",
        ready(),
        "list",
        vec![
            (full(), "finish"),
            (
                Reply::Finish(Err(fails(Kind::HashDiffers))),
                "failed HashDiffers",
            ),
        ],
    );
    row(
        "finished, but the object is another's by now",
        ready(),
        "list",
        vec![
            (full(), "finish"),
            (Reply::Finish(Ok(located())), "confirm"),
            (stat(LEN, Some("1".repeat(40))), "other object"),
        ],
    );
    row(
        "finished at a server that keeps no sums",
        ready(),
        "list",
        vec![
            (full(), "finish"),
            (Reply::Finish(Ok(located())), "confirm"),
            (stat(LEN, None), "Slices"),
        ],
    );
    row(
        "finished, but slow to appear: nothing is sent again",
        ready(),
        "list",
        vec![
            (full(), "finish"),
            (Reply::Finish(Ok(located())), "confirm"),
            (Reply::Confirm(Err(fails(Kind::NotFound))), "list"),
            (Reply::List(Ok(Listed::Complete(located()))), "confirm"),
            (stat(LEN, ours()), "Slices"),
        ],
    );
    row(
        "finished, answer lost, no sums: the session is asked to finish once more",
        ready(),
        "list",
        vec![
            (full(), "finish"),
            (Reply::Finish(Err(fails(Kind::Cut))), "list"),
            (Reply::List(Ok(Listed::Complete(located()))), "confirm"),
            (stat(LEN, None), "finish"),
            (Reply::Finish(Ok(located())), "confirm"),
            (stat(LEN, None), "Slices"),
        ],
    );
    let mut rounds = vec![(full(), "finish")];
    for _ in 0..MAX_ROUNDS {
        rounds.push((Reply::Finish(Err(fails(Kind::LengthDiffers))), "list"));
        rounds.push((full(), "finish"));
    }
    rounds.push((
        Reply::Finish(Err(fails(Kind::LengthDiffers))),
        "failed LengthDiffers",
    ));
    row("rounds are bounded", ready(), "list", rounds);
}

#[test]
fn whole_section_1_2() {
    let whole = || Plan {
        whole: true,
        ..plan()
    };
    row(
        "sent and proved",
        whole(),
        "whole",
        vec![
            (Reply::Whole(Ok(located())), "confirm"),
            (stat(LEN, ours()), "Whole"),
        ],
    );
    for kind in [Kind::Exists, Kind::SameFile] {
        row(
            "the same bytes are there",
            whole(),
            "whole",
            vec![
                (Reply::Whole(Err(fails(kind))), "confirm"),
                (stat(LEN, ours()), "AlreadyThere"),
            ],
        );
    }
    row(
        "an unfinished slice upload of it is there: go on with that",
        whole(),
        "whole",
        vec![
            (Reply::Whole(Err(fails(Kind::Unfinished))), "list"),
            (listed(ours(), &[]), "slices 0"),
        ],
    );
    row(
        "no directory",
        whole(),
        "whole",
        vec![
            (Reply::Whole(Err(fails(Kind::NotFound))), "parents"),
            (Reply::MakeParents(Ok(())), "whole"),
        ],
    );
}

#[test]
fn a_server_that_forgets_every_session_is_given_up() {
    let mut machine = Machine::new(plan());
    let mut calls = 0;
    while !matches!(machine.next(), Step::Done(_)) {
        calls += 1;
        assert!(calls < 100, "bounded");
        let reply = match machine.next() {
            Step::Init { .. } => init_ok(),
            Step::Slices(_) if calls % 2 == 0 => held(0),
            Step::Slices(slices) => Reply::Slice(slices[0], Err(fails(Kind::SessionLost))),
            _ => Reply::List(Ok(Listed::Nothing)),
        };
        machine.apply(reply).unwrap();
    }
    assert!(seen(&machine).starts_with("failed"));
}

#[test]
fn a_reply_to_nothing_moves_nothing() {
    let mut machine = Machine::new(plan());
    assert_eq!(machine.apply(held(0)), Err(Violation));
    assert_eq!(machine.apply(Reply::Finish(Ok(located()))), Err(Violation));
    assert_eq!(seen(&machine), "init 4");
    machine.apply(init_ok()).unwrap();
    let foreign = Slice {
        index: 0,
        offset: 0,
        len: 3,
    };
    let reply = Reply::Slice(foreign, Ok(Stored::Held { serial: None }));
    assert_eq!(machine.apply(reply), Err(Violation));
}

fn any_kind() -> impl Strategy<Value = Kind> {
    prop::sample::select(vec![
        Kind::Connect,
        Kind::Timeout,
        Kind::Cut,
        Kind::Busy,
        Kind::Garbage,
        Kind::Refused,
        Kind::Exists,
        Kind::SameFile,
        Kind::NotFound,
        Kind::SessionLost,
        Kind::ListFirst,
        Kind::Unfinished,
        Kind::UnfinishedOther,
        Kind::LengthDiffers,
        Kind::HashDiffers,
        Kind::SliceSize,
        Kind::Permanent,
    ])
}

fn any_reply() -> impl Strategy<Value = (u8, Kind, bool, u64, Vec<(u64, u64)>)> {
    (
        0_u8..8,
        any_kind(),
        any::<bool>(),
        0_u64..6,
        prop::collection::vec((0_u64..14, 0_u64..7), 0..4),
    )
}

fn build((what, kind, ok, n, parts): (u8, Kind, bool, u64, Vec<(u64, u64)>)) -> Reply {
    let error = fails(kind);
    match (what, ok) {
        (0, true) => Reply::Whole(Ok(located())),
        (0, false) => Reply::Whole(Err(error)),
        (1, true) => Reply::Init(Ok(Initiated::Session(session(n, None)))),
        (1, false) => Reply::Init(Err(error)),
        (2, true) => Reply::MakeParents(Ok(())),
        (2, false) => Reply::MakeParents(Err(error)),
        (3, true) => listed(ours(), &parts),
        (3, false) => Reply::List(Err(error)),
        (4 | 5, true) => {
            let grid = Grid::new(LEN, SLICE).unwrap();
            let slice = grid.slice(n % 3).unwrap();
            Reply::Slice(slice, Ok(Stored::Held { serial: None }))
        }
        (4 | 5, false) => Reply::Slice(slice(n % 3), Err(error)),
        (6, true) => Reply::Finish(Ok(located())),
        (6, false) => Reply::Finish(Err(error)),
        (_, true) => stat(LEN, ours()),
        (_, false) => Reply::Confirm(Err(error)),
    }
}

proptest! {
    #[test]
    fn no_order_of_replies_panics_and_only_proof_is_done(
        whole: bool,
        replies in prop::collection::vec(any_reply(), 0..60),
    ) {
        let mut machine = Machine::new(Plan { whole, ..plan() });
        for reply in replies {
            let confirmed = reply_proves(&machine);
            let reply = build(reply);
            let is_stat = matches!(reply, Reply::Confirm(Ok(_)));
            let was_done = matches!(machine.next(), Step::Done(_));
            let _ = machine.apply(reply);
            if let Step::Done(Outcome::Done(_)) = machine.next() {
                prop_assert!(was_done || (confirmed && is_stat), "done without a proof");
            }
        }
    }

    #[test]
    fn every_missing_slice_is_sent_exactly_once(
        len in 1_u64..200,
        size in 1_u64..20,
        serial: bool,
        jobs in 1_usize..9,
        order in prop::collection::vec(any::<prop::sample::Index>(), 400),
    ) {
        let mut machine = Machine::new(Plan { file_len: len, jobs, ..plan() });
        machine.apply(Reply::Init(Ok(Initiated::Session(session(size, Some(serial)))))).unwrap();
        let mut sent = std::collections::BTreeMap::new();
        let mut flying: Vec<Slice> = Vec::new();
        let mut order = order.into_iter();
        while let Step::Slices(wanted) = machine.next() {
            for slice in wanted {
                if !flying.contains(&slice) {
                    *sent.entry(slice.index).or_insert(0) += 1;
                    flying.push(slice);
                }
            }
            let most = if serial { 1 } else { jobs };
            prop_assert!(flying.len() <= most);
            let landed = flying.remove(order.next().unwrap().index(flying.len()));
            machine.apply(Reply::Slice(landed, Ok(Stored::Held { serial: None }))).unwrap();
        }
        prop_assert_eq!(seen(&machine), "finish");
        prop_assert_eq!(sent.len() as u64, len.div_ceil(size));
        prop_assert!(sent.values().all(|times| *times == 1));
    }
}

fn reply_proves(machine: &Machine) -> bool {
    matches!(machine.next(), Step::Confirm)
}
