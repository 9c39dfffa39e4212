//! The tree of a file, and how its nodes are read.

use std::sync::{Arc, OnceLock};

use crate::ast::{Bounds, Decl, Expr, Field, FieldList, Ident, RangeClause, Signature, Spec, Stmt};
use crate::comments::Comments;
use crate::error::SyntaxError;
use crate::ids::{
    BoundsId, DeclId, ExprId, FieldId, IdentId, List, Pos, RangeId, SigId, Span, SpecId, StmtId, Sym,
};
use crate::lines::{LineCol, Lines};
use crate::names::Names;
use crate::nodes::Nodes;

/// One parsed file: its source, its nodes, its names, its comments and its errors.
///
/// Everything in it is reached by id; a node is a small value that can be copied out:
///
/// ```
/// use go_syntax::{Bodies, ast::{Decl, Spec}, parse};
///
/// let tree = parse("package shop\n\nvar stock map[string]int\n".as_bytes(), Bodies::Parse);
/// assert!(tree.errors().is_empty());
/// let Decl::Gen { specs, .. } = tree.decl(tree.decls()[0]) else { panic!() };
/// let Spec::Value { names, ty, .. } = tree.specs(specs)[0] else { panic!() };
/// assert_eq!(tree.name(tree.idents(names)[0].sym), "stock");
/// assert_eq!(tree.text(tree.expr_span(ty.unwrap())), b"map[string]int");
/// ```
pub struct Tree {
    pub(crate) source: Arc<[u8]>,
    pub(crate) nodes: Nodes,
    pub(crate) names: Names,
    pub(crate) comments: Comments,
    pub(crate) errors: Vec<SyntaxError>,
    pub(crate) package: Option<Pos>,
    pub(crate) package_name: Option<Ident>,
    pub(crate) decls: Vec<DeclId>,
    pub(crate) imports: Vec<SpecId>,
    pub(crate) lines: OnceLock<Lines>,
}

/// The file as a whole.
impl Tree {
    /// What was parsed.
    pub fn source(&self) -> &Arc<[u8]> {
        &self.source
    }

    /// The errors, by position; at most one for each line.
    pub fn errors(&self) -> &[SyntaxError] {
        &self.errors
    }

    /// The keyword `package`. None if the file does not start with a package clause; then there is
    /// nothing in the tree but errors.
    pub fn package(&self) -> Option<Pos> {
        self.package
    }

    /// The package's name.
    pub fn package_name(&self) -> Option<Ident> {
        self.package_name
    }

    /// The declarations at the top of the file, in order.
    pub fn decls(&self) -> &[DeclId] {
        &self.decls
    }

    /// The [imports](Spec::Import), in order.
    pub fn imports(&self) -> &[SpecId] {
        &self.imports
    }

    /// The distinct names.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The text of a name.
    pub fn name(&self, sym: Sym) -> &str {
        self.names.text(sym)
    }

    /// The comments.
    pub fn comments(&self) -> &Comments {
        &self.comments
    }

    /// Where lines begin. Counted when first asked for.
    pub fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Lines::new(&self.source))
    }

    /// The line, counted from 1, that a place is in.
    pub fn line(&self, pos: Pos) -> u32 {
        self.lines().line(pos)
    }

    /// Line and column of a place. `//line` comments change nothing.
    pub fn line_col(&self, pos: Pos) -> LineCol {
        self.lines().line_col(pos)
    }

    /// The source of a span.
    pub fn text(&self, span: Span) -> &[u8] {
        self.source.get(span.range()).unwrap_or_default()
    }
}

/// Nodes.
impl Tree {
    /// The node of an expression or type.
    pub fn expr(&self, id: ExprId) -> Expr {
        self.nodes.exprs[id.index()]
    }

    /// The node of a statement.
    pub fn stmt(&self, id: StmtId) -> Stmt {
        self.nodes.stmts[id.index()]
    }

    /// The node of a declaration.
    pub fn decl(&self, id: DeclId) -> Decl {
        self.nodes.decls[id.index()]
    }

    /// The node of a spec.
    pub fn spec(&self, id: SpecId) -> Spec {
        self.nodes.specs[id.index()]
    }

    /// The node of a field.
    pub fn field(&self, id: FieldId) -> Field {
        self.nodes.fields[id.index()]
    }

    /// A name in a list of names.
    pub fn ident(&self, id: IdentId) -> Ident {
        self.nodes.idents[id.index()]
    }

    /// A function's signature.
    pub fn sig(&self, id: SigId) -> Signature {
        self.nodes.sigs[id.index()]
    }

    /// What is between the brackets of a slice expression.
    pub fn bounds(&self, id: BoundsId) -> Bounds {
        self.nodes.bounds[id.index()]
    }

    /// The head of a `range` loop.
    pub fn range(&self, id: RangeId) -> RangeClause {
        self.nodes.ranges[id.index()]
    }

    /// The expression as a name, if it is one.
    pub fn as_ident(&self, id: ExprId) -> Option<Ident> {
        match self.expr(id) {
            Expr::Ident { sym } => Some(Ident { pos: self.start(id), sym }),
            _ => None,
        }
    }

    /// The expression without the parentheses around it.
    pub fn unparen(&self, mut id: ExprId) -> ExprId {
        while let Expr::Paren { x, .. } = self.expr(id) {
            id = x;
        }
        id
    }

    /// The `...` after the last argument of a call.
    pub fn call_ellipsis(&self, call: ExprId) -> Option<Pos> {
        let all = &self.nodes.ellipses;
        all.binary_search_by_key(&call, |(id, _)| *id).ok().map(|at| all[at].1)
    }

    /// The statements of a block; none if it is no block.
    pub fn block(&self, id: StmtId) -> &[StmtId] {
        match self.stmt(id) {
            Stmt::Block { stmts, .. } => self.stmts(stmts),
            _ => &[],
        }
    }
}

/// Lists.
impl Tree {
    /// The members of a list of expressions.
    pub fn exprs(&self, list: List<ExprId>) -> &[ExprId] {
        &self.nodes.expr_ids[list.range()]
    }

    /// The members of a list of statements.
    pub fn stmts(&self, list: List<StmtId>) -> &[StmtId] {
        &self.nodes.stmt_ids[list.range()]
    }

    /// The members of a list of names.
    pub fn idents(&self, list: List<Ident>) -> &[Ident] {
        &self.nodes.idents[list.range()]
    }

    /// The fields of a list of fields.
    pub fn fields(&self, list: FieldList) -> &[Field] {
        &self.nodes.fields[list.fields.range()]
    }

    /// The specs of a declaration.
    pub fn specs(&self, list: List<Spec>) -> &[Spec] {
        &self.nodes.specs[list.range()]
    }
}

/// How many nodes there are: the sizes of side tables.
impl Tree {
    /// One more than the largest index of an expression.
    pub fn expr_count(&self) -> usize {
        self.nodes.exprs.len()
    }

    /// One more than the largest index of a statement.
    pub fn stmt_count(&self) -> usize {
        self.nodes.stmts.len()
    }

    /// One more than the largest index of a declaration.
    pub fn decl_count(&self) -> usize {
        self.nodes.decls.len()
    }

    /// One more than the largest index of a spec.
    pub fn spec_count(&self) -> usize {
        self.nodes.specs.len()
    }

    /// One more than the largest index of a field.
    pub fn field_count(&self) -> usize {
        self.nodes.fields.len()
    }

    /// One more than the largest index of a name in a list.
    pub fn ident_count(&self) -> usize {
        self.nodes.idents.len()
    }

    /// All expressions of the file, in no order that matters. Lists of arguments and the like come
    /// before what they belong to.
    pub fn all_exprs(&self) -> impl Iterator<Item = (ExprId, Expr)> {
        self.nodes.exprs.iter().enumerate().map(|(index, expr)| (ExprId::from_index(index), *expr))
    }

    /// All statements of the file, in no order that matters.
    pub fn all_stmts(&self) -> impl Iterator<Item = (StmtId, Stmt)> {
        self.nodes.stmts.iter().enumerate().map(|(index, stmt)| (StmtId::from_index(index), *stmt))
    }
}

impl List<Ident> {
    /// The ids of the names.
    pub fn ids(self) -> impl Iterator<Item = IdentId> {
        self.range().map(IdentId::from_index)
    }
}

impl List<Field> {
    /// The ids of the fields.
    pub fn ids(self) -> impl Iterator<Item = FieldId> {
        self.range().map(FieldId::from_index)
    }
}

impl List<Spec> {
    /// The ids of the specs.
    pub fn ids(self) -> impl Iterator<Item = SpecId> {
        self.range().map(SpecId::from_index)
    }
}
