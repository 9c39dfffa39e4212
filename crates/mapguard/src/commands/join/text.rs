//! What was joined, for people.

use std::fmt::Write as _;
use std::time::Duration;

use anstyle::{AnsiColor, Style};

use super::matching::Joined;

const QUIET: Style = Style::new().dimmed();
const RAN: Style = AnsiColor::Green.on_default();
const NEVER: Style = AnsiColor::Yellow.on_default();

/// A line for each write.
pub(super) fn listing(all: &[Joined], never: bool) -> String {
    let mut text = String::new();
    let shown: Vec<[String; 4]> = all
        .iter()
        .filter(|joined| !never || joined.ran.is_none())
        .map(|joined| {
            let (place, op, map) = match (&joined.row, &joined.ran) {
                (Some(row), _) => (format!("{}:{}", row.file, row.line), row.op.clone(), row.map.clone()),
                (None, Some(ran)) => (format!("{}:{}", ran.file, ran.line), ran.op.clone(), String::new()),
                (None, None) => Default::default(),
            };
            let map = if map.is_empty() && op == "literal" { "{…}".to_owned() } else { map };
            let ran = match (&joined.row, &joined.ran) {
                (_, Some(ran)) => format!(
                    "{RAN}{}{RAN:#} on {}, {}",
                    times(ran.count),
                    counted(ran.goroutines, "goroutine"),
                    counted(ran.max_size, "entry")
                ),
                (Some(row), None) if row.dead => format!("{QUIET}dropped by the compiler{QUIET:#}"),
                (Some(row), None) if row.op.starts_with("maps.") => format!("{QUIET}not joined{QUIET:#}"),
                _ => format!("{NEVER}never{NEVER:#}"),
            };
            [place, op, map, ran]
        })
        .collect();
    let width =
        |at: usize| shown.iter().map(|line| line[at].chars().count()).max().unwrap_or_default().min(40);
    let (places, ops, maps) = (width(0), width(1), width(2));
    for [place, op, map, ran] in &shown {
        // Writing to a String does not fail.
        let _ = writeln!(text, "{place:<places$}  {op:<ops$}  {map:<maps$}  {ran}");
    }
    if !shown.is_empty() {
        text.push('\n');
    }
    text
}

fn times(count: u64) -> String {
    match count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    }
}

fn counted(count: u64, what: &str) -> String {
    match (count, what) {
        (1, _) => format!("1 {what}"),
        (_, "entry") => format!("{count} entries"),
        _ => format!("{count} {what}s"),
    }
}

/// What each way alone sees, of the writes that the compiler does not drop.
pub(super) fn table(all: &[Joined], took: Option<Duration>) -> String {
    let live = || all.iter().filter(|joined| joined.row.as_ref().is_none_or(|row| !row.dead));
    let whole = live().count();
    let by_source = live().filter(|joined| joined.row.is_some()).count();
    let by_run = live().filter(|joined| joined.ran.is_some()).count();
    let operations: u64 = live().filter_map(|joined| joined.ran.as_ref()).map(|ran| ran.count).sum();
    let percent = |count: usize| match whole {
        0 => "-".to_owned(),
        whole => format!("{:.0} %", count as f64 * 100.0 / whole as f64),
    };
    let took = took.map_or("none: it was read from a file".to_owned(), |took| {
        format!("{:.2} s, once", took.as_secs_f64())
    });
    let mut text = format!("{:<9}{:>7}{:>8}  {:<14}cost\n", "seen by", "writes", "of all", "needs a build");
    let rows = [
        ("source", by_source, "no", took),
        ("run", by_run, "yes", format!("{operations} operations counted, 20 to 30 ns each")),
        ("both", whole, "yes", "both".to_owned()),
    ];
    for (name, count, build, cost) in rows {
        let _ = writeln!(text, "{name:<9}{count:>7}{:>8}  {build:<14}{cost}", percent(count));
    }
    text
}
