//! One run of a package's tests, and what came of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use super::{Subject, Suite};
use crate::child::{self, Ended};
use crate::conflict::Conflict;
use crate::mode::{Builder, Built, Mode};

/// What came of a run.
#[derive(Default)]
pub(crate) struct Outcome {
    /// What go said if the tests could not be built.
    pub(crate) not_built: Option<String>,
    /// Tests at the top level that passed.
    pub(crate) passed: usize,
    /// Tests at the top level that failed or never ended.
    pub(crate) failed: BTreeSet<String>,
    /// How the program ended before it could say `PASS` or `FAIL`.
    pub(crate) crash: Option<String>,
    /// The program was stopped because its time was over.
    pub(crate) late: bool,
    /// What the detector found.
    pub(crate) conflicts: Vec<Conflict>,
    pub(crate) took: Duration,
    /// In MiB.
    pub(crate) peak: u64,
}

/// What all runs have in common.
pub(crate) struct Bench<'a> {
    pub(crate) suite: &'a Suite<'a>,
    /// Where logs and test binaries go.
    pub(crate) results: &'a Path,
}

impl Bench<'_> {
    /// Builds the tests of `subject`.
    pub(crate) fn build(&self, subject: &Subject, mode: Mode) -> Result<Built> {
        let builder = Builder { toolchain: self.suite.toolchain, mapguard: self.suite.mapguard };
        builder.build(mode, &subject.folder, &subject.package, &self.file(subject, mode, "test"))
    }

    /// Removes what was built.
    pub(crate) fn clear(&self, subject: &Subject, mode: Mode) {
        let _ = fs::remove_file(self.file(subject, mode, "test"));
    }

    /// Runs the tests that were built, or `only` those of these names. Logs carry `label`.
    pub(crate) fn run(
        &self,
        subject: &Subject,
        mode: Mode,
        only: Option<&BTreeSet<String>>,
        label: &str,
    ) -> Result<Outcome> {
        let log = self.file(subject, mode, &format!("{label}log"));
        let findings = self.file(subject, mode, &format!("{label}json"));
        let mut command = self.suite.toolchain.command(self.file(subject, mode, "test"));
        command.arg("-test.v=test2json").arg(format!("-test.timeout={}s", subject.limit.as_secs()));
        command.args(&subject.args).current_dir(&subject.run_in).env("PWD", &subject.run_in);
        if let Some(names) = only {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            command.arg(format!("-test.run=^({})$", names.join("|")));
        }
        if mode == Mode::Guard {
            fs::write(&findings, "").with_context(|| format!("cannot write {}", findings.display()))?;
            command.env("MAPGUARD_FORMAT", "json").env("MAPGUARD_OUTPUT", &findings);
        }
        if mode == Mode::Race {
            // By default it sleeps for a second at the end, which would count as its cost.
            command.env("GORACE", "atexit_sleep_ms=0");
        }
        // The test binary stops itself, with stacks, if it still can.
        let ended = child::run(&mut command, &log, subject.limit + Duration::from_secs(20))?;
        let text = read(&log)?;
        let mut outcome = Outcome { took: ended.took, peak: ended.peak, ..parse(&text, &ended) };
        outcome.conflicts = match mode {
            Mode::Guard => {
                // A child with an environment of its own has written to standard error.
                let mut conflicts = Conflict::from_json(&read(&findings)?);
                conflicts.extend(Conflict::from_text(&text));
                conflicts
            }
            Mode::Race => Conflict::from_text(&text),
            Mode::Plain => Vec::new(),
        };
        Ok(outcome)
    }

    fn file(&self, subject: &Subject, mode: Mode, ending: &str) -> std::path::PathBuf {
        let name = subject.name.replace(['/', '@'], "_");
        self.results.join(format!("{name}.{}.{ending}", mode.name()))
    }
}

/// Reads the output of a test binary under `-test.v=test2json`, which marks its lines.
fn parse(text: &str, ended: &Ended) -> Outcome {
    let mut outcome = Outcome::default();
    let mut begun: BTreeSet<String> = BTreeSet::new();
    for event in text.split('\x16').skip(1) {
        let line = event.lines().next().unwrap_or_default();
        let after = |mark: &str| {
            let name = line.strip_prefix(mark)?.split_whitespace().next()?;
            (!name.contains('/')).then(|| name.to_owned())
        };
        if let Some(name) = after("=== RUN ") {
            begun.insert(name);
        } else if let Some(name) = after("--- PASS: ") {
            begun.remove(&name);
            outcome.passed += 1;
        } else if let Some(name) = after("--- SKIP: ") {
            begun.remove(&name);
        } else if let Some(name) = after("--- FAIL: ") {
            begun.remove(&name);
            outcome.failed.insert(name);
        }
    }
    outcome.late = ended.late || text.contains("panic: test timed out after");
    if !ended.status.success() {
        outcome.failed.extend(begun);
        let said = |word: &str| text.lines().any(|line| line.trim_start_matches('\x16') == word);
        if !said("FAIL") && !said("PASS") {
            let telling = ["fatal error:", "panic:", "SIG", "mapguard:"];
            let line = text.lines().find(|line| telling.iter().any(|word| line.starts_with(word)));
            outcome.crash = Some(format!("{}: {}", ended.status, line.unwrap_or("says nothing")));
        } else if outcome.failed.is_empty() {
            outcome.failed.insert(format!("({})", ended.status));
        }
    }
    outcome
}

fn read(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    use super::*;

    fn outcome(text: &str, code: i32) -> Outcome {
        let status = ExitStatus::from_raw(code << 8);
        parse(text, &Ended { status, late: false, took: Duration::ZERO, peak: 0 })
    }

    #[test]
    fn tells_which_tests_failed() {
        let text = "\x16=== RUN   TestA\nnoise\x16--- PASS: TestA (0.00s)\n\x16=== RUN   TestB\n\x16=== RUN   TestB/x\n\
                    \x16--- FAIL: TestB (0.00s)\n    \x16--- FAIL: TestB/x (0.00s)\nFAIL\n";
        let seen = outcome(text, 1);
        assert_eq!((seen.passed, seen.failed.len(), seen.crash), (1, 1, None));
        assert!(seen.failed.contains("TestB"));
    }

    #[test]
    fn tells_a_crash_and_an_exit_code() {
        let seen = outcome("\x16=== RUN   TestA\nfatal error: all is lost\n", 2);
        assert!(seen.failed.contains("TestA"));
        assert!(seen.crash.is_some_and(|line| line.contains("all is lost")));
        let seen = outcome("\x16=== RUN   TestA\n\x16--- PASS: TestA (0.00s)\nPASS\n", 66);
        assert_eq!((seen.failed.len(), seen.crash), (1, None));
    }
}
