//! Lines of source with what is to be said of them.

use std::fmt::Write as _;
use std::ops::Range;

use anstyle::{AnsiColor, Style};

use super::QUIET;
use super::line::Line;
use super::wrap::wrapped;
use crate::files::Files;

const BESIDE: Style = AnsiColor::Blue.on_default().bold();

/// What is said of a piece of a file.
pub(super) struct Label<'a> {
    pub(super) range: Range<usize>,
    pub(super) text: &'a str,
    /// The colour of the finding itself.
    pub(super) primary: Option<Style>,
}

/// Writes the lines of one file that have labels.
pub(super) fn excerpt(
    text: &mut String,
    files: &Files,
    file: usize,
    mut labels: Vec<Label<'_>>,
    gutter: usize,
    width: usize,
) {
    let room = width.saturating_sub(gutter + 3);
    let bar = format!("{:gutter$} {QUIET}|{QUIET:#}", "");
    labels.sort_by_key(|label| (label.range.start, label.range.end));
    let _ = writeln!(text, "{bar}");
    let mut before = 0;
    let mut rest = &labels[..];
    while let Some(first) = rest.first() {
        let line = files.at(file, first.range.start).line;
        let here = rest.iter().take_while(|label| files.at(file, label.range.start).line == line).count();
        let (here, after) = rest.split_at(here);
        rest = after;
        match line - before {
            0 | 1 => {}
            // One line is no longer than the dots for it.
            2 if before > 0 => source(text, files, file, line - 1, 0, gutter, room),
            _ if before > 0 => {
                let _ = writeln!(text, "{QUIET}...{QUIET:#}");
            }
            _ => {}
        }
        before = line;
        let start = files.line_start(file, line);
        let shown = Line::new(files.line(file, line));
        let focus = here.iter().find(|label| label.primary.is_some()).unwrap_or(first);
        let focus = shown.column(focus.range.start - start);
        source(text, files, file, line, focus, gutter, room);
        let (_, from) = shown.window(focus, room);
        for label in here {
            let begin = shown.column(label.range.start - start).saturating_sub(from).min(room - 1);
            // Of a piece of several lines the first is underlined.
            let end = shown.column(label.range.end - start).saturating_sub(from).clamp(begin + 1, room);
            mark(text, &bar, label, begin, end.max(begin + 1), room);
        }
    }
    let _ = writeln!(text, "{bar}");
}

fn source(
    text: &mut String,
    files: &Files,
    file: usize,
    line: usize,
    focus: usize,
    gutter: usize,
    room: usize,
) {
    let (shown, _) = Line::new(files.line(file, line)).window(focus, room);
    let _ = writeln!(text, "{QUIET}{line:>gutter$} |{QUIET:#} {}", shown.trim_end());
}

/// The line below the source: carets for the finding, dashes for what belongs to it, and what is to be said.
fn mark(text: &mut String, bar: &str, label: &Label<'_>, begin: usize, end: usize, room: usize) {
    let (sign, style) = match label.primary {
        Some(style) => ("^", style),
        None => ("-", BESIDE),
    };
    let signs = sign.repeat(end - begin);
    let _ = write!(text, "{bar} {:begin$}{style}{signs}", "");
    let beside = room.saturating_sub(end + 1);
    let words = label.text.chars().count();
    if words == 0 {
        let _ = writeln!(text, "{style:#}");
    } else if words <= beside || beside >= 30 {
        let mut lines = label_lines(label.text, beside);
        let _ = writeln!(text, " {}{style:#}", lines.next().unwrap_or_default());
        for line in lines {
            let _ = writeln!(text, "{bar} {:end$} {style}{line}{style:#}", "");
        }
    } else {
        let _ = writeln!(text, "{style:#}");
        // Too far to the right to have words beside it.
        let begin = begin.min(room.saturating_sub(40));
        for line in label_lines(label.text, room - begin) {
            let _ = writeln!(text, "{bar} {:begin$}{style}{line}{style:#}", "");
        }
    }
}

fn label_lines(text: &str, most: usize) -> impl Iterator<Item = String> {
    let lines: Vec<String> = wrapped(text, most, 0, 0).lines().map(str::to_owned).collect();
    lines.into_iter()
}
