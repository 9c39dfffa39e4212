#![doc = include_str!("../README.md")]

pub mod backend;
pub mod check;
pub mod durable;
pub mod fingerprint;
pub mod idempotency;
pub mod observe;

mod batch;
mod builder;
mod clock;
mod error;
mod fitting;
mod log;
mod map;
#[cfg(doctest)]
mod misuse;
mod once;
mod primitive;
mod raw;
mod reference;
mod rollback;
#[cfg(feature = "serde")]
mod serial;
mod snapshot;

pub use batch::{Batch, Duplicates, Expect};
pub use builder::Builder;
pub use clock::{Clock, ManualClock, SystemClock};
pub use error::{Conflict, PutError, Unsupported};
pub use log::{Changed, Lagged, Record, Subscriber};
pub use map::{Map, Receipt, Stats};
pub use reference::Ref;
pub use snapshot::{Entry, Iter, Snapshot};
