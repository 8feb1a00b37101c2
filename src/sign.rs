//! The v4 signature (PROTOCOL §2): making one, taking one apart, and `Secret`, which never shows itself.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha1::Sha1;

/// Everything is encoded but `A-Z a-z 0-9 - _ . ~` and the slashes between segments (PROTOCOL §7.2 15).
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/');

/// Length of the HMAC-SHA1 that a signature begins with, in bytes.
const MAC_LEN: usize = 20;

/// A text that must never be shown: its `Debug` is redacted and it has no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for signing and for nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// What signs requests for one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The account's number, as text.
    pub appid: String,
    /// The public half of the key.
    pub secret_id: String,
    /// The half that signs.
    pub secret_key: Secret,
}

/// How often a signature may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uses {
    /// Until the given unix time in seconds; at most three months ahead.
    Until(u64),
    /// Once, bound to the fileid: what delete, update and move need (PROTOCOL §2.4).
    Once,
}

/// Percent-encodes a path as URLs and fileids carry it.
pub fn encode_path(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

/// The encoded fileid of an object: `/appid/bucket/path` (PROTOCOL §2.1).
pub fn fileid(appid: &str, bucket: &str, path: &str) -> String {
    encode_path(&format!("/{appid}/{bucket}{path}"))
}

/// Makes the text of an `Authorization` header.
///
/// `fileid` is encoded already, and empty for an unbound signature; `now` is unix seconds; `nonce` a
/// fresh random number, at most ten digits.
pub fn sign(
    credentials: &Credentials,
    bucket: &str,
    fileid: &str,
    uses: Uses,
    now: u64,
    nonce: u32,
) -> String {
    let expires = match uses {
        Uses::Until(time) => time,
        Uses::Once => 0,
    };
    let plain = format!(
        "a={}&k={}&e={expires}&t={now}&r={nonce}&f={fileid}&b={bucket}",
        credentials.appid, credentials.secret_id
    );
    let mut signed = keyed(&credentials.secret_key)
        .chain_update(plain.as_bytes())
        .finalize()
        .into_bytes()
        .to_vec();
    signed.extend_from_slice(plain.as_bytes());
    STANDARD.encode(signed)
}

fn keyed(key: &Secret) -> Hmac<Sha1> {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    Hmac::<Sha1>::new_from_slice(key.expose().as_bytes()).expect("HMAC takes a key of any length")
}

/// What a signature is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask<'a> {
    /// The operation, as the wire names it.
    pub op: &'static str,
    /// The bucket, without the appid.
    pub bucket: &'a str,
    /// The encoded fileid of the object.
    pub fileid: &'a str,
    /// How often the signature is to be used.
    pub uses: Uses,
    /// The time at the server, as far as it is known, in unix seconds.
    pub now: u64,
}

/// Why no signature could be had; the text is for people and names no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoSignature(pub String);

impl fmt::Display for NoSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoSignature {}

/// Whoever can sign: keys at hand, keys fetched by a command, or a service that holds them.
pub trait Authorize: Send + Sync {
    /// The appid that stands in the path of every request.
    fn appid(&self) -> &str;

    /// The text of an `Authorization` header; asked anew for every attempt.
    fn authorization(&self, ask: &Ask<'_>) -> Result<String, NoSignature>;
}

impl Authorize for Credentials {
    fn appid(&self) -> &str {
        &self.appid
    }

    fn authorization(&self, ask: &Ask<'_>) -> Result<String, NoSignature> {
        let nonce = getrandom::u32()
            .map_err(|error| NoSignature(format!("no random number for the signature: {error}")))?;
        // A multi-effect signature stays unbound, as PROTOCOL §7.2 15 advises.
        let fileid = match ask.uses {
            Uses::Until(_) => "",
            Uses::Once => ask.fileid,
        };
        Ok(sign(self, ask.bucket, fileid, ask.uses, ask.now, nonce))
    }
}

/// Why a text is no signature at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

/// A signature taken apart; nothing about it has been checked until [`Signature::is_by`] says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    mac: [u8; MAC_LEN],
    plain: Vec<u8>,
    /// `a`: the appid.
    pub appid: String,
    /// `b`: the bucket.
    pub bucket: String,
    /// `k`: the secret id.
    pub secret_id: String,
    /// `e`: expiry in unix seconds, 0 for a one-time signature.
    pub expires: u64,
    /// `t`: when it was made, in unix seconds.
    pub made: u64,
    /// `f`: the fileid, still percent-encoded; empty when the signature is not bound.
    pub fileid: String,
}

impl Signature {
    /// Takes an `Authorization` apart. The order of the fields is not fixed (PROTOCOL §2.1), and
    /// unknown ones are ignored.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| Malformed)?;
        let (mac, plain) = bytes.split_first_chunk::<MAC_LEN>().ok_or(Malformed)?;
        let fields = std::str::from_utf8(plain).map_err(|_| Malformed)?;
        let field = |name: &str| {
            fields
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .find_map(|(key, value)| (key == name).then_some(value))
        };
        let text = |name| field(name).map(str::to_owned).ok_or(Malformed);
        let number = |name| text(name)?.parse().map_err(|_| Malformed);
        Ok(Self {
            appid: text("a")?,
            bucket: field("b").unwrap_or_default().to_owned(),
            secret_id: text("k")?,
            expires: number("e")?,
            made: number("t")?,
            fileid: field("f").unwrap_or_default().to_owned(),
            mac: *mac,
            plain: plain.to_vec(),
        })
    }

    /// Whether `key` made this signature; takes the same time whatever differs.
    pub fn is_by(&self, key: &Secret) -> bool {
        keyed(key)
            .chain_update(&self.plain)
            .verify_slice(&self.mac)
            .is_ok()
    }

    /// What tells two signatures apart: the keyed hash of all their fields.
    pub fn mac(&self) -> &[u8; MAC_LEN] {
        &self.mac
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use proptest::prelude::*;

    fn vector_credentials() -> Credentials {
        Credentials {
            appid: "1250000001".into(),
            secret_id: "AKIDEXAMPLE0000000000000000000000000".into(),
            secret_key: Secret::new("SECRETKEYEXAMPLE00000000000000000"),
        }
    }

    /// PROTOCOL §2.3; the vector in the other field order is checked by parsing, below.
    #[test]
    fn the_vectors_of_the_protocol() {
        let until = Uses::Until(1_500_000_600);
        let bound = "/dir/file.bin";
        let named = "/目录 1/文件 a+b~(1).bin";
        let cases = [
            (
                until,
                "",
                "vBwGxEVZ4tibBlqjqGrevelVm85hPTEyNTAwMDAwMDEmaz1BS0lERVhBTVBMRTAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAmZT0xNTAwMDAwNjAwJnQ9MTUwMDAwMDAwMCZyPTEyMzQ1Njc4OTAmZj0mYj1kZW1v",
            ),
            (
                until,
                bound,
                "pzAq1adDFNXAZksWZZv+IeEF12VhPTEyNTAwMDAwMDEmaz1BS0lERVhBTVBMRTAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAmZT0xNTAwMDAwNjAwJnQ9MTUwMDAwMDAwMCZyPTEyMzQ1Njc4OTAmZj0vMTI1MDAwMDAwMS9kZW1vL2Rpci9maWxlLmJpbiZiPWRlbW8=",
            ),
            (
                Uses::Once,
                bound,
                "ehbiHPiY01G4Uj+UIuUqax1UBIxhPTEyNTAwMDAwMDEmaz1BS0lERVhBTVBMRTAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAmZT0wJnQ9MTUwMDAwMDAwMCZyPTEyMzQ1Njc4OTAmZj0vMTI1MDAwMDAwMS9kZW1vL2Rpci9maWxlLmJpbiZiPWRlbW8=",
            ),
            (
                Uses::Once,
                named,
                "yO1hjGrqCixXNAOrm0vYP402y19hPTEyNTAwMDAwMDEmaz1BS0lERVhBTVBMRTAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAmZT0wJnQ9MTUwMDAwMDAwMCZyPTEyMzQ1Njc4OTAmZj0vMTI1MDAwMDAwMS9kZW1vLyVFNyU5QiVBRSVFNSVCRCU5NSUyMDEvJUU2JTk2JTg3JUU0JUJCJUI2JTIwYSUyQmJ+JTI4MSUyOS5iaW4mYj1kZW1v",
            ),
        ];
        for (uses, path, expected) in cases {
            let bound_to = match path {
                "" => String::new(),
                path => fileid("1250000001", "demo", path),
            };
            let made = sign(
                &vector_credentials(),
                "demo",
                &bound_to,
                uses,
                1_500_000_000,
                1_234_567_890,
            );
            assert_eq!(made, expected, "{path}");
        }
    }

    #[test]
    fn the_fields_may_stand_in_any_order() {
        let text = "PH8ktl+NXWgAvILE8wptamADQ95hPTEyNTAwMDAwMDEmYj1kZW1vJms9QUtJREVYQU1QTEUwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwJmU9MTUwMDAwMDYwMCZ0PTE1MDAwMDAwMDAmcj0xMjM0NTY3ODkwJmY9";
        let signature = Signature::parse(text).unwrap();
        assert!(signature.is_by(&vector_credentials().secret_key));
        assert!(!signature.is_by(&Secret::new("another")));
        assert_eq!(signature.bucket, "demo");
        assert_eq!(signature.expires, 1_500_000_600);
    }

    #[test]
    fn a_secret_never_shows_itself() {
        let shown = format!("{:?}", vector_credentials());
        assert!(!shown.contains("SECRETKEY"), "{shown}");
        assert!(shown.contains("[redacted]"));
    }

    #[test]
    fn what_is_no_signature_is_refused() {
        for text in [
            "",
            "%%%",
            "c2hvcnQ=",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert_eq!(Signature::parse(text), Err(Malformed), "{text}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text in ".{0,200}") {
            let _ = Signature::parse(&text);
        }

        #[test]
        fn what_is_signed_can_be_verified(now: u32, nonce: u32, path in "/[a-z &=%ü]{1,20}") {
            let credentials = vector_credentials();
            let bound = fileid(&credentials.appid, "demo", &path);
            let text = sign(&credentials, "demo", &bound, Uses::Once, now.into(), nonce);
            let signature = Signature::parse(&text).unwrap();
            prop_assert!(signature.is_by(&credentials.secret_key));
            prop_assert_eq!(signature.fileid, bound);
            prop_assert_eq!(signature.made, u64::from(now));
        }
    }
}
