//! Runs all rules on packages and prints what they find: `cargo run --example check -- FOLDER PATTERN…`.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use go_packages::Settings;
use map_rules::Confidence;
use map_rules::rules::{Check, Facts, RULES, Shared, Target};

fn main() {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let all = args.iter().position(|arg| arg == "--all").map(|at| args.remove(at)).is_some();
    let tests = args.iter().position(|arg| arg == "--test").map(|at| args.remove(at)).is_some();
    let folder = args.remove(0);
    let mut settings = Settings::new(Path::new(&folder), args);
    settings.tests = tests;
    let start = Instant::now();
    let graph = match go_packages::load(&settings) {
        Ok(graph) => graph,
        Err(error) => {
            _ = writeln!(std::io::stderr(), "{folder}: {error}");
            std::process::exit(2);
        }
    };
    let loaded = start.elapsed();
    let ids = Mutex::new(Vec::new());
    let resolved = map_rules::resolve(&graph, |_, id, _| {
        if let Ok(mut ids) = ids.lock() {
            ids.push(id);
        }
    });
    let found = start.elapsed();
    let mut ids = ids.into_inner().unwrap_or_default();
    ids.sort();
    let mut targets = Vec::new();
    let mut names = std::collections::BTreeMap::new();
    for id in ids {
        let Some(package) = resolved.package(id).map(Arc::clone) else { continue };
        let files: Vec<u32> = (0..package.files.len() as u32).collect();
        for (number, file) in files.iter().zip(&graph.package(id).files) {
            names.insert((package.id, *number), file.path.display().to_string());
        }
        targets.push(Target { package, files });
    }
    let count = targets.len();
    let check =
        Check { program: &resolved.program, targets, facts: Facts::default(), shared: Shared::default() };
    let out = std::io::stdout();
    let mut out = out.lock();
    let (mut total, checking) = (0, Instant::now());
    let findings: Vec<_> = RULES.iter().flat_map(|rule| (rule.check)(&check)).collect();
    let checked = checking.elapsed();
    let line = |place: map_rules::Place| {
        let name = names.get(&(place.pkg, place.file)).cloned().unwrap_or_default();
        let line = resolved
            .program
            .package(place.pkg)
            .map_or(0, |package| package.files[place.file as usize].tree.line(place.span.start));
        format!("{name}:{line}")
    };
    for finding in findings {
        if finding.confidence < Confidence::High && !all {
            continue;
        }
        total += 1;
        let (at, rule, function) = (line(finding.place), finding.rule, &finding.function);
        _ = writeln!(out, "{at}: {:?} {rule} [{function}]: {}", finding.confidence, finding.message);
        for (place, note) in &finding.notes {
            _ = writeln!(out, "    {}: {note}", line(*place));
        }
    }
    _ = writeln!(
        std::io::stderr(),
        "{folder}: {count} packages, {total} findings; load {loaded:?}, resolve {:?}, rules {checked:?}",
        found - loaded
    );
}
