//! When memory that readers may look at can be used again: epochs (Fraser, Practical lock-freedom, 2004).
//!
//! A reader pins the epoch while it looks. The epoch advances when all that are pinned are pinned at it. What was
//! unlinked in one epoch is out of everybody's sight two epochs later.
//!
//! Why not a library: in those that there are (crossbeam-epoch, seize), a reader that leaves may have to free what writers
//! threw away, which is thousands of versions here. In this one a reader writes two words of its own and
//! nothing else, whatever writers do.

use std::cell::Cell;
use std::marker::PhantomData;

use crate::primitive::atomic::{AtomicU64, Ordering};
use crate::primitive::{Padded, barrier};
use crate::raw::chunks::Chunks;
use crate::raw::threads;

/// A thread, as one map sees it.
#[derive(Default)]
struct Reader {
    /// 0, or the epoch that it is pinned at, doubled, and 1.
    pinned: AtomicU64,
    /// How many guards it has. Of the thread itself alone.
    guards: Cell<usize>,
}

pub(crate) struct Epoch {
    now: Padded<AtomicU64>,
    asymmetric: bool,
    readers: Chunks<Reader, 28, { if cfg!(loom) { 2 } else { 16 } }>,
}

// SAFETY: `guards` is touched by the thread whose number leads to the reader, and numbers are unique among threads
// alive (threads.rs). All else is atomic.
unsafe impl Sync for Reader {}

impl Epoch {
    pub(crate) fn new() -> Epoch {
        Epoch { now: Padded(AtomicU64::new(0)), asymmetric: barrier::asymmetric(), readers: Chunks::new() }
    }

    /// Keeps all that can be reached now, and from there later, until the guard is dropped.
    #[inline]
    pub(crate) fn pin(&self) -> Guard<'_> {
        let reader = self.readers.get(threads::current());
        let guards = reader.guards.get();
        reader.guards.set(guards + 1);
        if guards == 0 {
            // That this may be an epoch of the past does no harm: it holds up the next advance, so from the fence on there
            // is at most one, of whoever looked before it.
            let now = self.now.load(Ordering::Relaxed);
            reader.pinned.store(now << 1 | 1, Ordering::Relaxed);
            barrier::light(self.asymmetric);
        }
        Guard { reader, of_this_thread: PhantomData }
    }

    /// Of this fence by one thread and a heavy one by another, one comes first.
    #[inline]
    pub(crate) fn light_fence(&self) {
        barrier::light(self.asymmetric);
    }

    pub(crate) fn heavy_fence(&self) {
        barrier::heavy(self.asymmetric);
    }

    /// Tries to advance the epoch, for a thread that is pinned.
    pub(crate) fn advance(&self) -> Advance {
        // Whoever is not seen pinned below will see what was unlinked before this.
        barrier::heavy(self.asymmetric);
        let unlinked = self.now.load(Ordering::SeqCst);
        let (mut count, mut late) = (0, false);
        for reader in self.readers.each() {
            // What the reader did before it left happened before what is done with the memory.
            let pinned = reader.pinned.load(Ordering::Acquire);
            count += pinned & 1;
            late |= pinned & 1 == 1 && pinned >> 1 != unlinked;
        }
        let now = if late {
            unlinked
        } else {
            let next = unlinked + 1;
            match self.now.compare_exchange(unlinked, next, Ordering::SeqCst, Ordering::SeqCst) {
                Ok(_) => next,
                Err(others) => others,
            }
        };
        Advance { unlinked, now, others: count > 1 }
    }
}

/// How an attempt to advance the epoch ended.
pub(crate) struct Advance {
    /// The epoch in which all is unlinked that the thread had unlinked.
    pub(crate) unlinked: u64,
    /// The epoch after it.
    pub(crate) now: u64,
    /// Whether another thread was pinned.
    pub(crate) others: bool,
}

/// Whoever has it is pinned. Not to be sent: a pin is the thread's.
pub(crate) struct Guard<'e> {
    reader: &'e Reader,
    of_this_thread: PhantomData<*mut ()>,
}

impl Drop for Guard<'_> {
    #[inline]
    fn drop(&mut self) {
        let guards = self.reader.guards.get() - 1;
        self.reader.guards.set(guards);
        if guards == 0 {
            self.reader.pinned.store(0, Ordering::Release);
        }
    }
}
