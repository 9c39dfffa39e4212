//! From the roots to all that they import, several folders at a time.

use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

use super::scan::{Scan, Scanner, Take};
use crate::FileKind;
use crate::find::{Finder, Located};
use crate::modules::{Missing, Source};

/// A package as it was found.
pub(crate) struct Node {
    pub(crate) path: Arc<str>,
    pub(crate) found: Result<Found, Missing>,
}

/// What was found.
pub(crate) struct Found {
    pub(crate) dir: Arc<Path>,
    pub(crate) source: Option<Arc<Source>>,
    pub(crate) standard: bool,
    pub(crate) scan: Scan,
    /// What each of [`Scan::imports`] leads to, in the same order.
    pub(crate) targets: [Vec<usize>; 3],
    /// Imports that no file has: what cgo and the linker add.
    pub(crate) implicit: Vec<(Arc<str>, usize)>,
}

/// What is to be looked at.
pub(crate) enum Job {
    /// A package that was not found yet.
    Path(Arc<str>),
    /// A package whose place is known.
    Located(Located),
    /// The files that are named.
    Files(Located),
}

impl Job {
    fn path(&self) -> &Arc<str> {
        match self {
            Job::Path(path) => path,
            Job::Located(located) | Job::Files(located) => &located.path,
        }
    }
}

/// Of which packages tests are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tests {
    None,
    OfRoots,
    /// Of the packages of main modules; in GOROOT of the roots.
    OfMain,
    OfAll,
}

/// What it takes to look at packages.
pub(crate) struct Explorer<'a> {
    pub(crate) finder: &'a Finder,
    pub(crate) scanner: Scanner<'a>,
    /// Of which packages the files and imports of tests are wanted.
    pub(crate) tests: Tests,
}

/// The paths of packages that one imports.
struct Wanted {
    groups: [Vec<Arc<str>>; 3],
    implicit: Vec<Arc<str>>,
}

#[derive(Default)]
struct State {
    ids: HashMap<Arc<str>, usize>,
    nodes: Vec<Option<Node>>,
    todo: VecDeque<(usize, Job)>,
    running: usize,
    roots: usize,
}

impl State {
    fn add(&mut self, job: Job) -> usize {
        if let Some(id) = self.ids.get(job.path()) {
            return *id;
        }
        let id = self.nodes.len();
        self.nodes.push(None);
        self.ids.insert(job.path().clone(), id);
        self.todo.push_back((id, job));
        id
    }

    fn add_path(&mut self, path: Arc<str>) -> usize {
        match self.ids.get(&path) {
            Some(id) => *id,
            None => self.add(Job::Path(path)),
        }
    }
}

impl Explorer<'_> {
    /// Looks at the roots and at all that they import. The roots are first in the result; the second part of it
    /// has the index of each root.
    pub(crate) fn explore(&self, roots: Vec<Job>) -> (Vec<Node>, Vec<usize>) {
        let mut state = State::default();
        let ids = roots.into_iter().map(|job| state.add(job)).collect();
        state.roots = state.nodes.len();
        let state = Mutex::new(state);
        let news = Condvar::new();
        let threads = thread::available_parallelism().map_or(1, usize::from).min(8);
        thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(|| self.work(&state, &news));
            }
            self.work(&state, &news);
        });
        let state = state.into_inner().unwrap_or_else(PoisonError::into_inner);
        (state.nodes.into_iter().flatten().collect(), ids)
    }

    fn work(&self, state: &Mutex<State>, news: &Condvar) {
        let lock = || state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut now = lock();
        loop {
            let Some((id, job)) = now.todo.pop_front() else {
                if now.running == 0 {
                    news.notify_all();
                    return;
                }
                now = news.wait(now).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            now.running += 1;
            let root = id < now.roots;
            drop(now);
            let mut node = self.look(job, root);
            let paths = self.imports_of(&node);
            now = lock();
            if let (Ok(found), Some(paths)) = (&mut node.found, paths) {
                found.targets =
                    paths.groups.map(|paths| paths.into_iter().map(|path| now.add_path(path)).collect());
                found.implicit =
                    paths.implicit.into_iter().map(|path| (path.clone(), now.add_path(path))).collect();
            }
            now.nodes[id] = Some(node);
            now.running -= 1;
            news.notify_all();
        }
    }

    fn look(&self, job: Job, root: bool) -> Node {
        let named = matches!(job, Job::Files(_));
        let located = match job {
            Job::Located(located) | Job::Files(located) => located,
            Job::Path(path) => match self.finder.find(self.scanner.disk, &path) {
                Ok(located) => located,
                Err(missing) => return Node { path, found: Err(missing) },
            },
        };
        let Located { path, dir, listing, source, standard } = located;
        let tests = match self.tests {
            Tests::None => false,
            Tests::OfRoots => root,
            Tests::OfMain => match &source {
                Some(source) => source.module.main,
                None => root && self.finder.modules.main.is_empty(),
            },
            Tests::OfAll => true,
        };
        let take = match (named, tests) {
            (true, _) => Take::Named,
            (false, true) => Take::Tests,
            (false, false) => Take::Package,
        };
        let mut scan = self.scanner.scan(&dir, &listing.go_files, take);
        if !tests && !named {
            // Nothing that only its tests import.
            scan.imports[1].clear();
            scan.imports[2].clear();
        }
        let found = Found { dir, source, standard, scan, targets: Default::default(), implicit: Vec::new() };
        Node { path, found: Ok(found) }
    }

    /// The paths of what a package imports: by its files, and implicitly.
    fn imports_of(&self, node: &Node) -> Option<Wanted> {
        let found = node.found.as_ref().ok()?;
        let groups = found.scan.imports.each_ref().map(|imports| {
            let resolve = |path| self.finder.resolve(self.scanner.disk, found.standard, &node.path, path);
            imports.keys().map(resolve).collect()
        });
        let implicit =
            if self.finder.goroot_src.is_some() { self.implicit(&node.path, found) } else { Vec::new() };
        let written = |path: &&str| !found.scan.imports[0].contains_key(*path);
        Some(Wanted { groups, implicit: implicit.into_iter().filter(written).map(Arc::from).collect() })
    }

    /// What cgo and the linker add.
    fn implicit(&self, path: &str, found: &Found) -> Vec<&'static str> {
        let target = self.scanner.target;
        let mut paths = Vec::new();
        if found.scan.has(FileKind::Cgo) {
            paths.push("unsafe");
            if !(found.standard && path == "runtime/cgo") {
                paths.push("runtime/cgo");
            }
            if !(found.standard
                && ["runtime/cgo", "runtime/race", "runtime/msan", "runtime/asan"].contains(&path))
            {
                paths.push("syscall");
            }
        }
        let vector = ["wasm", "amd64", "arm64"].contains(&&*target.goarch) && target.release >= 27;
        if vector && found.scan.imports[0].contains_key("simd") {
            paths.push("simd/internal/bridge");
        }
        if found.scan.name == "main" {
            paths.push("runtime");
            let arm64 = target.goarch == "arm64";
            if target.goos == "android" && !arm64 || target.goos == "ios" && arm64 {
                paths.push("runtime/cgo");
            }
            if target.goarch == "arm" {
                paths.push("math");
            }
            let sanitizers = [("race", "runtime/race"), ("msan", "runtime/msan"), ("asan", "runtime/asan")];
            paths.extend(sanitizers.iter().filter(|(tag, _)| target.has_tag(tag)).map(|(_, path)| *path));
        }
        paths.dedup();
        paths
    }
}
