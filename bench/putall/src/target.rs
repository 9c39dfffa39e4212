//! What a map must do to be measured.

use std::fmt::Debug;
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

/// Keys and values.
pub trait Datum: Hash + Eq + Clone + Debug + Send + Sync + 'static {
    /// How a key is got at: numbers are computed, strings are taken from where they were made beforehand.
    type Look<'a>: std::borrow::Borrow<Self>;

    /// The one of a number.
    fn of(number: usize) -> Self;

    fn look(all: &[Self], number: usize) -> Self::Look<'_>;

    /// As key of an entry: strings are copied.
    fn take(all: &[Self], number: usize) -> Self;
}

impl Datum for u64 {
    type Look<'a> = u64;

    #[inline]
    fn of(number: usize) -> Self {
        (number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }

    #[inline]
    fn look(_: &[Self], number: usize) -> u64 {
        u64::of(number)
    }

    #[inline]
    fn take(_: &[Self], number: usize) -> u64 {
        u64::of(number)
    }
}

impl Datum for String {
    type Look<'a> = &'a String;

    fn of(number: usize) -> Self {
        format!("key-{:016x}", u64::of(number))
    }

    #[inline]
    fn look(all: &[Self], number: usize) -> &String {
        &all[number]
    }

    #[inline]
    fn take(all: &[Self], number: usize) -> String {
        all[number].clone()
    }
}

impl Datum for Arc<str> {
    type Look<'a> = &'a Arc<str>;

    fn of(number: usize) -> Self {
        String::of(number).into()
    }

    #[inline]
    fn look(all: &[Self], number: usize) -> &Arc<str> {
        &all[number]
    }

    #[inline]
    fn take(all: &[Self], number: usize) -> Arc<str> {
        Arc::clone(&all[number])
    }
}

/// Hashers that a map is built with.
pub trait Hasher: BuildHasher + Default + Clone + Send + Sync + 'static {}

impl<S: BuildHasher + Default + Clone + Send + Sync + 'static> Hasher for S {}

/// A map, with one hasher.
pub trait Target<K, V>: Send + Sync {
    fn new() -> Self;

    fn get(&self, key: &K) -> Option<V>;

    fn insert(&self, key: K, value: V);

    fn remove(&self, key: &K);

    /// At one instant, where the map can: see `Column::is_atomic`.
    fn put_all(&self, batch: Vec<(K, V)>);

    /// Shows all entries.
    fn iterate(&self, see: impl FnMut(&K, &V));

    /// Takes a snapshot and drops it.
    fn snapshot(&self) {
        unreachable!("it has none")
    }

    /// Takes a snapshot, reads a key in it, and drops it.
    fn snapshot_get(&self, _key: &K) -> Option<V> {
        unreachable!("it has none")
    }
}

/// What is done to a map, whichever it is. Compiled for each.
pub trait Job<K, V> {
    type Out;

    fn run<T: Target<K, V>>(&self) -> Self::Out;
}
