//! Types in place of type parameters.

use rustc_hash::FxHashMap;

use super::{NamedId, Signature, Type, TypeId, Types};

impl Types {
    /// `t` with `args` in place of `params`, which are [`Type::Param`]s. Declared types are as they are; a generic
    /// function's own type parameters stay, or are copied if their constraints change.
    pub fn subst(&self, t: TypeId, params: &[TypeId], args: &[TypeId]) -> TypeId {
        if !self.entry(t).shape.open || params == args {
            return t;
        }
        Subst { types: self, params, args, done: FxHashMap::default() }.of(t)
    }

    /// The generic declared type `origin` with its arguments.
    pub fn instantiate(&self, origin: NamedId, args: &[TypeId]) -> TypeId {
        self.intern(Type::Instance { origin, args: args.into() })
    }

    /// A generic function's type with arguments in place; it has no type parameters any more. Where arguments are
    /// missing, they are invalid.
    pub fn instantiate_signature(&self, sig: TypeId, args: &[TypeId]) -> TypeId {
        let Type::Func(func) = self.get(sig) else { return sig };
        if func.type_params.is_empty() {
            return sig;
        }
        let plain = self.intern(Type::Func(Signature { type_params: Box::default(), ..func.clone() }));
        let mut args = args.to_vec();
        args.resize(func.type_params.len(), TypeId::INVALID);
        self.subst(plain, &func.type_params, &args)
    }
}

struct Subst<'a> {
    types: &'a Types,
    params: &'a [TypeId],
    args: &'a [TypeId],
    done: FxHashMap<TypeId, TypeId>,
}

impl Subst<'_> {
    fn of(&mut self, t: TypeId) -> TypeId {
        let entry = self.types.entry(t);
        if !entry.shape.open {
            return t;
        }
        if let Type::Param(_) = entry.ty {
            return self.param(t);
        }
        if let Some(&done) = self.done.get(&t) {
            return done;
        }
        let made = match &entry.ty {
            Type::Func(sig) if !sig.type_params.is_empty() => self.generic(sig),
            other => other.with_parts(|part| self.of(part)),
        };
        let made = self.types.intern(made);
        self.done.insert(t, made);
        made
    }

    fn param(&self, t: TypeId) -> TypeId {
        match self.params.iter().position(|&param| param == t) {
            Some(place) => self.args.get(place).copied().unwrap_or(t),
            None => t,
        }
    }

    fn generic(&mut self, sig: &Signature) -> Type {
        let own = &*sig.type_params;
        let mut changed = if own.iter().any(|param| self.params.contains(param)) {
            // The function itself gets arguments: what is left of its type parameters stays.
            sig.clone()
        } else if own.iter().any(|&param| self.constraint_changes(param)) {
            let fresh = self.types.fresh_params(own, self.params, self.args, 0);
            let Signature { params, results, variadic, .. } = sig.clone();
            let plain =
                self.types.intern(Type::Func(Signature { params, results, variadic, ..Default::default() }));
            match self.types.get(self.types.subst(plain, own, &fresh)) {
                Type::Func(renamed) => Signature { type_params: fresh, ..renamed.clone() },
                _ => return Type::Basic(super::Basic::Invalid),
            }
        } else {
            sig.clone()
        };
        changed.type_params = changed.type_params.iter().map(|&param| self.param(param)).collect();
        let keeps = |param: &TypeId| self.types.is_type_param(*param);
        changed.type_params = changed.type_params.iter().copied().filter(keeps).collect();
        for part in changed.params.iter_mut().chain(&mut changed.results) {
            *part = self.of(*part);
        }
        Type::Func(changed)
    }

    fn constraint_changes(&self, param: TypeId) -> bool {
        let Type::Param(id) = self.types.get(param) else { return false };
        self.types
            .param(*id)
            .constraint
            .get()
            .is_some_and(|&constraint| self.types.mentions(constraint, self.params))
    }
}
