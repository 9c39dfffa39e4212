//! Prints, for every Go file below some folders, a hash of its tree. The Go program of the same name in
//! `xtask/go` does so with go/parser; `cargo xtask syntax` compares the two.
//!
//!     astdump root...          one line for each file: path, hash of the tree, targets, errors
//!     astdump -text file...    the text that is hashed
//!
//!     astdump -damage root count folder
//!
//! writes damaged copies of files below root into a folder. The two must agree about them, too.

#![allow(clippy::print_stdout, reason = "it is a program")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::{env, fs, io, thread};

use go_syntax::build::Target;
use go_syntax::{Tree, parse_as_go};

#[path = "../../tests/damaging/mod.rs"]
mod damaging;
mod decl;
mod dump;
mod expr;
mod stmt;

/// The dump recurses into all children, long chains included.
const STACK: usize = 1 << 30;

fn main() -> io::Result<()> {
    let mut args: Vec<String> = env::args().skip(1).collect();
    if let [flag, root, count, folder] = &args[..]
        && flag == "-damage"
    {
        let count = count.parse().map_err(io::Error::other)?;
        return damage(Path::new(root), count, Path::new(folder));
    }
    let text = args.first().is_some_and(|arg| arg == "-text");
    if text {
        args.remove(0);
    }
    for arg in args {
        match text {
            true => on_deep_stack(|| {
                let tree = parse_as_go(fs::read(&arg)?);
                io::stdout().write_all(&dump::text(&tree))?;
                io::stdout().write_all(errors(&tree).as_bytes())
            })?,
            false => all(Path::new(&arg))?,
        }
    }
    Ok(())
}

fn on_deep_stack<T: Send>(run: impl FnOnce() -> io::Result<T> + Send) -> io::Result<T> {
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run)?;
        thread.join().unwrap_or_else(|_| Err(io::Error::other("panicked")))
    })
}

/// Prints the lines of the files below `root`.
fn all(root: &Path) -> io::Result<()> {
    let mut files = Vec::new();
    collect(root, &mut files)?;
    let next = AtomicUsize::new(0);
    let lines = Mutex::new(vec![String::new(); files.len()]);
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(path) = files.get(at) else { return Ok(()) };
            let line = line(root, path)?;
            if let Ok(mut lines) = lines.lock() {
                lines[at] = line;
            }
        }
    };
    thread::scope(|scope| -> io::Result<()> {
        let other = scope.spawn(|| on_deep_stack(work));
        on_deep_stack(work)?;
        other.join().unwrap_or_else(|_| Err(io::Error::other("panicked")))
    })?;
    let mut out = io::stdout().lock();
    for line in lines.into_inner().unwrap_or_default() {
        out.write_all(line.as_bytes())?;
    }
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::path);
    for entry in entries {
        let kind = entry.file_type()?;
        if kind.is_dir() {
            collect(&entry.path(), files)?;
        } else if kind.is_file() && entry.path().extension().is_some_and(|ending| ending == "go") {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// Writes damaged copies, the same ones each time.
fn damage(root: &Path, count: usize, folder: &Path) -> io::Result<()> {
    let mut files = Vec::new();
    collect(root, &mut files)?;
    let mut random = damaging::Random(count as u64);
    let mut done = 0;
    while done < count && !files.is_empty() {
        let source = fs::read(&files[random.below(files.len())])?;
        // Small files, so that what is done to them matters more.
        if source.len() < 10_000 {
            let copy = damaging::damaged(&source, &mut random);
            fs::write(folder.join(format!("{done:05}.go")), copy)?;
            done += 1;
        }
    }
    Ok(())
}

fn line(root: &Path, path: &Path) -> io::Result<String> {
    let source: Arc<[u8]> = fs::read(path)?.into();
    let tree = parse_as_go(source);
    let errors = errors(&tree);
    let text = dump::text(&tree);
    let name = path.strip_prefix(root).unwrap_or(path).display();
    let builds = if errors.is_empty() { builds(path, tree.source()) } else { String::new() };
    Ok(format!("{name}\t{:016x}\t{builds}\t{}\n", fnv(&text), errors.replace('\n', "\\n")))
}

/// For each of some targets, whether the file belongs to it; `e` if its constraint has an error.
fn builds(path: &Path, source: &[u8]) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let takes = |[goos, goarch]: [&str; 2]| match Target::new(goos, goarch, 27).takes(&name, source) {
        Ok(true) => 'y',
        Ok(false) => 'n',
        Err(_) => 'e',
    };
    [["linux", "amd64"], ["windows", "arm64"], ["android", "arm"], ["js", "wasm"]].map(takes).iter().collect()
}

fn errors(tree: &Tree) -> String {
    tree.errors().iter().map(|error| format!("{}: {error}\n", error.pos.offset())).collect()
}

/// FNV-1a, as hash/fnv's New64a.
fn fnv(text: &[u8]) -> u64 {
    text.iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}
