//! Each rule on the packages below testdata/check: what is found has to be marked at its line, and the other way
//! round.
//!
//! A mark is `// want rule-name "part of the message"`, several with a space between; a missing finding and one
//! without a mark both fail. What is less than certain is marked `rule-name/medium` or `rule-name/low`.
//!
//! A package's folder is `testdata/check/GROUP/NAME`. All rules run on it; what rules of other groups find there may
//! be marked, and need not.
//!
//! A table of hits, misses and false alarms per rule is printed, whether all is well or not.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex};

use go_packages::Settings;
use go_types::Package;
use map_rules::Confidence;
use map_rules::rules::{Check, Facts, Group, RULES, Target, rule};

/// File, line and rule of each finding or mark, with the message.
type Lines = BTreeMap<(String, u32, String), String>;

#[test]
fn what_is_marked_is_found_and_nothing_else() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/check");
    let graph = go_packages::load(&Settings::new(&root, ["./..."])).unwrap();
    let packages = Mutex::new(Vec::new());
    let resolved = map_rules::resolve(&graph, |_, id, _| packages.lock().unwrap().push(id));
    let mut packages = packages.into_inner().unwrap();
    packages.sort();
    let (mut marked, mut found) = (Lines::new(), Lines::new());
    let mut targets = Vec::new();
    let mut names = BTreeMap::new();
    for id in packages {
        let package: Arc<Package> = Arc::clone(resolved.package(id).unwrap());
        assert!(package.notes.is_empty(), "{}: {:?}", package.path, package.notes);
        for (number, file) in (0..).zip(&graph.package(id).files) {
            let name = file.path.strip_prefix(root.canonicalize().unwrap()).unwrap_or(&file.path);
            let name = name.display().to_string();
            marks(&name, &String::from_utf8_lossy(&file.source), &mut marked);
            names.insert((package.id, number), name);
        }
        let files = (0..package.files.len() as u32).collect();
        targets.push(Target { package, files });
    }
    let check =
        Check { program: &resolved.program, targets, facts: Facts::default(), shared: Default::default() };
    let findings = RULES.iter().flat_map(|rule| (rule.check)(&check)).collect();
    for finding in map_rules::allow::settle(&check, findings, |_| true).findings {
        let package = resolved.program.package(finding.place.pkg).unwrap();
        let line = package.files[finding.place.file as usize].tree.line(finding.place.span.start);
        let name = names[&(finding.place.pkg, finding.place.file)].clone();
        let confidence = match finding.confidence {
            Confidence::High => "",
            Confidence::Medium => "/medium",
            Confidence::Low => "/low",
        };
        let at = (name, line, format!("{}{confidence}", finding.rule));
        // Findings about comments that allow are of no rule.
        let rule = rule(finding.rule);
        let own = rule.is_none_or(|rule| at.0.starts_with(folder(rule.group)));
        if own || marked.contains_key(&at) {
            found.insert(at, finding.message);
        }
    }
    // Past the test harness, which would keep it to itself.
    std::io::stdout().write_all(table(&marked, &found).as_bytes()).unwrap();
    let mut wrong = Vec::new();
    for (at @ (file, line, rule), part) in &marked {
        match found.get(at) {
            None => wrong.push(format!("{file}:{line}: {rule} is missing: {part}")),
            Some(message) if !message.contains(part.as_str()) => {
                wrong.push(format!("{file}:{line}: {rule} says {message:?}, not {part:?}"));
            }
            Some(_) => {}
        }
    }
    for ((file, line, rule), message) in found.iter().filter(|(at, _)| !marked.contains_key(at)) {
        wrong.push(format!("{file}:{line}: {rule} is not wanted: {message}"));
    }
    assert!(wrong.is_empty(), "{} wrong of {} marked:\n{}", wrong.len(), marked.len(), wrong.join("\n"));
}

fn marks(file: &str, source: &str, marked: &mut Lines) {
    for (line, text) in (1..).zip(source.lines()) {
        let Some((_, wants)) = text.split_once("// want ") else { continue };
        let mut words = wants.split('"');
        while let (Some(rule), Some(part)) = (words.next(), words.next()) {
            marked.insert((file.to_owned(), line, rule.trim().to_owned()), part.to_owned());
        }
    }
}

/// Per rule, how many marks are found, how many are not, and how many findings have no mark.
fn table(marked: &Lines, found: &Lines) -> String {
    let mut rows: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let bare = |rule: &'static str| (rule, [0; 3]);
    rows.extend(RULES.iter().map(|rule| bare(rule.name)));
    fn row<'a, 'r>(rows: &'r mut BTreeMap<&'a str, [usize; 3]>, rule: &'a str) -> &'r mut [usize; 3] {
        rows.entry(rule.split('/').next().unwrap_or(rule)).or_default()
    }
    for at @ (_, _, rule) in marked.keys() {
        row(&mut rows, rule)[usize::from(!found.contains_key(at))] += 1;
    }
    for at @ (_, _, rule) in found.keys() {
        row(&mut rows, rule)[2] += usize::from(!marked.contains_key(at));
    }
    let all = rows.values().fold([0; 3], |sum, row| std::array::from_fn(|n| sum[n] + row[n]));
    rows.insert("~ all", all);
    let mut text = format!("{:20} {:>5} {:>7} {:>13}\n", "rule", "hits", "misses", "false alarms");
    for (rule, [hits, misses, alarms]) in rows {
        let rule = rule.trim_start_matches("~ ");
        writeln!(text, "{rule:20} {hits:>5} {misses:>7} {alarms:>13}").unwrap();
    }
    text
}

/// The folder below testdata/check that has the packages of a group of rules.
fn folder(group: Group) -> &'static str {
    match group {
        Group::Atomicity => "atomicity/",
        Group::Idempotency => "idempotency/",
        Group::Nil => "nil/",
        Group::Observability => "observability/",
    }
}
