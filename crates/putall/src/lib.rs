#![doc = include_str!("../README.md")]

pub mod check;
pub mod durable;
pub mod fingerprint;
pub mod idempotency;

mod batch;
mod builder;
mod clock;
mod error;
mod log;
mod map;
mod primitive;
mod raw;
mod reference;
mod snapshot;

pub use batch::{Batch, Duplicates, Expect};
pub use builder::Builder;
pub use clock::{Clock, ManualClock, SystemClock};
pub use error::{Conflict, PutError};
pub use log::{Changed, Lagged, Record, Subscriber};
pub use map::{Map, Receipt, Stats};
pub use reference::Ref;
pub use snapshot::{Entry, Iter, Snapshot};
