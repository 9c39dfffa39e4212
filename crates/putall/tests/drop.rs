//! A value's `Drop` may do anything, also write to the map that the value was in.

use std::cell::Cell;
use std::sync::{Arc, Weak};

use putall::Map;

/// Writes to the map when it goes.
#[derive(Clone)]
struct Echo(Weak<Map<u64, Echo>>);

impl Drop for Echo {
    fn drop(&mut self) {
        if let Some(map) = self.0.upgrade() {
            map.insert(0, Echo(Weak::new()));
        }
    }
}

#[test]
fn of_a_batch_that_was_alone() {
    let map = Arc::new(Map::new());
    for _ in 0..1000 {
        let echo = || Echo(Arc::downgrade(&map));
        map.put_all((0..10).map(|key| (key, echo())).collect::<Vec<_>>()).unwrap();
    }
    assert_eq!(map.len(), 10);
    assert!(map.revision() > 1000, "some were dropped, and wrote");
}

#[test]
fn of_a_record_that_the_log_no_longer_has() {
    let map = Arc::new(Map::builder().log(1).build());
    for _ in 0..100 {
        map.insert(0, Echo(Arc::downgrade(&map)));
    }
    assert_eq!(map.len(), 1);
    assert!(map.revision() > 100, "some were dropped, and wrote");
}

thread_local! {
    static ARMED: Cell<bool> = const { Cell::new(false) };
}

#[derive(Clone, PartialEq, Debug)]
struct Bomb(u64);

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(!ARMED.get() || self.0 > 1, "as was asked for");
    }
}

#[test]
fn a_panic_in_one_of_a_record_harms_nobody() {
    let map = Map::builder().log(1).build();
    map.insert(0, Bomb(1));
    ARMED.set(true);
    map.insert(0, Bomb(2));
    ARMED.set(false);
    assert_eq!((map.len(), map.revision()), (1, 2));
    assert_eq!(*map.get(&0).unwrap(), Bomb(2));
    // The key is nobody's.
    map.insert(0, Bomb(3));
    assert_eq!(*map.get(&0).unwrap(), Bomb(3));
}
