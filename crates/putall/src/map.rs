//! The map.

use std::convert::Infallible;
use std::fmt;
use std::hash::RandomState;
use std::sync::OnceLock;

use crate::builder::Builder;
use crate::idempotency::Store;
use crate::log::{About, Log, Recording, Subscriber};
use crate::observe::Observe;
use crate::once::Requests;
use crate::raw::Core;
use crate::{PutError, Snapshot};

mod convert;
mod read;
mod replay;
mod write;

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

impl<K: fmt::Debug> From<Refusal<K, Infallible>> for PutError<K> {
    fn from(refusal: Refusal<K, Infallible>) -> Self {
        match refusal {
            Refusal::Put(error) => error,
            Refusal::Journal(never) => match never {},
        }
    }
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
        &self.all_requests().store
    }

    pub(crate) fn of(
        core: Core<K, V>,
        hasher: S,
        log: Option<Log<K, V>>,
        requests: OnceLock<Requests>,
        max_batch: usize,
        observe: Observe<K>,
    ) -> Self {
        Map { core, hasher, log, requests, max_batch, observe }
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
