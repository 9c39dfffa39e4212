//! What was found in source that has not changed since is not looked for again.

use std::path::Path;
use std::sync::Arc;

use guard_build::cache::fingerprint;
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
    /// The files by their numbers in places, each with a fingerprint of its contents.
    files: Vec<(String, String)>,
    diagnostics: Vec<Diagnostic>,
    allowed: usize,
    failed: bool,
}

/// What the rules find in the source, with `only` in that file alone.
pub(super) fn shown(
    source: &mut Source,
    selection: &Selection,
    table: &check::Table,
    only: Option<&Path>,
) -> anyhow::Result<Shown> {
    let rules: Vec<&str> = selection.rules.iter().map(|rule| rule.name).collect();
    let how = format!("{rules:?} {table:?} {only:?}");
    let mut fresh = None;
    let answer = source.answer("check", &how, |loaded| {
        let shown = show::show(loaded, find::find(loaded, selection, table, only)?, table);
        let numbered = shown.paths.iter().enumerate();
        let kept = Kept {
            files: numbered
                .map(|(number, path)| (path.display().to_string(), fingerprint([shown.files.source(number)])))
                .collect(),
            diagnostics: shown.diagnostics.clone(),
            allowed: shown.allowed,
            failed: shown.failed,
        };
        let answer = Answer { lines: serde_json::to_string(&kept)?, told: shown.told.clone() };
        fresh = Some(shown);
        Ok(answer)
    })?;
    if let Some(shown) = fresh {
        return Ok(shown);
    }
    if let Some(shown) = restored(source, answer)? {
        return Ok(shown);
    }
    let loaded = source.loaded()?;
    Ok(show::show(loaded, find::find(loaded, selection, table, only)?, table))
}

/// The source is what it was: places mean the same. None if a file has changed this very moment.
fn restored(source: &Source, answer: Answer) -> anyhow::Result<Option<Shown>> {
    let kept: Kept = serde_json::from_str(&answer.lines)?;
    let (mut files, mut paths) = (Files::default(), Vec::new());
    for (name, known) in &kept.files {
        let contents = source.contents(name).filter(|contents| fingerprint([&**contents]) == *known);
        let Some(contents) = contents else { return Ok(None) };
        let path: Arc<Path> = Path::new(name).into();
        files.add(source.shown(&path), contents);
        paths.push(path);
    }
    Ok(Some(Shown {
        files,
        paths,
        diagnostics: kept.diagnostics,
        allowed: kept.allowed,
        told: answer.told,
        failed: kept.failed,
    }))
}
