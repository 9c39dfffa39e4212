//! SARIF 2.1.0, which code scanning services read.
//!
//! Columns count letters, and `columnKind` says so. Paths are relative to the folder that the check ran in.

use serde_json::{Map, Value, json};

use crate::diagnostic::{Confidence, Diagnostic, Report, RuleInfo, Severity};
use crate::files::{Files, Place};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The whole log, and a line end.
pub fn render(report: &Report<'_>) -> String {
    let results: Vec<Value> = report.diagnostics.iter().map(|it| result(report, it)).collect();
    let skipped =
        report.summary.skipped.iter().map(|text| json!({"level": "warning", "message": {"text": text}}));
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "mapguard",
                "version": report.summary.version,
                "informationUri": "https://github.com/mapguard/mapguard",
                "rules": report.rules.iter().map(rule).collect::<Vec<_>>(),
            }},
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": skipped.collect::<Vec<_>>(),
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    // A value of strings and numbers can always be written.
    serde_json::to_string_pretty(&log).unwrap_or_default() + "\n"
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn rule(rule: &RuleInfo) -> Value {
    let page = if rule.page.is_empty() { rule.summary } else { rule.page };
    let tags = if rule.group.is_empty() { vec!["maps"] } else { vec!["maps", rule.group] };
    json!({
        "id": rule.name,
        "shortDescription": {"text": rule.summary},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {
            "enabled": rule.default,
            "level": level(rule.severity.unwrap_or(Severity::Error)),
        },
        "properties": {"tags": tags},
    })
}

fn result(report: &Report<'_>, it: &Diagnostic) -> Value {
    let files = report.files;
    let text = match &*it.help {
        "" => format!("{}.", it.message),
        help => format!("{}. {help}.", it.message),
    };
    let mut location = physical(files, &it.place);
    location.insert(
        "logicalLocations".into(),
        json!([{"fullyQualifiedName": it.full_function(), "kind": if it.function.is_empty() { "module" } else { "function" }}]),
    );
    let mut result = json!({
        "ruleId": it.rule,
        "level": level(it.severity),
        "message": {"text": text},
        "locations": [location],
        "partialFingerprints": {"mapguardFinding/v1": it.fingerprint},
        "rank": match it.confidence {
            Confidence::Low => 20.0,
            Confidence::Medium => 60.0,
            Confidence::High => 95.0,
        },
        "properties": {"confidence": it.confidence.as_str()},
    });
    if let Some(index) = report.rules.iter().position(|rule| rule.name == it.rule) {
        result["ruleIndex"] = json!(index);
    }
    if !it.notes.is_empty() {
        let related = it.notes.iter().enumerate().map(|(id, note)| {
            let mut location = physical(files, &note.place);
            location.insert("id".into(), json!(id + 1));
            location.insert("message".into(), json!({"text": note.text}));
            location
        });
        result["relatedLocations"] = related.collect();
        result["codeFlows"] = json!([flow(files, it)]);
    }
    if let Some(edit) = &it.fix {
        result["fixes"] = json!([{
            "description": {"text": if it.help.is_empty() { &it.message } else { &it.help }},
            "artifactChanges": [{
                "artifactLocation": artifact(files, edit.place.file),
                "replacements": [{
                    "deletedRegion": region(files, &edit.place),
                    "insertedContent": {"text": edit.text},
                }],
            }],
        }]);
    }
    result
}

/// The notes in their order, and the finding at the end: what a viewer lets people step through.
fn flow(files: &Files, it: &Diagnostic) -> Value {
    let step = |place: &Place, text: &str, importance: &str| {
        let mut location = physical(files, place);
        location.insert("message".into(), json!({"text": text}));
        json!({"location": location, "importance": importance})
    };
    let mut steps: Vec<Value> =
        it.notes.iter().map(|note| step(&note.place, &note.text, "important")).collect();
    steps.push(step(&it.place, &it.message, "essential"));
    json!({"threadFlows": [{"locations": steps}]})
}

fn physical(files: &Files, place: &Place) -> Map<String, Value> {
    let mut region = region(files, place);
    region["snippet"] = json!({"text": files.text(place)});
    let mut location = Map::new();
    let physical = json!({"artifactLocation": artifact(files, place.file), "region": region});
    location.insert("physicalLocation".into(), physical);
    location
}

fn region(files: &Files, place: &Place) -> Value {
    let start = files.at_letter(place.file, place.range.start);
    let end = files.at_letter(place.file, place.range.end);
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

fn artifact(files: &Files, file: usize) -> Value {
    let path = files.path(file);
    if path.starts_with('/') {
        return json!({"uri": format!("file://{}", uri(path))});
    }
    json!({"uri": uri(path), "uriBaseId": "%SRCROOT%"})
}

/// A path as part of a URI.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' | b'@' | b'+' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn paths_become_uris() {
        assert_eq!(super::uri("a b/ä:1.go"), "a%20b/%C3%A4%3A1.go");
    }
}
