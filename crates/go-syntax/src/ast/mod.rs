//! The nodes of the tree. They follow go/ast node by node, so what is known of that holds here.
//!
//! Nodes are small values that name each other by id; a [`Tree`](crate::Tree) owns them all. Where a node
//! starts is kept beside it ([`Tree::start`](crate::Tree::start) in one step); a position that the start
//! gives (the `if` of an if statement) is not kept twice.

mod decl;
mod expr;
mod op;
mod stmt;

pub use decl::{Decl, DeclKeyword, Field, FieldList, FuncDecl, Signature, Spec};
pub use expr::{Bounds, ChanDir, Expr, Ident, LitKind};
pub use op::{AssignOp, BinaryOp, BranchKind, UnaryOp};
pub use stmt::{RangeClause, Stmt};
