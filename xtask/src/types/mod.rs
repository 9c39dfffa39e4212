//! The resolver beside go/types, expression by expression.
//!
//! Every expression of go/ast has a place; what stands at the same place in our tree must be known to be the same: its mode, its
//! type, the value of a constant, the object that a name refers to (where it is declared), the way to a field or method, the type
//! arguments of an instance. What go/ast has and our tree has not:
//!
//! * the name behind a selector's dot: what is known of the selector is compared with it;
//! * names that are declared (in lists of fields and parameters, by `var`, of functions and types): the object at that place is;
//! * names of packages in package clauses, and labels: nothing is known of them.

mod compare;
mod facts;
mod mutate;
mod rules;
mod subject;
mod tally;
mod truth;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Mutex;

use anyhow::{Result, bail};
use go_packages::{Environment, GoCommand, Settings};

use crate::go::Toolchain;
use crate::say::say;
use compare::compare;
use subject::Subject;
use tally::Tally;
use truth::Truth;

/// What both sides run with: files of packages that use C are read too, and no workspace is around.
const ENVIRONMENT: [(&str, &str); 4] =
    [("CGO_ENABLED", "1"), ("GOWORK", "off"), ("GOARCH", "amd64"), ("GOOS", "linux")];

/// How many times each package is broken in the short run.
const SHORT_MUTATIONS: usize = 5;

/// What is compared.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// These Go releases [default: the newest]
    #[arg(long = "go", value_delimiter = ',', value_name = "VERSION")]
    versions: Vec<String>,
    /// Few packages of the standard library
    #[arg(long)]
    short: bool,
    /// Only real modules whose path has this in it; otherwise the standard library, the commands, and all modules
    #[arg(long, value_name = "PART", conflicts_with = "short")]
    module: Option<String>,
    /// The standard library and the commands only
    #[arg(long, conflicts_with_all = ["short", "module"])]
    goroot: bool,
    /// Resolve each package so many times more, each time with something broken in it: nothing may panic
    #[arg(long, value_name = "TIMES", default_value_t = 0)]
    mutate: usize,
    /// How many differences of each kind are printed
    #[arg(long, default_value_t = 5)]
    show: usize,
    /// Packages of the module in this folder instead
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["short", "module", "goroot"])]
    dir: Option<PathBuf>,
    /// Only these packages of the release, or of the module
    #[arg(conflicts_with_all = ["short", "module", "goroot"])]
    patterns: Vec<String>,
}

/// Compares, prints the differences, and fails if one has no rule.
pub(crate) fn run(options: &Options) -> Result<()> {
    let toolchains = match options.versions[..] {
        [] => vec![Toolchain::one(None)?],
        _ => Toolchain::all(&options.versions)?,
    };
    let (mut passed, mut failed) = (0, 0);
    for toolchain in &toolchains {
        for subject in subject::choose(options, toolchain)? {
            let truth = truth::truth(toolchain, &subject)?;
            let times = if options.short { SHORT_MUTATIONS.max(options.mutate) } else { options.mutate };
            let (tally, mutated) = resolve(toolchain, &subject, &truth, times)?;
            say!("\nGo {}, {}:\n{}", toolchain.version, subject.name, tally.text(options.show));
            if mutated > 0 {
                say!("  {mutated} times a package with something broken in it");
            }
            passed += tally.passed() + mutated;
            failed += tally.failed();
        }
    }
    say!("types: {passed} passed, {failed} failed");
    if failed > 0 {
        bail!("{failed} expressions are not as go/types has them");
    }
    Ok(())
}

/// Resolves a subject's packages, and compares each as soon as it is done.
fn resolve(toolchain: &Toolchain, subject: &Subject, truth: &Truth, times: usize) -> Result<(Tally, usize)> {
    let mut environment: std::collections::BTreeMap<String, String> = std::env::vars().collect();
    for (name, value) in toolchain.command(toolchain.go()).get_envs() {
        let name = name.to_string_lossy().into_owned();
        match value {
            Some(value) => environment.insert(name, value.to_string_lossy().into_owned()),
            None => environment.remove(&name),
        };
    }
    environment.extend(ENVIRONMENT.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let settings = Settings {
        tests: true,
        go: GoCommand::At(toolchain.go()),
        environment: Environment::Only(environment),
        ..Settings::new(&subject.folder, subject.patterns.iter().cloned())
    };
    let graph = go_packages::load(&settings)?;
    let tally = Mutex::new(Tally::default());
    let seen = Mutex::new(BTreeSet::new());
    let resolved = map_rules::resolve(&graph, |program, id, package| {
        let shown = graph.package(id).shown();
        let one = match truth.package(&shown) {
            Some(items) => compare(&graph, program, id, package, items),
            // Nothing but tests is compared of a package with its tests; it may have none of these.
            None => Tally::default(),
        };
        tally.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).add(one);
        seen.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).insert(shown);
    });
    let mut tally = tally.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    let seen = seen.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    for package in truth.packages().filter(|package| !seen.contains(*package)) {
        tally.difference("package", package.to_owned(), "a package".into(), "no such package".into());
        tally.end_line();
    }
    let mutated = if times > 0 { mutate::mutate(&graph, &resolved, times)? } else { 0 };
    Ok((tally, mutated))
}
