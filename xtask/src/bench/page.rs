//! The tables of a run, for the terminal and as `bench/RESULTS.md`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::chart;
use super::columns::Column;
use super::correct::WAYS;
use super::floors::{self, Verdict, unit};
use super::results::Results;
use super::rows::Row;
use super::stats::digits;
use crate::table::Table;

/// All tables as plain text.
pub(crate) fn terminal(results: &Results) -> String {
    let mut text = String::new();
    let live = medians(results, Row::is_live);
    for (title, table) in [
        ("Times what plain go takes:", ratios(results)),
        ("While many goroutines are alive:", live),
        ("Correct programs:", correct(results)),
    ] {
        if !table.is_empty() {
            let _ = writeln!(text, "{title}\n{}", table.text());
        }
    }
    text.push_str(&failures(results));
    text.push('\n');
    text.push_str(&summary(results));
    text
}

/// Writes the page and the drawing into `bench`.
pub(crate) fn write(results: &Results, bench: &Path) -> Result<()> {
    let page = bench.join("RESULTS.md");
    fs::write(&page, markdown(results)).with_context(|| format!("cannot write {}", page.display()))?;
    let drawing = bench.join("cost.svg");
    fs::write(&drawing, chart::draw(results)).with_context(|| format!("cannot write {}", drawing.display()))
}

fn markdown(results: &Results) -> String {
    let facts = results.facts.iter().filter(|(name, _)| !name.starts_with("correct "));
    let facts: String = facts.map(|(name, value)| format!("* {name}: {value}\n")).collect();
    format!(
        "# What guarding costs\n\n\
         <!-- Written by `cargo xtask bench`; change nothing here by hand. -->\n\n\
         ![Each row's cost as a multiple of plain go, drawn](cost.svg)\n\n\
         [README.md](README.md) says what the columns are and how this is measured.\n\n\
         ```\ncargo xtask bench                # all of this page\n\
         cargo xtask bench --rows mutex   # some rows, to the terminal only\n\
         cargo xtask bench --draw         # this page and the drawing anew from samples.tsv\n```\n\n\
         {facts}\n\
         {}\n\
         ## Times what plain go takes\n\n{}\n\
         ## While many goroutines are alive\n\n\
         One lock, one map write, one unlock, one send and one receive, in ns. The goroutines hand on a turn;\n\
         each has written to the map before the clock starts.\n\n{}\n\
         ## Correct programs\n\n\
         Each hands a map from one goroutine to another and has no race. Ten runs each.\n\n{}\n\
         ## What did not run\n\n{}\n\
         ## Medians\n\n{}",
        summary(results),
        ratios(results).markdown(),
        medians(results, Row::is_live).markdown(),
        correct(results).markdown(),
        failures(results),
        medians(results, |row| !row.is_live()).markdown(),
    )
}

/// Each row with the medians of plain go and how many times that the others take, and the verdicts.
fn ratios(results: &Results) -> Table {
    let others: Vec<Column> = shown(results).filter(|&column| column != Column::Plain).collect();
    let mut head = vec!["", Column::Plain.title()];
    head.extend(others.iter().map(|column| column.title()));
    head.extend(["floor", "TSan / mapguard", "floor"]);
    let mut table = Table::new(&head);
    for row in results.rows().filter(|row| !row.is_live()) {
        let plain = results.median(row, Column::Plain).map(|value| with_unit(value, row));
        let mut cells = vec![row.full_name(), plain.unwrap_or_default()];
        let ratio = |&column| results.ratio(row, column).map(|ratio| format!("{}×", digits(ratio)));
        cells.extend(others.iter().map(|column| ratio(column).unwrap_or_else(|| "-".to_owned())));
        let text = |verdict: Option<Verdict>| verdict.map_or_else(String::new, |verdict| verdict.text);
        cells.push(text(floors::ceiling(results, row)));
        let times = floors::advantage(results, row).map(|times| format!("{}×", digits(times)));
        cells.push(times.unwrap_or_else(|| "-".to_owned()));
        cells.push(text(floors::against(results, row)));
        table.row(cells);
    }
    table
}

/// The rows that `wanted` picks, with the median of each column.
fn medians(results: &Results, wanted: impl Fn(&Row) -> bool) -> Table {
    let columns: Vec<Column> = shown(results).collect();
    let mut head = vec!["", "unit"];
    head.extend(columns.iter().map(|column| column.title()));
    head.push("runs differ by");
    let mut table = Table::new(&head);
    for row in results.rows().filter(|row| wanted(row)) {
        let mut cells = vec![row.full_name(), unit(row).to_owned()];
        let median = |&column| results.median(row, column).map(digits);
        cells.extend(columns.iter().map(|column| median(column).unwrap_or_else(|| "-".to_owned())));
        let spread = results.spread(row).map(|spread| format!("{:.0} %", spread * 100.0));
        cells.push(spread.unwrap_or_else(|| "-".to_owned()));
        table.row(cells);
    }
    table
}

/// Columns that have a number somewhere.
fn shown(results: &Results) -> impl Iterator<Item = Column> {
    let any = |column: &Column| results.rows().any(|row| results.median(row, *column).is_some());
    Column::ALL.into_iter().filter(any)
}

fn with_unit(value: f64, row: &Row) -> String {
    match (unit(row), value) {
        ("ns", v) if v >= 1e6 => format!("{} ms", digits(v / 1e6)),
        ("ns", v) if v >= 1e4 => format!("{} µs", digits(v / 1e3)),
        (unit, v) => format!("{} {unit}", digits(v)),
    }
}

/// Who accuses programs that are right.
fn correct(results: &Results) -> Table {
    let said = |word: &str, column: Column| {
        let name = format!("correct {word} {}", column.key());
        results.facts.iter().find(|(fact, _)| *fact == name).map(|(_, said)| said.clone())
    };
    let columns: Vec<Column> =
        Column::ALL.into_iter().filter(|&column| said("mutex", column).is_some()).collect();
    let mut head = vec!["handed over by"];
    head.extend(columns.iter().map(|column| column.title()));
    let mut table = Table::new(&head);
    for (word, way) in WAYS.iter().filter(|_| !columns.is_empty()) {
        let mut cells = vec![(*way).to_owned()];
        cells.extend(columns.iter().map(|&column| said(word, column).unwrap_or_default()));
        table.row(cells);
    }
    table
}

/// Where a column has nothing, and why: rows with the same reason together.
fn failures(results: &Results) -> String {
    let mut reasons: BTreeMap<(Column, &str), Vec<(String, &str)>> = BTreeMap::new();
    for row in results.rows() {
        for column in Column::ALL {
            if let Some(why) = results.failure(row, column) {
                let (what, detail) = why.split_once(": ").unwrap_or((why, ""));
                reasons.entry((column, what)).or_default().push((row.full_name(), detail));
            }
        }
    }
    let mut text = String::new();
    for ((column, what), rows) in reasons {
        let names: Vec<&str> = rows.iter().map(|(name, _)| name.as_str()).collect();
        let _ = writeln!(text, "* {} {what}: {}.", column.title(), names.join("; "));
        let mut details: Vec<&str> = rows.iter().map(|(_, detail)| message(detail)).collect();
        details.sort_unstable();
        details.dedup();
        for detail in details.iter().filter(|detail| !detail.is_empty()) {
            let _ = writeln!(text, "  * {detail}");
        }
    }
    text
}

/// The first line of what a compiler says, without the place, which differs from row to row.
fn message(said: &str) -> &str {
    let first = said.lines().next().unwrap_or_default();
    match first.split_once(".go:") {
        Some((_, rest)) => rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':').trim(),
        None => first,
    }
}

/// How many floors are met, and which are not.
fn summary(results: &Results) -> String {
    let mut met = 0;
    let mut missed = Vec::new();
    for row in results.rows() {
        let times = floors::advantage(results, row).map(digits).unwrap_or_default();
        let ratio = results.ratio(row, Column::Guard).map(digits).unwrap_or_default();
        let beside = format!("{ratio}× plain go");
        let against = format!("{} / mapguard = {times}×", floors::rival(row).title());
        for (verdict, is) in
            [(floors::ceiling(results, row), beside), (floors::against(results, row), against)]
        {
            match verdict {
                Some(verdict) if verdict.met => met += 1,
                Some(_) => missed.push(format!("* {}: {is}\n", row.full_name())),
                None => {}
            }
        }
    }
    let all = met + missed.len();
    let heading = if missed.is_empty() { "." } else { "; missed:\n\n" };
    format!("{met} of {all} floors are met{heading}{}\n", missed.concat())
}

#[cfg(test)]
mod tests {
    use super::super::results::tests::of;
    use super::super::rows::ROWS;
    use super::*;

    #[test]
    fn says_what_was_missed() {
        let columns = [(Column::Plain, 10.0), (Column::Guard, 16.0), (Column::TsanMaps, 20.0)];
        let results = of(&ROWS[0], &columns);
        assert_eq!(
            summary(&results),
            "1 of 2 floors are met; missed:\n\n* Maps: write, int key: 1.60× plain go\n\n"
        );
        let table = ratios(&results).markdown();
        assert!(table.contains(
            "| Maps: write, int key | 10.0 ns | 1.60× | 2.00× | ≤ 1.5×: MISSED | 1.25× | ≥ 1×: met |"
        ));
    }

    #[test]
    fn the_place_is_no_reason() {
        let said = "./main.go:30:40: make (built-in) must be called\nmore";
        assert_eq!(message(said), "make (built-in) must be called");
        assert_eq!(message("out of memory"), "out of memory");
    }
}
