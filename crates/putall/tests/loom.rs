//! Every interleaving of small cases, under the memory model of C11. Run by `make test-model`.
#![cfg(loom)]

use std::hash::{BuildHasherDefault, Hasher};

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;
use putall::{Batch, Map};

/// Keys are their own hashes: which share a bucket is known.
#[derive(Default)]
struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        // The tag is in the highest bits.
        self.0 | self.0 << 56
    }
    fn write(&mut self, _: &[u8]) {
        unreachable!("keys are numbers")
    }
    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// A value that fails if somebody sees it who has not seen it made.
#[derive(Debug)]
struct Value(UnsafeCell<u64>);

// SAFETY: it is written when it is made, and loom sees to it that this comes before all else.
unsafe impl Sync for Value {}

impl Value {
    fn new(number: u64) -> Value {
        Value(UnsafeCell::new(number))
    }
    fn number(&self) -> u64 {
        // SAFETY: as above.
        self.0.with(|number| unsafe { *number })
    }
}

type Checked = Map<u64, Value, BuildHasherDefault<Same>>;

fn batch(keys: &[u64], value: u64) -> Batch<u64, Value> {
    keys.iter().map(|&key| (key, Value::new(value))).collect()
}

fn get(map: &Checked, key: u64) -> Option<u64> {
    map.get(&key).map(|value| value.number())
}

/// Every interleaving with so many preemptions; LOOM_MAX_PREEMPTIONS is for more.
fn model(preemptions: usize, check: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound.get_or_insert(preemptions);
    builder.max_branches = 20_000;
    builder.check(check);
}

#[test]
fn who_sees_one_key_of_a_batch_sees_the_others() {
    model(3, || {
        let map = Arc::new(Checked::default());
        map.put_all(batch(&[1, 2], 1)).unwrap();
        let writer = {
            let map = Arc::clone(&map);
            thread::spawn(move || map.put_all(batch(&[1, 2], 2)).unwrap().revision)
        };
        let first = get(&map, 2).unwrap();
        let second = get(&map, 1).unwrap();
        assert!(first <= second, "{first}, then {second}");
        assert_eq!(writer.join().unwrap(), 2);
        assert_eq!((get(&map, 1), get(&map, 2)), (Some(2), Some(2)));
    });
}

#[test]
fn batches_that_want_each_others_keys_come_one_after_the_other() {
    model(1, || {
        let map = Arc::new(Checked::default());
        let writer = {
            let map = Arc::clone(&map);
            thread::spawn(move || map.put_all(batch(&[2, 1], 2)).unwrap().revision)
        };
        let own = map.put_all(batch(&[1, 2], 1)).unwrap().revision;
        let other = writer.join().unwrap();
        assert_eq!(own + other, 3);
        let last = if own == 2 { 1 } else { 2 };
        assert_eq!((get(&map, 1), get(&map, 2)), (Some(last), Some(last)));
    });
}

#[test]
fn a_snapshot_is_of_one_instant_and_stays() {
    model(3, || {
        let map = Arc::new(Checked::default());
        map.put_all(batch(&[1, 2], 1)).unwrap();
        let writer = {
            let map = Arc::clone(&map);
            thread::spawn(move || {
                map.put_all(batch(&[1, 2], 2)).unwrap();
            })
        };
        let snapshot = map.snapshot();
        let seen = snapshot.revision();
        assert_eq!(snapshot.get(&1).map(Value::number), Some(seen));
        assert_eq!(snapshot.get(&2).map(Value::number), Some(seen));
        drop(snapshot);
        writer.join().unwrap();
        // What was kept for the snapshot goes with it, or with the batch that was at work then.
        assert_eq!(map.stats().kept_versions, 0);
    });
}

#[test]
fn commits_are_seen_in_order() {
    model(2, || {
        let map = Arc::new(Checked::default());
        let writers: Vec<_> = [1, 2]
            .map(|key| {
                let map = Arc::clone(&map);
                thread::spawn(move || map.put_all(batch(&[key], key)).unwrap().revision)
            })
            .into();
        let seen = [get(&map, 1).is_some(), get(&map, 2).is_some()];
        let revision = map.revision();
        let revisions: Vec<u64> = writers.into_iter().map(|writer| writer.join().unwrap()).collect();
        for (seen, committed) in seen.into_iter().zip(revisions) {
            assert!(!seen || committed <= revision, "seen before it was committed");
        }
    });
}

/// The clock remembers few commits. If a thread is kept from saying that its batch is committed, those who come after say so.
#[test]
fn readers_know_whether_a_batch_is_committed_however_many_were_since() {
    model(1, || {
        let map = Arc::new(Checked::default());
        let others = {
            let map = Arc::clone(&map);
            thread::spawn(move || {
                for turn in 1..=4 {
                    // One in the other: so they are of different lanes, by turns.
                    let inner = Arc::clone(&map);
                    map.update(2, move |_| {
                        inner.insert(3, Value::new(turn));
                        Some(Value::new(turn))
                    });
                    // Readers do not wait for it either, if it has tried for a revision that another has got.
                    let (commits, seen) = (map.revision(), get(&map, 1).is_some());
                    assert!(seen || commits <= 2 * turn, "one of {commits} commits is not seen");
                }
            })
        };
        map.put_all(batch(&[1], 1)).unwrap();
        others.join().unwrap();
    });
}

#[test]
fn a_key_that_moves_to_a_new_bucket_is_always_found() {
    model(3, || {
        let map = Arc::new(Checked::default());
        // Two buckets, almost full for the load that is aimed at; key 2 is to go from bucket 0 to bucket 2.
        map.put_all(batch(&[2, 1, 3, 5, 7, 9, 11, 13], 1)).unwrap();
        let writer = {
            let map = Arc::clone(&map);
            thread::spawn(move || {
                map.put_all(batch(&[15, 17, 19, 21], 1)).unwrap();
                map.stats().buckets
            })
        };
        assert_eq!(get(&map, 2), Some(1));
        assert!(writer.join().unwrap() > 2, "it was to grow");
        assert_eq!(get(&map, 2), Some(1));
    });
}

/// Looks for a key of some, in every interleaving with the insertion of another that moves it.
fn is_found_while_it_moves(keys: &'static [u64], key: u64, another: u64) {
    model(2, move || {
        let map = Arc::new(Checked::default());
        map.put_all(batch(keys, 1)).unwrap();
        let writer = {
            let map = Arc::clone(&map);
            thread::spawn(move || {
                map.insert(another, Value::new(1));
            })
        };
        assert_eq!(get(&map, key), Some(1));
        writer.join().unwrap();
        assert_eq!((get(&map, key), get(&map, another)), (Some(1), Some(1)));
    });
}

#[test]
fn a_key_that_moves_to_a_line_that_follows_is_always_found() {
    // All in one bucket: the last slot is that of the last one.
    is_found_while_it_moves(&[2, 4, 6, 8, 10, 12, 14], 14, 16);
}

#[test]
fn a_key_that_moves_back_from_such_a_line_is_always_found() {
    // Eight in one bucket, of which half go to a new one with the next insertion.
    is_found_while_it_moves(&[2, 4, 6, 8, 10, 12, 14, 16, 1, 3, 5], 16, 7);
}

#[test]
fn a_batch_that_is_alone_keeps_others_away() {
    model(1, || {
        let map = Arc::new(Checked::default());
        // Three keys are enough, here, to try to be alone.
        let writer = {
            let map = Arc::clone(&map);
            thread::spawn(move || map.put_all(batch(&[3, 2, 1], 2)).unwrap().revision)
        };
        let own = map.put_all(batch(&[1, 2, 3], 1)).unwrap().revision;
        let last = if writer.join().unwrap() < own { 1 } else { 2 };
        assert_eq!([1, 2, 3].map(|key| get(&map, key)), [Some(last); 3]);
    });
}
