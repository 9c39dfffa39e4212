//! A value in the map, as long as somebody looks at it.

use std::fmt;
use std::ops::Deref;

use crate::raw::{Core, Guard, Node, Version};

/// A value that was in the map when it was asked for. It stays what it is, whatever is written to the map.
///
/// While there is one, memory that is replaced in the map is not freed: let it go soon. It keeps nobody from writing.
///
/// ```
/// let map = putall::Map::from([("a", 1)]);
/// let found = map.get("a").unwrap();
/// map.insert("a", 2);
/// // It stays what it was.
/// assert_eq!(*found, 1);
/// ```
pub struct Ref<'m, K, V> {
    node: &'m Node<K, V>,
    version: u64,
    _guard: Guard<'m>,
}

impl<'m, K, V> Ref<'m, K, V> {
    /// What `find` finds while the thread is pinned.
    #[inline(always)]
    pub(crate) fn find(
        core: &'m Core<K, V>,
        find: impl for<'g> FnOnce(&'g Guard<'m>) -> Option<Version<'g, K, V>>,
    ) -> Option<Self> {
        let guard = core.pin();
        let (node, version) = find(&guard)?;
        // SAFETY: the node is not freed while the guard is there, and the guard goes along.
        let node = unsafe { &*std::ptr::from_ref(node) };
        Some(Ref { node, version, _guard: guard })
    }

    /// The key.
    ///
    /// ```
    /// let map = putall::Map::from([("a", 1)]);
    /// assert_eq!(*map.get("a").unwrap().key(), "a");
    /// ```
    pub fn key(&self) -> &K {
        &self.node.key
    }

    /// The value.
    ///
    /// ```
    /// let map = putall::Map::from([("a", 1)]);
    /// assert_eq!(*map.get("a").unwrap().value(), 1);
    /// ```
    #[inline]
    pub fn value(&self) -> &V {
        // SAFETY: `find` finds versions that are committed and not removed.
        unsafe { self.node.value() }
    }

    /// The revision of the commit that wrote it.
    ///
    /// ```
    /// let map = putall::Map::from([("a", 1), ("b", 2)]);
    /// assert_eq!(map.get("b").unwrap().version(), 2);
    /// ```
    pub fn version(&self) -> u64 {
        self.version
    }
}

impl<K, V> Deref for Ref<'_, K, V> {
    type Target = V;
    #[inline]
    fn deref(&self) -> &V {
        self.value()
    }
}

impl<K, V: fmt::Debug> fmt::Debug for Ref<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value().fmt(f)
    }
}

impl<K, V: fmt::Display> fmt::Display for Ref<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value().fmt(f)
    }
}

impl<K, V: PartialEq> PartialEq<V> for Ref<'_, K, V> {
    fn eq(&self, other: &V) -> bool {
        self.value() == other
    }
}
