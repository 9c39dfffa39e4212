//! Patterns that are paths on disk.

use std::path::{Path, PathBuf};

use super::glob::Glob;
use super::walk::{Below, walk};
use super::{Expand, Root};
use crate::Error;
use crate::disk::{clean, inside};
use crate::find::Located;
use crate::modules::{Missing, join};

impl Expand<'_> {
    /// A folder, or folders below one.
    pub(super) fn local(&self, pattern: &str, roots: &mut Vec<Root>) -> Result<(), Error> {
        let in_goroot = self.finder.goroot_src.as_ref().is_some_and(|src| self.dir.starts_with(src));
        if !in_goroot {
            self.need_module()?;
        }
        match pattern.find("...") {
            Some(dots) => self.below(pattern, dots, roots),
            None => {
                let dir = clean(&self.dir.join(pattern));
                roots.push(self.folder(pattern, &dir));
                Ok(())
            }
        }
    }

    fn folder(&self, pattern: &str, dir: &Path) -> Root {
        let missing = |missing| Root::Missing { pattern: pattern.to_owned(), missing };
        let listing = match self.disk.list(dir) {
            Ok(listing) if listing.go_files.is_empty() => {
                return missing(Missing::new(format!("no Go files in {}", dir.display())));
            }
            Ok(listing) => listing,
            Err(error) => return missing(Missing::new(format!("{}: {error}", dir.display()))),
        };
        match self.package_of(dir) {
            Ok((path, source, standard)) => {
                let located = Located { path: path.into(), dir: dir.into(), listing, source, standard };
                Root::Located { located, wildcard: false, no_commands: false }
            }
            Err(why) => missing(why),
        }
    }

    /// The packages below a folder: `./...`, `./a/.../b`.
    fn below(&self, pattern: &str, dots: usize, roots: &mut Vec<Root>) -> Result<(), Error> {
        let before = &pattern[..dots];
        let start = before.rfind('/').map_or(".", |slash| &pattern[..=slash]);
        let top = clean(&self.dir.join(start));
        if !self.disk.is_dir(&top) {
            let missing = Missing::new(format!("{} is no folder", top.display()));
            roots.push(Root::Missing { pattern: pattern.to_owned(), missing });
            return Ok(());
        }
        self.check_reach(&top)?;
        // Paths are compared as they are on disk, so that it does not matter how the pattern gets there.
        let shown = |path: &Path| path.to_str().map(|path| path.replace('\\', "/"));
        let Some(top_shown) = shown(&top) else { return Ok(()) };
        let rest = &pattern[start.len()..];
        let glob = Glob::new(&format!("{}/{rest}", top_shown.trim_end_matches('/')));
        let main = self.finder.modules.main.iter().filter_map(|source| source.module.dir.as_deref());
        let module = main.filter(|dir| top.starts_with(dir)).max_by_key(|dir| dir.as_os_str().len());
        let ignored = self.finder.ignored(module.unwrap_or(&top));
        let base = module.and_then(|module| inside(&top, module)).unwrap_or_default();
        let vendor = pattern.contains("vendor");
        let enter = |path: &str| {
            let vendored = path == "vendor" || path.ends_with("/vendor");
            (vendor || !vendored || self.holds_go(&top.join(path))) && !ignored.has(&join(&base, path))
        };
        let is_goroot = self.finder.goroot_src.as_deref();
        walk(self.disk, &top, true, enter, |path, dir, listing| {
            let full = match path {
                "" => top_shown.clone(),
                path => format!("{}/{path}", top_shown.trim_end_matches('/')),
            };
            if listing.go_files.is_empty() || !glob.matches(&full) {
                return Below::Walk;
            }
            if let Ok((path, source, standard)) = self.package_of(dir)
                && !(is_goroot == Some(dir) || standard && path == "builtin")
            {
                let located = Located { path: path.into(), dir: dir.into(), listing, source, standard };
                roots.push(Root::Located { located, wildcard: true, no_commands: false });
            }
            Below::Walk
        });
        Ok(())
    }

    /// A package `vendor` may be there, in rare cases; folders below `vendor` are never meant.
    fn holds_go(&self, dir: &Path) -> bool {
        self.disk.list(dir).is_ok_and(|listing| !listing.go_files.is_empty())
    }

    /// A folder that no package can come from is not gone through: it may be large.
    fn check_reach(&self, top: &Path) -> Result<(), Error> {
        let finder = self.finder;
        let mut module = top.ancestors().filter(|folder| self.disk.has_go_mod(folder));
        let module = module.next().map(Path::to_owned);
        let is = |dir: &Option<PathBuf>| module.is_some() && *dir == module;
        let in_main = finder.modules.main.iter().any(|source| is(&source.module.dir));
        let in_goroot = finder.goroot_src.as_ref().is_some_and(|src| top.starts_with(src));
        if in_main || in_goroot || finder.modules.path_in_dependency(self.disk, top).is_some() {
            return Ok(());
        }
        let why = match module {
            Some(module) => format!(
                "{} is neither of the main module nor of one that it requires\n  start there, or add it to a workspace: go work use {}",
                module.join("go.mod").display(),
                module.display()
            ),
            None => "it is outside of the modules that are worked on".to_owned(),
        };
        Err(Error::OutOfReach { dir: top.to_owned(), why })
    }

    /// Import path and module of a folder, and whether it is of the standard library.
    fn package_of(&self, dir: &Path) -> Result<PackageOf, Missing> {
        let modules = &self.finder.modules;
        let mut other_module = None;
        for source in &modules.main {
            let Some(root) = source.module.dir.as_deref() else { continue };
            let Some(rest) = inside(dir, root).filter(|rest| !rest.contains('@')) else { continue };
            if let Some(path) = rest.strip_prefix("vendor/") {
                return match &modules.vendor {
                    None => Err(Missing::new(format!("{} counts with -mod=vendor only", dir.display()))),
                    Some((vendor, sources)) => match vendor.list.packages.get(path) {
                        Some(module) => Ok((path.to_owned(), Some(sources[*module].clone()), false)),
                        None => Err(Missing::new(format!("{} is not in vendor/modules.txt", dir.display()))),
                    },
                };
            }
            let mut between = dir.ancestors().take_while(|folder| *folder != root);
            match between.find(|folder| self.disk.has_go_mod(folder)) {
                Some(folder) => other_module = Some(folder),
                None => return Ok((join(&source.module.path, &rest), Some(source.clone()), false)),
            }
        }
        // go does not look further, even if the main module requires that one.
        if let Some(folder) = other_module {
            let why = format!("{} makes it a module of its own", folder.join("go.mod").display());
            return Err(Missing::new(format!("{}: {why}", dir.display())));
        }
        if let Some(src) = &self.finder.goroot_src
            && let Some(rest) = inside(dir, src).filter(|rest| !rest.is_empty())
        {
            return Ok((rest, None, true));
        }
        match modules.path_in_dependency(self.disk, dir) {
            Some((path, source)) => Ok((path, Some(source), false)),
            None => Err(Missing::new(format!(
                "{} is neither in the main module nor in one that it requires",
                dir.display()
            ))),
        }
    }
}

type PackageOf = (String, Option<std::sync::Arc<crate::modules::Source>>, bool);
