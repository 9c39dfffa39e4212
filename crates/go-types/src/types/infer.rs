//! Type arguments that the program leaves out.
//!
//! First come the arguments of the call that have a type, then the constraints as long as they say something new,
//! last constants without a type, which take their default type.

use super::unify::{Mode, Unifier};
use super::{Basic, Signature, Term, Type, TypeId, Types};

impl Types {
    /// The arguments for `type_params`, of which the program gives the first few, `explicit`: from the types `args` of
    /// a call's arguments that are passed for `params`, and from constraints. Of a variadic parameter pass its
    /// element's type once for each argument.
    ///
    /// Untyped constants have their untyped types. Arguments and parameters that are invalid are skipped. An argument
    /// may itself be a generic function. `None` if not all can be worked out.
    pub fn infer(
        &self,
        type_params: &[TypeId],
        explicit: &[TypeId],
        params: &[TypeId],
        args: &[TypeId],
    ) -> Option<Vec<TypeId>> {
        let (found, fits) = self.work_out(type_params, explicit, params, args);
        if fits { found.into_iter().collect() } else { None }
    }

    /// As [`Types::infer`], but with what can be worked out if not all can, or if something does not fit.
    pub fn infer_partial(
        &self,
        type_params: &[TypeId],
        explicit: &[TypeId],
        params: &[TypeId],
        args: &[TypeId],
    ) -> Vec<Option<TypeId>> {
        self.work_out(type_params, explicit, params, args).0
    }

    /// What `type_params` must be for a value of type `y` to be assignable to `x`, or the other way round; `None` if
    /// nothing makes it so. Those of which it says nothing are `None` too.
    pub fn unify(&self, type_params: &[TypeId], x: TypeId, y: TypeId) -> Option<Vec<Option<TypeId>>> {
        let mut unifier = Unifier::new(self, type_params.to_vec(), &[]);
        unifier.unify(x, y, Mode::Assign).then(|| unifier.all_values())
    }

    fn work_out(
        &self,
        type_params: &[TypeId],
        explicit: &[TypeId],
        params: &[TypeId],
        args: &[TypeId],
    ) -> (Vec<Option<TypeId>>, bool) {
        let wanted = type_params.len();
        let mut known: Vec<_> = explicit.iter().map(|&t| (!t.is_invalid()).then_some(t)).collect();
        known.resize(wanted, None);
        if known.iter().all(Option::is_some) {
            return (known, true);
        }
        // A generic function may call itself: then its own type parameters are in the arguments too. And the type
        // parameters of generic functions among the arguments are sought as well.
        let mut all_params = self.fresh_params(type_params, &[], &[], 1).to_vec();
        let mut pairs = Vec::new();
        for (number, (&param, &arg)) in params.iter().zip(args).enumerate() {
            if param.is_invalid() || arg.is_invalid() {
                continue;
            }
            let param = self.subst(param, type_params, &all_params[..wanted]);
            let arg = match self.get(arg) {
                Type::Func(sig) if !sig.type_params.is_empty() => {
                    let copies = self.fresh_params(&sig.type_params, &[], &[], 2 + number as u32);
                    all_params.extend(&copies);
                    self.instantiate_signature(arg, &copies)
                }
                _ => arg,
            };
            pairs.push((param, arg));
        }
        let mut inference = Inference {
            types: self,
            unifier: Unifier::new(self, all_params.clone(), &known),
            params: all_params,
            fits: true,
        };
        inference.arguments(&pairs);
        inference.constraints();
        inference.constants(&pairs);
        let mut found = inference.simplified(&known);
        found.truncate(wanted);
        (found, inference.fits)
    }
}

struct Inference<'a> {
    types: &'a Types,
    params: Vec<TypeId>,
    unifier: Unifier<'a>,
    /// Whether nothing speaks against what was found.
    fits: bool,
}

impl Inference<'_> {
    fn arguments(&mut self, pairs: &[(TypeId, TypeId)]) {
        // What the program gives is passed by the rules of assignment, so it needs no comparison.
        let (params, args): (Vec<_>, Vec<_>) = self.known().into_iter().unzip();
        for &(param, arg) in pairs {
            let param = self.types.subst(param, &params, &args);
            let concerned =
                self.types.mentions(param, &self.params) || self.types.mentions(arg, &self.params);
            if concerned && !arg.is_untyped() {
                self.fits &= self.unifier.unify(param, arg, Mode::Assign);
            }
        }
    }

    /// The parameters that are known, each with what it is.
    fn known(&self) -> Vec<(TypeId, TypeId)> {
        let values = self.unifier.all_values();
        self.params.iter().zip(values).filter_map(|(&param, value)| Some((param, value?))).collect()
    }

    fn constraints(&mut self) {
        loop {
            let unknowns = self.unifier.unknowns();
            for number in 0..self.params.len() {
                self.constraint(number);
            }
            if self.unifier.unknowns() == unknowns {
                return;
            }
        }
    }

    fn constraint(&mut self, number: usize) {
        let param = self.params[number];
        let value = self.unifier.value(number);
        match (self.core_term(param), value) {
            (Some((core, _)), Some(value)) => self.fits &= self.unifier.unify(value, core.ty, Mode::Inexact),
            (Some((Term { tilde: false, ty }, true)), None) => self.unifier.set(number, ty),
            _ => {}
        }
        // The methods that the constraint asks for say something too.
        if let Some(value) = value
            && !value.is_invalid()
            && !self.types.mentions(value, &self.params)
        {
            let unifier = &mut self.unifier;
            let same = |have, want| unifier.unify(have, want, Mode::Exact);
            self.fits &= self.types.missing_method_by(value, param, same).is_none();
        }
    }

    /// The term that a constraint comes to, and whether it is the only one.
    fn core_term(&self, param: TypeId) -> Option<(Term, bool)> {
        let set = self.types.type_set(param);
        let terms = set.terms.as_deref()?;
        if let [single] = terms {
            return Some((*single, true));
        }
        let core = self.types.core_type(param);
        let tilde = terms.iter().any(|term| term.tilde);
        (!core.is_invalid()).then_some((Term { tilde, ty: core }, false))
    }

    /// Constants without a type say something of parameters of which nothing else does.
    fn constants(&mut self, pairs: &[(TypeId, TypeId)]) {
        let mut largest: Vec<Option<TypeId>> = vec![None; self.params.len()];
        for &(param, arg) in pairs {
            let Some(number) = self.unifier.number(param) else { continue };
            if !arg.is_untyped() || arg == TypeId::UNTYPED_NIL || self.unifier.value(number).is_some() {
                continue;
            }
            match larger(largest[number].unwrap_or(arg), arg) {
                Some(larger) => largest[number] = Some(larger),
                None => self.fits = false,
            }
        }
        for (number, constant) in largest.into_iter().enumerate() {
            if let Some(constant) = constant {
                self.unifier.set(number, constant.default_type());
            }
        }
    }

    /// What was found, with what was found in place of the parameters in it.
    fn simplified(&self, given: &[Option<TypeId>]) -> Vec<Option<TypeId>> {
        let mut found = self.unifier.all_values();
        let is_given = |number: usize| given.get(number).is_some_and(Option::is_some);
        // Each round fills in one step; a parameter that is made of itself is never done.
        for _ in 0..self.params.len() {
            let known = self.params.iter().zip(&found).filter_map(|(&param, &value)| Some((param, value?)));
            let (params, args): (Vec<_>, Vec<_>) = known.unzip();
            for (number, value) in found.iter_mut().enumerate() {
                if !is_given(number) {
                    *value = value.map(|t| self.without_params(self.types.subst(t, &params, &args)));
                }
            }
        }
        for (number, value) in found.iter_mut().enumerate() {
            if !is_given(number)
                && value.is_some_and(|t| t.is_invalid() || self.types.mentions(t, &self.params))
            {
                *value = None;
            }
        }
        found
    }

    /// A generic function that got all its arguments is generic no more.
    fn without_params(&self, t: TypeId) -> TypeId {
        match self.types.get(t) {
            Type::Func(sig)
                if !sig.type_params.is_empty()
                    && !sig
                        .params
                        .iter()
                        .chain(&sig.results)
                        .any(|&part| self.types.mentions(part, &self.params)) =>
            {
                self.types.intern(Type::Func(Signature { type_params: Box::default(), ..sig.clone() }))
            }
            _ => t,
        }
    }
}

/// The larger of two constants' types: integer, rune, float, complex. Others must be equal.
fn larger(one: TypeId, other: TypeId) -> Option<TypeId> {
    let number = |t: TypeId| Basic::ALL.get(t.0 as usize).is_some_and(|basic| basic.is_numeric());
    match one == other || number(one) && number(other) {
        true => Some(one.max(other)),
        false => None,
    }
}
