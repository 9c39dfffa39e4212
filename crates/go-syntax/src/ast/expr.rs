//! Expressions and types, which are one kind of node as in go/ast.

use crate::ast::{BinaryOp, FieldList, UnaryOp};
use crate::ids::{BoundsId, ExprId, List, Pos, SigId, StmtId, Sym};

/// A name at a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ident {
    /// Its first byte.
    pub pos: Pos,
    /// The name.
    pub sym: Sym,
}

/// An expression or a type.
///
/// # How deep
///
/// Brackets, blocks and prefixes nest at most [`MAX_DEPTH`](crate::MAX_DEPTH) deep. Chains do not count
/// for that: `a + b + c + …`, `a.b().c[i]…` and `else if` may be as long as the file. So code that
/// recurses into all children needs a loop for [`Binary`](Expr::Binary)'s `x`, for the `x` or `fun` of the
/// postfix forms (selector, index, slice, call, assertion, composite literal), and for
/// [`Stmt::If`](crate::ast::Stmt::If)'s `otherwise`. [`Tree::walk`](crate::Tree::walk) has no recursion.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expr {
    /// Source that is no expression. There is an error for it.
    Bad {
        /// Where it ends.
        to: Pos,
    },
    /// A name.
    Ident {
        /// Which.
        sym: Sym,
    },
    /// `...T` as a parameter's type, or the `...` of `[...]T`. Starts at the dots.
    Ellipsis {
        /// `T`; none in an array's length.
        elt: Option<ExprId>,
    },
    /// A literal of a basic type. [`Tree::text`](crate::Tree::text) has its source,
    /// [`literal`](crate::literal) its value.
    Lit {
        /// Integer, string and so on.
        kind: LitKind,
        /// The byte after it.
        end: Pos,
    },
    /// `func(…) {…}`.
    FuncLit {
        /// Parameters and results.
        sig: SigId,
        /// A [`Stmt::Block`](crate::ast::Stmt::Block) or [`Stmt::Skipped`](crate::ast::Stmt::Skipped).
        body: StmtId,
    },
    /// `T{…}`, or `{…}` within another one.
    Composite {
        /// `T`, if it is not left out.
        ty: Option<ExprId>,
        /// The `{`.
        lbrace: Pos,
        /// The elements; [`Expr::KeyValue`] where there is a colon.
        elts: List<ExprId>,
        /// The `}`.
        rbrace: Pos,
    },
    /// `(x)`.
    Paren {
        /// What is inside.
        x: ExprId,
        /// The `)`.
        rparen: Pos,
    },
    /// `x.sel`, a qualified name included.
    Selector {
        /// Before the dot.
        x: ExprId,
        /// The name after it.
        sel: Ident,
    },
    /// `x[index]`: map or slice element, or an instance with one type argument.
    Index {
        /// What is indexed.
        x: ExprId,
        /// The `[`.
        lbrack: Pos,
        /// Index or type argument.
        index: ExprId,
        /// The `]`.
        rbrack: Pos,
    },
    /// `x[T1, T2]`: an instance with several type arguments.
    IndexList {
        /// What is instantiated.
        x: ExprId,
        /// The `[`.
        lbrack: Pos,
        /// Two or more.
        indices: List<ExprId>,
        /// The `]`.
        rbrack: Pos,
    },
    /// `x[low:high:max]`.
    Slice {
        /// What is sliced.
        x: ExprId,
        /// The `[`.
        lbrack: Pos,
        /// What is between the colons: [`Tree::bounds`](crate::Tree::bounds).
        bounds: BoundsId,
        /// The `]`.
        rbrack: Pos,
    },
    /// `x.(T)`, or `x.(type)` in a type switch.
    TypeAssert {
        /// Before the dot.
        x: ExprId,
        /// The `(`.
        lparen: Pos,
        /// `T`; none for `type`.
        ty: Option<ExprId>,
        /// The `)`.
        rparen: Pos,
    },
    /// `fun(args)`: call or conversion.
    Call {
        /// What is called.
        fun: ExprId,
        /// The `(`.
        lparen: Pos,
        /// The arguments.
        args: List<ExprId>,
        /// The `)`.
        rparen: Pos,
        /// Whether the last argument has `...` after it. [`Tree::call_ellipsis`](crate::Tree::call_ellipsis)
        /// says where.
        spread: bool,
    },
    /// `*x`: pointer type or what a pointer points to.
    Star {
        /// After the star.
        x: ExprId,
    },
    /// `-x`, `&x`, `<-x`, `~T` and so on.
    Unary {
        /// Which operator. It is where the expression starts.
        op: UnaryOp,
        /// After it.
        x: ExprId,
    },
    /// `x + y` and so on; `|` between the terms of a constraint as well.
    Binary {
        /// Which operator.
        op: BinaryOp,
        /// Where it is.
        op_pos: Pos,
        /// On its left.
        x: ExprId,
        /// On its right.
        y: ExprId,
    },
    /// `key: value` in a composite literal.
    KeyValue {
        /// Key, index or field.
        key: ExprId,
        /// The `:`.
        colon: Pos,
        /// After it.
        value: ExprId,
    },
    /// `[len]T`, `[]T`, `[...]T`. Starts at the `[`.
    ArrayType {
        /// None for a slice type, [`Expr::Ellipsis`] for `[...]T`.
        len: Option<ExprId>,
        /// `T`.
        elt: ExprId,
    },
    /// `struct {…}`. Starts at the keyword.
    StructType {
        /// Its fields, in braces.
        fields: FieldList,
    },
    /// `func(…) …` as a type; also the type of an interface's method.
    FuncType {
        /// Parameters and results: [`Tree::sig`](crate::Tree::sig).
        sig: SigId,
    },
    /// `interface {…}`. Starts at the keyword.
    InterfaceType {
        /// Methods (with a name) and embedded types or unions (without), in braces.
        methods: FieldList,
    },
    /// `map[key]value`. Starts at the keyword.
    MapType {
        /// Type of the keys.
        key: ExprId,
        /// Type of the values.
        value: ExprId,
    },
    /// `chan T`, `<-chan T`, `chan<- T`. Starts at what comes first, keyword or arrow.
    ChanType {
        /// Which of the three.
        dir: ChanDir,
        /// The `<-`, if there is one.
        arrow: Option<Pos>,
        /// `T`.
        value: ExprId,
    },
}

/// Kinds of literals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LitKind {
    /// `42`, `0x2a`, `0b101`, `0o17`, `1_000`.
    Int,
    /// `1.5`, `1e3`, `0x1p-2`.
    Float,
    /// `2i`.
    Imag,
    /// `'a'`.
    Char,
    /// `"a"` or `` `a` ``.
    String,
}

/// Directions of a channel type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChanDir {
    /// `chan T`.
    Both,
    /// `chan<- T`.
    Send,
    /// `<-chan T`.
    Recv,
}

/// What is between the brackets of a slice expression.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// Before the first colon.
    pub low: Option<ExprId>,
    /// After it.
    pub high: Option<ExprId>,
    /// After the second colon.
    pub max: Option<ExprId>,
    /// Whether there is a second colon.
    pub three: bool,
}
