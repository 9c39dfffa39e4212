//! All methods of a type.

use super::{InterfaceMethod, MethodRef, Path, PkgId, TypeId, Types};
use crate::name::Name;

/// A method that a type has, by itself or through a field that is embedded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MethodEntry {
    /// Its name.
    pub name: Name,
    /// The package whose name it is, if it is not exported; else the universe.
    pub pkg: PkgId,
    /// Its type, without the receiver.
    pub sig: TypeId,
    /// Whose it is.
    pub func: MethodRef,
    /// The embedded fields on the way.
    pub path: Path,
    /// Whether there is a pointer on the way.
    pub indirect: bool,
    /// Whether it is declared with a pointer as receiver.
    pub pointer_receiver: bool,
}

impl Types {
    /// All methods of values of type `t`, by name. Those with a pointer as receiver are among them only if `t` is a
    /// pointer, or if there is one on the way.
    pub fn method_set(&self, _t: TypeId) -> Vec<MethodEntry> {
        Vec::new()
    }

    /// Whether `t` implements `interface`: has its methods and is in its type set.
    pub fn implements(&self, t: TypeId, interface: TypeId) -> bool {
        self.missing_method(t, interface).is_none()
    }

    /// The first method of `interface` that `t` has not.
    pub fn missing_method(&self, _t: TypeId, _interface: TypeId) -> Option<InterfaceMethod> {
        None
    }
}
