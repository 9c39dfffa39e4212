//! Going over a tree, without recursion: however deep the tree is, the stack is not.

use crate::ast::{Decl, Expr, FieldList, Spec, Stmt};
use crate::ids::{DeclId, ExprId, FieldId, List, SigId, Span, SpecId, StmtId};
use crate::tree::Tree;

/// Any node. (Signatures, bounds and range clauses are part of the node that has them.)
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Node {
    /// An expression or type.
    Expr(ExprId),
    /// A statement.
    Stmt(StmtId),
    /// A declaration.
    Decl(DeclId),
    /// A spec of a declaration.
    Spec(SpecId),
    /// A field, parameter or the like.
    Field(FieldId),
}

/// What a [`Walk`] comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// A node; its children follow.
    Enter(Node),
    /// The same node, after its children.
    Leave(Node),
}

impl Tree {
    /// Calls `child` with each child of a node, in the order of the source.
    pub fn children(&self, node: Node, child: impl FnMut(Node)) {
        let mut children = Children { tree: self, child };
        match node {
            Node::Expr(id) => children.of_expr(self.expr(id)),
            Node::Stmt(id) => children.of_stmt(self.stmt(id)),
            Node::Decl(id) => children.of_decl(self.decl(id)),
            Node::Spec(id) => children.of_spec(self.spec(id)),
            Node::Field(id) => {
                let field = self.field(id);
                children.expr(field.ty);
                children.opt(field.tag);
            }
        }
    }

    /// Goes over `node` and all below it.
    ///
    /// ```
    /// use go_syntax::{Bodies, Event, Node, ast::Expr, parse};
    ///
    /// let tree = parse(&b"package p\n\nfunc f() { go func() { m[k] = g(x) }() }\n"[..], Bodies::Parse);
    /// let mut indexed = Vec::new();
    /// for event in tree.walk(Node::Decl(tree.decls()[0])) {
    ///     if let Event::Enter(Node::Expr(id)) = event
    ///         && let Expr::Index { x, .. } = tree.expr(id)
    ///     {
    ///         indexed.push(tree.text(tree.expr_span(x)));
    ///     }
    /// }
    /// assert_eq!(indexed, [b"m"]);
    /// ```
    pub fn walk(&self, node: Node) -> Walk<'_> {
        Walk { tree: self, stack: vec![Event::Enter(node)], below: 1 }
    }

    /// The span of any node.
    pub fn span(&self, node: Node) -> Span {
        match node {
            Node::Expr(id) => self.expr_span(id),
            Node::Stmt(id) => self.stmt_span(id),
            Node::Decl(id) => self.decl_span(id),
            Node::Spec(id) => self.spec_span(id),
            Node::Field(id) => self.field_span(self.field(id)),
        }
    }
}

/// Goes over a node and all below it. See [`Tree::walk`].
pub struct Walk<'t> {
    tree: &'t Tree,
    /// What is still to come, the next on top.
    stack: Vec<Event>,
    /// How much of it is not below the node that was entered last.
    below: usize,
}

impl Walk<'_> {
    /// Leaves out the children of the node that was entered last.
    pub fn skip_children(&mut self) {
        self.stack.truncate(self.below);
    }
}

impl Iterator for Walk<'_> {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        let event = self.stack.pop()?;
        if let Event::Enter(node) = event {
            self.stack.push(Event::Leave(node));
            self.below = self.stack.len();
            self.tree.children(node, |child| self.stack.push(Event::Enter(child)));
            self.stack[self.below..].reverse();
        } else {
            self.below = self.stack.len();
        }
        Some(event)
    }
}

struct Children<'t, F> {
    tree: &'t Tree,
    child: F,
}

impl<F: FnMut(Node)> Children<'_, F> {
    fn expr(&mut self, id: ExprId) {
        (self.child)(Node::Expr(id));
    }

    fn opt(&mut self, id: Option<ExprId>) {
        id.into_iter().for_each(|id| self.expr(id));
    }

    fn exprs(&mut self, list: List<ExprId>) {
        self.tree.exprs(list).iter().for_each(|id| self.expr(*id));
    }

    fn stmt(&mut self, id: impl Into<Option<StmtId>>) {
        id.into().into_iter().for_each(|id| (self.child)(Node::Stmt(id)));
    }

    fn stmts(&mut self, list: List<StmtId>) {
        self.tree.stmts(list).iter().for_each(|id| (self.child)(Node::Stmt(*id)));
    }

    fn fields(&mut self, list: FieldList) {
        list.fields.ids().for_each(|id| (self.child)(Node::Field(id)));
    }

    fn sig(&mut self, id: SigId) {
        let sig = self.tree.sig(id);
        [sig.type_params, sig.params, sig.results].into_iter().for_each(|list| self.fields(list));
    }

    fn of_expr(&mut self, expr: Expr) {
        match expr {
            Expr::Bad { .. } | Expr::Ident { .. } | Expr::Lit { .. } => {}
            Expr::Ellipsis { elt } => self.opt(elt),
            Expr::FuncLit { sig, body } => {
                self.sig(sig);
                self.stmt(body);
            }
            Expr::Composite { ty, elts, .. } => {
                self.opt(ty);
                self.exprs(elts);
            }
            Expr::Paren { x, .. }
            | Expr::Selector { x, .. }
            | Expr::Star { x }
            | Expr::Unary { x, .. }
            | Expr::ChanType { value: x, .. } => self.expr(x),
            Expr::Index { x, index: y, .. }
            | Expr::Binary { x, y, .. }
            | Expr::KeyValue { key: x, value: y, .. }
            | Expr::MapType { key: x, value: y } => {
                self.expr(x);
                self.expr(y);
            }
            Expr::IndexList { x, indices: list, .. } | Expr::Call { fun: x, args: list, .. } => {
                self.expr(x);
                self.exprs(list);
            }
            Expr::Slice { x, bounds, .. } => {
                let bounds = self.tree.bounds(bounds);
                self.expr(x);
                [bounds.low, bounds.high, bounds.max].into_iter().for_each(|bound| self.opt(bound));
            }
            Expr::TypeAssert { x, ty, .. } => {
                self.expr(x);
                self.opt(ty);
            }
            Expr::ArrayType { len, elt } => {
                self.opt(len);
                self.expr(elt);
            }
            Expr::StructType { fields: list } | Expr::InterfaceType { methods: list } => self.fields(list),
            Expr::FuncType { sig } => self.sig(sig),
        }
    }

    fn of_stmt(&mut self, stmt: Stmt) {
        match stmt {
            Stmt::Bad { .. } | Stmt::Skipped { .. } | Stmt::Empty { .. } | Stmt::Branch { .. } => {}
            Stmt::Decl { decl } => (self.child)(Node::Decl(decl)),
            Stmt::Labeled { stmt, .. } => self.stmt(stmt),
            Stmt::Expr { x } | Stmt::IncDec { x, .. } | Stmt::Go { call: x } | Stmt::Defer { call: x } => {
                self.expr(x);
            }
            Stmt::Send { chan, value, .. } => {
                self.expr(chan);
                self.expr(value);
            }
            Stmt::Assign { lhs, rhs, .. } => {
                self.exprs(lhs);
                self.exprs(rhs);
            }
            Stmt::Return { results } => self.exprs(results),
            Stmt::Block { stmts, .. } => self.stmts(stmts),
            Stmt::If { init, cond, body, otherwise } => {
                self.stmt(init);
                self.expr(cond);
                self.stmt(body);
                self.stmt(otherwise);
            }
            Stmt::Case { list, body, .. } => {
                self.exprs(list);
                self.stmts(body);
            }
            Stmt::Comm { comm, body, .. } => {
                self.stmt(comm);
                self.stmts(body);
            }
            Stmt::Switch { init, tag, body } => {
                self.stmt(init);
                self.opt(tag);
                self.stmt(body);
            }
            Stmt::TypeSwitch { init, assign, body } => {
                self.stmt(init);
                self.stmt(assign);
                self.stmt(body);
            }
            Stmt::Select { body } => self.stmt(body),
            Stmt::For { init, cond, post, body } => {
                self.stmt(init);
                self.opt(cond);
                self.stmt(post);
                self.stmt(body);
            }
            Stmt::Range { clause, body } => {
                let clause = self.tree.range(clause);
                self.opt(clause.key);
                self.opt(clause.value);
                self.expr(clause.x);
                self.stmt(body);
            }
        }
    }

    fn of_decl(&mut self, decl: Decl) {
        match decl {
            Decl::Bad { .. } => {}
            Decl::Gen { specs, .. } => specs.ids().for_each(|id| (self.child)(Node::Spec(id))),
            Decl::Func(func) => {
                self.fields(func.recv);
                self.sig(func.sig);
                self.stmt(func.body);
            }
        }
    }

    fn of_spec(&mut self, spec: Spec) {
        match spec {
            Spec::Import { path, .. } => self.expr(path),
            Spec::Value { ty, values, .. } => {
                self.opt(ty);
                self.exprs(values);
            }
            Spec::Type { type_params, ty, .. } => {
                self.fields(type_params);
                self.expr(ty);
            }
        }
    }
}
