//! Pins: revisions that snapshots read at, and the versions that are kept for them.
//!
//! A version that is overwritten is kept if a snapshot may see it, and put on the list of one such snapshot. When
//! that one goes, each version on its list is freed, or goes on to the list of another that needs it. So a version is looked at again
//! only when one who kept it has gone (as ZFS does with its dead lists).

use crate::primitive::atomic::{AtomicU64, AtomicUsize, Ordering};
use crate::primitive::{Mutex, barrier, lock};
use crate::raw::chunks::Chunks;
use crate::raw::clock::Clock;
use crate::raw::node::Node;

const FREE: u64 = 0;
/// Something is kept for it. Set with the lock of its list, and never taken back.
const KEPT: u64 = 1;
/// Somebody is about to pin the revision that the clock shows, and may see any from now on.
const ACQUIRING: u64 = 2;

/// The state of a pin of a revision.
fn pinned(revision: u64) -> u64 {
    (revision + 1) << 2
}

/// A version that is no key's last.
pub(crate) struct Kept<K, V> {
    pub(crate) hash: u64,
    pub(crate) node: *mut Node<K, V>,
}

pub(crate) struct Pin<K, V> {
    state: AtomicU64,
    kept: Mutex<Vec<Kept<K, V>>>,
}

// SAFETY: what a list's nodes have are keys and values, which go with it; the list has a lock, and all else is atomic.
unsafe impl<K: Send, V: Send> Send for Pin<K, V> {}
// SAFETY: as above.
unsafe impl<K: Send + Sync, V: Send + Sync> Sync for Pin<K, V> {}

impl<K, V> Pin<K, V> {
    /// Pins what the clock shows now, for whoever has the pin: there were commits since it was looked at.
    #[cold]
    fn move_on(&self, clock: &Clock) -> u64 {
        self.replace(ACQUIRING);
        barrier::for_loom();
        let revision = clock.now().revision();
        self.replace(pinned(revision));
        revision
    }

    /// Replaces the state but for [`KEPT`], which others may set meanwhile.
    fn replace(&self, state: u64) {
        let mut old = self.state.load(Ordering::Relaxed);
        while let Err(now) =
            self.state.compare_exchange(old, state | old & KEPT, Ordering::SeqCst, Ordering::Relaxed)
        {
            old = now;
        }
    }
}

impl<K, V> Default for Pin<K, V> {
    fn default() -> Self {
        Pin { state: AtomicU64::new(FREE), kept: Mutex::new(Vec::new()) }
    }
}

pub(crate) struct Pins<K, V> {
    pins: Chunks<Pin<K, V>, 28, { if cfg!(loom) { 2 } else { 16 } }>,
    /// One more than the highest number that was ever given.
    used: AtomicUsize,
}

/// A pin that somebody has, as it was seen.
#[derive(Clone, Copy)]
pub(crate) struct Live {
    number: usize,
    state: u64,
}

impl Live {
    /// Whether it may see what was the last version from one revision to before another.
    #[inline]
    pub(crate) fn sees(self, since: u64, until: u64) -> bool {
        match self.revision() {
            None => true,
            Some(revision) => since <= revision && revision < until,
        }
    }

    /// Its revision, if that is certain by now.
    #[inline]
    fn revision(self) -> Option<u64> {
        (self.state >> 2).checked_sub(1)
    }
}

impl<K, V> Pins<K, V> {
    pub(crate) fn new() -> Self {
        Pins { pins: Chunks::new(), used: AtomicUsize::new(0) }
    }

    fn get(&self, number: usize) -> &Pin<K, V> {
        self.pins.get(number)
    }

    /// Pins the present. The pin's number and its revision.
    #[inline]
    pub(crate) fn acquire(&self, clock: &Clock, home: usize) -> (usize, u64) {
        let mut number = home;
        loop {
            let pin = self.get(number);
            if pin.state.load(Ordering::Relaxed) == FREE {
                let revision = clock.now().revision();
                let own = pinned(revision);
                if pin.state.compare_exchange(FREE, own, Ordering::SeqCst, Ordering::Relaxed).is_ok() {
                    if self.used.load(Ordering::SeqCst) <= number {
                        self.used.fetch_max(number + 1, Ordering::SeqCst);
                    }
                    barrier::for_loom();
                    // A commit that does not see this pin came before, so this load sees it.
                    let still = clock.now().revision() == revision;
                    return (number, if still { revision } else { pin.move_on(clock) });
                }
            }
            // Numbers of threads are dense; the place of those that have more than one snapshot is beyond them.
            number += 1;
        }
    }

    /// Gives a pin back, with what was kept for it.
    #[inline]
    pub(crate) fn release(&self, number: usize) -> Vec<Kept<K, V>> {
        let pin = self.get(number);
        let state = pin.state.load(Ordering::Relaxed);
        let empty = state & KEPT == 0;
        if empty && pin.state.compare_exchange(state, FREE, Ordering::SeqCst, Ordering::Relaxed).is_ok() {
            return Vec::new();
        }
        let mut kept = lock(&pin.kept);
        // With the lock: who keeps something for this pin looks with the lock if it is still there.
        let list = std::mem::take(&mut *kept);
        pin.state.store(FREE, Ordering::SeqCst);
        list
    }

    /// Whether any is pinned now.
    #[inline]
    pub(crate) fn are_there(&self) -> bool {
        let used = self.used.load(Ordering::SeqCst);
        (0..used).any(|number| self.get(number).state.load(Ordering::SeqCst) != FREE)
    }

    /// All that are pinned now.
    #[inline]
    pub(crate) fn live(&self, live: &mut Vec<Live>) {
        live.clear();
        for number in 0..self.used.load(Ordering::SeqCst) {
            let state = self.get(number).state.load(Ordering::SeqCst);
            if state != FREE {
                live.push(Live { number, state });
            }
        }
    }

    /// Keeps a version for one of `live`, that sees what was the last one from one revision to before another. Whether one
    /// of them is still there.
    pub(crate) fn keep(
        &self,
        live: &[Live],
        since: u64,
        until: u64,
        kept: Kept<K, V>,
    ) -> Result<(), Kept<K, V>> {
        for seen in live {
            if !seen.sees(since, until) {
                continue;
            }
            let pin = self.get(seen.number);
            let mut list = lock(&pin.kept);
            let mut state = pin.state.load(Ordering::SeqCst);
            while state != FREE && (Live { state, ..*seen }).sees(since, until) {
                let with = state | KEPT;
                match pin.state.compare_exchange(state, with, Ordering::SeqCst, Ordering::SeqCst) {
                    Ok(_) => {
                        list.push(kept);
                        return Ok(());
                    }
                    Err(now) => state = now,
                }
            }
        }
        Err(kept)
    }

    /// The oldest revision that is pinned.
    pub(crate) fn oldest(&self) -> Option<u64> {
        let mut live = Vec::new();
        self.live(&mut live);
        live.into_iter().filter_map(Live::revision).min()
    }

    pub(crate) fn count(&self) -> usize {
        let mut live = Vec::new();
        self.live(&mut live);
        live.len()
    }
}
