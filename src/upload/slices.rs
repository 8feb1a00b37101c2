//! Sending slices: workers that take what the machine wants, prove it from the buffer, and send it.

use std::collections::HashSet;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::{Halt, Work};
use crate::cancel::Stop;
use crate::digest::DigestChain;
use crate::event::Event;
use crate::machine::{Reply, Step};
use crate::remote::{Payload, Remote, Sent, SliceRequest};
use crate::slice::Slice;
use crate::slots::Slot;
use crate::source::{Change, Look, Source, SourceError};

/// What the workers share.
struct Desk<'w, 'a, R> {
    work: Mutex<Table<'w, 'a, R>>,
    moved: Condvar,
}

struct Table<'w, 'a, R> {
    work: &'w mut Work<'a, R>,
    flying: HashSet<u64>,
    halt: Option<Halt>,
}

/// What a worker is to do.
enum Turn {
    Send(Slice),
    Leave,
}

impl<R: Remote> Work<'_, R> {
    /// Keeps the wanted slices in flight until the machine wants something else and all have landed.
    pub(super) fn send_slices(&mut self) -> Result<(), Halt> {
        let Step::Slices(wanted) = self.machine.next() else {
            return Ok(());
        };
        let workers = wanted.len();
        let session = match self.machine.open() {
            Some(open) => open.session.clone(),
            None => return Err(Halt::Internal("slices without a session")),
        };
        // What every worker reads without a lock is lent out beside the table.
        let (run, remote, watch) = (self.run, self.remote, self.watch);
        let source = self.source.clone();
        let chain = self.chain.clone();
        let target = self.target.clone();
        let desk = Desk {
            work: Mutex::new(Table {
                work: self,
                flying: HashSet::new(),
                halt: None,
            }),
            moved: Condvar::new(),
        };
        let worker = || {
            while let Turn::Send(slice) = desk.turn() {
                let _grip = Grip { desk: &desk, slice };
                let Some(mut slot) = run.slots.take(run.cancel) else {
                    return desk.halt(slice, Halt::Stopped);
                };
                let payload = match read(&source, &chain, slice, &mut slot) {
                    Ok((payload, look)) => {
                        desk.note(look);
                        payload
                    }
                    Err(error) => return desk.halt(slice, error.into()),
                };
                let sent = Arc::new(Sent::default());
                watch.tell(&Event::SliceBegin {
                    slice,
                    sent: sent.clone(),
                });
                let result = remote.put_slice(
                    &target,
                    &SliceRequest {
                        session: &session,
                        slice,
                        sha1: chain.sha1(),
                        bytes: payload,
                        sent,
                    },
                );
                match &result {
                    Ok(_) => watch.tell(&Event::SliceHeld { slice }),
                    Err(error) => watch.tell(&Event::SliceFailed { slice, error }),
                }
                desk.landed(slice, Reply::Slice(slice, result));
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..workers {
                scope.spawn(worker);
            }
            worker();
        });
        let table = desk.work.into_inner();
        match table.unwrap_or_else(PoisonError::into_inner).halt {
            Some(halt) => Err(halt),
            None => Ok(()),
        }
    }
}

impl<'w, 'a, R: Remote> Desk<'w, 'a, R> {
    fn lock(&self) -> MutexGuard<'_, Table<'w, 'a, R>> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a slice that nobody sends yet.
    fn turn(&self) -> Turn {
        let mut table = self.lock();
        loop {
            if table.halt.is_some() {
                return Turn::Leave;
            }
            if table.work.run.cancel.is_stopped() {
                table.halt = Some(Halt::Stopped);
                self.moved.notify_all();
                return Turn::Leave;
            }
            let Step::Slices(wanted) = table.work.machine.next() else {
                return Turn::Leave;
            };
            let next = wanted
                .into_iter()
                .find(|slice| !table.flying.contains(&slice.index));
            if let Some(slice) = next {
                table.flying.insert(slice.index);
                return Turn::Send(slice);
            }
            if table.flying.is_empty() {
                return Turn::Leave;
            }
            table = self
                .moved
                .wait(table)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Hands an answer to the machine.
    fn landed(&self, slice: Slice, reply: Reply) {
        let taken = matches!(reply, Reply::Slice(_, Ok(_)));
        let mut table = self.lock();
        table.flying.remove(&slice.index);
        if taken {
            table.work.sent += slice.len;
        }
        if table.work.machine.apply(reply).is_err() {
            table.halt = Some(Halt::Internal("a slice nobody asked for"));
        }
        let Work {
            machine,
            keeper,
            watch,
            ..
        } = &mut *table.work;
        if let Some(open) = machine.open() {
            keeper.save_progress(open);
            keeper.warn(*watch);
        }
        self.moved.notify_all();
    }

    fn halt(&self, slice: Slice, halt: Halt) {
        let mut table = self.lock();
        table.flying.remove(&slice.index);
        table.halt.get_or_insert(halt);
        // Slices that wait for another try would keep a file that is given up.
        table.work.run.cancel.stop(Stop::Time);
        self.moved.notify_all();
    }

    fn note(&self, look: Look) {
        if let Look::Touched(_) = look {
            self.lock().work.touched = true;
        }
    }
}

/// Hold of a slice: a worker that panics lets go of it, so that the others do not wait for ever.
struct Grip<'d, 'w, 'a, R: Remote> {
    desk: &'d Desk<'w, 'a, R>,
    slice: Slice,
}

impl<R: Remote> Drop for Grip<'_, '_, '_, R> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.desk
                .halt(self.slice, Halt::Internal("a worker panicked"));
        }
    }
}

/// Reads the parts that cover a slice and proves them, so that what leaves is what was hashed.
fn read(
    source: &Source,
    chain: &DigestChain,
    slice: Slice,
    slot: &mut Slot<'_>,
) -> Result<(Payload, Look), SourceError> {
    let range = slice.range();
    let cover = chain.covering(&range);
    source.read(&cover, slot.buffer())?;
    let look = source.look()?;
    if !chain
        .proves(cover.start, slot.buffer())
        .map_err(SourceError::Keep)?
    {
        return Err(source.changed(Change::Edited));
    }
    let narrow = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let payload = slot.payload(narrow(range.start - cover.start), narrow(slice.len));
    Ok((payload, look))
}
