//! `mapguard clean`

use std::process::ExitCode;

use guard_build::cache::Cache;

use crate::say;

pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let cache = Cache::of_user()?;
    let root = cache.root().display();
    let removed = cache.clean()?;
    say::out(&match removed.entries {
        0 => format!("nothing to remove: {root} is empty\n"),
        1 => format!("removed {} (1 entry) from {root}\n", say::bytes(removed.bytes)),
        entries => format!("removed {} ({entries} entries) from {root}\n", say::bytes(removed.bytes)),
    })?;
    Ok(ExitCode::SUCCESS)
}
