//! Faults to order: which requests they meet, what they do to them, and the text form of both.

use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::wire::MAX_SLICE_SIZE;

/// The furthest that the clock is set off, in seconds: a hundred years, which both the calendar and
/// the arithmetic can take.
const FURTHEST_SKEW: i64 = 100 * 365 * 86_400;

/// The longest time that an emulator counts with: a year, so that no clock runs over.
pub const LONGEST_SPAN: Duration = Duration::from_secs(365 * 86_400);

/// A body that is no envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Garbage {
    /// A page as a proxy shows it.
    Html,
    /// An envelope that breaks off.
    Truncated,
    /// Nothing.
    Empty,
    /// The XML of another API of the service (PROTOCOL §1.1).
    Xml,
}

/// What becomes of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionFault {
    /// It is forgotten before the request is handled.
    Lost,
    /// The answer names another one.
    Wrong,
}

/// When the connection is closed without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Before the work is done.
    Before,
    /// After the work was done.
    After,
}

/// Another shape of `listparts` (PROTOCOL §3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListParts {
    /// A text that holds the array.
    Text,
    /// Not in the order of the offsets.
    Unordered,
}

/// What a fault does; several can be combined.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Effects {
    /// The code to answer with instead of doing the work.
    pub code: Option<i64>,
    /// The HTTP status of the answer.
    pub status: Option<u16>,
    /// Whether the work is done before the fault strikes.
    pub after: bool,
    /// How long to wait before answering.
    pub delay: Option<Duration>,
    /// A body that is no envelope.
    pub body: Option<Garbage>,
    /// The slice size that init opens the session with, in bytes.
    pub slice_size: Option<u64>,
    /// Whether init asks for one slice at a time.
    pub serial: bool,
    /// What becomes of the session.
    pub session: Option<SessionFault>,
    /// Whether the connection is closed without an answer.
    pub cut: Option<Cut>,
    /// Another shape of `listparts`.
    pub list_parts: Option<ListParts>,
    /// Whether `sha` in answers has a suffix.
    pub sha_suffix: bool,
    /// How fast the content is taken, in bytes per second.
    pub rate: Option<u64>,
    /// The `Retry-After` header.
    pub retry_after: Option<String>,
    /// How far the server's clock is off, in seconds.
    pub skew: Option<i64>,
}

impl Effects {
    fn add(&mut self, other: &Self) {
        let one = |mine: &mut Option<_>, theirs: &Option<_>| *mine = theirs.or(*mine);
        one(&mut self.rate, &other.rate);
        one(&mut self.slice_size, &other.slice_size);
        self.code = other.code.or(self.code);
        self.status = other.status.or(self.status);
        self.after |= other.after;
        self.delay = other.delay.or(self.delay);
        self.body = other.body.or(self.body);
        self.serial |= other.serial;
        self.session = other.session.or(self.session);
        self.cut = other.cut.or(self.cut);
        self.list_parts = other.list_parts.or(self.list_parts);
        self.sha_suffix |= other.sha_suffix;
        self.retry_after = other.retry_after.clone().or(self.retry_after.take());
        self.skew = other.skew.or(self.skew);
    }

    /// Whether the answer is the fault's own, and the work is left undone.
    pub fn prevents_work(&self) -> bool {
        let own_answer = self.code.is_some() || self.body.is_some() || self.status.is_some();
        self.cut == Some(Cut::Before) || (own_answer && !self.after && self.cut.is_none())
    }
}

/// Which of the requests that fit meet the fault.
#[derive(Debug, Clone, Copy, PartialEq)]
enum When {
    Always,
    Nth(u64),
    First(u64),
    Every(u64),
    Chance { probability: f64, seed: u64 },
}

impl When {
    /// Whether the fault strikes at the `count`-th request that fits, from 1.
    fn strikes(self, count: u64) -> bool {
        match self {
            Self::Always => true,
            Self::Nth(n) => count == n,
            Self::First(n) => count <= n,
            Self::Every(n) => count.is_multiple_of(n),
            Self::Chance { probability, seed } => chance(seed, count) < probability,
        }
    }
}

/// A number in `[0, 1)` that depends on nothing but its arguments.
fn chance(seed: u64, count: u64) -> f64 {
    let mut z = seed.wrapping_add(count.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let high = u32::try_from((z ^ (z >> 31)) >> 32).unwrap_or(u32::MAX);
    f64::from(high) / (f64::from(u32::MAX) + 1.0)
}

/// A fault: a filter, a rule of when, and what happens. Parsed from a text such as
/// `op=upload_slice_data,nth=3,code=-5997,status=503`.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    op: Option<String>,
    path: Option<String>,
    offset: Option<u64>,
    when: When,
    effects: Effects,
}

/// Why a text is no fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadFault(String);

impl fmt::Display for BadFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadFault {}

impl FromStr for Fault {
    type Err = BadFault;

    fn from_str(text: &str) -> Result<Self, BadFault> {
        let mut fault = Self {
            op: None,
            path: None,
            offset: None,
            when: When::Always,
            effects: Effects::default(),
        };
        let mut seed = 0;
        for item in text.split(',').map(str::trim).filter(|i| !i.is_empty()) {
            let (key, value) = item.split_once('=').unwrap_or((item, ""));
            match key {
                "op" => fault.op = Some(value.to_owned()),
                "path" => fault.path = Some(value.to_owned()),
                "offset" => fault.offset = Some(number(item, value)?),
                "nth" => fault.when = When::Nth(positive(item, value)?),
                "first" => fault.when = When::First(positive(item, value)?),
                "every" => fault.when = When::Every(positive(item, value)?),
                "probability" => {
                    let probability = within(item, number(item, value)?, 0.0, 1.0)?;
                    fault.when = When::Chance {
                        probability,
                        seed: 0,
                    };
                }
                "seed" => seed = number(item, value)?,
                _ => effect(&mut fault.effects, item, key, value)?,
            }
        }
        if let When::Chance { seed: of_when, .. } = &mut fault.when {
            *of_when = seed;
        }
        if fault.effects == Effects::default() {
            return Err(BadFault(format!("the fault {text:?} does nothing")));
        }
        Ok(fault)
    }
}

fn effect(effects: &mut Effects, item: &str, key: &str, value: &str) -> Result<(), BadFault> {
    let unknown = || BadFault(format!("unknown item {item:?} in a fault"));
    match key {
        "code" => effects.code = Some(number(item, value)?),
        "status" => match number(item, value)? {
            status @ 200..=999 => effects.status = Some(status),
            _ => return Err(unknown()),
        },
        "after" => effects.after = true,
        "delay" => effects.delay = Some(duration(item, value)?),
        "body" => {
            effects.body = Some(match value {
                "html" => Garbage::Html,
                "truncated" => Garbage::Truncated,
                "empty" => Garbage::Empty,
                "xml" => Garbage::Xml,
                _ => return Err(unknown()),
            });
        }
        "slice_size" => match positive(item, value)? {
            size @ ..=MAX_SLICE_SIZE => effects.slice_size = Some(size),
            _ => return Err(unknown()),
        },
        "serial" => effects.serial = true,
        "session" => {
            effects.session = Some(match value {
                "lost" => SessionFault::Lost,
                "wrong" => SessionFault::Wrong,
                _ => return Err(unknown()),
            });
        }
        "drop" => {
            effects.cut = Some(match value {
                "" | "after" => Cut::After,
                "before" => Cut::Before,
                _ => return Err(unknown()),
            });
        }
        "listparts" => {
            effects.list_parts = Some(match value {
                "string" => ListParts::Text,
                "unordered" => ListParts::Unordered,
                _ => return Err(unknown()),
            });
        }
        "sha" if value == "suffix" => effects.sha_suffix = true,
        "rate" => effects.rate = Some(positive(item, value)?),
        "retry_after" => effects.retry_after = Some(value.to_owned()),
        "skew" => {
            let skew = within(item, number(item, value)?, -FURTHEST_SKEW, FURTHEST_SKEW)?;
            effects.skew = Some(skew);
        }
        _ => return Err(unknown()),
    }
    Ok(())
}

fn number<T: FromStr>(item: &str, value: &str) -> Result<T, BadFault> {
    value
        .parse()
        .map_err(|_| BadFault(format!("{item:?} in a fault needs a number")))
}

fn positive(item: &str, value: &str) -> Result<u64, BadFault> {
    match number(item, value)? {
        0 => Err(BadFault(format!("{item:?} in a fault must not be zero"))),
        n => Ok(n),
    }
}

/// A number within bounds, themselves allowed; what is not a number at all lies outside.
fn within<T: Copy + PartialOrd + fmt::Display>(
    item: &str,
    n: T,
    least: T,
    most: T,
) -> Result<T, BadFault> {
    if least <= n && n <= most {
        return Ok(n);
    }
    let bounds = format!("{item:?} in a fault must be within {least} and {most}");
    Err(BadFault(bounds))
}

/// `250ms`, `2s`, or a bare number of seconds.
fn duration(item: &str, value: &str) -> Result<Duration, BadFault> {
    let delay = match value.strip_suffix("ms") {
        Some(millis) => Duration::from_millis(number(item, millis)?),
        None => Duration::from_secs(number(item, value.strip_suffix('s').unwrap_or(value))?),
    };
    if delay > LONGEST_SPAN {
        return Err(BadFault(format!(
            "{item:?} in a fault is longer than 365 days"
        )));
    }
    Ok(delay)
}

/// The faults that are in force, each with the number of requests that fitted it.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Vec<(Fault, u64)>>);

impl Faults {
    /// Puts a fault in force.
    pub fn order(&self, fault: Fault) {
        self.lock().push((fault, 0));
    }

    /// Lifts every fault.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// Whether any fault sets the clock: then signatures are checked once the operation is known.
    pub fn touch_clock(&self) -> bool {
        self.lock()
            .iter()
            .any(|(fault, _)| fault.effects.skew.is_some())
    }

    /// What happens to this request; to be asked once for each.
    pub fn meet(&self, op: &str, path: &str, offset: Option<u64>) -> Effects {
        let mut effects = Effects::default();
        for (fault, count) in self.lock().iter_mut() {
            let fits = fault.op.as_deref().is_none_or(|wanted| wanted == op)
                && fault.path.as_deref().is_none_or(|wanted| wanted == path)
                && fault.offset.is_none_or(|wanted| Some(wanted) == offset);
            if fits {
                *count += 1;
                if fault.when.strikes(*count) {
                    effects.add(&fault.effects);
                }
            }
        }
        effects
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(Fault, u64)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn struck(spec: &str, requests: u64) -> Vec<u64> {
        let faults = Faults::default();
        faults.order(spec.parse().unwrap());
        (1..=requests)
            .filter(|_| faults.meet("upload_slice_data", "/a", Some(0)) != Effects::default())
            .collect()
    }

    #[test]
    fn which_requests_are_struck() {
        for (spec, expected) in [
            ("code=-71", vec![1, 2, 3, 4, 5, 6]),
            ("nth=3,code=-71", vec![3]),
            ("first=2,code=-71", vec![1, 2]),
            ("every=2,code=-71", vec![2, 4, 6]),
            ("op=upload,code=-71", vec![]),
            (
                "op=upload_slice_data,offset=0,code=-71",
                vec![1, 2, 3, 4, 5, 6],
            ),
            ("offset=7,code=-71", vec![]),
            ("path=/b,code=-71", vec![]),
            ("probability=0,code=-71", vec![]),
            ("probability=1,code=-71", vec![1, 2, 3, 4, 5, 6]),
        ] {
            assert_eq!(struck(spec, 6), expected, "{spec}");
        }
        let some = struck("probability=0.3,seed=7,code=-71", 1000).len();
        assert!((200..400).contains(&some), "{some}");
        assert_eq!(
            struck("probability=0.3,seed=7,drop", 50),
            struck("probability=0.3,seed=7,drop", 50)
        );
    }

    #[test]
    fn every_effect_has_a_text() {
        let spec = "status=502,after,delay=250ms,body=html,slice_size=524288,serial,session=lost,\
                    drop=before,listparts=string,sha=suffix,rate=1000,retry_after=3,skew=-60,code=-1";
        let fault: Fault = spec.parse().unwrap();
        let effects = fault.effects;
        assert_eq!(effects.status, Some(502));
        assert_eq!(effects.delay, Some(Duration::from_millis(250)));
        assert_eq!(effects.skew, Some(-60));
        assert!(effects.serial && effects.sha_suffix && effects.after);
    }

    #[test]
    fn what_is_no_fault_is_refused() {
        for (spec, expected) in [
            ("", "the fault \"\" does nothing"),
            ("nth=1", "the fault \"nth=1\" does nothing"),
            ("nth=0,drop", "\"nth=0\" in a fault must not be zero"),
            ("code=x", "\"code=x\" in a fault needs a number"),
            ("body=pdf", "unknown item \"body=pdf\" in a fault"),
            (
                "skew=999999999999",
                "\"skew=999999999999\" in a fault must be within -3153600000 and 3153600000",
            ),
            (
                "skew=-9223372036854775808",
                "\"skew=-9223372036854775808\" in a fault must be within -3153600000 and 3153600000",
            ),
            (
                "probability=1.5,drop",
                "\"probability=1.5\" in a fault must be within 0 and 1",
            ),
            (
                "probability=-0.1,drop",
                "\"probability=-0.1\" in a fault must be within 0 and 1",
            ),
            (
                "probability=NaN,drop",
                "\"probability=NaN\" in a fault must be within 0 and 1",
            ),
            (
                "delay=18446744073709551615s",
                "\"delay=18446744073709551615s\" in a fault is longer than 365 days",
            ),
            ("colour=red", "unknown item \"colour=red\" in a fault"),
        ] {
            assert_eq!(spec.parse::<Fault>().unwrap_err().to_string(), expected);
        }
    }
}
