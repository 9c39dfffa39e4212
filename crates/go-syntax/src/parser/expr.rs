//! Expressions: operators, operands and composite literals.

use crate::Bodies;
use crate::ast::{ChanDir, Expr, LitKind, UnaryOp};
use crate::ids::{ExprId, List, Pos};
use crate::parser::recovery::Sync;
use crate::parser::{Parser, take_list};
use crate::token::Token;

impl Parser<'_> {
    /// An expression, or a type where one may stand in its place.
    #[inline]
    pub(super) fn expr(&mut self) -> ExprId {
        self.binary_expr(None, 1)
    }

    /// An expression on the right of an assignment, or where `=` can only be a mistake for `==`.
    pub(super) fn rhs(&mut self) -> ExprId {
        let old = std::mem::replace(&mut self.in_rhs, true);
        let x = self.expr();
        self.in_rhs = old;
        x
    }

    /// Expressions with commas between.
    pub(super) fn expr_list(&mut self, in_rhs: bool) -> List<ExprId> {
        let old = std::mem::replace(&mut self.in_rhs, in_rhs);
        let first = self.expr();
        let list = self.expr_list_from(first);
        self.in_rhs = old;
        list
    }

    /// The same if the first one is read.
    pub(super) fn expr_list_from(&mut self, first: ExprId) -> List<ExprId> {
        if self.tok != Token::Comma {
            return self.one(first);
        }
        let base = self.stacks.exprs.len();
        self.stacks.exprs.push(first);
        while self.got(Token::Comma) {
            let x = self.expr();
            self.stacks.exprs.push(x);
        }
        take_list!(self, exprs, expr_ids, base)
    }

    /// Operands with operators of at least precedence `least` between. `left` is the first, if it is read.
    pub(super) fn binary_expr(&mut self, left: Option<ExprId>, least: u8) -> ExprId {
        let mut x = match left {
            Some(x) => x,
            None => self.unary_expr(),
        };
        loop {
            let tok = if self.in_rhs && self.tok == Token::Assign { Token::Eql } else { self.tok };
            match tok.binary() {
                Some((op, precedence)) if precedence >= least => {
                    let op_pos = self.expect(tok);
                    let y = self.binary_expr(None, precedence + 1);
                    x = self.nodes.expr(self.start_of(x), Expr::Binary { op, op_pos, x, y });
                }
                _ => return x,
            }
        }
    }

    fn unary_expr(&mut self) -> ExprId {
        let op = match self.tok {
            Token::Ident => return self.primary_expr(None),
            Token::Add => UnaryOp::Plus,
            Token::Sub => UnaryOp::Minus,
            Token::Not => UnaryOp::Not,
            Token::Xor => UnaryOp::Xor,
            Token::And => UnaryOp::Addr,
            Token::Tilde => UnaryOp::Tilde,
            Token::Arrow | Token::Mul => return self.star_or_arrow(),
            _ => {
                self.enter();
                let x = self.primary_expr(None);
                self.leave();
                return x;
            }
        };
        self.enter();
        let pos = self.pos();
        self.next();
        let x = self.unary_expr();
        self.leave();
        self.nodes.expr(pos, Expr::Unary { op, x })
    }

    /// `*x`, `<-x`, or a type that starts like these.
    fn star_or_arrow(&mut self) -> ExprId {
        self.enter();
        let pos = self.pos();
        let star = self.tok == Token::Mul;
        self.next();
        let x = self.unary_expr();
        self.leave();
        if star {
            return self.nodes.expr(pos, Expr::Star { x });
        }
        match self.nodes.exprs[x.index()] {
            Expr::ChanType { .. } => {
                self.take_arrow(pos, x);
                x
            }
            _ => self.nodes.expr(pos, Expr::Unary { op: UnaryOp::Recv, x }),
        }
    }

    /// The arrow before a channel type belongs to that: `<-(chan T)` is `(<-chan T)`, and
    /// `<-(chan<- T)` is `(<-chan (<-T))`.
    fn take_arrow(&mut self, arrow: Pos, mut typ: ExprId) {
        let mut arrow = Some(arrow);
        let mut dir = ChanDir::Send;
        while dir == ChanDir::Send
            && let Expr::ChanType { dir: its_dir, arrow: its_arrow, value } = self.nodes.exprs[typ.index()]
        {
            if its_dir == ChanDir::Recv {
                self.error_expected(its_arrow.unwrap_or(self.pos()), "'chan'");
            }
            if let Some(start) = arrow {
                self.nodes.expr_starts[typ.index()] = start.offset();
            }
            self.nodes.exprs[typ.index()] = Expr::ChanType { dir: ChanDir::Recv, arrow, value };
            (arrow, dir, typ) = (its_arrow, its_dir, value);
        }
        if dir == ChanDir::Send {
            self.error_expected(arrow.unwrap_or(self.pos()), "channel type");
        }
    }

    /// What an expression starts with: a name, a literal, something in parentheses, or a type.
    pub(super) fn operand(&mut self) -> ExprId {
        let kind = match self.tok {
            Token::Ident => {
                let ident = self.ident();
                return self.name_expr(ident);
            }
            Token::String => LitKind::String,
            Token::Int => LitKind::Int,
            Token::Float => LitKind::Float,
            Token::Imag => LitKind::Imag,
            Token::Char => LitKind::Char,
            Token::LParen => {
                let lparen = self.pos();
                self.next();
                self.level += 1;
                let x = self.rhs();
                self.level -= 1;
                let rparen = self.expect(Token::RParen);
                return self.nodes.expr(lparen, Expr::Paren { x, rparen });
            }
            Token::Func => return self.func_type_or_lit(),
            _ => {
                if let Some(typ) = self.try_type() {
                    return typ;
                }
                let pos = self.pos();
                self.error_expected(pos, "operand");
                self.advance(Sync::Stmt);
                return self.bad_expr(pos, self.pos());
            }
        };
        self.literal(kind)
    }

    /// The token as a literal.
    pub(super) fn literal(&mut self, kind: LitKind) -> ExprId {
        let lit = self.nodes.expr(self.pos(), Expr::Lit { kind, end: self.end() });
        self.next();
        lit
    }

    fn func_type_or_lit(&mut self) -> ExprId {
        let pos = self.pos();
        let sig = self.func_type();
        if self.tok != Token::LBrace {
            return self.nodes.expr(pos, Expr::FuncType { sig });
        }
        self.level += 1;
        let body = self.body();
        self.level -= 1;
        self.nodes.expr(pos, Expr::FuncLit { sig, body })
    }

    /// `{…}` of a composite literal.
    pub(super) fn literal_value(&mut self, ty: Option<ExprId>) -> ExprId {
        if self.bodies == Bodies::Skip && self.tok == Token::LBrace && !self.elements_count(ty) {
            return self.skipped_literal(ty);
        }
        self.enter();
        let lbrace = self.expect(Token::LBrace);
        let base = self.stacks.exprs.len();
        self.level += 1;
        while self.tok != Token::RBrace && self.tok != Token::Eof {
            let element = self.element();
            self.stacks.exprs.push(element);
            if !self.at_comma("composite literal", Token::RBrace) {
                break;
            }
            self.next();
        }
        self.level -= 1;
        let rbrace = self.expect_closing(Token::RBrace, "composite literal");
        self.leave();
        let elts = take_list!(self, exprs, expr_ids, base);
        let start = ty.map_or(lbrace, |ty| self.start_of(ty));
        self.nodes.expr(start, Expr::Composite { ty, lbrace, elts, rbrace })
    }

    /// Whether a literal's type depends on how many elements it has: `[...]T{…}`.
    fn elements_count(&self, ty: Option<ExprId>) -> bool {
        let Some(Expr::ArrayType { len: Some(len), .. }) = ty.map(|ty| self.nodes.exprs[ty.index()]) else {
            return false;
        };
        matches!(self.nodes.exprs[len.index()], Expr::Ellipsis { .. })
    }

    fn skipped_literal(&mut self, ty: Option<ExprId>) -> ExprId {
        let lbrace = self.pos();
        let rbrace = self.skip_block().unwrap_or(self.pos());
        let start = ty.map_or(lbrace, |ty| self.start_of(ty));
        self.nodes.expr(start, Expr::Composite { ty, lbrace, elts: List::EMPTY, rbrace })
    }

    fn element(&mut self) -> ExprId {
        let key = self.element_value();
        if self.tok != Token::Colon {
            return key;
        }
        let colon = self.pos();
        self.next();
        let value = self.element_value();
        self.nodes.expr(self.start_of(key), Expr::KeyValue { key, colon, value })
    }

    #[inline]
    fn element_value(&mut self) -> ExprId {
        if self.tok == Token::LBrace { self.literal_value(None) } else { self.expr() }
    }
}
