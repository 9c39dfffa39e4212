//! Taking a snapshot and dropping it, with or without reading a key in between.

use std::borrow::Borrow as _;
use std::hint::black_box;
use std::time::Duration;

use super::readers::beside_batches;
use super::{Sample, closed_loop, filled, keys};
use crate::stream::order;
use crate::target::{Datum, Job, Target};

pub struct Snapshots {
    pub keys: usize,
    pub get: bool,
    /// Keys of the batches that another thread commits meanwhile. None: nobody writes.
    pub size: usize,
    pub time: Duration,
}

impl<K: Datum> Job<K, u64> for Snapshots {
    type Out = Sample;

    /// Nanoseconds for one.
    fn run<T: Target<K, u64>>(&self) -> Sample {
        let keys = keys::<K>(self.keys);
        let map: T = filled(&keys);
        let order = order(self.keys, 0);
        let measure = || {
            let rates = closed_loop(1, self.time, |_| {
                let (map, keys) = (&map, &keys);
                let mut numbers = order.iter().cycle();
                move || {
                    for &number in numbers.by_ref().take(256) {
                        if self.get {
                            black_box(map.snapshot_get(K::look(keys, number as usize).borrow()));
                        } else {
                            map.snapshot();
                        }
                    }
                    256
                }
            });
            ("ns".to_owned(), 1e9 / rates[0])
        };
        if self.size == 0 {
            return vec![measure()];
        }
        let (time, batches) = beside_batches(&map, &keys, self.size, measure);
        vec![time, ("batches/s".to_owned(), batches)]
    }
}
