//! Settings for a durable map.

use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::disk::{Disk, Folder};
use super::{Durable, OpenError, Stored, recover};
use crate::Builder;

/// When a batch is acknowledged, and visible.
///
/// ```
/// use putall::durable::{Durable, SyncMode};
/// # let folder = std::env::temp_dir().join(format!("putall-doc-sync-mode-{}", std::process::id()));
/// # let folder = folder.as_path();
///
/// let map: Durable<u64, u64> = putall::Map::builder().durable(folder).sync(SyncMode::None).open()?;
/// map.insert(1, 1)?;
/// map.sync()?;
/// # drop(map);
/// # std::fs::remove_dir_all(folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum SyncMode {
    /// When it was synced, by a sync of its own. It outlives power failures.
    Each,
    /// When it was synced, together with all that came meanwhile. It outlives power failures just the same; the more write at once, the less
    /// each waits.
    #[default]
    Group,
    /// When the operating system has it. It outlives the process, `kill -9` included. A power failure may take the last ones, never half of one;
    /// not those before the last [`sync`](Durable::sync), checkpoint or orderly end.
    None,
}

/// Settings for a [`Durable`] map. From [`Builder::durable`].
///
/// ```
/// use putall::Map;
/// use putall::durable::{Durable, SyncMode};
/// # let folder = std::env::temp_dir().join(format!("putall-doc-options-{}", std::process::id()));
/// # let folder = folder.as_path();
///
/// let map: Durable<u64, String> =
///     Map::builder().capacity(10_000).durable(folder).sync(SyncMode::Each).open()?;
/// map.insert(1, "one".to_owned())?;
/// # drop(map);
/// # std::fs::remove_dir_all(folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Options<K, V, S = RandomState> {
    builder: Builder<K, V, S>,
    folder: PathBuf,
    mode: SyncMode,
    checkpoint_after: Option<u64>,
}

const CHECKPOINT_AFTER: u64 = 64 << 20;

impl<K, V, S> Builder<K, V, S> {
    /// Keeps the map in a folder, so that what was acknowledged is there when the folder is opened again. See [`durable`](crate::durable).
    ///
    /// The revision that the map begins with is that of the folder.
    ///
    /// ```
    /// # use putall::{Map, durable::{Durable, SyncMode}};
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-builder-{}", std::process::id()));
    /// let map: Durable<u64, u64> = Map::builder().capacity(1000).durable(&folder).open()?;
    /// # drop(map);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn durable(self, folder: impl AsRef<Path>) -> Options<K, V, S> {
        Options {
            builder: self,
            folder: folder.as_ref().to_owned(),
            mode: SyncMode::default(),
            checkpoint_after: Some(CHECKPOINT_AFTER),
        }
    }
}

impl<K, V, S> Options<K, V, S> {
    /// When a batch is acknowledged: [`SyncMode::Group`] if nothing is said.
    ///
    /// ```
    /// # use putall::{Map, durable::{Durable, SyncMode}};
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-mode-{}", std::process::id()));
    /// let map: Durable<u64, u64> = Map::builder().durable(&folder).sync(SyncMode::None).open()?;
    /// # drop(map);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sync(self, mode: SyncMode) -> Self {
        Options { mode, ..self }
    }

    /// Writes a checkpoint, in a thread of its own, when the log has grown by so many bytes, or by as many as the last checkpoint has if that is
    /// more. `None`: only when [`checkpoint`](Durable::checkpoint) is called. 64 MiB if nothing is said.
    ///
    /// So as much is written for checkpoints as for the log at most, and opening the folder reads a checkpoint and about as much of the log.
    ///
    /// ```
    /// # use putall::{Map, durable::{Durable, SyncMode}};
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-after-{}", std::process::id()));
    /// let map: Durable<u64, u64> = Map::builder().durable(&folder).checkpoint_after(1 << 30).open()?;
    /// map.close()?;
    /// let map: Durable<u64, u64> = Map::builder().durable(&folder).checkpoint_after(None).open()?;
    /// # drop(map);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn checkpoint_after(self, bytes: impl Into<Option<u64>>) -> Self {
        Options { checkpoint_after: bytes.into(), ..self }
    }

    /// Opens the folder, or makes it.
    ///
    /// One map at a time may have a folder. It may be opened with other settings each time, but for the types of keys and values.
    ///
    /// ```
    /// # use putall::{Map, durable::{Durable, SyncMode}};
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-locked-{}", std::process::id()));
    /// let map: Durable<u64, u64> = Map::builder().durable(&folder).open()?;
    /// let again = Map::<u64, u64>::builder().durable(&folder).open();
    /// assert!(matches!(again, Err(putall::durable::OpenError::Locked(_))));
    /// # drop(map);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the folder cannot be opened, or is damaged. What it has stays as it was then.
    pub fn open(self) -> Result<Durable<K, V, S>, OpenError>
    where
        K: Stored + Hash + Eq + fmt::Debug + Send + Sync + 'static,
        V: Stored + Send + Sync + 'static,
        S: BuildHasher + Send + Sync + 'static,
    {
        let disk = Arc::new(Folder::lock(&self.folder)?);
        self.open_on(disk)
    }

    /// The same on any disk.
    pub(super) fn open_on(self, disk: Arc<dyn Disk>) -> Result<Durable<K, V, S>, OpenError>
    where
        K: Stored + Hash + Eq + fmt::Debug + Send + Sync + 'static,
        V: Stored + Send + Sync + 'static,
        S: BuildHasher + Send + Sync + 'static,
    {
        let Options { builder, folder, mode, checkpoint_after } = self;
        let opened = recover::open(&*disk, builder)?;
        Durable::new(disk, opened, folder, mode, checkpoint_after)
    }
}
