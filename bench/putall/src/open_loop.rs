//! Latency without coordinated omission: operations are due by a schedule, and each is late by what it waited for those
//! before it. A map that stands still for a moment pays for all operations that were due meanwhile.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use crate::work::Sample;

/// What is told of a distribution.
pub const QUANTILES: [(&str, f64); 6] =
    [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("p99.99", 0.9999), ("max", 1.0)];

/// Latencies in ns, three digits exact.
pub struct Latencies {
    histogram: Histogram<u64>,
    /// Whether it was given up because it could not keep up.
    pub behind: bool,
}

impl Latencies {
    fn new() -> Self {
        let histogram = Histogram::new_with_bounds(1, 3_600_000_000_000, 3).expect("bounds are right");
        Latencies { histogram, behind: false }
    }

    pub fn add(&mut self, other: &Latencies) {
        self.histogram.add(&other.histogram).expect("bounds are the same");
        self.behind |= other.behind;
    }

    pub fn sample(&self) -> Sample {
        let mut sample: Sample = QUANTILES
            .iter()
            .map(|&(name, part)| (name.to_owned(), self.histogram.value_at_quantile(part) as f64))
            .collect();
        sample.push(("count".to_owned(), self.histogram.len() as f64));
        sample.push(("behind".to_owned(), f64::from(u8::from(self.behind))));
        sample
    }
}

/// When to stop.
#[derive(Clone, Copy)]
pub struct Limit {
    /// After so many operations.
    pub count: u64,
    /// When the next one would be due later.
    pub time: Duration,
}

/// Does operations at a fixed rate, in operations per second.
pub fn open_loop(rate: f64, limit: Limit, mut go: impl FnMut(u64)) -> Latencies {
    let gap = 1e9 / rate;
    let mut latencies = Latencies::new();
    let end = limit.time.as_nanos() as u64;
    let start = Instant::now();
    for number in 0..limit.count {
        let due = (number as f64 * gap) as u64;
        if due > end {
            break;
        }
        while (start.elapsed().as_nanos() as u64) < due {
            std::hint::spin_loop();
        }
        go(number);
        let now = start.elapsed().as_nanos() as u64;
        latencies.histogram.saturating_record(now.saturating_sub(due).max(1));
        // Three times as long as planned is enough to know.
        if now > end.saturating_mul(3) {
            latencies.behind = true;
            break;
        }
    }
    latencies
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_for_others_counts() {
        let limit = Limit { count: 100, time: Duration::from_secs(1) };
        let latencies = open_loop(10_000.0, limit, |number| {
            if number == 0 {
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        assert!(latencies.histogram.value_at_quantile(0.5) > 1_000_000);
        assert_eq!(latencies.histogram.len(), 100);
        assert!(!latencies.behind);
    }
}
