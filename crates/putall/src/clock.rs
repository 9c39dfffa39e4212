//! What time it is, as far as somebody can be told another time in a test.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// Tells the time of day.
///
/// It may jump, forward and back: the time of day is set by people and by daemons. What needs it here is right then, too.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use putall::Clock;
///
/// /// A clock that is an hour late.
/// struct Late;
///
/// impl Clock for Late {
///     fn now(&self) -> SystemTime {
///         SystemTime::now() - Duration::from_secs(3600)
///     }
/// }
/// assert!(Late.now() < SystemTime::now());
/// ```
pub trait Clock {
    /// The time of day.
    fn now(&self) -> SystemTime;
}

impl<C: Clock + ?Sized> Clock for &C {
    fn now(&self) -> SystemTime {
        (**self).now()
    }
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> SystemTime {
        (**self).now()
    }
}

/// The clock of this machine.
///
/// ```
/// use putall::{Clock, SystemClock};
///
/// assert!(SystemClock.now() > std::time::UNIX_EPOCH);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// A clock that stands still until it is set, for tests. Share it by reference, or in an `Arc`.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// use putall::{Clock, ManualClock};
///
/// let clock = ManualClock::new(UNIX_EPOCH + Duration::from_secs(60));
/// clock.advance(Duration::from_secs(5));
/// clock.go_back(Duration::from_secs(15));
/// assert_eq!(clock.now(), UNIX_EPOCH + Duration::from_secs(50));
/// ```
#[derive(Debug)]
pub struct ManualClock(Mutex<SystemTime>);

impl ManualClock {
    /// A clock that stands at `now`.
    ///
    /// ```
    /// use putall::{Clock, ManualClock};
    ///
    /// assert_eq!(ManualClock::new(std::time::UNIX_EPOCH).now(), std::time::UNIX_EPOCH);
    /// ```
    pub fn new(now: SystemTime) -> Self {
        ManualClock(Mutex::new(now))
    }

    /// Sets the clock.
    ///
    /// ```
    /// use putall::{Clock, ManualClock, SystemClock};
    ///
    /// let clock = ManualClock::new(std::time::UNIX_EPOCH);
    /// let now = SystemClock.now();
    /// clock.set(now);
    /// assert_eq!(clock.now(), now);
    /// ```
    pub fn set(&self, now: SystemTime) {
        self.change(|_| now);
    }

    /// Moves the clock forward.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    ///
    /// use putall::{Clock, ManualClock};
    ///
    /// let clock = ManualClock::new(UNIX_EPOCH);
    /// clock.advance(Duration::from_millis(1));
    /// assert!(clock.now() > UNIX_EPOCH);
    /// ```
    ///
    /// # Panics
    ///
    /// If the system has no such time.
    pub fn advance(&self, by: Duration) {
        self.change(|now| now + by);
    }

    /// Moves the clock back, as somebody does who corrects it.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    ///
    /// use putall::{Clock, ManualClock};
    ///
    /// let clock = ManualClock::new(UNIX_EPOCH);
    /// clock.go_back(Duration::from_millis(1));
    /// assert!(clock.now() < UNIX_EPOCH);
    /// ```
    ///
    /// # Panics
    ///
    /// If the system has no such time.
    pub fn go_back(&self, by: Duration) {
        self.change(|now| now - by);
    }

    fn change(&self, change: impl FnOnce(SystemTime) -> SystemTime) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = change(*now);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
