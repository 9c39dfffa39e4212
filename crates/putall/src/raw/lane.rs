//! Lanes: what a writer needs while it writes. A batch has one to itself, so nothing in it needs locks or
//! atomics; a thread tends to get the same again, so what is in it is near.

use std::cell::UnsafeCell;
use std::collections::VecDeque;
use std::ptr;

use crate::primitive::atomic::{AtomicBool, AtomicIsize, AtomicPtr, AtomicUsize, Ordering};
use crate::primitive::{Backoff, Padded, barrier};
use crate::raw::batch::Batch;
use crate::raw::chunks::Chunks;
use crate::raw::clock::LANES;
use crate::raw::epoch::Epoch;
use crate::raw::line::Line;
use crate::raw::node::{Node, Older};
use crate::raw::table::Lock;

/// Lanes: at most [`LANES`].
type All<K, V> = Chunks<Lane<K, V>, 10, { if cfg!(loom) { 2 } else { 4 } }>;

/// Lanes that are for threads to come back to.
const NEAR: usize = if cfg!(loom) { 2 } else { 16 };

pub(crate) struct Lane<K, V> {
    busy: AtomicBool,
    /// The batch at work, for those who help it over the last step.
    pub(crate) batch: AtomicPtr<Batch<K, V>>,
    /// Keys that this lane's batches added, less those that they removed.
    pub(crate) keys: AtomicIsize,
    /// The same of slots of the table: removed keys have one until no snapshot needs them.
    pub(crate) slots: AtomicIsize,
    yard: UnsafeCell<Yard<K, V>>,
}

/// What only who has the lane may touch.
pub(crate) struct Yard<K, V> {
    /// The revision of the last commit, or of the map when a batch was given up.
    pub(crate) last: u64,
    /// Memory for nodes.
    pool: Vec<*mut Node<K, V>>,
    /// Empty batches, by the bits of the number of entries that they have memory for.
    batches: [Vec<*mut Batch<K, V>>; SIZES],
    /// Those entries, and one for each batch.
    entries: usize,
    /// Changes of the largest batch of late.
    largest: usize,
    /// Unlinked, not yet known to be out of sight.
    fresh: Vec<Garbage<K, V>>,
    /// Nodes in `fresh`.
    fresh_nodes: usize,
    /// Unlinked in an epoch or before.
    waiting: VecDeque<(u64, Vec<Garbage<K, V>>)>,
    /// Out of everybody's sight. Freed little by little: so no batch pays for a thousand others, and memory is asked for about as
    /// often as it is given back, which is what allocators do best.
    due: Vec<Garbage<K, V>>,
    /// Nodes that may be freed now, of those.
    credit: usize,
    /// Nodes in `fresh` before the next attempt to advance the epoch.
    enough: usize,
    /// Revisions of snapshots, while a batch looks at them.
    pub(crate) live: Vec<crate::raw::pins::Live>,
}

/// What is freed when nobody can see it, made by `Box`. Pointers, not boxes: readers may still look.
pub(crate) enum Garbage<K, V> {
    /// A batch, with what its entries' `node` point to.
    Batch(*mut Batch<K, V>),
    Node(*mut Node<K, V>),
    Older(*mut Older<K, V>),
    Line(*mut Line<Node<K, V>>),
}

impl<K, V> Garbage<K, V> {
    /// For how many nodes it counts.
    fn nodes(&self) -> usize {
        let nodes = match self {
            // SAFETY: whoever retired it left it to the lane, and its entries stay as they are.
            Garbage::Batch(batch) => unsafe { &**batch }.entries().len(),
            Garbage::Node(_) => 1,
            Garbage::Older(_) => 0,
            Garbage::Line(_) => 4,
        };
        nodes + SOME
    }
}

/// Nodes that are unlinked before an attempt to free what is older.
const COLLECT: usize = if cfg!(loom) { 1 } else { 1000 };
/// The same while other threads are at work: such an attempt asks all that run for a fence, and interrupts them for it.
const COLLECT_AMONG_OTHERS: usize = 4 * COLLECT;
/// What anything counts for beside its nodes.
const SOME: usize = 4;
/// Nodes whose memory a lane keeps.
const POOL: usize = 4 * COLLECT;
/// Entries of empty batches that a lane keeps, each with memory for a node: so many, or as many as three of its batches have.
const ENTRIES: usize = 2 * COLLECT;
const SIZES: usize = (ENTRIES.ilog2() + 2) as usize;

/// The size of a batch with so many entries: powers of two.
fn size(entries: usize) -> usize {
    entries.min(ENTRIES).checked_ilog2().map_or(0, |bits| bits as usize + 1)
}

impl<K, V> Default for Lane<K, V> {
    fn default() -> Self {
        Lane {
            busy: AtomicBool::new(false),
            batch: AtomicPtr::new(ptr::null_mut()),
            keys: AtomicIsize::new(0),
            slots: AtomicIsize::new(0),
            yard: UnsafeCell::new(Yard {
                last: 0,
                pool: Vec::new(),
                batches: [const { Vec::new() }; SIZES],
                entries: 0,
                largest: 0,
                fresh: Vec::new(),
                fresh_nodes: 0,
                waiting: VecDeque::new(),
                due: Vec::new(),
                credit: 0,
                enough: COLLECT,
                live: Vec::new(),
            }),
        }
    }
}

// SAFETY: lanes go from thread to thread with all they have, which are keys and values.
unsafe impl<K: Send, V: Send> Send for Lane<K, V> {}
// SAFETY: `yard` is touched by who set `busy` alone.
unsafe impl<K: Send + Sync, V: Send + Sync> Sync for Lane<K, V> {}

pub(crate) struct Lanes<K, V> {
    lanes: All<K, V>,
    /// One more than the highest number that was ever given.
    used: AtomicUsize,
    /// Whose batch is alone: the number of its lane and 1, or 0.
    alone: Padded<AtomicUsize>,
    /// For how many batches nobody tries to be alone.
    shy: AtomicUsize,
}

/// Batches after a meeting of two writers that do not try to be alone.
const SHY: usize = 256;

impl<K, V> Lanes<K, V> {
    pub(crate) fn new() -> Self {
        const { assert!(All::<(), ()>::LEN <= LANES) };
        Lanes {
            lanes: Chunks::new(),
            used: AtomicUsize::new(0),
            alone: Padded(AtomicUsize::new(0)),
            shy: AtomicUsize::new(0),
        }
    }

    /// Lanes that `acquire` ever gave to somebody, with their numbers.
    pub(crate) fn used(&self) -> impl Iterator<Item = (usize, &Lane<K, V>)> {
        (0..self.used.load(Ordering::SeqCst)).map(|number| (number, self.lanes.get(number)))
    }

    /// A lane that is free, preferably always the same for one `home`. Waits if more than 4,092 threads write at once.
    pub(crate) fn acquire(&self, home: usize) -> OwnLane<'_, K, V> {
        let mut backoff = Backoff::default();
        loop {
            let near = (0..NEAR).map(|turn| (home + turn) % NEAR);
            for number in near.chain(NEAR..All::<K, V>::LEN) {
                let lane = self.lanes.get(number);
                if !lane.busy.load(Ordering::Relaxed) && !lane.busy.swap(true, Ordering::SeqCst) {
                    if self.used.load(Ordering::SeqCst) <= number {
                        self.used.fetch_max(number + 1, Ordering::SeqCst);
                    }
                    barrier::for_loom();
                    // Whoever is alone did not see this lane busy, so this sees that it is.
                    while self.alone.load(Ordering::SeqCst) != 0 {
                        self.shy.store(SHY, Ordering::Relaxed);
                        backoff.wait();
                    }
                    return OwnLane { lanes: self, lane, number, lock: Lock::Take };
                }
            }
            backoff.wait();
        }
    }

    /// Keys in the map, as far as batches that are done have told.
    pub(crate) fn keys(&self) -> usize {
        self.lanes.each().map(|lane| lane.keys.load(Ordering::Relaxed)).sum::<isize>().max(0) as usize
    }

    /// Slots of the table in use.
    pub(crate) fn slots(&self) -> usize {
        self.lanes.each().map(|lane| lane.slots.load(Ordering::Relaxed)).sum::<isize>().max(0) as usize
    }
}

impl<K, V> Drop for Lane<K, V> {
    fn drop(&mut self) {
        self.yard.get_mut().free_all();
    }
}

/// A lane, as long as one has it.
pub(crate) struct OwnLane<'l, K, V> {
    lanes: &'l Lanes<K, V>,
    lane: &'l Lane<K, V>,
    pub(crate) number: usize,
    /// Whether its batch takes locks of buckets.
    pub(crate) lock: Lock,
}

impl<K, V> std::ops::Deref for OwnLane<'_, K, V> {
    type Target = Lane<K, V>;
    fn deref(&self) -> &Lane<K, V> {
        self.lane
    }
}

impl<K, V> OwnLane<'_, K, V> {
    /// Keeps other writers away while this lane's batch is written, if there are none just now: then it needs no locks. Those
    /// who come wait, and see to it that it is not tried for a while (biased locking).
    pub(crate) fn be_alone(&mut self) {
        let lanes = self.lanes;
        let shy = lanes.shy.load(Ordering::Relaxed);
        if shy > 0 {
            lanes.shy.store(shy - 1, Ordering::Relaxed);
            return;
        }
        let (free, own) = (0, self.number + 1);
        if lanes.alone.compare_exchange(free, own, Ordering::SeqCst, Ordering::Relaxed).is_err() {
            return;
        }
        barrier::for_loom();
        // Who is not seen busy here sees `alone`.
        let other =
            |(number, lane): (usize, &Lane<K, V>)| number != self.number && lane.busy.load(Ordering::SeqCst);
        if lanes.used().any(other) {
            lanes.shy.store(SHY, Ordering::Relaxed);
            lanes.alone.store(0, Ordering::Release);
        } else {
            self.lock = Lock::Alone;
        }
    }

    /// Lets other writers come, if they were kept away.
    #[inline]
    pub(crate) fn be_one_of_many(&mut self) {
        if self.lock == Lock::Alone {
            self.lock = Lock::Take;
            self.lanes.alone.store(0, Ordering::Release);
        }
    }

    #[inline]
    pub(crate) fn yard(&mut self) -> &mut Yard<K, V> {
        // SAFETY: `busy` is ours, and `&mut self` sees to it that there is one such reference.
        unsafe { &mut *self.lane.yard.get() }
    }

    /// Counts a slot of the table, or one less.
    pub(crate) fn count_slot(&self, by: isize) {
        add(&self.lane.slots, by);
    }

    pub(crate) fn count_keys(&self, by: isize) {
        add(&self.lane.keys, by);
    }
}

/// Adds to what only the owner of a lane changes.
fn add(count: &AtomicIsize, by: isize) {
    count.store(count.load(Ordering::Relaxed) + by, Ordering::Relaxed);
}

impl<K, V> Drop for OwnLane<'_, K, V> {
    fn drop(&mut self) {
        self.be_one_of_many();
        self.lane.busy.store(false, Ordering::Release);
    }
}

impl<K, V> Yard<K, V> {
    /// Memory for a node.
    #[inline]
    pub(crate) fn memory(&mut self) -> *mut Node<K, V> {
        match self.pool.pop() {
            Some(memory) => memory,
            None => Box::into_raw(Box::<Node<K, V>>::new_uninit()).cast(),
        }
    }

    /// An empty batch, for about so many changes.
    #[inline]
    pub(crate) fn batch(&mut self, changes: usize) -> *mut Batch<K, V> {
        self.largest = changes.max(self.largest - self.largest / 8);
        self.take_batch(size(changes)).unwrap_or_else(|| Box::into_raw(Box::default()))
    }

    #[inline]
    fn take_batch(&mut self, size: usize) -> Option<*mut Batch<K, V>> {
        let batch = self.batches[size].pop()?;
        // SAFETY: from `free`: nobody else has it.
        self.entries -= unsafe { &*batch }.capacity() + 1;
        Some(batch)
    }

    /// To be freed when no reader can see it.
    pub(crate) fn retire(&mut self, garbage: Garbage<K, V>) {
        let nodes = garbage.nodes();
        self.fresh_nodes += nodes;
        // A little more than comes in, so that what is due is gone before more is.
        self.credit += nodes * 5 / 4;
        self.fresh.push(garbage);
    }

    /// Frees some of what can be.
    #[inline]
    pub(crate) fn collect(&mut self, epoch: &Epoch) {
        if self.fresh_nodes >= self.enough {
            self.advance(epoch);
        }
        // If there is much, more, so that some hundred batches later it is gone, whatever their size.
        self.credit += self.due.len() / 8;
        while self.credit > 0 {
            let Some(garbage) = self.due.pop() else {
                self.credit = 0;
                break;
            };
            self.credit = self.credit.saturating_sub(garbage.nodes());
            self.free(garbage);
        }
    }

    /// Advances the epoch, if that can be, and tells what is due by then.
    #[cold]
    fn advance(&mut self, epoch: &Epoch) {
        let advance = epoch.advance();
        self.enough = if advance.others { COLLECT_AMONG_OTHERS } else { (self.enough / 2).max(COLLECT) };
        self.fresh_nodes = 0;
        self.waiting.push_back((advance.unlinked, std::mem::take(&mut self.fresh)));
        while let Some((unlinked, _)) = self.waiting.front()
            && unlinked + 2 <= advance.now
        {
            let (_, mut garbage) = self.waiting.pop_front().expect("there is one");
            self.due.append(&mut garbage);
            if self.fresh.capacity() == 0 {
                self.fresh = garbage;
            }
        }
        while self.entries > self.most_entries()
            && let Some(batch) = (0..SIZES).rev().find_map(|size| self.take_batch(size))
        {
            self.free_batch(batch);
        }
    }

    fn free(&mut self, garbage: Garbage<K, V>) {
        match garbage {
            Garbage::Batch(batch) => {
                // SAFETY: two epochs ago it was retired, by whoever made it.
                let own = unsafe { &mut *batch };
                own.clear();
                if self.entries + own.capacity() < self.most_entries() {
                    self.entries += own.capacity() + 1;
                    self.batches[size(own.capacity())].push(batch);
                } else {
                    self.free_batch(batch);
                }
            }
            Garbage::Node(node) => self.recycle(node),
            // SAFETY: as above.
            Garbage::Older(older) => drop(unsafe { Box::from_raw(older) }),
            // SAFETY: as above.
            Garbage::Line(line) => drop(unsafe { Box::from_raw(line) }),
        }
    }

    fn most_entries(&self) -> usize {
        ENTRIES.max(3 * (self.largest + 1))
    }

    /// Frees an empty batch that nobody else has.
    fn free_batch(&mut self, batch: *mut Batch<K, V>) {
        // SAFETY: `batch` made it with `Box`.
        let mut batch = unsafe { Box::from_raw(batch) };
        for memory in batch.take_memory() {
            self.keep_memory(memory);
        }
    }

    fn recycle(&mut self, node: *mut Node<K, V>) {
        // SAFETY: two epochs ago it was unlinked, by whoever gave it to `retire`.
        unsafe { Node::drop_in_place(node) };
        self.keep_memory(node);
    }

    #[inline]
    fn keep_memory(&mut self, node: *mut Node<K, V>) {
        if self.pool.len() < POOL {
            self.pool.push(node);
        } else {
            free_memory(node);
        }
    }

    fn free_all(&mut self) {
        let waiting = std::mem::take(&mut self.waiting).into_iter().flat_map(|(_, garbage)| garbage);
        let fresh = std::mem::take(&mut self.fresh);
        let due = std::mem::take(&mut self.due);
        for garbage in waiting.chain(fresh).chain(due) {
            self.free(garbage);
        }
        for size in 0..SIZES {
            while let Some(batch) = self.take_batch(size) {
                self.free_batch(batch);
            }
        }
        for node in self.pool.drain(..) {
            free_memory(node);
        }
    }
}

/// Gives the memory of a node back, whose contents are dropped.
pub(crate) fn free_memory<K, V>(node: *mut Node<K, V>) {
    // SAFETY: every node is allocated in `Yard::memory`, by `Box`; its contents are not dropped again.
    drop(unsafe { Box::from_raw(node.cast::<std::mem::MaybeUninit<Node<K, V>>>()) });
}
