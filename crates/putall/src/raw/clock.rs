//! The clock: how many commits there were, and whose the last was. One store to it makes a batch visible.

use crate::primitive::Padded;
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

/// How many commits before the last the clock knows, or some fewer.
const RECENT: u64 = if cfg!(loom) { 4 } else { 64 };
/// How often all that is older than half of those is looked through.
const TURN: u64 = RECENT / 2;
/// Entries in a cache line.
const LINE: u64 = if cfg!(loom) { 1 } else { 8 };

pub(crate) struct Clock {
    now: Padded<AtomicU64>,
    /// Commits before that, by their revisions modulo [`RECENT`]; 0 if there was none.
    recent: Padded<[AtomicU64; RECENT as usize]>,
}

impl Clock {
    /// A clock before the first commit, which will be of revision `revision + 1`.
    pub(crate) fn new(revision: u64) -> Clock {
        Clock {
            now: Padded(AtomicU64::new(Tick::new(revision, 0).0)),
            recent: Padded(std::array::from_fn(|_| AtomicU64::new(0))),
        }
    }

    #[inline]
    pub(crate) fn now(&self) -> Tick {
        Tick(self.now.load(Ordering::SeqCst))
    }

    /// Commits: from `last` to `next`, if nobody else did.
    #[inline]
    pub(crate) fn advance(&self, last: Tick, next: Tick) -> bool {
        self.now.compare_exchange(last.0, next.0, Ordering::SeqCst, Ordering::Relaxed).is_ok()
    }

    /// Where the commit of a revision is remembered. Those that follow each other are in different lines: so writers who take turns
    /// do not ask each other for the same one each time.
    #[inline]
    fn slot(&self, revision: u64) -> &AtomicU64 {
        let number = revision % RECENT;
        let lines = RECENT / LINE;
        &self.recent[(number % lines * LINE + number / lines) as usize]
    }

    /// Remembers what the clock shows, before it shows something else.
    #[inline]
    pub(crate) fn remember(&self, last: Tick) {
        let slot = self.slot(last.revision());
        let mut there = slot.load(Ordering::Relaxed);
        // Whoever comes late finds a later one.
        while there < last.0
            && let Err(now) = slot.compare_exchange(there, last.0, Ordering::AcqRel, Ordering::Relaxed)
        {
            there = now;
        }
    }

    /// Of a revision before the last, the lane that committed it, if that is remembered.
    #[inline]
    pub(crate) fn lane_of(&self, revision: u64) -> Option<usize> {
        let there = Tick(self.slot(revision).load(Ordering::Acquire));
        (there.revision() == revision).then(|| there.lane())
    }

    /// At the commit of some revisions, what is to be done with all that are before another one: those will not be remembered for long.
    #[inline]
    pub(crate) fn forgets(revision: u64) -> Option<u64> {
        (revision >= RECENT && revision.is_multiple_of(TURN)).then(|| revision - TURN)
    }
}
