//! What an object remembers of its readers.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::heap::Heap;

/// An object and its memory. A read's site is its slot times 1000 and its time.
struct Book {
    heap: Heap<u32>,
    object: Object<u32>,
}

impl Book {
    fn new(blocks: usize) -> Book {
        Book { heap: Heap::new(2, 2, blocks), object: Object::default() }
    }

    /// A read by one who knows what `knows` says.
    fn read(&self, slot: u32, time: u32, knows: impl Fn(Epoch) -> bool) {
        self.object.lock(&self.heap).add_read(Epoch::new(slot, time), slot * 1000 + time, knows);
    }

    fn write(&self, slot: u32, time: u32) {
        self.object.lock(&self.heap).set_write(Epoch::new(slot, time), 0);
    }

    /// The time of each slot's remembered read.
    fn readers(&self) -> BTreeMap<u32, u32> {
        let mut readers = BTreeMap::new();
        self.object.lock(&self.heap).each_read(|read| {
            let (slot, time) = (read.epoch.slot(), read.epoch.time());
            assert_eq!(read.site, slot * 1000 + time, "the site is that read's");
            assert_eq!(readers.insert(slot, time), None, "a slot is remembered once");
            true
        });
        readers
    }

    fn evicted(&self) -> u32 {
        (&self.heap).control().evicted_reads()
    }
}

#[test]
fn a_read_replaces_one_before_it() {
    let book = Book::new(10);
    for slot in 1..=20 {
        book.read(slot, 5, |_| true);
        assert_eq!(book.readers(), BTreeMap::from([(slot, 5)]));
    }
    assert_eq!(book.heap.blocks_in_use(), (0, 0));
}

#[test]
fn concurrent_reads_are_all_remembered() {
    let book = Book::new(100);
    for slot in 1..=512 {
        book.read(slot, 5, |_| false);
        assert!(book.readers().into_iter().eq((1..=slot).map(|slot| (slot, 5))));
        let directories = u32::from(slot > 8);
        let blocks = if slot > 8 { (slot / 8 + 1).min(64) } else { u32::from(slot > 1) };
        assert_eq!(book.heap.blocks_in_use(), (blocks, directories), "with {slot} readers");
    }
    assert_eq!(book.evicted(), 0);
    book.write(1, 6);
    assert_eq!(book.readers(), BTreeMap::new());
    assert_eq!(book.heap.blocks_in_use(), (0, 0));
}

#[test]
fn more_readers_than_there_is_room_for_are_counted() {
    let book = Book::new(100);
    for slot in 1..=600 {
        book.read(slot, 5, |_| false);
    }
    assert_eq!((book.readers().len(), book.evicted()), (512, 88));
    // The next does not lose more if it comes after all of them.
    book.read(601, 5, |_| true);
    assert_eq!(book.evicted(), 88);
}

/// Neighbours share a block of a directory; so do slots whose numbers differ by its size.
#[test]
fn slots_far_apart_can_share_a_block() {
    let book = Book::new(100);
    for i in 1..=9 {
        book.read(512 * i, 5, |_| false);
    }
    assert_eq!((book.readers().len(), book.evicted()), (8, 1));
}

#[test]
fn without_memory_reads_are_not_kept_and_counted() {
    let book = Book::new(2); // Room for one block: the first is not used.
    for slot in 1..=8 {
        book.read(slot, 5, |_| false);
    }
    assert_eq!((book.readers().len(), book.evicted()), (8, 0));
    book.read(9, 5, |_| false);
    assert_eq!(book.readers().len() as u32 + book.evicted(), 9);
    assert!(!(&book.heap).control().is_off());
    book.write(1, 6);
    assert_eq!(book.heap.blocks_in_use(), (0, 0));
}

#[test]
fn the_first_write_ends_the_look_at_readers() {
    let book = Book::new(100);
    (1..=20).for_each(|slot| book.read(slot, 5, |_| false));
    let mut seen = 0;
    book.object.lock(&book.heap).each_read(|_| {
        seen += 1;
        seen < 3
    });
    assert_eq!(seen, 3);
}

#[derive(Debug, Clone)]
enum Op {
    /// A read by this slot; it comes after the last reads of the slots in this residue class.
    Read(u32, u32),
    Write,
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Every read is remembered until one that comes after it, or a write, takes its place.
    #[test]
    fn no_read_is_lost(
        slots in 2..120u32,
        ops in vec(prop_oneof![
            40 => (0..120u32, 2..6u32).prop_map(|(slot, class)| Op::Read(slot, class)),
            1 => Just(Op::Write),
        ], 1..200),
    ) {
        let book = Book::new(200);
        let mut unordered = BTreeMap::new();
        let mut ever = BTreeMap::new();
        for (time, op) in (1..).zip(&ops) {
            match op {
                Op::Read(slot, class) => {
                    let slot = 1 + slot % slots;
                    let after = |other: u32| other.is_multiple_of(*class);
                    book.read(slot, time, |epoch| after(epoch.slot()));
                    unordered.retain(|&other, _| !after(other));
                    unordered.insert(slot, time);
                    ever.insert(slot, time);
                }
                Op::Write => {
                    book.write(1, time);
                    unordered.clear();
                    ever.clear();
                }
            }
            let readers = book.readers();
            for (slot, time) in &unordered {
                prop_assert_eq!(readers.get(slot), Some(time));
            }
            for (slot, time) in &readers {
                prop_assert_eq!(ever.get(slot), Some(time));
            }
        }
        prop_assert_eq!(book.evicted(), 0);
    }
}
