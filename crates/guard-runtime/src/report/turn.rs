//! Who may write a report: one at a time, and nobody any more once the program is about to end.
//!
//! A report is never left half written. Whoever ends the program waits for the one that is being written, but not for
//! ever: its reader may be slow, or gone. And whoever writes one is not to end the program in a signal handler
//! meanwhile, which would wait for what it interrupts: signals are held back.

use core::sync::atomic::Ordering;

use crate::region::shared;
use crate::sys;

const FREE: u32 = 0;
const TAKEN: u32 = 1;
/// The program is about to end.
const CLOSED: u32 = 2;

/// So many milliseconds the end of the program waits for a report.
const PATIENCE: u32 = 5000;

/// Holds the report lock, and what signals were held back before.
pub(super) struct Turn(u64);

impl Turn {
    /// Waits for the turn; for ever if the program is about to end.
    pub(super) fn take() -> Turn {
        let before = sys::hold_signals();
        loop {
            match become_or_see(TAKEN) {
                FREE => return Turn(before),
                TAKEN => sys::yield_now(),
                _ => sys::pause(),
            }
        }
    }

    /// Waits for the turn to end the process; `None` if that takes too long.
    pub(super) fn take_or_give_up() -> Option<Turn> {
        let before = sys::hold_signals();
        for _ in 0..PATIENCE {
            if become_or_see(TAKEN) == FREE {
                return Some(Turn(before));
            }
            sys::pause();
        }
        None
    }

    /// Nobody gets a turn any more. Waits for whoever has it, unless that takes too long.
    pub(super) fn close() {
        for _ in 0..PATIENCE {
            if become_or_see(CLOSED) != TAKEN {
                return;
            }
            sys::pause();
        }
    }
}

/// Changes the lock from free to `to`; returns what it was.
fn become_or_see(to: u32) -> u32 {
    match shared().report_lock.compare_exchange(FREE, to, Ordering::Acquire, Ordering::Relaxed) {
        Ok(seen) | Err(seen) => seen,
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        shared().report_lock.store(FREE, Ordering::Release);
        sys::release_signals(self.0);
    }
}
