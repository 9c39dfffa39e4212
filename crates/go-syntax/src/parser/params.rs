//! Lists of parameters, results and type parameters.
//!
//! Whether `a, b` are names or types is known at the end of the list only: if one has a name and a type, all have names.

use crate::ast::{Expr, Field, FieldList, Ident};
use crate::ids::{ExprId, List, Pos, Sym};
use crate::parser::recovery::Sync;
use crate::parser::{Parser, list_from};
use crate::token::Token;

/// One parameter as it is read.
#[derive(Clone, Copy)]
pub(super) struct Param {
    /// A name; it may turn out to be a type's.
    name: Option<Ident>,
    ty: Option<ExprId>,
}

impl Parser<'_> {
    /// `(…)`.
    pub(super) fn parameters(&mut self) -> FieldList {
        self.parenthesized_params(true)
    }

    /// Nothing, a type, or `(…)`.
    pub(super) fn results(&mut self) -> FieldList {
        if self.tok == Token::LParen {
            return self.parenthesized_params(false);
        }
        let Some(ty) = self.try_type() else { return FieldList::ABSENT };
        let start = self.nodes.fields.len();
        self.nodes.fields.push(Field { names: List::EMPTY, ty, tag: None });
        FieldList { opening: None, fields: list_from(&self.nodes.fields, start), closing: None }
    }

    fn parenthesized_params(&mut self, dots: bool) -> FieldList {
        let opening = Some(self.expect(Token::LParen));
        let fields = match self.tok {
            Token::RParen => List::EMPTY,
            _ => self.parameter_list(None, None, Token::RParen, dots),
        };
        FieldList { opening, fields, closing: Some(self.expect(Token::RParen)) }
    }

    /// `[…]`. Absent, with an error, if it is empty.
    pub(super) fn type_parameters(&mut self) -> FieldList {
        let opening = Some(self.expect(Token::LBrack));
        let fields = match self.tok {
            Token::RBrack => List::EMPTY,
            _ => self.parameter_list(None, None, Token::RBrack, false),
        };
        let rbrack = self.expect(Token::RBrack);
        if fields.is_empty() {
            self.error(rbrack, "empty type parameter list");
            return FieldList::ABSENT;
        }
        FieldList { opening, fields, closing: Some(rbrack) }
    }

    /// Parameters up to `closing`; a `]` makes them type parameters. The first one's name, and its type or
    /// the beginning of that, may be read already.
    pub(super) fn parameter_list(
        &mut self,
        mut name: Option<Ident>,
        mut typ: Option<ExprId>,
        closing: Token,
        dots: bool,
    ) -> List<Field> {
        let type_params = closing == Token::RBrack;
        let typ_start = typ.map(|typ| self.start_of(typ));
        let first_pos = name.map(|name| name.pos).or(typ_start).unwrap_or(self.pos());
        let base = self.stacks.params.len();
        while name.is_some() || self.tok != closing && self.tok != Token::Eof {
            let param = match typ.take() {
                Some(typ) if type_params => Param { name, ty: Some(self.union(Some(typ))) },
                Some(_) => Param { name, ty: typ },
                None => self.param(name, type_params),
            };
            name = None;
            if param.name.is_some() || param.ty.is_some() {
                self.stacks.params.push(param);
            }
            if !self.at_comma("parameter list", closing) {
                break;
            }
            self.next();
        }
        if self.stacks.params.len() == base {
            return List::EMPTY;
        }
        let named = self.distribute_types(base, type_params, first_pos);
        self.check_dots(base, dots);
        let fields = self.group(base, named);
        self.stacks.params.truncate(base);
        fields
    }

    /// One parameter. A name alone may be a type.
    fn param(&mut self, name: Option<Ident>, type_params: bool) -> Param {
        let mut param = Param { name: None, ty: None };
        match self.tok {
            _ if name.is_some() => {}
            Token::Ident => {}
            Token::Tilde if type_params => return Param { name: None, ty: Some(self.union(None)) },
            Token::Mul
            | Token::Arrow
            | Token::Func
            | Token::LBrack
            | Token::Chan
            | Token::Map
            | Token::Struct
            | Token::Interface
            | Token::LParen => {
                param.ty = Some(self.typ());
                return self.with_union(param, type_params);
            }
            Token::Ellipsis => return Param { name: None, ty: Some(self.dots_type()) },
            _ => {
                self.error_expected(self.pos(), "')'");
                self.advance(Sync::Expr);
                return param;
            }
        }
        let name = match name {
            Some(name) => name,
            None => self.ident(),
        };
        param.name = Some(name);
        match self.tok {
            Token::Ident
            | Token::Mul
            | Token::Arrow
            | Token::Func
            | Token::Chan
            | Token::Map
            | Token::Struct
            | Token::Interface
            | Token::LParen => param.ty = Some(self.typ()),
            Token::LBrack => {
                let (name, typ) = self.array_or_instance(name);
                param = Param { name, ty: Some(typ) };
            }
            Token::Ellipsis => {
                param.ty = Some(self.dots_type());
                return param;
            }
            Token::Period => param = Param { name: None, ty: Some(self.qualified(name)) },
            Token::Tilde if type_params => {
                param.ty = Some(self.union(None));
                return param;
            }
            Token::Or if type_params => {
                let first = self.name_expr(name);
                return Param { name: None, ty: Some(self.union(Some(first))) };
            }
            _ => {}
        }
        self.with_union(param, type_params)
    }

    fn with_union(&mut self, mut param: Param, type_params: bool) -> Param {
        if type_params
            && self.tok == Token::Or
            && let Some(typ) = param.ty
        {
            param.ty = Some(self.union(Some(typ)));
        }
        param
    }

    fn dots_type(&mut self) -> ExprId {
        let pos = self.expect(Token::Ellipsis);
        let elt = Some(self.typ());
        self.nodes.expr(pos, Expr::Ellipsis { elt })
    }

    /// Gives each parameter a type, and a name if any has one. Whether any has.
    fn distribute_types(&mut self, base: usize, type_params: bool, first_pos: Pos) -> bool {
        let params = &self.stacks.params[base..];
        let count = params.len();
        let typed = params.iter().filter(|param| param.ty.is_some()).count();
        let named = params.iter().filter(|param| param.name.is_some() && param.ty.is_some()).count();
        let mut wrong = None;
        if named == 0 {
            for at in base..base + count {
                if let Some(name) = self.stacks.params[at].name.take() {
                    self.stacks.params[at].ty = Some(self.name_expr(name));
                }
            }
            wrong = type_params.then_some(first_pos);
        } else if named != count {
            // From right to left: a name without a type has that of the next.
            let mut typ = None;
            for at in (base..base + count).rev() {
                let param = self.stacks.params[at];
                match (param.name, param.ty) {
                    (None, Some(ty)) => {
                        typ = param.ty;
                        let pos = self.start_of(ty);
                        wrong = Some(pos);
                        self.stacks.params[at].name = Some(Ident { pos, sym: Sym::BLANK });
                    }
                    (_, Some(_)) => typ = param.ty,
                    (_, None) if typ.is_some() => self.stacks.params[at].ty = typ,
                    (name, None) => {
                        let pos = name.map_or(self.pos(), |name| name.pos);
                        wrong = Some(pos);
                        self.stacks.params[at].ty = Some(self.bad_expr(pos, self.pos()));
                    }
                }
            }
        }
        if let Some(pos) = wrong {
            let (pos, message) = match (named == typed, type_params) {
                (true, true) => (self.pos(), "missing type constraint"),
                (true, false) => (self.pos(), "missing parameter type"),
                (false, true) if count == 1 => (pos, "missing type parameter name or invalid array length"),
                (false, true) => (pos, "missing type parameter name"),
                (false, false) => (pos, "missing parameter name"),
            };
            self.error(pos, message);
        }
        named > 0
    }

    /// `...` is for the last parameter only.
    fn check_dots(&mut self, base: usize, allowed: bool) {
        let count = self.stacks.params.len();
        let mut complained = false;
        for at in base..count {
            let Some(typ) = self.stacks.params[at].ty else { continue };
            let Expr::Ellipsis { elt } = self.nodes.exprs[typ.index()] else { continue };
            if allowed && at + 1 == count {
                continue;
            }
            let pos = self.start_of(typ);
            if !complained {
                let final_only = "can only use ... with final parameter";
                self.error(pos, if allowed { final_only } else { "invalid use of ..." });
                complained = true;
            }
            let to = elt.map_or(pos.plus(3), |elt| self.ends().expr_end(elt));
            self.stacks.params[at].ty = Some(self.bad_expr(pos, to));
        }
    }

    /// Parameters to fields: names with the same type in one, types without names each in one.
    fn group(&mut self, base: usize, named: bool) -> List<Field> {
        let start = self.nodes.fields.len();
        let mut names_start = self.nodes.idents.len();
        let count = self.stacks.params.len();
        for at in base..count {
            let param = self.stacks.params[at];
            let Some(ty) = param.ty else { continue };
            if named {
                self.nodes.idents.extend(param.name);
                if at + 1 < count && self.stacks.params[at + 1].ty == param.ty {
                    continue;
                }
            }
            let names = list_from(&self.nodes.idents, names_start);
            names_start = self.nodes.idents.len();
            self.nodes.fields.push(Field { names, ty, tag: None });
        }
        list_from(&self.nodes.fields, start)
    }
}
