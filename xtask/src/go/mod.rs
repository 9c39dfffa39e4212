//! The Go releases that the tests use.

mod install;
mod releases;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, iter};

use anyhow::Result;

pub(crate) use install::install_all;

/// A Go release that is installed.
pub(crate) struct Toolchain {
    /// For example `1.27.3`.
    pub(crate) version: &'static str,
    /// Its GOROOT.
    pub(crate) root: PathBuf,
}

impl Toolchain {
    /// The releases `versions`, or all of them if there are none; installed if they were not.
    pub(crate) fn all(versions: &[String]) -> Result<Vec<Toolchain>> {
        releases::choose(versions)?.into_iter().map(install::install).collect()
    }

    /// The release `version`, or the newest.
    pub(crate) fn one(version: Option<&String>) -> Result<Toolchain> {
        let release = match version {
            Some(version) => releases::find(version)?,
            None => releases::newest(),
        };
        install::install(release)
    }

    /// Whether it is the newest that is supported.
    pub(crate) fn is_newest(&self) -> bool {
        self.version == releases::newest().version
    }

    /// The go command.
    pub(crate) fn go(&self) -> PathBuf {
        self.root.join("bin/go")
    }

    /// `program` as it runs where this release is the one that is installed.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.env("PATH", self.path()).env("GOTOOLCHAIN", "local");
        for name in ["GOROOT", "GOFLAGS", "GORACE", "GODEBUG", "GOTRACEBACK"] {
            command.env_remove(name);
        }
        for name in ["POLICY", "FORMAT", "OUTPUT", "GO"] {
            command.env_remove(format!("MAPGUARD_{name}"));
        }
        command
    }

    fn path(&self) -> OsString {
        let old = env::var_os("PATH").unwrap_or_default();
        let all = iter::once(self.root.join("bin")).chain(env::split_paths(&old));
        env::join_paths(all).unwrap_or(old)
    }
}
