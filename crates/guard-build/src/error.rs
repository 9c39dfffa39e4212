//! What can go wrong before go itself runs.

use std::io;
use std::path::{Path, PathBuf};

use crate::go::SUPPORTED;

/// Why a guarded go command could not be put together. Each says what to do, and its text holds the
/// cause: none has a `source` that would be told twice.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no go command, or it does not run.
    #[error(
        "{}\n  install Go from https://go.dev/dl, or name the command: mapguard --go PATH …",
        no_go(path, error)
    )]
    NoGo {
        /// What was tried.
        path: PathBuf,
        /// Why it did not run.
        error: io::Error,
    },
    /// `go env` failed, as the command itself would: go's own words and exit code.
    #[error("`go env` failed: {}", message.trim_end())]
    GoEnv {
        /// What go wrote to standard error.
        message: String,
        /// Its exit code, if it was not killed.
        code: Option<i32>,
    },
    /// What answers to `go env` is not Go.
    #[error("`{} env -json` does not answer as Go does: {what}\n  name the go command: mapguard --go PATH …", path.display())]
    NotGo {
        /// What was run.
        path: PathBuf,
        /// What is wrong with its answer.
        what: String,
    },
    /// A Go release that is not supported.
    #[error(
        "{version} is not supported: mapguard works with {SUPPORTED}\n  choose another release: GOTOOLCHAIN=go1.27.3 mapguard …, or mapguard --go PATH …"
    )]
    Release {
        /// As `go env GOVERSION` has it.
        version: String,
    },
    /// A platform that is not supported.
    #[error(
        "{0} is not supported: mapguard works with {SUPPORTED}\n  GOOS and GOARCH choose what is built for: GOOS=linux GOARCH=amd64 mapguard …"
    )]
    Platform(String),
    /// A flag that cannot go with the guard.
    #[error("{flag} and mapguard exclude each other: {why}\n  leave {flag} out{hint}")]
    Excluded {
        /// The flag.
        flag: &'static str,
        /// Why.
        why: &'static str,
        /// Where it came from, if not from the command line.
        hint: &'static str,
    },
    /// A file of this Go release is not as expected.
    #[error("{}: this file of {version} is not as mapguard expects it: {what}\n  is it a modified Go? `mapguard doctor` shows which releases are known", file.display())]
    Patch {
        /// The file in GOROOT.
        file: PathBuf,
        /// The release.
        version: String,
        /// What was looked for.
        what: &'static str,
    },
    /// A file or folder that could not be read or written.
    #[error("{}: {error}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The cache cannot be written.
    #[error("cannot write to the cache, {}: {error}\n  {}", root.display(), cache_hint(error))]
    Cache {
        /// Its folder.
        root: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The user's overlay cannot be read.
    #[error("-overlay {}: {what}\n  mapguard has an overlay too and must join both", path.display())]
    Overlay {
        /// The file.
        path: PathBuf,
        /// Why.
        what: String,
    },
    /// The user's overlay replaces a file that the guard replaces too.
    #[error(
        "-overlay {}: it replaces {}, which mapguard has to replace itself\n  leave that file out of the overlay",
        path.display(), file.display()
    )]
    OverlayClash {
        /// The overlay.
        path: PathBuf,
        /// The file.
        file: PathBuf,
    },
    /// The path of this program, or of a file in the options, has both kinds of quotes: go cannot be told it.
    #[error("go cannot be told {}: it has both ' and \" in it\n  use another path", .0.display())]
    Unquotable(PathBuf),
    /// Neither XDG_CACHE_HOME nor HOME is set.
    #[error("there is no cache folder: set XDG_CACHE_HOME or HOME to an absolute path")]
    NoCache,
}

impl Error {
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Error {
        let path = path.into();
        move |error| Error::Io { path, error }
    }
}

fn no_go(path: &Path, error: &io::Error) -> String {
    let name = path.display();
    match error.kind() {
        io::ErrorKind::NotFound if path.components().count() == 1 => {
            format!("there is no `{name}` on the PATH")
        }
        io::ErrorKind::NotFound => format!("there is no go command at {name}"),
        _ => format!("cannot run {name}: {error}"),
    }
}

fn cache_hint(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "nothing was kept; make room there (mapguard clean, go clean -cache), or set XDG_CACHE_HOME to another folder"
        }
        _ => "nothing was kept; make that folder writable, or set XDG_CACHE_HOME to one that is",
    }
}
