//! `--window`: the hours in which a run may send.

use std::fmt;
use std::str::FromStr;

use jiff::Zoned;
use jiff::civil::{DateTime, Weekday};

use super::{DAY, ScheduleError, next_moment, parse_clock, parse_day, reading};

/// The hours in which to send, by the local clock: one or more spans separated by commas, of which
/// any may hold. `23:00-07:00` is every night, `Sat-Sun` the whole weekend, `Mon-Fri 23:00-07:00`
/// the nights that begin on a working day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    text: String,
    spans: Vec<Span>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Span {
    /// Whether it begins on a day, from Monday.
    days: [bool; 7],
    /// Minutes since midnight.
    start: u16,
    /// Minutes since midnight; not after `start` when it ends on the next day.
    end: u16,
}

impl Window {
    /// Whether to send now.
    pub fn is_open(&self, now: &Zoned) -> bool {
        self.holds(now.datetime())
    }

    /// When the window closes, if it is open now and ever closes.
    pub fn closes(&self, now: &Zoned) -> Option<Zoned> {
        self.is_open(now)
            .then(|| next_moment(now, &self.minutes(), |at| !self.holds(at)))
            .flatten()
    }

    /// When the window opens next, if it is closed now.
    pub fn opens(&self, now: &Zoned) -> Option<Zoned> {
        (!self.is_open(now))
            .then(|| next_moment(now, &self.minutes(), |at| self.holds(at)))
            .flatten()
    }

    fn holds(&self, at: DateTime) -> bool {
        let (day, minute) = reading(at);
        self.spans.iter().any(|span| span.holds(day, minute))
    }

    fn minutes(&self) -> Vec<u16> {
        let ends = self.spans.iter().flat_map(|span| [span.start, span.end]);
        ends.collect()
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Span {
    fn holds(&self, day: Weekday, minute: u16) -> bool {
        if self.start < self.end {
            self.begins_on(day) && (self.start..self.end).contains(&minute)
        } else {
            (self.begins_on(day) && minute >= self.start)
                || (self.begins_on(day.previous()) && minute < self.end)
        }
    }

    fn begins_on(&self, day: Weekday) -> bool {
        self.days[index(day)]
    }
}

impl FromStr for Window {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        let spans = text
            .split(',')
            .map(|item| parse_span(item.trim()))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            text: text.trim().to_owned(),
            spans,
        })
    }
}

fn parse_span(text: &str) -> Result<Span, ScheduleError> {
    let unreadable = || {
        ScheduleError::new(format!(
            "'{text}' is neither hours like 23:00-07:00 nor days like Sat-Sun nor both like \
             'Mon-Fri 23:00-07:00'"
        ))
    };
    let mut words = text.split_whitespace();
    let (first, second) = (words.next().ok_or_else(unreadable)?, words.next());
    if words.next().is_some() {
        return Err(unreadable());
    }
    let (days, hours) = match (parse_days(first), second) {
        (Some(days), None) => (days, Some((0, DAY))),
        (Some(days), Some(hours)) => (days, parse_hours(hours)),
        (None, None) => ([true; 7], parse_hours(first)),
        (None, Some(_)) => return Err(unreadable()),
    };
    let (start, end) = hours.ok_or_else(unreadable)?;
    if start == end {
        return Err(ScheduleError::new(format!(
            "'{text}' begins when it ends; for whole days name only the days"
        )));
    }
    Ok(Span { days, start, end })
}

fn parse_hours(text: &str) -> Option<(u16, u16)> {
    let (start, end) = text.split_once('-')?;
    let start = parse_clock(start).filter(|start| *start < DAY)?;
    Some((start, parse_clock(end)?))
}

fn parse_days(text: &str) -> Option<[bool; 7]> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (mut day, last) = (parse_day(first)?, parse_day(last)?);
    let mut days = [false; 7];
    loop {
        days[index(day)] = true;
        if day == last {
            return Some(days);
        }
        day = day.next();
    }
}

fn index(day: Weekday) -> usize {
    usize::try_from(day.to_monday_zero_offset()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::super::testing::{local, utc};
    use super::*;
    use proptest::prelude::*;

    fn window(text: &str) -> Window {
        text.parse().unwrap()
    }

    /// When the window next closes (`-`) or opens (`+`), as the clock then reads.
    fn next(text: &str, now: &Zoned) -> String {
        let window = window(text);
        match (window.closes(now), window.opens(now)) {
            (Some(at), None) => format!("- {}", at.strftime("%a %F %H:%M %Z")),
            (None, Some(at)) => format!("+ {}", at.strftime("%a %F %H:%M %Z")),
            (None, None) => "always".into(),
            (Some(_), Some(_)) => "both".into(),
        }
    }

    #[test]
    fn over_midnight() {
        for (now, expected) in [
            ("2026-06-10T22:59:59", "+ Wed 2026-06-10 23:00 CEST"),
            ("2026-06-10T23:00:00", "- Thu 2026-06-11 07:00 CEST"),
            ("2026-06-11T00:00:00", "- Thu 2026-06-11 07:00 CEST"),
            ("2026-06-11T06:59:59", "- Thu 2026-06-11 07:00 CEST"),
            ("2026-06-11T07:00:00", "+ Thu 2026-06-11 23:00 CEST"),
        ] {
            assert_eq!(next("23:00-07:00", &local(now)), expected, "{now}");
        }
    }

    #[test]
    fn nights_and_the_weekend() {
        // 2026-06-12 is a Friday.
        for (now, expected) in [
            ("2026-06-12T12:00:00", "+ Fri 2026-06-12 23:00 CEST"),
            ("2026-06-12T23:30:00", "- Mon 2026-06-15 07:00 CEST"),
            ("2026-06-14T12:00:00", "- Mon 2026-06-15 07:00 CEST"),
            ("2026-06-15T08:00:00", "+ Mon 2026-06-15 23:00 CEST"),
        ] {
            assert_eq!(next("23:00-07:00,Sat-Sun", &local(now)), expected, "{now}");
        }
    }

    #[test]
    fn a_night_belongs_to_the_day_it_begins_on() {
        for (now, expected) in [
            ("2026-06-12T23:30:00", "- Sat 2026-06-13 07:00 CEST"),
            ("2026-06-13T06:00:00", "- Sat 2026-06-13 07:00 CEST"),
            ("2026-06-13T23:30:00", "+ Mon 2026-06-15 23:00 CEST"),
            ("2026-06-15T03:00:00", "+ Mon 2026-06-15 23:00 CEST"),
        ] {
            assert_eq!(next("Mon-Fri 23:00-07:00", &local(now)), expected, "{now}");
        }
        assert_eq!(
            next("Fri-Mon", &local("2026-06-09T00:00:00")),
            "+ Fri 2026-06-12 00:00 CEST"
        );
        assert_eq!(
            next("sunday 20:00-24:00", &local("2026-06-14T21:00:00")),
            "- Mon 2026-06-15 00:00 CEST"
        );
        assert_eq!(next("Mon-Sun", &local("2026-06-14T21:00:00")), "always");
    }

    #[test]
    fn the_night_an_hour_is_left_out() {
        for (text, now, expected) in [
            (
                "23:00-07:00",
                "2026-03-28T23:30:00Z",
                "- Sun 2026-03-29 07:00 CEST",
            ),
            (
                "23:00-02:30",
                "2026-03-29T00:30:00Z",
                "- Sun 2026-03-29 03:00 CEST",
            ),
            (
                "02:30-04:00",
                "2026-03-29T00:30:00Z",
                "+ Sun 2026-03-29 03:00 CEST",
            ),
            (
                "02:10-02:50",
                "2026-03-29T00:30:00Z",
                "+ Mon 2026-03-30 02:10 CEST",
            ),
        ] {
            assert_eq!(next(text, &utc(now)), expected, "{text} at {now}");
        }
    }

    #[test]
    fn the_night_an_hour_comes_twice() {
        for (text, now, expected) in [
            (
                "23:00-07:00",
                "2026-10-24T22:00:00Z",
                "- Sun 2026-10-25 07:00 CET",
            ),
            (
                "23:00-02:30",
                "2026-10-25T00:10:00Z",
                "- Sun 2026-10-25 02:30 CEST",
            ),
            (
                "23:00-02:30",
                "2026-10-25T00:40:00Z",
                "+ Sun 2026-10-25 02:00 CET",
            ),
            (
                "23:00-02:30",
                "2026-10-25T01:10:00Z",
                "- Sun 2026-10-25 02:30 CET",
            ),
            (
                "23:00-03:00",
                "2026-10-25T00:10:00Z",
                "- Sun 2026-10-25 03:00 CET",
            ),
            (
                "02:30-04:00",
                "2026-10-25T00:40:00Z",
                "- Sun 2026-10-25 02:00 CET",
            ),
        ] {
            assert_eq!(next(text, &utc(now)), expected, "{text} at {now}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for text in [
            "",
            ",",
            "23:00",
            "23-7",
            "23:00-25:00",
            "24:00-07:00",
            "Sat-Foo",
            "07:00-07:00",
            "23:00-07:00,",
            "23:00-07:00 Sat",
            "Mon 23:00-07:00 x",
            "Mon Tue",
        ] {
            assert!(text.parse::<Window>().is_err(), "{text}");
        }
        assert_eq!(
            "7-23".parse::<Window>().unwrap_err().to_string(),
            "'7-23' is neither hours like 23:00-07:00 nor days like Sat-Sun nor both like \
             'Mon-Fri 23:00-07:00'"
        );
    }

    proptest! {
        /// The state said for now lasts until the moment said, and changes there.
        #[test]
        fn nothing_changes_before_the_moment_said(
            start in 0_u16..DAY, end in 0_u16..=DAY, day in 0_usize..7, some_days in any::<bool>(),
            // Around both changes of the clock in 2026.
            (base, offset) in (prop::sample::select(vec![1_774_656_000_i64, 1_792_800_000]),
                               0_i64..3 * 86_400),
        ) {
            prop_assume!(start != end);
            let mut days = [true; 7];
            if some_days {
                days = [false; 7];
                days[day] = true;
            }
            let window = Window { text: String::new(), spans: vec![Span { days, start, end }] };
            let at = |second: i64| jiff::Timestamp::from_second(second).unwrap()
                .to_zoned(super::super::testing::berlin());
            let now = at(base + offset);
            let open = window.is_open(&now);
            let change = window.closes(&now).or_else(|| window.opens(&now));
            let until = change.as_ref().map_or(now.timestamp().as_second() + 86_400, |change| change.timestamp().as_second());
            let mut second = now.timestamp().as_second();
            while second < until {
                prop_assert_eq!(window.is_open(&at(second)), open, "at {}", at(second));
                second += 61;
            }
            if let Some(change) = change {
                prop_assert_eq!(window.is_open(&change), !open);
            }
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            if let Ok(window) = text.parse::<Window>() {
                window.is_open(&local("2026-06-14T21:00:00"));
            }
        }
    }
}
