//! Real packages' tests: plain, guarded and with -race, side by side.
//!
//! The rule: a guarded package may fail only where the plain one or the one with -race fails the same
//! test, and each of the guard's findings must be confirmed by -race. What is known to break the rule
//! stands in `exceptions.tsv`, with the reason.

mod exceptions;
mod judge;
mod outcome;
mod sheet;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::go::Toolchain;
use crate::mode::Mode;
use crate::places;
use crate::say::say;
use exceptions::Exceptions;
pub(crate) use sheet::Sheet;

/// A package whose tests are run.
pub(crate) struct Subject {
    /// As the table and `exceptions.tsv` name it.
    pub(crate) name: String,
    /// Where the go command builds it.
    pub(crate) folder: PathBuf,
    /// As the go command knows it there.
    pub(crate) package: String,
    /// Where its tests run.
    pub(crate) run_in: PathBuf,
    /// Further arguments of the test binary.
    pub(crate) args: Vec<String>,
    /// How long its tests may take.
    pub(crate) limit: Duration,
}

/// A run over many packages.
pub(crate) struct Suite<'a> {
    /// `stdlib` or `field`.
    pub(crate) name: &'static str,
    pub(crate) toolchain: &'a Toolchain,
    /// The mapguard command.
    pub(crate) mapguard: &'a Path,
    /// Plain and with -race only where something is to be explained.
    pub(crate) quick: bool,
}

impl Suite<'_> {
    /// Runs all `subjects`, one after the other. What is wrong is in the sheet.
    pub(crate) fn run(&self, subjects: &[Subject]) -> Result<Sheet> {
        let exceptions = Exceptions::read(&places::root()?.join("xtask/exceptions.tsv"), self.name)?;
        let results = places::results(self.name)?.join(self.toolchain.version);
        fs::create_dir_all(&results).with_context(|| format!("cannot make {}", results.display()))?;
        let bench = outcome::Bench { suite: self, results: &results };
        let mut sheet = Sheet::new(self.toolchain.version);
        for subject in subjects {
            let row = judge::judge(&bench, subject, &exceptions)?;
            let time = |mode| row.outcomes.get(&mode).map_or(0.0, |outcome| outcome.took.as_secs_f64());
            say!(
                "{:<45} plain {:6.1} s  guarded {:6.1} s  -race {:6.1} s  {}",
                subject.name,
                time(Mode::Plain),
                time(Mode::Guard),
                time(Mode::Race),
                row.verdict()
            );
            sheet.add(row);
        }
        Ok(sheet)
    }

    /// Prints what is wrong and the sum; an error if anything is.
    pub(crate) fn conclude(&self, sheets: &[Sheet]) -> Result<()> {
        let (mut passed, mut failed) = (0, 0);
        for sheet in sheets {
            for row in &sheet.rows {
                for problem in &row.problems {
                    say!("FAIL Go {}: {}: {problem}", sheet.version, row.name);
                }
                *(if row.problems.is_empty() { &mut passed } else { &mut failed }) += 1;
            }
        }
        let logs = places::results(self.name)?;
        say!("{}: {passed} passed, {failed} failed", self.name);
        ensure!(failed == 0, "the guard is not as it should be; the logs are in {}", logs.display());
        Ok(())
    }
}
