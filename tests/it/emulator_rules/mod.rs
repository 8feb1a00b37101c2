//! One row for every rule of the service, named after the section of PROTOCOL that it comes from.

mod finish;
mod objects;
mod requests;
mod signatures;
mod slices;
mod switches;

use cosup::emulator::Config;

use crate::raw::{Answer, Bench};

/// A rule: the section, what it says, a request that meets it, and the status and code it must get.
type Row = (&'static str, &'static str, fn(&Bench) -> Answer, (u16, i64));

fn hold(change: fn(&mut Config), rows: &[Row]) {
    let mut failures = Vec::new();
    for (section, what, request, (status, code)) in rows {
        let bench = Bench::with(change);
        let found = request(&bench);
        if found.both() != (*status, Some(*code)) {
            failures.push(format!("§{section} {what}: {:?}", found.both()));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}
