//! `wrong-lock`: a map is written under another lock than the one that other accesses hold.

use crate::finding::{Confidence, Finding};
use crate::flow::{Case, Flow, Kind, close, prepares};
use crate::rules::{Group, Rule};

/// The rule.
pub(super) const RULE: Rule = Rule {
    name: "wrong-lock",
    group: Group::Atomicity,
    summary: "a map is written under another lock than the one that other accesses hold",
    default: true,
    page: include_str!("../../../../docs/rules/wrong-lock.md"),
    check: |check| check.atomicity("wrong-lock"),
};

/// Looks for locks that are one for each key, held where the whole map is written.
pub(crate) fn find_per_key(flow: &Flow<'_, '_>, found: &mut Vec<Finding>) {
    let paths = &flow.engine.paths;
    for (number, unit) in flow.engine.units.iter().enumerate() {
        for access in unit.accesses.iter().filter(|access| access.kind == Kind::Write) {
            let [held] = access.held.as_slice() else { continue };
            let (key, lock) = (paths.key(access.path), paths.key(held.path));
            let own = access.fresh && flow.engine.declares(number, paths.root_of(access.path));
            if own || key.elems > 0 || lock.elems == 0 || held.once || !flow.is_index(access, held.path) {
                continue;
            }
            let map = flow.show(access.path);
            let lock = flow.show(held.path);
            found.push(Finding {
                rule: RULE.name,
                confidence: Confidence::High,
                place: access.place,
                function: flow.function(number, access.place.span.start),
                message: format!(
                    "{map} is written under {lock}, of which there is one for each key, but only one {map}"
                ),
                notes: vec![(flow.taken(number, held), "the lock of one key is taken here".to_owned())],
                help: format!("Guard {map} by one lock, whatever the key"),
                fix: None,
            });
        }
    }
}

/// A write without the guard. Gives whether another lock is held.
pub(crate) fn find(flow: &Flow<'_, '_>, case: &Case<'_, '_>, found: &mut Vec<Finding>) -> bool {
    let access = case.record.access;
    let Some(wrong) = case.record.locks.iter().find(|lock| lock.write && !lock.may) else { return false };
    let ways = &flow.ways[case.record.unit];
    let key = flow.engine.paths.key(access.path);
    // A lock that all others hold as well is a second guard.
    let second =
        case.all.iter().filter(|record| record.locks.iter().any(|lock| lock.key == wrong.key)).count();
    let sure = case.guard.is_strong()
        && close(key, wrong.key)
        && second * 3 <= case.guard.held.max(3)
        && !ways.some.contains(&case.guard.key)
        && !prepares(flow.engine, case.record.unit);
    let map = flow.map_text(case.record);
    let lock = flow.lock_text(case.guard.key, case.record);
    let other = flow.lock_text(wrong.key, case.record);
    let mut notes = flow.notes(case);
    if let Some(held) = access.held.iter().find(|held| held.key == wrong.key) {
        notes.push((flow.taken(case.record.unit, held), format!("{other} is taken here")));
    }
    found.push(Finding {
        rule: RULE.name,
        confidence: if sure { Confidence::High } else { Confidence::Low },
        place: access.place,
        function: flow.function(case.record.unit, access.place.span.start),
        message: format!("{map} is written under {other}, not {lock}, {}", flow.evidence(&case.guard)),
        notes,
        help: format!("Hold {lock} for the write"),
        fix: None,
    });
    true
}
