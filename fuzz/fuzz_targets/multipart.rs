//! A multipart body in pieces of any size must come out as in one piece, and never panic.
#![no_main]

use cosup::emulator::multipart::{Broken, Multipart, Sink};
use libfuzzer_sys::fuzz_target;

#[derive(Default, PartialEq, Debug)]
struct Parts(Vec<(String, Vec<u8>, bool)>);

impl Sink for Parts {
    type Error = ();

    fn begin(&mut self, name: &str) -> Result<(), ()> {
        self.0.push((name.to_owned(), Vec::new(), false));
        Ok(())
    }

    fn data(&mut self, bytes: &[u8]) -> Result<(), ()> {
        let last = self.0.last_mut().expect("data follows begin");
        assert!(!last.2, "no data after the end of a part");
        last.1.extend_from_slice(bytes);
        Ok(())
    }

    fn end(&mut self) -> Result<(), ()> {
        self.0.last_mut().expect("end follows begin").2 = true;
        Ok(())
    }
}

fn parse(body: &[u8], chunk: usize) -> Result<Parts, Broken<()>> {
    let mut parser = Multipart::for_content_type("multipart/form-data; boundary=\"b\"")
        .expect("there is a boundary");
    let mut parts = Parts::default();
    for bytes in body.chunks(chunk) {
        parser.feed(bytes, &mut parts)?;
    }
    parser.finish()?;
    Ok(parts)
}

fuzz_target!(|data: &[u8]| {
    let Some((chunk, body)) = data.split_first() else {
        return;
    };
    let whole = parse(body, body.len().max(1));
    let pieces = parse(body, usize::from(*chunk).max(1));
    assert_eq!(whole, pieces);
    if let Ok(text) = std::str::from_utf8(body) {
        Multipart::for_content_type(text);
    }
});
