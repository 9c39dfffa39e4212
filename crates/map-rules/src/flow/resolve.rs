//! What expressions lead to: paths of variables, and functions.

use std::hash::BuildHasher;

use go_syntax::ExprId;
use go_syntax::ast::{Expr, UnaryOp};
use go_types::{Builtin, MethodRef, Mode, ObjKind, ObjRef, PkgId, SelectionKind, Type, TypeId, Use, VarKind};
use rustc_hash::FxBuildHasher;

use crate::flow::engine::Engine;
use crate::flow::known::{LockOp, lock_op, runtime_lock};
use crate::flow::path::{Elem, PathId, Step};
use crate::flow::unit::{File, Progress, UnitId, called};

/// What is called.
#[derive(Clone, Debug)]
pub(crate) enum Callee {
    /// A predeclared function.
    Builtin(Builtin),
    /// A type: a conversion.
    Type,
    /// An operation of a lock; the lock, if it is known which.
    Lock(LockOp, Option<PathId>),
    /// A function of the checked packages, with its receiver if it is a method.
    Unit(UnitId, Option<Receiver>),
    /// A parameter.
    Param(ObjRef),
    /// A function or method of another package, or of an interface.
    Foreign {
        /// The path of the package.
        path: String,
        /// Its name.
        name: String,
        /// What it is called on.
        receiver: Option<ExprId>,
        /// The same as a path.
        on: Option<PathId>,
        /// Whether it is an interface's.
        interface: bool,
    },
    /// Nobody knows; if it is a variable, what was assigned to it.
    Unknown(Option<ExprId>),
}

/// What a method is called on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Receiver {
    /// Its path, if it has one.
    pub(crate) path: Option<PathId>,
    /// Whether it was just made.
    pub(crate) fresh: bool,
}

/// Variables of function type are looked through so often.
const MOST_NAMES: u32 = 8;

impl<'a> Engine<'a> {
    /// The path of a variable, field or element.
    pub(crate) fn path(&mut self, file: File<'a>, e: ExprId) -> Option<PathId> {
        let tree = &file.info.tree;
        let mut e = e;
        let mut steps: Vec<Step> = Vec::new();
        let start = loop {
            e = tree.unparen(e);
            match tree.expr(e) {
                Expr::Ident { .. } => break self.variable(file, e)?,
                Expr::Selector { x, .. } => match file.info.selection(e) {
                    Some(selection) if selection.kind == SelectionKind::Field => {
                        self.fields(selection.recv, &selection.path, &mut steps);
                        e = x;
                    }
                    Some(_) => return None,
                    None => break self.variable(file, e)?,
                },
                Expr::Index { x, index, .. } => {
                    if matches!(file.info.mode(index), Mode::Type | Mode::Invalid) {
                        return None;
                    }
                    steps.push(Step::Elem(self.element(file, index)));
                    e = x;
                }
                Expr::Star { x } | Expr::TypeAssert { x, .. } | Expr::Unary { op: UnaryOp::Addr, x } => e = x,
                Expr::Call { fun, args, .. } => {
                    if matches!(file.info.mode(tree.unparen(fun)), Mode::Type) {
                        e = *tree.exprs(args).first()?;
                        continue;
                    }
                    break self.result(file, e)?;
                }
                _ => return None,
            }
        };
        let mut path = start;
        for step in steps.into_iter().rev() {
            path = self.paths.step(self.program, path, step)?;
        }
        Some(path)
    }

    fn variable(&mut self, file: File<'a>, e: ExprId) -> Option<PathId> {
        let (obj, object) = file.context(self.program).used(e)?;
        if !matches!(object.kind, ObjKind::Var(_)) || object.name.is_blank() {
            return None;
        }
        if let Some(&alias) = self.locals.alias.get(&obj) {
            return Some(alias);
        }
        if let Some(&value) = self.locals.bound.get(&obj)
            && matches!(file.info.tree.expr(value), Expr::Call { .. })
            && obj.pkg == file.package.id
            && self.is_reference(object.ty)
            && !self.locals.fresh.contains(&obj)
            && let Some(path) = self.result(file, value)
            && self.paths.root_of(path) != obj
        {
            self.locals.alias.insert(obj, path);
            return Some(path);
        }
        Some(self.paths.root(obj))
    }

    /// What a call gives, if its function always gives the same variable.
    fn result(&mut self, file: File<'a>, call: ExprId) -> Option<PathId> {
        if self.nested == MOST_NAMES {
            return None;
        }
        self.nested += 1;
        let path = self.result_inner(file, call);
        self.nested -= 1;
        path
    }

    fn result_inner(&mut self, file: File<'a>, call: ExprId) -> Option<PathId> {
        let tree = &file.info.tree;
        let Expr::Call { fun, args, .. } = tree.expr(tree.unparen(call)) else { return None };
        let Callee::Unit(unit, receiver) = self.callee(file, fun) else { return None };
        if self.units[unit].progress != Progress::Done {
            return None;
        }
        let returns = self.units[unit].summary.returns?;
        let root = self.paths.root_of(returns);
        let start = if self.units[unit].receiver == Some(root) {
            receiver?.path?
        } else if let Some(at) = self.units[unit].params.iter().position(|param| *param == Some(root)) {
            let arg = *tree.exprs(args).get(at)?;
            self.path(file, arg)?
        } else {
            return Some(returns);
        };
        self.paths.rebase(self.program, returns, start)
    }

    /// The steps of a selection, the last one first.
    pub(crate) fn fields(&self, recv: TypeId, path: &[u32], steps: &mut Vec<Step>) {
        let types = &self.program.types;
        let mut ty = recv;
        let at = steps.len();
        for &index in path {
            let (owner, _) = types.deref(ty);
            let Type::Struct(fields) = types.get(types.underlying(owner)) else { break };
            let Some(field) = fields.get(index as usize) else { break };
            steps.insert(at, Step::Field { owner: self.origin(owner), index });
            ty = field.ty;
        }
    }

    fn element(&self, file: File<'a>, index: ExprId) -> Elem {
        let tree = &file.info.tree;
        let hash = FxBuildHasher.hash_one(tree.text(tree.expr_span(index)));
        match file.info.mode(index) {
            Mode::Const => Elem::Const(hash),
            _ => Elem::At(hash),
        }
    }

    /// What a call calls.
    pub(crate) fn callee(&mut self, file: File<'a>, fun: ExprId) -> Callee {
        let tree = &file.info.tree;
        let mut fun = fun;
        for _ in 0..MOST_NAMES {
            fun = called(tree, fun);
            match file.info.mode(fun) {
                Mode::Builtin(builtin) => return Callee::Builtin(builtin),
                Mode::Type => return Callee::Type,
                _ => {}
            }
            match tree.expr(fun) {
                Expr::FuncLit { .. } => {
                    let file_id = file.id;
                    return match self.literals.get(&(file_id, fun)) {
                        Some(&unit) => Callee::Unit(unit, None),
                        None => Callee::Unknown(None),
                    };
                }
                Expr::Selector { x, .. } if file.info.selection(fun).is_some() => {
                    return self.method(file, fun, x);
                }
                Expr::Ident { .. } | Expr::Selector { .. } => {
                    let Use::Object(obj) = file.info.use_of(fun) else { return Callee::Unknown(None) };
                    let Some(object) = file.context(self.program).object(obj) else {
                        return Callee::Unknown(None);
                    };
                    match object.kind {
                        ObjKind::Func => return self.function(file, obj),
                        ObjKind::Var(VarKind::Param) => return Callee::Param(obj),
                        ObjKind::Var(_) => match self.locals.bound.get(&obj) {
                            Some(&value) if obj.pkg == file.package.id => {
                                if matches!(tree.expr(tree.unparen(value)), Expr::Call { .. }) {
                                    return Callee::Unknown(Some(value));
                                }
                                fun = value;
                            }
                            _ => return Callee::Unknown(None),
                        },
                        _ => return Callee::Unknown(None),
                    }
                }
                _ => return Callee::Unknown(None),
            }
        }
        Callee::Unknown(None)
    }

    fn function(&self, file: File<'a>, obj: ObjRef) -> Callee {
        let context = file.context(self.program);
        let Some(object) = context.object(obj) else { return Callee::Unknown(None) };
        let name = self.program.types.names.text(object.name);
        let path = context.path(obj.pkg);
        if path == "runtime"
            && let Some(op) = runtime_lock(name)
        {
            return Callee::Lock(op, None);
        }
        match self.declared.get(&obj) {
            Some(&unit) => Callee::Unit(unit, None),
            None => Callee::Foreign {
                path: path.to_owned(),
                name: name.to_owned(),
                receiver: None,
                on: None,
                interface: false,
            },
        }
    }

    fn method(&mut self, file: File<'a>, fun: ExprId, x: ExprId) -> Callee {
        let context = file.context(self.program);
        let Some(selection) = file.info.selection(fun) else { return Callee::Unknown(None) };
        let Some(method) = selection.method else { return Callee::Unknown(None) };
        if selection.kind == SelectionKind::MethodExpr {
            return Callee::Unknown(None);
        }
        let tree = &file.info.tree;
        let Expr::Selector { sel, .. } = tree.expr(fun) else { return Callee::Unknown(None) };
        let name = tree.name(sel.sym).to_owned();
        let on = self.path(file, x).and_then(|mut path| {
            let mut steps = Vec::new();
            self.fields(selection.recv, &selection.path, &mut steps);
            for step in steps.into_iter().rev() {
                path = self.paths.step(self.program, path, step)?;
            }
            Some(path)
        });
        match method {
            MethodRef::Declared { func, .. } => {
                let pkg = context.path(func.pkg);
                if matches!(pkg, "sync" | "internal/sync")
                    && let Some(op) = lock_op(&name)
                {
                    return Callee::Lock(op, on);
                }
                if let Some(&unit) = self.declared.get(&func) {
                    let summary = &self.units[unit].summary;
                    let silent = summary.acquires.is_empty() && summary.releases.is_empty();
                    if silent
                        && let Some(op) = lock_op(&name)
                        && self.units[unit].params.is_empty()
                    {
                        return Callee::Lock(op, on);
                    }
                    let fresh = on.is_none() && self.is_fresh(file, x);
                    return Callee::Unit(unit, Some(Receiver { path: on, fresh }));
                }
                if let Some(op) = lock_op(&name) {
                    return Callee::Lock(op, on);
                }
                Callee::Foreign { path: pkg.to_owned(), name, receiver: Some(x), on, interface: false }
            }
            MethodRef::Interface { interface, .. } => {
                if let Some(op) = lock_op(&name) {
                    return Callee::Lock(op, on);
                }
                let path = match self.program.types.get(self.origin(interface)) {
                    Type::Named(id) => context.path(self.program.types.named(*id).pkg).to_owned(),
                    _ => String::new(),
                };
                Callee::Foreign { path, name, receiver: Some(x), on, interface: true }
            }
        }
    }

    /// Whether a function serves HTTP requests, by its type.
    pub(crate) fn is_handler(&self, ty: TypeId) -> bool {
        let types = &self.program.types;
        let Type::Func(sig) = types.get(types.underlying(ty)) else { return false };
        let is = |ty: TypeId, name: &str| match types.get(types.deref(ty).0) {
            Type::Named(id) => {
                let named = types.named(*id);
                types.names.text(named.name) == name && self.package_path(named.pkg) == "net/http"
            }
            _ => false,
        };
        matches!(*sig.params, [w, r] if is(w, "ResponseWriter") && is(r, "Request"))
    }

    /// Whether the user says of a function that it locks.
    pub(crate) fn is_told(&self, file: File<'a>, fun: ExprId) -> bool {
        let tree = &file.info.tree;
        let fun = called(tree, fun);
        let (context, types) = (file.context(self.program), &self.program.types);
        let full = match (file.info.selection(fun), tree.expr(fun)) {
            (Some(selection), Expr::Selector { sel, .. }) => {
                let Some(MethodRef::Declared { of, .. }) = selection.method else { return false };
                let named = types.named(of);
                let (path, name) = (context.path(named.pkg), types.names.text(named.name));
                format!("{path}.{name}.{}", tree.name(sel.sym))
            }
            _ => match context.used(fun) {
                Some((obj, object)) => format!("{}.{}", context.path(obj.pkg), types.names.text(object.name)),
                None => return false,
            },
        };
        self.told_locks.contains(&full)
    }

    /// The path of a package.
    pub(crate) fn package_path(&self, pkg: PkgId) -> &str {
        self.program.package(pkg).map_or("", |package| &package.path)
    }
}
