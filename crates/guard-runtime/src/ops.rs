//! What the runtime function that calls a hook does to its map.

use core::sync::atomic::{AtomicU64, Ordering};

use crate::region::shared;
use crate::symbols;

/// An operation on a map.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Op {
    /// No operation on a map: the hook is also called for channels and the like.
    None = 1,
    Assign,
    Delete,
    Clear,
    Read,
    Iterate,
    Clone,
    Len,
}

impl Op {
    pub(crate) fn from_code(code: u32) -> Op {
        match code {
            2 => Op::Assign,
            3 => Op::Delete,
            4 => Op::Clear,
            5 => Op::Read,
            6 => Op::Iterate,
            7 => Op::Clone,
            8 => Op::Len,
            _ => Op::None,
        }
    }

    /// As it stands in reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Op::None => "access",
            Op::Assign => "assign",
            Op::Delete => "delete",
            Op::Clear => "clear",
            Op::Read => "read",
            Op::Iterate => "iterate",
            Op::Clone => "clone",
            Op::Len => "len",
        }
    }

    pub(crate) fn writes(self) -> bool {
        matches!(self, Op::Assign | Op::Delete | Op::Clear)
    }

    /// The operation of the runtime function of this name, on any release.
    fn of_function(name: &[u8]) -> Op {
        // A chain and not a table: a table of slices would need relocations.
        let is = |part: &[u8]| name.windows(part.len()).any(|window| same(window, part));
        if is(b"mapassign") {
            Op::Assign
        } else if is(b"mapaccess") {
            Op::Read
        } else if is(b"mapdelete") {
            Op::Delete
        } else if is(b"mapiter") || is(b"mapIter") || is(b"MapIter") {
            Op::Iterate
        } else if is(b"mapclear") {
            Op::Clear
        } else if is(b"maps.clone") {
            Op::Clone
        } else if is(b"maplen") {
            Op::Len
        } else {
            Op::None
        }
    }
}

/// Equality without a call to `memcmp`.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(x, y)| x == y)
}

/// The operation of the runtime function that begins at `entry`.
#[inline]
pub(crate) fn of(entry: usize) -> Op {
    let hashed = (entry >> 5 ^ entry >> 13) & 0xff;
    // SAFETY: masked to the table's 256 entries.
    let cached: &AtomicU64 = unsafe { shared().ops.get_unchecked(hashed) };
    let known = cached.load(Ordering::Relaxed);
    if known >> 8 == entry as u64 {
        return Op::from_code(known as u32 & 0xff);
    }
    let op = symbols::lookup(entry).map_or(Op::None, |symbol| Op::of_function(symbol.name()));
    cached.store((entry as u64) << 8 | op as u64, Ordering::Relaxed);
    op
}
