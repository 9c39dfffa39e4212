//! Statements with a head and a body: if, for, switch, select.

use crate::ast::{AssignOp, Expr, RangeClause, Stmt};
use crate::ids::{ExprId, List, Pos, StmtId};
use crate::parser::stmt::{Also, Simple};
use crate::parser::{Parser, take_list};
use crate::token::Token;

/// An `if` whose `else` is not read yet.
#[derive(Clone, Copy)]
pub(super) struct If {
    pos: Pos,
    init: Option<StmtId>,
    cond: ExprId,
    body: StmtId,
}

impl Parser<'_> {
    /// An `if` with all its `else if`s. However many these are, there is no recursion.
    pub(super) fn if_stmt(&mut self) -> StmtId {
        let base = self.stacks.ifs.len();
        let mut otherwise = loop {
            let pos = self.expect(Token::If);
            let (init, cond) = self.if_header();
            let body = self.block();
            self.stacks.ifs.push(If { pos, init, cond, body });
            if !self.got(Token::Else) {
                self.expect_semi();
                break None;
            }
            match self.tok {
                Token::If => {}
                Token::LBrace => {
                    let block = self.block();
                    self.expect_semi();
                    break Some(block);
                }
                _ => {
                    self.error_expected(self.pos(), "if statement or block");
                    break Some(self.bad_stmt(self.pos(), self.pos()));
                }
            }
        };
        loop {
            let Some(If { pos, init, cond, body }) = self.stacks.ifs.pop() else {
                return otherwise.unwrap_or_else(|| self.bad_stmt(self.pos(), self.pos()));
            };
            let stmt = self.nodes.stmt(pos, Stmt::If { init, cond, body, otherwise });
            if self.stacks.ifs.len() == base {
                return stmt;
            }
            otherwise = Some(stmt);
        }
    }

    fn if_header(&mut self) -> (Option<StmtId>, ExprId) {
        if self.tok == Token::LBrace {
            self.error(self.pos(), "missing condition in if statement");
            return (None, self.bad_expr(self.pos(), self.pos()));
        }
        let old = std::mem::replace(&mut self.level, -1);
        let mut init = None;
        if self.tok != Token::Semicolon {
            if self.tok == Token::Var {
                self.next();
                self.error(self.pos(), "var declaration not allowed in if initializer");
            }
            init = Some(self.simple_stmt(Also::None));
        }
        let mut semi = None;
        let cond = if self.tok == Token::LBrace {
            init.take()
        } else {
            if self.tok == Token::Semicolon {
                semi = Some((self.pos(), self.at_line_end()));
                self.next();
            } else {
                self.expect(Token::Semicolon);
            }
            (self.tok != Token::LBrace).then(|| self.simple_stmt(Also::None))
        };
        let cond = match (cond, semi) {
            (Some(cond), _) => self.want_expr(cond, "boolean expression"),
            (None, semi) => {
                match semi {
                    Some((pos, true)) => self.error(pos, "unexpected newline, expecting { after if clause"),
                    Some((pos, false)) => self.error(pos, "missing condition in if statement"),
                    None => {}
                }
                self.bad_expr(self.pos(), self.pos())
            }
        };
        self.level = old;
        (init.map(|init| self.simple_node(init)), cond)
    }

    /// The expression that a simple statement should be.
    fn want_expr(&mut self, simple: Simple, want: &str) -> ExprId {
        let stmt = match simple {
            Simple::Expr(x) => return x,
            other => self.simple_node(other),
        };
        let found = match self.nodes.stmts[stmt.index()] {
            Stmt::Assign { .. } => "assignment",
            _ => "simple statement",
        };
        let start = Pos::new(self.nodes.stmt_starts[stmt.index()]);
        let hint = "missing parentheses around composite literal?";
        self.error(start, format!("expected {want}, found {found} ({hint})"));
        let end = self.ends().stmt_end(stmt);
        self.bad_expr(start, end)
    }

    pub(super) fn switch_stmt(&mut self) -> StmtId {
        let pos = self.expect(Token::Switch);
        let mut init = None;
        let mut tag = None;
        if self.tok != Token::LBrace {
            let old = std::mem::replace(&mut self.level, -1);
            if self.tok != Token::Semicolon {
                tag = Some(self.simple_stmt(Also::None));
            }
            if self.got(Token::Semicolon) {
                init = tag.take().map(|init| self.simple_node(init));
                if self.tok != Token::LBrace {
                    tag = Some(self.simple_stmt(Also::None));
                }
            }
            self.level = old;
        }
        let guard = tag.filter(|tag| self.is_type_switch_guard(*tag));
        let body = self.clauses(Parser::case_clause);
        let stmt = match (guard, tag) {
            (Some(guard), _) => Stmt::TypeSwitch { init, assign: self.simple_node(guard), body },
            (None, tag) => {
                let tag = tag.map(|tag| self.want_expr(tag, "switch expression"));
                Stmt::Switch { init, tag, body }
            }
        };
        self.nodes.stmt(pos, stmt)
    }

    /// Whether it is `x.(type)` or `v := x.(type)`.
    fn is_type_switch_guard(&mut self, tag: Simple) -> bool {
        let is_assertion = |parser: &Self, x: ExprId| {
            matches!(parser.nodes.exprs[x.index()], Expr::TypeAssert { ty: None, .. })
        };
        match tag {
            Simple::Expr(x) => is_assertion(self, x),
            Simple::Stmt(stmt) => match self.nodes.stmts[stmt.index()] {
                Stmt::Assign { lhs, op, op_pos, rhs } if lhs.len() == 1 && rhs.len() == 1 => {
                    if !is_assertion(self, self.nodes.expr_ids[rhs.range().start]) {
                        return false;
                    }
                    if op == AssignOp::Assign {
                        self.error(op_pos, "expected ':=', found '='");
                    }
                    matches!(op, AssignOp::Assign | AssignOp::Define)
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// The body of a switch or select, with the semicolon after it.
    fn clauses(&mut self, clause: fn(&mut Self) -> StmtId) -> StmtId {
        let lbrace = self.expect(Token::LBrace);
        let base = self.stacks.stmts.len();
        while matches!(self.tok, Token::Case | Token::Default) {
            let clause = clause(self);
            self.stacks.stmts.push(clause);
        }
        let rbrace = Some(self.expect(Token::RBrace));
        self.expect_semi();
        let stmts = take_list!(self, stmts, stmt_ids, base);
        self.nodes.stmt(lbrace, Stmt::Block { stmts, rbrace })
    }

    fn case_clause(&mut self) -> StmtId {
        let pos = self.pos();
        let default = self.tok == Token::Default;
        self.next();
        let list = if default { List::EMPTY } else { self.expr_list(true) };
        let colon = self.expect(Token::Colon);
        let body = self.stmt_list();
        self.nodes.stmt(pos, Stmt::Case { list, default, colon, body })
    }

    pub(super) fn select_stmt(&mut self) -> StmtId {
        let pos = self.expect(Token::Select);
        let body = self.clauses(Parser::comm_clause);
        self.nodes.stmt(pos, Stmt::Select { body })
    }

    fn comm_clause(&mut self) -> StmtId {
        let pos = self.pos();
        let default = self.tok == Token::Default;
        self.next();
        let comm = if default { None } else { Some(self.communication()) };
        let colon = self.expect(Token::Colon);
        let body = self.stmt_list();
        self.nodes.stmt(pos, Stmt::Comm { comm, colon, body })
    }

    /// The send or receive of a case.
    fn communication(&mut self) -> StmtId {
        let mut lhs = self.expr_list(false);
        let first = self.nodes.expr_ids[lhs.range().start];
        let start = self.start_of(first);
        let op_pos = self.pos();
        let stmt = match self.tok {
            Token::Assign | Token::Define => {
                let op = if self.tok == Token::Define { AssignOp::Define } else { AssignOp::Assign };
                if lhs.len() > 2 {
                    self.error_expected(start, "1 or 2 expressions");
                    lhs.len = 2;
                }
                self.next();
                let x = self.rhs();
                Stmt::Assign { lhs, op, op_pos, rhs: self.one(x) }
            }
            tok => {
                if lhs.len() > 1 {
                    self.error_expected(start, "1 expression");
                }
                if tok == Token::Arrow {
                    self.next();
                    Stmt::Send { chan: first, arrow: op_pos, value: self.rhs() }
                } else {
                    Stmt::Expr { x: first }
                }
            }
        };
        self.nodes.stmt(start, stmt)
    }

    pub(super) fn for_stmt(&mut self) -> StmtId {
        let pos = self.expect(Token::For);
        let (mut init, mut cond, mut post) = (None, None, None);
        if self.tok != Token::LBrace {
            let old = std::mem::replace(&mut self.level, -1);
            if self.tok == Token::Range {
                let range = self.pos();
                self.next();
                let x = self.rhs();
                let clause = RangeClause { key: None, value: None, op_pos: None, define: false, range, x };
                cond = Some(Simple::Range { lhs: List::EMPTY, clause });
            } else if self.tok != Token::Semicolon {
                cond = Some(self.simple_stmt(Also::Range));
            }
            let is_range = matches!(cond, Some(Simple::Range { .. }));
            if !is_range && self.got(Token::Semicolon) {
                init = cond.take();
                if self.tok != Token::Semicolon {
                    cond = Some(self.simple_stmt(Also::None));
                }
                self.expect_semi();
                if self.tok != Token::LBrace {
                    post = Some(self.simple_stmt(Also::None));
                }
            }
            self.level = old;
        }
        let body = self.block();
        self.expect_semi();
        if let Some(Simple::Range { lhs, clause }) = cond {
            return self.range_stmt(pos, lhs, clause, body);
        }
        let cond = cond.map(|cond| self.want_expr(cond, "boolean or range expression"));
        let init = init.map(|init| self.simple_node(init));
        let post = post.map(|post| self.simple_node(post));
        self.nodes.stmt(pos, Stmt::For { init, cond, post, body })
    }

    fn range_stmt(&mut self, pos: Pos, lhs: List<ExprId>, mut clause: RangeClause, body: StmtId) -> StmtId {
        match self.nodes.expr_ids[lhs.range()] {
            [] => {}
            [key] => clause.key = Some(key),
            [key, value] => (clause.key, clause.value) = (Some(key), Some(value)),
            [.., last] => {
                self.error_expected(self.start_of(last), "at most 2 expressions");
                let end = self.ends().stmt_end(body);
                return self.bad_stmt(pos, end);
            }
        }
        let clause = self.nodes.range(clause);
        self.nodes.stmt(pos, Stmt::Range { clause, body })
    }
}
