//! Records of pools, clocks and slots belong to one at a time.

use happens_before::{Pool, PoolControl, Record};
use loom::sync::Arc;
use loom::sync::atomic::{AtomicU32, Ordering};
use loom::thread;

use super::{World, check, spawn};

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
