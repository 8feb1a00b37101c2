//! The code table: every code of the service, its HTTP status, its name, and what it means (PROTOCOL §4).

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
    pub const NO_SHA: i64 = -5979;
    pub const SLICE_TOO_SMALL: i64 = -283;
    pub const DENIED: i64 = -289;
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
#[rustfmt::skip]
pub const CODES: &[CodeRow] = &[
    row(code::SUCCESS, 200, Class::Success, "SUCCESS"),
    row(code::NO_SECRET_ID, 403, Class::Refused, "ERROR_PROXY_AUTH_SECRETID_NOT_EXIST"),
    row(code::SIGNATURE_FORMAT, 403, Class::Refused, "ERROR_PROXY_AUTH_SIGN_FAILED"),
    row(code::SIGNATURE_EXPIRED, 403, Class::SignatureExpired, "ERROR_PROXY_AUTH_SIGN_EXPIRED"),
    row(code::WRONG_BUCKET, 403, Class::Refused, "ERROR_PROXY_AUTH_BUCKET_NOT_MATCH"),
    row(code::WRONG_FILEID, 403, Class::Refused, "ERROR_PROXY_AUTH_FILEID_NOT_MATCH"),
    row(code::WRONG_APPID, 403, Class::Refused, "ERROR_PROXY_AUTH_APPID_NOT_MATCH"),
    row(code::BUSY, 503, Class::Transient, "ERROR_PROXY_TOO_MANY_REQUESTS"),
    row(code::SIGNATURE_WRONG, 403, Class::Refused, "ERROR_PROXY_AUTH_FAILED"),
    row(-121, 403, Class::Refused, "ERROR_CMD_CORSRULE_NOT_MATCH"),
    row(code::NO_BUCKET, 404, Class::NoBucket, "ERROR_CMD_BUCKET_NOTEXIST"),
    row(code::LENGTH_DIFFERS, 400, Class::LengthDiffers, "ERROR_CMD_COS_FILE_SIZE_NOT_EQU"),
    row(code::EXISTS, 409, Class::Exists, "ERROR_CMD_COS_FILE_EXIST"),
    row(code::DIR_EXISTS, 409, Class::DirExists, "ERROR_CMD_COS_PATH_CONFLICT"),
    row(code::STORAGE, 500, Class::Transient, "ERROR_CMD_COS_ERROR"),
    row(code::UNAVAILABLE, 503, Class::Transient, "ERROR_CMD_NETWORK_ERROR"),
    row(code::NOT_FOUND, 404, Class::NotFound, "ERROR_CMD_FILE_NOTEXIST"),
    row(code::BUCKET_NAME, 400, Class::Permanent, "ERROR_CMD_BUCKET_NAME_INVALID"),
    row(code::SLICE_SIZE, 400, Class::SliceSize, "ERROR_PROCESS_WRONG_SLICE_SIZE"),
    row(code::HASH_DIFFERS, 409, Class::HashDiffers, "ErrNotSameSHA"),
    row(code::UNFINISHED, 409, Class::Unfinished, "_ERROR_FILE_NOT_FINISH_UPLOAD"),
    row(code::UNFINISHED_OTHER, 409, Class::UnfinishedOther, "ERROR_FILE_NOT_FINISH_UPLOAD_OTHER_SHA"),
    row(code::UPLOAD_PARTS_FORMAT, 400, Class::Permanent, "ERROR_CGI_UPLOADPARTS"),
    row(code::NETWORK, 503, Class::Transient, "ERROR_CGI_NETWORK"),
    row(code::PARAMETER, 400, Class::Permanent, "ERROR_CGI_PARAM"),
    row(code::SHA_MISSING, 400, Class::ShaMissing, "ERROR_SHA_MISSING"),
    // The legacy list; statuses as PROTOCOL §6 recommends where the documents give none.
    row(-9999, 500, Class::TransientFew, "UNKOWN"),
    row(-96, 403, Class::SignatureExpired, "ERROR_PROXY_AUTH_EXPIRED"),
    row(-95, 400, Class::SessionLost, "ERROR_PROXY_NO_SESSION"),
    row(-94, 400, Class::SessionLost, "ERROR_PROXY_WRONG_SESSION"),
    row(-82, 403, Class::Refused, "ERROR_PROXY_AUTH_APPID"),
    row(code::NO_SIGNATURE, 403, Class::Refused, "ERROR_PROXY_AUTH_SIGN_EMPTY"),
    row(-80, 403, Class::Refused, "ERROR_PROXY_AUTH_SECRETID"),
    row(-79, 403, Class::Refused, "ERROR_PROXY_AUTH_TOKEN"),
    row(code::REPLAYED, 403, Class::SignatureExpired, "ERROR_PROXY_AUTH_REPLAY_ATTACH"),
    row(code::ONCE_WITHOUT_FILEID, 403, Class::Refused, "ERROR_PROXY_AUTH_ONCE_FILEID"),
    row(code::NOT_FOR_THIS_OPERATION, 403, Class::Refused, "ERROR_PROXY_AUTH_OP"),
    row(code::MULTI_WITHOUT_EXPIRY, 403, Class::Refused, "ERROR_PROXY_AUTH_MULTI_EXPIRED_ZERO"),
    row(code::ONCE_WITH_EXPIRY, 403, Class::Refused, "ERROR_PROXY_AUTH_ONCE_EXPIRED"),
    row(-72, 403, Class::Refused, "ERROR_PROXY_AUTH_APP"),
    row(-64, 403, Class::Refused, "ERROR_PROXY_AUTH_LEVEL"),
    row(-62, 403, Class::Refused, "ERROR_PROXY_AUTH_LEVEL"),
    row(-60, 403, Class::Refused, "ERROR_PROXY_AUTH_LEVEL"),
    row(-190, 500, Class::Transient, "ERROR_CMD_FILE_DEL_ERROR"),
    row(-176, 409, Class::Permanent, "ERROR_CMD_BUCKET_EXIST"),
    row(-174, 409, Class::HashDiffers, "ERROR_CMD_SHA_NOT_EQU"),
    row(code::DIR_NOT_EMPTY, 409, Class::DirNotEmpty, "ERROR_CMD_COS_DIR_NOT_EMPTY"),
    row(-166, 404, Class::NotFound, "ERROR_CMD_INDEX_NOT_FOUND"),
    row(-144, 404, Class::NotFound, "ERROR_CMD_INDEX_NOT_EXIST"),
    row(code::NOT_UTF8, 400, Class::Permanent, "ERROR_CMD_NOT_UTF8"),
    row(code::FILE_PATH_SLASH, 400, Class::Permanent, "ERROR_CMD_FILE_PATH_SLASH"),
    row(code::DIR_PATH_SLASH, 400, Class::Permanent, "ERROR_CMD_DIR_PATH_SLASH"),
    row(code::ILLEGAL_PATH, 400, Class::Permanent, "ERROR_CMD_ILLEGAL_PATH"),
    row(code::SHA_FORMAT, 400, Class::Permanent, "ERROR_CMD_SHA_FORMAT"),
    row(code::LIST_NUM, 400, Class::Permanent, "ERROR_CMD_MAX_NUM"),
    row(-300, 503, Class::Transient, "ERROR_PROCESS_OVERLOAD"),
    row(-290, 400, Class::SessionLost, "ERROR_PROCESS_INVALID_SESSION"),
    row(code::DENIED, 403, Class::Permanent, "ERROR_PROCESS_DENY"),
    row(-286, 400, Class::SessionLost, "ERROR_PROCESS_SESSION"),
    row(code::FILE_TOO_LARGE, 413, Class::Permanent, "ERROR_PROCESS_FILE_TOO_LARGE"),
    row(code::SLICE_TOO_SMALL, 400, Class::Permanent, "ERROR_PROCESS_SLICE_TOO_SMALL"),
    row(-4002, 400, Class::Permanent, "ErrParam"),
    row(-4013, 400, Class::SessionLost, "ErrSessionDecode"),
    row(-4014, 500, Class::Transient, "ErrQueryOffset"),
    row(-4015, 400, Class::ListFirst, "ErrTheSameOffset"),
    row(code::SAME_FILE, 409, Class::SameFile, "ERROR_SAME_FILE_UPLOAD"),
    row(-4021, 400, Class::SessionLost, "ErrSession"),
    row(-4022, 400, Class::Permanent, "ErrBucketPath"),
    row(-4023, 400, Class::Permanent, "ErrChecksumSize"),
    row(code::OFFSET, 400, Class::ListFirst, "ErrOffGoBack"),
    row(-4026, 400, Class::SessionLost, "ErrIndexDeleted"),
    row(-4027, 400, Class::SessionLost, "ErrIndex"),
    row(code::AUTHORIZATION, 403, Class::Refused, "ERROR_CGI_AUTHORIZATION"),
    row(-5996, 405, Class::Permanent, "ERROR_CGI_METHOD"),
    row(code::FILE_SIZE, 400, Class::Permanent, "ERROR_CGI_FILESIZE"),
    row(code::URL_FORMAT, 400, Class::Permanent, "ERROR_CGI_URL"),
    row(code::MULTIPART_FORMAT, 400, Class::Permanent, "ERROR_CGI_MULTIPART"),
    row(-5992, 400, Class::Permanent, "ERROR_CGI_PARAM"),
    row(code::SLICE_TOO_LARGE, 400, Class::Permanent, "ERROR_CGI_SLICE_TOO_LARGE"),
    row(code::NO_CONTENT, 400, Class::Permanent, "ERROR_CGI_NO_FILECONTENT"),
    row(-5989, 500, Class::Transient, "ERROR_CGI_UPLOAD_FAIL"),
    row(-5984, 409, Class::TransientFew, "ERROR_CGI_SHA_NOT_MATCH"),
    row(code::WRONG_SESSION, 400, Class::SessionLost, "ERROR_CGI_WRONG_SESSION"),
    row(code::NO_OP, 400, Class::Permanent, "ERROR_CGI_NO_OP"),
    row(code::NO_SHA, 400, Class::Permanent, "ERROR_CGI_NO_SHA"),
    row(code::JSON_FORMAT, 400, Class::Permanent, "ERROR_CGI_JSON_PARSE"),
    row(-5973, 400, Class::Permanent, "ERROR_CGI_CROSS_BUCKET"),
    row(code::METHOD, 405, Class::Permanent, "ERROR_CGI_METHOD_NOT_SUPPORTED"),
    row(code::NO_FILE_SIZE, 400, Class::Permanent, "ERROR_CGI_NO_FILESIZE"),
    row(code::DOWNLOAD_NOT_FOUND, 404, Class::NotFound, "ERROR_FILE_NOT_EXIST"),
    row(code::DOWNLOAD_UNFINISHED, 404, Class::NotFound, "ERROR_FILE_NOT_UPLOADED"),
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
