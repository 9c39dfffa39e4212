//! Tasks: the threads of control whose order the detector follows.

use core::cell::Cell;

use crate::clock::{Clk, EMPTY};
use crate::epoch::Epoch;

/// What the detector knows of one task (a goroutine, a thread). All zero is a task that has not
/// begun.
///
/// A task's clock is everything that happened before its present: `base`, and on top of it
/// `newest`, and its own time `now`. Only one thread may use a task at a time; the type is not
/// `Sync`, and whoever shares it (a scheduler that moves tasks between threads) orders the uses.
#[repr(C)]
#[derive(Default)]
pub struct Task {
    /// The task's own time, not published yet. None while the task has no slot. First in the
    /// struct, so that a caller may compare it without a call.
    pub(crate) now: Cell<Epoch>,
    /// The last published epoch that is equal to what the task knows besides its own time: to
    /// know that epoch is to know all that this task knows. None where there is no such epoch.
    pub(crate) identity: Cell<Epoch>,
    /// One epoch on top of `base`, kept apart to save a copy of the tree.
    pub(crate) newest: Cell<Epoch>,
    /// All else that the task knows.
    pub(crate) base: Cell<Clk>,
    /// Whether the task has done or learned something that `identity` does not stand for.
    pub(crate) dirty: Cell<bool>,
    /// Whether it has accessed an object since.
    pub(crate) accessed: Cell<bool>,
    /// References to `base` that the task has besides its own, to give away without a look at their count,
    /// which others change as well.
    pub(crate) spare: Cell<u16>,
    pub(crate) seen: Seen,
}

/// Objects that the task has read at one time of its own, while others read them too: there the object
/// has no single last reader to compare with. A small cache; what falls out is recorded once more.
#[repr(C)]
#[derive(Default)]
pub(crate) struct Seen {
    at: Cell<Epoch>,
    tokens: [Cell<u64>; SEEN],
}

const SEEN: usize = 8;

impl Seen {
    /// Where a token is kept. Objects of one cache line each that lie side by side differ.
    #[inline]
    fn place(&self, token: u64) -> &Cell<u64> {
        // SAFETY: masked to below the length.
        unsafe { self.tokens.get_unchecked((token >> 6) as usize & (SEEN - 1)) }
    }

    #[inline]
    pub(crate) fn has(&self, now: Epoch, token: u64) -> bool {
        self.at.get() == now && self.place(token).get() == token
    }

    #[inline]
    pub(crate) fn add(&self, now: Epoch, token: u64) {
        if self.at.replace(now) != now {
            for kept in &self.tokens {
                kept.set(0);
            }
        }
        self.place(token).set(token);
    }
}

impl Task {
    /// The task's current epoch: the one its accesses are recorded with. None until its first.
    #[inline]
    pub fn now(&self) -> Epoch {
        self.now.get()
    }

    /// The epoch that stands for all the task knows, were it to release now.
    #[inline]
    pub(crate) fn published(&self) -> Epoch {
        let current = if self.now.get().is_none() {
            // Without a slot of its own it can only pass on what another published.
            self.identity.get() == self.newest.get()
        } else {
            !self.dirty.get()
        };
        if current { self.identity.get() } else { Epoch::NONE }
    }

    /// Whether the task knows nothing at all.
    #[inline]
    pub(crate) fn is_blank(&self) -> bool {
        self.base.get() == EMPTY && self.newest.get().is_none() && self.now.get().is_none()
    }
}
