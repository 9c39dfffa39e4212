//! What comments say of locks: `// guarded by mu`, `// mu protects m`, "mu must be held".

use go_syntax::ast::{Decl, Expr, Field, Spec};
use go_syntax::{Comment, Event, ExprId, Node, Pos, Tree};
use go_types::{ObjKind, ObjRef, Type};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::flow::engine::Engine;
use crate::flow::path::{Base, Key};
use crate::flow::unit::File;

/// What comments say.
#[derive(Default)]
pub(crate) struct Facts {
    /// The lock of a field or variable.
    pub(crate) guards: FxHashMap<Base, Base>,
    /// Functions that are called with the locks they need.
    pub(crate) assume: FxHashSet<ObjRef>,
    /// Fields of types that are said to be for one goroutine only.
    pub(crate) single: FxHashSet<Base>,
}

/// Words before the name of the lock that guards what the comment is about.
const GUARDED: &[&str] = &[
    "guarded by ",
    "guarded by: ",
    "protected by ",
    "+checklocks:",
    "guarded_by(",
    "synchronized by ",
    "covered by ",
    "protected with ",
    "locked by ",
];

/// Words of a function's comment that say that the caller holds a lock, or that there is no need.
const ASSUMES: &[&str] = &[
    "must be held",
    "must hold",
    "caller holds",
    "callers hold",
    "be called with",
    "lock held",
    "locks held",
    "mutex held",
    "is held",
    "is locked",
    "be locked",
    "under lock",
    "under the lock",
    "while holding",
    "holding the",
    "mu held",
    "is not thread safe",
    "not thread-safe",
    "not safe for concurrent",
    "not goroutine",
    "not concurrent",
    "not be called concurrent",
    "before any other",
    "should hold",
    "needs to hold",
    "assumes",
    "already lock",
    "not synchronized",
    "not locked",
    "without lock",
    "not concurrency",
    "single goroutine",
    "single-threaded",
    "+checklocks",
    "not thread safe",
    "acquired by caller",
    "lock must",
    "holds the",
    "with lock",
    "called before",
    "hold the",
    "not safe to call",
    "during init",
    "in the same goroutine",
    "unsafe for concurrent",
    "not safe for use",
    "while locked",
    "requires ",
];

/// Endings of the names of such functions.
const ENDINGS: &[&str] = &[
    "Locked",
    "locked",
    "NoLock",
    "Nolock",
    "LockHeld",
    "Unlocked",
    "WithoutLock",
    "Unsafe",
    "LH",
    "NoMutex",
    "UnderLock",
    "unsafe",
    "UNLOCKED",
    "withLock",
    "WithLock",
];

/// Reads the comments of all files.
pub(crate) fn facts(engine: &Engine<'_>) -> Facts {
    let mut facts = Facts::default();
    for &file in &engine.files {
        let tree = &file.info.tree;
        if tree.comments().all().is_empty() {
            continue;
        }
        for &decl in tree.decls() {
            match tree.decl(decl) {
                Decl::Func(func) => {
                    let obj = file.declared(func.name.pos);
                    if obj
                        .and_then(|obj| engine.declared.get(&obj))
                        .is_none_or(|&unit| !engine.uses_maps(unit))
                    {
                        continue;
                    }
                    let name = tree.name(func.name.sym);
                    let doc =
                        tree.doc_before(tree.decl_start(decl)).map(|doc| text(tree, doc)).unwrap_or_default();
                    let assumes = ENDINGS.iter().any(|ending| name.ends_with(ending))
                        || ASSUMES.iter().any(|words| doc.contains(words));
                    if assumes {
                        facts.assume.extend(obj);
                    }
                }
                Decl::Gen { specs, .. } => {
                    let doc =
                        tree.doc_before(tree.decl_start(decl)).map(|doc| text(tree, doc)).unwrap_or_default();
                    variables(engine, file, tree.specs(specs), &doc, &mut facts);
                    for event in tree.walk(Node::Decl(decl)) {
                        if let Event::Enter(Node::Spec(spec)) = event
                            && let Spec::Type { name, ty, .. } = tree.spec(spec)
                        {
                            let own = tree.doc_before(tree.spec_start(spec)).map(|doc| text(tree, doc));
                            let doc = own.unwrap_or_else(|| doc.clone());
                            fields(engine, file, name.pos, ty, &doc, &mut facts);
                        }
                    }
                }
                Decl::Bad { .. } => {}
            }
        }
    }
    facts
}

/// The text of comments, in lower case, in one line.
fn text(tree: &Tree, comments: &[Comment]) -> String {
    let mut all = String::new();
    for comment in comments {
        all.push_str(String::from_utf8_lossy(tree.text(comment.span)).trim_start_matches(['/', '*', ' ']));
        all.push(' ');
    }
    all.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The lock after one of the words: what stands before its name (`Store` in `Store.mu`), and its name.
fn guard_named(text: &str) -> Option<(String, String)> {
    let rest = GUARDED.iter().find_map(|words| text.split_once(words).map(|(_, rest)| rest))?;
    let word: String = rest
        .trim_start_matches("the ")
        .chars()
        .take_while(|c| c.is_alphanumeric() || "_.".contains(*c))
        .collect();
    let word = word.trim_end_matches('.');
    let (of, name) = word.rsplit_once('.').unwrap_or(("", word));
    (!name.is_empty()).then(|| (of.to_owned(), name.to_owned()))
}

fn variables(engine: &Engine<'_>, file: File<'_>, specs: &[Spec], decl_doc: &str, facts: &mut Facts) {
    let tree = &file.info.tree;
    for spec in specs {
        let Spec::Value { names, ty, values } = *spec else { continue };
        let names = tree.idents(names);
        let Some(first) = names.first() else { continue };
        let end = tree.exprs(values).last().copied().or(ty).map_or(first.pos, |e| tree.expr_end(e));
        let said = comments_of(tree, first.pos, end) + decl_doc;
        if let Some((_, lock)) = guard_named(&said) {
            let Some(lock) = scope_of_package(file, &lock).filter(|&lock| is_lock(engine, file, lock)) else {
                continue;
            };
            for name in names {
                if let Some(obj) = file.declared(name.pos).filter(|&obj| obj != lock) {
                    facts.guards.insert(Base::Var(obj), Base::Var(lock));
                }
            }
        }
        if let Some(protected) = protects(&said)
            && let Some(lock) = file.declared(first.pos).filter(|&lock| is_lock(engine, file, lock))
        {
            for word in words(&protected) {
                if let Some(obj) = scope_of_package(file, word).filter(|&obj| obj != lock) {
                    facts.guards.insert(Base::Var(obj), Base::Var(lock));
                }
            }
        }
    }
}

/// Whether a variable is a lock, by its type's name.
fn is_lock(engine: &Engine<'_>, file: File<'_>, obj: ObjRef) -> bool {
    let types = &engine.program.types;
    match types.get(types.deref(file.package.object(obj.index).ty).0) {
        Type::Named(id) => {
            let name = types.names.text(types.named(*id).name);
            name.ends_with("Mutex") || name.ends_with("Locker") || name.ends_with("Lock")
        }
        _ => false,
    }
}

fn scope_of_package(file: File<'_>, lower: &str) -> Option<ObjRef> {
    let objects = file.package.scope.values();
    let found = objects.copied().find(|&index| {
        let object = file.package.object(index);
        matches!(object.kind, ObjKind::Var(_))
            && object.pos.is_some_and(|(number, pos)| {
                number == file.number && named(&file.info.tree, pos).eq_ignore_ascii_case(lower)
            })
    });
    found.map(|index| ObjRef { pkg: file.package.id, index })
}

fn named(tree: &Tree, pos: Pos) -> String {
    let rest = tree.source().get(pos.index()..).unwrap_or_default();
    let len = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    String::from_utf8_lossy(&rest[..len]).into_owned()
}

/// What follows `protects` or `guards`, to the end of the sentence.
fn protects(said: &str) -> Option<String> {
    ["protects ", "guards ", "protect ", "guard "].iter().find_map(|word| {
        let (_, rest) = said.split_once(word)?;
        Some(rest.split_once(". ").map_or(rest, |(sentence, _)| sentence).to_owned())
    })
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
}

/// The comments before and beside something.
fn comments_of(tree: &Tree, start: Pos, end: Pos) -> String {
    let before = tree.doc_before(start).map(|doc| text(tree, doc)).unwrap_or_default();
    let after = tree.comment_after(end).map(|doc| text(tree, doc)).unwrap_or_default();
    format!("{before} {after} ")
}

/// The fields of a struct type: their names, the last as it is in the type.
fn fields(engine: &Engine<'_>, file: File<'_>, name: Pos, ty: ExprId, doc: &str, facts: &mut Facts) {
    let tree = &file.info.tree;
    let Expr::StructType { fields: list } = tree.expr(tree.unparen(ty)) else { return };
    let Some(obj) = file.declared(name) else { return };
    let owner = file.package.object(obj.index).ty;
    let types = &engine.program.types;
    let has_maps = match types.get(types.underlying(owner)) {
        Type::Struct(fields) => fields.iter().any(|field| {
            matches!(
                types.get(types.underlying(field.ty)),
                Type::Map { .. } | Type::Interface(_) | Type::Slice(_)
            )
        }),
        _ => false,
    };
    if !has_maps || !matches!(types.get(owner), Type::Named(_)) {
        return;
    }
    let list: &[Field] = tree.fields(list);
    // Number, name in lower case, comment, whether it looks like a lock.
    let mut all: Vec<(u32, String, String, bool)> = Vec::new();
    for field in list {
        let said = comments_of(tree, tree.field_start(*field), tree.expr_end(field.tag.unwrap_or(field.ty)));
        let written = String::from_utf8_lossy(tree.text(tree.expr_span(field.ty))).into_owned();
        let is_lock = written.ends_with("Mutex") || written.ends_with("Locker");
        let names = tree.idents(field.names);
        if names.is_empty() {
            let name = written.rsplit(['.', '*']).next().unwrap_or_default().to_lowercase();
            all.push((all.len() as u32, name, said.clone(), is_lock));
        }
        for ident in names {
            all.push((all.len() as u32, tree.name(ident.sym).to_lowercase(), said.clone(), is_lock));
        }
    }
    let single = ["not safe for concurrent", "not thread safe", "not thread-safe", "not goroutine"];
    if single.iter().any(|words| doc.contains(words)) {
        facts.single.extend(all.iter().map(|(number, ..)| Base::Field(owner, *number)));
    }
    let find = |name: &str| all.iter().find(|(_, other, ..)| other == name).map(|(number, ..)| *number);
    for (number, _, said, is_lock) in &all {
        if let Some((of, lock)) = guard_named(said) {
            let here = || find(&lock).filter(|lock| lock != number).map(|lock| Base::Field(owner, lock));
            if let Some(lock) = field_of_type(engine, file, &of, &lock).or_else(here) {
                facts.guards.insert(Base::Field(owner, *number), lock);
            }
        }
        let Some(protected) = protects(said).filter(|_| *is_lock) else { continue };
        let lock = Base::Field(owner, *number);
        for word in words(&protected).take(12) {
            match find(word) {
                Some(other) if other != *number => {
                    facts.guards.entry(Base::Field(owner, other)).or_insert(lock);
                }
                _ => {}
            }
        }
    }
}

/// The field of a struct type of the package, both by their names in lower case.
fn field_of_type(engine: &Engine<'_>, file: File<'_>, ty: &str, field: &str) -> Option<Base> {
    let types = &engine.program.types;
    let object = file.package.scope.values().map(|&index| file.package.object(index)).find(|object| {
        matches!(object.kind, ObjKind::TypeName { .. })
            && types.names.text(object.name).eq_ignore_ascii_case(ty)
    })?;
    let Type::Struct(fields) = types.get(types.underlying(object.ty)) else { return None };
    let number = fields.iter().position(|other| types.names.text(other.name).eq_ignore_ascii_case(field))?;
    Some(Base::Field(object.ty, number as u32))
}

/// The lock that a comment names for a map.
pub(crate) fn guard_of(facts: &Facts, key: Key) -> Option<Key> {
    facts.guards.get(&key.base).map(|&base| Key { base, elems: 0 })
}
