//! What was joined as lines of JSON: `mapguard.join/1` of docs/finding-schema.md.

use serde::Serialize;

use super::Row;
use super::matching::Joined;

#[derive(Serialize)]
struct Line<'a> {
    schema: &'static str,
    seen: &'static str,
    file: &'a str,
    line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
    op: &'a str,
    function: &'a str,
    count: u64,
    goroutines: u64,
    max_size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<&'a Row>,
}

/// One line for each write.
pub(super) fn lines(all: &[Joined], never: bool) -> serde_json::Result<String> {
    let mut text = String::new();
    for Joined { row, ran } in all {
        if never && ran.is_some() {
            continue;
        }
        let (file, line, op, function) = match (row, ran) {
            (Some(row), _) => (&*row.file, row.line, &*row.op, &*row.function),
            (None, Some(ran)) => (&*ran.file, ran.line, &*ran.op, &*ran.function),
            (None, None) => continue,
        };
        let line = Line {
            schema: "mapguard.join/1",
            seen: match (row, ran) {
                (Some(_), Some(_)) => "both",
                (Some(_), None) => "static",
                _ => "runtime",
            },
            file,
            line,
            column: row.as_ref().map(|row| row.column),
            op,
            function,
            count: ran.as_ref().map_or(0, |ran| ran.count),
            goroutines: ran.as_ref().map_or(0, |ran| ran.goroutines),
            max_size: ran.as_ref().map_or(0, |ran| ran.max_size),
            site: row.as_ref(),
        };
        text.push_str(&serde_json::to_string(&line)?);
        text.push('\n');
    }
    Ok(text)
}
