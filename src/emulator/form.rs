//! The fields of a request, from the query, a multipart body, a JSON body or a urlencoded one alike,
//! read within limits.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use percent_encoding::percent_decode;
use serde_json::Value;
use tempfile::NamedTempFile;

use super::answer::{Refusal, refuse};
use super::disk::sum_of;
use super::landing::Landing;
use super::multipart::Sink;
use super::paths::Resource;
use super::service::Service;
use super::storage::Storage;
use crate::digest::Sha1Sum;
use crate::wire::{MAX_SLICE_SIZE, WHOLE_LIMIT, code, field};

/// Most fields that a request may have.
const FIELD_COUNT_LIMIT: usize = 64;

/// Longest value of an ordinary field, in bytes (PROTOCOL §5.2: 64 KiB for `biz_attr`).
pub const FIELD_LIMIT: usize = 64 * 1024;

/// Longest `uploadparts`, in bytes: enough for some 2 TiB in parts of 1 MiB.
const PARTS_LIMIT: u64 = 192 * 1024 * 1024;

/// Longest body that is read at all, in bytes.
pub const BODY_LIMIT: u64 = PARTS_LIMIT + 1024 * 1024;

/// Content up to this size stays in memory, in bytes: one slice of the largest size, and a byte to
/// see that it is too long.
const MEMORY_LIMIT: usize = 3 * 1024 * 1024 + 1;
const _: () = assert!(MEMORY_LIMIT as u64 == MAX_SLICE_SIZE + 1);

/// The bytes of a field that may be long.
#[derive(Debug)]
pub enum Content {
    /// Short enough for memory.
    Memory(Vec<u8>),
    /// In a file that vanishes unless it is given a place.
    Spooled(NamedTempFile),
    /// Written into the session that it is a slice of.
    Landed(Landing),
    /// Longer than anything the service takes; only counted.
    TooLong,
}

impl Content {
    /// Takes a slice that has begun to land into memory again.
    fn read_back(&mut self) -> io::Result<()> {
        if let Self::Landed(landing) = self {
            *self = Self::Memory(landing.read_back()?);
        }
        Ok(())
    }

    /// The SHA-1 of the bytes, and how many there are; `None` when they are too many.
    pub fn sum(&mut self) -> io::Result<Option<(Sha1Sum, u64)>> {
        Ok(match self {
            Self::Memory(bytes) => Some((Sha1Sum::of(bytes), bytes.len() as u64)),
            Self::Spooled(file) => {
                let file = file.as_file_mut();
                file.seek(SeekFrom::Start(0))?;
                Some((sum_of(file)?, file.metadata()?.len()))
            }
            Self::Landed(_) | Self::TooLong => None,
        })
    }

    /// The bytes as a file of their own.
    pub fn into_file(self, storage: &Storage) -> io::Result<NamedTempFile> {
        match self {
            Self::Spooled(file) => Ok(file),
            Self::Memory(bytes) => {
                let mut file = storage.disk().spool()?;
                file.write_all(&bytes)?;
                Ok(file)
            }
            Self::Landed(_) | Self::TooLong => Err(io::ErrorKind::FileTooLarge.into()),
        }
    }

    /// The bytes as a stream.
    pub fn reader(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(match self {
            Self::Memory(bytes) => Box::new(bytes.as_slice()),
            Self::Spooled(file) => {
                let mut file: File = file.reopen()?;
                file.seek(SeekFrom::Start(0))?;
                Box::new(io::BufReader::with_capacity(64 * 1024, file))
            }
            Self::Landed(_) | Self::TooLong => return Err(io::ErrorKind::FileTooLarge.into()),
        })
    }
}

/// The fields of a request, their names in lower case.
#[derive(Debug, Default)]
pub struct Form {
    fields: HashMap<String, String>,
    /// The field `filecontent`.
    pub content: Option<Content>,
    /// The field `uploadparts`.
    pub parts: Option<Content>,
}

impl Form {
    /// The value of a field, whatever its case on the wire; an empty one counts as absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields
            .get(&name.to_ascii_lowercase())
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// Whether the field was there at all, be it empty.
    pub fn has(&self, name: &str) -> bool {
        self.fields.contains_key(&name.to_ascii_lowercase())
    }

    /// The value of a field that holds a whole number; `None` when it is absent or holds none.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.get(name)?.trim().parse().ok()
    }

    /// Adds a field; a later one of the same name replaces an earlier one.
    pub fn set(&mut self, name: &str, value: String) -> Result<(), Refusal> {
        if self.fields.len() >= FIELD_COUNT_LIMIT || value.len() > FIELD_LIMIT {
            return refuse(code::PARAMETER);
        }
        self.fields.insert(name.to_ascii_lowercase(), value);
        Ok(())
    }

    /// Adds the fields of a query or of a urlencoded body.
    pub fn merge_urlencoded(&mut self, text: &[u8]) -> Result<(), Refusal> {
        for pair in text.split(|byte| *byte == b'&').filter(|p| !p.is_empty()) {
            let at = pair.iter().position(|byte| *byte == b'=');
            let (name, value) = at.map_or((pair, &b""[..]), |at| (&pair[..at], &pair[at + 1..]));
            self.set(&urldecode(name)?, urldecode(value)?)?;
        }
        Ok(())
    }

    /// Adds the members of a JSON object; those that are no texts are taken as their JSON.
    pub fn merge_json(&mut self, body: &[u8]) -> Result<(), Refusal> {
        let Ok(Value::Object(members)) = serde_json::from_slice(body) else {
            return refuse(code::JSON_FORMAT);
        };
        for (name, value) in members {
            let text = match value {
                Value::String(text) => text,
                Value::Null => String::new(),
                Value::Bool(yes) => u8::from(yes).to_string(),
                other => other.to_string(),
            };
            if name.eq_ignore_ascii_case(field::UPLOAD_PARTS) {
                self.parts = Some(Content::Memory(text.into_bytes()));
            } else {
                self.set(&name, text)?;
            }
        }
        Ok(())
    }
}

fn urldecode(text: &[u8]) -> Result<String, Refusal> {
    let spaced: Vec<u8> = text
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    percent_decode(&spaced)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| Refusal::of(code::NOT_UTF8))
}

/// Fills a form with the parts of a multipart body.
#[derive(Debug)]
pub struct FormSink {
    /// What was found so far.
    pub form: Form,
    storage: Arc<Storage>,
    site: Option<Site>,
    current: Current,
    expected: usize,
}

/// Where the slices of a path can land.
#[derive(Debug)]
pub struct Site {
    /// What knows the sessions.
    pub service: Arc<Service>,
    /// The path.
    pub resource: Resource,
}

impl Site {
    fn landing(&self, form: &Form) -> Option<Landing> {
        // One that is too old is dropped where that may take its time.
        let session = self.service.fresh_session(&self.resource)?;
        Landing::of(form, session).ok()?
    }
}

#[derive(Debug)]
enum Current {
    Between,
    Skipped,
    Field(String, Vec<u8>),
    Content(Content, u64),
    Parts(Content, u64),
}

impl FormSink {
    /// A sink that adds to `form`; `expected` is the announced length of the body in bytes, if any, and
    /// `site` where a slice may go at once.
    pub fn new(
        form: Form,
        storage: Arc<Storage>,
        site: Option<Site>,
        expected: Option<u64>,
    ) -> Self {
        let expected = expected.and_then(|len| usize::try_from(len).ok());
        Self {
            form,
            storage,
            site,
            current: Current::Between,
            expected: expected.unwrap_or(0).min(MEMORY_LIMIT),
        }
    }

    /// The form, once the body is over, and why it is refused, if so. A slice that landed stays where
    /// it is unless the fields that came after it say otherwise.
    pub fn into_form(mut self) -> (Form, Option<Refusal>) {
        let mut refusal = None;
        if let Some(mut content) = self.form.content.take() {
            if let Content::Landed(landing) = &content
                && !landing.may_stay(&self.form)
            {
                refusal = content.read_back().err().map(Refusal::from);
            }
            self.form.content = Some(content);
        }
        (self.form, refusal)
    }

    /// Whether the part being read is the content: what is slowed down when a fault says so.
    pub fn in_content(&self) -> bool {
        matches!(self.current, Current::Content(..))
    }
}

impl Sink for FormSink {
    type Error = Refusal;

    fn begin(&mut self, name: &str) -> Result<(), Refusal> {
        let name = name.to_ascii_lowercase();
        self.current = match name.as_str() {
            field::FILE_CONTENT => {
                let site = self.site.as_ref();
                let empty = match site.and_then(|site| site.landing(&self.form)) {
                    Some(landing) => Content::Landed(landing),
                    None => Content::Memory(Vec::with_capacity(self.expected)),
                };
                Current::Content(empty, 0)
            }
            field::UPLOAD_PARTS => Current::Parts(Content::Memory(Vec::new()), 0),
            "" => Current::Skipped,
            _ => Current::Field(name, Vec::new()),
        };
        Ok(())
    }

    fn data(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        match &mut self.current {
            Current::Field(_, value) => {
                if value.len() + bytes.len() > FIELD_LIMIT {
                    return refuse(code::PARAMETER);
                }
                value.extend_from_slice(bytes);
            }
            Current::Content(content, len) => {
                extend(content, len, bytes, WHOLE_LIMIT, &self.storage)?;
            }
            Current::Parts(content, len) => {
                extend(content, len, bytes, PARTS_LIMIT, &self.storage)?;
            }
            Current::Between | Current::Skipped => {}
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), Refusal> {
        match std::mem::replace(&mut self.current, Current::Between) {
            Current::Field(name, value) => {
                let text = String::from_utf8(value).map_err(|_| Refusal::of(code::NOT_UTF8))?;
                self.form.set(&name, text)?;
            }
            Current::Content(content, _) => self.form.content = Some(content),
            Current::Parts(content, _) => self.form.parts = Some(content),
            Current::Between | Current::Skipped => {}
        }
        Ok(())
    }
}

fn extend(
    content: &mut Content,
    len: &mut u64,
    bytes: &[u8],
    limit: u64,
    storage: &Storage,
) -> Result<(), Refusal> {
    *len += bytes.len() as u64;
    if *len > limit {
        *content = Content::TooLong;
    }
    if let Content::Landed(landing) = content
        && !landing.has_room_for(bytes.len())
    {
        content.read_back()?;
    }
    match content {
        Content::Landed(landing) => {
            if let Some(mut before) = landing.write(bytes)? {
                before.extend_from_slice(bytes);
                *content = Content::Memory(before);
            }
        }
        Content::Memory(held) if held.len() + bytes.len() > MEMORY_LIMIT => {
            let mut file = storage.disk().spool()?;
            file.write_all(held)?;
            file.write_all(bytes)?;
            *content = Content::Spooled(file);
        }
        Content::Memory(held) => held.extend_from_slice(bytes),
        Content::Spooled(file) => file.write_all(bytes)?,
        Content::TooLong => {}
    }
    Ok(())
}
