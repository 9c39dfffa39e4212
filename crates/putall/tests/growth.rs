//! The table grows with its keys, however they come, so that no bucket gets long.

use std::hash::{BuildHasherDefault, Hasher};

use putall::Map;

const KEYS: u64 = 100_000;

fn keys_per_bucket<S>(map: &Map<u64, u64, S>) -> f64 {
    let stats = map.stats();
    stats.keys as f64 / stats.buckets as f64
}

#[test]
fn with_single_inserts() {
    let map = Map::<u64, u64>::new();
    for key in 0..KEYS {
        map.insert(key, key);
        // A check now and then, so a few keys more than the load that is aimed at.
        assert!(key < 64 || keys_per_bucket(&map) <= 6.0, "{:?}", map.stats());
    }
}

#[test]
fn with_batches_of_any_size() {
    for size in [1, 7, 100, 1000, KEYS] {
        let map = Map::<u64, u64>::new();
        for first in (0..KEYS).step_by(size as usize) {
            map.put_all((first..(first + size).min(KEYS)).map(|key| (key, key)).collect::<Vec<_>>()).unwrap();
        }
        assert!(keys_per_bucket(&map) <= 6.0, "batches of {size}: {:?}", map.stats());
    }
}

#[test]
fn and_not_with_keys_that_are_there_already() {
    let map = Map::<u64, u64>::new();
    let all = || (0..KEYS).map(|key| (key, key)).collect::<Vec<_>>();
    map.put_all(all()).unwrap();
    let before = map.stats().buckets;
    for _ in 0..20 {
        map.put_all(all()).unwrap();
    }
    assert!(map.stats().buckets <= before + 16, "{before} buckets before, {:?}", map.stats());
}

/// A hasher that gives all keys of a residue the same tag and bucket for long.
#[derive(Default)]
struct Poor(u64);

impl Hasher for Poor {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, _: &[u8]) {}
    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

#[test]
fn also_if_the_first_keys_share_a_bucket() {
    let map = Map::<u64, u64, BuildHasherDefault<Poor>>::default();
    // With this hasher, multiples of 64 are all in bucket 0 at first.
    for key in 0..1000 {
        map.insert(key * 64, key);
    }
    for key in 0..KEYS {
        map.insert(key, key);
    }
    assert!(keys_per_bucket(&map) <= 6.0, "{:?}", map.stats());
    assert!((0..KEYS).all(|key| map.get(&key).is_some()));
}
