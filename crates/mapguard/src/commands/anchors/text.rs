//! Places for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use go_binary::pclntab::Frame;
use go_binary::{Anchor, Operation, Program, names};

/// Columns are as wide as what is in them, but no wider than this: a few long names do not push all others apart.
const WIDEST: usize = 60;

const QUIET: Style = Style::new().dimmed();

fn style(operation: Operation) -> Style {
    match operation {
        Operation::Assign => AnsiColor::Green.on_default(),
        Operation::Delete => AnsiColor::Yellow.on_default(),
        Operation::Clear => AnsiColor::Red.on_default(),
        Operation::Clone => AnsiColor::Cyan.on_default(),
    }
}

/// A line for each place, and under it one for each function that it was inlined into.
pub(super) fn listing(anchors: &[&Anchor]) -> String {
    let frames = || anchors.iter().flat_map(|anchor| anchor.frames.iter().zip(0..));
    let functions = width(frames().map(|(frame, depth)| function(frame, depth).chars().count()));
    let places = width(frames().map(|(frame, _)| place(frame).chars().count()));
    let mut text = String::new();
    for anchor in anchors {
        for (frame, depth) in anchor.frames.iter().zip(0..) {
            let (function, place) = (function(frame, depth), place(frame));
            // Writing to a String does not fail.
            let _ = if depth == 0 {
                let (op, style) = (anchor.operation, style(anchor.operation));
                writeln!(
                    text,
                    "{style}{op:<8}{style:#}{function:<functions$}  {place:<places$}  \
                     {QUIET}{:#x}  {}{QUIET:#}",
                    anchor.address, anchor.writer
                )
            } else {
                writeln!(text, "{:8}{QUIET}{function:<functions$}  {place}{QUIET:#}", "")
            };
        }
    }
    text
}

fn function(frame: &Frame, depth: usize) -> String {
    if depth == 0 { frame.function.clone() } else { format!("  in {}", frame.function) }
}

fn place(frame: &Frame) -> String {
    format!("{}:{}", frame.file, frame.line)
}

fn width(lengths: impl Iterator<Item = usize>) -> usize {
    lengths.filter(|&length| length <= WIDEST).max().unwrap_or_default()
}

/// How many places of each operation there are in each package: that of the innermost function that is
/// not of the standard library.
pub(super) fn summary(anchors: &[&Anchor]) -> String {
    let mut rows: BTreeMap<&str, [usize; Operation::ALL.len()]> = BTreeMap::new();
    for anchor in anchors {
        let row = rows.entry(package(anchor)).or_default();
        for (count, operation) in row.iter_mut().zip(Operation::ALL) {
            *count += usize::from(anchor.operation == operation);
        }
    }
    let packages = rows.keys().map(|package| package.chars().count()).max().unwrap_or_default();
    let packages = packages.max("package".len());
    let mut text = format!("{:packages$}", "package");
    for operation in Operation::ALL {
        let _ = write!(text, "  {operation:>6}");
    }
    text.push('\n');
    for (package, row) in rows {
        let _ = write!(text, "{package:packages$}");
        for count in row {
            let _ = write!(text, "  {count:>6}");
        }
        text.push('\n');
    }
    text
}

fn package(anchor: &Anchor) -> &str {
    let users = anchor.frames.get(anchor.user).unwrap_or(anchor.innermost());
    names::package(&users.function)
}

/// What the program is, and how many places there are.
pub(super) fn foot(name: &str, program: &Program<'_>, shown: usize, hidden: usize) -> String {
    let build = program.build();
    let version = if build.main.path.is_empty() { String::new() } else { format!(" {}", build.main.version) };
    let path = if build.path.is_empty() { String::new() } else { format!(", {}{version}", build.path) };
    let writes = if shown == 1 { "1 map write".to_owned() } else { format!("{shown} map writes") };
    let hidden =
        if hidden == 0 { String::new() } else { format!(", and {hidden} in the standard library (--std)") };
    format!("{name}: {}, {}{path}: {writes}{hidden}\n", build.go_version, program.image().arch().name())
}
