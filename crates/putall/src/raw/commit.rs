//! How a batch is written.
//!
//! 1. **Install.** For each key, a new version is put on top of the last one, with a stamp that says that it is pending. That
//!    is the key's write lock. Readers who meet it look whether its batch is committed, and if not, go on to the version below.
//! 2. **Check.** With all keys locked, what the batch expects of them is compared; updates are computed.
//! 3. **Commit.** One compare-and-set of the clock. From then on all of the batch is there, for everybody.
//! 4. **Settle.** Stamps are replaced by the revision. Versions below are freed, or kept if a snapshot sees them.
//!
//! Before 3, undoing is taking the new versions off again.
//!
//! Two batches that want the same key: the older waits; the younger gives up what it has, and begins again with
//! the age it had (wait-die; Rosenkrantz, Stearns and Lewis, 1978). So there is no deadlock, and each gets its turn.
//!
//! Two batches that want the same revision: each writes the revision it tries for into its state, then tries to store that and its lane
//! into the clock. Who commits next first writes "committed" into the state of who committed last, if
//! that one has not yet. So a batch is committed exactly if its state says so, or if the clock shows its
//! lane and what its state tries for; nobody has to wait for whoever is between the two.

use std::cell::Cell;
use std::ptr;

use crate::primitive::Backoff;
use crate::primitive::atomic::{AtomicPtr, AtomicU64, Ordering};
use crate::raw::clock::Tick;
use crate::raw::lane::{Garbage, OwnLane};
use crate::raw::line::tag;
use crate::raw::node::{Node, Older, Pending, SKIPPED, Stamp};
use crate::raw::pins::{Kept, Live};
use crate::raw::table::{Bucket, Shape};
use crate::raw::{Core, Guard, Version};

/// A batch at work.
pub(crate) struct Batch<K, V> {
    /// What revision it tries for, doubled; with 1 if it got it. 0 before.
    state: AtomicU64,
    lane: usize,
    /// When it began.
    ticket: Tick,
    entries: Vec<Entry<K, V>>,
}

const COMMITTED: u64 = 1;

#[repr(C)]
struct Entry<K, V> {
    /// First: an entry's address is its own.
    pending: Pending<K, V>,
    // Other threads look at `pending` while these are set, by the batch's own.
    /// The version that is written. When the batch is done, what is to be freed, or null.
    node: Cell<*mut Node<K, V>>,
    hash: Cell<u64>,
    bucket: Cell<Bucket<Node<K, V>>>,
}

/// In the address of an entry's node that is to be freed: it owns more than its memory.
pub(crate) const OWNER: usize = 1;

impl<K, V> Default for Batch<K, V> {
    fn default() -> Self {
        Batch { state: AtomicU64::new(0), lane: 0, ticket: Tick::new(0, 0), entries: Vec::new() }
    }
}

impl<K, V> Batch<K, V> {
    /// The nodes to be freed, of a batch that is done and that nobody looks at; with [`OWNER`] in the addresses of those that
    /// own something.
    pub(crate) fn take_nodes(&mut self) -> impl Iterator<Item = *mut Node<K, V>> {
        self.entries.drain(..).map(|entry| entry.node.get()).filter(|node| !node.is_null())
    }

    pub(crate) fn capacity(&self) -> usize {
        self.entries.capacity()
    }
}

impl<K, V> Core<K, V> {
    /// The revision of a batch, if it is committed.
    #[inline]
    pub(crate) fn committed(&self, batch: &Batch<K, V>) -> Option<u64> {
        // In this order: were it committed at that tick and no longer the last, its state would say so.
        let tick = self.clock.now();
        let state = batch.state.load(Ordering::Acquire);
        let revision = state >> 1;
        let is = state & COMMITTED != 0
            || (tick.revision() == revision && tick.lane() == batch.lane && revision > self.first);
        is.then_some(revision)
    }

    /// Writes into the state of the batch that committed last that it did, if it still is at work.
    fn help(&self, last: Tick) {
        if last.revision() == self.first {
            return;
        }
        let batch = self.lanes.get(last.lane()).batch.load(Ordering::Acquire);
        if !batch.is_null() {
            // SAFETY: whoever calls this is pinned, and a batch is retired after it is taken out of its lane.
            let state = unsafe { &(*batch).state };
            let tried = last.revision() << 1;
            // Fails if the lane has another batch by now; then `last` is done.
            let _ = state.compare_exchange(tried, tried | COMMITTED, Ordering::SeqCst, Ordering::Relaxed);
        }
    }
}

/// What a batch expects, by the numbers of its entries.
pub(crate) struct Terms<E> {
    /// The map's revision before it.
    pub(crate) revision: Option<u64>,
    /// Of an entry by number and its key's revision (`None`: it is not there), what is wrong with it.
    pub(crate) expect: Option<E>,
    /// Whether it may have a key twice.
    pub(crate) last_wins: bool,
}

/// Why a batch was not written. Nothing of it is left.
pub(crate) enum Refused<N, X> {
    /// Keys, by number and name, of which the expectation did not hold.
    Keys(Vec<(usize, N, X)>),
    /// A key is there twice: both numbers.
    Twice(usize, usize, N),
    /// The map was at this revision.
    Revision(u64),
}

/// What a batch did.
pub(crate) struct Done<'g, K, V> {
    pub(crate) revision: u64,
    pub(crate) inserted: usize,
    pub(crate) replaced: usize,
    pub(crate) removed: usize,
    /// The value that the first key had.
    pub(crate) previous: Option<Version<'g, K, V>>,
}

/// What becomes of a key.
pub(crate) enum Change<V> {
    Insert(V),
    Remove,
    /// From what it was.
    Update(Update<V>),
}

/// Makes a value of the one that was there; `None` is no value.
pub(crate) type Update<V> = Box<dyn FnOnce(Option<&V>) -> Option<V> + Send>;

/// Entries whose buckets are fetched at a time.
const AHEAD: usize = 32;

/// Sizes of batches that try to be written without locks. Smaller ones gain little, larger ones would keep others waiting.
const ALONE: std::ops::RangeInclusive<usize> = 8..=1024;

/// A batch that is being written. Dropped before the commit, it leaves nothing.
struct Work<'c, K, V> {
    core: &'c Core<K, V>,
    lane: OwnLane<'c, K, V>,
    batch: *mut Batch<K, V>,
    /// How many entries are installed, from the first on.
    installed: usize,
    /// What the table was like when the entries' buckets were looked up.
    shape: Shape,
    done: bool,
}

impl<K, V> Core<K, V> {
    /// Writes a batch.
    ///
    /// `name` makes a name of a key that is refused.
    pub(crate) fn write<'g, N, X, E>(
        &'g self,
        _guard: &'g Guard<'_>,
        home: usize,
        changes: impl Iterator<Item = (K, Change<V>)>,
        hash: &impl Fn(&K) -> u64,
        name: impl Fn(&K) -> N,
        terms: &Terms<E>,
    ) -> Result<Done<'g, K, V>, Refused<N, X>>
    where
        K: Eq,
        E: Fn(usize, Option<u64>) -> Result<(), X>,
    {
        let mut lane = self.lanes.acquire(home);
        let batch = lane.yard().batch();
        // SAFETY: nobody else has it.
        let own = unsafe { &mut *batch };
        *own.state.get_mut() = 0;
        own.lane = lane.number;
        own.ticket = Tick::new(self.clock.now().revision(), lane.number);
        let mut work = Work { core: self, lane, batch, installed: 0, shape: self.table.shape(), done: false };
        let mut updates = Vec::new();
        work.reserve(changes.size_hint().0);
        for (number, (key, change)) in changes.enumerate() {
            let hash = hash(&key);
            match change {
                Change::Insert(value) => work.push(hash, key, Some(value)),
                Change::Remove => work.push(hash, key, None),
                Change::Update(update) => {
                    updates.push((number, update));
                    work.push(hash, key, None);
                }
            }
        }
        if updates.is_empty() && ALONE.contains(&work.batch().entries.len()) {
            work.lane.be_alone();
        }
        work.lane.batch.store(work.batch, Ordering::Release);
        let twins = work
            .install_all(hash, terms.last_wins)
            .map_err(|(first, second)| Refused::Twice(first, second, name(work.key(second))))?;
        if let Some(expect) = &terms.expect {
            work.check(&name, expect)?;
        }
        for (number, update) in updates {
            work.update(number, update, &twins);
        }
        let revision = work.commit(terms.revision).map_err(Refused::Revision)?;
        let done = work.settle(revision);
        Ok(done)
    }
}

/// Numbers of entries: the second has the first's key.
type Twins = Vec<(usize, usize)>;

enum Installed {
    Yes,
    /// Somebody has the lock of the bucket, or the key is in another one by now.
    NotNow,
    /// Another batch has the key.
    Busy {
        older: bool,
        committed: bool,
    },
    /// An entry of this batch has it.
    Twin(usize),
}

impl<'c, K: Eq, V> Work<'c, K, V> {
    fn batch(&self) -> &'c Batch<K, V> {
        // SAFETY: made in `write`, freed two epochs after it is retired by `settle` or `drop`.
        unsafe { &*self.batch }
    }

    fn key(&self, number: usize) -> &K {
        // SAFETY: nodes of entries are freed with the batch.
        unsafe { &(*self.batch().entries[number].node.get()).key }
    }

    fn reserve(&mut self, entries: usize) {
        // SAFETY: nobody else knows of the batch yet.
        unsafe { &mut (*self.batch).entries }.reserve(entries);
    }

    /// Appends an entry, and fetches its bucket. Without a value, it removes the key.
    #[inline(always)]
    fn push(&mut self, hash: u64, key: K, value: Option<V>) {
        let bucket = self.core.table.bucket(hash, self.shape);
        // SAFETY: nobody else knows of the batch yet.
        let entries = unsafe { &mut (*self.batch).entries };
        if entries.len() == entries.capacity() {
            Self::make_room(entries);
        }
        let len = entries.len();
        // SAFETY: within the capacity.
        let place = unsafe { entries.as_mut_ptr().add(len) };
        let node = self.lane.yard().node(Node::new(place.cast::<Pending<K, V>>(), key, value));
        let entry = Entry {
            pending: Pending { batch: self.batch, older: AtomicPtr::new(ptr::null_mut()) },
            node: Cell::new(node),
            hash: Cell::new(hash),
            bucket: Cell::new(bucket),
        };
        // SAFETY: as above, and it is written before it counts.
        unsafe {
            place.write(entry);
            entries.set_len(len + 1);
        }
    }

    /// Makes room for more entries than were announced: those that are there move.
    #[cold]
    fn make_room(entries: &mut Vec<Entry<K, V>>) {
        entries.reserve(AHEAD);
        for entry in entries {
            // SAFETY: nodes of entries are freed with the batch.
            unsafe { &*entry.node.get() }.set_pending(&raw const entry.pending);
        }
    }

    /// Installs all entries. On an error, numbers of two with the same key.
    fn install_all(&mut self, hash: &impl Fn(&K) -> u64, last_wins: bool) -> Result<Twins, (usize, usize)> {
        let entries = &self.batch().entries;
        let mut twins = Twins::new();
        let mut backoff = Backoff::default();
        'again: while self.installed < entries.len() {
            let first = self.installed;
            let end = (first + AHEAD).min(entries.len());
            self.prepare(&entries[first..end], hash);
            for (number, entry) in (first..).zip(&entries[first..end]) {
                let installed = loop {
                    match self.install(entry) {
                        // It needs no more locks.
                        Installed::Busy { committed: true, .. } | Installed::Busy { older: false, .. } => {}
                        Installed::Busy { .. } => {
                            self.undo();
                            self.look_up();
                            twins.clear();
                            self.wait_for(entry);
                            continue 'again;
                        }
                        Installed::NotNow => {}
                        installed => break installed,
                    }
                    backoff.wait();
                    self.look_up();
                };
                self.installed += 1;
                if let Installed::Twin(first) = installed {
                    if !last_wins {
                        return Err((first, number));
                    }
                    twins.push((first, number));
                }
            }
        }
        Ok(twins)
    }

    /// Looks all buckets up again, as the table may have grown.
    #[cold]
    fn look_up(&mut self) {
        let shape = self.core.table.shape();
        if shape == self.shape {
            return;
        }
        self.shape = shape;
        for entry in &self.batch().entries[self.installed..] {
            entry.bucket.set(self.core.table.bucket(entry.hash.get(), shape));
        }
    }

    /// Fetches what is likely in the buckets of some entries, and makes room for keys that are new.
    #[inline]
    fn prepare(&mut self, entries: &[Entry<K, V>], hash: &impl Fn(&K) -> u64) {
        let mut new = 0;
        for entry in entries {
            let mut bucket = entry.bucket.get();
            // SAFETY: pinned.
            new += usize::from(!unsafe { self.core.table.likely(&mut bucket, entry.hash.get()) });
            entry.bucket.set(bucket);
        }
        if new > 0 {
            self.core.grow(&mut self.lane, new, hash);
            self.look_up();
        }
    }

    #[inline(always)]
    fn install(&mut self, entry: &Entry<K, V>) -> Installed {
        let batch = self.batch();
        let (hash, own) = (entry.hash.get(), entry.node.get());
        // SAFETY: nodes of entries are freed with the batch.
        let node = unsafe { &*own };
        let Some(bucket) = self.core.table.lock_bucket(entry.bucket.get(), hash, self.shape, self.lane.lock)
        else {
            return Installed::NotNow;
        };
        let Some(place) = bucket.find(tag(hash), |other| other.key == node.key) else {
            entry.pending.older.store(ptr::null_mut(), Ordering::Release);
            bucket.insert(tag(hash), own);
            self.lane.count_slot(1);
            return Installed::Yes;
        };
        let mut older = ptr::from_ref(place.node).cast_mut();
        let mut twin = None;
        if place.node.is_pending()
            // SAFETY: pinned.
            && let (Stamp::Pending(pending), _) = unsafe { place.node.stamp() }
        {
            if !ptr::eq(pending.batch, batch) {
                // SAFETY: pinned; the batch is retired after its stamps are replaced or taken out of the table.
                let other = unsafe { &*pending.batch };
                let committed = self.core.committed(other).is_some();
                return Installed::Busy { older: other.ticket < batch.ticket, committed };
            }
            let offset = ptr::from_ref(pending).addr() - batch.entries.as_ptr().addr();
            twin = Some(offset / size_of::<Entry<K, V>>());
            older = pending.older.load(Ordering::Acquire);
            pending.older.store(older.map_addr(|bits| bits | SKIPPED), Ordering::Release);
        }
        entry.pending.older.store(older, Ordering::Release);
        place.replace(own);
        twin.map_or(Installed::Yes, Installed::Twin)
    }

    /// Waits until no batch has the key of an entry.
    fn wait_for(&self, entry: &Entry<K, V>) {
        // SAFETY: nodes of entries are freed with the batch.
        let key = unsafe { &(*entry.node.get()).key };
        let mut backoff = Backoff::default();
        loop {
            let is = |node: &Node<K, V>| node.key == *key;
            let bucket = self.core.table.lock(entry.hash.get(), self.lane.lock);
            let busy = bucket.find(tag(entry.hash.get()), is).is_some_and(|place| place.node.is_pending());
            drop(bucket);
            if !busy {
                return;
            }
            backoff.wait();
        }
    }

    /// The version below an entry's, and its stamp. Nobody changes it while the entry is on top of it.
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

    fn check<N, X>(
        &self,
        name: &impl Fn(&K) -> N,
        expect: &impl Fn(usize, Option<u64>) -> Result<(), X>,
    ) -> Result<(), Refused<N, X>> {
        let mut refused = Vec::new();
        for (number, entry) in self.batch().entries.iter().enumerate() {
            if let Err(why) = expect(number, self.there(entry).map(|below| below.since)) {
                refused.push((number, name(self.key(number)), why));
            }
        }
        if refused.is_empty() { Ok(()) } else { Err(Refused::Keys(refused)) }
    }

    /// The version below, if the key was there.
    fn there(&self, entry: &Entry<K, V>) -> Option<Below<'c, K, V>> {
        self.below(entry).filter(|below| !below.removed)
    }

    fn update(&mut self, number: usize, update: Update<V>, twins: &Twins) {
        let entries = &self.batch().entries;
        let first = twins.binary_search_by_key(&number, |&(_, second)| second).map(|at| twins[at].0);
        let before = match first {
            // SAFETY: an entry of this batch, with a value unless its stamp says otherwise.
            Ok(first) => unsafe {
                let node = &*entries[first].node.get();
                if node.stamp().1 { None } else { Some(node.value()) }
            },
            // SAFETY: settled and not removed.
            Err(_) => self.there(&entries[number]).map(|below| unsafe { below.node.value() }),
        };
        if let Some(value) = update(before) {
            // SAFETY: an entry of this batch, not committed, and made without a value.
            unsafe { Node::fill(entries[number].node.get(), value) };
        }
    }

    /// Makes the batch visible. Its revision, or the map's if that is not the one that was expected.
    fn commit(&mut self, expected: Option<u64>) -> Result<u64, u64> {
        let batch = self.batch();
        loop {
            let last = self.core.clock.now();
            if expected.is_some_and(|expected| expected != last.revision()) {
                return Err(last.revision());
            }
            self.core.help(last);
            let revision = last.revision() + 1;
            batch.state.store(revision << 1, Ordering::Release);
            if self.core.clock.advance(last, Tick::new(revision, batch.lane)) {
                batch.state.store(revision << 1 | COMMITTED, Ordering::Release);
                return Ok(revision);
            }
        }
    }

    /// Replaces the stamps of a batch that is committed, and parts with what is below.
    fn settle(mut self, revision: u64) -> Done<'c, K, V> {
        self.done = true;
        let core = self.core;
        let mut live = std::mem::take(&mut self.lane.yard().live);
        core.pins.live(&mut live);
        let mut done = Done { revision, inserted: 0, replaced: 0, removed: 0, previous: None };
        let nobody = live.is_empty();
        let (first, others) = self.batch().entries.split_first().expect("a batch has entries");
        let below = self.below(first).filter(|below| !below.removed);
        done.previous = below.map(|below| (below.node, below.since));
        let mut garbage = usize::from(self.settle_entry(first, &live, &mut done));
        for entry in others {
            let older = entry.pending.older.load(Ordering::Relaxed);
            // SAFETY: nodes of entries are freed with the batch.
            let own = unsafe { &*entry.node.get() };
            // The most usual case: a value for another, and nobody to keep that for.
            if nobody
                && !older.is_null()
                && older.addr() & SKIPPED == 0
                && !own.is_removed()
                // SAFETY: pinned, and what is below a pending version stays.
                && unsafe { &*older }.plain().is_some()
            {
                entry.node.set(if owners::<K, V>() { older.map_addr(|bits| bits | OWNER) } else { older });
                own.set_settled(revision, false);
                done.replaced += 1;
                garbage += 1;
            } else {
                garbage += usize::from(self.settle_entry(entry, &live, &mut done));
            }
        }
        self.lane.yard().live = live;
        self.lane.count_keys(done.inserted as isize - done.removed as isize);
        self.lane.batch.store(ptr::null_mut(), Ordering::Release);
        let yard = self.lane.yard();
        yard.retire(Garbage::Batch(self.batch), garbage);
        yard.collect(&core.epoch);
        core.tidy(&mut self.lane);
        done
    }

    /// Settles one entry; whether a version is to be freed for it.
    fn settle_entry(&mut self, entry: &Entry<K, V>, live: &[Live], done: &mut Done<'c, K, V>) -> bool {
        let own = entry.node.get();
        if entry.pending.older.load(Ordering::Relaxed).addr() & SKIPPED != 0 {
            entry.node.set(own.map_addr(|bits| bits | OWNER));
            return true;
        }
        // SAFETY: nodes of entries are freed with the batch.
        let node = unsafe { &*own };
        let removed = node.is_removed();
        let below = self.below(entry);
        let was = below.filter(|below| !below.removed);
        match (was.is_some(), removed) {
            (false, false) => done.inserted += 1,
            (true, false) => done.replaced += 1,
            (true, true) => done.removed += 1,
            (false, true) => {}
        }
        let mut free: *mut Node<K, V> = ptr::null_mut();
        let mut keep = ptr::null_mut();
        if let Some(below) = below {
            free = ptr::from_ref(below.node).cast_mut();
            keep = below.older;
            if self.core.keep(live, &below, done.revision, entry.hash.get()) {
                (keep, free) = (free, ptr::null_mut());
            }
        }
        let frees = !free.is_null();
        if frees && (owners::<K, V>() || !keep.is_null()) {
            free = free.map_addr(|bits| bits | OWNER);
        }
        entry.node.set(free);
        if !keep.is_null() {
            node.set_older(Box::new(Older { revision: done.revision, older: AtomicPtr::new(keep) }));
        } else {
            node.set_settled(done.revision, removed);
            if removed {
                self.core.clear(&mut self.lane, own, entry.hash.get());
            }
        }
        frees
    }
}

/// Whether keys or values own anything.
const fn owners<K, V>() -> bool {
    std::mem::needs_drop::<K>() || std::mem::needs_drop::<V>()
}

/// A version that another one is on top of.
struct Below<'c, K, V> {
    node: &'c Node<K, V>,
    since: u64,
    older: *mut Node<K, V>,
    removed: bool,
}

impl<K, V> Clone for Below<'_, K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for Below<'_, K, V> {}

impl<K, V> Work<'_, K, V> {
    /// Takes all installed versions off again, the last first.
    fn undo(&mut self) {
        // SAFETY: see `batch`.
        let entries = unsafe { &(*self.batch).entries };
        for entry in entries[..self.installed].iter().rev() {
            let older = entry.pending.older.load(Ordering::Acquire);
            if older.addr() & SKIPPED != 0 {
                // The other entry of that key has put back what was below both.
                continue;
            }
            let bucket = self.core.table.lock(entry.hash.get(), self.lane.lock);
            let place = bucket
                .find(tag(entry.hash.get()), |node| ptr::eq(node, entry.node.get()))
                .expect("who has a pending version on top of a key has the key");
            if older.is_null() {
                place.remove();
                self.lane.count_slot(-1);
            } else {
                place.replace(older);
            }
        }
        self.installed = 0;
    }
}

impl<K, V> Drop for Work<'_, K, V> {
    fn drop(&mut self) {
        if self.done {
            return;
        }
        self.undo();
        self.lane.batch.store(ptr::null_mut(), Ordering::Release);
        // SAFETY: it is freed after it is retired.
        let entries = unsafe { &(*self.batch).entries };
        for entry in entries {
            entry.node.set(entry.node.get().map_addr(|bits| bits | OWNER));
        }
        let nodes = entries.len();
        let yard = self.lane.yard();
        yard.retire(Garbage::Batch(self.batch), nodes);
        yard.collect(&self.core.epoch);
        self.core.tidy(&mut self.lane);
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
