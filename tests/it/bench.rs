//! A directory, an emulator and the binary: what most tests begin with.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use cosup::emulator::{Config, Emulator};

/// What a run printed and how it ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A directory, an emulator, and the binary with an emptied environment.
pub(crate) struct Bench {
    dir: tempfile::TempDir,
    pub(crate) emulator: Emulator,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let emulator = Emulator::start(Config::new(dir.path().join("root"))).unwrap();
        Self { dir, emulator }
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn file(&self, name: &str, len: usize) -> String {
        let path = self.path().join(name);
        let bytes: Vec<u8> = (0..=250).cycle().take(len).collect();
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub(crate) fn command(&self) -> Command {
        let keys = Config::demo_credentials();
        let mut command = Command::new(env!("CARGO_BIN_EXE_cosup"));
        command
            .env_clear()
            .current_dir(self.path())
            .env("HOME", self.path())
            .env("COSUP_STATE_DIR", self.path().join("state"))
            .env("COSUP_ENDPOINT", self.emulator.endpoint())
            .env("COSUP_APPID", keys.appid)
            .env("COSUP_SECRET_ID", keys.secret_id)
            .env("COSUP_SECRET_KEY", keys.secret_key.expose())
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        run(self.command().args(args))
    }

    /// What is in the emulator's bucket `b`, by its path.
    pub(crate) fn object(&self, path: &str) -> std::path::PathBuf {
        self.path().join("root/1250000000/b").join(path)
    }

    /// The operations the emulator was asked for since the first `after` of them.
    pub(crate) fn ops(&self, after: usize) -> Vec<String> {
        let journal = self.emulator.journal();
        journal
            .into_iter()
            .skip(after)
            .map(|entry| entry.op)
            .collect()
    }

    /// Requests the emulator has seen.
    pub(crate) fn asked(&self) -> usize {
        self.emulator.journal().len()
    }
}

pub(crate) fn run(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().expect("not killed"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Ran {
    /// The objects of JSON on standard output.
    pub(crate) fn json(&self) -> Vec<serde_json::Value> {
        let lines = self.stdout.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}
