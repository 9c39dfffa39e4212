//! GitHub's annotations: lines that a workflow prints, and that GitHub shows beside the change.

use std::fmt::Write as _;

use crate::diagnostic::{Report, Severity};

/// One line for each finding.
pub fn render(report: &Report<'_>) -> String {
    let mut text = String::new();
    for it in report.diagnostics {
        let command = match it.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let files = report.files;
        let (start, end) = (
            files.at_letter(it.place.file, it.place.range.start),
            files.at_letter(it.place.file, it.place.range.end),
        );
        let mut message = it.message.clone();
        for note in &it.notes {
            let _ = write!(message, "\n{}: {}", files.shown(&note.place), note.text);
        }
        if !it.help.is_empty() {
            let _ = write!(message, "\nhelp: {}", it.help);
        }
        let _ = write!(
            text,
            "::{command} file={},line={},col={},endLine={}",
            property(files.path(it.place.file)),
            start.line,
            start.column,
            end.line
        );
        if start.line == end.line {
            let _ = write!(text, ",endColumn={}", end.column);
        }
        let _ = writeln!(text, ",title={}::{}", property(&format!("mapguard: {}", it.rule)), data(&message));
    }
    text
}

/// A message as GitHub wants it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What stands behind a `=`, as GitHub wants it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
