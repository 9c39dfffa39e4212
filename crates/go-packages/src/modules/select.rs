//! Minimal version selection: of each module, the highest version that anybody requires.
//!
//! The go.mod of a module that is written for Go 1.17 or newer lists all that its packages need, so that
//! nothing is read beyond it: the graph is pruned. See <https://go.dev/ref/mod#graph-pruning>.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use super::file::{ModFile, Requirement};
use crate::version::{compare, go_at_least};

/// What is selected.
#[derive(Default, Debug)]
pub(crate) struct Selection {
    /// The version of each module, by path.
    pub(crate) versions: HashMap<String, String>,
    /// A module whose go.mod could not be read. Then the selection may lack something.
    pub(crate) unread: Option<Requirement>,
}

impl Selection {
    /// The requirements of the main modules themselves.
    pub(crate) fn of_roots<'m>(main: impl IntoIterator<Item = &'m ModFile>) -> Selection {
        let mut selection = Selection::default();
        for file in main {
            for requirement in &file.require {
                selection.raise(requirement);
            }
        }
        selection
    }

    /// The requirements of all modules. `read` reads the go.mod of a module, replaced if it is.
    pub(crate) fn of_all<'m>(
        main: impl IntoIterator<Item = &'m ModFile>,
        exclude: &HashSet<Requirement>,
        read: impl Fn(&Requirement) -> Option<ModFile>,
    ) -> Selection {
        let mut selection = Selection::default();
        let mut files: HashMap<Requirement, Option<ModFile>> = HashMap::new();
        // Those whose requirements were followed; with all that follows from them, if the flag is set.
        let mut done: HashSet<(Requirement, bool)> = HashSet::new();
        let mut todo: Vec<(Requirement, bool)> = Vec::new();
        for file in main {
            todo.extend(file.require.iter().map(|module| (module.clone(), !is_pruned(file))));
        }
        while let Some((module, all)) = todo.pop() {
            if exclude.contains(&module) || !done.insert((module.clone(), all)) {
                continue;
            }
            selection.raise(&module);
            let file = files.entry(module.clone()).or_insert_with(|| read(&module));
            let Some(file) = file else {
                selection.unread.get_or_insert(module);
                continue;
            };
            for requirement in file.require.iter().filter(|module| !exclude.contains(module)) {
                selection.raise(requirement);
                if all || !is_pruned(file) {
                    todo.push((requirement.clone(), all || !is_pruned(file)));
                }
            }
        }
        selection
    }

    fn raise(&mut self, module: &Requirement) {
        match self.versions.get_mut(&module.path) {
            Some(version) => {
                if compare(&module.version, version) == Ordering::Greater {
                    version.clone_from(&module.version);
                }
            }
            None => _ = self.versions.insert(module.path.clone(), module.version.clone()),
        }
    }
}

/// Whether a go.mod lists all that its module needs.
pub(crate) fn is_pruned(file: &ModFile) -> bool {
    file.go.as_deref().is_some_and(|version| go_at_least(version, 17))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::modules::file::Kind;

    fn file(go: &str, require: &[&str]) -> ModFile {
        let lines: Vec<String> = require.iter().map(|module| format!("require {module}\n")).collect();
        let text = format!("module m\ngo {go}\n{}", lines.concat());
        ModFile::parse(Path::new("go.mod"), &text, Kind::Main).unwrap()
    }

    fn select(main: &ModFile, others: &[(&str, ModFile)], exclude: &[&str]) -> Vec<String> {
        let module = |text: &str| {
            let (path, version) = text.split_once(' ').unwrap();
            Requirement { path: path.into(), version: version.into() }
        };
        let exclude = exclude.iter().map(|text| module(text)).collect();
        let selection = Selection::of_all([main], &exclude, |wanted| {
            let (_, found) = others.iter().find(|(name, _)| module(name) == *wanted)?;
            Some(ModFile { require: found.require.clone(), go: found.go.clone(), ..ModFile::default() })
        });
        let mut all: Vec<_> =
            selection.versions.iter().map(|(path, version)| format!("{path} {version}")).collect();
        all.sort();
        all
    }

    #[test]
    fn the_highest_version_that_is_required() {
        let main = file("1.16", &["a v1.0.0", "b v1.0.0"]);
        let others = [
            ("a v1.0.0", file("1.16", &["c v1.1.0"])),
            ("b v1.0.0", file("1.16", &["c v1.10.0"])),
            ("c v1.1.0", file("1.16", &[])),
            ("c v1.10.0", file("1.16", &["d v1.0.0"])),
            ("d v1.0.0", file("1.16", &[])),
        ];
        assert_eq!(select(&main, &others, &[]), ["a v1.0.0", "b v1.0.0", "c v1.10.0", "d v1.0.0"]);
        assert_eq!(select(&main, &others, &["c v1.10.0"]), ["a v1.0.0", "b v1.0.0", "c v1.1.0"]);
    }

    #[test]
    fn nothing_beyond_a_pruned_module() {
        let main = file("1.21", &["a v1.0.0"]);
        let others = [
            ("a v1.0.0", file("1.21", &["b v1.0.0"])),
            ("b v1.0.0", file("1.21", &["c v1.0.0"])),
            ("c v1.0.0", file("1.21", &[])),
        ];
        assert_eq!(select(&main, &others, &[]), ["a v1.0.0", "b v1.0.0"]);
        let old = file("1.16", &["a v1.0.0"]);
        assert_eq!(select(&old, &others, &[]), ["a v1.0.0", "b v1.0.0", "c v1.0.0"]);
    }
}
