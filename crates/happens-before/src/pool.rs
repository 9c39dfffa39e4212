//! Records of one kind in one stretch of memory, named by number.
//!
//! A pool never moves a record and never gives memory back: a record that is freed goes to a
//! free list and is handed out again. Record 0 is never handed out, so that 0 can mean "none".
//!
//! There are a few free lists, and a thread mostly uses its own. One that has none left takes over all of
//! another's: so threads get into each other's way once for many records, not for each.

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

/// Free lists in a pool.
const LISTS: usize = if cfg!(loom) { 1 } else { 8 };

/// Head of a free list, in a cache line of its own: record number in the low half, a count against ABA in
/// the high half.
#[repr(align(64))]
#[derive(Default)]
struct FreeList(AtomicU64);

/// The words that say which records of a pool are free. All zero at first.
#[repr(align(64))]
#[derive(Default)]
pub struct PoolControl {
    free: [FreeList; LISTS],
    /// How many records have ever been handed out.
    used: AtomicU32,
    /// How many records may be touched, record 0 included.
    usable: AtomicU32,
}

/// Records of one pool that are to be given back together.
#[derive(Default)]
pub struct Chain {
    first: u32,
    last: u32,
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
        let own = own_list();
        self.pop(own).or_else(|| self.take_over(own)).or_else(|| self.fresh())
    }

    #[inline]
    fn list(&self, list: usize) -> &'m AtomicU64 {
        let FreeList(head) = &self.control.free[list % LISTS];
        head
    }

    /// The link of a record that was handed out.
    #[inline]
    fn link(&self, index: u32) -> &'m AtomicU32 {
        // SAFETY: free lists hold records that were handed out, and so do callers.
        unsafe { self.get(index) }.link()
    }

    fn pop(&self, list: usize) -> Option<u32> {
        let list = self.list(list);
        let mut head = list.load(Ordering::Acquire);
        while head as u32 != 0 {
            let next = self.link(head as u32).load(Ordering::Relaxed);
            match list.compare_exchange_weak(head, after(head, next), Ordering::Acquire, Ordering::Acquire) {
                Ok(_) => {
                    self.prefetch(next);
                    return Some(head as u32);
                }
                Err(now) => head = now,
            }
        }
        None
    }

    /// Has the processor fetch a record that is needed soon: mostly it was written to long ago, or by another processor.
    #[inline]
    pub fn prefetch(&self, index: u32) {
        #[cfg(all(target_arch = "x86_64", not(loom), not(miri)))]
        // SAFETY: it is only a hint, and the record is in bounds.
        unsafe {
            use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            _mm_prefetch::<_MM_HINT_T0>(core::ptr::from_ref(self.get(index)).cast());
        }
        #[cfg(not(all(target_arch = "x86_64", not(loom), not(miri))))]
        let _ = index;
    }

    /// Takes all that is in another list: gives the first, and puts the others into the own list.
    fn take_over(&self, own: usize) -> Option<u32> {
        for list in (own + 1..own + LISTS).map(|list| self.list(list)) {
            let head = list.load(Ordering::Acquire);
            if head as u32 == 0
                || list.compare_exchange(head, after(head, 0), Ordering::Acquire, Ordering::Relaxed).is_err()
            {
                continue;
            }
            let others = self.link(head as u32).load(Ordering::Relaxed);
            if others != 0 {
                self.push(own, others, None);
            }
            return Some(head as u32);
        }
        None
    }

    /// Puts the chain that begins with `first` into a list. Without `last` its end is looked for if need be.
    fn push(&self, list: usize, first: u32, last: Option<u32>) {
        let list = self.list(list);
        let mut head = list.load(Ordering::Relaxed);
        let mut last = last;
        loop {
            if last.is_some() || head as u32 != 0 {
                let end = last.unwrap_or_else(|| self.end_of(first));
                self.link(end).store(head as u32, Ordering::Relaxed);
                last = Some(end);
            }
            match list.compare_exchange_weak(head, after(head, first), Ordering::Release, Ordering::Relaxed) {
                Ok(_) => return,
                Err(now) => head = now,
            }
        }
    }

    fn end_of(&self, first: u32) -> u32 {
        let mut at = first;
        loop {
            match self.link(at).load(Ordering::Relaxed) {
                0 => return at,
                next => at = next,
            }
        }
    }

    /// A record that was never handed out.
    fn fresh(&self) -> Option<u32> {
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
        self.push(own_list(), index, Some(index));
    }

    /// Adds a record to those that are to be given back. Nobody may use it any more.
    pub fn chain(&self, chain: &mut Chain, index: u32) {
        self.link(index).store(chain.first, Ordering::Relaxed);
        if chain.first == 0 {
            chain.last = index;
        }
        chain.first = index;
    }

    /// Gives back all records of a chain, at the cost of one.
    pub fn give_all(&self, chain: Chain) {
        if chain.first != 0 {
            self.push(own_list(), chain.first, Some(chain.last));
        }
    }

    /// How many records are in use, while nobody takes or gives any: for tests.
    #[cfg(any(test, feature = "std"))]
    pub fn in_use(&self) -> u32 {
        let mut in_use = self.high_water();
        for list in 0..LISTS {
            let mut free = self.list(list).load(Ordering::Acquire) as u32;
            while free != 0 {
                in_use -= 1;
                free = self.link(free).load(Ordering::Relaxed);
            }
        }
        in_use
    }

    /// How many records were ever in use at once (an upper bound), for gauges and tests.
    pub fn high_water(&self) -> u32 {
        self.control.used.load(Ordering::Relaxed)
    }
}

/// A new head of a list: `next` in the place of `head`.
#[inline]
fn after(head: u64, next: u32) -> u64 {
    ((head >> 32) + 1) << 32 | u64::from(next)
}

/// The list that this thread mostly uses: threads have stacks of their own, some pages apart.
#[inline]
fn own_list() -> usize {
    let here = 0u8;
    let stack = core::ptr::from_ref(&here) as usize >> 14;
    stack.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 61
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::clock::Node;

    #[test]
    fn a_chain_is_given_back_at_once() {
        let nodes: Vec<Node> = (0..11).map(|_| Node::default()).collect();
        let control = PoolControl::default();
        let pool = Pool::new(&nodes, &control);
        for length in [0, 1, 2, 10] {
            let mut chain = Chain::default();
            let taken: Vec<_> = std::iter::from_fn(|| pool.take()).collect();
            assert_eq!(taken.len(), 10, "all but number 0");
            let (chained, rest) = taken.split_at(length);
            chained.iter().for_each(|&index| pool.chain(&mut chain, index));
            assert_eq!(pool.in_use(), 10, "they are not given back yet");
            pool.give_all(chain);
            assert_eq!(pool.in_use() as usize, rest.len());
            rest.iter().for_each(|&index| pool.give(index));
            assert_eq!(pool.in_use(), 0);
        }
    }
}
