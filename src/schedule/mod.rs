//! When a run may send and how fast, by the clock on the wall: windows and rates by the hour.
//!
//! Both are read off the local clock, so that "23:00" is when the clock says 23:00. On the night an
//! hour is left out, what it would have begun or ended happens when the clock jumps; on the night
//! it comes twice, it counts twice.

pub mod rates;
pub mod window;

use std::error::Error;
use std::fmt;

use jiff::civil::{DateTime, Time, Weekday};
use jiff::{ToSpan, Zoned};

pub use rates::Rates;
pub use window::Window;

/// Minutes in a day.
const DAY: u16 = 24 * 60;

/// Days looked ahead: a week, and the day before and after it.
const DAYS_AHEAD: i64 = 8;

/// Changes of the offset looked at in that time; more do not happen.
const OFFSET_CHANGES: usize = 4;

/// A window or timetable that cannot be read; says what was wrong and what is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleError(String);

impl ScheduleError {
    fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for ScheduleError {}

/// The first moment after `now` at which `differs` holds for what the clock reads, when it can only
/// begin to hold at one of `minutes` (after midnight, of any day) or when the clock is moved.
fn next_moment(now: &Zoned, minutes: &[u16], differs: impl Fn(DateTime) -> bool) -> Option<Zoned> {
    let zone = now.time_zone();
    let mut moments = Vec::new();
    for days in -1..=DAYS_AHEAD {
        let Ok(date) = now.date().checked_add(days.days()) else {
            continue;
        };
        for minute in minutes {
            let reading = date.to_datetime(clock(minute % DAY));
            let ambiguous = zone.to_ambiguous_zoned(reading);
            moments.extend(ambiguous.clone().earlier());
            moments.extend(ambiguous.later());
        }
    }
    for change in zone.following(now.timestamp()).take(OFFSET_CHANGES) {
        moments.push(change.timestamp().to_zoned(zone.clone()));
    }
    moments.retain(|moment| moment > now);
    moments.sort();
    moments
        .into_iter()
        .find(|moment| differs(moment.datetime()))
}

/// What the clock reads, as the day and the minutes since its midnight.
fn reading(at: DateTime) -> (Weekday, u16) {
    let minute = u16::try_from(i16::from(at.hour()) * 60 + i16::from(at.minute())).unwrap_or(0);
    (at.weekday(), minute)
}

fn clock(minute: u16) -> Time {
    let hour = i8::try_from(minute / 60).unwrap_or(0);
    let minute = i8::try_from(minute % 60).unwrap_or(0);
    Time::new(hour, minute, 0, 0).unwrap_or(Time::midnight())
}

/// `HH:MM`, up to 24:00, in minutes since midnight.
fn parse_clock(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let digits = |part: &str| -> Option<u16> {
        let fits = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| part.parse().ok()).flatten()
    };
    if minute.len() != 2 {
        return None;
    }
    let total = digits(hour)? * 60 + digits(minute).filter(|minute| *minute < 60)?;
    (total <= DAY).then_some(total)
}

/// A day by its English name or the first three letters of it, in either case.
fn parse_day(text: &str) -> Option<Weekday> {
    const DAYS: [(&str, Weekday); 7] = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    let text = text.to_ascii_lowercase();
    DAYS.iter()
        .find(|(name, _)| text == *name || text == name[..3])
        .map(|(_, day)| *day)
}

#[cfg(test)]
pub(crate) mod testing {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use jiff::Zoned;
    use jiff::tz::TimeZone;

    /// Central Europe, without a need for the machine's time zone files: clocks go forward at 02:00
    /// on 2026-03-29 and back at 03:00 on 2026-10-25.
    pub(crate) fn berlin() -> TimeZone {
        TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
    }

    /// A moment given in UTC, on the clock of Central Europe.
    pub(crate) fn utc(text: &str) -> Zoned {
        text.parse::<jiff::Timestamp>().unwrap().to_zoned(berlin())
    }

    /// A moment as the clock in Central Europe reads.
    pub(crate) fn local(text: &str) -> Zoned {
        text.parse::<jiff::civil::DateTime>()
            .unwrap()
            .to_zoned(berlin())
            .unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_and_days_are_read_strictly() {
        for (text, minutes) in [
            ("00:00", 0),
            ("7:05", 425),
            ("23:59", 1439),
            ("24:00", 1440),
        ] {
            assert_eq!(parse_clock(text), Some(minutes), "{text}");
        }
        for text in [
            "", "24:01", "12:60", "12", "12:5", "+1:00", "1 :00", "007:00", "-1:00",
        ] {
            assert_eq!(parse_clock(text), None, "{text}");
        }
        for (text, day) in [
            ("Mon", Some(Weekday::Monday)),
            ("SUNDAY", Some(Weekday::Sunday)),
            ("sund", None),
            ("", None),
        ] {
            assert_eq!(parse_day(text), day, "{text}");
        }
    }
}
