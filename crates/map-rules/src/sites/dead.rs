//! Code that the compiler drops, for reasons that are plain from the source.

use std::ops::Range;

use go_syntax::ast::{BinaryOp, BranchKind, Decl, Expr, Stmt, UnaryOp};
use go_syntax::{Event, ExprId, List, Node, Pos, Span, StmtId, Tree};
use go_types::{Builtin, Value};
use rustc_hash::FxHashMap;

use crate::context::Context;

/// Why code is dropped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// A condition is constant.
    ConstantCondition,
    /// What stands before it never goes on.
    AfterTerminating,
    /// The function is named `_`.
    BlankFunction,
}

impl Why {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Why::ConstantCondition => "constant condition",
            Why::AfterTerminating => "after a terminating statement",
            Why::BlankFunction => "function named _",
        }
    }
}

/// The dropped parts of a file.
#[derive(Default)]
pub(super) struct Dead {
    parts: Vec<(Range<usize>, Why)>,
    /// What conditions always come to, also where only one side of `&&` or `||` is constant.
    truths: FxHashMap<ExprId, bool>,
}

impl Dead {
    /// Why the code at `pos` is dropped, if it is.
    ///
    /// The parts are in order, and none is within another: see [`Dead::finish`].
    pub(super) fn at(&self, pos: Pos) -> Option<Why> {
        let after = self.parts.partition_point(|(part, _)| part.start <= pos.index());
        let (part, why) = self.parts.get(after.checked_sub(1)?)?;
        part.contains(&pos.index()).then_some(*why)
    }

    /// Puts the parts in order, when all of the file was looked at.
    pub(super) fn finish(&mut self) {
        self.parts.sort_by_key(|(part, _)| (part.start, std::cmp::Reverse(part.end)));
        let mut end = 0;
        self.parts.retain(|(part, _)| {
            let outermost = part.end > end;
            end = end.max(part.end);
            outermost
        });
    }

    fn drop_part(&mut self, span: Span, why: Why) {
        self.parts.push((span.range(), why));
    }

    /// What a condition always comes to.
    fn truth(&self, e: ExprId) -> Option<bool> {
        self.truths.get(&e).copied()
    }

    /// What an expression always comes to, if its operands are known.
    fn truth_of(&self, context: &Context<'_>, e: ExprId) -> Option<bool> {
        if let Some(known) = context.truth(e) {
            return Some(known);
        }
        match context.info.tree.expr(e) {
            Expr::Paren { x, .. } => self.truth(x),
            Expr::Unary { op: UnaryOp::Not, x } => self.truth(x).map(|known| !known),
            Expr::Binary { op: op @ (BinaryOp::LAnd | BinaryOp::LOr), x, y, .. } => {
                let decides = op == BinaryOp::LOr;
                match (self.truth(x), self.truth(y)) {
                    (Some(known), _) | (_, Some(known)) if known == decides => Some(decides),
                    (Some(_), Some(_)) => Some(!decides),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Looks at a node, whose children were looked at, for parts of it that are dropped.
    pub(super) fn leave(&mut self, context: &Context<'_>, node: Node) {
        let tree = &context.info.tree;
        match node {
            Node::Decl(id) => {
                if let Decl::Func(func) = tree.decl(id)
                    && func.name.sym.is_blank()
                {
                    self.drop_part(tree.decl_span(id), Why::BlankFunction);
                }
            }
            Node::Expr(id) => {
                if let Some(known) = self.truth_of(context, id) {
                    self.truths.insert(id, known);
                }
                if let Expr::Binary { op, x, y, .. } = tree.expr(id)
                    && matches!(
                        (op, self.truth(x)),
                        (BinaryOp::LAnd, Some(false)) | (BinaryOp::LOr, Some(true))
                    )
                {
                    self.drop_part(tree.expr_span(y), Why::ConstantCondition);
                }
            }
            Node::Stmt(id) => self.stmt(context, id),
            _ => {}
        }
    }

    fn stmt(&mut self, context: &Context<'_>, id: StmtId) {
        let tree = &context.info.tree;
        match tree.stmt(id) {
            Stmt::If { cond, body, otherwise, .. } => match (self.truth(cond), otherwise) {
                (Some(false), _) => self.drop_part(tree.stmt_span(body), Why::ConstantCondition),
                (Some(true), Some(otherwise)) => {
                    self.drop_part(tree.stmt_span(otherwise), Why::ConstantCondition);
                }
                _ => {}
            },
            Stmt::For { cond: Some(cond), body, .. } if self.truth(cond) == Some(false) => {
                self.drop_part(tree.stmt_span(body), Why::ConstantCondition);
            }
            Stmt::Switch { tag, body, .. } => self.cases(context, tag, tree.block(body)),
            Stmt::Block { stmts, .. } => self.rest(context, stmts),
            Stmt::Case { body, .. } | Stmt::Comm { body, .. } => self.rest(context, body),
            _ => {}
        }
    }

    /// The cases of a switch over a constant that it never takes, where all are constant and none falls through.
    fn cases(&mut self, context: &Context<'_>, tag: Option<ExprId>, clauses: &[StmtId]) {
        let info = context.info;
        let tree = &info.tree;
        let truth = Value::Bool(true);
        let Some(tag) = tag.map_or(Some(&truth), |tag| info.values.get(&tag)) else { return };
        let mut taken = None;
        for (at, &clause) in clauses.iter().enumerate() {
            let Stmt::Case { list, body, .. } = tree.stmt(clause) else { continue };
            for value in tree.exprs(list) {
                let Some(value) = info.values.get(value) else { return };
                let Some(equal) = tag.binary(BinaryOp::Eq, value, true).as_bool() else { return };
                if equal && taken.is_none() {
                    taken = Some(at);
                }
            }
            if let Some(&last) = tree.stmts(body).last()
                && matches!(tree.stmt(last), Stmt::Branch { kind: BranchKind::Fallthrough, .. })
            {
                return;
            }
        }
        for (at, &clause) in clauses.iter().enumerate() {
            let Stmt::Case { default, body, .. } = tree.stmt(clause) else { continue };
            if taken != Some(at) && !(taken.is_none() && default) {
                for &stmt in tree.stmts(body) {
                    self.drop_part(tree.stmt_span(stmt), Why::ConstantCondition);
                }
            }
        }
    }

    /// What follows a statement that never goes on, up to a label that something may jump to.
    fn rest(&mut self, context: &Context<'_>, stmts: List<StmtId>) {
        let tree = &context.info.tree;
        let mut ended = false;
        for &stmt in tree.stmts(stmts) {
            if !ended {
                ended = self.ends(context, stmt);
                continue;
            }
            if has_label(tree, stmt) {
                ended = self.ends(context, stmt);
            } else {
                self.drop_part(tree.stmt_span(stmt), Why::AfterTerminating);
            }
        }
    }
}

impl Dead {
    /// Whether control never comes out at the end of a statement. It may say no where it does not.
    fn ends(&self, context: &Context<'_>, stmt: StmtId) -> bool {
        let tree = &context.info.tree;
        match tree.stmt(stmt) {
            Stmt::Return { .. } => true,
            Stmt::Branch { kind, .. } => kind != BranchKind::Fallthrough,
            Stmt::Expr { x } => match tree.expr(tree.unparen(x)) {
                Expr::Call { fun, .. } => context.builtin(fun) == Some(Builtin::Panic),
                _ => false,
            },
            Stmt::Block { stmts, .. } => {
                tree.stmts(stmts).iter().any(|&stmt| self.ends(context, stmt) && !has_label(tree, stmt))
            }
            Stmt::If { cond, body, otherwise, .. } => match (self.truth(cond), otherwise) {
                (Some(true), _) => self.ends(context, body),
                (_, None) => false,
                (Some(false), Some(otherwise)) => self.ends(context, otherwise),
                (None, Some(otherwise)) => self.ends(context, body) && self.ends(context, otherwise),
            },
            Stmt::For { cond: None, body, .. } => !inside(tree, body, |stmt| {
                matches!(stmt, Stmt::Branch { kind: BranchKind::Break | BranchKind::Goto, .. })
            }),
            _ => false,
        }
    }
}

fn has_label(tree: &Tree, stmt: StmtId) -> bool {
    inside(tree, stmt, |stmt| matches!(stmt, Stmt::Labeled { .. }))
}

/// Whether `f` holds for a statement within this one, or it, but not in functions within.
fn inside(tree: &Tree, stmt: StmtId, f: impl Fn(Stmt) -> bool) -> bool {
    let mut literals = 0;
    tree.walk(Node::Stmt(stmt)).any(|event| match event {
        Event::Enter(Node::Expr(id)) if matches!(tree.expr(id), Expr::FuncLit { .. }) => {
            literals += 1;
            false
        }
        Event::Leave(Node::Expr(id)) if matches!(tree.expr(id), Expr::FuncLit { .. }) => {
            literals -= 1;
            false
        }
        Event::Enter(Node::Stmt(id)) => literals == 0 && f(tree.stmt(id)),
        _ => false,
    })
}
