//! Settings for a map.

use std::hash::RandomState;
use std::sync::{Arc, OnceLock};

use crate::idempotency::Settings;
use crate::log::Log;
use crate::observe::Observe;
use crate::once::Requests;
use crate::raw::Core;
use crate::{Clock, Map};

/// Settings for a map. From [`Map::builder`].
///
/// ```
/// let map = putall::Map::builder().capacity(10_000).log(1000).build();
/// map.insert("a", 1);
/// ```
pub struct Builder<K, V, S = RandomState> {
    capacity: usize,
    revision: u64,
    hasher: S,
    log: Option<NewLog<K, V>>,
    records: usize,
    requests: Option<Requests>,
    max_batch: usize,
    pub(crate) observe: Observe<K>,
}

/// Makes a log: of how many records, and from which revision on.
type NewLog<K, V> = fn(usize, u64) -> Log<K, V>;

impl<K, V> Builder<K, V> {
    pub(crate) fn new() -> Self {
        Builder {
            capacity: 0,
            revision: 0,
            hasher: RandomState::new(),
            log: None,
            records: 0,
            requests: None,
            max_batch: usize::MAX,
            observe: Observe::new(),
        }
    }
}

impl<K, V, S> Builder<K, V, S> {
    /// Room for so many keys from the beginning. The map grows by itself beyond that, without ever standing still.
    ///
    /// ```
    /// let map = putall::Map::<String, u64>::builder().capacity(10_000).build();
    /// assert!(map.stats().buckets > 1000);
    /// ```
    pub fn capacity(self, keys: usize) -> Self {
        Builder { capacity: keys, ..self }
    }

    /// Another hasher than std's.
    ///
    /// ```
    /// use std::hash::{BuildHasherDefault, DefaultHasher};
    ///
    /// let map = putall::Map::builder().hasher(BuildHasherDefault::<DefaultHasher>::default()).build();
    /// map.insert("a", 1);
    /// ```
    pub fn hasher<T>(self, hasher: T) -> Builder<K, V, T> {
        let Builder { capacity, revision, hasher: _, log, records, requests, max_batch, observe } = self;
        Builder { capacity, revision, hasher, log, records, requests, max_batch, observe }
    }

    /// The revision that the map begins with: that of a snapshot, if it is to go on from there by
    /// [`replay`](Map::replay).
    ///
    /// ```
    /// let map = putall::Map::builder().revision(41).build();
    /// map.insert("a", 1);
    /// assert_eq!(map.revision(), 42);
    /// ```
    pub fn revision(self, revision: u64) -> Self {
        Builder { revision, ..self }
    }

    /// Keeps the last `records` batches, for [`subscribe`](Map::subscribe). Each holds a copy of its keys and values.
    ///
    /// ```
    /// let map = putall::Map::builder().log(2).build();
    /// for value in 1..=3 {
    ///     map.insert("a", value);
    /// }
    /// assert!(map.subscribe(0).unwrap().try_next().is_err());
    /// assert_eq!(map.subscribe(1).unwrap().try_next()?.unwrap().revision, 2);
    /// # Ok::<(), putall::Lagged>(())
    /// ```
    pub fn log(self, records: usize) -> Self
    where
        K: Clone,
        V: Clone,
    {
        Builder { log: Some(Log::new), records, ..self }
    }

    /// How long a batch with an idempotency key may be at work, and how long its receipt is remembered: 30 seconds and 5 minutes if
    /// nothing is said. `clock` tells the time, as [`SystemClock`](crate::SystemClock) does.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use putall::idempotency::Settings;
    /// use putall::{Map, SystemClock};
    ///
    /// let settings = Settings { window: Duration::from_secs(24 * 3600), ..Settings::default() };
    /// let map = Map::<String, u64>::builder().idempotency(settings, SystemClock).build();
    /// ```
    pub fn idempotency(self, settings: Settings, clock: impl Clock + Send + Sync + 'static) -> Self {
        Builder { requests: Some(Requests::new(settings, Arc::new(clock))), ..self }
    }

    /// The most changes that a batch may have: one that has more is refused before the first is written. At least one; no limit if nothing is
    /// said. It is for maps that are written by others than oneself: a batch takes memory in proportion, and whoever wants to
    /// write the same keys waits for all of it.
    ///
    /// ```
    /// use putall::{Map, PutError};
    ///
    /// let map = Map::builder().max_batch(2).build();
    /// let refused = map.put_all([("a", 1), ("b", 2), ("c", 3)]);
    /// assert_eq!(refused, Err(PutError::TooLarge { changes: 3, limit: 2 }));
    /// assert!(map.is_empty());
    /// map.put_all([("a", 1), ("b", 2)])?;
    /// # Ok::<(), PutError<&str>>(())
    /// ```
    pub fn max_batch(self, changes: usize) -> Self {
        Builder { max_batch: changes.max(1), ..self }
    }

    /// The map.
    ///
    /// ```
    /// let map = putall::Map::<String, u64>::builder().build();
    /// assert!(map.is_empty());
    /// ```
    pub fn build(self) -> Map<K, V, S> {
        let log = self.log.map(|log| log(self.records, self.revision + 1));
        let requests = self.requests.map_or_else(OnceLock::new, OnceLock::from);
        let core = Core::new(self.capacity, self.revision);
        Map::of(core, self.hasher, log, requests, self.max_batch, self.observe)
    }
}
