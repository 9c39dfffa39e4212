//! Declarations.

use go_syntax::ast::{Decl, Expr, FuncDecl, Spec};
use go_syntax::{DeclId, SigId, Span, SpecId};

use crate::dump::{Dump, Within, line};

impl Dump<'_> {
    pub(crate) fn decl(&mut self, id: DeclId) {
        let tree = self.tree;
        let Span { start, end } = tree.decl_span(id);
        match tree.decl(id) {
            Decl::Bad { .. } => line!(self, "BadDecl", start, end),
            Decl::Gen { keyword, lparen, specs, rparen } => {
                let doc = tree.doc_before(start);
                line!(self, "GenDecl", start, end, keyword.as_str(), lparen, rparen, doc, specs.len());
                for spec in specs.ids() {
                    self.spec(spec, lparen.is_some());
                }
            }
            Decl::Func(FuncDecl { recv, name, sig, body }) => {
                line!(self, "FuncDecl", start, end, tree.doc_before(start));
                self.fields(recv, Within::Signature);
                self.ident(Some(name));
                self.sig(sig);
                self.stmt(body);
            }
        }
    }

    pub(crate) fn sig(&mut self, id: SigId) {
        let sig = self.tree.sig(id);
        line!(self, "sig", sig.func, self.tree.sig_end(id));
        self.fields(sig.type_params, Within::Signature);
        self.fields(sig.params, Within::Signature);
        self.fields(sig.results, Within::Signature);
    }

    fn spec(&mut self, id: SpecId, in_parens: bool) {
        let tree = self.tree;
        let Span { start, end } = tree.spec_span(id);
        let doc = if in_parens { tree.doc_before(start) } else { None };
        let comment = self.comment_after(end);
        match tree.spec(id) {
            Spec::Import { name, path } => {
                line!(self, "ImportSpec", start, end, doc, comment);
                self.ident(name);
                match tree.expr(path) {
                    // go/ast has an empty literal here.
                    Expr::Bad { .. } => {
                        line!(self, "BasicLit", tree.start(path), tree.start(path), "STRING", "")
                    }
                    _ => self.expr(Some(path)),
                }
            }
            Spec::Value { names, ty, values } => {
                line!(self, "ValueSpec", start, end, doc, comment);
                self.idents(names);
                self.expr(ty);
                self.exprs(values);
            }
            Spec::Type { name, type_params, assign, ty } => {
                line!(self, "TypeSpec", start, end, doc, comment, assign);
                self.ident(Some(name));
                self.fields(type_params, Within::Signature);
                self.expr(Some(ty));
            }
        }
    }
}
