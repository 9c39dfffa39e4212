//! The types that an interface stands for.

use std::sync::Arc;

use super::{InterfaceMethod, Term, TypeId, Types};

/// The types that an interface stands for: those that have all the methods and are one of the terms.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TypeSet {
    /// All methods, those of embedded interfaces too, by name (the order of [`InterfaceMethod`]).
    pub methods: Vec<InterfaceMethod>,
    /// One of these; `None` is no restriction, an empty list is the empty set.
    pub terms: Option<Vec<Term>>,
    /// Whether only comparable types are in it.
    pub comparable: bool,
}

impl Types {
    /// The type set of an interface, or of a type parameter's constraint. Any other type is alone in its set.
    pub fn type_set(&self, _t: TypeId) -> Arc<TypeSet> {
        Arc::default()
    }
}
