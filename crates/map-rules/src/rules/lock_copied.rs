//! `lock-copied`: the lock that is held is a copy, and the map is not.

use crate::finding::{Confidence, Finding};
use crate::flow::{Flow, Kind};
use crate::rules::{Group, Rule};

/// The rule.
pub(super) const RULE: Rule = Rule {
    name: "lock-copied",
    group: Group::Atomicity,
    summary: "the lock that is held for a map is a copy, which nobody else knows",
    default: true,
    page: include_str!("../../../../docs/rules/lock-copied.md"),
    check: |check| check.atomicity("lock-copied"),
};

/// Looks for maps of structs that were copied together with their lock.
pub(crate) fn find(flow: &Flow<'_, '_>, found: &mut Vec<Finding>) {
    let engine = flow.engine;
    let mut written = std::collections::BTreeSet::new();
    for access in engine.units.iter().flat_map(|unit| &unit.accesses) {
        if access.kind == Kind::Write {
            written.insert(engine.paths.key(access.path));
        }
    }
    for (number, unit) in engine.units.iter().enumerate() {
        for access in &unit.accesses {
            let root = engine.paths.root_of(access.path);
            let copy = access.held.iter().find(|held| {
                held.private
                    && engine.paths.root_of(held.path) == root
                    && engine.paths.parent(held.path).is_some()
            });
            let Some(copy) = copy else { continue };
            let others = access.held.iter().any(|held| !held.private);
            let key = engine.paths.key(access.path);
            if access.fresh || others || !engine.is_copy(root) || !written.contains(&key) {
                continue;
            }
            let map = flow.show(access.path);
            let lock = flow.show(copy.path);
            let root = flow.engine.program.object(root);
            let of = root.map_or("", |root| engine.program.types.names.text(root.name));
            found.push(Finding {
                rule: RULE.name,
                confidence: if access.kind == Kind::Write { Confidence::High } else { Confidence::Medium },
                place: access.place,
                function: flow.function(number, access.place.span.start),
                message: format!(
                    "{map} is {} under {lock}, which is a copy: {of} is passed by value, the map is shared",
                    access.kind.verb()
                ),
                notes: vec![(flow.taken(number, copy), "only the copy is locked here".to_owned())],
                help: format!("Make {of} a pointer"),
                fix: None,
            });
        }
    }
}
