//! What follows an operand: selectors, indices, calls, assertions, and `{…}` of a composite literal.

use crate::ast::{Bounds, Expr, Ident};
use crate::ids::{ExprId, Pos, Sym};
use crate::nodes::list;
use crate::parser::{Parser, take_list};
use crate::token::Token;

impl Parser<'_> {
    /// An operand with all that follows it. `operand` is it, if it is read.
    pub(super) fn primary_expr(&mut self, operand: Option<ExprId>) -> ExprId {
        let mut x = match operand {
            Some(x) => x,
            None => self.operand(),
        };
        loop {
            x = match self.tok {
                Token::Period => self.selector_or_assertion(x),
                Token::LBrack => {
                    self.enter();
                    let indexed = self.index_or_slice(x);
                    self.leave();
                    indexed
                }
                Token::LParen => {
                    self.enter();
                    let call = self.call(x);
                    self.leave();
                    call
                }
                Token::LBrace => match self.begins_literal(x) {
                    true => self.literal_value(Some(x)),
                    false => return x,
                },
                _ => return x,
            }
        }
    }

    /// Whether the `{` after `x` belongs to it.
    fn begins_literal(&mut self, x: ExprId) -> bool {
        let typ = self.unparen(x);
        let belongs = match self.nodes.exprs[typ.index()] {
            Expr::Bad { .. }
            | Expr::Ident { .. }
            | Expr::Selector { .. }
            | Expr::Index { .. }
            | Expr::IndexList { .. } => self.level >= 0,
            Expr::ArrayType { .. } | Expr::StructType { .. } | Expr::MapType { .. } => true,
            _ => false,
        };
        if belongs && typ != x {
            self.error(self.start_of(typ), "cannot parenthesize type in composite literal");
        }
        belongs
    }

    fn selector_or_assertion(&mut self, x: ExprId) -> ExprId {
        let start = self.start_of(x);
        self.next();
        match self.tok {
            Token::Ident => {
                let sel = self.ident();
                self.nodes.expr(start, Expr::Selector { x, sel })
            }
            Token::LParen => {
                let lparen = self.pos();
                self.next();
                let ty = match self.tok {
                    Token::Type => {
                        self.next();
                        None
                    }
                    _ => Some(self.typ()),
                };
                let rparen = self.expect(Token::RParen);
                self.nodes.expr(start, Expr::TypeAssert { x, lparen, ty, rparen })
            }
            _ => {
                let pos = self.pos();
                self.error_expected(pos, "selector or type assertion");
                if self.tok != Token::RBrace {
                    self.next();
                }
                let sel = Ident { pos, sym: Sym::BLANK };
                self.nodes.expr(start, Expr::Selector { x, sel })
            }
        }
    }

    fn index_or_slice(&mut self, x: ExprId) -> ExprId {
        let start = self.start_of(x);
        let lbrack = self.pos();
        self.next();
        if self.tok == Token::RBrack {
            let rbrack = self.pos();
            self.error_expected(rbrack, "operand");
            self.next();
            let index = self.bad_expr(rbrack, rbrack);
            return self.nodes.expr(start, Expr::Index { x, lbrack, index, rbrack });
        }
        self.level += 1;
        // It may also be a type argument: a type is an expression here.
        let first = if self.tok == Token::Colon { None } else { Some(self.rhs()) };
        match (self.tok, first) {
            (Token::Colon, _) | (_, None) => self.slice(x, lbrack, first),
            (Token::Comma, Some(first)) => {
                let base = self.stacks.exprs.len();
                self.stacks.exprs.push(first);
                while self.got(Token::Comma) {
                    if self.tok != Token::RBrack && self.tok != Token::Eof {
                        let arg = self.typ();
                        self.stacks.exprs.push(arg);
                    }
                }
                self.level -= 1;
                let rbrack = self.expect(Token::RBrack);
                self.instance(x, lbrack, base, rbrack)
            }
            (_, Some(index)) => {
                self.level -= 1;
                let rbrack = self.expect(Token::RBrack);
                self.nodes.expr(start, Expr::Index { x, lbrack, index, rbrack })
            }
        }
    }

    /// The rest of a slice expression, from the first colon on.
    fn slice(&mut self, x: ExprId, lbrack: Pos, low: Option<ExprId>) -> ExprId {
        let mut index = [low, None, None];
        let mut colons = [lbrack; 2];
        let mut count = 0;
        while self.tok == Token::Colon && count < 2 {
            colons[count] = self.pos();
            count += 1;
            self.next();
            if !matches!(self.tok, Token::Colon | Token::RBrack | Token::Eof) {
                index[count] = Some(self.rhs());
            }
        }
        self.level -= 1;
        let rbrack = self.expect(Token::RBrack);
        let three = count == 2;
        if three && index[1].is_none() {
            self.error(colons[0], "middle index required in 3-index slice");
            index[1] = Some(self.bad_expr(colons[0].plus(1), colons[1]));
        }
        if three && index[2].is_none() {
            self.error(colons[1], "final index required in 3-index slice");
            index[2] = Some(self.bad_expr(colons[1].plus(1), rbrack));
        }
        let [low, high, max] = index;
        let bounds = self.nodes.bounds(Bounds { low, high, max, three });
        self.nodes.expr(self.start_of(x), Expr::Slice { x, lbrack, bounds, rbrack })
    }

    /// `x[…]` with the type arguments that are on the stack from `base` on; there is at least one.
    pub(super) fn instance(&mut self, x: ExprId, lbrack: Pos, base: usize, rbrack: Pos) -> ExprId {
        let start = self.start_of(x);
        if let [index] = self.stacks.exprs[base..] {
            self.stacks.exprs.truncate(base);
            return self.nodes.expr(start, Expr::Index { x, lbrack, index, rbrack });
        }
        let indices = take_list!(self, exprs, expr_ids, base);
        self.nodes.expr(start, Expr::IndexList { x, lbrack, indices, rbrack })
    }

    fn call(&mut self, fun: ExprId) -> ExprId {
        let lparen = self.pos();
        self.next();
        let base = self.stacks.exprs.len();
        let mut ellipsis = None;
        self.level += 1;
        while self.tok != Token::RParen && self.tok != Token::Eof && ellipsis.is_none() {
            let arg = self.rhs();
            self.stacks.exprs.push(arg);
            if self.tok == Token::Ellipsis {
                ellipsis = Some(self.pos());
                self.next();
            }
            if !self.at_comma("argument list", Token::RParen) {
                break;
            }
            self.next();
        }
        self.level -= 1;
        let rparen = self.expect_closing(Token::RParen, "argument list");
        let args = list(&mut self.nodes.expr_ids, &mut self.stacks.exprs, base);
        let spread = ellipsis.is_some();
        let call = self.nodes.expr(self.start_of(fun), Expr::Call { fun, lparen, args, rparen, spread });
        if let Some(ellipsis) = ellipsis {
            self.nodes.ellipses.push((call, ellipsis));
        }
        call
    }
}
