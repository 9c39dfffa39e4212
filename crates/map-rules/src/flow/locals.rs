//! Variables of functions: which are only another name for something, which hold what the function made itself.

use go_syntax::ast::{AssignOp, Decl, Expr, Spec, Stmt, UnaryOp};
use go_syntax::{DeclId, Event, ExprId, Node, StmtId};
use go_types::{Builtin, ObjKind, ObjRef, Type, VarKind};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::flow::engine::Engine;
use crate::flow::path::{Elem, Key, PathId, Step};
use crate::flow::unit::File;

/// What is known of the variables of functions.
#[derive(Default)]
pub(crate) struct Locals {
    /// Those that are assigned once, and to what path.
    pub(crate) alias: FxHashMap<ObjRef, PathId>,
    /// The value of those that are assigned once.
    pub(crate) bound: FxHashMap<ObjRef, ExprId>,
    /// Those that only ever hold what was made in the function.
    pub(crate) fresh: FxHashSet<ObjRef>,
    /// Channels and the like that others may have too.
    pub(crate) leaked: FxHashSet<ObjRef>,
    /// Fields that are assigned another map at times, other than where their struct is made.
    pub(crate) replaced: FxHashSet<Key>,
    /// Fields that are assigned while a lock is held for writing, and that lock.
    pub(crate) replaced_under: FxHashSet<(Key, Key)>,
    /// Maps that are nil for ever.
    pub(crate) nil: FxHashSet<ObjRef>,
}

/// What a variable is given.
#[derive(Clone, Copy)]
enum Given {
    Value(ExprId),
    Element(ExprId),
    Zero,
    Other,
}

impl<'a> Engine<'a> {
    /// Looks at the variables of a declaration.
    pub(crate) fn look_at_locals(&mut self, file: File<'a>, decl: DeclId) {
        let tree = &file.info.tree;
        let mut given: Vec<(ObjRef, Given)> = Vec::new();
        let mut path: Vec<Node> = Vec::new();
        let mut assigned = Vec::new();
        for event in tree.walk(Node::Decl(decl)) {
            let node = match event {
                Event::Enter(node) => node,
                Event::Leave(_) => {
                    path.pop();
                    continue;
                }
            };
            match node {
                Node::Stmt(id) => {
                    if let Stmt::Assign { lhs, op: AssignOp::Assign, .. } = tree.stmt(id) {
                        let fields = tree.exprs(lhs).iter().map(|&e| tree.unparen(e));
                        assigned.extend(fields.filter(|&e| matches!(tree.expr(e), Expr::Selector { .. })));
                    }
                    bindings(file, id, &mut given);
                }
                Node::Decl(id) => declarations(file, id, &mut given),
                Node::Expr(id) => self.leak(file, id, &path, &mut given),
                _ => {}
            }
            path.push(node);
        }
        self.conclude(file, &given, &assigned);
    }

    /// A variable whose address is taken may be assigned by others; a channel that is handed on is not ours alone.
    fn leak(&mut self, file: File<'a>, id: ExprId, path: &[Node], given: &mut Vec<(ObjRef, Given)>) {
        let tree = &file.info.tree;
        if !matches!(tree.expr(id), Expr::Ident { .. }) {
            return;
        }
        let Some(obj) = self.local(file, id) else { return };
        let Some(&Node::Expr(parent)) = path.last() else {
            if let Some(&Node::Stmt(stmt)) = path.last() {
                let is_target = match tree.stmt(stmt) {
                    Stmt::Assign { lhs, .. } => tree.exprs(lhs).contains(&id),
                    Stmt::Send { chan, .. } => chan == id,
                    Stmt::Range { .. } => true,
                    _ => false,
                };
                if !is_target {
                    self.locals.leaked.insert(obj);
                }
            }
            return;
        };
        match tree.expr(parent) {
            Expr::Unary { op: UnaryOp::Addr, .. } => {
                let types = &self.program.types;
                if matches!(types.get(types.underlying(file.info.type_of(id))), Type::Struct(_)) {
                    self.locals.leaked.insert(obj);
                } else {
                    given.push((obj, Given::Other));
                    self.locals.leaked.insert(obj);
                }
            }
            Expr::Unary { op: UnaryOp::Recv, .. } | Expr::Selector { .. } => {}
            Expr::Call { fun, .. } if fun == id => {}
            Expr::Call { fun, .. } => {
                let quiet = file.context(self.program).builtin(fun).is_some_and(|builtin| {
                    matches!(builtin, Builtin::Close | Builtin::Len | Builtin::Cap | Builtin::Delete)
                });
                if !quiet {
                    self.locals.leaked.insert(obj);
                }
            }
            Expr::Index { x, .. } if x == id => {}
            Expr::Paren { .. } | Expr::Binary { .. } => {}
            _ => _ = self.locals.leaked.insert(obj),
        }
    }

    fn local(&self, file: File<'a>, e: ExprId) -> Option<ObjRef> {
        let (obj, object) = file.context(self.program).used(e)?;
        let is_local = matches!(object.kind, ObjKind::Var(kind) if kind != VarKind::Global);
        is_local.then_some(obj)
    }

    fn conclude(&mut self, file: File<'a>, given: &[(ObjRef, Given)], assigned: &[ExprId]) {
        // `old := s.items; s.items = nil`: from then on they are two maps.
        let replaced: Vec<PathId> = assigned.iter().filter_map(|&e| self.path(file, e)).collect();
        for &path in &replaced {
            if !self.locals.fresh.contains(&self.paths.root_of(path)) {
                self.locals.replaced.insert(self.paths.key(path));
            }
        }
        let replaced: Vec<Key> = replaced.into_iter().map(|path| self.paths.key(path)).collect();
        let mut counts: FxHashMap<ObjRef, u32> = FxHashMap::default();
        for &(obj, value) in given {
            if !matches!(value, Given::Zero) {
                *counts.entry(obj).or_default() += 1;
            }
        }
        let mut made: FxHashMap<ObjRef, bool> = FxHashMap::default();
        for &(obj, value) in given {
            let once = counts.get(&obj) == Some(&1);
            if matches!(value, Given::Zero) && !counts.contains_key(&obj) && self.is_local_var(obj) {
                let types = &self.program.types;
                let ty = file.package.object(obj.index).ty;
                if obj.pkg == file.package.id && matches!(types.get(types.underlying(ty)), Type::Map { .. }) {
                    self.locals.nil.insert(obj);
                }
            }
            let fresh = match value {
                Given::Zero => true,
                Given::Value(value) => self.is_fresh(file, value),
                Given::Element(_) | Given::Other => false,
            };
            *made.entry(obj).or_insert(true) &= fresh;
            if !once || !self.is_local_var(obj) {
                continue;
            }
            match value {
                Given::Value(value) => {
                    self.locals.bound.insert(obj, value);
                    if matches!(file.info.tree.expr(value), Expr::FuncLit { .. }) {
                        self.holders.insert((file.id, value), obj);
                    }
                    if !fresh
                        && self.refers(file, value)
                        && let Some(path) = self.path(file, value)
                        && self.paths.root_of(path) != obj
                        && !self.is_replaced(path, &replaced)
                    {
                        self.locals.alias.insert(obj, path);
                    }
                }
                Given::Element(of) => {
                    if self.holds_references(file, of)
                        && let Some(path) = self.path(file, of)
                        && let Some(path) = self.paths.step(self.program, path, Step::Elem(Elem::Every))
                    {
                        self.locals.alias.insert(obj, path);
                    }
                }
                _ => {}
            }
        }
        let fresh = made.into_iter().filter(|(obj, fresh)| *fresh && self.is_local_var(*obj));
        let fresh: Vec<ObjRef> = fresh.map(|(obj, _)| obj).collect();
        self.locals.fresh.extend(fresh);
    }

    fn is_replaced(&self, path: PathId, replaced: &[Key]) -> bool {
        let mut path = Some(path);
        while let Some(at) = path {
            if replaced.contains(&self.paths.key(at)) {
                return true;
            }
            path = self.paths.parent(at).map(|(parent, _)| parent);
        }
        false
    }

    fn is_local_var(&self, obj: ObjRef) -> bool {
        let object = self.program.object(obj);
        object.is_some_and(|object| matches!(object.kind, ObjKind::Var(VarKind::Local | VarKind::Result)))
    }

    /// Whether a copy of a value leads to the same variables as the value: pointers, maps and the like.
    fn refers(&self, file: File<'a>, e: ExprId) -> bool {
        self.is_reference(file.info.type_of(e))
    }

    pub(crate) fn is_reference(&self, ty: go_types::TypeId) -> bool {
        let types = &self.program.types;
        matches!(
            types.get(types.underlying(ty)),
            Type::Pointer(_) | Type::Map { .. } | Type::Chan { .. } | Type::Slice(_) | Type::Interface(_)
        )
    }

    fn holds_references(&self, file: File<'a>, e: ExprId) -> bool {
        let types = &self.program.types;
        let (ty, _) = types.deref(file.info.type_of(e));
        match types.get(types.underlying(ty)) {
            Type::Slice(elem) | Type::Array { elem, .. } | Type::Map { value: elem, .. } => {
                self.is_reference(*elem)
            }
            _ => false,
        }
    }

    /// Whether an expression makes what it comes to.
    pub(crate) fn is_fresh(&mut self, file: File<'a>, e: ExprId) -> bool {
        let tree = &file.info.tree;
        let mut e = tree.unparen(e);
        if let Expr::Unary { op: UnaryOp::Addr, x } = tree.expr(e) {
            e = tree.unparen(x);
        }
        match tree.expr(e) {
            Expr::Composite { .. } | Expr::Lit { .. } | Expr::FuncLit { .. } => true,
            Expr::Ident { .. } => match file.info.use_of(e) {
                go_types::Use::Object(obj) => {
                    self.locals.fresh.contains(&obj)
                        || self.program.object(obj).is_some_and(|object| matches!(object.kind, ObjKind::Nil))
                        || obj.pkg == file.package.id
                            && matches!(file.package.object(obj.index).kind, ObjKind::Nil)
                }
                _ => false,
            },
            Expr::Call { fun, args, .. } => match file.context(self.program).builtin(fun) {
                Some(Builtin::Make | Builtin::New | Builtin::Append) => true,
                Some(_) => false,
                None if matches!(file.info.mode(fun), go_types::Mode::Type) => {
                    let args = tree.exprs(args);
                    args.len() == 1
                        && matches!(
                            tree.expr(tree.unparen(args[0])),
                            Expr::Composite { .. } | Expr::Ident { .. }
                        )
                        && self.is_nil_or_literal(file, args[0])
                }
                None => self.makes(file, fun),
            },
            _ => false,
        }
    }

    fn is_nil_or_literal(&self, file: File<'a>, e: ExprId) -> bool {
        let tree = &file.info.tree;
        match tree.expr(tree.unparen(e)) {
            Expr::Composite { .. } => true,
            _ => tree.text(tree.expr_span(e)) == b"nil",
        }
    }

    /// Whether a function gives what it makes: by what it does, or by its name.
    fn makes(&self, file: File<'a>, fun: ExprId) -> bool {
        let context = file.context(self.program);
        let tree = &file.info.tree;
        let fun = crate::flow::unit::called(tree, fun);
        let name = match tree.expr(fun) {
            Expr::Ident { sym } => tree.name(sym),
            Expr::Selector { sel, .. } => tree.name(sel.sym),
            _ => return false,
        };
        if let Some((obj, _)) = context.used(fun)
            && let Some(&unit) = self.declared.get(&obj)
            && self.units[unit].progress == crate::flow::unit::Progress::Done
        {
            return self.units[unit].summary.fresh;
        }
        let starts = ["New", "new", "Make", "make", "Create", "create", "Clone", "clone", "Copy", "copy"];
        starts.iter().any(|start| name.starts_with(start))
            || name.ends_with("Copy")
            || name.ends_with("Clone")
    }
}

fn bindings(file: File<'_>, id: StmtId, given: &mut Vec<(ObjRef, Given)>) {
    let tree = &file.info.tree;
    let variable = |e: ExprId| match (tree.expr(tree.unparen(e)), file.info.use_of(tree.unparen(e))) {
        (Expr::Ident { .. }, go_types::Use::Object(obj)) => Some(obj),
        (Expr::Ident { .. }, _) => file.declared(tree.start(tree.unparen(e))),
        _ => None,
    };
    match tree.stmt(id) {
        Stmt::Assign { lhs, op, rhs, .. } if !matches!(op, AssignOp::Op(_)) => {
            let (lhs, rhs) = (tree.exprs(lhs), tree.exprs(rhs));
            for (at, &left) in lhs.iter().enumerate() {
                let Some(obj) = variable(left) else { continue };
                let value = match rhs {
                    _ if lhs.len() == rhs.len() => Given::Value(rhs[at]),
                    // `v, ok := m[k]` and the like; of a call the first result.
                    [one] if at == 0 => Given::Value(*one),
                    _ => Given::Other,
                };
                given.push((obj, value));
            }
        }
        Stmt::Range { clause, .. } => {
            let clause = tree.range(clause);
            if let Some(obj) = clause.key.and_then(variable) {
                given.push((obj, Given::Other));
            }
            if let Some(obj) = clause.value.and_then(variable) {
                given.push((obj, if clause.define { Given::Element(clause.x) } else { Given::Other }));
            }
        }
        _ => {}
    }
}

fn declarations(file: File<'_>, id: DeclId, given: &mut Vec<(ObjRef, Given)>) {
    let tree = &file.info.tree;
    let Decl::Gen { specs, .. } = tree.decl(id) else { return };
    for spec in tree.specs(specs) {
        let Spec::Value { names, values, .. } = *spec else { continue };
        let values = tree.exprs(values);
        for (at, name) in tree.idents(names).iter().enumerate() {
            let Some(obj) = file.declared(name.pos) else { continue };
            let value = match values {
                [] => Given::Zero,
                _ if values.len() == names.len() => Given::Value(values[at]),
                _ => Given::Other,
            };
            given.push((obj, value));
        }
    }
}
