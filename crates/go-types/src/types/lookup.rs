//! What `x.name` finds.

use smallvec::SmallVec;

use super::{NamedId, ObjRef, PkgId, TypeId, Types};
use crate::name::Name;

/// Numbers of fields, from the outside in: the embedded fields on the way and, if a field is sought, it.
pub type Path = SmallVec<[u32; 4]>;

/// What `x.name` finds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Lookup {
    /// A field.
    Field {
        /// Its type.
        ty: TypeId,
        /// The way to it; the last number is its own.
        path: Path,
        /// Whether there is a pointer on the way.
        indirect: bool,
    },
    /// A method.
    Method {
        /// Its type, without the receiver; the receiver's type arguments are in place.
        sig: TypeId,
        /// Whose it is.
        func: MethodRef,
        /// The embedded fields on the way.
        path: Path,
        /// Whether there is a pointer on the way.
        indirect: bool,
        /// Whether it is declared with a pointer as receiver.
        pointer_receiver: bool,
    },
    /// Several of the same depth.
    Ambiguous,
    /// Nothing.
    NotFound,
}

/// A method, and whose it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum MethodRef {
    /// A declared type's, so a function with a body.
    Declared {
        /// The declared type; of an instance its origin.
        of: NamedId,
        /// The function.
        func: ObjRef,
    },
    /// An interface's: which of [`TypeSet::methods`](super::TypeSet::methods).
    Interface {
        /// The interface, by its own type or by that which is declared; of a type parameter its constraint.
        interface: TypeId,
        /// The method's place in the type set.
        index: u32,
    },
}

impl Types {
    /// What `x.name`, written in package `pkg`, finds if `t` is the type of `x`.
    pub fn lookup(&self, _t: TypeId, _name: Name, _pkg: PkgId) -> Lookup {
        Lookup::NotFound
    }
}
