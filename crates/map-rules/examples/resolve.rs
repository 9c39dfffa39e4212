//! Resolves packages: `cargo run --release -p map-rules --example resolve -- [-test] PATTERN…`. Says how long it takes.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use go_packages::{Settings, load};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut patterns: Vec<String> = std::env::args().skip(1).collect();
    let before = patterns.len();
    patterns.retain(|pattern| pattern != "-test");
    let tests = patterns.len() < before;
    let start = Instant::now();
    let graph = load(&Settings { tests, ..Settings::new(".", patterns) })?;
    let loaded = start.elapsed();
    let (exprs, notes) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let resolved = map_rules::resolve(&graph, |_, _, package| {
        let count = package.files.iter().map(|file| file.tree.expr_count()).sum();
        exprs.fetch_add(count, Ordering::Relaxed);
        notes.fetch_add(package.notes.len(), Ordering::Relaxed);
    });
    let took = start.elapsed() - loaded;
    let (exprs, notes) = (exprs.into_inner(), notes.into_inner());
    let packages = graph.packages.len();
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{packages} packages loaded in {loaded:?}, {exprs} expressions resolved in {took:?}, {notes} notes"
    )?;
    drop(resolved);
    Ok(())
}
