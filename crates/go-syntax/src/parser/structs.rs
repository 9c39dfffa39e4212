//! Struct and interface types.

use crate::ast::{Expr, Field, FieldList, Ident, LitKind};
use crate::ids::{ExprId, List, Pos};
use crate::parser::{Parser, list_from, take_list};
use crate::token::Token;

impl Parser<'_> {
    pub(super) fn struct_type(&mut self) -> ExprId {
        self.enter();
        let pos = self.expect(Token::Struct);
        let opening = Some(self.expect(Token::LBrace));
        let base = self.stacks.fields.len();
        // None starts with a parenthesis, but it is taken for one, and complained about.
        while matches!(self.tok, Token::Ident | Token::Mul | Token::LParen) {
            let field = self.field_decl();
            self.stacks.fields.push(field);
        }
        let closing = Some(self.expect(Token::RBrace));
        self.leave();
        let fields = FieldList { opening, fields: take_list!(self, fields, fields, base), closing };
        self.nodes.expr(pos, Expr::StructType { fields })
    }

    fn field_decl(&mut self) -> Field {
        let (names, ty) = match self.tok {
            Token::Ident => self.named_field(),
            Token::Mul => {
                let star = self.pos();
                self.next();
                let x = if self.tok == Token::LParen {
                    self.parenthesized(false)
                } else {
                    self.qualified_ident()
                };
                (List::EMPTY, self.nodes.expr(star, Expr::Star { x }))
            }
            _ => (List::EMPTY, self.parenthesized(true)),
        };
        let tag = (self.tok == Token::String).then(|| self.literal(LitKind::String));
        self.expect_semi();
        Field { names, ty, tag }
    }

    /// An embedded type in parentheses, which is an error.
    fn parenthesized(&mut self, may_be_star: bool) -> ExprId {
        self.error(self.pos(), "cannot parenthesize embedded type");
        self.next();
        let star = self.pos();
        let starred = may_be_star && self.got(Token::Mul);
        let mut x = self.qualified_ident();
        if starred {
            x = self.nodes.expr(star, Expr::Star { x });
        }
        // No need to complain once more if it is missing.
        self.got(Token::RParen);
        x
    }

    fn qualified_ident(&mut self) -> ExprId {
        let name = self.ident();
        self.qualified(name)
    }

    /// A field or embedded type that starts with a name.
    fn named_field(&mut self) -> (List<Ident>, ExprId) {
        let name = self.ident();
        match self.tok {
            Token::Period => (List::EMPTY, self.qualified(name)),
            Token::String | Token::Semicolon | Token::RBrace => (List::EMPTY, self.name_expr(name)),
            // A field of array type, or an embedded type with arguments.
            Token::LBrack => {
                let (name, ty) = self.array_or_instance(name);
                let start = self.nodes.idents.len();
                self.nodes.idents.extend(name);
                (list_from(&self.nodes.idents, start), ty)
            }
            _ => {
                let start = self.nodes.idents.len();
                self.nodes.idents.push(name);
                while self.got(Token::Comma) {
                    let name = self.ident();
                    self.nodes.idents.push(name);
                }
                let names = list_from(&self.nodes.idents, start);
                (names, self.typ())
            }
        }
    }

    /// After a name, at `[`: the type of an array that has that name, or an instance of the type that has it.
    pub(super) fn array_or_instance(&mut self, name: Ident) -> (Option<Ident>, ExprId) {
        let lbrack = self.expect(Token::LBrack);
        let base = self.stacks.exprs.len();
        let mut trailing = None;
        if self.tok != Token::RBrack {
            self.level += 1;
            let first = self.rhs();
            self.stacks.exprs.push(first);
            while self.tok == Token::Comma {
                let comma = self.pos();
                self.next();
                if self.tok == Token::RBrack {
                    trailing = Some(comma);
                    break;
                }
                let arg = self.rhs();
                self.stacks.exprs.push(arg);
            }
            self.level -= 1;
        }
        let rbrack = self.expect(Token::RBrack);
        match self.stacks.exprs[base..] {
            [] => {
                let elt = self.typ();
                (Some(name), self.nodes.expr(lbrack, Expr::ArrayType { len: None, elt }))
            }
            [len] => match self.try_type() {
                Some(elt) => {
                    self.stacks.exprs.truncate(base);
                    if let Some(comma) = trailing {
                        self.error(comma, "unexpected comma; expecting ]");
                    }
                    (Some(name), self.nodes.expr(lbrack, Expr::ArrayType { len: Some(len), elt }))
                }
                None => (None, self.named_instance(name, lbrack, base, rbrack)),
            },
            _ => (None, self.named_instance(name, lbrack, base, rbrack)),
        }
    }

    fn named_instance(&mut self, name: Ident, lbrack: Pos, base: usize, rbrack: Pos) -> ExprId {
        let x = self.name_expr(name);
        self.instance(x, lbrack, base, rbrack)
    }

    pub(super) fn interface_type(&mut self) -> ExprId {
        self.enter();
        let pos = self.expect(Token::Interface);
        let opening = Some(self.expect(Token::LBrace));
        let base = self.stacks.fields.len();
        loop {
            let field = match self.tok {
                Token::Ident => {
                    let mut field = self.method_spec();
                    if field.names.is_empty() {
                        field.ty = self.union(Some(field.ty));
                    }
                    field
                }
                Token::Tilde => Field { names: List::EMPTY, ty: self.union(None), tag: None },
                _ => match self.try_type() {
                    Some(typ) => Field { names: List::EMPTY, ty: self.union(Some(typ)), tag: None },
                    None => break,
                },
            };
            self.expect_semi();
            self.stacks.fields.push(field);
        }
        let closing = Some(self.expect(Token::RBrace));
        self.leave();
        let methods = FieldList { opening, fields: take_list!(self, fields, fields, base), closing };
        self.nodes.expr(pos, Expr::InterfaceType { methods })
    }

    /// A method or an embedded type of an interface.
    fn method_spec(&mut self) -> Field {
        let name = self.ident();
        match self.tok {
            Token::LParen => self.method(name),
            Token::LBrack => self.method_or_instance(name),
            _ => Field { names: List::EMPTY, ty: self.qualified(name), tag: None },
        }
    }

    fn method(&mut self, name: Ident) -> Field {
        let start = self.nodes.idents.len();
        self.nodes.idents.push(name);
        let names = list_from(&self.nodes.idents, start);
        let pos = self.pos();
        let sig = self.signature(None, FieldList::ABSENT);
        Field { names, ty: self.nodes.expr(pos, Expr::FuncType { sig }), tag: None }
    }

    /// `name[…`: an embedded type with arguments, or a method with type parameters, which is an error.
    fn method_or_instance(&mut self, name: Ident) -> Field {
        let lbrack = self.pos();
        self.next();
        self.level += 1;
        let first = self.expr();
        self.level -= 1;
        let first_name = match self.nodes.exprs[first.index()] {
            Expr::Ident { sym } => Some(Ident { pos: self.start_of(first), sym }),
            _ => None,
        };
        if let Some(first) = first_name
            && self.tok != Token::Comma
            && self.tok != Token::RBrack
        {
            self.parameter_list(Some(first), None, Token::RBrack, false);
            self.expect(Token::RBrack);
            self.error(lbrack, "interface method must have no type parameters");
            return self.method(name);
        }
        let base = self.stacks.exprs.len();
        self.stacks.exprs.push(first);
        if self.at_comma("type argument list", Token::RBrack) {
            self.level += 1;
            self.next();
            self.type_arguments();
            self.level -= 1;
        }
        let rbrack = self.expect_closing(Token::RBrack, "type argument list");
        Field { names: List::EMPTY, ty: self.named_instance(name, lbrack, base, rbrack), tag: None }
    }
}
