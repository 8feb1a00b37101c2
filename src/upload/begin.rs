//! The beginning of an upload: the lock, the checkpoint, the file, and its digest chain.

use std::time::{Duration, Instant};

use super::keeper::{Disk, Keeper, unix_now};
use super::{Mode, Request, Run, UploadError};
use crate::digest::{DigestChain, PART_SIZE, Records, part_size};
use crate::event::{Event, Phase, Watch};
use crate::machine::Known;
use crate::source::{Change, Source, SourceError};
use crate::store::{Checkpoint, Loaded, Lock, Origin, SavedSession, StoreError, UploadId, VERSION};
use crate::wire::WHOLE_LIMIT;

/// Chains of files up to this length are kept in memory until something has to be written down.
const SMALL: u64 = 64 * 1024 * 1024;

/// How often a lock held by another is tried again.
const AGAIN: Duration = Duration::from_millis(200);

/// What the loop begins with.
pub(super) struct Begun {
    pub(super) source: Source,
    pub(super) chain: DigestChain,
    pub(super) keeper: Keeper,
    pub(super) known: Option<Known>,
    pub(super) whole: bool,
    pub(super) resumed: bool,
}

/// What a checkpoint is worth for the file as it is now.
enum Fit {
    /// The chain is known, and so is the session if there is one.
    Whole(DigestChain),
    /// Its digests are lost, but its file is the same: hash again, keep the session.
    Rehash,
    /// It is of another revision.
    Other(Change),
}

pub(super) fn begin(
    run: &Run<'_>,
    request: &Request,
    watch: Watch<'_>,
) -> Result<Begun, UploadError> {
    let id = UploadId::of(&request.destination, &request.source);
    let lock = take_lock(run, &id, watch)?;
    match prepare(run, request, &id, lock.as_ref(), watch) {
        Ok(ready) => ready.begun(run, request, id, lock, watch),
        Err(error) => {
            // Nothing was begun, so nothing new may stay behind.
            if let Some(lock) = lock {
                lock.release();
            }
            Err(error)
        }
    }
}

/// The file, and what is known of it from before.
struct Ready {
    source: Source,
    chain: DigestChain,
    old: Option<Checkpoint>,
    session: Option<SavedSession>,
}

fn prepare(
    run: &Run<'_>,
    request: &Request,
    id: &UploadId,
    lock: Option<&Lock>,
    watch: Watch<'_>,
) -> Result<Ready, UploadError> {
    let old = match lock {
        Some(lock) => match lock.load()? {
            Loaded::Checkpoint(checkpoint) => Some(*checkpoint),
            // Whoever held the lock until now has removed what was to be resumed.
            Loaded::Nothing if request.mode == Mode::Resume => return Err(UploadError::Gone),
            Loaded::Nothing => None,
            Loaded::SetAside(path) => {
                watch.tell(&Event::Warning(&format!(
                    "the checkpoint could not be read and is set aside as {}; \
                     going on with what the server says",
                    path.display()
                )));
                None
            }
        },
        None => None,
    };
    let left = old.is_some().then(|| id.clone());
    let wrong = |error: SourceError| match error {
        SourceError::Stopped => UploadError::Stopped { id: left.clone() },
        error => UploadError::Source {
            error,
            id: left.clone(),
        },
    };
    let source = Source::open(&request.source).map_err(wrong)?;
    watch.tell(&Event::Begin {
        id: id.as_str(),
        source: source.path(),
        target: &request.destination.target(),
        len: source.len(),
    });
    let fit = match (lock, &old) {
        (Some(lock), Some(old)) => fit(run, lock, old, &source, watch).map_err(wrong)?,
        _ => Fit::Other(Change::Edited),
    };
    if let (Fit::Other(change), Mode::Resume, Some(_)) = (&fit, request.mode, &old) {
        return Err(wrong(source.changed(*change)));
    }
    let session = match (&fit, &old) {
        (Fit::Whole(_) | Fit::Rehash, Some(old)) => old.session.clone(),
        _ => None,
    };
    let chain = match fit {
        Fit::Whole(chain) => chain,
        Fit::Rehash | Fit::Other(_) => hash(run, request, lock, &source, watch).map_err(wrong)?,
    };
    Ok(Ready {
        source,
        chain,
        old,
        session,
    })
}

impl Ready {
    fn begun(
        self,
        run: &Run<'_>,
        request: &Request,
        id: UploadId,
        lock: Option<Lock>,
        watch: Watch<'_>,
    ) -> Result<Begun, UploadError> {
        let Self {
            source,
            chain,
            old,
            session,
        } = self;
        let limit = request.options.slice_threshold.min(WHOLE_LIMIT);
        let whole = source.is_empty() || (source.len() <= limit && session.is_none());
        let same_revision = |old: &&Checkpoint| old.source.sha1 == chain.sha1().to_string();
        let mut checkpoint = fresh(request, &source, &chain, whole);
        if let Some(old) = old.as_ref().filter(same_revision) {
            checkpoint.created = old.created;
        }
        let disk = match &old {
            None => Disk::Nothing,
            Some(old) if old.session.is_none() || same_revision(&old) => Disk::Ours,
            Some(_) => Disk::Older,
        };
        checkpoint.session.clone_from(&session);
        let known = session.map(|session| Known {
            session: session.id,
            slice_size: session.slice_size,
            serial: session.serial,
        });
        let resumed = known.is_some();
        let mut keeper = Keeper::new(id, lock, checkpoint, disk);
        // Written down before the first request, so that a long hashing pass is never done twice.
        // A small file costs nothing to read again, so it is written down only where that is asked.
        if !whole || run.require_state {
            keeper.save();
            if run.require_state
                && let Some(error) = keeper.trouble()
            {
                return Err(error.into());
            }
            keeper.warn(watch);
        }
        Ok(Begun {
            source,
            chain,
            keeper,
            known,
            whole,
            resumed,
        })
    }
}

/// Takes the lock, waiting for another holder as long as the run allows. A state directory that
/// cannot be used is only a warning, unless state is required.
fn take_lock(run: &Run<'_>, id: &UploadId, watch: Watch<'_>) -> Result<Option<Lock>, UploadError> {
    let Some(store) = run.store else {
        return Ok(None);
    };
    let start = Instant::now();
    let mut told = false;
    loop {
        match store.lock(id) {
            Ok(lock) => return Ok(Some(lock)),
            Err(busy @ StoreError::Busy { .. }) if start.elapsed() < run.wait => {
                if !told {
                    told = true;
                    watch.tell(&Event::Warning(&format!("waiting: {busy}")));
                }
                if run.cancel.sleep(AGAIN) {
                    return Err(UploadError::Stopped { id: None });
                }
            }
            Err(StoreError::Unusable(path, error)) if !run.require_state => {
                watch.tell(&Event::Warning(&format!(
                    "cannot keep the state, so this upload cannot be resumed from here: {}: {error}",
                    path.display()
                )));
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Compares the file with the one the checkpoint speaks of, reading it only if it was touched.
fn fit(
    run: &Run<'_>,
    lock: &Lock,
    old: &Checkpoint,
    source: &Source,
    watch: Watch<'_>,
) -> Result<Fit, SourceError> {
    let was = old.source.stamp;
    let (from, to) = (was.len, source.len());
    if to < from {
        return Ok(Fit::Other(Change::Shrunk { from, to }));
    }
    if to > from {
        return Ok(Fit::Other(Change::Grew { from, to }));
    }
    let sum = crate::digest::Sha1Sum::from_hex(&old.source.sha1);
    let chain = sum.and_then(|sum| lock.load_chain(sum, to));
    match chain {
        Some(chain) if was == source.stamp() => Ok(Fit::Whole(chain)),
        Some(chain) => {
            watch.tell(&Event::Phase(Phase::Prove));
            let proved = source.prove(&chain, run.cancel, &mut |done| {
                watch.tell(&Event::Hashing { done, total: to });
            });
            match proved {
                Ok(_) => Ok(Fit::Whole(chain)),
                Err(SourceError::Changed(_, change)) => Ok(Fit::Other(change)),
                Err(error) => Err(error),
            }
        }
        None if was == source.stamp() => Ok(Fit::Rehash),
        None => {
            // Without digests only the sum tells whether a touched file is still the same.
            let again = source.hash(PART_SIZE, &mut std::io::sink(), run.cancel, &mut |done| {
                watch.tell(&Event::Hashing { done, total: to });
            })?;
            Ok(if Some(again) == sum {
                Fit::Rehash
            } else {
                Fit::Other(Change::Edited)
            })
        }
    }
}

fn hash(
    run: &Run<'_>,
    request: &Request,
    lock: Option<&Lock>,
    source: &Source,
    watch: Watch<'_>,
) -> Result<DigestChain, SourceError> {
    let total = source.len();
    let part_size = part_size(request.options.slice_size);
    let mut progress = |done| watch.tell(&Event::Hashing { done, total });
    let small = total <= request.options.slice_threshold.min(SMALL);
    if let (Some(lock), false) = (lock, small)
        && let Ok(mut writer) = lock.begin_chain()
    {
        match source.hash(part_size, &mut writer, run.cancel, &mut progress) {
            Ok(sum) => {
                if let Ok(chain) = writer.seal(total, part_size, sum) {
                    return Ok(chain);
                }
            }
            // The state directory is full: hash again without it.
            Err(SourceError::Keep(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let mut records = Vec::new();
    let sum = source.hash(part_size, &mut records, run.cancel, &mut progress)?;
    Ok(DigestChain::new(
        total,
        part_size,
        sum,
        Records::Memory(records),
    ))
}

fn fresh(request: &Request, source: &Source, chain: &DigestChain, whole: bool) -> Checkpoint {
    let now = unix_now();
    let options = &request.options;
    Checkpoint {
        version: VERSION,
        destination: request.destination.clone(),
        source: Origin {
            path: request.source.clone(),
            stamp: source.stamp(),
            sha1: chain.sha1().to_string(),
        },
        overwrite: options.existing == crate::remote::Existing::Replace,
        biz_attr: options.biz_attr.clone(),
        slice_size: options.slice_size,
        whole,
        make_parents: options.make_parents,
        session: None,
        created: now,
        updated: now,
        last_error: None,
    }
}
