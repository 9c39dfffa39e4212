//! The corpus of map races and near misses, kernel by kernel: `testdata/kernels`.

mod expected;
mod run;
mod source;
mod tables;
mod verdict;

use std::fs;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, bail, ensure};

use crate::go::Toolchain;
use crate::mode::{Builder, Built, Mode};
use crate::say::say;
use crate::{mapguard, places};
use expected::Expected;
use source::Source;
use tables::Totals;
use verdict::Tally;

/// What to run, and how often.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only these Go releases
    #[arg(long = "go", value_delimiter = ',', value_name = "VERSION")]
    versions: Vec<String>,
    /// How often each kernel runs, in a process of its own each time [default: 20, short: 3]
    #[arg(long)]
    times: Option<usize>,
    /// Only kernels whose name has this in it
    #[arg(long, value_name = "PART")]
    filter: Option<String>,
    /// -race on the newest release only, and once
    #[arg(long)]
    short: bool,
    /// All rows, not only those where a detector was wrong
    #[arg(long)]
    all: bool,
}

/// What one detector made of all kernels, in the order of the kernels.
type Column = Vec<Tally>;

/// What came of one release.
struct Outcome {
    kernels: Vec<String>,
    guard: Column,
    /// How often each ran with -race, and what came of it.
    race: Option<(usize, Column)>,
}

/// Runs the kernels, prints the tables, and fails if anything is not as expected.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mapguard = mapguard::build()?;
    let folder = places::root()?.join("testdata/kernels");
    let source = Source::read(&folder)?;
    let expected = Expected::read(&folder.join("expected.tsv"))?;
    let times = options.times.unwrap_or(if options.short { 3 } else { 20 });
    ensure!(times > 0, "--times 0 would run nothing");
    let (mut complaints, mut passed, mut seen) = (Vec::new(), 0, Vec::new());
    let mut totals = Totals::new();

    for toolchain in Toolchain::all(&options.versions)? {
        let results = places::results("kernels")?.join(toolchain.version);
        fs::create_dir_all(&results).with_context(|| format!("cannot make {}", results.display()))?;
        let builder = Builder { toolchain: &toolchain, mapguard: &mapguard };
        let bench = run::Bench { source: &source, toolchain: &toolchain, folder: &folder, results: &results };
        let outcome = release(options, &builder, &bench, times)?;

        totals.add(toolchain.version, "mapguard", times, &outcome.kernels, &outcome.guard);
        if let Some((times, race)) = &outcome.race {
            totals.add(toolchain.version, "-race", *times, &outcome.kernels, race);
        }
        let all = tables::rows(&outcome, |_| true);
        let path = results.join("table.txt");
        fs::write(&path, all.text()).with_context(|| format!("cannot write {}", path.display()))?;
        let shown = if options.all { all } else { tables::rows(&outcome, |tally| !tally.is_good()) };
        if !shown.is_empty() {
            say!("Go {}:\n{}", toolchain.version, shown.text());
        }
        for (kernel, tally) in outcome.kernels.iter().zip(&outcome.guard) {
            match expected.complaint(kernel, toolchain.version, tally) {
                Some(complaint) => complaints.push(complaint),
                None => passed += 1,
            }
        }
        seen.extend(outcome.kernels);
    }
    say!("{}", totals.text());
    if options.filter.is_none() && options.versions.is_empty() {
        complaints.extend(expected.stale(&seen));
    }
    for complaint in &complaints {
        say!("FAIL {complaint}");
    }
    say!("kernels: {passed} passed, {} failed", complaints.len());
    ensure!(complaints.is_empty(), "not all kernels are as expected (testdata/kernels/expected.tsv)");
    Ok(())
}

/// Builds and runs all kernels of one release.
fn release(
    options: &Options,
    builder: &Builder<'_>,
    bench: &run::Bench<'_>,
    times: usize,
) -> Result<Outcome> {
    let binary = bench.results.join("guard.test");
    build(builder, Mode::Guard, bench.folder, &binary)?;
    let filter = options.filter.as_deref();
    let kernels = list(builder.toolchain, &binary, filter)?;
    ensure!(!kernels.is_empty(), "no kernel has `{}` in its name", filter.unwrap_or_default());
    let guard = bench.run(Mode::Guard, &binary, &kernels, times)?;

    let race_times = if options.short { usize::from(builder.toolchain.is_newest()) } else { times };
    let mut race = None;
    if race_times > 0 {
        let binary = bench.results.join("race.test");
        build(builder, Mode::Race, bench.folder, &binary)?;
        race = Some((race_times, bench.run(Mode::Race, &binary, &kernels, race_times)?));
    }
    Ok(Outcome { kernels, guard, race })
}

fn build(builder: &Builder<'_>, mode: Mode, folder: &Path, binary: &Path) -> Result<()> {
    match builder.build(mode, folder, ".", binary)? {
        Built::Yes => Ok(()),
        Built::Nothing => bail!("{}: go finds no tests there", folder.display()),
        Built::No(why) => {
            bail!("Go {}: the kernels do not build ({}):\n{why}", builder.toolchain.version, mode.name())
        }
    }
}

/// The kernels that this release has.
fn list(toolchain: &Toolchain, binary: &Path, filter: Option<&str>) -> Result<Vec<String>> {
    let mut command = toolchain.command(binary);
    let output = command.args(["-test.list", "^Test"]).stdin(Stdio::null()).output();
    let output = output.with_context(|| format!("cannot run {}", binary.display()))?;
    ensure!(output.status.success(), "the kernels do not start: {}", String::from_utf8_lossy(&output.stderr));
    let names = String::from_utf8_lossy(&output.stdout).into_owned();
    let names = names.lines().filter(|name| filter.is_none_or(|part| name.contains(part)));
    let mut names: Vec<String> = names.map(str::to_owned).collect();
    for name in &names {
        ensure!(
            source::is_racy(name) || name.starts_with("TestNoRace"),
            "{name}: a kernel's name begins with TestRace or TestNoRace"
        );
    }
    names.sort();
    Ok(names)
}
