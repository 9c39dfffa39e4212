//! Shards behind locks, with transactions. All its defaults (32 shards, mutexes) but the hasher, which is rapidhash: here it
//! hashes as the others do.

use txmap::{MutexPolicy, TxMapBuilder};

use crate::target::{Datum, Hasher, Target};

pub type TxMap<K, V, S> = txmap::TxMap<K, V, MutexPolicy, S>;

impl<K: Datum, V: Datum, S: Hasher> Target<K, V> for TxMap<K, V, S> {
    fn new() -> Self {
        TxMapBuilder::default().with_hasher(S::default()).build()
    }

    #[inline]
    fn get(&self, key: &K) -> Option<V> {
        self.get_with(key, V::clone)
    }

    #[inline]
    fn insert(&self, key: K, value: V) {
        self.insert(key, value);
    }

    #[inline]
    fn remove(&self, key: &K) {
        self.remove(key);
    }

    #[inline]
    fn put_all(&self, batch: Vec<(K, V)>) {
        let mut batch = batch.into_iter();
        let Some((key, value)) = batch.next() else { return };
        let first = self.immediate_tx::<()>().insert_with(key, move |_, ()| value);
        let all = batch.fold(first, |all, (key, value)| all.insert_with(key, move |_, ()| value));
        let _ = all.execute();
    }

    fn iterate(&self, mut see: impl FnMut(&K, &V)) {
        for (key, value) in self.iter() {
            see(key, value);
        }
    }
}
