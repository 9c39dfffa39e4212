//! The operation log: every committed batch, in order.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use crate::fingerprint::{CanonicalBytes, Fingerprint, Op, PayloadHash, fingerprint, payload_hash};
use crate::idempotency::IdempotencyKey;
use crate::primitive::{Condvar, Mutex, lock, quietly};
use crate::raw::write::{Journal, Written};

/// A batch that was committed.
///
/// ```
/// let map = putall::Map::builder().log(10).build();
/// map.put_all([("a", 1), ("b", 2)])?;
/// let record = map.subscribe(0).unwrap().try_next()?.unwrap();
/// assert_eq!(record.revision, 1);
/// assert_eq!(record.changes.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Record<K, V> {
    /// The map's revision with it, which is the version of each key that it wrote.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "crate::serial::revision"))]
    pub revision: u64,
    /// About when it was committed, by this machine's clock.
    pub time: SystemTime,
    /// What [`Batch::trace_id`](crate::Batch::trace_id) said.
    pub trace_id: Option<Arc<str>>,
    /// What [`Batch::idempotent`](crate::Batch::idempotent) said.
    pub idempotency: Option<(IdempotencyKey, PayloadHash)>,
    /// What it did to each key. The version that each has since is the revision.
    pub changes: Vec<Changed<K, V>>,
}

impl<K: CanonicalBytes, V> Record<K, V> {
    /// The [fingerprint] of the batch: of the keys that it changed and its trace id, or an empty text if it had none.
    ///
    /// ```
    /// use putall::fingerprint::fingerprint;
    /// use putall::{Batch, Map};
    ///
    /// let map = Map::builder().log(10).build();
    /// let mut batch = Batch::from([("a", 1), ("b", 2)]);
    /// batch.trace_id("trace");
    /// map.put_all(batch)?;
    /// let record = map.subscribe(0).unwrap().try_next()?.unwrap();
    /// assert_eq!(record.fingerprint(), fingerprint(["a", "b"], "trace"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fingerprint(&self) -> Fingerprint {
        let keys = self.changes.iter().map(|changed| &changed.key);
        fingerprint(keys, self.trace_id.as_deref().unwrap_or_default())
    }

    /// The [hash](payload_hash) of all that the batch changed.
    ///
    /// ```
    /// use putall::{Batch, Map};
    ///
    /// let map = Map::builder().log(10).build();
    /// let batch = Batch::from([("a", 1), ("b", 2)]);
    /// let payload = batch.payload_hash().unwrap();
    /// map.put_all(batch)?;
    /// assert_eq!(map.subscribe(0).unwrap().try_next()?.unwrap().payload_hash(), payload);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn payload_hash(&self) -> PayloadHash
    where
        V: CanonicalBytes,
    {
        payload_hash(
            self.changes
                .iter()
                .map(|Changed { key, value, .. }| (key, value.as_ref().map_or(Op::Remove, Op::Insert))),
        )
    }
}

/// What a batch did to a key.
///
/// ```
/// let map = putall::Map::builder().log(10).build();
/// map.insert("a", 1);
/// map.remove("a");
/// let record = map.subscribe(1).unwrap().try_next()?.unwrap();
/// let changed = &record.changes[0];
/// assert_eq!((changed.key, changed.value, changed.before), ("a", None, Some(1)));
/// # Ok::<(), putall::Lagged>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Changed<K, V> {
    /// The key.
    pub key: K,
    /// Its value since, or `None` if it was removed.
    pub value: Option<V>,
    /// The version that it had before, if it was there.
    pub before: Option<u64>,
}

/// Records that were asked for are no longer in the log.
///
/// ```
/// use putall::{Lagged, Map};
///
/// let map = Map::builder().log(1).build();
/// map.insert("a", 1);
/// map.insert("a", 2);
/// assert_eq!(map.subscribe(0).unwrap().try_next().unwrap_err(), Lagged { wanted: 1, oldest: 2 });
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "the log no longer has revision {wanted}, the oldest is {oldest}: take a snapshot and go on from its revision"
)]
pub struct Lagged {
    /// The revision that was asked for.
    pub wanted: u64,
    /// The oldest one that is there.
    pub oldest: u64,
}

/// How a log copies a key, and a value.
type Copy<K, V> = fn(&K, Option<&V>) -> (K, Option<V>);

pub(crate) struct Log<K, V> {
    records: Mutex<Records<K, V>>,
    grown: Condvar,
    capacity: usize,
    copy: Copy<K, V>,
}

struct Records<K, V> {
    /// The revision of the first record.
    first: u64,
    /// Batches commit in parallel: one may be here before one of a lower revision is.
    records: VecDeque<Option<Arc<Record<K, V>>>>,
    /// How many there are before the first that is missing.
    whole: usize,
}

impl<K, V> Log<K, V> {
    /// A log that keeps so many records, of a map whose next commit is of revision `next`.
    pub(crate) fn new(capacity: usize, next: u64) -> Self
    where
        K: Clone,
        V: Clone,
    {
        Log {
            records: Mutex::new(Records { first: next, records: VecDeque::new(), whole: 0 }),
            grown: Condvar::new(),
            capacity: capacity.max(1),
            copy: |key, value| (key.clone(), value.cloned()),
        }
    }

    /// Begins with another revision: of a map that nobody else has yet.
    pub(crate) fn begin_at(&mut self, revision: u64) {
        lock(&self.records).first = revision + 1;
    }

    /// A record of what is about to be committed, but for the revision.
    pub(crate) fn record<'w>(
        &self,
        about: About,
        written: impl Iterator<Item = Written<'w, K, V>>,
    ) -> Record<K, V>
    where
        K: 'w,
        V: 'w,
    {
        let changes = written.map(|Written { key, value, before }| {
            let (key, value) = (self.copy)(key, value);
            Changed { key, value, before }
        });
        let About { trace_id, idempotency } = about;
        Record { revision: 0, time: SystemTime::now(), trace_id, idempotency, changes: changes.collect() }
    }

    /// Adds the record of a batch that is committed, and returns those that are too old. Runs none of the user's code.
    fn append(&self, record: Record<K, V>) -> Vec<Option<Arc<Record<K, V>>>> {
        let mut records = lock(&self.records);
        let at = (record.revision - records.first) as usize;
        if records.records.len() <= at {
            records.records.resize_with(at + 1, || None);
        }
        records.records[at] = Some(Arc::new(record));
        while records.records.get(records.whole).is_some_and(Option::is_some) {
            records.whole += 1;
        }
        let surplus = records.whole.saturating_sub(self.capacity);
        let old = records.records.drain(..surplus).collect();
        records.first += surplus as u64;
        records.whole -= surplus;
        drop(records);
        self.grown.notify_all();
        old
    }

    /// The record of a revision, if it is there yet.
    fn get(records: &Records<K, V>, revision: u64) -> Result<Option<Arc<Record<K, V>>>, Lagged> {
        match revision.checked_sub(records.first) {
            None => Err(Lagged { wanted: revision, oldest: records.first }),
            Some(at) if (at as usize) < records.whole => Ok(records.records[at as usize].clone()),
            Some(_) => Ok(None),
        }
    }
}

/// What a record says of a batch besides what it changed.
#[derive(Default)]
pub(crate) struct About {
    pub(crate) trace_id: Option<Arc<str>>,
    pub(crate) idempotency: Option<(IdempotencyKey, PayloadHash)>,
}

/// Writes one batch into a log.
pub(crate) struct Recording<'l, K, V> {
    log: &'l Log<K, V>,
    about: About,
    record: Option<Record<K, V>>,
    /// To be dropped with this, when the batch has settled its versions: their `Drop` is the user's, and may write to the map.
    old: Vec<Option<Arc<Record<K, V>>>>,
}

impl<'l, K, V> Recording<'l, K, V> {
    pub(crate) fn new(log: &'l Log<K, V>, about: About) -> Self {
        Recording { log, about, record: None, old: Vec::new() }
    }
}

impl<K, V> Drop for Recording<'_, K, V> {
    fn drop(&mut self) {
        quietly(|| self.old.clear());
    }
}

impl<K, V> Journal<K, V> for Recording<'_, K, V> {
    type Error = std::convert::Infallible;

    fn prepare<'w>(
        &mut self,
        written: impl Iterator<Item = Written<'w, K, V>> + Clone,
    ) -> Result<(), Self::Error>
    where
        K: 'w,
        V: 'w,
    {
        self.record = Some(self.log.record(std::mem::take(&mut self.about), written));
        Ok(())
    }

    fn commit(&mut self, commit: impl FnOnce() -> Result<u64, u64>) -> Result<Result<u64, u64>, Self::Error> {
        let committed = commit();
        if let (Ok(revision), Some(record)) = (committed, self.record.take()) {
            self.old = self.log.append(Record { revision, ..record });
        }
        Ok(committed)
    }
}

/// Follows a map's log: whole batches, in order, each once. From [`Map::subscribe`](crate::Map::subscribe).
///
/// ```
/// use putall::Map;
///
/// let map = Map::builder().log(1000).build();
/// let mut changes = map.subscribe(0).unwrap();
/// map.put_all([("a", 1), ("b", 2)])?;
/// let record = changes.try_next()?.unwrap();
/// assert_eq!((record.revision, record.changes.len()), (1, 2));
/// assert!(changes.try_next()?.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Subscriber<'m, K, V> {
    log: &'m Log<K, V>,
    next: u64,
}

impl<'m, K, V> Subscriber<'m, K, V> {
    pub(crate) fn new(log: &'m Log<K, V>, after: u64) -> Self {
        Subscriber { log, next: after + 1 }
    }

    /// The revision of the last record that was given: where to resume.
    ///
    /// ```
    /// let map = putall::Map::builder().log(10).build();
    /// map.insert("a", 1);
    /// let mut changes = map.subscribe(0).unwrap();
    /// changes.try_next()?;
    /// let resume = changes.revision();
    /// map.insert("a", 2);
    /// assert_eq!(map.subscribe(resume).unwrap().try_next()?.unwrap().revision, 2);
    /// # Ok::<(), putall::Lagged>(())
    /// ```
    pub fn revision(&self) -> u64 {
        self.next - 1
    }

    /// The next record, if it is there.
    ///
    /// ```
    /// let map = putall::Map::builder().log(10).build();
    /// let mut changes = map.subscribe(0).unwrap();
    /// assert!(changes.try_next()?.is_none());
    /// map.insert("a", 1);
    /// assert_eq!(changes.try_next()?.unwrap().revision, 1);
    /// # Ok::<(), putall::Lagged>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the log no longer has it, as more records came since than it keeps.
    pub fn try_next(&mut self) -> Result<Option<Arc<Record<K, V>>>, Lagged> {
        let record = Log::get(&lock(&self.log.records), self.next)?;
        self.next += u64::from(record.is_some());
        Ok(record)
    }

    /// The next record; waits for it, but no longer than `timeout`.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let map = putall::Map::builder().log(10).build();
    /// std::thread::scope(|scope| {
    ///     scope.spawn(|| map.insert("a", 1).is_none());
    ///     let record = map.subscribe(0).unwrap().next_timeout(Duration::from_secs(60)).unwrap();
    ///     assert_eq!(record.unwrap().revision, 1);
    /// });
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`try_next`](Self::try_next).
    pub fn next_timeout(&mut self, timeout: Duration) -> Result<Option<Arc<Record<K, V>>>, Lagged> {
        let until = Instant::now() + timeout;
        let mut records = lock(&self.log.records);
        loop {
            let record = Log::get(&records, self.next)?;
            let left = until.saturating_duration_since(Instant::now());
            if record.is_some() || left.is_zero() {
                self.next += u64::from(record.is_some());
                return Ok(record);
            }
            let waited = self.log.grown.wait_timeout(records, left);
            records = waited.unwrap_or_else(|poisoned| poisoned.into_inner()).0;
        }
    }
}
