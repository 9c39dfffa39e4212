//! Where the variables of a function get their values.

use go_syntax::ast::{AssignOp, Decl, Expr, Spec, Stmt};
use go_syntax::{DeclId, Event, ExprId, Node, Span, Tree};
use go_types::{ObjKind, Type, TypeId, VarKind};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::context::Context;

/// A value that a variable gets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Def {
    /// The expression that it comes from.
    pub(super) value: ExprId,
    /// Which of its results.
    pub(super) at: usize,
    /// Whether the variable gets one element of it after the other.
    pub(super) element: bool,
    /// Whether it is put to what the variable has in the order in which a map is gone through.
    pub(super) in_map_order: bool,
}

/// The variables of one declaration at the top, with all function literals in it.
#[derive(Default)]
pub(super) struct Defs {
    pub(super) of: FxHashMap<u32, Vec<Def>>,
    /// What is sorted, somewhere.
    pub(super) sorted: FxHashSet<u32>,
    /// How often each is named.
    pub(super) named: FxHashMap<u32, u32>,
    /// Parameters, by their number.
    pub(super) params: FxHashMap<u32, u32>,
}

/// What writes to something that collects text.
const WRITERS: [&str; 6] = ["Write", "WriteString", "WriteByte", "WriteRune", "Fprintf", "Fprint"];

impl Defs {
    pub(super) fn of(context: &Context<'_>, decl: DeclId) -> Defs {
        let tree = &context.info.tree;
        let mut defs = Defs::default();
        if let Decl::Func(func) = tree.decl(decl) {
            let mut number = 0;
            for field in tree.fields(tree.sig(func.sig).params) {
                for ident in tree.idents(field.names) {
                    if let Some(&index) = context.info.defs.get(&ident.pos) {
                        defs.params.insert(index, number);
                    }
                    number += 1;
                }
                number += u32::from(field.names.is_empty());
            }
        }
        // Loops over maps around the present node.
        let mut loops: Vec<Span> = Vec::new();
        for event in tree.walk(Node::Decl(decl)) {
            match event {
                Event::Enter(Node::Stmt(id)) => {
                    if let Stmt::Range { clause, .. } = tree.stmt(id)
                        && goes_through_map(context, tree.range(clause).x)
                    {
                        loops.push(tree.stmt_span(id));
                    }
                    defs.stmt(context, tree.stmt(id), loops.last().copied());
                }
                Event::Leave(Node::Stmt(id)) => {
                    if let Stmt::Range { clause, .. } = tree.stmt(id)
                        && goes_through_map(context, tree.range(clause).x)
                    {
                        loops.pop();
                    }
                }
                Event::Enter(Node::Spec(id)) => defs.spec(context, tree.spec(id)),
                Event::Enter(Node::Expr(id)) => defs.expr(context, id, loops.last().copied()),
                _ => {}
            }
        }
        defs
    }

    fn add(&mut self, var: u32, value: ExprId, at: usize, in_map_order: bool) {
        self.of.entry(var).or_default().push(Def { value, at, element: false, in_map_order });
    }

    fn stmt(&mut self, context: &Context<'_>, stmt: Stmt, around: Option<Span>) {
        let tree = &context.info.tree;
        match stmt {
            Stmt::Assign { lhs, op, rhs, .. } => {
                let (lhs, rhs) = (tree.exprs(lhs), tree.exprs(rhs));
                for (at, &x) in lhs.iter().enumerate() {
                    let Some(var) = variable(context, x) else { continue };
                    let paired = lhs.len() == rhs.len();
                    let Some(&value) = rhs.get(if paired { at } else { 0 }) else { continue };
                    let grows = matches!(op, AssignOp::Op(_)) || mentions(context, value, var);
                    let ordered = grows && around.is_some_and(|span| follows(context, var, value, span));
                    self.add(var, value, if paired { 0 } else { at }, ordered);
                }
            }
            Stmt::Range { clause, .. } => {
                let clause = tree.range(clause);
                if let Some(var) = clause.value.and_then(|value| variable(context, value))
                    && !context.is_map(clause.x)
                {
                    let def = Def { value: clause.x, at: 0, element: true, in_map_order: false };
                    self.of.entry(var).or_default().push(def);
                }
            }
            _ => {}
        }
    }

    fn spec(&mut self, context: &Context<'_>, spec: Spec) {
        let tree = &context.info.tree;
        let Spec::Value { names, values, .. } = spec else { return };
        let (names, values) = (tree.idents(names), tree.exprs(values));
        for (at, name) in names.iter().enumerate() {
            let paired = names.len() == values.len();
            if let (Some(&var), Some(&value)) =
                (context.info.defs.get(&name.pos), values.get(if paired { at } else { 0 }))
            {
                self.add(var, value, if paired { 0 } else { at }, false);
            }
        }
    }

    fn expr(&mut self, context: &Context<'_>, id: ExprId, around: Option<Span>) {
        let tree = &context.info.tree;
        match tree.expr(id) {
            Expr::Ident { .. } => {
                if let Some(var) = variable(context, id) {
                    *self.named.entry(var).or_default() += 1;
                }
            }
            Expr::Call { fun, args, .. } => {
                let args = tree.exprs(args);
                let (on, name) = match tree.expr(tree.unparen(crate::sites::called(tree, fun))) {
                    Expr::Selector { x, sel } => (Some(x), tree.name(sel.sym)),
                    Expr::Ident { sym } => (None, tree.name(sym)),
                    _ => return,
                };
                if name.to_ascii_lowercase().contains("sort")
                    || on.is_some_and(|on| tree.as_ident(on).is_some_and(|of| tree.name(of.sym) == "sort"))
                {
                    let sorted = args.iter().chain(&on).filter_map(|&x| inner_variable(context, x));
                    self.sorted.extend(sorted);
                } else if WRITERS.contains(&name) {
                    // A method writes to what it belongs to, a function to its first argument.
                    let method = context.info.selection(tree.unparen(fun)).is_some();
                    let (to, what) = if method {
                        (on, args)
                    } else {
                        (args.first().copied(), args.get(1..).unwrap_or_default())
                    };
                    let Some(var) = to.and_then(|to| inner_variable(context, to)) else { return };
                    for &value in what {
                        let ordered = around.is_some_and(|span| follows(context, var, value, span));
                        self.add(var, value, 0, ordered);
                    }
                }
            }
            _ => {}
        }
    }
}

/// The variable of a function that a name stands for.
pub(super) fn variable(context: &Context<'_>, e: ExprId) -> Option<u32> {
    let tree = &context.info.tree;
    tree.as_ident(tree.unparen(e))?;
    let (obj, object) = context.used(e)?;
    let of_function = matches!(object.kind, ObjKind::Var(kind) if kind != VarKind::Global);
    (of_function && obj.pkg == context.package.id).then_some(obj.index)
}

/// The variable inside `&x`, `T(x)`, `x[:]`.
fn inner_variable(context: &Context<'_>, mut e: ExprId) -> Option<u32> {
    let tree = &context.info.tree;
    loop {
        e = tree.unparen(e);
        match tree.expr(e) {
            Expr::Unary { x, .. } | Expr::Star { x } | Expr::Slice { x, .. } => e = x,
            Expr::Call { args, .. } => match tree.exprs(args) {
                [only] => e = *only,
                _ => return None,
            },
            _ => return variable(context, e),
        }
    }
}

fn goes_through_map(context: &Context<'_>, x: ExprId) -> bool {
    if context.is_map(x) {
        return true;
    }
    let tree: &Tree = &context.info.tree;
    let Expr::Call { fun, .. } = tree.expr(tree.unparen(x)) else { return false };
    context.used(crate::sites::called(tree, fun)).is_some_and(|(obj, object)| {
        let name = context.program.types.names.text(object.name);
        matches!(context.path(obj.pkg), "maps" | "golang.org/x/exp/maps")
            && matches!(name, "Keys" | "Values" | "All")
    })
}

/// Whether an expression names a variable.
fn mentions(context: &Context<'_>, e: ExprId, var: u32) -> bool {
    context.info.tree.walk(Node::Expr(e)).any(|event| match event {
        Event::Enter(Node::Expr(id)) => variable(context, id) == Some(var),
        _ => false,
    })
}

/// Whether what a variable collects in a loop is in the loop's order: the variable is there before, is no number,
/// and gets what is declared in the loop.
fn follows(context: &Context<'_>, var: u32, value: ExprId, span: Span) -> bool {
    let declared = |var: u32| context.package.objects.get(var as usize)?.pos.map(|(_, pos)| pos);
    let inside = |var: u32| declared(var).is_some_and(|pos| span.range().contains(&pos.index()));
    let Some(object) = context.package.objects.get(var as usize) else { return false };
    if inside(var) || !is_ordered(context, object.ty) {
        return false;
    }
    context.info.tree.walk(Node::Expr(value)).any(|event| match event {
        Event::Enter(Node::Expr(id)) => variable(context, id).is_some_and(inside),
        _ => false,
    })
}

/// Whether the order matters in which a value of this type is put together.
fn is_ordered(context: &Context<'_>, ty: TypeId) -> bool {
    let types = &context.program.types;
    let ty = types.deref(ty).0;
    match types.get(types.underlying(ty)) {
        Type::Basic(_) => ty == TypeId::STRING || types.as_basic(ty) == types.as_basic(TypeId::STRING),
        Type::Slice(_) => true,
        _ => {
            let name = context.display(ty);
            matches!(&*name, "strings.Builder" | "bytes.Buffer") || name.starts_with("hash.Hash")
        }
    }
}
