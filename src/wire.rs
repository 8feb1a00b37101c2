//! Names and shapes on the wire: operations, fields, the envelope, lenient values, and the code table.

use serde::Deserialize;
use serde_json::Value;

mod codes;

pub use codes::{CODES, Class, CodeRow, classify, code, code_row};

/// The operations, as the field `op` names them (PROTOCOL §1).
pub mod op {
    /// Open a session, or learn that nothing needs to be sent (§1.3).
    pub const INIT: &str = "upload_slice_init";
    /// Send one slice (§1.4).
    pub const DATA: &str = "upload_slice_data";
    /// Ask what the server holds (§1.5).
    pub const LIST: &str = "upload_slice_list";
    /// Turn the slices into the object (§1.6).
    pub const FINISH: &str = "upload_slice_finish";
    /// Send a whole file in one request (§1.2).
    pub const UPLOAD: &str = "upload";
    /// Open a session and send its slices by one operation, as older clients do (§5.5).
    pub const SINGLE: &str = "upload_slice";
    /// Make a directory (§1.7).
    pub const CREATE: &str = "create";
    /// List a directory (§1.7).
    pub const LIST_DIR: &str = "list";
    /// Ask for the attributes of an object or directory (§1.7).
    pub const STAT: &str = "stat";
    /// Change attributes (§1.7).
    pub const UPDATE: &str = "update";
    /// Rename (§1.7).
    pub const MOVE: &str = "move";
    /// Copy (§1.7).
    pub const COPY: &str = "copy";
    /// Remove a file, an empty directory, or an unfinished session (§1.7).
    pub const DELETE: &str = "delete";
}

/// The form fields; a server matches them without regard to case (PROTOCOL §1.1.1).
pub mod field {
    /// The operation.
    pub const OP: &str = "op";
    /// Bytes of a slice or a whole file.
    pub const FILE_CONTENT: &str = "filecontent";
    /// Whole-file SHA-1, 40 hex digits.
    pub const SHA: &str = "sha";
    /// Length of the whole file in bytes.
    pub const FILE_SIZE: &str = "filesize";
    /// Wanted slice size in bytes.
    pub const SLICE_SIZE: &str = "slice_size";
    /// The digest chain as JSON.
    pub const UPLOAD_PARTS: &str = "uploadparts";
    /// The opaque session.
    pub const SESSION: &str = "session";
    /// Offset of a slice in bytes.
    pub const OFFSET: &str = "offset";
    /// MD5 of a slice, which only the PHP SDK sends.
    pub const DATA_MD5: &str = "datamd5";
    /// `0` replaces an object of the same name, `1` (the default) does not.
    pub const INSERT_ONLY: &str = "insertOnly";
    /// The caller's own attribute.
    pub const BIZ_ATTR: &str = "biz_attr";
    /// Where a move or copy goes.
    pub const DEST_FILEID: &str = "dest_fileid";
    /// `1` lets a move or copy replace an object.
    pub const TO_OVER_WRITE: &str = "to_over_write";
    /// Who may read an object: one of [`super::AUTHORITIES`].
    pub const AUTHORITY: &str = "authority";
    /// Headers that a download carries, as JSON.
    pub const CUSTOM_HEADERS: &str = "custom_headers";
    /// Whether downloads are forbidden.
    pub const FORBID: &str = "forbid";
    /// How many entries of a directory to list.
    pub const NUM: &str = "num";
    /// Where the next page of a directory begins; opaque.
    pub const CONTEXT: &str = "context";
}

/// What `authority` may say (PROTOCOL §1.7): the bucket's rule, private, or readable by all.
pub const AUTHORITIES: &[&str] = &["eInvalid", "eWRPrivate", "eWPrivateRPublic"];

/// Most entries that one page of a directory has (PROTOCOL §1.7).
pub const LIST_LIMIT: u64 = 1000;

/// The prefix of every path of the API.
pub const API_PREFIX: &str = "/files/v2";

/// Largest file that goes up in one request, in bytes (PROTOCOL §5.3).
pub const WHOLE_LIMIT: u64 = 20 * 1024 * 1024;

/// Longest object key in bytes (PROTOCOL §5.2).
pub const KEY_LIMIT: usize = 850;

/// Longest bucket name in bytes (PROTOCOL §5.2).
pub const BUCKET_LIMIT: usize = 40;

/// Whether the service takes this as the name of a bucket (PROTOCOL §5.2).
pub fn bucket_name_fits(name: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=BUCKET_LIMIT).contains(&name.len()) && name.bytes().all(fits)
}

/// Characters that no part of a path may contain (PROTOCOL §5.2).
pub const RESERVED_IN_PATH: &[char] = &['?', '*', ':', '|', '\\', '<', '>', '"'];

/// The slice size that is always right, in bytes: the one that goes with a sha (PROTOCOL §5.3).
pub const DEFAULT_SLICE_SIZE: u64 = 1024 * 1024;

/// Smallest slice size the service takes, in bytes (PROTOCOL §1.3).
pub const MIN_SLICE_SIZE: u64 = 64 * 1024;

/// Largest slice size the service takes, in bytes (PROTOCOL §1.3).
pub const MAX_SLICE_SIZE: u64 = 3 * 1024 * 1024;

/// Whether the service takes this slice size (PROTOCOL §1.3, "real slice-size rule").
pub fn slice_size_fits(size: u64) -> bool {
    (MIN_SLICE_SIZE..=MAX_SLICE_SIZE).contains(&size)
        && (size <= DEFAULT_SLICE_SIZE || size.is_multiple_of(DEFAULT_SLICE_SIZE))
}

/// The frame of every JSON answer (PROTOCOL §1.1).
#[derive(Debug, Clone, Deserialize)]
pub struct Envelope {
    /// 0 for success.
    #[serde(deserialize_with = "lenient_code")]
    pub code: i64,
    /// The service's own word for it.
    #[serde(default)]
    pub message: Option<String>,
    /// The id to quote when asking the service about this request.
    #[serde(default)]
    pub request_id: Option<String>,
    /// What the operation answers; absent with most errors.
    #[serde(default)]
    pub data: Value,
}

fn lenient_code<'de, D: serde::Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
    let value = Value::deserialize(from)?;
    value
        .as_i64()
        .or_else(|| value.as_str()?.trim().parse().ok())
        .ok_or_else(|| serde::de::Error::custom("code is not a whole number"))
}

/// A number that may come as a number or as a text (PROTOCOL §1.1); `None` when it is neither.
pub fn number(data: &Value, name: &str) -> Option<u64> {
    let value = data.get(name)?;
    value
        .as_u64()
        .or_else(|| value.as_str()?.trim().parse().ok())
}

/// A text; numbers are taken as their digits, empty texts as absent.
pub fn text(data: &Value, name: &str) -> Option<String> {
    match data.get(name)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// `listparts` in every shape of PROTOCOL §3.3: an array, a text holding one, null, empty or missing.
/// Gives `(offset, datalen)` in ascending order; items without both numbers are left out.
pub fn list_parts(data: &Value) -> Vec<(u64, u64)> {
    let held = data.get("listparts");
    let parsed: Value;
    let items = match held {
        Some(Value::Array(items)) => items.as_slice(),
        Some(Value::String(text)) => {
            parsed = serde_json::from_str(text).unwrap_or(Value::Null);
            parsed.as_array().map_or(&[][..], Vec::as_slice)
        }
        _ => &[],
    };
    let mut parts: Vec<_> = items
        .iter()
        .filter_map(|item| Some((number(item, field::OFFSET)?, number(item, "datalen")?)))
        .collect();
    parts.sort_unstable();
    parts
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn list_parts_in_every_shape() {
        let expected = vec![(0, 4), (4, 4)];
        for (shape, parts) in [
            (
                json!([{"offset":0,"datalen":4},{"offset":4,"datalen":4}]),
                &expected,
            ),
            (
                json!([{"offset":"4","datalen":"4"},{"offset":0,"datalen":4}]),
                &expected,
            ),
            (
                json!(r#"[{"offset":4,"datalen":4},{"offset":0,"datalen":4}]"#),
                &expected,
            ),
            (json!(null), &vec![]),
            (json!(""), &vec![]),
            (json!("not json"), &vec![]),
            (json!([{"offset":-1,"datalen":4}, 7, {"offset":3}]), &vec![]),
        ] {
            assert_eq!(
                &list_parts(&json!({"listparts": shape.clone()})),
                parts,
                "{shape}"
            );
        }
        assert!(list_parts(&json!({})).is_empty());
    }

    #[test]
    fn numbers_come_as_numbers_and_as_texts() {
        let envelope: Envelope =
            serde_json::from_str(r#"{"code":"-197","message":"m","data":{"n":"7","m":8}}"#)
                .unwrap();
        assert_eq!(envelope.code, -197);
        assert_eq!(number(&envelope.data, "n"), Some(7));
        assert_eq!(number(&envelope.data, "m"), Some(8));
        assert_eq!(text(&envelope.data, "m").as_deref(), Some("8"));
    }

    #[test]
    fn slice_sizes_the_service_takes() {
        for (size, fits) in [
            (65_535, false),
            (65_536, true),
            (524_288, true),
            (1_048_576, true),
            (1_572_864, false),
            (2_097_152, true),
            (3_145_728, true),
            (4_194_304, false),
        ] {
            assert_eq!(slice_size_fits(size), fits, "{size}");
        }
    }

    proptest! {
        #[test]
        fn no_body_panics(text in ".{0,200}") {
            if let Ok(envelope) = serde_json::from_str::<Envelope>(&text) {
                list_parts(&envelope.data);
            }
            list_parts(&json!({ "listparts": text }));
        }
    }
}
