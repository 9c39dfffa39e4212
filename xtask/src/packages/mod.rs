//! Whether go-packages and `go list` see the same: packages, files, imports, modules.

mod cases;
mod listed;
mod loaded;
mod shape;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Result, ensure};

use crate::go::Toolchain;
use crate::say::say;
use cases::Case;
use shape::Shape;

/// Which cases.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The Go releases [default: all; with --short the newest]
    #[arg(long = "go", value_delimiter = ',', value_name = "VERSION")]
    versions: Vec<String>,
    /// What takes less than a minute
    #[arg(long)]
    short: bool,
    /// All packages of the modules in these folders, instead of the cases that are built in
    #[arg(long = "dir", value_name = "FOLDER")]
    dirs: Vec<PathBuf>,
    /// Only cases whose name has this in it
    #[arg(long, value_name = "PART")]
    filter: Option<String>,
}

/// Differences of one case that are printed.
const SHOWN: usize = 12;

/// Runs the cases, prints differences, and fails if there are any.
pub(crate) fn run(options: &Options) -> Result<()> {
    let toolchains = match (options.short, options.versions.is_empty()) {
        (true, true) => vec![Toolchain::one(None)?],
        _ => Toolchain::all(&options.versions)?,
    };
    let (mut passed, mut failed) = (0, 0);
    for toolchain in &toolchains {
        let mut cases = match options.dirs.is_empty() {
            true => cases::built_in(options.short, toolchain)?,
            false => options.dirs.iter().flat_map(|dir| cases::of_module(dir, true)).collect(),
        };
        cases.retain(|case| options.filter.as_ref().is_none_or(|part| case.name().contains(part)));
        for case in &cases {
            let name = format!("go {} {}", toolchain.version, case.name());
            match compare(toolchain, case) {
                Ok(summary) => {
                    passed += 1;
                    say!("{name}: {summary}");
                }
                Err(error) => {
                    failed += 1;
                    say!("{name}: FAILED\n{error:#}");
                }
            }
        }
    }
    say!("packages: {passed} passed, {failed} failed");
    ensure!(failed == 0 && passed > 0, "go-packages and go list do not agree");
    Ok(())
}

/// Runs one case both ways. An error has the differences.
fn compare(toolchain: &Toolchain, case: &Case) -> Result<String> {
    let environment = case.environment(toolchain);
    let start = Instant::now();
    let expected = listed::list(toolchain, case, &environment)?;
    let listed = start.elapsed();
    let start = Instant::now();
    let graph = loaded::load(toolchain, case, environment)?;
    let loaded = start.elapsed();
    let found = loaded::shapes(&graph)?;
    let differences = differences(&expected, &found);
    if !differences.is_empty() {
        let more = differences.len().saturating_sub(SHOWN);
        let mut text = differences.into_iter().take(SHOWN).collect::<Vec<_>>().join("\n");
        if more > 0 {
            text.push_str(&format!("\n  and {more} more"));
        }
        for note in &graph.notes {
            text.push_str(&format!("\n  note: {note}"));
        }
        anyhow::bail!(text);
    }
    let asked = graph.notes.iter().any(|note| matches!(note, go_packages::Note::AskedGo { .. }));
    Ok(format!(
        "{} packages, go list {} ms, go-packages {} ms{}",
        found.len(),
        listed.as_millis(),
        loaded.as_millis(),
        if asked { ", with go list" } else { "" }
    ))
}

/// What go list has and go-packages has not, and the other way round.
fn differences(expected: &BTreeMap<String, Shape>, found: &BTreeMap<String, Shape>) -> Vec<String> {
    let mut differences = Vec::new();
    for (path, expected) in expected {
        match found.get(path) {
            None => differences.push(format!("  {path}: only go list has it")),
            Some(found) => {
                differences.extend(expected.differences(found).map(|text| format!("  {path}: {text}")))
            }
        }
    }
    let extra = found.keys().filter(|path| !expected.contains_key(*path));
    differences.extend(extra.map(|path| format!("  {path}: only go-packages has it")));
    differences
}
