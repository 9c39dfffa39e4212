//! putall beside other maps: see README.md.

mod alloc;
mod args;
mod chart;
mod charts;
mod columns;
mod durable;
mod floors;
mod go;
mod machine;
mod open_loop;
mod page;
mod results;
mod rows;
mod run;
mod stats;
mod stores;
mod stream;
mod target;
mod targets;
mod work;

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use args::Args;
use columns::Column;
use go::Go;
use results::Results;
use rows::{Row, rows};
use run::Runner;

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1).peekable();
    // What `run::apart` starts.
    let done = if words.next_if(|word| word == "--one").is_some() {
        one(words.next(), words.next())
    } else if words.next_if(|word| word == "durable").is_some() {
        durable::Args::parse(words).and_then(|args| durable::go(&args))
    } else {
        Args::parse(words).and_then(|args| go(&args))
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn go(args: &Args) -> Result<(), String> {
    let bench = Path::new(env!("CARGO_MANIFEST_DIR"));
    let wanted = |row: &Row| args.rows.is_empty() || args.rows.iter().any(|part| row.key.contains(part));
    let rows: Vec<Row> = rows().into_iter().filter(wanted).collect();
    if args.list {
        rows.iter().for_each(|row| println!("{}", row.key));
        return Ok(());
    }
    let samples = bench.join("samples.tsv");
    if args.draw {
        let text =
            fs::read_to_string(&samples).map_err(|error| format!("cannot read samples.tsv: {error}"))?;
        return write(&Results::parse(&text)?, bench);
    }
    if rows.is_empty() {
        return Err("no row has such a name; --list shows them".to_owned());
    }
    let before = machine::load();
    if before > 1.0 {
        eprintln!("warning: the machine is not idle (load {before})");
    }
    let go = args.go.then(|| Go::build(bench)).transpose()?;
    let mut results = Results::default();
    results.facts = machine::facts();
    if let Some(go) = &go {
        go.check()?;
        results.facts.push(("Go".to_owned(), go.version.clone()));
    }
    let (runs, sample) = (args.runs, args.sample.as_millis());
    results.facts.push(("Runs".to_owned(), format!("{runs} of {sample} ms each; the median counts")));
    Runner { args, go }.all(&rows, &mut results)?;
    let (low, high) = (
        results.loads.iter().fold(before, |a, &b| a.min(b)),
        results.loads.iter().fold(before, |a, &b| a.max(b)),
    );
    results.facts.push((
        "Load".to_owned(),
        format!("{before} before, then {low} to {high}, of which 1 to 2 is its own"),
    ));
    print!("{}", page::tables(&results));
    if !args.is_whole() {
        return Ok(());
    }
    fs::write(&samples, results.text()).map_err(|error| format!("cannot write samples.tsv: {error}"))?;
    write(&results, bench)
}

fn write(results: &Results, bench: &Path) -> Result<(), String> {
    let mut files = charts::all(results);
    files.push(("BENCHMARKS.md", page::markdown(results)));
    for (name, text) in files {
        fs::write(bench.join(name), text).map_err(|error| format!("cannot write {name}: {error}"))?;
    }
    Ok(())
}

/// Measures one row of one map in this process, and writes names and numbers.
fn one(row: Option<String>, column: Option<String>) -> Result<(), String> {
    let row = rows().into_iter().find(|known| Some(&known.key) == row.as_ref());
    let column = column.and_then(|key| Column::from_key(&key));
    let (Some(row), Some(column)) = (row, column) else { return Err("no such row".to_owned()) };
    for (name, value) in run::here(&row, column, Duration::ZERO, None) {
        println!("{name}\t{value}");
    }
    Ok(())
}
