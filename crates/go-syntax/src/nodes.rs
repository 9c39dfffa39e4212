//! The arrays that nodes live in. The parser fills them; the tree reads them.

use crate::ast::{Bounds, Decl, Expr, Field, Ident, RangeClause, Signature, Spec, Stmt};
use crate::ids::{BoundsId, DeclId, ExprId, List, Pos, RangeId, SigId, StmtId};

/// All nodes of one file.
#[derive(Default)]
pub(crate) struct Nodes {
    pub(crate) exprs: Vec<Expr>,
    pub(crate) expr_starts: Vec<u32>,
    pub(crate) stmts: Vec<Stmt>,
    pub(crate) stmt_starts: Vec<u32>,
    pub(crate) decls: Vec<Decl>,
    pub(crate) decl_starts: Vec<u32>,
    pub(crate) specs: Vec<Spec>,
    pub(crate) fields: Vec<Field>,
    pub(crate) idents: Vec<Ident>,
    pub(crate) sigs: Vec<Signature>,
    pub(crate) bounds: Vec<Bounds>,
    pub(crate) ranges: Vec<RangeClause>,
    /// Members of lists of expressions.
    pub(crate) expr_ids: Vec<ExprId>,
    /// Members of lists of statements.
    pub(crate) stmt_ids: Vec<StmtId>,
    /// Where the `...` of calls are; sorted by call.
    pub(crate) ellipses: Vec<(ExprId, Pos)>,
}

impl Nodes {
    /// Room for what a source of `bytes` usually needs.
    pub(crate) fn for_source(bytes: usize) -> Nodes {
        Nodes {
            exprs: Vec::with_capacity(bytes / 12),
            expr_starts: Vec::with_capacity(bytes / 12),
            stmts: Vec::with_capacity(bytes / 60),
            stmt_starts: Vec::with_capacity(bytes / 60),
            stmt_ids: Vec::with_capacity(bytes / 60),
            expr_ids: Vec::with_capacity(bytes / 30),
            ..Nodes::default()
        }
    }

    /// Gives back the room that was not needed, where that is much.
    pub(crate) fn close(&mut self) {
        fn shrink<T>(array: &mut Vec<T>) {
            if array.capacity() > array.len() + array.len() / 8 {
                array.shrink_to_fit();
            }
        }
        shrink(&mut self.exprs);
        shrink(&mut self.expr_starts);
        shrink(&mut self.stmts);
        shrink(&mut self.stmt_starts);
        shrink(&mut self.specs);
        shrink(&mut self.fields);
        shrink(&mut self.idents);
        shrink(&mut self.sigs);
        shrink(&mut self.expr_ids);
        shrink(&mut self.stmt_ids);
    }

    pub(crate) fn expr(&mut self, start: Pos, expr: Expr) -> ExprId {
        let id = ExprId::from_index(self.exprs.len());
        self.exprs.push(expr);
        self.expr_starts.push(start.offset());
        id
    }

    pub(crate) fn stmt(&mut self, start: Pos, stmt: Stmt) -> StmtId {
        let id = StmtId::from_index(self.stmts.len());
        self.stmts.push(stmt);
        self.stmt_starts.push(start.offset());
        id
    }

    pub(crate) fn decl(&mut self, start: Pos, decl: Decl) -> DeclId {
        let id = DeclId::from_index(self.decls.len());
        self.decls.push(decl);
        self.decl_starts.push(start.offset());
        id
    }

    pub(crate) fn sig(&mut self, sig: Signature) -> SigId {
        self.sigs.push(sig);
        SigId::from_index(self.sigs.len() - 1)
    }

    pub(crate) fn bounds(&mut self, bounds: Bounds) -> BoundsId {
        self.bounds.push(bounds);
        BoundsId::from_index(self.bounds.len() - 1)
    }

    pub(crate) fn range(&mut self, clause: RangeClause) -> RangeId {
        self.ranges.push(clause);
        RangeId::from_index(self.ranges.len() - 1)
    }
}

/// Moves what a scratch stack holds from `base` on to the end of an array, as a list.
pub(crate) fn list<T: Copy>(array: &mut Vec<T>, scratch: &mut Vec<T>, base: usize) -> List<T> {
    let start = array.len();
    array.extend_from_slice(&scratch[base..]);
    scratch.truncate(base);
    List::new(start as u32, (array.len() - start) as u32)
}
