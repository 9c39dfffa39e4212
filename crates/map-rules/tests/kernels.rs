//! The rules about atomicity on the guard's kernels: the racy ones that can be decided from the source are found, and
//! nothing is said of the others.
//!
//! Only what is shown without being asked for counts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use go_packages::Settings;
use go_syntax::ast::Decl;
use go_syntax::{Node, Tree};
use map_rules::rules::{Check, Facts, Group, RULES, Shared, Target};
use map_rules::{Confidence, Finding, Place};

/// Of a hundred racy kernels that can be decided, so many are found at least.
const FOUND: usize = 80;

/// A function of the kernels.
struct Function {
    name: String,
    file: (u32, u32),
    tree: Arc<Tree>,
    span: std::ops::Range<usize>,
}

#[test]
fn racy_kernels_are_found_and_others_are_not() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/kernels");
    let settings = Settings { tests: true, ..Settings::new(&root, ["./..."]) };
    let graph = go_packages::load(&settings).unwrap();
    let ids = Mutex::new(Vec::new());
    let resolved = map_rules::resolve(&graph, |_, id, _| ids.lock().unwrap().push(id));
    let mut targets = Vec::new();
    let mut functions = Vec::new();
    for id in ids.into_inner().unwrap() {
        let package = Arc::clone(resolved.package(id).unwrap());
        for (number, file) in (0..).zip(&package.files) {
            for &decl in file.tree.decls() {
                if let Decl::Func(func) = file.tree.decl(decl) {
                    functions.push(Function {
                        name: file.tree.name(func.name.sym).to_owned(),
                        file: (package.id.0, number),
                        tree: Arc::clone(&file.tree),
                        span: file.tree.span(Node::Decl(decl)).range(),
                    });
                }
            }
        }
        let files = (0..package.files.len() as u32).collect();
        targets.push(Target { package, files });
    }
    let check =
        Check { program: &resolved.program, targets, facts: Facts::default(), shared: Shared::default() };
    let rules = RULES.iter().filter(|rule| rule.group == Group::Atomicity);
    let findings: Vec<Finding> = rules.flat_map(|rule| (rule.check)(&check)).collect();
    let sure = findings.into_iter().filter(|finding| finding.confidence == Confidence::High);
    let (mut found, mut alarms) = (BTreeSet::new(), Vec::new());
    for finding in sure {
        let at = around(&functions, finding.place);
        if at.is_some_and(|at| functions[at].name.starts_with("TestNoRace")) {
            alarms.push((functions[at.unwrap_or_default()].name.clone(), finding.message.clone()));
        }
        let places = std::iter::once(finding.place).chain(finding.notes.iter().map(|(place, _)| *place));
        let places: Vec<usize> = places.filter_map(|place| around(&functions, place)).collect();
        if places.iter().any(|&at| functions[at].name.starts_with("TestRace")) {
            found.extend(places.iter().map(|&at| functions[at].name.clone()));
        } else if let Some(helper) = at.map(|at| functions[at].name.as_str()) {
            // A helper is racy in each kernel that uses it.
            found.extend(functions.iter().filter(|f| mentions(f, helper)).map(|f| f.name.clone()));
        }
    }
    assert!(alarms.is_empty(), "{} alarms on clean kernels: {alarms:#?}", alarms.len());
    let undecidable = undecidable(&root.join("not-static.tsv"));
    let racy: BTreeSet<&str> =
        functions.iter().map(|f| f.name.as_str()).filter(|name| name.starts_with("TestRace")).collect();
    let news: Vec<&String> = undecidable.keys().filter(|name| found.contains(*name)).collect();
    assert!(news.is_empty(), "found though listed in not-static.tsv: {news:?}");
    let gone: Vec<&String> = undecidable.keys().filter(|name| !racy.contains(name.as_str())).collect();
    assert!(gone.is_empty(), "listed in not-static.tsv, but there is no such kernel: {gone:?}");
    let decidable = racy.len() - undecidable.len();
    let missed: Vec<&&str> =
        racy.iter().filter(|name| !found.contains(**name) && !undecidable.contains_key(**name)).collect();
    let hits = decidable - missed.len();
    assert!(hits * 100 >= decidable * FOUND, "{hits} of {decidable} found, missed: {missed:#?}");
}

/// The function around a place.
fn around(functions: &[Function], place: Place) -> Option<usize> {
    functions.iter().position(|function| {
        function.file == (place.pkg.0, place.file) && function.span.contains(&place.span.start.index())
    })
}

/// Whether a racy kernel uses a function.
fn mentions(kernel: &Function, helper: &str) -> bool {
    let source = String::from_utf8_lossy(&kernel.tree.source()[kernel.span.clone()]).into_owned();
    let mut words = source.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    kernel.name.starts_with("TestRace") && words.any(|word| word == helper)
}

/// Kernels that cannot be decided, with the reason.
fn undecidable(path: &PathBuf) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_once('\t').unwrap()).map(|(name, why)| (name.into(), why.into())).collect()
}
