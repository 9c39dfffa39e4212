//! Declarations.

use crate::ast::{BinaryOp, Decl, DeclKeyword, Expr, FieldList, FuncDecl, Ident, LitKind, Spec, UnaryOp};
use crate::ids::{DeclId, ExprId, List, Pos};
use crate::parser::recovery::Sync;
use crate::parser::{Parser, take_list};
use crate::token::Token;

impl Parser<'_> {
    /// A declaration with the semicolon after it. `sync` is where to go on after what is none.
    pub(super) fn decl(&mut self, sync: Sync) -> DeclId {
        let keyword = match self.tok {
            Token::Func => return self.func_decl(),
            Token::Import => DeclKeyword::Import,
            Token::Const => DeclKeyword::Const,
            Token::Type => DeclKeyword::Type,
            Token::Var => DeclKeyword::Var,
            _ => {
                let pos = self.pos();
                self.error_expected(pos, "declaration");
                self.advance(sync);
                return self.nodes.decl(pos, Decl::Bad { to: self.pos() });
            }
        };
        self.gen_decl(keyword)
    }

    pub(super) fn gen_decl(&mut self, keyword: DeclKeyword) -> DeclId {
        let pos = self.pos();
        self.next();
        let base = self.stacks.specs.len();
        let mut lparen = None;
        let mut rparen = None;
        if self.tok == Token::LParen {
            lparen = Some(self.pos());
            self.next();
            while self.tok != Token::RParen && self.tok != Token::Eof {
                let spec = self.spec(keyword);
                self.stacks.specs.push(spec);
            }
            rparen = Some(self.expect(Token::RParen));
            self.expect_semi();
        } else {
            let spec = self.spec(keyword);
            self.stacks.specs.push(spec);
        }
        let specs = take_list!(self, specs, specs, base);
        self.nodes.decl(pos, Decl::Gen { keyword, lparen, specs, rparen })
    }

    fn spec(&mut self, keyword: DeclKeyword) -> Spec {
        match keyword {
            DeclKeyword::Import => self.import_spec(),
            DeclKeyword::Type => self.type_spec(),
            DeclKeyword::Const | DeclKeyword::Var => self.value_spec(keyword),
        }
    }

    fn import_spec(&mut self) -> Spec {
        let name = match self.tok {
            Token::Ident => Some(self.ident()),
            Token::Period => {
                let ident = Ident { pos: self.pos(), sym: self.names.intern(b".") };
                self.next();
                Some(ident)
            }
            _ => None,
        };
        let pos = self.pos();
        let path = if self.tok == Token::String {
            self.literal(LitKind::String)
        } else if self.tok.is_literal() {
            self.error(pos, "import path must be a string");
            self.next();
            self.bad_expr(pos, pos)
        } else {
            self.error(pos, "missing import path");
            self.advance(Sync::Expr);
            self.bad_expr(pos, pos)
        };
        self.expect_semi();
        Spec::Import { name, path }
    }

    fn value_spec(&mut self, keyword: DeclKeyword) -> Spec {
        let names = self.ident_list();
        let mut ty = None;
        let mut values = List::EMPTY;
        if keyword == DeclKeyword::Var {
            if self.tok != Token::Assign {
                ty = Some(self.typ());
            }
        } else if !matches!(self.tok, Token::Eof | Token::Semicolon | Token::RParen) {
            ty = self.try_type();
        }
        if self.got(Token::Assign) {
            values = self.expr_list(true);
        }
        self.expect_semi();
        Spec::Value { names, ty, values }
    }

    fn type_spec(&mut self) -> Spec {
        let name = self.ident();
        let spec = match self.tok {
            Token::LBrack => self.generic_or_array(name),
            _ => self.type_spec_from(name, FieldList::ABSENT),
        };
        self.expect_semi();
        spec
    }

    /// The rest of a type's declaration, from `=` or its type on.
    fn type_spec_from(&mut self, name: Ident, type_params: FieldList) -> Spec {
        let assign = (self.tok == Token::Assign).then(|| self.expect(Token::Assign));
        let ty = self.typ();
        Spec::Type { name, type_params, assign, ty }
    }

    /// `name[…`: an array type or type parameters.
    fn generic_or_array(&mut self, name: Ident) -> Spec {
        let lbrack = self.pos();
        self.next();
        if self.tok != Token::Ident {
            return self.array_spec(name, lbrack, None);
        }
        // An expression, which is the array's length; or a parameter's name with what its constraint may
        // begin with, so that it looks like an expression: `P *C`, `P (C)`, `P *C|Q`.
        let first = self.ident();
        let goes_on = matches!(self.tok, Token::Period | Token::LParen | Token::LBrace | Token::RBrack)
            || self.tok.binary().is_some()
            || self.in_rhs && self.tok == Token::Assign;
        if !goes_on {
            return self.generic_spec(name, lbrack, first, None);
        }
        let mut x = self.name_expr(first);
        self.level += 1;
        let operand = self.primary_expr(Some(x));
        x = self.binary_expr(Some(operand), 1);
        self.level -= 1;
        match self.split_name(x, self.tok == Token::Comma) {
            Some((param, constraint)) if constraint.is_some() || self.tok != Token::RBrack => {
                self.generic_spec(name, lbrack, param, constraint)
            }
            _ => self.array_spec(name, lbrack, Some(x)),
        }
    }

    fn array_spec(&mut self, name: Ident, lbrack: Pos, len: Option<ExprId>) -> Spec {
        let array = self.array_type(len);
        let ty = self.nodes.expr(lbrack, array);
        Spec::Type { name, type_params: FieldList::ABSENT, assign: None, ty }
    }

    fn generic_spec(&mut self, name: Ident, lbrack: Pos, param: Ident, constraint: Option<ExprId>) -> Spec {
        let fields = self.parameter_list(Some(param), constraint, Token::RBrack, false);
        let closing = Some(self.expect(Token::RBrack));
        self.type_spec_from(name, FieldList { opening: Some(lbrack), fields, closing })
    }

    /// Splits what was read as an expression into a type parameter's name and its constraint, if it can
    /// be that and, unless `force` is set, can be nothing else. The constraint's node takes the place of the
    /// expression's.
    fn split_name(&mut self, x: ExprId, force: bool) -> Option<(Ident, Option<ExprId>)> {
        // `P *A | B | C` leans to the left: down to `P *A`, and the terms are joined again by the nodes above.
        let mut leftmost = x;
        let mut force = force;
        while let Expr::Binary { op: BinaryOp::Or, x: left, y, .. } = self.nodes.exprs[leftmost.index()] {
            force = force || self.is_type_elem(y);
            leftmost = left;
        }
        let (name, start, node) = match self.nodes.exprs[leftmost.index()] {
            Expr::Ident { sym } if leftmost == x => {
                return Some((Ident { pos: self.start_of(x), sym }, None));
            }
            Expr::Binary { op: BinaryOp::Mul, op_pos, x: name, y } if force || self.is_type_elem(y) => {
                (name, op_pos, Expr::Star { x: y })
            }
            Expr::Call { fun, lparen, args, rparen, spread: false } if args.len() == 1 => {
                let arg = self.nodes.expr_ids[args.range().start];
                if !force && !self.is_type_elem(arg) {
                    return None;
                }
                (fun, lparen, Expr::Paren { x: arg, rparen })
            }
            _ => return None,
        };
        let Expr::Ident { sym } = self.nodes.exprs[name.index()] else { return None };
        let name = Ident { pos: self.start_of(name), sym };
        self.nodes.exprs[leftmost.index()] = node;
        let mut node = x;
        while node != leftmost {
            self.nodes.expr_starts[node.index()] = start.offset();
            let Expr::Binary { x: left, .. } = self.nodes.exprs[node.index()] else { break };
            node = left;
        }
        self.nodes.expr_starts[leftmost.index()] = start.offset();
        Some((name, Some(x)))
    }

    /// Whether it can only be a constraint.
    fn is_type_elem(&self, mut x: ExprId) -> bool {
        loop {
            match self.nodes.exprs[x.index()] {
                Expr::ArrayType { .. }
                | Expr::StructType { .. }
                | Expr::FuncType { .. }
                | Expr::InterfaceType { .. }
                | Expr::MapType { .. }
                | Expr::ChanType { .. }
                | Expr::Unary { op: UnaryOp::Tilde, .. } => return true,
                // The right side is no deeper than brackets nest.
                Expr::Binary { y, .. } if self.is_type_elem(y) => return true,
                Expr::Binary { x: inner, .. } | Expr::Paren { x: inner, .. } => x = inner,
                _ => return false,
            }
        }
    }

    fn func_decl(&mut self) -> DeclId {
        let func = self.expect(Token::Func);
        let recv = match self.tok {
            Token::LParen => self.parameters(),
            _ => FieldList::ABSENT,
        };
        let name = self.ident();
        let type_params = match self.tok {
            Token::LBrack => self.type_parameters(),
            _ => FieldList::ABSENT,
        };
        let sig = self.signature(Some(func), type_params);
        let mut body = None;
        if self.tok == Token::Semicolon {
            self.next();
            if self.tok == Token::LBrace {
                self.error(self.pos(), "unexpected semicolon or newline before {");
            }
        } else if self.tok != Token::LBrace {
            self.expect_semi();
            return self.nodes.decl(func, Decl::Func(FuncDecl { recv, name, sig, body }));
        }
        if self.tok == Token::LBrace {
            body = Some(self.body());
            self.expect_semi();
        }
        self.nodes.decl(func, Decl::Func(FuncDecl { recv, name, sig, body }))
    }
}
