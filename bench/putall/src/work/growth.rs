//! From empty to many keys.

use std::time::{Duration, Instant};

use super::Sample;
use crate::open_loop::{Limit, open_loop};
use crate::target::{Datum, Job, Target};

pub struct Growth {
    pub keys: usize,
    /// Keys of a batch. One: single inserts.
    pub size: usize,
    /// The longest that it may take.
    pub time: Duration,
    /// Operations a second; as many as possible if there is none.
    pub rate: Option<f64>,
}

impl Job<u64, u64> for Growth {
    type Out = Sample;

    fn run<T: Target<u64, u64>>(&self) -> Sample {
        let map = T::new();
        let operations = (self.keys / self.size) as u64;
        let go = |number: u64| {
            let first = number as usize * self.size;
            if self.size == 1 {
                map.insert(u64::of(first), number);
            } else {
                map.put_all((first..first + self.size).map(|key| (u64::of(key), number)).collect());
            }
        };
        match self.rate {
            Some(rate) => {
                let limit = Limit { count: operations, time: self.time };
                open_loop(rate, limit, go).sample()
            }
            None => {
                let start = Instant::now();
                let mut count = 0;
                while count < operations && (count % 16 != 0 || start.elapsed() < self.time) {
                    go(count);
                    count += 1;
                }
                vec![("M/s".to_owned(), count as f64 / start.elapsed().as_secs_f64() / 1e6)]
            }
        }
    }
}
