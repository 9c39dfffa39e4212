//! Types, but for structs and interfaces.

use crate::ast::{ChanDir, Expr, FieldList, Ident, Signature};
use crate::ids::{ExprId, Pos, SigId};
use crate::parser::Parser;
use crate::parser::recovery::Sync;
use crate::token::Token;

impl Parser<'_> {
    /// A type.
    pub(super) fn typ(&mut self) -> ExprId {
        match self.try_type() {
            Some(typ) => typ,
            None => self.no_type("type"),
        }
    }

    #[cold]
    fn no_type(&mut self, what: &str) -> ExprId {
        let pos = self.pos();
        self.error_expected(pos, what);
        self.advance(Sync::Expr);
        self.bad_expr(pos, self.pos())
    }

    /// A type, if one starts here.
    pub(super) fn try_type(&mut self) -> Option<ExprId> {
        let pos = self.pos();
        let leaf = match self.tok {
            Token::Ident => {
                let name = self.ident();
                return Some(self.qualified(name));
            }
            Token::Struct => self.struct_type(),
            Token::Interface => self.interface_type(),
            _ => {
                self.enter();
                let expr = self.composed_type();
                self.leave();
                return expr.map(|expr| self.nodes.expr(pos, expr));
            }
        };
        Some(leaf)
    }

    /// A type that starts with a token of its own and has another type in it.
    fn composed_type(&mut self) -> Option<Expr> {
        Some(match self.tok {
            Token::LBrack => {
                self.next();
                self.array_type(None)
            }
            Token::Mul => {
                self.next();
                Expr::Star { x: self.typ() }
            }
            Token::Func => Expr::FuncType { sig: self.func_type() },
            Token::Map => {
                self.next();
                self.expect(Token::LBrack);
                let key = self.typ();
                self.expect(Token::RBrack);
                Expr::MapType { key, value: self.typ() }
            }
            Token::Chan => {
                self.next();
                let arrow = (self.tok == Token::Arrow).then(|| self.expect(Token::Arrow));
                let dir = if arrow.is_some() { ChanDir::Send } else { ChanDir::Both };
                Expr::ChanType { dir, arrow, value: self.typ() }
            }
            Token::Arrow => {
                let arrow = Some(self.expect(Token::Arrow));
                self.expect(Token::Chan);
                Expr::ChanType { dir: ChanDir::Recv, arrow, value: self.typ() }
            }
            Token::LParen => {
                self.next();
                let x = self.typ();
                Expr::Paren { x, rparen: self.expect(Token::RParen) }
            }
            _ => return None,
        })
    }

    /// An array or slice type after its `[`. `len` is its length, if that is read.
    pub(super) fn array_type(&mut self, len: Option<ExprId>) -> Expr {
        let len = len.or_else(|| {
            self.level += 1;
            let len = match self.tok {
                Token::Ellipsis => {
                    let pos = self.pos();
                    self.next();
                    Some(self.nodes.expr(pos, Expr::Ellipsis { elt: None }))
                }
                Token::RBrack => None,
                _ => Some(self.rhs()),
            };
            self.level -= 1;
            len
        });
        if self.tok == Token::Comma {
            self.error(self.pos(), "unexpected comma; expecting ]");
            self.next();
        }
        self.expect(Token::RBrack);
        Expr::ArrayType { len, elt: self.typ() }
    }

    /// A name that was read, with what may follow it as a type: `.Name`, `[arguments]`.
    pub(super) fn qualified(&mut self, name: Ident) -> ExprId {
        let typ = self.type_name(name);
        if self.tok == Token::LBrack { self.type_instance(typ) } else { typ }
    }

    /// The same without arguments.
    pub(super) fn type_name(&mut self, name: Ident) -> ExprId {
        let x = self.name_expr(name);
        if !self.got(Token::Period) {
            return x;
        }
        let sel = self.ident();
        self.nodes.expr(name.pos, Expr::Selector { x, sel })
    }

    /// `[arguments]` after a type's name.
    pub(super) fn type_instance(&mut self, x: ExprId) -> ExprId {
        let lbrack = self.expect(Token::LBrack);
        let base = self.stacks.exprs.len();
        self.enter();
        self.level += 1;
        self.type_arguments();
        self.level -= 1;
        self.leave();
        let rbrack = self.expect_closing(Token::RBrack, "type argument list");
        if self.stacks.exprs.len() > base {
            return self.instance(x, lbrack, base, rbrack);
        }
        self.error_expected(rbrack, "type argument list");
        let index = self.bad_expr(lbrack.plus(1), rbrack);
        self.nodes.expr(self.start_of(x), Expr::Index { x, lbrack, index, rbrack })
    }

    /// Types with commas between, onto the stack, up to the `]`.
    pub(super) fn type_arguments(&mut self) {
        while self.tok != Token::RBrack && self.tok != Token::Eof {
            let arg = self.typ();
            self.stacks.exprs.push(arg);
            if !self.at_comma("type argument list", Token::RBrack) {
                break;
            }
            self.next();
        }
    }

    /// `func(…) …`.
    pub(super) fn func_type(&mut self) -> SigId {
        let func = Some(self.expect(Token::Func));
        if self.tok == Token::LBrack {
            let type_params = self.type_parameters();
            if let Some(pos) = type_params.opening {
                self.error(pos, "function type must have no type parameters");
            }
        }
        self.signature(func, FieldList::ABSENT)
    }

    /// Parameters and results.
    pub(super) fn signature(&mut self, func: Option<Pos>, type_params: FieldList) -> SigId {
        let params = self.parameters();
        let results = self.results();
        self.nodes.sig(Signature { func, type_params, params, results })
    }

    /// Terms of a constraint with `|` between. `first` is the first, if it is read.
    pub(super) fn union(&mut self, first: Option<ExprId>) -> ExprId {
        let mut x = match first {
            Some(x) => x,
            None => self.term(),
        };
        while self.tok == Token::Or {
            let op_pos = self.pos();
            self.next();
            let y = self.term();
            let op = crate::ast::BinaryOp::Or;
            x = self.nodes.expr(self.start_of(x), Expr::Binary { op, op_pos, x, y });
        }
        x
    }

    /// `T` or `~T`.
    fn term(&mut self) -> ExprId {
        if self.tok == Token::Tilde {
            let pos = self.pos();
            self.next();
            let x = self.typ();
            return self.nodes.expr(pos, Expr::Unary { op: crate::ast::UnaryOp::Tilde, x });
        }
        match self.try_type() {
            Some(typ) => typ,
            None => self.no_type("~ term or type"),
        }
    }
}
