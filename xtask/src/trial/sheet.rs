//! The table of a suite.

use super::judge::Row;
use crate::mode::Mode;
use crate::table::Table;

/// All packages on one release.
pub(crate) struct Sheet {
    pub(crate) version: &'static str,
    pub(crate) rows: Vec<Row>,
}

impl Sheet {
    pub(crate) fn new(version: &'static str) -> Sheet {
        Sheet { version, rows: Vec::new() }
    }

    pub(crate) fn add(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// A row for each package, and one for all.
    pub(crate) fn table(&self) -> Table {
        let mut table = Table::new(&[
            "package",
            "tests",
            "plain, s",
            "guarded, s",
            "-race, s",
            "plain, MiB",
            "guarded, MiB",
            "-race, MiB",
            "findings",
            "verdict",
        ]);
        for row in &self.rows {
            let mut cells = vec![row.name.clone()];
            cells.push(row.outcomes.get(&Mode::Guard).map_or(0, |o| o.passed + o.failed.len()).to_string());
            let ran = |mode| row.outcomes.get(&mode).filter(|outcome| outcome.not_built.is_none());
            for mode in Mode::ALL {
                cells.push(
                    ran(mode).map_or_else(|| "-".to_owned(), |o| format!("{:.1}", o.took.as_secs_f64())),
                );
            }
            for mode in Mode::ALL {
                cells.push(ran(mode).map_or_else(|| "-".to_owned(), |o| o.peak.to_string()));
            }
            cells.push(match row.findings() {
                0 => "0".to_owned(),
                all => format!("{all} ({} by -race too)", row.confirmed),
            });
            cells.push(row.verdict());
            table.row(cells);
        }
        if self.rows.iter().all(|row| row.outcomes.len() == Mode::ALL.len()) {
            table.row(self.sum());
        }
        table
    }

    /// Sums of time, and the highest peaks.
    fn sum(&self) -> Vec<String> {
        let all = |mode| self.rows.iter().filter_map(move |row| row.outcomes.get(&mode));
        let mut cells = vec!["all".to_owned()];
        cells.push(all(Mode::Guard).map(|o| o.passed + o.failed.len()).sum::<usize>().to_string());
        for mode in Mode::ALL {
            cells.push(format!("{:.1}", all(mode).map(|o| o.took.as_secs_f64()).sum::<f64>()));
        }
        for mode in Mode::ALL {
            cells.push(all(mode).map(|o| o.peak).max().unwrap_or(0).to_string());
        }
        cells.push(self.rows.iter().map(Row::findings).sum::<usize>().to_string());
        let wrong = self.rows.iter().filter(|row| !row.problems.is_empty()).count();
        cells.push(if wrong == 0 { "ok".to_owned() } else { format!("{wrong} WRONG") });
        cells
    }
}
