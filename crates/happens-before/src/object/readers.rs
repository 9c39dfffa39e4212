//! Readers of one object that no order relates: each task's last read, in blocks.

use crate::epoch::{Epoch, Slot};
use crate::pool::Record;
use crate::primitive::{AtomicU32, AtomicU64, Guarded, Ordering};

/// Readers in one block.
const BLOCK: usize = if cfg!(loom) { 2 } else { 8 };
/// Blocks in one directory.
const DIRECTORY: usize = if cfg!(loom) { 4 } else { 64 };

/// Set in `Reader::epoch` while somebody changes the reader.
const BUSY: u64 = 1 << 63;

/// One task's last read of an object.
pub(super) struct Reader<S> {
    epoch: AtomicU64,
    site: Guarded<S>,
}

impl<S: Copy> Reader<S> {
    #[inline]
    pub(super) fn at(&self) -> Epoch {
        Epoch::from_bits(self.epoch.load(Ordering::Acquire))
    }

    /// Makes it the caller's alone to change. False if it is no longer `then`, or somebody is changing it.
    #[inline]
    pub(super) fn seize(&self, then: Epoch) -> bool {
        let bits = then.bits();
        self.epoch.compare_exchange(bits, bits | BUSY, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    /// Whether somebody is changing it.
    #[inline]
    pub(super) fn is_seized(&self) -> bool {
        self.epoch.load(Ordering::Acquire) & BUSY != 0
    }

    /// Gives it back as it was, unless its block is another object's by now.
    #[inline]
    pub(super) fn unseize(&self, then: Epoch) {
        let bits = then.bits();
        let _ = self.epoch.compare_exchange(bits | BUSY, bits, Ordering::Release, Ordering::Relaxed);
    }

    /// Fills one that is the caller's to change.
    #[inline]
    pub(super) fn set(&self, epoch: Epoch, site: S) {
        // SAFETY: it is the caller's alone.
        unsafe { self.site.set(site) };
        self.epoch.store(epoch.bits(), Ordering::Release);
    }

    /// Where the read was.
    ///
    /// # Safety
    ///
    /// There was one, and nobody can seize the reader meanwhile.
    #[inline]
    pub(super) unsafe fn site(&self) -> S {
        // SAFETY: the caller's promise.
        unsafe { self.site.get() }
    }

    /// Makes it nobody's. A read-modify-write: somebody who comes too late may be about to give it back as it was.
    pub(super) fn clear(&self) {
        if self.epoch.load(Ordering::Relaxed) != 0 {
            self.epoch.swap(0, Ordering::Relaxed);
        }
    }
}

/// Some readers of one object.
pub struct Block<S> {
    link: AtomicU32,
    readers: [Reader<S>; BLOCK],
}

// SAFETY: a reader's site is only touched by who has made the reader its own (`seize`), or holds its object's lock
// while nobody else can.
unsafe impl<S: Send> Sync for Block<S> {}
// SAFETY: zeros are a block without readers (the sites are not read then).
unsafe impl<S: Copy + Send> Record for Block<S> {
    fn link(&self) -> &AtomicU32 {
        &self.link
    }
}

impl<S: Copy> Block<S> {
    #[inline]
    pub(super) fn readers(&self) -> impl Iterator<Item = &Reader<S>> {
        self.readers.iter()
    }

    /// The readers, in the order in which a slot looks for its place: tasks begin at different ones, some cache lines
    /// apart.
    #[inline]
    pub(super) fn from(&self, slot: Slot) -> impl Iterator<Item = &Reader<S>> {
        let home = slot as usize * 3;
        // SAFETY: taken modulo the length.
        (home..home + BLOCK).map(|i| unsafe { self.readers.get_unchecked(i % BLOCK) })
    }

    /// The slot's reader, if it has one.
    #[inline]
    pub(super) fn of(&self, slot: Slot) -> Option<&Reader<S>> {
        self.from(slot).find(|reader| reader.at().slot() == slot)
    }
}

impl<S: Default> Default for Block<S> {
    fn default() -> Self {
        let reader = || Reader { epoch: AtomicU64::default(), site: Guarded::default() };
        Block { link: AtomicU32::default(), readers: core::array::from_fn(|_| reader()) }
    }
}

/// Blocks of readers, by slot.
pub struct Directory {
    /// Not one of the blocks: those may be looked at by a reader that comes too late, and then still have to be blocks.
    link: AtomicU32,
    blocks: [AtomicU32; DIRECTORY],
}

impl Default for Directory {
    fn default() -> Self {
        Directory { link: AtomicU32::default(), blocks: core::array::from_fn(|_| AtomicU32::default()) }
    }
}

impl Directory {
    pub(super) fn cells(&self) -> impl Iterator<Item = &AtomicU32> {
        self.blocks.iter()
    }

    /// Where the block for a slot is kept.
    #[inline]
    pub(super) fn cell(&self, slot: Slot) -> &AtomicU32 {
        // SAFETY: taken modulo the length.
        unsafe { self.blocks.get_unchecked(slot as usize / BLOCK % DIRECTORY) }
    }
}

// SAFETY: zeros are a directory without blocks.
unsafe impl Record for Directory {
    fn link(&self) -> &AtomicU32 {
        &self.link
    }
}
