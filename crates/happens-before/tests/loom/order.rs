//! No order is lost, and accesses to one object take turns.

use happens_before::Task;
use loom::sync::atomic::{AtomicU32, Ordering};
use loom::sync::{Arc, Mutex};

use super::{World, check, spawn};

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

/// Two store, one after the other, and know nothing of each other; who loads knows all that came with the
/// value it sees.
#[test]
fn a_load_goes_with_its_store() {
    check(5, || {
        let (world, flag) = (World::<1024>::new(40), Arc::new(AtomicU32::new(0)));
        let (a, b, reader) = (world.begin(None), world.begin(None), world.begin(None));
        let stored = flag.clone();
        let a = spawn(&world, a, move |world, a| {
            for (number, task) in [(1, a), (2, &b)] {
                world.write(task, number - 1);
                let operation = || stored.store(number as u32, Ordering::Release);
                world.detector().store(task, &world.vars[0], operation);
            }
            world.detector().end(&b);
        });
        let seen = world.detector().load(&reader, &world.vars[0], || flag.load(Ordering::Acquire));
        if seen > 0 {
            let conflict = world.read(&reader, seen as usize - 1);
            assert!(conflict.is_none(), "{conflict:?}");
        }
        world.audit(&[a.join().unwrap(), reader]);
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

/// Two tasks read an object each and merge into a variable, while `meanwhile` happens to it.
fn merges(preemptions: usize, meanwhile: impl Fn(&World, &Task) + Copy + Send + Sync + 'static) {
    check(preemptions, move || {
        let world = World::<1024>::new(40);
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
        meanwhile(&world, &main);
        work(1)(&world, &b);
        let a = a.join().unwrap();
        world.acquire(&main, 0);
        assert!(world.write(&main, 0).is_none() && world.write(&main, 1).is_none(), "no merge is lost");
        world.audit(&[a, b, main]);
        assert_eq!(world.heap.divided(), 0, "the variable is whole again");
    });
}

#[test]
fn no_merge_is_lost() {
    merges(5, |_, _| ());
}

#[test]
fn no_merge_is_lost_where_a_variable_is_divided() {
    merges(4, |world, _| world.detector().divide(&world.vars[0]));
}

#[test]
fn no_merge_is_lost_where_a_variable_is_gathered() {
    merges(4, |world, main| {
        world.detector().divide(&world.vars[0]);
        world.acquire(main, 0);
    });
}

/// The parts of one variable are another's, when somebody comes who has seen them at the first.
#[test]
fn no_merge_goes_to_another_variable() {
    merges(4, |world, main| {
        let [first, second] = &world.vars;
        world.detector().divide(first);
        world.acquire(main, 0);
        world.detector().divide(second);
        world.acquire(main, 1);
    });
}
