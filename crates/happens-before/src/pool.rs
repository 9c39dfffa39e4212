//! Records of one kind in one stretch of memory, named by number.
//!
//! A pool never moves a record and never gives memory back: a record that is freed goes to a
//! free list and is handed out again. Record 0 is never handed out, so that 0 can mean "none".

use crate::primitive::{AtomicU32, AtomicU64, Ordering};

/// A kind of record that can live in a [`Pool`].
///
/// # Safety
///
/// A record whose bytes are all zero must be valid: pools are made of fresh pages.
pub unsafe trait Record: Sync {
    /// The word that links the record into the free list while nobody uses it.
    fn link(&self) -> &AtomicU32;
}

/// The words that say which records of a pool are free. All zero at first.
#[derive(Default)]
pub struct PoolControl {
    /// Head of the free list: record number in the low half, a count against ABA in the high half.
    free: AtomicU64,
    /// How many records have ever been handed out.
    used: AtomicU32,
    /// How many records may be touched, record 0 included.
    usable: AtomicU32,
}

/// Makes more of a pool's records usable: at least the first `need`, of which the first `usable` are
/// already. Returns how many are now; fewer than `need` means that no more are to be had.
///
/// It may be called by several threads at once, and again for the same records.
pub type Grow<T> = fn(records: &[T], usable: usize, need: usize) -> usize;

/// A view of a pool: the records and their control words.
pub struct Pool<'m, T> {
    records: &'m [T],
    control: &'m PoolControl,
    grow: Grow<T>,
}

impl<T> Clone for Pool<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Pool<'_, T> {}

impl<'m, T: Record> Pool<'m, T> {
    /// A view of `records`, governed by `control`.
    #[inline]
    pub fn new(records: &'m [T], control: &'m PoolControl) -> Self {
        Pool::growing(records, control, |records, _, _| records.len())
    }

    /// A view of `records`, of which only those may be touched that `grow` has made usable.
    #[inline]
    pub fn growing(records: &'m [T], control: &'m PoolControl, grow: Grow<T>) -> Self {
        Pool { records, control, grow }
    }

    /// The record number `index`.
    ///
    /// # Safety
    ///
    /// `index` was handed out by [`Pool::take`] on this pool (or is 0): it is in bounds.
    #[inline]
    pub unsafe fn get(&self, index: u32) -> &'m T {
        debug_assert!((index as usize) < self.records.len());
        // SAFETY: in bounds by the contract.
        unsafe { self.records.get_unchecked(index as usize) }
    }

    /// A record that nobody uses, or `None` when the pool is full. Its contents are as the last
    /// user left them, or zero.
    pub fn take(&self) -> Option<u32> {
        let mut head = self.control.free.load(Ordering::Acquire);
        while head as u32 != 0 {
            // SAFETY: the free list holds records that were handed out.
            let next = unsafe { self.get(head as u32) }.link().load(Ordering::Relaxed);
            let new = ((head >> 32) + 1) << 32 | u64::from(next);
            match self.control.free.compare_exchange_weak(head, new, Ordering::Acquire, Ordering::Acquire) {
                Ok(_) => return Some(head as u32),
                Err(now) => head = now,
            }
        }
        let mut used = self.control.used.load(Ordering::Relaxed);
        loop {
            // Record 0 is not handed out, so that the next one is `used + 1`.
            if !self.reach(used as usize + 2) {
                return None;
            }
            match self.control.used.compare_exchange_weak(
                used,
                used + 1,
                Ordering::Relaxed,
                Ordering::Relaxed,
            ) {
                Ok(_) => return Some(used + 1),
                Err(now) => used = now,
            }
        }
    }

    /// Whether the first `need` records may be touched, if need be from now on.
    fn reach(&self, need: usize) -> bool {
        let usable = self.control.usable.load(Ordering::Acquire) as usize;
        if need <= usable {
            return true;
        }
        let grown = (self.grow)(self.records, usable, need);
        self.control.usable.fetch_max(grown as u32, Ordering::AcqRel);
        need <= grown
    }

    /// Gives a record back. Nobody may use it any more.
    pub fn give(&self, index: u32) {
        // SAFETY: the caller had the record from `take`.
        let record = unsafe { self.get(index) };
        let mut head = self.control.free.load(Ordering::Relaxed);
        loop {
            record.link().store(head as u32, Ordering::Relaxed);
            let new = ((head >> 32) + 1) << 32 | u64::from(index);
            match self.control.free.compare_exchange_weak(head, new, Ordering::Release, Ordering::Relaxed) {
                Ok(_) => return,
                Err(now) => head = now,
            }
        }
    }

    /// How many records are in use, while nobody takes or gives any: for tests.
    #[cfg(any(test, feature = "std"))]
    pub fn in_use(&self) -> u32 {
        let mut in_use = self.high_water();
        let mut free = self.control.free.load(Ordering::Acquire) as u32;
        while free != 0 {
            in_use -= 1;
            // SAFETY: the free list holds records that were handed out.
            free = unsafe { self.get(free) }.link().load(Ordering::Relaxed);
        }
        in_use
    }

    /// How many records were ever in use at once (an upper bound), for gauges and tests.
    pub fn high_water(&self) -> u32 {
        self.control.used.load(Ordering::Relaxed)
    }
}
