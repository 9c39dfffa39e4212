#![doc = include_str!("../README.md")]

pub mod fingerprint;

mod batch;
mod error;
mod map;
mod primitive;
mod raw;
mod reference;
mod snapshot;

pub use batch::{Batch, Duplicates, Expect};
pub use error::{Conflict, PutError};
pub use map::{Map, Receipt, Stats};
pub use reference::Ref;
pub use snapshot::{Entry, Iter, Snapshot};
