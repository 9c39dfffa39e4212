//! A batch at work: its state, and an entry for each change.

use std::cell::Cell;
use std::ptr;

use crate::primitive::atomic::{AtomicPtr, AtomicU64, Ordering};
use crate::primitive::barrier;
use crate::raw::Core;
use crate::raw::clock::{Clock, Tick};
use crate::raw::node::{Node, Pending, SKIPPED};
use crate::raw::table::Bucket;

pub(crate) struct Batch<K, V> {
    /// What revision it tries for, doubled; with [`COMMITTED`] if it got it. 0 before.
    state: AtomicU64,
    /// Its lane, and a revision: of the lane's last commit, or of the map when the lane gave a batch up; or 0. That is its age: so the
    /// clock, which all writers want, need not be asked for it.
    pub(crate) last: Tick,
    /// The first `len` are of this batch. Those after have what is left of earlier ones: memory for nodes.
    entries: Vec<Entry<K, V>>,
    len: usize,
    /// Whether any of its nodes that are to be freed owns more than its memory.
    owners: Cell<bool>,
}

const COMMITTED: u64 = 1;

#[repr(C)]
pub(crate) struct Entry<K, V> {
    /// First: an entry's address is its own.
    pub(crate) pending: Pending<K, V>,
    // Other threads look at `pending` while these are set, by the batch's own.
    /// The version that is written. When the batch is done, what is to be freed, or null.
    pub(crate) node: Cell<*mut Node<K, V>>,
    pub(crate) hash: Cell<u64>,
    pub(crate) bucket: Cell<Bucket<Node<K, V>>>,
}

/// In the address of an entry's node that is to be freed: it owns more than its memory.
const OWNER: usize = 1;

impl<K, V> Entry<K, V> {
    /// The version that is written, until the batch is done.
    #[inline]
    pub(crate) fn own(&self) -> &Node<K, V> {
        // SAFETY: the batch made it, and frees it no sooner than itself.
        unsafe { &*self.node.get() }
    }

    /// Whether a later entry of the batch has the same key.
    pub(crate) fn is_skipped(&self) -> bool {
        self.pending.older.load(Ordering::Acquire).addr() & SKIPPED != 0
    }
}

/// Whether keys or values own anything.
pub(crate) const fn owners<K, V>() -> bool {
    std::mem::needs_drop::<K>() || std::mem::needs_drop::<V>()
}

impl<K, V> Default for Batch<K, V> {
    fn default() -> Self {
        Batch {
            state: AtomicU64::new(0),
            last: Tick::new(0, 0),
            entries: Vec::new(),
            len: 0,
            owners: Cell::new(false),
        }
    }
}

impl<K, V> Batch<K, V> {
    /// Begins anew, after the last commit of its lane.
    pub(crate) fn begin(&mut self, last: Tick, changes: usize) {
        self.state.store(0, Ordering::Relaxed);
        self.last = last;
        if changes > self.entries.len() {
            // Exactly: most batches are small, and there are many of them at a time.
            self.entries.reserve_exact(changes - self.entries.len());
        }
    }

    #[inline]
    pub(crate) fn entries(&self) -> &[Entry<K, V>] {
        // SAFETY: `len` is never more than there are.
        unsafe { self.entries.get_unchecked(..self.len) }
    }

    /// Appends an entry. Without a value, it removes the key.
    ///
    /// `this` is where the batch is, and `memory` is for a node, if no earlier batch has left any.
    #[inline(always)]
    pub(crate) fn push(
        &mut self,
        this: *const Self,
        memory: impl FnOnce() -> *mut Node<K, V>,
        (hash, bucket): (u64, Bucket<Node<K, V>>),
        key: K,
        value: Option<V>,
    ) {
        if self.len == self.entries.len() {
            self.extend(this);
        }
        // SAFETY: there are more than `len`. Of this entry, nobody knows yet.
        let entry = unsafe { &mut *self.entries.as_mut_ptr().add(self.len) };
        let mut node = entry.node.get();
        if node.is_null() {
            node = memory();
            entry.node.set(node);
        }
        // SAFETY: memory for a node, that nobody else uses.
        unsafe { node.write(Node::new(&raw const entry.pending, key, value)) };
        entry.hash.set(hash);
        entry.bucket.set(bucket);
        self.len += 1;
    }

    #[cold]
    fn extend(&mut self, batch: *const Self) {
        let full = self.entries.len() == self.entries.capacity();
        self.entries.push(Entry {
            pending: Pending { batch, older: AtomicPtr::new(ptr::null_mut()) },
            node: Cell::new(ptr::null_mut()),
            hash: Cell::new(0),
            bucket: Cell::new(Bucket::NONE),
        });
        if full {
            // They have moved, and nobody else knows of them yet.
            for entry in self.entries() {
                entry.own().set_pending(&raw const entry.pending);
            }
        }
    }

    /// The number of the entry that a pending stamp of this batch belongs to.
    pub(crate) fn number_of(&self, pending: &Pending<K, V>) -> usize {
        (ptr::from_ref(pending).addr() - self.entries.as_ptr().addr()) / size_of::<Entry<K, V>>()
    }

    /// Says that an entry's node is to be freed with the batch, and whether it owns more than its memory.
    #[inline]
    pub(crate) fn free_later(&self, entry: &Entry<K, V>, node: *mut Node<K, V>, owner: bool) {
        if owner {
            self.owners.set(true);
            entry.node.set(node.map_addr(|bits| bits | OWNER));
        } else {
            entry.node.set(node);
        }
    }

    /// Takes leave of its entries, when nobody looks any more. Their memory stays.
    pub(crate) fn clear(&mut self) {
        let len = std::mem::take(&mut self.len);
        if !self.owners.take() {
            return;
        }
        for entry in &self.entries[..len] {
            let node = entry.node.get();
            if node.addr() & OWNER != 0 {
                let node = node.map_addr(|bits| bits & !OWNER);
                // SAFETY: it was given to `free_later`, and two epochs have gone by.
                unsafe { Node::drop_in_place(node) };
                entry.node.set(node);
            }
        }
    }

    /// How many entries it has memory for.
    pub(crate) fn capacity(&self) -> usize {
        self.entries.len()
    }

    /// The memory for nodes, of a batch that is cleared.
    pub(crate) fn take_memory(&mut self) -> impl Iterator<Item = *mut Node<K, V>> {
        self.entries.drain(..).map(|entry| entry.node.get()).filter(|node| !node.is_null())
    }
}

impl<K, V> Core<K, V> {
    /// The revision of a batch, if it is committed.
    #[inline]
    pub(crate) fn committed(&self, batch: &Batch<K, V>) -> Option<u64> {
        loop {
            // In this order: were it committed at that tick, its state would tell the revision.
            let tick = self.clock.now();
            let state = batch.state.load(Ordering::Acquire);
            let revision = state >> 1;
            if state & COMMITTED != 0 {
                return Some(revision);
            }
            if revision == 0 || tick.revision() < revision {
                return None;
            }
            let lane =
                if tick.revision() == revision { Some(tick.lane()) } else { self.clock.lane_of(revision) };
            if let Some(lane) = lane {
                return (lane == batch.last.lane()).then_some(revision);
            }
            // The clock does not know. Whoever has committed since has seen to it that the state of that batch says so: so it is
            // another, that came too late, unless the state has changed meanwhile.
            if batch.state.load(Ordering::Acquire) == state {
                return None;
            }
        }
    }

    /// Makes a batch visible. Its revision, or the map's if that is not the one that was expected.
    pub(crate) fn commit(&self, batch: &Batch<K, V>, expected: Option<u64>) -> Result<u64, u64> {
        loop {
            let last = self.clock.now();
            if expected.is_some_and(|expected| expected != last.revision()) {
                return Err(last.revision());
            }
            // A batch that was in this lane before is done, and its state says so.
            if last.lane() != batch.last.lane() {
                self.clock.remember(last);
            }
            let revision = last.revision() + 1;
            if let Some(before) = Clock::forgets(revision) {
                self.tell_committed(before);
            }
            batch.state.store(revision << 1, Ordering::Release);
            if self.clock.advance(last, Tick::new(revision, batch.last.lane())) {
                barrier::for_loom();
                batch.state.store(revision << 1 | COMMITTED, Ordering::Release);
                return Ok(revision);
            }
        }
    }

    /// Writes into the states of batches that were committed before a revision, and are still at work, that they were.
    #[cold]
    fn tell_committed(&self, before: u64) {
        for (number, lane) in self.lanes.used() {
            let batch = lane.batch.load(Ordering::Acquire);
            if batch.is_null() {
                continue;
            }
            // SAFETY: whoever calls this is pinned, and a batch is retired after it is taken out of its lane.
            let state = unsafe { &(*batch).state };
            let tried = state.load(Ordering::Acquire);
            let revision = tried >> 1;
            if tried & COMMITTED == 0
                && (1..before).contains(&revision)
                && self.clock.lane_of(revision) == Some(number)
            {
                let _ =
                    state.compare_exchange(tried, tried | COMMITTED, Ordering::Release, Ordering::Relaxed);
            }
        }
    }
}
