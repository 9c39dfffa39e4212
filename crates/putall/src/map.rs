//! The map.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::OnceLock;

use crate::batch::Changes;
use crate::builder::Builder;
use crate::idempotency::{Outcome, Store};
use crate::log::{About, Changed, Log, Record, Recording, Subscriber};
use crate::observe::Observe;
use crate::once::{Once, Requests};
use crate::raw::write::{Change, Done, Either, Journal, Refused, Terms};
use crate::raw::{Core, Guard, this_thread};
use crate::{Batch, Conflict, Duplicates, Expect, PutError, Ref, Snapshot};

/// A concurrent map whose batches are all or nothing.
///
/// * [`put_all`](Map::put_all) makes a whole batch visible at one instant. Nobody ever sees part of it.
/// * Reading never waits, not even for a writer that was put to sleep in the middle of a batch.
/// * Batches that touch different keys are written in parallel.
/// * A [`snapshot`](Map::snapshot) is the map at one instant, for as long as it is held. It copies nothing and keeps nobody from
///   writing.
///
/// Share it by reference, or in an `Arc`.
///
/// ```
/// use std::sync::Arc;
///
/// use putall::Map;
///
/// let map = Arc::new(Map::new());
/// let writer = Arc::clone(&map);
/// std::thread::spawn(move || writer.put_all([("x", 1), ("y", 1)]).unwrap()).join().unwrap();
/// assert_eq!(map.get_many(["x", "y"]), [Some(1), Some(1)]);
/// ```
///
/// # Panics
///
/// What its methods call of the user's (`Hash`, `Eq`, iterators, updates) may panic: a batch that was being written leaves nothing then.
/// A value's `Drop` may, too: it is called some time after, so its panic is reported by the panic hook and goes no further.
/// A thread cannot use the map while its thread-locals are being destroyed.
pub struct Map<K, V, S = RandomState> {
    core: Core<K, V>,
    hasher: S,
    log: Option<Log<K, V>>,
    /// Made when it is first used.
    requests: OnceLock<Requests>,
    /// The most changes of a batch.
    max_batch: usize,
    observe: Observe<K>,
}

/// What a batch did.
///
/// ```
/// let map = putall::Map::from([("a", 1)]);
/// let receipt = map.put_all([("a", 2), ("b", 2)])?;
/// assert_eq!((receipt.revision, receipt.replaced, receipt.inserted), (2, 1, 1));
/// # Ok::<(), putall::PutError<&str>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Receipt {
    /// The map's revision with it: one more than before. Each key that it wrote has it as its version.
    pub revision: u64,
    /// Keys that were not there before.
    pub inserted: usize,
    /// Keys that got another value.
    pub replaced: usize,
    /// Keys that were there before and are not now.
    pub removed: usize,
}

/// Why a batch that goes along with a journal was not written.
pub(crate) enum Refusal<K: fmt::Debug, J> {
    Put(PutError<K>),
    Journal(J),
}

impl<K: fmt::Debug, J> From<PutError<K>> for Refusal<K, J> {
    fn from(error: PutError<K>) -> Self {
        Refusal::Put(error)
    }
}

impl Receipt {
    /// Of a batch that did nothing.
    pub(crate) fn of(revision: u64) -> Receipt {
        Receipt { revision, inserted: 0, replaced: 0, removed: 0 }
    }
}

/// What a map costs, and who makes it cost.
///
/// ```
/// let map = putall::Map::from([("a", 1)]);
/// let held = map.snapshot();
/// map.insert("a", 2);
/// let stats = map.stats();
/// assert_eq!((stats.keys, stats.snapshots, stats.kept_versions), (1, 1, 1));
/// assert_eq!(stats.oldest_snapshot, Some(held.revision()));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Stats {
    /// Keys.
    pub keys: usize,
    /// Commits.
    pub revision: u64,
    /// Buckets of the table, of seven keys each.
    pub buckets: usize,
    /// Snapshots that are held.
    pub snapshots: usize,
    /// The revision of the oldest of them.
    pub oldest_snapshot: Option<u64>,
    /// Versions that are kept only because a snapshot sees them.
    pub kept_versions: usize,
}

impl<K, V> Map<K, V> {
    /// Settings for a map.
    ///
    /// ```
    /// let map = putall::Map::builder().capacity(100).log(10).build();
    /// map.insert("a", 1);
    /// ```
    pub fn builder() -> Builder<K, V> {
        Builder::new()
    }

    /// An empty map, with std's hasher.
    ///
    /// ```
    /// let map = putall::Map::new();
    /// map.insert("a", 1);
    /// ```
    pub fn new() -> Self {
        Self::with_hasher(RandomState::new())
    }

    /// An empty map with room for some keys. It grows by itself beyond that, without ever standing still.
    ///
    /// ```
    /// let map = putall::Map::with_capacity(10_000);
    /// map.insert("a", 1);
    /// ```
    pub fn with_capacity(capacity: usize) -> Self {
        Self::with_capacity_and_hasher(capacity, RandomState::new())
    }
}

impl<K, V, S: Default> Default for Map<K, V, S> {
    fn default() -> Self {
        Self::with_hasher(S::default())
    }
}

impl<K, V, S> Map<K, V, S> {
    /// An empty map with another hasher.
    ///
    /// ```
    /// use std::hash::{BuildHasherDefault, DefaultHasher};
    ///
    /// let map = putall::Map::with_hasher(BuildHasherDefault::<DefaultHasher>::default());
    /// map.insert("a", 1);
    /// ```
    pub fn with_hasher(hasher: S) -> Self {
        Self::with_capacity_and_hasher(0, hasher)
    }

    /// An empty map with room for some keys and another hasher.
    ///
    /// ```
    /// let map = putall::Map::with_capacity_and_hasher(10_000, std::hash::RandomState::new());
    /// map.insert("a", 1);
    /// ```
    pub fn with_capacity_and_hasher(capacity: usize, hasher: S) -> Self {
        Builder::new().capacity(capacity).hasher(hasher).build()
    }

    /// How many keys there are, as far as batches that are done have told: exact when none is being written.
    ///
    /// ```
    /// assert_eq!(putall::Map::from([("a", 1), ("b", 2)]).len(), 2);
    /// ```
    pub fn len(&self) -> usize {
        self.core.len()
    }

    /// Whether there are none.
    ///
    /// ```
    /// assert!(putall::Map::<String, u64>::new().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many commits there were.
    ///
    /// ```
    /// let map = putall::Map::new();
    /// map.put_all([("a", 1), ("b", 2)])?;
    /// map.insert("c", 3);
    /// assert_eq!(map.revision(), 2);
    /// # Ok::<(), putall::PutError<&str>>(())
    /// ```
    pub fn revision(&self) -> u64 {
        self.core.clock.now().revision()
    }

    /// What the map costs.
    ///
    /// ```
    /// let map = putall::Map::from([("a", 1)]);
    /// assert_eq!(map.stats().keys, 1);
    /// ```
    pub fn stats(&self) -> Stats {
        Stats {
            keys: self.len(),
            revision: self.revision(),
            buckets: self.core.buckets(),
            snapshots: self.core.snapshots(),
            oldest_snapshot: self.core.oldest_snapshot(),
            kept_versions: self.core.kept(),
        }
    }

    /// The map as it is now, for as long as it is held.
    ///
    /// ```
    /// let map = putall::Map::from([("a", 1)]);
    /// let then = map.snapshot();
    /// map.remove("a");
    /// assert_eq!(then.get("a"), Some(&1));
    /// assert!(!map.contains_key("a"));
    /// ```
    #[inline]
    pub fn snapshot(&self) -> Snapshot<'_, K, V, S> {
        Snapshot::new(self)
    }

    /// Follows the map's log, from the first batch after a revision on: that of a [snapshot](Map::snapshot), or one where an earlier
    /// subscriber was. `None` if the map has no log, see [`Builder::log`].
    ///
    /// ```
    /// let map = putall::Map::builder().log(100).build();
    /// map.insert("a", 1);
    /// let snapshot = map.snapshot();
    /// map.insert("a", 2);
    /// let mut changes = map.subscribe(snapshot.revision()).unwrap();
    /// assert_eq!(changes.try_next()?.unwrap().revision, 2);
    /// assert!(putall::Map::<String, u64>::new().subscribe(0).is_none());
    /// # Ok::<(), putall::Lagged>(())
    /// ```
    pub fn subscribe(&self, after: u64) -> Option<Subscriber<'_, K, V>> {
        self.log.as_ref().map(|log| Subscriber::new(log, after))
    }

    /// What became of batches with an idempotency key.
    ///
    /// ```
    /// use std::time::SystemTime;
    ///
    /// let map = putall::Map::from([("a", 1)]);
    /// // Records go when others come. A map that no longer gets any can be asked to drop what has expired.
    /// map.requests().sweep(SystemTime::now());
    /// assert!(map.requests().is_empty());
    /// ```
    pub fn requests(&self) -> &Store<Receipt> {
        &self.requests.get_or_init(Requests::default).store
    }

    pub(crate) fn of(
        core: Core<K, V>,
        hasher: S,
        log: Option<Log<K, V>>,
        requests: OnceLock<Requests>,
        observe: Observe<K>,
    ) -> Self {
        Map { core, hasher, log, requests, max_batch: usize::MAX, observe }
    }

    pub(crate) fn with_max_batch(self, max_batch: usize) -> Self {
        Map { max_batch, ..self }
    }

    /// The most changes that a batch may have.
    pub(crate) fn max_batch(&self) -> usize {
        self.max_batch
    }

    pub(crate) fn observe(&self) -> &Observe<K> {
        &self.observe
    }

    /// Begins with a revision, and the log with it: of a map that nobody else has yet.
    pub(crate) fn begin_at(&mut self, revision: u64) {
        self.core.begin_at(revision);
        if let Some(log) = &mut self.log {
            log.begin_at(revision);
        }
    }

    /// What goes into the log with a batch, if there is a log.
    #[inline]
    pub(crate) fn recording(&self, about: About) -> Option<Recording<'_, K, V>> {
        self.log.as_ref().map(|log| Recording::new(log, about))
    }

    /// What became of batches with an idempotency key, and by which clock.
    pub(crate) fn all_requests(&self) -> &Requests {
        self.requests.get_or_init(Requests::default)
    }

    pub(crate) fn core(&self) -> &Core<K, V> {
        &self.core
    }
}

impl<K, V, S> Map<K, V, S>
where
    K: Hash + Eq,
    S: BuildHasher,
{
    #[inline]
    pub(crate) fn hash<Q: Hash + ?Sized>(&self, key: &Q) -> u64 {
        self.hasher.hash_one(key)
    }

    /// Does to a key what the commit of a revision did, in a map that nobody else has yet.
    pub(crate) fn restore(&mut self, key: K, value: Option<V>, revision: u64) {
        let hasher = &self.hasher;
        self.core.restore(&|key: &K| hasher.hash_one(key), key, value, revision);
    }

    /// The value of a key.
    ///
    /// ```
    /// let map = putall::Map::from([("a".to_owned(), 1)]);
    /// let found = map.get("a").unwrap();
    /// assert_eq!((*found, found.version()), (1, 1));
    /// assert!(map.get("b").is_none());
    /// ```
    #[inline]
    pub fn get<Q>(&self, key: &Q) -> Option<Ref<'_, K, V>>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let hash = self.hash(key);
        Ref::find(&self.core, |guard| self.core.latest(guard, hash, |other| other.borrow() == key))
    }

    /// Whether a key is there.
    ///
    /// ```
    /// assert!(putall::Map::from([("a", 1)]).contains_key("a"));
    /// ```
    pub fn contains_key<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.get(key).is_some()
    }

    /// The values of some keys, all of one instant.
    ///
    /// ```
    /// let map = putall::Map::from([("x", 1), ("y", 2)]);
    /// assert_eq!(map.get_many(["x", "y", "z"]), [Some(1), Some(2), None]);
    /// ```
    pub fn get_many<'q, Q, I>(&self, keys: I) -> Vec<Option<V>>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized + 'q,
        V: Clone,
        I: IntoIterator<Item = &'q Q>,
    {
        let snapshot = self.snapshot();
        keys.into_iter().map(|key| snapshot.get(key).cloned()).collect()
    }

    /// Gives a key a value, and returns the one that it had.
    ///
    /// ```
    /// let map = putall::Map::new();
    /// assert!(map.insert("a", 1).is_none());
    /// assert_eq!(map.insert("a", 2).unwrap(), 1);
    /// ```
    pub fn insert(&self, key: K, value: V) -> Option<Ref<'_, K, V>> {
        self.change(key, Change::Insert(value))
    }

    /// Removes a key, and returns the value that it had.
    ///
    /// ```
    /// let map = putall::Map::from([("a", 1)]);
    /// assert_eq!(map.remove("a").unwrap(), 1);
    /// assert!(map.remove("a").is_none());
    /// ```
    pub fn remove<Q>(&self, key: &Q) -> Option<Ref<'_, K, V>>
    where
        K: Borrow<Q> + Clone,
        Q: Hash + Eq + ?Sized,
    {
        let key = self.get(key)?.key().clone();
        self.change(key, Change::Remove)
    }

    /// Gives a key the value that `update` makes of the one it has, or removes it if that is `None`, and returns
    /// the one that it had. As [`Batch::update`] does.
    ///
    /// ```
    /// let map = putall::Map::from([("a", 1)]);
    /// map.update("a", |value| value.map(|value| value + 1));
    /// assert_eq!(*map.get("a").unwrap(), 2);
    /// map.update("a", |_| None);
    /// assert!(!map.contains_key("a"));
    /// ```
    pub fn update(
        &self,
        key: K,
        update: impl FnOnce(Option<&V>) -> Option<V> + Send + 'static,
    ) -> Option<Ref<'_, K, V>> {
        self.change(key, Change::Update(Box::new(update)))
    }

    #[inline]
    fn change(&self, key: K, change: Change<V>) -> Option<Ref<'_, K, V>> {
        let mut journal = self.recording(About::default());
        match self.change_in(key, change, &mut journal) {
            Ok(before) => before,
            Err(never) => match never {},
        }
    }

    /// Changes one key, along with a journal.
    #[inline(always)]
    pub(crate) fn change_in<J: Journal<K, V>>(
        &self,
        key: K,
        change: Change<V>,
        journal: &mut J,
    ) -> Result<Option<Ref<'_, K, V>>, J::Error> {
        self.observe.single(&key, &change, || self.len());
        let mut refused = None;
        let before = Ref::find(&self.core, |guard| {
            type Anything = fn(usize, Option<u64>) -> Result<(), std::convert::Infallible>;
            let terms = Terms::<Anything> { revision: None, expect: None, last_wins: true };
            let hash = |key: &K| self.hash(key);
            let changes = std::iter::once((key, change));
            match self.core.write(guard, this_thread(), changes, &hash, |_| (), &terms, journal) {
                Ok(done) => done.previous,
                Err(Refused::Keys(_) | Refused::Twice(..) | Refused::Revision(_)) => {
                    unreachable!("one change that expects nothing is not refused")
                }
                Err(Refused::Journal(error)) => {
                    refused = Some(error);
                    None
                }
            }
        });
        refused.map_or(Ok(before), Err)
    }

    /// Writes a batch: all of it becomes visible at one instant.
    ///
    /// A batch without changes commits nothing: its receipt has the revision of now.
    ///
    /// ```
    /// let map = putall::Map::new();
    /// let receipt = map.put_all([("a", 1), ("b", 2)])?;
    /// assert_eq!((receipt.revision, receipt.inserted), (1, 2));
    /// # Ok::<(), putall::PutError<&str>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If what the batch expects does not hold, or it has more changes than [`Builder::max_batch`] lets it. Nothing is written then. To write
    /// those keys of which it does hold, see [`put_fitting`](Map::put_fitting).
    pub fn put_all(&self, batch: impl Into<Batch<K, V>>) -> Result<Receipt, PutError<K>>
    where
        K: Clone + fmt::Debug,
    {
        self.tell(batch.into(), |batch, replayed| self.put_once(batch, replayed))
    }

    /// Writes a batch, or says what became of it when it was written.
    ///
    /// Compiled once, for batches that are told of and for those that are not: what has two callers is not compiled into either.
    #[inline(never)]
    pub(crate) fn put_once(&self, batch: Batch<K, V>, replayed: &mut bool) -> Result<Receipt, PutError<K>>
    where
        K: Clone + fmt::Debug,
    {
        let done = self.put_once_in(batch, replayed, |about, _| self.recording(about));
        done.map_err(|refusal| match refusal {
            Refusal::Put(error) => error,
            Refusal::Journal(never) => match never {},
        })
    }

    /// The same along with a journal, which is made of what is to be said of the batch, and the revision that it expects.
    #[inline(always)]
    pub(crate) fn put_once_in<J: Journal<K, V>>(
        &self,
        batch: Batch<K, V>,
        replayed: &mut bool,
        journal: impl FnOnce(About, Option<u64>) -> J,
    ) -> Result<Receipt, Refusal<K, J::Error>>
    where
        K: Clone + fmt::Debug,
    {
        if batch.len() > self.max_batch {
            return Err(PutError::TooLarge { changes: batch.len(), limit: self.max_batch }.into());
        }
        let mut once = None;
        if let Some((key, payload)) = &batch.idempotency {
            let requests = self.requests.get_or_init(Requests::default);
            match requests.claim(key, *payload) {
                Outcome::Claimed(claim) => once = Some(Once::new(requests, claim)),
                Outcome::Replay(receipt) => {
                    *replayed = true;
                    return Ok(receipt);
                }
                Outcome::InProgress { retry_after } => {
                    return Err(PutError::InProgress { retry_after }.into());
                }
                Outcome::Mismatch => return Err(PutError::KeyReused.into()),
            }
        }
        self.put(batch, once, journal)
    }

    #[inline]
    fn put<J: Journal<K, V>>(
        &self,
        batch: Batch<K, V>,
        once: Option<Once<'_>>,
        journal: impl FnOnce(About, Option<u64>) -> J,
    ) -> Result<Receipt, Refusal<K, J::Error>>
    where
        K: Clone + fmt::Debug,
    {
        let guard = self.core.pin();
        if batch.is_empty() {
            let found = self.revision();
            return match batch.revision {
                Some(expected) if expected != found => Err(PutError::Revision { expected, found }.into()),
                _ => {
                    once.map_or(Ok(()), |mut once| once.commit_nothing(found))
                        .map_err(PutError::TakenOver)?;
                    Ok(Receipt::of(found))
                }
            };
        }
        let Batch { changes, expects, each, revision, duplicates, trace_id, idempotency } = batch;
        let conditional = !expects.is_empty() || each != Expect::Any;
        let expect = |number: usize, found: Option<u64>| {
            let own = expects.binary_search_by_key(&number, |&(number, _)| number);
            let own = own.map_or(Expect::Any, |at| expects[at].1);
            match [own, each].into_iter().find(|expect| !expect.holds(found)) {
                Some(expect) => Err((expect, found)),
                None => Ok(()),
            }
        };
        if conditional {
            self.check(&guard, &changes, &expect)?;
        }
        let terms = Terms {
            revision,
            expect: conditional.then_some(&expect),
            last_wins: duplicates == Duplicates::LastWins,
        };
        let about = About { trace_id, idempotency };
        let mut journal = (once, journal(about, revision));
        let done = match changes {
            Changes::Pairs(pairs) => {
                let changes = pairs.into_iter().map(|(key, value)| (key, Change::Insert(value)));
                self.write(&guard, changes, &terms, &mut journal)
            }
            Changes::Any(changes) => self.write(&guard, changes.into_iter(), &terms, &mut journal),
        };
        match done {
            Ok(Done { revision, inserted, replaced, removed, .. }) => {
                Ok(Receipt { revision, inserted, replaced, removed })
            }
            Err(Refused::Journal(Either::First(stale))) => Err(PutError::TakenOver(stale).into()),
            Err(Refused::Journal(Either::Second(error))) => Err(Refusal::Journal(error)),
            Err(Refused::Keys(keys)) => Err(conflict(keys).into()),
            Err(Refused::Twice(first, second, key)) => Err(PutError::Duplicate { key, first, second }.into()),
            Err(Refused::Revision(found)) => {
                Err(PutError::Revision { expected: revision.unwrap_or(found), found }.into())
            }
        }
    }

    fn write<'g, X, E, J>(
        &'g self,
        guard: &'g Guard<'_>,
        changes: impl Iterator<Item = (K, Change<V>)>,
        terms: &Terms<E>,
        journal: &mut J,
    ) -> Result<Done<'g, K, V>, Refused<K, X, J::Error>>
    where
        K: Clone,
        E: Fn(usize, Option<u64>) -> Result<(), X>,
        J: Journal<K, V>,
    {
        let hash = |key: &K| self.hash(key);
        self.core.write(guard, this_thread(), changes, &hash, K::clone, terms, journal)
    }

    /// Applies the record of another map's log, so that keys have the same versions here as there.
    ///
    /// A snapshot's keys and the records after it make the same map; or all records, from the first on. A batch that had an
    /// idempotency key has it here, too.
    ///
    /// ```
    /// use putall::Map;
    ///
    /// let origin = Map::builder().log(100).build();
    /// origin.put_all([("a", 1), ("b", 2)])?;
    /// let replica = Map::new();
    /// let mut changes = origin.subscribe(replica.revision()).unwrap();
    /// while let Some(record) = changes.try_next()? {
    ///     replica.replay(&record)?;
    /// }
    /// assert_eq!(replica.get("b").unwrap().version(), origin.get("b").unwrap().version());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PutError::Revision`] if this is not the record that comes next.
    pub fn replay(&self, record: &Record<K, V>) -> Result<(), PutError<K>>
    where
        K: Clone + fmt::Debug,
        V: Clone,
    {
        let mut batch = Batch::with_capacity(record.changes.len());
        for Changed { key, value, .. } in &record.changes {
            match value {
                Some(value) => batch.insert(key.clone(), value.clone()),
                None => batch.remove(key.clone()),
            };
        }
        batch.expect_revision(record.revision - 1);
        batch.trace_id = record.trace_id.clone();
        batch.idempotency = record.idempotency.clone();
        let receipt = if batch.is_empty() {
            self.commit_nothing(batch)?
        } else {
            self.tell(batch, |batch, _| self.put_all_again(batch))?
        };
        if let Some((key, payload)) = &record.idempotency {
            let requests = self.requests.get_or_init(Requests::default);
            requests.remember(key.clone(), *payload, receipt, record.time);
        }
        Ok(())
    }

    /// Writes a batch that was written elsewhere: its idempotency key is not claimed.
    fn put_all_again(&self, batch: Batch<K, V>) -> Result<Receipt, PutError<K>>
    where
        K: Clone + fmt::Debug,
    {
        self.put(batch, None, |about, _| self.recording(about)).map_err(|refusal| match refusal {
            Refusal::Put(error) => error,
            Refusal::Journal(never) => match never {},
        })
    }

    /// Commits a batch that changes nothing, as one is that removed what was not there.
    fn commit_nothing(&self, batch: Batch<K, V>) -> Result<Receipt, PutError<K>>
    where
        K: Clone + fmt::Debug,
    {
        type Anything = fn(usize, Option<u64>) -> Result<(), std::convert::Infallible>;
        let Batch { revision, trace_id, idempotency, .. } = batch;
        let terms = Terms::<Anything> { revision, expect: None, last_wins: true };
        let about = About { trace_id, idempotency };
        let mut journal = self.log.as_ref().map(|log| Recording::new(log, about));
        match self.write(&self.core.pin(), std::iter::empty(), &terms, &mut journal) {
            Ok(done) => Ok(Receipt::of(done.revision)),
            Err(Refused::Revision(found)) => {
                Err(PutError::Revision { expected: revision.unwrap_or(found), found })
            }
            Err(Refused::Keys(_) | Refused::Twice(..)) => unreachable!("there are no keys"),
            Err(Refused::Journal(never)) => match never {},
        }
    }

    /// Looks at all keys before the first is written: most batches that do not fit are found here, and cost nobody anything.
    fn check(
        &self,
        guard: &Guard<'_>,
        changes: &Changes<K, V>,
        expect: &impl Fn(usize, Option<u64>) -> Result<(), (Expect, Option<u64>)>,
    ) -> Result<(), PutError<K>>
    where
        K: Clone + fmt::Debug,
    {
        let mut failed = Vec::new();
        for (number, key) in changes.keys().enumerate() {
            let found = self.core.latest(guard, self.hash(key), |other| other == key);
            if let Err(why) = expect(number, found.map(|(_, version)| version)) {
                failed.push((number, key.clone(), why));
            }
        }
        if failed.is_empty() { Ok(()) } else { Err(conflict(failed)) }
    }
}

fn conflict<K: fmt::Debug>(keys: Vec<(usize, K, (Expect, Option<u64>))>) -> PutError<K> {
    let failed = keys.into_iter().map(|(_, key, (expect, found))| (key, expect, found)).collect();
    PutError::Conflict(Conflict { failed })
}

impl<K, V, S> fmt::Debug for Map<K, V, S>
where
    K: fmt::Debug + Hash + Eq,
    V: fmt::Debug,
    S: BuildHasher,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.snapshot().fmt(f)
    }
}

impl<K, V, S> FromIterator<(K, V)> for Map<K, V, S>
where
    K: Hash + Eq,
    S: BuildHasher + Default,
{
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let map = Map::default();
        (&map).extend(pairs);
        map
    }
}

impl<K: Hash + Eq, V, const N: usize> From<[(K, V); N]> for Map<K, V> {
    fn from(pairs: [(K, V); N]) -> Self {
        pairs.into_iter().collect()
    }
}

/// One commit for each pair. For one commit of all, use [`Map::put_all`].
impl<K, V, S> Extend<(K, V)> for &Map<K, V, S>
where
    K: Hash + Eq,
    S: BuildHasher,
{
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, pairs: I) {
        for (key, value) in pairs {
            self.insert(key, value);
        }
    }
}
