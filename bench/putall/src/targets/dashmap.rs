//! Shards behind locks. A batch is one insert after the other.

use dashmap::DashMap;

use crate::target::{Datum, Hasher, Target};

impl<K: Datum, V: Datum, S: Hasher> Target<K, V> for DashMap<K, V, S> {
    fn new() -> Self {
        Self::default()
    }

    #[inline]
    fn get(&self, key: &K) -> Option<V> {
        self.get(key).map(|value| V::clone(&value))
    }

    #[inline]
    fn insert(&self, key: K, value: V) {
        self.insert(key, value);
    }

    #[inline]
    fn remove(&self, key: &K) {
        self.remove(key);
    }

    #[inline]
    fn put_all(&self, batch: Vec<(K, V)>) {
        for (key, value) in batch {
            self.insert(key, value);
        }
    }

    fn iterate(&self, mut see: impl FnMut(&K, &V)) {
        for entry in self.iter() {
            see(entry.key(), entry.value());
        }
    }
}
