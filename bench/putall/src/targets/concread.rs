//! One writer, copy on write, readers of a version. Its hasher is chosen when it is compiled: std's, here.

use std::hint::black_box;

use concread::hashmap::HashMap;

use crate::target::{Datum, Target};

impl<K: Datum, V: Datum> Target<K, V> for HashMap<K, V> {
    fn new() -> Self {
        Self::new()
    }

    #[inline]
    fn get(&self, key: &K) -> Option<V> {
        self.read().get(key).cloned()
    }

    #[inline]
    fn insert(&self, key: K, value: V) {
        let mut map = self.write();
        map.insert(key, value);
        map.commit();
    }

    #[inline]
    fn remove(&self, key: &K) {
        let mut map = self.write();
        map.remove(key);
        map.commit();
    }

    #[inline]
    fn put_all(&self, batch: Vec<(K, V)>) {
        let mut map = self.write();
        for (key, value) in batch {
            map.insert(key, value);
        }
        map.commit();
    }

    fn iterate(&self, mut see: impl FnMut(&K, &V)) {
        for (key, value) in self.read().iter() {
            see(key, value);
        }
    }

    #[inline]
    fn snapshot(&self) {
        drop(black_box(self.read()));
    }

    #[inline]
    fn snapshot_get(&self, key: &K) -> Option<V> {
        self.get(key)
    }
}
