//! What a synchronisation costs, counted in nodes of clocks looked at or made, as programs grow.

use happens_before::heap::Heap;
use happens_before::work::nodes_visited;
use happens_before::{Detector, Memory, Object, SyncVar, Task};

/// A detector in which one task begins all the others.
struct World {
    heap: Heap<usize>,
    main: Task,
    lock: SyncVar,
    shared: Object<usize>,
}

impl World {
    fn new(nodes: usize, slots: usize) -> World {
        let world = World {
            heap: Heap::new(nodes, slots, 100),
            main: Task::default(),
            lock: SyncVar::default(),
            shared: Object::default(),
        };
        world.detector().fork(None, &world.main);
        world
    }

    fn detector(&self) -> Detector<&Heap<usize>> {
        Detector(&self.heap)
    }

    fn begin(&self) -> Task {
        let task = Task::default();
        self.detector().fork(Some(&self.main), &task);
        task
    }

    /// The task takes the lock, writes what it protects, and gives the lock back.
    fn lock(&self, task: &Task) {
        self.detector().acquire(task, &self.lock);
        assert!(self.detector().write(task, &self.shared, || 0).is_none());
        self.detector().release(task, &self.lock);
    }
}

impl Drop for World {
    fn drop(&mut self) {
        assert!(!(&self.heap).control().is_off());
    }
}

/// Work for each of `times` times that `f` is done.
fn work(times: usize, f: impl FnOnce()) -> f64 {
    let before = nodes_visited();
    f();
    (nodes_visited() - before) as f64 / times as f64
}

/// How high a clock of `slots` slots is.
fn height(slots: usize) -> f64 {
    (1..).find(|&height| 16usize.pow(height) > slots).unwrap().into()
}

/// Numbers below `count` that jump about.
fn jumping(count: usize) -> impl Iterator<Item = usize> {
    (0..count).map(move |i| (i * 7919 + i / 7 * 104_729) % count)
}

#[test]
fn a_mutex_costs_the_logarithm_of_the_number_of_tasks() {
    for alive in [10, 1_000, 100_000] {
        let world = World::new(12 * alive + 1000, alive + 10);
        let tasks: Vec<Task> = (0..alive).map(|_| world.begin()).collect();
        let first = work(alive, || tasks.iter().for_each(|task| world.lock(task)));
        let again = work(alive, || tasks.iter().for_each(|task| world.lock(task)));
        let jumping = work(alive, || jumping(alive).for_each(|i| world.lock(&tasks[i])));
        let height = height(alive);
        eprintln!("{alive} alive, height {height}: {first} at first, {again} again, {jumping} jumping");
        for work in [first, again, jumping] {
            assert!(work <= 8.0 * height, "{work} nodes with {alive} tasks");
        }
    }
}

#[test]
fn two_in_turn_cost_the_same_among_many() {
    let cost = |alive: usize| {
        let world = World::new(12 * alive + 1000, alive + 10);
        let tasks: Vec<Task> = (0..alive).map(|_| world.begin()).collect();
        tasks.iter().for_each(|task| world.lock(task));
        let (one, other) = (&tasks[alive / 3], &tasks[alive - 1]);
        [one, other].into_iter().for_each(|task| world.lock(task));
        work(200, || (0..100).for_each(|_| [one, other].into_iter().for_each(|task| world.lock(task))))
    };
    let (few, many) = (cost(20), cost(100_000));
    eprintln!("{few} nodes with 20 alive, {many} with 100,000");
    assert!(many <= few + 4.0, "{few} nodes with 20 alive, {many} with 100,000");
}

#[test]
fn tasks_that_touch_nothing_cost_nothing() {
    let world = World::new(1000, 10);
    let tasks: Vec<Task> = (0..10_000).map(|_| world.begin()).collect();
    world.lock(&world.main);
    let work = work(tasks.len(), || {
        for task in &tasks {
            world.detector().acquire(task, &world.lock);
            world.detector().release(task, &world.lock);
        }
    });
    assert!(work <= 2.0, "{work} nodes");
    assert_eq!(world.heap.slots_used(), 1);
    assert!(world.heap.nodes_used() < 10);
}

/// `total` tasks begin and end, a hundred at a time. `before` is done before they take the lock.
fn turn_over(total: usize, before: impl Fn(&World, &Task)) {
    let world = World::new(50_000, 5_000);
    let mut alive: Vec<Task> = (0..100).map(|_| world.begin()).collect();
    let mut turn_over = |count: usize| {
        work(count, || {
            for i in 0..count {
                let task = std::mem::replace(&mut alive[i % 100], world.begin());
                before(&world, &task);
                world.lock(&task);
                world.detector().end(&task);
            }
        })
    };
    turn_over(5_000);
    let (early, slots, nodes) = (turn_over(5_000), world.heap.slots_used(), world.heap.nodes_used());
    turn_over(total - 20_000);
    let late = turn_over(10_000);
    eprintln!("{early} nodes early, {late} late; {slots} slots, {nodes} nodes");
    assert!(late <= 1.1 * early && late <= 60.0, "{early} nodes early, {late} late");
    assert_eq!(world.heap.slots_used(), slots, "slots are lent again");
    assert!(world.heap.nodes_used() <= nodes + nodes / 10, "nodes are used again");
}

#[test]
fn tasks_that_ended_cost_nothing() {
    turn_over(200_000, |_, _| ());
}

/// Each task touches something before it has heard of those that ended: it cannot have their slots
/// until these have rested.
#[test]
fn slots_that_rest_cost_no_more_in_the_long_run() {
    turn_over(100_000, |world, task| {
        assert!(world.detector().read(task, &Object::default(), || 0).is_none());
    });
}

/// As with a WaitGroup: each task merges what it did into one variable.
#[test]
fn a_merge_costs_the_logarithm_of_the_number_of_tasks() {
    for count in [10, 1_000, 30_000] {
        let world = World::new(30 * count + 1000, 4 * count + 2000);
        // From the second round on there are thousands of slots that all know of.
        for round in 0..3 {
            let group = SyncVar::default();
            let began: Vec<Task> = (0..count).map(|_| world.begin()).collect();
            let merge = work(count, || {
                for task in &began {
                    world.detector().read(task, &world.shared, || 0);
                    world.detector().release_merge(task, &group);
                    world.detector().end(task);
                }
            });
            eprintln!("{count} tasks, round {round}: {merge} nodes");
            assert!(merge <= 20.0 * height(4 * count), "{merge} nodes with {count} tasks");
            world.detector().acquire(&world.main, &group);
            assert!(world.detector().write(&world.main, &world.shared, || 0).is_none());
        }
    }
}

/// Where a task hears from each of many that it began, one by one, the clocks differ in what it heard
/// from the others: here a sixteenth of their number.
#[test]
fn a_join_costs_what_differs() {
    let count = 1_000;
    let world = World::new(30 * count, count + 10);
    let tasks: Vec<(Task, SyncVar)> = (0..count).map(|_| (world.begin(), SyncVar::default())).collect();
    let detector = world.detector();
    for round in 0..3 {
        detector.write(&world.main, &world.shared, || 0);
        detector.release(&world.main, &world.lock);
        for (task, answer) in &tasks {
            detector.acquire(task, &world.lock);
            assert!(detector.read(task, &world.shared, || 0).is_none());
            detector.release(task, answer);
        }
        let hear = work(count, || tasks.iter().for_each(|(_, answer)| detector.acquire(&world.main, answer)));
        eprintln!("round {round}: {hear} nodes");
        assert!(hear <= 3.0 * count as f64 / 16.0, "{hear} nodes");
        assert!(detector.write(&world.main, &world.shared, || 0).is_none());
    }
}
