//! Slots: the places in the clocks, lent to tasks that access objects.
//!
//! A task gets its slot at its first access; most tasks of a program never need one. When it ends
//! the slot rests in a queue, with the clock that its last owner ended with, and is lent again.
//! The next owner takes over that clock, as if the last one's end came before it: were it not to,
//! the clocks that know a time of the new owner would seem to know the old one's past, and an alarm
//! could be false. The price is that a race with a task that ended long ago can go unseen, so
//! slots rest for long (see [`Memory::RESTING`]), and one whose times the new owner all knows anyway is preferred:
//! lending that costs nothing. Of those the one that ended last comes first: where tasks are well ordered, few slots
//! are in turn then, clocks are small, and what changes in them stands close together.
//!
//! To take over a clock is dear: it is an old one, and mostly all of it has to be looked at to find that there is
//! nothing new in it. But all that others can know of the old owner is what it has released. Who knows the last of
//! that knows what came with it, and needs no more.

use crate::clock::{Clk, is_slot};
use crate::epoch::Slot;
use crate::lock::SpinLock;
use crate::memory::Memory;
use crate::pool::Record;
#[cfg(any(loom, not(target_arch = "x86_64")))]
use crate::primitive::fence;
use crate::primitive::{AtomicU32, Ordering};

/// How many of those that ended last are looked at for one that costs nothing: few, since it takes a while until what
/// they did is known.
const LAST: u32 = 2;
/// How many of those that rest longest are.
const LONGEST: u32 = 4;

/// One slot's words, in a cache line of their own: the owner writes there whenever it publishes.
#[repr(align(64))]
#[derive(Default)]
pub struct SlotRecord {
    /// While the slot rests in the queue: the one that ended next after it, and the one before.
    next: AtomicU32,
    before: AtomicU32,
    /// The last time that the owner has published. The owner alone writes it.
    past: AtomicU32,
    /// The last time that an `acquire_all` has taken for known. The owner goes on from there.
    overtaken: AtomicU32,
    /// While resting: the last time that the last owner has released to others; 0 if there is none.
    released: AtomicU32,
    /// While resting: who knows this time knows all accesses of the last owner, and all that it has released.
    done: AtomicU32,
    /// While resting: the clock that the last owner ended with.
    pub(crate) clock: AtomicU32,
}

impl SlotRecord {
    /// The slot's last time that is over; the present is one more.
    #[inline]
    pub(crate) fn over(&self) -> u32 {
        let (past, overtaken) = (self.past.load(Ordering::Acquire), self.overtaken.load(Ordering::Acquire));
        past.max(overtaken)
    }

    /// The last time that the owner has published.
    #[inline]
    pub(crate) fn published(&self) -> u32 {
        self.past.load(Ordering::Relaxed)
    }

    /// The owner publishes a time that is over then.
    ///
    /// Others may hear of it and publish what they heard. If they do not see that publication is frozen, then who
    /// froze it has to see this: that is what the fence is for. On x86-64 none is needed: stores become visible in
    /// their order, to all at once, so that whoever hears of this sees it and whoever looks later does, too.
    #[inline]
    pub(crate) fn publish(&self, time: u32) {
        self.past.store(time, Ordering::Release);
        #[cfg(any(loom, not(target_arch = "x86_64")))]
        fence(Ordering::SeqCst);
        #[cfg(not(any(loom, not(target_arch = "x86_64"))))]
        core::sync::atomic::compiler_fence(Ordering::SeqCst);
    }

    /// Takes the present for known: gives it, and has the owner go on to the next. Only while publication is
    /// frozen; who looked before that may still publish the present.
    pub(crate) fn overtake(&self) -> u32 {
        let present = self.over() + 1;
        self.overtaken.fetch_max(present, Ordering::AcqRel);
        present
    }
}

// SAFETY: zeros are a slot that was never lent.
unsafe impl Record for SlotRecord {
    fn link(&self) -> &AtomicU32 {
        &self.next
    }
}

/// The resting slots: a queue of those that have to rest on, the one that rests longest first, and
/// a stack of those that have rested enough, the one that rested last on top.
///
/// A stack, so that few slots are in turn where few tasks are alive, however many there once were:
/// a slot's clock is an old one, and its next owner has to learn all that changed since.
#[derive(Default)]
pub(crate) struct SlotQueue {
    lock: SpinLock,
    head: AtomicU32,
    tail: AtomicU32,
    len: AtomicU32,
    rested: AtomicU32,
}

/// A slot as it is lent.
pub(crate) struct Lent {
    pub(crate) slot: Slot,
    /// The slot's last time that is over.
    pub(crate) past: u32,
    /// The last time that others can know of; 0 if there is none.
    pub(crate) released: u32,
    /// The last owner's final clock, which is that of the last time; a reference that is now the borrower's.
    pub(crate) clock: Clk,
}

/// Lends a slot. `knows(slot, time)` says whether the borrower knows that time of the slot.
pub(crate) fn lend<M: Memory>(memory: &M, knows: impl Fn(Slot, u32) -> bool) -> Option<Lent> {
    let (pool, queue) = (memory.slots(), &memory.control().queue);
    let rests = |at: &AtomicU32| at.load(Ordering::Relaxed) != 0;
    let found = if rests(&queue.head) || rests(&queue.rested) {
        queue.lock.lock(|| memory.yield_now());
        let found = unqueue(memory, knows);
        queue.lock.unlock();
        found
    } else {
        None
    };
    // Some numbers are not for clocks: they are left lying.
    let fresh = || core::iter::repeat_with(|| pool.take()).find(|slot| slot.is_none_or(is_slot)).flatten();
    let slot = match found.or_else(fresh) {
        Some(slot) => slot,
        // No fresh slot is left: the one that rests longest will do.
        None => {
            queue.lock.lock(|| memory.yield_now());
            let found = unlink(memory, queue.head.load(Ordering::Relaxed));
            queue.lock.unlock();
            found?
        }
    };
    // SAFETY: the slot is the pool's.
    let record = unsafe { pool.get(slot) };
    let (released, clock) =
        (record.released.load(Ordering::Relaxed), record.clock.swap(0, Ordering::Relaxed));
    Some(Lent { slot, past: record.over(), released, clock })
}

/// Takes one of the slots that ended last, or that rest longest, which the borrower knows all about, or else one that
/// has rested enough. The lock is held.
fn unqueue<M: Memory>(memory: &M, knows: impl Fn(Slot, u32) -> bool) -> Option<Slot> {
    let (pool, queue) = (memory.slots(), &memory.control().queue);
    let from = |first: &AtomicU32, look: u32, next: fn(&SlotRecord) -> &AtomicU32| {
        let mut slot = first.load(Ordering::Relaxed);
        for _ in 0..look {
            if slot == 0 {
                break;
            }
            // SAFETY: queued slots are the pool's.
            let record = unsafe { pool.get(slot) };
            if knows(slot, record.done.load(Ordering::Relaxed)) {
                return Some(slot);
            }
            slot = next(record).load(Ordering::Relaxed);
        }
        None
    };
    let known = from(&queue.tail, LAST, |record| &record.before)
        .or_else(|| from(&queue.head, LONGEST, |record| &record.next));
    if let Some(slot) = known {
        return unlink(memory, slot);
    }
    let rested = queue.rested.load(Ordering::Relaxed);
    if rested == 0 {
        return None;
    }
    // SAFETY: as above.
    let next = unsafe { pool.get(rested) }.next.load(Ordering::Relaxed);
    queue.rested.store(next, Ordering::Relaxed);
    Some(rested)
}

/// Takes `slot` out of the queue; 0 is none. The lock is held.
fn unlink<M: Memory>(memory: &M, slot: Slot) -> Option<Slot> {
    let (pool, queue) = (memory.slots(), &memory.control().queue);
    if slot == 0 {
        return None;
    }
    // SAFETY: queued slots are the pool's.
    let at = |slot| unsafe { pool.get(slot) };
    let (before, next) = (at(slot).before.load(Ordering::Relaxed), at(slot).next.load(Ordering::Relaxed));
    let to_next = if before == 0 { &queue.head } else { &at(before).next };
    to_next.store(next, Ordering::Relaxed);
    let to_before = if next == 0 { &queue.tail } else { &at(next).before };
    to_before.store(before, Ordering::Relaxed);
    queue.len.store(queue.len.load(Ordering::Relaxed) - 1, Ordering::Relaxed);
    Some(slot)
}

/// Lets a slot rest, of which others know no time later than `released`; no access was made after `done`. The reference
/// to `clock` is now the queue's.
pub(crate) fn rest<M: Memory>(memory: &M, slot: Slot, released: u32, done: u32, clock: Clk) {
    let (pool, queue) = (memory.slots(), &memory.control().queue);
    // SAFETY: the slot was lent from this pool.
    let record = unsafe { pool.get(slot) };
    record.released.store(released, Ordering::Relaxed);
    record.done.store(done, Ordering::Relaxed);
    record.clock.store(clock, Ordering::Relaxed);
    record.next.store(0, Ordering::Relaxed);
    queue.lock.lock(|| memory.yield_now());
    let tail = queue.tail.load(Ordering::Relaxed);
    record.before.store(tail, Ordering::Relaxed);
    if tail == 0 {
        queue.head.store(slot, Ordering::Relaxed);
    } else {
        // SAFETY: queued slots are the pool's.
        unsafe { pool.get(tail) }.next.store(slot, Ordering::Relaxed);
    }
    queue.tail.store(slot, Ordering::Relaxed);
    queue.len.store(queue.len.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    if queue.len.load(Ordering::Relaxed) > M::RESTING
        && let Some(enough) = unlink(memory, queue.head.load(Ordering::Relaxed))
    {
        // SAFETY: as above.
        unsafe { pool.get(enough) }.next.store(queue.rested.load(Ordering::Relaxed), Ordering::Relaxed);
        queue.rested.store(enough, Ordering::Relaxed);
    }
    queue.lock.unlock();
}
