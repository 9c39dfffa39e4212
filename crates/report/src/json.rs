//! Lines of JSON: `mapguard.finding/1` of docs/finding-schema.md, which guarded programs write too.

use serde::Serialize;

use crate::diagnostic::{Access, Diagnostic, Report};
use crate::files::{Files, Place};

#[derive(Serialize)]
struct Line<'a> {
    schema: &'static str,
    rule: &'a str,
    id: usize,
    source: &'static str,
    severity: &'static str,
    confidence: &'static str,
    message: &'a str,
    package: &'a str,
    function: &'a str,
    #[serde(flatten)]
    range: Range<'a>,
    map: Option<Map<'a>>,
    accesses: Vec<Accessed<'a>>,
    related: Vec<Related<'a>>,
    trace_id: Option<&'a str>,
    advice: &'a str,
    fix: Option<Vec<Change<'a>>>,
    fingerprint: &'a str,
    count: usize,
}

#[derive(Serialize)]
struct Map<'a> {
    expression: &'a str,
    #[serde(rename = "type")]
    ty: &'a str,
    root: &'a str,
}

#[derive(Serialize)]
struct Accessed<'a> {
    op: &'a str,
    stack: [Frame<'a>; 1],
}

#[derive(Serialize)]
struct Frame<'a> {
    function: String,
    #[serde(flatten)]
    range: Range<'a>,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    function: &'a str,
    #[serde(flatten)]
    range: Range<'a>,
}

#[derive(Serialize)]
struct Change<'a> {
    #[serde(flatten)]
    range: Range<'a>,
    text: &'a str,
}

#[derive(Serialize)]
struct Range<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

fn range<'a>(files: &'a Files, place: &Place) -> Range<'a> {
    let (start, end) = (files.start(place), files.end(place));
    Range {
        file: files.path(place.file),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}

/// One line for each finding.
pub fn render(report: &Report<'_>) -> String {
    let mut text = String::new();
    for (at, it) in report.diagnostics.iter().enumerate() {
        // Nothing in it can fail to be written.
        text.push_str(&serde_json::to_string(&line(report.files, at + 1, it)).unwrap_or_default());
        text.push('\n');
    }
    text
}

fn line<'a>(files: &'a Files, id: usize, it: &'a Diagnostic) -> Line<'a> {
    let accessed = |access: &'a Access, function: String, place: &Place| Accessed {
        op: &access.op,
        stack: [Frame { function, range: range(files, place) }],
    };
    let own = it.access.as_ref().map(|access| accessed(access, it.full_function(), &it.place));
    let others = it
        .notes
        .iter()
        .filter_map(|note| Some(accessed(note.access.as_ref()?, note.function.clone(), &note.place)));
    let related = it.notes.iter().map(|note| Related {
        message: &note.text,
        function: &note.function,
        range: range(files, &note.place),
    });
    let change = |edit: &'a crate::Edit| vec![Change { range: range(files, &edit.place), text: &edit.text }];
    Line {
        schema: "mapguard.finding/1",
        rule: &it.rule,
        id,
        source: "check",
        severity: it.severity.as_str(),
        confidence: it.confidence.as_str(),
        message: &it.message,
        package: &it.package,
        function: &it.function,
        range: range(files, &it.place),
        map: it.access.as_ref().map(|access| Map {
            expression: &access.map,
            ty: &access.ty,
            root: &access.root,
        }),
        accesses: own.into_iter().chain(others).collect(),
        related: related.collect(),
        trace_id: None,
        advice: &it.help,
        fix: it.fix.as_ref().map(change),
        fingerprint: &it.fingerprint,
        count: 1,
    }
}
