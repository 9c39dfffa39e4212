//! What is to be loaded, and how.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::sync::Arc;

/// What is to be loaded, and how. What is `None` is as the environment has it: `GOFLAGS`, `GOOS` and so
/// on, and what `go env -w` has set.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The folder that relative patterns start from, and in which, or above which, go.mod or go.work is.
    pub dir: PathBuf,
    /// Package patterns as in `go help packages`, or names of Go files. None is the same as `.`.
    pub patterns: Vec<String>,
    /// Build tags, as in `-tags`.
    pub tags: Option<Vec<String>>,
    /// `GOOS`.
    pub goos: Option<String>,
    /// `GOARCH`.
    pub goarch: Option<String>,
    /// `CGO_ENABLED`.
    pub cgo: Option<bool>,
    /// Load the tests of the packages that the patterns name, as with `-test`.
    pub tests: bool,
    /// `-mod`.
    pub mod_mode: Option<ModMode>,
    /// `-modfile`.
    pub mod_file: Option<PathBuf>,
    /// The go command.
    pub go: GoCommand,
    /// Environment variables.
    pub environment: Environment,
    /// Files that are in memory.
    pub overlay: Overlay,
}

impl Settings {
    /// Patterns in a folder; all else as the environment has it.
    pub fn new<P: Into<String>>(dir: impl Into<PathBuf>, patterns: impl IntoIterator<Item = P>) -> Settings {
        let patterns = patterns.into_iter().map(Into::into).collect();
        Settings { dir: dir.into(), patterns, ..Settings::default() }
    }

    /// All that the graph depends on but the disk: the settings, the working folder, and what of the environment
    /// go or this looks at.
    pub fn identity(&self) -> String {
        let mut text = format!("{self:?} {:?}", std::env::current_dir());
        if self.environment == Environment::Inherit {
            let mut variables: Vec<_> = std::env::vars_os().filter(|(name, _)| is_looked_at(name)).collect();
            variables.sort_unstable();
            text.push_str(&format!(" {variables:?}"));
        }
        text
    }
}

/// Whether go or this looks at an environment variable when it finds out what to build: at go's own ones, for a C
/// compiler, for folders of the user, and what the loader of programs looks at.
fn is_looked_at(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    ["GO", "CGO_", "LD_"].iter().any(|start| name.starts_with(start))
        || ["CC", "HOME", "PATH", "USERPROFILE", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"].contains(&&*name)
}

/// `-mod`: where packages of other modules are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ModMode {
    /// In the vendor folder.
    Vendor,
    /// In the module cache.
    Cache,
}

/// Which go command to ask.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum GoCommand {
    /// The one on the PATH, if there is one.
    #[default]
    OnPath,
    /// This one. That it does not run is an error.
    At(PathBuf),
    /// None. What only go could say is missing.
    Never,
}

/// Environment variables.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Environment {
    /// Those of this process.
    #[default]
    Inherit,
    /// These and no others.
    Only(BTreeMap<String, String>),
}

/// Files that are in memory, by absolute path: they stand for those on disk, or beside them.
pub type Overlay = BTreeMap<PathBuf, Arc<[u8]>>;
