//! Call stacks: walked by frame pointers, kept once each in a depot.

use core::sync::atomic::Ordering;

use crate::region::{reach_stack_words, shared, stack_table, stack_words};
use crate::symbols;

/// Frames kept of one stack, counted from the user's function that accesses the map.
pub(crate) const DEPTH: usize = 32;
/// Frames between the guard and the user's function at the most.
const OWN_FRAMES: usize = 8;

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
    let mut frames = [0usize; DEPTH];
    let (mut len, mut hash) = (0, 0u64);
    let within = |at: usize| at >= bounds.low && at < bounds.high.saturating_sub(16) && at & 7 == 0;
    // SAFETY: within the goroutine's own stack, which cannot move or shrink meanwhile.
    let frame = |at: usize| unsafe { (*(at as *const usize), *((at + 8) as *const usize)) };
    // First to the frame that returns into the user's function. If it is not near (a runtime
    // that calls the hook in another way), that function alone is kept.
    let (mut at, mut pc, mut skipped) = (fp, 0, 0);
    while pc != caller && skipped <= OWN_FRAMES && within(at) {
        let next;
        (next, pc) = frame(at);
        at = if next > at { next } else { 0 };
        skipped += 1;
    }
    if pc != caller {
        at = 0;
    }
    pc = caller;
    for kept in &mut frames {
        *kept = pc;
        len += 1;
        hash = (hash.rotate_left(5) ^ pc as u64).wrapping_mul(0x517c_c1b7_2722_0a95);
        if !within(at) {
            break;
        }
        let next;
        (next, pc) = frame(at);
        if pc == 0 {
            break;
        }
        at = if next > at { next } else { 0 };
    }
    intern(frames.get(..len).unwrap_or_default(), hash)
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

/// Numbers a stack: the same stack gets the same number.
fn intern(frames: &[usize], hash: u64) -> u32 {
    let table = stack_table();
    let words = stack_words();
    let tag = hash as usize & !0xff | frames.len();
    let mut made = 0;
    let from = (hash >> 40) as usize;
    for probe in from..from + 64 {
        let Some(entry) = table.get(probe & (table.len() - 1)) else { return 0 };
        let mut index = entry.load(Ordering::Acquire);
        if index == 0 {
            if made == 0 {
                made = store(frames, tag);
                if made == 0 {
                    return 0;
                }
            }
            match entry.compare_exchange(0, made, Ordering::Release, Ordering::Acquire) {
                Ok(_) => return made,
                Err(other) => index = other,
            }
        }
        if words.get(index as usize).is_some_and(|word| word.load(Ordering::Relaxed) == tag) {
            return index;
        }
    }
    0
}

fn store(frames: &[usize], tag: usize) -> u32 {
    let words = stack_words();
    let need = frames.len() as u32 + 1;
    // Word 0 is not used: 0 means no stack.
    let at = shared().stack_words.fetch_add(need, Ordering::Relaxed) + 1;
    let end = (at + need) as usize;
    let Some(space) = words.get(at as usize..end).filter(|_| reach_stack_words(end)) else {
        shared().stack_words.fetch_sub(need, Ordering::Relaxed);
        return 0;
    };
    if let [head, rest @ ..] = space {
        head.store(tag, Ordering::Relaxed);
        for (word, &frame) in rest.iter().zip(frames) {
            word.store(frame, Ordering::Relaxed);
        }
    }
    at
}

/// The return addresses of a stack in the depot, innermost first.
pub(crate) fn frames(stack: u32) -> impl Iterator<Item = usize> + Clone {
    let words = stack_words();
    let len = match stack {
        0 => 0,
        _ => words.get(stack as usize).map_or(0, |tag| tag.load(Ordering::Relaxed) & 0xff),
    };
    let from = stack as usize + 1;
    words.get(from..from + len).unwrap_or_default().iter().map(|word| word.load(Ordering::Relaxed))
}
