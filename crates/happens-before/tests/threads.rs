//! Real threads that synchronise for real, and their twins that do not.
//!
//! Each test has threads work on shared objects and tell the detector of it. After all of them the
//! counts of references are checked.

use std::collections::VecDeque;
use std::hint;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering::SeqCst};
use std::sync::{Mutex, RwLock, mpsc};
use std::thread;

use happens_before::heap::Heap;
use happens_before::{Conflict, Detector, Memory, Object, SyncVar, Task};

const THREADS: usize = 4;
const OBJECTS: usize = 8;

/// A detector and what its users share. Sites are numbers of threads.
struct World<const RESTING: u32 = 1024> {
    heap: Heap<usize, RESTING>,
    vars: [SyncVar; OBJECTS],
    /// Vars for those who need two for each object.
    more: [SyncVar; OBJECTS],
    objects: [Object<usize>; OBJECTS],
    conflicts: AtomicUsize,
}

/// One thread's view of a world.
struct User<'w, const RESTING: u32> {
    world: &'w World<RESTING>,
    task: Task,
    number: usize,
}

impl<const RESTING: u32> World<RESTING> {
    fn new() -> Self {
        World {
            heap: Heap::new(200_000, 50_000, 1000),
            vars: Default::default(),
            more: Default::default(),
            objects: Default::default(),
            conflicts: AtomicUsize::new(0),
        }
    }

    /// Lets threads `work`, one task each. All begin after and end before a task that writes all
    /// objects. Gives the number of conflicts.
    fn run(&self, work: impl Fn(&User<RESTING>) + Sync) -> usize {
        let detector = Detector(&self.heap);
        let (main, done) = (User { world: self, task: Task::default(), number: 0 }, SyncVar::default());
        detector.fork(None, &main.task);
        (0..OBJECTS).for_each(|i| main.write(i));
        thread::scope(|scope| {
            for number in 1..=THREADS {
                let user = User { world: self, task: Task::default(), number };
                detector.fork(Some(&main.task), &user.task);
                let (work, done) = (&work, &done);
                scope.spawn(move || {
                    work(&user);
                    user.detector().release_merge(&user.task, done);
                    user.detector().end(&user.task);
                });
            }
        });
        detector.acquire(&main.task, &done);
        (0..OBJECTS).for_each(|i| main.write(i));

        assert!(!(&self.heap).control().is_off());
        let vars = || self.vars.iter().chain(&self.more).chain([&done]);
        self.heap.audit([&main.task], vars()).unwrap();
        detector.end(&main.task);
        vars().for_each(|var| detector.forget_sync(var));
        self.objects.iter().for_each(|object| detector.forget_object(object));
        self.heap.audit([], []).unwrap();
        assert_eq!(self.heap.blocks_in_use(), (0, 0));
        self.conflicts.load(SeqCst)
    }
}

impl<'w, const RESTING: u32> User<'w, RESTING> {
    fn detector(&self) -> Detector<&'w Heap<usize, RESTING>> {
        Detector(&self.world.heap)
    }
    fn acquire(&self, i: usize) {
        self.detector().acquire(&self.task, &self.world.vars[i]);
    }
    fn release(&self, i: usize) {
        self.detector().release(&self.task, &self.world.vars[i]);
    }
    fn read(&self, i: usize) {
        self.seen(self.detector().read(&self.task, &self.world.objects[i], || self.number));
    }
    fn write(&self, i: usize) {
        self.seen(self.detector().write(&self.task, &self.world.objects[i], || self.number));
    }
    fn seen(&self, conflict: Option<Conflict<usize>>) {
        if let Some(conflict) = conflict {
            assert_ne!(conflict.site, self.number, "nobody conflicts with themselves");
            self.world.conflicts.fetch_add(1, SeqCst);
        }
    }
    /// Numbers that jump about, other ones for each thread.
    fn steps(&self, count: usize) -> impl Iterator<Item = usize> + use<RESTING> {
        (1..=count).map({
            let number = self.number;
            move |i| (i * 7919 + number * 104_729) / 13
        })
    }
}

fn mutexes<const RESTING: u32>(with_lock: bool) -> usize {
    let locks: [Mutex<()>; OBJECTS] = Default::default();
    World::<RESTING>::new().run(|user| {
        for step in user.steps(10_000) {
            let i = step % OBJECTS;
            let guard = locks[i].lock().unwrap();
            if with_lock {
                user.acquire(i);
            }
            user.read(i);
            user.write(i);
            if with_lock {
                user.release(i);
            }
            drop(guard);
        }
    })
}

#[test]
fn a_mutex_orders() {
    assert_eq!(mutexes::<1024>(true), 0);
}

#[test]
fn without_the_mutex_there_are_conflicts() {
    assert!(mutexes::<1024>(false) > OBJECTS);
}

/// As in Go: writers acquire both variables, readers merge into the second.
fn rw_locks(readers_tell: bool) -> usize {
    let locks: [RwLock<()>; OBJECTS] = Default::default();
    World::<1024>::new().run(|user| {
        for step in user.steps(5_000) {
            let (i, second) = (step % OBJECTS, &user.world.more[step % OBJECTS]);
            if step % 5 > 0 {
                let guard = locks[i].read().unwrap();
                user.acquire(i);
                user.read(i);
                if readers_tell {
                    user.detector().release_merge(&user.task, second);
                }
                drop(guard);
            } else {
                let guard = locks[i].write().unwrap();
                user.acquire(i);
                user.detector().acquire(&user.task, second);
                user.write(i);
                user.release(i);
                drop(guard);
            }
        }
    })
}

#[test]
fn a_lock_for_readers_and_writers_orders() {
    assert_eq!(rw_locks(true), 0);
}

#[test]
fn readers_who_do_not_tell_conflict_with_writers() {
    assert!(rw_locks(false) > 0);
}

/// Locks made of an atomic: taken with compare-and-swap, given back with `give_back`.
fn spin_locks(give_back: impl Fn(&User<1024>, usize, &AtomicU32) + Sync) -> usize {
    let words: [AtomicU32; OBJECTS] = Default::default();
    World::new().run(|user| {
        for step in user.steps(5_000) {
            let i = step % OBJECTS;
            let swap = || words[i].compare_exchange(0, 1, SeqCst, SeqCst);
            while user.detector().update(&user.task, &user.world.vars[i], swap).is_err() {
                thread::yield_now();
            }
            user.write(i);
            give_back(user, i, &words[i]);
        }
    })
}

#[test]
fn an_atomic_that_is_stored_to_orders() {
    let store = |user: &User<1024>, i: usize, word: &AtomicU32| {
        user.detector().store(&user.task, &user.world.vars[i], || word.store(0, SeqCst));
    };
    assert_eq!(spin_locks(store), 0);
}

#[test]
fn an_atomic_that_is_updated_orders() {
    let update = |user: &User<1024>, i: usize, word: &AtomicU32| {
        user.detector().update(&user.task, &user.world.vars[i], || word.fetch_sub(1, SeqCst));
    };
    assert_eq!(spin_locks(update), 0);
}

#[test]
fn an_atomic_that_the_detector_does_not_see_does_not_order() {
    assert!(spin_locks(|_, _, word| word.store(0, SeqCst)) > 0);
}

/// Objects go round through a channel with a buffer of three slots; who has one may write it.
#[test]
fn a_channel_orders() {
    let buffer = Mutex::new((VecDeque::new(), 0));
    let world = World::<1024>::new();
    let conflicts = world.run(|user| {
        let exchange = |slot: usize| {
            user.detector().release_acquire(&user.task, &user.world.vars[slot % 3]);
        };
        let mut mine = vec![(user.number - 1) * 2, (user.number - 1) * 2 + 1];
        for step in user.steps(5_000) {
            let mut guard = buffer.lock().unwrap();
            let (queue, received) = &mut *guard;
            if step % 2 == 0 && queue.len() < 3 {
                if let Some(object) = mine.pop() {
                    exchange(*received + queue.len());
                    queue.push_back(object);
                }
            } else if let Some(object) = queue.pop_front() {
                exchange(*received);
                *received += 1;
                mine.push(object);
            }
            drop(guard);
            mine.iter().for_each(|&object| user.write(object));
        }
    });
    assert_eq!(conflicts, 0);
}

/// Each thread begins short tasks and waits for them, as with a WaitGroup.
fn short_tasks<const RESTING: u32>() -> usize {
    let world = World::<RESTING>::new();
    let locks: [Mutex<()>; OBJECTS] = Default::default();
    world.run(|user| {
        let detector = user.detector();
        let own = Object::<usize>::default();
        for step in user.steps(2_000) {
            let (i, group) = (step % OBJECTS, SyncVar::default());
            for number in [10, 20] {
                let child = User { world: user.world, task: Task::default(), number: user.number + number };
                detector.fork(Some(&user.task), &child.task);
                child.seen(detector.read(&child.task, &own, || child.number));
                let guard = locks[i].lock().unwrap();
                child.acquire(i);
                child.write(i);
                child.release(i);
                drop(guard);
                detector.release_merge(&child.task, &group);
                detector.end(&child.task);
            }
            detector.acquire(&user.task, &group);
            user.seen(detector.write(&user.task, &own, || user.number));
            detector.forget_sync(&group);
        }
        detector.forget_object(&own);
    })
}

#[test]
fn short_tasks_are_ordered() {
    assert_eq!(short_tasks::<1024>(), 0);
}

#[test]
fn short_tasks_are_ordered_where_slots_do_not_rest() {
    assert_eq!(short_tasks::<0>(), 0);
}

/// One thread runs finalizers: what it gets it got because nobody else can have it any more.
#[test]
fn a_finalizer_comes_after_everything() {
    let (gone, finalize) = mpsc::channel::<Object<usize>>();
    let finalize = Mutex::new(finalize);
    let at_work = AtomicUsize::new(THREADS - 1);
    let locks: [Mutex<()>; OBJECTS] = Default::default();
    let conflicts = World::<1024>::new().run(|user| {
        let detector = user.detector();
        if user.number == 1 {
            while at_work.load(SeqCst) > 0 {
                for object in finalize.lock().unwrap().try_iter() {
                    detector.acquire_all(&user.task);
                    user.seen(detector.write(&user.task, &object, || user.number));
                    // It sees a little of the world, too.
                    let guard = locks[0].lock().unwrap();
                    user.acquire(0);
                    user.write(0);
                    user.release(0);
                    drop(guard);
                }
                hint::spin_loop();
            }
            return;
        }
        for step in user.steps(3_000) {
            let i = step % OBJECTS;
            let object = Object::default();
            user.seen(detector.write(&user.task, &object, || user.number));
            gone.send(object).unwrap();
            let guard = locks[i].lock().unwrap();
            user.acquire(i);
            user.write(i);
            user.release(i);
            drop(guard);
        }
        at_work.fetch_sub(1, SeqCst);
    });
    assert_eq!(conflicts, 0);
}
