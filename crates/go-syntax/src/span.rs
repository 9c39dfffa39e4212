//! Where nodes start and end. Only starts are kept; an end is that of the last thing in the node.

use crate::ast::{Decl, Expr, Field, FieldList, Ident, Spec, Stmt};
use crate::ids::{DeclId, ExprId, List, Pos, SigId, Span, SpecId, StmtId};
use crate::names::Names;
use crate::nodes::Nodes;
use crate::tree::Tree;

impl Tree {
    /// Where an expression or type starts.
    pub fn start(&self, id: ExprId) -> Pos {
        Pos::new(self.nodes.expr_starts[id.index()])
    }

    /// Where a statement starts.
    pub fn stmt_start(&self, id: StmtId) -> Pos {
        Pos::new(self.nodes.stmt_starts[id.index()])
    }

    /// Where a declaration starts: at its keyword.
    pub fn decl_start(&self, id: DeclId) -> Pos {
        Pos::new(self.nodes.decl_starts[id.index()])
    }

    /// Where a spec starts: at its first name, or the path of an import without one.
    pub fn spec_start(&self, id: SpecId) -> Pos {
        match self.spec(id) {
            Spec::Import { name: Some(name), .. } | Spec::Type { name, .. } => name.pos,
            Spec::Import { name: None, path } => self.start(path),
            Spec::Value { names, values, .. } => match self.idents(names).first() {
                Some(name) => name.pos,
                None => self.exprs(values).first().map_or(Pos::new(0), |value| self.start(*value)),
            },
        }
    }

    /// Where a field starts: at its first name, or its type.
    pub fn field_start(&self, field: Field) -> Pos {
        self.idents(field.names).first().map_or_else(|| self.start(field.ty), |name| name.pos)
    }

    /// The span of an expression or type.
    pub fn expr_span(&self, id: ExprId) -> Span {
        Span { start: self.start(id), end: self.expr_end(id) }
    }

    /// The span of a statement.
    pub fn stmt_span(&self, id: StmtId) -> Span {
        Span { start: self.stmt_start(id), end: self.stmt_end(id) }
    }

    /// The span of a declaration.
    pub fn decl_span(&self, id: DeclId) -> Span {
        Span { start: self.decl_start(id), end: self.ends().decl_end(id) }
    }

    /// The span of a spec.
    pub fn spec_span(&self, id: SpecId) -> Span {
        Span { start: self.spec_start(id), end: self.ends().spec_end(self.spec(id)) }
    }

    /// The span of a field, its tag included.
    pub fn field_span(&self, field: Field) -> Span {
        let end = self.expr_end(field.tag.unwrap_or(field.ty));
        Span { start: self.field_start(field), end }
    }

    /// The span of a name.
    pub fn ident_span(&self, ident: Ident) -> Span {
        Span { start: ident.pos, end: self.ends().ident_end(ident) }
    }

    /// The byte after an expression or type.
    pub fn expr_end(&self, id: ExprId) -> Pos {
        self.ends().expr_end(id)
    }

    /// The byte after a signature.
    pub fn sig_end(&self, id: SigId) -> Pos {
        self.ends().sig_end(id)
    }

    /// The byte after a statement.
    pub fn stmt_end(&self, id: StmtId) -> Pos {
        self.ends().stmt_end(id)
    }

    fn ends(&self) -> Ends<'_> {
        Ends { nodes: &self.nodes, names: &self.names, source: self.source.len() as u32 }
    }
}

/// What it takes to know where a node ends.
pub(crate) struct Ends<'t> {
    pub(crate) nodes: &'t Nodes,
    pub(crate) names: &'t Names,
    /// Length of the source.
    pub(crate) source: u32,
}

impl Ends<'_> {
    fn ident_end(&self, ident: Ident) -> Pos {
        ident.pos.plus(self.names.text(ident.sym).len() as u32)
    }

    pub(crate) fn expr_end(&self, mut id: ExprId) -> Pos {
        // What ends with another expression ends where that does.
        loop {
            id = match self.nodes.exprs[id.index()] {
                Expr::Bad { to } => return to,
                Expr::Ident { sym } => {
                    return self.ident_end(Ident { pos: start(&self.nodes.expr_starts, id.index()), sym });
                }
                Expr::Ellipsis { elt: None } => return start(&self.nodes.expr_starts, id.index()).plus(3),
                Expr::Lit { end, .. } => return end,
                Expr::FuncLit { body, .. } => return self.stmt_end(body),
                Expr::Composite { rbrace: close, .. }
                | Expr::Paren { rparen: close, .. }
                | Expr::Index { rbrack: close, .. }
                | Expr::IndexList { rbrack: close, .. }
                | Expr::Slice { rbrack: close, .. }
                | Expr::TypeAssert { rparen: close, .. }
                | Expr::Call { rparen: close, .. } => return close.plus(1),
                Expr::Selector { sel, .. } => return self.ident_end(sel),
                Expr::StructType { fields: list } | Expr::InterfaceType { methods: list } => {
                    return list
                        .closing
                        .map_or(start(&self.nodes.expr_starts, id.index()), |close| close.plus(1));
                }
                Expr::FuncType { sig } => match self.results_end(sig) {
                    Ok(end) => return end,
                    Err(result) => result,
                },
                Expr::Ellipsis { elt: Some(last) }
                | Expr::Star { x: last }
                | Expr::Unary { x: last, .. }
                | Expr::Binary { y: last, .. }
                | Expr::KeyValue { value: last, .. }
                | Expr::ArrayType { elt: last, .. }
                | Expr::MapType { value: last, .. }
                | Expr::ChanType { value: last, .. } => last,
            }
        }
    }

    /// Where a signature ends, or the result that it ends with.
    fn results_end(&self, id: SigId) -> Result<Pos, ExprId> {
        let sig = self.nodes.sigs[id.index()];
        if !sig.results.is_absent() {
            return match self.closing(sig.results) {
                Some(end) => Ok(end),
                None => self.nodes.fields[sig.results.fields.range()]
                    .last()
                    .map_or(Ok(Pos::new(0)), |field| Err(field.ty)),
            };
        }
        let start = sig.func.or(sig.params.opening).unwrap_or(Pos::new(0));
        Ok(self.closing(sig.params).unwrap_or(start))
    }

    fn closing(&self, list: FieldList) -> Option<Pos> {
        list.closing.map(|close| close.plus(1))
    }

    fn sig_end(&self, id: SigId) -> Pos {
        self.results_end(id).unwrap_or_else(|result| self.expr_end(result))
    }

    pub(crate) fn stmt_end(&self, mut id: StmtId) -> Pos {
        loop {
            id = match self.nodes.stmts[id.index()] {
                Stmt::Bad { to } => return to,
                Stmt::Skipped { rbrace } => {
                    return rbrace.map_or(Pos::new(self.source), |close| close.plus(1));
                }
                Stmt::Decl { decl } => return self.decl_end(decl),
                Stmt::Empty { implicit } => {
                    return start(&self.nodes.stmt_starts, id.index()).plus(u32::from(!implicit));
                }
                Stmt::Expr { x: last } | Stmt::Send { value: last, .. } => return self.expr_end(last),
                Stmt::IncDec { op_pos, .. } => return op_pos.plus(2),
                Stmt::Assign { op_pos, rhs, .. } => {
                    return self.last_end(rhs).unwrap_or(op_pos.plus(1));
                }
                Stmt::Go { call } | Stmt::Defer { call } => return self.expr_end(call),
                Stmt::Return { results } => {
                    return self
                        .last_end(results)
                        .unwrap_or(start(&self.nodes.stmt_starts, id.index()).plus(6));
                }
                Stmt::Branch { kind, label } => {
                    let keyword = start(&self.nodes.stmt_starts, id.index()).plus(kind.as_str().len() as u32);
                    return label.map_or(keyword, |label| self.ident_end(label));
                }
                Stmt::Block { rbrace: Some(close), .. } => return close.plus(1),
                Stmt::Block { stmts, rbrace: None } => match self.nodes.stmt_ids[stmts.range()].last() {
                    Some(last) => *last,
                    None => return start(&self.nodes.stmt_starts, id.index()).plus(1),
                },
                Stmt::Case { colon, body, .. } | Stmt::Comm { colon, body, .. } => {
                    match self.nodes.stmt_ids[body.range()].last() {
                        Some(last) => *last,
                        None => return colon.plus(1),
                    }
                }
                Stmt::If { otherwise: Some(last), .. }
                | Stmt::If { body: last, .. }
                | Stmt::Labeled { stmt: last, .. }
                | Stmt::Switch { body: last, .. }
                | Stmt::TypeSwitch { body: last, .. }
                | Stmt::Select { body: last }
                | Stmt::For { body: last, .. }
                | Stmt::Range { body: last, .. } => last,
            }
        }
    }

    fn last_end(&self, list: List<ExprId>) -> Option<Pos> {
        self.nodes.expr_ids[list.range()].last().map(|last| self.expr_end(*last))
    }

    fn decl_end(&self, id: DeclId) -> Pos {
        match self.nodes.decls[id.index()] {
            Decl::Bad { to } => to,
            Decl::Gen { rparen: Some(close), .. } => close.plus(1),
            Decl::Gen { specs, .. } => self.nodes.specs[specs.range()]
                .last()
                .map_or(start(&self.nodes.decl_starts, id.index()), |spec| self.spec_end(*spec)),
            Decl::Func(func) => func.body.map_or_else(|| self.sig_end(func.sig), |body| self.stmt_end(body)),
        }
    }

    fn spec_end(&self, spec: Spec) -> Pos {
        match spec {
            Spec::Import { path: last, .. } | Spec::Type { ty: last, .. } => self.expr_end(last),
            Spec::Value { names, ty, values } => {
                let last = self.nodes.expr_ids[values.range()].last().copied().or(ty);
                match (last, self.nodes.idents[names.range()].last()) {
                    (Some(last), _) => self.expr_end(last),
                    (None, Some(name)) => self.ident_end(*name),
                    (None, None) => Pos::new(0),
                }
            }
        }
    }
}

fn start(starts: &[u32], index: usize) -> Pos {
    Pos::new(starts[index])
}
