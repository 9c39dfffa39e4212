//! Places for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use go_packages::Graph;
use map_rules::Op;

use super::{Shown, packages};

const QUIET: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

/// Columns are as wide as what is in them, but no wider than this.
const WIDEST: usize = 40;

fn style(op: Op) -> Style {
    match op {
        Op::Delete => AnsiColor::Yellow.on_default(),
        Op::Clear => AnsiColor::Red.on_default(),
        Op::Literal => QUIET,
        _ => AnsiColor::Green.on_default(),
    }
}

/// The files, and under each a line for each place.
pub(super) fn listing(found: &[Shown], graph: &Graph) -> String {
    let mut text = String::new();
    let mut file = "";
    let ops = found.iter().map(|shown| shown.site.op.as_str().len()).max().unwrap_or_default();
    for (at, shown) in found.iter().enumerate() {
        if shown.file != file {
            file = &shown.file;
            // Writing to a String does not fail.
            let _ = writeln!(text, "{}{BOLD}{file}{BOLD:#}", if at == 0 { "" } else { "\n" });
        }
        let in_file = found[at..].iter().take_while(|other| other.file == file);
        // Only those that follow: a narrow listing needs no more.
        let width = in_file.map(|other| other.site.map.chars().count()).filter(|&width| width <= WIDEST);
        let width = width.max().unwrap_or_default();
        let site = &shown.site;
        let (op, style) = (site.op.as_str(), style(site.op));
        let place = format!("{}:{}", shown.line, shown.column);
        let map = if site.map.is_empty() { "{…}" } else { &site.map };
        let dead = site.dead.map(|why| format!("  ({})", why.as_str())).unwrap_or_default();
        let _ = writeln!(
            text,
            "  {place:<9}{style}{op:<ops$}{style:#}  {map:<width$}  {QUIET}{}  in {}{dead}{QUIET:#}",
            shown.map_type, site.function
        );
    }
    let places =
        if found.len() == 1 { "1 map write".to_owned() } else { format!("{} map writes", found.len()) };
    let count = packages(graph);
    let _ = writeln!(
        text,
        "{}{places} in {count} package{}",
        if found.is_empty() { "" } else { "\n" },
        if count == 1 { "" } else { "s" }
    );
    text
}

/// How many places of each kind there are in each package.
pub(super) fn summary(found: &[Shown]) -> String {
    const COLUMNS: [&str; 5] = ["assign", "delete", "clear", "library", "literal"];
    let column = |op: Op| match op {
        Op::Delete => 1,
        Op::Clear => 2,
        Op::Library(_) => 3,
        Op::Literal => 4,
        _ => 0,
    };
    let mut rows: BTreeMap<&str, [usize; COLUMNS.len()]> = BTreeMap::new();
    for shown in found {
        rows.entry(&shown.package).or_default()[column(shown.site.op)] += 1;
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
