//! The mapguard command, built from this tree.

use std::env;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::cargo;

/// Names a mapguard that is to be used as it is, for example an older one to compare with.
const GIVEN: &str = "XTASK_MAPGUARD";

/// Builds it, and says where it is.
pub(crate) fn build() -> Result<PathBuf> {
    match env::var_os(GIVEN) {
        Some(given) => fs::canonicalize(&given).with_context(|| format!("{GIVEN}={}", given.display())),
        None => cargo::build("mapguard", "--bin", "mapguard"),
    }
}
