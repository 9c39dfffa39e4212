//! The operation log: replayed, it makes the same map; followed, it gives whole batches in order, each once.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use putall::{Batch, Lagged, Map, PutError};

type State = BTreeMap<u64, (u64, u64)>;

fn state(map: &Map<u64, u64>) -> State {
    map.snapshot().iter().map(|entry| (*entry.key, (*entry.value, entry.version))).collect()
}

/// Writes batches of inserts and removals, from several threads.
fn write(map: &Map<u64, u64>, threads: u64, commits: u64) {
    thread::scope(|scope| {
        for number in 0..threads {
            scope.spawn(move || {
                for commit in 0..commits {
                    let mut batch = Batch::new();
                    for step in 0..5 {
                        let key = (commit * 7 + number * 3 + step * 11) % 50;
                        if (commit + step) % 4 == 0 {
                            batch.remove(key);
                        } else {
                            batch.insert(key, commit);
                        }
                    }
                    batch.trace_id(format!("thread {number}"));
                    map.put_all(batch).unwrap();
                }
            });
        }
    });
}

#[test]
fn replayed_from_any_revision_it_makes_the_same_map() {
    let map = Map::builder().log(10_000).build();
    write(&map, 2, 100);
    let middle = map.snapshot();
    write(&map, 2, 100);

    // From the beginning.
    let copy = Map::new();
    let mut records = map.subscribe(0).unwrap();
    while let Some(record) = records.try_next().unwrap() {
        assert!(record.trace_id.as_ref().unwrap().starts_with("thread"));
        copy.replay(&record).unwrap();
    }
    assert_eq!(state(&copy), state(&map));
    assert_eq!(copy.revision(), map.revision());

    // From a snapshot on: keys that were not written since have other versions, those that were have the same.
    let copy = Map::builder().revision(middle.revision() - 1).build();
    copy.put_all(middle.iter().map(|entry| (*entry.key, *entry.value)).collect::<Batch<_, _>>()).unwrap();
    let mut records = map.subscribe(middle.revision()).unwrap();
    while let Some(record) = records.try_next().unwrap() {
        copy.replay(&record).unwrap();
    }
    let values = |map| state(map).into_iter().map(|(key, (value, _))| (key, value)).collect::<Vec<_>>();
    assert_eq!(values(&copy), values(&map));

    // Not one that is not next.
    let record = map.subscribe(7).unwrap().try_next().unwrap().unwrap();
    assert_eq!(copy.replay(&record), Err(PutError::Revision { expected: 7, found: map.revision() }));
}

#[test]
fn each_record_says_what_was_there_before() {
    let map = Map::builder().log(10).build();
    map.put_all([(1, 10), (2, 20)]).unwrap();
    let mut batch = Batch::new();
    // Twice the same key is one change, and removing what is not there is none.
    batch.insert(1, 11).insert(1, 12).remove(2).remove(3).insert(4, 40);
    map.put_all(batch).unwrap();
    let record = map.subscribe(1).unwrap().try_next().unwrap().unwrap();
    let mut changes: Vec<_> = record.changes.iter().map(|c| (c.key, c.value, c.before)).collect();
    changes.sort();
    assert_eq!(changes, [(1, Some(12), Some(1)), (2, None, Some(1)), (4, Some(40), None)]);
}

#[test]
fn a_subscriber_gets_whole_batches_in_order_and_can_resume() {
    let map = Map::builder().log(10_000).build();
    let (map, seen) = (&map, 400);
    thread::scope(|scope| {
        let follower = scope.spawn(move || {
            let mut last = 0;
            // Again and again from where it was.
            while last < seen {
                let mut records = map.subscribe(last).unwrap();
                for _ in 0..10 {
                    if let Some(record) = records.next_timeout(Duration::from_secs(60)).unwrap() {
                        assert_eq!(record.revision, last + 1);
                        last = record.revision;
                    }
                    if last == seen {
                        break;
                    }
                }
                assert_eq!(records.revision(), last);
            }
        });
        write(map, 4, 100);
        follower.join().unwrap();
    });
}

#[test]
fn who_is_too_late_is_told() {
    let map = Map::builder().log(10).build();
    for number in 0..100_u64 {
        map.insert(number % 3, number);
    }
    let mut records = map.subscribe(0).unwrap();
    let lagged = records.try_next().unwrap_err();
    assert_eq!(lagged, Lagged { wanted: 1, oldest: 91 });
    assert_eq!(
        lagged.to_string(),
        "the log no longer has revision 1, the oldest is 91: take a snapshot and go on from its revision"
    );
    assert_eq!(map.subscribe(90).unwrap().try_next().unwrap().unwrap().revision, 91);
    assert!(map.subscribe(100).unwrap().next_timeout(Duration::from_millis(1)).unwrap().is_none());
    assert!(Map::<u64, u64>::new().subscribe(0).is_none());
}

#[test]
fn a_batch_that_did_nothing_is_replayed_too() {
    let origin = Map::<&str, u64>::builder().log(10).build();
    let mut batch = Batch::new();
    batch.remove("not there");
    assert_eq!(origin.put_all(batch).unwrap().revision, 1);
    origin.insert("a", 1);
    let replica = Map::builder().log(10).build();
    let mut records = origin.subscribe(0).unwrap();
    while let Some(record) = records.try_next().unwrap() {
        replica.replay(&record).unwrap();
        assert_eq!(
            replica.replay(&record).unwrap_err(),
            PutError::Revision { expected: record.revision - 1, found: record.revision }
        );
    }
    assert_eq!((replica.revision(), replica.get("a").as_deref()), (2, Some(&1)));
    assert_eq!(replica.subscribe(0).unwrap().try_next().unwrap().unwrap().changes, []);
}
