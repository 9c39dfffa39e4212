//! The detector: what happens to the clocks at each event, and which accesses conflict.
//!
//! The algorithm is FastTrack's (Flanagan and Freund, PLDI 2009) with two changes. Only tasks
//! that access objects have a place in the clocks. And every published clock has a name, the
//! epoch of the task that published it, such that **to know the name is to know the clock**:
//! that turns most acquires into one look-up. For it to hold a task's time goes on whenever what
//! it publishes has changed, be it by an access of its own or by something it learned; see
//! [`Detector::publish`]. What another published, and a task knows nothing besides, has a name already.

use crate::clock::{Clk, Clocks, EMPTY, Full, is_slot};
use crate::epoch::{Epoch, Slot};
use crate::memory::Memory;
use crate::object::Object;
use crate::primitive::{Ordering, fence, relax};
use crate::slots::{self, SlotRecord};
use crate::sync_var::{Published, SyncVar};
use crate::task::Task;

mod merge;

/// How many references to its tree a task takes in advance. Every task and every variable may hold so many
/// without their count running over.
const SPARE: u32 = if cfg!(loom) { 1 } else { 31 };

/// What an access does to its object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Leaves the object as it is. Reads do not conflict with reads.
    Read,
    /// Changes it.
    Write,
}

/// An earlier access that conflicts with the present one: at least one of them is a write, and
/// nothing orders them.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Conflict<S> {
    /// What the earlier access was.
    pub access: Access,
    /// When it was.
    pub epoch: Epoch,
    /// What the caller told of it.
    pub site: S,
}

/// A happens-before race detector over the memory `M`.
#[derive(Clone, Copy)]
pub struct Detector<M>(pub M);

impl<M: Memory> Detector<M> {
    #[inline]
    fn clocks(&self) -> Clocks<'_> {
        Clocks { nodes: self.0.nodes() }
    }

    /// Takes the result of an operation on clocks; if memory ran out the detector stops.
    #[inline]
    fn or_off<T>(&self, result: Result<T, Full>) -> Option<T> {
        if result.is_err() {
            self.0.control().turn_off();
        }
        result.ok()
    }

    /// Whether `epoch` happened before the task's present.
    #[inline]
    fn knows(&self, task: &Task, epoch: Epoch) -> bool {
        let slot = epoch.slot();
        let newest = task.newest.get();
        slot == task.now.get().slot()
            || slot == newest.slot() && epoch.time() <= newest.time()
            || self.clocks().get(task.base.get(), slot) >= epoch.time()
    }

    /// Whether `epoch` is part of a published clock.
    #[inline]
    fn includes(&self, clock: Published, epoch: Epoch) -> bool {
        let slot = epoch.slot();
        slot == clock.epoch.slot() && epoch.time() <= clock.epoch.time()
            || self.clocks().get(clock.clock, slot) >= epoch.time()
    }

    /// Begins `child`: what its parent did so far happens before all that the child does.
    pub fn fork(&self, parent: Option<&Task>, child: &Task) {
        child.now.set(Epoch::NONE);
        child.dirty.set(false);
        let Published { clock, epoch } = parent.map(|parent| self.publish(parent)).unwrap_or_default();
        if let Some(parent) = parent {
            self.retain_base(parent);
        }
        child.base.set(clock);
        child.newest.set(epoch);
        child.identity.set(epoch);
    }

    /// Ends a task. The record may be used for another task afterwards.
    pub fn end(&self, task: &Task) {
        let slot = task.now.get().slot();
        let released = if slot == 0 { 0 } else { self.slot(slot).published() };
        let accessed = task.accessed.replace(false);
        let Published { clock, .. } = self.publish(task);
        if !task.now.get().is_none() {
            self.retain_base(task);
            let done = if accessed { self.slot(slot).published() } else { released };
            slots::rest(&self.0, slot, released, done, clock);
        }
        self.set_base(task, EMPTY);
        task.now.set(Epoch::NONE);
        task.newest.set(Epoch::NONE);
        task.identity.set(Epoch::NONE);
        task.dirty.set(false);
    }

    /// All that the task did and knows, for others to take over. The reference to the tree stays
    /// the task's.
    fn publish(&self, task: &Task) -> Published {
        let newest = task.newest.get();
        let now = task.now.get();
        if now.is_none() {
            if newest == task.identity.get() {
                return Published { clock: task.base.get(), epoch: newest };
            }
            self.fold_newest(task);
            return Published { clock: task.base.get(), epoch: Epoch::NONE };
        }
        if task.dirty.get() {
            if !newest.is_none() {
                self.fold_newest(task);
            }
            let mut spins = 0;
            while self.0.control().frozen.load(Ordering::Acquire) != 0 {
                relax(spins, || self.0.yield_now());
                spins = spins.wrapping_add(1);
            }
            // It is ahead of the task's own time where `acquire_all` has moved it on.
            let slot = self.slot(now.slot());
            let this = Epoch::new(now.slot(), slot.over() + 1);
            slot.publish(this.time());
            task.identity.set(this);
            task.dirty.set(false);
            task.accessed.set(false);
            if this.time() < M::LAST_TIME {
                task.now.set(this.next());
            } else {
                // The slot's time is used up, and nobody gets it again. The task goes on as one
                // that has no slot yet and knows what it has just published.
                task.now.set(Epoch::NONE);
                task.newest.set(this);
            }
        }
        Published { clock: task.base.get(), epoch: task.identity.get() }
    }

    #[inline]
    fn slot(&self, slot: Slot) -> &SlotRecord {
        // SAFETY: the caller has the slot's number from the pool.
        unsafe { self.0.slots().get(slot) }
    }

    /// Makes `newest` part of the tree.
    fn fold_newest(&self, task: &Task) {
        let (clocks, newest) = (self.clocks(), task.newest.replace(Epoch::NONE));
        let known = clocks.get(task.base.get(), newest.slot()) >= newest.time();
        let own = 1 + u32::from(task.spare.get());
        if known || clocks.put_in_place(task.base.get(), own, newest) {
            return;
        }
        if let Some(clock) = self.or_off(clocks.with(task.base.get(), newest)) {
            self.set_base(task, clock);
        }
    }

    /// One more reference to the task's tree, for somebody else.
    #[inline]
    fn retain_base(&self, task: &Task) {
        let spare = task.spare.get();
        if spare > 0 {
            task.spare.set(spare - 1);
        } else if task.base.get() != EMPTY {
            self.clocks().retain_many(task.base.get(), 1 + SPARE);
            task.spare.set(SPARE as u16);
        }
    }

    /// Puts `clock`, with one reference to it, in the place of the task's tree.
    #[inline]
    fn set_base(&self, task: &Task, clock: Clk) {
        let own = 1 + u32::from(task.spare.replace(0));
        self.clocks().release_many(task.base.replace(clock), own);
    }

    /// Whether it is plain to see that `what` has nothing to teach.
    #[inline]
    fn is_known(&self, task: &Task, what: Published) -> bool {
        if what.epoch.is_none() {
            what.clock == EMPTY || what.clock == task.base.get()
        } else {
            self.knows(task, what.epoch)
        }
    }

    /// Makes the task know `what`; the reference to its tree is taken over.
    fn learn(&self, task: &Task, what: Published) {
        let clocks = self.clocks();
        if self.is_known(task, what) {
            if what.clock == task.base.get() && u32::from(task.spare.get()) < SPARE && what.clock != EMPTY {
                task.spare.set(task.spare.get() + 1);
            } else {
                clocks.release(what.clock);
            }
            return;
        }
        let base = task.base.get();
        let identity = task.identity.get();
        if !identity.is_none() && self.includes(what, identity) || task.is_blank() {
            // If the identity stood for all that the task knows, its own past included, then the new one does: it is no
            // dirtier than it was.
            return self.adopt(task, what);
        }
        let Some(joined) = self.or_off(clocks.join(base, what.clock)) else {
            clocks.release(what.clock);
            return;
        };
        let newest = task.newest.get();
        if joined == what.clock && (newest.is_none() || self.includes(what, newest)) {
            clocks.release(joined);
            task.dirty.set(true);
            return self.adopt(task, what);
        }
        clocks.release(what.clock);
        self.set_base(task, joined);
        if what.epoch.is_none() && joined == base {
            return;
        }
        task.dirty.set(true);
        task.identity.set(Epoch::NONE);
        if what.epoch.is_none() {
            return;
        }
        if !newest.is_none() && newest.slot() != what.epoch.slot() {
            self.fold_newest(task);
        }
        task.newest.set(what.epoch);
    }

    /// Puts `what`, which includes all that the task knew, in the place of that.
    fn adopt(&self, task: &Task, what: Published) {
        self.set_base(task, what.clock);
        task.newest.set(what.epoch);
        task.identity.set(what.epoch);
    }

    /// What was released to `var` happens before all that the task does from now on.
    #[inline]
    pub fn acquire(&self, task: &Task, var: &SyncVar) {
        if let Some(epoch) = var.peek()
            && !epoch.is_none()
            && self.knows(task, epoch)
        {
            return;
        }
        self.acquire_unknown(task, var);
    }

    #[inline(never)]
    fn acquire_unknown(&self, task: &Task, var: &SyncVar) {
        let what = self.lock(var);
        self.clocks().retain(what.clock);
        var.unlock_unchanged(what);
        self.learn(task, what);
    }

    /// Like [`Detector::acquire`], with `operation` done at the same instant: what it sees of another's
    /// [`Detector::store`] or [`Detector::update`] came with the clock that is acquired. It may be done twice.
    #[inline]
    pub fn load<R>(&self, task: &Task, var: &SyncVar, operation: impl Fn() -> R) -> R {
        if let Some((epoch, version)) = var.stamp()
            && !epoch.is_none()
            && self.knows(task, epoch)
        {
            let result = operation();
            if var.stamp() == Some((epoch, version)) {
                return result;
            }
        }
        let what = self.lock(var);
        let result = operation();
        self.clocks().retain(what.clock);
        var.unlock_unchanged(what);
        self.learn(task, what);
        result
    }

    /// All the task did happens before what those do who acquire `var` next; what was released to
    /// it before is replaced.
    #[inline]
    pub fn release(&self, task: &Task, var: &SyncVar) {
        let published = task.published();
        if !published.is_none() && var.peek() == Some(published) {
            return;
        }
        self.store(task, var, || ());
    }

    /// Like [`Detector::release`], with `operation` done at the same instant: whoever sees its
    /// effect and acquires gets this clock.
    pub fn store<R>(&self, task: &Task, var: &SyncVar, operation: impl FnOnce() -> R) -> R {
        let new = self.publish(task);
        let old = self.lock(var);
        let result = operation();
        self.replace(task, var, old, new);
        result
    }

    /// Unlocks `var` with `new`, which the task has published, in the place of `old`.
    #[inline]
    fn replace(&self, task: &Task, var: &SyncVar, old: Published, new: Published) {
        if old.clock == new.clock {
            var.unlock(new);
        } else {
            self.retain_base(task);
            var.unlock(new);
            self.clocks().release(old.clock);
        }
    }

    /// The task acquires what `var` holds and leaves there what it had itself before that: the two
    /// change places, as at a slot of a channel's buffer.
    pub fn release_acquire(&self, task: &Task, var: &SyncVar) {
        let published = task.published();
        if !published.is_none() && var.peek() == Some(published) {
            return;
        }
        let new = self.publish(task);
        self.retain_base(task);
        let old = self.lock(var);
        var.unlock(new);
        self.learn(task, old);
    }

    /// Two tasks meet, as at a channel without a buffer: what either did so far happens before what the other does
    /// from now on.
    pub fn meet(&self, a: &Task, b: &Task) {
        let (of_a, of_b) = (self.publish(a), self.publish(b));
        let news = !self.is_known(a, of_b);
        if news {
            self.retain_base(b);
        }
        if !self.is_known(b, of_a) {
            self.retain_base(a);
            self.learn(b, of_a);
        }
        if news {
            self.learn(a, of_b);
        }
    }

    /// A read-modify-write: acquires what `var` holds, does `operation` at that instant, and
    /// releases both.
    pub fn update<R>(&self, task: &Task, var: &SyncVar, operation: impl FnOnce() -> R) -> R {
        let old = self.lock(var);
        let result = operation();
        let published = task.published();
        if !published.is_none() && old.epoch == published {
            var.unlock(old);
            return result;
        }
        if self.is_known(task, old) {
            let new = self.publish(task);
            self.replace(task, var, old, new);
        } else {
            // The variable's own reference goes to the task.
            self.learn(task, old);
            let new = self.publish(task);
            self.retain_base(task);
            var.unlock(new);
        }
        result
    }

    /// All that any task did so far happens before what this one does from now on: the order
    /// that a collector creates, which runs a finaliser when nobody can reach the object.
    ///
    /// Costs a look at every slot.
    pub fn acquire_all(&self, task: &Task) {
        let (control, clocks) = (self.0.control(), self.clocks());
        // Whoever sees this waits before it publishes. Who does not, because it looked before, may
        // still publish, but only what it knew when it looked: all of that is known here too.
        control.frozen.fetch_add(1, Ordering::AcqRel);
        fence(Ordering::SeqCst);
        let (mut clock, mut slot) = (EMPTY, 1);
        // Slots that come into use meanwhile count, lest a clock that is known here knows of one.
        while slot <= self.0.slots().high_water() {
            if !is_slot(slot) {
                slot += 1;
                continue;
            }
            // What a task does next must not pass for known: its time goes on.
            let present = Epoch::new(slot, self.slot(slot).overtake());
            let Some(more) = self.or_off(clocks.with(clock, present)) else { break };
            clocks.release(clock);
            clock = more;
            slot += 1;
        }
        control.frozen.fetch_sub(1, Ordering::AcqRel);
        self.learn(task, Published { clock, epoch: Epoch::NONE });
    }

    /// Whether an access is to be remembered: false if the task did at least as much to the object
    /// in its current epoch. [`Detector::read`] and [`Detector::write`] ask this themselves.
    #[inline]
    pub fn is_news(&self, task: &Task, object: &Object<M::Site>, access: Access) -> bool {
        let now = task.now.get();
        now.is_none()
            || !(object.written_at(now)
                || access == Access::Read && (object.read_at(now) || task.seen.has(now, object.token())))
    }

    /// The task reads `object`. `site` is asked for only if the access has to be remembered.
    ///
    /// Returns the earlier write that it conflicts with, if there is one.
    #[inline]
    pub fn read(
        &self,
        task: &Task,
        object: &Object<M::Site>,
        site: impl FnOnce() -> M::Site,
    ) -> Option<Conflict<M::Site>> {
        if !self.is_news(task, object, Access::Read) {
            return None;
        }
        self.record(task, object, Access::Read, site())
    }

    /// The task writes `object`. `site` is asked for only if the access has to be remembered.
    ///
    /// Returns an earlier access that it conflicts with, if there is one: a write before a read.
    #[inline]
    pub fn write(
        &self,
        task: &Task,
        object: &Object<M::Site>,
        site: impl FnOnce() -> M::Site,
    ) -> Option<Conflict<M::Site>> {
        if !self.is_news(task, object, Access::Write) {
            return None;
        }
        self.record(task, object, Access::Write, site())
    }

    /// The first access to `object`, which nobody else can see yet: there is nothing to compare with.
    #[inline]
    pub fn begin(&self, task: &Task, object: &Object<M::Site>, access: Access, site: M::Site) {
        if !task.now.get().is_none() || self.take_slot(task) {
            task.dirty.set(true);
            task.accessed.set(true);
            object.begin(self.present(task), access, site);
        }
    }

    #[inline(never)]
    fn record(
        &self,
        task: &Task,
        object: &Object<M::Site>,
        access: Access,
        site: M::Site,
    ) -> Option<Conflict<M::Site>> {
        if task.now.get().is_none() && !self.take_slot(task) {
            return None;
        }
        let now = self.present(task);
        task.dirty.set(true);
        task.accessed.set(true);
        if access == Access::Read
            && let Some(token) = object.renew_read(&self.0, now, site, |epoch| self.knows(task, epoch))
        {
            task.seen.add(now, token);
            return None;
        }
        let locked = object.lock(self.0);
        let write = locked.last_write();
        let mut conflict = None;
        if !self.knows(task, write.epoch) {
            conflict = Some(Conflict { access: Access::Write, epoch: write.epoch, site: write.site });
        }
        match access {
            Access::Read => {
                locked.add_read(now, site, |epoch| self.knows(task, epoch));
                if object.is_shared() {
                    task.seen.add(now, object.token());
                }
            }
            Access::Write => {
                locked.close();
                if conflict.is_none() {
                    locked.each_read(|read| {
                        let known = self.knows(task, read.epoch);
                        if !known {
                            conflict =
                                Some(Conflict { access: Access::Read, epoch: read.epoch, site: read.site });
                        }
                        known
                    });
                }
                locked.set_write(now, site);
            }
        }
        drop(locked);
        if self.0.control().is_off() { None } else { conflict }
    }

    /// The epoch for an access that is recorded now: later than `task.now` was if there was an
    /// `acquire_all` since.
    #[inline]
    fn present(&self, task: &Task) -> Epoch {
        let slot = task.now.get().slot();
        let now = Epoch::new(slot, self.slot(slot).over() + 1);
        task.now.set(now);
        now
    }

    #[inline(never)]
    fn take_slot(&self, task: &Task) -> bool {
        let lent = slots::lend(&self.0, |slot, time| self.knows(task, Epoch::new(slot, time)));
        let Some(lent) = lent else {
            self.0.control().turn_off();
            return false;
        };
        let last = Epoch::new(lent.slot, lent.past);
        if lent.released == 0 || self.knows(task, Epoch::new(lent.slot, lent.released)) {
            self.clocks().release(lent.clock);
        } else {
            self.learn(task, Published { clock: lent.clock, epoch: last });
        }
        task.now.set(last.next());
        task.dirty.set(true);
        true
    }

    /// Forgets all about an object that nobody uses any more: its memory is free, or another object's.
    #[inline]
    pub fn forget_object(&self, object: &Object<M::Site>) {
        object.forget(self.0);
    }

    /// Fetches what [`Detector::forget_sync`] will change.
    #[inline]
    pub fn fetch_sync(&self, var: &SyncVar) {
        self.clocks().fetch(var.clock.load(Ordering::Relaxed));
    }

    /// Forgets all about a synchronisation variable that nobody uses any more.
    pub fn forget_sync(&self, var: &SyncVar) {
        if var.peek().is_some_and(|epoch| epoch.parts().is_some()) {
            // Gathers the parts. What it holds then is taken away below, and the lock with it.
            self.lock(var);
        }
        self.clocks().release(var.take());
    }
}
