//! Declarations, and the lists of fields and parameters that they are made of.

use crate::ast::{Ident, op::spelled};
use crate::ids::{ExprId, List, Pos, SigId, StmtId};

/// A declaration.
///
/// Comments on declarations, specs and fields are not kept in them:
/// [`Tree::doc_before`](crate::Tree::doc_before) and [`Tree::comment_after`](crate::Tree::comment_after)
/// find them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decl {
    /// Source that is no declaration. There is an error for it.
    Bad {
        /// Where it ends.
        to: Pos,
    },
    /// `import`, `const`, `type` or `var`, with one spec or several in parentheses.
    Gen {
        /// Which. It is where the declaration starts.
        keyword: DeclKeyword,
        /// The `(`, if there is one.
        lparen: Option<Pos>,
        /// What is declared.
        specs: List<Spec>,
        /// The `)`, if there is one.
        rparen: Option<Pos>,
    },
    /// A function or method.
    Func(FuncDecl),
}

/// `func (recv) name[type params](params) results {…}`. Starts at the keyword.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FuncDecl {
    /// The receiver, in parentheses; [absent](FieldList::is_absent) for a function.
    pub recv: FieldList,
    /// The name.
    pub name: Ident,
    /// Type parameters, parameters, results.
    pub sig: SigId,
    /// A [`Stmt::Block`](crate::ast::Stmt::Block) or [`Stmt::Skipped`](crate::ast::Stmt::Skipped); none
    /// if the function is written in another language.
    pub body: Option<StmtId>,
}

spelled! {
    /// What a declaration starts with.
    DeclKeyword {
        Import = "import",
        Const = "const",
        Type = "type",
        Var = "var",
    }
}

/// One import, type, or line of constants or variables.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Spec {
    /// `name "path"`.
    Import {
        /// The local name, if it is given. Its text may be `.`.
        name: Option<Ident>,
        /// An [`Expr::Lit`](crate::ast::Expr::Lit), or [`Expr::Bad`](crate::ast::Expr::Bad) with an error.
        path: ExprId,
    },
    /// `a, b T = x, y` after `const` or `var`.
    Value {
        /// One or more.
        names: List<Ident>,
        /// `T`.
        ty: Option<ExprId>,
        /// The values. A constant without has those of the line before, with the next `iota`.
        values: List<ExprId>,
    },
    /// `name[type params] = T` after `type`.
    Type {
        /// The name.
        name: Ident,
        /// In brackets, or [absent](FieldList::is_absent).
        type_params: FieldList,
        /// The `=`, if it is an alias.
        assign: Option<Pos>,
        /// `T`.
        ty: ExprId,
    },
}

/// Fields in brackets of some kind; or nothing, where there can be nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FieldList {
    /// The opening bracket. None where the list is absent, and for a result without parentheses.
    pub opening: Option<Pos>,
    /// The fields: [`Tree::fields`](crate::Tree::fields).
    pub fields: List<Field>,
    /// The closing bracket.
    pub closing: Option<Pos>,
}

impl FieldList {
    /// No list at all, which is not the same as an empty pair of brackets.
    pub const ABSENT: FieldList = FieldList { opening: None, fields: List::EMPTY, closing: None };

    /// Whether there is no list at all.
    pub const fn is_absent(self) -> bool {
        self.opening.is_none() && self.fields.is_empty()
    }
}

/// `a, b T` in a struct, interface, or list of parameters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Field {
    /// Names that have the same type. None for an embedded type, and for a parameter without a name.
    pub names: List<Ident>,
    /// `T`. For an interface's method an [`Expr::FuncType`](crate::ast::Expr::FuncType).
    pub ty: ExprId,
    /// A struct field's tag, an [`Expr::Lit`](crate::ast::Expr::Lit).
    pub tag: Option<ExprId>,
}

/// The types of a function, method, function type or function literal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Signature {
    /// The keyword `func`; none for an interface's method.
    pub func: Option<Pos>,
    /// In brackets, or [absent](FieldList::is_absent).
    pub type_params: FieldList,
    /// In parentheses, which are always there unless there is an error.
    pub params: FieldList,
    /// [Absent](FieldList::is_absent), one type, or in parentheses.
    pub results: FieldList,
}
