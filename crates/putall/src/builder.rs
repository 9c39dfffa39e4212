//! Settings for a map.

use std::hash::RandomState;

use crate::Map;
use crate::log::Log;
use crate::observe::Observe;
use crate::raw::Core;

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
    pub(crate) observe: Observe<K>,
}

/// Makes a log: of how many records, and from which revision on.
type NewLog<K, V> = fn(usize, u64) -> Log<K, V>;

impl<K, V> Builder<K, V> {
    pub(crate) fn new() -> Self {
        let (hasher, observe) = (RandomState::new(), Observe::new());
        Builder { capacity: 0, revision: 0, hasher, log: None, records: 0, observe }
    }
}

impl<K, V, S> Builder<K, V, S> {
    /// Room for so many keys from the beginning. The map grows by itself beyond that, without ever standing still.
    pub fn capacity(self, keys: usize) -> Self {
        Builder { capacity: keys, ..self }
    }

    /// Another hasher than std's.
    pub fn hasher<T>(self, hasher: T) -> Builder<K, V, T> {
        let Builder { capacity, revision, hasher: _, log, records, observe } = self;
        Builder { capacity, revision, hasher, log, records, observe }
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

    /// The map.
    pub fn build(self) -> Map<K, V, S> {
        let log = self.log.map(|log| log(self.records, self.revision + 1));
        Map::of(Core::new(self.capacity, self.revision), self.hasher, log, self.observe)
    }
}
