//! The clock: how many commits there were, and whose the last was. One store to it makes a batch visible.

use crate::primitive::atomic::{AtomicU64, Ordering};

const LANE_BITS: u32 = 12;

/// How many lanes there can be.
pub(crate) const LANES: usize = 1 << LANE_BITS;

/// A commit: its revision and the lane that did it.
///
/// That the lane is in the same word is what makes a commit one compare-and-set: two batches may try for the same
/// revision, and the word tells which of them got it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Tick(u64);

impl Tick {
    pub(crate) fn new(revision: u64, lane: usize) -> Tick {
        debug_assert!(lane < LANES);
        // 2^52 revisions: a million commits a second for 142 years.
        assert!(revision < 1 << (64 - LANE_BITS), "the map has had 2^52 commits");
        Tick(revision << LANE_BITS | lane as u64)
    }

    #[inline]
    pub(crate) fn revision(self) -> u64 {
        self.0 >> LANE_BITS
    }

    #[inline]
    pub(crate) fn lane(self) -> usize {
        (self.0 & (LANES as u64 - 1)) as usize
    }
}

pub(crate) struct Clock(AtomicU64);

impl Clock {
    /// A clock before the first commit, which will be of revision `revision + 1`.
    pub(crate) fn new(revision: u64) -> Clock {
        Clock(AtomicU64::new(Tick::new(revision, 0).0))
    }

    #[inline]
    pub(crate) fn now(&self) -> Tick {
        Tick(self.0.load(Ordering::SeqCst))
    }

    /// Commits: from `last` to `next`, if nobody else did.
    #[inline]
    pub(crate) fn advance(&self, last: Tick, next: Tick) -> bool {
        self.0.compare_exchange(last.0, next.0, Ordering::SeqCst, Ordering::Relaxed).is_ok()
    }
}
