//! Finds a package by its import path: in the standard library, or in a module.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::disk::{Disk, Listing};
use crate::modules::{Missing, Modules, Source};

/// A package and where it is.
#[derive(Debug)]
pub(crate) struct Located {
    pub(crate) path: Arc<str>,
    pub(crate) dir: Arc<Path>,
    pub(crate) listing: Listing,
    pub(crate) source: Option<Arc<Source>>,
    pub(crate) standard: bool,
}

/// Finds packages.
#[derive(Default)]
pub(crate) struct Finder {
    /// `GOROOT/src`.
    pub(crate) goroot_src: Option<PathBuf>,
    pub(crate) modules: Modules,
    /// Where go has said that packages are.
    pub(crate) told: HashMap<String, (PathBuf, Option<Arc<Source>>)>,
}

impl Finder {
    /// Finds a package by its path as [`Finder::resolve`] has it.
    pub(crate) fn find(&self, disk: &Disk<'_>, path: &Arc<str>) -> Result<Located, Missing> {
        if path.starts_with("./") || path.starts_with("../") {
            return Err(Missing::new("relative imports are not possible in a module"));
        }
        if path.starts_with('/') || path.contains('@') || path.is_empty() {
            return Err(Missing::new("this is no import path"));
        }
        let standard = is_standard(path);
        if standard && let Some(src) = &self.goroot_src {
            let dir = src.join(&**path);
            if let Ok(listing) = disk.list(&dir)
                && !listing.go_files.is_empty()
            {
                return Ok(Located { path: path.clone(), dir: dir.into(), listing, source: None, standard });
            }
        }
        match self.modules.find(disk, path) {
            Ok(found) => Ok(Located {
                path: path.clone(),
                dir: found.dir.into(),
                listing: found.listing,
                source: found.source,
                standard: false,
            }),
            Err(missing) => match self.told.get(&**path) {
                Some((dir, source)) => Ok(Located {
                    path: path.clone(),
                    listing: disk.list(dir).map_err(|error| Missing::new(error.to_string()))?,
                    dir: dir.as_path().into(),
                    source: source.clone(),
                    standard: false,
                }),
                None if standard && !self.in_main(path) => Err(Missing::new(match self.goroot_src {
                    Some(_) => "it is not in the standard library",
                    None => "the standard library was not found",
                })),
                None => Err(missing),
            },
        }
    }

    fn in_main(&self, path: &str) -> bool {
        let within = |module: &str| {
            path.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.modules.main.iter().any(|source| within(&source.module.path))
    }

    /// The path of the package that `import` means in the package `importer`: in the standard library, what is
    /// vendored there.
    pub(crate) fn resolve(
        &self,
        disk: &Disk<'_>,
        standard: bool,
        importer: &str,
        import: &Arc<str>,
    ) -> Arc<str> {
        if !standard || is_standard(import) {
            return import.clone();
        }
        let in_cmd = importer == "cmd" || importer.starts_with("cmd/");
        let vendored = format!("{}/{import}", if in_cmd { "cmd/vendor" } else { "vendor" });
        match &self.goroot_src {
            Some(src) if disk.is_dir(&src.join(&vendored)) => vendored.into(),
            _ => import.clone(),
        }
    }

    /// What the go.mod in a main module's folder says to ignore.
    pub(crate) fn ignored(&self, dir: &Path) -> Ignored {
        let modules = &self.modules;
        let at = modules.main.iter().position(|source| source.module.dir.as_deref() == Some(dir));
        let patterns = at.map(|at| modules.files[at].ignore.as_slice()).unwrap_or_default();
        let slashes = |path: &str| format!("/{}/", path.trim_matches('/'));
        let (from_top, anywhere): (Vec<_>, Vec<_>) = patterns.iter().partition(|path| path.starts_with("./"));
        Ignored {
            from_top: from_top.iter().map(|path| slashes(&path[2..])).collect(),
            anywhere: anywhere.iter().map(|path| slashes(path)).collect(),
        }
    }
}

/// Folders that a module says to ignore.
pub(crate) struct Ignored {
    from_top: Vec<String>,
    anywhere: Vec<String>,
}

impl Ignored {
    /// Whether that is so of a folder, by its path in the module.
    pub(crate) fn has(&self, path: &str) -> bool {
        if self.from_top.is_empty() && self.anywhere.is_empty() {
            return false;
        }
        let path = format!("/{path}/");
        self.from_top.iter().any(|ignored| path.starts_with(ignored))
            || self.anywhere.iter().any(|ignored| path.contains(ignored))
    }
}

/// Whether a path may be of the standard library: there is no dot in its first part.
pub(crate) fn is_standard(path: &str) -> bool {
    !path.split('/').next().unwrap_or_default().contains('.')
}
