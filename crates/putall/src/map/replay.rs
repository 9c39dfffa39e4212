//! Writing what another map's log has.

use std::fmt;
use std::hash::{BuildHasher, Hash};

use crate::log::{Changed, Record};
use crate::{Batch, Map, PutError};

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
        // Its idempotency key is not claimed, and one that did nothing is a commit here as it was there.
        let write = |batch| self.put(batch, None, |about, _| self.recording(about));
        let receipt = self.tell(batch, |batch, _| Ok::<_, PutError<K>>(write(batch)?))?;
        if let Some((key, payload)) = &record.idempotency {
            self.all_requests().remember(key.clone(), *payload, receipt, record.time);
        }
        Ok(())
    }
}
