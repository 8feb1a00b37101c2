//! Proof: whether what `stat` says of the object shows that it is the file.

use super::{Claim, Conflict, Done, How, Machine, Outcome, State, failed};
use crate::remote::{Existing, Kind, Location, Op, RemoteError, Stat, same_sha};

impl Machine {
    pub(super) fn after_confirm(
        &mut self,
        claim: Claim,
        result: Result<Stat, RemoteError>,
    ) -> State {
        let stat = match result {
            Ok(stat) => stat,
            Err(error) if error.kind == Kind::NotFound => {
                let error = RemoteError {
                    message: "the server said that the object is complete, but does not find it"
                        .into(),
                    ..error
                };
                return match claim {
                    // What was sent may only be slow to appear, and what is in the way may be an
                    // unfinished upload: ask before sending anything again.
                    Claim::Sent(How::Slices, _) | Claim::InTheWay => self.again(State::List, error),
                    _ => self.start_again(error),
                };
            }
            Err(error) => return failed(error),
        };
        if let (Some(held), Some(len)) = (stat.held_len, stat.file_len)
            && held < len
        {
            let error = RemoteError::new(
                Op::Stat,
                Kind::LengthDiffers,
                format!("the server holds {held} of {len} bytes of the object"),
            );
            return self.again(State::List, error);
        }
        let same_len = stat.file_len.or(stat.held_len) == Some(self.plan.file_len);
        let same_sha = stat.sha.as_ref().map(|sha| same_sha(sha, self.plan.sha1));
        // A server that keeps no sums can still be trusted where it has checked ours itself.
        let proved = match (&claim, same_sha) {
            _ if stat.is_dir || !same_len => false,
            (_, Some(same)) => same,
            (Claim::Sent(..) | Claim::Instant(_), None) => true,
            (Claim::Listed(_) | Claim::InTheWay, None) => false,
        };
        if !proved {
            return match claim {
                // A session that finishes once more has made the object that is there.
                Claim::Listed(_)
                    if same_len && same_sha.is_none() && !stat.is_dir && self.holds_all() =>
                {
                    let error = RemoteError::new(
                        Op::Stat,
                        Kind::Exists,
                        "an object of this length is there, but no sha tells whether it is this file",
                    );
                    self.again(State::Finish, error)
                }
                Claim::Listed(_) | Claim::Instant(_)
                    if self.plan.existing == Existing::Replace && !stat.is_dir =>
                {
                    let error = RemoteError::new(
                        Op::Stat,
                        Kind::Exists,
                        "the server keeps pointing at an object with other content",
                    );
                    self.start_again(error)
                }
                _ => State::Done(Outcome::Conflict(Conflict::OtherObject)),
            };
        }
        let (how, location) = match claim {
            Claim::Sent(how, location) => (how, location),
            Claim::Instant(location) => (How::Instant, location),
            Claim::Listed(location) if self.known.is_some() => (How::Slices, location),
            Claim::Listed(location) => (How::AlreadyThere, location),
            Claim::InTheWay => (How::AlreadyThere, Location::default()),
        };
        State::Done(Outcome::Done(Done {
            how,
            location: filled(location, stat.location),
        }))
    }

    /// Whether the server took every slice in the session that is open.
    fn holds_all(&self) -> bool {
        self.open.is_some() && self.wanted().is_empty()
    }
}

/// A location with its gaps filled from another answer about the same object.
fn filled(location: Location, other: Location) -> Location {
    Location {
        access_url: location.access_url.or(other.access_url),
        source_url: location.source_url.or(other.source_url),
        url: location.url.or(other.url),
        resource_path: location.resource_path.or(other.resource_path),
    }
}
