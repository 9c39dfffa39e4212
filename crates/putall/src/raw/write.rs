//! How a batch is written.
//!
//! 1. **Install** (install.rs). For each key, a new version is put on top of the last one, with a stamp that says that it is pending.
//!    That is the key's write lock. Readers who meet it look whether its batch is committed, and if not, go on to the version
//!    below.
//! 2. **Check.** With all keys locked, what the batch expects of them is compared; updates are computed.
//! 3. **Commit** (batch.rs). One compare-and-set of the clock. From then on all of the batch is there, for everybody.
//! 4. **Settle** (settle.rs). Stamps are replaced by the revision. Versions below are freed, or kept if a snapshot sees them.
//!
//! Before 3, undoing is taking the new versions off again.
//!
//! Two batches that want the same revision: each writes the revision it tries for into its state, then tries to store that and its lane
//! into the clock. Who commits next first remembers beside the clock which lane that was (clock.rs). So a batch is committed
//! exactly if its state says so, or if its lane is the one of the revision that its state tries for; nobody has to wait for whoever
//! is between the two, and nobody has to look at another's lane or batch. The clock remembers some commits: now and then
//! somebody sees to it that the states of older ones say so.

use std::ptr;

use crate::Receipt;
use crate::primitive::atomic::Ordering;
use crate::raw::batch::{Batch, Entry};
use crate::raw::clock::Tick;
use crate::raw::lane::{Garbage, OwnLane};
use crate::raw::node::Node;
use crate::raw::table::Shape;
use crate::raw::{Core, Guard, Version};

/// What a batch expects, by the numbers of its entries.
pub(crate) struct Terms<E> {
    /// The map's revision before it.
    pub(crate) revision: Option<u64>,
    /// Of an entry by number and its key's revision (`None`: it is not there), what is wrong with it.
    pub(crate) expect: Option<E>,
    /// Whether it may have a key twice.
    pub(crate) last_wins: bool,
}

/// What a batch is about to do to a key.
pub(crate) struct Written<'w, K, V> {
    pub(crate) key: &'w K,
    /// `None`: it is removed.
    pub(crate) value: Option<&'w V>,
    /// The key's revision, if it is there.
    pub(crate) before: Option<u64>,
}

impl<K, V> Written<'_, K, V> {
    /// Counts it in a receipt.
    pub(crate) fn count(&self, receipt: &mut Receipt) {
        let count = match (self.before, self.value) {
            (None, Some(_)) => &mut receipt.inserted,
            (Some(_), Some(_)) => &mut receipt.replaced,
            (_, None) => &mut receipt.removed,
        };
        *count += 1;
    }
}

/// Goes along with the commit of a batch.
pub(crate) trait Journal<K, V> {
    type Error;

    /// Whether it may stand still in `commit`, for a disk or for other batches.
    const WAITS: bool = false;

    /// Called with all keys locked, before the commit, if at all. May run the user's code.
    fn prepare<'w>(
        &mut self,
        written: impl Iterator<Item = Written<'w, K, V>> + Clone,
    ) -> Result<(), Self::Error>
    where
        K: 'w,
        V: 'w;

    /// Commits, which gives the revision, or the map's if that was not the one that was expected.
    fn commit(&mut self, commit: impl FnOnce() -> Result<u64, u64>) -> Result<Result<u64, u64>, Self::Error>;
}

/// A journal or none.
impl<K, V, J: Journal<K, V>> Journal<K, V> for Option<J> {
    type Error = J::Error;

    const WAITS: bool = J::WAITS;

    #[inline]
    fn prepare<'w>(
        &mut self,
        written: impl Iterator<Item = Written<'w, K, V>> + Clone,
    ) -> Result<(), Self::Error>
    where
        K: 'w,
        V: 'w,
    {
        self.as_mut().map_or(Ok(()), |journal| journal.prepare(written))
    }

    #[inline]
    fn commit(&mut self, commit: impl FnOnce() -> Result<u64, u64>) -> Result<Result<u64, u64>, Self::Error> {
        match self {
            Some(journal) => journal.commit(commit),
            None => Ok(commit()),
        }
    }
}

/// Why one of two journals refused.
pub(crate) enum Either<A, B> {
    First(A),
    Second(B),
}

/// Two journals: the first sees the commit of both as one.
impl<K, V, A: Journal<K, V>, B: Journal<K, V>> Journal<K, V> for (A, B) {
    type Error = Either<A::Error, B::Error>;

    const WAITS: bool = A::WAITS || B::WAITS;

    #[inline]
    fn prepare<'w>(
        &mut self,
        written: impl Iterator<Item = Written<'w, K, V>> + Clone,
    ) -> Result<(), Self::Error>
    where
        K: 'w,
        V: 'w,
    {
        self.0.prepare(written.clone()).map_err(Either::First)?;
        self.1.prepare(written).map_err(Either::Second)
    }

    #[inline]
    fn commit(&mut self, commit: impl FnOnce() -> Result<u64, u64>) -> Result<Result<u64, u64>, Self::Error> {
        let mut refused = None;
        let second = &mut self.1;
        let committed = self.0.commit(|| match second.commit(commit) {
            Ok(committed) => committed,
            Err(error) => {
                refused = Some(error);
                Err(0)
            }
        });
        match refused {
            Some(error) => Err(Either::Second(error)),
            None => committed.map_err(Either::First),
        }
    }
}

/// Why a batch was not written. Nothing of it is left.
pub(crate) enum Refused<N, X, J> {
    /// Keys, by number and name, of which the expectation did not hold.
    Keys(Vec<(usize, N, X)>),
    /// A key is there twice: both numbers.
    Twice(usize, usize, N),
    /// The map was at this revision.
    Revision(u64),
    /// By the journal.
    Journal(J),
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
    Update(Update<V>),
}

/// Makes a value of the one that was there; `None` is no value.
pub(crate) type Update<V> = Box<dyn FnOnce(Option<&V>) -> Option<V> + Send>;

/// Numbers of entries: the second has the first's key.
pub(crate) type Twins = Vec<(usize, usize)>;

/// Sizes of batches that try to be written without locks. Smaller ones gain little, larger ones would keep others waiting.
const ALONE: std::ops::RangeInclusive<usize> = if cfg!(loom) { 3 } else { 8 }..=1024;

/// A batch that is being written. Dropped before the commit, it leaves nothing.
pub(crate) struct Work<'c, K, V> {
    pub(crate) core: &'c Core<K, V>,
    pub(crate) lane: OwnLane<'c, K, V>,
    batch: *mut Batch<K, V>,
    /// How many entries are installed, from the first on.
    pub(crate) installed: usize,
    /// What the table was like when the batch began.
    pub(crate) first_shape: Shape,
    /// What it was like when the buckets of the entries that come next were looked up.
    pub(crate) shape: Shape,
    committed: bool,
}

impl<K, V> Core<K, V> {
    /// Writes a batch. One without changes is a commit, too.
    ///
    /// `name` makes a name of a key that is refused.
    #[inline(always)]
    #[allow(clippy::too_many_arguments)] // Each is another thing, and this is the one place where they meet.
    pub(crate) fn write<'g, N, X, E, J>(
        &'g self,
        _guard: &'g Guard<'_>,
        home: usize,
        changes: impl Iterator<Item = (K, Change<V>)>,
        hash: &impl Fn(&K) -> u64,
        name: impl Fn(&K) -> N,
        terms: &Terms<E>,
        journal: &mut J,
    ) -> Result<Done<'g, K, V>, Refused<N, X, J::Error>>
    where
        K: Eq,
        J: Journal<K, V>,
        E: Fn(usize, Option<u64>) -> Result<(), X>,
    {
        let mut work = Work::begin(self, home, changes.size_hint().0);
        let mut updates = Vec::new();
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
        if !J::WAITS && updates.is_empty() && ALONE.contains(&work.batch().entries().len()) {
            work.lane.be_alone();
        }
        work.lane.batch.store(work.batch, Ordering::Release);
        let mut twins = Twins::new();
        if let Err((first, second)) = work.install_all(hash, terms.last_wins, &mut twins) {
            return Err(Refused::Twice(first, second, name(&work.batch().entries()[second].own().key)));
        }
        if let Some(expect) = &terms.expect {
            work.check(&name, expect)?;
        }
        for (number, update) in updates {
            work.update(number, update, &twins);
        }
        journal.prepare(work.written()).map_err(Refused::Journal)?;
        let committed = journal.commit(|| {
            let revision = self.commit(work.batch(), terms.revision)?;
            work.committed = true;
            work.lane.yard().last = revision;
            Ok(revision)
        });
        let revision = committed.map_err(Refused::Journal)?.map_err(Refused::Revision)?;
        Ok(work.settle(revision))
    }
}

impl<'c, K, V> Work<'c, K, V> {
    #[inline(always)]
    fn begin(core: &'c Core<K, V>, home: usize, changes: usize) -> Self {
        let mut lane = core.lanes.acquire(home);
        let batch = lane.yard().batch(changes);
        // SAFETY: nobody else has it.
        unsafe { &mut *batch }.begin(Tick::new(lane.yard().last, lane.number), changes);
        let shape = core.table.shape();
        Work { core, lane, batch, installed: 0, first_shape: shape, shape, committed: false }
    }

    #[inline]
    pub(crate) fn batch(&self) -> &'c Batch<K, V> {
        // SAFETY: it is freed two epochs after it is retired, by `retire`.
        unsafe { &*self.batch }
    }

    /// Appends an entry, and fetches its bucket. Without a value, it removes the key.
    #[inline(always)]
    fn push(&mut self, hash: u64, key: K, value: Option<V>) {
        let bucket = self.core.table.bucket(hash, self.first_shape);
        let yard = self.lane.yard();
        // SAFETY: nobody else knows of it yet.
        unsafe { &mut *self.batch }.push(self.batch, || yard.memory(), (hash, bucket), key, value);
    }

    /// Gives the batch away, with the nodes that are to be freed.
    pub(crate) fn retire(&mut self) {
        self.lane.batch.store(ptr::null_mut(), Ordering::Release);
        // What is freed next may be the user's, and write to the map.
        self.lane.be_one_of_many();
        let yard = self.lane.yard();
        yard.retire(Garbage::Batch(self.batch));
        yard.collect(&self.core.epoch);
        self.core.tidy(&mut self.lane);
    }

    /// What it is about to do. Removing what is not there is nothing.
    fn written(&self) -> impl Iterator<Item = Written<'c, K, V>> + Clone {
        let last = |entry: &&'c Entry<K, V>| !entry.is_skipped();
        self.batch().entries().iter().filter(last).filter_map(|entry| {
            let before = self.there(entry).map(|below| below.since);
            let own = entry.own();
            // SAFETY: there is a value unless it is marked as removed.
            let value = if own.is_removed() { None } else { Some(unsafe { own.value() }) };
            (value.is_some() || before.is_some()).then_some(Written { key: &own.key, value, before })
        })
    }

    fn check<N, X, J>(
        &self,
        name: &impl Fn(&K) -> N,
        expect: &impl Fn(usize, Option<u64>) -> Result<(), X>,
    ) -> Result<(), Refused<N, X, J>> {
        let mut refused = Vec::new();
        for (number, entry) in self.batch().entries().iter().enumerate() {
            if let Err(why) = expect(number, self.there(entry).map(|below| below.since)) {
                refused.push((number, name(&entry.own().key), why));
            }
        }
        if refused.is_empty() { Ok(()) } else { Err(Refused::Keys(refused)) }
    }

    fn update(&mut self, number: usize, update: Update<V>, twins: &Twins) {
        let entries = self.batch().entries();
        let value = |entry: &'c Entry<K, V>| {
            let own = entry.own();
            // SAFETY: there is a value unless it is marked as removed.
            if own.is_removed() { None } else { Some(unsafe { own.value() }) }
        };
        let before = match twins.binary_search_by_key(&number, |&(_, second)| second) {
            Ok(at) => value(&entries[twins[at].0]),
            // SAFETY: settled and not removed.
            Err(_) => self.there(&entries[number]).map(|below| unsafe { below.node.value() }),
        };
        if let Some(value) = update(before) {
            // SAFETY: an entry of this batch, not committed, and made without a value.
            unsafe { Node::fill(entries[number].node.get(), value) };
        }
    }
}

impl<K, V> Drop for Work<'_, K, V> {
    fn drop(&mut self) {
        if self.committed {
            return;
        }
        self.undo();
        // The next one of this lane is younger than those that wait now: so each of them is the oldest in the end.
        self.lane.yard().last = self.core.clock.now().revision();
        let batch = self.batch();
        for entry in batch.entries() {
            batch.free_later(entry, entry.node.get(), true);
        }
        self.retire();
    }
}
