//! Statements without a head.

use crate::Bodies;
use crate::ast::{AssignOp, BranchKind, Expr, Ident, RangeClause, Stmt};
use crate::ids::{ExprId, List, Pos, StmtId};
use crate::parser::recovery::Sync;
use crate::parser::{Parser, take_list};
use crate::token::Token;

/// What a simple statement may be besides.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Also {
    /// Nothing.
    None,
    /// A label.
    Label,
    /// The head of a `range` loop.
    Range,
}

/// A simple statement. Where an expression is wanted, and most often found, it needs no node.
#[derive(Clone, Copy)]
pub(super) enum Simple {
    Expr(ExprId),
    Stmt(StmtId),
    /// A labelled statement, which takes no semicolon after it.
    Labeled(StmtId),
    /// What is before `range`, and that.
    Range {
        lhs: List<ExprId>,
        clause: RangeClause,
    },
}

impl Parser<'_> {
    /// A block.
    pub(super) fn block(&mut self) -> StmtId {
        let lbrace = self.expect(Token::LBrace);
        let stmts = self.stmt_list();
        let rbrace = self.closing_brace();
        self.nodes.stmt(lbrace, Stmt::Block { stmts, rbrace })
    }

    fn closing_brace(&mut self) -> Option<Pos> {
        let pos = self.pos();
        if self.tok == Token::RBrace {
            self.next();
            return Some(pos);
        }
        self.error_expected_token(Token::RBrace);
        if !self.at_next_function() {
            self.next();
        }
        None
    }

    /// The body of a function.
    pub(super) fn body(&mut self) -> StmtId {
        if self.bodies == Bodies::Parse || self.tok != Token::LBrace {
            return self.block();
        }
        let lbrace = self.pos();
        let rbrace = self.skip_block();
        self.nodes.stmt(lbrace, Stmt::Skipped { rbrace })
    }

    /// Goes from `{` to after its `}`, and says where that is.
    pub(super) fn skip_block(&mut self) -> Option<Pos> {
        let rbrace = self.lex.skip_block().map(|at| Pos::new(at as u32));
        self.next();
        if rbrace.is_none() {
            self.error_expected_token(Token::RBrace);
        }
        rbrace
    }

    /// Statements up to what ends a block or a case.
    pub(super) fn stmt_list(&mut self) -> List<StmtId> {
        let base = self.stacks.stmts.len();
        while !matches!(self.tok, Token::Case | Token::Default | Token::RBrace | Token::Eof) {
            if self.tok == Token::Func && self.at_next_function() {
                break;
            }
            let stmt = self.stmt();
            self.stacks.stmts.push(stmt);
        }
        take_list!(self, stmts, stmt_ids, base)
    }

    /// A statement with the semicolon after it.
    pub(super) fn stmt(&mut self) -> StmtId {
        self.enter();
        let stmt = self.any_stmt();
        self.leave();
        stmt
    }

    fn any_stmt(&mut self) -> StmtId {
        use Token::*;
        let pos = self.pos();
        match self.tok {
            Ident | Int | Float | Imag | Char | String | Func | LParen | LBrack | Struct | Map | Chan
            | Interface | Add | Sub | Mul | And | Xor | Arrow | Not => {
                let simple = self.simple_stmt(Also::Label);
                if !matches!(simple, Simple::Labeled(_)) {
                    self.expect_semi();
                }
                self.simple_node(simple)
            }
            If => self.if_stmt(),
            Return => self.return_stmt(),
            For => self.for_stmt(),
            Const | Type | Var => {
                let decl = self.decl(Sync::Stmt);
                self.nodes.stmt(pos, Stmt::Decl { decl })
            }
            Switch => self.switch_stmt(),
            Go => self.go_or_defer("go"),
            Defer => self.go_or_defer("defer"),
            Break | Continue | Goto | Fallthrough => {
                let kind = self.tok.branch().unwrap_or(BranchKind::Break);
                self.branch_stmt(kind)
            }
            LBrace => {
                let block = self.block();
                self.expect_semi();
                block
            }
            Select => self.select_stmt(),
            Semicolon => {
                let implicit = self.at_line_end();
                self.next();
                self.nodes.stmt(pos, Stmt::Empty { implicit })
            }
            // The semicolon may be left out.
            RBrace => self.nodes.stmt(pos, Stmt::Empty { implicit: true }),
            _ => {
                self.error_expected(pos, "statement");
                self.advance(Sync::Stmt);
                self.bad_stmt(pos, self.pos())
            }
        }
    }

    pub(super) fn bad_stmt(&mut self, from: Pos, to: Pos) -> StmtId {
        self.nodes.stmt(from, Stmt::Bad { to })
    }

    /// The node of a simple statement.
    pub(super) fn simple_node(&mut self, simple: Simple) -> StmtId {
        match simple {
            Simple::Expr(x) => self.nodes.stmt(self.start_of(x), Stmt::Expr { x }),
            Simple::Stmt(stmt) | Simple::Labeled(stmt) => stmt,
            // Only for loops ask for it, and make a node of their own of it.
            Simple::Range { clause, .. } => self.bad_stmt(clause.range, self.pos()),
        }
    }

    /// A statement that is an expression or is made of expressions.
    pub(super) fn simple_stmt(&mut self, also: Also) -> Simple {
        let old = std::mem::replace(&mut self.in_rhs, false);
        let first = self.expr();
        let mut lhs = None;
        if self.tok == Token::Comma {
            lhs = Some(self.expr_list_from(first));
        }
        self.in_rhs = old;
        let start = self.start_of(first);
        if let Some(op) = self.tok.assign() {
            let lhs = lhs.unwrap_or_else(|| self.one(first));
            return self.assignment(lhs, start, op, also);
        }
        if lhs.is_some() {
            // Go on with the first one.
            self.error_expected(start, "1 expression");
        }
        let op_pos = self.pos();
        let stmt = match self.tok {
            Token::Colon => return self.labeled(first, also),
            Token::Arrow => {
                self.next();
                let value = self.rhs();
                Stmt::Send { chan: first, arrow: op_pos, value }
            }
            Token::Inc | Token::Dec => {
                let inc = self.tok == Token::Inc;
                self.next();
                Stmt::IncDec { x: first, op_pos, inc }
            }
            _ => return Simple::Expr(first),
        };
        Simple::Stmt(self.nodes.stmt(start, stmt))
    }

    fn assignment(&mut self, lhs: List<ExprId>, start: Pos, op: AssignOp, also: Also) -> Simple {
        let op_pos = self.pos();
        self.next();
        let define = op == AssignOp::Define;
        if also == Also::Range && self.tok == Token::Range && (define || op == AssignOp::Assign) {
            let range = self.pos();
            self.next();
            let x = self.rhs();
            let clause = RangeClause { key: None, value: None, op_pos: Some(op_pos), define, range, x };
            return Simple::Range { lhs, clause };
        }
        let rhs = self.expr_list(true);
        Simple::Stmt(self.nodes.stmt(start, Stmt::Assign { lhs, op, op_pos, rhs }))
    }

    fn labeled(&mut self, first: ExprId, also: Also) -> Simple {
        let colon = self.pos();
        self.next();
        let pos = self.start_of(first);
        match self.nodes.exprs[first.index()] {
            Expr::Ident { sym } if also == Also::Label => {
                let label = Ident { pos, sym };
                let stmt = self.stmt();
                Simple::Labeled(self.nodes.stmt(pos, Stmt::Labeled { label, colon, stmt }))
            }
            _ => {
                self.error(colon, "illegal label declaration");
                Simple::Stmt(self.bad_stmt(pos, colon.plus(1)))
            }
        }
    }

    fn return_stmt(&mut self) -> StmtId {
        let pos = self.pos();
        self.next();
        let results = match self.tok {
            Token::Semicolon | Token::RBrace => List::EMPTY,
            _ => self.expr_list(true),
        };
        self.expect_semi();
        self.nodes.stmt(pos, Stmt::Return { results })
    }

    fn branch_stmt(&mut self, kind: BranchKind) -> StmtId {
        let pos = self.pos();
        self.next();
        let label = match kind {
            BranchKind::Goto => Some(self.ident()),
            BranchKind::Fallthrough => None,
            _ => (self.tok == Token::Ident).then(|| self.ident()),
        };
        self.expect_semi();
        self.nodes.stmt(pos, Stmt::Branch { kind, label })
    }

    fn go_or_defer(&mut self, keyword: &str) -> StmtId {
        let pos = self.pos();
        self.next();
        let mut x = self.rhs();
        let inner = self.unparen(x);
        if inner != x {
            self.error(self.start_of(x), format!("expression in {keyword} must not be parenthesized"));
            x = inner;
        }
        let is_call = match self.nodes.exprs[x.index()] {
            Expr::Call { .. } => true,
            Expr::Bad { .. } => false,
            _ => {
                let end = self.ends().expr_end(x);
                self.error(end, format!("expression in {keyword} must be function call"));
                false
            }
        };
        self.expect_semi();
        let stmt = match (is_call, keyword) {
            (false, _) => Stmt::Bad { to: pos.plus(keyword.len() as u32) },
            (true, "go") => Stmt::Go { call: x },
            (true, _) => Stmt::Defer { call: x },
        };
        self.nodes.stmt(pos, stmt)
    }
}
