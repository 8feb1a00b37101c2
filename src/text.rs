//! Text between people and the program: foreign text made safe to print; sizes, rates and durations, read and written.

use std::fmt::{self, Write};
use std::path::Path;
use std::time::Duration;

/// Foreign text, printed so that it can neither move the cursor nor hide what stands beside it.
///
/// Control characters, escape sequences, line breaks and the marks that turn the direction of
/// writing become visible escapes; everything else stays as it is.
#[derive(Debug, Clone, Copy)]
pub struct Safe<'a>(pub &'a str);

impl fmt::Display for Safe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                c if c.is_ascii_control() => write!(f, "\\x{:02x}", u32::from(c))?,
                c if is_deceptive(c) => write!(f, "\\u{{{:x}}}", u32::from(c))?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// Whether a character that is not ASCII could mislead whoever reads it: C1 controls, marks of
/// direction, separators of lines and paragraphs, and characters without any width.
fn is_deceptive(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}'
        | '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

/// Foreign text as a safe `String`.
pub fn safe(text: &str) -> String {
    Safe(text).to_string()
}

/// Several lines of foreign text: each made safe, the line breaks kept.
pub fn safe_lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(safe).collect();
    lines.join("\n")
}

/// A path as a safe `String`; bytes that are not UTF-8 are shown as `\xNN`.
pub fn safe_path(path: &Path) -> String {
    let mut shown = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        shown.push_str(&safe(chunk.valid()));
        for byte in chunk.invalid() {
            // Writing to a String does not fail.
            let _ = write!(shown, "\\x{byte:02x}");
        }
    }
    shown
}

/// Why a text is no size, rate or duration; the text is for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(pub String);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}

/// Reads a number of bytes: `512K`, `8M`, `8MiB`, `2G`, `1T` (powers of 1024), or plain bytes.
pub fn parse_size(text: &str) -> Result<u64, Unreadable> {
    let wrong = || {
        Unreadable(format!(
            "`{}` is no size; write bytes as 1048576, 512K, 8M or 2G",
            Safe(text)
        ))
    };
    let trimmed = text.trim();
    let digits = trimmed
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(trimmed.len());
    let number: u64 = trimmed[..digits].parse().map_err(|_| wrong())?;
    let power = match trimmed[digits..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 1,
        "m" | "mb" | "mib" => 2,
        "g" | "gb" | "gib" => 3,
        "t" | "tb" | "tib" => 4,
        _ => return Err(wrong()),
    };
    number
        .checked_mul(1024_u64.pow(power))
        .ok_or_else(|| Unreadable(format!("`{}` is more than can be counted", Safe(text))))
}

/// Reads a duration: `90s`, `15m`, `2h30m`, `7d`, `500ms`, or plain seconds.
pub fn parse_duration(text: &str) -> Result<Duration, Unreadable> {
    let wrong = || {
        Unreadable(format!(
            "`{}` is no duration; write 90s, 15m, 2h30m or 7d",
            Safe(text)
        ))
    };
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(wrong());
    }
    if let Ok(seconds) = rest.parse() {
        return Ok(Duration::from_secs(seconds));
    }
    let mut sum = Duration::ZERO;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let number: u64 = rest[..digits].parse().map_err(|_| wrong())?;
        rest = &rest[digits..];
        let letters = rest
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(rest.len());
        let part = match rest[..letters].trim() {
            "ms" => Some(Duration::from_millis(number)),
            "s" => Some(Duration::from_secs(number)),
            "m" | "min" => number.checked_mul(60).map(Duration::from_secs),
            "h" => number.checked_mul(3600).map(Duration::from_secs),
            "d" => number.checked_mul(86_400).map(Duration::from_secs),
            _ => None,
        };
        sum = part
            .and_then(|part| sum.checked_add(part))
            .ok_or_else(wrong)?;
        rest = &rest[letters..];
    }
    Ok(sum)
}

/// A number of bytes, for people: `512 B`, `1.5 MiB`.
#[derive(Debug, Clone, Copy)]
pub struct Size(pub u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 1024 {
            return f.pad(&format!("{} B", self.0));
        }
        let mut unit = 0;
        // Tenths of a unit, rounded down, so that what is not complete never looks complete.
        let mut tenths = u128::from(self.0) * 10 / 1024;
        while tenths >= 10_240 && unit < 5 {
            tenths /= 1024;
            unit += 1;
        }
        let name = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"][unit];
        f.pad(&format!("{}.{} {name}", tenths / 10, tenths % 10))
    }
}

/// Bytes per second, for people: `10.0 MiB/s`.
#[derive(Debug, Clone, Copy)]
pub struct Rate(pub u64);

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}/s", Size(self.0)))
    }
}

/// A duration, for people: `350 ms`, `8 s`, `1 min 30 s`, `2 h 5 min`, `3 d 4 h`.
#[derive(Debug, Clone, Copy)]
pub struct Span(pub Duration);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        let two = |big: u64, big_name, small: u64, small_name| match small {
            0 => format!("{big} {big_name}"),
            small => format!("{big} {big_name} {small} {small_name}"),
        };
        f.pad(&match seconds {
            0 => format!("{} ms", self.0.as_millis()),
            1..60 => format!("{seconds} s"),
            60..3600 => two(seconds / 60, "min", seconds % 60, "s"),
            3600..86_400 => two(seconds / 3600, "h", seconds % 3600 / 60, "min"),
            _ => two(seconds / 86_400, "d", seconds % 86_400 / 3600, "h"),
        })
    }
}

/// A duration as a clock shows it: `0:08`, `12:34`, `1:02:03`.
#[derive(Debug, Clone, Copy)]
pub struct Clock(pub Duration);

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        f.pad(&match hours {
            0 => format!("{minutes}:{seconds:02}"),
            hours => format!("{hours}:{minutes:02}:{seconds:02}"),
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn foreign_text_cannot_act() {
        assert_eq!(safe("a\x1b[31mb"), "a\\x1b[31mb");
        assert_eq!(safe("x\r\ny\t\u{7f}"), "x\\r\\ny\\t\\x7f");
        assert_eq!(safe("gpj.\u{202e}exe"), "gpj.\\u{202e}exe");
        assert_eq!(safe("\u{9b}2J"), "\\u{9b}2J");
        assert_eq!(safe("文件 é 🎉"), "文件 é 🎉");
        assert_eq!(safe_lines("a\x1b\nb"), "a\\x1b\nb");
    }

    #[cfg(unix)]
    #[test]
    fn a_path_that_is_not_utf8_is_shown_byte_by_byte() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"a\xff\x1bb"));
        assert_eq!(safe_path(path), "a\\xff\\x1bb");
    }

    #[test]
    fn sizes_are_read_and_written() {
        for (text, bytes) in [
            ("0", 0),
            ("1048576", 1 << 20),
            ("512K", 512 << 10),
            ("8M", 8 << 20),
            ("8 MiB", 8 << 20),
            ("2g", 2 << 30),
            ("1T", 1 << 40),
        ] {
            assert_eq!(parse_size(text).unwrap(), bytes, "{text}");
        }
        for text in [
            "",
            "M",
            "-1",
            "1.5M",
            "8X",
            "8MM",
            "99999999999999999999",
            "99999999T",
        ] {
            assert!(parse_size(text).is_err(), "{text}");
        }
        let shown = |bytes| Size(bytes).to_string();
        assert_eq!(shown(1023), "1023 B");
        assert_eq!(shown(1024), "1.0 KiB");
        assert_eq!(shown((1 << 20) - 1), "1023.9 KiB");
        assert_eq!(shown(3 << 19), "1.5 MiB");
        assert_eq!(shown(u64::MAX), "15.9 EiB");
        assert_eq!(Rate(10 << 20).to_string(), "10.0 MiB/s");
    }

    #[test]
    fn durations_are_read_and_written() {
        for (text, seconds) in [
            ("90", 90),
            ("90s", 90),
            ("15m", 900),
            ("2h30m", 9000),
            ("7d", 604_800),
            ("1h 5s", 3605),
        ] {
            assert_eq!(parse_duration(text).unwrap().as_secs(), seconds, "{text}");
        }
        assert_eq!(parse_duration("500ms").unwrap().as_millis(), 500);
        for text in ["", "s", "5x", "1h2", "-3s", "99999999999999999d"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
        let shown = |seconds| Span(Duration::from_secs(seconds)).to_string();
        assert_eq!(shown(8), "8 s");
        assert_eq!(shown(90), "1 min 30 s");
        assert_eq!(shown(7500), "2 h 5 min");
        assert_eq!(shown(604_800), "7 d");
        assert_eq!(Span(Duration::from_millis(350)).to_string(), "350 ms");
        assert_eq!(Clock(Duration::from_secs(3723)).to_string(), "1:02:03");
        assert_eq!(Clock(Duration::from_secs(8)).to_string(), "0:08");
    }

    proptest! {
        #[test]
        fn no_text_makes_a_parser_panic(text in ".{0,20}") {
            let _ = (parse_size(&text), parse_duration(&text));
        }

        #[test]
        fn safe_text_has_no_control_character(text in any::<String>()) {
            prop_assert!(!safe(&text).chars().any(char::is_control));
        }

        #[test]
        fn a_number_with_a_unit_is_read(number in 0_u64..1_000_000) {
            prop_assert_eq!(parse_size(&format!("{number}K")).unwrap(), number * 1024);
            prop_assert_eq!(parse_duration(&format!("{number}m")).unwrap().as_secs(), number * 60);
        }
    }
}
