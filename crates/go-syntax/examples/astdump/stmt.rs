//! Statements.

use go_syntax::ast::Stmt;
use go_syntax::{List, Span, StmtId};

use crate::dump::{Dump, line};

impl Dump<'_> {
    pub(crate) fn stmts(&mut self, list: List<StmtId>) {
        line!(self, "stmts", list.len());
        for id in self.tree.stmts(list) {
            self.stmt(Some(*id));
        }
    }

    pub(crate) fn stmt(&mut self, id: Option<StmtId>) {
        let Some(id) = id else { return self.none() };
        let tree = self.tree;
        let Span { start, end } = tree.stmt_span(id);
        match tree.stmt(id) {
            Stmt::Bad { .. } => line!(self, "BadStmt", start, end),
            Stmt::Skipped { .. } => line!(self, "Skipped", start, end),
            Stmt::Decl { decl } => {
                line!(self, "DeclStmt", start, end);
                self.decl(decl);
            }
            Stmt::Empty { implicit } => line!(self, "EmptyStmt", start, end, implicit),
            Stmt::Labeled { label, colon, stmt } => {
                line!(self, "LabeledStmt", start, end, colon);
                self.ident(Some(label));
                self.stmt(Some(stmt));
            }
            Stmt::Expr { x } => {
                line!(self, "ExprStmt", start, end);
                self.expr(Some(x));
            }
            Stmt::Send { chan, arrow, value } => {
                line!(self, "SendStmt", start, end, arrow);
                self.expr(Some(chan));
                self.expr(Some(value));
            }
            Stmt::IncDec { x, op_pos, inc } => {
                line!(self, "IncDecStmt", start, end, op_pos, if inc { "++" } else { "--" });
                self.expr(Some(x));
            }
            Stmt::Assign { lhs, op, op_pos, rhs } => {
                line!(self, "AssignStmt", start, end, op_pos, op.as_str());
                self.exprs(lhs);
                self.exprs(rhs);
            }
            Stmt::Go { call } => {
                line!(self, "GoStmt", start, end, start);
                self.expr(Some(call));
            }
            Stmt::Defer { call } => {
                line!(self, "DeferStmt", start, end, start);
                self.expr(Some(call));
            }
            Stmt::Return { results } => {
                line!(self, "ReturnStmt", start, end, start);
                self.exprs(results);
            }
            Stmt::Branch { kind, label } => {
                line!(self, "BranchStmt", start, end, start, kind.as_str());
                self.ident(label);
            }
            other => self.control(id, other),
        }
    }

    fn control(&mut self, id: StmtId, stmt: Stmt) {
        let Span { start, end } = self.tree.stmt_span(id);
        match stmt {
            Stmt::Block { stmts, rbrace } => {
                line!(self, "BlockStmt", start, end, start, rbrace);
                self.stmts(stmts);
            }
            Stmt::If { init, cond, body, otherwise } => {
                line!(self, "IfStmt", start, end, start);
                self.stmt(init);
                self.expr(Some(cond));
                self.stmt(Some(body));
                self.stmt(otherwise);
            }
            Stmt::Case { list, default, colon, body } => {
                line!(self, "CaseClause", start, end, colon, default);
                self.exprs(list);
                self.stmts(body);
            }
            Stmt::Switch { init, tag, body } => {
                line!(self, "SwitchStmt", start, end, start);
                self.stmt(init);
                self.expr(tag);
                self.stmt(Some(body));
            }
            Stmt::TypeSwitch { init, assign, body } => {
                line!(self, "TypeSwitchStmt", start, end, start);
                self.stmt(init);
                self.stmt(Some(assign));
                self.stmt(Some(body));
            }
            Stmt::Comm { comm, colon, body } => {
                line!(self, "CommClause", start, end, colon);
                self.stmt(comm);
                self.stmts(body);
            }
            Stmt::Select { body } => {
                line!(self, "SelectStmt", start, end, start);
                self.stmt(Some(body));
            }
            Stmt::For { init, cond, post, body } => {
                line!(self, "ForStmt", start, end, start);
                self.stmt(init);
                self.expr(cond);
                self.stmt(post);
                self.stmt(Some(body));
            }
            Stmt::Range { clause, body } => {
                let clause = self.tree.range(clause);
                line!(self, "RangeStmt", start, end, start, clause.op_pos, clause.define, clause.range);
                self.expr(clause.key);
                self.expr(clause.value);
                self.expr(Some(clause.x));
                self.stmt(Some(body));
            }
            _ => line!(self, "no statement"),
        }
    }
}
