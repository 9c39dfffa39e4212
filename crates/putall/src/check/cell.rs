//! The first assertion: that nobody was faster.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

/// Which state of a [`VersionedCell`] it is.
///
/// ```
/// use putall::check::Stamp;
///
/// let stamp = Stamp { version: 3, log_id: 17 };
/// assert_eq!(stamp.to_string(), "version 3 (log 17)");
/// assert_ne!(stamp, Stamp { version: 3, log_id: 18 });
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Stamp {
    /// The version, as who wrote it counts.
    pub version: u64,
    /// The operation that wrote it, in the [`OperationLog`](super::OperationLog).
    pub log_id: u64,
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "version {} (log {})", self.version, self.log_id)
    }
}

/// Why a cell was not set: it has another stamp than was expected. Load it again, and try with what it has now.
///
/// ```
/// use putall::check::{Stale, Stamp, VersionedCell};
///
/// let stamp = |version| Stamp { version, log_id: 0 };
/// let cell = VersionedCell::new("a", stamp(1));
/// assert_eq!(cell.compare_and_set(stamp(7), "b", stamp(8)), Err(Stale { found: stamp(1) }));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("nothing was set: the state is {found}")]
pub struct Stale {
    /// The stamp that it has.
    pub found: Stamp,
}

/// A value with a stamp, which is set only by who knows the stamp. As Java's `AtomicStampedReference`, but for stamps alone: they say which
/// state it is, so values are not compared.
///
/// As long as no stamp is given twice, a value that was changed and changed back is told from one that was never changed.
///
/// It is one lock around a pointer and a stamp. It is held to copy these, never while a value is made, compared or dropped; so it is short,
/// and a value is never seen with the stamp of another. Where a great many threads read one value, the word in which the lock counts
/// its readers is what they wait for; but so it would be with the count of the `Arc` that they all take.
///
/// ```
/// use putall::check::{Stamp, VersionedCell};
///
/// let cell = VersionedCell::new(vec![1], Stamp::default());
/// let (old, stamp) = cell.load();
/// let next = Stamp { version: stamp.version + 1, log_id: 1 };
/// cell.compare_and_set(stamp, vec![1, 2], next)?;
/// assert_eq!(*cell.load().0, [1, 2]);
/// assert_eq!(*old, [1]);
/// # Ok::<(), putall::check::Stale>(())
/// ```
pub struct VersionedCell<T> {
    state: RwLock<(Arc<T>, Stamp)>,
}

impl<T> VersionedCell<T> {
    /// A cell with its first value.
    ///
    /// ```
    /// # use putall::check::{Stamp, VersionedCell};
    /// let cell = VersionedCell::new(5, Stamp { version: 2, log_id: 9 });
    /// assert_eq!(cell.stamp().version, 2);
    /// ```
    pub fn new(value: T, stamp: Stamp) -> Self {
        VersionedCell { state: RwLock::new((Arc::new(value), stamp)) }
    }

    /// The value and its stamp, of one instant.
    ///
    /// ```
    /// # use putall::check::{Stamp, VersionedCell};
    /// let (value, stamp) = VersionedCell::new(5, Stamp::default()).load();
    /// assert_eq!((*value, stamp), (5, Stamp::default()));
    /// ```
    pub fn load(&self) -> (Arc<T>, Stamp) {
        // Nothing that can panic is done under the lock, so it is never poisoned.
        self.state.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The stamp alone.
    ///
    /// ```
    /// # use putall::check::{Stamp, VersionedCell};
    /// assert_eq!(VersionedCell::new(5, Stamp::default()).stamp(), Stamp::default());
    /// ```
    pub fn stamp(&self) -> Stamp {
        self.state.read().unwrap_or_else(PoisonError::into_inner).1
    }

    /// Gives the cell another value and stamp, if it has the stamp that is expected. Nothing keeps `stamp` from being one that the cell
    /// had before: see to it that none is given twice.
    ///
    /// ```
    /// # use putall::check::{Stamp, VersionedCell};
    /// let stamp = |version| Stamp { version, log_id: version };
    /// let cell = VersionedCell::new("a", stamp(0));
    /// assert!(cell.compare_and_set(stamp(0), "b", stamp(1)).is_ok());
    /// assert!(cell.compare_and_set(stamp(0), "c", stamp(1)).is_err());
    /// assert_eq!(*cell.load().0, "b");
    /// ```
    ///
    /// # Errors
    ///
    /// If it has another stamp. Nothing is changed then.
    pub fn compare_and_set(&self, expected: Stamp, new: T, stamp: Stamp) -> Result<(), Stale> {
        let new = Arc::new(new);
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if state.1 != expected {
            let found = state.1;
            // The value's `Drop` is the user's, and not for under the lock.
            drop(state);
            return Err(Stale { found });
        }
        let old = std::mem::replace(&mut *state, (new, stamp));
        drop(state);
        drop(old);
        Ok(())
    }

    /// Gives it another value and stamp, and returns the value that it had. For who has seen to it that nobody else does.
    pub(super) fn replace(&self, new: Arc<T>, stamp: Stamp) -> Arc<T> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *state, (new, stamp)).0
    }
}

impl<T: fmt::Debug> fmt::Debug for VersionedCell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (value, stamp) = self.load();
        f.debug_struct("VersionedCell").field("value", &value).field("stamp", &stamp).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Weak;
    use std::thread;

    use super::*;

    fn stamp(version: u64, log_id: u64) -> Stamp {
        Stamp { version, log_id }
    }

    #[test]
    fn both_halves_of_a_stamp_count() {
        let cell = VersionedCell::new(0, stamp(1, 1));
        for wrong in [stamp(1, 2), stamp(2, 1), stamp(0, 1)] {
            assert_eq!(cell.compare_and_set(wrong, 1, stamp(9, 9)), Err(Stale { found: stamp(1, 1) }));
        }
        assert_eq!(cell.compare_and_set(stamp(1, 1), 1, stamp(1, 2)), Ok(()));
    }

    #[test]
    fn a_value_that_came_back_is_another_state() {
        let cell = VersionedCell::new("a", stamp(0, 0));
        let (_, before) = cell.load();
        cell.compare_and_set(stamp(0, 0), "b", stamp(1, 1)).unwrap();
        cell.compare_and_set(stamp(1, 1), "a", stamp(2, 2)).unwrap();
        assert!(cell.compare_and_set(before, "c", stamp(3, 3)).is_err());
    }

    /// Of the threads that set a version exactly one does, and nobody sees a value with another's stamp.
    #[test]
    fn one_wins_each_version() {
        const THREADS: u64 = 4;
        const ROUNDS: u64 = 5_000;
        let cell = VersionedCell::new((0, 0), stamp(0, 0));
        let set = |thread: u64| {
            let mut wins = 0;
            while let (value, found) = cell.load()
                && found.version < ROUNDS
            {
                assert_eq!(*value, (found.version, found.log_id), "torn");
                let next = stamp(found.version + 1, thread);
                wins += u64::from(cell.compare_and_set(found, (next.version, next.log_id), next).is_ok());
            }
            wins
        };
        let wins: Vec<u64> = thread::scope(|scope| {
            let set = &set;
            let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || set(thread))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(wins.iter().sum::<u64>(), ROUNDS);
    }

    /// A value that looks at its cell when it is dropped.
    struct Looks(Weak<VersionedCell<Looks>>);

    impl Drop for Looks {
        fn drop(&mut self) {
            if let Some(cell) = self.0.upgrade() {
                cell.stamp();
            }
        }
    }

    #[test]
    fn no_value_is_dropped_under_the_lock() {
        let cell = Arc::new_cyclic(|cell| VersionedCell::new(Looks(cell.clone()), stamp(0, 0)));
        let value = || Looks(Arc::downgrade(&cell));
        assert!(cell.compare_and_set(stamp(0, 0), value(), stamp(1, 1)).is_ok());
        assert!(cell.compare_and_set(stamp(0, 0), value(), stamp(1, 1)).is_err());
    }
}
