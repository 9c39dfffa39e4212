//! What guarding costs, beside what other detectors cost.

mod build;
mod chart;
mod columns;
mod correct;
mod floors;
mod kolkov;
pub(crate) mod machine;
mod page;
pub(crate) mod process;
mod results;
mod rows;
mod sample;
pub(crate) mod stats;

use std::time::Instant;

use anyhow::{Result, ensure};

use crate::go::Toolchain;
use crate::places;
use crate::say::say;
use build::Builder;
use columns::Column;
use results::Results;
use rows::{ROWS, Row};
use sample::Runner;

/// Which rows, and how long.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// With this Go release [default: the newest]
    #[arg(long = "go", value_name = "VERSION")]
    version: Option<String>,
    /// Only rows with this in their names, and write no files
    #[arg(long, value_name = "PATTERN", value_delimiter = ',')]
    rows: Vec<String>,
    /// How many runs of each, of which the table has the median
    #[arg(long, value_name = "N", default_value_t = 7)]
    runs: usize,
    /// How long each run takes, as `go test -benchtime` has it
    #[arg(long, value_name = "TIME", default_value = "200ms")]
    benchtime: String,
    /// Measure nothing: write the files anew from the last full run's samples
    #[arg(long, conflicts_with_all = ["rows", "runs", "benchtime"])]
    draw: bool,
}

/// A machine with more to do than this is no place to measure.
const QUIET: f64 = 3.0;

/// Measures, prints the tables, and writes them into `bench/`.
pub(crate) fn run(options: &Options) -> Result<()> {
    let bench = places::root()?.join("bench");
    let samples = bench.join("samples.tsv");
    if options.draw {
        let results = Results::load(&samples)?;
        say!("{}", page::terminal(&results));
        return page::write(&results, &bench);
    }
    ensure!(options.runs > 0, "no runs, no numbers");
    let rows: Vec<&Row> = ROWS.iter().filter(|row| chosen(row, &options.rows)).collect();
    ensure!(!rows.is_empty(), "no row has `{}` in its name", options.rows.join("` or `"));
    if machine::load() > QUIET {
        say!("The load average is {:.1}: what is measured now is noise as well.", machine::load());
    }
    let results = measure(options, &rows)?;
    say!("\n{}", page::terminal(&results));
    if options.rows.is_empty() {
        results.save(&samples)?;
        page::write(&results, &bench)?;
    }
    Ok(())
}

/// Without regard to case: in the group's name or the row's.
fn chosen(row: &Row, patterns: &[String]) -> bool {
    let name = row.full_name().to_lowercase();
    patterns.is_empty() || patterns.iter().any(|pattern| name.contains(&pattern.to_lowercase()))
}

/// Builds everything, then runs it: all columns of a row one after the other, the rows one after the other,
/// and that as often as is asked for, so that a busy minute of the machine hits all columns alike and no
/// row more than once or twice.
fn measure(options: &Options, rows: &[&Row]) -> Result<Results> {
    let toolchain = Toolchain::one(options.version.as_ref())?;
    let mut builder = Builder::new(&toolchain)?;
    let mut results = Results::default();
    let start = Instant::now();
    let mut binaries = Vec::new();
    for row in rows {
        for column in Column::ALL {
            match builder.build(column, row)? {
                Ok(binary) => binaries.push((*row, column, binary)),
                Err(said) => results.add(row, column, Err(format!("does not build: {said}"))),
            }
        }
    }
    let correct = correct::run(&toolchain, &mut builder, &Column::ALL)?;
    say!("Everything is built after {:.0} s.", start.elapsed().as_secs_f64());

    let output = builder.folder().join("output.txt");
    let runner = Runner { toolchain: &toolchain, benchtime: &options.benchtime, output };
    let mut loads = Vec::new();
    for run in 0..options.runs {
        loads.push(machine::load());
        say!("Run {} of {}; load average {:.1}", run + 1, options.runs, machine::load());
        for row in rows {
            let mut turn: Vec<_> =
                binaries.iter().filter(|(of, ..)| of.full_name() == row.full_name()).collect();
            // Whoever runs first warms up the processor for the others: not always the same.
            let first = run % turn.len().max(1);
            turn.rotate_left(first);
            for (_, column, binary) in turn {
                if results.failure(row, *column).is_none() {
                    let sample = runner.sample(row, binary, &builder.runs_in(row.program))?;
                    results.add(row, *column, sample);
                }
            }
        }
    }
    loads.sort_by(f64::total_cmp);
    results.facts = machine::facts();
    let fact = |name: &str, value: String| (name.to_owned(), value);
    results.facts.extend([
        fact("Go", toolchain.version.to_owned()),
        fact("Runs", format!("{} of {} each; the median counts", options.runs, options.benchtime)),
        fact("Load", format!("{:.1} to {:.1}", loads[0], loads[loads.len() - 1])),
    ]);
    results.facts.extend(correct);
    Ok(results)
}
