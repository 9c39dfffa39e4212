//! Batches that overwrite keys which are there.

use std::time::Duration;

use super::{Sample, closed_loop, filled, keys, pairs};
use crate::stream::order;
use crate::target::{Datum, Job, Target};

pub struct Batches {
    pub keys: usize,
    pub size: usize,
    pub threads: usize,
    pub time: Duration,
}

impl<K: Datum> Job<K, u64> for Batches {
    type Out = Sample;

    /// Microseconds for a batch, of one thread.
    fn run<T: Target<K, u64>>(&self) -> Sample {
        let keys = keys::<K>(self.keys);
        let map: T = filled(&keys);
        let orders: Vec<_> = (0..self.threads).map(|thread| order(self.keys, thread)).collect();
        let repeats = (100 / self.size).max(1);
        let rates = closed_loop(self.threads, self.time, |thread| {
            let mut batches = orders[thread].chunks_exact(self.size).cycle();
            let (map, keys) = (&map, &keys);
            move || {
                for batch in batches.by_ref().take(repeats) {
                    map.put_all(pairs(keys, batch));
                }
                repeats as u64
            }
        });
        vec![("us".to_owned(), 1e6 * self.threads as f64 / rates.iter().sum::<f64>())]
    }
}
