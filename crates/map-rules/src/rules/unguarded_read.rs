//! `unguarded-read`: a map is read without the lock that its writes hold.

use crate::finding::{Confidence, Finding};
use crate::flow::{Case, Flow, Kind, prepares};
use crate::rules::{Group, Rule};

/// The rule.
pub(super) const RULE: Rule = Rule {
    name: "unguarded-read",
    group: Group::Atomicity,
    summary: "a map is read or iterated without the lock that its writes hold",
    default: true,
    page: include_str!("../../../../docs/rules/unguarded-read.md"),
    check: |check| check.atomicity("unguarded-read"),
};

/// A read without the guard.
pub(crate) fn find(flow: &Flow<'_, '_>, case: &Case<'_, '_>, found: &mut Vec<Finding>) {
    let access = case.record.access;
    let ways = &flow.ways[case.record.unit];
    let doubtful = !case.guard.is_strong()
        || ways.some.contains(&case.guard.key)
        || prepares(flow.engine, case.record.unit)
        || !ways.reached
        || ways.alone
        || flow.is_excused(case.record)
        || case.guard.bare_writes > 0 && !case.guard.told
        || !case.record.locks.is_empty();
    let confidence = match access.kind {
        _ if doubtful => Confidence::Low,
        Kind::Iterate => Confidence::High,
        _ => Confidence::Medium,
    };
    let map = flow.map_text(case.record);
    let lock = flow.lock_text(case.guard.key, case.record);
    let verb = access.kind.verb();
    found.push(Finding {
        rule: RULE.name,
        confidence,
        place: access.place,
        function: flow.function(case.record.unit, access.place.span.start),
        message: format!("{map} is {verb} without {lock}, {}", flow.evidence(&case.guard)),
        notes: flow.notes(case),
        help: format!("Hold {lock} while {map} is {verb}"),
        fix: None,
    });
}
