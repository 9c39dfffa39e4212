//! Batches that wait for the disk together.

use std::io::ErrorKind;
use std::sync::Arc;
use std::thread;

use super::liar::{Fail, Image, Liar};
use super::{Small, SyncMode, open};
use crate::durable::{DurableError, WriteError};
use crate::{Batch, PutError};

/// Keys in a batch: as many as one has that would rather be alone, if it had not to wait for the disk.
const KEYS: u8 = 10;

fn keys(thread: u8) -> impl Iterator<Item = u8> {
    (0..KEYS).map(move |key| thread * KEYS + key)
}

/// A batch of a thread: keys of its own.
fn batch(thread: u8) -> Batch<u8, u32> {
    keys(thread).map(|key| (key, 1)).collect()
}

/// How many threads' batches there are. Each is there as a whole.
fn whole(map: &Small, threads: u8) -> u64 {
    let mut there = 0;
    for thread in 0..threads {
        let keys: Vec<u8> = keys(thread).collect();
        let found = map.get_many(&keys).into_iter().flatten().count();
        assert!(found == 0 || found == keys.len(), "{found} keys");
        there += u64::from(found > 0);
    }
    there
}

/// Starts a thread for each batch while the disk stands still, until one is being synced and the others wait.
fn together<T>(
    disk: &Arc<Liar>,
    map: &Small,
    threads: u8,
    meanwhile: impl FnOnce(),
    put: impl Fn(u8) -> T + Sync,
) -> Vec<T>
where
    T: Send,
{
    disk.hold(true);
    let put = &put;
    thread::scope(|scope| {
        let first = scope.spawn(move || put(0));
        while !disk.is_waited_for() {
            thread::yield_now();
        }
        let others: Vec<_> = (1..threads).map(|thread| scope.spawn(move || put(thread))).collect();
        while map.queued() < usize::from(threads) - 1 {
            thread::yield_now();
        }
        meanwhile();
        disk.hold(false);
        [first].into_iter().chain(others).map(|thread| thread.join().unwrap()).collect()
    })
}

const THREADS: u8 = 5;

#[test]
fn is_synced_once_and_seen_after() {
    let disk = Liar::new(Image::new());
    let map = open(&disk, SyncMode::Group).unwrap();
    let before = disk.ops();
    let nobody_sees = || {
        assert_eq!((map.revision(), map.len(), whole(&map, THREADS)), (0, 0, 0));
    };
    let receipts = together(&disk, &map, THREADS, nobody_sees, |thread| map.put_all(batch(thread)).unwrap());
    let mut revisions: Vec<_> = receipts.iter().map(|receipt| receipt.revision).collect();
    revisions.sort_unstable();
    assert_eq!(revisions, [1, 2, 3, 4, 5]);
    assert_eq!(whole(&map, THREADS), 5);
    // For the first, and for the others.
    let (after, synced) = (disk.ops(), disk.syncs(before));
    assert_eq!(disk.syncs(after) - synced, 2);
    drop(map);

    // Wherever it is cut: the first, then some of the others in the order of their revisions, each as a whole.
    let mut found = Vec::new();
    for cut in before..=after {
        for image in disk.crashes(cut) {
            let map = open(&Liar::new(image), SyncMode::Group).unwrap();
            let revision = map.revision();
            assert_eq!(whole(&map, THREADS), revision);
            let least = [0, 1, 5][disk.syncs(cut) - synced];
            assert!(revision >= least, "cut at {cut}: {revision}");
            found.push(revision);
        }
    }
    for revision in 0..=5 {
        assert!(found.contains(&revision), "none was cut after {revision}");
    }
}

#[test]
fn one_sync_for_each_if_that_is_asked_for() {
    let disk = Liar::new(Image::new());
    let map = open(&disk, SyncMode::Each).unwrap();
    let before = disk.ops();
    together(&disk, &map, THREADS, || {}, |thread| map.put_all(batch(thread)).unwrap());
    assert_eq!(disk.syncs(disk.ops()) - disk.syncs(before), usize::from(THREADS));
}

#[test]
fn that_fails_leaves_nothing_to_see() {
    let disk = Liar::new(Image::new());
    let map = open(&disk, SyncMode::Group).unwrap();
    map.insert(200, 7).unwrap();
    // The write succeeds, the sync does not.
    disk.fail(Some(Fail { at: disk.tries() + 1, on: false, kind: ErrorKind::Other }));
    let results = together(&disk, &map, THREADS, || {}, |thread| map.put_all(batch(thread)));
    let in_doubt =
        |error: &DurableError<u8>| matches!(error, DurableError::Write(WriteError::InDoubt { kept: 1, .. }));
    let stopped =
        |error: &DurableError<u8>| matches!(error, DurableError::Write(WriteError::Stopped { kept: 1, .. }));
    let errors: Vec<_> = results.into_iter().map(Result::unwrap_err).collect();
    assert_eq!(errors.iter().filter(|error| in_doubt(error)).count(), 1);
    assert_eq!(errors.iter().filter(|error| stopped(error)).count(), 4);
    assert_eq!((whole(&map, THREADS), map.len(), map.revision()), (0, 1, 1));
    drop(map);
    // What was in doubt has come through, here; the others never began.
    let map = open(&disk, SyncMode::Group).unwrap();
    assert_eq!((whole(&map, THREADS), map.revision()), (1, 2));
}

#[test]
fn expectations_are_of_what_is_before_in_the_log() {
    let disk = Liar::new(Image::new());
    let map = open(&disk, SyncMode::Group).unwrap();
    let receipts = {
        disk.hold(true);
        thread::scope(|scope| {
            let first = scope.spawn(|| map.put_all([(1, 1)]));
            while !disk.is_waited_for() {
                thread::yield_now();
            }
            // The one that fits what is before it in the log, and one that fits what readers see now.
            let fits = scope.spawn(|| map.put_all(Batch::from([(2, 2)]).expecting(1)));
            while map.queued() < 1 {
                thread::yield_now();
            }
            let late = scope.spawn(|| {
                let result = map.put_all(Batch::from([(3, 3)]).expecting(0));
                (result, map.revision())
            });
            disk.hold(false);
            assert_eq!(first.join().unwrap().unwrap().revision, 1);
            (fits.join().unwrap(), late.join().unwrap())
        })
    };
    assert_eq!(receipts.0.unwrap().revision, 2);
    let (late, seen) = receipts.1;
    let Err(DurableError::Put(PutError::Revision { expected: 0, found })) = late else { panic!("{late:?}") };
    assert!(found > 0 && seen >= found, "whoever is told of a revision finds it");
}

trait Expecting {
    fn expecting(self, revision: u64) -> Self;
}

impl Expecting for Batch<u8, u32> {
    fn expecting(mut self, revision: u64) -> Self {
        self.expect_revision(revision);
        self
    }
}

#[test]
fn keys_are_locked_until_the_disk_has_them() {
    let disk = Liar::new(Image::new());
    let map = open(&disk, SyncMode::Group).unwrap();
    let add = |by: u32| map.update(1, move |value| Some(value.copied().unwrap_or(0) + by)).map(drop).unwrap();
    disk.hold(true);
    thread::scope(|scope| {
        scope.spawn(|| add(1));
        while !disk.is_waited_for() {
            thread::yield_now();
        }
        scope.spawn(|| add(10));
        scope.spawn(|| add(100));
        assert!(map.get(&1).is_none());
        disk.hold(false);
    });
    assert_eq!(*map.get(&1).unwrap(), 111);
}

#[test]
fn of_keys_in_common_come_one_after_the_other() {
    const BATCHES: u32 = 150;
    for mode in [SyncMode::Group, SyncMode::Each, SyncMode::None] {
        let disk = Liar::new(Image::new());
        let map = open(&disk, mode).unwrap();
        thread::scope(|scope| {
            for thread in 0..4 {
                let map = &map;
                scope.spawn(move || {
                    for number in 0..BATCHES {
                        let mut batch = Batch::new();
                        // In another order each time, so that they meet in all ways; and a key of its own.
                        for step in 0..9 {
                            let key = ((step * (1 + thread) + number) % 9) as u8;
                            batch.update(key, |value| Some(value.map_or(1, |value| value + 1)));
                        }
                        batch.insert(100 + thread as u8, number);
                        map.put_all(batch).unwrap();
                        if number % 50 == 7 {
                            map.checkpoint().unwrap();
                        }
                        if number % 50 == 17 {
                            map.sync().unwrap();
                        }
                    }
                });
            }
        });
        let before = super::contents(&map);
        assert_eq!(map.revision(), 4 * u64::from(BATCHES));
        // Of the first nine, each is counted once by each step.
        let sum: u32 = (0..9).map(|key| before[&key].0).sum();
        assert_eq!(sum, 4 * 9 * BATCHES);
        drop(map);
        let map = open(&disk, mode).unwrap();
        assert_eq!((super::contents(&map), map.revision()), (before, 4 * u64::from(BATCHES)));
    }
}
