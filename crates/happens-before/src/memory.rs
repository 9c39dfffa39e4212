//! Where a detector's memory comes from.

use crate::clock::Node;
use crate::object::{Block, Directory};
use crate::pool::Pool;
use crate::primitive::{AtomicU32, Ordering};
use crate::slots::{SlotQueue, SlotRecord};
use crate::sync_var::Parts;

/// The memory of one detector: stretches of records at places that the implementor chose.
///
/// It is a small copyable view. The guard's is a set of constants (fixed addresses), so that its
/// code needs no variables of its own; tests take theirs from the heap.
pub trait Memory: Copy {
    /// What the caller wants to know of an access later on: its stack, its task.
    type Site: Copy + Send;
    /// How many slots rest before one is lent to a task that is not ordered after its last owner.
    const RESTING: u32 = 256;
    /// The time after which a slot is used up. Some way from where times would wrap, since
    /// `acquire_all` moves times on too.
    const LAST_TIME: u32 = 1 << 31;

    /// Nodes of clocks.
    fn nodes(&self) -> Pool<'_, Node>;
    /// Slots: one for each task alive that has accessed an object, and some that rest.
    fn slots(&self) -> Pool<'_, SlotRecord>;
    /// Readers of objects that are read by several tasks.
    fn blocks(&self) -> Pool<'_, Block<Self::Site>>;
    /// Directories of such readers, where there are many.
    fn directories(&self) -> Pool<'_, Directory>;
    /// Parts of variables to which many release at once.
    fn parts(&self) -> Pool<'_, Parts>;
    /// The words that are shared by all.
    fn control(&self) -> &Control;
    /// Lets another thread run: a lock's holder has lost its processor.
    fn yield_now(&self);
}

/// Words that all of a detector shares. All zero at first.
#[derive(Default)]
pub struct Control {
    /// Not zero: a pool was full, and nothing is reported any more.
    off: AtomicU32,
    /// Not zero: somebody reads all slots' times, and no task may publish meanwhile.
    pub(crate) frozen: AtomicU32,
    /// Reads forgotten because an object had more concurrent readers than it keeps.
    pub(crate) evicted: AtomicU32,
    pub(crate) queue: SlotQueue,
}

impl Control {
    /// Whether the detector has stopped: it ran out of memory.
    #[inline]
    pub fn is_off(&self) -> bool {
        self.off.load(Ordering::Relaxed) != 0
    }

    /// Stops the detector for good: no access is reported from now on.
    pub fn turn_off(&self) {
        self.off.store(1, Ordering::Relaxed);
    }

    /// How many reads were forgotten for lack of room: each could be a race not found.
    pub fn evicted_reads(&self) -> u32 {
        self.evicted.load(Ordering::Relaxed)
    }
}
