//! What the service answers: success with data, a refusal by code, and the URL shapes in both.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::{Map, Value};

use super::paths::Resource;
use crate::sign::encode_path;
use crate::wire::{code, code_row, field};

/// A refusal: what the envelope says, and the HTTP status that goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The code in the envelope.
    pub code: i64,
    /// The HTTP status (PROTOCOL §4).
    pub status: u16,
    /// The message in the envelope.
    pub message: String,
}

impl Refusal {
    /// The refusal that the code table has for `code`.
    pub fn of(code: i64) -> Self {
        let (status, message) = code_row(code).map_or((400, "ERROR"), |row| (row.http, row.name));
        Self {
            code,
            status,
            message: message.to_owned(),
        }
    }
}

/// What the storage could not do. Names the filesystem refuses are the caller's fault; everything
/// else, a full disk above all, is the backend's (-195).
impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        let code = match error.kind() {
            io::ErrorKind::InvalidFilename | io::ErrorKind::InvalidInput => code::ILLEGAL_PATH,
            io::ErrorKind::NotFound => code::NOT_FOUND,
            io::ErrorKind::NotADirectory
            | io::ErrorKind::IsADirectory
            | io::ErrorKind::AlreadyExists => code::DIR_EXISTS,
            _ => code::STORAGE,
        };
        Self::of(code)
    }
}

/// What an operation gives: the `data` of the envelope (`Null` for none), or a refusal.
pub type Outcome = Result<Value, Refusal>;

/// Refuses with `code`.
pub fn refuse<T>(code: i64) -> Result<T, Refusal> {
    Err(Refusal::of(code))
}

/// The four URLs of an object, as finish, upload, an instant upload and list give them (PROTOCOL §1.5).
pub fn urls(resource: &Resource, region: &str) -> Map<String, Value> {
    let Resource {
        appid,
        bucket,
        path,
    } = resource;
    let encoded = encode_path(path);
    let url = format!("http://{region}.file.myqcloud.com/files/v2/{appid}/{bucket}{encoded}");
    let mut urls = Map::new();
    urls.insert("access_url".into(), access_url(resource).into());
    urls.insert("resource_path".into(), resource.to_string().into());
    urls.insert("source_url".into(), source_url(resource, region).into());
    urls.insert("url".into(), url.into());
    urls
}

/// Where the object is served by the delivery network. The path in it is not encoded, other than in
/// the rest of the URLs (PROTOCOL §1.5).
pub fn access_url(resource: &Resource) -> String {
    let Resource {
        appid,
        bucket,
        path,
    } = resource;
    format!("http://{bucket}-{appid}.file.myqcloud.com{path}")
}

/// Where the object is served by its origin.
pub fn source_url(resource: &Resource, region: &str) -> String {
    let Resource { appid, bucket, .. } = resource;
    let encoded = encode_path(&resource.path);
    format!("http://{bucket}-{appid}.cos{region}.myqcloud.com{encoded}")
}

/// The frame of every answer, in the order the service writes it (PROTOCOL §1.1).
#[derive(Serialize)]
struct Frame<'a> {
    code: i64,
    message: &'a str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    datamd5: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
}

/// The body of an answer. `datamd5` stands beside `data` as well as in it: clients look for it in
/// either place (PROTOCOL §6 24).
pub fn envelope(outcome: &Outcome, request_id: &str) -> Vec<u8> {
    let data = outcome.as_ref().ok().filter(|data| !data.is_null());
    let (code, message) = match outcome {
        Ok(_) => (code::SUCCESS, "SUCCESS"),
        Err(refusal) => (refusal.code, refusal.message.as_str()),
    };
    let frame = Frame {
        code,
        message,
        request_id,
        datamd5: data.and_then(|data| data.get(field::DATA_MD5)),
        data,
    };
    // Texts and numbers alone always have a JSON form.
    serde_json::to_vec(&frame).unwrap_or_default()
}

/// Makes request ids in the service's own format: base64 of four hex numbers, the first of which is
/// the time (PROTOCOL §1.1).
#[derive(Debug, Default)]
pub struct RequestIds(AtomicU64);

impl RequestIds {
    /// The next id; `now` is unix seconds.
    pub fn next(&self, now: u64) -> String {
        let count = self.0.fetch_add(1, Ordering::Relaxed);
        let process = std::process::id();
        STANDARD.encode(format!("{now:x}_{process:x}_{:x}_{count:x}", now % 65_521))
    }
}
