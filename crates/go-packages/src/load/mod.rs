//! Puts it all together.

mod ask;
mod check;
mod explore;
mod order;
mod scan;
mod units;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use crate::disk::{Disk, Listing, clean};
use crate::env::Env;
use crate::find::{Finder, Located};
use crate::modules::file::ModFile;
use crate::modules::{Missing, Modules};
use crate::patterns::{Expand, Root, Roots};
use crate::seen::{Recorder, Seen};
use crate::version::go_at_least;
use crate::{Error, Graph, Note, Settings};
use explore::{Explorer, Job, Node, Tests};
use scan::Scanner;

/// Finds the packages that the patterns name, and all that they import.
///
/// Whatever is wrong with one package is in its [`Package::errors`](crate::Package::errors). An error here means
/// that there is no graph at all.
pub fn load(settings: &Settings) -> Result<Graph, Error> {
    load_from(&Disk::new(&settings.overlay, None), settings)
}

/// As [`load`]; tells besides what it saw on the disk. As long as that [holds](Seen::holds), and
/// [`Settings::identity`] is the same, the graph is the same too.
///
/// There are graphs of which that cannot be told: what has changed just now, a go command that is a script, disks
/// in the network, files in memory, and what go list was asked for.
pub fn load_seen(settings: &Settings) -> Result<(Graph, Option<Seen>), Error> {
    load_seen_at(settings, SystemTime::now())
}

/// As [`load_seen`], at a certain time.
pub(crate) fn load_seen_at(settings: &Settings, now: SystemTime) -> Result<(Graph, Option<Seen>), Error> {
    let disk = Disk::new(&settings.overlay, settings.overlay.is_empty().then(|| Recorder::new(now)));
    let graph = load_from(&disk, settings)?;
    Ok((graph, disk.into_recorder().and_then(Recorder::finish)))
}

fn load_from(disk: &Disk<'_>, settings: &Settings) -> Result<Graph, Error> {
    let dir = if settings.dir.as_os_str().is_empty() { Path::new(".") } else { &settings.dir };
    let dir = std::path::absolute(dir).map_err(|error| Error::Io { path: dir.to_owned(), error })?;
    let dir = clean(&dir);
    if let Err(error) = disk.look(&dir) {
        return Err(Error::Io { path: dir, error });
    }
    let mut notes = Vec::new();
    let env = Env::find(settings, &dir, disk, &mut notes)?;
    let modules = Modules::load(&env, disk, &dir)?;
    notes.extend(modules.warnings.iter().cloned().map(Note::Warning));
    let goroot_src = env.goroot.as_ref().map(|root| root.join("src"));
    let finder = Finder { goroot_src, modules, ..Finder::default() };
    let mut loader = Loader { settings, dir, disk, env: &env, finder };
    let (mut found, missing) = loader.explore(&mut notes)?;
    if let Some(why) = found.nodes.iter().find_map(|node| node.found.as_ref().err().filter(|why| why.ask))
        && let Some(go) = &env.go
    {
        // go downloads what is missing, and says where it is.
        disk.lose_record();
        notes.push(Note::AskedGo { why: why.why.lines().next().unwrap_or_default().to_owned() });
        match ask::ask(go, settings) {
            Ok(told) => {
                loader.finder = Finder {
                    modules: Modules::load(&env, disk, &loader.dir)?,
                    goroot_src: loader.finder.goroot_src.take(),
                    told,
                };
                return loader.again(notes);
            }
            Err(message) => notes.push(Note::Warning(message)),
        }
    }
    found.missing = missing;
    Ok(loader.graph(found, notes))
}

/// What was found.
pub(crate) struct Explored {
    pub(crate) nodes: Vec<Node>,
    /// The indices of the roots.
    pub(crate) roots: Vec<usize>,
    /// Patterns that lead to nothing.
    pub(crate) missing: Vec<(String, Missing)>,
}

pub(crate) struct Loader<'a> {
    settings: &'a Settings,
    dir: PathBuf,
    disk: &'a Disk<'a>,
    env: &'a Env,
    finder: Finder,
}

type Unfound = Vec<(String, Missing)>;

impl Loader<'_> {
    fn again(&self, mut notes: Vec<Note>) -> Result<Graph, Error> {
        // They were noted the first time.
        let (mut found, missing) = self.explore(&mut Vec::new())?;
        found.missing = missing;
        notes.dedup();
        Ok(self.graph(found, notes))
    }

    fn explore(&self, notes: &mut Vec<Note>) -> Result<(Explored, Unfound), Error> {
        if let Some(files) = self.files()? {
            let (nodes, roots) = self.explorer(self.tests()).explore(vec![Job::Files(files)]);
            return Ok((Explored { nodes, roots, missing: Vec::new() }, Vec::new()));
        }
        let expand =
            Expand { finder: &self.finder, disk: self.disk, dir: &self.dir, cgo: self.env.target.cgo };
        let Roots { roots, all } = expand.patterns(&self.settings.patterns, notes)?;
        let mut missing = Vec::new();
        let mut jobs = Vec::new();
        // Those of wildcards, by the place in the list of jobs, and whether a command counts.
        let mut wild = Vec::new();
        for root in roots {
            match root {
                Root::Path(path) => jobs.push(Job::Path(path)),
                Root::Missing { pattern, missing: why } => missing.push((pattern, why)),
                Root::Located { located, wildcard, no_commands } => {
                    if wildcard {
                        wild.push((jobs.len(), no_commands));
                    }
                    jobs.push(Job::Located(located));
                }
            }
        }
        let named = jobs.len();
        let (nodes, ids) = self.explorer(if all { self.tests_of_all() } else { self.tests() }).explore(jobs);
        let mut counts = vec![true; named];
        for (at, no_commands) in wild {
            let node = &nodes[ids[at]];
            counts[at] = node.found.as_ref().is_ok_and(|found| {
                let empty = found.scan.files.is_empty() && found.scan.errors.is_empty();
                let command = no_commands && found.scan.name == "main";
                !empty && !command
            });
        }
        let mut roots: Vec<usize> =
            ids.iter().zip(&counts).filter(|(_, counts)| **counts).map(|(id, _)| *id).collect();
        roots.sort_unstable();
        roots.dedup();
        if all {
            return Ok((self.explore_all(nodes, roots), missing));
        }
        Ok((Explored { nodes, roots, missing: Vec::new() }, missing))
    }

    /// For `all`: everything that was reached is a root.
    fn explore_all(&self, nodes: Vec<Node>, roots: Vec<usize>) -> Explored {
        let (mut seen, mut todo) = (vec![false; nodes.len()], roots);
        while let Some(id) = todo.pop() {
            if std::mem::replace(&mut seen[id], true) {
                continue;
            }
            if let Ok(found) = &nodes[id].found {
                todo.extend(found.targets.iter().flatten().copied());
            }
        }
        let reached = nodes.into_iter().zip(seen).filter(|(node, seen)| *seen && node.found.is_ok());
        let jobs = reached.map(|(node, _)| Job::Path(node.path)).collect();
        let (nodes, roots) = self.explorer(self.tests()).explore(jobs);
        Explored { nodes, roots, missing: Vec::new() }
    }

    fn tests(&self) -> Tests {
        if self.settings.tests { Tests::OfRoots } else { Tests::None }
    }

    /// The tests that count for the pattern `all`: those of the main modules. Before Go 1.16 it was those of all
    /// that they import too.
    fn tests_of_all(&self) -> Tests {
        let new = |file: &ModFile| file.go.as_deref().is_none_or(|version| go_at_least(version, 16));
        let files = &self.finder.modules.files;
        if files.is_empty() || files.iter().any(new) { Tests::OfMain } else { Tests::OfAll }
    }

    fn explorer(&self, tests: Tests) -> Explorer<'_> {
        let scanner = Scanner { disk: self.disk, target: &self.env.target };
        Explorer { finder: &self.finder, scanner, tests }
    }

    /// The package that consists of the files that are named, if the patterns are files.
    fn files(&self) -> Result<Option<Located>, Error> {
        let is_file =
            |name: &String| name.ends_with(".go") && self.disk.is_file(&clean(&self.dir.join(name)));
        let patterns = &self.settings.patterns;
        if !patterns.iter().any(is_file) {
            return Ok(None);
        }
        let mut folder: Option<PathBuf> = None;
        let mut names = Vec::new();
        for name in patterns {
            let path = clean(&self.dir.join(name));
            if !is_file(name) {
                return Err(Error::Setting(format!(
                    "{name} is no Go file, as {} is: name files or packages",
                    patterns[0]
                )));
            }
            let parent = path.parent().unwrap_or(&self.dir).to_owned();
            if let Some(folder) = folder.replace(parent.clone())
                && folder != parent
            {
                let (one, two) = (folder.display(), parent.display());
                return Err(Error::Setting(format!(
                    "files that are named must be in one folder, not in {one} and {two}"
                )));
            }
            names.extend(path.file_name().and_then(|name| name.to_str()).map(str::to_owned));
        }
        let dir = folder.unwrap_or_else(|| self.dir.clone());
        Ok(Some(Located {
            path: "command-line-arguments".into(),
            dir: Arc::from(dir),
            listing: Listing { go_files: names, ..Listing::default() },
            // As go has it, they are of no module.
            source: None,
            standard: false,
        }))
    }
}
