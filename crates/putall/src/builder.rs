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
            observe: Observe::new(),
        }
    }
}

impl<K, V, S> Builder<K, V, S> {
    /// Room for so many keys from the beginning. The map grows by itself beyond that, without ever standing still.
    pub fn capacity(self, keys: usize) -> Self {
        Builder { capacity: keys, ..self }
    }

    /// Another hasher than std's.
    pub fn hasher<T>(self, hasher: T) -> Builder<K, V, T> {
        let Builder { capacity, revision, hasher: _, log, records, requests, observe } = self;
        Builder { capacity, revision, hasher, log, records, requests, observe }
    }

    /// The revision that the map begins with: that of a snapshot, if it is to go on from there by
    /// [`replay`](Map::replay).
    pub fn revision(self, revision: u64) -> Self {
        Builder { revision, ..self }
    }

    /// Keeps the last `records` batches, for [`subscribe`](Map::subscribe). Each holds a copy of its keys and values.
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

    /// The map.
    pub fn build(self) -> Map<K, V, S> {
        let log = self.log.map(|log| log(self.records, self.revision + 1));
        let requests = self.requests.map_or_else(OnceLock::new, OnceLock::from);
        Map::of(Core::new(self.capacity, self.revision), self.hasher, log, requests, self.observe)
    }
}
