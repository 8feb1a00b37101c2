//! Standard output as commands see it: whole lines beside the drawing, and a reader that went away is no error.

use std::io::{self, ErrorKind, Write};
use std::sync::Arc;

use super::Core;

/// Standard output. Lines are written whole, with the drawing out of the way; what is written after
/// the reader went away is dropped.
pub struct Out {
    core: Arc<Core>,
    pending: Vec<u8>,
    closed: bool,
}

impl Out {
    pub(super) fn new(core: Arc<Core>) -> Self {
        Self {
            core,
            pending: Vec::new(),
            closed: false,
        }
    }

    fn write_out(&mut self, end: usize) -> io::Result<()> {
        let bytes: Vec<u8> = self.pending.drain(..end).collect();
        if self.closed || bytes.is_empty() {
            return Ok(());
        }
        let write = || {
            let mut stdout = io::stdout().lock();
            stdout.write_all(&bytes)?;
            stdout.flush()
        };
        let result = if self.core.draws() {
            self.core.painter().aside(write)
        } else {
            // The painter may be held up by a full pipe, which is no reason to keep a result back.
            write()
        };
        match result {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            other => other.map_err(|error| {
                let message = format!("could not write to standard output: {error}");
                io::Error::new(error.kind(), message)
            }),
        }
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.pending.extend_from_slice(bytes);
        if let Some(at) = self.pending.iter().rposition(|byte| *byte == b'\n') {
            self.write_out(at + 1)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.write_out(self.pending.len())
    }
}

/// Writes one object of `--json` as a whole line. A reader that went away misses the rest; any other
/// trouble is an error.
pub(super) fn write_line(line: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    let written = stdout
        .write_all(format!("{line}\n").as_bytes())
        .and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
