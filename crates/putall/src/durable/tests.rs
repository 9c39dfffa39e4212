//! The log on a disk that lies: crashes at every step, failures at every step, damage at every byte.

mod crash;
mod damage;
mod failure;
mod group;
mod liar;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use liar::Liar;

use super::{Durable, OpenError, SyncMode};
use crate::idempotency::{IdempotencyKey, Outcome};
use crate::{Batch, Map};

type Small = Durable<u8, u32>;

/// Values and versions of keys.
type Model = BTreeMap<u8, (u32, u64)>;

fn open(disk: &Arc<Liar>, mode: SyncMode) -> Result<Small, OpenError> {
    let disk = Arc::new(Arc::clone(disk)) as Arc<dyn super::disk::Disk>;
    Map::builder().durable("/liar").sync(mode).checkpoint_after(None).open_on(disk)
}

fn contents(map: &Small) -> Model {
    map.snapshot().iter().map(|entry| (*entry.key, (*entry.value, entry.version))).collect()
}

/// The `number`th batch: some keys with its number, some removed.
fn batch(number: u32) -> Batch<u8, u32> {
    let mut batch = Batch::new();
    for step in 0..3 {
        batch.insert(((number * 5 + step * 3) % 11) as u8, number * 10 + step);
    }
    batch.remove((number % 11) as u8);
    if number.is_multiple_of(2) {
        let payload = batch.payload_hash().unwrap();
        batch.idempotent(request(number), payload);
    }
    batch
}

fn request(number: u32) -> IdempotencyKey {
    IdempotencyKey::new(format!("request-{number}")).unwrap()
}

/// What that batch makes of a map.
fn apply(model: &Model, number: u32) -> Model {
    let mut after = model.clone();
    let revision = u64::from(number) + 1;
    for step in 0..3 {
        after.insert(((number * 5 + step * 3) % 11) as u8, (number * 10 + step, revision));
    }
    after.remove(&((number % 11) as u8));
    after
}

/// The map after each revision, from 0 on.
fn models(batches: u32) -> Vec<Model> {
    let mut all = vec![Model::new()];
    for number in 0..batches {
        all.push(apply(&all[number as usize], number));
    }
    all
}

/// Opens what is left of a folder and looks at it: it is the map of one revision, which is returned, and can be written to.
fn check(disk: &Arc<Liar>, mode: SyncMode, models: &[Model]) -> u64 {
    let map = open(disk, mode).unwrap();
    let revision = map.revision();
    assert_eq!(contents(&map), models[revision as usize], "revision {revision}");
    assert_eq!(map.len(), models[revision as usize].len());
    assert_eq!(map.recovered().revision, revision);
    for number in (0..models.len() as u32).filter(|number| number.is_multiple_of(2)) {
        let payload = batch(number).payload_hash().unwrap();
        let done = map.requests().claim(&request(number), payload, SystemTime::now());
        match done {
            Outcome::Replay(receipt) => assert_eq!(receipt.revision, u64::from(number) + 1),
            Outcome::Claimed(claim) => map.requests().release(claim, SystemTime::now()).unwrap(),
            other => panic!("{other:?}"),
        }
        assert_eq!(map.requests().len() as u64, revision.div_ceil(2), "requests up to revision {revision}");
    }
    let next = apply(&models[revision as usize], revision as u32);
    assert_eq!(map.put_all(batch(revision as u32)).unwrap().revision, revision + 1);
    drop(map);
    let map = open(disk, mode).unwrap();
    assert_eq!((map.revision(), contents(&map)), (revision + 1, next));
    assert_eq!(map.recovered().cut, None, "what was cut once is gone");
    revision
}
