//! The tables that a run prints.

use super::verdict::{Tally, Verdict};
use super::{Column, Outcome, source};
use crate::table::Table;

/// One row for each release and detector.
pub(super) struct Totals(Table);

impl Totals {
    pub(super) fn new() -> Totals {
        let races = ["races", "found", "missed", "not always"];
        let head = [&["Go", "detector", "runs each"][..], &races, &["clean", "false alarms", "broken"]];
        Totals(Table::new(&head.concat()))
    }

    pub(super) fn add(
        &mut self,
        release: &str,
        detector: &str,
        times: usize,
        kernels: &[String],
        column: &Column,
    ) {
        let count = |racy: bool, verdicts: &[Verdict]| {
            let of_kind = kernels.iter().zip(column).filter(|(kernel, _)| source::is_racy(kernel) == racy);
            of_kind.filter(|(_, tally)| verdicts.contains(&tally.verdict())).count()
        };
        let numbers = [
            times,
            count(true, &Verdict::ALL),
            count(true, &[Verdict::Good]),
            count(true, &[Verdict::Miss]),
            count(true, &[Verdict::Sometimes]),
            count(false, &Verdict::ALL),
            count(false, &[Verdict::Alarm]) + count(true, &[Verdict::Elsewhere]),
            count(false, &[Verdict::Broken]) + count(true, &[Verdict::Broken]),
        ];
        let words = [release.to_owned(), detector.to_owned()];
        self.0.row(words.into_iter().chain(numbers.iter().map(usize::to_string)).collect());
    }

    pub(super) fn text(&self) -> String {
        self.0.text()
    }
}

/// A row for each kernel of which some detector's tally is `wanted`.
pub(super) fn rows(outcome: &Outcome, wanted: impl Fn(&Tally) -> bool) -> Table {
    let mut table = Table::new(&["kernel", "mapguard", "-race", "note"]);
    for (at, (kernel, guard)) in outcome.kernels.iter().zip(&outcome.guard).enumerate() {
        let race = outcome.race.as_ref().and_then(|(_, race)| race.get(at));
        if wanted(guard) || race.is_some_and(&wanted) {
            let note = guard.note.as_ref().or_else(|| race.and_then(|race| race.note.as_ref()));
            table.row(vec![
                kernel.clone(),
                guard.cell(),
                race.map_or_else(|| "-".to_owned(), Tally::cell),
                note.cloned().unwrap_or_default(),
            ]);
        }
    }
    table
}
