//! What is ever set, anywhere in a package: which variables and fields may hold a map that is not nil.
//!
//! No order, no paths: whatever is set somewhere counts as set. So "never" is certain, as long as only this package
//! can set it.

use go_syntax::ast::{AssignOp, BinaryOp, Expr, Spec, Stmt, UnaryOp};
use go_syntax::{ExprId, SpecId, Tree};
use go_types::{Mode, ObjKind, ObjRef, Package, Program, Type, TypeId, VarKind};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::context::Context;
use crate::storage::Root;

use super::holders::{holds_maps, is_empty, is_local, only_looks};

/// How a holder of maps is used.
#[derive(Clone, Copy, Default)]
struct Uses {
    /// How often it is named.
    all: u32,
    /// In how many of these no map can come into it.
    harmless: u32,
    /// How often one of its elements is named.
    elements: u32,
    /// How often an element of such an element is.
    inner: u32,
    /// Whether it is gone through.
    gone_through: bool,
}

/// What is ever set in a package.
#[derive(Default)]
pub(crate) struct Ever {
    /// May hold a map.
    set: FxHashSet<Root>,
    /// May hold maps as elements.
    filled: FxHashSet<Root>,
    /// Variables that are declared without a value.
    bare: FxHashSet<ObjRef>,
    uses: FxHashMap<Root, Uses>,
    /// Compared with nil, or counted.
    asked: FxHashSet<Root>,
    /// Whether things may be set that the source does not show: by C or through unsafe pointers.
    opaque: bool,
    /// Whether exported fields may be set by looking at their names.
    decodes: bool,
}

/// Packages with these in their path may set exported fields.
const DECODERS: [&str; 12] = [
    "json",
    "xml",
    "yaml",
    "toml",
    "gob",
    "mapstructure",
    "reflect",
    "proto",
    "config",
    "env",
    "decode",
    "bson",
];

impl Ever {
    /// Looks at all files.
    pub(crate) fn of(program: &Program, package: &Package) -> Ever {
        let mut ever = Ever::default();
        for info in &package.files {
            let context = Context { program, package, info };
            ever.imports(&info.tree);
            let specs = (0..info.tree.spec_count()).map(|at| info.tree.spec(SpecId::from_index(at)));
            specs.for_each(|spec| ever.spec(&context, spec));
            for (_, stmt) in info.tree.all_stmts() {
                ever.stmt(&context, stmt);
            }
            for (id, expr) in info.tree.all_exprs() {
                ever.expr(&context, id, expr);
            }
        }
        ever
    }

    /// Whether nothing ever sets a variable or field, so that its map is nil all the time.
    pub(crate) fn never_set(&self, context: &Context<'_>, root: Root) -> bool {
        let bare = match root {
            Root::Var(obj) => self.bare.contains(&obj),
            Root::Field(..) => true,
        };
        bare && !self.set.contains(&root)
            && !self.set.contains(&plain(context, root))
            && self.is_ours(context, root)
    }

    /// Whether something compares it with nil, or counts its elements.
    pub(crate) fn is_asked(&self, root: Root) -> bool {
        self.asked.contains(&root)
    }

    /// Whether a local variable is never set after it was declared without a value.
    pub(crate) fn never_set_local(&self, obj: ObjRef) -> bool {
        self.bare.contains(&obj) && !self.set.contains(&Root::Var(obj))
    }

    /// Whether no map ever comes into a map, slice or array of maps, and nothing asks for one.
    pub(crate) fn never_filled(&self, context: &Context<'_>, root: Root) -> bool {
        let Some(uses) = self.uses.get(&root) else { return false };
        let kind = match root {
            Root::Var(obj) => context.object(obj).map(|object| &object.kind),
            Root::Field(..) => None,
        };
        let comes_from_outside = matches!(kind, Some(ObjKind::Var(VarKind::Param | VarKind::Receiver)));
        !comes_from_outside
            && !self.filled.contains(&root)
            && !self.filled.contains(&plain(context, root))
            && uses.all == uses.harmless
            && uses.elements == uses.inner
            && !uses.gone_through
            && self.is_ours(context, root)
    }

    /// Whether only this package can set it.
    fn is_ours(&self, context: &Context<'_>, root: Root) -> bool {
        let main = context.program.types.names.text(context.package.name) == "main";
        if self.opaque {
            return matches!(root, Root::Var(obj) if is_local(context, obj));
        }
        match root {
            Root::Var(obj) => {
                obj.pkg == context.package.id
                    && context.object(obj).is_some_and(|object| main || !object.name.is_exported())
                    || is_local(context, obj)
            }
            Root::Field(of, number) => context.field(of, number).is_some_and(|field| {
                if field.name.is_exported() { main && !self.decodes } else { field.pkg == context.package.id }
            }),
        }
    }

    fn imports(&mut self, tree: &Tree) {
        for &spec in tree.imports() {
            let Spec::Import { path, .. } = tree.spec(spec) else { continue };
            let path = String::from_utf8_lossy(tree.text(tree.expr_span(path)));
            let path = path.trim_matches(['"', '`']);
            self.opaque |= matches!(path, "C" | "unsafe");
            self.decodes |= DECODERS.iter().any(|part| path.contains(part));
        }
    }

    /// `var x T = y`.
    fn spec(&mut self, context: &Context<'_>, spec: Spec) {
        let tree = &context.info.tree;
        let Spec::Value { names, values, .. } = spec else { return };
        let values = tree.exprs(values);
        let names = tree.idents(names);
        for (at, name) in names.iter().enumerate() {
            let Some(&index) = context.info.defs.get(&name.pos) else { continue };
            let obj = ObjRef { pkg: context.package.id, index };
            let ty = context.object(obj).map_or(TypeId::INVALID, |object| object.ty);
            if values.is_empty() {
                self.bare.insert(obj);
            } else {
                let value = values.get(at).copied().filter(|_| values.len() == names.len());
                self.assigned(context, Root::Var(obj), ty, value);
                self.bare.insert(obj);
            }
        }
    }

    fn stmt(&mut self, context: &Context<'_>, stmt: Stmt) {
        let tree = &context.info.tree;
        match stmt {
            Stmt::Assign { lhs, op: AssignOp::Define | AssignOp::Assign, rhs, .. } => {
                let (lhs, rhs) = (tree.exprs(lhs), tree.exprs(rhs));
                for (at, &x) in lhs.iter().enumerate() {
                    self.target(context, x, rhs.get(at).copied().filter(|_| lhs.len() == rhs.len()));
                }
            }
            Stmt::Range { clause, .. } => {
                let clause = tree.range(clause);
                for x in [clause.key, clause.value].into_iter().flatten() {
                    self.target(context, x, None);
                }
                let ty = context.info.type_of(clause.x);
                if holds_maps(context, ty)
                    && let Some(uses) = self.uses(context, clause.x)
                {
                    uses.harmless += 1;
                    uses.gone_through |= context.is_map_type(ty);
                }
            }
            Stmt::Return { results } => {
                for &x in tree.exprs(results) {
                    // Whoever gets it can do nothing to it before the function ends.
                    if matches!(context.storage(x), Some(Root::Var(obj)) if is_local(context, obj)) {
                        self.harmless(context, x);
                    }
                }
            }
            _ => {}
        }
    }

    fn expr(&mut self, context: &Context<'_>, id: ExprId, expr: Expr) {
        let tree = &context.info.tree;
        match expr {
            Expr::Ident { .. } => self.named(context, id),
            Expr::Selector { x, .. } => {
                self.named(context, id);
                self.method(context, id, x);
            }
            Expr::Composite { elts, .. } => {
                context.each_field(id, tree.exprs(elts), |root, value| {
                    let Root::Field(of, number) = root else { return };
                    let ty = context.field(of, number).map_or(TypeId::INVALID, |field| field.ty);
                    self.assigned(context, root, ty, Some(value));
                });
            }
            Expr::Unary { op: UnaryOp::Addr, x } => self.addressed(context, x),
            Expr::Index { x, .. } => {
                if holds_maps(context, context.info.type_of(x)) {
                    self.harmless(context, x);
                    if let Some(uses) = self.uses(context, x) {
                        uses.elements += 1;
                    }
                }
                if let Expr::Index { x: outer, .. } = tree.expr(tree.unparen(x))
                    && let Some(uses) = self.uses(context, outer)
                {
                    uses.inner += 1;
                }
            }
            Expr::Binary { op: BinaryOp::Eq | BinaryOp::Ne, x, y, .. } => {
                for (x, other) in [(x, y), (y, x)] {
                    if context.is_nil(other) {
                        self.harmless(context, x);
                        self.asked.extend(context.storage(x));
                    }
                }
            }
            Expr::Call { fun, .. } if context.info.mode(tree.unparen(fun)) == Mode::Type => {
                self.converted(context, id);
            }
            Expr::Call { fun, args, .. } if only_looks(context, fun) => {
                for &arg in tree.exprs(args) {
                    self.harmless(context, arg);
                    self.asked.extend(context.storage(arg).filter(|_| context.is_map(arg)));
                }
            }
            _ => {}
        }
    }

    fn named(&mut self, context: &Context<'_>, id: ExprId) {
        if holds_maps(context, context.info.type_of(id))
            && let Some(uses) = self.uses(context, id)
        {
            uses.all += 1;
        }
    }

    fn harmless(&mut self, context: &Context<'_>, e: ExprId) {
        if holds_maps(context, context.info.type_of(e))
            && let Some(uses) = self.uses(context, e)
        {
            uses.harmless += 1;
        }
    }

    fn uses(&mut self, context: &Context<'_>, e: ExprId) -> Option<&mut Uses> {
        Some(self.uses.entry(context.storage(e)?).or_default())
    }

    /// What is assigned to: `value` goes there, or something that is not known.
    fn target(&mut self, context: &Context<'_>, x: ExprId, value: Option<ExprId>) {
        let tree = &context.info.tree;
        let x = tree.unparen(x);
        if let Some(root) = context.storage(x) {
            let ty = context.info.type_of(x);
            if value.is_some_and(|value| is_empty(context, value)) {
                self.harmless(context, x);
            }
            self.assigned(context, root, ty, value);
        } else if let Expr::Index { x: holder, .. } = tree.expr(x)
            && context.is_map(x)
            && value.is_none_or(|value| !context.is_nil(value))
            && let Some(root) = context.storage(holder)
        {
            self.filled.insert(root);
        }
    }

    fn assigned(&mut self, context: &Context<'_>, root: Root, ty: TypeId, value: Option<ExprId>) {
        if context.is_map_type(ty) && value.is_none_or(|value| !context.is_nil(value)) {
            self.set.insert(root);
        }
        if holds_maps(context, ty) && value.is_none_or(|value| !is_empty(context, value)) {
            self.filled.insert(root);
        }
    }

    /// `T(x)`: the fields of `T` hold what those of another type hold.
    fn converted(&mut self, context: &Context<'_>, id: ExprId) {
        let types = &context.program.types;
        let Some(of) = context.struct_of(types.deref(context.info.type_of(id)).0) else { return };
        let Type::Struct(fields) = types.get(types.underlying(of)) else { return };
        for (number, field) in (0..).zip(fields) {
            self.assigned(context, Root::Field(of, number), field.ty, None);
        }
    }

    /// `&x`: what has the address may set it.
    fn addressed(&mut self, context: &Context<'_>, x: ExprId) {
        let tree = &context.info.tree;
        let x = tree.unparen(x);
        if let Some(root) = context.storage(x) {
            self.set.insert(root);
            self.filled.insert(root);
        } else if let Expr::Index { x: holder, .. } = tree.expr(x)
            && let Some(root) = context.storage(holder)
        {
            self.filled.insert(root);
        }
    }

    /// `x.m` where the method takes the address of `x`, or of a field of it.
    fn method(&mut self, context: &Context<'_>, id: ExprId, x: ExprId) {
        let Some(selection) = context.info.selection(id) else { return };
        if !context.takes_address(selection) {
            return;
        }
        if let Some(root) = context.storage(x) {
            self.set.insert(root);
            self.filled.insert(root);
        }
        if let Some(root) = context.field_of(selection) {
            self.set.insert(root);
            self.filled.insert(root);
        }
    }
}

/// A field as one of the struct alone: a value of an undeclared type goes where one of a declared type is wanted.
fn plain(context: &Context<'_>, root: Root) -> Root {
    match root {
        Root::Field(of, number) => Root::Field(context.program.types.underlying(of), number),
        Root::Var(_) => root,
    }
}
