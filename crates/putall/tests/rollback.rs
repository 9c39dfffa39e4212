//! Going back: to snapshots, by the log; and batches of which as much is written as fits.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use proptest::prelude::*;
use putall::backend::History;
use putall::{Batch, Duplicates, Expect, Lagged, Map, PutError, Unsupported};

/// A key's value and version.
type Model = BTreeMap<u8, (u32, u64)>;
type Changes = Vec<(u8, Option<u32>)>;

fn config() -> ProptestConfig {
    ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() }
}

fn changes() -> impl Strategy<Value = Changes> {
    prop::collection::vec((0..8_u8, prop::option::weighted(0.7, any::<u32>())), 1..6)
}

fn batch(changes: &Changes) -> Batch<u8, u32> {
    let mut batch = Batch::new();
    for &(key, value) in changes {
        match value {
            Some(value) => batch.insert(key, value),
            None => batch.remove(key),
        };
    }
    batch
}

fn contents(map: &Map<u8, u32>) -> Model {
    map.snapshot().iter().map(|entry| (*entry.key, (*entry.value, entry.version))).collect()
}

fn values(model: &Model) -> BTreeMap<u8, u32> {
    model.iter().map(|(&key, &(value, _))| (key, value)).collect()
}

proptest! {
    #![proptest_config(config())]

    /// To a snapshot or by the log: those keys are what they were and no others, also if it is done twice.
    #[test]
    fn roll_back_restores_exactly_those_keys(
        before in prop::collection::vec(changes(), 0..4),
        since in prop::collection::vec(changes(), 0..4),
        keys in prop::collection::btree_set(0..8_u8, 0..8),
        by_log in any::<bool>(),
        twice in any::<bool>(),
    ) {
        let map = Map::builder().log(100).build();
        before.iter().for_each(|changes| drop(map.put_all(batch(changes))));
        let snapshot = map.snapshot();
        let then = contents(&map);
        since.iter().for_each(|changes| drop(map.put_all(batch(changes))));
        let mut expected = values(&contents(&map));
        for key in &keys {
            match then.get(key) {
                Some(&(value, _)) => expected.insert(*key, value),
                None => expected.remove(key),
            };
        }
        for _ in 0..if twice { 2 } else { 1 } {
            let revision = map.revision();
            let receipt = if by_log {
                let mut history = History::new();
                let mut records = map.subscribe(0).unwrap();
                while let Some(record) = records.try_next().unwrap() {
                    history.follow(record).unwrap();
                }
                map.put_all(history.batch(snapshot.revision(), keys.iter().copied()).unwrap()).unwrap()
            } else {
                map.roll_back(&snapshot, keys.iter().copied()).unwrap()
            };
            // One commit, whose revision is the version of the keys.
            prop_assert_eq!(receipt.revision, revision + u64::from(!keys.is_empty()));
            let now = contents(&map);
            prop_assert_eq!(&values(&now), &expected);
            for key in &keys {
                prop_assert!(now.get(key).is_none_or(|&(_, version)| version == receipt.revision));
            }
        }
    }

    /// Of each revision that it has, a history says what there was; whatever was forgotten, and also if a record that was prepared
    /// for a batch was never added.
    #[test]
    fn a_history_is_the_map_at_each_revision(
        batches in prop::collection::vec(changes(), 0..10),
        compact in prop::collection::vec((0..10_usize, 0..12_u64), 0..3),
        late in 0..10_usize,
    ) {
        let map = Map::builder().log(100).build();
        let mut states = vec![contents(&map)];
        let mut by_records = History::new();
        let mut by_push = History::new();
        let mut late_one = None;
        let mut records = map.subscribe(0).unwrap();
        for (number, changes) in batches.iter().enumerate() {
            if number == late {
                let now = values(states.last().unwrap());
                late_one = Some(History::since(map.revision(), now));
            }
            map.put_all(batch(changes)).unwrap();
            states.push(contents(&map));
            let record = records.try_next().unwrap().unwrap();
            for history in late_one.iter_mut().chain([&mut by_records]) {
                history.follow(record.clone()).unwrap();
                // What it has is passed over.
                history.follow(record.clone()).unwrap();
            }
            by_push.push(changes.iter().copied());
            for &(_, revision) in compact.iter().filter(|(at, _)| *at == number) {
                by_records.compact(revision);
                by_push.compact(revision);
                late_one.iter_mut().for_each(|history| history.compact(revision));
            }
        }
        for history in [Some(by_records), Some(by_push), late_one].into_iter().flatten() {
            prop_assert_eq!(history.revision(), map.revision());
            for (revision, state) in (0..).zip(&states) {
                for key in 0..8 {
                    let expected = match revision < history.oldest() {
                        true => Err(Lagged { wanted: revision, oldest: history.oldest() }),
                        false => Ok(state.get(&key).map(|(value, _)| value)),
                    };
                    prop_assert_eq!(history.at(&key, revision), expected);
                }
            }
        }
    }

    /// The keys whose expectations hold are written, each with all its changes, in one commit. The others are named, each once.
    #[test]
    fn what_fits_is_written(
        before in changes(),
        changes in prop::collection::vec((0..8_u8, prop::option::weighted(0.7, any::<u32>()), 0..5_u8, any::<bool>()), 0..8),
        each in 0..3_u8,
        refuse in any::<bool>(),
    ) {
        let map = Map::new();
        map.put_all(batch(&before)).unwrap();
        let model = contents(&map);
        let mut batch = Batch::new();
        let mut unfit = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut twice = false;
        let each = [Expect::Any, Expect::Any, Expect::Present][usize::from(each)];
        for &(key, value, expect, update) in &changes {
            let found = model.get(&key).map(|&(_, version)| version);
            let (expect, holds) = match expect {
                0 => (Expect::Absent, found.is_none()),
                1 => (Expect::Present, found.is_some()),
                2 => (Expect::Version(1), found == Some(1)),
                3 => (Expect::Version(9), false),
                _ => (Expect::Any, true),
            };
            twice |= !seen.insert(key);
            // An update expects nothing of itself.
            if update {
                batch.update(key, move |_| value);
            } else {
                match value {
                    Some(value) => batch.insert_if(key, value, expect),
                    None => batch.remove_if(key, expect),
                };
            }
            if !(update || holds) || each == Expect::Present && found.is_none() {
                unfit.insert(key);
            }
        }
        batch.expect_each(each);
        if refuse {
            batch.duplicates(Duplicates::Refuse);
        }
        let result = map.put_fitting(batch);
        if refuse && twice {
            let refused = matches!(result, Err(PutError::Duplicate { .. }));
            prop_assert!(refused);
            prop_assert_eq!(contents(&map), model);
            return Ok(());
        }
        let (receipt, left) = result.unwrap();
        let failed: BTreeSet<u8> = left.failed.iter().map(|(key, ..)| *key).collect();
        prop_assert_eq!(&failed, &unfit);
        prop_assert_eq!(left.failed.len(), unfit.len());
        let mut expected = model;
        let mut written = false;
        for &(key, value, ..) in changes.iter().filter(|(key, ..)| !unfit.contains(key)) {
            written = true;
            match value {
                Some(value) => expected.insert(key, (value, receipt.revision)),
                None => expected.remove(&key),
            };
        }
        prop_assert_eq!(receipt.revision, if written { 2 } else { 1 });
        prop_assert_eq!(contents(&map), expected);
    }
}

#[test]
fn what_is_expected_of_all_is_expected_of_what_fits() {
    let map = Map::builder().log(10).build();
    map.insert(1, 1);
    let fitting = || {
        let mut batch = Batch::from([(1, 2), (2, 2)]);
        batch.expect_each(Expect::Absent);
        batch
    };
    let mut late = fitting();
    late.expect_revision(7);
    assert_eq!(map.put_fitting(late), Err(PutError::Revision { expected: 7, found: 1 }));
    let mut named = fitting();
    let payload = named.payload_hash().unwrap();
    named.idempotent("request".parse().unwrap(), payload);
    assert_eq!(map.put_fitting(named), Err(PutError::Unsupported(Unsupported::Idempotency)));
    assert_eq!(map.revision(), 1);
    let (_, left) = map.put_fitting([(3, 3)]).unwrap();
    assert!(left.failed.is_empty());
    let mut traced = fitting();
    traced.trace_id("trace");
    map.put_fitting(traced).unwrap();
    let record = map.subscribe(2).unwrap().try_next().unwrap().unwrap();
    assert_eq!((record.trace_id.as_deref(), record.changes.len()), (Some("trace"), 1));
}

/// Two who put the same keys if they are absent: each key is one's, and updates of keys that did not fit are not called.
#[test]
fn what_fits_is_found_out_again_when_others_write() {
    for round in 0..200 {
        let map = Map::new();
        let put = |who: u32| {
            let mut batch = Batch::new();
            for key in 0..20_u32 {
                let key = if who == 0 { key } else { 19 - key };
                batch.insert_if(key, who, Expect::Absent);
                batch.update(key, |value| value.map(|value| value + 10));
            }
            let (_, left) = map.put_fitting(batch).unwrap();
            left.failed.len()
        };
        let failed = thread::scope(|scope| {
            let other = scope.spawn(|| put(1));
            put(0) + other.join().unwrap()
        });
        assert_eq!((failed, map.len()), (20, 20), "round {round}");
        assert!(map.snapshot().iter().all(|entry| (10..12).contains(entry.value)));
    }
}

#[test]
fn a_batch_that_is_too_large_is_refused() {
    let map = Map::builder().max_batch(2).build();
    let large = || Batch::from([(1, 1), (2, 2), (1, 3)]);
    let error = PutError::TooLarge { changes: 3, limit: 2 };
    assert_eq!(map.put_all(large()), Err(error.clone()));
    assert_eq!(map.put_fitting(large()), Err(error.clone()));
    let mut named = large();
    let payload = named.payload_hash().unwrap();
    named.idempotent("request".parse().unwrap(), payload);
    assert_eq!(map.put_all(named), Err(error));
    assert_eq!((map.revision(), map.len()), (0, 0));
    // The request was not begun: it can be sent again, smaller.
    let mut named = Batch::from([(1, 1)]);
    named.idempotent("request".parse().unwrap(), payload);
    map.put_all(named).unwrap();
    let snapshot = map.snapshot();
    assert!(matches!(map.roll_back(&snapshot, [1, 2, 3]), Err(PutError::TooLarge { .. })));
    // Single writes are no batches.
    let least = Map::builder().max_batch(0).build();
    least.insert(1, 1);
    least.put_all([(1, 2)]).unwrap();
}
