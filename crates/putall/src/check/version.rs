//! The second assertion: that the version is newer, and the time believable.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::time::{Duration, SystemTime};

use crate::{Clock, SystemClock};

/// What becomes of an update whose timestamp is not what the clock says.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// use putall::ManualClock;
/// use putall::check::{Skew, Validation, VersionValidator};
///
/// let now = UNIX_EPOCH + Duration::from_secs(60);
/// let validator = || VersionValidator::<String, _>::with_clock(ManualClock::new(now));
/// let early = now - Duration::from_millis(20);
/// assert_eq!(validator().validate("a", 1, early), Validation::Accepted { timestamp: early });
/// let aligned = validator().within(Skew::Align).validate("a", 1, early);
/// assert_eq!(aligned.timestamp(), Some(now));
/// assert_eq!(validator().within(Skew::Drop).validate("a", 1, early).timestamp(), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Skew {
    /// It is accepted with its own timestamp.
    Keep,
    /// It is accepted with the time of the clock.
    Align,
    /// It is dropped: that is no error, but it does nothing.
    Drop,
    /// It is refused: that is an error.
    Refuse,
}

/// How far a timestamp is from the clock.
///
/// ```
/// use std::time::Duration;
///
/// use putall::check::Deviation;
///
/// assert_eq!(Deviation::Ahead(Duration::from_millis(400)).to_string(), "400ms ahead of the clock");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deviation {
    /// It is that much later than the clock.
    Ahead(Duration),
    /// It is that much earlier.
    Behind(Duration),
}

impl Deviation {
    /// Of a timestamp from what the clock says: nothing behind if they are the same.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    ///
    /// use putall::check::Deviation;
    ///
    /// let second = Duration::from_secs(1);
    /// assert_eq!(Deviation::of(UNIX_EPOCH + second, UNIX_EPOCH), Deviation::Ahead(second));
    /// assert_eq!(Deviation::of(UNIX_EPOCH, UNIX_EPOCH), Deviation::Behind(Duration::ZERO));
    /// ```
    pub fn of(timestamp: SystemTime, now: SystemTime) -> Deviation {
        match now.duration_since(timestamp) {
            Ok(behind) => Deviation::Behind(behind),
            Err(ahead) => Deviation::Ahead(ahead.duration()),
        }
    }

    /// How far, whether ahead or behind.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use putall::check::Deviation;
    /// assert_eq!(Deviation::Behind(Duration::from_secs(2)).abs().as_secs(), 2);
    /// ```
    pub fn abs(self) -> Duration {
        match self {
            Deviation::Ahead(by) | Deviation::Behind(by) => by,
        }
    }
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Deviation::Ahead(by) => write!(f, "{by:?} ahead of the clock"),
            Deviation::Behind(by) => write!(f, "{by:?} behind the clock"),
        }
    }
}

/// What a [`VersionValidator`] says of a version and timestamp.
///
/// ```
/// use std::time::SystemTime;
///
/// use putall::check::{Validation, VersionValidator};
///
/// let mut validator = VersionValidator::<String>::new();
/// let now = SystemTime::now();
/// assert_eq!(validator.validate("a", 5, now), Validation::Accepted { timestamp: now });
/// assert_eq!(validator.validate("a", 5, now), Validation::NotRising { last: 5 });
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use = "it says whether the update may go on"]
pub enum Validation {
    /// The version is newer, and the timestamp taken as it is.
    Accepted {
        /// The timestamp.
        timestamp: SystemTime,
    },
    /// The version is newer, and the clock's time stands for the timestamp.
    Aligned {
        /// What the clock said.
        timestamp: SystemTime,
        /// How far the timestamp was from that.
        deviation: Deviation,
    },
    /// The update is to be let fall for its timestamp, without an error.
    Dropped {
        /// How far the timestamp was from the clock.
        deviation: Deviation,
    },
    /// The version is not above the last one of its source.
    NotRising {
        /// That one.
        last: u64,
    },
    /// The timestamp is too far from the clock.
    Skewed {
        /// How far.
        deviation: Deviation,
    },
}

impl Validation {
    /// The timestamp that is to be written, if the update may go on.
    ///
    /// ```
    /// # use putall::check::Validation;
    /// assert_eq!(Validation::NotRising { last: 1 }.timestamp(), None);
    /// ```
    pub fn timestamp(self) -> Option<SystemTime> {
        match self {
            Validation::Accepted { timestamp } | Validation::Aligned { timestamp, .. } => Some(timestamp),
            Validation::Dropped { .. } | Validation::NotRising { .. } | Validation::Skewed { .. } => None,
        }
    }
}

/// Sees to it that versions rise, for each source by itself, and that timestamps are near its clock.
///
/// The first version of a source is to be above 0. Order is by versions alone: a clock that is set back lets no older version in.
///
/// It remembers one number for each source, until that is [forgotten](VersionValidator::forget).
///
/// ```
/// use std::time::SystemTime;
///
/// use putall::check::{Validation, VersionValidator};
///
/// let mut validator = VersionValidator::<String>::new();
/// let now = SystemTime::now();
/// assert!(validator.validate("eu", 7, now).timestamp().is_some());
/// assert!(validator.validate("us", 3, now).timestamp().is_some());
/// assert_eq!(validator.validate("eu", 6, now), Validation::NotRising { last: 7 });
/// ```
#[derive(Clone, Debug)]
pub struct VersionValidator<S, C = SystemClock> {
    clock: C,
    tolerance: Duration,
    within: Skew,
    beyond: Skew,
    last: HashMap<S, u64>,
}

impl<S> Default for VersionValidator<S> {
    fn default() -> Self {
        Self::with_clock(SystemClock)
    }
}

impl<S> VersionValidator<S> {
    /// By the clock of this machine.
    ///
    /// ```
    /// # use putall::check::VersionValidator;
    /// assert_eq!(VersionValidator::<String>::new().last("a"), 0);
    /// ```
    pub fn new() -> Self {
        Self::default()
    }
}

impl<S, C> VersionValidator<S, C> {
    /// By another clock. Timestamps within 300 ms of it are kept, others refused.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    ///
    /// use putall::ManualClock;
    /// use putall::check::{Deviation, Validation, VersionValidator};
    ///
    /// let mut validator = VersionValidator::<String, _>::with_clock(ManualClock::new(UNIX_EPOCH));
    /// let far = Duration::from_millis(301);
    /// let skewed = Validation::Skewed { deviation: Deviation::Ahead(far) };
    /// assert_eq!(validator.validate("a", 1, UNIX_EPOCH + far), skewed);
    /// ```
    pub fn with_clock(clock: C) -> Self {
        let tolerance = Duration::from_millis(300);
        VersionValidator { clock, tolerance, within: Skew::Keep, beyond: Skew::Refuse, last: HashMap::new() }
    }

    /// How far a timestamp may be from the clock, to either side, the bounds included.
    ///
    /// ```
    /// # use std::time::{Duration, SystemTime};
    /// # use putall::check::VersionValidator;
    /// let mut validator = VersionValidator::<String>::new().tolerance(Duration::from_secs(60));
    /// let early = SystemTime::now() - Duration::from_secs(50);
    /// assert_eq!(validator.validate("a", 1, early).timestamp(), Some(early));
    /// ```
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// What becomes of timestamps that are off, but no more than the tolerance: [`Skew::Keep`] if nothing is said.
    ///
    /// ```
    /// # use std::time::SystemTime;
    /// # use putall::check::{Skew, Validation, VersionValidator};
    /// let mut validator = VersionValidator::<String>::new().within(Skew::Align);
    /// assert!(matches!(validator.validate("a", 1, SystemTime::now()), Validation::Aligned { .. }));
    /// ```
    pub fn within(mut self, skew: Skew) -> Self {
        self.within = skew;
        self
    }

    /// What becomes of timestamps that are off by more than the tolerance: [`Skew::Refuse`] if nothing is said.
    ///
    /// ```
    /// # use std::time::UNIX_EPOCH;
    /// # use putall::check::{Skew, Validation, VersionValidator};
    /// let mut validator = VersionValidator::<String>::new().beyond(Skew::Drop);
    /// assert!(matches!(validator.validate("a", 1, UNIX_EPOCH), Validation::Dropped { .. }));
    /// ```
    pub fn beyond(mut self, skew: Skew) -> Self {
        self.beyond = skew;
        self
    }
}

impl<S: Hash + Eq, C> VersionValidator<S, C> {
    /// The last version of a source that was accepted, or 0.
    ///
    /// ```
    /// # use std::time::SystemTime;
    /// # use putall::check::VersionValidator;
    /// let mut validator = VersionValidator::<String>::new();
    /// let _ = validator.validate("a", 4, SystemTime::now());
    /// assert_eq!((validator.last("a"), validator.last("b")), (4, 0));
    /// ```
    pub fn last<Q>(&self, source: &Q) -> u64
    where
        S: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.last.get(source).copied().unwrap_or(0)
    }

    /// Forgets a source, and returns its last version: it begins anew.
    ///
    /// ```
    /// # use std::time::SystemTime;
    /// # use putall::check::VersionValidator;
    /// let mut validator = VersionValidator::<String>::new();
    /// let _ = validator.validate("a", 4, SystemTime::now());
    /// assert_eq!(validator.forget("a"), Some(4));
    /// assert_eq!(validator.last("a"), 0);
    /// ```
    pub fn forget<Q>(&mut self, source: &Q) -> Option<u64>
    where
        S: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.last.remove(source)
    }

    /// Notes a version that was found good. Returns the source if it was known.
    pub(super) fn record(&mut self, source: S, version: u64) -> Option<S> {
        if let Some(last) = self.last.get_mut(&source) {
            *last = version;
            return Some(source);
        }
        self.last.insert(source, version);
        None
    }
}

impl<S: Hash + Eq, C: Clock> VersionValidator<S, C> {
    /// What [`validate`](VersionValidator::validate) would say, without the version being noted.
    ///
    /// ```
    /// # use std::time::SystemTime;
    /// # use putall::check::VersionValidator;
    /// let validator = VersionValidator::<String>::new();
    /// assert!(validator.check("a", 4, SystemTime::now()).timestamp().is_some());
    /// assert_eq!(validator.last("a"), 0);
    /// ```
    pub fn check<Q>(&self, source: &Q, version: u64, timestamp: SystemTime) -> Validation
    where
        S: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let last = self.last(source);
        if version <= last {
            return Validation::NotRising { last };
        }
        let now = self.clock.now();
        let deviation = Deviation::of(timestamp, now);
        let skew = match deviation.abs() {
            Duration::ZERO => Skew::Keep,
            by if by <= self.tolerance => self.within,
            _ => self.beyond,
        };
        match skew {
            Skew::Keep => Validation::Accepted { timestamp },
            Skew::Align => Validation::Aligned { timestamp: now, deviation },
            Skew::Drop => Validation::Dropped { deviation },
            Skew::Refuse => Validation::Skewed { deviation },
        }
    }

    /// Whether a version of a source is newer and its timestamp near the clock. If so, the version is noted: the next is to be above it.
    ///
    /// ```
    /// # use std::time::SystemTime;
    /// # use putall::check::VersionValidator;
    /// let mut validator = VersionValidator::<String>::new();
    /// assert!(validator.validate("a", 4, SystemTime::now()).timestamp().is_some());
    /// assert_eq!(validator.last("a"), 4);
    /// ```
    pub fn validate<Q>(&mut self, source: &Q, version: u64, timestamp: SystemTime) -> Validation
    where
        S: Borrow<Q>,
        Q: Hash + Eq + ToOwned<Owned = S> + ?Sized,
    {
        let validation = self.check(source, version, timestamp);
        if validation.timestamp().is_some() {
            self.record(source.to_owned(), version);
        }
        validation
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;
    use crate::ManualClock;

    const NOW: u64 = 1_000_000;

    fn at(millis: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(millis)
    }

    fn validator(clock: &ManualClock) -> VersionValidator<u8, &ManualClock> {
        VersionValidator::with_clock(clock)
    }

    #[test]
    fn versions_rise_for_each_source() {
        let clock = ManualClock::new(at(NOW));
        let mut validator = validator(&clock);
        assert_eq!(validator.validate(&1, 0, at(NOW)), Validation::NotRising { last: 0 });
        for (source, version, good) in
            [(1, 1, true), (1, 1, false), (2, 1, true), (1, u64::MAX, true), (1, 5, false)]
        {
            assert_eq!(
                validator.validate(&source, version, at(NOW)).timestamp().is_some(),
                good,
                "{source} {version}"
            );
        }
        assert_eq!((validator.last(&1), validator.last(&2)), (u64::MAX, 1));
    }

    #[test]
    fn both_bounds_of_the_tolerance_are_within() {
        let clock = ManualClock::new(at(NOW));
        for (timestamp, good) in
            [(NOW - 301, false), (NOW - 300, true), (NOW + 300, true), (NOW + 301, false)]
        {
            let validation = validator(&clock).validate(&1, 1, at(timestamp));
            assert_eq!(validation.timestamp().is_some(), good, "{timestamp}");
        }
    }

    #[test]
    fn each_setting_on_each_side_of_the_tolerance() {
        let clock = ManualClock::new(at(NOW));
        let late = |by| (at(NOW - by), Deviation::Behind(Duration::from_millis(by)));
        for (timestamp, deviation) in [late(300), late(400)] {
            let expected = [
                (Skew::Keep, Validation::Accepted { timestamp }),
                (Skew::Align, Validation::Aligned { timestamp: at(NOW), deviation }),
                (Skew::Drop, Validation::Dropped { deviation }),
                (Skew::Refuse, Validation::Skewed { deviation }),
            ];
            for (skew, expected) in expected {
                let mut validator = match deviation.abs().as_millis() {
                    300 => validator(&clock).within(skew).beyond(Skew::Refuse),
                    _ => validator(&clock).within(Skew::Keep).beyond(skew),
                };
                assert_eq!(validator.validate(&1, 1, timestamp), expected);
                assert_eq!(validator.last(&1), u64::from(expected.timestamp().is_some()));
            }
        }
        // What is not off is no case for any setting.
        let validation =
            validator(&clock).within(Skew::Drop).tolerance(Duration::ZERO).validate(&1, 1, at(NOW));
        assert_eq!(validation, Validation::Accepted { timestamp: at(NOW) });
    }

    #[test]
    fn a_clock_that_is_set_back_lets_no_older_version_in() {
        let clock = ManualClock::new(at(NOW));
        let mut validator = validator(&clock);
        assert!(validator.validate(&1, 5, at(NOW)).timestamp().is_some());
        clock.set(at(0));
        assert_eq!(validator.validate(&1, 5, at(0)), Validation::NotRising { last: 5 });
        assert!(matches!(
            validator.validate(&1, 6, at(NOW)),
            Validation::Skewed { deviation: Deviation::Ahead(_) }
        ));
        assert!(validator.validate(&1, 6, at(0)).timestamp().is_some());
    }
}
