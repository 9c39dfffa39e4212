//! Things that cargo builds.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::places;

/// What cargo says of a thing it built.
#[derive(Deserialize)]
struct Artifact {
    reason: String,
    #[serde(default)]
    target: Target,
    #[serde(default)]
    executable: Option<PathBuf>,
}

#[derive(Deserialize, Default)]
struct Target {
    #[serde(default)]
    name: String,
}

/// Builds a program of a package of this tree, with optimisation, and says where it is. `kind` is `--bin`
/// or `--example`.
pub(crate) fn build(package: &str, kind: &str, name: &str) -> Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let output = Command::new(cargo)
        .args(["build", "--quiet", "--release", "--package", package, kind, name])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(places::root()?)
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        bail!("{name} does not build; what cargo says of it is above");
    }
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Artifact>(line).ok())
        .filter(|artifact| artifact.reason == "compiler-artifact" && artifact.target.name == name)
        .find_map(|artifact| artifact.executable)
        .context("cargo does not say where it put what it built")
}
