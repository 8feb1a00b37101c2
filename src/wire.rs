//! Names and shapes on the wire: operations, fields, the envelope, lenient values, and the code table.

use serde::Deserialize;
use serde_json::Value;

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

/// What an answer means for the client that gets it (PROTOCOL §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// It worked.
    Success,
    /// Trouble on the way or at the server that may pass: try the same again, later.
    Transient,
    /// Like `Transient`, but the code is obscure: only a few times.
    TransientFew,
    /// The signature is too old, too young or used up: sign anew, once.
    SignatureExpired,
    /// Credentials, signature or permission refused.
    Refused,
    /// Wrong in a way that no repetition cures.
    Permanent,
    /// The object exists with other content.
    Exists,
    /// The very same file is there already.
    SameFile,
    /// The directory exists: good enough when the goal is that it exists.
    DirExists,
    /// The directory is not empty.
    DirNotEmpty,
    /// There is no such object or directory.
    NotFound,
    /// There is no such bucket, here.
    NoBucket,
    /// The session is gone: ask what there is.
    SessionLost,
    /// What the server holds is not what was thought: list, and go on from there.
    ListFirst,
    /// An unfinished upload of the same content is there: list, and go on.
    Unfinished,
    /// An unfinished upload of other content is there.
    UnfinishedOther,
    /// The length announced is not the length received.
    LengthDiffers,
    /// The bytes are not those the sha promised.
    HashDiffers,
    /// The sha given at init is missing at finish.
    ShaMissing,
    /// The slice size is not one the service takes.
    SliceSize,
}

/// One row of the code table.
#[derive(Debug, Clone, Copy)]
pub struct CodeRow {
    /// The code in the envelope.
    pub code: i64,
    /// The HTTP status it comes with.
    pub http: u16,
    /// The message the service sends with it.
    pub name: &'static str,
    /// What it means for a client.
    pub class: Class,
}

/// Codes by name, for those that code decides on.
pub mod code {
    #![expect(
        missing_docs,
        reason = "each is a row of the table below, which says what it means"
    )]
    pub const SUCCESS: i64 = 0;
    pub const NO_SECRET_ID: i64 = -47;
    pub const SIGNATURE_FORMAT: i64 = -48;
    pub const SIGNATURE_EXPIRED: i64 = -59;
    pub const WRONG_BUCKET: i64 = -61;
    pub const WRONG_FILEID: i64 = -63;
    pub const WRONG_APPID: i64 = -70;
    pub const BUSY: i64 = -71;
    pub const ONCE_WITH_EXPIRY: i64 = -73;
    pub const MULTI_WITHOUT_EXPIRY: i64 = -74;
    pub const NOT_FOR_THIS_OPERATION: i64 = -75;
    pub const ONCE_WITHOUT_FILEID: i64 = -76;
    pub const REPLAYED: i64 = -77;
    pub const NO_SIGNATURE: i64 = -81;
    pub const SIGNATURE_WRONG: i64 = -97;
    pub const NO_BUCKET: i64 = -133;
    pub const NOT_UTF8: i64 = -147;
    pub const FILE_PATH_SLASH: i64 = -160;
    pub const DIR_PATH_SLASH: i64 = -161;
    pub const LIST_NUM: i64 = -165;
    pub const SHA_FORMAT: i64 = -169;
    pub const DIR_NOT_EMPTY: i64 = -173;
    pub const LENGTH_DIFFERS: i64 = -175;
    pub const EXISTS: i64 = -177;
    pub const DIR_EXISTS: i64 = -178;
    pub const ILLEGAL_PATH: i64 = -180;
    pub const STORAGE: i64 = -195;
    pub const UNAVAILABLE: i64 = -196;
    pub const NOT_FOUND: i64 = -197;
    pub const BUCKET_NAME: i64 = -199;
    pub const SLICE_SIZE: i64 = -284;
    pub const FILE_TOO_LARGE: i64 = -285;
    pub const HASH_DIFFERS: i64 = -4016;
    pub const SAME_FILE: i64 = -4018;
    pub const UNFINISHED: i64 = -4019;
    pub const UNFINISHED_OTHER: i64 = -4020;
    pub const OFFSET: i64 = -4024;
    pub const UPLOAD_PARTS_FORMAT: i64 = -5965;
    pub const NO_FILE_SIZE: i64 = -5971;
    pub const METHOD: i64 = -5972;
    pub const JSON_FORMAT: i64 = -5975;
    pub const NO_OP: i64 = -5980;
    pub const WRONG_SESSION: i64 = -5983;
    pub const NO_CONTENT: i64 = -5990;
    pub const SLICE_TOO_LARGE: i64 = -5991;
    pub const MULTIPART_FORMAT: i64 = -5993;
    pub const URL_FORMAT: i64 = -5994;
    pub const FILE_SIZE: i64 = -5995;
    pub const NETWORK: i64 = -5997;
    pub const AUTHORIZATION: i64 = -5998;
    pub const PARAMETER: i64 = -5999;
    pub const SHA_MISSING: i64 = -29094;
    pub const SLICE_TOO_SMALL: i64 = -283;
    pub const DOWNLOAD_NOT_FOUND: i64 = -6101;
    pub const DOWNLOAD_UNFINISHED: i64 = -45062;
}

const fn row(code: i64, http: u16, class: Class, name: &'static str) -> CodeRow {
    CodeRow {
        code,
        http,
        name,
        class,
    }
}

/// Every code with a meaning of its own (PROTOCOL §4.1 to §4.3), documented ones first.
pub const CODES: &[CodeRow] = &[
    row(code::SUCCESS, 200, Class::Success, "SUCCESS"),
    row(
        code::NO_SECRET_ID,
        403,
        Class::Refused,
        "ERROR_PROXY_AUTH_SECRETID_NOT_EXIST",
    ),
    row(
        code::SIGNATURE_FORMAT,
        403,
        Class::Refused,
        "ERROR_PROXY_AUTH_SIGN_FAILED",
    ),
    row(
        code::SIGNATURE_EXPIRED,
        403,
        Class::SignatureExpired,
        "ERROR_PROXY_AUTH_SIGN_EXPIRED",
    ),
    row(
        code::WRONG_BUCKET,
        403,
        Class::Refused,
        "ERROR_PROXY_AUTH_BUCKET_NOT_MATCH",
    ),
    row(
        code::WRONG_FILEID,
        403,
        Class::Refused,
        "ERROR_PROXY_AUTH_FILEID_NOT_MATCH",
    ),
    row(
        code::WRONG_APPID,
        403,
        Class::Refused,
        "ERROR_PROXY_AUTH_APPID_NOT_MATCH",
    ),
    row(
        code::BUSY,
        503,
        Class::Transient,
        "ERROR_PROXY_TOO_MANY_REQUESTS",
    ),
    row(
        code::SIGNATURE_WRONG,
        403,
        Class::Refused,
        "ERROR_PROXY_AUTH_FAILED",
    ),
    row(-121, 403, Class::Refused, "ERROR_CMD_CORSRULE_NOT_MATCH"),
    row(
        code::NO_BUCKET,
        404,
        Class::NoBucket,
        "ERROR_CMD_BUCKET_NOTEXIST",
    ),
    row(
        code::LENGTH_DIFFERS,
        400,
        Class::LengthDiffers,
        "ERROR_CMD_COS_FILE_SIZE_NOT_EQU",
    ),
    row(code::EXISTS, 409, Class::Exists, "ERROR_CMD_COS_FILE_EXIST"),
    row(
        code::DIR_EXISTS,
        409,
        Class::DirExists,
        "ERROR_CMD_COS_PATH_CONFLICT",
    ),
    row(code::STORAGE, 500, Class::Transient, "ERROR_CMD_COS_ERROR"),
    row(
        code::UNAVAILABLE,
        503,
        Class::Transient,
        "ERROR_CMD_NETWORK_ERROR",
    ),
    row(
        code::NOT_FOUND,
        404,
        Class::NotFound,
        "ERROR_CMD_FILE_NOTEXIST",
    ),
    row(
        code::BUCKET_NAME,
        400,
        Class::Permanent,
        "ERROR_CMD_BUCKET_NAME_INVALID",
    ),
    row(
        code::SLICE_SIZE,
        400,
        Class::SliceSize,
        "ERROR_PROCESS_WRONG_SLICE_SIZE",
    ),
    row(code::HASH_DIFFERS, 409, Class::HashDiffers, "ErrNotSameSHA"),
    row(
        code::UNFINISHED,
        409,
        Class::Unfinished,
        "_ERROR_FILE_NOT_FINISH_UPLOAD",
    ),
    row(
        code::UNFINISHED_OTHER,
        409,
        Class::UnfinishedOther,
        "ERROR_FILE_NOT_FINISH_UPLOAD_OTHER_SHA",
    ),
    row(
        code::UPLOAD_PARTS_FORMAT,
        400,
        Class::Permanent,
        "ERROR_CGI_UPLOADPARTS",
    ),
    row(code::NETWORK, 503, Class::Transient, "ERROR_CGI_NETWORK"),
    row(code::PARAMETER, 400, Class::Permanent, "ERROR_CGI_PARAM"),
    row(
        code::SHA_MISSING,
        400,
        Class::ShaMissing,
        "ERROR_SHA_MISSING",
    ),
    // The legacy list; statuses as PROTOCOL §6 recommends where the documents give none.
    row(-9999, 500, Class::TransientFew, "UNKOWN"),
    row(
        -96,
        403,
        Class::SignatureExpired,
        "ERROR_PROXY_AUTH_EXPIRED",
    ),
    row(-95, 400, Class::SessionLost, "ERROR_PROXY_NO_SESSION"),
    row(-94, 400, Class::SessionLost, "ERROR_PROXY_WRONG_SESSION"),
    row(-82, 403, Class::Refused, "ERROR_PROXY_AUTH_APPID"),
    row(
        code::NO_SIGNATURE,
        403,
        Class::Refused,
        "ERROR_PROXY_AUTH_SIGN_EMPTY",
    ),
    row(-80, 403, Class::Refused, "ERROR_PROXY_AUTH_SECRETID"),
    row(-79, 403, Class::Refused, "ERROR_PROXY_AUTH_TOKEN"),
    row(
        code::REPLAYED,
        403,
        Class::SignatureExpired,
        "ERROR_PROXY_AUTH_REPLAY_ATTACH",
    ),
    row(
        code::ONCE_WITHOUT_FILEID,
        403,
        Class::Refused,
        "ERROR_PROXY_AUTH_ONCE_FILEID",
    ),
    row(
        code::NOT_FOR_THIS_OPERATION,
        403,
        Class::Refused,
        "ERROR_PROXY_AUTH_OP",
    ),
    row(
        code::MULTI_WITHOUT_EXPIRY,
        403,
        Class::Refused,
        "ERROR_PROXY_AUTH_MULTI_EXPIRED_ZERO",
    ),
    row(
        code::ONCE_WITH_EXPIRY,
        403,
        Class::Refused,
        "ERROR_PROXY_AUTH_ONCE_EXPIRED",
    ),
    row(-72, 403, Class::Refused, "ERROR_PROXY_AUTH_APP"),
    row(-64, 403, Class::Refused, "ERROR_PROXY_AUTH_LEVEL"),
    row(-62, 403, Class::Refused, "ERROR_PROXY_AUTH_LEVEL"),
    row(-60, 403, Class::Refused, "ERROR_PROXY_AUTH_LEVEL"),
    row(-190, 500, Class::Transient, "ERROR_CMD_FILE_DEL_ERROR"),
    row(-176, 409, Class::Permanent, "ERROR_CMD_BUCKET_EXIST"),
    row(-174, 409, Class::HashDiffers, "ERROR_CMD_SHA_NOT_EQU"),
    row(
        code::DIR_NOT_EMPTY,
        409,
        Class::DirNotEmpty,
        "ERROR_CMD_COS_DIR_NOT_EMPTY",
    ),
    row(-166, 404, Class::NotFound, "ERROR_CMD_INDEX_NOT_FOUND"),
    row(-144, 404, Class::NotFound, "ERROR_CMD_INDEX_NOT_EXIST"),
    row(code::NOT_UTF8, 400, Class::Permanent, "ERROR_CMD_NOT_UTF8"),
    row(
        code::FILE_PATH_SLASH,
        400,
        Class::Permanent,
        "ERROR_CMD_FILE_PATH_SLASH",
    ),
    row(
        code::DIR_PATH_SLASH,
        400,
        Class::Permanent,
        "ERROR_CMD_DIR_PATH_SLASH",
    ),
    row(
        code::ILLEGAL_PATH,
        400,
        Class::Permanent,
        "ERROR_CMD_ILLEGAL_PATH",
    ),
    row(
        code::SHA_FORMAT,
        400,
        Class::Permanent,
        "ERROR_CMD_SHA_FORMAT",
    ),
    row(code::LIST_NUM, 400, Class::Permanent, "ERROR_CMD_MAX_NUM"),
    row(-300, 503, Class::Transient, "ERROR_PROCESS_OVERLOAD"),
    row(
        -290,
        400,
        Class::SessionLost,
        "ERROR_PROCESS_INVALID_SESSION",
    ),
    row(-289, 403, Class::Permanent, "ERROR_PROCESS_DENY"),
    row(-286, 400, Class::SessionLost, "ERROR_PROCESS_SESSION"),
    row(
        code::FILE_TOO_LARGE,
        413,
        Class::Permanent,
        "ERROR_PROCESS_FILE_TOO_LARGE",
    ),
    row(
        code::SLICE_TOO_SMALL,
        400,
        Class::Permanent,
        "ERROR_PROCESS_SLICE_TOO_SMALL",
    ),
    row(-4002, 400, Class::Permanent, "ErrParam"),
    row(-4013, 400, Class::SessionLost, "ErrSessionDecode"),
    row(-4014, 500, Class::Transient, "ErrQueryOffset"),
    row(-4015, 400, Class::ListFirst, "ErrTheSameOffset"),
    row(
        code::SAME_FILE,
        409,
        Class::SameFile,
        "ERROR_SAME_FILE_UPLOAD",
    ),
    row(-4021, 400, Class::SessionLost, "ErrSession"),
    row(-4022, 400, Class::Permanent, "ErrBucketPath"),
    row(-4023, 400, Class::Permanent, "ErrChecksumSize"),
    row(code::OFFSET, 400, Class::ListFirst, "ErrOffGoBack"),
    row(-4026, 400, Class::SessionLost, "ErrIndexDeleted"),
    row(-4027, 400, Class::SessionLost, "ErrIndex"),
    row(
        code::AUTHORIZATION,
        403,
        Class::Refused,
        "ERROR_CGI_AUTHORIZATION",
    ),
    row(-5996, 405, Class::Permanent, "ERROR_CGI_METHOD"),
    row(code::FILE_SIZE, 400, Class::Permanent, "ERROR_CGI_FILESIZE"),
    row(code::URL_FORMAT, 400, Class::Permanent, "ERROR_CGI_URL"),
    row(
        code::MULTIPART_FORMAT,
        400,
        Class::Permanent,
        "ERROR_CGI_MULTIPART",
    ),
    row(-5992, 400, Class::Permanent, "ERROR_CGI_PARAM"),
    row(
        code::SLICE_TOO_LARGE,
        400,
        Class::Permanent,
        "ERROR_CGI_SLICE_TOO_LARGE",
    ),
    row(
        code::NO_CONTENT,
        400,
        Class::Permanent,
        "ERROR_CGI_NO_FILECONTENT",
    ),
    row(-5989, 500, Class::Transient, "ERROR_CGI_UPLOAD_FAIL"),
    row(-5984, 409, Class::TransientFew, "ERROR_CGI_SHA_NOT_MATCH"),
    row(
        code::WRONG_SESSION,
        400,
        Class::SessionLost,
        "ERROR_CGI_WRONG_SESSION",
    ),
    row(code::NO_OP, 400, Class::Permanent, "ERROR_CGI_NO_OP"),
    row(-5979, 400, Class::Permanent, "ERROR_CGI_NO_SHA"),
    row(
        code::JSON_FORMAT,
        400,
        Class::Permanent,
        "ERROR_CGI_JSON_PARSE",
    ),
    row(-5973, 400, Class::Permanent, "ERROR_CGI_CROSS_BUCKET"),
    row(
        code::METHOD,
        405,
        Class::Permanent,
        "ERROR_CGI_METHOD_NOT_SUPPORTED",
    ),
    row(
        code::NO_FILE_SIZE,
        400,
        Class::Permanent,
        "ERROR_CGI_NO_FILESIZE",
    ),
    row(
        code::DOWNLOAD_NOT_FOUND,
        404,
        Class::NotFound,
        "ERROR_FILE_NOT_EXIST",
    ),
    row(
        code::DOWNLOAD_UNFINISHED,
        404,
        Class::NotFound,
        "ERROR_FILE_NOT_UPLOADED",
    ),
];

/// The row of a code, if it has one.
pub fn code_row(code: i64) -> Option<&'static CodeRow> {
    CODES.iter().find(|row| row.code == code)
}

/// What an answer means: by its code where the body was an envelope, by its HTTP status otherwise
/// (PROTOCOL §4.3, "rule for unknown codes").
pub fn classify(code: Option<i64>, http: u16) -> Class {
    if let Some(code) = code {
        if let Some(row) = code_row(code) {
            return row.class;
        }
        if is_internal(code) {
            return Class::Transient;
        }
    }
    match http {
        408 | 429 | 500..=599 => Class::Transient,
        401 | 403 => Class::Refused,
        404 | 612 => Class::NotFound,
        409 => Class::Exists,
        200..=299 if code.is_some_and(is_obscure_family) => Class::TransientFew,
        _ => Class::Permanent,
    }
}

/// Families of codes for trouble inside the service, each without a row of its own.
fn is_internal(code: i64) -> bool {
    matches!(
        code,
        -99 | -98 | -89..=-83 | -68..=-66 | -194..=-192 | -185..=-183 | -181 | -152 | -143
            | -299..=-291 | -288 | -287 | -4012..=-4000 | -4017 | -4025
            | -5988..=-5985 | -5982 | -5981 | -5978 | -5977
    )
}

fn is_obscure_family(code: i64) -> bool {
    matches!(code, -300..=-282 | -5990..=-5975)
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
    fn no_code_stands_twice_in_the_table() {
        let mut codes: Vec<_> = CODES.iter().map(|row| row.code).collect();
        codes.sort_unstable();
        assert!(codes.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn unknown_codes_go_by_their_status() {
        for (code, http, class) in [
            (Some(-31337), 200, Class::Permanent),
            (Some(-31337), 503, Class::Transient),
            (Some(-31337), 403, Class::Refused),
            (Some(-282), 200, Class::TransientFew),
            (Some(-4019), 200, Class::Unfinished),
            (None, 502, Class::Transient),
            (None, 429, Class::Transient),
            (None, 404, Class::NotFound),
            (None, 612, Class::NotFound),
            (None, 302, Class::Permanent),
            (None, 413, Class::Permanent),
        ] {
            assert_eq!(classify(code, http), class, "{code:?} {http}");
        }
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
