//! Versions that snapshots see, and what becomes of them when those go.

use std::ptr;

use crate::primitive::atomic::Ordering;
use crate::primitive::lock;
use crate::raw::lane::{Garbage, OwnLane};
use crate::raw::line::tag;
use crate::raw::node::{Node, SKIPPED, Stamp};
use crate::raw::pins::Kept;
use crate::raw::{Core, this_thread};

impl<K, V> Core<K, V> {
    /// Frees the slot of a removed key of which no older version is kept, if it still has one.
    pub(crate) fn clear(&self, lane: &mut OwnLane<'_, K, V>, node: *mut Node<K, V>, hash: u64) {
        let bucket = self.table.lock(hash, lane.lock);
        // Whoever has put a version on top of it by now frees it.
        if let Some(place) = bucket.find(tag(hash), |there| ptr::eq(there, node)) {
            place.remove();
            lane.count_slot(-1);
            lane.yard().retire(Garbage::Node(node));
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
            // If it is done already, it may not have seen this. With the fence in `tidy`, one of the two sees the other.
            self.epoch.heavy_fence();
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
            yard.retire(Garbage::Older(retired));
            if removed && ptr::eq(above, place.node) {
                place.remove();
                lane.count_slot(-1);
                lane.yard().retire(Garbage::Node(ptr::from_ref(above).cast_mut()));
            }
        } else {
            older.older.store(below, Ordering::Release);
        }
        lane.yard().retire(Garbage::Node(node));
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

    /// Frees what could not be freed when it was to be. Called when a batch has settled its versions, or taken them off.
    #[inline]
    pub(crate) fn tidy(&self, lane: &mut OwnLane<'_, K, V>) {
        self.epoch.light_fence();
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
}
