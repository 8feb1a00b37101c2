//! What stands in the way at the destination: every way out that a message names is one.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use cosup::emulator::{Config, Emulator};

const MIB: usize = 1 << 20;

struct Bench {
    dir: tempfile::TempDir,
    emulator: Emulator,
}

/// How a run ended and what it said.
#[derive(Debug)]
struct Ran {
    code: i32,
    stderr: String,
}

impl Ran {
    /// The arguments of the command that the last line names.
    fn advice(&self) -> Vec<String> {
        let last = self.stderr.lines().last().unwrap();
        let (_, command) = last.rsplit_once("cosup ").unwrap();
        let command = command.split(", then").next().unwrap();
        command.split(' ').map(str::to_owned).collect()
    }
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let emulator = Emulator::start(Config::new(dir.path().join("root"))).unwrap();
        Self { dir, emulator }
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Runs the binary with the state directory `state`.
    fn run(&self, state: &str, args: &[impl AsRef<str>]) -> Ran {
        let keys = Config::demo_credentials();
        let output = Command::new(env!("CARGO_BIN_EXE_cosup"))
            .env_clear()
            .current_dir(self.path())
            .env("COSUP_STATE_DIR", self.path().join(state))
            .env("COSUP_ENDPOINT", self.emulator.endpoint())
            .env("COSUP_APPID", keys.appid)
            .env("COSUP_SECRET_ID", keys.secret_id)
            .env("COSUP_SECRET_KEY", keys.secret_key.expose())
            .args(args.iter().map(AsRef::as_ref))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Ran {
            code: output.status.code().expect("not killed"),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Begins an upload of `first` that stops half-way, and edits the file after that.
    fn begin_and_edit(&self, state: &str) {
        let file = self.path().join("a.bin");
        fs::write(&file, vec![1; 10 * MIB]).unwrap();
        let fault = "op=upload_slice_data,offset=5242880,code=-5999";
        self.emulator.fail(fault.parse().unwrap());
        assert_eq!(self.run(state, &["put", "a.bin", "/b/a.bin"]).code, 1);
        self.emulator.heal();
        fs::write(&file, vec![2; 10 * MIB]).unwrap();
    }
}

#[test]
fn an_edited_file_is_uploaded_after_the_advice_was_taken() {
    let bench = Bench::new();
    bench.begin_and_edit("state");
    // However often it is tried, the way out is not lost.
    for _ in 0..2 {
        let ran = bench.run("state", &["put", "a.bin", "/b/a.bin"]);
        assert_eq!(ran.code, 73, "{ran:?}");
        assert!(ran.advice().contains(&"--remote".to_owned()), "{ran:?}");
    }
    let ran = bench.run("state", &["resume"]);
    assert_eq!(ran.code, 65, "{ran:?}");
    assert!(
        ran.stderr
            .contains("a.bin: the file changed: its content was edited\n")
    );
    let ran = bench.run("state", &ran.advice());
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = bench.run("state", &["put", "a.bin", "/b/a.bin"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn what_another_machine_left_is_removed_after_the_advice_was_taken() {
    let bench = Bench::new();
    bench.begin_and_edit("there");
    let ran = bench.run("here", &["put", "a.bin", "/b/a.bin"]);
    assert_eq!(ran.code, 73, "{ran:?}");
    let mut advice = ran.advice();
    advice.push("--yes".to_owned());
    let ran = bench.run("here", &advice);
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = bench.run("here", &["put", "a.bin", "/b/a.bin"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn what_this_machine_left_for_the_same_object_is_named() {
    let bench = Bench::new();
    bench.begin_and_edit("state");
    fs::write(bench.path().join("a.bin"), vec![1; 10 * MIB]).unwrap();
    fs::write(bench.path().join("b.bin"), vec![3; 10 * MIB]).unwrap();
    let ran = bench.run("state", &["put", "b.bin", "/b/a.bin"]);
    assert_eq!(ran.code, 73, "{ran:?}");
    assert!(!ran.stderr.contains("cosup rm"), "{ran:?}");
    assert!(ran.stderr.contains("a.bin): cosup resume "), "{ran:?}");
    let advice = ran.advice();
    assert_eq!(advice[..2], ["abort", "--remote"], "{ran:?}");
    let ran = bench.run("state", &["resume", &advice[2]]);
    assert_eq!(ran.code, 0, "it has its first content again: {ran:?}");
}
