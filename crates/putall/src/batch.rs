//! What is written at once.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use crate::fingerprint::{CanonicalBytes, Op, PayloadHash, payload_hash};
use crate::idempotency::IdempotencyKey;
use crate::raw::write::Change;

/// What must hold for a key before a batch.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Expect {
    /// Nothing.
    #[default]
    Any,
    /// The key is not there.
    Absent,
    /// The key is there.
    Present,
    /// The key is there, and was last written by the commit of this revision.
    Version(u64),
}

impl Expect {
    /// Whether it holds for a key last written at a revision, or that is not there.
    pub(crate) fn holds(self, found: Option<u64>) -> bool {
        match self {
            Expect::Any => true,
            Expect::Absent => found.is_none(),
            Expect::Present => found.is_some(),
            Expect::Version(version) => found == Some(version),
        }
    }
}

/// What becomes of a batch that has a key twice.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Duplicates {
    /// The later one counts, as when a `HashMap` is extended.
    #[default]
    LastWins,
    /// The batch is refused.
    Refuse,
}

/// Most batches only give values to keys: those are kept as they come.
pub(crate) enum Changes<K, V> {
    Pairs(Vec<(K, V)>),
    Any(Vec<(K, Change<V>)>),
}

impl<K, V> Changes<K, V> {
    fn push(&mut self, key: K, change: Change<V>) {
        match (&mut *self, change) {
            (Changes::Pairs(pairs), Change::Insert(value)) => pairs.push((key, value)),
            (Changes::Any(changes), change) => changes.push((key, change)),
            (Changes::Pairs(pairs), change) => {
                let pairs = std::mem::take(pairs).into_iter();
                let mut changes: Vec<_> = pairs.map(|(key, value)| (key, Change::Insert(value))).collect();
                changes.push((key, change));
                *self = Changes::Any(changes);
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Changes::Pairs(pairs) => pairs.len(),
            Changes::Any(changes) => changes.len(),
        }
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &K> {
        let (pairs, changes): (&[_], &[_]) = match self {
            Changes::Pairs(pairs) => (pairs, &[]),
            Changes::Any(changes) => (&[], changes),
        };
        pairs.iter().map(|(key, _)| key).chain(changes.iter().map(|(key, _)| key))
    }
}

/// Changes that become visible at one instant, or not at all.
///
/// ```
/// use putall::{Batch, Expect, Map};
///
/// let map = Map::from([("stock", 3), ("sold", 0)]);
/// let mut batch = Batch::new();
/// batch
///     .update("stock", |stock| stock.map(|stock| stock - 1))
///     .update("sold", |sold| sold.map(|sold| sold + 1))
///     .insert_if("receipt", 1, Expect::Absent);
/// map.put_all(batch)?;
/// assert_eq!(map.get_many(["stock", "sold", "receipt"]), [Some(2), Some(1), Some(1)]);
/// # Ok::<(), putall::PutError<&str>>(())
/// ```
pub struct Batch<K, V> {
    pub(crate) changes: Changes<K, V>,
    /// In order of their numbers.
    pub(crate) expects: Vec<(usize, Expect)>,
    pub(crate) each: Expect,
    pub(crate) revision: Option<u64>,
    pub(crate) duplicates: Duplicates,
    pub(crate) trace_id: Option<Arc<str>>,
    pub(crate) idempotency: Option<(IdempotencyKey, PayloadHash)>,
}

impl<K, V> Default for Batch<K, V> {
    fn default() -> Self {
        Batch {
            changes: Changes::Pairs(Vec::new()),
            expects: Vec::new(),
            each: Expect::Any,
            revision: None,
            duplicates: Duplicates::default(),
            trace_id: None,
            idempotency: None,
        }
    }
}

impl<K, V> Batch<K, V> {
    /// A batch that changes nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, with room for some changes.
    pub fn with_capacity(capacity: usize) -> Self {
        Batch { changes: Changes::Pairs(Vec::with_capacity(capacity)), ..Self::default() }
    }

    /// Gives a key a value.
    pub fn insert(&mut self, key: K, value: V) -> &mut Self {
        self.changes.push(key, Change::Insert(value));
        self
    }

    /// Gives a key a value; the batch is refused if the expectation does not hold.
    pub fn insert_if(&mut self, key: K, value: V, expect: Expect) -> &mut Self {
        self.expects.push((self.changes.len(), expect));
        self.insert(key, value)
    }

    /// Removes a key, if it is there.
    pub fn remove(&mut self, key: K) -> &mut Self {
        self.changes.push(key, Change::Remove);
        self
    }

    /// Removes a key; the batch is refused if the expectation does not hold.
    pub fn remove_if(&mut self, key: K, expect: Expect) -> &mut Self {
        self.expects.push((self.changes.len(), expect));
        self.remove(key)
    }

    /// Gives a key the value that `update` makes of the one it has, or removes it if that is `None`.
    ///
    /// It is called once, while no other batch can write the key. It must not write to the map.
    pub fn update(
        &mut self,
        key: K,
        update: impl FnOnce(Option<&V>) -> Option<V> + Send + 'static,
    ) -> &mut Self {
        self.changes.push(key, Change::Update(Box::new(update)));
        self
    }

    /// What must hold for each key, besides what was said of single ones.
    ///
    /// ```
    /// use putall::{Batch, Expect, Map, PutError};
    ///
    /// let map = Map::from([("b", 1)]);
    /// let mut batch = Batch::from([("a", 2), ("b", 2)]);
    /// batch.expect_each(Expect::Absent);
    /// let Err(PutError::Conflict(conflict)) = map.put_all(batch) else { panic!() };
    /// assert_eq!(conflict.failed[0].0, "b");
    /// assert!(!map.contains_key("a"));
    /// ```
    pub fn expect_each(&mut self, expect: Expect) -> &mut Self {
        self.each = expect;
        self
    }

    /// The revision that the map must have, so that nothing was written since it was looked at.
    pub fn expect_revision(&mut self, revision: u64) -> &mut Self {
        self.revision = Some(revision);
        self
    }

    /// What becomes of the batch if it has a key twice.
    pub fn duplicates(&mut self, duplicates: Duplicates) -> &mut Self {
        self.duplicates = duplicates;
        self
    }

    /// The trace that the batch belongs to: it goes along into the map's log.
    pub fn trace_id(&mut self, trace_id: impl Into<Arc<str>>) -> &mut Self {
        self.trace_id = Some(trace_id.into());
        self
    }

    /// Names the batch, so that it is written once however often it is sent: who sends one with the same key and payload again gets the
    /// receipt of the first time. For how long that is remembered, and how long a batch may be at work, see
    /// [`Builder::idempotency`](crate::Builder::idempotency).
    ///
    /// ```
    /// use putall::{Batch, Map};
    ///
    /// let map = Map::<&str, u64>::new();
    /// let send = |value| {
    ///     let mut batch = Batch::from([("a", value)]);
    ///     let payload = batch.payload_hash().expect("it has no updates");
    ///     batch.idempotent("request-1".parse().unwrap(), payload);
    ///     map.put_all(batch)
    /// };
    /// let first = send(1)?;
    /// assert_eq!(send(1)?, first);
    /// assert_eq!(map.revision(), 1);
    /// assert_eq!(send(2), Err(putall::PutError::KeyReused));
    /// # Ok::<(), putall::PutError<&str>>(())
    /// ```
    pub fn idempotent(&mut self, key: IdempotencyKey, payload: PayloadHash) -> &mut Self {
        self.idempotency = Some((key, payload));
        self
    }

    /// The [hash](payload_hash) of all that it is to write, as it is now. `None` if it has updates, which have no bytes: hash what they
    /// are made from, with [`PayloadHash::of_bytes`]. What it expects is not in it.
    pub fn payload_hash(&self) -> Option<PayloadHash>
    where
        K: CanonicalBytes,
        V: CanonicalBytes,
    {
        match &self.changes {
            Changes::Pairs(pairs) => {
                Some(payload_hash(pairs.iter().map(|(key, value)| (key, Op::Insert(value)))))
            }
            Changes::Any(changes) => {
                let operations = changes.iter().map(|(key, change)| match change {
                    Change::Insert(value) => Some((key, Op::Insert(value))),
                    Change::Remove => Some((key, Op::Remove)),
                    Change::Update(_) => None,
                });
                Some(payload_hash(operations.collect::<Option<Vec<_>>>()?))
            }
        }
    }

    /// How many changes there are.
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Batch<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        match &self.changes {
            Changes::Pairs(pairs) => {
                map.entries(pairs.iter().map(|(key, value)| (key, value)));
            }
            Changes::Any(changes) => {
                for (key, change) in changes {
                    match change {
                        Change::Insert(value) => map.entry(key, value),
                        Change::Remove => map.entry(key, &format_args!("(removed)")),
                        Change::Update(_) => map.entry(key, &format_args!("(updated)")),
                    };
                }
            }
        }
        map.finish()
    }
}

impl<K, V> Extend<(K, V)> for Batch<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, pairs: I) {
        match &mut self.changes {
            Changes::Pairs(all) => all.extend(pairs),
            Changes::Any(all) => {
                all.extend(pairs.into_iter().map(|(key, value)| (key, Change::Insert(value))));
            }
        }
    }
}

impl<K, V> FromIterator<(K, V)> for Batch<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut batch = Batch::new();
        batch.extend(pairs);
        batch
    }
}

impl<K, V, S> From<HashMap<K, V, S>> for Batch<K, V> {
    fn from(pairs: HashMap<K, V, S>) -> Self {
        pairs.into_iter().collect()
    }
}

impl<K, V, const N: usize> From<[(K, V); N]> for Batch<K, V> {
    fn from(pairs: [(K, V); N]) -> Self {
        pairs.into_iter().collect()
    }
}

impl<K, V> From<Vec<(K, V)>> for Batch<K, V> {
    fn from(pairs: Vec<(K, V)>) -> Self {
        Batch { changes: Changes::Pairs(pairs), ..Self::default() }
    }
}

impl<K, V> From<BTreeMap<K, V>> for Batch<K, V> {
    fn from(pairs: BTreeMap<K, V>) -> Self {
        pairs.into_iter().collect()
    }
}
