//! The triple check of one value: an update goes through if nobody was faster, if its version is newer and its time believable, and if the
//! operation log agrees that it follows from what it replaces.
//!
//! Each of the three is there by itself: [`VersionedCell`], [`VersionValidator`], [`OperationLog`]. [`TripleCheck`] is all of them in
//! that order, and says which one decided.
//!
//! ```
//! use putall::check::{Assertion, Outcome, Refusal, TripleCheck, Update};
//! use putall::{Clock, SystemClock};
//!
//! let balance = TripleCheck::new(100);
//! let (found, stamp) = balance.load();
//! let log_id = balance.begin(&found, *found - 30);
//! let update = Update {
//!     source: "node-1".to_owned(),
//!     version: 1,
//!     timestamp: SystemClock.now(),
//!     expected: stamp,
//!     log_id,
//!     value: *found - 30,
//! };
//! let verdict = balance.apply(update.clone());
//! assert_eq!(verdict.decided_by, Assertion::Log);
//! assert!(verdict.is_committed());
//!
//! // The same once more: somebody was faster, namely the first.
//! let verdict = balance.apply(update);
//! assert_eq!(verdict.decided_by, Assertion::CompareAndSet);
//! assert!(matches!(verdict.outcome, Outcome::Refused(Refusal::Stale(_))));
//! assert_eq!(*balance.load().0, 70);
//! ```

mod cell;
mod log;
mod triple;
mod version;

pub use cell::{Stale, Stamp, VersionedCell};
pub use log::{Broken, Operation, OperationLog, Rollback, Ruling};
pub use triple::{Assertion, Outcome, Refusal, TripleCheck, Update, Verdict};
pub use version::{Deviation, Skew, Validation, VersionValidator};
