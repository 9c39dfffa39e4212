//! A count of the work done on clocks, for tests that bound it.

use std::cell::Cell;

thread_local! {
    static NODES: Cell<u64> = const { Cell::new(0) };
}

/// How many nodes of clocks this thread has looked at or made so far.
pub fn nodes_visited() -> u64 {
    NODES.get()
}

#[inline]
pub(crate) fn count() {
    NODES.set(NODES.get() + 1);
}
