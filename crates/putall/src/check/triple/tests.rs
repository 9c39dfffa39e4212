use std::cell::Cell;
use std::sync::Weak;
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

use proptest::prelude::*;

use super::*;
use crate::ManualClock;
use crate::check::Skew;

const NOW: u64 = 1_000_000;

fn at(millis: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(millis)
}

type Check<T> = TripleCheck<T, u8, Arc<ManualClock>>;

fn check_with<T: Clone + PartialEq>(
    value: T,
    capacity: usize,
    within: Skew,
    beyond: Skew,
) -> (Check<T>, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(at(NOW)));
    let versions = VersionValidator::with_clock(Arc::clone(&clock)).within(within).beyond(beyond);
    let cell = VersionedCell::new(value, Stamp::default());
    (TripleCheck::with_parts(cell, versions, OperationLog::new(capacity)), clock)
}

fn check<T: Clone + PartialEq>(value: T) -> Check<T> {
    check_with(value, 16, Skew::Keep, Skew::Refuse).0
}

/// The first update of source 1, from the state as it is to `next`.
fn update<T: Clone + PartialEq>(check: &Check<T>, next: T) -> Update<T, u8> {
    let (found, expected) = check.load();
    let log_id = check.begin(&found, next.clone());
    Update { source: 1, version: 1, timestamp: at(NOW), expected, log_id, value: next }
}

fn refused(decided_by: Assertion, refusal: impl Into<Refusal>) -> Verdict {
    Verdict { decided_by, outcome: Outcome::Refused(refusal.into()) }
}

#[test]
fn compare_and_set_decides() {
    let check = check(0);
    let [first, second] = [update(&check, 1), update(&check, 2)];
    let stamp = Stamp { version: 1, log_id: first.log_id };
    let committed = Outcome::Committed { stamp, timestamp: at(NOW) };
    assert_eq!(check.apply(first), Verdict { decided_by: Assertion::Log, outcome: committed });
    // Its version is not above the last either, but that is not asked any more.
    assert_eq!(check.apply(second), refused(Assertion::CompareAndSet, Stale { found: stamp }));
    assert_eq!(check.load(), (Arc::new(1), stamp));
}

#[test]
fn the_version_decides() {
    let check = check(0);
    assert!(check.apply(update(&check, 1)).is_committed());
    let again = refused(Assertion::Version, Refusal::NotRising { version: 1, last: 1 });
    assert_eq!(check.apply(update(&check, 2)), again);
    // Another source counts for itself.
    assert!(check.apply(Update { source: 2, ..update(&check, 2) }).is_committed());
}

#[test]
fn the_skew_decides() {
    let late = Deviation::Behind(Duration::from_millis(400));
    let apply = |beyond| {
        let (check, _) = check_with(0, 16, Skew::Keep, beyond);
        let verdict = check.apply(Update { timestamp: at(NOW - 400), ..update(&check, 1) });
        assert_eq!(check.last_version(&1), u64::from(verdict.is_committed()));
        verdict
    };
    assert_eq!(apply(Skew::Refuse), refused(Assertion::Version, Refusal::Skewed { deviation: late }));
    let dropped = Outcome::Dropped { deviation: late };
    assert_eq!(apply(Skew::Drop), Verdict { decided_by: Assertion::Version, outcome: dropped });
    let aligned = Outcome::Committed { stamp: Stamp { version: 1, log_id: 1 }, timestamp: at(NOW) };
    assert_eq!(apply(Skew::Align), Verdict { decided_by: Assertion::Log, outcome: aligned });
}

#[test]
fn the_log_decides_and_leaves_no_trace() {
    let check = check(0);
    let before = check.load();
    let refused_by_log = |update, rollback: Rollback| {
        assert_eq!(check.apply(update), refused(Assertion::Log, rollback));
        assert_eq!((check.load(), check.last_version(&1), check.committed()), (before.clone(), 0, vec![]));
    };
    refused_by_log(Update { log_id: 99, ..update(&check, 1) }, Rollback::Unknown);
    refused_by_log(Update { value: 5, ..update(&check, 1) }, Rollback::ResultDiffers);
    let log_id = check.begin(&7, 1);
    refused_by_log(Update { log_id, ..update(&check, 1) }, Rollback::StateDiffers);
    // An update with another's number does that other no harm.
    let other = update(&check, 2);
    refused_by_log(Update { log_id: other.log_id, ..update(&check, 1) }, Rollback::ResultDiffers);
    assert!(check.apply(other).is_committed());
}

/// The state was changed behind the cell's back: its stamp is as expected, and only the log can tell.
#[test]
fn the_log_sees_what_the_stamp_does_not() {
    #[derive(Clone, PartialEq)]
    struct Open(Cell<u32>);
    let check = check(Open(Cell::new(0)));
    let update = update(&check, Open(Cell::new(1)));
    check.load().0.0.set(9);
    assert_eq!(check.apply(update), refused(Assertion::Log, Rollback::StateDiffers));
}

#[test]
fn refused_operations_do_not_push_others_out() {
    let (check, _) = check_with(0, 4, Skew::Keep, Skew::Refuse);
    let slow = update(&check, 1);
    for _ in 0..100 {
        assert!(!check.apply(Update { version: 0, ..update(&check, 2) }).is_committed());
    }
    assert!(check.apply(slow).is_committed());
}

/// Compares only if it may, and calls its check when it is dropped.
#[derive(Clone)]
struct Bad {
    number: u32,
    panics: bool,
    check: Weak<Check<Bad>>,
}

impl PartialEq for Bad {
    fn eq(&self, other: &Bad) -> bool {
        assert!(!self.panics && !other.panics, "not to be compared");
        self.number == other.number
    }
}

impl Drop for Bad {
    fn drop(&mut self) {
        if let Some(check) = self.check.upgrade() {
            // Would wait for ever if a lock were held.
            assert!(check.last_version(&1) < 100);
        }
    }
}

#[test]
fn values_that_panic_or_call_back_do_no_harm() {
    let clock = Arc::new(ManualClock::new(at(NOW)));
    let check = Arc::new_cyclic(|check: &Weak<Check<Bad>>| {
        let bad = Bad { number: 0, panics: false, check: check.clone() };
        let cell = VersionedCell::new(bad, Stamp::default());
        TripleCheck::with_parts(cell, VersionValidator::with_clock(clock), OperationLog::new(2))
    });
    let bad = |number, panics| Bad { number, panics, check: Arc::downgrade(&check) };
    let panicking = update(&check, bad(1, true));
    let apply = || check.apply(panicking.clone());
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(apply)).is_err());
    assert_eq!((check.load().1, check.last_version(&1)), (Stamp::default(), 0));
    // More than the log keeps, so that values are pushed out of it; and one that is refused.
    for version in 1..10 {
        let update = Update { version, ..update(&check, bad(version as u32, false)) };
        assert!(check.apply(update.clone()).is_committed());
        assert!(!check.apply(update).is_committed());
    }
    assert_eq!(check.load().0.number, 9);
}

/// Threads add to one number. Exactly one wins each version, and the log says how the number came about.
#[test]
fn one_wins_each_version() {
    const THREADS: u64 = 4;
    const ROUNDS: u64 = 2_000;
    let clock = Arc::new(ManualClock::new(at(NOW)));
    let versions = VersionValidator::with_clock(clock);
    let log = OperationLog::new(ROUNDS as usize);
    let check: Check<u64> = TripleCheck::with_parts(VersionedCell::new(0, Stamp::default()), versions, log);
    let add = |thread: u64| {
        let mut won = Vec::new();
        while let (found, expected) = check.load()
            && expected.version < ROUNDS
        {
            let value = *found + thread + 1;
            let log_id = check.begin(&found, value);
            let version = expected.version + 1;
            let update = Update { source: 1, version, timestamp: at(NOW), expected, log_id, value };
            let verdict = check.apply(update);
            if verdict.is_committed() {
                won.push((version, thread + 1));
            } else {
                assert_eq!(verdict.decided_by, Assertion::CompareAndSet, "{verdict:?}");
            }
        }
        won
    };
    let mut won: Vec<(u64, u64)> = thread::scope(|scope| {
        let add = &add;
        let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || add(thread))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    won.sort_unstable();
    assert!(won.iter().map(|&(version, _)| version).eq(1..=ROUNDS), "a version has no winner, or two");
    let (state, stamp) = check.load();
    assert_eq!(*state, won.iter().map(|&(_, added)| added).sum());
    assert_eq!(check.judges().log.replay(&0), Ok(*state));
    let committed = check.committed();
    assert_eq!(committed.last().map(|operation| operation.id), Some(stamp.log_id));
    let added = committed.iter().map(|operation| operation.after - operation.before);
    assert!(added.eq(won.iter().map(|&(_, added)| added)), "the log is in another order");
}

/// What is done to an update before it is applied.
#[derive(Clone, Copy, Debug)]
enum Tamper {
    Nothing,
    Value(u8),
    LogId(u64),
    Reload,
}

#[derive(Clone, Debug)]
enum Step {
    Begin {
        source: u8,
        version: u64,
        skew: i64,
        next: u8,
    },
    /// Of the updates that were begun, which.
    Apply(usize, Tamper),
    Clock(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let tamper = prop_oneof![
        4 => Just(Tamper::Nothing),
        1 => (0..3u8).prop_map(Tamper::Value),
        1 => (0..20u64).prop_map(Tamper::LogId),
        3 => Just(Tamper::Reload),
    ];
    let skew = prop_oneof![3 => Just(0i64), 3 => -400..400i64];
    prop_oneof![
        4 => (0..2u8, 0..12u64, skew, 0..3u8)
            .prop_map(|(source, version, skew, next)| Step::Begin { source, version, skew, next }),
        4 => (0..6usize, tamper).prop_map(|(which, tamper)| Step::Apply(which, tamper)),
        1 => (-500..500i64).prop_map(Step::Clock),
    ]
}

fn skew() -> impl Strategy<Value = Skew> {
    prop_oneof![Just(Skew::Keep), Just(Skew::Align), Just(Skew::Drop), Just(Skew::Refuse)]
}

const CAPACITY: usize = 4;

/// All that is to be known, in lists that are searched.
struct Model {
    state: u8,
    stamp: Stamp,
    last: [u64; 2],
    ids: u64,
    /// Number, before, after.
    open: Vec<(u64, u8, u8)>,
    committed: Vec<(u64, u8, u8)>,
    settings: [Skew; 2],
}

impl Model {
    fn begin(&mut self, before: u8, after: u8) -> u64 {
        self.ids += 1;
        self.open.push((self.ids, before, after));
        if self.open.len() > CAPACITY {
            self.open.remove(0);
        }
        self.ids
    }

    /// What the assertions say, without anything being written.
    fn judge(&self, update: &Update<u8, u8>, now: SystemTime) -> Verdict {
        let last = self.last[usize::from(update.source)];
        if self.stamp != update.expected {
            return refused(Assertion::CompareAndSet, Stale { found: self.stamp });
        }
        if update.version <= last {
            return refused(Assertion::Version, Refusal::NotRising { version: update.version, last });
        }
        let deviation = Deviation::of(update.timestamp, now);
        let mut timestamp = update.timestamp;
        if timestamp != now {
            match self.settings[usize::from(deviation.abs() > Duration::from_millis(300))] {
                Skew::Keep => {}
                Skew::Align => timestamp = now,
                Skew::Drop => {
                    return Verdict {
                        decided_by: Assertion::Version,
                        outcome: Outcome::Dropped { deviation },
                    };
                }
                Skew::Refuse => return refused(Assertion::Version, Refusal::Skewed { deviation }),
            }
        }
        match self.open.iter().find(|operation| operation.0 == update.log_id) {
            None => refused(Assertion::Log, Rollback::Unknown),
            Some(operation) if operation.1 != self.state => refused(Assertion::Log, Rollback::StateDiffers),
            Some(operation) if operation.2 != update.value => {
                refused(Assertion::Log, Rollback::ResultDiffers)
            }
            Some(_) => {
                let stamp = Stamp { version: update.version, log_id: update.log_id };
                Verdict { decided_by: Assertion::Log, outcome: Outcome::Committed { stamp, timestamp } }
            }
        }
    }

    fn apply(&mut self, update: &Update<u8, u8>, now: SystemTime) -> Verdict {
        let verdict = self.judge(update, now);
        let own = |operation: &(u64, u8, u8)| operation.0 == update.log_id && operation.2 == update.value;
        let own = self.open.iter().position(own).map(|own| self.open.remove(own));
        if let (Outcome::Committed { stamp, .. }, Some(own)) = (verdict.outcome, own) {
            (self.state, self.stamp) = (update.value, stamp);
            self.last[usize::from(update.source)] = update.version;
            self.committed.push(own);
        }
        verdict
    }
}

proptest! {
    #[test]
    fn does_what_the_model_does(
        within in skew(), beyond in skew(), steps in prop::collection::vec(step(), 1..120)
    ) {
        let (check, clock) = check_with(0u8, CAPACITY, within, beyond);
        let mut model = Model {
            state: 0,
            stamp: Stamp::default(),
            last: [0; 2],
            ids: 0,
            open: Vec::new(),
            committed: Vec::new(),
            settings: [within, beyond],
        };
        let mut millis = NOW;
        let mut begun: Vec<Update<u8, u8>> = Vec::new();
        for step in steps {
            match step {
                Step::Clock(by) => {
                    millis = millis.saturating_add_signed(by);
                    clock.set(at(millis));
                }
                Step::Begin { source, version, skew, next } => {
                    let (found, expected) = check.load();
                    let log_id = check.begin(&found, next);
                    prop_assert_eq!(log_id, model.begin(*found, next));
                    let timestamp = at(millis.saturating_add_signed(skew));
                    begun.push(Update { source, version, timestamp, expected, log_id, value: next });
                }
                Step::Apply(which, tamper) if which < begun.len() => {
                    let mut update = begun.remove(begun.len() - 1 - which);
                    match tamper {
                        Tamper::Nothing => {}
                        Tamper::Value(value) => update.value = value,
                        Tamper::LogId(log_id) => update.log_id = log_id,
                        Tamper::Reload => update.expected = check.load().1,
                    }
                    let expected = model.apply(&update, at(millis));
                    prop_assert_eq!(check.apply(update), expected);
                }
                Step::Apply(..) => {}
            }
            prop_assert_eq!(check.load(), (Arc::new(model.state), model.stamp));
            prop_assert_eq!([check.last_version(&0), check.last_version(&1)], model.last);
            let kept = model.committed.len().saturating_sub(CAPACITY);
            let committed = check.committed().iter().map(|operation| (operation.id, operation.before, operation.after)).collect::<Vec<_>>();
            prop_assert_eq!(&committed, &model.committed[kept..]);
            let start = committed.first().map_or(model.state, |operation| operation.1);
            prop_assert_eq!(check.judges().log.replay(&start), Ok(model.state));
        }
    }
}
