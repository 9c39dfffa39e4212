//! Lock-free. A batch is one insert after the other, with the thread pinned once.

use papaya::HashMap;

use crate::target::{Datum, Hasher, Target};

impl<K: Datum, V: Datum, S: Hasher> Target<K, V> for HashMap<K, V, S> {
    fn new() -> Self {
        Self::default()
    }

    #[inline]
    fn get(&self, key: &K) -> Option<V> {
        self.pin().get(key).cloned()
    }

    #[inline]
    fn insert(&self, key: K, value: V) {
        self.pin().insert(key, value);
    }

    #[inline]
    fn remove(&self, key: &K) {
        self.pin().remove(key);
    }

    #[inline]
    fn put_all(&self, batch: Vec<(K, V)>) {
        let map = self.pin();
        for (key, value) in batch {
            map.insert(key, value);
        }
    }

    fn iterate(&self, mut see: impl FnMut(&K, &V)) {
        for (key, value) in &self.pin() {
            see(key, value);
        }
    }
}
