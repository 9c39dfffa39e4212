//! The durable map.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

use super::checkpoint::{self, Checkpoint, sweep};
use super::disk::Disk;
use super::journal::Ahead;
use super::recover::{Opened, Recovered};
use super::request::Request;
use super::wal::Wal;
use super::{CheckpointError, DurableError, Failure, OpenError, Stored, SyncMode, WriteError};
use crate::fingerprint::CanonicalBytes;
use crate::fitting::put_fitting;
use crate::idempotency::Store;
use crate::log::About;
use crate::map::Refusal;
use crate::primitive::{Mutex, lock};
use crate::raw::write::Change;
use crate::{Batch, Conflict, Map, PutError, Receipt, Ref, Snapshot, Stats, Subscriber};

/// A [`Map`] that is in a folder, too: what was acknowledged is there when the folder is opened again.
///
/// Reading is as with a [`Map`], and never waits for the disk. Readers see what is safe as far as the [`SyncMode`] goes, and nothing else: a
/// batch becomes visible, as a whole, after it was synced (with [`SyncMode::None`]: given to the operating system) and before it is
/// acknowledged.
///
/// A batch has its keys while it waits for the disk: another one that writes one of them waits for that. Those that write other
/// keys are synced together with it.
///
/// Share it by reference, or in an `Arc`.
///
/// ```
/// use putall::durable::Durable;
/// # let folder = std::env::temp_dir().join(format!("putall-doc-durable-{}", std::process::id()));
/// # let folder = folder.as_path();
///
/// let map: Durable<String, u64> = Durable::open(folder)?;
/// let receipt = map.put_all([("apples".to_owned(), 3), ("pears".to_owned(), 4)])?;
/// drop(map);
///
/// let map: Durable<String, u64> = Durable::open(folder)?;
/// assert_eq!(*map.get("pears").unwrap(), 4);
/// assert_eq!(map.get("pears").unwrap().version(), receipt.revision);
/// # drop(map);
/// # std::fs::remove_dir_all(folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Panics
///
/// As a [`Map`] does; a batch that was being written leaves nothing then, neither in memory nor in the folder.
pub struct Durable<K, V, S = RandomState> {
    shared: Arc<Shared<K, V, S>>,
    /// Writes checkpoints when they are due.
    keeper: Option<JoinHandle<()>>,
}

pub(super) struct Shared<K, V, S> {
    map: Map<K, V, S>,
    wal: Wal,
    disk: Arc<dyn Disk>,
    recovered: Recovered,
    /// The last checkpoint. Who has the lock writes the next one.
    checkpoint: Mutex<Option<Checkpoint>>,
    keeping: Mutex<Keeping>,
}

/// How checkpoints by themselves go.
#[derive(Default)]
struct Keeping {
    last: Option<Checkpoint>,
    failed: Option<CheckpointError>,
}

/// How a folder is doing.
///
/// ```
/// use putall::durable::Durable;
/// # let folder = std::env::temp_dir().join(format!("putall-doc-status-of-{}", std::process::id()));
/// # let folder = folder.as_path();
///
/// let map: Durable<u64, u64> = Durable::open(folder)?;
/// map.insert(1, 1)?;
/// assert!(map.status().stopped.is_none());
/// # drop(map);
/// # std::fs::remove_dir_all(folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Status {
    /// Bytes of the log that were written since the last checkpoint began, or the folder was opened.
    pub log_bytes: u64,
    /// The last checkpoint.
    pub checkpoint: Option<Checkpoint>,
    /// Why the log has stopped, if it has: what every write is told.
    pub stopped: Option<WriteError>,
    /// Why the last checkpoint that was due was not written, if it was not.
    pub checkpoint_failed: Option<CheckpointError>,
}

impl<K, V> Durable<K, V>
where
    K: Stored + Hash + Eq + fmt::Debug + Send + Sync + 'static,
    V: Stored + Send + Sync + 'static,
{
    /// Opens a folder, or makes a new one, with all settings as they are by default. For others, see [`Builder::durable`](crate::Builder::durable).
    ///
    /// ```
    /// # use putall::durable::Durable;
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-open-{}", std::process::id()));
    /// let map: Durable<String, u64> = Durable::open(&folder)?;
    /// assert!(map.is_empty());
    /// # drop(map);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the folder cannot be opened, or is damaged. What it has stays as it was then.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, OpenError> {
        Map::builder().durable(folder).open()
    }
}

impl<K, V, S> Durable<K, V, S> {
    /// A folder that was opened, on a disk.
    pub(super) fn new(
        disk: Arc<dyn Disk>,
        Opened { map, recovered, segment }: Opened<K, V, S>,
        folder: PathBuf,
        mode: SyncMode,
        checkpoint_after: Option<u64>,
    ) -> Result<Self, OpenError>
    where
        K: Stored + Hash + Eq + fmt::Debug + Send + Sync + 'static,
        V: Stored + Send + Sync + 'static,
        S: BuildHasher + Send + Sync + 'static,
    {
        let wal = Wal::new(Arc::clone(&disk), mode, recovered.revision, segment);
        let last = recovered.checkpoint;
        let keeping = Mutex::new(Keeping { last, failed: None });
        let shared = Arc::new(Shared { map, wal, disk, recovered, checkpoint: Mutex::new(last), keeping });
        let mut keeper = None;
        if let Some(after) = checkpoint_after {
            shared.wal.set_limit(after);
            let shared = Arc::clone(&shared);
            let thread = std::thread::Builder::new().name("putall-keeper".to_owned());
            let spawned = thread.spawn(move || shared.keep(after));
            let failed = |error| OpenError::Failed(Failure::new("start a thread for", folder, error));
            keeper = Some(spawned.map_err(failed)?);
        }
        Ok(Durable { shared, keeper })
    }

    /// What was found when the folder was opened: how much of it, and what was cut off.
    ///
    /// ```
    /// # use putall::durable::Durable;
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-recovered-{}", std::process::id()));
    /// # let map: Durable<String, u64> = Durable::open(&folder)?;
    /// map.insert("a".to_owned(), 1)?;
    /// drop(map);
    /// let map: Durable<String, u64> = Durable::open(&folder)?;
    /// let found = map.recovered();
    /// assert_eq!((found.revision, found.batches, &found.cut), (1, 1, &None));
    /// # drop(map);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn recovered(&self) -> &Recovered {
        &self.shared.recovered
    }

    /// How the folder is doing.
    ///
    /// ```
    /// # use putall::durable::Durable;
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-status-{}", std::process::id()));
    /// # let map: Durable<String, u64> = Durable::open(&folder)?;
    /// map.insert("a".to_owned(), 1)?;
    /// let status = map.status();
    /// assert!(status.log_bytes > 0 && status.stopped.is_none());
    /// # drop(map);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn status(&self) -> Status {
        let (log_bytes, stopped) = self.shared.wal.status();
        let keeping = lock(&self.shared.keeping);
        let (checkpoint, checkpoint_failed) = (keeping.last, keeping.failed.clone());
        Status { log_bytes, checkpoint, stopped, checkpoint_failed }
    }

    /// Syncs what was written. Returns the revision up to which all outlives a power failure now.
    ///
    /// Of use with [`SyncMode::None`]; with others that is so anyway.
    ///
    /// ```
    /// # use putall::durable::SyncMode;
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-sync-{}", std::process::id()));
    /// let map = putall::Map::builder().durable(&folder).sync(SyncMode::None).open()?;
    /// map.insert("a".to_owned(), 1)?;
    /// assert_eq!(map.sync()?, 1);
    /// # drop(map);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the log has failed, now or before.
    pub fn sync(&self) -> Result<u64, WriteError> {
        let synced = self.shared.wal.sync()?;
        self.shared.wal.wait_until_committed(synced)?;
        Ok(synced)
    }

    /// Syncs what was written, and closes the folder. Dropping the map does the same, but tells nobody if it fails.
    ///
    /// ```
    /// # use putall::durable::Durable;
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-close-{}", std::process::id()));
    /// let map: Durable<String, u64> = Durable::open(&folder)?;
    /// map.insert("a".to_owned(), 1)?;
    /// map.close()?;
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the log has failed, now or before. The folder is closed all the same.
    pub fn close(mut self) -> Result<(), WriteError> {
        self.finish()
    }

    fn finish(&mut self) -> Result<(), WriteError> {
        self.shared.wal.close();
        if let Some(keeper) = self.keeper.take()
            && keeper.join().is_err()
        {
            // The panic hook has told; whatever it was, the log is whole.
        }
        self.shared.wal.finish()
    }

    /// Batches that wait to be written.
    #[cfg(test)]
    pub(super) fn queued(&self) -> usize {
        self.shared.wal.queued()
    }

    /// How many keys there are. As [`Map::len`].
    ///
    /// ```
    /// # use putall::durable::Durable;
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-len-{}", std::process::id()));
    /// # let map: Durable<String, u64> = Durable::open(&folder)?;
    /// map.insert("a".to_owned(), 1)?;
    /// assert_eq!(map.len(), 1);
    /// # drop(map);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn len(&self) -> usize {
        self.shared.map.len()
    }

    /// Whether there are none.
    ///
    /// ```
    /// # use putall::durable::Durable;
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-is-empty-{}", std::process::id()));
    /// # let map: Durable<String, u64> = Durable::open(&folder)?;
    /// assert!(map.is_empty());
    /// # drop(map);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn is_empty(&self) -> bool {
        self.shared.map.is_empty()
    }

    /// The revision of the last batch that is visible.
    ///
    /// ```
    /// # use putall::durable::Durable;
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-revision-{}", std::process::id()));
    /// # let map: Durable<String, u64> = Durable::open(&folder)?;
    /// map.insert("a".to_owned(), 1)?;
    /// assert_eq!(map.revision(), 1);
    /// # drop(map);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn revision(&self) -> u64 {
        self.shared.map.revision()
    }

    /// What the map costs in memory.
    ///
    /// ```
    /// # use putall::durable::Durable;
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-stats-{}", std::process::id()));
    /// # let map: Durable<String, u64> = Durable::open(&folder)?;
    /// map.insert("a".to_owned(), 1)?;
    /// assert_eq!(map.stats().keys, 1);
    /// # drop(map);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn stats(&self) -> Stats {
        self.shared.map.stats()
    }

    /// The map as it is now, for as long as it is held.
    ///
    /// ```
    /// # use putall::durable::Durable;
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-snapshot-{}", std::process::id()));
    /// # let map: Durable<String, u64> = Durable::open(&folder)?;
    /// map.insert("a".to_owned(), 1)?;
    /// let before = map.snapshot();
    /// map.insert("a".to_owned(), 2)?;
    /// assert_eq!(before.get("a"), Some(&1));
    /// # drop(before);
    /// # drop(map);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn snapshot(&self) -> Snapshot<'_, K, V, S> {
        self.shared.map.snapshot()
    }

    /// What became of batches with an idempotency key. As [`Map::requests`]; it is in the folder, too.
    ///
    /// ```
    /// # use putall::durable::Durable;
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-requests-{}", std::process::id()));
    /// # let map: Durable<String, u64> = Durable::open(&folder)?;
    /// let mut batch = putall::Batch::from([("a".to_owned(), 1)]);
    /// let payload = batch.payload_hash().expect("it has no updates");
    /// batch.idempotent("request-1".parse()?, payload);
    /// map.put_all(batch)?;
    /// drop(map);
    /// let map: Durable<String, u64> = Durable::open(&folder)?;
    /// assert_eq!(map.requests().len(), 1);
    /// # drop(map);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn requests(&self) -> &Store<Receipt> {
        self.shared.map.requests()
    }

    /// Follows the batches that become visible. As [`Map::subscribe`]: it has those since the folder was opened.
    ///
    /// ```
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-subscribe-{}", std::process::id()));
    /// let map = putall::Map::builder().log(100).durable(&folder).open()?;
    /// map.insert("a".to_owned(), 1)?;
    /// let record = map.subscribe(0).unwrap().try_next()?.unwrap();
    /// assert_eq!(record.revision, 1);
    /// # drop(record);
    /// # drop(map);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn subscribe(&self, after: u64) -> Option<Subscriber<'_, K, V>> {
        self.shared.map.subscribe(after)
    }
}

impl<K, V, S> Durable<K, V, S>
where
    K: Hash + Eq,
    S: BuildHasher,
{
    /// The value of a key.
    ///
    /// ```
    /// # use putall::durable::Durable;
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-get-{}", std::process::id()));
    /// # let map: Durable<String, u64> = Durable::open(&folder)?;
    /// map.insert("a".to_owned(), 1)?;
    /// assert_eq!(*map.get("a").unwrap(), 1);
    /// # drop(map);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn get<Q>(&self, key: &Q) -> Option<Ref<'_, K, V>>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.shared.map.get(key)
    }

    /// Whether a key is there.
    ///
    /// ```
    /// # use putall::durable::Durable;
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-contains-{}", std::process::id()));
    /// # let map: Durable<String, u64> = Durable::open(&folder)?;
    /// assert!(!map.contains_key("a"));
    /// # drop(map);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn contains_key<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.shared.map.contains_key(key)
    }

    /// The values of some keys, all of one instant. As [`Map::get_many`].
    ///
    /// ```
    /// # use putall::durable::Durable;
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-get-many-{}", std::process::id()));
    /// # let map: Durable<String, u64> = Durable::open(&folder)?;
    /// map.insert("a".to_owned(), 1)?;
    /// assert_eq!(map.get_many(["a", "b"]), [Some(1), None]);
    /// # drop(map);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn get_many<'q, Q, I>(&self, keys: I) -> Vec<Option<V>>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized + 'q,
        V: Clone,
        I: IntoIterator<Item = &'q Q>,
    {
        self.shared.map.get_many(keys)
    }
}

impl<K, V, S> Durable<K, V, S>
where
    K: CanonicalBytes + Hash + Eq,
    V: CanonicalBytes,
    S: BuildHasher,
{
    /// Writes a batch: when this returns a receipt, all of it is there, now and when the folder is opened again. As [`Map::put_all`].
    ///
    /// ```
    /// # use putall::durable::Durable;
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-put-all-{}", std::process::id()));
    /// # let map: Durable<String, u64> = Durable::open(&folder)?;
    /// let receipt = map.put_all([("a".to_owned(), 1), ("b".to_owned(), 2)])?;
    /// assert_eq!((receipt.revision, receipt.inserted), (1, 2));
    /// # drop(map);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DurableError::Put`] if what the batch expects does not hold: nothing is written then. [`DurableError::Write`] if the log failed: the batch is
    /// not visible, and the error says whether it may be there when the folder is opened again.
    pub fn put_all(&self, batch: impl Into<Batch<K, V>>) -> Result<Receipt, DurableError<K>>
    where
        K: Clone + fmt::Debug,
    {
        self.shared.map.tell(batch.into(), |batch, replayed| self.put_once(batch, replayed))
    }

    /// As [`put_all`](Self::put_all), but counted by other metrics than the map's own. As [`Map::put_all_for`]; with the feature
    /// `opentelemetry`.
    ///
    /// ```
    /// use putall::observe::Metrics;
    /// # use putall::durable::Durable;
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-put-all-for-{}", std::process::id()));
    /// # let map: Durable<String, u64> = Durable::open(&folder)?;
    /// let preheat = Metrics::global().stage("preheat");
    /// map.put_all_for(&preheat, [("a".to_owned(), 1), ("b".to_owned(), 2)])?;
    /// # drop(map);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`put_all`](Self::put_all).
    #[cfg(feature = "opentelemetry")]
    pub fn put_all_for(
        &self,
        metrics: &crate::observe::Metrics,
        batch: impl Into<Batch<K, V>>,
    ) -> Result<Receipt, DurableError<K>>
    where
        K: Clone + fmt::Debug,
    {
        self.shared.map.tell_for(metrics, batch.into(), |batch, replayed| self.put_once(batch, replayed))
    }

    fn put_once(&self, batch: Batch<K, V>, replayed: &mut bool) -> Result<Receipt, DurableError<K>>
    where
        K: Clone + fmt::Debug,
    {
        let Shared { wal, map, .. } = &*self.shared;
        let ahead = |about, expected| Ahead::new(wal, map, about, expected);
        map.put_once_in(batch, replayed, ahead).map_err(|refusal| match refusal {
            Refusal::Put(error) => DurableError::Put(error),
            Refusal::Journal(error) => DurableError::Write(error),
        })
    }

    /// Writes those keys of a batch of which holds what is expected, in one commit, and says which they were not. As
    /// [`Map::put_fitting`].
    ///
    /// ```
    /// use putall::{Batch, Expect};
    /// # use putall::durable::Durable;
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-put-fitting-{}", std::process::id()));
    /// # let map: Durable<String, u64> = Durable::open(&folder)?;
    /// map.insert("b".to_owned(), 1)?;
    /// let mut batch = Batch::from(["a", "b"].map(|key| (key.to_owned(), 2)));
    /// batch.expect_each(Expect::Absent);
    /// let (receipt, left) = map.put_fitting(batch)?;
    /// assert_eq!((receipt.revision, receipt.inserted), (2, 1));
    /// assert_eq!(left.failed, [("b".to_owned(), Expect::Absent, Some(1))]);
    /// # drop(map);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`put_all`](Self::put_all), and if the batch has an [idempotency key](Batch::idempotent).
    pub fn put_fitting(
        &self,
        batch: impl Into<Batch<K, V>>,
    ) -> Result<(Receipt, Conflict<K>), DurableError<K>>
    where
        K: Clone + fmt::Debug,
        V: Clone + 'static,
    {
        put_fitting(batch.into(), |batch| match self.put_all(batch) {
            Err(DurableError::Put(PutError::Conflict(conflict))) => Ok(Err(conflict)),
            done => done.map(Ok),
        })
    }

    /// Makes of these keys what they are in a snapshot, in one batch. As [`Map::roll_back`].
    ///
    /// ```
    /// # use putall::durable::Durable;
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-roll-back-{}", std::process::id()));
    /// # let map: Durable<String, u64> = Durable::open(&folder)?;
    /// map.insert("a".to_owned(), 1)?;
    /// let before = map.snapshot();
    /// map.put_all(["a", "b"].map(|key| (key.to_owned(), 2)))?;
    /// map.roll_back(&before, ["a", "b"].map(str::to_owned))?;
    /// assert_eq!(map.get_many(["a", "b"]), [Some(1), None]);
    /// # drop(before);
    /// # drop(map);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`put_all`](Self::put_all).
    pub fn roll_back(
        &self,
        to: &Snapshot<'_, K, V, S>,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<Receipt, DurableError<K>>
    where
        K: Clone + fmt::Debug,
        V: Clone,
    {
        self.put_all(to.batch(keys))
    }

    /// Gives a key a value, and returns the one that it had.
    ///
    /// ```
    /// # use putall::durable::Durable;
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-insert-{}", std::process::id()));
    /// # let map: Durable<String, u64> = Durable::open(&folder)?;
    /// assert!(map.insert("a".to_owned(), 1)?.is_none());
    /// assert_eq!(map.insert("a".to_owned(), 2)?.unwrap(), 1);
    /// # drop(map);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the log failed.
    pub fn insert(&self, key: K, value: V) -> Result<Option<Ref<'_, K, V>>, WriteError> {
        self.change(key, Change::Insert(value))
    }

    /// Removes a key, and returns the value that it had.
    ///
    /// ```
    /// # use putall::durable::Durable;
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-remove-{}", std::process::id()));
    /// # let map: Durable<String, u64> = Durable::open(&folder)?;
    /// map.insert("a".to_owned(), 1)?;
    /// assert_eq!(map.remove("a")?.unwrap(), 1);
    /// assert!(map.remove("a")?.is_none());
    /// # drop(map);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the log failed.
    pub fn remove<Q>(&self, key: &Q) -> Result<Option<Ref<'_, K, V>>, WriteError>
    where
        K: Borrow<Q> + Clone,
        Q: Hash + Eq + ?Sized,
    {
        let Some(found) = self.get(key) else { return Ok(None) };
        let key = found.key().clone();
        drop(found);
        self.change(key, Change::Remove)
    }

    /// Gives a key the value that `update` makes of the one it has, or removes it if that is `None`, and returns the one that it had. As
    /// [`Batch::update`] does: what is kept is what it returned, not what it is.
    ///
    /// ```
    /// # use putall::durable::Durable;
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-update-{}", std::process::id()));
    /// # let map: Durable<String, u64> = Durable::open(&folder)?;
    /// map.insert("a".to_owned(), 1)?;
    /// map.update("a".to_owned(), |value| value.map(|value| value + 1))?;
    /// assert_eq!(*map.get("a").unwrap(), 2);
    /// # drop(map);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the log failed.
    pub fn update(
        &self,
        key: K,
        update: impl FnOnce(Option<&V>) -> Option<V> + Send + 'static,
    ) -> Result<Option<Ref<'_, K, V>>, WriteError> {
        self.change(key, Change::Update(Box::new(update)))
    }

    fn change(&self, key: K, change: Change<V>) -> Result<Option<Ref<'_, K, V>>, WriteError> {
        let Shared { wal, map, .. } = &*self.shared;
        map.change_in(key, change, &mut Ahead::new(wal, map, About::default(), None))
    }

    /// Writes the map as it is now into a file of its own, so that the log before it can go. Others write on meanwhile.
    ///
    /// The map does it by itself when the log has grown, see [`Options::checkpoint_after`](super::Options::checkpoint_after).
    ///
    /// ```
    /// use putall::durable::Durable;
    /// # let folder = std::env::temp_dir().join(format!("putall-doc-checkpoint-{}", std::process::id()));
    /// # let folder = folder.as_path();
    ///
    /// let map: Durable<u64, u64> = Durable::open(folder)?;
    /// map.put_all([(1, 10), (2, 20)])?;
    /// let checkpoint = map.checkpoint()?;
    /// assert_eq!((checkpoint.revision, checkpoint.keys), (1, 2));
    /// # drop(map);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it could not be written. Nothing is lost then.
    pub fn checkpoint(&self) -> Result<Checkpoint, CheckpointError> {
        self.shared.checkpoint(|| true)
    }
}

impl<K, V, S> Shared<K, V, S>
where
    K: CanonicalBytes + Hash + Eq,
    V: CanonicalBytes,
    S: BuildHasher,
{
    fn checkpoint(&self, go_on: impl Fn() -> bool) -> Result<Checkpoint, CheckpointError> {
        let mut last = lock(&self.checkpoint);
        let begun = self.wal.rotate()?;
        // What the files before this one have must be in the checkpoint.
        self.wal.wait_until_committed(begun)?;
        let snapshot = self.map.snapshot();
        let revision = snapshot.revision();
        let done = match *last {
            Some(last) if last.revision == revision => last,
            _ => {
                let requests = Request::all(&self.map, revision);
                checkpoint::write(&*self.disk, revision, snapshot.iter(), requests, go_on)?
            }
        };
        *last = Some(done);
        lock(&self.keeping).last = *last;
        sweep(&*self.disk, Some(revision))?;
        Ok(done)
    }

    /// Writes checkpoints when they are due, as long as the map is open.
    fn keep(&self, after: u64) {
        while self.wal.wait_until_due() {
            let done = self.checkpoint(|| !self.wal.is_closing());
            match &done {
                // So that what is written for checkpoints is no more than what is written for the log.
                Ok(done) => self.wal.set_limit(after.max(done.bytes)),
                Err(_) => self.wal.put_off(after),
            }
            lock(&self.keeping).failed = done.err();
        }
    }
}

impl<K, V, S> Drop for Durable<K, V, S> {
    fn drop(&mut self) {
        let _ = self.finish();
    }
}

impl<K: fmt::Debug, V: fmt::Debug, S> fmt::Debug for Durable<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.snapshot().fmt(f)
    }
}
