//! Runs one package in all ways, and applies the rule.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::Subject;
use super::exceptions::Exceptions;
use super::outcome::{Bench, Outcome};
use crate::conflict::Conflict;
use crate::mode::{Built, Mode};

/// How often a test that failed is tried again.
const AGAIN: usize = 2;

/// A package and what came of it.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) outcomes: BTreeMap<Mode, Outcome>,
    /// How many of the guard's findings -race has as well.
    pub(crate) confirmed: usize,
    /// What breaks the rule.
    pub(crate) problems: Vec<String>,
    /// What looks as if it did, and why it does not.
    pub(crate) notes: Vec<String>,
}

impl Row {
    /// In a word or some.
    pub(crate) fn verdict(&self) -> String {
        let words = match (self.problems.is_empty(), self.notes.is_empty()) {
            (true, true) => return "ok".to_owned(),
            (true, false) => format!("ok: {}", self.notes.join("; ")),
            (false, _) => format!("WRONG: {}", self.problems.join("; ")),
        };
        words.replace('\n', " ")
    }

    /// How many findings the guard has.
    pub(crate) fn findings(&self) -> usize {
        self.outcomes.get(&Mode::Guard).map_or(0, |outcome| outcome.conflicts.len())
    }
}

/// Runs `subject` and judges it.
pub(crate) fn judge(bench: &Bench<'_>, subject: &Subject, exceptions: &Exceptions) -> Result<Row> {
    let mut row = Row {
        name: subject.name.clone(),
        outcomes: BTreeMap::new(),
        confirmed: 0,
        problems: Vec::new(),
        notes: Vec::new(),
    };
    let guard = trial(bench, subject, Mode::Guard)?;
    let clean = guard.not_built.is_none()
        && guard.failed.is_empty()
        && guard.crash.is_none()
        && guard.conflicts.is_empty();
    row.outcomes.insert(Mode::Guard, guard);
    if !(bench.suite.quick && clean) {
        for mode in [Mode::Plain, Mode::Race] {
            row.outcomes.insert(mode, trial(bench, subject, mode)?);
        }
    }
    if !clean {
        let judge = Judge { bench, subject, exceptions };
        judge.failures(&mut row)?;
        judge.findings(&mut row)?;
    }
    for mode in Mode::ALL {
        bench.clear(subject, mode);
    }
    Ok(row)
}

fn trial(bench: &Bench<'_>, subject: &Subject, mode: Mode) -> Result<Outcome> {
    match bench.build(subject, mode)? {
        Built::Yes => bench.run(subject, mode, None, ""),
        Built::Nothing => Ok(Outcome { not_built: Some("no tests".to_owned()), ..Outcome::default() }),
        Built::No(why) => Ok(Outcome { not_built: Some(why), ..Outcome::default() }),
    }
}

struct Judge<'a> {
    bench: &'a Bench<'a>,
    subject: &'a Subject,
    exceptions: &'a Exceptions,
}

impl Judge<'_> {
    /// Each test that fails under the guard alone.
    fn failures(&self, row: &mut Row) -> Result<()> {
        let (Some(guard), Some(plain), Some(race)) =
            (row.outcomes.get(&Mode::Guard), row.outcomes.get(&Mode::Plain), row.outcomes.get(&Mode::Race))
        else {
            return Ok(());
        };
        if let Some(why) = &guard.not_built {
            match &plain.not_built {
                Some(_) => row.notes.push("does not build plain either".to_owned()),
                None => row.problems.push(format!("does not build guarded: {why}")),
            }
            return Ok(());
        }
        let mut alone = BTreeSet::new();
        let mut excused: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for test in &guard.failed {
            if let Some(reason) = self.exceptions.reason(&self.subject.name, test) {
                excused.entry(reason.to_string()).or_default().push(test);
            } else if plain.failed.contains(test) || race.failed.contains(test) {
                let how = if plain.failed.contains(test) { "plain" } else { "with -race" };
                row.notes.push(format!("{test} fails {how} too"));
            } else {
                alone.insert(test.clone());
            }
        }
        row.notes.extend(excused.iter().map(|(reason, tests)| format!("{}: {reason}", tests.join(", "))));
        if let Some(crash) = &guard.crash
            && plain.crash.is_none()
            && race.crash.is_none()
        {
            row.problems.push(format!("crash: {crash}"));
        }
        if guard.late && !plain.late && !race.late {
            row.problems.push(format!("takes more than {} s", self.subject.limit.as_secs()));
        }
        let mut stays: BTreeSet<String> =
            alone.iter().filter(|name| name.starts_with('(')).cloned().collect();
        let names: BTreeSet<String> = alone.difference(&stays).cloned().collect();
        if !names.is_empty() {
            for round in 1..=AGAIN {
                let label = format!("again{round}.");
                let again = self.bench.run(self.subject, Mode::Guard, Some(&names), &label)?;
                stays.extend(again.failed);
                if again.crash.is_some() {
                    stays.extend(names.clone());
                }
            }
        }
        for test in &alone {
            if stays.contains(test) {
                row.problems.push(format!("{test} fails only under the guard"));
            } else {
                row.notes.push(format!("{test} failed once under the guard, and passed {AGAIN} times alone"));
            }
        }
        Ok(())
    }

    /// Each finding that -race does not have.
    fn findings(&self, row: &mut Row) -> Result<()> {
        let Some(guard) = row.outcomes.get(&Mode::Guard) else { return Ok(()) };
        let mut known: Vec<Conflict> =
            row.outcomes.get(&Mode::Race).map_or_else(Vec::new, |o| o.conflicts.clone());
        let open = |known: &[Conflict]| -> Vec<Conflict> {
            let new = |found: &&Conflict| !known.iter().any(|other| found.is_confirmed_by(other));
            guard.conflicts.iter().filter(new).cloned().collect()
        };
        let mut rest = open(&known);
        for round in 1..=AGAIN {
            if rest.is_empty() {
                break;
            }
            // It may take another schedule.
            known
                .extend(self.bench.run(self.subject, Mode::Race, None, &format!("again{round}."))?.conflicts);
            rest = open(&known);
        }
        row.confirmed = guard.conflicts.len() - rest.len();
        for conflict in rest {
            let places = conflict.places();
            match self.exceptions.reason(&self.subject.name, &places) {
                Some(reason) => row.notes.push(format!("{places}: {reason}")),
                None => row.problems.push(format!("{places}: found, but not confirmed by -race")),
            }
        }
        Ok(())
    }
}
