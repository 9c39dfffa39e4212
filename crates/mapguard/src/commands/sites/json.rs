//! Places as lines of JSON: `mapguard.site/1` of docs/finding-schema.md.

use serde::{Deserialize, Serialize};

/// The name of the schema.
pub(crate) const SCHEMA: &str = "mapguard.site/1";

/// One line.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) schema: String,
    pub(crate) package: String,
    pub(crate) function: String,
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) op: String,
    pub(crate) map: String,
    #[serde(rename = "type")]
    pub(crate) ty: String,
    pub(crate) root: String,
    pub(crate) test: bool,
    pub(crate) generic: bool,
    pub(crate) dead: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) why: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) calls: Option<String>,
    pub(crate) call_lines: Vec<u32>,
}

/// One line for each place.
pub(super) fn lines(found: &[Row]) -> serde_json::Result<String> {
    let mut text = String::new();
    for row in found {
        text.push_str(&serde_json::to_string(row)?);
        text.push('\n');
    }
    Ok(text)
}
