//! Whether each row keeps to its floor, and whether it beats its rival.

use super::columns::Column;
use super::results::Results;
use super::rows::{Ceiling, Kind, Measure, Row};
use super::stats::digits;

/// How far two medians may lie apart and still count as equal: no two runs agree to less.
const NOISE: f64 = 1.03;

/// How many times better than the rival a row of pure synchronisation has to be.
const SYNC: f64 = 3.0;

/// One demand on one row.
pub(crate) struct Verdict {
    pub(crate) met: bool,
    /// For the table.
    pub(crate) text: String,
}

impl Verdict {
    fn new(met: bool, demand: &str) -> Verdict {
        Verdict { met, text: format!("{demand}: {}", if met { "met" } else { "MISSED" }) }
    }
}

/// Against plain go, where a ceiling is fixed.
pub(crate) fn ceiling(results: &Results, row: &Row) -> Option<Verdict> {
    let plain = results.median(row, Column::Plain)?;
    let (demand, limit) = match row.ceiling {
        Ceiling::None => return None,
        Ceiling::Times(times) => (format!("≤ {times}×"), plain * times),
        Ceiling::More(more) => (format!("≤ {} {} more", digits(more), unit(row)), plain + more),
    };
    let met = results.median(row, Column::Guard).is_some_and(|guard| guard <= limit);
    Some(Verdict::new(met, &demand))
}

/// The ThreadSanitizer to compare with: the cheaper one, but where it sees nothing of what is measured.
pub(crate) fn rival(row: &Row) -> Column {
    if row.by_atomics { Column::TsanAtomics } else { Column::TsanMaps }
}

/// How many times as much the rival takes.
pub(crate) fn advantage(results: &Results, row: &Row) -> Option<f64> {
    Some(results.median(row, rival(row))? / results.median(row, Column::Guard)?)
}

/// Against the rival, on every row that it can run.
pub(crate) fn against(results: &Results, row: &Row) -> Option<Verdict> {
    results.median(row, rival(row))?;
    let advantage = advantage(results, row).unwrap_or_default();
    Some(match row.kind {
        Kind::Other => Verdict::new(advantage * NOISE >= 1.0, "≥ 1×"),
        Kind::Sync => Verdict::new(advantage >= SYNC, &format!("≥ {SYNC}×")),
    })
}

/// The unit of the row's numbers.
pub(crate) fn unit(row: &Row) -> &'static str {
    match row.measure {
        Measure::Benchmark(_) => "ns",
        Measure::Peak(_) => "MiB",
        Measure::Launch => "ms",
    }
}

#[cfg(test)]
mod tests {
    use super::super::results::tests::of;
    use super::super::rows::ROWS;
    use super::*;

    fn row(name: &str) -> &'static Row {
        ROWS.iter().find(|row| row.full_name() == name).unwrap()
    }

    #[test]
    fn judges_by_ratio_and_by_rival() {
        let mutex = row("Locks: Mutex pair");
        let results = of(mutex, &[(Column::Plain, 10.0), (Column::Guard, 41.0), (Column::TsanMaps, 150.0)]);
        assert!(!ceiling(&results, mutex).unwrap().met);
        assert!(against(&results, mutex).unwrap().met);
        let add = row("Atomics: add");
        let results = of(add, &[(Column::Plain, 2.0), (Column::Guard, 20.0), (Column::TsanMaps, 2.0)]);
        assert!(ceiling(&results, add).is_none());
        assert!(against(&results, add).is_none(), "the rival that does not see it is none");
    }

    #[test]
    fn a_row_that_the_guard_cannot_run_is_missed() {
        let start = row("Start and end: empty program");
        let results = of(start, &[(Column::Plain, 1.0), (Column::TsanMaps, 9.0)]);
        assert!(!ceiling(&results, start).unwrap().met);
        assert!(!against(&results, start).unwrap().met);
        let results = of(start, &[(Column::Plain, 1.0), (Column::Guard, 5.9)]);
        assert!(ceiling(&results, start).unwrap().met);
    }
}
