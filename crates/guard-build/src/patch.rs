//! The files of the standard library that a guarded build reads from the cache.
//!
//! Some are the guard's own (the folder `go/` of this crate); the others are the release's, with the
//! edits below. Each edit names the piece of text it replaces, and is checked: a release in which
//! the piece is not found is refused, or for the edits that only save time, goes without.

use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use guard_runtime::layout;

use crate::Error;
use crate::cache::fingerprint;
use crate::go::Go;

/// The image as assembler, and the macros that name its entry points; made by build.rs.
const IMAGE: &str = include_str!(concat!(env!("OUT_DIR"), "/guard_amd64.s"));
const ENTRIES: &str = include_str!(concat!(env!("OUT_DIR"), "/guard_amd64.h"));
const ENTRIES_INCLUDE: &str = "#include \"guard_amd64.h\"\n";

/// Our own files: what they replace below GOROOT/src or are part of, and the releases they are for.
///
/// None may be new there: `go vet`, which `go test` runs, reads the release's files up to Go 1.23,
/// and does not find one that only the overlay has.
const OWN: &[(&str, &str, RangeInclusive<u32>)] = &[
    ("runtime/race.go", include_str!("../go/runtime/race.go"), 21..=27),
    ("runtime/race.go", include_str!("../go/runtime/guard_go121.go"), 21..=21),
    ("runtime/race.go", include_str!("../go/runtime/guard_go122.go"), 22..=27),
    ("runtime/race.go", include_str!("../go/runtime/guard_go123.go"), 21..=23),
    ("runtime/race.go", include_str!("../go/runtime/guard_go124.go"), 24..=27),
    ("internal/race/race.go", include_str!("../go/internal/race/race_go121.go"), 21..=23),
    ("internal/race/race.go", include_str!("../go/internal/race/race_go124.go"), 24..=27),
    ("internal/race/race.go", include_str!("../go/internal/race/pool.go"), 21..=27),
    ("sync/atomic/type.go", include_str!("../go/sync/atomic/guard.go"), 21..=27),
];
const CALLS: &str = include_str!("../go/runtime/race_amd64.s");
const CALLS_GO124: &str = include_str!("../go/runtime/guard_go124_amd64.s");

/// A replacement in one file of the release.
struct Edit {
    /// Below GOROOT/src.
    file: &'static str,
    /// The releases that it is for.
    releases: RangeInclusive<u32>,
    /// What is looked for. All its occurrences are replaced.
    find: &'static str,
    replace: &'static str,
    /// What the guard lacks without it, and so refuses the release. `None` for an edit that saves
    /// time or sharpens: without it the program is slower or a race is missed, and no alarm is false.
    needed: Option<&'static str>,
}

const ALL: RangeInclusive<u32> = 21..=27;

const fn needed(
    file: &'static str,
    releases: RangeInclusive<u32>,
    find: &'static str,
    replace: &'static str,
    what: &'static str,
) -> Edit {
    Edit { file, releases, find, replace, needed: Some(what) }
}

const fn better(
    file: &'static str,
    releases: RangeInclusive<u32>,
    find: &'static str,
    replace: &'static str,
) -> Edit {
    Edit { file, releases, find, replace, needed: None }
}

const CLONE: &str = "func mapclone(m any) any {\n";
const CLONE_HOOK: &str = "func mapclone(m any) any {\n\tguardclone(m, sys.GetCallerPC())\n";

const FD_MUTEX: &str = "internal/poll/fd_mutex.go";
const FD_MUTEX_WHAT: &str = "the lock of files and sockets";
const FD_MUTEX_DECREF: &str = "if atomic.CompareAndSwapUint64(&mu.state, old, new) {\n\t\t\treturn new&(";
const FD_MUTEX_LOCK: &str =
    "if atomic.CompareAndSwapUint64(&mu.state, old, new) {\n\t\t\tif old&mutexBit == 0 {\n";

const EDITS: &[Edit] = &[
    // The sweeper asks about spans that the guard follows something in, and only about those:
    // memory that is used again is forgotten at no cost to the allocator.
    needed(
        "runtime/mgcsweep.go",
        ALL,
        "|| raceenabled || msanenabled || asanenabled {\n\t\t// Find all newly freed objects.",
        "|| raceenabled && guardsweep(s) || msanenabled || asanenabled {\n\t\t// Find all newly freed objects.",
        "the sweeper's hook",
    ),
    // maps.Clone has no hook of its own.
    needed(
        "runtime/map.go",
        21..=23,
        CLONE,
        "func mapclone(m any) any {\n\tguardclone(m, getcallerpc())\n",
        "a place for a hook in maps.Clone",
    ),
    needed("runtime/map_swiss.go", 24..=25, CLONE, CLONE_HOOK, "a place for a hook in maps.Clone"),
    needed("runtime/map_noswiss.go", 24..=25, CLONE, CLONE_HOOK, "a place for a hook in maps.Clone"),
    needed("runtime/map.go", 26..=27, CLONE, CLONE_HOOK, "a place for a hook in maps.Clone"),
    // A buffer of elements without size is one address, and all its slots would be one variable: a
    // semaphore of two would pass for a mutex. Bytes of the channel's head stand for the slots.
    better(
        "runtime/chan.go",
        ALL,
        "\tif c.elemsize == 0 {\n\t\tif sg == nil {\n\t\t\traceacquire(qp)\n",
        "\tif c.elemsize == 0 && c.dataqsiz <= 64 {\n\t\tqp = add(unsafe.Pointer(c), 24+uintptr(idx))\n\t}\n\
         \tif c.elemsize == 0 && c.dataqsiz > 64 {\n\t\tif sg == nil {\n\t\t\traceacquire(qp)\n",
    ),
    // Two goroutines at one channel: one call of the guard does what several would.
    better(
        "runtime/chan.go",
        ALL,
        "\tracerelease(chanbuf(c, 0))\n\traceacquireg(sg.g, chanbuf(c, 0))\n\
         \tracereleaseg(sg.g, chanbuf(c, 0))\n\traceacquire(chanbuf(c, 0))\n",
        "\tguardsync(sg.g)\n",
    ),
    better(
        "runtime/chan.go",
        ALL,
        "racenotify(c, c.recvx, nil)\n\t\t\tracenotify(c, c.recvx, sg)\n",
        "guardnotify(c, c.recvx, sg)\n",
    ),
    // ThreadSanitizer bounds the heap to 128 GiB; the guard watches as much, and lets it grow.
    needed(
        "runtime/malloc.go",
        ALL,
        "case raceenabled:\n\t\t\t\t// The TSAN runtime requires the heap",
        "case false:\n\t\t\t\t// The TSAN runtime requires the heap",
        "the bounds of the heap",
    ),
    needed(
        "runtime/malloc.go",
        ALL,
        "if raceenabled {\n\t\t\t// The race detector assumes the heap lives in",
        "if false {\n\t\t\t// The race detector assumes the heap lives in",
        "the bounds of the heap",
    ),
    // What there is to say at the end is said also when the program fails.
    needed(
        "runtime/proc.go",
        ALL,
        "\tif exitCode == 0 && raceenabled {\n",
        "\tif raceenabled {\n\t\tguardbeforeexit(exitCode)\n\t}\n\tif exitCode == 0 && raceenabled {\n",
        "the end of a program",
    ),
    // The runtime ends a program in three places: after the stacks of a panic or fatal error, after those of a signal,
    // and by a signal. A report that another thread is writing then gets whole.
    better(
        "runtime/panic.go",
        ALL,
        "\tprintDebugLog()\n\n\treturn docrash\n",
        "\tguardlast()\n\tprintDebugLog()\n\n\treturn docrash\n",
    ),
    better(
        "runtime/signal_unix.go",
        ALL,
        "\tprintDebugLog()\n\n\texit(2)\n",
        "\tguardlast()\n\tprintDebugLog()\n\n\texit(2)\n",
    ),
    better(
        "runtime/signal_unix.go",
        ALL,
        "func dieFromSignal(sig uint32) {\n",
        "func dieFromSignal(sig uint32) {\n\tguardlast()\n",
    ),
    // Up to Go 1.21 Once calls functions of sync/atomic, which are instructions in this package.
    needed("sync/once.go", 21..=21, "import (\n", "import (\n\t\"unsafe\"\n", "the imports of sync.Once"),
    needed(
        "sync/once.go",
        21..=21,
        "if atomic.LoadUint32(&o.done) == 0 {\n\t\t// Out",
        "if (*atomic.Uint32)(unsafe.Pointer(&o.done)).Load() == 0 {\n\t\t// Out",
        "the look of sync.Once at its flag",
    ),
    needed(
        "sync/once.go",
        21..=21,
        "defer atomic.StoreUint32(&o.done, 1)",
        "defer (*atomic.Uint32)(unsafe.Pointer(&o.done)).Store(1)",
        "the flag of sync.Once",
    ),
    // The lock of a file or socket: whoever unlocks it, or begins to use it (to set a deadline, which ends another's
    // read), hands on what it did and takes what is there (an atomic operation as any other); whoever locks it or
    // ends a use needs only to take. It is locked for every read and write.
    needed(FD_MUTEX, ALL, FD_MUTEX_DECREF, "if mu.lockcas(old, new) {\n\t\t\treturn new&(", FD_MUTEX_WHAT),
    needed(
        FD_MUTEX,
        ALL,
        FD_MUTEX_LOCK,
        "if mu.lockcas(old, new) {\n\t\t\tif old&mutexBit == 0 {\n",
        FD_MUTEX_WHAT,
    ),
    needed(
        FD_MUTEX,
        ALL,
        "if atomic.CompareAndSwapUint64(&mu.state, old, new) {",
        "if mu.cas(old, new) {",
        FD_MUTEX_WHAT,
    ),
    needed(
        FD_MUTEX,
        ALL,
        "if old&mutexClosed != 0 {\n\t\t\treturn false\n",
        "if old&mutexClosed != 0 {\n\t\t\trace.Acquire(unsafe.Pointer(&mu.state))\n\t\t\treturn false\n",
        FD_MUTEX_WHAT,
    ),
    needed(
        FD_MUTEX,
        ALL,
        "import \"sync/atomic\"\n",
        "import (\n\t\"internal/race\"\n\t\"sync/atomic\"\n\t\"unsafe\"\n)\n\n\
         func (mu *fdMutex) cas(old, new uint64) bool {\n\
         \treturn (*atomic.Uint64)(unsafe.Pointer(&mu.state)).CompareAndSwap(old, new)\n}\n\n\
         func (mu *fdMutex) lockcas(old, new uint64) bool {\n\
         \tdone := atomic.CompareAndSwapUint64(&mu.state, old, new)\n\
         \tif done {\n\t\trace.Acquire(unsafe.Pointer(&mu.state))\n\t}\n\treturn done\n}\n",
        FD_MUTEX_WHAT,
    ),
    // What the tag `race` changes besides, to shake races out: it costs time, and the guard, which
    // does not wait for two accesses to overlap, can do without.
    better(
        "runtime/proc.go",
        ALL,
        "const randomizeScheduler = raceenabled",
        "const randomizeScheduler = false",
    ),
    // ThreadSanitizer's calls need room on the goroutine's stack, ours hardly any: with twice the
    // reserve no goroutine fits into its first 2 KiB.
    better("runtime/internal/sys/consts_race.go", 21..=23, "const isRace = 1", "const isRace = 0"),
    better("internal/runtime/sys/consts_race.go", 24..=27, "const isRace = 1", "const isRace = 0"),
    better("sync/pool.go", 21..=21, "if fastrandn(4) == 0 {", "if false {"),
    better("sync/pool.go", 22..=27, "if runtime_randn(4) == 0 {", "if false {"),
    // Small objects may share a block: the guard follows no object that small.
    better("runtime/malloc.go", ALL, "!raceenabled && (size < c.tinyoffset", "(size < c.tinyoffset"),
    better(
        "runtime/malloc.go",
        21..=23,
        "if raceenabled && noscan && dataSize < maxTinySize {",
        "if false {",
    ),
    better(
        "runtime/malloc.go",
        24..=27,
        "if raceenabled {\n\t\t// Pad tinysize allocations",
        "if false {\n\t\t// Pad tinysize allocations",
    ),
    better(
        "runtime/malloc.go",
        26..=27,
        "&& !asanenabled && !raceenabled && !msanenabled && !valgrindenabled\n",
        "&& !asanenabled && !msanenabled && !valgrindenabled\n",
    ),
    better(
        "runtime/malloc_generated.go",
        26..=26,
        "!raceenabled && (constsize < c.tinyoffset",
        "(constsize < c.tinyoffset",
    ),
    better(
        "runtime/malloc_generated.go",
        26..=26,
        "if raceenabled {\n\n\t\tx = add(",
        "if false {\n\n\t\tx = add(",
    ),
    better(
        "runtime/malloc_generated.go",
        27..=27,
        "!raceenabled && (size < c.tinyoffset",
        "(size < c.tinyoffset",
    ),
    // A send that races with a close is not the guard's business.
    better("runtime/chan.go", ALL, "racereadpc(c.raceaddr(), callerpc, abi.FuncPCABIInternal(chansend))", ""),
    better(
        "runtime/chan.go",
        ALL,
        "racewritepc(c.raceaddr(), callerpc, abi.FuncPCABIInternal(closechan))",
        "_, _ = callerpc, abi.FuncPCABIInternal(closechan)",
    ),
    better("runtime/select.go", ALL, "racereadpc(c.raceaddr(), casePC(casi), chansendpc)", ""),
    // In the locks the tag switches the detector off and on again around atomics that it must not
    // see. The functions of sync/atomic, which are instructions in this package, do it for less.
    better(
        "sync/rwmutex.go",
        ALL,
        "rw.readerCount.Add(",
        "atomic.AddInt32((*int32)(unsafe.Pointer(&rw.readerCount)), ",
    ),
    better(
        "sync/rwmutex.go",
        ALL,
        "rw.readerCount.Load(",
        "atomic.LoadInt32((*int32)(unsafe.Pointer(&rw.readerCount)), ",
    ),
    better(
        "sync/rwmutex.go",
        ALL,
        "rw.readerCount.CompareAndSwap(",
        "atomic.CompareAndSwapInt32((*int32)(unsafe.Pointer(&rw.readerCount)), ",
    ),
    better(
        "sync/rwmutex.go",
        ALL,
        "rw.readerWait.Add(",
        "atomic.AddInt32((*int32)(unsafe.Pointer(&rw.readerWait)), ",
    ),
    better(
        "sync/rwmutex.go",
        ALL,
        "rw.readerWait.Load(",
        "atomic.LoadInt32((*int32)(unsafe.Pointer(&rw.readerWait)), ",
    ),
    better(
        "sync/rwmutex.go",
        ALL,
        "rw.readerWait.CompareAndSwap(",
        "atomic.CompareAndSwapInt32((*int32)(unsafe.Pointer(&rw.readerWait)), ",
    ),
    better("sync/rwmutex.go", ALL, "race.Disable()", ""),
    better("sync/rwmutex.go", ALL, "race.Enable()", ""),
    better(
        "sync/waitgroup.go",
        ALL,
        "wg.state.Add(",
        "atomic.AddUint64((*uint64)(unsafe.Pointer(&wg.state)), ",
    ),
    better(
        "sync/waitgroup.go",
        ALL,
        "wg.state.Load(",
        "atomic.LoadUint64((*uint64)(unsafe.Pointer(&wg.state)), ",
    ),
    better(
        "sync/waitgroup.go",
        ALL,
        "wg.state.CompareAndSwap(",
        "atomic.CompareAndSwapUint64((*uint64)(unsafe.Pointer(&wg.state)), ",
    ),
    better(
        "sync/waitgroup.go",
        ALL,
        "wg.state.Or(",
        "atomic.OrUint64((*uint64)(unsafe.Pointer(&wg.state)), ",
    ),
    better(
        "sync/waitgroup.go",
        ALL,
        "wg.state.Store(",
        "atomic.StoreUint64((*uint64)(unsafe.Pointer(&wg.state)), ",
    ),
    better("sync/waitgroup.go", ALL, "defer race.Enable()", ""),
    better("sync/waitgroup.go", ALL, "race.Enable()", ""),
    better("sync/waitgroup.go", ALL, "race.Disable()", ""),
    better("sync/pool.go", ALL, "race.Enable()", ""),
    better("sync/pool.go", ALL, "race.Disable()", ""),
    // But for the lock of all pools: who uses one for the first time is not ordered after who used another.
    better(
        "sync/pool.go",
        ALL,
        "\tallPoolsMu.Lock()\n\tdefer allPoolsMu.Unlock()\n",
        "\trace.Disable()\n\tdefer race.Enable()\n\tallPoolsMu.Lock()\n\tdefer allPoolsMu.Unlock()\n",
    ),
    // What is put into a pool comes before what is done with the same value afterwards. One of 128 variables stands
    // for it, so that a goroutine also takes over what others did to other values, and merges clocks with theirs. For
    // a pointer a byte of the value's own memory does for less, and hides no race. No lock or atomic has an odd
    // address; a map, which has a record of its own there, is no pointer.
    better(
        "sync/pool.go",
        ALL,
        "\tptr := uintptr((*[2]unsafe.Pointer)(unsafe.Pointer(&x))[1])\n",
        "\tif addr := race.PoolAddr(x); addr != nil {\n\t\treturn addr\n\t}\n\
         \tptr := uintptr((*[2]unsafe.Pointer)(unsafe.Pointer(&x))[1])\n",
    ),
    better(
        "sync/poolqueue.go",
        ALL,
        "d.headTail.Add(",
        "atomic.AddUint64((*uint64)(unsafe.Pointer(&d.headTail)), ",
    ),
    better(
        "sync/poolqueue.go",
        ALL,
        "d.headTail.Load(",
        "atomic.LoadUint64((*uint64)(unsafe.Pointer(&d.headTail)), ",
    ),
    better(
        "sync/poolqueue.go",
        ALL,
        "d.headTail.CompareAndSwap(",
        "atomic.CompareAndSwapUint64((*uint64)(unsafe.Pointer(&d.headTail)), ",
    ),
    better(
        "sync/poolqueue.go",
        ALL,
        "d.headTail.Store(",
        "atomic.StoreUint64((*uint64)(unsafe.Pointer(&d.headTail)), ",
    ),
];

/// Where the typed atomics and atomic.Value are.
const TYPED_ATOMICS: &str = "sync/atomic/type.go";
const ATOMIC_VALUE: &str = "sync/atomic/value.go";

/// Functions of sync/atomic that the compiler turns into instructions, as type.go calls them.
const ATOMIC_OPS: [&str; 7] = ["Load", "Store", "Swap", "CompareAndSwap", "Add", "And", "Or"];
const ATOMIC_TYPES: [&str; 5] = ["Int32", "Uint32", "Int64", "Uint64", "Uintptr"];

/// A file of the overlay: where it stands in GOROOT, and its text.
struct File {
    at: PathBuf,
    text: String,
}

/// Writes the overlay for `go` into `folder`, which will be known as `later`: the files, and
/// `overlay.json`, which says what they replace.
pub fn write(go: &Go, minor: u32, folder: &Path, later: &Path) -> Result<(), Error> {
    let mut replace = serde_json::Map::new();
    for (number, file) in files(go, minor)?.into_iter().enumerate() {
        let base = file.at.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let name = format!("{number:02}-{base}");
        let path = folder.join(&name);
        fs::write(&path, file.text).map_err(Error::io(&path))?;
        replace.insert(file.at.display().to_string(), later.join(&name).display().to_string().into());
    }
    let json = serde_json::json!({ "Replace": replace }).to_string();
    let path = folder.join("overlay.json");
    fs::write(&path, json).map_err(Error::io(&path))
}

/// Names the overlay for `go`: two overlays of one name are the same.
///
/// The release's files are looked at by size and time, so that this is quick.
pub fn name(go: &Go) -> String {
    let mut parts: Vec<Vec<u8>> = vec![
        env!("CARGO_PKG_VERSION").into(),
        include_bytes!("patch.rs").to_vec(),
        layout_go().into_bytes(),
        go.goroot.display().to_string().into_bytes(),
        go.goversion.clone().into_bytes(),
    ];
    let own = OWN.iter().map(|(_, text, _)| *text).chain([IMAGE, CALLS, CALLS_GO124]);
    parts.extend(own.map(|text| text.as_bytes().to_vec()));
    for file in EDITS.iter().map(|edit| edit.file).chain([TYPED_ATOMICS, ATOMIC_VALUE]) {
        let stamp = fs::metadata(source(go, file)).ok().map(|meta| (meta.len(), meta.modified().ok()));
        parts.push(format!("{stamp:?}").into_bytes());
    }
    format!("overlay-{}", fingerprint(parts.iter().map(Vec::as_slice)))
}

fn source(go: &Go, file: &str) -> PathBuf {
    go.goroot.join("src").join(file)
}

fn files(go: &Go, minor: u32) -> Result<Vec<File>, Error> {
    let mut files = Vec::new();
    let mut put = |file: &str, text: String| {
        let at = source(go, file);
        match files.iter_mut().find(|other: &&mut File| other.at == at) {
            Some(File { text: before, .. }) => before.push_str(after_imports(&text)),
            None => files.push(File { at, text }),
        }
    };
    put(TYPED_ATOMICS, typed_atomics(go)?);
    for (file, text, releases) in OWN {
        if releases.contains(&minor) {
            put(file, (*text).to_owned());
        }
    }
    put("runtime/race.go", layout_go());
    put("runtime/race_amd64.s", CALLS.replace(ENTRIES_INCLUDE, ENTRIES));
    if minor >= 24 {
        put("runtime/race_amd64.s", CALLS_GO124.to_owned());
    }
    put("runtime/race_amd64.s", IMAGE.to_owned());
    let value = read(go, ATOMIC_VALUE)?;
    put(ATOMIC_VALUE, atomic_value(&value));

    let mut edited: Vec<(&str, String)> = Vec::new();
    for edit in EDITS.iter().filter(|edit| edit.releases.contains(&minor)) {
        let at = match edited.iter().position(|(file, _)| *file == edit.file) {
            Some(at) => at,
            None => {
                edited.push((edit.file, read(go, edit.file)?));
                edited.len() - 1
            }
        };
        let (_, text) = &mut edited[at];
        if text.contains(edit.find) {
            *text = text.replace(edit.find, edit.replace);
        } else if let Some(what) = edit.needed {
            return Err(unexpected(go, edit.file, what));
        }
    }
    for (file, text) in edited {
        put(file, text);
    }
    Ok(files)
}

/// A file of ours without its head, to be part of another in the same package: that has the
/// build tag, and imports what the part needs.
fn after_imports(text: &str) -> &str {
    let end_of = |line: &str| text.find(line).map(|at| at + line.len());
    let head = ["\n#include \"textflag.h\"\n", "\nimport \"unsafe\"\n", "\npackage runtime\n"];
    head.into_iter().find_map(end_of).map_or(text, |at| &text[at..])
}

fn read(go: &Go, file: &str) -> Result<String, Error> {
    let path = source(go, file);
    fs::read_to_string(&path).map_err(Error::io(path))
}

fn unexpected(go: &Go, file: &str, what: &'static str) -> Error {
    Error::Patch { file: source(go, file), version: go.goversion.clone(), what }
}

/// type.go with calls that the compiler does not turn into instructions.
fn typed_atomics(go: &Go) -> Result<String, Error> {
    let mut text = read(go, TYPED_ATOMICS)?;
    for kind in ATOMIC_TYPES {
        for op in ATOMIC_OPS {
            let call = format!(" {op}{kind}(&");
            if !text.contains(&call) && !matches!(op, "And" | "Or") {
                return Err(unexpected(go, TYPED_ATOMICS, "the typed atomics call the functions"));
            }
            text = text.replace(&call, &format!(" guard{op}{kind}(&"));
        }
    }
    Ok(text.replace("(LoadPointer(&", "(guardLoadPointer(&"))
}

/// value.go with loads that the compiler does not turn into instructions. Of the first store, which is three
/// operations, only the last is the guard's business: nobody looks at the value before it is done.
fn atomic_value(text: &str) -> String {
    let text = text.replace("LoadPointer(&", "guardLoadPointer(&");
    let first = text.replace("!CompareAndSwapPointer(&vp.typ, nil, ", "!guardBareCAS(&vp.typ, ").replace(
        "// Complete first store.\n\t\t\tStorePointer(&vp.data, ",
        "// Complete first store.\n\t\t\tguardBareStore(&vp.data, ",
    );
    if !first.contains("guardBareCAS") || !first.contains("guardBareStore") {
        return text;
    }
    first.replace("import (\n", "import (\n\t\"internal/race\"\n")
        + "\nfunc guardBareCAS(addr *unsafe.Pointer, new unsafe.Pointer) bool {\n\
           \trace.Disable()\n\tdone := CompareAndSwapPointer(addr, nil, new)\n\trace.Enable()\n\treturn done\n}\n\n\
           func guardBareStore(addr *unsafe.Pointer, val unsafe.Pointer) {\n\
           \trace.Disable()\n\tStorePointer(addr, val)\n\trace.Enable()\n}\n"
}

/// The addresses that both sides have to agree on.
fn layout_go() -> String {
    format!(
        "//go:build race\n\npackage runtime\n\nconst (\n\
         \tguardHeapBase  = {:#x}\n\
         \tguardHeapCells = {:#x} // a uint32 for each 8 bytes of heap\n\
         \tguardDataCells = {:#x} // the same for data and bss\n\
         \tguardHeapPages = {:#x} // a byte for each page of heap\n\
         \tguardNodes     = {:#x} // 16 uint32 each\n\
         \tguardSyncs     = {:#x} // a guardSync each\n\
         \tguardMaps      = {:#x} // a guardMap each\n\
         \tguardMapSize   = {}\n\
         \tguardPageShift = {}\n)\n",
        layout::HEAP_BASE,
        layout::HEAP_CELLS.at,
        layout::DATA_CELLS.at,
        layout::HEAP_PAGES.at,
        layout::NODES.at,
        layout::SYNCS.at,
        layout::MAPS.at,
        layout::MAPS.size,
        layout::PAGE_SHIFT,
    )
}
