//! From an address to the record of what lives there.
//!
//! Every 8 bytes of heap and data have a cell: 0, or the number of a map's record, or of the
//! first of the synchronisation variables in those 8 bytes.

use core::sync::atomic::{AtomicU32, Ordering};

use happens_before::Object;

use crate::layout::{CELL_SHIFT, DATA_CELLS, HEAP_BASE, HEAP_CELLS, PAGE_SHIFT};
use crate::region::{DETECTOR, MapRecord, Site, SyncRecord, elsewhere, go, heap_pages, maps, shared, syncs};

/// Set in a cell that leads to a map.
pub(crate) const MAP: u32 = 1 << 31;
pub(crate) const LOW_BITS: u32 = 3;
const LOW: usize = (1 << LOW_BITS) - 1;

/// The cell for `addr`, if it is heap or data.
#[inline]
fn cell(addr: usize) -> Option<&'static AtomicU32> {
    let heap = addr.wrapping_sub(HEAP_BASE);
    let at = if heap < shared().heap_open.load(Ordering::Relaxed) {
        HEAP_CELLS.at + (heap >> CELL_SHIFT << 2)
    } else {
        let data = addr.wrapping_sub(go().data_start);
        if data >= go().data_end - go().data_start || data >> CELL_SHIFT >= DATA_CELLS.len {
            return None;
        }
        DATA_CELLS.at + (data >> CELL_SHIFT << 2)
    };
    // SAFETY: within what is open of the cells' stretches, 4-aligned.
    Some(unsafe { &*(at as *const AtomicU32) })
}

/// Notes that something on the page of `addr` is followed, so that the sweeper will ask.
#[inline]
fn mark_page(addr: usize) {
    if let Some(mark) = heap_pages().get(addr.wrapping_sub(HEAP_BASE) >> PAGE_SHIFT)
        && mark.load(Ordering::Relaxed) == 0
    {
        mark.store(1, Ordering::Relaxed);
    }
}

/// The record of the map at `addr`, if it has one.
#[inline]
pub(crate) fn find_map(addr: usize) -> Option<&'static MapRecord> {
    let value = cell(addr)?.load(Ordering::Acquire);
    // SAFETY: a cell holds numbers from `take`.
    (value & MAP != 0).then(|| unsafe { maps().get(value & !MAP) })
}

/// The record of the map at `addr`. If it has none one is made, `begin` puts the first access into it before
/// others can see it, and there is nothing to return.
pub(crate) fn find_or_begin(addr: usize, begin: impl FnOnce(&Object<Site>)) -> Option<&'static MapRecord> {
    let cell = cell(addr)?;
    if cell.load(Ordering::Acquire) == 0 {
        let Some(index) = maps().take() else {
            shared().control.turn_off();
            return None;
        };
        // SAFETY: from `take`.
        let object = &unsafe { maps().get(index) }.object;
        // A record from the free list keeps its link where the lock is.
        object.link().store(0, Ordering::Relaxed);
        begin(object);
        mark_page(addr);
        if cell.compare_exchange(0, MAP | index, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
            return None;
        }
        // Somebody was faster.
        DETECTOR.forget_object(object);
        maps().give(index);
    }
    find_map(addr)
}

/// The record of the synchronisation variable at `addr`, if it has one.
#[inline]
pub(crate) fn find_sync(addr: usize) -> Option<&'static SyncRecord> {
    let value = cell(addr)?.load(Ordering::Acquire);
    if value == 0 || value & MAP != 0 {
        return None;
    }
    // SAFETY: as above.
    let mut record = unsafe { syncs().get(value) };
    loop {
        let next = record.next.load(Ordering::Acquire);
        if next as usize & LOW == addr & LOW {
            return Some(record);
        }
        if next >> LOW_BITS == 0 {
            return None;
        }
        // SAFETY: as above.
        record = unsafe { syncs().get(next >> LOW_BITS) };
    }
}

/// The variable for an address that is neither heap nor data: C's memory, a mapped file, a plugin's
/// data. Many addresses share it, so a release has to keep what was released before.
#[cold]
pub(crate) fn shared_sync(addr: usize) -> Option<&'static SyncRecord> {
    if cell(addr).is_some() {
        return None;
    }
    let variables = elsewhere();
    variables.get((addr >> LOW_BITS).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40 & (variables.len() - 1))
}

/// Makes a record of the synchronisation variable at `addr`.
#[inline(never)]
pub(crate) fn make_sync(addr: usize) -> Option<&'static SyncRecord> {
    let cell = cell(addr)?;
    let Some(index) = syncs().take() else {
        shared().control.turn_off();
        return None;
    };
    // SAFETY: from `take`.
    let made = unsafe { syncs().get(index) };
    mark_page(addr);
    let low = (addr & LOW) as u32;
    made.next.store(low, Ordering::Relaxed);
    let mut value = match cell.compare_exchange(0, index, Ordering::AcqRel, Ordering::Acquire) {
        Ok(_) => return Some(made),
        Err(value) => value,
    };
    // Others share the cell: to the end of the list, unless somebody was faster.
    while value & MAP == 0 {
        // SAFETY: as above.
        let record = unsafe { syncs().get(value) };
        let next = record.next.load(Ordering::Acquire);
        if next as usize & LOW == addr & LOW {
            syncs().give(index);
            return Some(record);
        }
        if next >> LOW_BITS != 0 {
            value = next >> LOW_BITS;
        } else if record
            .next
            .compare_exchange(next, index << LOW_BITS | next, Ordering::AcqRel, Ordering::Relaxed)
            .is_ok()
        {
            return Some(made);
        }
    }
    syncs().give(index);
    None
}
