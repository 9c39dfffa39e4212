//! The tables of a run, for the terminal and as BENCHMARKS.md.

use std::fmt::Write as _;

use crate::charts::DRAWINGS;
use crate::columns::Column;
use crate::floors::{Verdict, verdicts};
use crate::open_loop::QUANTILES;
use crate::results::Results;
use crate::rows::{Kind, Row, Section, rows};
use crate::stats::{digits, time};
use crate::work::memory::SIZES;

/// Each table with its title, the rows' names that make it, and what must be said.
const SECTIONS: [(Section, &str, &str, &str); 10] = [
    (
        Section::Mixes,
        "Single keys",
        "read-,95-5,50-50,churn",
        "Millions of operations a second, all threads together: more is better. 100,000 keys, or 1,000,000 in rows with `1M`. \
         Writes overwrite keys that are there; `churn` is 50 % get, 25 % insert, 25 % remove.",
    ),
    (
        Section::Article,
        "The article's mix",
        "article",
        "90 % get, 9 % put of one key, 1 % PutAll of 100 keys; two threads. Throughput in millions of operations a second \
         (more is better), then latency at a fixed rate. With `String` keys Rust copies the text for each write, Go does not; with \
         `Arc<str>` neither does, and the Go columns are those of its strings again.",
    ),
    (
        Section::Batches,
        "Batches of overwrites",
        "batch-",
        "Microseconds for one batch, of one thread: less is better. With two threads both write, to keys of their own choice out \
         of the same 100,000.",
    ),
    (
        Section::Readers,
        "Reads beside batches",
        "readers",
        "One thread reads at a fixed rate, another commits batches of 1000 keys without pause. How many of those it commits \
         is told too: who stops the writer has fast readers.",
    ),
    (
        Section::Growth,
        "Growth from empty to 1,000,000",
        "growth",
        "Latency of each operation, at a fixed rate, one thread.",
    ),
    (
        Section::Snapshots,
        "Snapshots",
        "snapshot",
        "Nanoseconds: less is better. RwLock's is the read lock held: writers wait for it. imbl's is an `Arc`, or with `load()` \
         arc-swap's guard, which is cheaper and meant to be held for a moment.",
    ),
    (
        Section::Iteration,
        "Iteration",
        "iterate",
        "Millions of entries a second: more is better. putall, concread and imbl show one instant and let writers go on; RwLock, \
         txmap and Go's RWMutex show one instant and keep writers waiting (txmap locks shards as it comes to them, so its is not quite one instant); \
         the others show entries of different instants. concread is missing beside writes: now and then it allocates gigabytes there \
         and does not come to an end.",
    ),
    (
        Section::Memory,
        "Bytes per entry",
        "memory",
        "Bytes asked of the allocator for each entry, strings included (20 bytes each and their header), at several sizes \
         while the map grows. Counted in a process of its own.",
    ),
    (
        Section::FoldMixes,
        "With a fast hasher: single keys",
        "fold",
        "All maps with `foldhash::fast`. concread is missing: its hasher is chosen when it is compiled. Millions of operations a \
         second.",
    ),
    (Section::FoldBatches, "With a fast hasher: batches", "fold", "Microseconds for one batch."),
];

/// What this machine cannot show.
const MORE_THREADS: &str = "
## More than two threads

Not measured: this machine has two processors. What limits the design is which cache lines threads share.

* **A get** writes one line, which is its thread's own. It reads the count of buckets and the address of a segment, which change when the table grows;
  the bucket's line and the version, which change when somebody writes to that bucket or key. So gets scale like the memory they read.
* **A snapshot** writes one line of its own, twice: when it is taken and when it goes. It reads the clock, which each commit changes.
* **A commit** writes the clock, and beside it, if the last commit was another thread's, whose that was. These two lines go from processor to
  processor with each commit, whatever is in it. For each key it writes the bucket's line, the new version and the old one's line. It reads one line of each
  snapshot's place that was ever in use.

So commits of single keys do not scale: two threads that do nothing else get less done together than one alone does, and more threads will not get more
done; the clock is the price of revisions. Batches divide it by their size: with 100 keys what is left of it is a nanosecond or two for a key, and
what remains is what any map pays whose writers meet in one table: lines that were last written by another processor.
";

/// All tables, with the verdicts.
pub fn tables(results: &Results) -> String {
    let mut text = summary(results);
    for (section, title, _, words) in SECTIONS {
        let table = table(results, section);
        if !table.is_empty() {
            let _ = write!(text, "\n## {title}\n\n{words}\n\n{table}");
        }
    }
    text
}

pub fn markdown(results: &Results) -> String {
    let facts: String = results.facts.iter().map(|(name, value)| format!("* {name}: {value}\n")).collect();
    let mut text = format!(
        "# putall beside other maps\n\n\
         <!-- Written by `make bench-putall`; change nothing here by hand. -->\n\n\
         [README.md](README.md) says how this is measured; `samples.tsv` has every single sample.\n\n\
         ```\ncd bench/putall\n\
         cargo run --release                          # all of this page\n\
         cargo run --release -- --rows batch-100      # some rows, to the terminal only\n\
         cargo run --release -- --draw                # this page and the drawings anew from samples.tsv\n```\n\n\
         {facts}\n\
         \\* marks a map that has no atomic batch: it gets a batch as single inserts, and others see it half done. \
         ± is half the distance between the quartiles of the runs. \
         `no map` does nothing at the same rate: it is what the clock, the schedule and the machine take, and no map can have less.\n\n"
    );
    text.push_str(&summary(results));
    for (file, title, ..) in DRAWINGS {
        let _ = write!(text, "\n![{title}]({file})\n");
    }
    for (section, title, rows, words) in SECTIONS {
        let table = table(results, section);
        if !table.is_empty() {
            let _ = write!(text, "\n## {title}\n\n{words}\n\n");
            let _ = write!(text, "```\ncargo run --release -- --rows {rows}\n```\n\n{table}");
        }
    }
    text.push_str(MORE_THREADS);
    text
}

/// The floors: missed ones first.
fn summary(results: &Results) -> String {
    let all = verdicts(results);
    let count = |met| all.iter().filter(|verdict| verdict.met == met).count();
    let (met, missed, unknown) = (count(Some(true)), count(Some(false)), count(None));
    let mut text = format!("{met} of {} floors are met", met + missed);
    if unknown > 0 {
        let _ = write!(text, "; {unknown} not measured");
    }
    text.push_str(if missed > 0 { "; MISSED:\n\n" } else { ".\n" });
    let line = |Verdict { floor, found, .. }: &Verdict| format!("* {floor}: {found}\n");
    text.extend(all.iter().filter(|verdict| verdict.met == Some(false)).map(line));
    text.push_str("\n| floor | found | |\n|---|---|---|\n");
    for Verdict { floor, found, met } in &all {
        let met = met.map_or("-", |met| if met { "met" } else { "MISSED" });
        let _ = writeln!(text, "| {floor} | {found} | {met} |");
    }
    text
}

fn table(results: &Results, section: Section) -> String {
    let rows: Vec<Row> =
        rows().into_iter().filter(|row| row.section == section && results.has(&row.key)).collect();
    let (by_map, across): (Vec<&Row>, Vec<&Row>) =
        rows.iter().partition(|row| row.kind.has_rate() || matches!(row.kind, Kind::Memory { .. }));
    let mut text = side_by_side(results, &across);
    for row in by_map {
        let _ = write!(text, "\n**{}**", row.title);
        match row.kind {
            Kind::Memory { .. } => memory(&mut text, results, row),
            _ => latencies(&mut text, results, row),
        }
    }
    text
}

/// A line for each row, a column for each map.
fn side_by_side(results: &Results, rows: &[&Row]) -> String {
    let any = |column: &Column| {
        rows.iter().any(|row| results.median(&row.key, *column, row.kind.metric()).is_some())
    };
    let columns: Vec<Column> = Column::ALL.into_iter().filter(any).collect();
    if columns.is_empty() {
        return String::new();
    }
    let batches = rows
        .iter()
        .any(|row| matches!(row.section, Section::Batches | Section::FoldBatches | Section::Article));
    let head: Vec<String> = columns.iter().map(|&column| title(column, batches)).collect();
    let mut text = format!("| | {} |\n|---|{}\n", head.join(" | "), "--:|".repeat(columns.len()));
    for row in rows {
        let cell = |&column: &Column| {
            let metric = row.kind.metric();
            let (value, spread) =
                (results.median(&row.key, column, metric), results.spread(&row.key, column, metric));
            value.zip(spread).map_or_else(
                || "-".to_owned(),
                |(value, spread)| format!("{} ±{:.0} %", digits(value), spread * 100.0),
            )
        };
        let cells: Vec<String> = columns.iter().map(cell).collect();
        let _ = writeln!(text, "| {} | {} |", row.title, cells.join(" | "));
    }
    text
}

/// A line for each map.
fn latencies(text: &mut String, results: &Results, row: &Row) {
    let names = QUANTILES.map(|(name, _)| name);
    let batches = matches!(row.kind, Kind::Readers { .. });
    let more = if batches { " batches/s |" } else { "" };
    let _ = write!(text, "\n\n| | rate | {} | ± of {} |{more}\n", names.join(" | "), row.kind.metric());
    let _ = writeln!(text, "|---|{}", "--:|".repeat(names.len() + 2 + usize::from(batches)));
    for column in row.columns() {
        let Some(rate) = results.median(&row.key, column, "rate") else { continue };
        let _ = write!(text, "| {} | {} k/s |", title(column, true), digits(rate / 1e3));
        for name in names {
            let value = results.median(&row.key, column, name).map_or_else(|| "-".to_owned(), time);
            let _ = write!(text, " {value} |");
        }
        let spread = results.spread(&row.key, column, row.kind.metric()).unwrap_or_default();
        let _ = write!(text, " {:.0} % |", spread * 100.0);
        if let (true, Some(batches)) = (batches, results.median(&row.key, column, "batches/s")) {
            let _ = write!(text, " {} |", digits(batches));
        }
        let _ = writeln!(text);
    }
    let of = |wanted: &dyn Fn(Column) -> bool| {
        row.columns()
            .into_iter()
            .filter(|&column| wanted(column))
            .map(Column::title)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let behind = of(&|column| results.is_behind(&row.key, column));
    if !behind.is_empty() {
        let _ = writeln!(text, "\nCould not keep up with its rate, in a run at least: {behind}.");
    }
    if let Some(usual) = results.median(&row.key, Column::Putall, "rate") {
        let slower = of(&|column| results.median(&row.key, column, "rate").is_some_and(|rate| rate < usual));
        if !slower.is_empty() {
            let _ =
                writeln!(text, "\nAt a lower rate, half of what it can do, so not to be compared: {slower}.");
        }
    }
}

fn memory(text: &mut String, results: &Results, row: &Row) {
    let sizes = SIZES.map(|size| size.to_string());
    let _ = write!(text, "\n\n| | {} |\n|---|{}\n", sizes.join(" | "), "--:|".repeat(sizes.len()));
    for column in row.columns() {
        let name = if column == Column::RwLock { "std HashMap" } else { column.title() };
        let values = sizes
            .each_ref()
            .map(|size| results.median(&row.key, column, size).map_or_else(|| "-".to_owned(), digits));
        let _ = writeln!(text, "| {name} | {} |", values.join(" | "));
    }
}

fn title(column: Column, batches: bool) -> String {
    let mark = if batches && !column.is_atomic() { " \\*" } else { "" };
    format!("{}{mark}", column.title())
}
