//! The atomics this crate is built on: the machine's, or the model checker's under `--cfg loom`.

#[cfg(not(loom))]
pub(crate) use core::sync::atomic::{AtomicU32, AtomicU64, Ordering, fence};
#[cfg(loom)]
pub(crate) use loom::sync::atomic::{AtomicU32, AtomicU64, Ordering, fence};

/// A value that only the holder of some lock touches. The model checker sees to it that none else does.
#[derive(Default)]
#[repr(transparent)]
pub(crate) struct Guarded<T>(
    #[cfg(not(loom))] core::cell::UnsafeCell<T>,
    #[cfg(loom)] loom::cell::UnsafeCell<T>,
);

impl<T: Copy> Guarded<T> {
    /// # Safety
    ///
    /// The caller holds the lock.
    #[inline]
    pub(crate) unsafe fn get(&self) -> T {
        // SAFETY: by the contract nobody writes.
        unsafe {
            #[cfg(not(loom))]
            return *self.0.get();
            #[cfg(loom)]
            self.0.with(|value| *value)
        }
    }

    /// # Safety
    ///
    /// As for `get`.
    #[inline]
    pub(crate) unsafe fn set(&self, to: T) {
        // SAFETY: by the contract nobody else reads or writes.
        unsafe {
            #[cfg(not(loom))]
            (*self.0.get() = to);
            #[cfg(loom)]
            self.0.with_mut(|value| *value = to);
        }
    }
}

/// Orders an atomic read-modify-write before it and all loads after it, also in the eyes of others: of two who change
/// a word each and then look at the other's, one sees what the other did. On x86-64 the read-modify-write has done
/// that already.
#[inline]
pub(crate) fn fence_after_update() {
    #[cfg(any(loom, not(target_arch = "x86_64")))]
    fence(Ordering::SeqCst);
    #[cfg(not(any(loom, not(target_arch = "x86_64"))))]
    core::sync::atomic::compiler_fence(Ordering::SeqCst);
}

/// The most instructions to pause in a row, as a power of two.
#[cfg(not(loom))]
const LONGEST_PAUSE: u32 = 5;

/// Called while a lock is held by another thread: `spins` counts the tries so far.
#[inline]
pub(crate) fn relax(spins: u32, yield_now: impl FnOnce()) {
    #[cfg(loom)]
    {
        let _ = (spins, yield_now);
        loom::thread::yield_now();
    }
    #[cfg(not(loom))]
    if spins % 16 == 15 {
        // The holder may have lost its processor: let it run.
        yield_now();
    } else {
        // Longer and longer: whoever looks too often takes the cache line away from those who work.
        for _ in 0..1 << (spins % 16).min(LONGEST_PAUSE) {
            core::hint::spin_loop();
        }
    }
}
