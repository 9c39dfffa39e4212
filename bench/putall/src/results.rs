//! All samples, in memory and as samples.tsv.

use std::fmt::Write as _;

use crate::columns::Column;
use crate::rows::{Row, rows};
use crate::stats;
use crate::work::Sample;

#[derive(Default)]
pub struct Results {
    /// What was so for all: the machine, versions, settings.
    pub facts: Vec<(String, String)>,
    /// While it was measured.
    pub loads: Vec<f64>,
    samples: Vec<Measured>,
}

struct Measured {
    row: String,
    column: Column,
    /// None: a rate that was found by calibration.
    run: Option<usize>,
    metric: String,
    value: f64,
}

impl Results {
    pub fn add(&mut self, row: &Row, column: Column, run: usize, sample: Sample) {
        let measured =
            |(metric, value)| Measured { row: row.key.clone(), column, run: Some(run), metric, value };
        self.samples.extend(sample.into_iter().map(measured));
    }

    pub fn rate(&mut self, row: &Row, column: Column, value: f64) {
        let row = row.key.clone();
        self.samples.push(Measured { row, column, run: None, metric: "rate".to_owned(), value });
    }

    fn values(&self, row: &str, column: Column, metric: &str) -> Vec<f64> {
        let wanted =
            |sample: &&Measured| sample.row == row && sample.column == column && sample.metric == metric;
        self.samples.iter().filter(wanted).map(|sample| sample.value).collect()
    }

    pub fn median(&self, row: &str, column: Column, metric: &str) -> Option<f64> {
        stats::median(&self.values(row, column, metric))
    }

    pub fn spread(&self, row: &str, column: Column, metric: &str) -> Option<f64> {
        stats::spread(&self.values(row, column, metric))
    }

    /// Whether any run was given up because the map could not keep up.
    pub fn is_behind(&self, row: &str, column: Column) -> bool {
        self.values(row, column, "behind").into_iter().any(|behind| behind > 0.0)
    }

    pub fn has(&self, row: &str) -> bool {
        self.samples.iter().any(|sample| sample.row == row)
    }

    pub fn text(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.facts {
            let _ = writeln!(text, "#\t{name}\t{value}");
        }
        text.push_str("row\tmap\trun\tmetric\tvalue\n");
        for Measured { row, column, run, metric, value } in &self.samples {
            let run = run.map_or_else(|| "-".to_owned(), |run| run.to_string());
            let _ = writeln!(text, "{row}\t{}\t{run}\t{metric}\t{}", column.key(), round(*value));
        }
        text
    }

    /// Samples of rows that are no more are left out.
    pub fn parse(text: &str) -> Result<Self, String> {
        let known: Vec<String> = rows().into_iter().map(|row| row.key).collect();
        let mut results = Results::default();
        for line in text.lines().filter(|line| !line.starts_with("row\t")) {
            let wrong = || format!("samples.tsv has a line that it cannot have: {line}");
            let cells: Vec<&str> = line.split('\t').collect();
            match cells[..] {
                ["#", name, value] => results.facts.push((name.to_owned(), value.to_owned())),
                [row, column, run, metric, value] => {
                    let value = value.parse().map_err(|_| wrong())?;
                    let column = Column::from_key(column).ok_or_else(wrong)?;
                    if known.iter().any(|key| key == row) {
                        let (row, metric) = (row.to_owned(), metric.to_owned());
                        results.samples.push(Measured { row, column, run: run.parse().ok(), metric, value });
                    }
                }
                _ => return Err(wrong()),
            }
        }
        Ok(results)
    }
}

/// Six digits are more than enough.
fn round(value: f64) -> f64 {
    if value == 0.0 {
        return value;
    }
    let unit = 10_f64.powi(5 - value.abs().log10().floor() as i32);
    (value * unit).round() / unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let row = &rows()[0];
        let mut results = Results::default();
        results.facts.push(("Machine".to_owned(), "one".to_owned()));
        results.rate(row, Column::Putall, 1e6);
        results.add(row, Column::Putall, 0, vec![("M/s".to_owned(), 1.234_567_8)]);
        let text = results.text();
        let read = Results::parse(&text).unwrap();
        assert_eq!(read.text(), text);
        assert_eq!(read.median(&row.key, Column::Putall, "M/s"), Some(1.23457));
        assert!(Results::parse("nonsense").is_err());
    }
}
