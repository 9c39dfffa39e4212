//! Whether a request was sent just now.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::Timestamp;
use super::timeline::{SLACK, Timeline};
use crate::{Clock, SystemClock};

/// Why a request is not fresh.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// use putall::idempotency::{FreshnessWindow, NotFresh, Timestamp};
///
/// let now = UNIX_EPOCH + Duration::from_secs(1000);
/// let error = FreshnessWindow::default().check(Timestamp::from_millis(600_000), now).unwrap_err();
/// assert_eq!(error.to_string(), "sent 400s ago, and 300s are allowed: send it again with the time of now");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotFresh {
    /// It was sent too long ago.
    #[error("sent {age:?} ago, and {past:?} are allowed: send it again with the time of now")]
    TooOld {
        /// How long ago.
        age: Duration,
        /// What is allowed.
        past: Duration,
    },
    /// It is from the future.
    #[error("sent {ahead:?} from now, and {future:?} are allowed: one of the two clocks is wrong")]
    TooNew {
        /// How far its time is ahead of the clock.
        ahead: Duration,
        /// What is allowed.
        future: Duration,
    },
    /// The clock was set back, and the records of requests with this timestamp may be gone: it cannot be told whether it was done.
    #[error(
        "the clock was set back: requests sent until {until} (ms since 1970) may have been done and forgotten"
    )]
    Forgotten {
        /// The latest timestamp of which records may be gone.
        until: Timestamp,
    },
}

/// How long ago a request may have been sent, and how far from now.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// use putall::idempotency::{FreshnessWindow, Timestamp};
///
/// let window = FreshnessWindow { past: Duration::from_secs(10), ..FreshnessWindow::default() };
/// let now = UNIX_EPOCH + Duration::from_secs(60);
/// assert!(window.check(Timestamp::from_millis(50_000), now).is_ok());
/// assert!(window.check(Timestamp::from_millis(49_999), now).is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FreshnessWindow {
    /// How long ago, the bound included. 5 minutes by default.
    pub past: Duration,
    /// How far from now, the bound included: what the sender's clock may be fast. 5 seconds by default.
    pub future: Duration,
}

impl Default for FreshnessWindow {
    fn default() -> Self {
        FreshnessWindow { past: Duration::from_secs(300), future: Duration::from_secs(5) }
    }
}

impl FreshnessWindow {
    /// For how long one timestamp is fresh, while the clock is right.
    ///
    /// ```
    /// # use putall::idempotency::FreshnessWindow;
    /// assert_eq!(FreshnessWindow::default().span().as_secs(), 305);
    /// ```
    pub fn span(&self) -> Duration {
        self.past.saturating_add(self.future)
    }

    /// Whether a request that was sent at `sent` is fresh when the clock says `now`.
    ///
    /// This remembers nothing: when the clock is set back, what was too old may be fresh again. [`Freshness`] remembers.
    ///
    /// ```
    /// # use std::time::{Duration, UNIX_EPOCH};
    /// # use putall::idempotency::{FreshnessWindow, Timestamp};
    /// let now = UNIX_EPOCH + Duration::from_secs(1);
    /// assert!(FreshnessWindow::default().check(Timestamp::of(now), now).is_ok());
    /// ```
    ///
    /// # Errors
    ///
    /// If it is too old or too new.
    pub fn check(&self, sent: Timestamp, now: SystemTime) -> Result<(), NotFresh> {
        // As numbers, since the system may have no such time as a sender can claim.
        let now = match now.duration_since(UNIX_EPOCH) {
            Ok(since) => since.as_nanos() as i128,
            Err(before) => -(before.duration().as_nanos() as i128),
        };
        let age = now - sent.nanos();
        let (secs, nanos) = (age.unsigned_abs() / 1_000_000_000, age.unsigned_abs() % 1_000_000_000);
        let length = Duration::new(secs as u64, nanos as u32);
        if age >= 0 && length > self.past {
            return Err(NotFresh::TooOld { age: length, past: self.past });
        }
        if age < 0 && length > self.future {
            return Err(NotFresh::TooNew { ahead: length, future: self.future });
        }
        Ok(())
    }
}

/// Checks whether requests are fresh, and is not fooled by a clock that is set back.
///
/// A record of what was done is kept for some time only; freshness is what keeps a request away that is older than its record. When the
/// clock is set back, a request whose record is gone would be fresh once more, and be done twice. So the latest timestamps that were
/// accepted are remembered, and what may be without its record is refused, until the clock is past it. With a clock that is right
/// nothing is refused but by its [`FreshnessWindow`].
///
/// That holds if records are kept for [`keep`](Freshness::keep), and while the process lives.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// use putall::{Clock, ManualClock};
/// use putall::idempotency::{Freshness, FreshnessWindow, NotFresh, Timestamp};
///
/// let clock = ManualClock::new(UNIX_EPOCH + Duration::from_secs(10_000));
/// let freshness = Freshness::with_clock(FreshnessWindow::default(), &clock);
/// let sent = Timestamp::of(clock.now());
/// assert!(freshness.check(sent).is_ok());
///
/// // Six minutes later it is not fresh, also not for a clock that was set back.
/// clock.advance(Duration::from_secs(360));
/// assert!(matches!(freshness.check(sent), Err(NotFresh::TooOld { .. })));
/// clock.go_back(Duration::from_secs(360));
/// assert!(matches!(freshness.check(sent), Err(NotFresh::Forgotten { .. })));
/// ```
#[derive(Debug)]
pub struct Freshness<C = SystemClock> {
    window: FreshnessWindow,
    clock: C,
    accepted: Mutex<Accepted>,
}

/// Which timestamps were accepted when, as far as it matters. Times are of the timeline.
#[derive(Default, Debug)]
struct Accepted {
    timeline: Timeline,
    /// When each stretch of time began, and the latest timestamp that was accepted in it. A few of them, each one [`Accepted::step`] long.
    recent: VecDeque<(Duration, Timestamp)>,
    /// The latest timestamp that was accepted in stretches before those.
    forgotten: Option<Timestamp>,
}

impl Accepted {
    const STRETCHES: u32 = 8;

    fn step(span: Duration) -> Duration {
        (span / Self::STRETCHES).max(Duration::from_nanos(1))
    }

    /// Forgets stretches that ended so long ago that, by a clock that is right, nothing that was accepted in them is fresh.
    fn forget(&mut self, elapsed: Duration, span: Duration) {
        let age = span.saturating_add(Self::step(span));
        while let Some(&(start, latest)) = self.recent.front()
            && elapsed.saturating_sub(start) >= age
        {
            self.recent.pop_front();
            self.forgotten = self.forgotten.max(Some(latest));
        }
    }

    fn accept(&mut self, elapsed: Duration, span: Duration, sent: Timestamp) {
        match self.recent.back_mut() {
            Some((start, latest)) if elapsed - *start < Self::step(span) => *latest = sent.max(*latest),
            _ => self.recent.push_back((elapsed, sent)),
        }
    }
}

impl Freshness {
    /// By the clock of this machine.
    ///
    /// ```
    /// use std::time::SystemTime;
    ///
    /// use putall::idempotency::{Freshness, FreshnessWindow, Timestamp};
    ///
    /// let freshness = Freshness::new(FreshnessWindow::default());
    /// assert!(freshness.check(Timestamp::of(SystemTime::now())).is_ok());
    /// ```
    pub fn new(window: FreshnessWindow) -> Self {
        Self::with_clock(window, SystemClock)
    }
}

impl<C: Clock> Freshness<C> {
    /// By another clock.
    ///
    /// ```
    /// use std::time::UNIX_EPOCH;
    ///
    /// use putall::ManualClock;
    /// use putall::idempotency::{Freshness, FreshnessWindow, Timestamp};
    ///
    /// let freshness = Freshness::with_clock(FreshnessWindow::default(), ManualClock::new(UNIX_EPOCH));
    /// assert_eq!(freshness.check(Timestamp::from_millis(5000)), Ok(UNIX_EPOCH));
    /// ```
    pub fn with_clock(window: FreshnessWindow, clock: C) -> Self {
        Freshness { window, clock, accepted: Mutex::default() }
    }

    /// For how long the record of a request is to be kept, so that it is there whenever the request is fresh: the window of a
    /// [`Store`](super::Store). An eighth more than [`FreshnessWindow::span`], and a second.
    ///
    /// ```
    /// use putall::idempotency::{Freshness, FreshnessWindow};
    ///
    /// let window = FreshnessWindow::default();
    /// assert!(Freshness::new(window).keep() > window.span());
    /// ```
    pub fn keep(&self) -> Duration {
        let span = self.window.span();
        span.saturating_add(Accepted::step(span)).saturating_add(SLACK)
    }

    /// Whether a request that was sent at `sent` is fresh now. Returns what the clock said, which is also the `now` of the
    /// [`claim`](super::Store::claim) that follows.
    ///
    /// ```
    /// use putall::{Clock, SystemClock};
    /// use putall::idempotency::{Freshness, FreshnessWindow, Timestamp};
    ///
    /// let freshness = Freshness::new(FreshnessWindow::default());
    /// assert!(freshness.check(Timestamp::from_millis(0)).is_err());
    /// assert!(freshness.check(Timestamp::of(SystemClock.now())).is_ok());
    /// ```
    ///
    /// # Errors
    ///
    /// If it is too old or too new, or its record may be gone.
    pub fn check(&self, sent: Timestamp) -> Result<SystemTime, NotFresh> {
        let now = self.clock.now();
        let span = self.window.span();
        let mut accepted = self.accepted.lock().unwrap_or_else(PoisonError::into_inner);
        let elapsed = accepted.timeline.advance(now);
        accepted.forget(elapsed, span);
        self.window.check(sent, now)?;
        if let Some(until) = accepted.forgotten.filter(|&until| sent <= until) {
            return Err(NotFresh::Forgotten { until });
        }
        accepted.accept(elapsed, span, sent);
        Ok(now)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;
    use crate::ManualClock;
    use crate::fingerprint::PayloadHash;
    use crate::idempotency::{IdempotencyKey, Outcome, Settings, Store};

    fn at(millis: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(millis)
    }

    #[test]
    fn both_bounds_are_fresh() {
        let window = FreshnessWindow::default();
        let check = |sent| window.check(Timestamp::from_millis(sent), at(1_000_000));
        assert_eq!(check(700_000), Ok(()));
        let past = window.past;
        assert_eq!(check(699_999), Err(NotFresh::TooOld { age: Duration::from_millis(300_001), past }));
        assert_eq!(check(1_005_000), Ok(()));
        let future = window.future;
        assert_eq!(check(1_005_001), Err(NotFresh::TooNew { ahead: Duration::from_millis(5_001), future }));
    }

    #[test]
    fn any_time_that_a_sender_claims_has_an_answer() {
        let window = FreshnessWindow { past: Duration::MAX, future: Duration::MAX };
        for sent in [0, 1, u64::MAX] {
            let before = UNIX_EPOCH - Duration::from_secs(1);
            assert_eq!(window.check(Timestamp::from_millis(sent), before), Ok(()));
            assert_eq!(window.check(Timestamp::from_millis(sent), at(5)), Ok(()));
            assert!(
                Freshness::with_clock(window, ManualClock::new(at(5)))
                    .check(Timestamp::from_millis(sent))
                    .is_ok()
            );
        }
        assert!(FreshnessWindow::default().check(Timestamp::from_millis(u64::MAX), at(0)).is_err());
    }

    /// The clock is corrected by an hour: what was just sent is fresh at once, and only what may be a repetition is refused.
    #[test]
    fn goes_on_after_a_clock_that_was_fast_is_corrected() {
        let clock = ManualClock::new(at(7_200_000));
        let freshness = Freshness::with_clock(FreshnessWindow::default(), &clock);
        // No honest sender is fresh by a clock that is an hour fast, so none is remembered.
        assert!(freshness.check(Timestamp::from_millis(3_600_000)).is_err());
        clock.set(at(3_600_000));
        for minute in 0..30 {
            clock.set(at(3_600_000 + minute * 60_000));
            assert!(freshness.check(Timestamp::of(clock.now())).is_ok());
        }
    }

    #[test]
    fn remembers_a_bounded_number_of_stretches() {
        let clock = ManualClock::new(at(0));
        let freshness = Freshness::with_clock(FreshnessWindow::default(), &clock);
        for _ in 0..10_000 {
            clock.advance(Duration::from_millis(700));
            assert!(freshness.check(Timestamp::of(clock.now())).is_ok());
        }
        let stretches = freshness.accepted.lock().unwrap().recent.len();
        assert!(stretches <= Accepted::STRETCHES as usize + 2, "{stretches}");
    }

    /// What happens to the clock, in ms, and a request: of which number, and how much its sender's clock is fast.
    fn steps() -> impl Strategy<Value = Vec<(i64, usize, i64)>> {
        let clock = prop_oneof![4 => 0..2_000i64, 1 => -1_500..0i64, 1 => -20_000..20_000i64];
        prop::collection::vec((clock, 0..8usize, -10_500..1_500i64), 1..200)
    }

    proptest! {
        #[test]
        fn with_a_clock_that_goes_forward_the_window_alone_decides(steps in steps()) {
            let window = FreshnessWindow { past: Duration::from_secs(9), future: Duration::from_secs(1) };
            let clock = ManualClock::new(at(1_000_000));
            let freshness = Freshness::with_clock(window, &clock);
            for (step, _, skew) in steps {
                clock.advance(Duration::from_millis(step.unsigned_abs()));
                let sent = Timestamp::from_millis(Timestamp::of(clock.now()).as_millis().saturating_add_signed(skew));
                prop_assert_eq!(freshness.check(sent).map(drop), window.check(sent, clock.now()));
            }
        }

        /// With a store beside it, no request is done twice, whatever happens to the clock and whenever it is sent again.
        #[test]
        fn nothing_is_done_twice(steps in steps()) {
            let window = FreshnessWindow { past: Duration::from_secs(9), future: Duration::from_secs(1) };
            let clock = ManualClock::new(at(1_000_000));
            let freshness = Freshness::with_clock(window, &clock);
            let lease = Duration::from_secs(1);
            let store = Store::with_settings(Settings { window: freshness.keep(), lease });
            let mut requests: Vec<Timestamp> = Vec::new();
            let mut done = HashSet::new();
            for (step, number, skew) in steps {
                clock.set(at(Timestamp::of(clock.now()).as_millis().saturating_add_signed(step)));
                let new = requests.len().saturating_sub(number);
                if new == requests.len() {
                    requests.push(Timestamp::from_millis(Timestamp::of(clock.now()).as_millis().saturating_add_signed(skew)));
                }
                let Ok(now) = freshness.check(requests[new]) else { continue };
                let key = IdempotencyKey::new(format!("{new}")).unwrap();
                if let Outcome::Claimed(claim) = store.claim(&key, PayloadHash::of_bytes("p"), now) {
                    prop_assert!(done.insert(new), "request {} was done twice", new);
                    store.complete(claim, (), now).unwrap();
                }
            }
        }
    }
}
