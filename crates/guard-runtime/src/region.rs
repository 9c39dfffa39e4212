//! The region as Rust sees it: typed views of the stretches of `layout.rs`.

use core::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering};

use happens_before::records::{Block, Directory, Node, Parts, SlotRecord};
use happens_before::{Control, Detector, Memory, Object, Pool, PoolControl, Record, SyncVar, Task};

use crate::layout::{self, Stretch};
use crate::ops::Op;
use crate::options::Options;
use crate::sys;

/// What a finding tells of an access: who did what, and where. Packed, so that a map's record is one cache line.
#[derive(Clone, Copy, Default)]
#[repr(C)]
pub(crate) struct Site {
    /// The goroutine's number, and in the low `TASK_BITS` its record.
    goroutine: u64,
    /// The call stack, in the depot; 0 if it was not kept. The operation in the bits from `OP_SHIFT` on.
    stack_and_op: u32,
    /// Where the goroutine was created; a stack likewise.
    pub(crate) created: u32,
}

const TASK_BITS: u32 = 24;
const OP_SHIFT: u32 = 28;
const _: () = assert!(layout::TASKS.len <= 1 << TASK_BITS && layout::STACK_WORDS.len <= 1 << OP_SHIFT);

impl Site {
    pub(crate) fn new(goid: u64, task: u32, op: Op, stack: u32, created: u32) -> Site {
        Site {
            goroutine: goid << TASK_BITS | u64::from(task),
            stack_and_op: stack | (op as u32) << OP_SHIFT,
            created,
        }
    }

    pub(crate) fn goid(&self) -> u64 {
        self.goroutine >> TASK_BITS
    }

    pub(crate) fn task(&self) -> u32 {
        self.goroutine as u32 & ((1 << TASK_BITS) - 1)
    }

    pub(crate) fn op(&self) -> Op {
        Op::from_code(self.stack_and_op >> OP_SHIFT)
    }

    pub(crate) fn stack(&self) -> u32 {
        self.stack_and_op & ((1 << OP_SHIFT) - 1)
    }
}

/// A goroutine.
#[derive(Default)]
#[repr(C, align(128))]
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
#[repr(C, align(64))]
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
    parts: PoolControl,
    tasks: PoolControl,
    syncs: PoolControl,
    maps: PoolControl,
    pub(crate) layout: core::cell::UnsafeCell<GoLayout>,
    pub(crate) options: core::cell::UnsafeCell<Options>,
    /// So many bytes of heap, from its base on, have cells.
    pub(crate) heap_open: AtomicUsize,
    /// Next free word of `STACK_WORDS`, and how many are open.
    pub(crate) stack_words: AtomicU32,
    stack_words_open: AtomicU32,
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
    assert!(size_of::<Parts>() == layout::PARTS.size);
    assert!(size_of::<Shared>() <= layout::SHARED.size);
};

/// The records of a stretch.
#[inline]
fn records<T>(stretch: Stretch) -> &'static [T] {
    // SAFETY: the region is reserved before anything else runs (`guard_init`) and stays; whoever looks at
    // a record has seen to it that it is open, and zeros are valid records.
    unsafe { core::slice::from_raw_parts(stretch.at as *const T, stretch.len) }
}

/// Opens the pages in which the records `from..to` of a stretch are.
fn open(stretch: Stretch, from: usize, to: usize) -> bool {
    const PAGE: usize = layout::PAGE;
    let begin = (stretch.at + from * stretch.size) & !(PAGE - 1);
    let end = (stretch.at + to * stretch.size + PAGE - 1) & !(PAGE - 1);
    sys::open_pages(begin, end - begin)
}

/// What is opened at once, in bytes: a system call for each page would be many.
const STEP: usize = 1 << 20;

/// Up to where a stretch of which `usable` records are open is to be opened for `need` of them.
fn step(stretch: Stretch, usable: usize, need: usize) -> usize {
    let more = (usable / 4).max(STEP / stretch.size);
    (need + more).min(stretch.len)
}

/// Reserves the region, and opens what is used from the start.
pub(crate) fn reserve() -> bool {
    let end = layout::FINDINGS.end();
    sys::reserve(layout::BASE, layout::SIZE) && sys::open_pages(layout::BASE, end - layout::BASE)
}

/// Opens the cells of the program's data.
pub(crate) fn open_data(bytes: usize) -> bool {
    let cells = (bytes >> layout::CELL_SHIFT) + 1;
    open(layout::DATA_CELLS, 0, cells.min(layout::DATA_CELLS.len))
}

/// Opens what the option `sites` needs.
pub(crate) fn open_sites() -> bool {
    sys::open_pages(layout::SITES.at, layout::VISITS.end() - layout::SITES.at)
}

/// Opens the cells of the heap up to the address `end`. Returns how many bytes of heap have some, from its
/// base on. The caller holds Go's lock on the heap.
pub(crate) fn open_heap(end: usize) -> usize {
    let opened = shared().heap_open.load(Ordering::Relaxed);
    let bytes = end.wrapping_sub(layout::HEAP_BASE);
    if bytes <= opened || bytes > layout::HEAP_SIZE {
        return opened;
    }
    let open = |stretch, shift| open(stretch, opened >> shift, bytes >> shift);
    if open(layout::HEAP_PAGES, layout::PAGE_SHIFT) && open(layout::HEAP_CELLS, layout::CELL_SHIFT) {
        shared().heap_open.store(bytes, Ordering::Release);
        return bytes;
    }
    opened
}

/// Whether the first `need` words of `STACK_WORDS` may be touched, if need be from now on.
pub(crate) fn reach_stack_words(need: usize) -> bool {
    let usable = shared().stack_words_open.load(Ordering::Acquire) as usize;
    if need <= usable {
        return true;
    }
    let to = step(layout::STACK_WORDS, usable, need);
    if need > to || !open(layout::STACK_WORDS, usable, to) {
        return false;
    }
    shared().stack_words_open.fetch_max(to as u32, Ordering::AcqRel);
    true
}

/// A record that has a stretch of its own.
trait Kept: Record + 'static {
    const STRETCH: Stretch;
}

impl Kept for Node {
    const STRETCH: Stretch = layout::NODES;
}
impl Kept for SlotRecord {
    const STRETCH: Stretch = layout::SLOTS;
}
impl Kept for Block<Site> {
    const STRETCH: Stretch = layout::BLOCKS;
}
impl Kept for Directory {
    const STRETCH: Stretch = layout::DIRECTORIES;
}
impl Kept for Parts {
    const STRETCH: Stretch = layout::PARTS;
}
impl Kept for GoTask {
    const STRETCH: Stretch = layout::TASKS;
}
impl Kept for SyncRecord {
    const STRETCH: Stretch = layout::SYNCS;
}
impl Kept for MapRecord {
    const STRETCH: Stretch = layout::MAPS;
}

#[cold]
fn grow<T: Kept>(_: &[T], usable: usize, need: usize) -> usize {
    let to = step(T::STRETCH, usable, need);
    if open(T::STRETCH, usable, to) { to } else { usable }
}

#[inline]
fn pool<T: Kept>(control: &'static PoolControl) -> Pool<'static, T> {
    Pool::growing(records(T::STRETCH), control, grow::<T>)
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
        pool(&shared().nodes)
    }
    #[inline]
    fn slots(&self) -> Pool<'_, SlotRecord> {
        pool(&shared().slots)
    }
    #[inline]
    fn blocks(&self) -> Pool<'_, Block<Site>> {
        pool(&shared().blocks)
    }
    #[inline]
    fn directories(&self) -> Pool<'_, Directory> {
        pool(&shared().directories)
    }
    #[inline]
    fn parts(&self) -> Pool<'_, Parts> {
        pool(&shared().parts)
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
    pool(&shared().tasks)
}
#[inline]
pub(crate) fn syncs() -> Pool<'static, SyncRecord> {
    pool(&shared().syncs)
}
#[inline]
pub(crate) fn maps() -> Pool<'static, MapRecord> {
    pool(&shared().maps)
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
pub(crate) fn stack_table() -> &'static [AtomicU64] {
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
