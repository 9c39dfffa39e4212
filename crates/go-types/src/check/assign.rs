//! Values that go somewhere.

use go_syntax::ExprId;
use go_syntax::ast::{AssignOp, Ident};

use super::{Checker, Operand};
use crate::info::{Mode, Use};
use crate::types::{Basic, Type, TypeId};

impl<'a> Checker<'a> {
    /// A value that goes where one of type `target` is wanted; an invalid one wants nothing. Gives its final type.
    pub(super) fn assigned(&mut self, e: ExprId, target: TypeId) -> TypeId {
        let operand = self.expr(e, target);
        let mut operand = self.instantiate_for(e, operand, target);
        self.convert(e, &mut operand, target);
        operand.ty
    }

    /// The types of the `count` values that `e` gives: a call, or a value and whether it is there. The latter is of type `ok`,
    /// if that is a boolean one.
    pub(super) fn several(&mut self, e: ExprId, count: usize, ok: TypeId) -> Vec<TypeId> {
        let operand = self.raw(e, TypeId::INVALID);
        let mut all = match self.types.get(operand.ty) {
            Type::Tuple(all) => all.to_vec(),
            _ => vec![operand.ty.default_type()],
        };
        if all.len() == 1 && matches!(operand.mode, Mode::CommaOk | Mode::MapIndex) {
            all.push(TypeId::UNTYPED_BOOL);
            if self.record_of() {
                self.under(ok);
                let fits = self.types.all_basic(ok, Basic::is_boolean);
                let ok = if fits { ok.default_type() } else { TypeId::BOOL };
                let both = self.types.intern(Type::Tuple([operand.ty, ok].into()));
                self.record_pair(e, both);
            }
        }
        all.resize(count, TypeId::INVALID);
        all.iter_mut().for_each(|ty| *ty = ty.default_type());
        all
    }

    /// An expression of two values has the type of both.
    fn record_pair(&mut self, mut e: ExprId, both: TypeId) {
        loop {
            let info = self.info();
            info.types[e.index()] = both;
            match self.tree().expr(e) {
                go_syntax::ast::Expr::Paren { x, .. } => e = x,
                _ => return,
            }
        }
    }

    pub(super) fn assign(&mut self, lhs: &[ExprId], op: AssignOp, rhs: &[ExprId]) {
        match (op, lhs, rhs) {
            (AssignOp::Op(op), &[x], &[y]) => _ = self.binary(op, x, y, TypeId::INVALID),
            (AssignOp::Define, ..) => self.define(lhs, rhs),
            (_, _, &[value]) if lhs.len() > 1 => {
                let targets: Vec<TypeId> = lhs.iter().map(|&x| self.target(x)).collect();
                self.several(value, lhs.len(), targets[1]);
            }
            _ => {
                let targets: Vec<TypeId> = lhs.iter().map(|&x| self.target(x)).collect();
                for (at, &value) in rhs.iter().enumerate() {
                    self.assigned(value, targets.get(at).copied().unwrap_or(TypeId::INVALID));
                }
            }
        }
    }

    /// The type of what is assigned to; invalid for `_`.
    pub(super) fn target(&mut self, x: ExprId) -> TypeId {
        match self.tree().as_ident(x) {
            Some(Ident { sym, .. }) if sym.is_blank() => TypeId::INVALID,
            _ => self.expr(x, TypeId::INVALID).ty,
        }
    }

    fn define(&mut self, lhs: &[ExprId], rhs: &[ExprId]) {
        let known: Vec<Option<TypeId>> = lhs.iter().map(|&x| self.defined_before(x)).collect();
        let found = match *rhs {
            [value] if lhs.len() > 1 => self.several(value, lhs.len(), known[1].unwrap_or(TypeId::INVALID)),
            _ => {
                let target = |at: usize| known.get(at).copied().flatten().unwrap_or(TypeId::INVALID);
                rhs.iter().enumerate().map(|(at, &value)| self.assigned(value, target(at))).collect()
            }
        };
        for ((&x, known), at) in lhs.iter().zip(known).zip(0..) {
            if known.is_none() {
                self.define_one(x, found.get(at).copied().unwrap_or(TypeId::INVALID));
            }
        }
    }

    /// The type of a variable on the left of `:=` that is declared in the block already.
    fn defined_before(&mut self, x: ExprId) -> Option<TypeId> {
        let ident = self.tree().as_ident(x)?;
        self.in_block(self.name(ident.sym))?;
        Some(self.target(x))
    }

    /// Declares the variable that `x` names.
    pub(super) fn define_one(&mut self, x: ExprId, ty: TypeId) {
        let Some(ident) = self.tree().as_ident(x) else {
            self.target(x);
            return;
        };
        let ty = if ty == TypeId::UNTYPED_NIL { TypeId::INVALID } else { ty };
        let object = self.declare_local(ident, ty);
        let used = Use::Object(self.own(object));
        self.record_use(x, used);
        self.record(x, &Operand::new(Mode::Var, ty));
    }
}
