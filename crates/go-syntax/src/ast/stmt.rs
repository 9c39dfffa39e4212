//! Statements.

use crate::ast::{AssignOp, BranchKind, Ident};
use crate::ids::{DeclId, ExprId, List, Pos, RangeId, StmtId};

/// A statement. Where one has a body, that is the id of a [`Stmt::Block`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stmt {
    /// Source that is no statement. There is an error for it.
    Bad {
        /// Where it ends.
        to: Pos,
    },
    /// A function body that was not parsed ([`Bodies::Skip`](crate::Bodies::Skip)). Starts at the `{`.
    Skipped {
        /// The `}`; none if the file ends before.
        rbrace: Option<Pos>,
    },
    /// `const`, `type` or `var` in a function.
    Decl {
        /// The declaration.
        decl: DeclId,
    },
    /// Nothing. Starts at the semicolon after it.
    Empty {
        /// Whether that semicolon is not in the source.
        implicit: bool,
    },
    /// `label: stmt`.
    Labeled {
        /// The name.
        label: Ident,
        /// The `:`.
        colon: Pos,
        /// After it.
        stmt: StmtId,
    },
    /// An expression by itself: a call or receive, or an error of the type checker's.
    Expr {
        /// The expression.
        x: ExprId,
    },
    /// `chan <- value`.
    Send {
        /// Where it is sent to.
        chan: ExprId,
        /// The `<-`.
        arrow: Pos,
        /// What is sent.
        value: ExprId,
    },
    /// `x++` or `x--`.
    IncDec {
        /// What is changed.
        x: ExprId,
        /// The `++` or `--`.
        op_pos: Pos,
        /// Whether it is `++`.
        inc: bool,
    },
    /// `lhs = rhs`, `lhs := rhs`, `lhs += rhs`.
    Assign {
        /// On the left.
        lhs: List<ExprId>,
        /// Which of them.
        op: AssignOp,
        /// Where that is.
        op_pos: Pos,
        /// On the right.
        rhs: List<ExprId>,
    },
    /// `go call`. Starts at the keyword.
    Go {
        /// An [`Expr::Call`](crate::ast::Expr::Call).
        call: ExprId,
    },
    /// `defer call`. Starts at the keyword.
    Defer {
        /// An [`Expr::Call`](crate::ast::Expr::Call).
        call: ExprId,
    },
    /// `return results`. Starts at the keyword.
    Return {
        /// The values.
        results: List<ExprId>,
    },
    /// `break`, `continue`, `goto`, `fallthrough`. Starts at the keyword.
    Branch {
        /// Which.
        kind: BranchKind,
        /// Where to.
        label: Option<Ident>,
    },
    /// `{…}`. Starts at the `{`.
    Block {
        /// Its statements.
        stmts: List<StmtId>,
        /// The `}`; none if it is missing.
        rbrace: Option<Pos>,
    },
    /// `if init; cond {…} else …`. Starts at the keyword.
    If {
        /// Before the semicolon.
        init: Option<StmtId>,
        /// The condition.
        cond: ExprId,
        /// If it holds.
        body: StmtId,
        /// Otherwise: a block or the next `if`.
        otherwise: Option<StmtId>,
    },
    /// `case a, b:` or `default:`, of a `switch` of either kind. Starts at the keyword.
    Case {
        /// Expressions or types; none for `default`.
        list: List<ExprId>,
        /// Whether it is `default`.
        default: bool,
        /// The `:`.
        colon: Pos,
        /// After it.
        body: List<StmtId>,
    },
    /// `switch init; tag {…}`. Starts at the keyword.
    Switch {
        /// Before the semicolon.
        init: Option<StmtId>,
        /// What is compared.
        tag: Option<ExprId>,
        /// A block of [`Stmt::Case`]s.
        body: StmtId,
    },
    /// `switch init; x := y.(type) {…}`. Starts at the keyword.
    TypeSwitch {
        /// Before the semicolon.
        init: Option<StmtId>,
        /// `x := y.(type)` or `y.(type)`.
        assign: StmtId,
        /// A block of [`Stmt::Case`]s.
        body: StmtId,
    },
    /// `case v := <-c:`, `case c <- v:` or `default:`, of a `select`. Starts at the keyword.
    Comm {
        /// The send or receive; none for `default`.
        comm: Option<StmtId>,
        /// The `:`.
        colon: Pos,
        /// After it.
        body: List<StmtId>,
    },
    /// `select {…}`. Starts at the keyword.
    Select {
        /// A block of [`Stmt::Comm`]s.
        body: StmtId,
    },
    /// `for init; cond; post {…}`. Starts at the keyword.
    For {
        /// Before the first semicolon.
        init: Option<StmtId>,
        /// The condition.
        cond: Option<ExprId>,
        /// After the second semicolon.
        post: Option<StmtId>,
        /// What is repeated.
        body: StmtId,
    },
    /// `for key, value := range x {…}`. Starts at `for`.
    Range {
        /// What is before the body: [`Tree::range`](crate::Tree::range).
        clause: RangeId,
        /// What is repeated.
        body: StmtId,
    },
}

/// The head of a `range` loop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RangeClause {
    /// The first variable.
    pub key: Option<ExprId>,
    /// The second.
    pub value: Option<ExprId>,
    /// The `=` or `:=`; none if there is no variable.
    pub op_pos: Option<Pos>,
    /// Whether that is `:=`.
    pub define: bool,
    /// The keyword `range`.
    pub range: Pos,
    /// What is gone through.
    pub x: ExprId,
}
