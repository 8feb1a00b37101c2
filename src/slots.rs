//! The slots of a run: how many requests may carry file content at once, each with a buffer that is
//! used again, so that memory depends on the slots and not on the files.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::cancel::Cancel;
use crate::remote::Payload;

/// How often a waiter looks whether the run is to stop.
const LOOK: Duration = Duration::from_millis(100);

/// A fixed number of slots, shared by all files of a run.
#[derive(Debug)]
pub struct Slots {
    free: Mutex<Vec<Buffer>>,
    freed: Condvar,
    count: usize,
}

/// A buffer that requests share while they are under way.
type Buffer = Arc<Vec<u8>>;

impl Slots {
    /// `count` slots, at least one.
    pub fn new(count: usize) -> Self {
        let count = count.max(1);
        Self {
            free: Mutex::new((0..count).map(|_| Buffer::default()).collect()),
            freed: Condvar::new(),
            count,
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Waits for a slot; `None` when the run is to stop.
    pub fn take(&self, cancel: &Cancel) -> Option<Slot<'_>> {
        let mut free = self.lock();
        loop {
            if cancel.is_stopped() {
                return None;
            }
            if let Some(buffer) = free.pop() {
                return Some(Slot {
                    slots: self,
                    buffer,
                });
            }
            free = self
                .freed
                .wait_timeout(free, LOOK)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Buffer>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to have one request with file content under way.
#[derive(Debug)]
pub struct Slot<'a> {
    slots: &'a Slots,
    buffer: Buffer,
}

impl Slot<'_> {
    /// The buffer, for filling; a new one when the last request has not let go of it yet.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        if Arc::get_mut(&mut self.buffer).is_none() {
            self.buffer = Buffer::default();
        }
        Arc::make_mut(&mut self.buffer)
    }

    /// The bytes `start..start + len` of the buffer, for sending.
    pub fn payload(&self, start: usize, len: usize) -> Payload {
        Payload::new(self.buffer.clone(), start, len)
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.slots.lock().push(std::mem::take(&mut self.buffer));
        self.slots.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use crate::cancel::Stop;

    #[test]
    fn a_slot_is_waited_for_until_the_run_is_to_stop() {
        let slots = Slots::new(1);
        let cancel = Cancel::default();
        let slot = slots.take(&cancel).unwrap();
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| slots.take(&cancel).is_some());
            drop(slot);
            assert!(waiter.join().unwrap());
        });
        cancel.stop(Stop::Time);
        assert!(slots.take(&cancel).is_none());
    }

    #[test]
    fn a_buffer_still_in_use_is_not_overwritten() {
        let slots = Slots::new(1);
        let mut slot = slots.take(&Cancel::default()).unwrap();
        slot.buffer().extend_from_slice(b"first");
        let payload = slot.payload(0, 5);
        slot.buffer().extend_from_slice(b"second");
        assert_eq!(payload.as_ref(), b"first");
    }
}
