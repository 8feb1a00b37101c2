//! A push parser for `multipart/form-data` in every dialect of PROTOCOL §1.1.1: bytes go in as they
//! come, parts come out as they are found, and nothing is kept but an unfinished line.

use memchr::memmem::Finder;

/// Longest header block of a part, in bytes.
const HEAD_LIMIT: usize = 16 * 1024;

/// How many new bytes are put behind an unfinished line at a time, in bytes: more than the longest
/// delimiter, and little to copy.
const JOIN: usize = 1024;

/// Longest boundary, in bytes; the standard says 70.
const BOUNDARY_LIMIT: usize = 200;

/// Why a body is no multipart body, or why its reader wants no more of it.
#[derive(Debug, PartialEq, Eq)]
pub enum Broken<E> {
    /// The body does not follow the format.
    Format,
    /// The receiver of the parts gave up.
    Sink(E),
}

/// Receives the parts.
pub trait Sink {
    /// Why it may give up.
    type Error;
    /// A part begins; `name` is empty when its header gave none.
    fn begin(&mut self, name: &str) -> Result<(), Self::Error>;
    /// More bytes of the part.
    fn data(&mut self, bytes: &[u8]) -> Result<(), Self::Error>;
    /// The part is whole.
    fn end(&mut self) -> Result<(), Self::Error>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Preamble,
    AfterDelimiter,
    Head,
    Body,
    Epilogue,
}

/// How far a state got: on with the next one, or no further without more bytes.
enum Step {
    On(usize),
    Wait(usize),
}

/// The parser.
#[derive(Debug)]
pub struct Multipart {
    delimiter: Finder<'static>,
    state: State,
    left: Vec<u8>,
}

impl Multipart {
    /// A parser for the boundary of this `Content-Type`; `None` when it has none.
    pub fn for_content_type(content_type: &str) -> Option<Self> {
        let boundary = parameter(content_type, "boundary")?;
        Self::new(&boundary)
    }

    /// A parser for this boundary; `None` when it cannot be one.
    pub fn new(boundary: &str) -> Option<Self> {
        if boundary.is_empty() || boundary.len() > BOUNDARY_LIMIT {
            return None;
        }
        let delimiter = format!("\r\n--{boundary}");
        Some(Self {
            delimiter: Finder::new(delimiter.as_bytes()).into_owned(),
            state: State::Preamble,
            // The first delimiter may stand at the very beginning, without the line end before it.
            left: b"\r\n".to_vec(),
        })
    }

    /// Takes the next bytes of the body.
    pub fn feed<S: Sink>(&mut self, bytes: &[u8], sink: &mut S) -> Result<(), Broken<S::Error>> {
        let mut rest = bytes;
        while !self.left.is_empty() && !rest.is_empty() {
            let mut joined = std::mem::take(&mut self.left);
            let before = joined.len();
            let (some, after) = rest.split_at(rest.len().min(JOIN));
            joined.extend_from_slice(some);
            let used = self.run(&joined, sink)?;
            if used < before {
                joined.drain(..used);
                (self.left, rest) = (joined, after);
            } else {
                // Past the line that was unfinished the new bytes are read where they are.
                rest = &rest[used - before..];
            }
        }
        if !rest.is_empty() {
            let used = self.run(rest, sink)?;
            self.left = rest[used..].to_vec();
        }
        Ok(())
    }

    /// Says that the body is over.
    pub fn finish<E>(self) -> Result<(), Broken<E>> {
        if self.state == State::Epilogue {
            Ok(())
        } else {
            Err(Broken::Format)
        }
    }

    fn run<S: Sink>(&mut self, input: &[u8], sink: &mut S) -> Result<usize, Broken<S::Error>> {
        let mut at = 0;
        loop {
            let rest = &input[at..];
            let used = match self.state {
                State::Preamble => self.skip_to_delimiter(rest),
                State::AfterDelimiter => self.after_delimiter(rest)?,
                State::Head => self.head(rest, sink)?,
                State::Body => self.body(rest, sink)?,
                State::Epilogue => return Ok(input.len()),
            };
            match used {
                Step::On(n) => at += n,
                Step::Wait(n) => return Ok(at + n),
            }
        }
    }

    fn skip_to_delimiter(&mut self, rest: &[u8]) -> Step {
        if let Some(found) = self.delimiter.find(rest) {
            self.state = State::AfterDelimiter;
            Step::On(found + self.delimiter.needle().len())
        } else {
            Step::Wait(self.sure(rest))
        }
    }

    fn after_delimiter<E>(&mut self, rest: &[u8]) -> Result<Step, Broken<E>> {
        if rest.starts_with(b"--") {
            self.state = State::Epilogue;
            return Ok(Step::On(2));
        }
        let padding = rest
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
        match &rest[padding..] {
            [b'\r', b'\n', ..] => {
                self.state = State::Head;
                // The line end stays: a part without headers has its empty line right here.
                Ok(Step::On(padding))
            }
            [] | [b'\r'] if padding <= HEAD_LIMIT => Ok(Step::Wait(0)),
            [b'-'] if padding == 0 => Ok(Step::Wait(0)),
            _ => Err(Broken::Format),
        }
    }

    fn head<S: Sink>(&mut self, rest: &[u8], sink: &mut S) -> Result<Step, Broken<S::Error>> {
        let Some(end) = memchr::memmem::find(rest, b"\r\n\r\n") else {
            if rest.len() > HEAD_LIMIT {
                return Err(Broken::Format);
            }
            return Ok(Step::Wait(0));
        };
        if end > HEAD_LIMIT {
            return Err(Broken::Format);
        }
        let name = part_name(&String::from_utf8_lossy(&rest[..end]));
        sink.begin(&name).map_err(Broken::Sink)?;
        self.state = State::Body;
        Ok(Step::On(end + 4))
    }

    fn body<S: Sink>(&mut self, rest: &[u8], sink: &mut S) -> Result<Step, Broken<S::Error>> {
        let found = self.delimiter.find(rest);
        let sure = found.unwrap_or_else(|| self.sure(rest));
        if sure > 0 {
            sink.data(&rest[..sure]).map_err(Broken::Sink)?;
        }
        if found.is_none() {
            return Ok(Step::Wait(sure));
        }
        sink.end().map_err(Broken::Sink)?;
        self.state = State::AfterDelimiter;
        Ok(Step::On(sure + self.delimiter.needle().len()))
    }

    /// How many bytes cannot be part of a delimiter that is not whole yet.
    fn sure(&self, rest: &[u8]) -> usize {
        let needle = self.delimiter.needle();
        let longest = rest.len().min(needle.len() - 1);
        let partial = (1..=longest)
            .rev()
            .find(|n| rest.ends_with(&needle[..*n]))
            .unwrap_or(0);
        rest.len() - partial
    }
}

/// The `name` of a part. A `filename` says nothing: some clients give every field one, others give
/// files none (PROTOCOL §1.1.1).
fn part_name(head: &str) -> String {
    head.split("\r\n")
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.trim().eq_ignore_ascii_case("content-disposition"))
        .and_then(|(_, value)| parameter(value, "name"))
        .unwrap_or_default()
}

/// A parameter of a header value, quoted or not.
fn parameter(value: &str, wanted: &str) -> Option<String> {
    let mut rest = value;
    loop {
        rest = rest.split_once(';')?.1;
        let (name, after) = rest.split_once('=')?;
        let (text, after) = if let Some(quoted) = after.trim_start().strip_prefix('"') {
            unquote(quoted)?
        } else {
            let end = after.find(';').unwrap_or(after.len());
            (after[..end].trim().to_owned(), &after[end..])
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(text);
        }
        rest = after;
    }
}

/// The text up to the closing quote, and what follows it.
fn unquote(quoted: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => return Some((text, &quoted[at + 1..])),
            '\\' if quoted[at + 1..].starts_with(['"', '\\']) => {
                text.extend(characters.next().map(|(_, c)| c));
            }
            c => text.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, Default, PartialEq)]
    struct Parts(Vec<(String, Vec<u8>, bool)>);

    impl Sink for Parts {
        type Error = ();
        fn begin(&mut self, name: &str) -> Result<(), ()> {
            self.0.push((name.to_owned(), Vec::new(), false));
            Ok(())
        }
        fn data(&mut self, bytes: &[u8]) -> Result<(), ()> {
            self.0.last_mut().unwrap().1.extend_from_slice(bytes);
            Ok(())
        }
        fn end(&mut self) -> Result<(), ()> {
            self.0.last_mut().unwrap().2 = true;
            Ok(())
        }
    }

    fn parse(body: &[u8], chunk: usize) -> Result<Vec<(String, Vec<u8>)>, Broken<()>> {
        let mut parser = Multipart::new("XX").unwrap();
        let mut parts = Parts::default();
        for bytes in body.chunks(chunk.max(1)) {
            parser.feed(bytes, &mut parts)?;
        }
        parser.finish()?;
        assert!(parts.0.iter().all(|part| part.2));
        Ok(parts.0.into_iter().map(|part| (part.0, part.1)).collect())
    }

    /// PROTOCOL §1.1.1: preamble, headers of parts, file names on fields and none on files, epilogue.
    const DIALECTS: &[&str] = &[
        "--XX\r\nContent-Disposition: form-data; name=\"op\"\r\n\r\nv\r\n--XX--\r\n",
        "\r\n--XX\r\nContent-Disposition: form-data; name=\"op\"\r\n\r\nv\r\n--XX--",
        "a preamble\r\n--XX  \r\nContent-Length: 1\r\ncontent-disposition:form-data;name=op\r\n\r\nv\r\n--XX--\r\nepilogue\r\n--XX\r\n",
        "--XX\r\nContent-Disposition: form-data; filename=\"name=;\\\"x\"; name=\"op\"\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nv\r\n--XX--\r\n",
    ];

    #[test]
    fn every_dialect_in_every_chunking() {
        for body in DIALECTS {
            for chunk in 1..body.len() {
                let parts = parse(body.as_bytes(), chunk);
                assert_eq!(parts, Ok(vec![("op".into(), b"v".to_vec())]), "{body}");
            }
        }
    }

    /// Longer than what is joined at a time: a preamble, the headers of a part, content full of line ends.
    #[test]
    fn long_pieces_in_every_chunking() {
        let content = b"\r\n--X\r\r\n-".repeat(700);
        let mut body = b"preamble\r\n".repeat(400);
        body.extend(b"--XX\r\nX-Long: ");
        body.extend(b"l".repeat(3 * JOIN));
        body.extend(b"\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n");
        body.extend(&content);
        body.extend(b"\r\n--XX--\r\n");
        for chunk in (1..64)
            .chain(JOIN - 40..JOIN + 40)
            .chain([5000, body.len()])
        {
            let parts = parse(&body, chunk);
            assert_eq!(parts, Ok(vec![("f".into(), content.clone())]), "{chunk}");
        }
    }

    #[test]
    fn empty_parts_and_parts_without_headers() {
        let body = b"--XX\r\n\r\nv\r\n--XX\r\nContent-Disposition: form-data; name=\"e\"\r\n\r\n\r\n--XX--";
        let parts = parse(body, 7).unwrap();
        assert_eq!(
            parts,
            [(String::new(), b"v".to_vec()), ("e".into(), vec![])]
        );
    }

    #[test]
    fn what_is_cut_or_garbled_is_refused() {
        let whole = DIALECTS[0].as_bytes();
        for cut in 0..whole.len() - 4 {
            assert_eq!(parse(&whole[..cut], 5), Err(Broken::Format), "{cut}");
        }
        assert_eq!(parse(b"--XXY\r\n\r\nv\r\n--XX--", 5), Err(Broken::Format));
    }

    #[test]
    fn boundaries_come_quoted_and_bare() {
        for text in [
            "multipart/form-data; boundary=a=b+c",
            "multipart/form-data; charset=utf-8; boundary=\"a=b+c\"",
            "multipart/form-data;BOUNDARY=a=b+c; x=y",
        ] {
            assert_eq!(
                parameter(text, "boundary").as_deref(),
                Some("a=b+c"),
                "{text}"
            );
        }
        assert!(Multipart::for_content_type("multipart/form-data").is_none());
    }

    proptest! {
        #[test]
        fn any_bytes_come_through(
            bytes in prop::collection::vec(prop::sample::select(b"\r\n-X\0a".to_vec()), 0..60),
            chunk in 1_usize..40,
        ) {
            prop_assume!(memchr::memmem::find(&bytes, b"\r\n--XX").is_none());
            let mut body = b"--XX\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n".to_vec();
            body.extend(&bytes);
            body.extend(b"\r\n--XX--\r\n");
            // A delimiter may also form over the end of the content; then the content is shorter.
            let parts = parse(&body, chunk);
            prop_assert_eq!(parts, Ok(vec![("f".to_owned(), bytes)]));
        }

        #[test]
        fn no_bytes_panic(body in prop::collection::vec(any::<u8>(), 0..200), chunk in 1_usize..40) {
            let _ = parse(&body, chunk);
        }
    }
}
