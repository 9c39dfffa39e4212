//! Gives keys back what they had.
//!
//! A key is restored only if it still has the version that the batch gave it. So others' writes are not undone, and it does no harm
//! to undo twice, or to go on with an undo that was cut off: a key that has its value back is left alone.
//!
//! What cannot be told: after a key was removed it has no version, so if somebody has put it there and removed it again since, it is restored
//! all the same.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::backend::failure::{State, Touched};
use crate::backend::plan::exactly;
use crate::backend::{Backend, Cause, Fault, PartialFailure, Write, WriteError};

/// Calls what may panic. A panic is an error whose outcome is unknown.
pub(super) fn caught<T, E>(call: impl FnOnce() -> Result<T, E>) -> Result<T, Fault<E>> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => result.map_err(Fault::Error),
        Err(panic) => Err(Fault::Panic(text(&*panic))),
    }
}

fn text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("(no text)").to_owned()
}

/// As `caught`, for a write.
pub(super) fn written<T, E, C>(
    call: impl FnOnce() -> Result<T, WriteError<E, C>>,
) -> Result<T, WriteError<Fault<E>, C>> {
    match caught(call) {
        Ok(written) => Ok(written),
        Err(Fault::Panic(text)) => Err(WriteError::Unknown(Fault::Panic(text))),
        Err(Fault::Error(WriteError::Conflict(found))) => Err(WriteError::Conflict(found)),
        Err(Fault::Error(WriteError::Failed(error))) => Err(WriteError::Failed(Fault::Error(error))),
        Err(Fault::Error(WriteError::Unknown(error))) => Err(WriteError::Unknown(Fault::Error(error))),
    }
}

impl<K, V: PartialEq, E> PartialFailure<K, V, E> {
    /// Tries again to undo what could not be undone, and says whether all is [as before](PartialFailure::as_before).
    ///
    /// It does no harm to do so more often than is needed. After [`Policy::BestEffort`](super::Policy::BestEffort) it does nothing, as nobody has
    /// looked what was there before.
    ///
    /// ```
    /// use std::cell::Cell;
    ///
    /// use putall::backend::{self, Backend, BatchError, Capabilities, Policy, Versioned, Write, WriteError};
    /// use putall::{Map, PutError};
    ///
    /// /// A store that loses its connection at the second write, until it is mended.
    /// struct Far {
    ///     keys: Map<&'static str, u64>,
    ///     writes_left: Cell<u32>,
    /// }
    ///
    /// #[derive(Debug, thiserror::Error)]
    /// #[error("no connection")]
    /// struct NoConnection;
    ///
    /// impl Backend<&'static str, u64> for Far {
    ///     type Error = NoConnection;
    ///
    ///     fn capabilities(&self) -> Capabilities {
    ///         Capabilities::new().with_versions()
    ///     }
    ///
    ///     fn read(&self, key: &&'static str) -> Result<Option<Versioned<u64>>, NoConnection> {
    ///         self.keys.read(key).map_err(|_| NoConnection)
    ///     }
    ///
    ///     fn write(&self, write: Write<'_, &'static str, u64>) -> Result<Option<u64>, WriteError<NoConnection>> {
    ///         let left = self.writes_left.get().checked_sub(1).ok_or(WriteError::Failed(NoConnection))?;
    ///         self.writes_left.set(left);
    ///         self.keys.write(write).map_err(|_| WriteError::Failed(NoConnection))
    ///     }
    /// }
    ///
    /// let far = Far { keys: Map::from([("a", 1)]), writes_left: Cell::new(1) };
    /// let Err(BatchError::Partial(mut failure)) = backend::put_all(&far, [("a", 2), ("b", 2)], Policy::Undo) else {
    ///     panic!()
    /// };
    /// assert_eq!(
    ///     failure.to_string(),
    ///     "\"a\" could not be undone: no connection; \"b\" was not written: no connection; \
    ///      1 key has this batch's value; undo() tries again to undo it"
    /// );
    /// far.writes_left.set(10);
    /// assert!(failure.undo(&far));
    /// assert_eq!(far.keys.get_many(["a", "b"]), [Some(1), None]);
    /// ```
    pub fn undo<B>(&mut self, backend: &B) -> bool
    where
        B: Backend<K, V, Error = E> + ?Sized,
    {
        if self.undoable {
            // The last first: at no time is a key that was written later there without those that were written before.
            for touched in self.keys.iter_mut().rev() {
                touched.undo(backend);
            }
        }
        self.as_before()
    }
}

impl<K, V: PartialEq, E> Touched<K, V, E> {
    fn undo<B>(&mut self, backend: &B)
    where
        B: Backend<K, V, Error = E> + ?Sized,
    {
        match self.state {
            State::AsBefore | State::Overtaken => {}
            State::Written(since) => self.restore(backend, since),
            State::InDoubt => self.look(backend),
        }
    }

    /// Of a key that was written.
    fn restore<B>(&mut self, backend: &B, since: Option<u64>)
    where
        B: Backend<K, V, Error = E> + ?Sized,
    {
        let write = Write { key: &self.key, value: self.before.as_ref(), expect: exactly(since) };
        match written(|| backend.write(write)) {
            Ok(_) => self.is_as_before(),
            // Somebody else, or this undo when it was tried before.
            Err(WriteError::Conflict(_)) => match self.find(backend) {
                Ok((_, true)) => self.is_as_before(),
                Ok((found, false)) => {
                    self.state = State::Overtaken;
                    self.cause = Some(Cause::Overtaken { found });
                }
                Err(fault) => self.cause = Some(Cause::NotUndone(fault)),
            },
            Err(WriteError::Failed(fault) | WriteError::Unknown(fault)) => {
                self.cause = Some(Cause::NotUndone(fault));
            }
        }
    }

    fn is_as_before(&mut self) {
        self.state = State::AsBefore;
        self.cause = None;
    }

    /// Whether a key that may have been written was. If it has changed, nothing tells who did that: it is left alone.
    fn look<B>(&mut self, backend: &B)
    where
        B: Backend<K, V, Error = E> + ?Sized,
    {
        let Ok((found, as_before)) = self.find(backend) else { return };
        if as_before || found == self.version {
            self.state = State::AsBefore;
            self.cause = match self.cause.take() {
                Some(Cause::InDoubt(fault)) => Some(Cause::Failed(fault)),
                cause => cause,
            };
        }
    }

    /// The version that the key has now, and whether its value is what it was.
    fn find<B>(&self, backend: &B) -> Result<(Option<u64>, bool), Fault<E>>
    where
        B: Backend<K, V, Error = E> + ?Sized,
    {
        caught(|| {
            let found = backend.read(&self.key)?;
            let as_before = found.as_ref().map(|found| &found.value) == self.before.as_ref();
            Ok((found.map(|found| found.version), as_before))
        })
    }
}
