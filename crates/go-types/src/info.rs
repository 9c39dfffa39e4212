//! What is known of the nodes of a file.

use std::sync::Arc;

use go_syntax::ast::Expr;
use go_syntax::{ExprId, Pos, StmtId, Tree};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::object::Builtin;
use crate::types::{MethodRef, ObjRef, PkgId, TypeId};
use crate::value::Value;

/// What an expression is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Mode {
    /// Not known, or nothing that has a type: a key of a struct literal, a label.
    #[default]
    Invalid,
    /// A call without result.
    NoValue,
    /// A predeclared function.
    Builtin(Builtin),
    /// A type.
    Type,
    /// A constant.
    Const,
    /// A variable: it has an address.
    Var,
    /// An element of a map.
    MapIndex,
    /// A value.
    Value,
    /// A value that a second one may come with, which says if it is there: a receive, a type assertion.
    CommaOk,
}

/// What a name or selector leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Use {
    /// Not known.
    #[default]
    None,
    /// An object; for a selector one of another package.
    Object(ObjRef),
    /// A field or method: one of [`FileInfo::selections`].
    Selection(u32),
}

/// A [`Use`] in eight bytes: package and index of an object, or one of the numbers below and a number.
#[derive(Clone, Copy)]
struct Packed(u32, u32);

const NONE: u32 = u32::MAX;
const SELECTION: u32 = u32::MAX - 1;

impl Packed {
    fn new(what: Use) -> Packed {
        match what {
            Use::None => Packed(NONE, 0),
            Use::Object(ObjRef { pkg, index }) => Packed(pkg.0, index),
            Use::Selection(number) => Packed(SELECTION, number),
        }
    }

    fn get(self) -> Use {
        match self {
            Packed(NONE, _) => Use::None,
            Packed(SELECTION, number) => Use::Selection(number),
            Packed(pkg, index) => Use::Object(ObjRef { pkg: PkgId(pkg), index }),
        }
    }
}

/// A selector that leads to a field or method.
#[derive(Clone, Debug)]
pub struct Selection {
    /// What it is.
    pub kind: SelectionKind,
    /// The type of what is before the dot.
    pub recv: TypeId,
    /// Fields on the way, each by its number in its struct; for a field it is the last.
    pub path: SmallVec<[u32; 4]>,
    /// Whether a pointer was followed on the way.
    pub indirect: bool,
    /// The method, if it is one.
    pub method: Option<MethodRef>,
}

/// Kinds of selections.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SelectionKind {
    /// `x.f`.
    Field,
    /// `x.m`.
    Method,
    /// `T.m`.
    MethodExpr,
}

/// What is known of the nodes of one file.
pub struct FileInfo {
    /// Its tree.
    pub tree: Arc<Tree>,
    pub(crate) types: Vec<TypeId>,
    pub(crate) modes: Vec<Mode>,
    uses: Vec<Packed>,
    /// Selectors that lead to fields and methods.
    pub selections: Vec<Selection>,
    /// Objects by the place where their name is declared.
    pub defs: FxHashMap<Pos, u32>,
    /// The variable of each clause of a type switch that declares one.
    pub clause_vars: FxHashMap<StmtId, u32>,
    /// The type arguments of each generic function that is used, by the name or selector.
    pub instances: FxHashMap<ExprId, Box<[TypeId]>>,
    /// Values of constants.
    pub values: FxHashMap<ExprId, Value>,
}

impl FileInfo {
    pub(crate) fn new(tree: Arc<Tree>, record: bool) -> FileInfo {
        let count = if record { tree.expr_count() } else { 0 };
        let literals = || tree.all_exprs().filter(|(_, expr)| matches!(expr, Expr::Lit { .. })).count();
        let constants = if record { literals() } else { 0 };
        let names = if record { tree.ident_count() } else { 0 };
        FileInfo {
            types: vec![TypeId::INVALID; count],
            modes: vec![Mode::Invalid; count],
            uses: vec![Packed::new(Use::None); count],
            selections: Vec::new(),
            defs: FxHashMap::with_capacity_and_hasher(names, Default::default()),
            clause_vars: FxHashMap::default(),
            instances: FxHashMap::default(),
            values: FxHashMap::with_capacity_and_hasher(constants, Default::default()),
            tree,
        }
    }

    /// The type of an expression.
    pub fn type_of(&self, id: ExprId) -> TypeId {
        self.types.get(id.index()).copied().unwrap_or(TypeId::INVALID)
    }

    /// What an expression is.
    pub fn mode(&self, id: ExprId) -> Mode {
        self.modes.get(id.index()).copied().unwrap_or_default()
    }

    /// What a name or selector leads to.
    pub fn use_of(&self, id: ExprId) -> Use {
        self.uses.get(id.index()).map_or(Use::None, |packed| packed.get())
    }

    pub(crate) fn set_use(&mut self, id: ExprId, what: Use) {
        self.uses[id.index()] = Packed::new(what);
    }

    /// The field or method that a selector leads to.
    pub fn selection(&self, id: ExprId) -> Option<&Selection> {
        match self.use_of(id) {
            Use::Selection(number) => self.selections.get(number as usize),
            _ => None,
        }
    }
}
