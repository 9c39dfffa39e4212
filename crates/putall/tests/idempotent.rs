//! Batches with an idempotency key: each is written once.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

use putall::fingerprint::PayloadHash;
use putall::idempotency::Settings;
use putall::{Batch, Expect, ManualClock, Map, PutError};

const LEASE: Duration = Duration::from_secs(30);
const WINDOW: Duration = Duration::from_secs(300);

fn map() -> (Map<String, u64>, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(UNIX_EPOCH + Duration::from_secs(1_700_000_000)));
    let settings = Settings { lease: LEASE, window: WINDOW };
    (Map::builder().log(100).idempotency(settings, Arc::clone(&clock)).build(), clock)
}

/// A batch that says what it is.
fn named(name: &str, pairs: &[(&str, u64)]) -> Batch<String, u64> {
    let mut batch: Batch<String, u64> = pairs.iter().map(|&(key, value)| (key.to_owned(), value)).collect();
    let payload = batch.payload_hash().unwrap();
    batch.idempotent(name.parse().unwrap(), payload);
    batch
}

#[test]
fn the_second_time_gets_the_first_receipt() {
    let (map, _) = map();
    map.insert("b".to_owned(), 0);
    let first = map.put_all(named("r", &[("a", 1), ("b", 1)])).unwrap();
    assert_eq!((first.revision, first.inserted, first.replaced), (2, 1, 1));
    // Also if the keys have been written since.
    map.remove("a");
    assert_eq!(map.put_all(named("r", &[("a", 1), ("b", 1)])).unwrap(), first);
    assert!(!map.contains_key("a"));
    assert_eq!(map.revision(), 3);
}

#[test]
fn another_payload_is_refused() {
    let (map, _) = map();
    map.put_all(named("r", &[("a", 1)])).unwrap();
    assert_eq!(map.put_all(named("r", &[("a", 2)])), Err(PutError::KeyReused));
    assert_eq!(*map.get("a").unwrap(), 1);
}

#[test]
fn one_that_is_refused_may_try_again_with_anything() {
    let (map, _) = map();
    map.insert("a".to_owned(), 0);
    let mut batch = named("r", &[("a", 1)]);
    batch.expect_each(Expect::Absent);
    assert!(matches!(map.put_all(batch), Err(PutError::Conflict(_))));
    let mut batch = named("r", &[("a", 2)]);
    batch.expect_revision(7);
    assert!(matches!(map.put_all(batch), Err(PutError::Revision { expected: 7, found: 1 })));
    assert!(map.requests().is_empty());
    assert_eq!(map.put_all(named("r", &[("a", 3)])).unwrap().revision, 2);
}

#[test]
fn a_panic_leaves_no_claim() {
    let (map, _) = map();
    let mut batch = named("r", &[("a", 1)]);
    batch.update("b".to_owned(), |_| panic!("as was asked for"));
    assert!(catch_unwind(AssertUnwindSafe(|| map.put_all(batch))).is_err());
    assert!(map.is_empty() && map.requests().is_empty());
    assert_eq!(map.put_all(named("r", &[("a", 2)])).unwrap().inserted, 1);
}

#[test]
fn one_that_is_at_work_is_told_apart() {
    let (map, clock) = map();
    let map = Arc::new(map);
    let payload = PayloadHash::of_bytes("count");
    let count = |update: Box<dyn FnOnce() + Send>| {
        let mut batch = Batch::new();
        batch.update("n".to_owned(), move |n| {
            update();
            Some(n.copied().unwrap_or(0) + 1)
        });
        batch.idempotent("r".parse().unwrap(), payload);
        batch
    };
    let other = Arc::clone(&map);
    let again = count(Box::new(|| ()));
    let batch = count(Box::new(move || {
        clock.advance(Duration::from_secs(10));
        let retry_after = Duration::from_secs(20);
        assert_eq!(other.put_all(again), Err(PutError::InProgress { retry_after }));
    }));
    map.put_all(batch).unwrap();
    assert_eq!(map.put_all(count(Box::new(|| ()))).unwrap().revision, 1);
    assert_eq!(*map.get("n").unwrap(), 1);
}

#[test]
fn who_was_at_work_for_too_long_writes_nothing() {
    let (map, clock) = map();
    let map = Arc::new(map);
    let other = Arc::clone(&map);
    let mut slow = named("r", &[]);
    slow.update("slow".to_owned(), move |_| {
        clock.advance(LEASE);
        // The client asks again, of another key's lock so that this one is not waited for.
        assert_eq!(other.put_all(named("r", &[])).unwrap().revision, 0);
        Some(1)
    });
    let Err(PutError::TakenOver(stale)) = map.put_all(slow) else { panic!("its lease had ended") };
    assert_eq!(stale.fence + 1, stale.found.unwrap());
    assert!(map.is_empty());
}

#[test]
fn records_are_forgotten_after_the_window() {
    let (map, clock) = map();
    map.put_all(named("r", &[("a", 1)])).unwrap();
    clock.advance(WINDOW - Duration::from_millis(1));
    assert_eq!(map.put_all(named("r", &[("a", 1)])).unwrap().revision, 1);
    clock.advance(Duration::from_millis(1));
    assert_eq!(map.put_all(named("r", &[("a", 1)])).unwrap().revision, 2);
}

#[test]
fn an_empty_batch_is_remembered_too() {
    let (map, _) = map();
    let first = map.put_all(named("r", &[])).unwrap();
    map.insert("a".to_owned(), 1);
    assert_eq!(map.put_all(named("r", &[])).unwrap(), first);
    assert_eq!(map.put_all(named("r", &[("a", 2)])), Err(PutError::KeyReused));
}

#[test]
fn a_replica_remembers_what_was_done_at_the_origin() {
    let origin = Map::<String, u64>::builder().log(10).build();
    let receipt = origin.put_all(named("r", &[("a", 1)])).unwrap();
    let replica = Map::<String, u64>::new();
    let record = origin.subscribe(0).unwrap().try_next().unwrap().unwrap();
    replica.replay(&record).unwrap();
    assert_eq!(replica.put_all(named("r", &[("a", 1)])).unwrap(), receipt);
    assert_eq!(replica.put_all(named("r", &[("a", 2)])), Err(PutError::KeyReused));
}

#[test]
fn the_log_has_what_a_batch_is_known_by() {
    let (map, _) = map();
    let mut batch = named("r", &[("b", 1), ("a", 2)]);
    batch.trace_id("trace");
    map.put_all(batch).unwrap();
    let record = map.subscribe(0).unwrap().try_next().unwrap().unwrap();
    // printf 'abtrace' | sha256sum
    let expected = "251f792ddcce04cf366e02803cf30f14195a03f5cde6c807b63f4ec2b3c0dbc9";
    assert_eq!(record.fingerprint().to_string(), expected);
    let (key, payload) = record.idempotency.clone().unwrap();
    assert_eq!((key.as_str(), payload), ("r", record.payload_hash()));
}

/// Threads that send the same requests, as clients do that retry: each request is written once, and whoever has a receipt
/// finds the data.
#[test]
fn many_senders_of_the_same_requests() {
    const REQUESTS: u64 = 200;
    let map = Map::<u64, u64>::builder().log(1000).build();
    let start = Barrier::new(4);
    let receipts: Vec<BTreeMap<u64, u64>> = thread::scope(|scope| {
        let senders: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    let send = |request: u64| loop {
                        let mut batch = Batch::new();
                        batch
                            .update(0, |sum| Some(sum.copied().unwrap_or(0) + 1))
                            .insert(1 + request, request);
                        let payload = PayloadHash::of_bytes(request.to_be_bytes());
                        batch.idempotent(format!("request-{request}").parse().unwrap(), payload);
                        match map.put_all(batch) {
                            Ok(receipt) => break receipt.revision,
                            Err(PutError::InProgress { .. }) => thread::yield_now(),
                            Err(error) => panic!("{error}"),
                        }
                    };
                    (0..REQUESTS)
                        .map(|request| {
                            let revision = send(request);
                            assert!(map.revision() >= revision);
                            assert_eq!(*map.get(&(1 + request)).unwrap(), request);
                            (request, revision)
                        })
                        .collect()
                })
            })
            .collect();
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    });
    assert!(receipts.windows(2).all(|pair| pair[0] == pair[1]), "all get the same receipts");
    assert_eq!(*map.get(&0).unwrap(), REQUESTS);
    assert_eq!(map.revision(), REQUESTS);
}
