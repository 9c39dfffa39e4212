//! Counts, and the first differences of each kind.

use std::collections::BTreeMap;

/// So many differences of one kind are kept.
const KEPT: usize = 10_000;

/// What a comparison came to.
#[derive(Default)]
pub(super) struct Tally {
    equal: usize,
    failed: usize,
    /// Differences by kind.
    kinds: BTreeMap<&'static str, Kind>,
    /// How often a rule explains a difference.
    rules: BTreeMap<&'static str, usize>,
    /// Whether the present line has a difference that nothing explains.
    differs: bool,
}

#[derive(Default)]
struct Kind {
    count: usize,
    first: Vec<String>,
}

impl Tally {
    /// A difference of the present line.
    pub(super) fn difference(&mut self, kind: &'static str, place: String, theirs: String, ours: String) {
        self.differs = true;
        let kind = self.kinds.entry(kind).or_default();
        kind.count += 1;
        if kind.first.len() < KEPT {
            kind.first.push(format!("{place}\n      theirs {theirs}\n      ours   {ours}"));
        }
    }

    /// A rule explains a difference of the present line.
    pub(super) fn explained(&mut self, rule: &'static str) {
        *self.rules.entry(rule).or_default() += 1;
    }

    /// The present line is done.
    pub(super) fn end_line(&mut self) {
        if std::mem::take(&mut self.differs) {
            self.failed += 1;
        } else {
            self.equal += 1;
        }
    }

    /// Adds another one's counts.
    pub(super) fn add(&mut self, other: Tally) {
        self.equal += other.equal;
        self.failed += other.failed;
        for (name, kind) in other.kinds {
            let mine = self.kinds.entry(name).or_default();
            mine.count += kind.count;
            mine.first.extend(kind.first);
        }
        for (rule, count) in other.rules {
            *self.rules.entry(rule).or_default() += count;
        }
    }

    pub(super) fn passed(&self) -> usize {
        self.equal
    }

    pub(super) fn failed(&self) -> usize {
        self.failed
    }

    /// All of it, with so many differences of each kind.
    pub(super) fn text(&self, show: usize) -> String {
        let mut text = String::new();
        for (name, kind) in &self.kinds {
            text += &format!("  {name}: {} differ\n", kind.count);
            // From all over, and the same in each run.
            let mut first: Vec<&String> = kind.first.iter().collect();
            first.sort();
            let step = (first.len() / show.max(1)).max(1);
            for example in first.iter().step_by(step).take(show) {
                text += &format!("    {example}\n");
            }
        }
        for (rule, count) in &self.rules {
            text += &format!("  by rule, {rule}: {count}\n");
        }
        text + &format!("  {} expressions equal, {} not", self.equal, self.failed)
    }
}
