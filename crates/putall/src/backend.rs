//! The seam to stores that are not in this process, and batches that are written to them by a [`Policy`].
//!
//! A store is one trait, [`Backend`], with what it can do declared in its [`Capabilities`]. [`Map`](crate::Map) is one.
//!
//! ```
//! use putall::backend::{self, Policy};
//! use putall::{Batch, Expect, Map};
//!
//! let store = Map::from([("stock", 3)]);
//! let mut batch = Batch::new();
//! batch.update("stock", |stock| stock.map(|stock| stock - 1)).insert_if("receipt", 1, Expect::Absent);
//! backend::put_all(&store, batch, Policy::Undo)?;
//! assert_eq!(store.get_many(["stock", "receipt"]), [Some(2), Some(1)]);
//! # Ok::<(), backend::BatchError<&str, i32, putall::PutError<&str>>>(())
//! ```
//!
//! # What a failure leaves
//!
//! | | The backend has atomic batches | It has versions | It has neither |
//! |---|---|---|---|
//! | [`Policy::Undo`] | one call: all or nothing | key by key; those that were written get back what was read | refused |
//! | [`Policy::Replay`] | one call: all or nothing | key by key; those that were written get back what the log says | refused |
//! | [`Policy::BestEffort`] | key by key; stays | key by key; stays | key by key; stays; no expectations, no updates |
//!
//! Key by key means that others see a part of the batch while it is written, and while it is undone.

use std::error::Error;
use std::sync::Arc;

use crate::Expect;

mod failure;
mod history;
mod local;
mod plan;
mod policy;
mod undo;

pub use failure::{BatchError, Cause, Fault, PartialFailure};
pub use history::History;
pub use policy::{Policy, put_all};

/// What a [`Backend`] can do. What is not declared is not asked for.
///
/// ```
/// use putall::Map;
/// use putall::backend::{Backend, Capabilities};
///
/// let etcd = Capabilities::new().with_versions().with_atomic().with_most(128);
/// assert_eq!(etcd.most, Some(128));
/// let map = Map::<String, u64>::new();
/// assert_eq!(map.capabilities(), Capabilities::new().with_versions().with_atomic());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Capabilities {
    /// Keys have versions, and a write can be made to depend on them: [`Expect`] is heeded.
    pub versions: bool,
    /// [`Backend::write_all`] writes all or nothing.
    pub atomic: bool,
    /// The most keys that it writes so.
    pub most: Option<usize>,
}

impl Capabilities {
    /// None: keys are read and written, one by one.
    ///
    /// ```
    /// # use putall::backend::Capabilities;
    /// assert!(!Capabilities::new().atomic);
    /// ```
    pub const fn new() -> Self {
        Capabilities { versions: false, atomic: false, most: None }
    }

    /// Keys have versions, and writes can depend on them.
    ///
    /// ```
    /// # use putall::backend::Capabilities;
    /// assert!(Capabilities::new().with_versions().versions);
    /// ```
    pub const fn with_versions(self) -> Self {
        Capabilities { versions: true, ..self }
    }

    /// Batches are written in full or not at all.
    ///
    /// ```
    /// # use putall::backend::Capabilities;
    /// assert!(Capabilities::new().with_atomic().atomic);
    /// ```
    pub const fn with_atomic(self) -> Self {
        Capabilities { atomic: true, ..self }
    }

    /// Batches are of so many keys at most.
    ///
    /// ```
    /// # use putall::backend::Capabilities;
    /// assert_eq!(Capabilities::new().with_atomic().with_most(128).most, Some(128));
    /// ```
    pub const fn with_most(self, keys: usize) -> Self {
        Capabilities { most: Some(keys), ..self }
    }
}

/// A value with its version.
///
/// ```
/// use putall::Map;
/// use putall::backend::{Backend, Versioned};
///
/// let map = Map::from([("a", 1)]);
/// assert_eq!(map.read(&"a")?, Some(Versioned { value: 1, version: 1 }));
/// # Ok::<(), putall::PutError<&str>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Versioned<V> {
    /// The value.
    pub value: V,
    /// Its version: another one after each write of the key. Anything, if the backend has no versions.
    pub version: u64,
}

/// What is to become of a key.
///
/// ```
/// use putall::backend::{Backend, Write};
/// use putall::{Expect, Map};
///
/// let map = Map::new();
/// let version = map.write(Write { key: &"a", value: Some(&1), expect: Expect::Absent }).unwrap();
/// assert_eq!(version, Some(1));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Write<'w, K, V> {
    /// The key.
    pub key: &'w K,
    /// Its value, or `None` if it is to be removed. Removing what is not there is no error.
    pub value: Option<&'w V>,
    /// What must hold for it before. [`Expect::Any`] if the backend has no versions.
    pub expect: Expect,
}

/// Why a backend did not write, as far as it knows.
///
/// ```
/// use putall::backend::{Backend, Write, WriteError};
/// use putall::{Expect, Map};
///
/// let map = Map::from([("a", 1)]);
/// let refused = map.write(Write { key: &"a", value: Some(&2), expect: Expect::Version(7) });
/// assert_eq!(refused, Err(WriteError::Conflict(Some(1))));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WriteError<E, C = Option<u64>> {
    /// An expectation did not hold. Nothing was written. With the version that the key has, if it is there; of a batch: of each key, by its
    /// place, that was not as expected.
    Conflict(C),
    /// Nothing was written, nor will be: there was no connection, say.
    Failed(E),
    /// It may have been written: there was no answer, say. It must not be that it is written yet, after this is returned. A backend that can
    /// find out by reading does so, and says what it was.
    Unknown(E),
}

/// Why a backend did not write a batch: conflicts are places in the batch with the versions found, in their order.
///
/// ```
/// use putall::backend::{Backend, Write, WriteAllError};
/// use putall::{Expect, Map};
///
/// let map = Map::from([("a", 1)]);
/// let refused = map.write_all(&[Write { key: &"a", value: Some(&2), expect: Expect::Absent }]);
/// assert_eq!(refused, Err(WriteAllError::Conflict(vec![(0, Some(1))])));
/// ```
pub type WriteAllError<E> = WriteError<E, Vec<(usize, Option<u64>)>>;

/// A store that batches can be written to by a [`Policy`].
///
/// Made for what is there: Redis (`MULTI`; versions by a script), etcd (`Txn` of 128 operations that compares mod revisions), SQL
/// (a transaction; a column for the version). Calls block. Retrying, deadlines and connections are the backend's own.
///
/// ```
/// use std::cell::RefCell;
/// use std::collections::HashMap;
/// use std::convert::Infallible;
///
/// use putall::backend::{self, Backend, Capabilities, Policy, Versioned, Write, WriteError};
///
/// /// Keys and values, and no more.
/// #[derive(Default)]
/// struct Plain(RefCell<HashMap<String, u64>>);
///
/// impl Backend<String, u64> for Plain {
///     type Error = Infallible;
///
///     fn capabilities(&self) -> Capabilities {
///         Capabilities::new()
///     }
///
///     fn read(&self, key: &String) -> Result<Option<Versioned<u64>>, Infallible> {
///         Ok(self.0.borrow().get(key).map(|&value| Versioned { value, version: 0 }))
///     }
///
///     fn write(&self, write: Write<'_, String, u64>) -> Result<Option<u64>, WriteError<Infallible>> {
///         match write.value {
///             Some(&value) => self.0.borrow_mut().insert(write.key.clone(), value),
///             None => self.0.borrow_mut().remove(write.key),
///         };
///         Ok(write.value.map(|_| 0))
///     }
/// }
///
/// let plain = Plain::default();
/// backend::put_all(&plain, [("a".to_owned(), 1)], Policy::BestEffort)?;
/// // What it has not declared is not tried.
/// let refused = backend::put_all(&plain, [("a".to_owned(), 2)], Policy::Undo).unwrap_err();
/// assert!(refused.to_string().contains("versions"));
/// # Ok::<(), backend::BatchError<String, u64, Infallible>>(())
/// ```
pub trait Backend<K, V> {
    /// What can go wrong in it.
    type Error: Error;

    /// What it can do. Always the same.
    fn capabilities(&self) -> Capabilities;

    /// A key's value and version, if it is there.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    fn read(&self, key: &K) -> Result<Option<Versioned<V>>, Self::Error>;

    /// Writes one key, and returns the version that it has since, or `None` if it was removed.
    ///
    /// # Errors
    ///
    /// If it was not written, or if that is unknown.
    fn write(&self, write: Write<'_, K, V>) -> Result<Option<u64>, WriteError<Self::Error>>;

    /// Writes keys, no key twice, in full or not at all, and returns the versions that they have since, in their order. It is called only if
    /// [`Capabilities::atomic`] is declared, with no more keys than [`Capabilities::most`].
    ///
    /// # Errors
    ///
    /// If nothing was written, or if that is unknown.
    fn write_all(&self, writes: &[Write<'_, K, V>]) -> Result<Vec<Option<u64>>, WriteAllError<Self::Error>> {
        let _ = writes;
        unreachable!("a backend that declares atomic batches has to write them")
    }
}

/// Whatever leads to a backend is one.
macro_rules! backend_behind {
    ($pointer:ty) => {
        impl<K, V, B: Backend<K, V> + ?Sized> Backend<K, V> for $pointer {
            type Error = B::Error;

            fn capabilities(&self) -> Capabilities {
                (**self).capabilities()
            }

            fn read(&self, key: &K) -> Result<Option<Versioned<V>>, Self::Error> {
                (**self).read(key)
            }

            fn write(&self, write: Write<'_, K, V>) -> Result<Option<u64>, WriteError<Self::Error>> {
                (**self).write(write)
            }

            fn write_all(
                &self,
                writes: &[Write<'_, K, V>],
            ) -> Result<Vec<Option<u64>>, WriteAllError<Self::Error>> {
                (**self).write_all(writes)
            }
        }
    };
}

backend_behind!(&B);
backend_behind!(Box<B>);
backend_behind!(Arc<B>);
