//! From the graph of packages to a resolved program: each package as soon as its imports are there, on all
//! processors.

use std::collections::VecDeque;
use std::num::NonZero;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use go_packages::{Graph, PackageId};
use go_syntax::{Bodies, parse};
use go_types::{Input, Package, PkgId, Program, STACK};

/// A resolved program.
pub struct Resolved {
    /// All types and packages.
    pub program: Program,
}

impl Resolved {
    /// The number of a package in the program.
    pub fn id(package: PackageId) -> PkgId {
        PkgId(package.index() as u32 + Program::FIRST.0)
    }

    /// A resolved package.
    pub fn package(&self, package: PackageId) -> Option<&Arc<Package>> {
        self.program.package(Resolved::id(package))
    }
}

/// What is still to be done.
struct Work {
    ready: VecDeque<PackageId>,
    /// Imports that are not resolved yet, by package.
    missing: Vec<u32>,
    left: usize,
}

/// Resolves all packages of a graph: those that the patterns name with the bodies of their functions, the others
/// without. `done` is called for each of the former, from any thread.
pub fn resolve(graph: &Graph, done: impl Fn(&Program, PackageId, &Package) + Sync) -> Resolved {
    let program = Program::new(graph.packages.len());
    let mut importers: Vec<Vec<PackageId>> = vec![Vec::new(); graph.packages.len()];
    let mut missing = vec![0; graph.packages.len()];
    for (at, package) in graph.packages.iter().enumerate() {
        for import in package.imports.iter().filter_map(|import| import.package) {
            importers[import.index()].push(PackageId::from_index(at));
            missing[at] += 1;
        }
    }
    let ready = (0..missing.len()).filter(|&at| missing[at] == 0).map(PackageId::from_index).collect();
    let work = Mutex::new(Work { ready, missing, left: graph.packages.len() });
    let changed = Condvar::new();
    let threads =
        std::thread::available_parallelism().map_or(1, NonZero::get).min(graph.packages.len().max(1));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let run = || {
                let _end = EndOnPanic { work: &work, changed: &changed };
                while let Some(id) = next(&work, &changed) {
                    one(graph, &program, id, &done);
                    let mut work = lock(&work);
                    work.left = work.left.saturating_sub(1);
                    for &importer in &importers[id.index()] {
                        work.missing[importer.index()] -= 1;
                        if work.missing[importer.index()] == 0 {
                            work.ready.push_back(importer);
                        }
                    }
                    drop(work);
                    changed.notify_all();
                }
            };
            // Of the stack only what is used costs memory.
            let spawned = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run);
            if spawned.is_err() {
                break;
            }
        }
    });
    Resolved { program }
}

/// Others do not wait for what a thread that panicked would have done; the panic goes on when all have ended.
struct EndOnPanic<'w> {
    work: &'w Mutex<Work>,
    changed: &'w Condvar,
}

impl Drop for EndOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let mut work = lock(self.work);
            work.ready.clear();
            work.left = 0;
            self.changed.notify_all();
        }
    }
}

fn lock(work: &Mutex<Work>) -> MutexGuard<'_, Work> {
    // Whoever panicked with the lock had nothing half done.
    work.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// The next package to resolve; none when all are done.
fn next(work: &Mutex<Work>, changed: &Condvar) -> Option<PackageId> {
    let mut work = lock(work);
    loop {
        if let Some(id) = work.ready.pop_front() {
            return Some(id);
        }
        if work.left == 0 {
            return None;
        }
        work = changed.wait(work).unwrap_or_else(|poisoned| poisoned.into_inner());
    }
}

fn one(graph: &Graph, program: &Program, id: PackageId, done: &impl Fn(&Program, PackageId, &Package)) {
    let package = graph.package(id);
    let bodies = if package.root { Bodies::Parse } else { Bodies::Skip };
    let imports = package.imports.iter().filter_map(|import| {
        let id = import.package?;
        Some((Box::from(&*import.path), Resolved::id(id)))
    });
    let input = Input {
        path: package.path.as_ref().into(),
        files: package.files.iter().map(|file| Arc::new(parse(Arc::clone(&file.source), bodies))).collect(),
        imports: imports.collect(),
        bodies: package.root,
        word: word(&graph.target.goarch),
    };
    let resolved = program.resolve(Resolved::id(id), input);
    if package.root {
        done(program, id, &resolved);
    }
}

/// The size of a pointer on a processor, in bytes.
fn word(goarch: &str) -> u8 {
    match goarch {
        "386" | "arm" | "mips" | "mipsle" | "armbe" | "ppc" | "s390" | "sparc" | "riscv" => 4,
        "amd64p32" | "mips64p32" | "mips64p32le" => 4,
        _ => 8,
    }
}
