//! The attributes of an object or directory, in a form for people and in one for programs.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::remote::Stat;
use crate::text::{Size, safe};

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Lines for people.
    Text,
    /// One object of JSON a line.
    Json,
}

impl From<bool> for Form {
    /// From `--json`.
    fn from(json: bool) -> Self {
        if json { Self::Json } else { Self::Text }
    }
}

/// The sum a server tells, without what it may add to it (PROTOCOL §6, 16).
pub(super) fn sum(stat: &Stat) -> Option<&str> {
    let text = stat.sha.as_deref()?;
    let digits = text.split_once('_').map_or(text, |(digits, _)| digits);
    Some(digits.trim()).filter(|digits| !digits.is_empty())
}

/// Whether it is a file that the server does not have all of.
pub(super) fn is_partial(stat: &Stat) -> bool {
    match (stat.file_len, stat.held_len) {
        (Some(announced), Some(held)) => held < announced,
        _ => false,
    }
}

/// A moment of the server, by the local clock: `2026-06-10 12:34`.
pub(super) fn moment(seconds: Option<u64>, zone: &TimeZone) -> String {
    stamp(seconds).map_or_else(
        || "-".to_owned(),
        |at| {
            let local = at.to_zoned(zone.clone());
            local.strftime("%Y-%m-%d %H:%M").to_string()
        },
    )
}

fn stamp(seconds: Option<u64>) -> Option<Timestamp> {
    Timestamp::from_second(i64::try_from(seconds?).ok()?).ok()
}

/// The attributes as fields of a line of JSON.
pub(super) fn fields(path: &str, stat: &Stat) -> Value {
    let at = |seconds| stamp(seconds).map(|at| at.to_string());
    let headers: serde_json::Map<_, _> = stat
        .custom_headers
        .iter()
        .map(|(name, value)| (name.clone(), value.clone().into()))
        .collect();
    json!({
        "path": path,
        "type": if stat.is_dir { "directory" } else { "file" },
        "size": stat.file_len,
        "held": stat.held_len,
        "complete": (!stat.is_dir).then(|| !is_partial(stat)),
        "sha1": sum(stat),
        "created": at(stat.created),
        "modified": at(stat.modified),
        "access_url": stat.location.access_url,
        "source_url": stat.location.source_url,
        "biz_attr": stat.biz_attr,
        "authority": stat.authority,
        "headers": headers,
    })
}

/// The attributes as lines of a name and a value, safe to print; what is not known is left out.
pub(super) fn rows(path: &str, stat: &Stat, zone: &TimeZone) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    let mut row = |name: &str, value: Option<String>| {
        rows.extend(value.map(|value| (name.to_owned(), value)));
    };
    row("path", Some(safe(path)));
    let kind = match (stat.is_dir, is_partial(stat)) {
        (true, _) => "directory",
        (false, false) => "file",
        (false, true) => "unfinished file",
    };
    row("type", Some(kind.to_owned()));
    let size = stat.file_len.filter(|_| !stat.is_dir);
    row(
        "size",
        size.map(|bytes| format!("{bytes} ({})", Size(bytes))),
    );
    let held = stat.held_len.filter(|_| is_partial(stat));
    row(
        "held",
        held.map(|bytes| format!("{bytes} ({})", Size(bytes))),
    );
    row("sha1", sum(stat).map(safe));
    row("created", stat.created.map(|at| moment(Some(at), zone)));
    row("modified", stat.modified.map(|at| moment(Some(at), zone)));
    row("access url", stat.location.access_url.as_deref().map(safe));
    row("source url", stat.location.source_url.as_deref().map(safe));
    let attribute = stat.biz_attr.as_deref().filter(|text| !text.is_empty());
    row("biz_attr", attribute.map(safe));
    row("authority", stat.authority.as_deref().map(safe));
    for (name, value) in &stat.custom_headers {
        row("header", Some(format!("{}: {}", safe(name), safe(value))));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remote::Location;

    #[test]
    fn what_people_and_programs_see() {
        let stat = Stat {
            file_len: Some(3_145_728),
            held_len: Some(1_048_576),
            sha: Some("90d76f74bde87dff3bc9f2b4f0e61bfd79ee2ee8_17".into()),
            location: Location {
                access_url: Some("http://a/\x1bx".into()),
                ..Location::default()
            },
            biz_attr: Some(String::new()),
            created: Some(1_780_000_000),
            custom_headers: vec![("Cache-Control".into(), "no".into())],
            ..Stat::default()
        };
        let lines: Vec<_> = rows("/b/x", &stat, &TimeZone::UTC)
            .into_iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(
            lines,
            [
                "path=/b/x",
                "type=unfinished file",
                "size=3145728 (3.0 MiB)",
                "held=1048576 (1.0 MiB)",
                "sha1=90d76f74bde87dff3bc9f2b4f0e61bfd79ee2ee8",
                "created=2026-05-28 20:26",
                "access url=http://a/\\x1bx",
                "header=Cache-Control: no",
            ]
        );
        let fields = fields("/b/x", &stat);
        assert_eq!(fields["complete"], false);
        assert_eq!(fields["created"], "2026-05-28T20:26:40Z");
        assert_eq!(fields["headers"]["Cache-Control"], "no");
        assert_eq!(moment(Some(u64::MAX), &TimeZone::UTC), "-");
    }
}
