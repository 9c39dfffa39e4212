//! The functions that Go calls, in the C calling convention; see race.go and race_amd64.s.
//!
//! `task` is the goroutine's context as `guard_go_start` returned it; `addr` an address in the
//! program. The fifth and sixth arguments of every call are the frame pointer and g.

use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use happens_before::Access;

use crate::cells;
use crate::layout;
use crate::ops::{self, Op};
use crate::options::{Options, Policy};
use crate::region::{self, DETECTOR, GoLayout, GoTask, Site, SyncRecord, go, options, shared, tasks};
use crate::report::{self, Seen};
use crate::sites;
use crate::stacks::{self, Bounds};
use crate::sweep::{self, Span};
use crate::sys;

/// Names of the entry points, in the order of `ENTRIES` in guard-build.
pub const NAMES: &[&str] = &[
    "guard_init",
    "guard_fini",
    "guard_exit",
    "guard_close",
    "guard_go_start",
    "guard_go_end",
    "guard_finalizer",
    "guard_acquire",
    "guard_release",
    "guard_release_merge",
    "guard_release_acquire",
    "guard_meet",
    "guard_hand_over",
    "guard_free",
    "guard_sweep",
    "guard_heap",
    "guard_read",
    "guard_write",
    "guard_errors",
    "guard_load32",
    "guard_load64",
    "guard_store32",
    "guard_store64",
    "guard_swap32",
    "guard_swap64",
    "guard_cas32",
    "guard_cas64",
    "guard_add32",
    "guard_add64",
    "guard_and32",
    "guard_and64",
    "guard_or32",
    "guard_or64",
];

/// Where the bounds of a goroutine's stack stand in its g, on every release.
#[repr(C)]
struct G {
    stack_low: usize,
    stack_high: usize,
}

/// The program is guarded.
const ON: usize = 1;
/// Every access is to be told, also one that is no news.
const EVERY: usize = 2;

/// Maps the region and reads the options. 0 leaves the program unguarded.
///
/// # Safety
///
/// Called once, by `raceinit`, before any other function here.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn guard_init(from: *const GoLayout) -> usize {
    if !region::reserve() {
        sys::write(2, b"mapguard: cannot reserve its addresses (is there a limit on virtual memory, ulimit -v?); the program runs unguarded\n");
        return 0;
    }
    // SAFETY: the runtime's description; nobody else is here yet.
    unsafe {
        let layout = &*from;
        *shared().layout.get() = *layout;
        let options: &mut Options = &mut *shared().options.get();
        options.read_list(core::slice::from_raw_parts(layout.options, layout.options_len));
        if !layout.argv.is_null() {
            let mut entry = layout.argv.add(layout.argc + 1);
            while !(*entry).is_null() {
                options.read_env(c_bytes(*entry));
                entry = entry.add(1);
            }
        }
        if options.bad {
            sys::write(2, b"mapguard: MAPGUARD_POLICY is one of report, panic, log, off; MAPGUARD_FORMAT one of text, json; what it does not know is ignored\n");
        }
        if options.policy == Policy::Off {
            return 0;
        }
        let every = !options.sites.is_empty();
        if !region::open_data(layout.data_end - layout.data_start) || every && !region::open_sites() {
            sys::write(2, b"mapguard: no memory for what it has to remember; the program runs unguarded\n");
            return 0;
        }
        if every { ON | EVERY } else { ON }
    }
}

unsafe fn c_bytes<'a>(start: *const u8) -> &'a [u8] {
    // SAFETY: a string of the environment, which ends in zero and stays.
    unsafe {
        let mut len = 0;
        // Volatile, or the compiler sees through it and calls `strlen`.
        while start.add(len).read_volatile() != 0 {
            len += 1;
        }
        core::slice::from_raw_parts(start, len)
    }
}

/// Ends the process: with what was found.
#[unsafe(no_mangle)]
pub extern "C" fn guard_fini() -> ! {
    report::exit(0);
}

/// Ends the process with another code than 0, which stays.
#[unsafe(no_mangle)]
pub extern "C" fn guard_exit(code: i32) -> ! {
    report::exit(code);
}

/// The Go runtime is about to end the process. May be called in a signal handler.
#[unsafe(no_mangle)]
pub extern "C" fn guard_close() {
    report::close();
}

/// How many findings a test should fail for.
#[unsafe(no_mangle)]
pub extern "C" fn guard_errors() -> usize {
    match options().policy {
        Policy::Log => 0,
        _ => shared().findings.load(Ordering::Relaxed) as usize,
    }
}

/// Begins a goroutine; `fp` and `g` are its parent's. Returns its context, or 0 to leave it unwatched.
///
/// # Safety
///
/// `parent` is 0 or a context; `fp` 0 or a frame pointer on the stack of `g`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn guard_go_start(parent: usize, caller: usize, fp: usize, g: usize) -> usize {
    let Some(index) = tasks().take() else {
        shared().control.turn_off();
        return 0;
    };
    // SAFETY: from `take`.
    let child = unsafe { tasks().get(index) };
    // SAFETY: by the contract.
    DETECTOR.fork(unsafe { context(parent) }.map(|parent| &parent.task), &child.task);
    child.goid.set(0);
    let created = if caller == 0 || g == 0 {
        0
    } else {
        // SAFETY: by the contract.
        unsafe { stacks::capture(caller, fp, bounds(g)) }
    };
    child.created.set(created);
    core::ptr::from_ref(child) as usize
}

/// Ends a goroutine.
///
/// # Safety
///
/// `task` is a context, and not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn guard_go_end(task: usize) {
    // SAFETY: by the contract.
    if let Some(ended) = unsafe { context(task) } {
        DETECTOR.end(&ended.task);
        ended.goid.set(0);
        tasks().give(index_of(ended));
    }
}

/// The finaliser goroutine is about to run finalisers.
///
/// # Safety
///
/// `task` is a context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn guard_finalizer(task: usize) {
    // SAFETY: by the contract.
    if let Some(task) = unsafe { context(task) } {
        DETECTOR.acquire_all(&task.task);
    }
}

unsafe fn context<'a>(task: usize) -> Option<&'a GoTask> {
    // SAFETY: the caller's promise.
    unsafe { (task as *const GoTask).as_ref() }
}

fn index_of(task: &GoTask) -> u32 {
    ((core::ptr::from_ref(task) as usize - layout::TASKS.at) / layout::TASKS.size) as u32
}

unsafe fn bounds(g: usize) -> Bounds {
    // SAFETY: every g begins with its stack's bounds.
    let g = unsafe { &*(g as *const G) };
    Bounds { low: g.stack_low, high: g.stack_high }
}

/// The variable at `addr`, made if need be; but none for what is on the running goroutine's own
/// stack: no other goroutine can reach it, and the stack will be another's.
#[inline]
unsafe fn sync_at(addr: usize, g: usize) -> Option<&'static SyncRecord> {
    cells::find_sync(addr).or_else(|| {
        // SAFETY: the caller's promise.
        let stack = unsafe { bounds(g) };
        if (stack.low..stack.high).contains(&addr) { None } else { cells::make_sync(addr) }
    })
}

/// What was released at `addr` happens before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn guard_acquire(task: &GoTask, addr: usize) {
    if let Some(record) = cells::find_sync(addr).or_else(|| cells::shared_sync(addr)) {
        DETECTOR.acquire(&task.task, &record.var);
    }
}

/// What the goroutine did happens before what acquires at `addr`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn guard_release(task: &GoTask, addr: usize, _: usize, _: usize, _: usize, g: usize) {
    // SAFETY: g is the running goroutine's.
    if let Some(record) = unsafe { sync_at(addr, g) } {
        DETECTOR.release(&task.task, &record.var);
    } else if let Some(record) = cells::shared_sync(addr) {
        DETECTOR.release_merge(&task.task, &record.var);
    }
}

/// The same, besides what was released there before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn guard_release_merge(
    task: &GoTask,
    addr: usize,
    _: usize,
    _: usize,
    _: usize,
    g: usize,
) {
    // SAFETY: g is the running goroutine's.
    if let Some(record) = unsafe { sync_at(addr, g) }.or_else(|| cells::shared_sync(addr)) {
        DETECTOR.release_merge(&task.task, &record.var);
    }
}

/// Both at a channel's slot.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn guard_release_acquire(
    task: &GoTask,
    addr: usize,
    _: usize,
    _: usize,
    _: usize,
    g: usize,
) {
    // SAFETY: g is the running goroutine's.
    if let Some(record) = unsafe { sync_at(addr, g) } {
        DETECTOR.release_acquire(&task.task, &record.var);
    } else if let Some(record) = cells::shared_sync(addr) {
        DETECTOR.update(&task.task, &record.var, || ());
    }
}

/// Two goroutines meet at a channel without a buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn guard_meet(one: &GoTask, other: &GoTask) {
    DETECTOR.meet(&one.task, &other.task);
}

/// One goroutine and then another do what [`guard_release_acquire`] does, at one slot of a channel's buffer. That is
/// on no goroutine's stack; it may be in heap that is not watched.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn guard_hand_over(one: &GoTask, other: &GoTask, addr: usize) {
    if let Some(record) = cells::find_sync(addr).or_else(|| cells::make_sync(addr)) {
        DETECTOR.release_acquire(&one.task, &record.var);
        DETECTOR.release_acquire(&other.task, &record.var);
    } else if let Some(record) = cells::shared_sync(addr) {
        DETECTOR.update(&one.task, &record.var, || ());
        DETECTOR.update(&other.task, &record.var, || ());
    }
}

/// Some memory of the heap is free.
#[unsafe(no_mangle)]
pub extern "C" fn guard_free(addr: usize, size: usize) {
    sweep::free(addr, size);
}

/// The sweeper frees objects of a span.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn guard_sweep(span: &Span) {
    sweep::span(span);
}

/// The heap has grown to the address `end`. Returns how many bytes of it are watched, from its base on.
#[unsafe(no_mangle)]
pub extern "C" fn guard_heap(end: usize) -> usize {
    region::open_heap(end)
}

/// A map is read. True ends the program.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn guard_read(
    task: &GoTask,
    addr: usize,
    caller: usize,
    pc: usize,
    fp: usize,
    g: usize,
) -> bool {
    access(Access::Read, task, addr, caller, pc, fp, g)
}

/// A map is changed. True ends the program.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn guard_write(
    task: &GoTask,
    addr: usize,
    caller: usize,
    pc: usize,
    fp: usize,
    g: usize,
) -> bool {
    access(Access::Write, task, addr, caller, pc, fp, g)
}

#[inline(always)]
fn access(access: Access, task: &GoTask, addr: usize, caller: usize, pc: usize, fp: usize, g: usize) -> bool {
    if !options().sites.is_empty() {
        note_site(task, addr, caller, pc, fp, g);
        // SAFETY: g is the running goroutine's. A map on its own stack is counted, not watched.
        let stack = unsafe { bounds(g) };
        if (stack.low..stack.high).contains(&addr) {
            return false;
        }
    }
    if let Some(record) = cells::find_map(addr)
        && !DETECTOR.is_news(&task.task, &record.object, access)
    {
        return false;
    }
    record_access(access, task, addr, caller, pc, fp, g)
}

#[cold]
fn note_site(task: &GoTask, addr: usize, caller: usize, pc: usize, fp: usize, g: usize) {
    let op = ops::of(pc);
    if op != Op::None {
        // SAFETY: a map's header begins with its number of entries.
        let entries = unsafe { *(addr as *const u64) };
        // SAFETY: Go's frame pointer on this goroutine's stack.
        let caller = unsafe { stacks::user_caller(caller, fp, bounds(g)) };
        sites::note(caller, op, goid_of(task, g), entries);
    }
}

/// The number of the goroutine `g`, which runs `task`.
fn goid_of(task: &GoTask, g: usize) -> u64 {
    // SAFETY: g is the running goroutine's, and the runtime told where its number stands.
    let goid = unsafe { *((g + go().g_goid) as *const u64) };
    if task.goid.get() == 0 {
        task.goid.set(goid);
    }
    goid
}

#[inline(never)]
fn record_access(
    access: Access,
    task: &GoTask,
    addr: usize,
    caller: usize,
    pc: usize,
    fp: usize,
    g: usize,
) -> bool {
    let op = ops::of(pc);
    if op == Op::None || shared().control.is_off() {
        report::say_if_off();
        return false;
    }
    // SAFETY: Go's frame pointer on this goroutine's stack.
    let stack = unsafe { stacks::capture(caller, fp, bounds(g)) };
    let site = Site::new(goid_of(task, g), index_of(task), op, stack, task.created.get());
    let begin = |object: &_| DETECTOR.begin(&task.task, object, access, site);
    let Some(record) = cells::find_or_begin(addr, begin) else { return false };
    let conflict = match access {
        Access::Read => DETECTOR.read(&task.task, &record.object, || site),
        Access::Write => DETECTOR.write(&task.task, &record.object, || site),
    };
    let Some(conflict) = conflict else { return false };
    // SAFETY: every map's header begins with its number of entries.
    let entries = unsafe { *(addr as *const u64) };
    let first = report::found(&Seen { addr, entries, now: site, before: conflict.site, g });
    first && options().policy == Policy::Panic
}

/// Defines a load of two widths, for what race_amd64.s does not answer itself.
macro_rules! loads {
    ($($name:ident $int:ident $atomic:ident)*) => {$(
        /// A load of sync/atomic.
        ///
        /// # Safety
        ///
        /// `addr` can be read.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(task: &GoTask, addr: *mut $int) -> $int {
            // SAFETY: it was read just before.
            let cell = unsafe { $atomic::from_ptr(addr) };
            let operation = || cell.load(Ordering::SeqCst);
            // The value first: a variable that is not there afterwards was not stored to before.
            let value = operation();
            match cells::find_sync(addr as usize).or_else(|| cells::shared_sync(addr as usize)) {
                Some(record) => DETECTOR.load(&task.task, &record.var, operation),
                None => value,
            }
        }
    )*};
}

loads! {
    guard_load32 u32 AtomicU32
    guard_load64 u64 AtomicU64
}

/// Defines an atomic operation of two widths: bare without a context, else at one instant with
/// what it does to the clocks.
macro_rules! atomics {
    ($($name32:ident $name64:ident ($a:tt, $b:tt) -> $how:ident |$cell:ident| $body:expr;)*) => {$(
        atomics!(@one $name32 u32 AtomicU32 ($a, $b) $how |$cell| $body);
        atomics!(@one $name64 u64 AtomicU64 ($a, $b) $how |$cell| $body);
    )*};
    (@one $name:ident $int:ident $atomic:ident ($a:tt, $b:tt) $how:ident |$cell:ident| $body:expr) => {
        /// An operation of sync/atomic.
        ///
        /// # Safety
        ///
        /// `addr` can be written.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(task: Option<&GoTask>, addr: *mut $int, $a: $int, $b: $int, _: usize, g: usize) -> $int {
            // SAFETY: Go's own checks come before.
            let $cell = unsafe { $atomic::from_ptr(addr) };
            let operation = || $body;
            let Some(task) = task else { return operation() };
            // SAFETY: g is the running goroutine's.
            if let Some(record) = unsafe { sync_at(addr as usize, g) } {
                DETECTOR.$how(&task.task, &record.var, operation)
            } else if let Some(record) = cells::shared_sync(addr as usize) {
                DETECTOR.update(&task.task, &record.var, operation)
            } else {
                operation()
            }
        }
    };
}

atomics! {
    guard_store32 guard_store64 (new, _) -> store |cell| { cell.store(new, Ordering::SeqCst); 0 };
    guard_swap32 guard_swap64 (new, _) -> update |cell| cell.swap(new, Ordering::SeqCst);
    guard_cas32 guard_cas64 (old, new) -> update |cell|
        cell.compare_exchange(old, new, Ordering::SeqCst, Ordering::SeqCst).is_ok().into();
    guard_add32 guard_add64 (delta, _) -> update |cell| cell.fetch_add(delta, Ordering::SeqCst).wrapping_add(delta);
    guard_and32 guard_and64 (mask, _) -> update |cell| cell.fetch_and(mask, Ordering::SeqCst);
    guard_or32 guard_or64 (mask, _) -> update |cell| cell.fetch_or(mask, Ordering::SeqCst);
}
