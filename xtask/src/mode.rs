//! The three ways to build a test binary.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::go::Toolchain;

/// How a program is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mode {
    Plain,
    Guard,
    Race,
}

impl Mode {
    pub(crate) const ALL: [Mode; 3] = [Mode::Plain, Mode::Guard, Mode::Race];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Mode::Plain => "plain",
            Mode::Guard => "guard",
            Mode::Race => "race",
        }
    }
}

/// What came of building.
pub(crate) enum Built {
    Yes,
    /// The package has no tests.
    Nothing,
    /// What go said.
    No(String),
}

/// What all builds of a run have in common.
pub(crate) struct Builder<'a> {
    pub(crate) toolchain: &'a Toolchain,
    /// The mapguard command.
    pub(crate) mapguard: &'a Path,
}

impl Builder<'_> {
    /// Builds the tests of `package`, named as seen from `folder`, into the file `binary`.
    pub(crate) fn build(&self, mode: Mode, folder: &Path, package: &str, binary: &Path) -> Result<Built> {
        let go = self.toolchain.go();
        let mut command = match mode {
            Mode::Guard => self.toolchain.command(self.mapguard),
            _ => self.toolchain.command(&go),
        };
        match mode {
            Mode::Plain => command.arg("test"),
            Mode::Guard => command.arg("--go").arg(&go).arg("test"),
            Mode::Race => command.args(["test", "-race"]).env("CGO_ENABLED", "1"),
        };
        command.args(["-buildvcs=false", "-c", "-o"]).arg(binary).arg(package).current_dir(folder);
        // A binary of an earlier run must not stand for one that was not built.
        match fs::remove_file(binary) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot remove {}", binary.display()));
            }
            _ => {}
        }
        let output =
            command.output().with_context(|| format!("cannot run {}", command.get_program().display()))?;
        if !output.status.success() {
            return Ok(Built::No(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
        }
        Ok(if binary.is_file() { Built::Yes } else { Built::Nothing })
    }
}
