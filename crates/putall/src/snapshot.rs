//! The map at one instant.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{BuildHasher, Hash};

use crate::Map;
use crate::raw::{Node, Version};

/// The map as it was when the snapshot was taken, for as long as it is held.
///
/// Taking one copies nothing: it only marks the revision. While it is held, versions that it sees are kept when they are
/// overwritten, and no others: one that is held for ever costs what has changed since. See
/// [`Stats::kept_versions`](crate::Stats::kept_versions).
///
/// ```
/// let map = putall::Map::from([("a", 1)]);
/// let before = map.snapshot();
/// map.put_all([("a", 2), ("b", 2)])?;
/// assert_eq!(before.get("a"), Some(&1));
/// assert_eq!(before.get("b"), None);
/// assert_eq!(map.stats().kept_versions, 1);
/// drop(before);
/// assert_eq!(map.stats().kept_versions, 0);
/// # Ok::<(), putall::PutError<&str>>(())
/// ```
pub struct Snapshot<'m, K, V, S> {
    map: &'m Map<K, V, S>,
    pin: usize,
    revision: u64,
}

/// A key of a snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Entry<'s, K, V> {
    /// The key.
    pub key: &'s K,
    /// Its value.
    pub value: &'s V,
    /// The revision of the commit that wrote it.
    pub version: u64,
}

impl<'m, K, V, S> Snapshot<'m, K, V, S> {
    #[inline]
    pub(crate) fn new(map: &'m Map<K, V, S>) -> Self {
        let (pin, revision) = map.core().acquire();
        Snapshot { map, pin, revision }
    }

    /// How many commits there had been.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// All keys, in no order.
    pub fn iter(&self) -> Iter<'_, K, V, S> {
        Iter { snapshot: self, buckets: self.map.core().walk(), bucket: 0, found: Vec::new() }
    }

    /// What a version that this snapshot sees consists of.
    #[inline]
    fn entry(&self, (node, version): Version<'_, K, V>) -> Entry<'_, K, V> {
        // SAFETY: versions that a snapshot sees are kept until it is dropped.
        let node: &Node<K, V> = unsafe { &*std::ptr::from_ref(node) };
        // SAFETY: it is committed and not removed.
        Entry { key: &node.key, value: unsafe { node.value() }, version }
    }
}

impl<K, V, S> Snapshot<'_, K, V, S>
where
    K: Hash + Eq,
    S: BuildHasher,
{
    /// The value of a key.
    #[inline]
    pub fn get<Q>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.get_entry(key).map(|entry| entry.value)
    }

    /// A key with its value and version.
    #[inline]
    pub fn get_entry<Q>(&self, key: &Q) -> Option<Entry<'_, K, V>>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let core = self.map.core();
        let hash = self.map.hash(key);
        let guard = core.pin();
        let found = core.at(&guard, self.revision, hash, |other| other.borrow() == key)?;
        Some(self.entry(found))
    }

    /// Whether a key was there.
    pub fn contains_key<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.get_entry(key).is_some()
    }
}

impl<K, V, S> Drop for Snapshot<'_, K, V, S> {
    #[inline]
    fn drop(&mut self) {
        self.map.core().release(self.pin);
    }
}

impl<K: fmt::Debug, V: fmt::Debug, S> fmt::Debug for Snapshot<'_, K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|entry| (entry.key, entry.value))).finish()
    }
}

impl<'s, K, V, S> IntoIterator for &'s Snapshot<'_, K, V, S> {
    type Item = Entry<'s, K, V>;
    type IntoIter = Iter<'s, K, V, S>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Buckets that are looked into at a time.
const AT_ONCE: usize = 16;

/// The keys of a snapshot. From [`Snapshot::iter`].
pub struct Iter<'s, K, V, S> {
    snapshot: &'s Snapshot<'s, K, V, S>,
    /// As there were when it began.
    buckets: usize,
    bucket: usize,
    found: Vec<Entry<'s, K, V>>,
}

impl<'s, K, V, S> Iterator for Iter<'s, K, V, S> {
    type Item = Entry<'s, K, V>;

    fn next(&mut self) -> Option<Entry<'s, K, V>> {
        while self.found.is_empty() && self.bucket < self.buckets {
            let Iter { snapshot, bucket, buckets, ref mut found } = *self;
            let core = snapshot.map.core();
            let end = (bucket + AT_ONCE).min(buckets);
            core.versions_of(&core.pin(), bucket..end, buckets, snapshot.revision, |version| {
                found.push(snapshot.entry(version));
            });
            self.bucket = end;
        }
        self.found.pop()
    }
}
