//! Findings for people: what is wrong, the source with what belongs to it, how to mend it.

mod excerpt;
mod line;
mod wrap;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use crate::diagnostic::{Diagnostic, Report, Severity, Summary};
use excerpt::{Label, excerpt};
use wrap::wrapped;

pub use wrap::wrapped as wrap;

const BOLD: Style = Style::new().bold();
const QUIET: Style = Style::new().dimmed();

/// The width where none is known.
pub const WIDTH: usize = 80;

fn style(severity: Severity) -> Style {
    match severity {
        Severity::Error => AnsiColor::Red.on_default().bold(),
        Severity::Warning => AnsiColor::Yellow.on_default().bold(),
        Severity::Note => AnsiColor::Cyan.on_default().bold(),
    }
}

/// All findings, and a line that sums up; coloured.
pub fn render(report: &Report<'_>, width: usize) -> String {
    // Narrower, words would stand one below the other.
    let width = width.max(40);
    let mut text = String::new();
    for it in report.diagnostics {
        one(&mut text, report, it, width);
        text.push('\n');
    }
    summary(&mut text, report, width);
    text
}

/// A line for each finding, `file:line:column: severity: rule: message`, as compilers write and editors read.
pub fn short(report: &Report<'_>) -> String {
    let mut text = String::new();
    for it in report.diagnostics {
        let shown = report.files.shown(&it.place);
        let (style, severity) = (style(it.severity), it.severity.as_str());
        let _ =
            writeln!(text, "{BOLD}{shown}:{BOLD:#} {style}{severity}:{style:#} {}: {}", it.rule, it.message);
    }
    text
}

fn one(text: &mut String, report: &Report<'_>, it: &Diagnostic, width: usize) {
    let files = report.files;
    let shown = files.shown(&it.place);
    let head = format!("{shown}: {}: {}", it.rule, it.message);
    // Colours come last: they have no width.
    let head = wrapped(&head, width, 0, 4);
    let style = style(it.severity);
    let plain = format!("{shown}: {}:", it.rule);
    let head = match head.strip_prefix(&plain) {
        Some(rest) => format!("{BOLD}{shown}:{BOLD:#} {style}{}:{style:#}{rest}", it.rule),
        None => head,
    };
    let _ = writeln!(text, "{head}");
    let mut labels: BTreeMap<usize, Vec<Label<'_>>> = BTreeMap::new();
    let inside = if it.function.is_empty() { String::new() } else { format!("in {}", it.function) };
    let own = Label { range: it.place.range.clone(), text: &inside, primary: Some(style) };
    labels.entry(it.place.file).or_default().push(own);
    for note in &it.notes {
        let label = Label { range: note.place.range.clone(), text: &note.text, primary: None };
        labels.entry(note.place.file).or_default().push(label);
    }
    let last = labels
        .iter()
        .flat_map(|(&file, labels)| labels.iter().map(move |label| files.at(file, label.range.start).line));
    let gutter = last.max().unwrap_or_default().to_string().len();
    let own = labels.remove(&it.place.file).unwrap_or_default();
    excerpt(text, files, it.place.file, own, gutter, width);
    for (file, labels) in labels {
        let first = labels.iter().map(|label| label.range.start).min().unwrap_or_default();
        let at = files.at(file, first);
        let _ = writeln!(
            text,
            "{:gutter$}{QUIET}-->{QUIET:#} {}:{}:{}",
            "",
            files.path(file),
            at.line,
            at.column
        );
        excerpt(text, files, file, labels, gutter, width);
    }
    let mut tail = |line: &str| {
        let line = wrapped(line, width, gutter + 3, gutter + 5);
        let _ = writeln!(text, "{:gutter$} {QUIET}={QUIET:#} {line}", "");
    };
    if !it.help.is_empty() {
        let fix = if it.fix.is_some() { " (--fix does it)" } else { "" };
        tail(&format!("help: {}{fix}", it.help));
    }
    tail(&format!("{} confidence; mapguard explain {}", it.confidence.as_str(), it.rule));
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// The last line.
fn summary(text: &mut String, report: &Report<'_>, width: usize) {
    let Summary { packages, unsure, known, allowed, took, .. } = report.summary;
    let found = match report.diagnostics.len() {
        0 => "no findings".to_owned(),
        many => count(many, "finding", "findings"),
    };
    let took = took.map(|took| format!(" ({:.2} s)", took.as_secs_f64())).unwrap_or_default();
    let _ = writeln!(text, "{found} in {}{took}", count(packages.len(), "package", "packages"));
    let fixable = report.diagnostics.iter().filter(|it| it.fix.is_some()).count();
    let mut more = Vec::new();
    if fixable > 0 {
        more.push(format!(
            "--fix mends {}",
            if fixable == report.diagnostics.len() { "all".into() } else { fixable.to_string() }
        ));
    }
    if *unsure > 0 {
        more.push(format!("{} of lower confidence (--confidence low)", unsure));
    }
    if *allowed > 0 {
        more.push(format!("{allowed} allowed in the source"));
    }
    if *known > 0 {
        more.push(format!("{known} in the baseline"));
    }
    if !more.is_empty() {
        let _ = writeln!(text, "{QUIET}{}{QUIET:#}", wrapped(&more.join("; "), width, 0, 2));
    }
}
