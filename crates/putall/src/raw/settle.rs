//! What is left to do when a batch is committed: its versions get their revision, and those below go.

use std::ptr;

use crate::primitive::atomic::{AtomicPtr, Ordering};
use crate::raw::Core;
use crate::raw::batch::{Entry, owners};
use crate::raw::node::{Node, Older, SKIPPED, Stamp};
use crate::raw::pins::{Kept, Live};
use crate::raw::write::{Done, Work};

/// A version that another one is on top of.
pub(crate) struct Below<'c, K, V> {
    pub(crate) node: &'c Node<K, V>,
    pub(crate) since: u64,
    older: *mut Node<K, V>,
    removed: bool,
}

impl<K, V> Clone for Below<'_, K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for Below<'_, K, V> {}

impl<'c, K, V> Work<'c, K, V> {
    /// The version below an entry's. Nobody changes it while the entry is on top of it.
    fn below(&self, entry: &Entry<K, V>) -> Option<Below<'c, K, V>> {
        let older = entry.pending.older.load(Ordering::Acquire).map_addr(|bits| bits & !SKIPPED);
        if older.is_null() {
            return None;
        }
        // SAFETY: pinned, and what is below a pending version stays.
        let node: &'c Node<K, V> = unsafe { &*older };
        // SAFETY: pinned.
        let (since, older, removed) = match unsafe { node.stamp() } {
            (Stamp::Settled(revision), removed) => (revision, ptr::null_mut(), removed),
            (Stamp::Older(older), removed) => (older.revision, older.older.load(Ordering::Acquire), removed),
            (Stamp::Pending(_), _) => unreachable!("a version is installed on top of settled ones"),
        };
        Some(Below { node, since, older, removed })
    }

    /// The version below, if the key was there.
    pub(crate) fn there(&self, entry: &Entry<K, V>) -> Option<Below<'c, K, V>> {
        self.below(entry).filter(|below| !below.removed)
    }

    /// Replaces the stamps of a batch that is committed, and parts with what is below.
    #[inline(always)]
    pub(crate) fn settle(&mut self, revision: u64) -> Done<'c, K, V> {
        let batch = self.batch();
        let mut live = Vec::new();
        if self.core.pins.are_there() {
            live = std::mem::take(&mut self.lane.yard().live);
            self.core.pins.live(&mut live);
        }
        let mut done = Done { revision, inserted: 0, replaced: 0, removed: 0, previous: None };
        let Some((first, others)) = batch.entries().split_first() else {
            self.retire();
            return done;
        };
        done.previous = self.there(first).map(|below| (below.node, below.since));
        self.settle_entry(first, &live, &mut done);
        let nobody = live.is_empty();
        for entry in others {
            let older = entry.pending.older.load(Ordering::Relaxed);
            let own = entry.own();
            // The most usual case: a value for another, and nobody to keep that for.
            if nobody
                && !older.is_null()
                && older.addr() & SKIPPED == 0
                && !own.is_removed()
                // SAFETY: pinned, and what is below a pending version stays.
                && unsafe { &*older }.is_plain()
            {
                batch.free_later(entry, older, owners::<K, V>());
                own.set_settled(revision, false);
                done.replaced += 1;
            } else {
                self.settle_entry(entry, &live, &mut done);
            }
        }
        if live.capacity() > 0 {
            self.lane.yard().live = live;
        }
        self.lane.count_keys(done.inserted as isize - done.removed as isize);
        self.retire();
        done
    }

    fn settle_entry(&mut self, entry: &Entry<K, V>, live: &[Live], done: &mut Done<'c, K, V>) {
        let batch = self.batch();
        let own = entry.node.get();
        if entry.pending.older.load(Ordering::Relaxed).addr() & SKIPPED != 0 {
            batch.free_later(entry, own, true);
            return;
        }
        let node: &Node<K, V> = entry.own();
        let removed = node.is_removed();
        let below = self.below(entry);
        match (below.is_some_and(|below| !below.removed), removed) {
            (false, false) => done.inserted += 1,
            (true, false) => done.replaced += 1,
            (true, true) => done.removed += 1,
            (false, true) => {}
        }
        let mut free = ptr::null_mut();
        let mut keep = ptr::null_mut();
        if let Some(below) = below {
            free = ptr::from_ref(below.node).cast_mut();
            keep = below.older;
            if self.core.keep(live, &below, done.revision, entry.hash.get()) {
                (keep, free) = (free, ptr::null_mut());
            }
        }
        batch.free_later(entry, free, !free.is_null() && (owners::<K, V>() || !keep.is_null()));
        // SAFETY: it stays at least as long as this thread is pinned.
        let node = unsafe { &*own };
        if !keep.is_null() {
            node.set_older(Box::new(Older { revision: done.revision, older: AtomicPtr::new(keep) }));
        } else {
            node.set_settled(done.revision, removed);
            if removed {
                self.core.clear(&mut self.lane, own, entry.hash.get());
            }
        }
    }
}

impl<K, V> Core<K, V> {
    /// Whether a version that is no longer the last is kept for one of `live`.
    fn keep(&self, live: &[Live], below: &Below<'_, K, V>, until: u64, hash: u64) -> bool {
        // A removed key that has nothing below is as good as none.
        let nothing = below.removed && below.older.is_null();
        if nothing || !live.iter().any(|live| live.sees(below.since, until)) {
            return false;
        }
        let kept = Kept { hash, node: ptr::from_ref(below.node).cast_mut() };
        let keeps = self.pins.keep(live, below.since, until, kept).is_ok();
        if keeps {
            self.kept.fetch_add(1, Ordering::Relaxed);
        }
        keeps
    }
}
