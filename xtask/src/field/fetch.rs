//! Brings a module into the cache, where it can be built and its tests may write.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use super::modules::Module;
use crate::go::Toolchain;
use crate::places;
use crate::say::say;

/// What `go mod download -json` says.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Download {
    dir: PathBuf,
    sum: String,
    error: String,
}

/// The folder of the module's copy, with all that it needs downloaded.
pub(crate) fn fetch(toolchain: &Toolchain, module: &Module) -> Result<PathBuf> {
    let name = format!("{}@{}", module.path.replace('/', "_"), module.version);
    // Some tests look at the name of the folder they are in: no version in it.
    let folder = places::cache("field")?.join(name).join("src");
    places::once(&folder, |to| {
        say!("{} {}: fetching", module.path, module.version);
        let from = download(toolchain, module)?;
        copy(&from, to)?;
        prepare(toolchain, module, to)
    })
    .with_context(|| format!("cannot fetch {} {}", module.path, module.version))?;
    Ok(folder)
}

/// The module as it is in go's own cache, which nobody may write to.
fn download(toolchain: &Toolchain, module: &Module) -> Result<PathBuf> {
    let mut go = toolchain.command(toolchain.go());
    go.args(["mod", "download", "-json"]).arg(format!("{}@{}", module.path, module.version));
    // Outside of any module, so that none is changed.
    let output = go.current_dir(std::env::temp_dir()).output().context("cannot run go")?;
    let said: Download = serde_json::from_slice(&output.stdout).unwrap_or_default();
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        let words = if said.error.is_empty() { words } else { said.error };
        bail!("{}\n  does go reach a module proxy (`go env GOPROXY`)?", words.trim());
    }
    ensure!(said.sum == module.sum, "its checksum is {}, expected {}", said.sum, module.sum);
    Ok(said.dir)
}

/// Adds a go.mod where there is none, and downloads the modules it names.
fn prepare(toolchain: &Toolchain, module: &Module, folder: &Path) -> Result<()> {
    let mut steps: Vec<&[&str]> = Vec::new();
    let init = ["mod", "init", module.path];
    if !folder.join("go.mod").exists() {
        steps.push(&init);
    } else {
        steps.push(&["mod", "download"]);
    }
    for step in steps {
        // A workspace names modules beside it, which are not in this one's archive.
        let mut go = toolchain.command(toolchain.go());
        let output = go.args(step).env("GOWORK", "off").current_dir(folder).output();
        let output = output.context("cannot run go")?;
        ensure!(
            output.status.success(),
            "`go {}` failed:\n{}",
            step.join(" "),
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(())
}

/// Copies a tree; the copy may be written to.
fn copy(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir(&target).with_context(|| format!("cannot make {}", target.display()))?;
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target).with_context(|| format!("cannot write {}", target.display()))?;
            let mode = entry.metadata()?.permissions().mode() | 0o200;
            fs::set_permissions(&target, fs::Permissions::from_mode(mode))?;
        }
    }
    Ok(())
}
