//! Time that does not go back, made of a clock that may.

use std::time::{Duration, SystemTime};

/// How far two threads' readings of one clock may come in the wrong order without being taken for a clock that was set back.
pub(super) const SLACK: Duration = Duration::from_secs(1);

/// How much time went by, as far as a clock tells: while it goes forward, what it says; when it is set back, nothing, and then again
/// what it says.
///
/// Windows and leases are measured with it, so that none gets longer or stands still because a clock was set back.
/// When a clock is set forward, they end early: that cannot be told from time that went by.
#[derive(Clone, Default, Debug)]
pub(super) struct Timeline {
    last: Option<SystemTime>,
    elapsed: Duration,
}

impl Timeline {
    /// How much time went by since the first reading, now that the clock says `now`.
    pub(super) fn advance(&mut self, now: SystemTime) -> Duration {
        let last = *self.last.get_or_insert(now);
        match now.duration_since(last) {
            Ok(step) => {
                self.elapsed = self.elapsed.saturating_add(step);
                self.last = Some(now);
            }
            // Two threads read the clock, and the one that was first comes second. Were its reading taken, the time between
            // the two would count twice.
            Err(back) if back.duration() <= SLACK => {}
            Err(_) => self.last = Some(now),
        }
        self.elapsed
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    fn elapsed(readings: &[u64]) -> u64 {
        let mut timeline = Timeline::default();
        let mut elapsed = Duration::ZERO;
        for &reading in readings {
            elapsed = timeline.advance(UNIX_EPOCH + Duration::from_millis(reading));
        }
        elapsed.as_millis() as u64
    }

    #[test]
    fn goes_on_where_it_was() {
        assert_eq!(elapsed(&[5_000]), 0);
        assert_eq!(elapsed(&[5_000, 6_000, 8_000]), 3_000);
        assert_eq!(elapsed(&[50_000, 10_000, 12_000]), 2_000);
        assert_eq!(elapsed(&[50_000, 52_000, 1_000, 1_500, 0, 0]), 2_500);
    }

    #[test]
    fn threads_that_come_in_the_wrong_order_do_not_hurry_it() {
        assert_eq!(elapsed(&[5_000, 5_010, 5_001, 5_011, 5_000, 5_012]), 12);
    }
}
