//! The map of a site as it is written, and loops that are one operation.

use go_syntax::ast::{Expr, Stmt};
use go_syntax::{ExprId, Node, Pos, Tree};
use go_types::Use;

use super::same_use;
use crate::context::Context;

/// An expression as it stands in the source, in one line and without comments.
pub(crate) fn text(tree: &Tree, e: ExprId) -> String {
    let source = String::from_utf8_lossy(tree.text(tree.expr_span(e)));
    if !source.contains(['\n', '\t', '/']) {
        return source.into_owned();
    }
    source.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The place of the loop `for k := range m { delete(m, k) }` that a call is all of: the compiler makes one clear of
/// it. It does so only where each key equals itself: where a key may be NaN the loop deletes nothing.
pub(super) fn clear_loop(context: &Context<'_>, path: &[Node], map: ExprId, args: &[ExprId]) -> Option<Pos> {
    let info = context.info;
    let tree = &info.tree;
    let [.., Node::Stmt(outer), Node::Stmt(block), Node::Stmt(inner), Node::Expr(_)] = *path else {
        return None;
    };
    let (Stmt::Range { clause, body }, Stmt::Expr { .. }, &[_, key]) =
        (tree.stmt(outer), tree.stmt(inner), args)
    else {
        return None;
    };
    let clause = tree.range(clause);
    if body != block || tree.block(body).len() != 1 || !clause.define || clause.value.is_some() {
        return None;
    }
    let (declared, used) = (clause.key?, tree.unparen(key));
    let same = matches!(info.use_of(used), Use::Object(_)) && same_use(info, declared, used);
    let (key, _) = context.program.types.as_map(info.type_of(clause.x))?;
    let is_clear = same && same_place(context, clause.x, map) && context.is_reflexive(key);
    is_clear.then(|| tree.stmt_start(outer))
}

/// Whether both are the same variable, or the same part of it.
fn same_place(context: &Context<'_>, a: ExprId, b: ExprId) -> bool {
    let tree = &context.info.tree;
    let (a, b) = (tree.unparen(a), tree.unparen(b));
    match (tree.expr(a), tree.expr(b)) {
        (Expr::Ident { .. }, Expr::Ident { .. }) => same_use(context.info, a, b),
        (Expr::Selector { x, .. }, Expr::Selector { x: y, .. }) => {
            same_use(context.info, a, b)
                && (matches!(context.info.use_of(a), Use::Object(_)) || same_place(context, x, y))
        }
        (Expr::Star { x }, Expr::Star { x: y }) => same_place(context, x, y),
        (Expr::Index { x, index, .. }, Expr::Index { x: y, index: other, .. }) => {
            same_place(context, x, y) && same_place(context, index, other)
        }
        (Expr::Lit { .. }, Expr::Lit { .. }) => tree.text(tree.expr_span(a)) == tree.text(tree.expr_span(b)),
        _ => false,
    }
}
