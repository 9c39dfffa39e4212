//! The region as Rust sees it: typed views of the stretches of `layout.rs`.

use core::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, AtomicUsize};

use happens_before::records::{Block, Directory, Node, SlotRecord};
use happens_before::{Control, Detector, Memory, Object, Pool, PoolControl, Record, SyncVar, Task};

use crate::layout::{self, Stretch};
use crate::options::Options;
use crate::sys;

/// What a finding tells of an access: who did what, and where.
#[derive(Clone, Copy, Default)]
#[repr(C)]
pub(crate) struct Site {
    /// The goroutine's number.
    pub goid: u64,
    /// The call stack, in the depot; 0 if it was not kept.
    pub stack: u32,
    /// Where the goroutine was created, likewise.
    pub created: u32,
    /// The goroutine's record.
    pub task: u32,
    /// The operation.
    pub op: u32,
}

/// A goroutine.
#[derive(Default)]
#[repr(C, align(64))]
pub struct GoTask {
    pub(crate) task: Task,
    /// The goroutine's number, once it has accessed a map; 0 when it has ended.
    pub(crate) goid: core::cell::Cell<u64>,
    pub(crate) created: core::cell::Cell<u32>,
    link: AtomicU32,
}

// SAFETY: the Go runtime uses a goroutine's context on one thread at a time.
unsafe impl Sync for GoTask {}
// SAFETY: zeros are a goroutine that has not begun.
unsafe impl Record for GoTask {
    fn link(&self) -> &AtomicU32 {
        &self.link
    }
}

/// A synchronisation object, by its address.
#[derive(Default)]
#[repr(C)]
pub(crate) struct SyncRecord {
    pub(crate) var: SyncVar,
    /// Upper bits: the next record of the same cell (or free list). Lower 3 bits: of the address.
    pub(crate) next: AtomicU32,
}

// SAFETY: zeros are a variable that nobody has used.
unsafe impl Record for SyncRecord {
    fn link(&self) -> &AtomicU32 {
        &self.next
    }
}

/// A map, by the address of its header.
#[derive(Default)]
#[repr(C)]
pub(crate) struct MapRecord {
    pub(crate) object: Object<Site>,
}

// SAFETY: zeros are a map that nobody has used.
unsafe impl Record for MapRecord {
    fn link(&self) -> &AtomicU32 {
        self.object.link()
    }
}

/// Words that the whole guard shares, at the start of the region.
#[repr(C)]
pub(crate) struct Shared {
    pub(crate) control: Control,
    nodes: PoolControl,
    slots: PoolControl,
    blocks: PoolControl,
    directories: PoolControl,
    tasks: PoolControl,
    syncs: PoolControl,
    maps: PoolControl,
    pub(crate) layout: core::cell::UnsafeCell<GoLayout>,
    pub(crate) options: core::cell::UnsafeCell<Options>,
    /// Next free word of `STACK_WORDS`.
    pub(crate) stack_words: AtomicU32,
    /// Locks the reports and `SCRATCH`.
    pub(crate) report_lock: AtomicU32,
    pub(crate) findings: AtomicU32,
    /// What the runtime functions do: pc and operation, hashed by pc.
    pub(crate) ops: [AtomicU64; 256],
    /// Whether return addresses are in the runtime, hashed: the address and one bit.
    pub(crate) callers: [AtomicU64; 256],
    /// Which complaints were made already.
    pub(crate) said: AtomicU32,
}

/// What the runtime tells at the start; `guardLayout` in race.go.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct GoLayout {
    pub(crate) size: usize,
    pub(crate) callback: usize,
    pub(crate) argc: usize,
    pub(crate) argv: *const *const u8,
    pub(crate) options: *const u8,
    pub(crate) options_len: usize,
    pub(crate) data_start: usize,
    pub(crate) data_end: usize,
    pub(crate) g_goid: usize,
    pub(crate) g_labels: usize,
}

const _: () = {
    assert!(size_of::<GoTask>() == layout::TASKS.size);
    assert!(size_of::<SyncRecord>() == layout::SYNCS.size);
    assert!(size_of::<MapRecord>() == layout::MAPS.size);
    assert!(size_of::<Node>() == layout::NODES.size);
    assert!(size_of::<SlotRecord>() == layout::SLOTS.size);
    assert!(size_of::<Block<Site>>() == layout::BLOCKS.size);
    assert!(size_of::<Directory>() == layout::DIRECTORIES.size);
    assert!(size_of::<Shared>() <= layout::SHARED.size);
};

/// The records of a stretch.
#[inline]
fn records<T>(stretch: Stretch) -> &'static [T] {
    // SAFETY: the region is mapped before anything else runs (`guard_init`), stays, and zeros are
    // valid records; a record that fits in fewer bytes than its stretch gives each is not used
    // beyond `len`.
    unsafe { core::slice::from_raw_parts(stretch.at as *const T, stretch.len) }
}

#[inline]
pub(crate) fn shared() -> &'static Shared {
    // SAFETY: as for `records`; all its words are atomics or written once, at the start.
    unsafe { &*(layout::SHARED.at as *const Shared) }
}

/// The detector's memory: the region.
#[derive(Clone, Copy)]
pub(crate) struct Region;

pub(crate) const DETECTOR: Detector<Region> = Detector(Region);

impl Memory for Region {
    type Site = Site;

    #[inline]
    fn nodes(&self) -> Pool<'_, Node> {
        Pool::new(records(layout::NODES), &shared().nodes)
    }
    #[inline]
    fn refs(&self) -> &[AtomicU32] {
        records(layout::REFS)
    }
    #[inline]
    fn slots(&self) -> Pool<'_, SlotRecord> {
        Pool::new(records(layout::SLOTS), &shared().slots)
    }
    #[inline]
    fn blocks(&self) -> Pool<'_, Block<Site>> {
        Pool::new(records(layout::BLOCKS), &shared().blocks)
    }
    #[inline]
    fn directories(&self) -> Pool<'_, Directory> {
        Pool::new(records(layout::DIRECTORIES), &shared().directories)
    }
    #[inline]
    fn control(&self) -> &Control {
        &shared().control
    }
    fn yield_now(&self) {
        sys::yield_now();
    }
}

#[inline]
pub(crate) fn tasks() -> Pool<'static, GoTask> {
    Pool::new(records(layout::TASKS), &shared().tasks)
}
#[inline]
pub(crate) fn syncs() -> Pool<'static, SyncRecord> {
    Pool::new(records(layout::SYNCS), &shared().syncs)
}
#[inline]
pub(crate) fn maps() -> Pool<'static, MapRecord> {
    Pool::new(records(layout::MAPS), &shared().maps)
}
#[inline]
pub(crate) fn elsewhere() -> &'static [SyncRecord] {
    records(layout::ELSEWHERE)
}
#[inline]
pub(crate) fn heap_pages() -> &'static [AtomicU8] {
    records(layout::HEAP_PAGES)
}
#[inline]
pub(crate) fn stack_table() -> &'static [AtomicU32] {
    records(layout::STACK_TABLE)
}
#[inline]
pub(crate) fn stack_words() -> &'static [AtomicUsize] {
    records(layout::STACK_WORDS)
}

/// The start of the runtime's and the program's own description.
#[inline]
pub(crate) fn go() -> &'static GoLayout {
    // SAFETY: written once, in `guard_init`, before any other function is called.
    unsafe { &*shared().layout.get() }
}

#[inline]
pub(crate) fn options() -> &'static Options {
    // SAFETY: as for `go`.
    unsafe { &*shared().options.get() }
}
