//! A map whose entries are also in the order in which they expire.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

/// No slot.
const NONE: usize = usize::MAX;

/// A map, and a queue through its entries in the order in which they were last touched. As all are kept equally long, that is the order in
/// which they expire: those that have are at its front, and nothing needs to be scanned.
///
/// There is one slot for each entry and none besides, however often it is touched or removed and put in again.
pub(super) struct Expiring<K, V> {
    places: HashMap<K, usize>,
    slots: Vec<Slot<K, V>>,
    first: usize,
    last: usize,
}

struct Slot<K, V> {
    key: K,
    value: V,
    expires: Duration,
    before: usize,
    after: usize,
}

impl<K: Hash + Eq + Clone, V> Expiring<K, V> {
    pub(super) fn new() -> Self {
        Expiring { places: HashMap::new(), slots: Vec::new(), first: NONE, last: NONE }
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.places.get(key).map(|&at| &self.slots[at].value)
    }

    /// All entries, with when they expire.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &V, Duration)> {
        self.slots.iter().map(|slot| (&slot.key, &slot.value, slot.expires))
    }

    /// Puts an entry at the queue's end, or moves it there, with another value: returns the one it had. No other may expire later.
    pub(super) fn touch(&mut self, key: K, value: V, expires: Duration) -> Option<V> {
        debug_assert!(self.last == NONE || self.slots[self.last].expires <= expires);
        if let Some(&at) = self.places.get(&key) {
            self.unlink(at);
            let slot = &mut self.slots[at];
            slot.expires = expires;
            let old = std::mem::replace(&mut slot.value, value);
            self.link(at);
            return Some(old);
        }
        let at = self.slots.len();
        self.places.insert(key.clone(), at);
        self.slots.push(Slot { key, value, expires, before: NONE, after: NONE });
        self.link(at);
        None
    }

    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        let at = self.places.remove(key)?;
        self.unlink(at);
        let slot = self.slots.swap_remove(at);
        // The last slot is where this one was, if it was not the last itself.
        if let Some(moved) = self.slots.get(at) {
            let (before, after) = (moved.before, moved.after);
            if let Some(place) = self.places.get_mut(&moved.key) {
                *place = at;
            }
            *self.after(before) = at;
            *self.before(after) = at;
        }
        self.shrink();
        Some(slot.value)
    }

    /// The value of the entry at the queue's front, if it has expired: it is out then.
    pub(super) fn pop_expired(&mut self, now: Duration) -> Option<V> {
        let front = self.slots.get(self.first).filter(|slot| slot.expires <= now)?;
        let key = front.key.clone();
        self.remove(&key)
    }

    /// Gives memory back when three quarters are not used, so that a burst does not cost for ever. As a half is left over, the next
    /// time is far.
    fn shrink(&mut self) {
        const SMALL: usize = 64;
        if self.slots.capacity() > SMALL && self.slots.len() < self.slots.capacity() / 4 {
            let enough = self.slots.len() * 2;
            self.slots.shrink_to(enough);
            self.places.shrink_to(enough);
        }
    }

    fn link(&mut self, at: usize) {
        let last = self.last;
        self.slots[at].before = last;
        self.slots[at].after = NONE;
        *self.after(last) = at;
        self.last = at;
    }

    fn unlink(&mut self, at: usize) {
        let (before, after) = (self.slots[at].before, self.slots[at].after);
        *self.after(before) = after;
        *self.before(after) = before;
    }

    /// What comes after a slot, or first.
    fn after(&mut self, at: usize) -> &mut usize {
        if at == NONE { &mut self.first } else { &mut self.slots[at].after }
    }

    /// What comes before a slot, or last.
    fn before(&mut self, at: usize) -> &mut usize {
        if at == NONE { &mut self.last } else { &mut self.slots[at].before }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn secs(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    proptest! {
        /// As a list in order, through which everything is searched.
        #[test]
        fn does_what_a_list_does(steps in prop::collection::vec((0..4, 0..20u64), 0..300)) {
            let mut entries = Expiring::new();
            let mut list: Vec<(u64, usize, u64)> = Vec::new();
            for (number, (what, key)) in steps.into_iter().enumerate() {
                let now = number as u64;
                let old = list.iter().position(|entry| entry.0 == key);
                match what {
                    0 | 1 => {
                        let old = old.map(|old| list.remove(old).1);
                        list.push((key, number, now + 8));
                        prop_assert_eq!(entries.touch(key, number, secs(now + 8)), old);
                    }
                    2 => prop_assert_eq!(entries.remove(&key), old.map(|old| list.remove(old).1)),
                    _ => {
                        while list.first().is_some_and(|first| first.2 <= now) {
                            prop_assert_eq!(entries.pop_expired(secs(now)), Some(list.remove(0).1));
                        }
                        prop_assert_eq!(entries.pop_expired(secs(now)), None);
                    }
                }
                prop_assert_eq!(entries.len(), list.len());
                for key in 0..20 {
                    let expected = list.iter().find(|entry| entry.0 == key).map(|entry| &entry.1);
                    prop_assert_eq!(entries.get(&key), expected);
                }
            }
        }
    }

    #[test]
    fn gives_memory_back() {
        let mut entries = Expiring::new();
        for key in 0..100_000u64 {
            entries.touch(key, (), secs(key));
        }
        while entries.pop_expired(secs(99_990)).is_some() {}
        assert_eq!(entries.len(), 9);
        assert!(entries.slots.capacity() <= 64, "{}", entries.slots.capacity());
        assert!(entries.places.capacity() <= 256, "{}", entries.places.capacity());
    }
}
