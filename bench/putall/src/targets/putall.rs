//! Ours.

use std::hint::black_box;

use putall::Map;

use crate::target::{Datum, Hasher, Target};

impl<K: Datum, V: Datum, S: Hasher> Target<K, V> for Map<K, V, S> {
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
        self.put_all(batch).expect("nothing is expected of keys");
    }

    fn iterate(&self, mut see: impl FnMut(&K, &V)) {
        for entry in &self.snapshot() {
            see(entry.key, entry.value);
        }
    }

    #[inline]
    fn snapshot(&self) {
        drop(black_box(self.snapshot()));
    }

    #[inline]
    fn snapshot_get(&self, key: &K) -> Option<V> {
        self.snapshot().get(key).cloned()
    }
}
