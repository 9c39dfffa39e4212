//! Histories of many threads, checked afterwards. Revisions make that linear work: what a read at revision r saw must be what
//! the log of all commits, replayed to r, has.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

mod common;

use common::Random;
use putall::{Batch, Map};

/// A key that lets others go first now and then while it is compared, so that batches meet half-way.
#[derive(Clone, Copy, PartialOrd, Ord, Debug)]
struct Key(u64);

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        thread_local! {
            static COMPARED: Cell<u64> = const { Cell::new(0) };
        }
        COMPARED.set(COMPARED.get() + 1);
        if COMPARED.get().is_multiple_of(YIELDS) {
            thread::yield_now();
        }
        self.0 == other.0
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

const YIELDS: u64 = 16;

/// A commit: its revision, and what it wrote (`None`: removed).
type Commit = (u64, Vec<(Key, Option<u64>)>);

/// A read: the revision that was shown to be there before it, the one that was there after, and what it saw.
struct Read {
    from: u64,
    to: u64,
    saw: Vec<(Key, Option<u64>)>,
}

/// The state after each commit. Panics if revisions are missing or there twice.
fn replay(mut log: Vec<Commit>) -> Vec<BTreeMap<Key, u64>> {
    log.sort();
    let mut states = vec![BTreeMap::new()];
    for (number, (revision, changes)) in (1..).zip(log) {
        assert_eq!(revision, number, "each revision is one commit");
        let mut state = states.last().unwrap().clone();
        for (key, value) in changes {
            match value {
                Some(value) => state.insert(key, value),
                None => state.remove(&key),
            };
        }
        states.push(state);
    }
    states
}

/// Keys of which something else was seen than a state has: what was seen, and what it has.
fn differing(state: &BTreeMap<Key, u64>, saw: &[(Key, Option<u64>)]) -> Vec<(Key, Option<u64>, Option<u64>)> {
    let pairs = saw.iter().map(|&(key, seen)| (key, seen, state.get(&key).copied()));
    pairs.filter(|(_, seen, has)| seen != has).collect()
}

/// Writers and readers, `threads` of each, on a map of `keys` keys that is empty at first. Batches have up to `largest` keys.
fn run(seed: u64, threads: u64, commits: u64, keys: u64, largest: u64) {
    let map = Map::<Key, u64>::new();
    let start = Barrier::new(2 * threads as usize);
    let writing = AtomicU64::new(threads);
    let (mut log, mut reads) = (Vec::new(), Vec::new());
    thread::scope(|scope| {
        let mut writers = Vec::new();
        let mut readers = Vec::new();
        for number in 0..threads {
            let (map, start, writing) = (&map, &start, &writing);
            writers.push(scope.spawn(move || {
                let mut random = Random(seed * 1000 + number + 1);
                let mut log: Vec<Commit> = Vec::new();
                start.wait();
                for commit in 0..commits {
                    // Known to nobody else.
                    let value = (number << 32) + commit;
                    let mut changes = BTreeMap::new();
                    for _ in 0..=random.below(largest) {
                        let key = Key(random.below(keys));
                        changes.insert(key, (random.below(3) > 0).then_some(value));
                    }
                    let mut batch = Batch::new();
                    // In any order: batches that wait for each other.
                    let first = Key(random.below(keys));
                    let turned = changes.range(first..).chain(changes.range(..first));
                    for (&key, &change) in turned {
                        match change {
                            Some(value) => batch.insert(key, value),
                            None => batch.remove(key),
                        };
                    }
                    let before = map.revision();
                    let receipt = map.put_all(batch).unwrap();
                    assert!(
                        before < receipt.revision,
                        "a commit comes after those that were done when it began"
                    );
                    log.push((receipt.revision, changes.into_iter().collect()));
                }
                writing.fetch_sub(1, Ordering::Relaxed);
                log
            }));
            readers.push(scope.spawn(move || {
                let mut random = Random(seed * 1000 + number + 501);
                let mut reads = Vec::new();
                let mut held = Vec::new();
                start.wait();
                while writing.load(Ordering::Relaxed) > 0 {
                    match random.below(4) {
                        0 => {
                            let keys: Vec<Key> = (0..5).map(|_| Key(random.below(keys))).collect();
                            let from = map.revision();
                            let values = map.get_many(&keys);
                            reads.push(Read {
                                from,
                                to: map.revision(),
                                saw: keys.into_iter().zip(values).collect(),
                            });
                        }
                        1 => {
                            let from = map.revision();
                            let key = Key(random.below(keys));
                            let value = map.get(&key).map(|value| *value);
                            reads.push(Read { from, to: map.revision(), saw: vec![(key, value)] });
                        }
                        2 => {
                            let snapshot = map.snapshot();
                            let all: BTreeMap<_, _> =
                                snapshot.iter().map(|entry| (*entry.key, *entry.value)).collect();
                            assert_eq!(snapshot.iter().count(), all.len(), "each key is there once");
                            let saw = (0..keys).map(Key).map(|key| (key, all.get(&key).copied())).collect();
                            reads.push(Read { from: snapshot.revision(), to: snapshot.revision(), saw });
                            held.push(snapshot);
                        }
                        _ if !held.is_empty() => {
                            let snapshot = held.swap_remove(random.below(held.len() as u64) as usize);
                            let saw =
                                (0..keys).map(Key).map(|key| (key, snapshot.get(&key).copied())).collect();
                            reads.push(Read { from: snapshot.revision(), to: snapshot.revision(), saw });
                        }
                        _ => {}
                    }
                    held.truncate(6);
                    if reads.len() > 20_000 {
                        thread::yield_now();
                    }
                }
                reads
            }));
        }
        log = writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect();
        reads = readers.into_iter().flat_map(|reader| reader.join().unwrap()).collect();
    });
    let states = replay(log);
    for read in &reads {
        let Read { from, to, saw } = read;
        let fits = (*from..=*to).any(|revision| differing(&states[revision as usize], saw).is_empty());
        assert!(
            fits,
            "seed {seed}: from {from} to {to} nothing is like what was read; of {from} differ {:?}",
            differing(&states[*from as usize], saw)
        );
    }
    let all: BTreeMap<_, _> = map.snapshot().iter().map(|entry| (*entry.key, *entry.value)).collect();
    assert_eq!(&all, states.last().unwrap());
    assert_eq!(map.len(), all.len());
    assert_eq!(map.stats().kept_versions, 0);
}

#[test]
fn every_read_is_of_one_revision() {
    for seed in 1..=8 {
        run(seed, 2, 4000, 40, 8);
    }
}

#[test]
fn also_with_more_threads_than_processors() {
    for seed in 1..=4 {
        run(seed, 6, 1000, 40, 8);
    }
}

/// Batches that give up and begin again find other buckets than before.
#[test]
fn also_while_the_table_grows() {
    for seed in 1..=200 {
        run(seed, 6, 40, 400, 8);
    }
}

/// Batches of eight keys and more are written without locks, if there is no other writer just then.
#[test]
fn also_with_batches_that_want_to_be_alone() {
    for seed in 1..=20 {
        run(seed, 3, 100, 300, 60);
    }
}
