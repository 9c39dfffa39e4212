//! What can go wrong with a disk, and what to do then.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Malformed;
use crate::PutError;
use crate::observe::NotPut;

/// What the operating system refused to do with a file.
///
/// ```
/// use putall::durable::{Durable, OpenError};
///
/// let folder = std::env::temp_dir().join("not there").join("nor is this").join("\0");
/// let refused = Durable::<u64, u64>::open(folder);
/// assert!(matches!(refused, Err(OpenError::Failed(failure)) if failure.to_string().contains("cannot")));
/// ```
#[derive(Clone, Debug, thiserror::Error)]
#[error("cannot {action} {}: {source}", path.display())]
pub struct Failure {
    /// What was tried: a verb.
    pub action: &'static str,
    /// The file or folder.
    pub path: PathBuf,
    /// Why not.
    #[source]
    pub source: Arc<io::Error>,
}

impl Failure {
    pub(super) fn new(action: &'static str, path: PathBuf, source: io::Error) -> Self {
        Failure { action, path, source: Arc::new(source) }
    }

    /// What to do about it.
    fn advice(&self) -> &'static str {
        match self.source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "Make room on the disk",
            io::ErrorKind::ReadOnlyFilesystem => "Make the file system writable again",
            _ => "Look after the disk",
        }
    }
}

/// The actions that write nothing.
pub(super) const READ: &str = "read";
pub(super) const LIST: &str = "list";

/// Why a write is not kept.
///
/// A log stops at the first failure. What cannot be synced once is not tried again: the kernel may have forgotten what it could not write, and
/// would then say that all is well. Reads go on.
///
/// ```
/// use putall::durable::{Durable, WriteError};
/// # let folder = std::env::temp_dir().join(format!("putall-doc-write-error-{}", std::process::id()));
/// # let folder = folder.as_path();
///
/// fn add(map: &Durable<u64, u64>) -> Result<(), WriteError> {
///     map.insert(1, 1)?;
///     map.update(1, |value| value.map(|value| value + 1))?;
///     Ok(())
/// }
///
/// let map = Durable::open(folder)?;
/// add(&map)?;
/// # drop(map);
/// # std::fs::remove_dir_all(folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// This write was on its way when the log failed. Nobody sees it now; it may be there, whole, when the folder is opened again.
    #[error(
        "whether this write is kept will be known when the folder is opened again: {failure}. All up to revision {kept} \
         is kept. {}, then open the folder again and look", failure.advice()
    )]
    InDoubt {
        /// The last revision that is kept for sure.
        kept: u64,
        /// What failed.
        failure: Failure,
    },
    /// The log had failed before. Nothing of this write is left.
    #[error(
        "nothing was written, since the log has stopped: {failure}. All up to revision {kept} is kept. {}, then open the \
         folder again", failure.advice()
    )]
    Stopped {
        /// The last revision that is kept for sure.
        kept: u64,
        /// What failed.
        failure: Failure,
    },
}

/// Why a batch was not written, or is not kept.
///
/// ```
/// use putall::durable::{Durable, DurableError};
/// # let folder = std::env::temp_dir().join(format!("putall-doc-durable-error-{}", std::process::id()));
/// # let folder = folder.as_path();
///
/// use putall::{Batch, Expect, PutError};
///
/// let map: Durable<u64, u64> = Durable::open(folder)?;
/// let mut batch = Batch::new();
/// batch.insert_if(1, 1, Expect::Present);
/// assert!(matches!(map.put_all(batch), Err(DurableError::Put(PutError::Conflict(_)))));
/// # drop(map);
/// # std::fs::remove_dir_all(folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DurableError<K: fmt::Debug> {
    /// It does not fit the map as it is. Neither the map nor the log has anything of it.
    #[error(transparent)]
    Put(#[from] PutError<K>),
    /// The log failed.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl<K: fmt::Debug> NotPut<K> for DurableError<K> {
    #[cfg(any(feature = "tracing", feature = "opentelemetry"))]
    fn cause(&self) -> crate::observe::Cause<'_, K> {
        use crate::observe::Cause;
        match self {
            DurableError::Put(error) => Cause::Refused(error),
            DurableError::Write(error) => Cause::Failed(error),
        }
    }
}

/// Why a folder was not opened. What it has is as it was before.
///
/// ```
/// use putall::durable::{Durable, OpenError};
/// # let folder = std::env::temp_dir().join(format!("putall-doc-open-error-{}", std::process::id()));
/// # let folder = folder.as_path();
///
/// let map: Durable<u64, u64> = Durable::open(folder)?;
/// let second = Durable::<u64, u64>::open(folder);
/// assert!(matches!(second, Err(OpenError::Locked(_))));
/// # drop(map);
/// # std::fs::remove_dir_all(folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Somebody has the folder open: another process, or this one.
    #[error("{} is open already, in this process or another: one map at a time may have a folder. Close the other one first", .0.display())]
    Locked(PathBuf),
    /// The folder may not be written to.
    #[error(
        "{} cannot be written to: {source}. Give this process the right to, or mount the file system writable, or \
         open a copy of the folder", path.display()
    )]
    ReadOnly {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        source: Arc<io::Error>,
    },
    /// A file is damaged where it is no unfinished end.
    #[error(
        "{} is damaged at byte {offset}: {what}. What comes after cannot be trusted, so nothing was opened: put the folder \
         back from a copy, or the disk that it was on", path.display()
    )]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// Where in the file.
        offset: u64,
        /// What is wrong there.
        what: &'static str,
    },
    /// A file is not there.
    #[error(
        "{} has nothing of revision {revision}, but of others: a file is gone. Put it back, or the whole folder from a \
         copy", path.display()
    )]
    Missing {
        /// The folder.
        path: PathBuf,
        /// What is to be found nowhere.
        revision: u64,
    },
    /// A file has a format that this release does not know.
    #[error(
        "{} has format {found}, and this release of putall knows {known}: open it with the release that wrote it", path.display()
    )]
    Format {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// Ours.
        known: u32,
    },
    /// A key or value is whole, but not of the type that is asked for.
    #[error(
        "{} at byte {offset}: {source}. The file is whole: open the folder with the types of keys and values that it was \
         written with", path.display()
    )]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where in the file the record is.
        offset: u64,
        /// What was expected.
        source: Malformed,
    },
    /// The operating system refused something else.
    #[error("{0}. Nothing was opened")]
    Failed(Failure),
}

impl OpenError {
    /// Sorts what the operating system says.
    pub(super) fn of(failure: Failure) -> Self {
        let reads = matches!(failure.action, READ | LIST);
        match failure.source.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem if !reads => {
                OpenError::ReadOnly { path: failure.path, source: failure.source }
            }
            _ => OpenError::Failed(failure),
        }
    }

    pub(super) fn corrupt(path: &Path, offset: u64, what: &'static str) -> Self {
        OpenError::Corrupt { path: path.to_owned(), offset, what }
    }
}

impl From<Failure> for OpenError {
    fn from(failure: Failure) -> Self {
        OpenError::of(failure)
    }
}

/// Why there is no new checkpoint. The log and the last checkpoint are as they were, so nothing is lost; the log goes on growing.
///
/// ```
/// use putall::durable::{CheckpointError, Durable};
/// # let folder = std::env::temp_dir().join(format!("putall-doc-checkpoint-error-{}", std::process::id()));
/// # let folder = folder.as_path();
///
/// let map: Durable<u64, u64> = Durable::open(folder)?;
/// let keys: Result<u64, CheckpointError> = map.checkpoint().map(|checkpoint| checkpoint.keys);
/// assert_eq!(keys?, 0);
/// # drop(map);
/// # std::fs::remove_dir_all(folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The log has stopped.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The checkpoint could not be written.
    #[error("there is no new checkpoint, and nothing is lost: {failure}. {advice}, then try again", failure = .0, advice = .0.advice())]
    Failed(#[from] Failure),
    /// The map is being closed.
    #[error("there is no new checkpoint, and nothing is lost: the map is being closed")]
    Closing,
}
