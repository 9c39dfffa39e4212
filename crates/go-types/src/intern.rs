//! Equal values once each, named by number, from several threads at once.

use std::hash::{BuildHasher, Hash};
use std::sync::Mutex;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

const SHARDS: usize = 16;

/// Values by number. A value never moves and never goes.
pub(crate) struct Interned<T> {
    values: boxcar::Vec<T>,
    shards: [Mutex<HashTable<u32>>; SHARDS],
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Interned { values: boxcar::Vec::new(), shards: std::array::from_fn(|_| Mutex::default()) }
    }
}

impl<T> Interned<T> {
    /// The value with this number, which came from [`Interned::intern`].
    pub(crate) fn get(&self, number: u32) -> &T {
        &self.values[number as usize]
    }

    /// The number of the value that is equal to `key`, made by `make` if there is none.
    pub(crate) fn intern<Q: Hash + ?Sized>(
        &self,
        key: &Q,
        equal: impl Fn(&T) -> bool,
        hash_of: impl Fn(&T) -> u64,
        make: impl FnOnce() -> T,
    ) -> u32 {
        let hash = FxBuildHasher.hash_one(key);
        let shard = &self.shards[(hash >> 40) as usize % SHARDS];
        // A thread that panics while it holds the lock leaves the table as it was.
        let mut table = shard.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(&number) = table.find(hash, |&number| equal(self.get(number))) {
            return number;
        }
        let number = self.values.push(make()) as u32;
        table.insert_unique(hash, number, |&number| hash_of(self.get(number)));
        number
    }
}
