//! Runs one binary for one row, once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::process::{self, Ended};
use super::rows::{Measure, Row};
use super::stats;
use crate::go::Toolchain;

/// A number in the row's unit, or why there is none.
pub(crate) type Sample = Result<f64, String>;

/// A run that takes longer has hung.
const LIMIT: Duration = Duration::from_secs(180);

/// A launch is so short that one sample is the median of so many.
const LAUNCHES: usize = 15;

/// What all runs have in common.
pub(crate) struct Runner<'a> {
    pub(crate) toolchain: &'a Toolchain,
    /// As `-test.benchtime` takes it.
    pub(crate) benchtime: &'a str,
    /// Where the outputs go.
    pub(crate) output: PathBuf,
}

impl Runner<'_> {
    /// Measures `row` with `binary`, started in `folder`.
    pub(crate) fn sample(&self, row: &Row, binary: &Path, folder: &Path) -> Result<Sample> {
        let mut command = self.toolchain.command(binary);
        command.current_dir(folder).env_remove("GOMAXPROCS").env_remove("GOGC").env_remove("GOMEMLIMIT");
        match row.measure {
            Measure::Benchmark(pattern) => {
                command.args(["-test.run=^$", "-test.timeout=0"]);
                command.arg(format!("-test.bench={pattern}"));
                command.arg(format!("-test.benchtime={}", self.benchtime));
                let (ended, said) = self.run(&mut command)?;
                Ok(sound(&ended, &said)
                    .and_then(|()| per_operation(&said).ok_or_else(|| "no such benchmark".to_owned())))
            }
            Measure::Peak(word) => {
                let (ended, said) = self.run(command.arg(word))?;
                Ok(sound(&ended, &said).map(|()| ended.peak as f64 / 1024.0))
            }
            Measure::Launch => {
                let mut times = Vec::new();
                for _ in 0..LAUNCHES {
                    let (ended, said) = self.run(&mut command)?;
                    if let Err(why) = sound(&ended, &said) {
                        return Ok(Err(why));
                    }
                    times.push(ended.took.as_secs_f64() * 1e3);
                }
                Ok(stats::median(&times).ok_or_else(|| "no launch".to_owned()))
            }
        }
    }

    fn run(&self, command: &mut Command) -> Result<(Ended, String)> {
        let ended = process::run(command, &self.output, LIMIT)?;
        let said =
            fs::read(&self.output).with_context(|| format!("cannot read {}", self.output.display()))?;
        Ok((ended, String::from_utf8_lossy(&said).into_owned()))
    }
}

/// Whether the program did its work, and nothing was found in it.
pub(crate) fn sound(ended: &Ended, said: &str) -> Result<(), String> {
    if ended.late {
        return Err(format!("hangs and was stopped after {} s", LIMIT.as_secs()));
    }
    // In the order of how much they tell.
    let telling = [
        ("race: limit on", "has room for 8,128 goroutines only"),
        ("DATA RACE", "reports a race where there is none"),
        ("out of memory", "runs out of memory"),
    ];
    if let Some((_, why)) = telling.iter().find(|(word, _)| said.contains(word)) {
        return Err((*why).to_owned());
    }
    if !ended.status.success() {
        let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
        return Err(format!("ends with {}: {}", ended.status, last.trim()));
    }
    Ok(())
}

/// The time per operation that a benchmark printed.
fn per_operation(said: &str) -> Option<f64> {
    let line = said.lines().find(|line| line.contains(" ns/op"))?;
    let (before, _) = line.split_once(" ns/op")?;
    before.split_whitespace().last()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::per_operation;

    #[test]
    fn reads_what_a_benchmark_prints() {
        let said = "goos: linux\nBenchmarkA/h1-2   \t 100\t    44012 ns/op\t 5 B/op\nPASS\n";
        assert_eq!(per_operation(said), Some(44012.0));
        assert_eq!(per_operation("BenchmarkB-2 \t1000\t 3.405 ns/op\n"), Some(3.405));
        assert_eq!(per_operation("PASS\n"), None);
    }
}
