//! Where the guard is known not to be right: `testdata/kernels/expected.tsv`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::verdict::{Tally, Verdict};

/// The lines of the file. A kernel that is not there is expected to be good.
pub(crate) struct Expected {
    lines: Vec<Line>,
}

struct Line {
    kernel: String,
    /// A release, or `*`.
    release: String,
    verdict: Verdict,
}

impl Expected {
    pub(crate) fn read(path: &Path) -> Result<Expected> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Expected::parse(&text).with_context(|| format!("{} is not as it should be", path.display()))
    }

    fn parse(text: &str) -> Result<Expected> {
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let lines: Result<Vec<Line>> = lines.map(Line::parse).collect();
        Ok(Expected { lines: lines? })
    }

    fn verdict(&self, kernel: &str, release: &str) -> Verdict {
        let line = self
            .lines
            .iter()
            .find(|line| line.kernel == kernel && (line.release == "*" || line.release == release));
        line.map_or(Verdict::Good, |line| line.verdict)
    }

    /// What is not as expected, for better or worse.
    pub(crate) fn complaint(&self, kernel: &str, release: &str, tally: &Tally) -> Option<String> {
        let (expected, seen) = (self.verdict(kernel, release), tally.verdict());
        // A few runs do not show whether it is sometimes, always or never.
        let unsure = expected == Verdict::Sometimes && matches!(seen, Verdict::Good | Verdict::Miss);
        if expected == seen || unsure {
            return None;
        }
        let note = tally.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
        Some(if seen == Verdict::Good {
            format!("{kernel} on Go {release}: good now; take its line out of testdata/kernels/expected.tsv")
        } else {
            format!("{kernel} on Go {release}: {}, expected {}{note}", tally.cell(), expected.word())
        })
    }

    /// Lines about kernels that are not among `seen`.
    pub(crate) fn stale(&self, seen: &[String]) -> Vec<String> {
        let seen: BTreeSet<&str> = seen.iter().map(String::as_str).collect();
        let stale = self.lines.iter().filter(|line| !seen.contains(line.kernel.as_str()));
        stale
            .map(|line| {
                format!("{}: in testdata/kernels/expected.tsv, but there is no such kernel", line.kernel)
            })
            .collect()
    }
}

impl Line {
    fn parse(line: &str) -> Result<Line> {
        let mut cells = line.split('\t').map(str::to_owned);
        let mut cell = |what: &str| cells.next().with_context(|| format!("`{line}`: no {what}"));
        let (kernel, release, word) = (cell("kernel")?, cell("release")?, cell("verdict")?);
        let verdict = Verdict::ALL.into_iter().find(|verdict| verdict.word() == word);
        Ok(Line { kernel, release, verdict: verdict.with_context(|| format!("`{word}` is no verdict"))? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::verdict::Run;

    #[test]
    fn complains_of_worse_and_of_better() {
        let expected = Expected::parse("# kernel\trelease\tverdict\nTestRaceA\t*\tmiss\tbecause\n").unwrap();
        let tally = |kernel: &str, run| {
            let mut tally = Tally::new(kernel);
            tally.add(run);
            expected.complaint(kernel, "1.27.3", &tally)
        };
        assert_eq!(tally("TestRaceA", Run::Silent), None);
        assert!(tally("TestRaceA", Run::Hit).is_some_and(|said| said.contains("good now")));
        assert_eq!(tally("TestRaceB", Run::Hit), None);
        assert!(tally("TestRaceB", Run::Silent).is_some_and(|said| said.contains("expected good")));
        assert_eq!(expected.stale(&["TestRaceB".to_owned()]).len(), 1);
    }

    #[test]
    fn refuses_what_it_cannot_read() {
        assert!(Expected::parse("TestRaceA\t*\tperhaps\n").is_err());
        assert!(Expected::parse("TestRaceA\t*\n").is_err());
    }
}
