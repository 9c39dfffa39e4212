//! From package patterns to packages.

mod glob;
mod local;
mod walk;

use std::path::Path;
use std::sync::Arc;

use crate::disk::{Disk, clean, inside};
use crate::find::{Finder, Located};
use crate::modules::{Missing, Source, join};
use crate::{Error, Note};
use glob::Glob;
use walk::{Below, walk};

/// A package that patterns name.
pub(crate) enum Root {
    /// By its import path.
    Path(Arc<str>),
    /// By its folder, or it was found by a wildcard: then it is left out if no file is for this build.
    Located {
        /// Where it is.
        located: Located,
        /// Whether it was found by a wildcard.
        wildcard: bool,
        /// Whether a command does not count.
        no_commands: bool,
    },
    /// It is not there.
    Missing {
        /// The pattern.
        pattern: String,
        /// Why not.
        missing: Missing,
    },
}

/// What patterns come to.
#[derive(Default)]
pub(crate) struct Roots {
    pub(crate) roots: Vec<Root>,
    /// Whether `all` is among the patterns: all that the main modules import is a root too, and the roots here
    /// include their packages.
    pub(crate) all: bool,
}

/// What is needed to expand patterns.
pub(crate) struct Expand<'a> {
    pub(crate) finder: &'a Finder,
    pub(crate) disk: &'a Disk<'a>,
    pub(crate) dir: &'a Path,
    pub(crate) cgo: bool,
}

impl Expand<'_> {
    /// Expands patterns; none is the same as `.`.
    pub(crate) fn patterns(&self, patterns: &[String], notes: &mut Vec<Note>) -> Result<Roots, Error> {
        let here = [".".to_owned()];
        let patterns = if patterns.is_empty() { &here } else { patterns };
        let mut roots = Roots::default();
        for pattern in patterns {
            let before = roots.roots.len();
            let pattern = tidy(pattern);
            match pattern.as_str() {
                "std" => self.standard(Part::Std, &Glob::everything(), &mut roots.roots),
                "cmd" => self.standard(Part::Cmd, &Glob::everything(), &mut roots.roots),
                "all" | "work" => {
                    roots.all |= pattern == "all";
                    match self.finder.goroot_src.as_ref().and_then(|src| inside(self.dir, src)) {
                        // There the standard library, or the commands, are the main module.
                        Some(path) => {
                            let cmd = path == "cmd" || path.starts_with("cmd/");
                            let part = if cmd { Part::Cmd } else { Part::Std };
                            self.standard(part, &Glob::everything(), &mut roots.roots);
                        }
                        None => {
                            self.need_module()?;
                            self.main_packages(&Glob::everything(), &mut roots.roots);
                        }
                    }
                    if pattern == "all" {
                        self.tools(&mut roots.roots);
                    }
                }
                "tool" => self.tools(&mut roots.roots),
                local if is_local(local) => self.local(local, &mut roots.roots)?,
                wild if wild.contains("...") => {
                    let glob = Glob::new(wild);
                    self.standard(Part::Std, &glob, &mut roots.roots);
                    self.standard(Part::Cmd, &glob, &mut roots.roots);
                    self.main_packages(&glob, &mut roots.roots);
                    self.other_packages(&glob, &mut roots.roots);
                }
                path => roots.roots.push(Root::Path(path.into())),
            }
            if roots.roots.len() == before {
                notes.push(Note::Unmatched { pattern });
            }
        }
        Ok(roots)
    }

    fn need_module(&self) -> Result<(), Error> {
        match self.finder.modules.main.is_empty() {
            true => Err(Error::NoModule { dir: self.dir.to_owned() }),
            false => Ok(()),
        }
    }

    fn tools(&self, roots: &mut Vec<Root>) {
        let tools = self.finder.modules.files.iter().flat_map(|file| &file.tools);
        roots.extend(tools.map(|path| Root::Path(path.as_str().into())));
    }

    /// Packages of the standard library, or commands of Go.
    fn standard(&self, part: Part, glob: &Glob, roots: &mut Vec<Root>) {
        let Some(src) = &self.finder.goroot_src else { return };
        let (top, prefix) = match part {
            Part::Std => (src.clone(), ""),
            Part::Cmd => (src.join("cmd"), "cmd"),
        };
        if !glob.may_match_below(prefix) {
            return;
        }
        let enter = |path: &str| {
            let name = join(prefix, path);
            name != "cmd" && glob.may_match_below(&name)
        };
        walk(self.disk, &top, false, enter, |path, dir, listing| {
            let name = join(prefix, path);
            let pseudo = name.is_empty() || name == "builtin" || !self.cgo && name == "runtime/cgo";
            if !pseudo && !listing.go_files.is_empty() && glob.matches(&name) {
                let no_commands = name.starts_with("cmd/vendor/");
                let located =
                    Located { path: name.into(), dir: dir.into(), listing, source: None, standard: true };
                roots.push(Root::Located { located, wildcard: true, no_commands });
            }
            Below::Walk
        });
    }

    fn main_packages(&self, glob: &Glob, roots: &mut Vec<Root>) {
        for source in &self.finder.modules.main {
            self.packages_of(source, glob, roots);
        }
    }

    fn other_packages(&self, glob: &Glob, roots: &mut Vec<Root>) {
        if let Some((vendor, _)) = &self.finder.modules.vendor {
            for path in vendor.list.packages.keys().filter(|path| glob.matches(path)) {
                if let Ok(located) = self.finder.find(self.disk, &path.as_str().into()) {
                    roots.push(Root::Located { located, wildcard: true, no_commands: false });
                }
            }
            return;
        }
        for source in self.finder.modules.all(self.disk).sources.values() {
            self.packages_of(source, glob, roots);
        }
    }

    /// The packages of a module that a pattern matches.
    fn packages_of(&self, source: &Arc<Source>, glob: &Glob, roots: &mut Vec<Root>) {
        let prefix = &*source.module.path;
        let Some(dir) = &source.module.dir else { return };
        if !glob.may_match_below(prefix) {
            return;
        }
        let ignored = self.finder.ignored(dir);
        let enter = |path: &str| glob.may_match_below(&join(prefix, path)) && !ignored.has(path);
        walk(self.disk, dir, source.local, enter, |path, dir, listing| {
            let name = join(prefix, path);
            if !listing.go_files.is_empty() && glob.matches(&name) {
                let source = Some(source.clone());
                let located =
                    Located { path: name.into(), dir: dir.into(), listing, source, standard: false };
                roots.push(Root::Located { located, wildcard: true, no_commands: false });
            }
            if path == "vendor" || path.ends_with("/vendor") { Below::Skip } else { Below::Walk }
        });
    }
}

enum Part {
    Std,
    Cmd,
}

/// Whether a pattern is a path on disk.
fn is_local(pattern: &str) -> bool {
    matches!(pattern, "." | "..")
        || pattern.starts_with("./")
        || pattern.starts_with("../")
        || Path::new(pattern).is_absolute()
}

/// The pattern without what says nothing, such as `//` and a `/` at the end.
fn tidy(pattern: &str) -> String {
    let pattern = if cfg!(windows) { pattern.replace('\\', "/") } else { pattern.to_owned() };
    let path = clean(Path::new(&pattern));
    let Some(text) = path.to_str() else { return pattern };
    match pattern.starts_with("./") && text != "." {
        true => format!("./{text}"),
        false => text.to_owned(),
    }
}
