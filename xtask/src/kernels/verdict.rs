//! What a detector made of a kernel.

use super::source::is_racy;

/// What one run showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Run {
    /// No report.
    Silent,
    /// Reports, all of them on the kernel's lines.
    Hit,
    /// A report of other lines, which are named.
    Elsewhere(String),
    /// The kernel failed in another way, which is named.
    Broken(String),
}

/// All runs of a kernel.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    racy: bool,
    runs: usize,
    hits: usize,
    elsewhere: usize,
    broken: usize,
    /// What the first bad run showed.
    pub(crate) note: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Always right.
    Good,
    /// The race was found in some runs.
    Sometimes,
    /// The race was never found.
    Miss,
    /// There is no race, and it was reported.
    Alarm,
    /// Lines were reported that have no part in the race.
    Elsewhere,
    /// The kernel failed otherwise.
    Broken,
}

impl Verdict {
    pub(crate) const ALL: [Verdict; 6] = [
        Verdict::Good,
        Verdict::Sometimes,
        Verdict::Miss,
        Verdict::Alarm,
        Verdict::Elsewhere,
        Verdict::Broken,
    ];

    /// As expected.tsv has it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Verdict::Good => "good",
            Verdict::Sometimes => "sometimes",
            Verdict::Miss => "miss",
            Verdict::Alarm => "alarm",
            Verdict::Elsewhere => "elsewhere",
            Verdict::Broken => "broken",
        }
    }
}

impl Tally {
    pub(crate) fn new(kernel: &str) -> Tally {
        Tally { racy: is_racy(kernel), runs: 0, hits: 0, elsewhere: 0, broken: 0, note: None }
    }

    pub(crate) fn add(&mut self, run: Run) {
        self.runs += 1;
        match run {
            Run::Silent => {}
            Run::Hit => self.hits += 1,
            Run::Elsewhere(note) => {
                self.elsewhere += 1;
                self.note.get_or_insert(note);
            }
            Run::Broken(note) => {
                self.broken += 1;
                self.note.get_or_insert(note);
            }
        }
    }

    pub(crate) fn verdict(&self) -> Verdict {
        if self.broken > 0 {
            Verdict::Broken
        } else if !self.racy {
            if self.hits + self.elsewhere > 0 { Verdict::Alarm } else { Verdict::Good }
        } else if self.elsewhere > 0 {
            Verdict::Elsewhere
        } else if self.hits == self.runs {
            Verdict::Good
        } else if self.hits == 0 {
            Verdict::Miss
        } else {
            Verdict::Sometimes
        }
    }

    pub(crate) fn is_good(&self) -> bool {
        self.verdict() == Verdict::Good
    }

    /// `3/3`, and the verdict if it is not what it should be.
    pub(crate) fn cell(&self) -> String {
        let count = format!("{}/{}", self.hits + self.elsewhere, self.runs);
        match self.verdict() {
            Verdict::Good => count,
            other => format!("{count} {}", other.word()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(kernel: &str, runs: &[Run]) -> Verdict {
        let mut tally = Tally::new(kernel);
        runs.iter().for_each(|run| tally.add(run.clone()));
        tally.verdict()
    }

    #[test]
    fn judges_by_the_name() {
        let elsewhere = Run::Elsewhere(String::new());
        assert_eq!(verdict("TestRaceA", &[Run::Hit, Run::Hit]), Verdict::Good);
        assert_eq!(verdict("TestRaceA", &[Run::Hit, Run::Silent]), Verdict::Sometimes);
        assert_eq!(verdict("TestRaceA", &[Run::Silent]), Verdict::Miss);
        assert_eq!(verdict("TestRaceA", &[Run::Hit, elsewhere.clone()]), Verdict::Elsewhere);
        assert_eq!(verdict("TestNoRaceA", &[Run::Silent]), Verdict::Good);
        assert_eq!(verdict("TestNoRaceA", &[Run::Silent, elsewhere]), Verdict::Alarm);
        assert_eq!(verdict("TestNoRaceA", &[Run::Hit, Run::Broken(String::new())]), Verdict::Broken);
    }
}
