//! No map either, but what any map has to do at the least: the key's hash, and one place in an array that it leads to, which a
//! write changes by one locked instruction. Keys are not compared, not even kept. What a map takes beyond that is its own.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::target::{Datum, Hasher, Target};

/// As many places as there are keys in most rows, and some.
const PLACES: usize = 1 << 17;

pub struct Array<S> {
    places: Box<[AtomicU64]>,
    hasher: S,
}

impl<S: Hasher> Array<S> {
    #[inline]
    fn place<K: Datum>(&self, key: &K) -> &AtomicU64 {
        &self.places[self.hasher.hash_one(key) as usize % PLACES]
    }
}

impl<K: Datum, V: Datum, S: Hasher> Target<K, V> for Array<S> {
    fn new() -> Self {
        Array { places: (0..PLACES).map(|_| AtomicU64::new(0)).collect(), hasher: S::default() }
    }

    #[inline]
    fn get(&self, key: &K) -> Option<V> {
        black_box(self.place(key).load(Ordering::Acquire));
        None
    }

    #[inline]
    fn insert(&self, key: K, value: V) {
        self.place(&key).fetch_add(1, Ordering::AcqRel);
        black_box((key, value));
    }

    #[inline]
    fn remove(&self, key: &K) {
        self.place(key).fetch_add(1, Ordering::AcqRel);
    }

    #[inline]
    fn put_all(&self, batch: Vec<(K, V)>) {
        for (key, value) in batch {
            <Self as Target<K, V>>::insert(self, key, value);
        }
    }

    fn iterate(&self, _: impl FnMut(&K, &V)) {}
}
