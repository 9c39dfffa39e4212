//! The map without its hasher and its manners: table, versions, clock.

use std::ops::Range;
use std::ptr;

use crate::primitive::Mutex;
use crate::primitive::atomic::{AtomicBool, AtomicUsize, Ordering};

mod batch;
mod chunks;
mod clock;
mod epoch;
mod install;
mod keep;
mod lane;
mod line;
mod node;
mod pins;
mod restore;
mod settle;
mod table;
mod threads;
pub(crate) mod write;

pub(crate) use epoch::Guard;
pub(crate) use node::Node;
pub(crate) use threads::current as this_thread;

use clock::Clock;
use epoch::Epoch;
use lane::{Garbage, Lanes, OwnLane};
use node::{SKIPPED, Stamp};
use pins::{Kept, Pins};
use table::Table;

pub(crate) struct Core<K, V> {
    pub(crate) clock: Clock,
    epoch: Epoch,
    table: Table<Node<K, V>>,
    lanes: Lanes<K, V>,
    pins: Pins<K, V>,
    /// Versions that nobody sees any more, below one that was pending when they were to be freed.
    limbo: Mutex<Vec<Kept<K, V>>>,
    in_limbo: AtomicBool,
    /// Versions kept for snapshots.
    kept: AtomicUsize,
}

// SAFETY: nodes, which other threads may free or look at, are keys and values. All else is atomic or has a lock.
unsafe impl<K: Send + Sync, V: Send + Sync> Sync for Core<K, V> {}
// SAFETY: as above.
unsafe impl<K: Send, V: Send> Send for Core<K, V> {}

/// Keys that a lane adds before it looks whether the table has room for more.
const CHECK: usize = if cfg!(loom) { 1 } else { 8 };

/// A version that is committed: the node, and since when.
pub(crate) type Version<'g, K, V> = (&'g Node<K, V>, u64);

impl<K, V> Core<K, V> {
    pub(crate) fn new(capacity: usize, revision: u64) -> Self {
        Core {
            clock: Clock::new(revision),
            epoch: Epoch::new(),
            table: Table::new(capacity),
            lanes: Lanes::new(),
            pins: Pins::new(),
            limbo: Mutex::new(Vec::new()),
            in_limbo: AtomicBool::new(false),
            kept: AtomicUsize::new(0),
        }
    }

    #[inline]
    pub(crate) fn pin(&self) -> Guard<'_> {
        self.epoch.pin()
    }

    /// The last version of a key, if it is there.
    #[inline(always)]
    pub(crate) fn latest<'g>(
        &'g self,
        _guard: &'g Guard<'_>,
        hash: u64,
        is: impl Fn(&K) -> bool,
    ) -> Option<Version<'g, K, V>> {
        // SAFETY: pinned.
        let node = unsafe { self.table.find(hash, |node| is(&node.key)) }?;
        self.visible(node, u64::MAX)
    }

    /// The version of a key that was the last at a revision, if it was there. The revision is pinned, or all of now.
    #[inline(always)]
    pub(crate) fn at<'g>(
        &'g self,
        _guard: &'g Guard<'_>,
        revision: u64,
        hash: u64,
        is: impl Fn(&K) -> bool,
    ) -> Option<Version<'g, K, V>> {
        // SAFETY: pinned.
        let node = unsafe { self.table.find(hash, |node| is(&node.key)) }?;
        self.visible(node, revision)
    }

    /// Of a version and those below, the last that was committed at a revision; `None` if the key was not there.
    ///
    /// The thread is pinned.
    #[inline(always)]
    fn visible<'g>(&self, node: &'g Node<K, V>, at: u64) -> Option<Version<'g, K, V>> {
        // As most are.
        match node.settled() {
            Some(since) if since <= at => Some((node, since)),
            _ => self.visible_below(node, at),
        }
    }

    #[inline(never)]
    fn visible_below<'g>(&self, mut node: &'g Node<K, V>, at: u64) -> Option<Version<'g, K, V>> {
        loop {
            // SAFETY: pinned.
            let (stamp, mut removed) = unsafe { node.stamp() };
            let (since, below) = match stamp {
                Stamp::Settled(revision) => (Some(revision), ptr::null_mut()),
                Stamp::Older(older) if older.revision <= at => (Some(older.revision), ptr::null_mut()),
                Stamp::Older(older) => (None, older.older.load(Ordering::Acquire)),
                Stamp::Pending(pending) => {
                    // SAFETY: pinned; a batch is retired after its stamps are replaced.
                    let since = self.committed(unsafe { &*pending.batch });
                    let below = pending.older.load(Ordering::Acquire);
                    let skipped = below.addr() & SKIPPED != 0;
                    // An update may have given it its value since.
                    // SAFETY: pinned.
                    removed = unsafe { node.stamp() }.1;
                    (since.filter(|_| !skipped), below.map_addr(|bits| bits & !SKIPPED))
                }
            };
            match since {
                Some(since) if since <= at => return (!removed).then_some((node, since)),
                _ if below.is_null() => return None,
                // SAFETY: pinned, and reached from a version that was in the table.
                _ => node = unsafe { &*below },
            }
        }
    }

    /// Makes room when keys were added.
    fn grow(&self, lane: &mut OwnLane<'_, K, V>, new: usize, hash: &impl Fn(&K) -> u64) {
        // Looking at all lanes for each single key would cost more than the key: only if the lane has come to a multiple of so many.
        let slots = lane.slots.load(Ordering::Relaxed).unsigned_abs();
        if new < CHECK && slots % CHECK >= new {
            return;
        }
        let keys = || self.lanes.slots();
        if self.table.is_crowded(keys()) {
            let yard = lane.yard();
            self.table.grow(keys, |node| hash(&node.key), |line| yard.retire(Garbage::Line(line)));
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.lanes.keys()
    }

    pub(crate) fn buckets(&self) -> usize {
        self.table.buckets()
    }

    /// How many buckets there are to walk.
    pub(crate) fn walk(&self) -> usize {
        self.table.divided()
    }

    /// Keys and values of some buckets as they were at a pinned revision; of so many as there were to [`walk`](Self::walk).
    pub(crate) fn versions_of<'g>(
        &'g self,
        _guard: &'g Guard<'_>,
        some: Range<usize>,
        buckets: usize,
        revision: u64,
        mut each: impl FnMut(Version<'g, K, V>),
    ) {
        // All nodes first, and then what is in them: so memory is asked for many at a time.
        let mut nodes = Vec::with_capacity(8 * some.len());
        let mut divided = false;
        for bucket in some {
            // SAFETY: pinned.
            divided |= unsafe { self.table.nodes_of(bucket, buckets, &mut nodes) };
        }
        let versions = nodes.into_iter().filter_map(|node| self.visible(node, revision));
        if divided {
            // While a bucket is divided, keys that move are in both for a moment. A key has one version at a revision.
            let mut versions: Vec<_> = versions.collect();
            versions.sort_unstable_by_key(|(node, _)| ptr::from_ref(*node).addr());
            versions.dedup_by_key(|(node, _)| ptr::from_ref(*node).addr());
            versions.into_iter().for_each(&mut each);
        } else {
            versions.for_each(&mut each);
        }
    }

    /// Versions that are there only for snapshots.
    pub(crate) fn kept(&self) -> usize {
        self.kept.load(Ordering::Relaxed)
    }

    pub(crate) fn snapshots(&self) -> usize {
        self.pins.count()
    }

    pub(crate) fn oldest_snapshot(&self) -> Option<u64> {
        self.pins.oldest()
    }
}

impl<K, V> Drop for Core<K, V> {
    fn drop(&mut self) {
        self.table.drain(|mut node| {
            while !node.is_null() {
                // SAFETY: `&mut self`, so nothing is pending and nobody looks.
                let below = match unsafe { (*node).stamp() }.0 {
                    Stamp::Older(older) => older.older.load(Ordering::Acquire),
                    _ => ptr::null_mut(),
                };
                // SAFETY: as above; each version is below one other, or in one slot.
                unsafe { Node::drop_in_place(node) };
                lane::free_memory(node);
                node = below;
            }
        });
    }
}
