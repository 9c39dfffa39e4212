//! What a type comes to when its name is taken away.

use super::{Basic, TypeId, Types};

impl Types {
    /// The underlying type: of a declared type what its declaration says, of an instance the same with the arguments
    /// in place, of a type parameter its constraint. All other types are their own.
    ///
    /// It is invalid as long as the declaration is not resolved.
    pub fn underlying(&self, t: TypeId) -> TypeId {
        t
    }

    /// Whether it is an interface. Type parameters are none.
    pub fn is_interface(&self, _t: TypeId) -> bool {
        false
    }

    /// Whether it is a type parameter.
    pub fn is_type_param(&self, _t: TypeId) -> bool {
        false
    }

    /// What `t` points to and `true`, if its underlying type is a pointer; else `t` and `false`.
    pub fn deref(&self, t: TypeId) -> (TypeId, bool) {
        (t, false)
    }

    /// The predeclared type that underlies it, if one does. A type parameter has none.
    pub fn as_basic(&self, _t: TypeId) -> Option<Basic> {
        None
    }
}
