//! A panic in every call that the map makes of its user's code: each time, all of the batch is there or nothing of it, and the
//! map goes on.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use putall::{Batch, Expect, Map, PutError};

thread_local! {
    /// Calls of the user's code until one panics. Negative: none does.
    static LEFT: Cell<i64> = const { Cell::new(-1) };
}

fn call() {
    let left = LEFT.get();
    if left >= 0 {
        LEFT.set(left - 1);
        assert_ne!(left, 0, "as was asked for");
    }
}

/// A key whose every trait may panic. Many have the same hash.
#[derive(Debug)]
struct Key(u32, Rc<()>);

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        call();
        (self.0 % 4).hash(state);
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        call();
        self.0 == other.0
    }
}

impl Eq for Key {}

impl Clone for Key {
    fn clone(&self) -> Self {
        call();
        Key(self.0, Rc::clone(&self.1))
    }
}

fn contents(map: &Map<Key, u32>) -> BTreeMap<u32, u32> {
    map.snapshot().iter().map(|entry| (entry.key.0, *entry.value)).collect()
}

/// A way to write: what it does, and what the map is afterwards. `Err` if it was refused.
type Write = fn(&Map<Key, u32>, &Rc<()>) -> Result<(), PutError<Key>>;

/// Tries a way to write with a panic at the first call of the user's code, at the second, and so on, until none is left.
fn panic_everywhere(write: Write, after: &[(u32, u32)], refused: bool) {
    let before: BTreeMap<u32, u32> = (0..40).map(|number| (number, number)).collect();
    for calls in 0.. {
        let counted = Rc::new(());
        let map = Map::new();
        for (&key, &value) in &before {
            map.insert(Key(key, Rc::clone(&counted)), value);
        }
        LEFT.set(calls);
        let result = catch_unwind(AssertUnwindSafe(|| write(&map, &counted)));
        let all = LEFT.replace(-1) >= 0;
        let wanted = if all && !refused { after.iter().copied().collect() } else { before.clone() };
        assert_eq!(contents(&map), wanted, "panic at call {calls}");
        assert_eq!(result.is_err(), !all);
        if let Ok(result) = result {
            assert_eq!(result.is_err(), refused);
        }
        // It goes on, and no key is locked.
        for key in 0..160 {
            map.insert(Key(key, Rc::clone(&counted)), 7);
        }
        assert!(contents(&map).values().all(|&value| value == 7));
        assert_eq!(map.len(), 160);
        drop(map);
        assert_eq!(Rc::strong_count(&counted), 1, "keys that are not dropped");
        if all {
            assert!(calls > 10, "only {calls} calls");
            return;
        }
    }
}

#[test]
fn in_a_batch_of_changes() {
    let mut after: BTreeMap<u32, u32> = (0..40).map(|number| (number, number)).collect();
    after.extend([(1, 100), (50, 100), (3, 103)]);
    after.remove(&2);
    let after: Vec<(u32, u32)> = after.into_iter().collect();
    let write: Write = |map, counted| {
        let key = |number| Key(number, Rc::clone(counted));
        let mut batch = Batch::new();
        batch.insert(key(1), 100).remove(key(2)).insert(key(50), 100);
        batch.update(key(3), |value| {
            call();
            value.map(|value| value + 100)
        });
        map.put_all(batch).map(|_| ())
    };
    panic_everywhere(write, &after, false);
}

#[test]
fn in_a_batch_that_makes_the_table_grow() {
    let after: Vec<(u32, u32)> =
        (0..40).map(|number| (number, number)).chain((40..150).map(|key| (key, 1))).collect();
    let write: Write = |map, counted| {
        let batch: Batch<Key, u32> = (40..150).map(|number| (Key(number, Rc::clone(counted)), 1)).collect();
        map.put_all(batch).map(|_| ())
    };
    panic_everywhere(write, &after, false);
}

#[test]
fn in_a_batch_that_is_refused() {
    let write: Write = |map, counted| {
        let key = |number| Key(number, Rc::clone(counted));
        let mut batch = Batch::new();
        batch.insert(key(50), 1).insert_if(key(5), 1, Expect::Absent).remove_if(key(60), Expect::Present);
        map.put_all(batch).map(|_| ())
    };
    panic_everywhere(write, &[], true);
}

#[test]
fn in_a_batch_that_is_written_as_far_as_it_fits() {
    let mut after: BTreeMap<u32, u32> = (0..40).map(|number| (number, number)).collect();
    after.extend([(1, 100), (50, 100), (3, 103)]);
    let after: Vec<(u32, u32)> = after.into_iter().collect();
    let write: Write = |map, counted| {
        let key = |number| Key(number, Rc::clone(counted));
        let mut batch = Batch::new();
        batch.insert_if(key(1), 100, Expect::Present).insert_if(key(5), 1, Expect::Absent);
        batch.insert_if(key(50), 100, Expect::Absent).remove_if(key(60), Expect::Present);
        batch.update(key(3), |value| {
            call();
            value.map(|value| value + 100)
        });
        let (_, left) = map.put_fitting(batch)?;
        assert_eq!(left.failed.len(), 2);
        Ok(())
    };
    panic_everywhere(write, &after, false);
}

#[test]
fn in_going_back() {
    let before: Vec<(u32, u32)> = (0..40).map(|number| (number, number)).collect();
    let write: Write = |map, counted| {
        let key = |number| Key(number, Rc::clone(counted));
        let keys = [key(2), key(3), key(60)];
        map.roll_back(&map.snapshot(), keys).map(|_| ())
    };
    panic_everywhere(write, &before, false);
}

/// A value whose `Drop` panics.
#[derive(Clone)]
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("as was asked for");
        }
    }
}

#[test]
fn in_drop_of_values() {
    let map = Map::new();
    for round in 0..5000_u32 {
        map.insert(round % 100, Bomb);
    }
    for key in 0..100 {
        map.remove(&key);
    }
    assert!(map.is_empty());
    drop(map);
}
