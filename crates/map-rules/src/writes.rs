//! Writes to elements of maps, with what each rule wants to know of them.

use go_syntax::ast::{AssignOp, BinaryOp, Expr, Stmt};
use go_syntax::{DeclId, ExprId, Node, StmtId, Tree};
use go_types::FileInfo;

use crate::context::Context;
use crate::sites::around;

/// How an element is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum How {
    /// `m[k] = v`.
    Assign,
    /// `m[k] += v` and the like.
    Op(BinaryOp),
    /// `m[k]++` or `m[k]--`.
    Count,
    /// One of several on the left, or a loop's variable.
    Several,
}

/// A write to an element of a map.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Write {
    /// The statement.
    pub(crate) stmt: StmtId,
    /// `m[k]`.
    pub(crate) element: ExprId,
    /// `m`.
    pub(crate) map: ExprId,
    /// `k`.
    pub(crate) key: ExprId,
    /// How.
    pub(crate) how: How,
    /// `v`, where one expression stands for it.
    pub(crate) value: Option<ExprId>,
    /// The declaration around it.
    pub(crate) decl: DeclId,
}

/// All of one file, in the order of the source.
pub(crate) fn writes(context: &Context<'_>) -> Vec<Write> {
    let tree = &context.info.tree;
    let mut found = Vec::new();
    let mut add = |stmt, target: ExprId, how, value| {
        let element = tree.unparen(target);
        let Expr::Index { x: map, index: key, .. } = tree.expr(element) else { return };
        if context.is_map(map)
            && let Some(decl) = decl_around(tree, tree.stmt_start(stmt))
        {
            found.push(Write { stmt, element, map, key, how, value, decl });
        }
    };
    for (id, stmt) in tree.all_stmts() {
        match stmt {
            Stmt::Assign { lhs, op, rhs, .. } => {
                let (lhs, rhs) = (tree.exprs(lhs), tree.exprs(rhs));
                for (at, &x) in lhs.iter().enumerate() {
                    let value = rhs.get(at).copied().filter(|_| lhs.len() == rhs.len());
                    match op {
                        AssignOp::Define => {}
                        AssignOp::Assign if value.is_some() => add(id, x, How::Assign, value),
                        AssignOp::Assign => add(id, x, How::Several, None),
                        AssignOp::Op(op) => add(id, x, How::Op(op), value),
                    }
                }
            }
            Stmt::IncDec { x, .. } => add(id, x, How::Count, None),
            Stmt::Range { clause, .. } => {
                let clause = tree.range(clause);
                if !clause.define {
                    for x in [clause.key, clause.value].into_iter().flatten() {
                        add(id, x, How::Several, None);
                    }
                }
            }
            _ => {}
        }
    }
    found.sort_by_key(|write| tree.start(write.element));
    found
}

/// The declaration at the top of the file that a place is in.
pub(crate) fn decl_around(tree: &Tree, pos: go_syntax::Pos) -> Option<DeclId> {
    let after = tree.decls().partition_point(|&decl| tree.decl_start(decl) <= pos);
    tree.decls().get(after.checked_sub(1)?).copied()
}

/// The function around an expression, as stacks have it, without the package.
pub(crate) fn function_around(context: &Context<'_>, decl: DeclId, at: ExprId) -> String {
    let tree = &context.info.tree;
    let mut path = Vec::new();
    for event in tree.walk(Node::Decl(decl)) {
        match event {
            go_syntax::Event::Enter(node) => {
                if node == Node::Expr(at) {
                    break;
                }
                path.push(node);
            }
            go_syntax::Event::Leave(_) => _ = path.pop(),
        }
    }
    around(context, &path).0
}

/// An expression as it stands in the source, on one line, and not too long.
pub(crate) fn text(info: &FileInfo, e: ExprId) -> String {
    let text = crate::sites::text(&info.tree, e);
    if text.chars().count() <= 60 { text } else { text.chars().take(57).chain("...".chars()).collect() }
}
