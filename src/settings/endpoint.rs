//! Where requests go: from a region's name, or a URL given whole.

use super::SettingsError;
use super::file::nearest;
use crate::text::Safe;
use crate::wire::API_PREFIX;

/// The regions of the service (PROTOCOL §5.1).
pub const REGIONS: &[&str] = &["tj", "bj", "sh", "gz", "cd", "sgp", "hk", "ca", "ger"];

/// The base URL of a region, without `/files/v2`.
pub(crate) fn of_region(region: &str) -> Result<String, SettingsError> {
    if REGIONS.contains(&region) {
        return Ok(format!("http://{region}.file.myqcloud.com"));
    }
    let near = nearest(region, REGIONS)
        .map_or_else(String::new, |near| format!("did you mean `{near}`? "));
    Err(
        SettingsError::new(format!("`{}` is no region", Safe(region))).hint(format!(
            "{near}the regions are {}; for another service give its URL with --endpoint",
            REGIONS.join(", ")
        )),
    )
}

/// The key under which a place is kept in the settings file: a region's name or a URL.
pub fn key_of_place(place: &str) -> Result<&'static str, SettingsError> {
    if place.contains("://") {
        of_url(place).map(|_| "endpoint")
    } else {
        of_region(place).map(|_| "region")
    }
}

/// A URL given whole, as the base to which `/files/v2` is added.
pub(crate) fn of_url(text: &str) -> Result<String, SettingsError> {
    let wrong = |why: &str| {
        SettingsError::new(format!("the endpoint `{}` {why}", Safe(text)))
            .hint("write it as https://host, https://host:port or https://host/files/v2")
    };
    let trimmed = text.trim();
    let (scheme, rest) = trimmed
        .split_once("://")
        .ok_or_else(|| wrong("is no URL"))?;
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "http" && scheme != "https" {
        return Err(wrong("is neither http nor https"));
    }
    if rest.contains(['?', '#']) {
        return Err(wrong("has a query or a fragment"));
    }
    if rest.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
        return Err(wrong("is no URL"));
    }
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if authority.contains('@') {
        return Err(SettingsError::new(
            "the endpoint has a name or password in it, which the protocol does not know",
        ));
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !authority.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    if host.is_empty() {
        return Err(wrong("names no host"));
    }
    if port.is_some_and(|port| port.parse::<u16>().map_or(true, |port| port == 0)) {
        return Err(wrong("has a port that is no number from 1 to 65535"));
    }
    let path = path.trim_end_matches('/');
    let path = path.strip_suffix(API_PREFIX).unwrap_or(path);
    Ok(format!(
        "{scheme}://{authority}{}",
        path.trim_end_matches('/')
    ))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn all_nine_regions_have_a_host() {
        assert_eq!(REGIONS.len(), 9);
        assert_eq!(of_region("sh").unwrap(), "http://sh.file.myqcloud.com");
        let error = of_region("sgpp").unwrap_err();
        assert!(error.hint.unwrap().starts_with("did you mean `sgp`?"));
    }

    #[test]
    fn urls_are_taken_in_every_form() {
        for (text, base) in [
            ("http://h", "http://h"),
            ("HTTPS://h:8443/", "https://h:8443"),
            ("http://h/files/v2", "http://h"),
            ("http://h/files/v2/", "http://h"),
            ("http://h/cos/files/v2//", "http://h/cos"),
            ("http://[::1]:80/x", "http://[::1]:80/x"),
            ("http://[::1]", "http://[::1]"),
        ] {
            assert_eq!(of_url(text).unwrap(), base, "{text}");
        }
        for text in [
            "",
            "h",
            "ftp://h",
            "http://",
            "http://:80",
            "http://h:x",
            "http://h:0",
            "http://u:p@h",
            "http://h?x",
            "http://a b",
            "http://h/\x1b",
        ] {
            assert!(of_url(text).is_err(), "{text}");
        }
    }
}
