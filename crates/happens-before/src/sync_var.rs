//! Synchronisation variables: mutexes, channels, atomics; whatever hands order from task to task.

use crate::clock::{Clk, EMPTY};
use crate::epoch::{Epoch, Slot};
use crate::pool::Record;
use crate::primitive::{AtomicU32, AtomicU64, Ordering, relax};

const LOCKED: u64 = 1 << 63;

/// A clock as it was published: a tree and one epoch on top of it.
///
/// If `epoch` is not none then to know it is to know the whole clock.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Published {
    pub(crate) clock: Clk,
    pub(crate) epoch: Epoch,
}

/// Parts of a divided variable.
const PARTS: usize = if cfg!(loom) { 2 } else { 16 };

/// One of them, in a cache line of its own.
#[repr(align(64))]
#[derive(Default)]
struct Part {
    var: SyncVar,
    /// Of the first one: the next in the free list.
    link: AtomicU32,
}

/// What was released to a variable that is divided, in pieces. All blank while nobody uses the record; then too
/// somebody who comes too late may lock a part and give it back as it was.
#[derive(Default)]
pub struct Parts([Part; PARTS]);

// SAFETY: zeros are blank parts.
unsafe impl Record for Parts {
    fn link(&self) -> &AtomicU32 {
        let Parts([Part { link, .. }, ..]) = self;
        link
    }
}

impl Parts {
    /// The part that a slot's owner adds to.
    #[inline]
    pub(crate) fn of(&self, slot: Slot) -> &SyncVar {
        let Parts(parts) = self;
        // SAFETY: taken modulo the length.
        let Part { var, .. } = unsafe { parts.get_unchecked(slot as usize % PARTS) };
        var
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &SyncVar> {
        let Parts(parts) = self;
        parts.iter().map(|Part { var, .. }| var)
    }
}

/// What was released to a synchronisation variable. All zero is one that was never released to.
#[repr(C)]
#[derive(Default)]
pub struct SyncVar {
    /// The epoch of the published clock; the top bit is a lock on all of it.
    epoch: AtomicU64,
    /// Its tree; only who holds the lock bit makes use of it.
    pub(crate) clock: AtomicU32,
    /// Goes on with each unlock.
    version: AtomicU32,
}

impl SyncVar {
    /// The epoch alone, unless somebody is at work on the variable.
    #[inline]
    pub(crate) fn peek(&self) -> Option<Epoch> {
        let bits = self.epoch.load(Ordering::Acquire);
        (bits & LOCKED == 0).then_some(Epoch::from_bits(bits))
    }

    /// The epoch and the version: equal before and after some operation that others may do to the variable
    /// at the same time, none of them was at work meanwhile. `None` if somebody is.
    #[inline]
    pub(crate) fn stamp(&self) -> Option<(Epoch, u32)> {
        let epoch = self.peek()?;
        Some((epoch, self.version.load(Ordering::Acquire)))
    }

    /// Locks the variable and gives what was published.
    #[inline]
    pub(crate) fn lock(&self, yield_now: impl Fn()) -> Published {
        let mut spins = 0;
        loop {
            let bits = self.epoch.load(Ordering::Relaxed);
            if bits & LOCKED == 0
                && self
                    .epoch
                    .compare_exchange_weak(bits, bits | LOCKED, Ordering::Acquire, Ordering::Relaxed)
                    .is_ok()
            {
                return Published {
                    clock: self.clock.load(Ordering::Relaxed),
                    epoch: Epoch::from_bits(bits),
                };
            }
            relax(spins, &yield_now);
            spins = spins.wrapping_add(1);
        }
    }

    /// Takes what was published away, without the lock: the variable is nobody's any more.
    #[inline]
    pub(crate) fn take(&self) -> Clk {
        self.epoch.store(0, Ordering::Relaxed);
        let clock = self.clock.load(Ordering::Relaxed);
        self.clock.store(EMPTY, Ordering::Relaxed);
        clock
    }

    /// Unlocks it with `what` as the published clock. The reference moves to the variable.
    #[inline]
    pub(crate) fn unlock(&self, what: Published) {
        self.clock.store(what.clock, Ordering::Relaxed);
        // The version comes before the epoch: who sees the new epoch, or no lock, sees the new version.
        let version = self.version.load(Ordering::Relaxed).wrapping_add(1);
        self.version.store(version, Ordering::Release);
        self.epoch.store(what.epoch.bits(), Ordering::Release);
    }

    /// Changes what it holds to `what`, for who unlocks it unchanged. The lock is held.
    pub(crate) fn keep(&self, what: Published) {
        self.clock.store(what.clock, Ordering::Relaxed);
    }

    /// Unlocks it as it was.
    #[inline]
    pub(crate) fn unlock_unchanged(&self, what: Published) {
        self.epoch.store(what.epoch.bits(), Ordering::Release);
    }

    /// Whether nothing was ever released here. A hint: others may be at work on the variable.
    pub fn is_blank(&self) -> bool {
        self.peek().is_some_and(Epoch::is_none) && self.clock.load(Ordering::Relaxed) == EMPTY
    }
}
