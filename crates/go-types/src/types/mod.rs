//! Types, each once: two types are identical if their numbers are equal.
//!
//! Declared types and type parameters are themselves and nothing else; all other types are what they are made of.
//! An alias is no type: whoever names it means the type it stands for.

mod basic;
mod core_type;
mod display;
mod fresh;
mod identical;
mod infer;
mod lookup;
mod method_set;
mod parts;
mod store;
mod subst;
mod terms;
#[cfg(test)]
mod tests;
mod type_set;
mod under;
mod unify;

pub use basic::Basic;
pub use lookup::{Lookup, MethodRef, Path};
pub use method_set::MethodEntry;
pub use store::{Named, TypeParam, Types};
pub use type_set::TypeSet;

/// A type. Equal numbers are identical types.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TypeId(pub(crate) u32);

/// A package; 0 is the universe, which has the predeclared names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PkgId(pub u32);

impl PkgId {
    /// Where the predeclared names are.
    pub const UNIVERSE: PkgId = PkgId(0);
}

/// An object: a constant, type name, variable, function and so on, of some package.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ObjRef {
    /// Its package.
    pub pkg: PkgId,
    /// Which of that package's objects.
    pub index: u32,
}

/// A declared type: what `type T …` makes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NamedId(pub(crate) u32);

/// A type parameter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ParamId(pub(crate) u32);

/// What a type is made of.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Type {
    /// A predeclared type, an untyped constant's type, or the invalid one.
    Basic(Basic),
    /// A declared type that has no type parameters; or, where it is declared, one that has.
    Named(NamedId),
    /// A generic declared type with its arguments.
    Instance {
        /// The generic type.
        origin: NamedId,
        /// As many as it has parameters.
        args: Box<[TypeId]>,
    },
    /// A type parameter.
    Param(ParamId),
    /// `*T`.
    Pointer(TypeId),
    /// `[]T`.
    Slice(TypeId),
    /// `[len]T`.
    Array {
        /// `T`.
        elem: TypeId,
        /// Its length; -1 if that could not be found out.
        len: i64,
    },
    /// `map[key]value`.
    Map {
        /// Of its keys.
        key: TypeId,
        /// Of its values.
        value: TypeId,
    },
    /// `chan T`.
    Chan {
        /// Which way.
        dir: Dir,
        /// `T`.
        elem: TypeId,
    },
    /// `struct {…}`.
    Struct(Box<[Field]>),
    /// `func(…) …`.
    Func(Signature),
    /// `interface {…}`.
    Interface(Interface),
    /// Several results of a call.
    Tuple(Box<[TypeId]>),
    /// `~A | B`, in a constraint.
    Union(Box<[Term]>),
}

/// Direction of a channel.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Dir {
    /// `chan T`.
    Both,
    /// `chan<- T`.
    Send,
    /// `<-chan T`.
    Recv,
}

/// A field of a struct.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Field {
    /// Its name; of an embedded field the name of its type.
    pub name: Name,
    /// The package whose name it is, if it is not exported; else the universe, so that equal names are equal.
    pub pkg: PkgId,
    /// Its type.
    pub ty: TypeId,
    /// Whether it is embedded.
    pub embedded: bool,
    /// Its tag, as the string it is.
    pub tag: Option<Box<[u8]>>,
}

/// The type of a function.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Signature {
    /// Type parameters, if it is generic: each a [`Type::Param`].
    pub type_params: Box<[TypeId]>,
    /// Parameters. The last of a variadic function is a slice.
    pub params: Box<[TypeId]>,
    /// Results.
    pub results: Box<[TypeId]>,
    /// Whether the last parameter is `...T`.
    pub variadic: bool,
}

/// An interface as it is written down; [`Types::type_set`] has what it comes to.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Interface {
    /// Its own methods, by name.
    pub methods: Box<[InterfaceMethod]>,
    /// What it embeds: interfaces, other types, [unions](Type::Union).
    pub embeds: Box<[TypeId]>,
    /// Whether it is `comparable`, the predeclared one.
    pub comparable: bool,
}

/// A method of an interface.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct InterfaceMethod {
    /// Its name.
    pub name: Name,
    /// The package whose name it is, if it is not exported; else the universe.
    pub pkg: PkgId,
    /// A [`Type::Func`].
    pub sig: TypeId,
}

/// A method of a declared type.
#[derive(Debug)]
pub struct Method {
    /// Its name.
    pub name: Name,
    /// The function.
    pub func: ObjRef,
    /// Whether its receiver is a pointer.
    pub pointer: bool,
    /// A [`Type::Func`] without the receiver, over the type parameters of the receiver's type; set when the
    /// declaring package is resolved.
    pub sig: std::sync::OnceLock<TypeId>,
}

/// A term of a union.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Term {
    /// `~T`: all types whose underlying type is `T`.
    pub tilde: bool,
    /// `T`.
    pub ty: TypeId,
}

use crate::name::Name;
