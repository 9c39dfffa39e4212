//! Writing what another map's log has.

use std::fmt;
use std::hash::{BuildHasher, Hash};

use super::Refusal;
use crate::log::{About, Changed, Record, Recording};
use crate::once::Requests;
use crate::raw::write::{Refused, Terms};
use crate::{Batch, Map, PutError, Receipt};

impl<K, V, S> Map<K, V, S>
where
    K: Hash + Eq,
    S: BuildHasher,
{
    /// Applies the record of another map's log, so that keys have the same versions here as there.
    ///
    /// A snapshot's keys and the records after it make the same map; or all records, from the first on. A batch that had an
    /// idempotency key has it here, too.
    ///
    /// ```
    /// use putall::Map;
    ///
    /// let origin = Map::builder().log(100).build();
    /// origin.put_all([("a", 1), ("b", 2)])?;
    /// let replica = Map::new();
    /// let mut changes = origin.subscribe(replica.revision()).unwrap();
    /// while let Some(record) = changes.try_next()? {
    ///     replica.replay(&record)?;
    /// }
    /// assert_eq!(replica.get("b").unwrap().version(), origin.get("b").unwrap().version());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PutError::Revision`] if this is not the record that comes next.
    pub fn replay(&self, record: &Record<K, V>) -> Result<(), PutError<K>>
    where
        K: Clone + fmt::Debug,
        V: Clone,
    {
        let mut batch = Batch::with_capacity(record.changes.len());
        for Changed { key, value, .. } in &record.changes {
            match value {
                Some(value) => batch.insert(key.clone(), value.clone()),
                None => batch.remove(key.clone()),
            };
        }
        batch.expect_revision(record.revision - 1);
        batch.trace_id = record.trace_id.clone();
        batch.idempotency = record.idempotency.clone();
        let receipt = if batch.is_empty() {
            self.commit_nothing(batch)?
        } else {
            self.tell(batch, |batch, _| self.put_all_again(batch))?
        };
        if let Some((key, payload)) = &record.idempotency {
            let requests = self.requests.get_or_init(Requests::default);
            requests.remember(key.clone(), *payload, receipt, record.time);
        }
        Ok(())
    }

    /// Writes a batch that was written elsewhere: its idempotency key is not claimed.
    fn put_all_again(&self, batch: Batch<K, V>) -> Result<Receipt, PutError<K>>
    where
        K: Clone + fmt::Debug,
    {
        self.put(batch, None, |about, _| self.recording(about)).map_err(|refusal| match refusal {
            Refusal::Put(error) => error,
            Refusal::Journal(never) => match never {},
        })
    }

    /// Commits a batch that changes nothing, as one is that removed what was not there.
    fn commit_nothing(&self, batch: Batch<K, V>) -> Result<Receipt, PutError<K>>
    where
        K: Clone + fmt::Debug,
    {
        type Anything = fn(usize, Option<u64>) -> Result<(), std::convert::Infallible>;
        let Batch { revision, trace_id, idempotency, .. } = batch;
        let terms = Terms::<Anything> { revision, expect: None, last_wins: true };
        let about = About { trace_id, idempotency };
        let mut journal = self.log.as_ref().map(|log| Recording::new(log, about));
        match self.write(&self.core.pin(), std::iter::empty(), &terms, &mut journal) {
            Ok(done) => Ok(Receipt::of(done.revision)),
            Err(Refused::Revision(found)) => {
                Err(PutError::Revision { expected: revision.unwrap_or(found), found })
            }
            Err(Refused::Keys(_) | Refused::Twice(..)) => unreachable!("there are no keys"),
            Err(Refused::Journal(never)) => match never {},
        }
    }
}
