//! The map without its hasher and its manners: table, versions, clock.

use std::ptr;

use crate::primitive::atomic::{AtomicBool, AtomicUsize, Ordering};
use crate::primitive::{Mutex, lock};

mod chunks;
mod clock;
pub(crate) mod commit;
mod epoch;
mod lane;
mod line;
mod node;
mod pins;
mod table;
mod threads;

pub(crate) use epoch::Guard;
pub(crate) use node::Node;
pub(crate) use threads::current as this_thread;

use clock::Clock;
use epoch::Epoch;
use lane::{Garbage, Lanes, OwnLane};
use line::tag;
use node::{SKIPPED, Stamp};
use pins::{Kept, Pins};
use table::Table;

pub(crate) struct Core<K, V> {
    pub(crate) clock: Clock,
    /// The revision that the map began with.
    first: u64,
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

/// A version that is committed: the node, and since when.
pub(crate) type Version<'g, K, V> = (&'g Node<K, V>, u64);

impl<K, V> Core<K, V> {
    pub(crate) fn new(capacity: usize, revision: u64) -> Self {
        Core {
            clock: Clock::new(revision),
            first: revision,
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
    #[inline]
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
    #[inline]
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
    #[inline]
    fn visible<'g>(&self, mut node: &'g Node<K, V>, at: u64) -> Option<Version<'g, K, V>> {
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

    /// Makes room for keys that are to be added.
    fn grow(&self, lane: &mut OwnLane<'_, K, V>, new: usize, hash: &impl Fn(&K) -> u64) {
        // Looking at all lanes for each single key would cost more than the key.
        if new < 8 && !lane.slots.load(Ordering::Relaxed).unsigned_abs().is_multiple_of(8) {
            return;
        }
        let keys = || self.lanes.slots() + new;
        if self.table.is_crowded(keys()) {
            let yard = lane.yard();
            self.table.grow(keys, |node| hash(&node.key), |line| yard.retire(Garbage::Line(line), 0));
        }
    }

    /// Frees the slot of a removed key of which no older version is kept, if it still has one.
    fn clear(&self, lane: &mut OwnLane<'_, K, V>, node: *mut Node<K, V>, hash: u64) {
        let bucket = self.table.lock(hash, lane.lock);
        // Whoever has put a version on top of it by now frees it.
        if let Some(place) = bucket.find(tag(hash), |there| ptr::eq(there, node)) {
            place.remove();
            lane.count_slot(-1);
            lane.yard().retire(Garbage::Node(node), 1);
        }
    }

    /// Pins the present, for a snapshot: number and revision.
    #[inline]
    pub(crate) fn acquire(&self) -> (usize, u64) {
        self.pins.acquire(&self.clock, this_thread())
    }

    pub(crate) fn release(&self, number: usize) {
        let kept = self.pins.release(number);
        if kept.is_empty() {
            return;
        }
        let _guard = self.pin();
        let mut lane = self.lanes.acquire(this_thread());
        let again = kept.into_iter().fold(false, |again, kept| self.part(&mut lane, kept) | again);
        if again {
            self.tidy(&mut lane);
        }
        lane.yard().collect(&self.epoch);
    }

    /// Frees a version that was kept, or has it kept for another snapshot, or puts it in limbo. Whether what is in limbo is worth
    /// another look.
    ///
    /// The thread is pinned.
    fn part(&self, lane: &mut OwnLane<'_, K, V>, kept: Kept<K, V>) -> bool {
        let Kept { hash, node } = kept;
        let bucket = self.table.lock(hash, lane.lock);
        let mut above: Option<&Node<K, V>> = None;
        let mut pending = false;
        let place = bucket.find(tag(hash), |top| {
            // Before the walk: a pending version may be settled during it, one that is not pending stays so.
            pending = top.is_pending();
            above = self.above(top, node);
            above.is_some()
        });
        let place = place.expect("a kept version is below a key's last one");
        if pending {
            // Its batch may be about to look at what is below.
            let top = place.node;
            lock(&self.limbo).push(Kept { hash, node });
            self.in_limbo.store(true, Ordering::Release);
            // If it is done already, it may not have seen this.
            return !top.is_pending();
        }
        let above = above.expect("found");
        // SAFETY: pinned, and with the lock of the bucket, under a version that is not pending: nobody changes these.
        let (stamp, _) = unsafe { above.stamp() };
        let Stamp::Older(older) = stamp else { unreachable!("there is a version below") };
        // SAFETY: as above.
        let (since, below) = match unsafe { (*node).stamp() }.0 {
            Stamp::Settled(revision) => (revision, ptr::null_mut()),
            Stamp::Older(older) => (older.revision, older.older.load(Ordering::Acquire)),
            Stamp::Pending(_) => unreachable!("only the top can be pending"),
        };
        let yard = lane.yard();
        let mut live = std::mem::take(&mut yard.live);
        self.pins.live(&mut live);
        let free = self.pins.keep(&live, since, older.revision, kept).is_err();
        yard.live = live;
        if !free {
            return false;
        }
        self.kept.fetch_sub(1, Ordering::Relaxed);
        if below.is_null() {
            let revision = older.revision;
            let retired = ptr::from_ref(older).cast_mut();
            // SAFETY: pinned.
            let (_, removed) = unsafe { above.stamp() };
            above.set_settled(revision, removed);
            yard.retire(Garbage::Older(retired), 0);
            if removed && ptr::eq(above, place.node) {
                place.remove();
                lane.count_slot(-1);
                lane.yard().retire(Garbage::Node(ptr::from_ref(above).cast_mut()), 1);
            }
        } else {
            older.older.store(below, Ordering::Release);
        }
        lane.yard().retire(Garbage::Node(node), 1);
        false
    }

    /// The version right above `node`, of those from `top` down.
    fn above<'g>(&self, top: &'g Node<K, V>, node: *const Node<K, V>) -> Option<&'g Node<K, V>> {
        let mut above = top;
        loop {
            // SAFETY: pinned, with the lock of the bucket.
            let below = match unsafe { above.stamp() }.0 {
                Stamp::Settled(_) => return None,
                Stamp::Older(older) => older.older.load(Ordering::Acquire),
                Stamp::Pending(pending) => {
                    pending.older.load(Ordering::Acquire).map_addr(|bits| bits & !SKIPPED)
                }
            };
            if below.is_null() {
                return None;
            }
            if ptr::eq(below, node) {
                return Some(above);
            }
            // SAFETY: as above.
            above = unsafe { &*below };
        }
    }

    /// Frees what could not be freed when it was to be.
    #[inline]
    fn tidy(&self, lane: &mut OwnLane<'_, K, V>) {
        if self.in_limbo.load(Ordering::Acquire) {
            self.tidy_now(lane);
        }
    }

    #[cold]
    fn tidy_now(&self, lane: &mut OwnLane<'_, K, V>) {
        loop {
            self.in_limbo.store(false, Ordering::Release);
            let kept = std::mem::take(&mut *lock(&self.limbo));
            if !kept.into_iter().fold(false, |again, kept| self.part(lane, kept) | again) {
                return;
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.lanes.keys()
    }

    pub(crate) fn buckets(&self) -> usize {
        self.table.buckets()
    }

    /// Keys and values of a bucket as they were at a pinned revision; `buckets` as there were when the walk began.
    pub(crate) fn versions_of<'g>(
        &'g self,
        _guard: &'g Guard<'_>,
        bucket: usize,
        buckets: usize,
        revision: u64,
        versions: &mut Vec<Version<'g, K, V>>,
    ) {
        let mut nodes = Vec::new();
        // SAFETY: pinned.
        unsafe { self.table.nodes_of(bucket, buckets, &mut nodes) };
        versions.extend(nodes.into_iter().filter_map(|node| self.visible(node, revision)));
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
