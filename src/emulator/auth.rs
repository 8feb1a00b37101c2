//! Who asks, and whether they may: signatures checked in the order of PROTOCOL §2.6, and one-time
//! signatures used once, across restarts.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;

use super::answer::{Refusal, refuse};
use super::paths::{Resource, collapse};
use crate::sign::{Credentials, Signature};
use crate::wire::{code, op};

/// How far the clocks of client and server may stand apart, in seconds.
const CLOCK_TOLERANCE: u64 = 15 * 60;

/// The longest life of a multi-effect signature, in seconds: three months (PROTOCOL §2.4).
const LONGEST_LIFE: u64 = 92 * 24 * 3600;

/// Bytes of the shortest thing that can be a signature: the hash alone.
const MAC_LEN: usize = 20;

/// What stands in the log where no signature is yet.
const ROOM: &[u8; MAC_LEN] = &[0; MAC_LEN];

/// For how many signatures room is kept on the disk.
const ROOM_FOR: usize = 400;

/// A signature that was made by a known key for this resource.
#[derive(Debug, Clone)]
pub struct Verified {
    mac: [u8; MAC_LEN],
    once: bool,
    bound: bool,
}

/// What a signature has to match beside the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// An operation of the API.
    Operation,
    /// A download, whose fileid some clients make of the path alone (PROTOCOL §2.4).
    Download,
}

/// Checks everything about a signature that does not depend on the operation; `now` is unix seconds.
pub fn verify(
    accounts: &[Credentials],
    text: Option<&str>,
    resource: &Resource,
    purpose: Purpose,
    now: u64,
) -> Result<Verified, Refusal> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return refuse(code::NO_SIGNATURE);
    };
    if !STANDARD
        .decode(text)
        .is_ok_and(|bytes| bytes.len() >= MAC_LEN)
    {
        return refuse(code::AUTHORIZATION);
    }
    let Ok(signature) = Signature::parse(text) else {
        return refuse(code::SIGNATURE_FORMAT);
    };
    if signature.appid != resource.appid {
        return refuse(code::WRONG_APPID);
    }
    let account = accounts.iter().find(|account| {
        account.secret_id == signature.secret_id && account.appid == signature.appid
    });
    let Some(account) = account else {
        return refuse(code::NO_SECRET_ID);
    };
    if !signature.is_by(&account.secret_key) {
        return refuse(code::SIGNATURE_WRONG);
    }
    if signature.bucket != resource.bucket {
        return refuse(code::WRONG_BUCKET);
    }
    let once = signature.expires == 0;
    let too_young = signature.made > now + CLOCK_TOLERANCE;
    let life_over = signature.expires < now || signature.expires <= signature.made;
    let too_long = signature.expires > now + LONGEST_LIFE + CLOCK_TOLERANCE;
    if too_young || (!once && (life_over || too_long)) {
        return refuse(code::SIGNATURE_EXPIRED);
    }
    if !signature.fileid.is_empty() && !binds(&signature.fileid, once, resource, purpose) {
        return refuse(code::WRONG_FILEID);
    }
    Ok(Verified {
        mac: *signature.mac(),
        once,
        bound: !signature.fileid.is_empty(),
    })
}

/// Whether a fileid covers the resource: decoded forms are compared, since every SDK encodes in its
/// own manner (PROTOCOL §2.5), and one of them twice for a copy or move. A multi-effect signature may
/// name a leading part, a one-time one may not.
fn binds(fileid: &str, once: bool, resource: &Resource, purpose: Purpose) -> bool {
    let decoded = |text: &str| collapse(&percent_decode_str(text).decode_utf8_lossy());
    let fileid = decoded(fileid);
    let covers = |whole: &str| {
        if once {
            let whole = whole.trim_end_matches('/');
            [fileid.as_str(), &decoded(&fileid)]
                .iter()
                .any(|fileid| fileid.trim_end_matches('/') == whole)
        } else {
            whole.starts_with(&fileid)
        }
    };
    covers(&resource.to_string()) || (purpose == Purpose::Download && covers(&resource.path))
}

/// Checks that the signature is of the kind the operation needs (PROTOCOL §2.4), and uses it up when
/// it is a one-time one.
pub fn permit(used: &UsedSignatures, operation: &str, signature: &Verified) -> Result<(), Refusal> {
    match operation {
        op::DELETE | op::UPDATE if !signature.once => return refuse(code::ONCE_WITH_EXPIRY),
        // The documents want a one-time signature for a move, the JavaScript SDK makes a
        // multi-effect one, and it works; PHP's copy is the other way round.
        op::DELETE | op::UPDATE | op::MOVE | op::COPY => {}
        _ if signature.once => return refuse(code::MULTI_WITHOUT_EXPIRY),
        _ => {}
    }
    if !signature.once {
        return Ok(());
    }
    if !signature.bound {
        return refuse(code::ONCE_WITHOUT_FILEID);
    }
    if used.take(&signature.mac)? {
        Ok(())
    } else {
        refuse(code::REPLAYED)
    }
}

/// The one-time signatures that were used, in memory and on disk.
#[derive(Debug)]
pub struct UsedSignatures(Mutex<Used>);

#[derive(Debug)]
struct Used {
    known: HashSet<[u8; MAC_LEN]>,
    log: File,
    /// Up to where the log is written, in bytes; what follows is room kept for more.
    len: u64,
    sync: bool,
}

impl UsedSignatures {
    /// Reads the log of earlier runs and goes on with it; `sync` has every signature on the disk
    /// before the operation is done.
    pub fn open(path: &Path, sync: bool) -> io::Result<Self> {
        let mut log = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        let mut bytes = Vec::new();
        log.read_to_end(&mut bytes)?;
        let mut records = bytes.as_chunks::<MAC_LEN>().0;
        while let Some((ROOM, before)) = records.split_last() {
            records = before;
        }
        let used = Used {
            known: records.iter().copied().collect(),
            len: (records.len() * MAC_LEN) as u64,
            log,
            sync,
        };
        used.keep_room();
        Ok(Self(Mutex::new(used)))
    }

    /// Uses a signature; says whether that was the first time.
    fn take(&self, mac: &[u8; MAC_LEN]) -> io::Result<bool> {
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if used.known.contains(mac) {
            return Ok(false);
        }
        used.log.write_all_at(mac, used.len)?;
        if used.sync {
            used.log.sync_data()?;
        }
        used.len += MAC_LEN as u64;
        used.known.insert(*mac);
        used.keep_room();
        Ok(true)
    }
}

impl Used {
    /// Has room on the disk for some more signatures: without it nothing could be deleted from a disk
    /// that is full.
    fn keep_room(&self) {
        let room = (ROOM_FOR * MAC_LEN) as u64;
        let kept = self.log.metadata().map_or(0, |metadata| metadata.len());
        if kept < self.len + room / 2 {
            let zeros = vec![0; ROOM_FOR * MAC_LEN];
            // On a full disk there is what was kept before, or nothing.
            drop(self.log.write_all_at(&zeros, self.len));
        }
    }
}
