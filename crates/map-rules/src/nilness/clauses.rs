//! The clauses of `switch` and `select`, and calls after which nothing follows.

use go_syntax::ast::{BranchKind, Expr, Stmt};
use go_syntax::{ExprId, StmtId};

use super::flow::Flow;
use super::state::State;

impl Flow<'_> {
    /// A switch over values or conditions.
    pub(super) fn cases(&mut self, state: &mut State, tag: Option<ExprId>, body: StmtId) {
        let tree = &self.context.info.tree;
        let mut rest = std::mem::take(state);
        let (mut out, mut fall) = (State::dead(), State::dead());
        let mut has_default = false;
        let clauses = tree.block(body);
        for &clause in clauses {
            let Stmt::Case { list, default: is_default, body, .. } = tree.stmt(clause) else { continue };
            let mut here = rest.clone();
            match (tree.exprs(list), tag) {
                (&[cond], None) => {
                    self.effects(&mut here, cond);
                    rest = here.clone();
                    self.refine(&mut here, cond, true);
                    self.refine(&mut rest, cond, false);
                }
                (conds, _) => conds.iter().for_each(|&cond| {
                    self.effects(&mut here, cond);
                    self.doubt(&mut here, cond);
                }),
            }
            if is_default {
                has_default = true;
                // What the cases after it rule out is not known yet.
                if clauses.last() != Some(&clause) {
                    here.forget();
                }
            }
            here = here.join(std::mem::replace(&mut fall, State::dead()));
            tree.stmts(body).iter().for_each(|&stmt| self.stmt(&mut here, stmt, None));
            let falls = tree.stmts(body).last().is_some_and(|&last| {
                matches!(tree.stmt(last), Stmt::Branch { kind: BranchKind::Fallthrough, .. })
            });
            if falls {
                fall = here;
            } else {
                out = out.join(here);
            }
        }
        *state = if !has_default { out.join(rest) } else { out };
    }

    /// A switch over types.
    pub(super) fn types(&mut self, state: &mut State, body: StmtId) {
        let tree = &self.context.info.tree;
        let entry = std::mem::take(state);
        let (mut out, mut has_default) = (State::dead(), false);
        for &clause in tree.block(body) {
            let Stmt::Case { default, body, .. } = tree.stmt(clause) else { continue };
            has_default |= default;
            let mut here = entry.clone();
            tree.stmts(body).iter().for_each(|&stmt| self.stmt(&mut here, stmt, None));
            out = out.join(here);
        }
        *state = if has_default { out } else { out.join(entry) };
    }

    /// A select: one of its clauses is run.
    pub(super) fn select(&mut self, state: &mut State, body: StmtId) {
        let tree = &self.context.info.tree;
        let entry = std::mem::take(state);
        let mut out = State::dead();
        for &clause in tree.block(body) {
            let Stmt::Comm { comm, body, .. } = tree.stmt(clause) else { continue };
            let mut here = entry.clone();
            if let Some(comm) = comm {
                self.stmt(&mut here, comm, None);
            }
            tree.stmts(body).iter().for_each(|&stmt| self.stmt(&mut here, stmt, None));
            out = out.join(here);
        }
        *state = out;
    }

    /// Whether a call ends the function: panic, os.Exit, log.Fatal, t.Fatal and what is named like them.
    pub(super) fn never_returns(&self, x: ExprId) -> bool {
        let tree = &self.context.info.tree;
        let Expr::Call { fun, .. } = tree.expr(tree.unparen(x)) else { return false };
        let fun = tree.unparen(fun);
        if let Some(builtin) = self.context.builtin(fun) {
            return builtin == go_types::Builtin::Panic;
        }
        let name = match tree.expr(fun) {
            Expr::Ident { sym } => sym,
            Expr::Selector { sel, .. } => sel.sym,
            _ => return false,
        };
        let name = tree.name(name).to_ascii_lowercase();
        let ends = ["fatal", "panic", "exit", "failnow", "skip", "goexit", "die", "abort", "usage"];
        ends.iter().any(|end| name.starts_with(end) || name.ends_with(end))
    }
}
