//! `acquire_all` looks at all slots while other tasks publish, begin and end. Whatever it takes for
//! known it must know all about, or else there are false alarms later.

use happens_before::Task;

use super::{World, check, spawn};

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

/// `y` writes and publishes, and `x` hears of it and publishes, while `f` does `acquire_all`: if `f` knows the name
/// that `x` published under it has to know what `x` heard. `slots` says whether the two have theirs before,
/// `twice` whether `y` has published before in that time.
fn cause_and_effect(preemptions: usize, slots: bool, twice: bool) {
    check(preemptions, move || {
        let world = World::<1024>::new(40);
        let (x, y, f) = (world.begin(None), world.begin(None), world.begin(None));
        if slots {
            // The slot that is looked at first is y's.
            assert!(world.write(&y, 1).is_none());
        }
        assert!(world.write(&x, 1).is_some() == slots);
        let x = spawn(&world, x, move |world, x| {
            if twice {
                world.release(&y, 0);
            }
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

#[test]
fn acquire_all_sees_no_effect_without_its_cause() {
    cause_and_effect(5, true, false);
}

/// The same where the first takes a slot that did not exist when `acquire_all` began.
#[test]
fn acquire_all_sees_new_slots() {
    cause_and_effect(3, false, false);
}

/// To know of the first of two publications is not to know of the second.
#[test]
fn acquire_all_sees_the_last_cause() {
    cause_and_effect(3, true, true);
}
