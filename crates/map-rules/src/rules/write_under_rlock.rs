//! `write-under-rlock`: a map is written while its lock is held for reading only.

use crate::finding::{Confidence, Finding};
use crate::flow::{Flow, Guard, Record, close};
use crate::rules::{Group, Rule};

/// The rule.
pub(super) const RULE: Rule = Rule {
    name: "write-under-rlock",
    group: Group::Atomicity,
    summary: "a map is written while its lock is held for reading only",
    default: true,
    page: include_str!("../../../../docs/rules/write-under-rlock.md"),
    check: |check| check.atomicity("write-under-rlock"),
};

/// A write. Gives whether it is one under a read lock.
pub(crate) fn find(
    flow: &Flow<'_, '_>,
    record: &Record<'_>,
    all: &[Record<'_>],
    guard: Option<Guard>,
    found: &mut Vec<Finding>,
) -> bool {
    if record.locks.iter().any(|lock| lock.write || lock.may) {
        return false;
    }
    let access = record.access;
    let key = flow.engine.paths.key(access.path);
    let read = record.locks.iter().find(|lock| guard.is_some_and(|guard| guard.key == lock.key));
    let read = read.or_else(|| record.locks.iter().find(|lock| close(key, lock.key)));
    let Some(read) = read.or(record.locks.first()) else { return false };
    let is_guard = |other: &&Record<'_>| {
        other.access.place != access.place && other.locks.iter().any(|lock| lock.key == read.key)
    };
    let others = all.iter().filter(is_guard).count();
    let own = access.held.iter().find(|held| held.key == read.key);
    let sure = close(key, read.key) && own.is_some() && key.elems == 0;
    // A lock that is only ever held for reading where the map is used may be there for something else, and the
    // map belong to one goroutine.
    let writes = |other: &&Record<'_>| other.locks.iter().any(|lock| lock.key == read.key && lock.write);
    let elsewhere = all.iter().filter(is_guard).any(|other| other.unit != record.unit);
    let replaced = flow.engine.locals.replaced_under.contains(&(key, read.key));
    let meant = replaced || elsewhere && all.iter().any(|other| writes(&other));
    let confidence = match (sure, record.counts) {
        (true, _) if meant => Confidence::High,
        (true, _) => Confidence::Medium,
        (false, _)
            if others >= 2 && guard.is_some_and(|guard| guard.key == read.key && guard.is_believed()) =>
        {
            Confidence::Medium
        }
        _ => Confidence::Low,
    };
    let map = flow.map_text(record);
    let lock = flow.lock_text(read.key, record);
    let mut notes = Vec::new();
    if let Some(held) = own {
        notes.push((flow.taken(record.unit, held), format!("{lock} is taken for reading here")));
    }
    if let Some(other) = all.iter().find(is_guard) {
        notes.push((
            other.access.place,
            format!("{map} is {} under the same lock here", other.access.kind.verb()),
        ));
    }
    found.push(Finding {
        rule: RULE.name,
        confidence,
        place: access.place,
        function: flow.function(record.unit, access.place.span.start),
        message: format!(
            "{map} is written while {lock} is held for reading only: others may read and write it now"
        ),
        notes,
        help: format!("Take {lock} with Lock instead of RLock for the write"),
        fix: None,
    });
    true
}
