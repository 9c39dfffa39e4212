//! The detector's definition, as plainly as it can be written: full vector clocks, nothing shared,
//! nothing reused. Slow, and the measure of the other.

use std::collections::HashMap;

/// A vector clock: task number to time.
pub type VectorClock = HashMap<usize, u64>;

/// What is remembered of one object.
#[derive(Default)]
struct History {
    write: Option<(usize, u64)>,
    /// Reads since the last write, one for each task, but for those ordered before a later one.
    reads: HashMap<usize, u64>,
}

/// A happens-before race detector with a full vector clock for each task and variable.
///
/// Tasks, synchronisation variables and objects are named by number; a number is never used again.
#[derive(Default)]
pub struct Oracle {
    tasks: HashMap<usize, VectorClock>,
    vars: HashMap<usize, VectorClock>,
    objects: HashMap<usize, History>,
}

fn join(into: &mut VectorClock, from: &VectorClock) {
    for (&task, &time) in from {
        let mine = into.entry(task).or_default();
        *mine = time.max(*mine);
    }
}

impl Oracle {
    fn clock(&mut self, task: usize) -> &mut VectorClock {
        self.tasks.entry(task).or_insert_with(|| VectorClock::from([(task, 1)]))
    }

    /// The task's clock as others may take it over; its own time goes on.
    fn publish(&mut self, task: usize) -> VectorClock {
        let clock = self.clock(task);
        let published = clock.clone();
        *clock.entry(task).or_default() += 1;
        published
    }

    /// See [`crate::Detector::fork`].
    pub fn fork(&mut self, parent: usize, child: usize) {
        let published = self.publish(parent);
        join(self.clock(child), &published);
    }

    /// See [`crate::Detector::acquire`].
    pub fn acquire(&mut self, task: usize, var: usize) {
        let released = self.vars.entry(var).or_default().clone();
        join(self.clock(task), &released);
    }

    /// See [`crate::Detector::release`].
    pub fn release(&mut self, task: usize, var: usize) {
        let published = self.publish(task);
        self.vars.insert(var, published);
    }

    /// See [`crate::Detector::release_merge`].
    pub fn release_merge(&mut self, task: usize, var: usize) {
        let published = self.publish(task);
        join(self.vars.entry(var).or_default(), &published);
    }

    /// See [`crate::Detector::release_acquire`].
    pub fn release_acquire(&mut self, task: usize, var: usize) {
        let published = self.publish(task);
        let old = self.vars.insert(var, published).unwrap_or_default();
        join(self.clock(task), &old);
    }

    /// See [`crate::Detector::update`].
    pub fn update(&mut self, task: usize, var: usize) {
        self.acquire(task, var);
        self.release(task, var);
    }

    /// See [`crate::Detector::acquire_all`].
    pub fn acquire_all(&mut self, task: usize) {
        let all: Vec<VectorClock> = self.tasks.values().cloned().collect();
        for clock in &all {
            join(self.clock(task), clock);
        }
        // Accesses of others from now on are not known.
        let others: Vec<usize> = self.tasks.keys().copied().filter(|&t| t != task).collect();
        for other in others {
            self.publish(other);
        }
    }

    /// Whether a read of `object` conflicts with an earlier write.
    pub fn read(&mut self, task: usize, object: usize) -> bool {
        let clock = self.clock(task).clone();
        let history = self.objects.entry(object).or_default();
        let ordered = |(t, time): (usize, u64)| clock.get(&t).is_some_and(|&known| known >= time);
        let now = clock.get(&task).copied().unwrap_or_default();
        if history.write == Some((task, now)) {
            return false;
        }
        let conflict = history.write.is_some_and(|write| !ordered(write));
        history.reads.retain(|&t, &mut time| !ordered((t, time)));
        history.reads.insert(task, now);
        conflict
    }

    /// Whether a write of `object` conflicts with an earlier access.
    pub fn write(&mut self, task: usize, object: usize) -> bool {
        let clock = self.clock(task).clone();
        let history = self.objects.entry(object).or_default();
        let ordered = |(t, time): (usize, u64)| clock.get(&t).is_some_and(|&known| known >= time);
        let now = clock.get(&task).copied().unwrap_or_default();
        if history.write == Some((task, now)) {
            return false;
        }
        let conflict = history.write.is_some_and(|write| !ordered(write))
            || history.reads.iter().any(|(&t, &time)| !ordered((t, time)));
        history.write = Some((task, now));
        history.reads.clear();
        conflict
    }
}
