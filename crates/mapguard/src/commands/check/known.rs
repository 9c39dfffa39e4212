//! The baseline: findings that are known.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use map_rules::allow::ALLOW;
use report::Baseline;

use super::select::Selection;
use super::show::Shown;
use crate::say;
use crate::source::Source;

/// How many entries that are gone are told one by one.
const MOST_TOLD: usize = 5;

/// Writes all that is found.
pub(super) fn write(path: &Path, shown: &Shown, source: &Source) -> anyhow::Result<ExitCode> {
    let folder = std::path::absolute(path).ok().and_then(|path| path.parent().map(Path::to_owned));
    let folder = folder.map(|folder| fs::canonicalize(&folder).unwrap_or(folder)).unwrap_or_default();
    let named = |file: &str| {
        let absolute = source.dir().join(file);
        absolute.strip_prefix(&folder).unwrap_or(Path::new(file)).display().to_string()
    };
    let baseline = Baseline::of(shown.diagnostics.iter(), &shown.files, named);
    fs::write(path, baseline.to_text()).with_context(|| format!("cannot write {}", path.display()))?;
    let count = baseline.len();
    let findings = if count == 1 { "1 finding".to_owned() } else { format!("{count} findings") };
    say::line(&format!("wrote {findings} to {}", path.display()));
    Ok(ExitCode::SUCCESS)
}

/// Takes out what the baseline has, tells what of it is gone, and gives how many were taken out.
pub(super) fn take_out(
    path: &PathBuf,
    shown: &mut Shown,
    selection: &Selection,
    source: &Source,
) -> anyhow::Result<usize> {
    let text = fs::read_to_string(path).map_err(|error| {
        anyhow!(
            "cannot read the baseline {}: {error}\n  to write one: mapguard check --write-baseline {} ./...",
            path.display(),
            path.display()
        )
    })?;
    let baseline =
        Baseline::parse(&text).map_err(|error| anyhow!("{}:{error}: this is no baseline", path.display()))?;
    let (unknown, gone) = baseline.unknown(&shown.diagnostics);
    let before = shown.diagnostics.len();
    let unknown: BTreeSet<usize> = unknown.into_iter().collect();
    let mut at = 0;
    shown.diagnostics.retain(|_| {
        at += 1;
        unknown.contains(&(at - 1))
    });
    // What was not looked at is not gone.
    let packages: BTreeSet<String> = source.paths().into_iter().collect();
    let looked = |entry: &&report::Entry| {
        packages.contains(&entry.package) && (selection.runs(&entry.rule) || entry.rule == ALLOW)
    };
    let gone: Vec<_> = gone.iter().filter(looked).collect();
    for entry in gone.iter().take(MOST_TOLD) {
        say::line(&format!(
            "{}: no longer found: {}: {}: {}",
            path.display(),
            entry.file,
            entry.rule,
            entry.message
        ));
    }
    if gone.len() > MOST_TOLD {
        say::line(&format!("{}: and {} more are no longer found", path.display(), gone.len() - MOST_TOLD));
    }
    Ok(before - shown.diagnostics.len())
}
