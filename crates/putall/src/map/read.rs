//! Reading.

use std::borrow::Borrow;
use std::hash::{BuildHasher, Hash};

use crate::{Map, Ref};

impl<K, V, S> Map<K, V, S>
where
    K: Hash + Eq,
    S: BuildHasher,
{
    #[inline]
    pub(crate) fn hash<Q: Hash + ?Sized>(&self, key: &Q) -> u64 {
        self.hasher.hash_one(key)
    }

    /// Does to a key what the commit of a revision did, in a map that nobody else has yet.
    pub(crate) fn restore(&mut self, key: K, value: Option<V>, revision: u64) {
        let hasher = &self.hasher;
        self.core.restore(&|key: &K| hasher.hash_one(key), key, value, revision);
    }

    /// The value of a key.
    ///
    /// ```
    /// let map = putall::Map::from([("a".to_owned(), 1)]);
    /// let found = map.get("a").unwrap();
    /// assert_eq!((*found, found.version()), (1, 1));
    /// assert!(map.get("b").is_none());
    /// ```
    #[inline]
    pub fn get<Q>(&self, key: &Q) -> Option<Ref<'_, K, V>>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let hash = self.hash(key);
        Ref::find(&self.core, |guard| self.core.latest(guard, hash, |other| other.borrow() == key))
    }

    /// Whether a key is there.
    ///
    /// ```
    /// assert!(putall::Map::from([("a", 1)]).contains_key("a"));
    /// ```
    pub fn contains_key<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.get(key).is_some()
    }

    /// The values of some keys, all of one instant.
    ///
    /// ```
    /// let map = putall::Map::from([("x", 1), ("y", 2)]);
    /// assert_eq!(map.get_many(["x", "y", "z"]), [Some(1), Some(2), None]);
    /// ```
    pub fn get_many<'q, Q, I>(&self, keys: I) -> Vec<Option<V>>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized + 'q,
        V: Clone,
        I: IntoIterator<Item = &'q Q>,
    {
        let snapshot = self.snapshot();
        keys.into_iter().map(|key| snapshot.get(key).cloned()).collect()
    }
}
