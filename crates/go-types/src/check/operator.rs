//! Operators.

use go_syntax::ExprId;
use go_syntax::ast::{BinaryOp, Expr, UnaryOp};

use super::constant::represented;
use super::{Checker, Operand};
use crate::info::Mode;
use crate::types::{Basic, Type, TypeId};
use crate::value::Value;

impl<'a> Checker<'a> {
    pub(super) fn unary(&mut self, op: UnaryOp, x: ExprId, hint: TypeId) -> Operand {
        match op {
            UnaryOp::Addr => {
                let hint = self.types.pointee(hint).unwrap_or(TypeId::INVALID);
                let operand = self.expr(x, hint);
                match operand.mode {
                    Mode::Invalid => Operand::INVALID,
                    _ => Operand::value(self.types.pointer(operand.ty)),
                }
            }
            UnaryOp::Recv => {
                let operand = self.expr(x, TypeId::INVALID);
                self.called = true;
                self.under(operand.ty);
                let core = self.types.core_type(operand.ty);
                match *self.types.get(core) {
                    Type::Chan { elem, .. } => Operand::new(Mode::CommaOk, elem),
                    _ => Operand::INVALID,
                }
            }
            _ => {
                let operand = self.expr(x, hint);
                if operand.mode == Mode::Invalid {
                    return Operand::INVALID;
                }
                match &operand.value {
                    Some(value) => {
                        let value = value.unary(op, self.unsigned_bits(operand.ty));
                        self.constant_of(operand.ty, value)
                    }
                    None => Operand::value(operand.ty),
                }
            }
        }
    }

    /// The bits of an unsigned integer type.
    fn unsigned_bits(&self, ty: TypeId) -> Option<u32> {
        let bits = match self.types.as_basic(ty)? {
            Basic::Uint8 => 8,
            Basic::Uint16 => 16,
            Basic::Uint32 => 32,
            Basic::Uint64 => 64,
            Basic::Uint | Basic::Uintptr => u32::from(self.input.word) * 8,
            _ => return None,
        };
        Some(bits)
    }

    pub(super) fn binary(&mut self, op: BinaryOp, x: ExprId, y: ExprId, hint: TypeId) -> Operand {
        let mut a = self.expr(x, hint);
        let mut b = self.expr(y, hint);
        if matches!(op, BinaryOp::Shl | BinaryOp::Shr) {
            return self.shift(op, a, y, b);
        }
        if a.mode == Mode::Invalid || b.mode == Mode::Invalid {
            // The other one's type is a good guess.
            let ty = if a.mode == Mode::Invalid { b.ty } else { a.ty };
            return match op {
                _ if is_comparison(op) => Operand::value(TypeId::UNTYPED_BOOL),
                _ if ty.is_invalid() || ty == TypeId::UNTYPED_NIL => Operand::INVALID,
                _ => Operand::value(ty),
            };
        }
        self.match_types(x, &mut a, y, &mut b);
        let value = match (&a.value, &b.value) {
            (Some(p), Some(q)) => {
                let integers = self.types.as_basic(a.ty).is_some_and(Basic::is_integer);
                Some(p.binary(op, q, integers))
            }
            _ => None,
        };
        if let (Some(Value::Str(_)), true) = (&value, self.record_of()) {
            // Of a long sum of strings each part would be kept, and the part of that, and so on.
            if let Expr::Binary { .. } = self.tree().expr(x) {
                self.info().values.remove(&x);
            }
        }
        if is_comparison(op) {
            if value.is_none() {
                self.convert(x, &mut a, TypeId::INVALID);
                self.convert(y, &mut b, TypeId::INVALID);
            }
            return match value {
                Some(value) => Operand::constant(TypeId::UNTYPED_BOOL, value),
                None => Operand::value(TypeId::UNTYPED_BOOL),
            };
        }
        match value {
            Some(value) => self.constant_of(a.ty, value),
            None => Operand::value(a.ty),
        }
    }

    /// A constant that was worked out; one that has a type is what that type can hold.
    fn constant_of(&self, ty: TypeId, value: Value) -> Operand {
        match self.types.as_basic(ty) {
            Some(basic) if !ty.is_untyped() => Operand::constant(ty, represented(value, basic)),
            _ => Operand::constant(ty, value),
        }
    }

    /// Gives an untyped operand the type of the other one.
    pub(super) fn match_types(&mut self, x: ExprId, a: &mut Operand, y: ExprId, b: &mut Operand) {
        match (a.ty.is_untyped(), b.ty.is_untyped()) {
            (true, true) => {
                // Of two kinds the one that holds more.
                let ty = a.ty.max(b.ty);
                if ty != TypeId::UNTYPED_NIL && self.both_numeric(a.ty, b.ty) {
                    for (e, operand) in [(x, a), (y, b)] {
                        if operand.ty != ty {
                            self.set_untyped(e, ty);
                            operand.ty = ty;
                        }
                    }
                }
            }
            (true, false) => self.convert(x, a, b.ty),
            (false, true) => self.convert(y, b, a.ty),
            (false, false) => {}
        }
    }

    fn both_numeric(&self, a: TypeId, b: TypeId) -> bool {
        let numeric = |ty| matches!(self.types.get(ty), Type::Basic(basic) if basic.is_numeric());
        numeric(a) && numeric(b)
    }

    fn shift(&mut self, op: BinaryOp, mut a: Operand, y: ExprId, mut b: Operand) -> Operand {
        // A constant keeps its type: it must only be representable as an uint.
        if b.ty.is_untyped() && !b.is_const() {
            self.convert(y, &mut b, TypeId::UINT);
        }
        if a.mode == Mode::Invalid {
            return Operand::INVALID;
        }
        if let (Some(p), Some(q)) = (&a.value, &b.value) {
            let value = match p.as_int() {
                Some(whole) => Value::Int(whole).binary(op, q, true),
                None => Value::Unknown,
            };
            if a.ty.is_untyped() && a.ty != TypeId::UNTYPED_RUNE {
                a.ty = TypeId::UNTYPED_INT;
            }
            return Operand::constant(a.ty, value);
        }
        // An untyped operand has the type that the whole expression gets.
        Operand::value(a.ty)
    }

    /// Gives an untyped operand its final type. `target` is the type that it is wanted as; invalid if nothing says.
    pub(super) fn convert(&mut self, e: ExprId, operand: &mut Operand, target: TypeId) {
        if !operand.ty.is_untyped() || operand.ty == TypeId::UNTYPED_NIL {
            return;
        }
        let mut ty = target;
        if target.is_untyped() {
            ty = target.max(operand.ty);
        } else if target.is_invalid() {
            ty = operand.ty.default_type();
        } else if !self.types.is_type_param(target) {
            let under = self.under(target);
            match self.types.get(under) {
                Type::Basic(_) => {}
                // An interface; or the value is not of this type, which is an error in the program.
                _ => ty = operand.ty.default_type(),
            }
        }
        if let (Some(value), Some(basic)) = (&mut operand.value, self.types.as_basic(ty))
            && !basic.is_untyped()
        {
            *value = represented(std::mem::replace(value, Value::Unknown), basic);
            if self.record_of() {
                let value = value.clone();
                self.info().values.insert(e, value);
            }
        }
        self.set_untyped(e, ty);
        operand.ty = ty;
    }

    /// Writes the final type of an untyped expression down, and of what it is made of. The operands of a constant expression
    /// keep theirs: no value is ever made of them.
    pub(super) fn set_untyped(&mut self, mut e: ExprId, ty: TypeId) {
        if !self.record_of() {
            return;
        }
        loop {
            let info = self.info();
            let before = info.types[e.index()];
            if !before.is_untyped() || before == TypeId::UNTYPED_NIL {
                return;
            }
            info.types[e.index()] = ty;
            let constant = info.modes[e.index()] == Mode::Const;
            e = match self.tree().expr(e) {
                Expr::Paren { x, .. } => x,
                _ if constant => return,
                Expr::Unary { x, .. } => x,
                Expr::Binary { op, .. } if is_comparison(op) => return,
                Expr::Binary { op: BinaryOp::Shl | BinaryOp::Shr, x, .. } => x,
                Expr::Binary { x, y, .. } => {
                    self.deeper((), |this| this.set_untyped(y, ty));
                    x
                }
                _ => return,
            };
        }
    }
}

fn is_comparison(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge)
}
