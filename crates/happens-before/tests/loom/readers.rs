//! Readers renew their reads without the object's lock.

use happens_before::Task;
use loom::sync::Arc;

use super::{World, check, spawn};

/// `readers` tasks that have read object 0 at the same time, and a last one that then learns of all those reads.
fn readers_and_writer(world: &World, readers: usize) -> (Vec<Task>, Task) {
    let tasks: Vec<Task> = (0..readers).map(|_| world.begin(None)).collect();
    for task in &tasks {
        assert!(world.read(task, 0).is_none());
    }
    let writer = world.begin(None);
    for task in &tasks {
        world.release(task, 0);
        world.acquire(&writer, 0);
    }
    (tasks, writer)
}

/// Of two who read and write without order one hears of the other, once.
fn a_renewed_read_meets_a_write(readers: usize) {
    check(3, move || {
        let world = World::<1024>::new(30);
        let (mut tasks, writer) = readers_and_writer(&world, readers);
        let reader = tasks.remove(0);
        let found = Arc::new(std::sync::atomic::AtomicU32::new(0));
        let seen = found.clone();
        let reader = spawn(&world, reader, move |world, task| {
            let conflict = world.read(task, 0);
            assert!(conflict.is_none_or(|conflict| conflict.site == 2));
            seen.fetch_add(conflict.is_some().into(), std::sync::atomic::Ordering::Relaxed);
        });
        let conflict = world.write(&writer, 0);
        assert!(conflict.is_none_or(|conflict| conflict.site == 1));
        tasks.extend([reader.join().unwrap(), writer]);
        let heard = found.load(std::sync::atomic::Ordering::Relaxed) + u32::from(conflict.is_some());
        assert_eq!(heard, 1, "each race is found, by one of the two");
        world.detector().forget_object(&world.objects[0]);
        assert_eq!(world.heap.blocks_in_use(), (0, 0));
        world.audit(&tasks);
    });
}

#[test]
fn a_renewed_read_in_a_block_meets_a_write() {
    a_renewed_read_meets_a_write(2);
}

#[test]
fn a_renewed_read_in_a_directory_meets_a_write() {
    a_renewed_read_meets_a_write(3);
}

/// A reader that comes too late leaves nothing in a block that is another object's by now.
#[test]
fn a_late_reader_leaves_another_object_alone() {
    check(3, || {
        let world = World::<1024>::new(30);
        let (late, other) = (world.begin(None), world.begin(None));
        for task in [&late, &other] {
            assert!(world.read(task, 0).is_none());
        }
        // The other object has a read of the same time.
        assert!(world.read(&late, 1).is_none());
        world.release(&late, 0);
        world.acquire(&other, 0);
        let third = world.begin(None);
        let late = spawn(&world, late, |world, late| {
            world.read(late, 0);
        });
        world.write(&other, 0);
        assert!(world.read(&third, 1).is_none());
        world.acquire(&third, 0);
        assert!(world.write(&third, 1).is_none(), "it knows of all who have read the other object");
        (0..2).for_each(|i| world.detector().forget_object(&world.objects[i]));
        world.audit(&[late.join().unwrap(), other, third]);
    });
}

/// A third one that takes the place of a reader, which it knows, and that reader do not get into each other's way.
#[test]
fn a_reader_is_replaced_or_renewed() {
    check(3, || {
        let world = World::<1024>::new(30);
        let (mut tasks, third) = readers_and_writer(&world, 2);
        let reader = tasks.remove(0);
        let reader = spawn(&world, reader, |world, task| assert!(world.read(task, 0).is_none()));
        assert!(world.read(&third, 0).is_none());
        let reader = reader.join().unwrap();
        let stranger = world.begin(None);
        let conflict = world.write(&stranger, 0);
        assert!(conflict.is_some_and(|conflict| conflict.site == 1));
        tasks.extend([reader, third, stranger]);
        world.detector().forget_object(&world.objects[0]);
        world.audit(&tasks);
    });
}

/// A reader that comes too late does not take the place of another, also where the object has the same block again.
#[test]
fn a_late_reader_takes_nobodys_place() {
    check(4, || {
        let world = World::<1024>::new(40);
        let (mut tasks, writer) = readers_and_writer(&world, 2);
        let late = tasks.remove(0);
        let late = spawn(&world, late, |world, late| {
            world.read(late, 0);
        });
        world.write(&writer, 0);
        // Two who come in the place of the two.
        let (third, fourth) = (world.begin(None), world.begin(None));
        world.read(&third, 0);
        world.read(&fourth, 0);
        let late = late.join().unwrap();
        for task in [&late, &writer, &third] {
            world.release(task, 1);
            world.acquire(&tasks[0], 1);
        }
        let conflict = world.write(&tasks[0], 0);
        assert!(conflict.is_some_and(|conflict| conflict.site == 1), "the fourth one's read is not lost");
        world.detector().forget_object(&world.objects[0]);
        tasks.extend([late, writer, third, fourth]);
        world.audit(&tasks);
    });
}
