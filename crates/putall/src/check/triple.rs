//! The three assertions, one after the other.

use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use super::log::{Operation, OperationLog, Rollback, Ruling};
use super::version::{Deviation, Validation, VersionValidator};
use super::{Stale, Stamp, VersionedCell};
use crate::{Clock, SystemClock};

#[cfg(test)]
mod tests;

/// A state that is to be written, with all that the three assertions look at.
///
/// ```
/// use std::time::SystemTime;
///
/// use putall::check::{TripleCheck, Update};
///
/// let cell = TripleCheck::new("old");
/// let (found, expected) = cell.load();
/// let (source, timestamp) = ("a".to_owned(), SystemTime::now());
/// let log_id = cell.begin(&found, "new");
/// let update = Update { source, version: 1, timestamp, expected, log_id, value: "new" };
/// assert!(cell.apply(update).is_committed());
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Update<T, S = String> {
    /// Who counts the version.
    pub source: S,
    /// The version: above the last one of the source.
    pub version: u64,
    /// When it was made, by the source's clock.
    pub timestamp: SystemTime,
    /// The stamp of the state that it was made from.
    pub expected: Stamp,
    /// Its number in the log, from [`TripleCheck::begin`].
    pub log_id: u64,
    /// The state.
    pub value: T,
}

/// One of the three, in their order.
///
/// ```
/// use putall::check::Assertion;
///
/// assert!(Assertion::CompareAndSet < Assertion::Version && Assertion::Version < Assertion::Log);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Assertion {
    /// Nobody was faster: of [`VersionedCell`].
    CompareAndSet,
    /// The version is newer and the time believable: of [`VersionValidator`].
    Version,
    /// It follows from what it replaces: of [`OperationLog`].
    Log,
}

/// Why an update was refused.
///
/// ```
/// use putall::check::{Refusal, Stale, Stamp};
///
/// let refusal = Refusal::from(Stale { found: Stamp { version: 2, log_id: 5 } });
/// assert_eq!(refusal.to_string(), "nothing was set: the state is version 2 (log 5)");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The state is another. Load it, and begin anew.
    #[error(transparent)]
    Stale(#[from] Stale),
    /// The version is not above the last of its source.
    #[error("nothing was set: version {version} is not above {last}, which the source had before")]
    NotRising {
        /// The version.
        version: u64,
        /// The last one of its source.
        last: u64,
    },
    /// The timestamp is too far from the clock.
    #[error("nothing was set: the timestamp is {deviation}")]
    Skewed {
        /// How far.
        deviation: Deviation,
    },
    /// The operation log does not agree.
    #[error("nothing was set: {0}")]
    Rollback(#[from] Rollback),
}

/// What became of an update.
///
/// ```
/// use putall::check::{Outcome, Refusal, Stale, Stamp};
///
/// let stale = Stale { found: Stamp::default() };
/// assert_ne!(Outcome::Refused(Refusal::Stale(stale)), Outcome::Refused(Refusal::NotRising { version: 1, last: 1 }));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It is the state now.
    Committed {
        /// The state's stamp.
        stamp: Stamp,
        /// Its timestamp: that of the update, or what it was aligned to.
        timestamp: SystemTime,
    },
    /// It was let fall for its timestamp, as the setting is.
    Dropped {
        /// How far the timestamp was from the clock.
        deviation: Deviation,
    },
    /// It was refused.
    Refused(Refusal),
}

/// What became of an update, and which assertion said so: the last one if all three agree.
///
/// ```
/// use putall::check::{Assertion, Outcome, Refusal, Stale, Stamp, Verdict};
///
/// let stale = Refusal::Stale(Stale { found: Stamp::default() });
/// let verdict = Verdict { decided_by: Assertion::CompareAndSet, outcome: Outcome::Refused(stale) };
/// assert!(!verdict.is_committed());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use = "it says whether the update was written"]
pub struct Verdict {
    /// The assertion that decided.
    pub decided_by: Assertion,
    /// What became of the update.
    pub outcome: Outcome,
}

impl Verdict {
    /// Whether the update is the state now.
    ///
    /// ```
    /// # use std::time::UNIX_EPOCH;
    /// # use putall::check::{Assertion, Outcome, Stamp, Verdict};
    /// let outcome = Outcome::Committed { stamp: Stamp::default(), timestamp: UNIX_EPOCH };
    /// assert!(Verdict { decided_by: Assertion::Log, outcome }.is_committed());
    /// ```
    pub fn is_committed(&self) -> bool {
        matches!(self.outcome, Outcome::Committed { .. })
    }
}

/// A value that is written only by updates on which three assertions agree: compare-and-set, version and clock skew, operation log, in
/// that order. The first that does not decides.
///
/// One update is judged at a time, and only then written: an update that is refused, or whose `PartialEq` panics while it is judged, was
/// never there for anybody to see, and nothing remembers its version. (The article sets first and takes back; what is set
/// may be read before it is taken back.) Its operation is taken out of the log, unless it has the number of another's.
///
/// Readers wait for none of that: see [`VersionedCell`].
///
/// ```
/// use std::time::SystemTime;
///
/// use putall::check::{Assertion, Outcome, Refusal, Rollback, TripleCheck, Update};
///
/// let cell = TripleCheck::new(1);
/// let (found, expected) = cell.load();
/// let log_id = cell.begin(&found, 2);
/// let source = "a".to_owned();
/// // Somebody between the log and here has made another number of it.
/// let update = Update { source, version: 1, timestamp: SystemTime::now(), expected, log_id, value: 3 };
/// let verdict = cell.apply(update);
/// assert_eq!(verdict.decided_by, Assertion::Log);
/// assert_eq!(verdict.outcome, Outcome::Refused(Refusal::Rollback(Rollback::ResultDiffers)));
/// assert_eq!(cell.load(), (found, expected));
/// ```
pub struct TripleCheck<T, S = String, C = SystemClock> {
    cell: VersionedCell<T>,
    /// Who has it is the only one that writes the cell.
    judges: Mutex<Judges<T, S, C>>,
}

struct Judges<T, S, C> {
    versions: VersionValidator<S, C>,
    log: OperationLog<T>,
}

impl<T: Clone + PartialEq> TripleCheck<T> {
    /// A value, with the settings that validators have by themselves, and a log of 1024 operations. Its stamp is the default one:
    /// version 0, of operation 0.
    ///
    /// ```
    /// # use putall::check::{Stamp, TripleCheck};
    /// assert_eq!(TripleCheck::new(5).load().1, Stamp::default());
    /// ```
    pub fn new(value: T) -> Self {
        let cell = VersionedCell::new(value, Stamp::default());
        Self::with_parts(cell, VersionValidator::new(), OperationLog::new(1024))
    }
}

impl<T: Clone + PartialEq, S, C> TripleCheck<T, S, C> {
    /// Of parts with settings of their own.
    ///
    /// ```
    /// use std::time::UNIX_EPOCH;
    ///
    /// use putall::ManualClock;
    /// use putall::check::{OperationLog, Skew, Stamp, TripleCheck, VersionValidator, VersionedCell};
    ///
    /// let cell = VersionedCell::new("a", Stamp { version: 7, log_id: 0 });
    /// let versions = VersionValidator::with_clock(ManualClock::new(UNIX_EPOCH)).within(Skew::Align);
    /// let check = TripleCheck::<_, String, _>::with_parts(cell, versions, OperationLog::new(16));
    /// assert_eq!(check.load().1.version, 7);
    /// ```
    pub fn with_parts(
        cell: VersionedCell<T>,
        versions: VersionValidator<S, C>,
        log: OperationLog<T>,
    ) -> Self {
        TripleCheck { cell, judges: Mutex::new(Judges { versions, log }) }
    }

    /// The state and its stamp, of one instant.
    ///
    /// ```
    /// # use putall::check::TripleCheck;
    /// assert_eq!(*TripleCheck::new(5).load().0, 5);
    /// ```
    pub fn load(&self) -> (Arc<T>, Stamp) {
        self.cell.load()
    }

    /// Logs that `after` is about to be made from `before`, and returns the operation's number for the [`Update`].
    ///
    /// ```
    /// # use putall::check::TripleCheck;
    /// let cell = TripleCheck::new(5);
    /// assert_eq!(cell.begin(&5, 6), 1);
    /// ```
    pub fn begin(&self, before: &T, after: T) -> u64 {
        let before = before.clone();
        let (id, _evicted) = self.judges().log.begin_evicting(before, after);
        id
    }

    /// The operations that were committed, in that order: as many as the log keeps. They are cloned while no update can be judged.
    ///
    /// ```
    /// # use putall::check::TripleCheck;
    /// assert!(TripleCheck::new(5).committed().is_empty());
    /// ```
    pub fn committed(&self) -> Vec<Operation<T>> {
        self.judges().log.committed().cloned().collect()
    }

    /// A panic of the user's under the lock comes before anything is changed: what it poisoned is as good as any.
    fn judges(&self) -> MutexGuard<'_, Judges<T, S, C>> {
        self.judges.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Clone + PartialEq, S: Hash + Eq, C: Clock> TripleCheck<T, S, C> {
    /// The last version of a source that was committed, or 0.
    ///
    /// ```
    /// # use putall::check::TripleCheck;
    /// assert_eq!(TripleCheck::new(5).last_version(&"a".to_owned()), 0);
    /// ```
    pub fn last_version(&self, source: &S) -> u64 {
        self.judges().versions.last(source)
    }

    /// Writes an update if all three assertions agree.
    ///
    /// While it is judged, `T`'s `PartialEq`, `S`'s `Hash` and `Eq`, and the clock are called. They must not call this, or they wait for
    /// themselves.
    ///
    /// ```
    /// use std::time::SystemTime;
    ///
    /// use putall::check::{Assertion, Outcome, Refusal, TripleCheck, Update};
    ///
    /// let cell = TripleCheck::new(0);
    /// let add = |version| {
    ///     let (found, expected) = cell.load();
    ///     let log_id = cell.begin(&found, *found + 1);
    ///     let (source, timestamp) = ("a".to_owned(), SystemTime::now());
    ///     cell.apply(Update { source, version, timestamp, expected, log_id, value: *found + 1 })
    /// };
    /// assert!(add(1).is_committed());
    /// let again = add(1);
    /// assert_eq!(again.decided_by, Assertion::Version);
    /// assert_eq!(again.outcome, Outcome::Refused(Refusal::NotRising { version: 1, last: 1 }));
    /// assert_eq!(*cell.load().0, 1);
    /// ```
    pub fn apply(&self, update: Update<T, S>) -> Verdict {
        let Update { source, version, timestamp, expected, log_id, value } = update;
        let value = Arc::new(value);
        // What is declared before the lock is dropped after it: no `Drop` of the user's is called under it.
        let (now, _no_longer_logged, _known_source);
        let mut judges = self.judges();
        let (state, found) = self.cell.load();
        now = state;

        let refuse = |decided_by, refusal| Verdict { decided_by, outcome: Outcome::Refused(refusal) };
        let verdict = if found != expected {
            refuse(Assertion::CompareAndSet, Refusal::Stale(Stale { found }))
        } else {
            match judges.versions.check(&source, version, timestamp) {
                Validation::NotRising { last } => {
                    refuse(Assertion::Version, Refusal::NotRising { version, last })
                }
                Validation::Skewed { deviation } => refuse(Assertion::Version, Refusal::Skewed { deviation }),
                Validation::Dropped { deviation } => {
                    Verdict { decided_by: Assertion::Version, outcome: Outcome::Dropped { deviation } }
                }
                Validation::Accepted { timestamp } | Validation::Aligned { timestamp, .. } => {
                    match judges.log.judge(log_id, &now, &value) {
                        Ruling::Rollback(rollback) => refuse(Assertion::Log, Refusal::Rollback(rollback)),
                        Ruling::Commit => {
                            let stamp = Stamp { version, log_id };
                            let outcome = Outcome::Committed { stamp, timestamp };
                            Verdict { decided_by: Assertion::Log, outcome }
                        }
                    }
                }
            }
        };
        if let Outcome::Committed { stamp, .. } = verdict.outcome {
            // The user's code is called by the first only, before it changes anything. The old state is not dropped here: `now` is it.
            _known_source = judges.versions.record(source, version);
            let operation = judges.log.withdraw(log_id);
            _no_longer_logged = operation.and_then(|operation| judges.log.push_committed(operation));
            self.cell.replace(value, stamp);
        } else {
            let own = judges.log.open(log_id).is_some_and(|operation| operation.after == *value);
            _no_longer_logged = if own { judges.log.withdraw(log_id) } else { None };
            _known_source = Some(source);
        }
        verdict
    }
}

impl<T: fmt::Debug, S, C> fmt::Debug for TripleCheck<T, S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TripleCheck").field("cell", &self.cell).finish_non_exhaustive()
    }
}
