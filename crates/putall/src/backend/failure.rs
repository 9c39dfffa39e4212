//! What a batch that was not written, or not all of it, has left.

use std::error::Error;
use std::fmt;

use crate::{Expect, PutError};

/// Why a batch was not written to a backend, or not all of it.
///
/// ```
/// use putall::backend::{self, BatchError, Policy};
/// use putall::{Batch, Expect, Map, PutError};
///
/// let map = Map::from([("a", 1)]);
/// let mut batch = Batch::from([("a", 2)]);
/// batch.expect_each(Expect::Absent);
/// match backend::put_all(&map, batch, Policy::Undo) {
///     Err(BatchError::Refused(PutError::Conflict(conflict))) => assert_eq!(conflict.failed[0].0, "a"),
///     other => panic!("{other:?}"),
/// }
/// ```
#[non_exhaustive]
pub enum BatchError<K: fmt::Debug, V, E> {
    /// It does not fit, which was found before the first write. Nothing was written.
    Refused(PutError<K>),
    /// The backend could not write it at once. Nothing was written.
    Failed(E),
    /// The backend does not know whether it was written. It was in full, or not at all: a key of it tells which.
    InDoubt(E),
    /// Keys failed.
    Partial(PartialFailure<K, V, E>),
}

impl<K: fmt::Debug, V, E> From<PutError<K>> for BatchError<K, V, E> {
    fn from(error: PutError<K>) -> Self {
        BatchError::Refused(error)
    }
}

impl<K: fmt::Debug, V, E: fmt::Debug> fmt::Debug for BatchError<K, V, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BatchError::Refused(error) => f.debug_tuple("Refused").field(error).finish(),
            BatchError::Failed(error) => f.debug_tuple("Failed").field(error).finish(),
            BatchError::InDoubt(error) => f.debug_tuple("InDoubt").field(error).finish(),
            BatchError::Partial(failure) => f.debug_tuple("Partial").field(failure).finish(),
        }
    }
}

impl<K: fmt::Debug, V, E: fmt::Display> fmt::Display for BatchError<K, V, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BatchError::Refused(error) => error.fmt(f),
            BatchError::Failed(error) => write!(f, "nothing was written: {error}"),
            BatchError::InDoubt(error) => write!(
                f,
                "the batch was written in full or not at all, and it is unknown which: {error}; read a key of it to see"
            ),
            BatchError::Partial(failure) => failure.fmt(f),
        }
    }
}

impl<K: fmt::Debug, V, E: Error> Error for BatchError<K, V, E> {}

/// What went wrong in a call.
///
/// ```
/// use putall::backend::Fault;
///
/// assert_eq!(Fault::Error("timeout").to_string(), "timeout");
/// assert_eq!(Fault::<&str>::Panic("no such table".to_owned()).to_string(), "panic: no such table");
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault<E> {
    /// The backend returned an error.
    Error(E),
    /// The backend, or code of the user's that it called, panicked with this text.
    Panic(String),
}

impl<E: fmt::Display> fmt::Display for Fault<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Error(error) => error.fmt(f),
            Fault::Panic(text) => write!(f, "panic: {text}"),
        }
    }
}

/// Why a key has not got its value, or has it still.
///
/// ```
/// use putall::backend::{Cause, Fault};
///
/// let cause = Cause::NotUndone(Fault::Error("timeout"));
/// assert_eq!(cause.to_string(), "could not be undone: timeout");
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Cause<E> {
    /// It is not as expected, or somebody else wrote it since it was read. It was not written.
    Conflict {
        /// What was expected.
        expect: Expect,
        /// The version that was found, if it is there.
        found: Option<u64>,
    },
    /// It was not written: it could not be read, or the write failed.
    Failed(Fault<E>),
    /// The log has another value of it than the backend: somebody wrote past the log. It was not written.
    NotInLog,
    /// The write failed in a way that leaves open whether it was written, and reading does not tell either.
    InDoubt(Fault<E>),
    /// It was written, and could not be undone: it has this batch's value still, as far as is known.
    NotUndone(Fault<E>),
    /// It was written, and somebody else wrote it since: that was left alone.
    Overtaken {
        /// The version that was found, if it is there.
        found: Option<u64>,
    },
}

impl<E: fmt::Display> fmt::Display for Cause<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = |f: &mut fmt::Formatter<'_>, found: &Option<u64>| match found {
            Some(version) => write!(f, "version {version} was found"),
            None => write!(f, "it is not there"),
        };
        match self {
            Cause::Conflict { expect, found: version } => {
                write!(f, "was not as expected ({expect:?}): ")?;
                found(f, version)
            }
            Cause::Failed(fault) => write!(f, "was not written: {fault}"),
            Cause::NotInLog => write!(f, "was not written: somebody wrote it past the log"),
            Cause::InDoubt(fault) => write!(f, "may have been written: {fault}"),
            Cause::NotUndone(fault) => write!(f, "could not be undone: {fault}"),
            Cause::Overtaken { found: version } => {
                write!(f, "was written by somebody else since: ")?;
                found(f, version)
            }
        }
    }
}

/// Some keys of a batch failed: which and why, which keys have the batch's values, and whether all is as before.
///
/// ```
/// use std::convert::Infallible;
///
/// use putall::backend::{self, BatchError, Cause, Policy};
/// use putall::{Batch, Expect, Map};
///
/// let map = Map::from([("b", 1)]);
/// let mut batch = Batch::new();
/// batch.insert("a", 2).insert_if("b", 2, Expect::Absent).insert("c", 2);
/// let Err(BatchError::Partial(failure)) = backend::put_all(&map, batch, Policy::BestEffort) else { panic!() };
/// assert_eq!(failure.written().collect::<Vec<_>>(), [&"a", &"c"]);
/// let cause = Cause::Conflict { expect: Expect::Absent, found: Some(1) };
/// assert_eq!(failure.failed().collect::<Vec<_>>(), [(&"b", &cause)]);
/// assert!(!failure.as_before());
/// assert_eq!(
///     failure.to_string(),
///     "\"b\" was not as expected (Absent): version 1 was found; \
///      2 keys have this batch's values; what is written stays, send what failed again"
/// );
/// ```
pub struct PartialFailure<K, V, E> {
    /// The keys of the batch, in its order, as far as there is anything to say of them.
    pub(super) keys: Vec<Touched<K, V, E>>,
    /// Whether undoing is for [`undo`](PartialFailure::undo) to try.
    pub(super) undoable: bool,
}

/// A key that the batch was to write.
pub(super) struct Touched<K, V, E> {
    pub(super) key: K,
    /// What is to be restored.
    pub(super) before: Option<V>,
    /// The version that the key had before.
    pub(super) version: Option<u64>,
    pub(super) state: State,
    pub(super) cause: Option<Cause<E>>,
}

/// What became of a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    /// It was not written, or is what it was again.
    AsBefore,
    /// It has this batch's value, with this version.
    Written(Option<u64>),
    /// It may have it.
    InDoubt,
    /// It was written by this batch and then by another.
    Overtaken,
}

impl<K, V, E> PartialFailure<K, V, E> {
    /// The keys that failed, each with its cause: those that were not written as they failed, and those that could not be undone. Keys that were
    /// only not reached, or were undone, are not among them.
    ///
    /// ```
    /// use putall::backend::{self, BatchError, Policy};
    /// use putall::{Batch, Expect, Map};
    ///
    /// let map = Map::from([("b", 1)]);
    /// let mut batch = Batch::new();
    /// batch.insert("a", 2).insert_if("b", 2, Expect::Absent);
    /// let Err(BatchError::Partial(failure)) = backend::put_all(&map, batch, Policy::BestEffort) else { panic!() };
    /// assert_eq!(failure.failed().map(|(key, _)| *key).collect::<Vec<_>>(), ["b"]);
    /// ```
    pub fn failed(&self) -> impl Iterator<Item = (&K, &Cause<E>)> {
        self.keys.iter().filter_map(|touched| Some((&touched.key, touched.cause.as_ref()?)))
    }

    /// The keys that have this batch's values now. Those that [may](Cause::InDoubt) are among the [failed](PartialFailure::failed).
    ///
    /// ```
    /// use putall::backend::{self, BatchError, Policy};
    /// use putall::{Batch, Expect, Map};
    ///
    /// let map = Map::from([("b", 1)]);
    /// let mut batch = Batch::new();
    /// batch.insert("a", 2).insert_if("b", 2, Expect::Absent);
    /// let Err(BatchError::Partial(failure)) = backend::put_all(&map, batch, Policy::BestEffort) else { panic!() };
    /// assert_eq!(failure.written().collect::<Vec<_>>(), [&"a"]);
    /// ```
    pub fn written(&self) -> impl Iterator<Item = &K> {
        self.keys
            .iter()
            .filter(|touched| matches!(touched.state, State::Written(_)))
            .map(|touched| &touched.key)
    }

    /// Whether all is as if the batch had not been tried: each of its keys has the value that it had, or what others gave it and this batch never
    /// wrote. Of a key that was [overtaken](Cause::Overtaken) it is not: whoever wrote it may have read this batch's value.
    ///
    /// ```
    /// use putall::backend::{self, BatchError, Policy};
    /// use putall::{Batch, Expect, Map};
    ///
    /// let map = Map::from([("b", 1)]);
    /// let mut batch = Batch::new();
    /// batch.insert("a", 2).insert_if("b", 2, Expect::Absent);
    /// let Err(BatchError::Partial(failure)) = backend::put_all(&map, batch, Policy::BestEffort) else { panic!() };
    /// assert!(!failure.as_before());
    /// ```
    pub fn as_before(&self) -> bool {
        self.keys.iter().all(|touched| touched.state == State::AsBefore)
    }

    fn is(&self, state: impl Fn(State) -> bool) -> bool {
        self.keys.iter().any(|touched| state(touched.state))
    }
}

impl<K: fmt::Debug, V, E: fmt::Display> fmt::Display for PartialFailure<K, V, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 3;
        for (key, cause) in self.failed().take(SHOWN) {
            write!(f, "{key:?} {cause}; ")?;
        }
        match self.failed().count().saturating_sub(SHOWN) {
            0 => {}
            more => write!(f, "and {more} more failed; ")?,
        }
        if self.as_before() {
            return write!(f, "all is as before, the batch can be tried again");
        }
        match self.written().count() {
            0 => write!(f, "no key is known to have this batch's value")?,
            1 => write!(f, "1 key has this batch's value")?,
            written => write!(f, "{written} keys have this batch's values")?,
        }
        if !self.undoable {
            write!(f, "; what is written stays, send what failed again")?;
        } else if self.is(|state| matches!(state, State::Written(_))) {
            write!(f, "; undo() tries again to undo it")?;
        }
        if self.is(|state| state == State::InDoubt) {
            write!(f, "; look at what may have been written")?;
        }
        Ok(())
    }
}

/// Without values: they may be large, or nobody's business.
impl<K: fmt::Debug, V, E: fmt::Debug> fmt::Debug for PartialFailure<K, V, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartialFailure")
            .field("failed", &self.failed().collect::<Vec<_>>())
            .field("written", &self.written().collect::<Vec<_>>())
            .field("as_before", &self.as_before())
            .finish()
    }
}

impl<K: fmt::Debug, V, E: Error> Error for PartialFailure<K, V, E> {}
