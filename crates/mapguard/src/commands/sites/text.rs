//! Places for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::Row;

const QUIET: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

/// Columns are as wide as what is in them, but no wider than this.
const WIDEST: usize = 40;

fn style(op: &str) -> Style {
    match op {
        "delete" => AnsiColor::Yellow.on_default(),
        "clear" => AnsiColor::Red.on_default(),
        "literal" => QUIET,
        _ => AnsiColor::Green.on_default(),
    }
}

/// The files, and under each a line for each place.
pub(super) fn listing(found: &[Row], packages: usize) -> String {
    let mut text = String::new();
    let ops = found.iter().map(|row| row.op.len()).max().unwrap_or_default();
    for (number, rows) in found.chunk_by(|a, b| a.file == b.file).enumerate() {
        let file = rows.first().map(|row| &*row.file).unwrap_or_default();
        // Writing to a String does not fail.
        let _ = writeln!(text, "{}{BOLD}{file}{BOLD:#}", if number == 0 { "" } else { "\n" });
        let widths = rows.iter().map(|row| shown(row).chars().count()).filter(|&width| width <= WIDEST);
        let width = widths.max().unwrap_or_default();
        for row in rows {
            let style = style(&row.op);
            let place = format!("{}:{}", row.line, row.column);
            let dead = row.why.as_ref().map(|why| format!("  ({why})")).unwrap_or_default();
            let _ = writeln!(
                text,
                "  {place:<9}{style}{:<ops$}{style:#}  {:<width$}  {QUIET}{}  in {}{dead}{QUIET:#}",
                row.op,
                shown(row),
                row.ty,
                row.function
            );
        }
    }
    let places =
        if found.len() == 1 { "1 map write".to_owned() } else { format!("{} map writes", found.len()) };
    let _ = writeln!(
        text,
        "{}{places} in {packages} package{}",
        if found.is_empty() { "" } else { "\n" },
        if packages == 1 { "" } else { "s" }
    );
    text
}

fn shown(row: &Row) -> &str {
    if row.map.is_empty() { "{…}" } else { &row.map }
}

/// How many places of each kind there are in each package.
pub(super) fn summary(found: &[Row]) -> String {
    const COLUMNS: [&str; 5] = ["assign", "delete", "clear", "library", "literal"];
    let column = |op: &str| match op {
        "delete" => 1,
        "clear" => 2,
        "literal" => 4,
        op if op.contains('.') => 3,
        _ => 0,
    };
    let mut rows: BTreeMap<&str, [usize; COLUMNS.len()]> = BTreeMap::new();
    for row in found {
        rows.entry(&row.package).or_default()[column(&row.op)] += 1;
    }
    let width = rows.keys().map(|package| package.len()).max().unwrap_or_default().max("package".len());
    let mut text = format!("{:width$}", "package");
    for name in COLUMNS {
        let _ = write!(text, "  {name:>7}");
    }
    text.push('\n');
    for (package, row) in rows {
        let _ = write!(text, "{package:width$}");
        for count in row {
            let _ = write!(text, "  {count:>7}");
        }
        text.push('\n');
    }
    text
}
