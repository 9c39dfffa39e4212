//! The workloads, one a file, each written once for all maps.

pub mod batch;
pub mod growth;
pub mod iterate;
pub mod memory;
pub mod mix;
pub mod readers;
pub mod snapshot;

use std::sync::Barrier;
use std::time::{Duration, Instant};

use crate::stream::order;
use crate::target::{Datum, Target};

/// What was measured: names and numbers.
pub type Sample = Vec<(String, f64)>;

/// How much of a measurement goes by before it counts.
const WARM: u32 = 5;

/// Keys, made before the clock starts.
pub fn keys<K: Datum>(count: usize) -> Vec<K> {
    (0..count).map(K::of).collect()
}

/// A map with all keys in it, in an order that is not the one of any thread.
pub fn filled<K: Datum, T: Target<K, u64>>(keys: &[K]) -> T {
    let map = T::new();
    for numbers in order(keys.len(), 99).chunks(1000) {
        map.put_all(pairs(keys, numbers));
    }
    map
}

/// A batch: building it is part of what is measured, for all maps alike.
#[inline]
pub fn pairs<K: Datum>(keys: &[K], numbers: &[u32]) -> Vec<(K, u64)> {
    numbers.iter().map(|&number| (K::take(keys, number as usize), u64::from(number))).collect()
}

/// What threads do as fast as they can, for a time: operations of each in a second.
///
/// `start` makes what a thread repeats; that says how many operations it was.
pub fn closed_loop<F: FnMut() -> u64>(
    threads: usize,
    time: Duration,
    start: impl Fn(usize) -> F + Sync,
) -> Vec<f64> {
    let barrier = Barrier::new(threads);
    std::thread::scope(|scope| {
        let each = |thread| {
            let (start, barrier) = (&start, &barrier);
            scope.spawn(move || {
                let mut go = start(thread);
                barrier.wait();
                repeat(time / WARM, &mut go);
                let (count, took) = repeat(time, &mut go);
                count as f64 / took.as_secs_f64()
            })
        };
        let threads: Vec<_> = (0..threads).map(each).collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread panicked")).collect()
    })
}

#[inline]
fn repeat(time: Duration, go: &mut impl FnMut() -> u64) -> (u64, Duration) {
    let start = Instant::now();
    let mut count = 0;
    loop {
        count += go();
        let took = start.elapsed();
        if took >= time {
            return (count, took);
        }
    }
}
