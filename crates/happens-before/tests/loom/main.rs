//! Every interleaving (with few preemptions) of small cases:
//!
//! `make test-model`
#![cfg(loom)]

mod acquire_all;
mod memory;
mod order;
mod readers;

use happens_before::heap::Heap;
use happens_before::{Conflict, Detector, Memory, Object, SyncVar, Task};
use loom::sync::Arc;
use loom::thread::{self, JoinHandle};

/// Runs `model` with every order of its threads' steps that needs at most so many preemptions.
fn check(preemptions: usize, model: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.max_branches = 20_000;
    let orders = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let count = orders.clone();
    builder.check(move || {
        count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        model();
    });
    eprintln!("{orders:?} orders");
}

/// A detector and some of everything. Sites are numbers that the caller makes up.
struct World<const RESTING: u32 = 1024> {
    heap: Heap<u32, RESTING>,
    vars: [SyncVar; 2],
    objects: [Object<u32>; 2],
}

impl<const RESTING: u32> World<RESTING> {
    fn new(nodes: usize) -> Arc<Self> {
        Arc::new(World {
            heap: Heap::new(nodes, 6, 4),
            vars: Default::default(),
            objects: Default::default(),
        })
    }
    fn detector(&self) -> Detector<&Heap<u32, RESTING>> {
        Detector(&self.heap)
    }
    fn begin(&self, parent: Option<&Task>) -> Task {
        let task = Task::default();
        self.detector().fork(parent, &task);
        task
    }
    fn acquire(&self, task: &Task, var: usize) {
        self.detector().acquire(task, &self.vars[var]);
    }
    fn release(&self, task: &Task, var: usize) {
        self.detector().release(task, &self.vars[var]);
    }
    fn read(&self, task: &Task, object: usize) -> Option<Conflict<u32>> {
        self.detector().read(task, &self.objects[object], || 1)
    }
    fn write(&self, task: &Task, object: usize) -> Option<Conflict<u32>> {
        self.detector().write(task, &self.objects[object], || 2)
    }

    /// No memory is lost, and none was lacking.
    fn audit(&self, tasks: &[Task]) {
        self.heap.audit(tasks, &self.vars).unwrap();
        assert!(!(&self.heap).control().is_off());
    }
}

/// A thread that has the world and a task.
fn spawn<const RESTING: u32>(
    world: &Arc<World<RESTING>>,
    task: Task,
    f: impl FnOnce(&World<RESTING>, &Task) + 'static,
) -> JoinHandle<Task> {
    let world = world.clone();
    thread::spawn(move || {
        f(&world, &task);
        task
    })
}
