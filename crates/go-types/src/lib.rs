//! Packages of Go syntax trees to names, types and calls. No I/O.
//!
//! It is a resolver, not a judge: programs are taken to compile. What does not is of the
//! [invalid](TypeId::INVALID) type, and so is all that follows from it; nothing stops.

mod check;
mod info;
mod intern;
mod name;
mod object;
mod package;
mod ratio;
mod types;
mod universe;
mod value;

pub use check::STACK;
pub use info::{FileInfo, Mode, Selection, SelectionKind, Use};
pub use name::{Name, Names};
pub use object::{Builtin, ObjKind, Object, VarKind};
pub use package::{Input, Note, Package, Program};
pub use ratio::Ratio;
pub use types::{
    Basic, Dir, Field, Interface, InterfaceMethod, Lookup, Method, MethodEntry, MethodRef, Named, NamedId,
    ObjRef, ParamId, Path, PkgId, Signature, Term, Type, TypeId, TypeParam, TypeSet, Types,
};
pub use value::Value;
