//! What putall must reach: point 13 of the plan.

use crate::columns::Column;
use crate::results::Results;
use crate::rows::{Kind, rows};
use crate::stats::{digits, time};
use crate::work::memory::SIZES;

pub struct Verdict {
    pub floor: String,
    /// What was measured.
    pub found: String,
    /// None: not measured.
    pub met: Option<bool>,
}

/// All of them.
pub fn verdicts(results: &Results) -> Vec<Verdict> {
    let mut all = Floors { results, verdicts: Vec::new() };
    all.batches();
    all.readers();
    all.gets();
    all.snapshots();
    all.growth();
    all.memory();
    all.article();
    all.verdicts.push(Verdict {
        floor: "durable, sync per group: at least the better of fjall and redb".to_owned(),
        found: "measured apart, see DURABLE.md".to_owned(),
        met: None,
    });
    all.verdicts
}

struct Floors<'a> {
    results: &'a Results,
    verdicts: Vec<Verdict>,
}

impl Floors<'_> {
    /// What putall needs may be at most so many times what the other needs.
    fn at_most(&mut self, what: &str, row: &str, metric: &str, other: Column, times: f64) {
        self.compare(what, row, metric, other, times, true);
    }

    /// What putall reaches must be at least so many times what the other reaches.
    fn at_least(&mut self, what: &str, row: &str, metric: &str, other: Column, times: f64) {
        self.compare(what, row, metric, other, times, false);
    }

    fn compare(&mut self, what: &str, row: &str, metric: &str, other: Column, times: f64, most: bool) {
        let ours = self.results.median(row, Column::Putall, metric);
        let theirs = self.results.median(row, other, metric);
        let bound = if most { "≤" } else { "≥" };
        let part = match times {
            1.0 => String::new(),
            times if times < 0.4 => format!("1/{:.0} of ", 1.0 / times),
            times => format!("{times} × "),
        };
        let floor = format!("{what} {bound} {part}{}", other.title());
        let (found, met) = match (ours, theirs) {
            (Some(ours), Some(theirs)) => {
                let ratio = ours / theirs;
                let late = if self.results.is_behind(row, other) { " (could not keep up)" } else { "" };
                let machine = self.results.median(row, Column::Nothing, metric);
                let machine = machine.map_or_else(String::new, |ns| format!("; no map: {}", time(ns)));
                let [ours, theirs] = [ours, theirs].map(|value| with_unit(value, metric));
                let met = if most { ratio <= times } else { ratio >= times };
                (format!("{} × ({ours} to {theirs}{late}{machine})", ratio_digits(ratio)), Some(met))
            }
            _ => ("not measured".to_owned(), None),
        };
        self.verdicts.push(Verdict { floor, found, met });
    }

    fn batches(&mut self) {
        let what = "100-key batch, alone";
        self.at_most(what, "batch-100-t1-u64", "us", Column::RwLock, 1.5);
        self.at_most(what, "batch-100-t1-u64", "us", Column::Txmap, 1.0 / 3.0);
    }

    fn readers(&mut self) {
        for (row, keys) in [("readers-1000-u64", "u64"), ("readers-1000-string", "String")] {
            self.at_most(
                &format!("read p99 beside 1000-key batches, {keys}"),
                row,
                "p99",
                Column::RwLock,
                0.1,
            );
        }
    }

    fn gets(&mut self) {
        let reads = rows().into_iter().filter(|row| {
            matches!(row.kind, Kind::Mix { mix, .. } if mix == crate::rows::READ)
                && !row.key.ends_with("fold")
        });
        for row in reads {
            let what = format!("get, {}", row.title);
            self.at_least(&what, &row.key, "M/s", Column::Papaya, 0.7);
            self.at_least(&what, &row.key, "M/s", Column::Dashmap, 1.0);
        }
    }

    fn snapshots(&mut self) {
        let found = self.results.median("snapshot-u64", Column::Putall, "ns");
        self.verdicts.push(Verdict {
            floor: "snapshot ≤ 50 ns".to_owned(),
            found: found.map_or_else(|| "not measured".to_owned(), time),
            met: found.map(|ns| ns <= 50.0),
        });
        for other in [Column::Imbl, Column::ImblGuard] {
            self.at_most("snapshot and one get", "snapshot-get-u64", "ns", other, 1.0);
        }
    }

    fn growth(&mut self) {
        for (row, what) in [("growth-insert-u64", "single inserts"), ("growth-batch-u64", "batches of 100")] {
            self.at_most(&format!("growth p99.9, {what}"), row, "p99.9", Column::RwLock, 0.1);
        }
    }

    /// Where the ratio is worst.
    fn memory(&mut self) {
        for row in rows().into_iter().filter(|row| matches!(row.kind, Kind::Memory { .. })) {
            let ratio = |size: &usize| {
                let of = |column| self.results.median(&row.key, column, &size.to_string());
                Some((of(Column::Putall)? / of(Column::RwLock)?, *size))
            };
            let worst = SIZES.iter().filter_map(ratio).max_by(|a, b| a.0.total_cmp(&b.0));
            let found = worst.map_or_else(
                || "not measured".to_owned(),
                |(ratio, size)| format!("at worst {} ×, with {size} entries", digits(ratio)),
            );
            self.verdicts.push(Verdict {
                floor: format!("bytes per entry ≤ 2 × hashbrown's, {}", row.title),
                found,
                met: worst.map(|(ratio, _)| ratio <= 2.0),
            });
        }
    }

    fn article(&mut self) {
        for keys in ["u64", "string", "shared"] {
            for other in [Column::GoSyncMap, Column::GoRwMutex] {
                self.at_least(
                    &format!("article's mix, throughput, {keys}"),
                    &format!("article-{keys}"),
                    "M/s",
                    other,
                    2.0,
                );
                self.at_most(
                    &format!("article's mix, p99, {keys}"),
                    &format!("article-latency-{keys}"),
                    "p99",
                    other,
                    1.0,
                );
            }
        }
    }
}

fn ratio_digits(ratio: f64) -> String {
    if ratio < 0.1 { format!("{ratio:.4}") } else { digits(ratio) }
}

fn with_unit(value: f64, metric: &str) -> String {
    match metric {
        "M/s" => format!("{} M/s", digits(value)),
        "us" => time(value * 1e3),
        _ => time(value),
    }
}
