//! The files of the standard library that a guarded build reads from the cache.
//!
//! Some are the guard's own (the folder `go/` of this crate); the others are the release's, with the
//! edits below. Each edit names the piece of text it replaces, and is checked: a release in which
//! the piece is not found is refused, or for the edits that only save time, goes without.

use std::fs;
use std::path::{Path, PathBuf};

use guard_runtime::layout;

use crate::Error;
use crate::cache::fingerprint;
use crate::go::Go;

/// The image as assembler, and the macros that name its entry points; made by build.rs.
const IMAGE: &str = include_str!(concat!(env!("OUT_DIR"), "/guard_amd64.s"));
const ENTRIES: &str = include_str!(concat!(env!("OUT_DIR"), "/guard_amd64.h"));
const ENTRIES_INCLUDE: &str = "#include \"guard_amd64.h\"\n";

/// Our own files: where they go below GOROOT/src, and the releases they are for.
const OWN: &[(&str, &str, std::ops::RangeInclusive<u32>)] = &[
    ("runtime/race.go", include_str!("../go/runtime/race.go"), 21..=99),
    ("runtime/guard_go121.go", include_str!("../go/runtime/guard_go121.go"), 21..=21),
    ("runtime/guard_go122.go", include_str!("../go/runtime/guard_go122.go"), 22..=99),
    ("runtime/guard_go124.go", include_str!("../go/runtime/guard_go124.go"), 24..=99),
    ("internal/race/race.go", include_str!("../go/internal/race/race_go121.go"), 21..=23),
    ("internal/race/race.go", include_str!("../go/internal/race/race_go124.go"), 24..=99),
    ("sync/atomic/guard.go", include_str!("../go/sync/atomic/guard.go"), 21..=99),
];
const CALLS: &str = include_str!("../go/runtime/race_amd64.s");

/// A replacement in one file of the release.
struct Edit {
    /// Below GOROOT/src.
    file: &'static str,
    /// What is looked for. All its occurrences are replaced.
    find: &'static str,
    replace: &'static str,
    /// In which releases it must be there; in the others it may.
    needed: std::ops::RangeInclusive<u32>,
    /// What it is for.
    why: &'static str,
}

const NEVER: std::ops::RangeInclusive<u32> = 1..=0;
const ALWAYS: std::ops::RangeInclusive<u32> = 21..=99;

/// For all supported releases. An edit whose file a release does not have is passed over if it is
/// not needed there.
const EDITS: &[Edit] = &[
    // The sweeper asks about spans that the guard follows something in, and only about those:
    // memory that is used again is forgotten at no cost to the allocator.
    Edit {
        file: "runtime/mgcsweep.go",
        find: "|| raceenabled || msanenabled || asanenabled {\n\t\t// Find all newly freed objects.",
        replace: "|| raceenabled && guardspan(s.base(), s.npages) || msanenabled || asanenabled {\n\t\t// Find all newly freed objects.",
        needed: ALWAYS,
        why: "the sweeper's hook",
    },
    // maps.Clone has no hook of its own.
    Edit {
        file: "runtime/map.go",
        find: "func mapclone(m any) any {\n",
        replace: "func mapclone(m any) any {\n\tguardclone(m, getcallerpc())\n",
        needed: 21..=23,
        why: "the hook in maps.Clone",
    },
    Edit {
        file: "runtime/map_swiss.go",
        find: "func mapclone(m any) any {\n",
        replace: "func mapclone(m any) any {\n\tguardclone(m, sys.GetCallerPC())\n",
        needed: 24..=25,
        why: "the hook in maps.Clone",
    },
    Edit {
        file: "runtime/map_noswiss.go",
        find: "func mapclone(m any) any {\n",
        replace: "func mapclone(m any) any {\n\tguardclone(m, sys.GetCallerPC())\n",
        needed: 24..=25,
        why: "the hook in maps.Clone",
    },
    Edit {
        file: "runtime/map.go",
        find: "func mapclone(m any) any {\n",
        replace: "func mapclone(m any) any {\n\tguardclone(m, sys.GetCallerPC())\n",
        needed: 26..=99,
        why: "the hook in maps.Clone",
    },
    // What the tag `race` changes besides, to shake races out: it costs time and the guard, which
    // needs no two accesses to overlap, does not need it.
    Edit {
        file: "runtime/proc.go",
        find: "const randomizeScheduler = raceenabled",
        replace: "const randomizeScheduler = false",
        needed: NEVER,
        why: "",
    },
    Edit {
        file: "sync/pool.go",
        find: "if fastrandn(4) == 0 {",
        replace: "if false {",
        needed: NEVER,
        why: "",
    },
    Edit {
        file: "sync/pool.go",
        find: "if runtime_randn(4) == 0 {",
        replace: "if false {",
        needed: NEVER,
        why: "",
    },
    Edit {
        file: "runtime/malloc.go",
        find: "!raceenabled && (size < c.tinyoffset",
        replace: "(size < c.tinyoffset",
        needed: NEVER,
        why: "",
    },
    Edit {
        file: "runtime/malloc.go",
        find: "if raceenabled && noscan && dataSize < maxTinySize {",
        replace: "if false {",
        needed: NEVER,
        why: "",
    },
    Edit {
        file: "runtime/malloc.go",
        find: "if raceenabled {\n\t\t// Pad tinysize allocations",
        replace: "if false {\n\t\t// Pad tinysize allocations",
        needed: NEVER,
        why: "",
    },
    Edit {
        file: "runtime/malloc.go",
        find: "&& !asanenabled && !raceenabled && !msanenabled && !valgrindenabled\n",
        replace: "&& !asanenabled && !msanenabled && !valgrindenabled\n",
        needed: NEVER,
        why: "",
    },
    Edit {
        file: "runtime/malloc_generated.go",
        find: "!raceenabled && (",
        replace: "(",
        needed: NEVER,
        why: "",
    },
    Edit {
        file: "runtime/malloc_generated.go",
        find: "if raceenabled {\n\n\t\tx = add(",
        replace: "if false {\n\n\t\tx = add(",
        needed: NEVER,
        why: "",
    },
];

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
        fingerprint([IMAGE.as_bytes(), CALLS.as_bytes(), include_bytes!("patch.rs")]).into_bytes(),
        go.goroot.display().to_string().into_bytes(),
        go.goversion.clone().into_bytes(),
    ];
    parts.extend(OWN.iter().map(|own| own.1.as_bytes().to_vec()));
    for edit in EDITS {
        let stamp = fs::metadata(source(go, edit.file)).ok().map(|meta| (meta.len(), meta.modified().ok()));
        parts.push(format!("{stamp:?}").into_bytes());
    }
    format!("overlay-{}", fingerprint(parts.iter().map(Vec::as_slice)))
}

fn source(go: &Go, file: &str) -> PathBuf {
    go.goroot.join("src").join(file)
}

fn files(go: &Go, minor: u32) -> Result<Vec<File>, Error> {
    let mut files = Vec::new();
    let mut put = |file: &str, text: String| files.push(File { at: source(go, file), text });
    for (file, text, releases) in OWN {
        if releases.contains(&minor) {
            put(file, (*text).to_owned());
        }
    }
    put("runtime/guard_layout.go", layout_go());
    put("runtime/race_amd64.s", CALLS.replace(ENTRIES_INCLUDE, ENTRIES));
    put("runtime/guard_amd64.s", IMAGE.to_owned());
    put("sync/atomic/type.go", typed_atomics(go)?);
    let value = read(go, "sync/atomic/value.go")?;
    put("sync/atomic/value.go", value.replace("LoadPointer(&", "guardLoadPointer(&"));

    let mut edited: Vec<(&str, String)> = Vec::new();
    for edit in EDITS {
        let needed = edit.needed.contains(&minor);
        let at = match edited.iter().position(|(file, _)| *file == edit.file) {
            Some(at) => at,
            None if !needed && !source(go, edit.file).exists() => continue,
            None => {
                edited.push((edit.file, read(go, edit.file)?));
                edited.len() - 1
            }
        };
        let (_, text) = &mut edited[at];
        // An edit for other releases may look for the same text.
        let meant = needed || edit.needed.is_empty();
        if meant && text.contains(edit.find) {
            *text = text.replace(edit.find, edit.replace);
        } else if needed {
            return Err(unexpected(go, edit.file, edit.why));
        }
    }
    for (file, text) in edited {
        put(file, text);
    }
    Ok(files)
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
    const FILE: &str = "sync/atomic/type.go";
    let mut text = read(go, FILE)?;
    for kind in ATOMIC_TYPES {
        for op in ATOMIC_OPS {
            let call = format!(" {op}{kind}(&");
            if !text.contains(&call) && !matches!(op, "And" | "Or") {
                return Err(unexpected(go, FILE, "the typed atomics call the functions"));
            }
            text = text.replace(&call, &format!(" guard{op}{kind}(&"));
        }
    }
    Ok(text.replace("(LoadPointer(&", "(guardLoadPointer(&"))
}

/// The addresses that both sides have to agree on.
fn layout_go() -> String {
    format!(
        "//go:build race\n\npackage runtime\n\nconst (\n\
         \tguardHeapBase  = {:#x}\n\tguardHeapSize  = {:#x}\n\
         \tguardHeapCells = {:#x} // a uint32 for each 8 bytes of heap\n\
         \tguardDataCells = {:#x} // the same for data and bss\n\
         \tguardHeapPages = {:#x} // a byte for each page of heap\n\
         \tguardCellShift = {}\n\tguardPageShift = {}\n)\n",
        layout::HEAP_BASE,
        layout::HEAP_SIZE,
        layout::HEAP_CELLS.at,
        layout::DATA_CELLS.at,
        layout::HEAP_PAGES.at,
        layout::CELL_SHIFT,
        layout::PAGE_SHIFT,
    )
}
