//! Positions, spans, and the small numbers by which nodes know each other.

use std::fmt;
use std::marker::PhantomData;
use std::num::NonZeroU32;
use std::ops::Range;

/// The largest source that can be parsed, in bytes: every position, the one after the last byte included,
/// is a `u32` that is not the largest.
pub const MAX_SOURCE: usize = u32::MAX as usize - 1;

/// A place in the source: a byte offset from its start. `Option<Pos>` takes four bytes too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pos(NonZeroU32);

impl Pos {
    /// The place before byte number `offset`, counted from 0.
    pub const fn new(offset: u32) -> Pos {
        match NonZeroU32::new(offset.wrapping_add(1)) {
            Some(inner) => Pos(inner),
            // Only for u32::MAX, which no source is long enough for.
            None => Pos(NonZeroU32::MAX),
        }
    }

    /// The byte offset, counted from 0.
    pub const fn offset(self) -> u32 {
        self.0.get() - 1
    }

    /// The byte offset as an index into the source.
    pub const fn index(self) -> usize {
        self.offset() as usize
    }

    /// The place `bytes` further on.
    pub const fn plus(self, bytes: u32) -> Pos {
        Pos::new(self.offset().saturating_add(bytes))
    }
}

impl fmt::Debug for Pos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "@{}", self.offset())
    }
}

/// A piece of the source: from `start` up to, not including, `end`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first byte.
    pub start: Pos,
    /// The byte after the last.
    pub end: Pos,
}

impl Span {
    /// The same as a range of byte offsets, to slice the source with.
    pub fn range(self) -> Range<usize> {
        self.start.index()..self.end.index()
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start.offset(), self.end.offset())
    }
}

/// One of the distinct names of a file. Equal names of one file have equal symbols; symbols of two files
/// cannot be compared. They are dense: a side table can be indexed by [`Sym::index`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sym(pub(crate) u32);

impl Sym {
    /// The blank identifier `_`, in every file.
    pub const BLANK: Sym = Sym(0);

    /// Whether this is `_`.
    pub const fn is_blank(self) -> bool {
        self.0 == 0
    }

    /// From 0 up, without gaps.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Debug for Sym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sym{}", self.0)
    }
}

/// Ids of one kind of node: dense per file, in the order in which the parser finished the nodes.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $short:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(NonZeroU32);

        impl $name {
            /// The id with this index.
            pub const fn from_index(index: usize) -> $name {
                match NonZeroU32::new((index as u32).wrapping_add(1)) {
                    Some(inner) => $name(inner),
                    None => $name(NonZeroU32::MAX),
                }
            }

            /// From 0 up, without gaps: an index for side tables.
            pub const fn index(self) -> usize {
                (self.0.get() - 1) as usize
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($short, "{}"), self.index())
            }
        }
    };
}

id!(
    /// An expression or type. See [`Expr`](crate::ast::Expr).
    ExprId,
    "e"
);
id!(
    /// A statement. See [`Stmt`](crate::ast::Stmt).
    StmtId,
    "s"
);
id!(
    /// A declaration, at the top or in a function. See [`Decl`](crate::ast::Decl).
    DeclId,
    "d"
);
id!(
    /// One line of a declaration. See [`Spec`](crate::ast::Spec).
    SpecId,
    "spec"
);
id!(
    /// A field, method, parameter, result or type parameter. See [`Field`](crate::ast::Field).
    FieldId,
    "f"
);
id!(
    /// A name that is declared in a list: by `var`, `const`, or as a field or parameter. See
    /// [`Ident`](crate::ast::Ident).
    IdentId,
    "i"
);
id!(
    /// A function's signature. See [`Signature`](crate::ast::Signature).
    SigId,
    "sig"
);
id!(
    /// The bounds of a slice expression. See [`Bounds`](crate::ast::Bounds).
    BoundsId,
    "b"
);
id!(
    /// The head of a `range` loop. See [`RangeClause`](crate::ast::RangeClause).
    RangeId,
    "r"
);

/// Some `T`s that lie side by side in the tree; the tree hands them out as a slice.
pub struct List<T> {
    pub(crate) start: u32,
    pub(crate) len: u32,
    of: PhantomData<fn() -> T>,
}

impl<T> List<T> {
    /// A list without members.
    pub const EMPTY: List<T> = List::new(0, 0);

    pub(crate) const fn new(start: u32, len: u32) -> List<T> {
        List { start, len, of: PhantomData }
    }

    /// How many there are.
    pub const fn len(self) -> usize {
        self.len as usize
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.len == 0
    }

    /// Where the members lie in the tree's array of `T`.
    pub const fn range(self) -> Range<usize> {
        let start = self.start as usize;
        start..start + self.len as usize
    }
}

impl<T> Clone for List<T> {
    fn clone(&self) -> List<T> {
        *self
    }
}

impl<T> Copy for List<T> {}

impl<T> PartialEq for List<T> {
    fn eq(&self, other: &List<T>) -> bool {
        (self.start, self.len) == (other.start, other.len)
    }
}

impl<T> Eq for List<T> {}

impl<T> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.range().fmt(f)
    }
}
