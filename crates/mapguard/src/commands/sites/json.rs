//! Places as lines of JSON: `mapguard.site/1` of docs/finding-schema.md.

use serde::Serialize;

use super::Shown;

#[derive(Serialize)]
struct Line<'a> {
    schema: &'static str,
    package: &'a str,
    function: &'a str,
    file: &'a str,
    line: u32,
    column: u32,
    op: &'static str,
    map: &'a str,
    #[serde(rename = "type")]
    ty: &'a str,
    root: &'a str,
    test: bool,
    generic: bool,
    dead: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'static str>,
    call_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<u32>,
}

/// One line for each place.
pub(super) fn lines(found: &[Shown]) -> serde_json::Result<String> {
    let mut text = String::new();
    for shown in found {
        let site = &shown.site;
        let line = Line {
            schema: "mapguard.site/1",
            package: &shown.package,
            function: &site.function,
            file: &shown.file,
            line: shown.line,
            column: shown.column,
            op: site.op.as_str(),
            map: &site.map,
            ty: &shown.map_type,
            root: &site.root,
            test: shown.test,
            generic: site.generic,
            dead: site.dead.is_some(),
            why: site.dead.map(|why| why.as_str()),
            call_line: shown.call_line,
            end_line: shown.end_line,
        };
        text.push_str(&serde_json::to_string(&line)?);
        text.push('\n');
    }
    Ok(text)
}
