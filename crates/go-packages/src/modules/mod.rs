//! The modules that packages can be from: which are there, in which version, and where.

pub(crate) mod cache;
pub(crate) mod file;
mod main;
mod select;
pub(crate) mod vendor;

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::Module;
use crate::disk::{Disk, Listing};
use file::{Kind, ModFile, Replace, Requirement};
use select::Selection;
use vendor::Vendor;

/// A module and where it is.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) module: Module,
    /// Whether its folder is one that people work in: there may be other modules in it.
    pub(crate) local: bool,
}

/// All modules.
#[derive(Debug, Default)]
pub(crate) struct Modules {
    /// The modules that are worked on.
    pub(crate) main: Vec<Arc<Source>>,
    /// Their go.mod files.
    pub(crate) files: Vec<ModFile>,
    /// Each with the folder that its path starts from. Those of go.work come first.
    replace: Vec<(Replace, PathBuf)>,
    exclude: HashSet<Requirement>,
    /// The vendor folder, if it is to be used, and the modules of its list.
    pub(crate) vendor: Option<(Vendor, Vec<Arc<Source>>)>,
    mod_cache: PathBuf,
    /// What is wrong but does not stop anything.
    pub(crate) warnings: Vec<String>,
    /// The modules that go.mod itself requires, if that is most often enough.
    roots: Option<BTreeMap<String, Arc<Source>>>,
    all: OnceLock<All>,
}

/// The modules that anything requires.
#[derive(Debug)]
pub(crate) struct All {
    pub(crate) sources: BTreeMap<String, Arc<Source>>,
    /// A module whose go.mod is not in the module cache: what it requires may be missing.
    pub(crate) unread: Option<Requirement>,
}

/// A package in a module.
#[derive(Debug)]
pub(crate) struct InModule {
    pub(crate) dir: PathBuf,
    pub(crate) listing: Listing,
    pub(crate) source: Option<Arc<Source>>,
}

/// Why a package was not found.
#[derive(Clone, Debug)]
pub(crate) struct Missing {
    pub(crate) why: String,
    /// Whether go may find it, as it can download.
    pub(crate) ask: bool,
}

impl Missing {
    pub(crate) fn new(why: impl Into<String>) -> Missing {
        Missing { why: why.into(), ask: false }
    }
}

impl Modules {
    /// Finds a package by its import path.
    pub(crate) fn find(&self, disk: &Disk<'_>, path: &str) -> Result<InModule, Missing> {
        if let Some((vendor, sources)) = &self.vendor {
            return self.find_vendored(disk, path, vendor, sources);
        }
        if let Some(roots) = &self.roots {
            match self.find_among(disk, path, roots) {
                Ok(Some(found)) => return Ok(found),
                Ok(None) => {}
                Err(missing) => return Err(missing),
            }
        }
        let all = self.all(disk);
        match self.find_among(disk, path, &all.sources)? {
            Some(found) => Ok(found),
            None if self.main.is_empty() => {
                Err(Missing::new("there is no go.mod that could require its module"))
            }
            None => Err(match &all.unread {
                Some(module) => Missing {
                    why: format!(
                        "no module is known to have it, but {} {} is not in the module cache\n  to download it: go mod download",
                        module.path, module.version
                    ),
                    ask: true,
                },
                None => self.nobody_has(path, &all.sources),
            }),
        }
    }

    fn find_among(
        &self,
        disk: &Disk<'_>,
        path: &str,
        sources: &BTreeMap<String, Arc<Source>>,
    ) -> Result<Option<InModule>, Missing> {
        let mut found: Option<InModule> = None;
        let mut absent = None;
        for prefix in prefixes(path) {
            let main = self.main.iter().find(|main| &*main.module.path == prefix);
            let Some(source) = main.or_else(|| sources.get(prefix)) else { continue };
            let Some(root) = source.module.dir.as_deref() else { continue };
            if let Some((dir, listing)) = in_folder(disk, &path[prefix.len()..], root, source.local) {
                if let Some(found) = &found {
                    let (one, two) = (found.dir.display(), dir.display());
                    return Err(Missing::new(format!("two modules have it: {two} and {one}")));
                }
                found = Some(InModule { dir, listing, source: Some(source.clone()) });
            } else if !disk.is_dir(root) {
                absent.get_or_insert(source);
            }
        }
        match absent {
            // A module that is not there may have it.
            Some(source) if found.is_none() => Err(not_there(source)),
            _ => Ok(found),
        }
    }

    fn find_vendored(
        &self,
        disk: &Disk<'_>,
        path: &str,
        vendor: &Vendor,
        sources: &[Arc<Source>],
    ) -> Result<InModule, Missing> {
        if let Some(found) = self.find_among(disk, path, &BTreeMap::new())? {
            return Ok(found);
        }
        let listed = vendor.list.packages.get(path).copied();
        let dir = vendor.folder(path);
        match disk.list(&dir) {
            Ok(listing) if !listing.go_files.is_empty() => {
                if listed.is_none() && vendor.strict {
                    let why = "it is in the vendor folder but not in vendor/modules.txt\n  to bring both together: go mod vendor";
                    return Err(Missing::new(why));
                }
                Ok(InModule { dir, listing, source: listed.map(|at| sources[at].clone()) })
            }
            _ => Err(Missing::new(format!(
                "it is not in {}\n  to bring it there: go mod vendor",
                vendor.dir.display()
            ))),
        }
    }

    fn nobody_has(&self, path: &str, sources: &BTreeMap<String, Arc<Source>>) -> Missing {
        let main = |prefix: &&str| self.main.iter().any(|main| &*main.module.path == *prefix);
        if let Some(prefix) = prefixes(path).find(main) {
            return Missing::new(format!("the module {prefix} has no such folder with Go files"));
        }
        let module = prefixes(path).find_map(|prefix| sources.get(prefix));
        Missing::new(match module.map(|source| &source.module) {
            Some(module) => {
                let version = module.version.as_deref().unwrap_or_default();
                format!("the module {} {version} has no such package", module.path)
            }
            None => format!("no module that go.mod requires has it\n  to add one: go get {path}"),
        })
    }

    /// The modules that anything requires. Reads their go.mod files when it is first called.
    pub(crate) fn all(&self, disk: &Disk<'_>) -> &All {
        self.all.get_or_init(|| {
            let read = |module: &Requirement| self.read_required(disk, module);
            let selection = Selection::of_all(&self.files, &self.exclude, read);
            All { sources: self.sources(&selection), unread: selection.unread }
        })
    }

    /// The modules of a selection, but for main modules.
    fn sources(&self, selection: &Selection) -> BTreeMap<String, Arc<Source>> {
        let is_main = |path: &str| self.main.iter().any(|main| &*main.module.path == path);
        let versions = selection.versions.iter().filter(|(path, _)| !is_main(path));
        versions.map(|(path, version)| (path.clone(), Arc::new(self.source(path, version)))).collect()
    }

    /// A module in a version, replaced if go.mod or go.work says so.
    fn source(&self, path: &str, version: &str) -> Source {
        let (replaced, dir, local) = match self.replacement(path, version) {
            None => (None, cache::folder(&self.mod_cache, path, version), false),
            Some((Replace { with, with_version: Some(version), .. }, _)) => {
                let dir = cache::folder(&self.mod_cache, with, version);
                (Some((with.clone(), Some(version.clone()))), dir, false)
            }
            Some((Replace { with, .. }, base)) => {
                (Some((with.clone(), None)), crate::disk::clean(&base.join(with)), true)
            }
        };
        let module = Module {
            path: path.into(),
            version: Some(version.to_owned()),
            replaced,
            dir: Some(dir),
            go_version: None,
            main: false,
        };
        Source { module, local }
    }

    fn replacement(&self, path: &str, version: &str) -> Option<&(Replace, PathBuf)> {
        let of = |(replace, _): &&(Replace, PathBuf)| replace.path == path;
        let exact = |(replace, _): &&(Replace, PathBuf)| replace.version.as_deref() == Some(version);
        let any = |(replace, _): &&(Replace, PathBuf)| replace.version.is_none();
        let mut candidates = self.replace.iter().filter(of);
        candidates.clone().find(exact).or_else(|| candidates.find(any))
    }

    /// The go.mod of a module that is required.
    fn read_required(&self, disk: &Disk<'_>, module: &Requirement) -> Option<ModFile> {
        if let Some(main) = self.main.iter().position(|main| *main.module.path == module.path) {
            return Some(self.files[main].clone());
        }
        let source = self.source(&module.path, &module.version);
        let dir = source.module.dir?;
        let in_cache = match &source.module.replaced {
            None => Some((&module.path, &module.version)),
            Some((path, Some(version))) => Some((path, version)),
            Some((_, None)) => None,
        };
        let path = match in_cache {
            Some((path, version)) => cache::mod_file(&self.mod_cache, path, version),
            None => dir.join("go.mod"),
        };
        let text = disk.read_text(&path).or_else(|_| disk.read_text(&dir.join("go.mod"))).ok()?;
        ModFile::parse(&path, &text, Kind::Dependency).ok()
    }

    /// The import path of a folder in a module that is not a main one.
    pub(crate) fn path_in_dependency(&self, disk: &Disk<'_>, dir: &Path) -> Option<(String, Arc<Source>)> {
        if self.vendor.is_some() {
            return None;
        }
        self.all(disk).sources.values().find_map(|source| {
            let rest = crate::disk::inside(dir, source.module.dir.as_deref()?)?;
            let foreign = rest.contains('@') || rest.split('/').any(|part| part == "vendor");
            (!foreign).then(|| (join(&source.module.path, &rest), source.clone()))
        })
    }
}

fn not_there(source: &Source) -> Missing {
    let module = &source.module;
    let version = module.version.as_deref().unwrap_or_default();
    match &module.replaced {
        Some((folder, None)) => Missing::new(format!(
            "its module {} is replaced by the folder {folder}, which is not there",
            module.path
        )),
        _ => Missing {
            why: format!(
                "its module {} {version} is not in the module cache\n  to download it: go mod download",
                module.path
            ),
            ask: true,
        },
    }
}

/// An import path of a module's path and a path in it.
pub(crate) fn join(module: &str, rest: &str) -> String {
    match (module, rest) {
        (module, "") => module.to_owned(),
        ("", rest) => rest.to_owned(),
        (module, rest) => format!("{module}/{rest}"),
    }
}

/// The path, and what is before each of its slashes, from the longest.
fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    let shorter = |prefix: &&str| prefix.rfind('/').map(|slash| &path[..slash]);
    std::iter::successors(Some(path), shorter)
}

/// The folder `rest` in the module folder `root`, if there are Go files in it and, for a local module, no other
/// module is in the way.
fn in_folder(disk: &Disk<'_>, rest: &str, root: &Path, local: bool) -> Option<(PathBuf, Listing)> {
    let rest = rest.trim_start_matches('/');
    let dir = if rest.is_empty() { root.to_owned() } else { root.join(rest) };
    let listing = disk.list(&dir).ok().filter(|listing| !listing.go_files.is_empty())?;
    if local {
        let mut folder = dir.as_path();
        while folder != root {
            if disk.has_go_mod(folder) {
                return None;
            }
            folder = folder.parent()?;
        }
    }
    Some((dir, listing))
}
