//! Findings: counted, each pair of stacks told once, in text or as JSON.

mod json;
mod ran;
mod source;
mod text;
mod turn;

use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use crate::layout::FINDINGS;
use crate::options::{Format, Path, Policy};
use crate::out::Out;
use crate::region::{Site, options, shared, tasks};
use crate::stacks;
use crate::symbols::{self, Symbol};
use crate::sys;

use turn::Turn;

/// Two conflicting accesses to one map.
pub(crate) struct Seen {
    /// The map's header.
    pub(crate) addr: usize,
    /// Its entries before the present access.
    pub(crate) entries: u64,
    /// The present access.
    pub(crate) now: Site,
    /// The earlier one.
    pub(crate) before: Site,
    /// The present goroutine's g.
    pub(crate) g: usize,
}

/// A pair of stacks that was found.
#[repr(C)]
struct Finding {
    key: AtomicU64,
    count: AtomicU32,
    /// In the order they were found, from 1.
    number: AtomicU32,
}

const _: () = assert!(size_of::<Finding>() <= FINDINGS.size);

fn findings() -> &'static [Finding] {
    // SAFETY: the stretch is mapped; zeros are no finding.
    unsafe { core::slice::from_raw_parts(FINDINGS.at as *const Finding, FINDINGS.len) }
}

/// Counts a conflict, and reports it if its stacks were not seen before. True if so.
pub(crate) fn found(seen: &Seen) -> bool {
    let (a, b) = (seen.now.stack().min(seen.before.stack()), seen.now.stack().max(seen.before.stack()));
    let key = (u64::from(a) << 32 | u64::from(b)).wrapping_add(1);
    let is_known = |finding: &&Finding| finding.key.load(Ordering::Acquire) == key;
    // Most are seen again, and need no lock.
    if let Some(known) = place(key).filter(is_known) {
        known.count.fetch_add(1, Ordering::Relaxed);
        return false;
    }
    let _turn = Turn::take();
    let Some(finding) = place(key) else {
        if first_time(SAID_FINDINGS) {
            sys::write(2, b"mapguard: 16,384 findings; no more are told apart\n");
        }
        return false;
    };
    if is_known(&finding) {
        finding.count.fetch_add(1, Ordering::Relaxed);
        return false;
    }
    let number = shared().findings.fetch_add(1, Ordering::Relaxed) + 1;
    finding.count.store(1, Ordering::Relaxed);
    finding.number.store(number, Ordering::Relaxed);
    finding.key.store(key, Ordering::Release);
    write(seen, number);
    true
}

/// The finding that has this key, or else the place where it belongs, unless all are taken.
fn place(key: u64) -> Option<&'static Finding> {
    let all = findings();
    let from = (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize;
    (from..from + all.len())
        .filter_map(|at| all.get(at & (all.len() - 1)))
        .find(|finding| matches!(finding.key.load(Ordering::Acquire), known if known == key || known == 0))
}

/// Says once that there are more sites than are counted.
pub(crate) fn say_sites_are_full() {
    if first_time(SAID_SITES) {
        sys::write(2, b"mapguard: more map operation sites, or goroutines at them, than --sites counts; the rest is left out\n");
    }
}

fn write(seen: &Seen, number: u32) {
    let mut out = Out::new();
    match options().format {
        Format::Text => text::finding(&mut out, seen),
        Format::Json => json::finding(&mut out, seen, number),
    }
    send(&out);
}

/// Where the user wants it.
fn send(out: &Out) {
    send_to(out, &options().output);
}

fn send_to(out: &Out, path: &Path) {
    if path.is_empty() {
        out.send(2);
    } else if let Some(fd) = sys::open(path.0.as_ptr(), true) {
        out.send(fd);
        sys::close(fd);
    } else {
        if first_time(SAID_OUTPUT) {
            sys::write(2, b"mapguard: cannot open ");
            sys::write(2, path.bytes());
            sys::write(2, b" for appending; what belongs there follows here\n");
        }
        out.send(2);
    }
}

const SAID_OFF: u32 = 1;
const SAID_OUTPUT: u32 = 2;
const SAID_FINDINGS: u32 = 4;
const SAID_SITES: u32 = 8;

/// Whether this is said for the first time.
fn first_time(what: u32) -> bool {
    shared().said.fetch_or(what, Ordering::Relaxed) & what == 0
}

/// Ends the process with what is left to say, and the exit code that it wants; where that is success and there are
/// findings, with another. No report begins after that, and one that has begun gets whole.
pub(crate) fn exit(wanted: i32) -> ! {
    let turn = Turn::take_or_give_up();
    let total = shared().findings.load(Ordering::Relaxed);
    if turn.is_some() {
        ran::write();
        if total > 0 {
            let mut out = Out::new();
            match options().format {
                Format::Text => text::summary(&mut out, total),
                Format::Json => json::summary(&mut out),
            }
            send(&out);
        }
    }
    let code = match options().policy {
        _ if wanted != 0 || total == 0 => wanted,
        Policy::Report => 66,
        // Whoever found it is about to end the program with the same.
        Policy::Panic => 2,
        Policy::Log | Policy::Off => 0,
    };
    // With the turn held.
    sys::exit(code)
}

/// The program is about to be ended by others: a report that was begun gets whole, and no other begins.
pub(crate) fn close() {
    Turn::close();
}

/// Each finding seen more than once: its number and count.
fn each_repeated(mut f: impl FnMut(u32, u32)) {
    for finding in findings() {
        let count = finding.count.load(Ordering::Relaxed);
        if count > 1 {
            f(finding.number.load(Ordering::Relaxed), count);
        }
    }
}

/// Says once that the guard has stopped, if it has.
pub(crate) fn say_if_off() {
    if shared().control.is_off() && first_time(SAID_OFF) {
        sys::write(
            2,
            b"mapguard: out of room for what it has to remember; it stops watching, the program goes on\n",
        );
    }
}

impl Site {
    /// Whether the goroutine has not ended.
    fn is_running(&self) -> bool {
        // SAFETY: the number is a task's.
        unsafe { tasks().get(self.task()) }.goid.get() == self.goid()
    }

    /// Calls `f` for each frame of the access, innermost first, from the user's function on.
    fn each_frame(&self, mut f: impl FnMut(&Symbol, usize)) {
        let mut inside = true;
        each_frame_of(self.stack(), |symbol, pc| {
            // Some releases pass from one map function to another before they call the hook.
            inside &= symbol.is_map_internal();
            if !inside {
                f(symbol, pc);
            }
        });
    }

    /// The user's line that accessed the map.
    fn line(&self, mut f: impl FnMut(&Symbol)) {
        let mut first = true;
        self.each_frame(|symbol, _| {
            if core::mem::replace(&mut first, false) {
                f(symbol);
            }
        });
    }
}

fn each_frame_of(stack: u32, mut f: impl FnMut(&Symbol, usize)) {
    for pc in stacks::frames(stack) {
        symbols::each_frame(pc, |symbol, pc| {
            // The runtime's own first frames are in every stack and tell nothing.
            if !is_start(symbol.name()) {
                f(symbol, pc);
            }
        });
    }
}

/// Whether this is the function that every goroutine, or the main one, begins in.
fn is_start(name: &[u8]) -> bool {
    matches!(
        name,
        [b'r', b'u', b'n', b't', b'i', b'm', b'e', b'.', b'g', b'o', b'e', b'x', b'i', b't']
            | [b'r', b'u', b'n', b't', b'i', b'm', b'e', b'.', b'm', b'a', b'i', b'n']
    )
}
