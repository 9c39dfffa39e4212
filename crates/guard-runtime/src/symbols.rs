//! Names for addresses, by way of the Go runtime's own tables.

use core::arch::asm;

use crate::region::go;

/// What the runtime is asked to do; `guardcallback` in race.go.
const SYMBOLIZE: usize = 0;
const LABEL: usize = 1;

/// One frame at an address; `guardSymbol` in race.go.
#[repr(C)]
pub(crate) struct Symbol {
    pc: usize,
    next: usize,
    name: *const u8,
    name_len: usize,
    file: *const u8,
    file_len: usize,
    pub(crate) line: usize,
    pub(crate) entry: usize,
}

impl Symbol {
    pub(crate) fn name(&self) -> &[u8] {
        bytes(self.name, self.name_len)
    }

    /// Whether this is the runtime's own code for maps.
    pub(crate) fn is_map_internal(&self) -> bool {
        starts_with(self.name(), b"runtime.") || starts_with(self.name(), b"internal/runtime/maps.")
    }

    pub(crate) fn file(&self) -> &[u8] {
        bytes(self.file, self.file_len)
    }
}

fn starts_with(name: &[u8], prefix: &[u8]) -> bool {
    name.len() >= prefix.len() && name.iter().zip(prefix).all(|(a, b)| a == b)
}

fn bytes<'a>(start: *const u8, len: usize) -> &'a [u8] {
    if start.is_null() {
        return &[];
    }
    // SAFETY: the runtime's strings live in the binary.
    unsafe { core::slice::from_raw_parts(start, len) }
}

fn callback<T>(command: usize, argument: *mut T) {
    // SAFETY: the address is the runtime's trampoline, which keeps what C keeps. Go code runs on the
    // g0 stack below us; it takes no lock of ours.
    unsafe {
        asm!(
            "call {trampoline}",
            trampoline = in(reg) go().callback,
            inout("rdi") command => _,
            inout("rsi") argument => _,
            clobber_abi("C"),
        );
    }
}

/// The innermost frame at `pc`, if that is Go code.
pub(crate) fn lookup(pc: usize) -> Option<Symbol> {
    let mut symbol = Symbol {
        pc,
        next: 0,
        name: core::ptr::null(),
        name_len: 0,
        file: core::ptr::null(),
        file_len: 0,
        line: 0,
        entry: 0,
    };
    callback(SYMBOLIZE, &raw mut symbol);
    (symbol.name_len != 0).then_some(symbol)
}

/// Calls `f` for each frame at the return address `pc`, inlined ones first.
pub(crate) fn each_frame(pc: usize, mut f: impl FnMut(&Symbol, usize)) {
    let mut at = pc.wrapping_sub(1);
    for _ in 0..32 {
        let Some(symbol) = lookup(at) else { return };
        f(&symbol, at);
        if symbol.next == 0 {
            return;
        }
        at = symbol.next;
    }
}

/// A question for a goroutine's pprof label `trace_id`; `guardLabel` in race.go.
#[repr(C)]
struct Label {
    labels: usize,
    value: *const u8,
    value_len: usize,
}

/// The pprof label `trace_id` of the goroutine `g`, or nothing.
pub(crate) fn trace_id<'a>(g: usize) -> &'a [u8] {
    // SAFETY: g is the running goroutine's, and the runtime told where its labels are.
    let labels = unsafe { *((g + go().g_labels) as *const usize) };
    if labels == 0 {
        return &[];
    }
    let mut label = Label { labels, value: core::ptr::null(), value_len: 0 };
    callback(LABEL, &raw mut label);
    bytes(label.value, label.value_len)
}
