//! Maps that are kept in a folder.
//!
//! A [`Durable`] map is a [`Map`](crate::Map) whose every batch is written to a log before anybody sees it. Opening the folder reads the log, and the
//! map is as it was, with the versions that keys had:
//!
//! * What was acknowledged is there, after `kill -9` and, as far as [`SyncMode`] says, after a power failure.
//! * Half a batch never is. A log that ends in the middle of a write is cut at its last whole batch, and [`Durable::recovered`] tells.
//! * Damage anywhere else is an [`OpenError`] that names file and offset, not a smaller map.
//!
//! It is one setting away:
//!
//! ```
//! use putall::Map;
//! use putall::durable::Durable;
//! # let folder = std::env::temp_dir().join(format!("putall-doc-module-{}", std::process::id()));
//! # let folder = folder.as_path();
//!
//! let map: Durable<String, String> = Map::builder().durable(folder).open()?;
//! map.put_all([("host".to_owned(), "a.example".to_owned()), ("port".to_owned(), "443".to_owned())])?;
//! # drop(map);
//! # std::fs::remove_dir_all(folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | What happens | What is answered |
//! |---|---|
//! | The disk is full, or fails | [`WriteError`]: the log stops, and reads go on. Opened again, the folder has all that was acknowledged |
//! | Another map has the folder, in this process or another | [`OpenError::Locked`] |
//! | The folder cannot be written to | [`OpenError::ReadOnly`] |
//! | The log's end is torn | it is cut: [`Recovered::cut`] |
//! | A file is damaged before that, or gone | [`OpenError::Corrupt`], [`OpenError::Missing`] |
//!
//! The lock is of the kernel, and goes with the process. Folders in a network are as good as that network's locks and syncs.

mod change;
mod checkpoint;
mod disk;
mod error;
mod frame;
mod journal;
mod map;
mod options;
mod recover;
mod request;
mod segment;
mod stored;
mod wal;

#[cfg(test)]
mod tests;

pub use checkpoint::Checkpoint;
pub use error::{CheckpointError, DurableError, Failure, OpenError, WriteError};
pub use map::{Durable, Status};
pub use options::{Options, SyncMode};
pub use recover::{Cut, Recovered};
pub use stored::{Malformed, Stored};
