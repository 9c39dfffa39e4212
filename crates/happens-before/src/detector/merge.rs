//! Releases that add to what others released before: readers who give a lock back, a WaitGroup's members.
//!
//! Where many processors do that to one variable at once, its lock and its clock go from one to the other. Such a
//! variable is divided: each task adds to one of a few parts, in cache lines of their own. Whoever does anything else
//! to the variable gathers the parts first, and it is whole again.

use super::Detector;
use crate::clock::EMPTY;
use crate::epoch::Epoch;
use crate::memory::Memory;
use crate::sync_var::{Parts, Published, SyncVar};
use crate::task::Task;

/// How many of those who find somebody else at work on a variable let pass before one divides it: what is divided and
/// gathered again in turn costs more than it saves.
const PATIENCE_BITS: u32 = 4;

impl<M: Memory> Detector<M> {
    /// Like [`Detector::release`], but what was released to `var` before stays part of it.
    pub fn release_merge(&self, task: &Task, var: &SyncVar) {
        let published = task.published();
        let (identity, peeked) = (task.identity.get(), var.peek());
        if !published.is_none() && peeked == Some(published) {
            return;
        }
        let new = self.publish(task);
        if let Some(marker) = peeked
            && let Some(index) = marker.parts()
        {
            let part = self.parts(index).of(new.epoch.slot());
            let old = part.lock(|| self.0.yield_now());
            // Whoever gathers the parts has locked the variable before, and has to wait for this part.
            if var.peek() == Some(marker) {
                return self.merge_into(part, old, task, new, identity);
            }
            part.unlock_unchanged(old);
        }
        let old = self.lock(var);
        self.merge_into(var, old, task, new, identity);
        if peeked.is_none() && new.epoch.time().wrapping_mul(0x9e37_79b9) >> (32 - PATIENCE_BITS) == 0 {
            self.divide(var);
        }
    }

    /// Unlocks `var`, which held `old`, with what the task has published besides. `identity` is that of before.
    fn merge_into(&self, var: &SyncVar, old: Published, task: &Task, new: Published, identity: Epoch) {
        if self.is_known(task, old) {
            self.replace(task, var, old, new);
        } else if !new.epoch.is_none() && self.includes(old, new.epoch) {
            var.unlock(old);
        } else {
            // Where many merge, mostly all but a task's own time is there already.
            let all_but_epoch = !new.epoch.is_none() && !identity.is_none() && self.includes(old, identity);
            let merged = self.merge(old, new, all_but_epoch);
            var.unlock(merged.unwrap_or(old));
        }
    }

    /// Both clocks in one, where `old` does not include the epoch of `new`; `all_but_epoch` says that it includes all
    /// else of `new`. The reference to `old`'s tree is used up, unless memory ran out.
    fn merge(&self, old: Published, new: Published, all_but_epoch: bool) -> Option<Published> {
        let clocks = self.clocks();
        if old.epoch.is_none()
            && !new.epoch.is_none()
            && (all_but_epoch || clocks.join_in_place(old.clock, 1, new.clock))
            && clocks.put_in_place(old.clock, 1, new.epoch)
        {
            return Some(old);
        }
        let other = if all_but_epoch { EMPTY } else { new.clock };
        let joined = self.or_off(clocks.join(old.clock, other))?;
        let mut merged = Published { clock: joined, epoch: Epoch::NONE };
        if joined == new.clock && (old.epoch.is_none() || self.includes(new, old.epoch)) {
            merged.epoch = new.epoch;
        } else {
            for epoch in [old.epoch, new.epoch] {
                if !epoch.is_none()
                    && let Some(clock) = self.or_off(clocks.with(merged.clock, epoch))
                {
                    clocks.release(merged.clock);
                    merged.clock = clock;
                }
            }
        }
        clocks.release(old.clock);
        Some(merged)
    }

    /// Prepares `var` for many who merge into it at once. [`Detector::release_merge`] does so itself where they meet.
    pub fn divide(&self, var: &SyncVar) {
        let Some(index) = self.0.parts().take() else { return };
        let whole = var.lock(|| self.0.yield_now());
        if whole.epoch.parts().is_some() {
            var.unlock_unchanged(whole);
            self.0.parts().give(index);
            return;
        }
        let part = self.parts(index).of(0);
        part.lock(|| self.0.yield_now());
        part.unlock(whole);
        var.unlock(Published { clock: EMPTY, epoch: Epoch::of_parts(index) });
    }

    /// Locks `var` and gives what was published there, of which the variable has a reference.
    #[inline]
    pub(super) fn lock(&self, var: &SyncVar) -> Published {
        let what = var.lock(|| self.0.yield_now());
        match what.epoch.parts() {
            None => what,
            Some(index) => self.gather(var, index),
        }
    }

    /// Makes a variable whole again. Its lock is held.
    #[cold]
    fn gather(&self, var: &SyncVar, index: u32) -> Published {
        let mut whole = Published::default();
        for part in self.parts(index).all() {
            let what = part.lock(|| self.0.yield_now());
            // Parts that nobody uses are blank.
            part.unlock(Published::default());
            if whole.clock == EMPTY && whole.epoch.is_none() {
                whole = what;
                continue;
            }
            let known =
                if what.epoch.is_none() { what.clock == EMPTY } else { self.includes(whole, what.epoch) };
            if !known {
                whole = self.merge(whole, what, false).unwrap_or(whole);
            }
            self.clocks().release(what.clock);
        }
        self.0.parts().give(index);
        // For who unlocks it unchanged.
        var.keep(whole);
        whole
    }

    #[inline]
    fn parts(&self, index: u32) -> &Parts {
        // SAFETY: the number came from `take`.
        unsafe { self.0.parts().get(index) }
    }
}
