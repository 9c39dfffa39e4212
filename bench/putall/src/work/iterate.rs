//! Going through all entries while another thread commits batches.

use std::hint::black_box;
use std::time::Duration;

use super::readers::beside_batches;
use super::{Sample, WARM, filled, keys, repeat};
use crate::target::{Datum, Job, Target};

pub struct Iterate {
    pub keys: usize,
    /// Keys of a batch. None: nobody writes.
    pub size: usize,
    pub time: Duration,
}

impl<K: Datum> Job<K, u64> for Iterate {
    type Out = Sample;

    fn run<T: Target<K, u64>>(&self) -> Sample {
        let keys = keys::<K>(self.keys);
        let map: T = filled(&keys);
        let mut all = || {
            let mut count = 0;
            map.iterate(|_, value| {
                black_box(value);
                count += 1;
            });
            count
        };
        let mut measure = || {
            repeat(self.time / WARM, &mut all);
            let (count, took) = repeat(self.time, &mut all);
            ("M/s".to_owned(), count as f64 / took.as_secs_f64() / 1e6)
        };
        if self.size == 0 {
            return vec![measure()];
        }
        let (entries, batches) = beside_batches(&map, &keys, self.size, measure);
        vec![entries, ("batches/s".to_owned(), batches)]
    }
}
