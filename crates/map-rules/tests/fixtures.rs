//! Each rule on the packages below testdata/check: what is found has to be marked at its line, and the other way
//! round.
//!
//! A mark is `// want rule-name "part of the message"`, several with a space between; a missing finding and one
//! without a mark both fail. What is less than certain is marked `rule-name/medium` or `rule-name/low`.
//!
//! A package's folder is `testdata/check/GROUP/NAME`. All rules run on it; what rules of other groups find there may
//! be marked, and need not.

use std::path::Path;

use map_rules::rules::Group;

mod common;

#[test]
fn what_is_marked_is_found_and_nothing_else() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/check");
    common::compare(&root, |file, rule| file.starts_with(folder(rule.group)));
}

/// The folder below testdata/check that has the packages of a group of rules.
fn folder(group: Group) -> &'static str {
    match group {
        Group::Atomicity => "atomicity/",
        Group::Idempotency => "idempotency/",
        Group::Nil => "nil/",
        Group::Observability => "observability/",
    }
}
