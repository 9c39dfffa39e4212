//! A spin lock of one word. Held for a few dozen instructions, never across a call out.

use crate::primitive::{AtomicU32, Ordering, relax};

/// Zero is free.
#[derive(Default)]
pub(crate) struct SpinLock(AtomicU32);

impl SpinLock {
    #[inline]
    pub(crate) fn lock(&self, yield_now: impl Fn()) {
        let mut spins = 0;
        while self.0.compare_exchange_weak(0, 1, Ordering::Acquire, Ordering::Relaxed).is_err() {
            relax(spins, &yield_now);
            spins = spins.wrapping_add(1);
        }
    }

    #[inline]
    pub(crate) fn unlock(&self) {
        self.0.store(0, Ordering::Release);
    }

    /// The word itself, for records that use it as their free-list link while nobody locks them.
    #[inline]
    pub(crate) fn word(&self) -> &AtomicU32 {
        &self.0
    }
}
