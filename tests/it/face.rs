//! What the tests of the face share: a quiet place to run cosup in, and a server to talk to.

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use cosup::emulator::{Config, Emulator};

/// The secret key that is planted in every run; it must never come out.
pub(crate) const PLANTED: &str = "demokeydemokeydemokeydemokeydemo";

/// A directory of its own with an emulator.
pub(crate) struct Place {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) emulator: Emulator,
}

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self::with_faults(&[])
    }

    pub(crate) fn with_faults(faults: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut config = Config::new(dir.path().join("objects"));
        config.faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
        Self {
            emulator: Emulator::start(config).unwrap(),
            dir,
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A file of `len` bytes that do not repeat.
    pub(crate) fn file(&self, name: &str, len: usize) -> PathBuf {
        let path = self.path(name);
        let mut seed = len as u64 ^ 0x9e37_79b9_7f4a_7c15;
        let bytes: Vec<u8> = (0..len.div_ceil(8))
            .flat_map(|_| {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                seed.to_le_bytes()
            })
            .take(len)
            .collect();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// cosup with the demo credentials, in an emptied environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = bare(self.dir.path(), arguments);
        let demo = Config::demo_credentials();
        command
            .env("COSUP_ENDPOINT", self.emulator.endpoint())
            .env("COSUP_APPID", demo.appid)
            .env("COSUP_SECRET_ID", demo.secret_id)
            .env("COSUP_SECRET_KEY", PLANTED);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        ran(&mut self.command(arguments))
    }
}

/// cosup in an emptied environment, at home in `dir`.
pub(crate) fn bare(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cosup"));
    command
        .args(arguments)
        .current_dir(dir)
        .env_clear()
        .env("HOME", dir)
        .stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub(crate) fn ran(command: &mut Command) -> Ran {
    of(&command.output().unwrap())
}

fn of(output: &Output) -> Ran {
    let ran = Ran {
        code: output
            .status
            .code()
            .or(output.status.signal().map(|signal| -signal))
            .unwrap(),
        stdout: String::from_utf8(output.stdout.clone()).unwrap(),
        stderr: String::from_utf8(output.stderr.clone()).unwrap(),
    };
    for stream in [&ran.stdout, &ran.stderr] {
        assert!(!stream.contains(PLANTED), "the key came out: {ran:?}");
    }
    ran
}
