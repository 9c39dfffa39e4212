//! The programs, and the ways to build them.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::go::Toolchain;

/// What is built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Program {
    /// `testdata/anchors`.
    Fixture,
    /// The go command of the release.
    Large,
}

impl Program {
    pub(super) fn name(self) -> &'static str {
        match self {
            Program::Fixture => "fixture",
            Program::Large => "cmd/go",
        }
    }
}

/// How it is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Variant {
    Plain,
    /// Can be loaded anywhere: its data holds no addresses until then.
    Pie,
    /// Linked by the C linker, among C code.
    Cgo,
    CgoPie,
    Arm64,
    Windows,
    /// With arm64, as Macs have it.
    MacOs,
}

impl Variant {
    pub(super) const LINUX: [Variant; 5] =
        [Variant::Plain, Variant::Pie, Variant::Cgo, Variant::CgoPie, Variant::Arm64];
    pub(super) const OTHERS: [Variant; 2] = [Variant::Windows, Variant::MacOs];

    pub(super) fn name(self) -> &'static str {
        match self {
            Variant::Plain => "plain",
            Variant::Pie => "pie",
            Variant::Cgo => "cgo",
            Variant::CgoPie => "cgo-pie",
            Variant::Arm64 => "arm64",
            Variant::Windows => "windows",
            Variant::MacOs => "macos",
        }
    }

    /// GOOS and GOARCH.
    fn platform(self) -> (&'static str, &'static str) {
        match self {
            Variant::Arm64 => ("linux", "arm64"),
            Variant::Windows => ("windows", "amd64"),
            Variant::MacOs => ("darwin", "arm64"),
            _ => ("linux", "amd64"),
        }
    }

    pub(super) fn needs_c_compiler(self) -> bool {
        matches!(self, Variant::Cgo | Variant::CgoPie)
    }
}

/// Whether there is what cgo calls by default.
pub(super) fn has_c_compiler() -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join("gcc").is_file() || folder.join("cc").is_file())
}

/// Builds with one release.
pub(super) struct Builder<'a> {
    pub(super) toolchain: &'a Toolchain,
    /// The folder of the fixture.
    pub(super) fixture: &'a Path,
    /// Where programs go.
    pub(super) folder: &'a Path,
}

impl Builder<'_> {
    /// Builds `program`, without symbols and DWARF if `stripped`.
    pub(super) fn build(&self, program: Program, variant: Variant, stripped: bool) -> Result<PathBuf> {
        let ending = if stripped { "-stripped" } else { "" };
        let name = format!("{}-{}{ending}", program.name().replace('/', "-"), variant.name());
        let binary = self.folder.join(name);
        let mut command = self.toolchain.command(self.toolchain.go());
        command.args(["build", "-buildvcs=false", "-o"]).arg(&binary);
        let mut flags = Vec::new();
        if stripped {
            flags.extend(["-s", "-w"]);
        }
        if variant.needs_c_compiler() {
            flags.push("-linkmode=external");
        }
        command.arg(format!("-ldflags={}", flags.join(" ")));
        command.env("CGO_ENABLED", if variant.needs_c_compiler() { "1" } else { "0" });
        if matches!(variant, Variant::Pie | Variant::CgoPie) {
            command.arg("-buildmode=pie");
        }
        let (system, processor) = variant.platform();
        command.env("GOOS", system).env("GOARCH", processor);
        match program {
            Program::Fixture => command.arg(".").current_dir(self.fixture),
            Program::Large => command.arg("cmd/go").current_dir(self.toolchain.root.join("src")),
        };
        let output = command.output().context("cannot run go")?;
        ensure!(
            output.status.success(),
            "Go {} does not build {} ({}):\n{}",
            self.toolchain.version,
            program.name(),
            variant.name(),
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(binary)
    }
}
