//! Call stacks: walked by frame pointers, kept once each in a depot.

use core::sync::atomic::Ordering;

use crate::layout;
use crate::region::{reach_stack_words, shared, stack_table, stack_words};
use crate::symbols;

/// Frames kept of one stack, counted from the user's function that accesses the map.
pub(crate) const DEPTH: usize = 32;
/// Frames between the guard and the user's function at the most.
const OWN_FRAMES: usize = 8;

/// The bits of a number in the depot.
const NUMBER: u64 = (1 << 28) - 1;
const _: () = assert!(layout::STACK_WORDS.len as u64 <= NUMBER + 1);

/// Bounds of a goroutine's stack.
#[derive(Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) low: usize,
    pub(crate) high: usize,
}

/// Walks the stack from the frame pointer `fp` up and keeps the return addresses from `caller`
/// on. Returns the stack's number in the depot, or 0 if there is no room.
///
/// # Safety
///
/// `fp` is the frame pointer of Go code on the goroutine's stack within `bounds`.
pub(crate) unsafe fn capture(caller: usize, fp: usize, bounds: Bounds) -> u32 {
    let walk = Walk { caller, bounds, from: callers_frame(caller, fp, bounds) };
    // Mostly the stack is in the depot already: first its hash alone.
    let (mut len, mut hash) = (0, 0u64);
    walk.each(|pc| {
        hash = (hash.rotate_left(5) ^ pc as u64).wrapping_mul(0x517c_c1b7_2722_0a95);
        len += 1;
    });
    intern(hash, len, walk)
}

impl Bounds {
    /// Whether a frame's two words may be read at `at`.
    #[inline]
    fn hold(self, at: usize) -> bool {
        at >= self.low && at < self.high.saturating_sub(16) && at & 7 == 0
    }
}

/// The frame pointer and the return address that are saved at `at`, and stand within the goroutine's stack.
#[inline]
fn frame(at: usize) -> (usize, usize) {
    // SAFETY: within the goroutine's own stack, which cannot move or shrink meanwhile.
    let (next, pc) = unsafe { (*(at as *const usize), *((at + 8) as *const usize)) };
    (if next > at { next } else { 0 }, pc)
}

/// The frame of the user's function, into which `caller` returns. If it is not near (a runtime that calls the
/// hook in another way) there is none, and that function alone is kept.
#[inline]
fn callers_frame(caller: usize, fp: usize, bounds: Bounds) -> usize {
    let (mut at, mut pc, mut skipped) = (fp, 0, 0);
    while pc != caller && skipped <= OWN_FRAMES && bounds.hold(at) {
        (at, pc) = frame(at);
        skipped += 1;
    }
    if pc == caller { at } else { 0 }
}

/// A stack from `caller` on; its frame is at `from`.
#[derive(Clone, Copy)]
struct Walk {
    caller: usize,
    from: usize,
    bounds: Bounds,
}

impl Walk {
    /// Calls `f` with each return address, innermost first.
    #[inline]
    fn each(self, mut f: impl FnMut(usize)) {
        let (mut at, mut pc) = (self.from, self.caller);
        for _ in 0..DEPTH {
            f(pc);
            if !self.bounds.hold(at) {
                return;
            }
            (at, pc) = frame(at);
            if pc == 0 {
                return;
            }
        }
    }
}

/// The return address into the user's function: `caller`, or where that is the runtime's own code
/// for maps, the first one further up that is not.
///
/// # Safety
///
/// As for [`capture`].
pub(crate) unsafe fn user_caller(caller: usize, fp: usize, bounds: Bounds) -> usize {
    if !is_map_internal(caller) {
        return caller;
    }
    // SAFETY: the same contract.
    let stack = unsafe { capture(caller, fp, bounds) };
    frames(stack).find(|&pc| !is_map_internal(pc)).unwrap_or(caller)
}

/// Whether a return address is in the runtime's own code for maps. What was found is kept.
fn is_map_internal(pc: usize) -> bool {
    let hashed = (pc ^ pc >> 9) & 0xff;
    // SAFETY: masked to the table's 256 entries.
    let cached = unsafe { shared().callers.get_unchecked(hashed) };
    let known = cached.load(Ordering::Relaxed);
    if known >> 1 == pc as u64 {
        return known & 1 != 0;
    }
    let internal = symbols::lookup(pc.wrapping_sub(1)).is_some_and(|symbol| symbol.is_map_internal());
    cached.store((pc as u64) << 1 | u64::from(internal), Ordering::Relaxed);
    internal
}

/// Numbers a stack of `len` return addresses: the same stack gets the same number.
///
/// An entry of the table is a number and the rest of the hash: two stacks whose hashes are equal in
/// 56 bits would pass for one.
fn intern(hash: u64, len: usize, walk: Walk) -> u32 {
    let table = stack_table();
    let tag = hash & !NUMBER;
    let mut made = 0;
    let from = hash as usize;
    for probe in from..from + 64 {
        let Some(entry) = table.get(probe & (table.len() - 1)) else { return 0 };
        let mut value = entry.load(Ordering::Acquire);
        if value == 0 {
            if made == 0 {
                made = store(len, walk);
                if made == 0 {
                    return 0;
                }
            }
            match entry.compare_exchange(0, tag | u64::from(made), Ordering::Release, Ordering::Acquire) {
                Ok(_) => return made,
                Err(other) => value = other,
            }
        }
        if value & !NUMBER == tag {
            return (value & NUMBER) as u32;
        }
    }
    0
}

#[cold]
fn store(len: usize, walk: Walk) -> u32 {
    let words = stack_words();
    let need = len as u32 + 1;
    // Word 0 is not used: 0 means no stack.
    let at = shared().stack_words.fetch_add(need, Ordering::Relaxed) + 1;
    let end = (at + need) as usize;
    let Some(space) = words.get(at as usize..end).filter(|_| reach_stack_words(end)) else {
        shared().stack_words.fetch_sub(need, Ordering::Relaxed);
        return 0;
    };
    if let [head, rest @ ..] = space {
        head.store(len, Ordering::Relaxed);
        let mut rest = rest.iter();
        walk.each(|pc| {
            if let Some(word) = rest.next() {
                word.store(pc, Ordering::Relaxed);
            }
        });
    }
    at
}

/// The return addresses of a stack in the depot, innermost first.
pub(crate) fn frames(stack: u32) -> impl Iterator<Item = usize> + Clone {
    let words = stack_words();
    let len = match stack {
        0 => 0,
        _ => words.get(stack as usize).map_or(0, |len| len.load(Ordering::Relaxed)),
    };
    let from = stack as usize + 1;
    words.get(from..from + len).unwrap_or_default().iter().map(|word| word.load(Ordering::Relaxed))
}
