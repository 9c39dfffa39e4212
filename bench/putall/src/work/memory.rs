//! What an entry costs, while a map grows.

use super::Sample;
use crate::alloc;
use crate::stream::order;
use crate::target::{Datum, Job, Target};

/// Where it is looked at: hash tables grow at powers of two, so that each is at another place between two steps.
pub const SIZES: [usize; 8] = [100_000, 150_000, 200_000, 300_000, 450_000, 600_000, 800_000, 1_000_000];

pub struct Memory {
    /// Keys of a batch, as which the entries are put. One: single inserts.
    pub size: usize,
}

impl<K: Datum, V: Datum> Job<K, V> for Memory {
    type Out = Sample;

    /// Bytes asked of the allocator for an entry, those of strings included.
    fn run<T: Target<K, V>>(&self) -> Sample {
        let last = SIZES[SIZES.len() - 1];
        let order = order(last, 0);
        let count = alloc::Count::start();
        let map = T::new();
        let mut sample = Sample::new();
        let mut from = 0;
        for size in SIZES {
            for numbers in order[from..size].chunks(self.size) {
                let pair = |&number: &u32| (K::of(number as usize), V::of(number as usize));
                match numbers {
                    [number] => {
                        let (key, value) = pair(number);
                        map.insert(key, value);
                    }
                    numbers => map.put_all(numbers.iter().map(pair).collect()),
                }
            }
            from = size;
            sample.push((size.to_string(), count.bytes() as f64 / size as f64));
        }
        sample
    }
}
