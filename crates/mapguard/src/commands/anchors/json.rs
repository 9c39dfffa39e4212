//! Places as lines of JSON: `mapguard.anchor/1` of docs/finding-schema.md.

use go_binary::Anchor;
use go_binary::pclntab::Frame;
use serde::Serialize;

#[derive(Serialize)]
struct Line<'a> {
    schema: &'static str,
    op: &'static str,
    function: &'a str,
    file: &'a str,
    line: u32,
    stack: Vec<Place<'a>>,
    address: String,
    offset: u64,
    calls: &'static str,
    standard: bool,
}

#[derive(Serialize)]
struct Place<'a> {
    function: &'a str,
    file: &'a str,
    line: u32,
}

impl<'a> From<&'a Frame> for Place<'a> {
    fn from(frame: &'a Frame) -> Place<'a> {
        Place { function: &frame.function, file: &frame.file, line: frame.line }
    }
}

/// One line for each place.
pub(super) fn lines(anchors: &[&Anchor]) -> serde_json::Result<String> {
    let mut text = String::new();
    for anchor in anchors {
        let Place { function, file, line } = anchor.innermost().into();
        let line = Line {
            schema: "mapguard.anchor/1",
            op: anchor.operation.name(),
            function,
            file,
            line,
            stack: anchor.frames.iter().map(Place::from).collect(),
            address: format!("{:#x}", anchor.address),
            offset: anchor.offset,
            calls: anchor.writer,
            standard: anchor.is_standard,
        };
        text.push_str(&serde_json::to_string(&line)?);
        text.push('\n');
    }
    Ok(text)
}
