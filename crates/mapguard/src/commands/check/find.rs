//! Runs the rules.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex};

use map_rules::rules::{Check, Facts, Target};
use map_rules::{Finding, Resolved, allow};

use super::paths::Filter;
use super::progress::Progress;
use super::select::Selection;
use crate::config::check;
use crate::source::Loaded;

/// What was found.
pub(super) struct Found {
    pub(super) resolved: Resolved,
    pub(super) findings: Vec<Finding>,
    /// How many a comment allows.
    pub(super) allowed: usize,
    /// What does not parse or resolve, and rules that failed.
    pub(super) told: Vec<String>,
    /// Whether a rule failed.
    pub(super) failed: bool,
}

/// Runs the rules that were chosen; with `only`, of that file alone.
pub(super) fn find(
    source: &Loaded,
    selection: &Selection,
    table: &check::Table,
    only: Option<&Path>,
) -> anyhow::Result<Found> {
    let progress = Progress::new(source.graph.packages.iter().filter(|package| package.root).count());
    let filter = Filter::new(table, only)?;
    let targets = Mutex::new(Vec::new());
    let (resolved, mut told) = source.resolve(|_, id, _| {
        progress.step();
        let own = source.own_files(id).into_iter();
        let path = |number: u32| &source.graph.package(id).files[number as usize].path;
        let files: Vec<u32> =
            own.map(|(number, _)| number).filter(|&number| filter.takes(path(number))).collect();
        targets.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push((id, files));
    });
    let mut targets = targets.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    // They came in the order that they were done in.
    targets.sort();
    let target = |(id, files)| Some(Target { package: Arc::clone(resolved.package(id)?), files });
    let targets: Vec<Target> = targets.into_iter().filter_map(target).collect();
    let facts = Facts { locks: table.locks.clone(), sources: table.sources.clone() };
    let check = Check { program: &resolved.program, targets, facts, shared: Default::default() };
    let (mut findings, mut failed) = (Vec::new(), false);
    for rule in &selection.rules {
        progress.say(rule.name);
        match catch_unwind(AssertUnwindSafe(|| (rule.check)(&check))) {
            Ok(found) => findings.extend(found),
            Err(_) => {
                failed = true;
                told.push(format!(
                    "{} failed on this source, which is a bug; the other rules ran",
                    rule.name
                ));
            }
        }
    }
    drop(progress);
    let reported = |finding: &Finding| {
        let place = finding.place;
        check
            .targets
            .iter()
            .any(|target| target.package.id == place.pkg && target.files.contains(&place.file))
    };
    findings.retain(reported);
    let settled = allow::settle(&check, findings, |name| selection.runs(name));
    let (findings, allowed) = (settled.findings, settled.allowed.len());
    Ok(Found { resolved, findings, allowed, told, failed })
}
