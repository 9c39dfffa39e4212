//! A hash table that grows by one bucket at a time: linear hashing (Litwin, VLDB 1980).
//!
//! With `n` buckets, 2^k ≤ n < 2^(k+1), a hash belongs to the bucket of its lowest k+1 bits, or k if there is no such bucket yet. Growing adds
//! bucket n, and moves there about half of bucket n - 2^k. Nothing else moves, so no operation ever waits for more than that.
//!
//! Buckets are in segments, each about an eighth of all before it, which never move.

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::ptr;

use crate::primitive::atomic::{AtomicPtr, AtomicUsize, Ordering};
use crate::primitive::{Backoff, Mutex, MutexGuard, Padded};
use crate::raw::line::{Line, Slot, tag};

/// Segments to each doubling of the table.
const STEPS: usize = 8;
/// Room for 2^40 buckets.
const SEGMENTS: usize = STEPS * 39;
/// Buckets in the beginning.
const FIRST: usize = if cfg!(loom) { 2 } else { STEPS };

/// Keys per bucket, in tenths, that growing aims at. Buckets that are still to be divided have up to double.
const LOAD: usize = 55;

pub(crate) struct Table<N> {
    buckets: Padded<AtomicUsize>,
    /// How many there were when a bucket was last divided to the end. While one is, what moves is in it and in the new one.
    divided: AtomicUsize,
    /// Where bucket 0 would be, were each segment the continuation of a larger one: so that a bucket's number is its place.
    segments: [AtomicPtr<Line<N>>; SEGMENTS],
    growing: Padded<Mutex<()>>,
}

/// How many buckets there are, at some time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    buckets: usize,
    /// The bits of a hash that make the number of a bucket, if there is one of that number.
    mask: usize,
}

impl Shape {
    #[inline]
    fn new(buckets: usize) -> Shape {
        Shape { buckets, mask: usize::MAX >> buckets.leading_zeros() }
    }

    /// The bucket of a hash.
    #[inline]
    fn index(self, hash: u64) -> usize {
        let index = hash as usize & self.mask;
        // Not a branch: nobody could predict it.
        index & (self.mask >> usize::from(index >= self.buckets))
    }
}

/// The bucket of a hash.
#[inline]
fn index(hash: u64, buckets: usize) -> usize {
    Shape::new(buckets).index(hash)
}

/// The segment that a bucket is in.
#[inline]
fn segment(bucket: usize) -> usize {
    let number = bucket + STEPS;
    // Not `ilog2`, which asks whether it is 0.
    let doubling = (usize::BITS - 1 - number.leading_zeros() - STEPS.ilog2()) as usize;
    // The highest bit says which doubling, the next ones which step of it.
    doubling * STEPS + (number >> doubling) - STEPS
}

/// The first bucket of a segment.
fn start(segment: usize) -> usize {
    ((STEPS + segment % STEPS) << (segment / STEPS)) - STEPS
}

fn segment_len(segment: usize) -> usize {
    1 << (segment / STEPS)
}

impl<N> Table<N> {
    /// A table with room for some keys.
    pub(crate) fn new(capacity: usize) -> Table<N> {
        let table = Table {
            buckets: Padded(AtomicUsize::new(FIRST)),
            divided: AtomicUsize::new(FIRST),
            segments: std::array::from_fn(|_| AtomicPtr::new(ptr::null_mut())),
            growing: Padded(Mutex::new(())),
        };
        let buckets = (capacity.saturating_mul(10) / LOAD + 1).max(FIRST);
        for segment in 0..=segment(buckets - 1) {
            table.add(segment);
        }
        table.buckets.store(buckets, Ordering::Release);
        table.divided.store(buckets, Ordering::Release);
        table
    }

    fn add(&self, segment: usize) {
        let len = segment_len(segment);
        assert!(segment < SEGMENTS, "a table has at most 2^40 buckets");
        let layout = Layout::array::<Line<N>>(len).expect("2^40 lines fit an address space");
        // SAFETY: the layout is not empty. Zeroes are empty lines; large segments are zero pages that cost nothing until
        // they are used, where `vec![]` would write to all of them at once.
        let lines = unsafe { alloc_zeroed(layout) }.cast::<Line<N>>();
        if lines.is_null() {
            handle_alloc_error(layout);
        }
        #[cfg(loom)]
        for number in 0..len {
            // SAFETY: within the allocation. The model's atomics are no plain words.
            unsafe { lines.add(number).write(Line::new()) };
        }
        self.segments[segment].store(lines.wrapping_sub(start(segment)), Ordering::Release);
    }

    #[inline(always)]
    fn line(&self, bucket: usize) -> &Line<N> {
        // SAFETY: there are no more buckets than segments for them, as `add` sees to.
        let lines = unsafe { self.segments.get_unchecked(segment(bucket)) }.load(Ordering::Acquire);
        // SAFETY: the segments of all buckets are there before the buckets are, and stay. So it is within the segment that `add` made.
        unsafe { &*lines.wrapping_add(bucket) }
    }

    /// How many buckets there are now.
    #[inline]
    pub(crate) fn shape(&self) -> Shape {
        Shape::new(self.buckets.load(Ordering::Acquire))
    }

    /// The bucket of a hash in a table of some shape, that it has or had, and fetches it.
    #[inline(always)]
    pub(crate) fn bucket(&self, hash: u64, shape: Shape) -> Bucket<N> {
        let line = self.line(shape.index(hash));
        prefetch(line);
        Bucket { line }
    }

    /// The node of a key. Never waits.
    ///
    /// # Safety
    ///
    /// The thread has been pinned for `'g`.
    #[inline(always)]
    pub(crate) unsafe fn find<'g>(&self, hash: u64, mut is: impl FnMut(&N) -> bool) -> Option<&'g N> {
        // Most keys are found at once, or not there. This is all that is compiled into whoever asks.
        let buckets = self.buckets.load(Ordering::Acquire);
        let line = self.line(index(hash, buckets));
        let control = line.control();
        let mut moving = false;
        for slot in control.matches(tag(hash)) {
            // SAFETY: the caller's.
            match unsafe { line.node(slot) } {
                Some(node) if is(node) => return Some(node),
                Some(_) => {}
                None => moving = true,
            }
        }
        // Nothing was moved since, so it was not there.
        if !moving
            && !control.chained()
            && line.control().same(control)
            && self.buckets.load(Ordering::Acquire) == buckets
        {
            return None;
        }
        // SAFETY: the caller's.
        unsafe { self.find_further(hash, is) }
    }

    #[inline(never)]
    unsafe fn find_further<'g>(&self, hash: u64, mut is: impl FnMut(&N) -> bool) -> Option<&'g N> {
        let tag = tag(hash);
        'again: loop {
            let buckets = self.buckets.load(Ordering::Acquire);
            let bucket = index(hash, buckets);
            let first = self.line(bucket);
            let before = first.control();
            let (mut line, mut control) = (first, before);
            loop {
                let mut next = None;
                for slot in control.matches(tag) {
                    // SAFETY: the caller's.
                    match unsafe { line.slot(slot) } {
                        Slot::Node(node) if is(node) => return Some(node),
                        Slot::Next(line) => next = Some(line),
                        _ => {}
                    }
                }
                if control.chained() {
                    // SAFETY: the caller's.
                    next = unsafe { line.next() };
                    if next.is_none() {
                        // What followed is in this line by now.
                        continue 'again;
                    }
                }
                let Some(next) = next else { break };
                line = next;
                control = line.control();
            }
            let now = self.buckets.load(Ordering::Acquire);
            if first.control().same(before) && (now == buckets || index(hash, now) == bucket) {
                return None;
            }
        }
    }

    #[inline(always)]
    fn of(&self, bucket: Bucket<N>) -> &Line<N> {
        // SAFETY: from `bucket`, of this table; lines of segments stay as long as the table.
        unsafe { &*bucket.line.map_addr(|bits| bits & !HINT) }
    }

    /// The bucket of a hash with the slot in mind that likely has the key, if there is any. Fetches its node; or else the line that
    /// follows, if there is one.
    ///
    /// # Safety
    ///
    /// The thread is pinned.
    #[inline(always)]
    pub(crate) unsafe fn likely(&self, bucket: Bucket<N>, hash: u64) -> Bucket<N> {
        let line = self.of(bucket);
        let control = line.control();
        let Some(slot) = control.matches(tag(hash)).next() else {
            if control.chained()
                // SAFETY: the caller's.
                && let Some(next) = unsafe { line.next() }
            {
                prefetch(next);
            }
            return bucket;
        };
        // SAFETY: the caller's.
        if let Slot::Node(node) = unsafe { line.slot(slot) } {
            prefetch(node);
        }
        Bucket { line: bucket.line.map_addr(|bits| bits & !HINT | (slot + 1)) }
    }

    /// Fetches the node that is likely a key's, of a bucket for which [`likely`](Self::likely) has fetched the line that follows.
    ///
    /// # Safety
    ///
    /// The thread is pinned.
    #[inline(always)]
    pub(crate) unsafe fn likely_in_next(&self, bucket: Bucket<N>, hash: u64) {
        let line = self.of(bucket);
        if bucket.line.addr() & HINT == 0
            && line.control().chained()
            // SAFETY: the caller's.
            && let Some(next) = unsafe { line.next() }
            && let Some(slot) = next.control().matches(tag(hash)).next()
            // SAFETY: the caller's.
            && let Slot::Node(node) = unsafe { next.slot(slot) }
        {
            prefetch(node);
        }
    }

    /// Locks the bucket of a hash.
    pub(crate) fn lock(&self, hash: u64, lock: Lock) -> Locked<'_, N> {
        let mut backoff = Backoff::default();
        loop {
            let shape = self.shape();
            match self.lock_bucket(self.bucket(hash, shape), hash, shape, lock) {
                Some(locked) => return locked,
                None => backoff.wait(),
            }
        }
    }

    /// Locks a bucket that was that of a hash in a table of some shape, if it still is, and is free at once.
    #[inline(always)]
    pub(crate) fn lock_bucket(
        &self,
        bucket: Bucket<N>,
        hash: u64,
        shape: Shape,
        lock: Lock,
    ) -> Option<Locked<'_, N>> {
        let line = self.of(bucket);
        if lock == Lock::Take && !line.try_lock() {
            return None;
        }
        let hint = bucket.line.addr() & HINT;
        let locked = Locked { line, lock, hint };
        // Keys move to a new bucket with the lock of the old one.
        let now = self.buckets.load(Ordering::Acquire);
        let same = now == shape.buckets || index(hash, now) == shape.index(hash);
        same.then_some(locked)
    }

    /// Whether there should be more buckets for so many keys.
    #[inline]
    pub(crate) fn is_crowded(&self, keys: usize) -> bool {
        keys.saturating_mul(10) > self.buckets.load(Ordering::Relaxed).saturating_mul(LOAD)
    }

    /// Adds buckets until there are enough for `keys()`, unless another thread is at it. Lines that are no longer used go to `retire`.
    ///
    /// # Panics
    ///
    /// If `hash` does. The table is whole then.
    pub(crate) fn grow(
        &self,
        keys: impl Fn() -> usize,
        hash: impl Fn(&N) -> u64,
        mut retire: impl FnMut(*mut Line<N>),
    ) {
        let growing = match self.growing.try_lock() {
            Ok(growing) => growing,
            Err(std::sync::TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(std::sync::TryLockError::WouldBlock) => return,
        };
        while self.is_crowded(keys()) {
            self.split(&growing, &hash, &mut retire);
        }
    }

    fn split(
        &self,
        _growing: &MutexGuard<'_, ()>,
        hash: &impl Fn(&N) -> u64,
        retire: &mut impl FnMut(*mut Line<N>),
    ) {
        let new = self.buckets.load(Ordering::Relaxed);
        let old = new - (1 << new.ilog2());
        if start(segment(new)) == new {
            self.add(segment(new));
        }
        let from = self.line(old);
        let mut backoff = Backoff::default();
        while !from.try_lock() {
            backoff.wait();
        }
        let from = Locked { line: from, lock: Lock::Take, hint: 0 };
        // Before anything is changed: it is the user's code.
        let mut moving = Vec::new();
        from.each(|line, slot, node| {
            let hash = hash(node);
            if index(hash, new + 1) == new {
                moving.push((line, slot, tag(hash), ptr::from_ref(node).cast_mut()));
            }
        });
        let to = self.line(new);
        assert!(to.try_lock(), "nobody knows of the new bucket");
        let to = Locked { line: to, lock: Lock::Take, hint: 0 };
        for &(_, _, tag, node) in &moving {
            to.insert(tag, node);
        }
        // From here on readers who miss a key in the old bucket look into the new one.
        self.buckets.store(new + 1, Ordering::Release);
        for (line, slot, _, _) in moving {
            line.remove(slot);
        }
        self.divided.store(new + 1, Ordering::Release);
        while let Some(line) = from.line.unchain() {
            retire(line);
        }
    }

    pub(crate) fn buckets(&self) -> usize {
        self.buckets.load(Ordering::Acquire)
    }

    /// How many buckets there are, but for one that is being filled: for [`nodes_of`](Self::nodes_of).
    pub(crate) fn divided(&self) -> usize {
        self.divided.load(Ordering::Acquire)
    }

    /// Appends all nodes that are in a bucket for all of the call, and perhaps some that come or go.
    ///
    /// A bucket's keys may be in buckets that were added since there were `buckets` of them, by `divided`: those are looked into too. Whether
    /// there are any: then a key may be there twice.
    ///
    /// # Safety
    ///
    /// The thread is pinned as long as `nodes` are looked at.
    pub(crate) unsafe fn nodes_of(&self, bucket: usize, buckets: usize, nodes: &mut Vec<&N>) -> bool {
        let start = nodes.len();
        loop {
            nodes.truncate(start);
            let now = self.buckets();
            // Those that share the bits by which `bucket` was told from the others.
            let bits = if bucket < buckets - (1 << buckets.ilog2()) || bucket >= 1 << buckets.ilog2() {
                buckets.ilog2() + 1
            } else {
                buckets.ilog2()
            };
            let mut family = bucket;
            let mut same = true;
            while family < now {
                let first = self.line(family);
                let before = first.control();
                let (mut line, mut control) = (first, before);
                loop {
                    for slot in control.used() {
                        // SAFETY: the caller's.
                        match unsafe { line.slot(slot) } {
                            Slot::Node(node) => {
                                prefetch(node);
                                nodes.push(node);
                            }
                            Slot::Free | Slot::Next(_) => same = false,
                        }
                    }
                    if !control.chained() {
                        break;
                    }
                    // SAFETY: the caller's.
                    let Some(next) = (unsafe { line.next() }) else {
                        same = false;
                        break;
                    };
                    line = next;
                    control = line.control();
                }
                same &= first.control().same(before);
                family += 1 << bits;
            }
            if same && self.buckets() == now {
                return bucket + (1 << bits) < now;
            }
        }
    }

    /// All nodes, of a table that nobody else uses. It is empty then.
    pub(crate) fn drain(&mut self, mut each: impl FnMut(*mut N)) {
        for bucket in 0..self.buckets() {
            let line = self.line(bucket);
            assert!(line.try_lock(), "nobody else uses the table");
            Locked { line, lock: Lock::Take, hint: 0 }
                .each(|_, _, node| each(ptr::from_ref(node).cast_mut()));
            // SAFETY: `&mut self`.
            unsafe { line.free_chain() };
        }
    }
}

impl<N> Drop for Table<N> {
    fn drop(&mut self) {
        self.drain(|_| {});
        for (segment, lines) in self.segments.iter().enumerate() {
            let lines = lines.load(Ordering::Acquire);
            if !lines.is_null() {
                let layout = Layout::array::<Line<N>>(segment_len(segment)).expect("it was allocated");
                // SAFETY: allocated in `add` with this layout; nobody else uses the table.
                unsafe { dealloc(lines.wrapping_add(start(segment)).cast(), layout) };
            }
        }
    }
}

#[inline]
fn prefetch<T>(target: &T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch reads nothing that the program could see.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(ptr::from_ref(target).cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = target;
}

/// Where the keys of a hash are. Of use with the table that it is from only.
pub(crate) struct Bucket<N> {
    /// The line, and in [`HINT`] the slot to look at first.
    line: *const Line<N>,
}

/// Bits of a bucket's address: lines are aligned.
const HINT: usize = 0b111;

impl<N> Bucket<N> {
    pub(crate) const NONE: Bucket<N> = Bucket { line: ptr::null() };
}

impl<N> Clone for Bucket<N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<N> Copy for Bucket<N> {}

/// Whether locks of buckets have to be taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lock {
    Take,
    /// No other thread writes to the table.
    Alone,
}

/// The lock of a bucket.
pub(crate) struct Locked<'t, N> {
    line: &'t Line<N>,
    lock: Lock,
    /// The number of the slot to look at first, and 1, or 0.
    hint: usize,
}

impl<'t, N> Locked<'t, N> {
    fn each(&self, mut each: impl FnMut(&'t Line<N>, usize, &'t N)) {
        let mut line = self.line;
        loop {
            for slot in line.control().used() {
                // SAFETY: with the lock.
                if let Slot::Node(node) = unsafe { line.slot(slot) } {
                    each(line, slot, node);
                }
            }
            // SAFETY: with the lock.
            match unsafe { line.next() } {
                Some(next) if line.control().chained() => line = next,
                _ => return,
            }
        }
    }

    /// The place of the node with a tag of which `is` holds.
    #[inline(always)]
    pub(crate) fn find(&self, tag: u8, mut is: impl FnMut(&'t N) -> bool) -> Option<Place<'t, N>> {
        let mut line = self.line;
        if self.hint != 0
            // SAFETY: with the lock.
            && let Slot::Node(node) = unsafe { line.slot(self.hint - 1) }
            && is(node)
        {
            return Some(Place { line, slot: self.hint - 1, node });
        }
        loop {
            let control = line.control();
            for slot in control.matches(tag) {
                // SAFETY: with the lock.
                if let Slot::Node(node) = unsafe { line.slot(slot) }
                    && is(node)
                {
                    return Some(Place { line, slot, node });
                }
            }
            if !control.chained() {
                return None;
            }
            // SAFETY: with the lock.
            line = unsafe { line.next()? };
        }
    }

    /// Adds a node whose key is not there.
    pub(crate) fn insert(&self, tag: u8, node: *mut N) {
        let mut line = self.line;
        loop {
            // A line that is chained has no more than its own slots to give; look on.
            if line.insert(tag, node) {
                return;
            }
            line = if line.control().chained() {
                // SAFETY: with the lock.
                unsafe { line.next() }.expect("a chained line has a next one")
            } else {
                line.chain()
            };
        }
    }
}

/// Where a node is in a locked bucket.
pub(crate) struct Place<'t, N> {
    line: &'t Line<N>,
    slot: usize,
    pub(crate) node: &'t N,
}

impl<N> Place<'_, N> {
    #[inline]
    pub(crate) fn replace(&self, node: *mut N) {
        self.line.replace(self.slot, node);
    }

    pub(crate) fn remove(&self) {
        self.line.remove(self.slot);
    }
}

impl<N> Drop for Locked<'_, N> {
    #[inline]
    fn drop(&mut self) {
        if self.lock == Lock::Take {
            self.line.unlock();
        }
    }
}
