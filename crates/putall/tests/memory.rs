//! Memory comes back: after churn, after snapshots, and all of it when the map is dropped.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Arc;
use std::sync::atomic::{AtomicIsize, Ordering};

use putall::{Batch, Map};

/// Counts what is allocated.
struct Counting;

static BYTES: AtomicIsize = AtomicIsize::new(0);

// SAFETY: the system's allocator does it all.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: the caller's.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn bytes() -> isize {
    BYTES.load(Ordering::Relaxed)
}

/// One test: others would allocate at the same time.
#[test]
fn comes_back() {
    let map = Map::<u64, Arc<u64>>::new();
    map.insert(0, Arc::new(0));
    let begun = bytes();
    let value = Arc::new(1);

    // Batches that overwrite, of all sizes: no more is kept than a bounded number of replaced values.
    let batch = |from: u64, len: u64| -> Batch<u64, Arc<u64>> {
        (from..from + len).map(|key| (key % 10_000, Arc::clone(&value))).collect()
    };
    map.put_all(batch(0, 10_000)).unwrap();
    let filled = bytes();
    for round in 0..3000 {
        map.put_all(batch(round * 37, 1 + round % 300)).unwrap();
    }
    let churned = bytes();
    let bound = 1 << 20;
    assert!(churned - filled < bound, "{filled} bytes before, {churned} after batches that overwrite");
    assert!(Arc::strong_count(&value) < 10_000 + 10_000, "{} values alive", Arc::strong_count(&value));

    // A snapshot costs what changes while it is held, however often that is.
    let snapshot = map.snapshot();
    for round in 0..300 {
        map.put_all(batch(0, 100 + round % 2)).unwrap();
    }
    assert_eq!(map.stats().kept_versions, 101);
    let held = bytes();
    assert!(
        held - churned < bound,
        "{churned} bytes before, {held} with a snapshot of 101 keys that changed"
    );
    drop(snapshot);
    assert_eq!(map.stats().kept_versions, 0);

    // Removed keys leave the table and some rests.
    let mut all = Batch::new();
    for key in 0..10_000 {
        all.remove(key);
    }
    map.put_all(all).unwrap();
    assert_eq!(map.len(), 0);
    for _ in 0..10_000 {
        map.insert(0, Arc::new(0));
    }
    assert_eq!(Arc::strong_count(&value), 1, "all removed values are dropped");
    let emptied = bytes();
    assert!(
        emptied - begun < bound + 64 * (10_000 / 4),
        "{begun} bytes in the beginning, {emptied} in the end"
    );

    drop(map);
    let left = bytes();
    let map = Map::<u64, Arc<u64>>::new();
    map.put_all(batch(0, 10_000)).unwrap();
    let snapshot = map.snapshot();
    map.put_all(batch(5000, 5000)).unwrap();
    drop(snapshot);
    drop(map);
    assert_eq!(bytes(), left, "a map that is dropped leaves nothing");
}
