//! A detector's memory on the Rust heap: for tests, model checking and tools.

use crate::clock::Node;
use crate::memory::{Control, Memory};
use crate::object::{Block, Directory};
use crate::pool::{Pool, PoolControl};
use crate::primitive::AtomicU32;
use crate::slots::SlotRecord;

/// Records of one kind and their control words.
struct Stretch<T> {
    records: Box<[T]>,
    control: PoolControl,
}

impl<T: Default> Stretch<T> {
    fn new(len: usize) -> Self {
        Stretch { records: (0..len).map(|_| T::default()).collect(), control: PoolControl::default() }
    }
}

/// Memory for one detector; `RESTING` slots rest before one is lent regardless, and each is used
/// up after `LAST_TIME`.
pub struct Heap<S, const RESTING: u32 = 1024, const LAST_TIME: u32 = { 1 << 31 }> {
    nodes: Stretch<Node>,
    refs: Box<[AtomicU32]>,
    slots: Stretch<SlotRecord>,
    blocks: Stretch<Block<S>>,
    directories: Stretch<Directory>,
    control: Control,
}

impl<S: Copy + Default + Send, const RESTING: u32, const LAST_TIME: u32> Heap<S, RESTING, LAST_TIME> {
    /// Room for `nodes` clock nodes, `slots` tasks that access objects, and `blocks` blocks of readers.
    pub fn new(nodes: usize, slots: usize, blocks: usize) -> Self {
        Heap {
            nodes: Stretch::new(nodes),
            refs: (0..nodes).map(|_| AtomicU32::default()).collect(),
            slots: Stretch::new(slots),
            blocks: Stretch::new(blocks),
            directories: Stretch::new(blocks / 4 + 2),
            control: Control::default(),
        }
    }

    /// How many clock nodes were ever in use at once.
    pub fn nodes_used(&self) -> u32 {
        self.nodes().high_water()
    }

    /// How many clock nodes are in use, while nobody uses the detector.
    pub fn nodes_in_use(&self) -> u32 {
        self.nodes().in_use()
    }

    /// How many blocks and directories of readers are in use, while nobody uses the detector.
    pub fn blocks_in_use(&self) -> (u32, u32) {
        (Memory::blocks(&self).in_use(), Memory::directories(&self).in_use())
    }

    /// How many slots were ever lent.
    pub fn slots_used(&self) -> u32 {
        Memory::slots(&self).high_water()
    }

    fn nodes(&self) -> Pool<'_, Node> {
        Pool::new(&self.nodes.records, &self.nodes.control)
    }
}

impl<S: Copy + Default + Send, const RESTING: u32, const LAST_TIME: u32> Memory
    for &Heap<S, RESTING, LAST_TIME>
{
    type Site = S;
    const RESTING: u32 = RESTING;
    const LAST_TIME: u32 = LAST_TIME;

    fn nodes(&self) -> Pool<'_, Node> {
        Heap::nodes(self)
    }
    fn refs(&self) -> &[AtomicU32] {
        &self.refs
    }
    fn slots(&self) -> Pool<'_, SlotRecord> {
        Pool::new(&self.slots.records, &self.slots.control)
    }
    fn blocks(&self) -> Pool<'_, Block<S>> {
        Pool::new(&self.blocks.records, &self.blocks.control)
    }
    fn directories(&self) -> Pool<'_, Directory> {
        Pool::new(&self.directories.records, &self.directories.control)
    }
    fn control(&self) -> &Control {
        &self.control
    }
    fn yield_now(&self) {
        std::thread::yield_now();
    }
}
