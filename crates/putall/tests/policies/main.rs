//! Batches that are written to a backend by a policy, with a failure at each call, others who write in between, and undoing that fails, too.

mod faulty;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;

use faulty::{ALL, Fail, Failed, Faulty};
use proptest::prelude::*;
use putall::backend::{
    Backend, BatchError, Capabilities, Cause, Fault, History, PartialFailure, Policy, put_all,
};
use putall::{Batch, Duplicates, Expect, Map, PutError, Unsupported};

type Values = BTreeMap<u8, u32>;
type Error = BatchError<u8, u32, Failed>;
type Failure = PartialFailure<u8, u32, Failed>;

const VERSIONS: Capabilities = Capabilities::new().with_versions();
const ATOMIC: Capabilities = VERSIONS.with_atomic();
/// What the others write, and nobody else.
const OTHERS: u32 = 1_000_000;

#[derive(Clone, Copy, Debug)]
enum Change {
    Insert(u32),
    Remove,
    Add(u32),
}

type Changes = Vec<(u8, Change)>;

fn batch(changes: &Changes) -> Batch<u8, u32> {
    let mut batch = Batch::new();
    for &(key, change) in changes {
        match change {
            Change::Insert(value) => batch.insert(key, value),
            Change::Remove => batch.remove(key),
            Change::Add(by) => batch.update(key, move |value| Some(value.map_or(by, |value| value + by))),
        };
    }
    batch
}

fn after(before: &Values, changes: &Changes) -> Values {
    let mut values = before.clone();
    for &(key, change) in changes {
        match change {
            Change::Insert(value) => values.insert(key, value),
            Change::Remove => values.remove(&key),
            Change::Add(by) => {
                let value = values.get(&key).map_or(by, |value| value + by);
                values.insert(key, value)
            }
        };
    }
    values
}

fn changes() -> impl Strategy<Value = Changes> {
    let change = prop_oneof![
        3 => (0..1000_u32).prop_map(Change::Insert),
        2 => Just(Change::Remove),
        1 => (0..1000_u32).prop_map(Change::Add),
    ];
    prop::collection::vec((0..8_u8, change), 1..6)
}

fn values() -> impl Strategy<Value = Values> {
    prop::collection::btree_map(0..8_u8, 0..1000_u32, 0..6)
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn history(values: &Values) -> History<u8, u32> {
    History::since(0, values.iter().map(|(&key, &value)| (key, value)))
}

/// Writes by a policy that undoes: with values that were read, or from a log.
fn write(store: &Faulty, changes: &Changes, log: Option<&mut History<u8, u32>>) -> Result<(), Error> {
    let policy = log.map_or(Policy::Undo, Policy::Replay);
    put_all(store, batch(changes), policy).map(|_| ())
}

/// Until no call fails any more: what the batch came to, for each call that fails, or that and all calls after it until `mended`.
fn fail_everywhere(
    before: &Values,
    changes: &Changes,
    replay: bool,
    (first, fail): (Fail, Fail),
    calls: usize,
    mut check: impl FnMut(usize, &Faulty, Result<(), Error>, &History<u8, u32>) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    for call in 0.. {
        let store = Faulty::new(VERSIONS, before);
        let mut log = history(before);
        store.fails.borrow_mut().extend([(call..call + 1, first), (call + 1..call + calls, fail)]);
        let result = catch_unwind(AssertUnwindSafe(|| write(&store, changes, replay.then_some(&mut log))));
        let reached = store.calls.get() > call;
        store.fails.borrow_mut().clear();
        match result {
            // Before the first write.
            Err(_) => {
                prop_assert!(store.log.borrow().iter().all(|&call| call == "read"));
                prop_assert_eq!(&store.values(), before);
                prop_assert_eq!(log.revision(), 0);
            }
            Ok(result) => check(call, &store, result, &log)?,
        }
        if !reached {
            return Ok(());
        }
    }
    Ok(())
}

/// That a failure says what is so.
fn check_report(
    failure: &Failure,
    store: &Faulty,
    before: &Values,
    after: &Values,
) -> Result<(), TestCaseError> {
    let now = store.values();
    let written: Vec<u8> = failure.written().copied().collect();
    let in_doubt: Vec<u8> = failure
        .failed()
        .filter(|(_, cause)| matches!(cause, Cause::InDoubt(_)))
        .map(|(&key, _)| key)
        .collect();
    for key in 0..8 {
        let (was, is, wanted) = (before.get(&key), now.get(&key), after.get(&key));
        if in_doubt.contains(&key) {
            prop_assert!(is == was || is == wanted, "key {key} in doubt");
        } else if !written.contains(&key) {
            prop_assert_eq!(is, was, "key {} is not said to be written", key);
        }
    }
    let clean = written.is_empty() && in_doubt.is_empty();
    prop_assert_eq!(failure.as_before(), clean);
    prop_assert!(failure.failed().count() > 0);
    Ok(())
}

proptest! {
    #![proptest_config(config(60))]

    /// One call fails: what was written before is undone.
    #[test]
    fn a_failure_leaves_all_as_before(
        before in values(),
        changes in changes(),
        next in changes(),
        replay in any::<bool>(),
    ) {
        let after = after(&before, &changes);
        for fail in ALL {
            fail_everywhere(&before, &changes, replay, (fail, fail), 1, |_, store, result, log| {
                match result {
                    Ok(()) => {
                        prop_assert_eq!(&store.values(), &after);
                        if replay {
                            prop_assert_eq!(log.revision(), 1);
                            for key in 0..8 {
                                prop_assert_eq!(log.at(&key, 0).unwrap(), before.get(&key));
                                prop_assert_eq!(log.at(&key, 1).unwrap(), after.get(&key));
                            }
                        }
                    }
                    Err(BatchError::Partial(failure)) => {
                        check_report(&failure, store, &before, &after)?;
                        let happened = matches!(fail, Fail::After | Fail::PanicAfter);
                        prop_assert!(failure.as_before() || happened, "{failure:?}");
                        prop_assert_eq!(failure.written().count(), 0);
                        prop_assert_eq!(log.revision(), 0);
                        if failure.as_before() {
                            prop_assert_eq!(&store.values(), &before);
                            // The log is as before, too, whatever it has prepared for.
                            let mut log = log.clone();
                            write(store, &next, Some(&mut log)).unwrap();
                            for key in 0..8 {
                                prop_assert_eq!(log.at(&key, 0).unwrap(), before.get(&key));
                                prop_assert_eq!(log.at(&key, 1).unwrap().copied(), store.values().get(&key).copied());
                            }
                        }
                    }
                    Err(error) => prop_assert!(false, "{error:?}"),
                }
                Ok(())
            })?;
        }
    }

    /// From some call on several fail, so undoing does, too, at any of its steps. Then it is tried again; and again.
    #[test]
    fn undo_is_tried_again(
        before in values(),
        changes in changes(),
        replay in any::<bool>(),
        calls in 2..12_usize,
        again in 0..4_usize,
    ) {
        let after = after(&before, &changes);
        for fails in ALL.into_iter().flat_map(|fail| [(fail, fail), (Fail::Cleanly, fail)]) {
            let fail = fails.1;
            fail_everywhere(&before, &changes, replay, fails, calls, |_, store, result, _| {
                let mut failure = match result {
                    Ok(()) => return Ok(()),
                    Err(BatchError::Partial(failure)) => failure,
                    Err(error) => return Err(TestCaseError::fail(error.to_string())),
                };
                // It fails once more.
                let call = store.calls.get() + again;
                store.fails.borrow_mut().push((call..call + 2, fail));
                failure.undo(store);
                store.fails.borrow_mut().clear();
                let done = failure.undo(store);
                check_report(&failure, store, &before, &after)?;
                prop_assert_eq!(failure.written().count(), 0);
                // What an undo had restored without knowing it is not taken for somebody else's.
                prop_assert!(done || failure.failed().any(|(_, cause)| matches!(cause, Cause::InDoubt(_))));
                if done {
                    prop_assert_eq!(&store.values(), &before);
                }
                // No harm is done by more of it, whatever others have written since.
                for key in 0..8 {
                    store.put(key, Some(OTHERS));
                }
                failure.undo(store);
                prop_assert!(store.values().values().all(|&value| value == OTHERS));
                Ok(())
            })?;
        }
    }

    /// Whatever fails: what others write is never lost.
    #[test]
    fn others_are_not_undone(
        before in values(),
        changes in changes(),
        replay in any::<bool>(),
        others in 0..16_usize,
        key in 0..8_u8,
        calls in 1..4_usize,
    ) {
        for fail in ALL {
            for call in 0..16 {
                let store = Faulty::new(VERSIONS, &before);
                let mut log = history(&before);
                store.fails.borrow_mut().push((call..call + calls, fail));
                store.others.borrow_mut().push((others, key, Some(OTHERS)));
                let result =
                    catch_unwind(AssertUnwindSafe(|| write(&store, &changes, replay.then_some(&mut log))));
                if store.calls.get() <= others {
                    continue;
                }
                store.fails.borrow_mut().clear();
                match result {
                    Err(_) => prop_assert_eq!(store.values().get(&key).copied(), Some(OTHERS)),
                    Ok(Ok(())) => {
                        // They were before it, or after.
                        let (mut first, mut last) = (before.clone(), after(&before, &changes));
                        first.insert(key, OTHERS);
                        last.insert(key, OTHERS);
                        let now = store.values();
                        prop_assert!(now == after(&first, &changes) || now == last);
                    }
                    Ok(Err(BatchError::Partial(mut failure))) => {
                        failure.undo(&store);
                        let doubt = |(&failed, cause): (&u8, &Cause<Failed>)| {
                            failed == key && matches!(cause, Cause::InDoubt(_))
                        };
                        let found = store.values().get(&key) == Some(&OTHERS);
                        prop_assert!(found || failure.failed().any(doubt), "{failure:?}");
                    }
                    Ok(Err(error)) => return Err(TestCaseError::fail(error.to_string())),
                }
            }
        }
    }

    /// What can be written is, whatever else fails.
    #[test]
    fn best_effort_goes_on(before in values(), changes in changes(), call in 0..12_usize) {
        for fail in ALL {
            let store = Faulty::new(VERSIONS, &before);
            store.fails.borrow_mut().push((call..call + 1, fail));
            let after = after(&before, &changes);
            match put_all(&store, batch(&changes), Policy::BestEffort) {
                Ok(_) => {
                    prop_assert!(store.calls.get() <= call);
                    prop_assert_eq!(store.values(), after);
                }
                Err(BatchError::Partial(mut failure)) => {
                    let failed: Vec<u8> = failure.failed().map(|(&key, _)| key).collect();
                    prop_assert_eq!(failed.len(), 1);
                    let mut keys: Vec<u8> = failure.written().copied().chain(failed.clone()).collect();
                    keys.sort();
                    let mut all: Vec<u8> = changes.iter().map(|&(key, _)| key).collect();
                    all.sort();
                    all.dedup();
                    prop_assert_eq!(keys, all);
                    let now = store.values();
                    for key in (0..8).filter(|key| !failed.contains(key)) {
                        prop_assert_eq!(now.get(&key), after.get(&key));
                    }
                    // There is nothing to undo it with.
                    failure.undo(&store);
                    prop_assert_eq!(store.values(), now);
                }
                Err(error) => prop_assert!(false, "{error:?}"),
            }
        }
    }

    /// A backend with atomic batches, of any kind, does what the model does.
    #[test]
    fn atomic_backends_do_what_the_model_does(before in values(), changes in changes(), replay in any::<bool>()) {
        let expected = after(&before, &changes);
        let store = Faulty::new(ATOMIC, &before);
        write(&store, &changes, replay.then_some(&mut history(&before))).unwrap();
        prop_assert_eq!(store.values(), expected.clone());
        prop_assert!(!store.log.borrow().contains(&"write"));

        let map: Map<u8, u32> = before.iter().map(|(&key, &value)| (key, value)).collect();
        let revision = map.revision();
        let written = put_all(&map, batch(&changes), Policy::Undo).unwrap();
        prop_assert_eq!(map.revision(), revision + 1);
        for (key, version) in written {
            prop_assert_eq!(map.get(&key).map(|value| value.version()), version);
        }
        let now: Values = map.snapshot().iter().map(|entry| (*entry.key, *entry.value)).collect();
        prop_assert_eq!(&now, &expected);
        let far: Box<dyn Backend<u8, u32, Error = PutError<u8>>> = Box::new(Arc::new(map));
        put_all(&far, batch(&changes), Policy::BestEffort).unwrap();
        let now = after(&now, &changes);
        for key in 0..8 {
            prop_assert_eq!(far.read(&key).unwrap().map(|found| found.value), now.get(&key).copied());
        }
    }
}

fn store(capabilities: Capabilities, values: &[(u8, u32)]) -> Faulty {
    Faulty::new(capabilities, &values.iter().copied().collect())
}

fn refused(result: Result<Vec<(u8, Option<u64>)>, Error>) -> PutError<u8> {
    match result {
        Err(BatchError::Refused(error)) => error,
        other => panic!("{other:?}"),
    }
}

fn partial(result: Result<Vec<(u8, Option<u64>)>, Error>) -> Failure {
    match result {
        Err(BatchError::Partial(failure)) => failure,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_not_declared_is_refused_before_the_first_write() {
    let plain = store(Capabilities::new(), &[(1, 1)]);
    let mut conditional = Batch::new();
    conditional.insert(0, 1).insert_if(1, 2, Expect::Absent);
    let mut update = Batch::new();
    update.insert(0, 1).update(1, |_| None);
    for batch in [conditional, update] {
        let error = refused(put_all(&plain, batch, Policy::BestEffort));
        assert_eq!(error, PutError::Unsupported(Unsupported::Expectations));
    }
    let error = refused(put_all(&plain, [(0, 1)], Policy::Undo));
    assert_eq!(error, PutError::Unsupported(Unsupported::Undo));
    let mut log = history(&plain.values());
    let error = refused(put_all(&plain, [(0, 1)], Policy::Replay(&mut log)));
    assert_eq!(error, PutError::Unsupported(Unsupported::Undo));
    assert_eq!(plain.calls.get(), 0);
    put_all(&plain, [(0, 1)], Policy::BestEffort).unwrap();
    assert_eq!(*plain.log.borrow(), ["write"]);
    // Without versions, but atomic.
    let atomic = store(Capabilities::new().with_atomic(), &[]);
    put_all(&atomic, [(0, 1), (1, 1)], Policy::Undo).unwrap();
    assert_eq!(*atomic.log.borrow(), ["batch"]);
}

#[test]
fn what_is_for_the_map_alone_is_refused() {
    let store = store(ATOMIC, &[]);
    let mut revision = Batch::from([(0, 1)]);
    revision.expect_revision(0);
    assert_eq!(
        refused(put_all(&store, revision, Policy::Undo)),
        PutError::Unsupported(Unsupported::Revision)
    );
    let mut named = Batch::from([(0, 1)]);
    let payload = named.payload_hash().unwrap();
    named.idempotent("request".parse().unwrap(), payload);
    assert_eq!(
        refused(put_all(&store, named, Policy::Undo)),
        PutError::Unsupported(Unsupported::Idempotency)
    );
    assert_eq!(store.calls.get(), 0);
}

#[test]
fn an_atomic_batch_is_one_call_of_no_more_than_it_takes() {
    let store = store(ATOMIC.with_most(2), &[]);
    let batch = || Batch::from([(0, 1), (1, 1), (2, 1)]);
    let error = refused(put_all(&store, batch(), Policy::Undo));
    assert_eq!(error, PutError::TooLarge { changes: 3, limit: 2 });
    assert_eq!(
        error.to_string(),
        "nothing was written: the batch has 3 changes, and 2 is the most that may be written at once; split it"
    );
    assert_eq!(store.calls.get(), 0);
    put_all(&store, [(0, 1), (1, 1), (0, 2)], Policy::Undo).unwrap();
    assert_eq!(*store.log.borrow(), ["batch"]);
    // It is not said that these are written at once.
    put_all(&store, batch(), Policy::BestEffort).unwrap();
}

#[test]
fn an_atomic_batch_that_fails_was_not_written_or_is_in_doubt() {
    for (fail, written) in [(Fail::Cleanly, false), (Fail::Before, false), (Fail::After, true)] {
        let store = store(ATOMIC, &[]);
        store.fails.borrow_mut().push((0..1, fail));
        match put_all(&store, [(0, 1), (1, 1)], Policy::Undo).unwrap_err() {
            error @ BatchError::Failed(_) => {
                assert_eq!(
                    (fail, &*error.to_string()),
                    (Fail::Cleanly, "nothing was written: the store failed")
                );
            }
            BatchError::InDoubt(Failed) => assert_ne!(fail, Fail::Cleanly),
            other => panic!("{other:?}"),
        }
        assert_eq!(store.values().len(), if written { 2 } else { 0 });
    }
}

#[test]
fn conflicts_are_found_before_the_first_write() {
    for replay in [false, true] {
        let store = store(VERSIONS, &[(1, 1), (2, 2)]);
        let mut log = history(&store.values());
        let mut batch = Batch::new();
        batch.insert(0, 5).insert_if(1, 5, Expect::Absent).insert_if(2, 5, Expect::Present);
        batch.insert_if(3, 5, Expect::Present).remove_if(2, Expect::Version(7));
        let policy = if replay { Policy::Replay(&mut log) } else { Policy::Undo };
        let PutError::Conflict(conflict) = refused(put_all(&store, batch, policy)) else { panic!() };
        let expected =
            [(1, Expect::Absent, Some(1)), (2, Expect::Version(7), Some(2)), (3, Expect::Present, None)];
        assert_eq!(conflict.failed, expected);
        assert!(!store.log.borrow().contains(&"write"));
        assert_eq!(log.revision(), 0);
    }
    // Where the backend looks by itself, it is asked only for what it cannot: two expectations of one key.
    let twice = store(ATOMIC, &[(2, 2)]);
    let mut batch = Batch::from([(0, 5)]);
    batch.insert_if(2, 5, Expect::Present).remove_if(2, Expect::Version(7));
    let PutError::Conflict(conflict) = refused(put_all(&twice, batch, Policy::Undo)) else { panic!() };
    assert_eq!(conflict.failed, [(2, Expect::Version(7), Some(1))]);
    assert_eq!(*twice.log.borrow(), ["read"]);
    let store = store(ATOMIC, &[(1, 1)]);
    let mut batch = Batch::from([(0, 5), (1, 5), (2, 5)]);
    batch.expect_each(Expect::Absent);
    let PutError::Conflict(conflict) = refused(put_all(&store, batch, Policy::Undo)) else { panic!() };
    assert_eq!(conflict.failed, [(1, Expect::Absent, Some(1))]);
    assert_eq!(*store.log.borrow(), ["batch"]);
}

#[test]
fn the_last_of_a_key_counts_and_it_is_written_once() {
    for capabilities in [VERSIONS, ATOMIC] {
        let store = store(capabilities, &[(1, 1)]);
        let mut batch = Batch::new();
        batch.insert(1, 10).insert(0, 7).update(1, |value| value.map(|value| value + 5)).remove(0);
        let written = put_all(&store, batch, Policy::Undo).unwrap();
        assert_eq!(written.iter().map(|(key, _)| *key).collect::<Vec<_>>(), [1, 0]);
        assert_eq!(store.values(), BTreeMap::from([(1, 15)]));
        let mut batch = Batch::from([(1, 1), (2, 2), (1, 3)]);
        batch.duplicates(Duplicates::Refuse);
        let error = refused(put_all(&store, batch, Policy::Undo));
        assert_eq!(error, PutError::Duplicate { key: 1, first: 0, second: 2 });
        assert_eq!(store.values(), BTreeMap::from([(1, 15)]));
    }
}

#[test]
fn an_empty_batch_asks_nothing_of_the_backend() {
    for capabilities in [Capabilities::new(), VERSIONS, ATOMIC] {
        let store = store(capabilities, &[]);
        let mut log = History::new();
        for policy in [Policy::Undo, Policy::BestEffort, Policy::Replay(&mut log)] {
            assert_eq!(put_all(&store, Batch::new(), policy).unwrap(), []);
        }
        assert_eq!((store.calls.get(), log.revision()), (0, 0));
    }
}

#[test]
fn updates_are_called_once_and_their_panic_comes_before_the_first_write() {
    for capabilities in [VERSIONS, ATOMIC] {
        let store = store(capabilities, &[(1, 1)]);
        let panics = |batch: Batch<u8, u32>, policy| {
            catch_unwind(AssertUnwindSafe(|| put_all(&store, batch, policy).map(|_| ())))
        };
        let bad = || {
            let mut batch = Batch::from([(0, 1)]);
            batch.update(1, |_| panic!("as was asked for"));
            batch.insert(2, 1);
            batch
        };
        assert!(panics(bad(), Policy::Undo).is_err());
        assert_eq!(store.values(), BTreeMap::from([(1, 1)]));
        // Of the others something is left anyway.
        let Ok(Err(BatchError::Partial(failure))) = panics(bad(), Policy::BestEffort) else { panic!() };
        let cause = Cause::Failed(Fault::Panic("as was asked for".to_owned()));
        assert_eq!(failure.failed().collect::<Vec<_>>(), [(&1, &cause)]);
        assert_eq!(failure.written().collect::<Vec<_>>(), [&0, &2]);
    }
    // Somebody else writes between.
    let store = store(VERSIONS, &[(1, 1)]);
    let calls = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let mut batch = Batch::from([(0, 5)]);
    let counted = Arc::clone(&calls);
    batch.update(1, move |value| {
        counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        value.map(|value| value + 1)
    });
    store.others.borrow_mut().push((3, 1, Some(OTHERS)));
    let failure = partial(put_all(&store, batch, Policy::Undo));
    let cause = Cause::Conflict { expect: Expect::Version(1), found: Some(3) };
    assert_eq!(failure.failed().collect::<Vec<_>>(), [(&1, &cause)]);
    assert!(failure.as_before());
    assert_eq!(store.values(), BTreeMap::from([(1, OTHERS)]));
    assert_eq!(calls.load(std::sync::atomic::Ordering::Relaxed), 1);
}

#[test]
fn an_update_of_best_effort_loses_no_write_of_others() {
    let store = store(VERSIONS, &[(1, 1)]);
    store.others.borrow_mut().push((1, 1, Some(OTHERS)));
    let mut batch = Batch::new();
    batch.update(1, |value| value.map(|value| value + 1)).insert(2, 2);
    let failure = partial(put_all(&store, batch, Policy::BestEffort));
    let cause = Cause::Conflict { expect: Expect::Version(1), found: Some(2) };
    assert_eq!(failure.failed().collect::<Vec<_>>(), [(&1, &cause)]);
    assert_eq!(store.values(), BTreeMap::from([(1, OTHERS), (2, 2)]));
}

#[test]
fn undo_goes_from_the_last_to_the_first_and_leaves_what_was_overtaken() {
    let store = store(VERSIONS, &[(1, 1), (2, 2)]);
    // Four reads, then writes of 0, 1 and 2; that of 3 fails, and somebody has written 1 before.
    store.fails.borrow_mut().push((7..8, Fail::Cleanly));
    store.others.borrow_mut().push((7, 1, Some(OTHERS)));
    let mut batch = Batch::from([(0, 5), (1, 5)]);
    batch.remove(2).insert(3, 5);
    let failure = partial(put_all(&store, batch, Policy::Undo));
    assert_eq!(store.values(), BTreeMap::from([(1, OTHERS), (2, 2)]));
    assert!(!failure.as_before());
    assert_eq!(
        failure.to_string(),
        "1 was written by somebody else since: version 6 was found; 3 was not written: the store failed; \
         no key is known to have this batch's value"
    );
    assert_eq!(store.calls.get(), 4 + 4 + 3 + 1);
    // Cut off after the first step of undoing.
    let store = self::store(VERSIONS, &[(1, 1), (2, 2)]);
    store.fails.borrow_mut().extend([(7..8, Fail::Cleanly), (9..99, Fail::Cleanly)]);
    let mut failure = partial(put_all(&store, [(0, 5), (1, 5), (2, 5), (3, 5)], Policy::Undo));
    assert_eq!(failure.written().collect::<Vec<_>>(), [&0, &1]);
    store.fails.borrow_mut().clear();
    assert!(failure.undo(&store) && failure.failed().count() == 1);
    assert_eq!(store.values(), BTreeMap::from([(1, 1), (2, 2)]));
    assert_eq!(
        failure.to_string(),
        "3 was not written: the store failed; all is as before, the batch can be tried again"
    );
}

/// Equal as far as `PartialEq` goes: which of two it is tells where it comes from.
#[derive(Clone, Debug)]
struct From(u32, &'static str);

impl PartialEq for From {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

/// A map without atomic batches, that has room for few keys.
struct Small(Map<u8, From>, Cell<usize>);

impl Backend<u8, From> for Small {
    type Error = PutError<u8>;

    fn capabilities(&self) -> Capabilities {
        VERSIONS
    }

    fn read(&self, key: &u8) -> Result<Option<putall::backend::Versioned<From>>, PutError<u8>> {
        self.0.read(key)
    }

    fn write(
        &self,
        write: putall::backend::Write<'_, u8, From>,
    ) -> Result<Option<u64>, putall::backend::WriteError<PutError<u8>>> {
        if write.value.is_some() && !self.0.contains_key(write.key) && self.0.len() >= self.1.get() {
            return Err(putall::backend::WriteError::Failed(PutError::TooLarge {
                changes: 1,
                limit: self.1.get(),
            }));
        }
        self.0.write(write)
    }
}

#[test]
fn replay_restores_what_the_log_has_and_finds_who_writes_past_it() {
    let small = Small(Map::from([(1, From(1, "read"))]), Cell::new(2));
    let mut log = History::since(0, [(1, From(1, "logged"))]);
    let batch = || Batch::from([(1, From(5, "new")), (2, From(5, "new")), (3, From(5, "new"))]);
    let Err(BatchError::Partial(failure)) = put_all(&small, batch(), Policy::Replay(&mut log)) else {
        panic!()
    };
    assert!(failure.as_before());
    assert_eq!(small.0.get(&1).unwrap().1, "logged");
    let Err(BatchError::Partial(failure)) = put_all(&small, batch(), Policy::Undo) else { panic!() };
    assert!(failure.as_before());
    assert_eq!(small.0.len(), 1);

    small.1.set(3);
    put_all(&small, batch(), Policy::Replay(&mut log)).unwrap();
    assert_eq!(log.at(&3, 1).unwrap(), Some(&From(5, "new")));
    small.0.insert(2, From(6, "past the log"));
    let Err(BatchError::Partial(failure)) = put_all(&small, batch(), Policy::Replay(&mut log)) else {
        panic!()
    };
    assert_eq!(failure.failed().collect::<Vec<_>>(), [(&2, &Cause::NotInLog)]);
    assert!(failure.as_before());
    log.push([(2, Some(From(6, "past the log")))]);
    put_all(&small, batch(), Policy::Replay(&mut log)).unwrap();
    assert_eq!(log.revision(), 3);
}

/// No values in what is written into logs, and nothing is lost when it is dropped instead of undone.
#[test]
fn a_failure_shows_no_values() {
    let small = Small(Map::from([(1, From(1, "secret"))]), Cell::new(1));
    let result = put_all(&small, [(1, From(2, "secret")), (2, From(2, "secret"))], Policy::Undo);
    let Err(error) = result else { panic!() };
    assert!(!format!("{error:?} {error}").contains("secret"));
    let counted = Rc::new(());
    let map = Map::from([(1, Rc::clone(&counted))]);
    let mut batch = Batch::from([(1, Rc::clone(&counted)), (2, Rc::clone(&counted))]);
    batch.expect_each(Expect::Present);
    drop(put_all(&map, batch, Policy::BestEffort));
    drop(map);
    assert_eq!(Rc::strong_count(&counted), 1);
}
