#![doc = include_str!("../README.md")]
#![cfg_attr(not(any(feature = "std", test, loom)), no_std)]

mod clock;
mod detector;
mod epoch;
mod lock;
mod memory;
mod object;
mod pool;
mod primitive;
mod slots;
mod sync_var;
mod task;

#[cfg(any(feature = "std", test))]
pub mod heap;
#[cfg(any(feature = "std", test))]
pub mod oracle;
#[cfg(any(feature = "std", test))]
pub mod work;

pub use detector::{Access, Conflict, Detector};
pub use epoch::{Epoch, Slot};
pub use memory::{Control, Memory};
pub use object::Object;
pub use pool::{Chain, Grow, Pool, PoolControl, Record};
pub use sync_var::SyncVar;
pub use task::Task;

/// The records that an implementor of [`Memory`] makes room for.
pub mod records {
    pub use crate::clock::Node;
    pub use crate::object::{Block, Directory};
    pub use crate::slots::SlotRecord;
    pub use crate::sync_var::Parts;
}
