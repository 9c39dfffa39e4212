//! Measures: all columns of a row one after the other, then the next row, and all of that as often as there are runs.

use std::collections::HashMap;
use std::hash::RandomState;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use crate::args::Args;
use crate::columns::Column;
use crate::go::Go;
use crate::machine;
use crate::results::Results;
use crate::rows::{Hash, KEYS, Keys, Kind, MANY_KEYS, Row};
use crate::stats::{digits, median};
use crate::target::{Datum, Hasher};
use crate::targets;
use crate::work::Sample;
use crate::work::batch::Batches;
use crate::work::growth::Growth;
use crate::work::iterate::Iterate;
use crate::work::memory::Memory;
use crate::work::mix::Mixed;
use crate::work::readers::Readers;
use crate::work::snapshot::Snapshots;

/// Latencies need more operations than throughput does.
const LATENCY: u32 = 5;

/// The longest that growth may take, in samples, and for maps that copy.
const GROWTH: u32 = 20;
const GROWTH_OF_TREES: u32 = 10;

pub struct Runner<'a> {
    pub args: &'a Args,
    pub go: Option<Go>,
}

/// Operations a second, of each column of each row that needs one.
type Rates = HashMap<(String, Column), f64>;

impl Runner<'_> {
    /// Everything. Rows are those that were asked for.
    pub fn all(&self, rows: &[Row], results: &mut Results) -> Result<(), String> {
        let rates = self.rates(rows, results)?;
        for run in 0..self.args.runs {
            for (number, row) in rows.iter().enumerate() {
                results.loads.push(machine::load());
                // It is a count, which does not differ from run to run.
                if run > 0 && matches!(row.kind, Kind::Memory { .. }) {
                    continue;
                }
                let mut columns = self.columns(row);
                let first = (run + number) % columns.len().max(1);
                columns.rotate_left(first);
                for column in columns {
                    let rate = rates.get(&(row.key.clone(), column)).copied();
                    let sample = self.sample(row, column, self.time(row.kind, column), rate)?;
                    let shown = sample.iter().find(|(name, _)| name == row.kind.metric());
                    eprintln!(
                        "run {} of {}, row {} of {}: {} {}: {} {}",
                        run + 1,
                        self.args.runs,
                        number + 1,
                        rows.len(),
                        row.key,
                        column.key(),
                        shown.map_or_else(String::new, |&(_, value)| digits(value)),
                        row.kind.metric()
                    );
                    results.add(row, column, run, sample);
                }
            }
        }
        Ok(())
    }

    fn columns(&self, row: &Row) -> Vec<Column> {
        let asked = &self.args.columns;
        let wanted = |column: &Column| {
            (asked.is_empty() || asked.iter().any(|key| key == column.key()))
                && (!column.is_go() || self.go.is_some())
        };
        row.columns().into_iter().filter(wanted).collect()
    }

    /// Half of what the slowest can do; where maps that copy cannot do that, half of what they can.
    fn rates(&self, rows: &[Row], results: &mut Results) -> Result<Rates, String> {
        let mut rates = Rates::new();
        for row in rows.iter().filter(|row| row.kind.has_rate()) {
            let mut most = Vec::new();
            for column in self.columns(row) {
                let time = match row.kind {
                    Kind::Growth { .. } => self.time(row.kind, column),
                    _ => self.args.sample,
                };
                // Growth is long enough by itself.
                let tries = if matches!(row.kind, Kind::Growth { .. }) { 1 } else { 3 };
                let mut found = Vec::new();
                for _ in 0..tries {
                    let sample = self.sample(row, column, time, None)?;
                    found.extend(sample.into_iter().filter(|(name, _)| name == "M/s").map(|(_, rate)| rate));
                }
                let rate = median(&found).ok_or_else(|| format!("{} has no rate", row.key))?;
                eprintln!("calibration: {} {}: {} M/s", row.key, column.key(), digits(rate));
                most.push((column, rate * 1e6));
            }
            let tables = most.iter().filter(|(column, _)| !column.is_tree());
            let rate = tables.map(|&(_, rate)| rate / 2.0).fold(f64::INFINITY, f64::min);
            for (column, most) in most {
                let rate = if column.is_tree() { rate.min(most / 2.0) } else { rate };
                rates.insert((row.key.clone(), column), rate);
                results.rate(row, column, rate);
            }
        }
        Ok(rates)
    }

    fn time(&self, kind: Kind, column: Column) -> Duration {
        match kind {
            Kind::Growth { .. } if column.is_tree() => self.args.sample * GROWTH_OF_TREES,
            Kind::Growth { .. } => self.args.sample * GROWTH,
            kind if kind.has_rate() => self.args.sample * LATENCY,
            _ => self.args.sample,
        }
    }

    fn sample(&self, row: &Row, column: Column, time: Duration, rate: Option<f64>) -> Result<Sample, String> {
        match (&self.go, row.kind) {
            (Some(go), _) if column.is_go() => go.sample(row, column, time, rate),
            (_, Kind::Memory { .. }) => apart(row, column),
            _ => Ok(here(row, column, time, rate)),
        }
    }
}

/// In a process of its own: what other maps have left to be freed later would be counted here.
fn apart(row: &Row, column: Column) -> Result<Sample, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command.args(["--one", &row.key, column.key()]);
    output(&mut command)
}

/// Runs a program that writes a name and a number on each line.
pub fn output(command: &mut Command) -> Result<Sample, String> {
    let output = command.output().map_err(|error| format!("cannot run {command:?}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let line = |line: &str| {
        let (name, value) = line.split_once('\t')?;
        Some((name.to_owned(), value.parse().ok()?))
    };
    text.lines().map(line).collect::<Option<_>>().ok_or_else(|| format!("{command:?} wrote: {text}"))
}

/// In this process.
pub fn here(row: &Row, column: Column, time: Duration, rate: Option<f64>) -> Sample {
    match (row.keys, row.hash) {
        (Keys::U64, Hash::Std) => run::<u64, RandomState>(row, column, time, rate),
        (Keys::U64, Hash::Fold) => run::<u64, foldhash::fast::RandomState>(row, column, time, rate),
        (Keys::Shared, _) => run::<Arc<str>, RandomState>(row, column, time, rate),
        (Keys::String, Hash::Std) => run::<String, RandomState>(row, column, time, rate),
        (Keys::String, Hash::Fold) => run::<String, foldhash::fast::RandomState>(row, column, time, rate),
    }
}

fn run<K: Datum, S: Hasher>(row: &Row, column: Column, time: Duration, rate: Option<f64>) -> Sample {
    match row.kind {
        Kind::Mix { draw, keys, mix, threads, .. } => {
            let job = Mixed { draw, keys, mix, threads, time, rate };
            targets::run::<K, u64, S, _>(column, &job)
        }
        Kind::Batch { size, threads } => {
            targets::run::<K, u64, S, _>(column, &Batches { keys: KEYS, size, threads, time })
        }
        Kind::Readers { size } => {
            targets::run::<K, u64, S, _>(column, &Readers { keys: KEYS, size, time, rate })
        }
        Kind::Growth { size } => {
            targets::run::<u64, u64, S, _>(column, &Growth { keys: MANY_KEYS, size, time, rate })
        }
        Kind::Iterate { size } => targets::run::<K, u64, S, _>(column, &Iterate { keys: KEYS, size, time }),
        Kind::Snapshot { get, size } => {
            targets::run::<K, u64, S, _>(column, &Snapshots { keys: KEYS, get, size, time })
        }
        // Values are what keys are.
        Kind::Memory { size } => targets::run::<K, K, S, _>(column, &Memory { size }),
    }
}
