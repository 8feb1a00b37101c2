//! `put --output TEMPLATE`: what is printed for each finished file.

use crate::exit::Failure;
use crate::text::Safe;

/// The fields a template may name.
const FIELDS: &[&str] = &[
    "url",
    "access_url",
    "source_url",
    "resource_path",
    "sha1",
    "size",
    "source",
    "dest",
];

/// A template, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Field(&'static str),
}

impl Template {
    /// Reads a template: `{field}` for a field, `{{` and `}}` for braces, `\n`, `\t`, `\0` and `\\`
    /// for what they stand for in C.
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '{' if chars.next_if_eq(&'{').is_some() => plain.push('{'),
                '}' if chars.next_if_eq(&'}').is_some() => plain.push('}'),
                '{' => {
                    let mut name = String::new();
                    loop {
                        match chars.next() {
                            Some('}') => break,
                            Some(c) => name.push(c),
                            None => return Err(wrong(text, "a brace is not closed")),
                        }
                    }
                    let field = FIELDS.iter().find(|field| **field == name).ok_or_else(|| {
                        wrong(text, &format!("there is no field `{}`", Safe(&name)))
                    })?;
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    pieces.push(Piece::Field(field));
                }
                '}' => return Err(wrong(text, "a brace is closed that was not opened")),
                '\\' => plain.push(match chars.next() {
                    Some('n') => '\n',
                    Some('t') => '\t',
                    Some('0') => '\0',
                    Some('\\') => '\\',
                    _ => return Err(wrong(text, "after `\\` only n, t, 0 and `\\` may stand")),
                }),
                c => plain.push(c),
            }
        }
        pieces.push(Piece::Text(plain));
        Ok(Self(pieces))
    }

    /// Fills the template in; foreign text in the fields is made safe.
    pub(super) fn fill(&self, value: impl Fn(&str) -> Option<String>) -> String {
        let mut filled = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Field(name) => {
                    let value = value(name).unwrap_or_default();
                    filled.push_str(&Safe(&value).to_string());
                }
            }
        }
        filled
    }
}

fn wrong(text: &str, why: &str) -> Failure {
    Failure::usage(format!("the template `{}` is wrong: {why}", Safe(text)))
        .hint(format!("the fields are {{{}}}", FIELDS.join("}, {")))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn fill(template: &str) -> String {
        let template = Template::parse(template).unwrap();
        template.fill(|name| match name {
            "size" => Some("3".to_owned()),
            "source" => Some("a\x1bb".to_owned()),
            _ => None,
        })
    }

    #[test]
    fn templates_are_filled_in() {
        assert_eq!(fill("{size}\\t{source}{{x}}"), "3\ta\\x1bb{x}");
        assert_eq!(fill("[{url}]\\0\\\\"), "[]\0\\");
        assert_eq!(fill(""), "");
    }

    #[test]
    fn wrong_templates_are_refused_with_the_fields() {
        for (text, why) in [
            ("{szie}", "no field `szie`"),
            ("{size", "not closed"),
            ("size}", "not opened"),
            ("\\x", "may stand"),
        ] {
            let failure = Template::parse(text).unwrap_err();
            assert!(failure.message.contains(why), "{failure}");
            assert!(failure.hint.unwrap().contains("{url}, {access_url}"));
        }
    }
}
