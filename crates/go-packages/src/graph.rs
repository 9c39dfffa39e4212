//! The result: packages, and what they import.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use go_syntax::build::Target;

use crate::{Note, PackageError};

/// All packages that the patterns name, and all that those import.
#[derive(Clone, Debug)]
pub struct Graph {
    /// The packages. Each stands after all that it imports, and its id is its place here.
    pub packages: Vec<Package>,
    /// The modules that packages are from, by id.
    pub modules: Vec<Module>,
    /// The packages that the patterns name, in the order of the packages; with tests, their variants and external
    /// tests too.
    pub roots: Vec<PackageId>,
    /// What is built for.
    pub target: Target,
    /// The version of Go, such as `1.27.3`, if it is known.
    pub go_version: Option<String>,
    /// GOROOT, if it is known.
    pub goroot: Option<PathBuf>,
    /// What the user may want to know of how this came about.
    pub notes: Vec<Note>,
}

impl Graph {
    /// A package.
    pub fn package(&self, id: PackageId) -> &Package {
        &self.packages[id.index()]
    }

    /// A package's module; none for the standard library and for files outside of modules.
    pub fn module(&self, package: &Package) -> Option<&Module> {
        package.module.map(|id| &self.modules[id.index()])
    }

    /// The language version that a package is written for, such as `1.21`: that of its module, or for the
    /// standard library that of the release.
    pub fn language(&self, package: &Package) -> Option<&str> {
        match self.module(package) {
            Some(module) => Some(module.go_version.as_deref().unwrap_or("1.16")),
            None => self.go_version.as_deref(),
        }
    }
}

/// The number of a package in its graph.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PackageId(u32);

impl PackageId {
    /// The id of the package at `index`.
    pub fn from_index(index: usize) -> PackageId {
        PackageId(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// The index into [`Graph::packages`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The number of a module in its graph.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ModuleId(u32);

impl ModuleId {
    /// The id of the module at `index`.
    pub fn from_index(index: usize) -> ModuleId {
        ModuleId(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// The index into [`Graph::modules`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A package, or a variant of it for a test.
#[derive(Clone, Debug)]
pub struct Package {
    /// The import path: of a variant that of the package, of an external test with `_test` at the end. A package
    /// of the standard library that is vendored there begins with `vendor/`, and one that is named by its files
    /// is `command-line-arguments`.
    pub path: Arc<str>,
    /// What it is.
    pub kind: PackageKind,
    /// For a variant: the import path of the package whose test it is for, as the `p` of `q [p.test]`.
    pub for_test: Option<Arc<str>>,
    /// The name in its package clauses. Empty if there is none.
    pub name: Arc<str>,
    /// Its folder.
    pub dir: Arc<Path>,
    /// Its module.
    pub module: Option<ModuleId>,
    /// Whether it is of the standard library, or a command of Go itself.
    pub standard: bool,
    /// Whether the patterns name it. Of tests and variants: whether they name the package.
    pub root: bool,
    /// The Go files that belong to the build, each kind in order of name: Go, cgo, tests.
    pub files: Vec<File>,
    /// What the package imports, by path, each once; `"C"` is not among them.
    pub imports: Vec<Import>,
    /// What is wrong with it.
    pub errors: Vec<PackageError>,
}

impl Package {
    /// The package that an import path in one of its files means.
    pub fn import(&self, path: &str) -> Option<PackageId> {
        let at = self.imports.binary_search_by(|import| (*import.path).cmp(path)).ok()?;
        self.imports[at].package
    }

    /// The path as `go list` shows it, such as `p_test [p.test]`.
    pub fn shown(&self) -> String {
        match &self.for_test {
            Some(test) => format!("{} [{test}.test]", self.path),
            None => self.path.to_string(),
        }
    }
}

/// What a package is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PackageKind {
    /// A package as it is built.
    Plain,
    /// A package with its own tests: `p [p.test]`.
    WithTests,
    /// Tests in a package of their own: `p_test [p.test]`.
    ExternalTest,
    /// A package without its own tests, which imports, over others, one with its tests: `q [p.test]`.
    ForTest,
}

/// A file of a package.
#[derive(Clone)]
pub struct File {
    /// Where it is.
    pub path: Arc<Path>,
    /// What is in it.
    pub kind: FileKind,
    /// Its contents.
    pub source: Arc<[u8]>,
}

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({:?}, {} bytes)", self.path.display(), self.kind, self.source.len())
    }
}

/// What is in a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FileKind {
    /// Go.
    Go,
    /// Go that imports `"C"`.
    Cgo,
    /// A test in the package.
    Test,
    /// A test in the package for external tests.
    ExternalTest,
}

/// An import of a package.
#[derive(Clone, Debug)]
pub struct Import {
    /// The path as it is written.
    pub path: Arc<str>,
    /// The package. None if it was not found, which is an error, or if it leads back to a package that imports this
    /// one, which is an error of that one.
    pub package: Option<PackageId>,
    /// Whether no file has it: cgo or the linker adds it.
    pub implicit: bool,
}

/// A module.
#[derive(Clone, Debug)]
pub struct Module {
    /// Its path.
    pub path: Arc<str>,
    /// The version, such as `v1.2.3`; none of main modules.
    pub version: Option<String>,
    /// What go.mod or go.work replaces it with: a path and, if that is no folder, a version.
    pub replaced: Option<(String, Option<String>)>,
    /// Where its files are. With a vendor folder none of other modules.
    pub dir: Option<PathBuf>,
    /// The version in the `go` line of its go.mod.
    pub go_version: Option<String>,
    /// Whether it is worked on: the module itself, or those of the workspace.
    pub main: bool,
}
