//! `unlock-before-write`: the lock is taken, but given back before the write, on some way at least.

use crate::finding::{Confidence, Finding};
use crate::flow::{Case, Flow, Held};
use crate::rules::{Group, Rule};

/// The rule.
pub(super) const RULE: Rule = Rule {
    name: "unlock-before-write",
    group: Group::Atomicity,
    summary: "a map's lock is released before the write that it is for",
    default: true,
    page: include_str!("../../../../docs/rules/unlock-before-write.md"),
    check: |check| check.atomicity("unlock-before-write"),
};

/// A write without the guard. Gives whether the function has released it before.
pub(crate) fn find(
    flow: &Flow<'_, '_>,
    case: &Case<'_, '_>,
    lost: Option<&Held>,
    found: &mut Vec<Finding>,
) -> bool {
    let access = case.record.access;
    let Some(released) = access.released.iter().find(|released| released.key == case.guard.key) else {
        return false;
    };
    if released.net || (released.may && lost.is_none()) {
        return false;
    }
    let sure = case.guard.is_strong()
        && (lost.is_none() || !access.conditional)
        && case.record.locks.iter().all(|lock| lock.may);
    let map = flow.map_text(case.record);
    let lock = flow.lock_text(case.guard.key, case.record);
    let way = if lost.is_some() { " on one way to here" } else { "" };
    let file = flow.engine.files[flow.engine.units[case.record.unit].file];
    let start = go_syntax::Pos::new(released.at);
    let mut notes =
        vec![(file.place(go_syntax::Span { start, end: start }), format!("{lock} is released here"))];
    notes.extend(flow.notes(case));
    found.push(Finding {
        rule: RULE.name,
        confidence: if sure { Confidence::High } else { Confidence::Medium },
        place: access.place,
        function: flow.function(case.record.unit, access.place.span.start),
        message: format!("{map} is written after {lock} was released{way}, {}", flow.evidence(&case.guard)),
        notes,
        help: format!("Release {lock} after the write"),
        fix: None,
    });
    true
}
