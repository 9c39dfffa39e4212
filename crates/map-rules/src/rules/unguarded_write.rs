//! `unguarded-write`: a map is written without the lock that other accesses hold.

use crate::finding::{Confidence, Finding};
use crate::flow::Kind;
use crate::flow::{Case, Counts, Flow, Record, prepares};
use crate::rules::{Group, Rule};

/// The rule.
pub(super) const RULE: Rule = Rule {
    name: "unguarded-write",
    group: Group::Atomicity,
    summary: "a map is written without the lock that other accesses hold",
    default: true,
    page: include_str!("../../../../docs/rules/unguarded-write.md"),
    check: |check| check.atomicity("unguarded-write"),
};

/// A write without the guard.
pub(crate) fn find(flow: &Flow<'_, '_>, case: &Case<'_, '_>, found: &mut Vec<Finding>) {
    let access = case.record.access;
    let ways = &flow.ways[case.record.unit];
    let confidence = if !(case.guard.is_strong() || case.guard.is_only_read())
        || ways.some.contains(&case.guard.key)
        || prepares(flow.engine, case.record.unit)
        || !ways.reached
        || ways.alone
        || flow.is_excused(case.record)
    {
        Confidence::Low
    } else if !case.guard.is_strong()
        || !case.record.locks.is_empty()
        || case.guard.bare_writes > 1 && !case.guard.told
    {
        Confidence::Medium
    } else {
        Confidence::High
    };
    let map = flow.map_text(case.record);
    let lock = flow.lock_text(case.guard.key, case.record);
    found.push(Finding {
        rule: RULE.name,
        confidence,
        place: access.place,
        function: flow.function(case.record.unit, access.place.span.start),
        message: format!("{map} is written without {lock}, {}", flow.evidence(&case.guard)),
        notes: flow.notes(case),
        help: format!("Hold {lock} from before the write until after it"),
        fix: None,
    });
}

/// A write in a function that serves requests, where no access of the map holds any lock.
pub(crate) fn find_served(
    flow: &Flow<'_, '_>,
    record: &Record<'_>,
    all: &[Record<'_>],
    found: &mut Vec<Finding>,
) {
    let ways = &flow.ways[record.unit];
    let locked = |record: &Record<'_>| !record.locks.is_empty() || !record.access.held.is_empty();
    if !ways.serves
        || record.counts != Counts::Always
        || all.iter().any(locked)
        || record.access.fresh && ways.alone
    {
        return;
    }
    let path = record.access.path;
    let paths = &flow.engine.paths;
    let shared = flow.engine.is_shared(record.unit, paths.root_of(path));
    let test = flow.engine.files[flow.engine.units[record.unit].file].test;
    if !shared
        || test
        || all
            .iter()
            .filter(|other| other.access.kind == Kind::Write)
            .any(|other| other.counts == Counts::IfHeld)
    {
        return;
    }
    let own = flow.engine.units[record.unit].serves;
    // What is called from there may work on an object of the request alone.
    if !own && !flow.engine.is_global(paths.root_of(path)) {
        return;
    }
    let map = flow.map_text(record);
    found.push(Finding {
        rule: RULE.name,
        confidence: if own && !ways.unknown { Confidence::High } else { Confidence::Medium },
        place: record.access.place,
        function: flow.function(record.unit, record.access.place.span.start),
        message: format!("{map} is written without a lock in a function that serves many requests at once"),
        notes: Vec::new(),
        help: format!("Give {map} a sync.Mutex, and hold it at every access"),
        fix: None,
    });
}
