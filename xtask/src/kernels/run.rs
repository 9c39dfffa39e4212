//! Runs kernels, each in a process of its own, on all cores.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};

use super::Column;
use super::source::Source;
use super::verdict::{Run, Tally};
use crate::child::{self, Ended};
use crate::conflict::Conflict;
use crate::go::Toolchain;
use crate::mode::Mode;

/// A kernel takes milliseconds; a machine may be busy.
const LIMIT: Duration = Duration::from_secs(60);

/// What all runs have in common.
pub(crate) struct Bench<'a> {
    pub(crate) source: &'a Source,
    pub(crate) toolchain: &'a Toolchain,
    /// Of the kernels.
    pub(crate) folder: &'a Path,
    /// Where files of the runs go.
    pub(crate) results: &'a Path,
}

impl Bench<'_> {
    /// Runs each of `kernels` so many `times`.
    pub(crate) fn run(&self, mode: Mode, binary: &Path, kernels: &[String], times: usize) -> Result<Column> {
        let next = AtomicUsize::new(0);
        let workers = thread::available_parallelism().map_or(1, usize::from);
        let work = |worker: usize| -> Result<Vec<(usize, Run)>> {
            let mut runs = Vec::new();
            loop {
                let job = next.fetch_add(1, Ordering::Relaxed);
                let Some(kernel) = kernels.get(job / times) else { return Ok(runs) };
                runs.push((job / times, self.once(mode, binary, kernel, worker)?));
            }
        };
        let mut column: Column = kernels.iter().map(|kernel| Tally::new(kernel)).collect();
        thread::scope(|scope| {
            let work = &work;
            let workers: Vec<_> = (0..workers).map(|worker| scope.spawn(move || work(worker))).collect();
            for worker in workers {
                for (kernel, run) in worker.join().map_err(|_| anyhow!("a worker panicked"))?? {
                    if let Some(tally) = column.get_mut(kernel) {
                        tally.add(run);
                    }
                }
            }
            Ok(column)
        })
    }

    fn once(&self, mode: Mode, binary: &Path, kernel: &str, worker: usize) -> Result<Run> {
        let output = self.results.join(format!("{}-{worker}.out", mode.name()));
        let findings = self.results.join(format!("{}-{worker}.json", mode.name()));
        let mut command = self.toolchain.command(binary);
        command.arg("-test.run").arg(format!("^{kernel}$")).arg("-test.timeout=50s").current_dir(self.folder);
        if mode == Mode::Guard {
            fs::write(&findings, "").with_context(|| format!("cannot write {}", findings.display()))?;
            command.env("MAPGUARD_FORMAT", "json").env("MAPGUARD_OUTPUT", &findings);
        } else {
            // By default it sleeps for a second at the end.
            command.env("GORACE", "atexit_sleep_ms=0");
        }
        let ended = child::run(&mut command, &output, LIMIT)?;
        let text = read(&output)?;
        if mode == Mode::Guard {
            Ok(self.guarded(kernel, &ended, &read(&findings)?, &text))
        } else {
            Ok(raced(&ended, &text))
        }
    }

    fn guarded(&self, kernel: &str, ended: &Ended, findings: &str, text: &str) -> Run {
        let conflicts = Conflict::from_json(findings);
        if crashed(ended, text) || ended.status.success() != conflicts.is_empty() {
            return Run::Broken(summary(ended, text));
        }
        match conflicts.iter().find(|conflict| !self.source.allows(kernel, conflict)) {
            Some(conflict) => Run::Elsewhere(conflict.places()),
            None if conflicts.is_empty() => Run::Silent,
            None => Run::Hit,
        }
    }
}

/// What a run with -race showed. It may also report memory that is no map, so lines are not looked at.
fn raced(ended: &Ended, text: &str) -> Run {
    if text.contains("WARNING: DATA RACE") {
        Run::Hit
    } else if crashed(ended, text) || !ended.status.success() {
        Run::Broken(summary(ended, text))
    } else {
        Run::Silent
    }
}

fn crashed(ended: &Ended, text: &str) -> bool {
    ended.late || text.contains("fatal error:") || text.contains("panic:")
}

/// How it ended, in a line.
fn summary(ended: &Ended, text: &str) -> String {
    let telling = ["fatal error:", "panic:", "mapguard:", "--- FAIL", "SIG"];
    let line = text.lines().find(|line| telling.iter().any(|word| line.contains(word)));
    let line = line.or_else(|| text.lines().next()).unwrap_or("no output");
    let line: String = line.chars().take(100).collect();
    if ended.late { format!("took too long; {line}") } else { format!("{}; {line}", ended.status) }
}

fn read(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
