//! `go-capture`: a map is used by a goroutine and by who started it, or by another, and nothing orders them.

use crate::finding::{Confidence, Finding};
use crate::flow::{Flow, Kind, Pair};
use crate::rules::{Group, Rule};

/// The rule.
pub(super) const RULE: Rule = Rule {
    name: "go-capture",
    group: Group::Atomicity,
    summary: "a goroutine shares a map with others, and nothing orders what they do with it",
    default: true,
    page: include_str!("../../../../docs/rules/go-capture.md"),
    check: |check| check.atomicity("go-capture"),
};

/// Reports a pair.
pub(crate) fn find(flow: &Flow<'_, '_>, pair: &Pair, found: &mut Vec<Finding>) {
    let place = pair.at.via;
    let map = flow.show(pair.at.path);
    let verb = pair.other.kind.verb();
    let message = if pair.requests {
        format!("{map} is written without a lock in a function that serves many requests at once")
    } else if pair.subtest {
        format!("{map} is written without a lock by subtests that run in parallel")
    } else if pair.several && pair.at.origin == pair.other.origin {
        format!("{map} is written by several goroutines, and nothing orders them")
    } else {
        format!("{map} is written here and {verb} in another goroutine, and nothing orders the two")
    };
    let mut notes = vec![(pair.started, "the goroutine is started here".to_owned())];
    if pair.requests {
        notes[0].1 = "the function is registered here".to_owned();
    }
    if pair.at.origin != pair.at.via {
        notes.push((pair.at.origin, format!("{map} is written here")));
    }
    if pair.other.via != pair.at.via {
        notes.push((pair.other.via, format!("{map} is {verb} here")));
    }
    if pair.other.origin != pair.other.via {
        notes.push((pair.other.origin, format!("{map} is {verb} here")));
    }
    let unit = &flow.engine.units[pair.unit];
    let confidence = if unit.irregular || pair.doubtful { Confidence::Medium } else { Confidence::High };
    let rule = if pair.requests && pair.other.kind == Kind::Write { "unguarded-write" } else { RULE.name };
    found.push(Finding {
        rule,
        confidence,
        place,
        function: flow.function(pair.unit, place.span.start),
        message,
        notes,
        help: format!("Hold a lock at both, or wait for the goroutine before {map} is used again"),
        fix: None,
    });
}
