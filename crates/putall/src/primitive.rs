//! The atomics, locks and thread-locals that the map is made of, in one place: a model checker puts its own in
//! their stead.

#[cfg(not(loom))]
pub(crate) use std::sync::{Condvar, Mutex, MutexGuard, atomic};

#[cfg(loom)]
pub(crate) use loom::sync::{Condvar, Mutex, MutexGuard, atomic};

/// Locks, also if somebody panicked with the lock: whatever such a lock protects here is whole between two statements.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Runs a user's `Drop`, which belongs to no call that is being made: a panic is reported by the panic hook and ends here.
pub(crate) fn quietly(drop: impl FnOnce()) {
    // The value is gone either way, so nobody sees it half dropped.
    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(drop));
}

/// Waits for another thread, longer the more often it is asked.
#[derive(Default)]
pub(crate) struct Backoff(u32);

impl Backoff {
    const SPINS: u32 = 6;
    #[cfg(not(loom))]
    const YIELDS: u32 = 64;
    #[cfg(not(loom))]
    const NAP: std::time::Duration = std::time::Duration::from_micros(50);

    pub(crate) fn wait(&mut self) {
        #[cfg(loom)]
        loom::thread::yield_now();
        #[cfg(not(loom))]
        if self.0 < Self::SPINS {
            for _ in 0..1 << self.0 {
                std::hint::spin_loop();
            }
            self.0 += 1;
        } else {
            std::thread::yield_now();
        }
    }

    /// Waits for what may take as long as a disk does: gives the processor away in the end.
    pub(crate) fn wait_long(&mut self) {
        #[cfg(not(loom))]
        if self.0 >= Self::SPINS + Self::YIELDS {
            std::thread::sleep(Self::NAP);
            return;
        } else if self.0 >= Self::SPINS {
            self.0 += 1;
        }
        self.wait();
    }
}

/// A value on a cache line of its own. Two, as processors fetch lines in pairs.
#[derive(Default)]
#[repr(align(128))]
pub(crate) struct Padded<T>(pub(crate) T);

impl<T> std::ops::Deref for Padded<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

/// Fences of unequal price: what readers do often is cheap, what writers do rarely is not.
///
/// A `light` fence of one thread and a `heavy` one of another are ordered like two sequentially consistent fences. Where
/// the kernel can put a fence into every running thread of the process (Linux, membarrier(2), private
/// expedited), the light one is only for the compiler.
pub(crate) mod barrier {
    use super::atomic::{Ordering, fence};

    #[cfg(all(target_os = "linux", not(loom), not(miri)))]
    mod kernel {
        use std::sync::atomic::{AtomicU8, Ordering};

        const UNKNOWN: u8 = 0;
        const YES: u8 = 1;
        const NO: u8 = 2;
        static STATE: AtomicU8 = AtomicU8::new(UNKNOWN);

        fn membarrier(command: libc::c_int) -> bool {
            // SAFETY: membarrier(2) takes two numbers and touches no memory of ours.
            unsafe { libc::syscall(libc::SYS_membarrier, command, 0) == 0 }
        }

        /// Whether the kernel does it. Asked before a thread's first light fence.
        pub(super) fn available() -> bool {
            match STATE.load(Ordering::Relaxed) {
                UNKNOWN => {
                    let yes = membarrier(libc::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
                    STATE.store(if yes { YES } else { NO }, Ordering::Relaxed);
                    yes
                }
                state => state == YES,
            }
        }

        pub(super) fn heavy() -> bool {
            available() && membarrier(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED)
        }
    }

    #[cfg(not(all(target_os = "linux", not(loom), not(miri))))]
    mod kernel {
        pub(super) fn available() -> bool {
            false
        }
        pub(super) fn heavy() -> bool {
            false
        }
    }

    /// Whether light fences may be left to the compiler. The answer never changes, and is to be kept: every light
    /// fence must know it.
    pub(crate) fn asymmetric() -> bool {
        kernel::available()
    }

    /// Stands after a sequentially consistent read-modify-write that is to be ordered with a later load. It is, without this; but
    /// loom takes such operations for acquire and release only, and knows no other fences.
    #[inline]
    pub(crate) fn for_loom() {
        #[cfg(loom)]
        fence(Ordering::SeqCst);
    }

    #[inline]
    pub(crate) fn light(asymmetric: bool) {
        if asymmetric {
            std::sync::atomic::compiler_fence(std::sync::atomic::Ordering::SeqCst);
        } else {
            fence(Ordering::SeqCst);
        }
    }

    pub(crate) fn heavy(asymmetric: bool) {
        fence(Ordering::SeqCst);
        if asymmetric {
            // It was granted once and cannot fail then (membarrier(2)); going on would free memory in use.
            assert!(kernel::heavy(), "membarrier(2) was granted before and is refused now");
        }
    }
}
