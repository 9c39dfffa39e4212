//! The map as a backend.

use std::fmt;
use std::hash::{BuildHasher, Hash};

use crate::backend::{Backend, Capabilities, Versioned, Write, WriteAllError, WriteError};
use crate::{Batch, Expect, Map, PutError};

impl<K, V, S> Backend<K, V> for Map<K, V, S>
where
    K: Hash + Eq + Clone + fmt::Debug,
    V: Clone,
    S: BuildHasher,
{
    type Error = PutError<K>;

    fn capabilities(&self) -> Capabilities {
        let most = Some(self.max_batch()).filter(|&most| most < usize::MAX);
        Capabilities { most, ..Capabilities::new().with_versions().with_atomic() }
    }

    fn read(&self, key: &K) -> Result<Option<Versioned<V>>, PutError<K>> {
        Ok(self.get(key).map(|found| Versioned { value: found.value().clone(), version: found.version() }))
    }

    fn write(&self, write: Write<'_, K, V>) -> Result<Option<u64>, WriteError<PutError<K>>> {
        match self.write_all(&[write]) {
            Ok(versions) => Ok(versions.into_iter().next().flatten()),
            Err(WriteError::Conflict(found)) => {
                Err(WriteError::Conflict(found.into_iter().find_map(|(_, found)| found)))
            }
            Err(WriteError::Failed(error)) => Err(WriteError::Failed(error)),
            Err(WriteError::Unknown(error)) => Err(WriteError::Unknown(error)),
        }
    }

    fn write_all(&self, writes: &[Write<'_, K, V>]) -> Result<Vec<Option<u64>>, WriteAllError<PutError<K>>> {
        let mut batch = Batch::with_capacity(writes.len());
        for &Write { key, value, expect } in writes {
            match (value, expect) {
                (Some(value), Expect::Any) => batch.insert(key.clone(), value.clone()),
                (Some(value), expect) => batch.insert_if(key.clone(), value.clone(), expect),
                (None, Expect::Any) => batch.remove(key.clone()),
                (None, expect) => batch.remove_if(key.clone(), expect),
            };
        }
        match self.put_all(batch) {
            Ok(receipt) => Ok(writes.iter().map(|write| write.value.map(|_| receipt.revision)).collect()),
            Err(PutError::Conflict(conflict)) => {
                // They are in the order of the batch.
                let mut places = writes.iter().enumerate();
                let failed = conflict.failed.into_iter().filter_map(|(key, _, found)| {
                    let (place, _) = places.find(|(_, write)| *write.key == key)?;
                    Some((place, found))
                });
                Err(WriteError::Conflict(failed.collect()))
            }
            // The map is as it was, whatever the error.
            Err(error) => Err(WriteError::Failed(error)),
        }
    }
}
