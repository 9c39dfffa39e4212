//! Calls, conversions, and functions with type arguments.

use go_syntax::ExprId;
use go_syntax::ast::Expr;

use super::{Checker, Operand};
use crate::info::Mode;
use crate::types::{Basic, Signature, Type, TypeId};

/// An argument: its expression, unless it is one of several results of a call, and what that comes to.
pub(super) type Arg = (Option<ExprId>, Operand);

impl<'a> Checker<'a> {
    pub(super) fn call(&mut self, fun: ExprId, args: &[ExprId], spread: bool) -> Operand {
        let (callee, explicit, named) = self.callee(fun);
        if callee.is_type() {
            return self.conversion(callee.ty, args);
        }
        if let Mode::Builtin(builtin) = callee.mode {
            return self.builtin(builtin, args, spread);
        }
        let operand = self.call_function(fun, callee, (&explicit, named), args, spread);
        self.called = true;
        operand
    }

    fn call_function(
        &mut self,
        fun: ExprId,
        callee: Operand,
        (explicit, named): (&[TypeId], ExprId),
        args: &[ExprId],
        spread: bool,
    ) -> Operand {
        self.under(callee.ty);
        let core = self.types.core_type(callee.ty);
        let types = self.types;
        let Type::Func(sig) = types.get(core) else {
            self.arguments(args, |_| TypeId::INVALID);
            return Operand::INVALID;
        };
        if sig.type_params.is_empty() {
            let found = self.arguments(args, |at| param_of(types, sig, at, spread));
            self.pass(found, |at| param_of(types, sig, at, spread));
            return results(types, sig);
        }
        let found = self.arguments(args, |_| TypeId::INVALID);
        if explicit.contains(&TypeId::INVALID) {
            self.record(fun, &callee);
            return Operand::INVALID;
        }
        let params: Vec<TypeId> = (0..found.len()).map(|at| param_of(types, sig, at, spread)).collect();
        let passed: Vec<TypeId> = found.iter().map(|(_, operand)| argument_type(operand)).collect();
        let operand = self.instantiated(named, callee, explicit, &params, &passed);
        // With type arguments it is the whole that is a function; what they are given to stays generic.
        self.record_callee(fun, &operand);
        let Type::Func(sig) = types.get(operand.ty) else { return Operand::INVALID };
        self.pass(found, |at| param_of(types, sig, at, spread));
        results(types, sig)
    }

    /// What is called, the type arguments that it is given, and the expression that they are given to.
    fn callee(&mut self, fun: ExprId) -> (Operand, Vec<TypeId>, ExprId) {
        let tree = self.tree();
        let (x, indices) = match tree.expr(fun) {
            Expr::Index { x, index, .. } => (x, vec![index]),
            Expr::IndexList { x, indices, .. } => (x, tree.exprs(indices).to_vec()),
            _ => return (self.expr_or_type(fun), Vec::new(), fun),
        };
        let operand = self.expr_or_type(x);
        if !operand.is_type() && self.is_generic(operand.ty) {
            let args = indices.iter().map(|&index| self.type_expr(index)).collect();
            return (operand, args, x);
        }
        let operand = self.deeper(Operand::INVALID, |this| this.index_of(x, operand, &indices));
        self.record(fun, &operand);
        (operand, Vec::new(), fun)
    }

    fn record_callee(&mut self, mut e: ExprId, operand: &Operand) {
        self.record(e, operand);
        while let Expr::Paren { x, .. } = self.tree().expr(e) {
            e = x;
            self.record(e, operand);
        }
    }

    /// A generic function with type arguments, as far as they are given or can be inferred. `named` is the
    /// expression that stands for it.
    pub(super) fn instantiated(
        &mut self,
        named: ExprId,
        operand: Operand,
        explicit: &[TypeId],
        params: &[TypeId],
        args: &[TypeId],
    ) -> Operand {
        let Type::Func(sig) = self.types.get(operand.ty) else { return Operand::INVALID };
        let found = self.types.infer_partial(&sig.type_params, explicit, params, args);
        let found: Vec<TypeId> = found.into_iter().map(|arg| arg.unwrap_or(TypeId::INVALID)).collect();
        self.instantiate_as(named, operand, found)
    }

    fn instantiate_as(&mut self, named: ExprId, operand: Operand, args: Vec<TypeId>) -> Operand {
        let ty = self.types.instantiate_signature(operand.ty, &args);
        if self.record_of() {
            let name = self.tree().unparen(named);
            self.info().instances.insert(name, args.into());
        }
        Operand { ty, ..operand }
    }

    /// A generic function where one of type `target` is wanted.
    pub(super) fn instantiate_for(&mut self, e: ExprId, operand: Operand, target: TypeId) -> Operand {
        let types = self.types;
        let Type::Func(sig) = types.get(operand.ty) else { return operand };
        if sig.type_params.is_empty() || target.is_invalid() {
            return operand;
        }
        let plain = types.intern(Type::Func(Signature { type_params: Box::default(), ..sig.clone() }));
        let target = types.core_type(target);
        // `f[int]` may leave out the rest of the type arguments.
        let (named, explicit) = match self.tree().expr(e) {
            Expr::Index { x, index, .. } => (x, vec![self.type_expr(index)]),
            Expr::IndexList { x, indices, .. } => {
                let indices = self.tree().exprs(indices);
                (x, indices.iter().map(|&index| self.type_expr(index)).collect())
            }
            _ => (e, Vec::new()),
        };
        let operand = self.instantiated(named, operand, &explicit, &[plain], &[target]);
        self.record_callee(e, &operand);
        operand
    }

    /// `f[args]`, all by itself. It stays generic if these are not all of the type arguments, and nothing says what the others
    /// are: what it is wanted for may.
    pub(super) fn instance_of(&mut self, named: ExprId, operand: Operand, args: &[TypeId]) -> Operand {
        let Type::Func(sig) = self.types.get(operand.ty) else { return Operand::INVALID };
        let found = self.types.infer_partial(&sig.type_params, args, &[], &[]);
        if args.len() < sig.type_params.len() && found.contains(&None) {
            return operand;
        }
        let found = found.into_iter().map(|arg| arg.unwrap_or(TypeId::INVALID)).collect();
        self.instantiate_as(named, operand, found)
    }

    /// The arguments of a call; one call of several results stands for all of them. `wanted` says what type the
    /// argument with a number is wanted for.
    pub(super) fn arguments(&mut self, args: &[ExprId], wanted: impl Fn(usize) -> TypeId) -> Vec<Arg> {
        if let [only] = *args {
            let operand = self.raw(only, wanted(0));
            if let Type::Tuple(all) = self.types.get(operand.ty) {
                return all.iter().map(|&ty| (None, Operand::value(ty))).collect();
            }
            return vec![(Some(only), operand)];
        }
        args.iter().enumerate().map(|(at, &arg)| (Some(arg), self.expr(arg, wanted(at)))).collect()
    }

    /// Gives arguments the types of their parameters, where they have none of their own.
    fn pass(&mut self, args: Vec<Arg>, param: impl Fn(usize) -> TypeId) {
        for (at, mut arg) in args.into_iter().enumerate() {
            self.give(&mut arg, param(at));
        }
    }

    /// Gives an argument the type that is wanted, where it has none of its own.
    pub(super) fn give(&mut self, (e, operand): &mut Arg, wanted: TypeId) {
        if let Some(e) = *e {
            *operand = self.instantiate_for(e, std::mem::replace(operand, Operand::INVALID), wanted);
            self.convert(e, operand, wanted);
        }
    }

    /// `T(x)`.
    fn conversion(&mut self, ty: TypeId, args: &[ExprId]) -> Operand {
        let &[arg] = args else {
            args.iter().for_each(|&arg| _ = self.expr(arg, TypeId::INVALID));
            return Operand::value(ty);
        };
        let operand = self.expr(arg, ty);
        let operand = self.instantiate_for(arg, operand, ty);
        self.under(ty);
        let basic = self.types.as_basic(ty).filter(|&basic| basic != Basic::UnsafePointer);
        let text_of_int = operand.is_const()
            && basic.is_some_and(|basic| basic.is_string())
            && self.types.as_basic(operand.ty).is_some_and(|basic| basic.is_integer());
        if operand.ty.is_untyped() && !text_of_int {
            // The argument has the type, but as a constant it stays what it is: only the result is rounded.
            let other = operand.is_const() && basic.is_none();
            let to_default = other || self.types.is_interface(ty);
            self.set_untyped(arg, if to_default { operand.ty.default_type() } else { ty });
        }
        match (operand.value, basic) {
            (Some(value), Some(basic)) => Operand::constant(ty, super::constant::converted(value, basic)),
            _ => Operand::value(ty),
        }
    }
}

/// The type that an argument is inferred from; none for `nil`.
fn argument_type(operand: &Operand) -> TypeId {
    match operand.mode {
        _ if operand.ty == TypeId::UNTYPED_NIL => TypeId::INVALID,
        Mode::Type | Mode::Invalid | Mode::NoValue => TypeId::INVALID,
        _ => operand.ty,
    }
}

/// The type that the argument with a number is passed for.
fn param_of(types: &crate::types::Types, sig: &Signature, at: usize, spread: bool) -> TypeId {
    let last = sig.params.len().wrapping_sub(1);
    if sig.variadic && at >= last && !spread {
        return match sig.params.last().map(|&last| types.get(types.core_type(last))) {
            Some(Type::Slice(elem)) => *elem,
            _ => TypeId::INVALID,
        };
    }
    sig.params.get(at).copied().unwrap_or(TypeId::INVALID)
}

fn results(types: &crate::types::Types, sig: &Signature) -> Operand {
    match *sig.results {
        [] => Operand::new(Mode::NoValue, TypeId::INVALID),
        [one] => Operand::value(one),
        _ => Operand::value(types.intern(Type::Tuple(sig.results.clone()))),
    }
}
