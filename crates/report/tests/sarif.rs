//! What is written as SARIF fits its schema, whatever is in it.

mod schema;

use std::sync::Arc;

use report::{
    Access, Confidence, Diagnostic, Edit, Files, Note, Place, Report, RuleInfo, Severity, Summary, sarif,
};
use serde_json::{Value, json};

const SCHEMA: &str = include_str!("../../../testdata/sarif/sarif-2.1.0-rtm.5.json");

fn log(files: &Files, diagnostics: &[Diagnostic]) -> Value {
    let rules = [RuleInfo {
        name: "nil-map",
        group: "nil",
        summary: "writes to maps that are nil",
        page: "# nil-map",
        default: true,
        severity: Some(Severity::Warning),
    }];
    let summary =
        Summary { skipped: vec!["a.go:1:1: odd".into()], version: "1.2.3".into(), ..Summary::default() };
    let report = Report { files, diagnostics, rules: &rules, summary: &summary };
    serde_json::from_str(&sarif::render(&report)).unwrap()
}

#[test]
fn fits_the_schema() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let mut files = Files::default();
    files.add("a b/ä.go".into(), Arc::from("ää[1] = 2\nx\n".as_bytes()));
    files.add("/abs/c.go".into(), Arc::from(&b"package c\n"[..]));
    let place = |file, range| Place { file, range };
    let access = Access { op: "assign".into(), map: "m".into(), ty: "map[int]int".into(), root: "m".into() };
    let note = |place| Note { place, function: "p.G".into(), text: "here".into(), access: None };
    let rich = Diagnostic {
        rule: "nil-map".into(),
        severity: Severity::Error,
        confidence: Confidence::High,
        place: place(0, 4..7),
        package: "p".into(),
        function: "F".into(),
        message: "m is nil".into(),
        access: Some(access),
        notes: vec![note(place(1, 0..7)), note(place(1, 0..7))],
        help: "make it".into(),
        fix: Some(Edit { place: place(0, 0..0), text: "m = x\n".into() }),
        fingerprint: "0123456789abcdef".into(),
    };
    let poor = Diagnostic {
        rule: "unknown".into(),
        severity: Severity::Note,
        confidence: Confidence::Low,
        function: String::new(),
        access: None,
        notes: Vec::new(),
        help: String::new(),
        fix: None,
        ..rich.clone()
    };
    let log = log(&files, &[rich, poor]);
    assert_eq!(schema::errors(&schema, &log), Vec::<String>::new());
    let region = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    // Letters, not bytes.
    assert_eq!((&region["startColumn"], &region["endColumn"]), (&json!(3), &json!(6)));
}

#[test]
fn the_schema_is_looked_at() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let mut log = log(&Files::default(), &[]);
    log["runs"][0]["odd"] = json!(1);
    log["runs"][0]["columnKind"] = json!("bytes");
    log["version"] = json!("2.0");
    log["runs"][0]["tool"]["driver"]["rules"][0].as_object_mut().unwrap().remove("id");
    assert_eq!(schema::errors(&schema, &log).len(), 4);
}
