//! No map at all: what is measured of it is the clock, the schedule and the machine.

use std::hint::black_box;

use crate::target::{Datum, Target};

pub struct Nothing;

impl<K: Datum, V: Datum> Target<K, V> for Nothing {
    fn new() -> Self {
        Nothing
    }

    #[inline]
    fn get(&self, key: &K) -> Option<V> {
        black_box(key);
        None
    }

    #[inline]
    fn insert(&self, key: K, value: V) {
        black_box((key, value));
    }

    #[inline]
    fn remove(&self, key: &K) {
        black_box(key);
    }

    #[inline]
    fn put_all(&self, batch: Vec<(K, V)>) {
        black_box(batch);
    }

    fn iterate(&self, _: impl FnMut(&K, &V)) {}
}
