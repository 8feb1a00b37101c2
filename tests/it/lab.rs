//! A laboratory: an emulator with a journal, directories of its own, and the real binary in an empty
//! environment.

use std::ffi::OsStr;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use cosup::emulator::{Config, Emulator, Entry};

/// How long anything may take before a test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// Waits until something is so; fails the test when it does not come about.
pub(crate) fn until<T>(what: &str, mut check: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = check() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        thread::park_timeout(Duration::from_millis(5));
    }
}

/// Bytes that differ from seed to seed and do not repeat.
pub(crate) fn bytes(seed: u64, len: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = Vec::with_capacity(len + 8);
    while bytes.len() < len {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(len);
    bytes
}

/// An emulator and a place for files and state.
pub(crate) struct Lab {
    pub(crate) emulator: Emulator,
    pub(crate) root: tempfile::TempDir,
    pub(crate) place: tempfile::TempDir,
}

impl Lab {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut Config)) -> Self {
        let root = tempfile::tempdir().unwrap();
        let mut config = Config::new(root.path());
        change(&mut config);
        Self {
            emulator: Emulator::start(config).unwrap(),
            root,
            place: tempfile::tempdir().unwrap(),
        }
    }

    /// A local file of bytes that are its own.
    pub(crate) fn file(&self, name: &str, len: usize) -> PathBuf {
        let path = self.path(name);
        let seed = name.bytes().fold(len as u64, |seed, byte| {
            seed.wrapping_mul(31).wrapping_add(u64::from(byte))
        });
        std::fs::write(&path, bytes(seed, len)).unwrap();
        path
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.path("state")
    }

    /// The bytes of an object of the bucket `demo`.
    pub(crate) fn object(&self, path: &str) -> Option<Vec<u8>> {
        object(self.root.path(), path)
    }

    /// Fails unless the object is the file.
    pub(crate) fn assert_same(&self, file: &Path, path: &str) {
        let object = self.object(path);
        let file = std::fs::read(file).unwrap();
        assert!(object.is_some(), "{path} is not there");
        assert!(
            object.is_some_and(|object| object == file),
            "{path} differs"
        );
    }

    /// The binary, talking to the emulator.
    pub(crate) fn cosup(&self, args: &[&str]) -> Cosup {
        Cosup::new(&self.emulator.endpoint(), &self.path("home"), &self.state()).args(args)
    }

    /// A shell that is given the same environment.
    pub(crate) fn shell(&self, script: &str) -> Cosup {
        let program = Path::new("/bin/sh");
        Cosup::of(
            program,
            &self.emulator.endpoint(),
            &self.path("home"),
            &self.state(),
        )
        .args(["-c", script])
    }

    /// The names of the checkpoints that are left.
    pub(crate) fn checkpoints(&self) -> Vec<String> {
        checkpoints(&self.state())
    }

    /// How often each operation was asked for.
    pub(crate) fn count(&self, op: &str) -> usize {
        let journal = self.emulator.journal();
        journal.iter().filter(|entry| entry.op == op).count()
    }

    /// The offsets of the slices that were taken, in the order they came.
    pub(crate) fn taken(&self) -> Vec<u64> {
        taken(&self.emulator.journal())
    }
}

/// The offsets of the slices that were taken, in the order they came.
pub(crate) fn taken(journal: &[Entry]) -> Vec<u64> {
    journal
        .iter()
        .filter(|entry| entry.op == "upload_slice_data" && entry.code == Some(0))
        .filter_map(|entry| entry.offset)
        .collect()
}

/// Fails when a slice was taken twice.
pub(crate) fn assert_once(mut taken: Vec<u64>) {
    taken.sort_unstable();
    let twice: Vec<_> = taken.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(twice.is_empty(), "sent again: {twice:?}");
}

/// The bytes of an object of the bucket `demo`.
pub(crate) fn object(root: &Path, path: &str) -> Option<Vec<u8>> {
    std::fs::read(root.join("1250000000/demo").join(path)).ok()
}

/// The ids of the checkpoints in a state directory.
pub(crate) fn checkpoints(state: &Path) -> Vec<String> {
    let Ok(items) = std::fs::read_dir(state.join("uploads")) else {
        return Vec::new();
    };
    items
        .filter_map(|item| {
            let name = item.unwrap().file_name().into_string().unwrap();
            name.strip_suffix(".json").map(ToOwned::to_owned)
        })
        .collect()
}

/// The binary with the demo credentials and nothing else in its environment.
pub(crate) struct Cosup {
    command: Command,
    deaf: bool,
}

impl Cosup {
    pub(crate) fn new(endpoint: &str, home: &Path, state: &Path) -> Self {
        let program = Path::new(env!("CARGO_BIN_EXE_cosup"));
        Self::of(program, endpoint, home, state)
    }

    fn of(program: &Path, endpoint: &str, home: &Path, state: &Path) -> Self {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("HOME", home)
            .env("COSUP_ENDPOINT", endpoint)
            .env("COSUP_STATE_DIR", state)
            .env("COSUP_APPID", "1250000000")
            .env("COSUP_SECRET_ID", "AKIDdemodemodemodemodemodemodemodemo")
            .env("COSUP_SECRET_KEY", "demokeydemokeydemokeydemokeydemo")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Self {
            command,
            deaf: false,
        }
    }

    pub(crate) fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Closes the pipe of its standard output before it writes.
    pub(crate) fn deaf(mut self) -> Self {
        self.deaf = true;
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(self) -> Ended {
        self.start().wait()
    }

    pub(crate) fn start(mut self) -> Running {
        let mut child = self.command.spawn().unwrap();
        let out = child.stdout.take().unwrap();
        let out = if self.deaf {
            drop(out);
            Stream::follow(std::io::empty())
        } else {
            Stream::follow(out)
        };
        let err = Stream::follow(child.stderr.take().unwrap());
        Running { child, out, err }
    }
}

/// What a process writes, as it comes.
struct Stream {
    text: Arc<Mutex<Vec<u8>>>,
    over: Receiver<()>,
}

impl Stream {
    fn follow(mut from: impl Read + Send + 'static) -> Self {
        let text = Arc::new(Mutex::new(Vec::new()));
        let (end, over) = channel();
        let to = Arc::clone(&text);
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n @ 1..) = from.read(&mut buffer) {
                to.lock().unwrap().extend_from_slice(&buffer[..n]);
            }
            // Nobody may be waiting any more.
            let _ = end.send(());
        });
        Self { text, over }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.text.lock().unwrap()).into_owned()
    }
}

/// A process under way; killed when dropped.
pub(crate) struct Running {
    child: Child,
    out: Stream,
    err: Stream,
}

impl Running {
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it said on standard error so far.
    pub(crate) fn said(&self) -> String {
        self.err.text()
    }

    /// What it printed on standard output so far.
    pub(crate) fn printed(&self) -> String {
        self.out.text()
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args(["-s", name, &self.pid().to_string()])
            .status()
            .unwrap();
        assert!(status.success());
    }

    /// Ends it at once.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for its end.
    pub(crate) fn wait(mut self) -> Ended {
        for stream in [&self.out, &self.err] {
            if stream.over.recv_timeout(PATIENCE).is_err() {
                let said = self.err.text();
                self.child.kill().unwrap();
                panic!("it does not end; it said: {said}");
            }
        }
        let status = self.child.wait().unwrap();
        Ended {
            code: status.code().unwrap_or(-1),
            out: self.out.text(),
            err: self.err.text(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended long ago.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How a process ended, and what it wrote.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout: {}stderr: {}", self.out, self.err);
        self
    }

    /// The last line on standard error.
    pub(crate) fn last_line(&self) -> &str {
        self.err.lines().last().unwrap_or_default()
    }
}
