//! The four slice operations: init, data, list and finish (PROTOCOL §1.3 to §1.6, §3).

use std::fs::File;
use std::path::Path;

use md5::{Digest, Md5};
use serde_json::{Value, json};

use super::answer::{Outcome, Refusal, refuse, urls};
use super::disk::sum_of;
use super::fault::{ListParts, SessionFault};
use super::form::{Content, Form};
use super::landing::Slice;
use super::parts::parse_parts;
use super::records::Attributes;
use super::service::{Call, Service};
use super::session::{Put, Session, Terms};
use crate::digest::{Sha1Sum, decode_hex};
use crate::wire::{code, field, slice_size_fits};

impl Service {
    /// Opens a session, or finds that nothing needs to be sent.
    pub(super) fn slice_init(&self, mut call: Call) -> Outcome {
        let form = &mut call.form;
        let file_size = match form.get(field::FILE_SIZE) {
            None => return refuse(code::NO_FILE_SIZE),
            Some(text) => match text.trim().parse::<u64>() {
                Ok(size) if size > 0 => size,
                _ => return refuse(code::FILE_SIZE),
            },
        };
        let slice_size = form
            .number(field::SLICE_SIZE)
            .filter(|size| slice_size_fits(*size));
        let Some(slice_size) = slice_size else {
            return refuse(code::SLICE_SIZE);
        };
        let sha = sha_of(form)?;
        let overwrite = overwrites(form)?;
        let parts = match form.parts.take() {
            Some(Content::Memory(text)) if text.is_empty() => None,
            Some(content) => Some(parse_parts(&content, file_size, sha)?),
            None => None,
        };
        if sha.is_some() && parts.is_none() && self.rules.require_parts {
            return refuse(code::UPLOAD_PARTS_FORMAT);
        }
        let resource = &call.resource;
        let _held = self.lock(resource);
        self.need_parent(resource)?;
        self.need_room(resource)?;
        if let Some(answer) = self.instant(&call, file_size, sha, overwrite)? {
            return Ok(answer);
        }
        if let Some(session) = self.session(resource)? {
            let known = session.terms().sha.as_deref().and_then(decode_hex);
            let other_sha = sha.is_some() && known.is_some() && sha != known;
            let other = other_sha || session.terms().file_size != file_size;
            return refuse(if other {
                code::UNFINISHED_OTHER
            } else {
                code::UNFINISHED
            });
        }
        let terms = Terms {
            version: 1,
            session: new_session()?,
            appid: resource.appid.clone(),
            bucket: resource.bucket.clone(),
            path: resource.path.clone(),
            file_size,
            slice_size: call.effects.slice_size.unwrap_or(slice_size),
            sha: sha.map(|sha| Sha1Sum(sha).to_string()),
            proven: parts.is_some(),
            overwrite,
            serial: self.rules.serial || call.effects.serial,
            biz_attr: call.form.get(field::BIZ_ATTR).unwrap_or("").to_owned(),
            created: call.now,
        };
        let mut data = json!({ "session": terms.session, "slice_size": terms.slice_size });
        if terms.serial {
            data["serial_upload"] = 1.into();
        }
        if !terms.has_fitting_slices() {
            return refuse(code::FILE_TOO_LARGE);
        }
        let parts = parts.unwrap_or_default().into_iter();
        self.keep_session(Session::create(&self.storage, terms, parts)?);
        Ok(wrong_session(&call, data))
    }

    /// The answer of an instant upload, if the content is known; refuses when the object exists and
    /// must not be replaced (PROTOCOL §3.1, §6 12).
    fn instant(
        &self,
        call: &Call,
        file_size: u64,
        sha: Option<[u8; 20]>,
        overwrite: bool,
    ) -> Result<Option<Value>, Refusal> {
        let resource = &call.resource;
        let object = match sha {
            Some(_) => self.storage.object(resource)?,
            None => self.storage.entry(resource)?,
        };
        let wanted = sha.map(|sha| Sha1Sum(sha).to_string());
        let same = object
            .as_ref()
            .is_some_and(|object| Some(&object.sha) == wanted.as_ref() && object.size == file_size);
        if object.is_some() && !same && !overwrite {
            return refuse(code::EXISTS);
        }
        // What is unfinished here comes first: its client is to finish it, or to drop it.
        let unfinished = self.session(resource)?.is_some();
        if !same {
            let Some(sha) = sha.filter(|_| !unfinished) else {
                return Ok(None);
            };
            let Some(known) = self.storage.same_content(resource, &sha, file_size)? else {
                return Ok(None);
            };
            // It may have been replaced or removed since it was found.
            let Some((copy, _)) = self
                .storage
                .duplicate(&known)?
                .filter(|(_, copied)| Some(&copied.sha) == wanted.as_ref())
            else {
                return Ok(None);
            };
            let mut attributes = Attributes {
                sha: Sha1Sum(sha).to_string(),
                ctime: call.now,
                mtime: call.now,
                biz_attr: call.form.get(field::BIZ_ATTR).unwrap_or("").to_owned(),
                slice_size: file_size,
                ..Attributes::default()
            };
            self.storage.place(copy.path(), resource, &mut attributes)?;
        }
        let mut data = urls(resource, &call.region);
        let unique = new_session()?;
        data.insert(
            "vid".into(),
            format!("{}{}", &unique[..30], call.now).into(),
        );
        Ok(Some(Value::Object(data)))
    }

    /// Stores one slice.
    pub(super) fn slice_data(&self, call: &Call) -> Outcome {
        let form = &call.form;
        let session = self.named_session(call)?;
        let terms = session.terms();
        let Some(offset) = form.number(field::OFFSET) else {
            return refuse(code::PARAMETER);
        };
        let slice = match &form.content {
            Some(Content::Memory(bytes)) => Slice::Memory(bytes),
            Some(Content::Landed(landing)) => Slice::Landed(landing),
            Some(_) => return refuse(code::SLICE_TOO_LARGE),
            None => return refuse(code::NO_CONTENT),
        };
        if !offset.is_multiple_of(terms.slice_size) {
            return refuse(code::OFFSET);
        }
        let index = offset / terms.slice_size;
        let (len, expected) = (slice.received(), session.slice_len(index));
        match len {
            0 if expected > 0 => return refuse(code::NO_CONTENT),
            len if len > expected || expected == 0 => return refuse(code::SLICE_TOO_LARGE),
            len if len < expected => return refuse(code::SLICE_TOO_SMALL),
            _ => {}
        }
        let out_of_turn =
            terms.serial && self.rules.strict_serial && index > session.first_missing();
        if out_of_turn {
            return refuse(code::OFFSET);
        }
        if let (Some(sent), Some(known)) = (sha_of(form)?, &terms.sha)
            && Sha1Sum(sent).to_string() != *known
        {
            return refuse(code::HASH_DIFFERS);
        }
        let md5 = match (form.get(field::DATA_MD5), &slice) {
            (Some(sent), Slice::Memory(bytes)) => Some((sent, hex(&Md5::digest(bytes)))),
            _ => None,
        };
        if md5
            .as_ref()
            .is_some_and(|(sent, found)| !sent.eq_ignore_ascii_case(found))
        {
            return refuse(code::HASH_DIFFERS);
        }
        if slice.proof(&session, offset)? == Some(false) {
            return refuse(code::HASH_DIFFERS);
        }
        if slice.put(&session, index)? == Put::Ended {
            return refuse(code::WRONG_SESSION);
        }
        let mut data = json!({ "session": terms.session, "offset": offset, "datalen": len });
        if terms.serial {
            data["serial_upload"] = 1.into();
        }
        if let Some((_, found)) = md5 {
            data["datamd5"] = found.into();
        }
        Ok(wrong_session(call, data))
    }

    /// Says what is held, or that the file is complete.
    pub(super) fn slice_list(&self, call: &Call) -> Outcome {
        let resource = &call.resource;
        let Some(session) = self.session(resource)? else {
            return match self.storage.entry(resource)? {
                Some(_) => Ok(Value::Object(urls(resource, &call.region))),
                None => refuse(code::NOT_FOUND),
            };
        };
        let terms = session.terms();
        let mut parts: Vec<_> = session
            .held()
            .into_iter()
            .map(|(offset, len)| json!({ "offset": offset, "datalen": len }))
            .collect();
        if call.effects.list_parts == Some(ListParts::Unordered) {
            let middle = parts.len() / 2;
            parts.rotate_left(middle);
            parts.reverse();
        }
        let parts = match call.effects.list_parts {
            Some(ListParts::Text) => Value::from(Value::Array(parts).to_string()),
            _ => Value::Array(parts),
        };
        let mut data = json!({
            "session": terms.session,
            "filesize": terms.file_size,
            "slice_size": terms.slice_size,
            "listparts": parts,
        });
        if let Some(sha) = &terms.sha {
            let suffix = if call.effects.sha_suffix { "_1" } else { "" };
            data["sha"] = format!("{sha}{suffix}").into();
        }
        if terms.serial {
            data["serial_upload"] = 1.into();
        }
        Ok(wrong_session(call, data))
    }

    /// Makes the object of the slices.
    pub(super) fn slice_finish(&self, call: &Call) -> Outcome {
        let (form, resource) = (&call.form, &call.resource);
        let _held = self.lock(resource);
        let answer = || Ok(Value::Object(urls(resource, &call.region)));
        let session = match self.named_session(call) {
            Ok(session) => session,
            Err(lost) => {
                let named = form.get(field::SESSION);
                let object = self.storage.entry(resource)?;
                let done = object.is_some_and(|object| Some(object.session.as_str()) == named);
                return if done && named.is_some() {
                    answer()
                } else {
                    Err(lost)
                };
            }
        };
        let terms = session.terms();
        let Some(file_size) = form.number(field::FILE_SIZE) else {
            return refuse(code::NO_FILE_SIZE);
        };
        if file_size != terms.file_size {
            return refuse(code::LENGTH_DIFFERS);
        }
        let sent = sha_of(form)?.map(|sha| Sha1Sum(sha).to_string());
        match (&sent, &terms.sha) {
            (None, Some(_)) => return refuse(code::SHA_MISSING),
            (Some(sent), Some(known)) if sent != known => return refuse(code::HASH_DIFFERS),
            _ => {}
        }
        if !terms.overwrite && self.storage.entry(resource)?.is_some() {
            return refuse(code::EXISTS);
        }
        self.need_parent(resource)?;
        self.need_room(resource)?;
        let ended = session.finish(|file| {
            if !session.is_complete() {
                return refuse(code::LENGTH_DIFFERS);
            }
            self.settle_slices(&session, file, sent.as_deref(), call.now)
        });
        if session.has_ended() {
            self.forget_session(&session);
        }
        match ended? {
            Some(()) => answer(),
            None => refuse(code::WRONG_SESSION),
        }
    }

    fn settle_slices(
        &self,
        session: &Session,
        file: &Path,
        sent: Option<&str>,
        now: u64,
    ) -> Result<(), Refusal> {
        let terms = session.terms();
        if file.metadata()?.len() != terms.file_size {
            return refuse(code::LENGTH_DIFFERS);
        }
        // Slices on the ends of parts were proved one by one; then the sum is known without reading.
        // Where no sum was promised, it is left for whoever asks for it first.
        let proven = terms.sha.is_some() && terms.proven && session.is_proven_whole()?;
        let sha = sent.unwrap_or_default().to_owned();
        if !proven && sent.is_some() && sum_of(&mut File::open(file)?)?.to_string() != sha {
            return refuse(code::HASH_DIFFERS);
        }
        let mut attributes = Attributes {
            sha,
            ctime: now,
            mtime: now,
            biz_attr: terms.biz_attr.clone(),
            slice_size: terms.slice_size,
            session: terms.session.clone(),
            ..Attributes::default()
        };
        self.storage
            .place(file, &session.resource(), &mut attributes)?;
        Ok(())
    }

    /// The session that the request names, if it is the one of the path.
    pub(super) fn named_session(&self, call: &Call) -> Result<std::sync::Arc<Session>, Refusal> {
        let named = call.form.get(field::SESSION);
        match self.session(&call.resource)? {
            Some(session) if Some(session.terms().session.as_str()) == named => Ok(session),
            _ => refuse(code::WRONG_SESSION),
        }
    }
}

/// The field `sha`, where it is there: 40 hex digits, or -169.
pub(super) fn sha_of(form: &Form) -> Result<Option<[u8; 20]>, Refusal> {
    match form.get(field::SHA) {
        None => Ok(None),
        Some(text) => match decode_hex(text.trim()) {
            Some(sha) => Ok(Some(sha)),
            None => refuse(code::SHA_FORMAT),
        },
    }
}

/// Whether `insertOnly` lets an object be replaced; by default it does not. The Node SDK sends a number
/// as a NUL byte, which counts as absent like every empty value.
pub(super) fn overwrites(form: &Form) -> Result<bool, Refusal> {
    let bare = |text: &'_ str| {
        text.trim_matches(|c: char| c.is_whitespace() || c == '\0')
            .to_owned()
    };
    match form.get(field::INSERT_ONLY).map(bare).as_deref() {
        None | Some("" | "1") => Ok(false),
        Some("0") => Ok(true),
        Some(_) => refuse(code::PARAMETER),
    }
}

fn new_session() -> Result<String, Refusal> {
    let mut bytes = [0_u8; 48];
    getrandom::fill(&mut bytes).map_err(|_| Refusal::of(code::STORAGE))?;
    Ok(hex(&bytes))
}

fn hex(bytes: &[u8]) -> String {
    let digit = |four: u8| char::from_digit(u32::from(four), 16).unwrap_or('0');
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

fn wrong_session(call: &Call, mut data: Value) -> Value {
    if call.effects.session == Some(SessionFault::Wrong) && data.get("session").is_some() {
        data["session"] = "0".repeat(96).into();
    }
    data
}
