//! Resolves what is declared at the top, each object when it is first asked for.

use go_syntax::ast::Spec;
use go_syntax::{ExprId, List};

use super::{Checker, Operand};
use crate::object::ObjKind;
use crate::types::{ParamId, Type, TypeId};
use crate::value::Value;

/// What is to be done for an object.
pub(super) enum Decl {
    /// All of it is still to do.
    Pending { file: usize, pending: Pending },
    /// It is being done.
    Busy,
    /// Nothing.
    Done,
}

/// What an object is resolved from.
#[derive(Clone, Copy)]
pub(super) enum Pending {
    Const { ty: Option<ExprId>, value: Option<ExprId>, iota: i128 },
    Var { ty: Option<ExprId>, values: List<ExprId>, first: u32, count: u32, at: u32 },
    Type { spec: Spec },
    Func { number: usize },
}

/// A line of constants, or the last one before that has values.
pub(super) struct ConstLine {
    pub(super) ty: Option<ExprId>,
    pub(super) values: List<ExprId>,
}

impl ConstLine {
    pub(super) fn next(&mut self, iota: usize, ty: Option<ExprId>, values: List<ExprId>) {
        if iota == 0 || ty.is_some() || !values.is_empty() {
            (self.ty, self.values) = (ty, values);
        }
    }
}

impl Default for ConstLine {
    fn default() -> Self {
        ConstLine { ty: None, values: List::EMPTY }
    }
}

impl<'a> Checker<'a> {
    /// Resolves all that is declared at the top: types, then functions, then the rest.
    pub(super) fn resolve_all(&mut self) {
        let order = |pending: &Pending| match pending {
            Pending::Type { .. } => 0,
            Pending::Func { .. } => 1,
            _ => 2,
        };
        for turn in 0..3 {
            for object in 0..self.decls.len() {
                if let Decl::Pending { pending, .. } = &self.decls[object]
                    && order(pending) == turn
                {
                    self.resolve(object as u32);
                }
            }
            self.settle();
        }
    }

    /// Makes sure that an object of this package has its type.
    pub(super) fn resolve(&mut self, object: u32) {
        let Some(decl) = self.decls.get_mut(object as usize) else { return };
        let Decl::Pending { file, pending } = std::mem::replace(decl, Decl::Busy) else {
            // It depends on itself: as far as it is known it will do.
            if let Decl::Busy = decl {
                return;
            }
            *decl = Decl::Done;
            return;
        };
        self.at_top(file, |this| {
            this.deeper((), |this| match pending {
                Pending::Const { ty, value, iota } => this.resolve_const(object, ty, value, iota),
                Pending::Var { ty, values, first, count, at } => {
                    this.resolve_var(object, ty, values, first, count, at);
                }
                Pending::Type { spec } => this.resolve_type(object, spec),
                Pending::Func { number } => this.resolve_func(number),
            });
        });
        self.decls[object as usize] = Decl::Done;
    }

    /// A constant's type and value.
    pub(super) fn resolve_const(
        &mut self,
        object: u32,
        ty: Option<ExprId>,
        value: Option<ExprId>,
        iota: i128,
    ) {
        let outside = self.env.iota.replace(iota);
        let declared = ty.map(|ty| self.type_expr(ty));
        let mut operand = match value {
            Some(value) => self.expr(value, TypeId::INVALID),
            None => Operand::INVALID,
        };
        if let (Some(declared), Some(value)) = (declared, value) {
            self.convert(value, &mut operand, declared);
            operand.ty = declared;
        }
        self.env.iota = outside;
        let this = &mut self.objects[object as usize];
        this.ty = operand.ty;
        this.kind = ObjKind::Const(operand.value.unwrap_or(Value::Unknown));
    }

    fn resolve_var(
        &mut self,
        object: u32,
        ty: Option<ExprId>,
        values: List<ExprId>,
        first: u32,
        count: u32,
        at: u32,
    ) {
        let values = self.tree().exprs(values);
        let declared = ty.map(|ty| self.type_expr(ty));
        let target = declared.unwrap_or(TypeId::INVALID);
        if let [value] = *values
            && count > 1
        {
            // One call for all of them.
            let all = first..first + count;
            let found = self.several(value, count as usize, target);
            for (object, found) in all.zip(found) {
                self.objects[object as usize].ty = declared.unwrap_or(found);
                self.decls[object as usize] = Decl::Done;
            }
            return;
        }
        if let Some(declared) = declared {
            self.objects[object as usize].ty = declared;
        }
        if let Some(&value) = values.get(at as usize) {
            let found = self.assigned(value, target);
            if declared.is_none() {
                self.objects[object as usize].ty = found;
            }
        }
    }

    /// The underlying type, also of a type of this package that was not asked for yet.
    pub(super) fn under(&mut self, ty: TypeId) -> TypeId {
        let origin = match *self.types.get(ty) {
            Type::Named(named) | Type::Instance { origin: named, .. } => named,
            _ => return self.types.underlying(ty),
        };
        let named = self.types.named(origin);
        if named.underlying.get().is_none() && named.pkg == self.id {
            self.resolve(named.obj.index);
            self.settle();
        }
        self.types.underlying(ty)
    }

    /// Gives declared types their underlying type where that was another's, which is known now.
    pub(super) fn settle(&mut self) {
        let mut more = true;
        while more {
            more = false;
            let waiting = std::mem::take(&mut self.forward);
            for (named, ty) in waiting {
                let underlying = self.types.underlying(ty);
                if underlying.is_invalid() {
                    self.forward.push((named, ty));
                } else {
                    more |= self.types.named(named).underlying.set(underlying).is_ok();
                }
            }
        }
    }

    /// The constraint of a type parameter.
    pub(super) fn set_constraint(&mut self, param: ParamId, constraint: TypeId) {
        _ = self.types.param(param).constraint.set(constraint);
    }
}
