//! A detector's memory on the Rust heap: for tests, model checking and tools.

use std::collections::HashMap;

use crate::clock::{Clocks, Node, is_slot};
use crate::memory::{Control, Memory};
use crate::object::{Block, Directory};
use crate::pool::{Pool, PoolControl};
use crate::primitive::Ordering;
use crate::slots::SlotRecord;
use crate::sync_var::{Parts, SyncVar};
use crate::task::Task;

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

/// Records for divided variables, one of which is none.
const PARTS: usize = 5;

/// Memory for one detector; `RESTING` slots rest before one is lent regardless, and each is used
/// up after `LAST_TIME`.
pub struct Heap<S, const RESTING: u32 = 1024, const LAST_TIME: u32 = { 1 << 31 }> {
    nodes: Stretch<Node>,
    slots: Stretch<SlotRecord>,
    blocks: Stretch<Block<S>>,
    directories: Stretch<Directory>,
    parts: Stretch<Parts>,
    control: Control,
}

impl<S: Copy + Default + Send, const RESTING: u32, const LAST_TIME: u32> Heap<S, RESTING, LAST_TIME> {
    /// Room for `nodes` clock nodes, `slots` tasks that access objects, and `blocks` blocks of readers.
    pub fn new(nodes: usize, slots: usize, blocks: usize) -> Self {
        // Record 0 is none, and some numbers are not for clocks.
        let slots = (1..).filter(|&slot| is_slot(slot)).nth(slots.saturating_sub(2)).unwrap_or(1);
        Heap {
            nodes: Stretch::new(nodes),
            slots: Stretch::new(slots as usize + 1),
            blocks: Stretch::new(blocks),
            directories: Stretch::new(blocks / 4 + 2),
            parts: Stretch::new(PARTS),
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

    /// Checks the counts of references, while nobody uses the detector and these are all the tasks
    /// and variables there are: each node in use is counted as often as it is referred to.
    pub fn audit<'a>(
        &self,
        tasks: impl IntoIterator<Item = &'a Task>,
        vars: impl IntoIterator<Item = &'a SyncVar>,
    ) -> Result<(), String> {
        let clocks = Clocks { nodes: self.nodes() };
        let resting = self.slots.records.iter().map(|slot| &slot.clock);
        let parts = self.parts.records.iter().flat_map(|parts| parts.all()).map(|part| &part.clock);
        let held = vars.into_iter().map(|var| &var.clock).chain(parts).chain(resting);
        let roots = tasks
            .into_iter()
            .flat_map(|task| core::iter::repeat_n(task.base.get(), 1 + usize::from(task.spare.get())));
        let mut found = HashMap::new();
        for root in roots.chain(held.map(|clock| clock.load(Ordering::Relaxed))) {
            clocks.count_references(root, &mut found);
        }
        for (&node, &references) in &found {
            let counted = clocks.counted(node);
            if counted != references {
                return Err(format!(
                    "node {node} is counted {counted} times, referred to {references} times"
                ));
            }
        }
        match (found.len(), self.nodes_in_use() as usize) {
            (found, in_use) if found == in_use => Ok(()),
            (found, in_use) => Err(format!("{in_use} nodes are in use, {found} are referred to")),
        }
    }

    /// How many blocks and directories of readers are in use, while nobody uses the detector.
    pub fn blocks_in_use(&self) -> (u32, u32) {
        (Memory::blocks(&self).in_use(), Memory::directories(&self).in_use())
    }

    /// How many variables are divided, while nobody uses the detector.
    pub fn divided(&self) -> u32 {
        Memory::parts(&self).in_use()
    }

    /// How many slots were ever lent.
    pub fn slots_used(&self) -> u32 {
        (1..=Memory::slots(&self).high_water()).filter(|&slot| is_slot(slot)).count() as u32
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
    fn slots(&self) -> Pool<'_, SlotRecord> {
        Pool::new(&self.slots.records, &self.slots.control)
    }
    fn blocks(&self) -> Pool<'_, Block<S>> {
        Pool::new(&self.blocks.records, &self.blocks.control)
    }
    fn directories(&self) -> Pool<'_, Directory> {
        Pool::new(&self.directories.records, &self.directories.control)
    }
    fn parts(&self) -> Pool<'_, Parts> {
        Pool::new(&self.parts.records, &self.parts.control)
    }
    fn control(&self) -> &Control {
        &self.control
    }
    fn yield_now(&self) {
        std::thread::yield_now();
    }
}
