//! A version of a key: the key, its value, and a stamp that says since when.
//!
//! ```text
//!            Settled(revision)                      no older version is kept
//! stamp ─┬─► Older ──────────► { revision, older }  a snapshot needs the older one
//!        └─► Pending ────────► { batch, older }     written by a batch that is not done
//! ```
//!
//! A pending stamp is the key's write lock. The batch alone may replace it.

use std::mem::MaybeUninit;
use std::ptr;

use crate::primitive::atomic::{AtomicPtr, Ordering};
use crate::primitive::quietly;
use crate::raw::batch::Batch;

#[cfg(not(target_pointer_width = "64"))]
compile_error!("putall keeps revisions in the bits of a pointer: it needs a 64-bit platform");

pub(crate) struct Node<K, V> {
    stamp: AtomicPtr<()>,
    pub(crate) key: K,
    /// There, unless the stamp says that the key was removed.
    value: MaybeUninit<V>,
}

/// What a version that is not the oldest of its key points to, once its batch is done.
pub(crate) struct Older<K, V> {
    pub(crate) revision: u64,
    pub(crate) older: AtomicPtr<Node<K, V>>,
}

/// What a version points to while its batch is at work.
pub(crate) struct Pending<K, V> {
    pub(crate) batch: *const Batch<K, V>,
    /// The version below, with [`SKIPPED`] in its address if a later write of the same batch replaced this one.
    pub(crate) older: AtomicPtr<Node<K, V>>,
}

/// In the address of [`Pending::older`].
pub(crate) const SKIPPED: usize = 1;

const KIND: usize = 0b011;
const SETTLED: usize = 0b00;
const OLDER: usize = 0b01;
const PENDING: usize = 0b10;
/// The key was removed: there is no value.
const REMOVED: usize = 0b100;
const SHIFT: u32 = 3;

#[derive(Clone, Copy)]
pub(crate) enum Stamp<'g, K, V> {
    Settled(u64),
    Older(&'g Older<K, V>),
    Pending(&'g Pending<K, V>),
}

impl<K, V> Node<K, V> {
    /// A pending version, without a value if the key is removed or the value is still to be given.
    #[inline]
    pub(crate) fn new(pending: *const Pending<K, V>, key: K, value: Option<V>) -> Node<K, V> {
        let (bits, value) = match value {
            Some(value) => (PENDING, MaybeUninit::new(value)),
            None => (PENDING | REMOVED, MaybeUninit::uninit()),
        };
        let stamp = pending.cast_mut().cast::<()>().map_addr(|target| target | bits);
        Node { stamp: AtomicPtr::new(stamp), key, value }
    }

    /// Whether it is settled and not removed, and has nothing below, as most are.
    #[inline]
    pub(crate) fn is_plain(&self) -> bool {
        self.settled().is_some()
    }

    /// Since when it is there, if it is settled and not removed.
    #[inline]
    pub(crate) fn settled(&self) -> Option<u64> {
        let bits = self.stamp.load(Ordering::Acquire).addr();
        (bits & (KIND | REMOVED) == SETTLED).then_some(bits as u64 >> SHIFT)
    }

    /// Whether it has no value. To be asked when it cannot change.
    #[inline]
    pub(crate) fn is_removed(&self) -> bool {
        self.stamp.load(Ordering::Relaxed).addr() & REMOVED != 0
    }

    /// Gives a value to a version that has none and is not committed.
    ///
    /// # Safety
    ///
    /// The caller is the batch that made the node, and has not committed.
    pub(crate) unsafe fn fill(node: *mut Node<K, V>, value: V) {
        // SAFETY: readers look at the value only of committed versions that are not removed, and the commit releases this write.
        unsafe { ptr::addr_of_mut!((*node).value).write(MaybeUninit::new(value)) };
        // SAFETY: the node is alive; its stamp is atomic.
        let stamp = unsafe { &(*node).stamp };
        let old = stamp.load(Ordering::Relaxed);
        stamp.store(old.map_addr(|bits| bits & !REMOVED), Ordering::Release);
    }

    /// The stamp, and whether the key was removed.
    ///
    /// # Safety
    ///
    /// The node was reached by a thread that has been pinned for `'g`: what the stamp points to is retired only after
    /// the stamp is replaced.
    #[inline]
    pub(crate) unsafe fn stamp<'g>(&'g self) -> (Stamp<'g, K, V>, bool) {
        let stamp = self.stamp.load(Ordering::Acquire);
        let bits = stamp.addr();
        let target = stamp.map_addr(|bits| bits & !(KIND | REMOVED));
        let stamp = match bits & KIND {
            SETTLED => Stamp::Settled(bits as u64 >> SHIFT),
            // SAFETY: stored by `older_than`; alive by what the caller promised.
            OLDER => Stamp::Older(unsafe { &*target.cast() }),
            // SAFETY: stored by `pending`; alive by what the caller promised.
            _ => Stamp::Pending(unsafe { &*target.cast() }),
        };
        (stamp, bits & REMOVED != 0)
    }

    /// Whether some batch has the key.
    #[inline]
    pub(crate) fn is_pending(&self) -> bool {
        self.stamp.load(Ordering::Acquire).addr() & KIND == PENDING
    }

    fn replace(&self, stamp: *mut (), kind: usize) {
        let removed = self.stamp.load(Ordering::Relaxed).addr() & REMOVED;
        self.stamp.store(stamp.map_addr(|bits| bits | kind | removed), Ordering::Release);
    }

    /// Leads the stamp of a pending version elsewhere: its batch has moved, and nobody else knows of it yet.
    pub(crate) fn set_pending(&self, pending: *const Pending<K, V>) {
        self.replace(pending.cast_mut().cast(), PENDING);
    }

    #[inline]
    pub(crate) fn set_settled(&self, revision: u64, removed: bool) {
        let bits = (revision as usize) << SHIFT | if removed { REMOVED } else { 0 };
        self.stamp.store(ptr::without_provenance_mut(bits | SETTLED), Ordering::Release);
    }

    pub(crate) fn set_older(&self, older: Box<Older<K, V>>) {
        self.replace(Box::into_raw(older).cast(), OLDER);
    }

    /// The value of a version that is committed and not removed.
    ///
    /// # Safety
    ///
    /// It is such a version.
    #[inline]
    pub(crate) unsafe fn value(&self) -> &V {
        // SAFETY: of committed versions, only removed ones have no value.
        unsafe { self.value.assume_init_ref() }
    }

    /// Drops the key, the value if there is one, and what the stamp owns.
    ///
    /// A panic of the user's `Drop` ends here, reported by the panic hook: it belongs to no call that is being made.
    ///
    /// # Safety
    ///
    /// Nobody can reach the node any more; it is not used again. A pending stamp owns nothing.
    pub(crate) unsafe fn drop_in_place(node: *mut Node<K, V>) {
        // SAFETY: the caller has the node to itself.
        let bits = unsafe { (*node).stamp.load(Ordering::Relaxed) };
        if bits.addr() & KIND == OLDER {
            let older = bits.map_addr(|bits| bits & !(KIND | REMOVED)).cast::<Older<K, V>>();
            // SAFETY: from `set_older`, and the stamp is its one owner.
            drop(unsafe { Box::from_raw(older) });
        }
        let has_value = bits.addr() & REMOVED == 0;
        if std::mem::needs_drop::<V>() && has_value {
            // SAFETY: there is a value, and nobody will look at it again.
            quietly(|| unsafe { ptr::drop_in_place(ptr::addr_of_mut!((*node).value).cast::<V>()) });
        }
        if std::mem::needs_drop::<K>() {
            // SAFETY: as for the value.
            quietly(|| unsafe { ptr::drop_in_place(ptr::addr_of_mut!((*node).key)) });
        }
    }
}
