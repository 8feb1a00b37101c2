//! Standard output as commands see it: a reader that went away is no error.

use std::io::{self, ErrorKind, Write};

/// Standard output; what is written after the reader went away is dropped.
#[derive(Debug, Default)]
pub struct Out {
    closed: bool,
}

impl Out {
    fn tolerate<T>(&mut self, result: io::Result<T>, instead: T) -> io::Result<T> {
        match result {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(instead)
            }
            other => other,
        }
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.closed {
            return Ok(bytes.len());
        }
        let result = io::stdout().lock().write(bytes);
        self.tolerate(result, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let result = io::stdout().lock().flush();
        self.tolerate(result, ())
    }
}
