//! Packages of Go syntax trees to names, types and calls. No I/O.
//!
//! It is a resolver, not a judge: programs are taken to compile. What does not is of the
//! [invalid](TypeId::INVALID) type, and so is all that follows from it; nothing stops.

mod intern;
mod name;
mod types;

pub use name::{Name, Names};
pub use types::{
    Basic, Dir, Field, Interface, InterfaceMethod, Lookup, Method, MethodEntry, MethodRef, Named, NamedId,
    ObjRef, ParamId, Path, PkgId, Signature, Term, Type, TypeId, TypeParam, TypeSet, Types,
};
