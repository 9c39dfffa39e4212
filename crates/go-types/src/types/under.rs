//! What a type comes to when its name is taken away.

use super::{Basic, Type, TypeId, Types};

/// A declaration leads to a type literal within so many steps, or never.
const STEPS: usize = 100;

impl Types {
    /// The underlying type: of a declared type what its declaration says, of an instance the same with the arguments
    /// in place, of a type parameter its constraint's interface. All other types are their own.
    ///
    /// It is invalid as long as the declaration is not resolved, and where declarations run in a circle.
    pub fn underlying(&self, t: TypeId) -> TypeId {
        let mut under = t;
        for _ in 0..STEPS {
            under = match self.get(under) {
                Type::Named(id) => match self.named(*id).underlying.get() {
                    Some(&next) => next,
                    None => return TypeId::INVALID,
                },
                Type::Instance { .. } => self.instance_body(under),
                // No declaration has a type parameter for its underlying type.
                Type::Param(_) if under != t => return TypeId::INVALID,
                Type::Param(id) => match self.param(*id).constraint.get() {
                    Some(&constraint) if self.is_interface(constraint) => return self.underlying(constraint),
                    _ => return TypeId::INVALID,
                },
                _ => return under,
            };
        }
        TypeId::INVALID
    }

    /// What the declaration of an instance's origin says, with the arguments in place.
    fn instance_body(&self, t: TypeId) -> TypeId {
        let entry = self.entry(t);
        if let Some(&known) = entry.underlying.get() {
            return known;
        }
        let Type::Instance { origin, args } = &entry.ty else { return TypeId::INVALID };
        let named = self.named(*origin);
        match (named.underlying.get(), named.params.get()) {
            (Some(&body), Some(params)) if params.len() == args.len() => {
                let body = self.subst(body, params, args);
                if !body.is_invalid() {
                    let _ = entry.underlying.set(body);
                }
                body
            }
            _ => TypeId::INVALID,
        }
    }

    /// Whether it is an interface. Type parameters are none.
    pub fn is_interface(&self, t: TypeId) -> bool {
        !self.is_type_param(t) && matches!(self.get(self.underlying(t)), Type::Interface(_))
    }

    /// Whether it is a type parameter.
    pub fn is_type_param(&self, t: TypeId) -> bool {
        matches!(self.get(t), Type::Param(_))
    }

    /// Whether it is declared, with or without arguments.
    pub fn is_named(&self, t: TypeId) -> bool {
        matches!(self.get(t), Type::Named(_) | Type::Instance { .. })
    }

    /// What `t` points to and `true`, if its underlying type is a pointer; else `t` and `false`. For a type parameter
    /// ask with its [core type](Types::core_type).
    pub fn deref(&self, t: TypeId) -> (TypeId, bool) {
        match self.get(self.underlying(t)) {
            Type::Pointer(to) => (*to, true),
            _ => (t, false),
        }
    }

    /// The predeclared type that underlies it, if one does. A type parameter has none.
    pub fn as_basic(&self, t: TypeId) -> Option<Basic> {
        match self.get(self.underlying(t)) {
            Type::Basic(Basic::Invalid) => None,
            Type::Basic(basic) => Some(*basic),
            _ => None,
        }
    }
}
