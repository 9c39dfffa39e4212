//! From uses and guards to what is wrong.

use std::collections::BTreeMap;
use std::hash::BuildHasher;

use go_syntax::{Event, Node, Pos, Tree};
use go_types::{ObjRef, Type};
use rustc_hash::FxBuildHasher;

use crate::finding::{Finding, Place};
use crate::flow::engine::Engine;
use crate::flow::entry::{Ways, ways};
use crate::flow::event::Kind;
use crate::flow::facts::{Facts, facts};
use crate::flow::guard::{Counts, Guard, Record, guard, records};
use crate::flow::path::{Base, Elem, Key, PathId, Step};
use crate::flow::state::Held;
use crate::flow::unit::{Access, How, UnitId};
use crate::rules::Check;
use crate::rules::{
    go_capture, lock_copied, unguarded_read, unguarded_write, unlock_before_write, write_under_rlock,
    wrong_lock,
};
use crate::sites::around;

/// All that is known of a program's locks and maps.
pub(crate) struct Flow<'e, 'a> {
    /// Its functions.
    pub(crate) engine: &'e Engine<'a>,
    /// How they are entered.
    pub(crate) ways: Vec<Ways>,
    /// What comments say.
    pub(crate) facts: Facts,
}

/// A use of a map that is not as the others are.
pub(crate) struct Case<'c, 'e> {
    /// The use.
    pub(crate) record: &'c Record<'e>,
    /// What seems to guard the map.
    pub(crate) guard: Guard,
    /// A use that holds that.
    pub(crate) example: Option<&'c Record<'e>>,
    /// All uses of the map.
    pub(crate) all: &'c [Record<'e>],
}

/// All findings about locks and goroutines.
pub(crate) fn findings(check: &Check<'_>) -> Vec<Finding> {
    let engine = Engine::run(check);
    let flow = Flow { engine: &engine, ways: ways(&engine), facts: facts(&engine) };
    let mut found = Vec::new();
    let records: BTreeMap<Key, Vec<Record<'_>>> =
        records(&engine, &flow.ways, &flow.facts).into_iter().collect();
    for (&key, records) in &records {
        flow.map(key, records, &mut found);
    }
    lock_copied::find(&flow, &mut found);
    wrong_lock::find_per_key(&flow, &mut found);
    for pair in &engine.pairs {
        go_capture::find(&flow, pair, &mut found);
    }
    found.retain(|finding| {
        check.targets.iter().any(|target| {
            target.package.id == finding.place.pkg && target.files.contains(&finding.place.file)
        })
    });
    found.sort_by_key(|finding| {
        (finding.place.pkg, finding.place.file, finding.place.span.start, finding.rule)
    });
    // One place is told of once, by the rule that knows most.
    found.dedup_by_key(|finding| (finding.place, finding.rule));
    found
}

/// Whether a lock is one of which nothing is known.
fn is_unknown(lock: Key) -> bool {
    matches!(lock.base, Base::Var(obj) if obj.pkg == go_types::PkgId::UNIVERSE)
}

impl<'e> Flow<'e, '_> {
    fn map(&self, key: Key, records: &[Record<'e>], found: &mut Vec<Finding>) {
        let guard = guard(key, records, &self.facts);
        let believed = guard.filter(Guard::is_believed);
        for record in records {
            let write = record.access.kind == Kind::Write;
            if write && write_under_rlock::find(self, record, records, guard, found) {
                continue;
            }
            let Some(guard) = believed else {
                if write {
                    unguarded_write::find_served(self, record, records, found);
                }
                continue;
            };
            if record.counts == Counts::IfHeld || record.locks.iter().any(|lock| is_unknown(lock.key)) {
                continue;
            }
            let held = record.locks.iter().find(|lock| lock.key == guard.key);
            let lost = record.access.held.iter().find(|held| held.key == guard.key && held.lost);
            if held.is_some() && lost.is_none() {
                continue;
            }
            let example = records.iter().find(|other| {
                other.locks.iter().any(|lock| lock.key == guard.key && !lock.may && lock.write)
                    && other.access.kind == Kind::Write
            });
            let case = Case { record, guard, example, all: records };
            if !write {
                if lost.is_none() {
                    unguarded_read::find(self, &case, found);
                }
                continue;
            }
            let done =
                unlock_before_write::find(self, &case, lost, found) || wrong_lock::find(self, &case, found);
            if !done {
                unguarded_write::find(self, &case, found);
            }
        }
    }

    /// The function around a place, as stacks have it.
    pub(crate) fn function(&self, unit: UnitId, at: Pos) -> String {
        let file = self.engine.files[self.engine.units[unit].file];
        let tree = &file.info.tree;
        let context = file.context(self.engine.program);
        let inside = |&&decl: &&go_syntax::DeclId| tree.decl_span(decl).range().contains(&at.index());
        let Some(&decl) = tree.decls().iter().find(inside) else { return String::new() };
        let mut path = Vec::new();
        for event in tree.walk(Node::Decl(decl)) {
            match event {
                Event::Enter(node) => {
                    if tree.span(node).start >= at && path.len() > 1 {
                        break;
                    }
                    path.push(node);
                }
                Event::Leave(_) => _ = path.pop(),
            }
        }
        around(&context, &path).0
    }

    /// A path as one would write it.
    pub(crate) fn show(&self, path: PathId) -> String {
        let root = self.engine.paths.root_of(path);
        let mut text = self.object_name(root);
        for step in self.engine.paths.steps(path) {
            match step {
                Step::Field { owner, index } => {
                    text.push('.');
                    text.push_str(&self.field_name(owner, index));
                }
                Step::Elem(Elem::Every | Elem::Some | Elem::At(_) | Elem::Const(_)) => text.push_str("[…]"),
            }
        }
        text
    }

    fn object_name(&self, obj: ObjRef) -> String {
        let object = self.engine.program.object(obj);
        object.map_or("a lock".to_owned(), |object| {
            self.engine.program.types.names.text(object.name).to_owned()
        })
    }

    fn field_name(&self, owner: go_types::TypeId, index: u32) -> String {
        let types = &self.engine.program.types;
        match types.get(types.underlying(owner)) {
            Type::Struct(fields) => fields
                .get(index as usize)
                .map_or_else(String::new, |field| types.names.text(field.name).to_owned()),
            _ => String::new(),
        }
    }

    /// Whether a use may be right for a reason that cannot be seen: it goes through a local variable, and the field
    /// may have another map by now; or a comment above says that it needs no lock.
    pub(crate) fn is_excused(&self, record: &Record<'_>) -> bool {
        let file = self.engine.files[self.engine.units[record.unit].file];
        let tree = &file.info.tree;
        let path = record.access.path;
        let local = tree.as_ident(tree.unparen(record.access.text)).is_some();
        if local && self.engine.paths.parent(path).is_some() {
            return self.engine.locals.replaced.contains(&self.engine.paths.key(path));
        }
        says(tree, record.access.place.span.start, &["need", "without", "no lock", "safe"])
            || self.is_called_so(record.unit, 0)
    }

    /// Whether comments say at all calls of a function that it needs no lock.
    fn is_called_so(&self, unit: UnitId, depth: u32) -> bool {
        const DEEPEST: u32 = 4;
        let known = &self.engine.units[unit];
        let is_own = !known.is_value
            && known.obj.is_some_and(|obj| {
                let object = self.engine.program.object(obj);
                object.is_some_and(|object| !object.name.is_exported()) && !self.engine.is_value(obj)
            });
        let is_test = |unit: UnitId| self.engine.files[self.engine.units[unit].file].test;
        let mut calls = known.entries.iter().filter(|entry| is_test(unit) || !is_test(entry.from)).peekable();
        depth < DEEPEST
            && is_own
            && calls.peek().is_some()
            && calls.all(|call| {
                let tree = &self.engine.files[self.engine.units[call.from].file].info.tree;
                call.how == How::Call
                    && (says(tree, call.at, NO_LOCK) || self.is_called_so(call.from, depth + 1))
            })
    }

    /// The map of a use, as it is written.
    pub(crate) fn map_text(&self, record: &Record<'_>) -> String {
        let file = self.engine.files[self.engine.units[record.unit].file];
        crate::sites::text(&file.info.tree, record.access.text)
    }

    /// A lock, seen from a map that it guards.
    pub(crate) fn lock_text(&self, lock: Key, record: &Record<'_>) -> String {
        let map = record.access.path;
        let key = self.engine.paths.key(map);
        if let (Base::Field(owner, index), Base::Field(map_owner, _)) = (lock.base, key.base)
            && owner == map_owner
            && key.elems == 0
            && let text = self.map_text(record)
            && let Some((base, name)) = text.rsplit_once('.')
            && name.chars().all(|c| c.is_alphanumeric() || c == '_')
        {
            return format!("{base}.{}", self.field_name(owner, index));
        }
        match (lock.base, key.base) {
            (Base::Field(owner, index), Base::Field(map_owner, _)) if owner == map_owner => {
                let mut base = map;
                while let Some((parent, step)) = self.engine.paths.parent(base) {
                    base = parent;
                    if matches!(step, Step::Field { .. }) {
                        break;
                    }
                }
                format!("{}.{}", self.show(base), self.field_name(owner, index))
            }
            (Base::Field(owner, index), _) => {
                let types = &self.engine.program.types;
                let name = match types.get(owner) {
                    Type::Named(id) => types.names.text(types.named(*id).name),
                    _ => "struct",
                };
                format!("{name}.{}", self.field_name(owner, index))
            }
            (Base::Part(root, _), _) => format!("the lock of {}", self.object_name(root)),
            (Base::Var(obj), _) => self.object_name(obj),
        }
    }

    /// Whether a lock is found by the same index that an access of a map has.
    pub(crate) fn is_index(&self, access: &Access, lock: PathId) -> bool {
        let Some((_, Step::Elem(Elem::At(lock)))) = self.engine.paths.parent(lock) else { return false };
        let file = self
            .engine
            .files
            .iter()
            .find(|file| file.package.id == access.place.pkg && file.number == access.place.file);
        let Some(file) = file else { return false };
        let tree = &file.info.tree;
        let text = String::from_utf8_lossy(tree.text(access.place.span)).into_owned();
        let Some((_, index)) = text.split_once('[') else { return false };
        let Some((index, _)) = index.rsplit_once(']') else { return false };
        FxBuildHasher.hash_one(index.as_bytes()) == lock
    }

    /// Where a lock that is held was taken, in the function that holds it.
    pub(crate) fn taken(&self, unit: UnitId, held: &Held) -> Place {
        let file = self.engine.files[self.engine.units[unit].file];
        let start = Pos::new(held.from);
        file.place(go_syntax::Span { start, end: start })
    }

    /// Notes on a use that holds the guard.
    pub(crate) fn notes(&self, case: &Case<'_, '_>) -> Vec<(Place, String)> {
        let Some(example) = case.example else { return Vec::new() };
        let lock = self.lock_text(case.guard.key, example);
        let mut notes = vec![(example.access.place, format!("{} is held here", lock))];
        if let Some(held) = example.access.held.iter().find(|held| held.key == case.guard.key) {
            notes.push((self.taken(example.unit, held), format!("{lock} is taken here")));
        }
        notes
    }

    /// How much the accesses say for a guard.
    pub(crate) fn evidence(&self, guard: &Guard) -> String {
        if guard.told {
            return "which guards it, as its comment says".to_owned();
        }
        let uses = if guard.all == 1 { "access" } else { "accesses" };
        format!("which {} of {} {uses} hold", guard.held, guard.all)
    }
}

/// What a comment at a call says of the whole of what is called. Less would do at the use itself.
const NO_LOCK: &[&str] = &["without a lock", "without lock", "without the lock", "no lock", "no need"];

/// Whether a comment on a line, or just above it, speaks of a lock in one of these words.
fn says(tree: &Tree, at: Pos, words: &[&str]) -> bool {
    let line = tree.line(at);
    (line.saturating_sub(3)..line).any(|line| {
        tree.comments_in_line(line.max(1)).iter().any(|comment| {
            let text = String::from_utf8_lossy(tree.text(comment.span)).to_lowercase();
            text.contains("lock") && words.iter().any(|word| text.contains(word))
        })
    })
}
