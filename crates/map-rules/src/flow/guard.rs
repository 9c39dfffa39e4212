//! Which lock guards which map, as the accesses show.

use rustc_hash::FxHashMap;

use crate::flow::engine::Engine;
use crate::flow::entry::{Lock, Ways, name};
use crate::flow::event::Kind;
use crate::flow::facts::{Facts, guard_of};
use crate::flow::path::{Base, Key};
use crate::flow::unit::{Access, How, UnitId};

/// A use of a map with the locks that are held, those of callers included.
pub(crate) struct Record<'e> {
    /// The function.
    pub(crate) unit: UnitId,
    /// The use.
    pub(crate) access: &'e Access,
    /// The locks.
    pub(crate) locks: Vec<Lock>,
    /// Whether other goroutines may be at it, as far as is known.
    pub(crate) counts: Counts,
}

/// What a use shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Counts {
    /// Nothing is known of its callers, or they are said to hold what it takes: only the locks it has count.
    IfHeld,
    /// It may be reported.
    Always,
}

/// A lock and how often it is held.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guard {
    /// The lock.
    pub(crate) key: Key,
    /// Uses that hold it as they should.
    pub(crate) held: usize,
    /// Writes among them.
    pub(crate) writes: usize,
    /// Writes that do not hold it at all.
    pub(crate) bare_writes: usize,
    /// All uses that count.
    pub(crate) all: usize,
    /// Functions that hold it at some use.
    pub(crate) holders: usize,
    /// Functions that do not at some.
    pub(crate) bare: usize,
    /// Whether a comment says so.
    pub(crate) told: bool,
    /// Whether lock and map belong together by where they are declared.
    pub(crate) close: bool,
}

impl Guard {
    /// Whether it is believed at all.
    pub(crate) fn is_believed(&self) -> bool {
        let most = self.held * 3 >= self.all * 2 || (self.close && self.holders >= 2 * self.bare);
        let all_writes = self.close && self.writes >= 2 && self.bare_writes == 0 && self.held * 2 >= self.all;
        self.told || (self.writes >= 1 && self.held >= 2 && (most || all_writes)) || self.is_only_read()
    }

    /// Whether all reads hold it, but the one function that writes does not.
    pub(crate) fn is_only_read(&self) -> bool {
        self.close
            && self.writes == 0
            && self.held >= 2
            && self.bare == 1
            && self.held + self.bare_writes == self.all
    }

    /// Whether there is little doubt.
    pub(crate) fn is_strong(&self) -> bool {
        let enough = self.writes >= 2 || (self.writes == 1 && self.held >= 3);
        self.told
            || (self.is_believed() && enough && self.close && self.bare_writes * 3 <= self.writes.max(3))
    }
}

/// All uses of maps that count, by map.
pub(crate) fn records<'e>(
    engine: &'e Engine<'_>,
    ways: &[Ways],
    facts: &Facts,
) -> FxHashMap<Key, Vec<Record<'e>>> {
    let mut records: FxHashMap<Key, Vec<Record<'e>>> = FxHashMap::default();
    for (number, unit) in engine.units.iter().enumerate() {
        if unit.accesses.is_empty() || unit.irregular {
            continue;
        }
        let ways = &ways[number];
        let outer = outermost(engine, number);
        // A goroutine does not have the locks of who starts it.
        let started = unit.entries.iter().any(|entry| entry.how == How::Go);
        let assumes = !started && engine.units[outer].obj.is_some_and(|obj| facts.assume.contains(&obj));
        for access in &unit.accesses {
            let key = engine.paths.key(access.path);
            let root = engine.paths.root_of(access.path);
            let home = engine.home(number, root);
            if access.fresh && home == Some(number) {
                continue;
            }
            if access.fresh && home.is_some() && !ways.concurrent && !ways.unknown {
                continue;
            }
            // A map that is a variable of the function itself.
            if matches!(key.base, Base::Var(_)) && home == Some(number) {
                continue;
            }
            if facts.single.contains(&key.base) {
                continue;
            }
            let released = |key: Key| access.released.iter().any(|released| released.key == key);
            let mut locks: Vec<Lock> = access
                .held
                .iter()
                .filter(|held| !held.private)
                .map(|held| Lock { key: held.key, write: held.write, may: held.may, once: held.once })
                .collect();
            for lock in ways.locks.iter().flatten() {
                if !released(lock.key) && !locks.iter().any(|other| other.key == lock.key) {
                    locks.push(*lock);
                }
            }
            if locks.iter().any(|lock| lock.once && lock.write) {
                continue;
            }
            locks.retain(|lock| !lock.once);
            let alone = ways.locks.is_none() && !ways.unknown;
            if alone {
                continue;
            }
            let known = ways.locks.is_some() && !assumes;
            let counts = if known { Counts::Always } else { Counts::IfHeld };
            records.entry(key).or_default().push(Record { unit: number, access, locks, counts });
        }
    }
    records
}

fn outermost(engine: &Engine<'_>, mut unit: UnitId) -> UnitId {
    while let Some(parent) = engine.units[unit].parent {
        unit = parent;
    }
    unit
}

/// The lock that guards a map, most likely.
pub(crate) fn guard(key: Key, records: &[Record<'_>], facts: &Facts) -> Option<Guard> {
    if let Some(told) = guard_of(facts, key) {
        return Some(Guard { told: true, ..count(key, told, records) });
    }
    let mut candidates: Vec<Key> = Vec::new();
    for lock in records.iter().flat_map(|record| &record.locks) {
        if !candidates.contains(&lock.key) && candidates.len() < 16 {
            candidates.push(lock.key);
        }
    }
    let guards = candidates.into_iter().map(|lock| count(key, lock, records));
    guards.max_by_key(|guard| (guard.writes * 2 + guard.held, guard.close, std::cmp::Reverse(guard.key)))
}

fn count(key: Key, lock: Key, records: &[Record<'_>]) -> Guard {
    let mut guard = Guard {
        key: lock,
        held: 0,
        writes: 0,
        bare_writes: 0,
        all: 0,
        holders: 0,
        bare: 0,
        told: false,
        close: close(key, lock),
    };
    let (mut holders, mut bare) = (Vec::new(), Vec::new());
    for record in records {
        let write = record.access.kind == Kind::Write;
        let held = record.locks.iter().find(|other| other.key == lock);
        match held {
            Some(held) if !held.may => {
                guard.all += 1;
                if held.write || !write {
                    guard.held += 1;
                    holders.push(record.unit);
                    guard.writes += usize::from(write);
                }
            }
            Some(_) => {}
            None if record.counts == Counts::Always => {
                guard.all += 1;
                bare.push(record.unit);
                guard.bare_writes += usize::from(write);
            }
            None => {}
        }
    }
    // Units of one function follow one another here.
    holders.dedup();
    bare.dedup();
    Guard { holders: holders.len(), bare: bare.len(), ..guard }
}

/// Whether lock and map are declared in one struct, or both as variables of one kind.
pub(crate) fn close(map: Key, lock: Key) -> bool {
    match (map.base, lock.base) {
        (Base::Field(a, _), Base::Field(b, _)) => a == b && lock.elems == 0,
        (Base::Part(a, _), Base::Part(b, _)) => a == b && lock.elems == 0,
        (Base::Var(a), Base::Var(b)) => a.pkg == b.pkg && lock.elems == 0,
        _ => false,
    }
}

/// Names of functions that prepare an object before others know it.
pub(crate) fn prepares(engine: &Engine<'_>, unit: UnitId) -> bool {
    let name = name(engine, unit).to_lowercase();
    const STARTS: &[&str] = &[
        "init",
        "setup",
        "new",
        "reset",
        "start",
        "open",
        "load",
        "with",
        "parse",
        "unmarshal",
        "decode",
        "build",
        "register",
        "make",
        "create",
        "configure",
        "restore",
        "prepare",
        "bootstrap",
        "read",
        "must",
        "apply",
        "clone",
        "copy",
        "mock",
        "fake",
        "test",
        "install",
        "define",
        "compile",
        "scan",
        "complete",
        "default",
    ];
    STARTS.iter().any(|start| name.starts_with(start)) || name.contains("fortest") || name.contains("init")
}
