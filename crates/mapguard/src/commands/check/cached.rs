//! What was found in source that has not changed since is not looked for again.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use report::{Diagnostic, Files};
use serde::{Deserialize, Serialize};

use super::select::Selection;
use super::show::Shown;
use super::{find, show};
use crate::config::check;
use crate::source::{Answer, Source};

/// What is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// The files, by their numbers in places.
    files: Vec<String>,
    diagnostics: Vec<Diagnostic>,
    allowed: usize,
    failed: bool,
}

/// What the rules find in the source, with `only` in that file alone.
pub(super) fn shown(
    source: &Source,
    selection: &Selection,
    table: &check::Table,
    only: Option<&Path>,
) -> anyhow::Result<Shown> {
    let rules: Vec<&str> = selection.rules.iter().map(|rule| rule.name).collect();
    let how = format!("{rules:?} {table:?} {only:?}");
    let mut fresh = None;
    let answer = source.answer("check", &how, || {
        let shown = show::show(source, find::find(source, selection, table, only)?, table);
        let kept = Kept {
            files: shown.paths.iter().map(|path| path.display().to_string()).collect(),
            diagnostics: shown.diagnostics.clone(),
            allowed: shown.allowed,
            failed: shown.failed,
        };
        let answer = Answer { lines: serde_json::to_string(&kept)?, told: shown.told.clone() };
        fresh = Some(shown);
        Ok(answer)
    })?;
    match fresh {
        Some(shown) => Ok(shown),
        None => restored(source, answer),
    }
}

/// The source is what it was: places mean the same.
fn restored(source: &Source, answer: Answer) -> anyhow::Result<Shown> {
    let kept: Kept = serde_json::from_str(&answer.lines)?;
    let mut known = HashMap::new();
    for package in &source.graph.packages {
        known.extend(package.files.iter().map(|file| (file.path.display().to_string(), file)));
    }
    let (mut files, mut paths) = (Files::default(), Vec::new());
    for name in &kept.files {
        let Some(file) = known.get(name) else { anyhow::bail!("{name} is gone; use --no-cache") };
        files.add(source.shown(&file.path), Arc::clone(&file.source));
        paths.push(Arc::clone(&file.path));
    }
    Ok(Shown {
        files,
        paths,
        diagnostics: kept.diagnostics,
        allowed: kept.allowed,
        told: answer.told,
        failed: kept.failed,
    })
}
