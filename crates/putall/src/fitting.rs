//! Batches of which as much is written as fits: the map's best effort.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::sync::{Arc, Mutex, PoisonError};

use crate::batch::Changes;
use crate::raw::write::{Change, Update};
use crate::{Batch, Conflict, Duplicates, Expect, Map, PutError, Receipt, Unsupported};

impl<K, V, S> Map<K, V, S>
where
    K: Hash + Eq + Clone + fmt::Debug,
    V: Clone + 'static,
    S: BuildHasher,
{
    /// Writes those keys of a batch of which holds what is expected, in one commit, and says which they were not.
    ///
    /// A key of the batch is written with all its changes or with none of them. What is expected of the map
    /// ([`expect_revision`](Batch::expect_revision)) and of the batch ([`duplicates`](Batch::duplicates)) is expected for all.
    ///
    /// ```
    /// use putall::{Batch, Expect, Map};
    ///
    /// let map = Map::from([("b", 1)]);
    /// let mut batch = Batch::from([("a", 2), ("b", 2), ("c", 2)]);
    /// batch.expect_each(Expect::Absent);
    /// let (receipt, left) = map.put_fitting(batch)?;
    /// assert_eq!((receipt.revision, receipt.inserted), (2, 2));
    /// assert_eq!(left.failed, [("b", Expect::Absent, Some(1))]);
    /// assert_eq!(map.get_many(["a", "b", "c"]), [Some(2), Some(1), Some(2)]);
    /// # Ok::<(), putall::PutError<&str>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the batch as a whole is refused. Nothing is written then. One with an [idempotency key](Batch::idempotent) is: what would be
    /// remembered of it is a receipt, and that does not say which keys were written.
    pub fn put_fitting(&self, batch: impl Into<Batch<K, V>>) -> Result<(Receipt, Conflict<K>), PutError<K>> {
        put_fitting(batch.into(), |batch| match self.put_all(batch) {
            Err(PutError::Conflict(conflict)) => Ok(Err(conflict)),
            done => done.map(Ok),
        })
    }
}

/// Writes as much of a batch as fits. `put` writes one, all of it or nothing, and says where it found a conflict.
pub(crate) fn put_fitting<K, V, E>(
    batch: Batch<K, V>,
    put: impl Fn(Batch<K, V>) -> Result<Result<Receipt, Conflict<K>>, E>,
) -> Result<(Receipt, Conflict<K>), E>
where
    K: Hash + Eq + Clone + fmt::Debug,
    V: Clone + 'static,
    E: From<PutError<K>>,
{
    if batch.idempotency.is_some() {
        return Err(PutError::Unsupported(Unsupported::Idempotency).into());
    }
    if batch.expects.is_empty() && batch.each == Expect::Any {
        let receipt = put(batch)?.map_err(PutError::Conflict)?;
        return Ok((receipt, Conflict { failed: Vec::new() }));
    }
    let mut failed = Vec::new();
    let mut fitting = Fitting::new(batch)?;
    // Each time round has fewer keys than the one before. Mostly there is one to find out and one to write.
    loop {
        match put(fitting.batch())? {
            Ok(receipt) => return Ok((receipt, Conflict { failed })),
            Err(conflict) => failed.extend(fitting.leave(conflict)),
        }
    }
}

/// A batch that can be tried again.
struct Fitting<K, V> {
    changes: Vec<(K, Again<V>, Expect)>,
    each: Expect,
    revision: Option<u64>,
    trace_id: Option<Arc<str>>,
}

/// A change that can be tried again.
enum Again<V> {
    Insert(V),
    Remove,
    /// It is taken when it is called, which is after the last expectation was found to hold.
    Update(Arc<Mutex<Option<Update<V>>>>),
}

impl<K: Hash + Eq + Clone + fmt::Debug, V: Clone + 'static> Fitting<K, V> {
    fn new(batch: Batch<K, V>) -> Result<Self, PutError<K>> {
        // Each field by name: one that is added is not to be passed over. There is no idempotency key.
        let Batch { changes, expects, each, revision, duplicates, trace_id, idempotency: _ } = batch;
        if duplicates == Duplicates::Refuse {
            let mut places = HashMap::new();
            for (second, key) in changes.keys().enumerate() {
                if let Some(first) = places.insert(key, second) {
                    return Err(PutError::Duplicate { key: key.clone(), first, second });
                }
            }
        }
        let changes: Vec<(K, Again<V>)> = match changes {
            Changes::Pairs(pairs) => {
                pairs.into_iter().map(|(key, value)| (key, Again::Insert(value))).collect()
            }
            Changes::Any(changes) => {
                let again = |change| match change {
                    Change::Insert(value) => Again::Insert(value),
                    Change::Remove => Again::Remove,
                    Change::Update(update) => Again::Update(Arc::new(Mutex::new(Some(update)))),
                };
                changes.into_iter().map(|(key, change)| (key, again(change))).collect()
            }
        };
        let mut expects = expects.into_iter().peekable();
        let changes = changes.into_iter().enumerate().map(|(number, (key, again))| {
            let expect = expects.next_if(|&(of, _)| of == number);
            (key, again, expect.map_or(Expect::Any, |(_, expect)| expect))
        });
        Ok(Fitting { changes: changes.collect(), each, revision, trace_id })
    }

    /// A batch of what is left.
    fn batch(&self) -> Batch<K, V> {
        let mut batch = Batch::with_capacity(self.changes.len());
        for (key, again, expect) in &self.changes {
            let key = key.clone();
            if *expect != Expect::Any {
                batch.expects.push((batch.len(), *expect));
            }
            match again {
                Again::Insert(value) => batch.insert(key, value.clone()),
                Again::Remove => batch.remove(key),
                Again::Update(update) => {
                    let update = Arc::clone(update);
                    batch.update(key, move |value| {
                        let update = update.lock().unwrap_or_else(PoisonError::into_inner).take();
                        update.and_then(|update| update(value))
                    })
                }
            };
        }
        batch.expect_each(self.each);
        batch.revision = self.revision;
        batch.trace_id = self.trace_id.clone();
        batch
    }

    /// Leaves out keys that do not fit, and returns them, each once, with the first thing that is wrong with it.
    fn leave(&mut self, conflict: Conflict<K>) -> Vec<(K, Expect, Option<u64>)> {
        let mut keys = HashSet::new();
        self.changes.retain({
            let keys: HashSet<&K> = conflict.failed.iter().map(|(key, ..)| key).collect();
            move |(key, ..)| !keys.contains(key)
        });
        conflict.failed.into_iter().filter(|(key, ..)| keys.insert(key.clone())).collect()
    }
}
