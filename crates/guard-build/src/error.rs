//! What can go wrong before go itself runs.

use std::io;
use std::path::PathBuf;

/// Why a guarded go command could not be put together. Each says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no go command.
    #[error("cannot run `{}`: {source}\n  install Go from https://go.dev/dl, or name the command: mapguard --go PATH …", path.display())]
    NoGo {
        /// What was tried.
        path: PathBuf,
        /// Why it did not run.
        source: io::Error,
    },
    /// `go env` failed; its own words follow.
    #[error("`go env` failed: {0}")]
    GoEnv(String),
    /// A Go release that is not supported.
    #[error(
        "{version} is not supported: mapguard works with Go 1.21 to 1.27\n  choose another release: GOTOOLCHAIN=go1.27.3 mapguard …, or mapguard --go PATH …"
    )]
    Release {
        /// As `go env GOVERSION` has it.
        version: String,
    },
    /// A platform that is not supported.
    #[error("{0} is not supported: mapguard works on linux/amd64")]
    Platform(String),
    /// A flag that cannot go with the guard.
    #[error(
        "{flag} and mapguard exclude each other: both take the place of the runtime's race detector\n  leave {flag} out{hint}"
    )]
    Excluded {
        /// The flag.
        flag: String,
        /// Where it came from, if not from the command line.
        hint: String,
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
    #[error("{}: {source}{hint}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
        /// What to do about it.
        hint: &'static str,
    },
    /// The user's overlay is not one.
    #[error("{}: not an overlay: {source}", path.display())]
    Overlay {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// The user's overlay replaces a file that the guard replaces too.
    #[error("{}: the overlay replaces {}, which mapguard has to replace itself", path.display(), file.display())]
    OverlayClash {
        /// The overlay.
        path: PathBuf,
        /// The file.
        file: PathBuf,
    },
    /// Neither XDG_CACHE_HOME nor HOME is set.
    #[error("there is no cache folder: set XDG_CACHE_HOME or HOME")]
    NoCache,
}

impl Error {
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Error {
        let path = path.into();
        move |source| Error::Io { path, source, hint: "" }
    }
}
