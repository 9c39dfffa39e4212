//! What is known to break the rule: `xtask/exceptions.tsv`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// The lines of one suite.
pub(crate) struct Exceptions {
    lines: Vec<Line>,
}

struct Line {
    package: String,
    /// A test, or both places of a finding.
    what: String,
    reason: String,
}

impl Exceptions {
    pub(crate) fn read(path: &Path, suite: &str) -> Result<Exceptions> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Exceptions::parse(&text, suite).with_context(|| format!("{} is not as it should be", path.display()))
    }

    fn parse(text: &str, suite: &str) -> Result<Exceptions> {
        let mut lines = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let cells: Vec<&str> = line.split('\t').collect();
            let [of, package, what, reason] = cells[..] else {
                anyhow::bail!("`{line}`: not four cells: suite, package, test or finding, reason");
            };
            if of == suite {
                lines.push(Line { package: package.into(), what: what.into(), reason: reason.into() });
            }
        }
        Ok(Exceptions { lines })
    }

    /// Why the test or finding `what` of `package` may be as it is.
    pub(crate) fn reason(&self, package: &str, what: &str) -> Option<&str> {
        let line = self.lines.iter().find(|line| line.package == package && line.what == what);
        line.map(|line| line.reason.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Exceptions;

    #[test]
    fn knows_the_lines_of_its_suite() {
        let text = "# comment\nstdlib\ttesting\tTestRace\tno map\nfield\ttesting\tTestOther\tno\n";
        let exceptions = Exceptions::parse(text, "stdlib").unwrap();
        assert_eq!(exceptions.reason("testing", "TestRace"), Some("no map"));
        assert_eq!(exceptions.reason("testing", "TestOther"), None);
        assert!(Exceptions::parse("stdlib\ttesting\tTestRace", "stdlib").is_err());
    }
}
