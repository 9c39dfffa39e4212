//! Histories of many threads, checked afterwards. Revisions make that linear work: what a read at revision r saw must be what
//! the log of all commits, replayed to r, has.

use std::collections::BTreeMap;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use putall::{Batch, Map};

const KEYS: u64 = 40;

/// Random numbers (xorshift64*, Vigna 2016).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % limit
    }
}

/// A commit: its revision, and what it wrote (`None`: removed).
type Commit = (u64, Vec<(u64, Option<u64>)>);

/// A read: the revision that was shown to be there before it, the one that was there after, and what it saw.
struct Read {
    from: u64,
    to: u64,
    saw: Vec<(u64, Option<u64>)>,
}

/// The state after each commit. Panics if revisions are missing or there twice.
fn replay(mut log: Vec<Commit>) -> Vec<BTreeMap<u64, u64>> {
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

fn saw(state: &BTreeMap<u64, u64>, saw: &[(u64, Option<u64>)]) -> bool {
    saw.iter().all(|(key, value)| state.get(key) == value.as_ref())
}

fn run(seed: u64, threads: u64, commits: u64) {
    let map = Map::<u64, u64>::new();
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
                    for _ in 0..=random.below(8) {
                        let key = random.below(KEYS);
                        changes.insert(key, (random.below(3) > 0).then_some(value));
                    }
                    let mut batch = Batch::new();
                    // In any order: batches that wait for each other.
                    let first = random.below(KEYS);
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
                            let keys: Vec<u64> = (0..5).map(|_| random.below(KEYS)).collect();
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
                            let key = random.below(KEYS);
                            let value = map.get(&key).map(|value| *value);
                            reads.push(Read { from, to: map.revision(), saw: vec![(key, value)] });
                        }
                        2 => {
                            let snapshot = map.snapshot();
                            let all: BTreeMap<_, _> =
                                snapshot.iter().map(|entry| (*entry.key, *entry.value)).collect();
                            let saw = (0..KEYS).map(|key| (key, all.get(&key).copied())).collect();
                            reads.push(Read { from: snapshot.revision(), to: snapshot.revision(), saw });
                            held.push(snapshot);
                        }
                        _ if !held.is_empty() => {
                            let snapshot = held.swap_remove(random.below(held.len() as u64) as usize);
                            let saw = (0..KEYS).map(|key| (key, snapshot.get(&key).copied())).collect();
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
        let fits = (read.from..=read.to).any(|revision| saw(&states[revision as usize], &read.saw));
        assert!(fits, "seed {seed}: from {} to {} nothing is like {:?}", read.from, read.to, read.saw);
    }
    let all: BTreeMap<_, _> = map.snapshot().iter().map(|entry| (*entry.key, *entry.value)).collect();
    assert_eq!(&all, states.last().unwrap());
    assert_eq!(map.len(), all.len());
    assert_eq!(map.stats().kept_versions, 0);
}

#[test]
fn every_read_is_of_one_revision() {
    for seed in 1..=8 {
        run(seed, 2, 4000);
    }
}

#[test]
fn also_with_more_threads_than_processors() {
    for seed in 1..=4 {
        run(seed, 6, 1000);
    }
}
