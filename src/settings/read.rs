//! Reading and showing single values of settings.

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;

use crate::text::{Safe, parse_duration};

/// Any text.
#[expect(
    clippy::unnecessary_wraps,
    reason = "one of several ways to read a value"
)]
pub(super) fn as_text(text: &str) -> Result<String, String> {
    Ok(text.to_owned())
}

/// A path that means the same wherever the program is started.
pub(super) fn as_path(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    if path.is_absolute() {
        return Ok(path);
    }
    Err(format!("`{text}` is not an absolute path"))
}

/// A proxy's URL, or `none`.
pub(super) fn as_proxy(text: &str) -> Result<String, String> {
    let has_host = |rest: &str| {
        let host = rest.rsplit('@').next().unwrap_or_default();
        !host.is_empty() && !host.starts_with([':', '/'])
    };
    let takes = match text.split_once("://") {
        Some((scheme, rest)) => {
            matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") && has_host(rest)
        }
        None => text == "none" || has_host(text),
    };
    if takes {
        return Ok(text.to_owned());
    }
    Err(format!(
        "`{}` is neither http://HOST:PORT nor https://HOST:PORT nor none",
        without_login(text)
    ))
}

/// A whole number.
pub(super) fn as_number(text: &str) -> Result<u32, String> {
    text.trim()
        .parse()
        .map_err(|_| format!("`{text}` is no whole number"))
}

/// How many slices may be in flight.
pub(super) fn as_jobs(text: &str) -> Result<u16, String> {
    as_number(text)?
        .try_into()
        .ok()
        .filter(|jobs| (1..=256).contains(jobs))
        .ok_or_else(|| "take 1 to 256".to_owned())
}

/// A duration.
pub(super) fn as_span(text: &str) -> Result<Duration, String> {
    parse_duration(text).map_err(|error| error.to_string())
}

/// One of the names of an enum.
pub(super) fn as_choice<T: ValueEnum>(text: &str) -> Result<T, String> {
    T::from_str(text, true).map_err(|_| {
        let names: Vec<String> = T::value_variants().iter().map(choice).collect();
        format!("`{text}` is none of {}", names.join(", "))
    })
}

/// The name of a choice.
pub(super) fn choice<T: ValueEnum>(value: &T) -> String {
    value
        .to_possible_value()
        .map_or_else(String::new, |value| value.get_name().to_owned())
}

/// A proxy's URL without the name and password that may stand in it.
pub(super) fn without_login(url: &str) -> String {
    let shown = Safe(url).to_string();
    match (shown.split_once("://"), shown.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://[redacted]@{host}"),
        _ => shown,
    }
}
