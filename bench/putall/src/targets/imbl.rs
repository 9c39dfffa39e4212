//! A persistent map whose root is swapped. Writers take turns by a mutex: with `rcu` they would do a batch again when another
//! one was faster.

use std::hint::black_box;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use imbl::GenericHashMap;
use imbl::shared_ptr::DefaultSharedPtr;

use crate::target::{Datum, Hasher, Target};

type Root<K, V, S> = GenericHashMap<K, V, S, DefaultSharedPtr>;

/// Its snapshot is an `Arc`, which may go anywhere and be held for ever.
pub struct Swapped<K, V, S> {
    root: ArcSwap<Root<K, V, S>>,
    writer: Mutex<()>,
}

impl<K: Datum, V: Datum, S: Hasher> Swapped<K, V, S> {
    #[inline]
    fn write(&self, change: impl FnOnce(&mut Root<K, V, S>)) {
        let _turn = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut root = Root::clone(&self.root.load());
        change(&mut root);
        self.root.store(Arc::new(root));
    }
}

impl<K: Datum, V: Datum, S: Hasher> Target<K, V> for Swapped<K, V, S> {
    fn new() -> Self {
        Swapped { root: ArcSwap::from_pointee(Root::with_hasher(S::default())), writer: Mutex::new(()) }
    }

    #[inline]
    fn get(&self, key: &K) -> Option<V> {
        self.root.load().get(key).cloned()
    }

    #[inline]
    fn insert(&self, key: K, value: V) {
        self.write(|root| {
            root.insert(key, value);
        });
    }

    #[inline]
    fn remove(&self, key: &K) {
        self.write(|root| {
            root.remove(key);
        });
    }

    #[inline]
    fn put_all(&self, batch: Vec<(K, V)>) {
        self.write(|root| root.extend(batch));
    }

    fn iterate(&self, mut see: impl FnMut(&K, &V)) {
        for (key, value) in self.root.load_full().iter() {
            see(key, value);
        }
    }

    #[inline]
    fn snapshot(&self) {
        drop(black_box(self.root.load_full()));
    }

    #[inline]
    fn snapshot_get(&self, key: &K) -> Option<V> {
        self.root.load_full().get(key).cloned()
    }
}

/// The same with arc-swap's guard as snapshot: cheaper, and meant to be held for a moment.
pub struct Guarded<K, V, S>(Swapped<K, V, S>);

impl<K: Datum, V: Datum, S: Hasher> Target<K, V> for Guarded<K, V, S> {
    fn new() -> Self {
        Guarded(Swapped::new())
    }

    #[inline]
    fn get(&self, key: &K) -> Option<V> {
        self.0.get(key)
    }

    #[inline]
    fn insert(&self, key: K, value: V) {
        self.0.insert(key, value);
    }

    #[inline]
    fn remove(&self, key: &K) {
        self.0.remove(key);
    }

    #[inline]
    fn put_all(&self, batch: Vec<(K, V)>) {
        self.0.put_all(batch);
    }

    fn iterate(&self, see: impl FnMut(&K, &V)) {
        self.0.iterate(see);
    }

    #[inline]
    fn snapshot(&self) {
        drop(black_box(self.0.root.load()));
    }

    #[inline]
    fn snapshot_get(&self, key: &K) -> Option<V> {
        self.get(key)
    }
}
