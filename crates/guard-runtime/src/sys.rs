//! System calls, bare: the guard runs where there is no C library.

use core::arch::asm;

const READ: usize = 0;
const WRITE: usize = 1;
const OPEN: usize = 2;
const CLOSE: usize = 3;
const MMAP: usize = 9;
const MPROTECT: usize = 10;
const RT_SIGPROCMASK: usize = 14;
const SCHED_YIELD: usize = 24;
const MADVISE: usize = 28;
const NANOSLEEP: usize = 35;
const EXIT_GROUP: usize = 231;

/// # Safety
///
/// As the system call's.
#[inline]
unsafe fn syscall(number: usize, a: usize, b: usize, c: usize, d: usize, e: usize, f: usize) -> isize {
    let result;
    // SAFETY: the kernel keeps all registers but rax, rcx and r11.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") number as isize => result,
            in("rdi") a, in("rsi") b, in("rdx") c, in("r10") d, in("r8") e, in("r9") f,
            lateout("rcx") _, lateout("r11") _,
            options(nostack)
        );
    }
    result
}

/// Reserves `size` bytes of addresses at `at`, or nothing. They are to be opened before they are used:
/// what is reserved counts nowhere as memory, and the kernel does not fill it for a program that calls `mlockall`.
pub(crate) fn reserve(at: usize, size: usize) -> bool {
    const PROT_NONE: usize = 0;
    const FLAGS: usize = 0x02 | 0x20 | 0x4000 | 0x10_0000; // private, anonymous, noreserve, fixed_noreplace
    const NOHUGEPAGE: usize = 15;
    const DONTDUMP: usize = 16;
    // SAFETY: a fixed mapping that replaces nothing.
    let got = unsafe { syscall(MMAP, at, size, PROT_NONE, FLAGS, usize::MAX, 0) };
    if got != at as isize {
        return false;
    }
    // A huge page for each touch would cost 2 MiB; and a core dump has no use for the cells.
    // SAFETY: advice on our own mapping.
    unsafe {
        syscall(MADVISE, at, size, NOHUGEPAGE, 0, 0, 0);
        syscall(MADVISE, at, size, DONTDUMP, 0, 0, 0);
    }
    true
}

/// Opens whole pages of what was reserved, for reading and writing. They read as zero, and cost nothing until
/// touched.
pub(crate) fn open_pages(at: usize, size: usize) -> bool {
    const PROT_READ_WRITE: usize = 3;
    // SAFETY: within our own mapping; what is open stays as it is.
    unsafe { syscall(MPROTECT, at, size, PROT_READ_WRITE, 0, 0, 0) == 0 }
}

/// Writes all of `bytes` to a descriptor, as far as that is possible.
pub(crate) fn write(fd: i32, mut bytes: &[u8]) {
    const EINTR: isize = -4;
    const EAGAIN: isize = -11;
    while !bytes.is_empty() {
        // SAFETY: the buffer is valid for reads.
        let wrote = unsafe { syscall(WRITE, fd as usize, bytes.as_ptr() as usize, bytes.len(), 0, 0, 0) };
        match wrote {
            EINTR => continue,
            EAGAIN => yield_now(),
            n if n <= 0 => return,
            n => bytes = bytes.get(n as usize..).unwrap_or_default(),
        }
    }
}

/// Opens a file whose path ends in a zero byte; for appending (and creating it) or for reading.
pub(crate) fn open(path: *const u8, append: bool) -> Option<i32> {
    const CLOEXEC: usize = 0o2_000_000;
    const APPEND: usize = 0o1 | 0o100 | 0o2000; // write-only, create, append
    let flags = CLOEXEC | if append { APPEND } else { 0 };
    // SAFETY: the path is terminated.
    let fd = unsafe { syscall(OPEN, path as usize, flags, 0o644, 0, 0, 0) };
    (fd >= 0).then_some(fd as i32)
}

/// Reads into `buffer`; 0 at the end and on errors.
pub(crate) fn read(fd: i32, buffer: &mut [u8]) -> usize {
    // SAFETY: the buffer is valid for writes.
    let got = unsafe { syscall(READ, fd as usize, buffer.as_mut_ptr() as usize, buffer.len(), 0, 0, 0) };
    if got < 0 { 0 } else { got as usize }
}

pub(crate) fn close(fd: i32) {
    // SAFETY: closes a descriptor that we opened.
    unsafe { syscall(CLOSE, fd as usize, 0, 0, 0, 0, 0) };
}

pub(crate) fn yield_now() {
    // SAFETY: no arguments.
    unsafe { syscall(SCHED_YIELD, 0, 0, 0, 0, 0, 0) };
}

/// Sleeps for a millisecond, or until a signal comes.
pub(crate) fn pause() {
    let time: [i64; 2] = [0, 1_000_000];
    // SAFETY: a timespec; what would be left of it is not asked for.
    unsafe { syscall(NANOSLEEP, time.as_ptr() as usize, 0, 0, 0, 0, 0) };
}

/// Holds back the signals of this thread that come from outside, and returns what was held back before. Those that
/// the thread itself causes, and those by which libraries reach each thread, come through.
pub(crate) fn hold_signals() -> u64 {
    // SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS; 32 to 34 are the libraries'.
    const THROUGH: [u32; 10] = [4, 5, 6, 7, 8, 11, 31, 32, 33, 34];
    let mut held = u64::MAX;
    for signal in THROUGH {
        held &= !(1 << (signal - 1));
    }
    let mut before = 0;
    mask_signals(SIG_BLOCK, &held, Some(&mut before));
    before
}

/// Holds back those of [`hold_signals`] before.
pub(crate) fn release_signals(before: u64) {
    mask_signals(SIG_SETMASK, &before, None);
}

const SIG_BLOCK: usize = 0;
const SIG_SETMASK: usize = 2;

fn mask_signals(how: usize, set: &u64, before: Option<&mut u64>) {
    let set = core::ptr::from_ref(set) as usize;
    let before = before.map_or(0, |before| core::ptr::from_mut(before) as usize);
    // SAFETY: sets of 64 signals, which the kernel reads and writes; none is kept.
    unsafe { syscall(RT_SIGPROCMASK, how, set, before, size_of::<u64>(), 0, 0) };
}

pub(crate) fn exit(code: i32) -> ! {
    loop {
        // SAFETY: ends the process.
        unsafe { syscall(EXIT_GROUP, code as usize, 0, 0, 0, 0, 0) };
    }
}
