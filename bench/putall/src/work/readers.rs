//! Reads of one thread while another commits batches without pause.

use std::borrow::Borrow as _;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::{Sample, WARM, filled, keys, pairs, repeat};
use crate::open_loop::{Limit, open_loop};
use crate::stream::{Draw, Mix, order, steps};
use crate::target::{Datum, Job, Target};

pub struct Readers {
    pub keys: usize,
    /// Keys of a batch.
    pub size: usize,
    pub time: Duration,
    /// Reads a second; as many as possible if there is none.
    pub rate: Option<f64>,
}

impl<K: Datum> Job<K, u64> for Readers {
    type Out = Sample;

    fn run<T: Target<K, u64>>(&self) -> Sample {
        let keys = keys::<K>(self.keys);
        let map: T = filled(&keys);
        let steps = steps(Draw::Uniform, self.keys, READS, 0);
        let mut number = 0;
        let mut get = || {
            let key = steps[number % steps.len()].key();
            number += 1;
            black_box(map.get(K::look(&keys, key).borrow()));
        };
        let (mut sample, batches) = beside_batches(&map, &keys, self.size, || {
            repeat(self.time / WARM, &mut || {
                get();
                1
            });
            match self.rate {
                None => {
                    let (count, took) = repeat(self.time, &mut || {
                        get();
                        1
                    });
                    vec![("M/s".to_owned(), count as f64 / took.as_secs_f64() / 1e6)]
                }
                Some(rate) => {
                    let limit = Limit { count: u64::MAX, time: self.time };
                    open_loop(rate, limit, |_| get()).sample()
                }
            }
        });
        sample.push(("batches/s".to_owned(), batches));
        sample
    }
}

const READS: Mix = Mix { gets: 100, puts: 0, removes: 0, batches: 0 };

/// Does something while another thread commits batches, and says how many of those there were in a second.
pub fn beside_batches<K: Datum, T: Target<K, u64>, R>(
    map: &T,
    keys: &[K],
    size: usize,
    go: impl FnOnce() -> R,
) -> (R, f64) {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let order = order(keys.len(), 1);
            let mut batches = order.chunks_exact(size).cycle();
            let (start, mut count) = (Instant::now(), 0);
            while !stop.load(Ordering::Relaxed) {
                if let Some(batch) = batches.next() {
                    map.put_all(pairs(keys, batch));
                    count += 1;
                }
            }
            f64::from(count) / start.elapsed().as_secs_f64()
        });
        let out = go();
        stop.store(true, Ordering::Relaxed);
        (out, writer.join().expect("the writer panicked"))
    })
}
