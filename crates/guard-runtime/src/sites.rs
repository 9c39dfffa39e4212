//! The places that operate on maps, as they ran: how often, on how many goroutines, how large.

use core::sync::atomic::{AtomicU64, Ordering};

use crate::layout::{SITES, VISITS};
use crate::ops::Op;
use crate::report;

/// One operation at one place.
#[repr(C)]
pub(crate) struct Ran {
    /// Return address into the user's function, and the operation in the top byte.
    key: AtomicU64,
    count: AtomicU64,
    goroutines: AtomicU64,
    max_size: AtomicU64,
}

const _: () = assert!(size_of::<Ran>() == SITES.size);

fn all() -> &'static [Ran] {
    // SAFETY: the stretch is mapped; zeros are no site.
    unsafe { core::slice::from_raw_parts(SITES.at as *const Ran, SITES.len) }
}

fn visits() -> &'static [AtomicU64] {
    // SAFETY: as above.
    unsafe { core::slice::from_raw_parts(VISITS.at as *const AtomicU64, VISITS.len) }
}

fn mix(a: u64) -> u64 {
    let b = a.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    b ^ b >> 29
}

/// Takes the entry of `key` in a table, or a free one. `None` if there is no room near.
fn claim(table: &[AtomicU64], stride: usize, key: u64) -> Option<(usize, bool)> {
    let len = table.len() / stride;
    let mut at = mix(key) as usize;
    for _ in 0..64 {
        let index = at & (len - 1);
        let entry = table.get(index * stride)?;
        match entry.compare_exchange(0, key, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => return Some((index, true)),
            Err(known) if known == key => return Some((index, false)),
            Err(_) => at = at.wrapping_add(1),
        }
    }
    None
}

/// Counts an operation by the goroutine `goid` on a map of so many entries.
pub(crate) fn note(caller: usize, op: Op, goid: u64, entries: u64) {
    let key = (op as u64) << 56 | caller as u64;
    // SAFETY: a `Ran` is four atomic words, the key first.
    let words = unsafe { core::slice::from_raw_parts(SITES.at as *const AtomicU64, SITES.len * 4) };
    let Some(ran) = claim(words, 4, key).and_then(|(index, _)| all().get(index)) else {
        return report::say_sites_are_full();
    };
    ran.count.fetch_add(1, Ordering::Relaxed);
    ran.max_size.fetch_max(entries, Ordering::Relaxed);
    match claim(visits(), 1, mix(key ^ mix(goid)) | 1) {
        Some((_, true)) => {
            ran.goroutines.fetch_add(1, Ordering::Relaxed);
        }
        Some(_) => {}
        None => report::say_sites_are_full(),
    }
}

/// What ran at one place.
pub(crate) struct Row {
    pub(crate) pc: usize,
    pub(crate) op: Op,
    pub(crate) count: u64,
    pub(crate) goroutines: u64,
    pub(crate) max_size: u64,
}

/// Calls `f` for each operation at each place.
pub(crate) fn each(mut f: impl FnMut(&Row)) {
    for ran in all() {
        let key = ran.key.load(Ordering::Relaxed);
        if key != 0 {
            f(&Row {
                pc: (key & ((1 << 56) - 1)) as usize,
                op: Op::from_code((key >> 56) as u32),
                count: ran.count.load(Ordering::Relaxed),
                goroutines: ran.goroutines.load(Ordering::Relaxed),
                max_size: ran.max_size.load(Ordering::Relaxed),
            });
        }
    }
}
