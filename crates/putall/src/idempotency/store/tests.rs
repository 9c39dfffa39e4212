use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::UNIX_EPOCH;

use proptest::prelude::*;

use super::super::timeline::SLACK;
use super::*;

fn at(millis: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(millis)
}

fn key(number: usize) -> IdempotencyKey {
    IdempotencyKey::new(format!("key-{number}")).unwrap()
}

fn payload(number: u8) -> PayloadHash {
    PayloadHash::new([number; 32])
}

fn claimed<R: fmt::Debug>(outcome: Outcome<R>) -> Claim {
    match outcome {
        Outcome::Claimed(claim) => claim,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_receipt_is_there_for_one_window() {
    let store = Store::new();
    let claim = claimed(store.claim(&key(0), payload(0), at(0)));
    store.complete(claim, "receipt", at(10_000)).unwrap();
    assert_eq!(store.claim(&key(0), payload(0), at(309_999)), Outcome::Replay("receipt"));
    assert_eq!(claimed(store.claim(&key(0), payload(0), at(310_000))).fence(), 2);
}

#[test]
fn a_lease_that_ended_can_be_completed_until_it_is_taken_over() {
    let store = Store::new();
    let slow = claimed(store.claim(&key(0), payload(0), at(0)));
    assert_eq!(store.complete(slow, "slow", at(40_000)), Ok(()));

    let slow = claimed(store.claim(&key(1), payload(0), at(0)));
    let next = claimed(store.claim(&key(1), payload(0), at(40_000)));
    let stale = StaleClaim { fence: slow.fence(), found: Some(next.fence()) };
    assert_eq!(store.release(slow, at(40_001)), Err(stale));
    assert_eq!(store.complete(next, "next", at(40_002)), Ok(()));
}

#[test]
fn what_a_stale_owner_does_changes_nothing() {
    let store = Store::new();
    let slow = claimed(store.claim(&key(0), payload(0), at(0)));
    let next = claimed(store.claim(&key(0), payload(0), at(30_000)));
    store.complete(next, "next", at(30_000)).unwrap();
    let error = store.complete(slow, "slow", at(30_000)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the claim with fence 1 was taken over after its lease by one with fence 2"
    );
    assert_eq!(store.claim(&key(0), payload(0), at(30_000)), Outcome::Replay("next"));

    // Nor when it is forgotten: fences go on rising.
    let slow = claimed(store.claim(&key(1), payload(0), at(0)));
    let next = claimed(store.claim(&key(1), payload(0), at(600_000)));
    assert!(slow.fence() < next.fence());
    store.release(next, at(600_000)).unwrap();
    assert_eq!(store.complete(slow, "slow", at(600_000)).unwrap_err().found, None);
}

#[test]
fn another_payload_is_refused_while_there_is_a_record() {
    let store = Store::<()>::new();
    let claim = claimed(store.claim(&key(0), payload(0), at(0)));
    assert_eq!(store.claim(&key(0), payload(1), at(0)), Outcome::Mismatch);
    assert_eq!(store.claim(&key(0), payload(1), at(299_999)), Outcome::Mismatch);
    store.release(claim, at(299_999)).unwrap();
    let _ = claimed(store.claim(&key(0), payload(1), at(299_999)));
}

/// The clock is set back by a day. The lease ends thirty seconds after, not a day after.
#[test]
fn a_clock_that_is_set_back_makes_no_lease_longer() {
    const DAY: u64 = 86_400_000;
    let store = Store::<()>::with_shards(Settings::default(), 1);
    let _ = claimed(store.claim(&key(0), payload(0), at(DAY)));
    let retry_after = Duration::from_secs(30);
    assert_eq!(store.claim(&key(0), payload(0), at(0)), Outcome::InProgress { retry_after });
    let _ = claimed(store.claim(&key(0), payload(0), at(30_000)));
}

#[test]
fn a_lease_may_be_longer_than_the_window() {
    let settings = Settings { lease: Duration::from_secs(60), window: Duration::ZERO };
    let store = Store::with_settings(settings);
    let claim = claimed(store.claim(&key(0), payload(0), at(0)));
    assert!(matches!(store.claim(&key(0), payload(0), at(59_999)), Outcome::InProgress { .. }));
    assert_eq!(store.complete(claim, (), at(59_999)), Ok(()));
}

#[test]
fn no_time_is_too_long() {
    let store = Store::<()>::with_settings(Settings { lease: Duration::MAX, window: Duration::MAX });
    let _ = claimed(store.claim(&key(0), payload(0), at(0)));
    assert!(matches!(store.claim(&key(0), payload(0), at(u64::MAX / 4)), Outcome::InProgress { .. }));
}

/// A million keys, one each millisecond, of which some are never completed: no more are ever held than come in one window.
#[test]
fn holds_one_window() {
    let window = Duration::from_secs(10);
    let store = Store::with_settings(Settings { lease: Duration::from_secs(1), window });
    for number in 0..1_000_000u64 {
        let now = at(number);
        let claim = claimed(store.claim(&key(number as usize), payload(0), now));
        match number % 10 {
            0 => {}
            1 => store.release(claim, now).unwrap(),
            _ => store.complete(claim, number, now).unwrap(),
        }
        if number % 10_000 == 0 {
            // A part of the store that was not called for a moment holds as much more.
            assert!(store.len() <= 10_000, "{}", store.len());
        }
    }
    store.sweep(at(1_000_000));
    // The window's last 9,999 milliseconds, without the tenth that was released.
    assert_eq!(store.len(), 8_999);
    store.sweep(at(1_010_000));
    assert!(store.is_empty());
}

/// One key that fails again and again leaves nothing behind, however often within one window.
#[test]
fn trying_often_costs_no_memory() {
    let store = Store::<()>::new();
    for _ in 0..10_000 {
        let claim = claimed(store.claim(&key(0), payload(0), at(0)));
        store.release(claim, at(0)).unwrap();
    }
    assert!(store.is_empty());
}

/// A receipt whose `Clone` and `Drop` do their worst.
#[derive(Debug)]
struct Bad(Arc<Store<Bad>>);

impl Clone for Bad {
    fn clone(&self) -> Self {
        panic!("no clone")
    }
}

impl Drop for Bad {
    fn drop(&mut self) {
        // Would wait for ever if a lock were held.
        assert!(self.0.len() < 10);
    }
}

#[test]
fn receipts_that_panic_or_call_the_store_do_no_harm() {
    let store = Arc::new(Store::<Bad>::new());
    let claim = claimed(store.claim(&key(0), payload(0), at(0)));
    store.complete(claim, Bad(Arc::clone(&store)), at(0)).unwrap();
    let replay = || store.claim(&key(0), payload(0), at(0));
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(replay)).is_err());
    assert_eq!(store.len(), 1);
    let claim = claimed(store.claim(&key(0), payload(0), at(300_000)));
    store.release(claim, at(300_000)).unwrap();
    // A receipt that is refused is dropped without a lock, too.
    let slow = claimed(store.claim(&key(0), payload(0), at(300_000)));
    let _ = claimed(store.claim(&key(0), payload(0), at(330_000)));
    assert!(store.complete(slow, Bad(Arc::clone(&store)), at(330_000)).is_err());
}

/// All threads want one key. Time goes by with each try, and some claims are given up, so that leases end and are taken over.
#[test]
fn of_threads_that_race_one_gets_each_fence() {
    const THREADS: usize = 8;
    for round in 0..200 {
        let store = Store::new();
        let barrier = Barrier::new(THREADS);
        let time = AtomicU64::new(0);
        let done = AtomicU64::new(0);
        let race = |thread: usize| {
            let mut fences = Vec::new();
            barrier.wait();
            for attempt in 0..20 {
                let now = at(time.fetch_add(500, Ordering::Relaxed));
                match store.claim(&key(0), payload(0), now) {
                    Outcome::Claimed(claim) => {
                        let fence = claim.fence();
                        fences.push(fence);
                        if !(thread + attempt + round).is_multiple_of(3) {
                            continue;
                        }
                        if store.complete(claim, fence, now).is_ok() {
                            done.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                    Outcome::Replay(fence) => assert!(fence > 0),
                    Outcome::InProgress { retry_after } => {
                        assert!(retry_after <= Settings::default().lease)
                    }
                    Outcome::Mismatch => panic!("all have one payload"),
                }
            }
            fences
        };
        let fences: Vec<Vec<u64>> = thread::scope(|scope| {
            let race = &race;
            let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || race(thread))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let all: Vec<u64> = fences.iter().flatten().copied().collect();
        let each: HashSet<u64> = all.iter().copied().collect();
        assert_eq!(all.len(), each.len(), "a fence was given twice: {fences:?}");
        assert!(fences.iter().all(|fences| fences.is_sorted()), "a fence fell: {fences:?}");
        assert!(done.into_inner() <= 1, "two completed");
    }
}

/// At one instant there is one winner, and it is alone until it completes.
#[test]
fn of_threads_that_race_at_one_instant_one_wins() {
    const THREADS: usize = 8;
    let store = Store::new();
    let barrier = Barrier::new(THREADS);
    let executed = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for number in 0..500 {
                    barrier.wait();
                    loop {
                        match store.claim(&key(number), payload(0), at(0)) {
                            Outcome::Claimed(claim) => {
                                let before = executed.fetch_add(1, Ordering::Relaxed);
                                assert_eq!(store.complete(claim, before, at(0)), Ok(()));
                            }
                            Outcome::Replay(_) => break,
                            Outcome::InProgress { .. } => thread::yield_now(),
                            Outcome::Mismatch => panic!("all have one payload"),
                        }
                    }
                }
            });
        }
    });
    assert_eq!(executed.into_inner(), 500);
}

#[derive(Clone, Debug)]
enum Step {
    Claim {
        key: usize,
        payload: u8,
    },
    /// Of the claims that are out, which.
    Complete(usize),
    Release(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..4usize, prop_oneof![5 => Just(0), 1 => Just(1)]).prop_map(|(key, payload)| Step::Claim { key, payload }),
        2 => (0..8usize).prop_map(Step::Complete),
        1 => (0..8usize).prop_map(Step::Release),
    ]
}

/// What a store is to do, with all readings of the clock, and all records looked at each time.
#[derive(Default)]
struct Model {
    readings: Vec<u64>,
    fence: u64,
    /// By key: the payload, the fence, when it was touched, and the receipt or until when it is claimed.
    records: HashMap<usize, (u8, u64, u64, Result<u64, u64>)>,
}

const LEASE: u64 = 2_000;
const WINDOW: u64 = 5_000;

impl Model {
    fn advance(&mut self, reading: u64) -> u64 {
        self.readings.push(reading);
        let slack = SLACK.as_millis() as u64;
        let (mut last, mut elapsed) = (self.readings[0], 0);
        for &reading in &self.readings {
            elapsed += reading.saturating_sub(last);
            if reading > last || last - reading > slack {
                last = reading;
            }
        }
        self.records.retain(|_, record| record.2 + WINDOW > elapsed);
        elapsed
    }

    fn claim(&mut self, key: usize, payload: u8, now: u64) -> Outcome<u64> {
        match self.records.get(&key) {
            Some(record) if record.0 != payload => return Outcome::Mismatch,
            Some(&(.., Ok(receipt))) => return Outcome::Replay(receipt),
            Some(&(.., Err(until))) if until > now => {
                return Outcome::InProgress { retry_after: Duration::from_millis(until - now) };
            }
            _ => {}
        }
        self.fence += 1;
        self.records.insert(key, (payload, self.fence, now, Err(now + LEASE)));
        Outcome::Claimed(Claim { key: super::tests::key(key), fence: self.fence })
    }

    fn owned(&self, key: usize, fence: u64) -> Result<(), StaleClaim> {
        let found = self.records.get(&key).map(|record| record.1);
        if found == Some(fence) { Ok(()) } else { Err(StaleClaim { fence, found }) }
    }
}

proptest! {
    #[test]
    fn does_what_the_model_does(
        steps in prop::collection::vec((step(), prop_oneof![4 => 0..1_500i64, 1 => -900..0i64, 1 => -50_000..50_000i64]), 1..150)
    ) {
        let lease = Duration::from_millis(LEASE);
        let window = Duration::from_millis(WINDOW);
        // One shard: each has a time of its own.
        let store = Store::with_shards(Settings { lease, window }, 1);
        let mut model = Model::default();
        let mut claims: Vec<(usize, Claim)> = Vec::new();
        let mut reading = 1_000_000u64;
        for (number, (step, passed)) in steps.into_iter().enumerate() {
            reading = reading.saturating_add_signed(passed);
            match step {
                Step::Claim { key: of, payload: what } => {
                    let now = model.advance(reading);
                    let outcome = store.claim(&key(of), payload(what), at(reading));
                    prop_assert_eq!(&outcome, &model.claim(of, what, now));
                    if let Outcome::Claimed(claim) = outcome {
                        claims.push((of, claim));
                    }
                }
                Step::Complete(which) if which < claims.len() => {
                    let now = model.advance(reading);
                    let (of, claim) = claims.remove(which);
                    let expected = model.owned(of, claim.fence);
                    if expected.is_ok() {
                        let record = model.records.get_mut(&of).unwrap();
                        (record.2, record.3) = (now, Ok(number as u64));
                    }
                    prop_assert_eq!(store.complete(claim, number as u64, at(reading)), expected);
                }
                Step::Release(which) if which < claims.len() => {
                    model.advance(reading);
                    let (of, claim) = claims.remove(which);
                    let expected = model.owned(of, claim.fence);
                    if expected.is_ok() {
                        model.records.remove(&of);
                    }
                    prop_assert_eq!(store.release(claim, at(reading)), expected);
                }
                Step::Complete(_) | Step::Release(_) => {}
            }
            prop_assert_eq!(store.len(), model.records.len());
        }
    }
}
