//! Buckets behind locks. A batch is one upsert after the other.

use scc::HashMap;

use crate::target::{Datum, Hasher, Target};

impl<K: Datum, V: Datum, S: Hasher> Target<K, V> for HashMap<K, V, S> {
    fn new() -> Self {
        Self::default()
    }

    #[inline]
    fn get(&self, key: &K) -> Option<V> {
        self.read_sync(key, |_, value| value.clone())
    }

    #[inline]
    fn insert(&self, key: K, value: V) {
        self.upsert_sync(key, value);
    }

    #[inline]
    fn remove(&self, key: &K) {
        self.remove_sync(key);
    }

    #[inline]
    fn put_all(&self, batch: Vec<(K, V)>) {
        for (key, value) in batch {
            self.upsert_sync(key, value);
        }
    }

    fn iterate(&self, mut see: impl FnMut(&K, &V)) {
        self.iter_sync(|key, value| {
            see(key, value);
            true
        });
    }
}
