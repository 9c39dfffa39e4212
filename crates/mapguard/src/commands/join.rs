//! `mapguard join`: the map writes that the source has, and those that ran.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, bail};
use clap::{Args, ValueHint};
use guard_build::options::Format;
use serde::Deserialize;

use super::sites::{self, json::Row};
use crate::source::{self, Source};
use crate::{cli, say};

mod json;
mod matching;
mod text;

pub(crate) const EXAMPLES: &str = "\
Examples:
  mapguard --sites runs.json --format json test ./...
  mapguard join --runs runs.json --test ./...
  mapguard join --runs runs.json --never ./...
  mapguard sites --format json ./... > sites.json; mapguard join --runs runs.json --static sites.json

The first command counts the map operations that run, and appends to the file: begin with none. The
second finds the map writes of the source, and tells which of them ran, how often, on how many
goroutines, and how large the maps were. The table compares what each way alone sees.

What the guard tells of is a line: two writes of one kind in one line count as one. Functions of the
library that write (maps.Copy) run in a line of their own, and are not joined.

Exit codes: 0; 2 if something cannot be read.";

/// What to put together.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    packages: source::Packages,
    /// What ran: a file that --sites with --format json wrote; `-` for standard input
    #[arg(long, value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    runs: Vec<PathBuf>,
    /// What the source has: a file that `mapguard sites --format json` wrote, instead of packages
    #[arg(long = "static", value_name = "FILE", value_hint = ValueHint::FilePath)]
    inventory: Option<PathBuf>,
    /// Only writes that never ran
    #[arg(long)]
    never: bool,
    /// Only the table
    #[arg(long)]
    summary: bool,
    /// How it is written: for people, or one object a line (docs/finding-schema.md)
    #[arg(long, value_name = "FORMAT", value_parser = cli::formats())]
    format: Option<Format>,
}

/// A line that ran: `mapguard.site-run/1`.
#[derive(Clone, Deserialize)]
struct Run {
    function: String,
    file: String,
    line: u32,
    operations: Vec<String>,
    count: u64,
    goroutines: u64,
    max_size: u64,
}

/// Prints what ran of what there is; `format` is what stands before the subcommand.
pub(crate) fn run(options: &Options, format: Option<Format>) -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    let (rows, source) = match &options.inventory {
        Some(path) => (inventory(path)?, None),
        None => {
            let mut source = Source::load(&options.packages)?;
            (sites::rows(&mut source)?, Some(source))
        }
    };
    let took = source.as_ref().map(|_| begun.elapsed());
    let mut runs = Vec::new();
    for path in &options.runs {
        runs.extend(read_runs(path)?);
    }
    let here = std::env::current_dir().context("cannot tell the working folder")?;
    let joined = matching::join(rows, runs, &here);
    let format = options.format.or(format).unwrap_or(Format::Text);
    let text = match format {
        Format::Json => json::lines(&joined, options.never)?,
        Format::Text => {
            let listing = if options.summary { String::new() } else { text::listing(&joined, options.never) };
            listing + &text::table(&joined, took)
        }
    };
    say::out(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    if path == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).context("cannot read standard input")?;
        return Ok(text);
    }
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn inventory(path: &Path) -> anyhow::Result<Vec<Row>> {
    let text = read(path)?;
    let rows = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    rows.map(|(number, line)| {
        let row: Row = serde_json::from_str(line).with_context(|| {
            format!("{}:{number}: no line of `mapguard sites --format json`", path.display())
        })?;
        if row.schema != sites::json::SCHEMA {
            bail!("{}:{number}: its schema is {}, not {}", path.display(), row.schema, sites::json::SCHEMA);
        }
        Ok(row)
    })
    .collect()
}

/// The lines of what ran; lines of other schemas, as a file of findings has them, are passed over.
fn read_runs(path: &Path) -> anyhow::Result<Vec<Run>> {
    let text = read(path)?;
    let mut runs = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.contains("\"schema\":\"mapguard.site-run/1\"") {
            let run = serde_json::from_str(line);
            runs.push(run.with_context(|| format!("{}:{number}: the line is damaged", path.display()))?);
        }
    }
    if runs.is_empty() && !text.trim().is_empty() && !text.contains("mapguard.") {
        bail!(
            "{}: nothing that ran is in it; it has to be written as JSON:\n  \
             mapguard --sites {0} --format json test ./...",
            path.display()
        );
    }
    Ok(runs)
}
