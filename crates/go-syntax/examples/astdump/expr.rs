//! Expressions and types.

use std::borrow::Cow;

use go_syntax::ast::{ChanDir, Expr, LitKind};
use go_syntax::{ExprId, List, Span};

use crate::dump::{Dump, Within, line};

impl Dump<'_> {
    pub(crate) fn exprs(&mut self, list: List<ExprId>) {
        line!(self, "exprs", list.len());
        for id in self.tree.exprs(list) {
            self.expr(Some(*id));
        }
    }

    pub(crate) fn expr(&mut self, id: Option<ExprId>) {
        let Some(id) = id else { return self.none() };
        let tree = self.tree;
        let Span { start, end } = tree.expr_span(id);
        match tree.expr(id) {
            Expr::Bad { .. } => line!(self, "BadExpr", start, end),
            Expr::Ident { sym } => line!(self, "Ident", start, end, tree.name(sym)),
            Expr::Ellipsis { elt } => {
                line!(self, "Ellipsis", start, end);
                self.expr(elt);
            }
            Expr::Lit { kind, .. } => self.literal(kind, Span { start, end }),
            Expr::FuncLit { sig, body } => {
                line!(self, "FuncLit", start, end);
                self.sig(sig);
                self.stmt(Some(body));
            }
            Expr::Composite { ty, lbrace, elts, rbrace } => {
                line!(self, "CompositeLit", start, end, lbrace, rbrace);
                self.expr(ty);
                self.exprs(elts);
            }
            Expr::Paren { x, rparen } => {
                line!(self, "ParenExpr", start, end, start, rparen);
                self.expr(Some(x));
            }
            Expr::Selector { x, sel } => {
                line!(self, "SelectorExpr", start, end);
                self.expr(Some(x));
                self.ident(Some(sel));
            }
            Expr::Index { x, lbrack, index, rbrack } => {
                line!(self, "IndexExpr", start, end, lbrack, rbrack);
                self.expr(Some(x));
                self.expr(Some(index));
            }
            Expr::IndexList { x, lbrack, indices, rbrack } => {
                line!(self, "IndexListExpr", start, end, lbrack, rbrack);
                self.expr(Some(x));
                self.exprs(indices);
            }
            Expr::Slice { x, lbrack, bounds, rbrack } => {
                let bounds = tree.bounds(bounds);
                line!(self, "SliceExpr", start, end, lbrack, rbrack, bounds.three);
                self.expr(Some(x));
                self.expr(bounds.low);
                self.expr(bounds.high);
                self.expr(bounds.max);
            }
            Expr::TypeAssert { x, lparen, ty, rparen } => {
                line!(self, "TypeAssertExpr", start, end, lparen, rparen);
                self.expr(Some(x));
                self.expr(ty);
            }
            Expr::Call { fun, lparen, args, rparen, .. } => {
                line!(self, "CallExpr", start, end, lparen, rparen, tree.call_ellipsis(id));
                self.expr(Some(fun));
                self.exprs(args);
            }
            Expr::Star { x } => {
                line!(self, "StarExpr", start, end, start);
                self.expr(Some(x));
            }
            Expr::Unary { op, x } => {
                line!(self, "UnaryExpr", start, end, start, op.as_str());
                self.expr(Some(x));
            }
            Expr::Binary { op, op_pos, x, y } => {
                line!(self, "BinaryExpr", start, end, op_pos, op.as_str());
                self.expr(Some(x));
                self.expr(Some(y));
            }
            Expr::KeyValue { key, colon, value } => {
                line!(self, "KeyValueExpr", start, end, colon);
                self.expr(Some(key));
                self.expr(Some(value));
            }
            other => self.typ(id, other),
        }
    }

    fn typ(&mut self, id: ExprId, expr: Expr) {
        let Span { start, end } = self.tree.expr_span(id);
        match expr {
            Expr::ArrayType { len, elt } => {
                line!(self, "ArrayType", start, end, start);
                self.expr(len);
                self.expr(Some(elt));
            }
            Expr::StructType { fields } => {
                line!(self, "StructType", start, end, start);
                self.fields(fields, Within::Struct);
            }
            Expr::FuncType { sig } => {
                line!(self, "FuncType", start, end);
                self.sig(sig);
            }
            Expr::InterfaceType { methods } => {
                line!(self, "InterfaceType", start, end, start);
                self.fields(methods, Within::Interface);
            }
            Expr::MapType { key, value } => {
                line!(self, "MapType", start, end, start);
                self.expr(Some(key));
                self.expr(Some(value));
            }
            Expr::ChanType { dir, arrow, value } => {
                let dir = match dir {
                    ChanDir::Send => 1usize,
                    ChanDir::Recv => 2,
                    ChanDir::Both => 3,
                };
                line!(self, "ChanType", start, end, start, arrow, dir);
                self.expr(Some(value));
            }
            _ => line!(self, "not a type"),
        }
    }

    fn literal(&mut self, kind: LitKind, span: Span) {
        let kind = match kind {
            LitKind::Int => "INT",
            LitKind::Float => "FLOAT",
            LitKind::Imag => "IMAG",
            LitKind::Char => "CHAR",
            LitKind::String => "STRING",
        };
        let mut text = Cow::Borrowed(self.tree.text(span));
        if text.first() == Some(&b'`') && text.contains(&b'\r') {
            text.to_mut().retain(|byte| *byte != b'\r');
        }
        line!(self, "BasicLit", span.start, span.end, kind, &*text);
    }
}
