//! Random sequences of operations, each compared with what `BTreeMap`s do: the map, and every snapshot that is held.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};

use proptest::prelude::*;
use putall::{Batch, Duplicates, Expect, Map, PutError};

#[derive(Clone, Debug)]
enum Change {
    Insert(u8, u32),
    InsertIf(u8, u32, ExpectKind),
    Remove(u8),
    RemoveIf(u8, ExpectKind),
    Add(u8, u32),
    /// Keeps even values only.
    Filter(u8),
}

#[derive(Clone, Copy, Debug)]
enum ExpectKind {
    Absent,
    Present,
    /// The version that the key has.
    Right,
    Wrong,
}

#[derive(Clone, Debug)]
enum Step {
    PutAll { changes: Vec<Change>, refuse_duplicates: bool, expect_revision: Option<bool> },
    Insert(u8, u32),
    Remove(u8),
    Snapshot,
    Drop(usize),
}

fn expect() -> impl Strategy<Value = ExpectKind> {
    prop_oneof![
        1 => Just(ExpectKind::Absent),
        3 => Just(ExpectKind::Present),
        3 => Just(ExpectKind::Right),
        1 => Just(ExpectKind::Wrong),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    let key = 0..24u8;
    prop_oneof![
        6 => (key.clone(), any::<u32>()).prop_map(|(key, value)| Change::Insert(key, value)),
        1 => (key.clone(), any::<u32>(), expect()).prop_map(|(key, value, expect)| Change::InsertIf(key, value, expect)),
        3 => key.clone().prop_map(Change::Remove),
        1 => (key.clone(), expect()).prop_map(|(key, expect)| Change::RemoveIf(key, expect)),
        2 => (key.clone(), any::<u32>()).prop_map(|(key, value)| Change::Add(key, value)),
        1 => key.prop_map(Change::Filter),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (prop::collection::vec(change(), 0..12), any::<bool>(), prop::option::weighted(0.2, any::<bool>())).prop_map(
            |(changes, refuse_duplicates, expect_revision)| Step::PutAll { changes, refuse_duplicates, expect_revision }
        ),
        2 => (0..24u8, any::<u32>()).prop_map(|(key, value)| Step::Insert(key, value)),
        1 => (0..24u8).prop_map(Step::Remove),
        2 => Just(Step::Snapshot),
        2 => (0..8usize).prop_map(Step::Drop),
    ]
}

/// A key's value and version.
type Model = BTreeMap<u8, (u32, u64)>;

/// What a batch does to the model, or `None` if it is to be refused.
fn apply(
    model: &Model,
    revision: u64,
    changes: &[Change],
    refuse_duplicates: bool,
) -> (Batch<u8, u32>, Option<Model>) {
    let mut batch = Batch::new();
    let mut after = model.clone();
    let mut fits = true;
    let mut keys = Vec::new();
    for change in changes {
        let key = match *change {
            Change::Insert(key, _)
            | Change::InsertIf(key, ..)
            | Change::Remove(key)
            | Change::RemoveIf(key, _)
            | Change::Add(key, _)
            | Change::Filter(key) => key,
        };
        fits &= !(refuse_duplicates && keys.contains(&key));
        keys.push(key);
        // Expectations are about the map before the batch.
        let found = model.get(&key).map(|&(_, version)| version);
        let mut expected = |kind| match kind {
            ExpectKind::Absent => {
                fits &= found.is_none();
                Expect::Absent
            }
            ExpectKind::Present => {
                fits &= found.is_some();
                Expect::Present
            }
            ExpectKind::Right => Expect::Version(found.unwrap_or_else(|| {
                fits = false;
                0
            })),
            ExpectKind::Wrong => {
                fits = false;
                Expect::Version(found.unwrap_or(0) + 1)
            }
        };
        match *change {
            Change::Insert(key, value) => {
                batch.insert(key, value);
                after.insert(key, (value, revision + 1));
            }
            Change::InsertIf(key, value, kind) => {
                batch.insert_if(key, value, expected(kind));
                after.insert(key, (value, revision + 1));
            }
            Change::Remove(key) => {
                batch.remove(key);
                after.remove(&key);
            }
            Change::RemoveIf(key, kind) => {
                batch.remove_if(key, expected(kind));
                after.remove(&key);
            }
            Change::Add(key, by) => {
                batch.update(key, move |value| Some(value.map_or(by, |value| value.wrapping_add(by))));
                let value = after.get(&key).map_or(by, |(value, _)| value.wrapping_add(by));
                after.insert(key, (value, revision + 1));
            }
            Change::Filter(key) => {
                batch.update(key, |value| value.copied().filter(|value| value % 2 == 0));
                match after.get(&key) {
                    Some(&(value, _)) if value % 2 == 0 => after.insert(key, (value, revision + 1)),
                    _ => after.remove(&key),
                };
            }
        }
    }
    if refuse_duplicates {
        batch.duplicates(Duplicates::Refuse);
    }
    (batch, fits.then_some(after))
}

/// A hasher that puts many keys into few buckets, with few tags.
#[derive(Clone, Default)]
struct Crowded(u64);

impl Hasher for Crowded {
    fn finish(&self) -> u64 {
        (self.0 & 3) | (self.0 & 4) << 54
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, &byte| hash * 31 + u64::from(byte));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn does_what_a_btreemap_does(steps in prop::collection::vec(step(), 0..60)) {
        run(&Map::<u8, u32>::new(), steps)?;
    }

    #[test]
    fn also_with_a_poor_hash(steps in prop::collection::vec(step(), 0..60)) {
        run(&Map::<u8, u32, _>::with_hasher(BuildHasherDefault::<Crowded>::default()), steps)?;
    }
}

fn run<S: BuildHasher>(map: &Map<u8, u32, S>, steps: Vec<Step>) -> Result<(), TestCaseError> {
    let mut model = Model::new();
    let mut revision = 0;
    let mut snapshots = Vec::new();
    for step in steps {
        match step {
            Step::PutAll { changes, refuse_duplicates, expect_revision } => {
                let (mut batch, mut after) = apply(&model, revision, &changes, refuse_duplicates);
                if let Some(right) = expect_revision {
                    batch.expect_revision(if right { revision } else { revision + 1 });
                    after = after.filter(|_| right);
                }
                match (map.put_all(batch), after) {
                    (Ok(receipt), Some(after)) => {
                        revision = receipt.revision;
                        let new = after.keys().filter(|key| !model.contains_key(key)).count();
                        prop_assert_eq!(receipt.inserted, new);
                        let gone = model.keys().filter(|key| !after.contains_key(key)).count();
                        prop_assert_eq!(receipt.removed, gone);
                        model = after;
                    }
                    (Err(_), None) => {}
                    (result, after) => prop_assert!(false, "{result:?}, expected {after:?}"),
                }
            }
            Step::Insert(key, value) => {
                revision += 1;
                let before = model.insert(key, (value, revision)).map(|(value, _)| value);
                prop_assert_eq!(map.insert(key, value).map(|value| *value), before);
            }
            Step::Remove(key) => {
                let before = model.remove(&key).map(|(value, _)| value);
                revision += u64::from(before.is_some());
                prop_assert_eq!(map.remove(&key).map(|value| *value), before);
            }
            Step::Snapshot => snapshots.push((map.snapshot(), model.clone())),
            Step::Drop(number) if number < snapshots.len() => {
                snapshots.swap_remove(number);
            }
            Step::Drop(_) => {}
        }
        prop_assert_eq!(map.revision(), revision);
        prop_assert_eq!(map.len(), model.len());
        for key in 0..24 {
            let found = map.get(&key).map(|found| (*found, found.version()));
            prop_assert_eq!(found, model.get(&key).copied());
        }
        for (snapshot, model) in &snapshots {
            let all = snapshot.iter().map(|entry| (*entry.key, (*entry.value, entry.version)));
            prop_assert_eq!(&all.collect::<Model>(), model);
            prop_assert_eq!(snapshot.iter().count(), model.len());
            for key in 0..24 {
                prop_assert_eq!(snapshot.get(&key).copied(), model.get(&key).map(|&(value, _)| value));
            }
        }
        if snapshots.is_empty() {
            prop_assert_eq!(map.stats().kept_versions, 0);
        }
    }
    drop(snapshots);
    prop_assert_eq!(map.stats().kept_versions, 0);
    Ok(())
}

#[test]
fn errors_name_what_was_found() {
    let map = Map::from([("a", 1)]);
    let mut batch = Batch::new();
    batch.insert_if("a", 2, Expect::Version(7)).insert_if("b", 2, Expect::Present);
    let error = map.put_all(batch).unwrap_err();
    assert_eq!(
        error.to_string(),
        "nothing was written: \"a\" has version 1, expected version 7; \"b\" is not there, expected to be there"
    );
    let PutError::Conflict(conflict) = error else { panic!("{error:?}") };
    assert_eq!(conflict.failed, [("a", Expect::Version(7), Some(1)), ("b", Expect::Present, None)]);
}
