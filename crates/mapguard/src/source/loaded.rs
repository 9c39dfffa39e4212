//! Packages as they were loaded, with the contents of their files.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use go_packages::{File, FileKind, Graph, PackageId, PackageKind};
use go_types::{Package, PkgId, Program};
use guard_build::cache;
use map_rules::Resolved;

use super::unchanged::Head;

/// What is told of one package that does not parse or resolve, at most.
const MOST_TOLD: usize = 5;

/// Packages that were found, with all that they import.
pub(crate) struct Loaded {
    pub(crate) graph: Graph,
    /// The working folder, which shown paths start from.
    pub(super) dir: PathBuf,
}

/// A file that a package is the one to report of.
pub(crate) struct OwnFile {
    /// From the working folder, if it is below that.
    pub(crate) path: String,
    pub(crate) test: bool,
}

impl Loaded {
    /// A file of a resolved package.
    pub(crate) fn file(&self, package: PkgId, file: u32) -> Option<&File> {
        let index = package.0.checked_sub(Program::FIRST.0)?;
        self.graph.packages.get(index as usize)?.files.get(file as usize)
    }

    /// Resolves all packages; `done` sees each that the patterns name. Gives them, and what does not parse or
    /// resolve, for people.
    pub(crate) fn resolve(
        &self,
        done: impl Fn(&Program, PackageId, &Package) + Sync,
    ) -> (Resolved, Vec<String>) {
        let skipped: Mutex<BTreeMap<String, Vec<String>>> = Mutex::default();
        let resolved = map_rules::resolve(&self.graph, |program, id, package| {
            let lines = self.skipped(id, package);
            if !lines.is_empty() {
                let mut skipped = skipped.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                skipped.entry(package.path.to_string()).or_default().extend(lines);
            }
            done(program, id, package);
        });
        let mut told = Vec::new();
        for (package, lines) in skipped.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()) {
            told.extend(lines.iter().take(MOST_TOLD).cloned());
            if let Some(more) = lines.len().checked_sub(MOST_TOLD).filter(|&more| more > 0) {
                told.push(format!("{package}: and {more} more that cannot be resolved; the rest is"));
            }
        }
        (resolved, told)
    }

    /// What of a package does not parse or resolve.
    fn skipped(&self, id: PackageId, package: &Package) -> Vec<String> {
        let mut lines = Vec::new();
        for (number, file) in self.own_files(id) {
            let tree = &package.files[number as usize].tree;
            let errors = tree.errors().iter().map(|error| (error.pos, &*error.message));
            let notes = package.notes.iter().filter(|note| note.file == number);
            let notes = notes.map(|note| (note.pos, &*note.text));
            for (pos, text) in errors.chain(notes) {
                lines.push(format!("{}:{}: {text}", file.path, tree.line_col(pos)));
            }
        }
        lines
    }

    /// The files of a package that it is the one to report of, by their numbers: a package with its tests reports
    /// of the tests alone.
    pub(crate) fn own_files(&self, id: PackageId) -> Vec<(u32, OwnFile)> {
        let package = self.graph.package(id);
        let reported = |kind| match package.kind {
            PackageKind::Plain => true,
            PackageKind::WithTests => matches!(kind, FileKind::Test | FileKind::ExternalTest),
            PackageKind::ExternalTest => true,
            PackageKind::ForTest => false,
        };
        let files = package.files.iter().zip(0..).filter(|(file, _)| reported(file.kind));
        let own = files.map(|(file, number)| {
            let test = matches!(file.kind, FileKind::Test | FileKind::ExternalTest);
            (number, OwnFile { path: self.shown(&file.path), test })
        });
        own.collect()
    }

    /// A path as it is shown.
    pub(crate) fn shown(&self, path: &Path) -> String {
        super::shown(&self.dir, path)
    }

    /// What is wanted of the source when nothing in it has changed.
    pub(super) fn head(&self, with_fingerprint: bool) -> Head {
        let roots = || self.graph.roots.iter().map(|&root| self.graph.package(root));
        let read = roots().filter(|package| !package.files.is_empty());
        let paths: BTreeSet<&str> = read.map(|package| &*package.path).collect();
        let mut told: Vec<String> = self.graph.notes.iter().map(ToString::to_string).collect();
        let mut said = BTreeSet::new();
        for package in roots() {
            for error in &package.errors {
                let text = format!("{}: {error}", package.path);
                if said.insert(text.clone()) {
                    told.push(text);
                }
            }
        }
        Head {
            fingerprint: if with_fingerprint { self.fingerprint() } else { String::new() },
            paths: paths.into_iter().map(str::to_owned).collect(),
            told,
        }
    }

    /// A name for all of the source, and all else that answers depend on.
    fn fingerprint(&self) -> String {
        let packages = &self.graph.packages;
        let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
        let share = packages.len().div_ceil(threads).max(1);
        let parts: Vec<String> = std::thread::scope(|scope| {
            let running: Vec<_> = packages
                .chunks(share)
                .map(|packages| {
                    scope.spawn(move || {
                        let files = packages.iter().flat_map(|package| {
                            let head = format!(
                                "{} {:?} {:?} {} {:?}",
                                package.shown(),
                                package.kind,
                                package.root,
                                package.errors.len(),
                                self.graph.language(package)
                            );
                            let files = package.files.iter().map(|file| {
                                (
                                    format!("{} {:?}", file.path.display(), file.kind).into_bytes(),
                                    &*file.source,
                                )
                            });
                            std::iter::once((head.into_bytes(), &[][..])).chain(files)
                        });
                        let files: Vec<(Vec<u8>, &[u8])> = files.collect();
                        cache::fingerprint(files.iter().flat_map(|(name, source)| [&**name, *source]))
                    })
                })
                .collect();
            // A thread that panics does so with a message of its own; no part of it is no name that is known.
            running.into_iter().map(|thread| thread.join().unwrap_or_default()).collect()
        });
        let target = format!("{:?}", self.graph.target);
        let dir = self.dir.display().to_string();
        let rest = [target, dir, super::answer::this_program()];
        let all: Vec<String> = parts.into_iter().chain(rest).collect();
        cache::fingerprint(all.iter().map(|part| part.as_bytes()))
    }
}
