//! What is done to each map: the same numbers in Rust and in Go (`go/stream.go`), which a checksum shows.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Operations of a stream. It is gone through again and again.
pub const LENGTH: usize = 1 << 19;

/// Keys of a batch within a mix.
pub const MIX_BATCH: usize = 100;

/// xorshift64*.
pub struct Rng(u64);

impl Rng {
    /// The generator of one thread.
    pub fn of(thread: usize) -> Self {
        Rng((thread as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, end: u64) -> u64 {
        ((self.next() >> 32) * end) >> 32
    }
}

/// How keys are drawn.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Draw {
    Uniform,
    /// With exponent 0.99, as YCSB has it.
    Zipf,
}

impl Draw {
    pub fn name(self) -> &'static str {
        match self {
            Draw::Uniform => "uniform",
            Draw::Zipf => "zipf",
        }
    }
}

/// Parts of a hundred.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Mix {
    pub gets: u64,
    pub puts: u64,
    pub removes: u64,
    pub batches: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Op {
    Get,
    Put,
    Remove,
    PutAll,
}

/// An operation and the number of its key, in 32 bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step(u32);

impl Step {
    fn new(op: Op, key: u64) -> Self {
        Step((op as u32) << 30 | key as u32)
    }

    #[inline]
    pub fn op(self) -> Op {
        match self.0 >> 30 {
            0 => Op::Get,
            1 => Op::Put,
            2 => Op::Remove,
            _ => Op::PutAll,
        }
    }

    #[inline]
    pub fn key(self) -> usize {
        (self.0 & 0x3FFF_FFFF) as usize
    }
}

/// What was made once is kept: it is asked for by every sample of a row.
type Kept<K, T> = Mutex<BTreeMap<K, Arc<Vec<T>>>>;

fn keep<K: Ord, T>(kept: &Kept<K, T>, key: K, make: impl FnOnce() -> Vec<T>) -> Arc<Vec<T>> {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(kept.entry(key).or_insert_with(|| Arc::new(make())))
}

/// The operations of one thread. Those of a batch name where in [`order`] it begins.
pub fn steps(draw: Draw, keys: usize, mix: Mix, thread: usize) -> Arc<Vec<Step>> {
    static KEPT: Kept<(Draw, usize, Mix, usize), Step> = Mutex::new(BTreeMap::new());
    keep(&KEPT, (draw, keys, mix, thread), || make_steps(draw, keys, mix, thread))
}

/// All keys' numbers in an order of the thread's own. Consecutive ones make a batch that has no key twice.
pub fn order(keys: usize, thread: usize) -> Arc<Vec<u32>> {
    static KEPT: Kept<(usize, usize), u32> = Mutex::new(BTreeMap::new());
    keep(&KEPT, (keys, thread), || make_order(keys, thread))
}

fn make_steps(draw: Draw, keys: usize, mix: Mix, thread: usize) -> Vec<Step> {
    let mut rng = Rng::of(thread);
    let zipf = (draw == Draw::Zipf).then(|| zipf(keys));
    let step = |_| {
        let roll = rng.below(100);
        let op = match roll {
            roll if roll < mix.gets => Op::Get,
            roll if roll < mix.gets + mix.puts => Op::Put,
            roll if roll < mix.gets + mix.puts + mix.removes => Op::Remove,
            _ => Op::PutAll,
        };
        let key = match &zipf {
            None => rng.below(keys as u64),
            Some(limits) => {
                let drawn = rng.next() >> 11;
                limits.partition_point(|&limit| limit <= drawn) as u64
            }
        };
        Step::new(op, if op == Op::PutAll { key % (keys - MIX_BATCH) as u64 } else { key })
    };
    (0..LENGTH).map(step).collect()
}

fn make_order(keys: usize, thread: usize) -> Vec<u32> {
    let mut rng = Rng::of(thread + 1000);
    let mut order: Vec<u32> = (0..keys as u32).collect();
    for last in (1..keys).rev() {
        order.swap(last, rng.below(last as u64 + 1) as usize);
    }
    order
}

/// Up to where numbers of 53 bits mean each key.
fn zipf(keys: usize) -> Vec<u64> {
    let mut sum = 0.0;
    let mut sums = Vec::with_capacity(keys);
    for rank in 1..=keys {
        let rank = rank as f64;
        sum += exp(0.01 * ln(rank)) / rank;
        sums.push(sum);
    }
    let mut limits: Vec<u64> = sums.iter().map(|part| (part / sum * (1u64 << 53) as f64) as u64).collect();
    if let Some(last) = limits.last_mut() {
        *last = 1 << 53;
    }
    limits
}

/// Of plain arithmetic only: libraries of two languages differ in the last bit.
fn ln(x: f64) -> f64 {
    let (mut mantissa, mut exponent) = (x, 0.0);
    while mantissa >= 2.0 {
        mantissa *= 0.5;
        exponent += 1.0;
    }
    let ratio = (mantissa - 1.0) / (mantissa + 1.0);
    let square = ratio * ratio;
    let (mut power, mut sum) = (ratio, 0.0);
    for odd in 0..30 {
        sum += power / (2 * odd + 1) as f64;
        power *= square;
    }
    #[expect(clippy::approx_constant, reason = "the same digits as in Go")]
    let ln2 = 0.6931471805599453;
    exponent * ln2 + 2.0 * sum
}

fn exp(x: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 1.0);
    for n in 1..20 {
        term *= x / f64::from(n);
        sum += term;
    }
    sum
}

/// Of what threads do; the order matters.
pub struct Checksum(u64);

impl Checksum {
    pub fn new() -> Self {
        Checksum(0xCBF2_9CE4_8422_2325)
    }

    pub fn add(&mut self, numbers: impl Iterator<Item = u32>) {
        for number in numbers {
            self.0 = (self.0 ^ u64::from(number)).wrapping_mul(0x0100_0000_01B3);
        }
    }

    pub fn value(&self) -> u64 {
        self.0
    }
}

/// As Go computes it.
pub fn checksum_steps(checksum: &mut Checksum, steps: &[Step]) {
    checksum.add(steps.iter().map(|step| step.0));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_is_right() {
        for x in [1.0, 2.0, 3.0, 10.0, 99_999.0, 1_000_000.0] {
            assert!((ln(x) - x.ln()).abs() < 1e-13, "{x}");
        }
        assert!((exp(0.13) - 0.13_f64.exp()).abs() < 1e-15);
    }

    #[test]
    fn zipf_prefers_the_first() {
        let mix = Mix { gets: 100, puts: 0, removes: 0, batches: 0 };
        let steps = steps(Draw::Zipf, 100_000, mix, 0);
        let first = steps.iter().filter(|step| step.key() == 0).count() as f64 / LENGTH as f64;
        assert!((0.07..0.09).contains(&first), "{first}");
        assert!(steps.iter().all(|step| step.key() < 100_000));
    }

    #[test]
    fn an_order_has_each_key_once() {
        let mut order = make_order(1000, 1);
        assert_ne!(order[..10], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        order.sort_unstable();
        assert!(order.into_iter().eq(0..1000));
    }
}
