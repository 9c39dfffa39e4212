//! Every interleaving (with few preemptions) of small cases:
//!
//! `RUSTFLAGS="--cfg loom" cargo test --release -p happens-before --test loom`
#![cfg(loom)]

use happens_before::heap::Heap;
use happens_before::{Conflict, Detector, Memory, Object, Pool, PoolControl, Record, SyncVar, Task};
use loom::sync::atomic::{AtomicU32, Ordering};
use loom::sync::{Arc, Mutex};
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

#[derive(Default)]
struct Item {
    link: AtomicU32,
    taken: AtomicU32,
}

// SAFETY: the link is a word of its own.
unsafe impl Record for Item {
    fn link(&self) -> &AtomicU32 {
        &self.link
    }
}

/// The free list's first record is taken, and given back, while another is about to take it.
#[test]
fn a_pool_gives_each_record_to_one() {
    #[derive(Default)]
    struct Items {
        control: PoolControl,
        records: [Item; 5],
    }
    fn take(items: &Items) -> u32 {
        let index = Pool::new(&items.records, &items.control).take().unwrap();
        assert_eq!(items.records[index as usize].taken.swap(1, Ordering::Relaxed), 0, "{index} is taken");
        index
    }
    fn give(items: &Items, index: u32) {
        items.records[index as usize].taken.store(0, Ordering::Relaxed);
        Pool::new(&items.records, &items.control).give(index);
    }
    check(5, || {
        let items = Arc::new(Items::default());
        (1..=3).for_each(|index| assert_eq!(take(&items), index));
        (1..=3).for_each(|index| give(&items, index));
        let other = items.clone();
        let other = thread::spawn(move || {
            let (first, _) = (take(&other), take(&other));
            give(&other, first);
        });
        take(&items);
        other.join().unwrap();
        take(&items);
        take(&items);
        assert_eq!(Pool::new(&items.records, &items.control).in_use(), 4);
    });
}

/// Of two who write one object without order, one hears of the other; none reads torn sites.
#[test]
fn an_object_is_accessed_by_one_at_a_time() {
    check(5, || {
        let world = World::<1024>::new(16);
        let (a, b, c) = (world.begin(None), world.begin(None), world.begin(None));
        assert!(world.read(&c, 0).is_none());
        let found = Arc::new(AtomicU32::new(0));
        let seen = found.clone();
        let a = spawn(&world, a, move |world, a| {
            assert!(world.read(a, 0).is_none_or(|conflict| conflict.site == 2));
            seen.fetch_add(world.write(a, 0).is_some().into(), Ordering::Relaxed);
        });
        found.fetch_add(world.write(&b, 0).is_some().into(), Ordering::Relaxed);
        let a = a.join().unwrap();
        assert_eq!(found.load(Ordering::Relaxed), 2, "each finds a read or the other's write");
        (0..2).for_each(|i| world.detector().forget_object(&world.objects[i]));
        assert_eq!(world.heap.blocks_in_use(), (0, 0));
        world.audit(&[a, b, c]);
    });
}

#[test]
fn a_mutex_orders() {
    check(5, || {
        let (world, mutex) = (World::<1024>::new(30), Arc::new(Mutex::new(())));
        let (a, b) = (world.begin(None), world.begin(None));
        let work = move |world: &World, task: &Task| {
            let guard = mutex.lock().unwrap();
            world.acquire(task, 0);
            assert!(world.read(task, 0).is_none() && world.write(task, 0).is_none());
            world.release(task, 0);
            drop(guard);
        };
        let a = spawn(&world, a, work.clone());
        work(&world, &b);
        world.audit(&[a.join().unwrap(), b]);
    });
}

/// Who sees what a store stored acquires what was stored with it.
#[test]
fn a_store_brings_its_clock() {
    check(5, || {
        let (world, flag) = (World::<1024>::new(30), Arc::new(AtomicU32::new(0)));
        let (a, b) = (world.begin(None), world.begin(None));
        let stored = flag.clone();
        let a = spawn(&world, a, move |world, a| {
            world.write(a, 0);
            world.detector().store(a, &world.vars[0], || stored.store(1, Ordering::Release));
        });
        let seen = flag.load(Ordering::Acquire) == 1;
        world.acquire(&b, 0);
        let conflict = world.write(&b, 0);
        assert!(!seen || conflict.is_none(), "{conflict:?}");
        world.audit(&[a.join().unwrap(), b]);
    });
}

/// Who counts to two knows what the one did who counted to one.
#[test]
fn updates_form_a_chain() {
    check(5, || {
        let (world, counter) = (World::<1024>::new(40), Arc::new(AtomicU32::new(0)));
        let (a, b) = (world.begin(None), world.begin(None));
        let work = move |world: &World, task: &Task, number: usize| {
            world.write(task, number);
            let count = || counter.fetch_add(1, Ordering::Relaxed);
            if world.detector().update(task, &world.vars[0], count) == 1 {
                assert!(world.read(task, 1 - number).is_none());
            }
        };
        let other = work.clone();
        let a = spawn(&world, a, move |world, a| other(world, a, 0));
        work(&world, &b, 1);
        world.audit(&[a.join().unwrap(), b]);
    });
}

#[test]
fn no_merge_is_lost() {
    check(5, || {
        let world = World::<1024>::new(30);
        let (main, a, b) = (world.begin(None), world.begin(None), world.begin(None));
        world.read(&main, 0);
        world.detector().release_merge(&main, &world.vars[0]);
        let work = |object: usize| {
            move |world: &World, task: &Task| {
                world.read(task, object);
                world.detector().release_merge(task, &world.vars[0]);
            }
        };
        let a = spawn(&world, a, work(0));
        work(1)(&world, &b);
        let a = a.join().unwrap();
        world.acquire(&main, 0);
        assert!(world.write(&main, 0).is_none() && world.write(&main, 1).is_none());
        world.audit(&[a, b, main]);
    });
}

/// One takes a reference to the clock that another replaces, while a third needs memory: a node
/// that is in use must not be handed out.
#[test]
fn a_clock_lives_as_long_as_it_is_referred_to() {
    check(3, || {
        let world = World::<1024>::new(24);
        let (a, b, c) = (world.begin(None), world.begin(None), world.begin(None));
        (0..2).for_each(|i| assert!(world.write(&[&a, &c][i], i).is_none()));
        world.release(&c, 1);
        world.acquire(&a, 1);
        world.release(&a, 0);
        world.write(&c, 1);
        world.release(&c, 1);
        world.acquire(&a, 1); // Now the variable alone refers to what was released to it.
        let b = spawn(&world, b, |world, b| {
            world.acquire(b, 0);
            world.acquire(b, 1);
            world.detector().end(b);
        });
        world.release(&a, 0);
        world.acquire(&c, 0);
        world.write(&c, 1);
        world.release(&c, 1);
        world.audit(&[a, b.join().unwrap(), c]);
    });
}

/// Slots go from tasks that end to tasks that begin: never to two at once.
#[test]
fn a_slot_is_lent_to_one() {
    check(3, || {
        let world = World::<0>::new(40);
        let (old, a, b, c) = (world.begin(None), world.begin(None), world.begin(None), world.begin(None));
        world.write(&old, 0);
        world.write(&c, 1);
        world.detector().end(&old);
        let other = spawn(&world, a, move |world, a| {
            world.detector().end(&c);
            world.read(a, 0);
        });
        world.read(&b, 0);
        let a = other.join().unwrap();
        assert_ne!(a.now().slot(), b.now().slot());
        world.audit(&[a, b]);
    });
}

/// What `y` did goes to `f` by way of `x`, which may publish under a name that `f` believes to know.
fn relay<const RESTING: u32>(world: &World<RESTING>, [y, x, f]: [&Task; 3]) {
    world.write(y, 0);
    world.release(y, 0);
    world.acquire(x, 0);
    world.release(x, 1);
    world.acquire(f, 1);
    assert_eq!(world.write(f, 0), None);
}

/// `acquire_all` moves the time of a slot on while `lend` does.
#[test]
fn acquire_all_while_a_slot_is_lent() {
    check(5, || {
        let world = World::<1024>::new(30);
        let (old, x, f) = (world.begin(None), world.begin(None), world.begin(None));
        world.write(&old, 1);
        let y = world.begin(Some(&old));
        world.release(&old, 0);
        world.detector().end(&old);
        world.acquire(&x, 0); // Now it can have that slot.
        let x = spawn(&world, x, |world, x| _ = world.write(x, 1));
        world.detector().acquire_all(&f);
        let x = x.join().unwrap();
        relay(&world, [&y, &x, &f]);
        world.audit(&[x, y, f]);
    });
}

/// The same while a slot is given back, and with it the time that the next owner starts from.
#[test]
fn acquire_all_while_a_task_ends() {
    check(5, || {
        let world = World::<1024>::new(30);
        let (x, y, f) = (world.begin(None), world.begin(None), world.begin(None));
        world.write(&x, 1);
        let x = spawn(&world, x, |world, x| {
            world.release(x, 1);
            world.detector().end(x);
        });
        world.detector().acquire_all(&f);
        let next = x.join().unwrap();
        world.detector().fork(None, &next);
        world.acquire(&next, 1);
        world.write(&next, 1);
        relay(&world, [&y, &next, &f]);
        world.audit(&[next, y, f]);
    });
}

/// A task is about to publish while `acquire_all` comes and goes, twice.
#[test]
fn acquire_all_while_a_task_publishes() {
    check(5, || {
        let world = World::<1024>::new(30);
        let (x, y, f) = (world.begin(None), world.begin(None), world.begin(None));
        world.write(&x, 1);
        let x = spawn(&world, x, |world, x| world.release(x, 1));
        world.detector().acquire_all(&f);
        world.detector().acquire_all(&f);
        let x = x.join().unwrap();
        relay(&world, [&y, &x, &f]);
        world.audit(&[x, y, f]);
    });
}

/// Two tasks publish one after the other while `acquire_all` goes from slot to slot: if it knows
/// the second's name it has to know what the second heard from the first.
#[test]
fn acquire_all_sees_no_effect_without_its_cause() {
    check(5, || {
        let world = World::<1024>::new(40);
        let (x, y, f) = (world.begin(None), world.begin(None), world.begin(None));
        // The slot that is looked at first is y's.
        assert!(world.write(&y, 1).is_none() && world.write(&x, 1).is_some());
        let x = spawn(&world, x, move |world, x| {
            world.write(&y, 0);
            world.release(&y, 0);
            world.acquire(x, 0);
            world.release(x, 1);
            world.detector().end(&y);
        });
        world.detector().acquire_all(&f);
        let x = x.join().unwrap();
        world.acquire(&f, 1);
        assert_eq!(world.write(&f, 0), None);
        world.audit(&[x, f]);
    });
}

/// The same where the first takes a slot that did not exist when `acquire_all` began.
#[test]
fn acquire_all_sees_new_slots() {
    check(4, || {
        let world = World::<1024>::new(40);
        let (x, y, f) = (world.begin(None), world.begin(None), world.begin(None));
        world.write(&x, 1);
        let x = spawn(&world, x, move |world, x| {
            world.write(&y, 0);
            world.release(&y, 0);
            world.acquire(x, 0);
            world.release(x, 1);
            world.detector().end(&y);
        });
        world.detector().acquire_all(&f);
        let x = x.join().unwrap();
        world.acquire(&f, 1);
        assert_eq!(world.write(&f, 0), None);
        world.audit(&[x, f]);
    });
}
