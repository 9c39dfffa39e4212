//! Which curves are drawn.

use crate::chart::{Chart, Line, Scale};
use crate::columns::Column;
use crate::open_loop::QUANTILES;
use crate::results::Results;
use crate::rows::{BATCH_SIZES, batch_key};
use crate::stats::{digits, time};

/// File, title, what is on the way up, and the row; none for the one over several rows.
pub const DRAWINGS: [(&str, &str, &str, Option<&str>); 5] = [
    ("batches.svg", "Overwriting in batches, one thread", "million keys a second; more is better", None),
    ("readers.svg", "Reads beside 1000-key batches", "latency; less is better", Some("readers-1000-u64")),
    ("growth-insert.svg", "Growth by single inserts", "latency; less is better", Some("growth-insert-u64")),
    ("growth-batch.svg", "Growth by batches of 100", "latency; less is better", Some("growth-batch-u64")),
    ("article.svg", "The article's mix, two threads", "latency; less is better", Some("article-latency-u64")),
];

/// All files. Without samples there is no drawing.
pub fn all(results: &Results) -> Vec<(&'static str, String)> {
    let draw = |(file, title, unit, row): (&'static str, _, _, Option<&str>)| {
        let chart = match row {
            None => batches(results, title, unit),
            Some(row) => latencies(results, title, unit, row),
        };
        (!chart.lines.is_empty()).then(|| (file, chart.draw()))
    };
    DRAWINGS.into_iter().filter_map(draw).collect()
}

fn line(column: Column, points: Vec<(usize, f64)>) -> Option<Line> {
    let mark = if column.is_atomic() { "" } else { " *" };
    (!points.is_empty()).then(|| Line {
        class: column.key(),
        title: format!("{}{mark}", column.title()),
        points,
    })
}

fn batches(results: &Results, title: &'static str, unit: &'static str) -> Chart {
    let line = |column| {
        let point = |(at, &size): (usize, &usize)| {
            let us = results.median(&format!("{}-u64", batch_key(size, 1)), column, "us")?;
            Some((at, size as f64 / us))
        };
        line(column, BATCH_SIZES.iter().enumerate().filter_map(point).collect())
    };
    Chart {
        title,
        unit,
        note: "* batch not atomic",
        marks: BATCH_SIZES.map(|size| size.to_string()).to_vec(),
        under: "keys of a batch",
        scale: Scale { show: |value| format!("{value}"), tell: digits },
        lines: Column::ALL.into_iter().filter_map(line).collect(),
    }
}

fn latencies(results: &Results, title: &'static str, unit: &'static str, row: &str) -> Chart {
    let usual = results.median(row, Column::Putall, "rate");
    let line = |column| {
        // A curve at another rate is another experiment.
        if results.median(row, column, "rate") < usual {
            return None;
        }
        let point = |(at, &(name, _)): (usize, &(&str, f64))| Some((at, results.median(row, column, name)?));
        line(column, QUANTILES.iter().enumerate().filter_map(point).collect())
    };
    Chart {
        title,
        unit,
        note: "* batch not atomic; all at the same rate",
        marks: QUANTILES.map(|(name, _)| name.to_owned()).to_vec(),
        under: "part of the operations that are at least as fast",
        scale: Scale { show: short, tell: time },
        lines: Column::ALL.into_iter().filter_map(line).collect(),
    }
}

/// A round number of nanoseconds.
fn short(ns: f64) -> String {
    match ns {
        ns if ns < 1e3 => format!("{ns} ns"),
        ns if ns < 1e6 => format!("{} µs", ns / 1e3),
        ns if ns < 1e9 => format!("{} ms", ns / 1e6),
        ns => format!("{} s", ns / 1e9),
    }
}
