//! The samples of a run, and their file.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::columns::Column;
use super::rows::{ROWS, Row};
use super::sample::Sample;
use super::stats;

/// What one column has for one row.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Cell {
    pub(crate) samples: Vec<f64>,
    /// Why there are no (more) samples.
    pub(crate) failure: Option<String>,
}

/// All of a run.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Results {
    /// What the tables say of the run: the machine, the releases, the load.
    pub(crate) facts: Vec<(String, String)>,
    /// By the row's full name.
    cells: BTreeMap<(String, Column), Cell>,
}

impl Results {
    pub(crate) fn add(&mut self, row: &Row, column: Column, sample: Sample) {
        let cell = self.cells.entry((row.full_name(), column)).or_default();
        match sample {
            Ok(value) => cell.samples.push(value),
            Err(why) => cell.failure = Some(why),
        }
    }

    /// Why the column has nothing for the row.
    pub(crate) fn failure(&self, row: &Row, column: Column) -> Option<&str> {
        self.cells.get(&(row.full_name(), column))?.failure.as_deref()
    }

    /// The median; none if any run failed.
    pub(crate) fn median(&self, row: &Row, column: Column) -> Option<f64> {
        let cell = self.cells.get(&(row.full_name(), column))?;
        if cell.failure.is_some() { None } else { stats::median(&cell.samples) }
    }

    /// How many times what plain go takes.
    pub(crate) fn ratio(&self, row: &Row, column: Column) -> Option<f64> {
        Some(self.median(row, column)? / self.median(row, Column::Plain)?)
    }

    /// How much the runs of plain and guarded differ among themselves, the larger of the two.
    pub(crate) fn spread(&self, row: &Row) -> Option<f64> {
        let of = |column| stats::spread(&self.cells.get(&(row.full_name(), column))?.samples);
        Some(of(Column::Plain)?.max(of(Column::Guard)?))
    }

    /// The rows that were measured.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &'static Row> {
        ROWS.iter().filter(|row| self.median(row, Column::Plain).is_some())
    }

    /// The file's text: one line for each row and column.
    fn text(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.facts {
            let _ = writeln!(text, "# {name}\t{value}");
        }
        for ((row, column), cell) in &self.cells {
            let samples: Vec<String> = cell.samples.iter().map(f64::to_string).collect();
            let failure = cell.failure.as_deref().unwrap_or_default().replace(['\t', '\n'], " ");
            let _ = writeln!(text, "{row}\t{}\t{}\t{failure}", column.key(), samples.join(" "));
        }
        text
    }

    fn parse(text: &str) -> Option<Results> {
        let mut results = Results::default();
        for line in text.lines() {
            if let Some(fact) = line.strip_prefix("# ") {
                let (name, value) = fact.split_once('\t')?;
                results.facts.push((name.to_owned(), value.to_owned()));
                continue;
            }
            let mut parts = line.split('\t');
            let (row, column) = (parts.next()?.to_owned(), Column::from_key(parts.next()?)?);
            let samples = parts.next()?.split_whitespace().map(|word| word.parse().ok());
            let samples = samples.collect::<Option<Vec<f64>>>()?;
            let failure = parts.next().filter(|why| !why.is_empty()).map(str::to_owned);
            results.cells.insert((row, column), Cell { samples, failure });
        }
        Some(results)
    }

    pub(crate) fn save(&self, path: &Path) -> Result<()> {
        fs::write(path, self.text()).with_context(|| format!("cannot write {}", path.display()))
    }

    pub(crate) fn load(path: &Path) -> Result<Results> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Results::parse(&text).with_context(|| format!("{}: not a file of samples", path.display()))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A run with one row in which each column took so much.
    pub(crate) fn of(row: &Row, columns: &[(Column, f64)]) -> Results {
        let mut results = Results::default();
        for &(column, value) in columns {
            results.add(row, column, Ok(value));
        }
        results
    }

    #[test]
    fn comes_back_from_its_file() {
        let mut results = of(&ROWS[0], &[(Column::Plain, 2.0), (Column::Guard, 3.0), (Column::Plain, 4.0)]);
        results.add(&ROWS[0], Column::Kolkov, Err("does\tnot build".to_owned()));
        results.facts.push(("CPU".to_owned(), "one".to_owned()));
        let text = results.text();
        let back = Results::parse(&text).unwrap();
        assert_eq!(back.text(), text);
        assert_eq!(back.ratio(&ROWS[0], Column::Guard), Some(1.0));
        assert_eq!(back.failure(&ROWS[0], Column::Kolkov), Some("does not build"));
        assert_eq!(back.rows().count(), 1);
    }
}
