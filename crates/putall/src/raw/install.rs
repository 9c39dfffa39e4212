//! Putting a batch's versions on top of the last ones, and taking them off again.
//!
//! Two batches that want the same key: the older waits; the younger gives up what it has, and begins again with
//! the age it had (wait-die; Rosenkrantz, Stearns and Lewis, 1978). So there is no deadlock, and each gets its turn.

use std::ptr;

use crate::primitive::Backoff;
use crate::primitive::atomic::Ordering;
use crate::raw::batch::Entry;
use crate::raw::lane::Garbage;
use crate::raw::line::tag;
use crate::raw::node::{Node, SKIPPED, Stamp};
use crate::raw::table::Shape;
use crate::raw::write::{Twins, Work};

enum Installed {
    Yes,
    /// An entry of this batch has the key.
    Twin(usize),
    /// Somebody has the lock of the bucket, or the key is in another one by now.
    NotNow,
    /// Another batch has the key: whether it is older, and whether it is committed.
    Busy {
        older: bool,
        committed: bool,
        /// Its version of the key, only to be compared.
        version: *const (),
    },
}

/// Entries of which is fetched at a time what is likely in their buckets.
const AHEAD: usize = 32;

impl<'c, K: Eq, V> Work<'c, K, V> {
    /// Installs all entries, and tells which have a key that an earlier one has. On an error, numbers of two with the same key.
    pub(crate) fn install_all(
        &mut self,
        hash: &impl Fn(&K) -> u64,
        last_wins: bool,
        twins: &mut Twins,
    ) -> Result<(), (usize, usize)> {
        let entries = self.batch().entries();
        let mut backoff = Backoff::default();
        'again: while self.installed < entries.len() {
            let first = self.installed;
            let end = (first + AHEAD).min(entries.len());
            self.prepare(&entries[first..end]);
            let slots = self.lane.slots.load(Ordering::Relaxed);
            for (number, entry) in (first..).zip(&entries[first..end]) {
                let installed = loop {
                    match self.install(entry) {
                        // A batch that is committed needs no more keys.
                        Installed::Busy { older, committed, version } => {
                            let gives_up = older && !committed;
                            if gives_up {
                                self.undo();
                                twins.clear();
                            }
                            self.wait_for(entry, version);
                            if gives_up {
                                continue 'again;
                            }
                            self.look_up(&entries[number..end]);
                        }
                        Installed::NotNow => {
                            backoff.wait();
                            self.look_up(&entries[number..end]);
                        }
                        installed => break installed,
                    }
                };
                self.installed += 1;
                if let Installed::Twin(first) = installed {
                    if !last_wins {
                        return Err((first, number));
                    }
                    twins.push((first, number));
                }
            }
            let new = self.lane.slots.load(Ordering::Relaxed) - slots;
            if new > 0 {
                self.core.grow(&mut self.lane, new.unsigned_abs(), hash);
            }
        }
        Ok(())
    }

    /// Fetches what is likely in the buckets of entries that come next.
    #[inline]
    fn prepare(&mut self, entries: &[Entry<K, V>]) {
        // What `push` looked up is of the shape that the table had then. Entries may have been looked up since, and given up.
        self.shape = self.first_shape;
        self.look_up(entries);
        for entry in entries {
            // SAFETY: pinned.
            entry.bucket.set(unsafe { self.core.table.likely(entry.bucket.get(), entry.hash.get()) });
        }
        for entry in entries {
            // SAFETY: pinned.
            unsafe { self.core.table.likely_in_next(entry.bucket.get(), entry.hash.get()) };
        }
    }

    /// Looks up the buckets of entries that come next again, if the table has grown. Those after are for `prepare`.
    #[inline]
    fn look_up(&mut self, entries: &[Entry<K, V>]) {
        let shape = self.core.table.shape();
        if shape != self.shape {
            self.look_up_now(entries, shape);
        }
    }

    #[cold]
    fn look_up_now(&mut self, entries: &[Entry<K, V>], shape: Shape) {
        self.shape = shape;
        for entry in entries {
            entry.bucket.set(self.core.table.bucket(entry.hash.get(), shape));
        }
    }

    #[inline(always)]
    fn install(&mut self, entry: &Entry<K, V>) -> Installed {
        let core = self.core;
        let hash = entry.hash.get();
        let own = entry.own();
        let Some(bucket) = core.table.lock_bucket(entry.bucket.get(), hash, self.shape, self.lane.lock)
        else {
            return Installed::NotNow;
        };
        let Some(place) = bucket.find(tag(hash), |other| other.key == own.key) else {
            entry.pending.older.store(ptr::null_mut(), Ordering::Release);
            bucket.insert(tag(hash), entry.node.get());
            self.lane.count_slot(1);
            return Installed::Yes;
        };
        let mut older = ptr::from_ref(place.node).cast_mut();
        let mut twin = None;
        if place.node.is_pending()
            // SAFETY: pinned.
            && let (Stamp::Pending(pending), _) = unsafe { place.node.stamp() }
        {
            let batch = self.batch();
            if !ptr::eq(pending.batch, batch) {
                // SAFETY: pinned; a batch is retired after its stamps are replaced or taken out of the table.
                let other = unsafe { &*pending.batch };
                let committed = core.committed(other).is_some();
                let version = ptr::from_ref(place.node).cast();
                return Installed::Busy { older: other.last < batch.last, committed, version };
            }
            twin = Some(batch.number_of(pending));
            older = pending.older.load(Ordering::Acquire);
            pending.older.store(older.map_addr(|bits| bits | SKIPPED), Ordering::Release);
        }
        entry.pending.older.store(older, Ordering::Release);
        place.replace(entry.node.get());
        twin.map_or(Installed::Yes, Installed::Twin)
    }

    /// Waits as long as a key has a pending version. Without the lock of its bucket, which whoever has the key may need.
    ///
    /// Not for the next batch that gets the key: that one may be older, and waiting for it with keys that it wants is a deadlock.
    fn wait_for(&self, entry: &Entry<K, V>, version: *const ()) {
        let mut backoff = Backoff::default();
        let is = |node: &Node<K, V>| node.key == entry.own().key;
        let waits = |node: &Node<K, V>| node.is_pending() && ptr::eq(ptr::from_ref(node).cast(), version);
        // SAFETY: pinned. So its memory is no other version's, as long as this waits.
        while unsafe { self.core.table.find(entry.hash.get(), is) }.is_some_and(waits) {
            backoff.wait_long();
        }
    }
}

impl<K, V> Work<'_, K, V> {
    /// Takes all installed versions off again, the last first.
    pub(crate) fn undo(&mut self) {
        for entry in self.batch().entries()[..self.installed].iter().rev() {
            let older = entry.pending.older.load(Ordering::Acquire);
            if older.addr() & SKIPPED != 0 {
                // The other entry of that key has put back what was below both.
                continue;
            }
            let hash = entry.hash.get();
            let bucket = self.core.table.lock(hash, self.lane.lock);
            let place = bucket
                .find(tag(hash), |node| ptr::eq(node, entry.own()))
                .expect("who has a pending version on top of a key has the key");
            if older.is_null() {
                place.remove();
                self.lane.count_slot(-1);
                continue;
            }
            // SAFETY: pinned, and what is below a pending version stays.
            let (stamp, removed) = unsafe { (*older).stamp() };
            if removed && matches!(stamp, Stamp::Settled(_)) {
                // Who removed the key has left the slot to whoever came on top of it.
                place.remove();
                self.lane.count_slot(-1);
                self.lane.yard().retire(Garbage::Node(older));
            } else {
                place.replace(older);
            }
        }
        self.installed = 0;
    }
}
