//! What can be wrong, and what is worth knowing.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why there is no graph. Each says what to do, where there is something.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Patterns need a module and there is none.
    #[error("no go.mod in {} or above it\n  start in a module, or make one: go mod init NAME", dir.display())]
    NoModule {
        /// The folder that was started from.
        dir: PathBuf,
    },
    /// A pattern is for folders that no package can come from.
    #[error("no package in or below {} can be meant: {why}", dir.display())]
    OutOfReach {
        /// The folder.
        dir: PathBuf,
        /// Why.
        why: String,
    },
    /// A go.mod or go.work has an error.
    #[error("{place}: {message}")]
    Syntax {
        /// Where.
        place: Place,
        /// What.
        message: String,
    },
    /// A setting is not what go knows.
    #[error("{0}")]
    Setting(String),
    /// The go command does not run, or does not answer.
    #[error("{}: {message}", path.display())]
    Go {
        /// What was run.
        path: PathBuf,
        /// Why it failed; go's own words if it has said any.
        message: String,
    },
    /// A file or folder that is needed could not be read.
    #[error("{}: {error}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

/// A place in a file. Line and column are counted from 1; 0 means the file as a whole.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// The file, or a folder.
    pub path: Arc<Path>,
    /// The line.
    pub line: u32,
    /// The column, in bytes.
    pub column: u32,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.path.display())?;
        match (self.line, self.column) {
            (0, _) => Ok(()),
            (line, 0) => write!(f, ":{line}"),
            (line, column) => write!(f, ":{line}:{column}"),
        }
    }
}

/// What is wrong with a package. The rest of it is loaded all the same.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackageError {
    /// A package that is imported was not found.
    #[error("{place}: cannot find package {import}: {why}")]
    Missing {
        /// Where it is imported.
        place: Place,
        /// The import path.
        import: Arc<str>,
        /// Why.
        why: String,
    },
    /// A package that is named was not found.
    #[error("cannot find package {path}: {why}")]
    NotFound {
        /// The import path or the folder.
        path: String,
        /// Why.
        why: String,
    },
    /// The folder has no Go files.
    #[error("no Go files in {}", dir.display())]
    NoGoFiles {
        /// The folder.
        dir: Arc<Path>,
    },
    /// The folder has Go files, and none is for this build.
    #[error("no Go file in {} is for this build: their names or build constraints exclude all", dir.display())]
    AllExcluded {
        /// The folder.
        dir: Arc<Path>,
    },
    /// Files of two packages in one folder.
    #[error("{place}: package {name}, but {} is package {other}", first.display())]
    MixedNames {
        /// The package clause.
        place: Place,
        /// The name there.
        name: String,
        /// The file that came first.
        first: Arc<Path>,
        /// Its name.
        other: String,
    },
    /// Imports lead from the package back to it. The last of them is left out of the graph.
    #[error("import cycle: {}", path.join(" imports "))]
    Cycle {
        /// The packages of the cycle; the first is also the last.
        path: Vec<String>,
    },
    /// An import that is not allowed, such as that of a command or an internal package.
    #[error("{place}: {message}")]
    Import {
        /// Where.
        place: Place,
        /// Why not.
        message: String,
    },
    /// A package that is imported has no files but tests; go list does not mind, go build does.
    #[error("{place}: {import} has no Go files but tests")]
    OnlyTests {
        /// Where it is imported.
        place: Place,
        /// The import path.
        import: Arc<str>,
    },
    /// A file's beginning is no Go, or its build constraint no constraint.
    #[error("{place}: {message}")]
    Syntax {
        /// Where.
        place: Place,
        /// What.
        message: String,
    },
    /// A file or folder that could not be read.
    #[error("{}: {message}", path.display())]
    Io {
        /// Which.
        path: Arc<Path>,
        /// Why.
        message: String,
    },
}

/// What the user may want to know.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Note {
    /// There is no go command.
    #[error("there is no go command: environment variables and go.mod were read without it")]
    NoGo,
    /// There is no standard library.
    #[error("the standard library was not found: set GOROOT, or put go on the PATH")]
    NoGoroot,
    /// go was asked, which takes longer.
    #[error("asked go list, which takes longer: {why}")]
    AskedGo {
        /// Why.
        why: String,
    },
    /// A pattern matched nothing.
    #[error("{pattern} matched no packages")]
    Unmatched {
        /// The pattern.
        pattern: String,
    },
    /// Anything else that go would warn of.
    #[error("{0}")]
    Warning(String),
}
