//! The mapguard command, built from this tree.

use std::env;
use std::ffi::OsString;
use std::fs;
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

/// Names a mapguard that is to be used as it is, for example an older one to compare with.
const GIVEN: &str = "XTASK_MAPGUARD";

/// Builds it, and says where it is.
pub(crate) fn build() -> Result<PathBuf> {
    if let Some(given) = env::var_os(GIVEN) {
        return fs::canonicalize(&given).with_context(|| format!("{GIVEN}={}", given.display()));
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let output = Command::new(cargo)
        .args(["build", "--quiet", "--release", "--package", "mapguard", "--bin", "mapguard"])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(places::root()?)
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        bail!("mapguard does not build; what cargo says of it is above");
    }
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Artifact>(line).ok())
        .filter(|artifact| artifact.reason == "compiler-artifact" && artifact.target.name == "mapguard")
        .find_map(|artifact| artifact.executable)
        .context("cargo does not say where it put mapguard")
}
