//! The go command as it is found.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::Error;

/// The releases that the guard knows, as minor versions of Go 1.
pub const RELEASES: std::ops::RangeInclusive<u32> = 21..=27;

/// The same, and the platform, for people.
pub const SUPPORTED: &str = "Go 1.21 to 1.27 on linux/amd64";

/// What `go env` says of the toolchain that will run.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub struct Go {
    /// Where the toolchain and the standard library are.
    pub goroot: PathBuf,
    /// For example `go1.27.3`.
    pub goversion: String,
    /// Flags for every go command.
    #[serde(default)]
    pub goflags: String,
    /// The operating system that is built for.
    pub goos: String,
    /// The architecture that is built for.
    pub goarch: String,
    /// The go.mod in force, if any.
    #[serde(default)]
    pub gomod: String,
    /// `1` if packages may use cgo.
    #[serde(default, rename = "CGO_ENABLED")]
    pub cgo_enabled: String,
    /// The C compiler, and flags for it.
    #[serde(default)]
    pub cc: String,
    /// Which toolchain go may switch to: `auto`, `local` or a name.
    #[serde(default)]
    pub gotoolchain: String,
    /// The go.work in force, if any.
    #[serde(default)]
    pub gowork: String,
}

/// What of it is asked for; the names that serde expects above.
const ASKED: [&str; 10] = [
    "GOROOT",
    "GOVERSION",
    "GOFLAGS",
    "GOOS",
    "GOARCH",
    "GOMOD",
    "CGO_ENABLED",
    "CC",
    "GOTOOLCHAIN",
    "GOWORK",
];

impl Go {
    /// Asks the go command at `path`, in the folder that `-C` names if there is one. The toolchain
    /// line of go.mod is followed, as it will be when the command runs.
    pub fn ask(path: &Path, change_dir: Option<&OsString>) -> Result<Go, Error> {
        let mut command = Command::new(path);
        command.arg("env");
        if let Some(dir) = change_dir {
            command.arg("-C").arg(dir);
        }
        command.arg("-json").args(ASKED);
        let output = command.output().map_err(|error| Error::NoGo { path: path.to_owned(), error })?;
        if !output.status.success() {
            let message = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(Error::GoEnv { message, code: output.status.code() });
        }
        serde_json::from_slice(&output.stdout)
            .map_err(|error| Error::NotGo { path: path.to_owned(), what: error.to_string() })
    }

    /// The minor version: 27 of `go1.27.3`.
    pub fn minor(&self) -> Option<u32> {
        let rest = self.goversion.strip_prefix("go1.")?;
        let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
        digits.parse().ok()
    }

    /// Refuses what the guard does not know, before any work is done.
    pub fn check(&self) -> Result<u32, Error> {
        self.check_platform()?;
        self.check_release()
    }

    /// Refuses other platforms.
    pub fn check_platform(&self) -> Result<(), Error> {
        match (self.goos.as_str(), self.goarch.as_str()) {
            ("linux", "amd64") => Ok(()),
            (os, arch) => Err(Error::Platform(format!("{os}/{arch}"))),
        }
    }

    /// Refuses other releases; else the minor version.
    pub fn check_release(&self) -> Result<u32, Error> {
        self.minor()
            .filter(|minor| RELEASES.contains(minor))
            .ok_or_else(|| Error::Release { version: self.goversion.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::Go;

    fn go(version: &str, os: &str, arch: &str) -> Go {
        serde_json::from_value(serde_json::json!({
            "GOROOT": "/go", "GOVERSION": version, "GOOS": os, "GOARCH": arch
        }))
        .unwrap()
    }

    #[test]
    fn knows_its_releases_and_platform() {
        for (version, os, arch, known) in [
            ("go1.21.13", "linux", "amd64", true),
            ("go1.27rc1", "linux", "amd64", true),
            ("go1.26.6 X:nodwarf5", "linux", "amd64", true),
            ("go1.20.14", "linux", "amd64", false),
            ("go1.28.0", "linux", "amd64", false),
            ("devel go1.27-abcdef", "linux", "amd64", false),
            ("go1.27.3", "darwin", "arm64", false),
            ("go1.27.3", "linux", "arm64", false),
        ] {
            assert_eq!(go(version, os, arch).check().is_ok(), known, "{version} {os}/{arch}");
        }
    }
}
