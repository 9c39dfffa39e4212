//! A durable map as its users have it, on a real disk.

use std::collections::BTreeMap;
use std::fs;
use std::hash::BuildHasherDefault;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use putall::durable::{Durable, DurableError, Malformed, OpenError, Stored, SyncMode};
use putall::fingerprint::CanonicalBytes;
use putall::{Batch, Expect, Map, PutError};

/// A folder of a test, empty, and gone after it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("durable-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Folder(path)
    }

    fn open(&self) -> Durable<String, u64> {
        Durable::open(&self.0).unwrap()
    }

    /// Files of the log and checkpoints.
    fn files(&self) -> Vec<String> {
        let names =
            fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.filter(|name| name != "lock").collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

type State = BTreeMap<String, (u64, u64)>;

fn state(map: &Durable<String, u64>) -> State {
    map.snapshot().iter().map(|entry| (entry.key.clone(), (*entry.value, entry.version))).collect()
}

fn key(number: u64) -> String {
    format!("key-{number}")
}

#[test]
fn is_there_again_with_its_versions() {
    let folder = Folder::new("again");
    let map = folder.open();
    assert_eq!(map.recovered().revision, 0);
    map.put_all([(key(1), 10), (key(2), 20)]).unwrap();
    assert!(map.insert(key(3), 30).unwrap().is_none());
    assert_eq!(map.insert(key(1), 11).unwrap().unwrap(), 10);
    assert_eq!(map.remove(key(2).as_str()).unwrap().unwrap(), 20);
    assert!(map.remove("nobody").unwrap().is_none());
    assert_eq!(map.update(key(3), |value| value.map(|value| value + 1)).unwrap().unwrap(), 30);
    // A commit that changes nothing is one all the same.
    let mut batch = Batch::new();
    batch.remove(key(9));
    assert_eq!(map.put_all(batch).unwrap().revision, 6);
    let (before, revision) = (state(&map), map.revision());
    map.close().unwrap();

    for round in 0..3 {
        let map = folder.open();
        assert_eq!((state(&map), map.revision()), (before.clone(), revision), "round {round}");
        assert_eq!(map.len(), 2);
        assert_eq!(map.recovered().cut, None);
        if round == 1 {
            assert_eq!(map.checkpoint().unwrap().revision, revision);
        }
        assert_eq!(map.recovered().batches, if round < 2 { 6 } else { 0 });
    }
    // Expectations of versions go on to hold.
    let map = folder.open();
    let mut batch = Batch::new();
    batch.insert_if(key(1), 12, Expect::Version(3)).insert_if(key(2), 1, Expect::Absent).expect_revision(6);
    assert_eq!(map.put_all(batch).unwrap().revision, 7);
}

#[test]
fn what_does_not_fit_is_not_in_the_log() {
    let folder = Folder::new("refused");
    let map = folder.open();
    map.insert(key(1), 1).unwrap();
    let mut batch = Batch::from([(key(1), 2), (key(2), 2)]);
    batch.expect_each(Expect::Absent);
    let error = map.put_all(batch).unwrap_err();
    assert!(matches!(error, DurableError::Put(PutError::Conflict(_))), "{error}");
    let mut batch = Batch::from([(key(2), 2)]);
    batch.expect_revision(7);
    let error = map.put_all(batch).unwrap_err();
    assert_eq!(error.to_string(), "nothing was written: the map is at revision 1, expected 7");
    drop(map);
    assert_eq!(state(&folder.open()), State::from([(key(1), (1, 1))]));
}

/// A value that cannot be written if it is odd.
#[derive(Clone, PartialEq, Debug)]
struct Even(u64);

impl CanonicalBytes for Even {
    fn write_to(&self, out: &mut Vec<u8>) {
        out.push(7);
        assert!(self.0.is_multiple_of(2), "as was asked for");
        self.0.write_to(out);
    }
}

impl Stored for Even {
    fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        let number = bytes.strip_prefix(&[7]).ok_or(Malformed::not("even number"))?;
        u64::from_bytes(number).map(Even)
    }
}

#[test]
fn a_panic_while_it_is_written_leaves_nothing() {
    let folder = Folder::new("panic");
    let map: Durable<u64, Even> = Durable::open(&folder.0).unwrap();
    map.insert(1, Even(0)).unwrap();
    let batch = (0..20).map(|key| (key, Even(if key == 13 { 13 } else { 2 }))).collect::<Batch<_, _>>();
    let panicked = catch_unwind(AssertUnwindSafe(|| map.put_all(batch).map(|_| ())));
    assert!(panicked.is_err());
    assert_eq!((map.len(), map.revision()), (1, 1));
    // No key is locked, and the log goes on.
    for key in 0..20 {
        map.insert(key, Even(4)).unwrap();
    }
    drop(map);
    let map: Durable<u64, Even> = Durable::open(&folder.0).unwrap();
    assert_eq!((map.len(), map.revision()), (20, 21));
    assert!((0..20).all(|key| *map.get(&key).unwrap() == Even(4)));
}

#[test]
fn one_map_at_a_time_has_a_folder() {
    let folder = Folder::new("locked");
    let map = folder.open();
    map.insert(key(1), 1).unwrap();
    let error = Durable::<String, u64>::open(&folder.0).unwrap_err();
    let OpenError::Locked(path) = &error else { panic!("{error}") };
    assert_eq!(path, &folder.0);
    assert!(error.to_string().contains("is open already"), "{error}");
    map.insert(key(2), 2).unwrap();
    drop(map);
    assert_eq!(folder.open().len(), 2);
}

#[test]
fn a_folder_that_cannot_be_is_told() {
    let folder = Folder::new("file");
    fs::create_dir_all(&folder.0).unwrap();
    let file = folder.0.join("file");
    fs::write(&file, "").unwrap();
    let error = Durable::<String, u64>::open(file.join("folder")).unwrap_err();
    assert!(matches!(error, OpenError::Failed(_)), "{error}");
    // Folders within folders are made.
    let map: Durable<String, u64> = Durable::open(folder.0.join("a/b/c")).unwrap();
    map.insert(key(1), 1).unwrap();
}

#[test]
fn settings_are_those_of_the_map() {
    let folder = Folder::new("settings");
    type Hasher = BuildHasherDefault<std::hash::DefaultHasher>;
    let open = || -> Durable<Arc<str>, Option<(u32, bool)>, Hasher> {
        let builder = Map::builder().capacity(5000).log(100).hasher(Hasher::default());
        builder.durable(&folder.0).sync(SyncMode::None).open().unwrap()
    };
    let map = open();
    let plain: Map<u64, u64> = Map::builder().capacity(5000).build();
    assert_eq!(map.stats().buckets, plain.stats().buckets);
    let mut batch = Batch::from([("a".into(), Some((1, true))), ("b".into(), None)]);
    batch.trace_id("trace");
    map.put_all(batch).unwrap();
    let record = map.subscribe(0).unwrap().try_next().unwrap().unwrap();
    assert_eq!((record.revision, record.changes.len(), record.trace_id.as_deref()), (1, 2, Some("trace")));
    assert_eq!(map.sync().unwrap(), 1);
    drop(map);

    let map = open();
    assert_eq!(map.get_many(["a", "b", "c"]), [Some(Some((1, true))), Some(None), None]);
    // The log of who subscribes begins with what comes now.
    assert!(map.subscribe(0).unwrap().try_next().is_err());
    let mut records = map.subscribe(1).unwrap();
    assert!(records.try_next().unwrap().is_none());
    map.remove("a").unwrap();
    let record = records.try_next().unwrap().unwrap();
    assert_eq!((record.revision, record.changes[0].before), (2, Some(1)));
}

#[test]
fn checkpoints_are_written_while_others_write() {
    const THREADS: u64 = 4;
    const BATCHES: u64 = 300;
    let folder = Folder::new("checkpoints");
    let open = |after: u64| -> Durable<String, u64> {
        // Nothing is synced but checkpoints, or the test would be about the disk.
        Map::builder().durable(&folder.0).sync(SyncMode::None).checkpoint_after(after).open().unwrap()
    };
    let map = open(20_000);
    thread::scope(|scope| {
        let done = Arc::new(AtomicBool::new(false));
        let writers: Vec<_> = (0..THREADS)
            .map(|thread| {
                let map = &map;
                scope.spawn(move || {
                    for batch in 0..BATCHES {
                        // Some keys are this thread's, some are everybody's.
                        let own = (0..5).map(|step| (key(1000 * (thread + 1) + (batch + step) % 40), batch));
                        let shared = (0..5).map(|step| (key((batch * 3 + step) % 20), batch));
                        map.put_all(own.chain(shared).collect::<Batch<_, _>>()).unwrap();
                    }
                })
            })
            .collect();
        let asks = {
            let (map, done) = (&map, Arc::clone(&done));
            scope.spawn(move || {
                let mut last = 0;
                while !done.load(Ordering::Relaxed) {
                    let revision = map.checkpoint().unwrap().revision;
                    assert!(revision >= last);
                    last = revision;
                }
            })
        };
        writers.into_iter().for_each(|writer| writer.join().unwrap());
        done.store(true, Ordering::Relaxed);
        asks.join().unwrap();
    });
    assert_eq!(map.revision(), THREADS * BATCHES);
    let before = state(&map);
    assert!(map.status().checkpoint.is_some());
    assert!(map.status().checkpoint_failed.is_none());
    drop(map);
    let map = open(u64::MAX);
    assert_eq!((state(&map), map.revision()), (before.clone(), THREADS * BATCHES));
    assert!(map.recovered().checkpoint.is_some());
    map.checkpoint().unwrap();
    assert_eq!(folder.files().len(), 2, "{:?}", folder.files());
    assert_eq!(state(&map), before);
}

#[test]
fn a_checkpoint_comes_by_itself() {
    let folder = Folder::new("by-itself");
    let map: Durable<u64, Vec<u8>> =
        Map::builder().durable(&folder.0).sync(SyncMode::None).checkpoint_after(10_000).open().unwrap();
    let mut number = 0;
    while map.status().checkpoint.is_none() {
        map.insert(number % 10, vec![7; 100]).unwrap();
        number += 1;
    }
    drop(map);
    let map: Durable<u64, Vec<u8>> = Durable::open(&folder.0).unwrap();
    assert_eq!(map.revision(), number);
    assert!(map.recovered().checkpoint.unwrap().keys <= 10);
}

#[test]
fn modes_can_change_from_time_to_time() {
    let folder = Folder::new("modes");
    let modes = [SyncMode::None, SyncMode::Each, SyncMode::Group, SyncMode::None];
    for (round, mode) in (0..).zip(modes) {
        let map = Map::builder().durable(&folder.0).sync(mode).checkpoint_after(None).open().unwrap();
        assert_eq!(state(&map).len(), round);
        map.insert(key(round as u64), 1).unwrap();
        map.close().unwrap();
    }
    assert_eq!(folder.open().len(), 4);
}

#[test]
fn many_keys_in_one_batch_and_long_values() {
    let folder = Folder::new("large");
    let map: Durable<u64, String> = Durable::open(&folder.0).unwrap();
    let long = "x".repeat(300_000);
    map.put_all(
        (0..20_000).map(|key| (key, key.to_string())).chain([(7, long.clone())]).collect::<Batch<_, _>>(),
    )
    .unwrap();
    assert_eq!(map.checkpoint().unwrap().keys, 20_000);
    map.put_all((0..20_000).map(|key| (key + 10_000, key.to_string())).collect::<Batch<_, _>>()).unwrap();
    drop(map);
    let map: Durable<u64, String> = Durable::open(&folder.0).unwrap();
    assert_eq!(map.len(), 30_000);
    assert_eq!(*map.get(&7).unwrap(), long);
    assert_eq!((map.get(&9999).unwrap().version(), map.get(&10_000).unwrap().version()), (1, 2));
}

#[test]
fn a_batch_is_written_once_whenever_it_is_sent() {
    let folder = Folder::new("once");
    let send = |map: &Durable<String, u64>, request: &str, value: u64| {
        let mut batch = Batch::from([(key(1), value), (key(2), value)]);
        let payload = batch.payload_hash().unwrap();
        batch.idempotent(request.parse().unwrap(), payload);
        map.put_all(batch)
    };
    let map = folder.open();
    let first = send(&map, "first", 1).unwrap();
    let second = send(&map, "second", 2).unwrap();
    assert_eq!((first.inserted, second.replaced), (2, 2));
    assert_eq!(send(&map, "first", 1).unwrap(), first);
    let error = send(&map, "second", 3).unwrap_err();
    assert!(matches!(error, DurableError::Put(PutError::KeyReused)), "{error}");
    assert_eq!((map.revision(), map.requests().len()), (2, 2));
    map.checkpoint().unwrap();
    let third = send(&map, "third", 3).unwrap();
    drop(map);
    // From a checkpoint and the log, then from a checkpoint.
    for round in 0..3 {
        let map = folder.open();
        for (request, value, receipt) in [("first", 1, first), ("second", 2, second), ("third", 3, third)] {
            assert_eq!(send(&map, request, value).unwrap(), receipt, "round {round}");
        }
        assert_eq!((map.revision(), *map.get(&key(1)).unwrap()), (3, 3));
        if round == 1 {
            map.checkpoint().unwrap();
        }
    }
}
