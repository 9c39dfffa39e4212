//! The inventory of map writes, beside what the compiler emits and beside what go/types sees.

mod compare;
mod emitted;
mod listing;
mod reason;
mod site;
pub(crate) mod subject;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, bail};

use crate::field::page;
use crate::go::Toolchain;
use crate::mapguard;
use crate::say::say;
use crate::table::Table;
use compare::Comparison;
use reason::Reasons;
use subject::Subject;

/// What go runs with: no C, which would need a compiler, and no workspace around the module.
const ENVIRONMENT: [(&str, &str); 3] = [("CGO_ENABLED", "0"), ("GOWORK", "off"), ("GOARCH", "amd64")];

/// What is compared with what.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// These Go releases [default: the oldest and the newest; all for testdata/sites]
    #[arg(long = "go", value_delimiter = ',', value_name = "VERSION")]
    versions: Vec<String>,
    /// The truth [default: both]
    #[arg(long, value_enum)]
    truth: Option<Truth>,
    /// Few packages of the newest release
    #[arg(long, conflicts_with = "versions")]
    short: bool,
    /// Only real modules whose path has this in it; otherwise the standard library, the commands, and all modules
    #[arg(long, value_name = "PART", conflicts_with = "short")]
    module: Option<String>,
    /// The standard library and the commands only
    #[arg(long, conflicts_with_all = ["short", "module"])]
    goroot: bool,
    /// testdata/sites only, on all releases
    #[arg(long, conflicts_with_all = ["short", "module", "goroot"])]
    fixture: bool,
    /// Put the table into docs/sites-vs-compiler.md
    #[arg(long, conflicts_with = "short")]
    write: bool,
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq)]
enum Truth {
    /// Map writes that go/types sees: file, line, column, operation
    Types,
    /// Calls that the compiler emits: file, line, kind
    Compiler,
}

/// Compares, prints every difference, and fails if one has no reason.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mapguard = mapguard::build()?;
    let mut table = Table::new(&[
        "go",
        "packages",
        "truth",
        "listed",
        "precision",
        "known",
        "recall",
        "explained",
        "failed",
    ]);
    let (mut passed, mut failed) = (0, 0);
    for (toolchain, subject) in subjects(options)? {
        let sites = site::truth(&toolchain, &subject)?;
        let inventory = site::inventory(&mapguard, &toolchain, &subject, &sites)?;
        if inventory.is_none() {
            say!("This mapguard has no `sites`: what go/types sees stands in its place.");
        }
        let ours = inventory.as_ref().unwrap_or(&sites);
        for truth in [Truth::Types, Truth::Compiler] {
            if options.truth.is_some_and(|only| only != truth) || truth == Truth::Types && inventory.is_none()
            {
                continue;
            }
            let (name, comparison) = match truth {
                Truth::Types => ("go/types", compare::with_types(ours, &sites)),
                Truth::Compiler => {
                    let emitted = emitted::emitted(&toolchain, &subject)?;
                    (
                        "compiler",
                        compare::with_compiler(&subject, ours, &emitted, &Reasons::new(&toolchain.root)),
                    )
                }
            };
            say!("\nGo {}, {}, beside {name}:", toolchain.version, subject.name);
            print(&comparison, &subject.folder);
            table.row(row(&toolchain, &subject, name, &comparison));
            passed += comparison.sites_right + comparison.differences.len() - comparison.unexplained();
            failed += comparison.unexplained();
        }
    }
    say!("\n{}", table.text());
    if options.write {
        page::put("docs/sites-vs-compiler.md", "sites", &format!("\n{}", table.markdown()))?;
    }
    say!("sites: {passed} passed, {failed} failed");
    if failed > 0 {
        bail!("{failed} differences have no reason");
    }
    Ok(())
}

/// What to compare, on which releases.
fn subjects(options: &Options) -> Result<Vec<(Toolchain, Subject)>> {
    if options.short {
        // Both fit: the one has all that is hard, the other is what people write.
        let subject = |make: fn(&Toolchain) -> Result<Subject>| {
            let toolchain = Toolchain::one(None)?;
            let subject = make(&toolchain)?;
            Ok((toolchain, subject))
        };
        return [Subject::fixture, Subject::short].into_iter().map(subject).collect();
    }
    let mut subjects = Vec::new();
    if options.module.is_none() {
        for toolchain in Toolchain::all(&options.versions)? {
            let subject = Subject::fixture(&toolchain)?;
            subjects.push((toolchain, subject));
        }
    }
    if options.module.is_none() && !options.fixture {
        let mut toolchains = Toolchain::all(&options.versions)?;
        if options.versions.is_empty() {
            toolchains.drain(1..toolchains.len() - 1);
        }
        for toolchain in toolchains {
            let subject = Subject::goroot(&toolchain);
            subjects.push((toolchain, subject));
        }
    }
    if !options.fixture && !options.goroot {
        // Modules need a recent release.
        let part = options.module.as_deref().unwrap_or_default();
        for subject in Subject::modules(&Toolchain::one(None)?, part)? {
            subjects.push((Toolchain::one(None)?, subject));
        }
    }
    Ok(subjects)
}

/// Every difference: those with a reason under it, the others last.
fn print(comparison: &Comparison, folder: &Path) {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for difference in &comparison.differences {
        let (order, reason) = match difference.reason {
            Some(reason) => (0, reason.to_string()),
            None if difference.lacking => (1, "MISSING in the inventory".to_owned()),
            None => (1, "WRONG in the inventory".to_owned()),
        };
        let file = Path::new(&difference.file);
        let file = file.strip_prefix(folder).unwrap_or(file).display();
        let line = format!("    {file}:{}: {} {}", difference.line, difference.what, difference.place);
        groups.entry(format!("{order}{reason}")).or_default().push(line.trim_end().to_owned());
    }
    for (reason, lines) in groups {
        say!("  {} {}:\n{}", lines.len(), &reason[1..], lines.join("\n"));
    }
}

fn row(toolchain: &Toolchain, subject: &Subject, truth: &str, comparison: &Comparison) -> Vec<String> {
    let share = |part: usize, whole: usize| match whole {
        0 => "-".to_owned(),
        _ => format!("{:.2}%", 100.0 * part as f64 / whole as f64),
    };
    let failed = comparison.unexplained();
    vec![
        toolchain.version.to_owned(),
        subject.name.clone(),
        truth.to_owned(),
        comparison.sites.to_string(),
        // What is listed as dead, and is, is right.
        share(comparison.sites_right + comparison.dead(), comparison.sites),
        comparison.known.to_string(),
        share(comparison.known_found, comparison.known),
        (comparison.differences.len() - failed).to_string(),
        failed.to_string(),
    ]
}
