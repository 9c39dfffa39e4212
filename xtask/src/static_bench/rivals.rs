//! The tools to compare with, each at one version.

use std::path::PathBuf;

use anyhow::{Result, ensure};

use crate::go::Toolchain;
use crate::places;

/// Where they are.
pub(super) struct Rivals {
    pub(super) staticcheck: PathBuf,
    pub(super) nilaway: PathBuf,
}

const STATICCHECK: &str = "honnef.co/go/tools/cmd/staticcheck@v0.8.2";
const NILAWAY: &str = "go.uber.org/nilaway/cmd/nilaway@v0.0.0-20260918162853-acb8859b9031";

/// Their versions, for the page.
pub(super) fn versions() -> [&'static str; 2] {
    [STATICCHECK, NILAWAY].map(|tool| tool.rsplit('@').next().unwrap_or_default())
}

impl Rivals {
    /// Builds them, into the user's cache, unless they are there.
    pub(super) fn install(toolchain: &Toolchain) -> Result<Rivals> {
        Ok(Rivals { staticcheck: tool(toolchain, STATICCHECK)?, nilaway: tool(toolchain, NILAWAY)? })
    }
}

fn tool(toolchain: &Toolchain, package: &str) -> Result<PathBuf> {
    let (path, version) = package.split_once('@').unwrap_or((package, ""));
    let name = path.rsplit('/').next().unwrap_or(path);
    let folder = places::cache("tools")?.join(format!("{name}-{version}-go{}", toolchain.version));
    places::once(&folder, |to| {
        let mut go = toolchain.command(toolchain.go());
        // go checks what it fetches against the checksum database.
        let output = go.args(["install", package]).env("GOBIN", to).current_dir(to).output()?;
        ensure!(output.status.success(), "{package}: {}", String::from_utf8_lossy(&output.stderr).trim());
        Ok(())
    })?;
    Ok(folder.join(name))
}
