//! Objects: what names stand for.

use go_syntax::Pos;

use crate::name::Name;
use crate::types::{PkgId, TypeId};
use crate::value::Value;

/// What a name stands for.
#[derive(Clone, Debug)]
pub struct Object {
    /// What it is.
    pub kind: ObjKind,
    /// Its name.
    pub name: Name,
    /// The package that it is declared in; the universe for predeclared ones.
    pub pkg: PkgId,
    /// The file, counted as in [`crate::Package::files`], and the place of its name there. None for predeclared
    /// objects, and for results without a name.
    pub pos: Option<(u32, Pos)>,
    /// Its type.
    pub ty: TypeId,
}

/// Kinds of objects.
#[derive(Clone, Debug)]
pub enum ObjKind {
    /// An imported package, known by this name in one file; none if it was not found.
    Package(Option<PkgId>),
    /// A constant and its value.
    Const(Value),
    /// A type's name.
    TypeName {
        /// The type parameters of a generic alias; empty for other aliases, none for no alias.
        alias: Option<Box<[TypeId]>>,
    },
    /// A variable.
    Var(VarKind),
    /// A function or method.
    Func,
    /// A predeclared function, or one of package unsafe.
    Builtin(Builtin),
    /// `nil`.
    Nil,
}

/// Kinds of variables.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VarKind {
    /// Of a package.
    Global,
    /// Of a function.
    Local,
    /// A parameter.
    Param,
    /// A result.
    Result,
    /// The receiver of a method.
    Receiver,
}

macro_rules! builtins {
    ($($(#[$doc:meta])* $member:ident $text:literal,)+) => {
        /// A predeclared function, or one of package unsafe.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Builtin {
            $(#[doc = concat!("`", $text, "`")] $member,)+
        }

        impl Builtin {
            /// All of them, with their names; those of package unsafe with `unsafe.` before it.
            pub const ALL: &[(Builtin, &str)] = &[$((Builtin::$member, $text),)+];
        }
    };
}

builtins! {
    Append "append",
    Cap "cap",
    Clear "clear",
    Close "close",
    Complex "complex",
    Copy "copy",
    Delete "delete",
    Imag "imag",
    Len "len",
    Make "make",
    Max "max",
    Min "min",
    New "new",
    Panic "panic",
    Print "print",
    Println "println",
    Real "real",
    Recover "recover",
    Add "unsafe.Add",
    Alignof "unsafe.Alignof",
    Offsetof "unsafe.Offsetof",
    Sizeof "unsafe.Sizeof",
    Slice "unsafe.Slice",
    SliceData "unsafe.SliceData",
    String "unsafe.String",
    StringData "unsafe.StringData",
}
