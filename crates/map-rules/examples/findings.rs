//! Prints what the rules find.
use go_packages::{FileKind, PackageKind, Settings};
use map_rules::rules::*;
use std::sync::{Arc, Mutex};
use std::time::Instant;
fn main() {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let dir = args.remove(0);
    let only = args.remove(0);
    let tests = args.first().is_some_and(|a| a == "-t");
    if tests {
        args.remove(0);
    }
    let graph =
        go_packages::load(&Settings { tests, ..Settings::new(std::path::Path::new(&dir), args) }).unwrap();
    let ids = Mutex::new(Vec::new());
    let t = Instant::now();
    let resolved = map_rules::resolve(&graph, |_, id, _| ids.lock().unwrap().push(id));
    eprintln!("resolve {:?}", t.elapsed());
    let mut ids = ids.into_inner().unwrap();
    ids.sort();
    let mut targets = Vec::new();
    let mut notes = 0;
    let mut paths = std::collections::HashMap::new();
    for id in ids {
        let package = Arc::clone(resolved.package(id).unwrap());
        notes += package.notes.len();
        let kind = graph.package(id).kind;
        for (n, f) in graph.package(id).files.iter().enumerate() {
            paths.insert((package.id, n as u32), f.path.clone());
        }
        let files = graph
            .package(id)
            .files
            .iter()
            .enumerate()
            .filter(|(_, f)| match kind {
                PackageKind::WithTests => f.kind == FileKind::Test,
                PackageKind::ForTest => false,
                _ => true,
            })
            .map(|(n, _)| n as u32)
            .collect();
        targets.push(Target { package, files });
    }
    eprintln!("{} targets, {} notes", targets.len(), notes);
    let check = Check { program: &resolved.program, targets, facts: Facts::default() };
    for rule in RULES {
        if only != "all" && only != rule.name {
            continue;
        }
        let t = Instant::now();
        let found = (rule.check)(&check);
        eprintln!("{} {:?} {}", rule.name, t.elapsed(), found.len());
        for f in found {
            let p = resolved.program.package(f.place.pkg).unwrap();
            let tree = &p.files[f.place.file as usize].tree;
            let line = tree.line(f.place.span.start);
            let src = String::from_utf8_lossy(tree.source());
            println!(
                "{:?}\t{}:{}\t{}\t{}\t[{}]\t{}",
                f.confidence,
                paths[&(f.place.pkg, f.place.file)].display(),
                line,
                f.rule,
                f.message,
                src.lines().nth(line as usize - 1).unwrap_or("").trim(),
                f.fix.map_or(String::new(), |x| x.text)
            );
        }
    }
}
