#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod ast;
pub mod build;
mod comments;
mod error;
mod header;
mod ids;
mod lexer;
mod lines;
pub mod literal;
mod names;
mod nodes;
mod parser;
mod span;
mod token;
mod tree;
mod walk;

pub use comments::{Comment, Comments};
pub use error::SyntaxError;
pub use ids::{
    BoundsId, DeclId, ExprId, FieldId, IdentId, List, MAX_SOURCE, Pos, RangeId, SigId, Span, SpecId, StmtId,
    Sym,
};
pub use lines::{LineCol, Lines};
pub use names::Names;
pub use parser::MAX_DEPTH;
pub use tree::Tree;
pub use walk::{Event, Node, Walk};

use std::sync::Arc;

use parser::{Extent, Recovery};

/// What to do with the bodies of functions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bodies {
    /// Parse them.
    Parse,
    /// Go over them to the closing brace, without looking closer than that takes: they are
    /// [`Stmt::Skipped`](ast::Stmt::Skipped). So are the elements of composite literals, which have none
    /// then; but those of `[...]T{…}` are there, since their number is part of the type. What is skipped has
    /// neither comments nor errors. For packages of which only the declarations matter.
    Skip,
}

/// Parses a file. Never fails: what is no Go gets a bad node and an error.
///
/// A source that is in an `Arc<[u8]>` already is not copied. One larger than [`MAX_SOURCE`] is an error.
pub fn parse(source: impl Into<Arc<[u8]>>, bodies: Bodies) -> Tree {
    parser::parse(source.into(), bodies, Extent::All, Recovery::Near)
}

/// Parses the package clause and the imports of a file, and looks at nothing after them.
pub fn parse_header(source: impl Into<Arc<[u8]>>) -> Tree {
    parser::parse(source.into(), Bodies::Skip, Extent::Imports, Recovery::Near)
}

/// Parses a file and finds its way again after errors exactly where go/parser does, so that all errors and
/// the trees of broken files can be compared. [`parse`] loses less.
#[doc(hidden)]
pub fn parse_as_go(source: impl Into<Arc<[u8]>>) -> Tree {
    parser::parse(source.into(), Bodies::Parse, Extent::All, Recovery::AsGo)
}
