//! Single keys, and batches among them.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use super::{Sample, closed_loop, filled, keys, pairs};
use crate::open_loop::{Limit, open_loop};
use crate::stream::{Draw, MIX_BATCH, Mix, Op, Step, order, steps};
use crate::target::{Datum, Job, Target};

/// Operations between two looks at the clock.
const CHUNK: usize = 256;

pub struct Mixed {
    pub draw: Draw,
    pub keys: usize,
    pub mix: Mix,
    pub threads: usize,
    pub time: Duration,
    /// Operations a second, all threads together; as many as possible if there is none.
    pub rate: Option<f64>,
}

/// What one thread does.
struct Script {
    steps: Arc<Vec<Step>>,
    order: Arc<Vec<u32>>,
}

impl Script {
    #[inline]
    fn step<K: Datum, T: Target<K, u64>>(&self, map: &T, keys: &[K], number: usize) {
        use std::borrow::Borrow as _;

        let step = self.steps[number % self.steps.len()];
        let key = step.key();
        match step.op() {
            Op::Get => {
                black_box(map.get(K::look(keys, key).borrow()));
            }
            Op::Put => map.insert(K::take(keys, key), number as u64),
            Op::Remove => map.remove(K::look(keys, key).borrow()),
            Op::PutAll => map.put_all(pairs(keys, &self.order[key..key + MIX_BATCH])),
        }
    }
}

impl<K: Datum> Job<K, u64> for Mixed {
    type Out = Sample;

    fn run<T: Target<K, u64>>(&self) -> Sample {
        let keys = keys::<K>(self.keys);
        let map: T = filled(&keys);
        let script = |thread| Script {
            steps: steps(self.draw, self.keys, self.mix, thread),
            order: order(self.keys, thread),
        };
        let scripts: Vec<Script> = (0..self.threads).map(script).collect();
        match self.rate {
            None => {
                let rates = closed_loop(self.threads, self.time, |thread| {
                    let (script, map, keys) = (&scripts[thread], &map, &keys);
                    let mut number = 0;
                    move || {
                        for _ in 0..CHUNK {
                            script.step(map, keys, number);
                            number += 1;
                        }
                        CHUNK as u64
                    }
                });
                vec![("M/s".to_owned(), rates.iter().sum::<f64>() / 1e6)]
            }
            Some(rate) => {
                let limit = Limit { count: u64::MAX, time: self.time };
                let rate = rate / self.threads as f64;
                let each = std::thread::scope(|scope| {
                    let start = |script| {
                        let (map, keys) = (&map, &keys);
                        scope.spawn(move || {
                            open_loop(rate, limit, |number| {
                                Script::step(script, map, keys, number as usize);
                            })
                        })
                    };
                    let threads: Vec<_> = scripts.iter().map(start).collect();
                    let join = |thread: std::thread::ScopedJoinHandle<'_, _>| thread.join();
                    threads.into_iter().map(join).collect::<Result<Vec<_>, _>>().expect("a thread panicked")
                });
                let mut all = each.into_iter();
                let mut sum = all.next().expect("there is a thread");
                all.for_each(|latencies| sum.add(&latencies));
                sum.sample()
            }
        }
    }
}
