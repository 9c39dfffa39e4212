//! What one would write without a library. Its snapshot is the read lock: writers wait until it is dropped.

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::target::{Datum, Hasher, Target};

pub struct Locked<K, V, S>(RwLock<HashMap<K, V, S>>);

impl<K, V, S> Locked<K, V, S> {
    #[inline]
    fn read(&self) -> RwLockReadGuard<'_, HashMap<K, V, S>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    #[inline]
    fn write(&self) -> RwLockWriteGuard<'_, HashMap<K, V, S>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Datum, V: Datum, S: Hasher> Target<K, V> for Locked<K, V, S> {
    fn new() -> Self {
        Locked(RwLock::default())
    }

    #[inline]
    fn get(&self, key: &K) -> Option<V> {
        self.read().get(key).cloned()
    }

    #[inline]
    fn insert(&self, key: K, value: V) {
        self.write().insert(key, value);
    }

    #[inline]
    fn remove(&self, key: &K) {
        self.write().remove(key);
    }

    #[inline]
    fn put_all(&self, batch: Vec<(K, V)>) {
        self.write().extend(batch);
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
