//! Why a batch was not written.

use std::fmt;
use std::time::Duration;

use crate::Expect;
use crate::idempotency::StaleClaim;

/// Keys of which something else was expected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Conflict<K> {
    /// The keys, with what was expected of each, and the revision of the commit that wrote it last, if it is there.
    pub failed: Vec<(K, Expect, Option<u64>)>,
}

impl<K: fmt::Debug> fmt::Display for Conflict<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 3;
        for (number, (key, expect, found)) in self.failed.iter().take(SHOWN).enumerate() {
            let between = if number == 0 { "" } else { "; " };
            write!(f, "{between}{key:?} ")?;
            match found {
                Some(version) => write!(f, "has version {version}")?,
                None => write!(f, "is not there")?,
            }
            match expect {
                Expect::Any => {}
                Expect::Absent => write!(f, ", expected not to be there")?,
                Expect::Present => write!(f, ", expected to be there")?,
                Expect::Version(version) => write!(f, ", expected version {version}")?,
            }
        }
        match self.failed.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

/// Why a batch was not written. The map is as if nobody had tried.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PutError<K: fmt::Debug> {
    /// Keys are not as expected. Read them again, and try with what they are now.
    #[error("nothing was written: {0}")]
    Conflict(Conflict<K>),
    /// The map was written to since the revision that was expected. Read again, and try with that revision.
    #[error("nothing was written: the map is at revision {found}, expected {expected}")]
    Revision {
        /// What was expected.
        expected: u64,
        /// What it is.
        found: u64,
    },
    /// A key is in the batch twice, and [`Duplicates::Refuse`](crate::Duplicates::Refuse) was asked for.
    #[error("nothing was written: {key:?} is change {first} and change {second} of the batch")]
    Duplicate {
        /// The key.
        key: K,
        /// Its first place in the batch, from 0.
        first: usize,
        /// Its second.
        second: usize,
    },
    /// The batch has more changes than may be written at once. Split it.
    #[error(
        "nothing was written: the batch has {changes} changes, and {limit} is the most that may be written at once; split it"
    )]
    TooLarge {
        /// How many there are. On a [`Backend`](crate::backend::Backend): to how many keys.
        changes: usize,
        /// [`Builder::max_batch`](crate::Builder::max_batch), or [`Capabilities::most`](crate::backend::Capabilities::most).
        limit: usize,
    },
    /// The batch asks for what cannot be done there.
    #[error("nothing was written: {0}")]
    Unsupported(Unsupported),
    /// A batch with the same idempotency key is being written.
    #[error(
        "nothing was written: a batch with this idempotency key is at work; ask again within {retry_after:?}"
    )]
    InProgress {
        /// When its lease ends: then another may try.
        retry_after: Duration,
    },
    /// The idempotency key was used for a batch with another payload.
    #[error(
        "nothing was written: the idempotency key was used for another batch; give this one a key of its own"
    )]
    KeyReused,
    /// The batch was at work for longer than its lease, and another with the same idempotency key has taken over.
    #[error("nothing was written: {0}; ask again with the same key for what became of it")]
    TakenOver(StaleClaim),
}

/// What a batch may ask for, but not everywhere.
///
/// ```
/// use putall::backend::{self, BatchError, Policy};
/// use putall::{Batch, Map, PutError, Unsupported};
///
/// let mut batch = Batch::from([("a", 1)]);
/// batch.expect_revision(0);
/// match backend::put_all(&Map::new(), batch, Policy::Undo) {
///     Err(BatchError::Refused(PutError::Unsupported(what))) => assert_eq!(what, Unsupported::Revision),
///     other => panic!("{other:?}"),
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unsupported {
    /// To undo without versions, by which one's own writes are told from others'.
    #[error("the backend has no versions, so nothing could be undone; only Policy::BestEffort is possible")]
    Undo,
    /// Expectations and updates without versions.
    #[error("the backend has no versions, so it cannot heed expectations and updates")]
    Expectations,
    /// A revision of all keys: [`Batch::expect_revision`](crate::Batch::expect_revision).
    #[error("expect_revision is for Map::put_all and Map::put_fitting; expect versions of keys instead")]
    Revision,
    /// [`Batch::idempotent`](crate::Batch::idempotent).
    #[error("idempotency keys are for Map::put_all")]
    Idempotency,
}
