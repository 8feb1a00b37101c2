//! A terminal that is none: a pseudo-terminal whose screen a test can read, and wait for.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::num::NonZero;
use std::os::fd::OwnedFd;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// How long a test waits for something to appear.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program on a terminal.
pub(crate) struct Terminal {
    child: Child,
    control: OwnedFd,
    screen: Arc<Screen>,
    reader: Option<JoinHandle<()>>,
}

struct Screen {
    parser: Mutex<Seen>,
    changed: Condvar,
}

struct Seen {
    parser: vt100::Parser,
    bytes: Vec<u8>,
    over: bool,
}

impl Terminal {
    /// Starts a program with a terminal for its three streams.
    pub(crate) fn start(command: &mut Command, columns: u16, rows: u16) -> Self {
        let control = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&control).unwrap();
        unlockpt(&control).unwrap();
        let name = ptsname(&control, Vec::new()).unwrap();
        let other = OpenOptions::new()
            .read(true)
            .write(true)
            .open(name.to_str().unwrap())
            .unwrap();
        resize(&control, columns, rows);
        let child = command
            .stdin(other.try_clone().unwrap())
            .stdout(other.try_clone().unwrap())
            .stderr(other)
            .spawn()
            .unwrap();
        // The command keeps its ends of the terminal until it is given others.
        command.stdin(std::process::Stdio::null());
        command.stdout(std::process::Stdio::null());
        command.stderr(std::process::Stdio::null());
        let screen = Arc::new(Screen {
            parser: Mutex::new(Seen {
                parser: vt100::Parser::new(some(rows), some(columns), 1000),
                bytes: Vec::new(),
                over: false,
            }),
            changed: Condvar::new(),
        });
        let mut source = File::from(control.try_clone().unwrap());
        let shared = Arc::clone(&screen);
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // The last close of the other end reads as an error here.
            while let Ok(count @ 1..) = source.read(&mut buffer) {
                let mut seen = shared.parser.lock().unwrap();
                seen.parser.process(&buffer[..count]);
                seen.bytes.extend_from_slice(&buffer[..count]);
                shared.changed.notify_all();
            }
            shared.parser.lock().unwrap().over = true;
            shared.changed.notify_all();
        });
        Self {
            child,
            control,
            screen,
            reader: Some(reader),
        }
    }

    /// Waits until the rows of the screen are as wanted, and gives them.
    pub(crate) fn until(&self, wanted: impl Fn(&[String]) -> bool) -> Vec<String> {
        let end = Instant::now() + PATIENCE;
        let mut seen = self.screen.parser.lock().unwrap();
        loop {
            let rows = rows(&seen.parser);
            if wanted(&rows) {
                return rows;
            }
            let left = end.saturating_duration_since(Instant::now());
            assert!(!seen.over && !left.is_zero(), "never seen: {rows:#?}");
            seen = self.screen.changed.wait_timeout(seen, left).unwrap().0;
        }
    }

    /// Types a line.
    pub(crate) fn enter(&self, line: &str) {
        let mut keyboard = File::from(self.control.try_clone().unwrap());
        keyboard.write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    /// Gives the terminal another size.
    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        let mut seen = self.screen.parser.lock().unwrap();
        seen.parser.screen_mut().set_size(some(rows), some(columns));
        resize(&self.control, columns, rows);
    }

    /// Sends a signal to the program.
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).unwrap();
    }

    /// Waits for the end: the status, what is left on the screen, and everything that was written.
    pub(crate) fn finish(mut self) -> (ExitStatus, Vec<String>, String) {
        let status = self.child.wait().unwrap();
        self.reader.take().unwrap().join().unwrap();
        let seen = self.screen.parser.lock().unwrap();
        let bytes = String::from_utf8_lossy(&seen.bytes).into_owned();
        (status, rows(&seen.parser), bytes)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if self.reader.is_some() {
            // A test failed; the program must not outlive it.
            self.child.kill().ok();
            self.child.wait().ok();
        }
    }
}

fn resize(control: &OwnedFd, columns: u16, rows: u16) {
    let size = Winsize {
        ws_row: rows,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(control, size).unwrap();
}

fn some(number: u16) -> NonZero<u16> {
    NonZero::new(number).unwrap()
}

/// The rows of the screen, without those that are empty at its end.
fn rows(parser: &vt100::Parser) -> Vec<String> {
    let width = parser.screen().size().1;
    let mut rows: Vec<String> = parser
        .screen()
        .rows(0, width.get())
        .map(|row| row.trim_end().to_owned())
        .collect();
    while rows.last().is_some_and(String::is_empty) {
        rows.pop();
    }
    rows
}
