//! The fault matrix: every fault at every operation, the outcome of each written down, run, and
//! rendered into `docs/fault-matrix.md`.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use cosup::digest::Sha1Sum;

use crate::lab::{Cosup, Lab, checkpoints};
use crate::proxy::{Mischief, Proxy};
use crate::puts::half_sent;
use crate::rendered::assert_rendered;

/// The operations, in the order of the columns.
const OPS: [&str; 7] = [
    "upload_slice_init",
    "upload_slice_list",
    "upload_slice_data",
    "upload_slice_finish",
    "upload",
    "stat",
    "create",
];

/// What goes wrong.
#[derive(Clone, Copy)]
enum How {
    /// The server misbehaves, as the emulator's `--fault` says.
    Server(&'static str),
    /// The connection does.
    Line(Mischief),
    /// Nobody listens any more, from that operation on.
    Nobody,
}

use How::{Line, Nobody, Server};

/// One fault: its name, what it is, and for each operation `once/always/after`: the exit code when the
/// fault strikes once, the exit code when it strikes every time (`k`: a checkpoint is kept), and the
/// exit code of the same command once the fault is gone.
type Row = (&'static str, How, [&'static str; 7]);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("connection refused", Nobody, ["-/75k/0", "-/75k/0", "-/75k/0", "-/75k/0", "-/75k/0", "-/75k/0", "-/75k/0"]),
    ("connection cut after 10 bytes of the request", Line(Mischief::CutRequest(10)), ["0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0"]),
    ("connection cut within the body of the request", Line(Mischief::CutBody(20)), ["0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "-", "0/75k/0"]),
    ("connection cut before the work is done", Server("drop=before"), ["0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0"]),
    ("connection cut after the work, no byte answered", Line(Mischief::CutAnswer(0)), ["0/75k/0", "0/75k/0", "0/75k/0", "0/0/0", "0/75k/0", "0/75k/0", "0/75k/0"]),
    ("connection cut within the head of the answer", Line(Mischief::CutAnswer(20)), ["0/75k/0", "0/75k/0", "0/75k/0", "0/0/0", "0/75k/0", "0/75k/0", "0/75k/0"]),
    ("connection cut within the body of the answer", Line(Mischief::CutAnswer(280)), ["0/75k/0", "0/75k/0", "0/75k/0", "0/0/0", "0/75k/0", "0/75k/0", "0/75k/0"]),
    ("request taken, answer stalls past the timeout", Line(Mischief::Stall), ["0/75k/0", "0/75k/0", "0/75k/0", "0/0/0", "0/75k/0", "0/75k/0", "0/75k/0"]),
    ("nothing is taken or answered until the timeout", Line(Mischief::Mute), ["0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0"]),
    ("answer drips in byte by byte", Line(Mischief::Drip), ["0/0/0", "0/0/0", "0/0/0", "0/0/0", "0/0/0", "0/0/0", "0/0/0"]),
    ("content taken slowly", Server("rate=100000"), ["0/0/0", "0/0/0", "0/0/0", "0/0/0", "0/0/0", "0/0/0", "0/0/0"]),
    ("500, no envelope", Server("status=500,body=html"), ["0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0"]),
    ("502, no envelope", Server("status=502,body=html"), ["0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0"]),
    ("503, no envelope", Server("status=503,body=empty"), ["0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0"]),
    ("503, Retry-After: 1", Server("status=503,body=empty,retry_after=1"), ["0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0"]),
    ("429, no envelope", Server("status=429,body=empty"), ["0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0"]),
    ("429, Retry-After: 1", Server("status=429,body=empty,retry_after=1"), ["0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0"]),
    ("400 with XML", Server("body=xml"), ["1/1/0", "1/1/0", "1/1k/0", "1/1k/0", "1/1/0", "1/1/0", "1/1/0"]),
    ("200 with HTML", Server("body=html"), ["0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0"]),
    ("200 with HTML after the work", Server("body=html,after"), ["0/0/0", "0/75k/0", "0/75k/0", "0/0/0", "0/75k/0", "0/75k/0", "0/0/0"]),
    ("200 with truncated JSON", Server("body=truncated"), ["0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0"]),
    ("200 with truncated JSON after the work", Server("body=truncated,after"), ["0/0/0", "0/75k/0", "0/75k/0", "0/0/0", "0/75k/0", "0/75k/0", "0/0/0"]),
    ("200 with an empty body", Server("body=empty"), ["0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0"]),
    ("another session echoed", Server("session=wrong"), ["0/0/0", "0/75k/0", "0/0/0", "0/0/0", "0/0/0", "0/0/0", "0/0/0"]),
    ("session lost", Server("session=lost"), ["0/0/0", "0/0/0", "0/75k/0", "0/75k/0", "0/0/0", "0/0/0", "0/0/0"]),
    ("clock of the server an hour ahead", Server("skew=3600"), ["0/0/0", "0/0/0", "0/0/0", "0/0/0", "0/0/0", "0/0/0", "0/0/0"]),
    ("clock of the server an hour behind", Server("skew=-3600"), ["0/0/0", "0/0/0", "0/0/0", "0/0/0", "0/0/0", "0/0/0", "0/0/0"]),
    ("-71 busy (passes)", Server("code=-71"), ["0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0"]),
    ("-9999 obscure (passes, few tries)", Server("code=-9999"), ["0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0"]),
    ("-59 signature expired", Server("code=-59"), ["0/77k/0", "0/77k/0", "0/77k/0", "0/77k/0", "0/77k/0", "0/77k/0", "0/77k/0"]),
    ("-97 signature refused", Server("code=-97"), ["77/77k/0", "77/77k/0", "77/77k/0", "77/77k/0", "77/77k/0", "77/77k/0", "77/77k/0"]),
    ("-5999 wrong parameter (permanent)", Server("code=-5999"), ["1/1/0", "1/1/0", "1/1k/0", "1/1k/0", "1/1/0", "1/1/0", "1/1/0"]),
    ("-177 object exists", Server("code=-177"), ["0/1/0", "73/73/0", "0/1k/0", "0/1k/0", "0/1/0", "73/73/0", "73/73/0"]),
    ("-4018 same file is there", Server("code=-4018"), ["0/1/0", "1/1/0", "0/1k/0", "0/1k/0", "0/1/0", "1/1/0", "1/1/0"]),
    ("-178 directory exists", Server("code=-178"), ["73/73/0", "1/1/0", "1/1k/0", "1/1k/0", "73/73/0", "1/1/0", "1/1/0"]),
    ("-173 directory not empty", Server("code=-173"), ["1/1/0", "1/1/0", "1/1k/0", "1/1k/0", "1/1/0", "1/1/0", "1/1/0"]),
    ("-197 not found", Server("code=-197"), ["1/1/0", "0/75k/0", "0/1k/0", "0/1k/0", "1/1/0", "0/1/0", "1/1/0"]),
    ("-133 no such bucket", Server("code=-133"), ["1/1/0", "1/1/0", "1/1k/0", "1/1k/0", "1/1/0", "1/1/0", "1/1/0"]),
    ("-5983 wrong session", Server("code=-5983"), ["0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "75/75k/0", "75/75k/0"]),
    ("-4024 offset goes back", Server("code=-4024"), ["0/75k/0", "75/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "75/75k/0", "75/75k/0"]),
    ("-4019 unfinished, same sha", Server("code=-4019"), ["0/75k/0", "75/75k/0", "0/75k/0", "0/75k/0", "0/75k/0", "75/75k/0", "75/75k/0"]),
    ("-4020 unfinished, other sha", Server("code=-4020"), ["73/73/0", "73/73/0", "0/73k/0", "0/73k/0", "73/73/0", "73/73/0", "73/73/0"]),
    ("-175 length differs", Server("code=-175"), ["1/1/0", "1/1/0", "0/1k/0", "0/1k/0", "1/1/0", "1/1/0", "1/1/0"]),
    ("-4016 sha differs", Server("code=-4016"), ["1/1/0", "1/1/0", "0/1k/0", "1/1k/0", "0/1/0", "1/1/0", "1/1/0"]),
    ("-29094 sha missing", Server("code=-29094"), ["1/1/0", "1/1/0", "1/1k/0", "1/1k/0", "1/1/0", "1/1/0", "1/1/0"]),
    ("-284 wrong slice size", Server("code=-284"), ["0/1/0", "1/1/0", "1/1k/0", "1/1k/0", "1/1/0", "1/1/0", "1/1/0"]),
];

/// Requests that a cell may cost, all its runs together.
const MOST_REQUESTS: usize = 90;

#[derive(Clone, Copy, PartialEq)]
enum Often {
    Once,
    Always,
}

/// One cell: a laboratory of its own.
struct Cell<'a> {
    lab: Lab,
    proxy: Proxy,
    how: How,
    op: &'a str,
}

impl Cell<'_> {
    fn dest(&self, name: &str) -> String {
        match self.op {
            "create" => format!("dir-{name}/object"),
            _ => name.to_owned(),
        }
    }

    fn put(&self, name: &str) -> Cosup {
        // Only where the waiting is the fault it is short, so that a busy machine spoils nothing.
        let timeout = match self.how {
            Line(Mischief::Stall | Mischief::Mute) => "--timeout=1500ms",
            _ => "--timeout=60s",
        };
        let threshold = match self.op {
            "upload" | "stat" | "create" => "1M",
            _ => "0",
        };
        self.lab
            .cosup(&["put", "-j", "1", "--retries", "1", "--slice-size", "64K"])
            .args([timeout, "--slice-threshold", threshold])
            .args([
                self.lab.path(name),
                format!("/demo/{}", self.dest(name)).into(),
            ])
            .env("COSUP_ENDPOINT", self.proxy.endpoint())
            .env("COSUP_STATE_DIR", self.state(name))
    }

    /// A state directory for each file, so that it is known whose checkpoint is left.
    fn state(&self, name: &str) -> PathBuf {
        self.lab.path(&format!("state-{name}"))
    }

    /// Puts a file under the fault; gives the exit code.
    fn run(&self, name: &str, often: Often) -> i32 {
        let file = self.lab.file(name, 100_000);
        if self.op == "upload_slice_list" {
            // Somebody else's half is what makes a first run ask for a list.
            let bytes = std::fs::read(&file).unwrap();
            let sha = Sha1Sum::of(&bytes).to_string();
            half_sent(&self.lab, &format!("/{name}"), &bytes, &[0], Some(&sha));
        }
        let times = if often == Often::Once { 1 } else { usize::MAX };
        match self.how {
            Server(fault) => {
                let nth = if often == Often::Once { "nth=1," } else { "" };
                let fault = format!("op={},{nth}{fault}", self.op);
                self.lab.emulator.fail(fault.parse().unwrap());
            }
            Line(mischief) => self.proxy.order(self.op, 0, times, mischief),
            // The answer before is the last one.
            Nobody => match self.op {
                "upload_slice_init" | "upload" => self.proxy.refuse(),
                "upload_slice_finish" => {
                    self.proxy
                        .order("upload_slice_data", 1, 1, Mischief::Vanish);
                }
                "stat" | "create" => self.proxy.order("upload", 0, 1, Mischief::Vanish),
                _ => self
                    .proxy
                    .order("upload_slice_init", 0, 1, Mischief::Vanish),
            },
        }
        let code = self.put(name).run().code;
        match self.how {
            Nobody => {
                self.proxy.heal();
                self.proxy.accept();
            }
            Line(_) => self.proxy.heal(),
            Server(_) => self.lab.emulator.heal(),
        }
        self.check(name, code);
        code
    }

    /// What must be so whatever the fault.
    fn check(&self, name: &str, code: i32) {
        let object = self.lab.object(&self.dest(name));
        let file = std::fs::read(self.lab.path(name)).unwrap();
        match object {
            Some(object) => assert!(object == file, "the object is not the file"),
            None => assert_ne!(code, 0, "exit 0 without an object"),
        }
        match (code, checkpoints(&self.state(name)).len()) {
            (0, left) => assert_eq!(left, 0, "done, but a checkpoint is left"),
            (75 | 77, left) => assert_eq!(left, 1, "to be continued, but without a checkpoint"),
            _ => {}
        }
    }

    fn outcome(&self) -> String {
        let once = match self.how {
            Nobody => "-".to_owned(),
            _ => self.run("once", Often::Once).to_string(),
        };
        let always = self.run("always", Often::Always);
        let left = checkpoints(&self.state("always"));
        let kept = if left.is_empty() { "" } else { "k" };
        let after = self.put("always").run().code;
        self.check("always", after);
        assert_eq!(self.lab.count("delete"), 0, "something was deleted");
        let requests = self.lab.emulator.journal().len();
        assert!(requests <= MOST_REQUESTS, "{requests} requests");
        format!("{once}/{always}{kept}/{after}")
    }
}

fn outcome(how: How, op: &str) -> String {
    let strikes = match how {
        // There is no body to cut.
        Line(Mischief::CutBody(_)) => op != "stat",
        Nobody | Line(_) | Server(_) => true,
    };
    if !strikes {
        return "-".to_owned();
    }
    let lab = Lab::with(|config| config.require_dirs = op == "create");
    let proxy = Proxy::to(lab.emulator.address());
    let cell = Cell {
        lab,
        proxy,
        how,
        op,
    };
    cell.outcome()
}

#[test]
fn every_fault_at_every_operation_ends_as_written() {
    let cells: Vec<(usize, usize)> = (0..ROWS.len())
        .flat_map(|row| (0..OPS.len()).map(move |column| (row, column)))
        .collect();
    let next = AtomicUsize::new(0);
    let found: Vec<(usize, usize, String)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..12)
            .map(|_| {
                scope.spawn(|| {
                    let mut found = Vec::new();
                    while let Some((row, column)) = cells.get(next.fetch_add(1, Ordering::SeqCst)) {
                        let (name, how, _) = ROWS[*row];
                        let op = OPS[*column];
                        let cell = thread::Builder::new()
                            .name(format!("{name} at {op}"))
                            .spawn(move || outcome(how, op))
                            .unwrap()
                            .join();
                        let outcome = cell.unwrap_or_else(|_| "panicked".to_owned());
                        found.push((*row, *column, outcome));
                    }
                    found
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap())
            .collect()
    });
    let mut table = vec![[const { String::new() }; 7]; ROWS.len()];
    for (row, column, outcome) in found {
        table[row][column] = outcome;
    }
    let mut wrong = String::new();
    for ((name, _, expected), found) in ROWS.iter().zip(&table) {
        if expected
            .iter()
            .zip(found)
            .any(|(expected, found)| expected != found)
        {
            writeln!(wrong, "{name}: expected {expected:?}\n    found {found:?}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "not as written:\n{wrong}");
    assert_rendered("docs/fault-matrix.md", &render());
}

const HEAD: &str = "\
# What every fault comes to

Rendered by `tests/it/fault_matrix.rs`, which runs each cell against the emulator through a proxy that
breaks connections. Change it there, then `COSUP_BLESS=1 cargo test --test it fault_matrix`.

Each row is a fault, each column the operation it strikes. A cell says `once/always/after`:

- **once**: the exit code of `cosup put` when the fault strikes the first request of that operation only;
- **always**: the exit code when it strikes every one, with `--retries 1`; `k` says that a checkpoint is
  kept to go on from;
- **after**: the exit code of the same command once the fault is gone.

`-` stands where the fault cannot strike that operation. In every cell, whatever the fault: an object
that is there is the file, exit code 0 means that it is there, nothing remote was deleted, and all runs
together cost a bounded number of requests.

";

fn render() -> String {
    let mut text = HEAD.to_owned();
    writeln!(text, "| Fault | `{}` |", OPS.join("` | `")).unwrap();
    writeln!(text, "|---|{}", "---|".repeat(OPS.len())).unwrap();
    for (name, _, cells) in ROWS {
        writeln!(text, "| {name} | {} |", cells.join(" | ")).unwrap();
    }
    text
}
