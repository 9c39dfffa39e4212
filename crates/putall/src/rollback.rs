//! Going back to a snapshot, key by key.

use std::fmt;
use std::hash::{BuildHasher, Hash};

use crate::{Batch, Map, PutError, Receipt, Snapshot};

impl<K, V, S> Snapshot<'_, K, V, S>
where
    K: Hash + Eq,
    V: Clone,
    S: BuildHasher,
{
    /// A batch that makes of these keys what they are here: it gives them their values, and removes those that are not there. Write it
    /// as it is to [roll back](Map::roll_back), or say first what must hold.
    ///
    /// ```
    /// use putall::{Expect, Map, PutError};
    ///
    /// let map = Map::from([("a", 1)]);
    /// let before = map.snapshot();
    /// let receipt = map.put_all([("a", 2), ("b", 2)])?;
    /// map.insert("b", 3);
    ///
    /// // Only if nobody else has written them since.
    /// let mut batch = before.batch(["a", "b"]);
    /// batch.expect_each(Expect::Version(receipt.revision));
    /// let Err(PutError::Conflict(conflict)) = map.put_all(batch) else { panic!() };
    /// assert_eq!(conflict.failed, [("b", Expect::Version(2), Some(3))]);
    /// assert_eq!(map.get_many(["a", "b"]), [Some(2), Some(3)]);
    /// # Ok::<(), PutError<&str>>(())
    /// ```
    pub fn batch(&self, keys: impl IntoIterator<Item = K>) -> Batch<K, V> {
        let mut batch = Batch::new();
        for key in keys {
            match self.get(&key).cloned() {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            };
        }
        batch
    }
}

impl<K, V, S> Map<K, V, S>
where
    K: Hash + Eq + Clone + fmt::Debug,
    V: Clone,
    S: BuildHasher,
{
    /// Makes of these keys what they are in a snapshot, in one batch: they get their values back, and those that were not there are removed. All
    /// other keys stay as they are. To do so twice does no harm.
    ///
    /// It is a batch like any other: the map's revision rises, and is the version of the keys since. They have their old values, not their old
    /// versions; whoever expects one of those is refused, as is right for what was changed in between.
    ///
    /// What others have written to the keys since is lost. To go back only if there is no such thing, see [`Snapshot::batch`].
    /// Without a snapshot, but with a [log](crate::Builder::log), see [`History::batch`](crate::backend::History::batch).
    ///
    /// ```
    /// use putall::Map;
    ///
    /// let map = Map::from([("a", 1)]);
    /// let before = map.snapshot();
    /// map.put_all([("a", 2), ("b", 2)])?;
    /// map.insert("c", 3);
    /// for _ in 0..2 {
    ///     map.roll_back(&before, ["a", "b"])?;
    ///     assert_eq!(map.get_many(["a", "b", "c"]), [Some(1), None, Some(3)]);
    /// }
    /// # Ok::<(), putall::PutError<&str>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there are more keys than [`Builder::max_batch`](crate::Builder::max_batch) lets a batch have. Nothing is changed then.
    pub fn roll_back(
        &self,
        to: &Snapshot<'_, K, V, S>,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<Receipt, PutError<K>> {
        self.put_all(to.batch(keys))
    }
}
