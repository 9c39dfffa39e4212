//! `switch` and `select`.

use go_syntax::ast::{Expr, Ident, Stmt};
use go_syntax::{ExprId, StmtId};

use super::{Checker, Operand};
use crate::object::{ObjKind, VarKind};
use crate::types::TypeId;

impl<'a> Checker<'a> {
    pub(super) fn switch(&mut self, init: Option<StmtId>, tag: Option<ExprId>, body: StmtId) {
        init.into_iter().for_each(|init| self.stmt(init));
        let tree = self.tree();
        let mut wanted = Operand::value(TypeId::BOOL);
        if let Some(tag) = tag {
            wanted = self.expr(tag, TypeId::INVALID);
            self.convert(tag, &mut wanted, TypeId::INVALID);
        }
        for &clause in tree.block(body) {
            let Stmt::Case { list, body, .. } = tree.stmt(clause) else { continue };
            for &value in tree.exprs(list) {
                let mut operand = self.expr(value, TypeId::INVALID);
                self.convert(value, &mut operand, wanted.ty);
            }
            self.block(|this| this.stmts(tree.stmts(body)));
        }
    }

    pub(super) fn type_switch(&mut self, init: Option<StmtId>, assign: StmtId, body: StmtId) {
        init.into_iter().for_each(|init| self.stmt(init));
        let tree = self.tree();
        let (variable, x) = match tree.stmt(assign) {
            Stmt::Assign { lhs, rhs, .. } => match (tree.exprs(lhs), tree.exprs(rhs)) {
                (&[name], &[x]) => (tree.as_ident(name), x),
                _ => return,
            },
            Stmt::Expr { x } => (None, x),
            _ => return,
        };
        let whole = match tree.expr(tree.unparen(x)) {
            Expr::TypeAssert { x, .. } => self.expr(x, TypeId::INVALID).ty,
            _ => self.expr(x, TypeId::INVALID).ty,
        };
        for &clause in tree.block(body) {
            let Stmt::Case { list, body, .. } = tree.stmt(clause) else { continue };
            let mut single = None;
            for &case in tree.exprs(list) {
                let operand = self.expr_or_type(case);
                single = Some(if operand.is_type() { operand.ty } else { whole });
            }
            let ty = single.filter(|_| list.len() == 1).unwrap_or(whole);
            self.block(|this| {
                if let Some(ident) = variable {
                    this.clause_var(clause, ident, ty);
                }
                this.stmts(tree.stmts(body));
            });
        }
    }

    /// The variable of a type switch has another type in each clause.
    fn clause_var(&mut self, clause: StmtId, ident: Ident, ty: TypeId) {
        let object = self.new_object(ObjKind::Var(VarKind::Local), ident, ty);
        self.declare(object);
        if self.record_of() {
            self.info().clause_vars.insert(clause, object);
        }
    }

    pub(super) fn select(&mut self, body: StmtId) {
        let tree = self.tree();
        for &clause in tree.block(body) {
            let Stmt::Comm { comm, body, .. } = tree.stmt(clause) else { continue };
            self.block(|this| {
                comm.into_iter().for_each(|comm| this.stmt(comm));
                this.stmts(tree.stmts(body));
            });
        }
    }
}
