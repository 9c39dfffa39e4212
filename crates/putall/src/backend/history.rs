//! A log of what was written, from which keys are restored.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::Arc;
use std::time::SystemTime;

use crate::{Batch, Changed, Lagged, Record};

/// The operation log of a store: every batch, in order, so that what a key was at any revision can be told by replaying it.
///
/// Two kinds of store have one. For a backend, [`Policy::Replay`](super::Policy::Replay) writes it; all that writes to the backend has to
/// go through it, so whoever writes has it by `&mut`. Of a map with a [log](crate::Builder::log), it
/// [follows](History::follow) the records.
///
/// It holds all that it is given, until it is [compacted](History::compact).
///
/// ```
/// use putall::Map;
/// use putall::backend::History;
///
/// let map = Map::builder().log(1000).build();
/// map.put_all([("a", 1), ("b", 1)])?;
/// map.put_all([("a", 2), ("c", 2)])?;
///
/// let mut history = History::new();
/// let mut records = map.subscribe(0).unwrap();
/// while let Some(record) = records.try_next()? {
///     history.follow(record)?;
/// }
/// // As they were at revision 1, in one batch.
/// map.put_all(history.batch(1, ["a", "c"])?)?;
/// assert_eq!(map.get_many(["a", "b", "c"]), [Some(1), Some(1), None]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct History<K, V> {
    /// The first has all that was there at its revision, the others are one revision after the other.
    records: VecDeque<Arc<Record<K, V>>>,
    /// Where a key was written. It is noted before the record is there, so that adding it runs none of the user's code: the last
    /// place of a key may be in a record that never came, or in another that has come instead.
    places: HashMap<K, Vec<Place>>,
}

/// A place in the records.
#[derive(Clone, Copy, Debug)]
struct Place {
    revision: u64,
    change: usize,
}

impl<K, V> Default for History<K, V>
where
    K: Hash + Eq + Clone,
    V: Clone,
{
    fn default() -> Self {
        Self::new()
    }
}

fn record<K, V>(revision: u64, trace_id: Option<Arc<str>>, changes: Vec<Changed<K, V>>) -> Record<K, V> {
    Record { revision, time: SystemTime::now(), trace_id, idempotency: None, changes }
}

impl<K, V> History<K, V>
where
    K: Hash + Eq + Clone,
    V: Clone,
{
    /// Of a store that is empty.
    ///
    /// ```
    /// let history = putall::backend::History::<String, u64>::new();
    /// assert_eq!(history.revision(), 0);
    /// ```
    pub fn new() -> Self {
        Self::since(0, [])
    }

    /// Of a store that had these keys and values, and no others, at a revision.
    ///
    /// ```
    /// use putall::Map;
    /// use putall::backend::History;
    ///
    /// let map = Map::from([("a", 1)]);
    /// let snapshot = map.snapshot();
    /// let history = History::since(snapshot.revision(), snapshot.iter().map(|entry| (*entry.key, *entry.value)));
    /// assert_eq!(history.at(&"a", 1)?, Some(&1));
    /// # Ok::<(), putall::Lagged>(())
    /// ```
    pub fn since(revision: u64, pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        let pairs = pairs.into_iter().map(|(key, value)| Changed { key, value: Some(value), before: None });
        let record = record(revision, None, pairs.collect());
        let mut history = History { records: VecDeque::new(), places: HashMap::new() };
        history.note(&record);
        history.append(Arc::new(record));
        history
    }

    /// How many batches there were.
    ///
    /// ```
    /// # use putall::backend::History;
    /// let mut history = History::new();
    /// history.push([("a", Some(1)), ("b", Some(2))]);
    /// assert_eq!(history.revision(), 1);
    /// ```
    pub fn revision(&self) -> u64 {
        self.records.back().map_or(0, |record| record.revision)
    }

    /// The first revision of which it can be told what there was.
    ///
    /// ```
    /// # use putall::backend::History;
    /// assert_eq!(History::since(7, [("a", 1)]).oldest(), 7);
    /// ```
    pub fn oldest(&self) -> u64 {
        self.records.front().map_or(0, |record| record.revision)
    }

    /// Notes a batch that was written in another way, and returns its revision. `None` is for a key that was removed.
    ///
    /// ```
    /// # use putall::backend::History;
    /// let mut history = History::since(0, [("a", 1)]);
    /// let revision = history.push([("a", None)]);
    /// assert_eq!(history.at(&"a", revision), Ok(None));
    /// ```
    pub fn push(&mut self, changes: impl IntoIterator<Item = (K, Option<V>)>) -> u64 {
        let record = self.prepare(None, changes);
        let revision = record.revision;
        self.append(Arc::new(record));
        revision
    }

    /// The record that comes next, if it is [added](Self::append).
    pub(super) fn prepare(
        &mut self,
        trace_id: Option<Arc<str>>,
        changes: impl IntoIterator<Item = (K, Option<V>)>,
    ) -> Record<K, V> {
        let changes = changes.into_iter().map(|(key, value)| {
            let before = self.last(&key, u64::MAX).filter(|(_, changed)| changed.value.is_some());
            Changed { before: before.map(|(place, _)| place.revision), key, value }
        });
        let record = record(self.revision() + 1, trace_id, changes.collect());
        self.note(&record);
        record
    }

    /// Notes where the keys of a record are, if it is added. The last of a key counts, as in a batch.
    fn note(&mut self, record: &Record<K, V>) {
        for (change, Changed { key, .. }) in record.changes.iter().enumerate() {
            let came = self.last(key, u64::MAX).map(|(place, _)| place.revision);
            let places = self.places.entry(key.clone()).or_default();
            while places.last().map(|place| place.revision) > came {
                places.pop();
            }
            places.push(Place { revision: record.revision, change });
        }
    }

    /// Adds a record that is noted.
    pub(super) fn append(&mut self, record: Arc<Record<K, V>>) {
        self.records.push_back(record);
    }

    /// What was written to a key last, up to a revision.
    fn last(&self, key: &K, revision: u64) -> Option<(Place, &Changed<K, V>)> {
        let places = self.places.get(key)?;
        let places = &places[..places.partition_point(|place| place.revision <= revision)];
        places.iter().rev().find_map(|&place| {
            let record = self.records.get(place.revision.checked_sub(self.oldest())? as usize)?;
            let changed = record.changes.get(place.change)?;
            (changed.key == *key).then_some((place, changed))
        })
    }

    /// Adds the record of a map's log that comes next. One that is here already is passed over.
    ///
    /// ```
    /// use putall::Map;
    /// use putall::backend::History;
    ///
    /// let map = Map::builder().log(10).build();
    /// map.insert("a", 1);
    /// let mut history = History::new();
    /// history.follow(map.subscribe(0).unwrap().try_next()?.unwrap())?;
    /// assert_eq!(history.revision(), 1);
    /// # Ok::<(), putall::Lagged>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If records between are missing.
    pub fn follow(&mut self, record: Arc<Record<K, V>>) -> Result<(), Lagged> {
        let wanted = self.revision() + 1;
        if record.revision > wanted {
            return Err(Lagged { wanted, oldest: record.revision });
        }
        if record.revision == wanted {
            self.note(&record);
            self.append(record);
        }
        Ok(())
    }

    /// The value of a key at a revision, or now, if that is yet to come.
    ///
    /// ```
    /// # use putall::backend::History;
    /// let mut history = History::new();
    /// history.push([("a", Some(1))]);
    /// history.push([("a", Some(2))]);
    /// assert_eq!([0, 1, 2].map(|revision| history.at(&"a", revision)), [Ok(None), Ok(Some(&1)), Ok(Some(&2))]);
    /// ```
    ///
    /// # Errors
    ///
    /// If the revision is before the [oldest](History::oldest).
    pub fn at(&self, key: &K, revision: u64) -> Result<Option<&V>, Lagged> {
        let oldest = self.oldest();
        if revision < oldest {
            return Err(Lagged { wanted: revision, oldest });
        }
        Ok(self.last(key, revision).and_then(|(_, changed)| changed.value.as_ref()))
    }

    /// The value of a key now.
    pub(super) fn now(&self, key: &K) -> Option<&V> {
        self.at(key, u64::MAX).unwrap_or(None)
    }

    /// A batch that gives keys the values that they had at a revision, and removes those that were not there.
    ///
    /// ```
    /// use putall::Map;
    /// use putall::backend::History;
    ///
    /// let map = Map::builder().log(10).build();
    /// let mut history = History::new();
    /// let mut changes = map.subscribe(0).unwrap();
    /// map.insert("a", 1);
    /// map.insert("a", 2);
    /// while let Some(record) = changes.try_next()? {
    ///     history.follow(record)?;
    /// }
    /// map.put_all(history.batch(1, ["a"])?)?;
    /// assert_eq!(*map.get("a").unwrap(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the revision is before the [oldest](History::oldest).
    pub fn batch(&self, revision: u64, keys: impl IntoIterator<Item = K>) -> Result<Batch<K, V>, Lagged> {
        let mut batch = Batch::new();
        for key in keys {
            match self.at(&key, revision)?.cloned() {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            };
        }
        Ok(batch)
    }

    /// Forgets what was before a revision.
    ///
    /// ```
    /// # use putall::Lagged;
    /// # use putall::backend::History;
    /// let mut history = History::new();
    /// history.push([("a", Some(1)), ("b", Some(1))]);
    /// history.push([("a", Some(2)), ("b", None)]);
    /// history.push([("a", Some(3))]);
    /// history.compact(2);
    /// assert_eq!(history.at(&"a", 1), Err(Lagged { wanted: 1, oldest: 2 }));
    /// assert_eq!(history.at(&"a", 2), Ok(Some(&2)));
    /// assert_eq!(history.at(&"b", 2), Ok(None));
    /// ```
    pub fn compact(&mut self, before: u64) {
        let revision = before.min(self.revision());
        if revision <= self.oldest() {
            return;
        }
        let old = (revision - self.oldest() + 1) as usize;
        let mut there: HashMap<&K, usize> = HashMap::new();
        let mut values: Vec<(&K, Option<&V>)> = Vec::new();
        for Changed { key, value, .. } in self.records.iter().take(old).flat_map(|record| &record.changes) {
            let at = *there.entry(key).or_insert(values.len());
            match values.get_mut(at) {
                Some(known) => known.1 = value.as_ref(),
                None => values.push((key, value.as_ref())),
            }
        }
        let pairs = values.into_iter().filter_map(|(key, value)| Some((key, value?)));
        let pairs = pairs.map(|(key, value)| (key.clone(), value.clone())).collect::<Vec<_>>();
        let mut compacted = Self::since(revision, pairs);
        for record in self.records.iter().skip(old) {
            compacted.note(record);
            compacted.append(Arc::clone(record));
        }
        *self = compacted;
    }
}
