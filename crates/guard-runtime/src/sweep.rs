//! Memory that is free: what is known of its addresses is forgotten before they are used again.
//!
//! Records were mostly written to long ago, or by another processor. So they are forgotten some at a time: all are
//! asked for first, and given back together.

use core::arch::asm;
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicU32, Ordering};

use happens_before::Chain;

use crate::cells::{LOW_BITS, MAP};
use crate::layout::{CELL_SHIFT, HEAP_BASE, HEAP_CELLS, PAGE_SHIFT};
use crate::region::{DETECTOR, heap_pages, maps, shared, syncs};

/// A span of objects at which the sweeper is at work; `guardSpan` in race.go.
#[repr(C)]
pub struct Span {
    base: usize,
    /// Bytes of an object.
    size: usize,
    objects: usize,
    /// Objects before this one were allocated, whatever `allocated` says.
    free_index: usize,
    /// A bit for each object that is reachable, and one for each that was allocated.
    marked: *const u8,
    allocated: *const u8,
}

/// Forgets the objects of a span that were allocated and cannot be reached any more.
pub(crate) fn span(span: &Span) {
    let mut batch = Batch::new();
    span.each_free(|from, to| batch.forget(span.base + from * span.size, (to - from) * span.size));
    batch.end();
}

impl Span {
    /// Calls `f` with the numbers of objects that become free, from the first to before the second: neighbours as one.
    fn each_free(&self, mut f: impl FnMut(usize, usize)) {
        let (mut from, mut to) = (0, 0);
        for byte in 0..self.objects.div_ceil(8) {
            let first = 8 * byte;
            let before = |end: usize| 0xff_u32 >> 8usize.saturating_sub(end.saturating_sub(first));
            // SAFETY: the bitmaps have a bit for each object.
            let (marked, allocated) =
                unsafe { (u32::from(*self.marked.add(byte)), u32::from(*self.allocated.add(byte))) };
            let mut free = !marked & (allocated | before(self.free_index)) & before(self.objects);
            while free != 0 {
                let start = free.trailing_zeros();
                let end = start + (!(free >> start)).trailing_zeros();
                free &= u32::MAX << end;
                let (start, end) = (first + start as usize, first + end as usize);
                if start != to {
                    if from != to {
                        f(from, to);
                    }
                    from = start;
                }
                to = end;
            }
        }
        if from != to {
            f(from, to);
        }
    }
}

/// Forgets all that is known of the `size` bytes at `addr`.
pub(crate) fn free(addr: usize, size: usize) {
    let mut batch = Batch::new();
    batch.forget(addr, size);
    batch.end();
}

/// Cells in a line of memory.
const LINE: usize = 64 / HEAP_CELLS.size;

/// What is asked for at once. A processor waits for some dozen lines of memory at a time.
const AT_ONCE: usize = 16;

/// What stood in cells of memory that is free, and records that were forgotten.
struct Batch {
    cells: [MaybeUninit<u32>; AT_ONCE],
    len: usize,
    maps: Chain,
    syncs: Chain,
}

impl Batch {
    fn new() -> Batch {
        Batch {
            cells: [const { MaybeUninit::uninit() }; AT_ONCE],
            len: 0,
            maps: Chain::default(),
            syncs: Chain::default(),
        }
    }

    /// Forgets all that is known of the `size` bytes at `addr`.
    fn forget(&mut self, addr: usize, size: usize) {
        const PAGE: usize = 1 << PAGE_SHIFT;
        let mut at = addr.wrapping_sub(HEAP_BASE);
        let end = at.saturating_add(size).min(shared().heap_open.load(Ordering::Relaxed));
        while at < end {
            let page_end = ((at & !(PAGE - 1)) + PAGE).min(end);
            if let Some(mark) = heap_pages().get(at >> PAGE_SHIFT)
                && mark.load(Ordering::Relaxed) != 0
            {
                if at & (PAGE - 1) == 0 && page_end - at == PAGE {
                    mark.store(0, Ordering::Relaxed);
                }
                self.take_cells(at >> CELL_SHIFT, page_end >> CELL_SHIFT);
            }
            at = page_end;
        }
    }

    /// Empties the cells of the heap from the number `from` to before `to`.
    fn take_cells(&mut self, from: usize, to: usize) {
        let mut at = from;
        while at < to {
            if at.is_multiple_of(LINE) && at + LINE <= to {
                // SAFETY: cells are open as far as the heap has some.
                if unsafe { is_empty((HEAP_CELLS.at + at * HEAP_CELLS.size) as *const AtomicU32) } {
                    at += LINE;
                    continue;
                }
            }
            let end = (at - at % LINE + LINE).min(to);
            while at < end {
                // SAFETY: as above.
                let cell = unsafe { &*((HEAP_CELLS.at + at * HEAP_CELLS.size) as *const AtomicU32) };
                // Nobody else looks at it: the memory is free.
                let value = cell.load(Ordering::Acquire);
                if value != 0 {
                    cell.store(0, Ordering::Release);
                    self.take(value);
                }
                at += 1;
            }
        }
    }

    /// Has what stood in a cell forgotten.
    fn take(&mut self, value: u32) {
        if value & MAP != 0 {
            maps().prefetch(value & !MAP);
        } else {
            syncs().prefetch(value);
        }
        if let Some(place) = self.cells.get_mut(self.len) {
            place.write(value);
            self.len += 1;
        }
        if self.len == AT_ONCE {
            self.forget_taken();
        }
    }

    #[inline(never)]
    fn forget_taken(&mut self) {
        let len = core::mem::take(&mut self.len);
        let values = || {
            // SAFETY: the first `len` were written.
            self.cells.iter().take(len).map(|value| unsafe { value.assume_init() })
        };
        for value in values().filter(|value| value & MAP == 0) {
            // SAFETY: cells hold numbers from `take`.
            DETECTOR.fetch_sync(&unsafe { syncs().get(value) }.var);
        }
        for value in values() {
            if value & MAP != 0 {
                let index = value & !MAP;
                // SAFETY: as above.
                DETECTOR.forget_object(&unsafe { maps().get(index) }.object);
                maps().chain(&mut self.maps, index);
                continue;
            }
            let mut index = value;
            while index != 0 {
                // SAFETY: as above.
                let record = unsafe { syncs().get(index) };
                let next = record.next.load(Ordering::Relaxed) >> LOW_BITS;
                DETECTOR.forget_sync(&record.var);
                syncs().chain(&mut self.syncs, index);
                index = next;
            }
        }
    }

    /// Forgets the rest, and gives all records back.
    fn end(mut self) {
        self.forget_taken();
        maps().give_all(self.maps);
        syncs().give_all(self.syncs);
    }
}

/// Whether the cells of a line of memory are empty. It is asked of all memory in which there is something, and mostly they are.
///
/// # Safety
///
/// They are open; `first` is the first one of a line.
#[inline]
unsafe fn is_empty(first: *const AtomicU32) -> bool {
    let unequal: u32;
    // Assembler, since others may change cells meanwhile that are not free: Rust has no atomic load of a line.
    // SAFETY: SSE2 is part of x86-64; it reads the 64 bytes of the line and nothing else.
    unsafe {
        asm!(
            "movdqa {a}, [{first}]",
            "movdqa {b}, [{first} + 16]",
            "por {a}, [{first} + 32]",
            "por {b}, [{first} + 48]",
            "por {a}, {b}",
            "pxor {b}, {b}",
            "pcmpeqb {a}, {b}",
            "pmovmskb {unequal:e}, {a}",
            "xor {unequal:e}, 0xffff",
            first = in(reg) first,
            a = out(xmm_reg) _,
            b = out(xmm_reg) _,
            unequal = out(reg) unequal,
            options(nostack, readonly),
        );
    }
    unequal == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `each_free` says of a span, as objects and not as stretches of them.
    fn free(objects: usize, free_index: usize, marked: &[u8], allocated: &[u8]) -> Vec<usize> {
        let (marked, allocated) = (marked.as_ptr(), allocated.as_ptr());
        let (mut free, mut last) = (Vec::new(), None);
        Span { base: 0, size: 0, objects, free_index, marked, allocated }.each_free(|from, to| {
            assert!(from < to && last.is_none_or(|last| last < from), "neighbours are one stretch");
            last = Some(to);
            free.extend(from..to);
        });
        free
    }

    #[test]
    fn objects_that_were_allocated_and_are_not_marked_become_free() {
        let bit = |bits: &[u8], object: usize| bits[object / 8] >> (object % 8) & 1 == 1;
        let mut random = 1u64;
        let mut byte = || {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            // Now and then all or none, so that there are long stretches.
            match random >> 60 {
                0..=3 => 0,
                4..=7 => 0xff,
                _ => (random >> 40) as u8,
            }
        };
        for objects in 1..200 {
            for free_index in [0, 1, 7, 8, 9, 63, 64, objects / 2, objects] {
                let (marked, allocated): (Vec<u8>, Vec<u8>) = (0..25).map(|_| (byte(), byte())).unzip();
                let expected: Vec<_> = (0..objects)
                    .filter(|&object| !bit(&marked, object))
                    .filter(|&object| object < free_index || bit(&allocated, object))
                    .collect();
                assert_eq!(free(objects, free_index, &marked, &allocated), expected);
            }
        }
    }
}
