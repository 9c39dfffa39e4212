//! Lists packages: `cargo run --release -p go-packages --example list -- [-test] PATTERN…`.

use std::io::{self, Write};
use std::time::Instant;

use go_packages::{Settings, load};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut patterns: Vec<String> = std::env::args().skip(1).collect();
    let before = patterns.len();
    patterns.retain(|pattern| pattern != "-test");
    let tests = patterns.len() < before;
    let settings = Settings { tests, ..Settings::new(".", patterns) };
    let start = Instant::now();
    let graph = load(&settings)?;
    let took = start.elapsed();
    let mut out = io::stdout().lock();
    for package in &graph.packages {
        let root = if package.root { "*" } else { " " };
        writeln!(
            out,
            "{root} {} ({} files, {} imports)",
            package.shown(),
            package.files.len(),
            package.imports.len()
        )?;
        for error in &package.errors {
            writeln!(out, "    {error}")?;
        }
    }
    for note in &graph.notes {
        writeln!(out, "note: {note}")?;
    }
    let files: usize = graph.packages.iter().map(|package| package.files.len()).sum();
    writeln!(out, "{} packages, {files} files in {took:?}", graph.packages.len())?;
    Ok(())
}
