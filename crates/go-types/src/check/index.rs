//! Elements, parts, and instances: what stands in brackets behind an expression.

use go_syntax::{BoundsId, ExprId};

use super::{Checker, Operand};
use crate::info::Mode;
use crate::types::{Type, TypeId};

impl<'a> Checker<'a> {
    /// `x[indices]`.
    pub(super) fn index(&mut self, x: ExprId, indices: &[ExprId]) -> Operand {
        let operand = self.raw(x, TypeId::INVALID);
        self.index_of(x, operand, indices)
    }

    /// The same, where `x` is known.
    pub(super) fn index_of(&mut self, x: ExprId, operand: Operand, indices: &[ExprId]) -> Operand {
        if operand.is_type() {
            let ty = self.instance(x, &operand, indices);
            return Operand::of_type(ty);
        }
        if self.is_generic(operand.ty) {
            let args: Vec<TypeId> = indices.iter().map(|&index| self.type_expr(index)).collect();
            return self.instance_of(x, operand, &args);
        }
        self.under(operand.ty);
        let &[index] = indices else { return Operand::INVALID };
        if let Some((key, value)) = self.types.as_map(operand.ty) {
            self.assigned(index, key);
            return Operand::new(Mode::MapIndex, value);
        }
        self.index_value(index);
        let variable = operand.mode == Mode::Var;
        let core = self.types.core_string(operand.ty);
        let element = |elem, variable| Operand::new(if variable { Mode::Var } else { Mode::Value }, elem);
        match *self.types.get(core) {
            Type::Basic(basic) if basic.is_string() => Operand::value(TypeId::UINT8),
            Type::Slice(elem) => element(elem, true),
            Type::Array { elem, .. } => element(elem, variable),
            Type::Pointer(to) => {
                self.under(to);
                match *self.types.get(self.types.core_type(to)) {
                    Type::Array { elem, .. } => element(elem, true),
                    _ => Operand::INVALID,
                }
            }
            _ => self.element_of_all(operand.ty),
        }
    }

    /// An element of a type parameter whose types have no core type, but all the same elements.
    fn element_of_all(&mut self, ty: TypeId) -> Operand {
        if !self.types.is_type_param(ty) {
            return Operand::INVALID;
        }
        let set = self.types.type_set(ty);
        let elems =
            set.terms.iter().flatten().map(|term| match *self.types.get(self.types.underlying(term.ty)) {
                Type::Basic(basic) if basic.is_string() => TypeId::UINT8,
                Type::Slice(elem) | Type::Array { elem, .. } => elem,
                Type::Pointer(to) => match *self.types.get(self.types.underlying(to)) {
                    Type::Array { elem, .. } => elem,
                    _ => TypeId::INVALID,
                },
                _ => TypeId::INVALID,
            });
        let mut elems = elems;
        match elems.next() {
            Some(first) if elems.all(|other| other == first) => Operand::value(first),
            _ => Operand::INVALID,
        }
    }

    /// `x[low:high:max]`.
    pub(super) fn slice(&mut self, x: ExprId, bounds: BoundsId) -> Operand {
        let operand = self.expr(x, TypeId::INVALID);
        let bounds = self.tree().bounds(bounds);
        for bound in [bounds.low, bounds.high, bounds.max].into_iter().flatten() {
            self.index_value(bound);
        }
        self.under(operand.ty);
        let core = self.types.core_string(operand.ty);
        match *self.types.get(core) {
            Type::Basic(basic) if basic.is_string() => {
                // A constant keeps its type; what is cut out of it is no constant any more.
                Operand::value(if operand.ty.is_untyped() { TypeId::STRING } else { operand.ty })
            }
            Type::Slice(_) => Operand::value(operand.ty),
            Type::Array { elem, .. } => Operand::value(self.types.slice(elem)),
            Type::Pointer(to) => {
                self.under(to);
                match *self.types.get(self.types.core_type(to)) {
                    Type::Array { elem, .. } => Operand::value(self.types.slice(elem)),
                    _ => Operand::INVALID,
                }
            }
            _ => Operand::INVALID,
        }
    }

    /// Whether it is the type of a generic function.
    pub(super) fn is_generic(&self, ty: TypeId) -> bool {
        matches!(self.types.get(ty), Type::Func(sig) if !sig.type_params.is_empty())
    }
}
