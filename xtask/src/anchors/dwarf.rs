//! What DWARF says, by a program in Go of `testdata/anchors/truth`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::found::Found;
use crate::go::Toolchain;

/// Builds the program that tells.
pub(super) fn build(toolchain: &Toolchain, fixture: &Path, folder: &Path) -> Result<PathBuf> {
    let program = folder.join("truth");
    let mut command = toolchain.command(toolchain.go());
    command.args(["build", "-buildvcs=false", "-o"]).arg(&program).arg("./truth").current_dir(fixture);
    let output = command.output().context("cannot run go")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(program)
}

/// The frames of each address of `found`, sorted.
pub(super) fn frames(truth: &Path, binary: &Path, found: &Found) -> Result<Vec<String>> {
    let mut child = Command::new(truth)
        .arg(binary)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {}", truth.display()))?;
    let addresses: String = found.anchors.iter().map(|anchor| format!("{}\n", anchor.address)).collect();
    // It reads all of its input before it writes.
    let mut input = child.stdin.take().context("no input of truth")?;
    input.write_all(addresses.as_bytes()).context("cannot write to truth")?;
    drop(input);
    let output = child.wait_with_output().context("cannot wait for truth")?;
    ensure!(output.status.success(), "truth {}: {}", binary.display(), output.status);
    let mut lines: Vec<String> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
    lines.sort();
    Ok(lines)
}
