//! The detector's definition, as plainly as it can be written: full vector clocks, nothing shared,
//! nothing reused. Slow, and the measure of the other.

use crate::detector::Access;

/// A vector clock: the time known of each task, by the task's number.
type VectorClock = Vec<u64>;

/// One task.
#[derive(Default)]
struct Task {
    clock: VectorClock,
    /// Goes on with whatever lets the detector tell two accesses of the task apart.
    epoch: u64,
    /// Whether an `acquire_all` came between the task's last epoch and its next.
    overtaken: bool,
}

/// An access, as it is remembered.
#[derive(Clone, Copy)]
struct Earlier {
    task: usize,
    time: u64,
    epoch: u64,
    access: Access,
    site: usize,
    /// A read among concurrent ones.
    shared: bool,
}

/// The accesses to one object.
#[derive(Default)]
struct History {
    /// All of them.
    all: Vec<Earlier>,
    /// What FastTrack goes by: the last write,
    write: Option<Earlier>,
    /// the reads since,
    reads: Vec<Earlier>,
    /// and whether some of these were concurrent.
    shared: bool,
}

/// What is to be said of an access.
#[derive(Debug, Default)]
pub struct Verdict {
    /// The conflicts that the detector must report one of: with the last write; failing that,
    /// for a write, with reads since. By their sites.
    pub conflicts: Vec<usize>,
    /// Every earlier access that conflicts with this one and that nothing orders before it.
    pub races: Vec<usize>,
}

/// A happens-before race detector with a full vector clock for each task and variable.
///
/// Tasks, synchronisation variables and objects are named by small numbers; a task's is never
/// used again. The methods are those of [`crate::Detector`].
#[derive(Default)]
pub struct Oracle {
    tasks: Vec<Task>,
    vars: Vec<VectorClock>,
    objects: Vec<History>,
}

fn at<T: Default>(list: &mut Vec<T>, i: usize) -> &mut T {
    if i >= list.len() {
        list.resize_with(i + 1, T::default);
    }
    &mut list[i]
}

fn join(into: &mut VectorClock, from: &VectorClock) {
    for (task, &time) in from.iter().enumerate() {
        let mine = at(into, task);
        *mine = time.max(*mine);
    }
}

/// Whether whoever has `clock` knows of `earlier`.
fn knows(clock: &VectorClock, earlier: &Earlier) -> bool {
    clock.get(earlier.task).is_some_and(|&time| time >= earlier.time)
}

#[allow(missing_docs)]
impl Oracle {
    fn task(&mut self, task: usize) -> &mut Task {
        let found = at(&mut self.tasks, task);
        let time = at(&mut found.clock, task);
        *time = 1.max(*time);
        found
    }

    /// The task's clock as others may take it over; its own time goes on.
    fn publish(&mut self, task: usize) -> VectorClock {
        let found = self.task(task);
        let published = found.clock.clone();
        found.clock[task] += 1;
        found.epoch += 1;
        found.overtaken = false;
        published
    }

    pub fn fork(&mut self, parent: Option<usize>, child: usize) {
        let published = parent.map(|parent| self.publish(parent)).unwrap_or_default();
        join(&mut self.task(child).clock, &published);
    }

    pub fn acquire(&mut self, task: usize, var: usize) {
        let released = at(&mut self.vars, var).clone();
        join(&mut self.task(task).clock, &released);
    }

    pub fn release(&mut self, task: usize, var: usize) {
        *at(&mut self.vars, var) = self.publish(task);
    }

    pub fn release_merge(&mut self, task: usize, var: usize) {
        let published = self.publish(task);
        join(at(&mut self.vars, var), &published);
    }

    pub fn release_acquire(&mut self, task: usize, var: usize) {
        let published = self.publish(task);
        let old = std::mem::replace(at(&mut self.vars, var), published);
        join(&mut self.task(task).clock, &old);
    }

    pub fn meet(&mut self, a: usize, b: usize) {
        let (of_a, of_b) = (self.publish(a), self.publish(b));
        join(&mut self.task(a).clock, &of_b);
        join(&mut self.task(b).clock, &of_a);
    }

    pub fn update(&mut self, task: usize, var: usize) {
        self.acquire(task, var);
        self.release(task, var);
    }

    pub fn acquire_all(&mut self, task: usize) {
        let mut all = VectorClock::new();
        for (number, other) in self.tasks.iter_mut().enumerate() {
            join(&mut all, &other.clock);
            // What others do from now on is not known.
            *at(&mut other.clock, number) += 1;
            other.overtaken = true;
        }
        join(&mut self.task(task).clock, &all);
    }

    pub fn forget_sync(&mut self, var: usize) {
        at(&mut self.vars, var).clear();
    }

    pub fn forget_object(&mut self, object: usize) {
        *at(&mut self.objects, object) = History::default();
    }

    pub fn access(&mut self, task: usize, object: usize, access: Access, site: usize) -> Verdict {
        let time = self.task(task).clock[task];
        let me = &mut self.tasks[task];
        let history = at(&mut self.objects, object);
        let clock = &me.clock;
        let unordered = |earlier: &&Earlier| !knows(clock, earlier);

        let conflicting = |earlier: &&Earlier| access == Access::Write || earlier.access == Access::Write;
        let races = history.all.iter().filter(conflicting).filter(unordered).map(|earlier| earlier.site);
        let mut verdict = Verdict { conflicts: Vec::new(), races: races.collect() };
        history.all.push(Earlier { task, time, epoch: me.epoch, access, site, shared: false });

        // What the task did before in the same epoch is no news, even if an `acquire_all` came
        // between. A read that became one of several only later is looked at once more.
        let same = |earlier: &Earlier| earlier.task == task && earlier.epoch == me.epoch;
        let read_before = history.reads.iter().any(|read| same(read) && read.shared)
            || !history.shared && history.reads.last().is_some_and(same);
        if history.write.as_ref().is_some_and(same) || access == Access::Read && read_before {
            return verdict;
        }
        if std::mem::take(&mut me.overtaken) {
            me.epoch += 1;
        }
        let mut now = Earlier { task, time, epoch: me.epoch, access, site, shared: false };
        let reads = history.reads.iter().filter(unordered).map(|read| read.site);
        verdict.conflicts.extend(history.write.iter().filter(unordered).map(|write| write.site));
        match access {
            Access::Read => {
                history.shared |= reads.count() > 0;
                now.shared = history.shared;
                history.reads.push(now);
            }
            Access::Write => {
                if verdict.conflicts.is_empty() {
                    verdict.conflicts.extend(reads);
                }
                (history.write, history.reads, history.shared) = (Some(now), Vec::new(), false);
            }
        }
        verdict
    }
}
