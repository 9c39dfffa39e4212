//! How functions come to be run: with which locks, in how many goroutines, on whose objects.

use go_types::ObjKind;

use crate::flow::engine::Engine;
use crate::flow::path::Key;
use crate::flow::unit::{How, UnitId};

/// A lock that is held when a function begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Lock {
    /// Which.
    pub(crate) key: Key,
    /// Whether for writing.
    pub(crate) write: bool,
    /// Whether perhaps only.
    pub(crate) may: bool,
    /// Whether it is no lock but `sync.Once`.
    pub(crate) once: bool,
}

/// What is known of all ways into a function.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Ways {
    /// Locks that all known callers hold, those that are alone with the object left out. None if there is no
    /// such caller.
    pub(crate) locks: Option<Vec<Lock>>,
    /// Locks that one of them holds at least.
    pub(crate) some: Vec<Key>,
    /// Whether it may be called by somebody who is not known.
    pub(crate) unknown: bool,
    /// Whether other packages may call it, or something that leads here.
    pub(crate) reached: bool,
    /// Whether it runs in a goroutine of its own, or is called from there.
    pub(crate) concurrent: bool,
    /// Whether it serves requests, or is called by who does.
    pub(crate) serves: bool,
    /// Whether somebody calls it with an object that nobody else knows, or when nothing else runs.
    pub(crate) alone: bool,
}

/// What is found out once more does not change after so many rounds, or is not worth it.
const ROUNDS: usize = 16;

/// Finds out for all units.
pub(crate) fn ways(engine: &Engine<'_>) -> Vec<Ways> {
    // Only functions that use maps matter, and those that lead there.
    let mut needed: Vec<bool> = engine.units.iter().map(|unit| !unit.accesses.is_empty()).collect();
    let mut todo: Vec<UnitId> = (0..needed.len()).filter(|&unit| needed[unit]).collect();
    let mut units = Vec::new();
    while let Some(unit) = todo.pop() {
        units.push(unit);
        for entry in &engine.units[unit].entries {
            if !std::mem::replace(&mut needed[entry.from], true) {
                todo.push(entry.from);
            }
        }
    }
    // Callers come after what they call, as a rule.
    units.sort_unstable_by(|a, b| b.cmp(a));
    let root = |unit: UnitId| if needed[unit] { root(engine, unit) } else { None };
    let mut ways: Vec<Option<Ways>> = (0..engine.units.len()).map(root).collect();
    let roots = ways.clone();
    for _ in 0..ROUNDS {
        let mut changed = false;
        for &unit in &units {
            let new = enter(engine, unit, roots[unit].clone(), &ways);
            if new != ways[unit] {
                ways[unit] = new;
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    ways.into_iter().map(Option::unwrap_or_default).collect()
}

/// Ways that do not come from a known call.
fn root(engine: &Engine<'_>, unit: UnitId) -> Option<Ways> {
    let known = &engine.units[unit];
    let file = engine.files[known.file];
    let mut ways = Ways::default();
    if known.is_value {
        ways.unknown = true;
    }
    if known.serves {
        ways = Ways { locks: Some(Vec::new()), serves: true, concurrent: true, reached: true, ..ways };
    }
    if let Some(obj) = known.obj {
        let object = engine.program.object(obj)?;
        let name = engine.program.types.names.text(object.name);
        let is_main = engine.program.types.names.text(file.package.name) == "main";
        let first = known.receiver.is_none() && name == "init" || is_main && name == "main";
        let is_test =
            file.test && ["Test", "Benchmark", "Example", "Fuzz"].iter().any(|start| name.starts_with(start));
        if first || is_test {
            return Some(Ways { alone: true, ..Ways::default() });
        }
        ways.unknown |= engine.is_value(obj);
        if object.name.is_exported() && !is_main && !file.test {
            ways.reached = true;
            ways.locks = Some(Vec::new());
        }
    }
    (ways != Ways::default()).then_some(ways)
}

fn enter(engine: &Engine<'_>, unit: UnitId, root: Option<Ways>, all: &[Option<Ways>]) -> Option<Ways> {
    let mut ways = root;
    for entry in &engine.units[unit].entries {
        // How a test calls it says nothing of how it is called.
        let is_test = |unit: UnitId| engine.files[engine.units[unit].file].test;
        if entry.from == unit || (is_test(entry.from) && !is_test(unit)) {
            continue;
        }
        if entry.how == How::Go {
            let to = ways.get_or_insert_default();
            to.locks = Some(Vec::new());
            to.concurrent = true;
            to.reached = true;
            continue;
        }
        let Some(from) = &all[entry.from] else { continue };
        let to = ways.get_or_insert_default();
        if entry.how == How::Once
            || entry.fresh
            || (entry.same_receiver && from.alone && from.locks.is_none())
        {
            to.alone = true;
            continue;
        }
        to.alone |= from.alone;
        to.unknown |= from.unknown;
        to.concurrent |= from.concurrent;
        to.reached |= from.reached;
        to.serves |= from.serves;
        let own = entry.held.iter().filter(|held| !held.once).map(|held| Lock {
            key: held.key,
            write: held.write,
            may: held.may,
            once: held.once,
        });
        let own: Vec<Lock> = own.collect();
        to.some.extend(own.iter().map(|lock| lock.key).chain(from.some.iter().copied()));
        to.some.sort_unstable();
        to.some.dedup();
        let Some(before) = &from.locks else { continue };
        let kept = before.iter().filter(|lock| !entry.released.contains(&lock.key));
        let held: Vec<Lock> = own.into_iter().chain(kept.copied()).collect();
        to.locks = Some(match to.locks.take() {
            None => held,
            Some(locks) => both(&locks, &held),
        });
    }
    ways
}

fn both(a: &[Lock], b: &[Lock]) -> Vec<Lock> {
    let find = |lock: &Lock| {
        let other = b.iter().find(|other| other.key == lock.key)?;
        Some(Lock { write: lock.write && other.write, may: lock.may || other.may, ..*lock })
    };
    a.iter().filter_map(find).collect()
}

/// The name of a unit's function, for the functions around a literal the outermost.
pub(crate) fn name<'e>(engine: &'e Engine<'_>, mut unit: UnitId) -> &'e str {
    while let Some(parent) = engine.units[unit].parent {
        unit = parent;
    }
    let object = engine.units[unit].obj.and_then(|obj| engine.program.object(obj));
    match object {
        Some(object) if matches!(object.kind, ObjKind::Func) => engine.program.types.names.text(object.name),
        _ => "",
    }
}
