//! Where everything is: one reserved region of addresses, the same in every guarded process.
//!
//! The region is reserved, not used: nothing in it can be touched until it is opened (`region.rs`),
//! which is done in steps as it is needed, and a page that is open costs memory when it is first touched.

/// First address of the region. Far from where Linux puts programs, heaps, libraries and stacks,
/// and from where Go puts its heap.
pub const BASE: usize = 0x2000_0000_0000;

/// The Go heap's reach in a build with the tag `race` (runtime/malloc.go).
pub const HEAP_BASE: usize = 0x00c0_0000_0000;
/// Bytes in that reach.
pub const HEAP_SIZE: usize = 1 << 37;
/// One cell for each so many bytes (as a shift).
pub const CELL_SHIFT: u32 = 3;
/// One mark for each so many bytes of heap (as a shift): a page of Go's allocator.
pub const PAGE_SHIFT: u32 = 13;

/// A page of the processor's.
pub const PAGE: usize = 1 << 12;

/// One kind of record: where it begins and how many there are at most.
#[derive(Clone, Copy)]
pub struct Stretch {
    /// First address.
    pub at: usize,
    /// Records.
    pub len: usize,
    /// Bytes for each.
    pub size: usize,
}

impl Stretch {
    const fn after(before: Stretch, len: usize, size: usize) -> Stretch {
        // With a page between that is never touched.
        Stretch { at: before.end() + PAGE, len, size }
    }

    /// The end of its last page.
    pub const fn end(self) -> usize {
        (self.at + self.len * self.size).next_multiple_of(PAGE)
    }
}

/// Words that all share: see `region.rs`. This and the next five are small and used from the start.
pub const SHARED: Stretch = Stretch { at: BASE, len: 1, size: 1 << 16 };
/// Text under construction.
pub const SCRATCH: Stretch = Stretch::after(SHARED, 1 << 20, 1);
/// A path, and a piece of the file it names.
pub const SOURCE: Stretch = Stretch::after(SCRATCH, 2, 4096);
/// Synchronisation variables for all addresses that are neither heap nor data.
pub const ELSEWHERE: Stretch = Stretch::after(SOURCE, 1 << 12, 24);
/// Hash table of call stacks.
pub const STACK_TABLE: Stretch = Stretch::after(ELSEWHERE, 1 << 20, 8);
/// Findings so far.
pub const FINDINGS: Stretch = Stretch::after(STACK_TABLE, 1 << 14, 64);
/// Sites that ran, with the option `sites`.
pub const SITES: Stretch = Stretch::after(FINDINGS, 1 << 16, 32);
/// Which goroutines ran which of them.
pub const VISITS: Stretch = Stretch::after(SITES, 1 << 22, 8);
/// The call stacks themselves.
pub const STACK_WORDS: Stretch = Stretch::after(VISITS, 1 << 27, 8);
/// One byte for each page of heap: whether something in it is followed.
pub const HEAP_PAGES: Stretch = Stretch::after(STACK_WORDS, HEAP_SIZE >> PAGE_SHIFT, 1);
/// One cell for each 8 bytes of data and bss.
pub const DATA_CELLS: Stretch = Stretch::after(HEAP_PAGES, 1 << 30, 4);
/// One cell for each 8 bytes of heap.
pub const HEAP_CELLS: Stretch = Stretch::after(DATA_CELLS, HEAP_SIZE >> CELL_SHIFT, 4);
/// Nodes of clocks.
pub const NODES: Stretch = Stretch::after(HEAP_CELLS, 1 << 26, 64);
/// Slots in the clocks.
pub const SLOTS: Stretch = Stretch::after(NODES, 3 << 19, 64);
/// Blocks of readers.
pub const BLOCKS: Stretch = Stretch::after(SLOTS, 1 << 22, 200);
/// Directories of such blocks.
pub const DIRECTORIES: Stretch = Stretch::after(BLOCKS, 1 << 20, 260);
/// Goroutines.
pub const TASKS: Stretch = Stretch::after(DIRECTORIES, 1 << 24, 128);
/// Synchronisation variables.
pub const SYNCS: Stretch = Stretch::after(TASKS, 1 << 28, 24);
/// Maps.
pub const MAPS: Stretch = Stretch::after(SYNCS, 1 << 27, 64);

/// Parts of divided variables.
pub const PARTS: Stretch = Stretch::after(MAPS, 1 << 20, 1024);

/// Bytes in the region.
pub const SIZE: usize = PARTS.end() - BASE;
