//! The atomics this crate is built on: the machine's, or the model checker's under `--cfg loom`.

#[cfg(not(loom))]
pub(crate) use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};
#[cfg(loom)]
pub(crate) use loom::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// Called while a lock is held by another thread: `spins` counts the tries so far.
#[inline]
pub(crate) fn relax(spins: u32, yield_now: impl FnOnce()) {
    #[cfg(loom)]
    {
        let _ = (spins, yield_now);
        loom::thread::yield_now();
    }
    #[cfg(not(loom))]
    if spins % 64 == 63 {
        // The holder may have lost its processor: let it run.
        yield_now();
    } else {
        core::hint::spin_loop();
    }
}
