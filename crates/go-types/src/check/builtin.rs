//! The predeclared functions, and those of package unsafe.

use go_syntax::ExprId;
use go_syntax::ast::Expr;

use super::{Checker, Operand};
use crate::info::Mode;
use crate::object::Builtin;
use crate::types::{Basic, Type, TypeId};
use crate::value::Value;

impl<'a> Checker<'a> {
    pub(super) fn builtin(&mut self, builtin: Builtin, args: &[ExprId], spread: bool) -> Operand {
        let Some((&first, rest)) = args.split_first() else {
            return match builtin {
                Builtin::Recover => Operand::value(self.types.any()),
                _ => Operand::new(Mode::NoValue, TypeId::INVALID),
            };
        };
        match builtin {
            Builtin::Make => {
                let ty = self.type_expr(first);
                self.sizes(rest);
                Operand::value(ty)
            }
            Builtin::New => {
                let mut operand = self.raw(first, TypeId::INVALID);
                if !operand.is_type() {
                    self.convert(first, &mut operand, TypeId::INVALID);
                }
                Operand::value(self.types.pointer(operand.ty))
            }
            Builtin::Append => self.append(first, rest, spread),
            Builtin::Len | Builtin::Cap => self.len(first),
            Builtin::Copy => {
                self.plain(args);
                Operand::value(TypeId::INT)
            }
            Builtin::Clear | Builtin::Close => {
                self.expr(first, TypeId::INVALID);
                Operand::new(Mode::NoValue, TypeId::INVALID)
            }
            Builtin::Delete => {
                let map = self.expr(first, TypeId::INVALID);
                self.under(map.ty);
                let key = self.types.as_map(map.ty).map_or(TypeId::INVALID, |(key, _)| key);
                rest.iter().for_each(|&arg| _ = self.assigned(arg, key));
                Operand::new(Mode::NoValue, TypeId::INVALID)
            }
            Builtin::Panic => {
                let any = self.types.any();
                args.iter().for_each(|&arg| _ = self.assigned(arg, any));
                Operand::new(Mode::NoValue, TypeId::INVALID)
            }
            Builtin::Print | Builtin::Println => {
                self.plain(args);
                Operand::new(Mode::NoValue, TypeId::INVALID)
            }
            Builtin::Recover => Operand::value(self.types.any()),
            Builtin::Min | Builtin::Max => self.extreme(builtin, args),
            Builtin::Complex => self.complex(args),
            Builtin::Real | Builtin::Imag => self.part(first),
            _ => self.of_unsafe(builtin, first, rest),
        }
    }

    /// Arguments that nothing is wanted of.
    fn plain(&mut self, args: &[ExprId]) {
        args.iter().for_each(|&arg| _ = self.assigned(arg, TypeId::INVALID));
    }

    /// Arguments that are integers.
    fn sizes(&mut self, args: &[ExprId]) {
        for &arg in args {
            let mut operand = self.expr(arg, TypeId::INVALID);
            self.convert(arg, &mut operand, TypeId::INT);
        }
    }

    fn append(&mut self, slice: ExprId, rest: &[ExprId], spread: bool) -> Operand {
        let operand = self.expr(slice, TypeId::INVALID);
        self.under(operand.ty);
        let core = self.types.core_string(operand.ty);
        let elem = match *self.types.get(core) {
            Type::Slice(elem) => elem,
            _ => TypeId::INVALID,
        };
        for &arg in rest {
            // `append([]byte, string...)` is fine too.
            let wanted = if spread { TypeId::INVALID } else { elem };
            self.assigned(arg, wanted);
        }
        Operand::value(operand.ty)
    }

    fn len(&mut self, arg: ExprId) -> Operand {
        let operand = self.expr(arg, TypeId::INVALID);
        if let Some(Value::Str(text)) = &operand.value {
            let len = Value::Int(text.len() as i128);
            if operand.ty.is_untyped() {
                self.set_untyped(arg, TypeId::STRING);
            }
            return Operand::constant(TypeId::INT, len);
        }
        let mut under = self.under(operand.ty);
        if let Some(to) = self.types.pointee(under) {
            under = self.under(to);
        }
        match *self.types.get(under) {
            Type::Array { len, .. } if !self.types.is_type_param(operand.ty) && !self.has_call(arg) => {
                let value = if len < 0 { Value::Unknown } else { Value::Int(len.into()) };
                Operand::constant(TypeId::INT, value)
            }
            _ => Operand::value(TypeId::INT),
        }
    }

    /// Whether an expression calls a function or receives from a channel.
    fn has_call(&self, e: ExprId) -> bool {
        let tree = self.tree();
        let mut todo = vec![e];
        while let Some(e) = todo.pop() {
            match tree.expr(e) {
                Expr::Call { fun, args, .. } => {
                    let is_type = |mode| matches!(mode, Mode::Type | Mode::Builtin(_));
                    if !self.record_of() || !is_type(self.files[self.env.file].info.mode(fun)) {
                        return true;
                    }
                    todo.extend(tree.exprs(args));
                }
                Expr::Unary { op: go_syntax::ast::UnaryOp::Recv, .. } => return true,
                Expr::Paren { x, .. }
                | Expr::Selector { x, .. }
                | Expr::Star { x }
                | Expr::Unary { x, .. }
                | Expr::Slice { x, .. } => todo.push(x),
                Expr::Index { x, index, .. } => todo.extend([x, index]),
                Expr::Binary { x, y, .. } => todo.extend([x, y]),
                Expr::Composite { elts, .. } => todo.extend(tree.exprs(elts)),
                Expr::KeyValue { key, value, .. } => todo.extend([key, value]),
                _ => {}
            }
        }
        false
    }

    fn extreme(&mut self, builtin: Builtin, args: &[ExprId]) -> Operand {
        let mut all: Vec<Operand> = args.iter().map(|&arg| self.expr(arg, TypeId::INVALID)).collect();
        let typed = all.iter().map(|operand| operand.ty).find(|ty| !ty.is_untyped() && !ty.is_invalid());
        let ty =
            typed.unwrap_or_else(|| all.iter().map(|operand| operand.ty).max().unwrap_or(TypeId::INVALID));
        for (&arg, operand) in args.iter().zip(&mut all) {
            self.convert(arg, operand, ty);
        }
        let op = match builtin {
            Builtin::Min => go_syntax::ast::BinaryOp::Lt,
            _ => go_syntax::ast::BinaryOp::Gt,
        };
        let mut values =
            all.into_iter().map(|operand| operand.value.filter(|value| *value != Value::Unknown));
        let first = values.next().flatten();
        let best = values.try_fold(first, |best, next| {
            let (best, next) = (best?, next?);
            let better = next.binary(op, &best, true).as_bool()?;
            Some(Some(if better { next } else { best }))
        });
        match best.flatten() {
            Some(value) => Operand::constant(ty, value),
            None => Operand::value(ty),
        }
    }

    fn complex(&mut self, args: &[ExprId]) -> Operand {
        let all: Vec<Operand> = args.iter().map(|&arg| self.expr(arg, TypeId::INVALID)).collect();
        let typed = all.iter().map(|operand| operand.ty).find(|ty| !ty.is_untyped());
        if typed.is_none() && all.iter().all(Operand::is_const) {
            return Operand::constant(TypeId::UNTYPED_COMPLEX, Value::Unknown);
        }
        let part = typed.unwrap_or(TypeId::FLOAT64);
        let constant = all.iter().all(Operand::is_const);
        for (&arg, mut operand) in args.iter().zip(all) {
            self.convert(arg, &mut operand, part);
        }
        let ty = match self.types.as_basic(part) {
            Some(Basic::Float32) => TypeId::COMPLEX64,
            _ => TypeId::COMPLEX128,
        };
        if constant { Operand::constant(ty, Value::Unknown) } else { Operand::value(ty) }
    }

    fn part(&mut self, arg: ExprId) -> Operand {
        let mut operand = self.expr(arg, TypeId::INVALID);
        let ty = match self.types.as_basic(operand.ty) {
            Some(Basic::Complex64) => TypeId::FLOAT32,
            _ if operand.ty.is_untyped() && operand.is_const() => TypeId::UNTYPED_FLOAT,
            _ => TypeId::FLOAT64,
        };
        if operand.is_const() {
            return Operand::constant(ty, Value::Unknown);
        }
        self.convert(arg, &mut operand, TypeId::COMPLEX128);
        Operand::value(ty)
    }

    fn of_unsafe(&mut self, builtin: Builtin, first: ExprId, rest: &[ExprId]) -> Operand {
        let operand = self.raw(first, TypeId::INVALID);
        let mut operand = operand;
        let size = match builtin {
            Builtin::Sizeof | Builtin::Alignof | Builtin::Offsetof => {
                self.convert(first, &mut operand, TypeId::INVALID);
                let value = match builtin {
                    Builtin::Sizeof => self.size_of(operand.ty),
                    Builtin::Alignof => self.align_of(operand.ty),
                    _ => self.offset_of(first),
                };
                return Operand::constant(
                    TypeId::UINTPTR,
                    value.map_or(Value::Unknown, |n| Value::Int(n.into())),
                );
            }
            Builtin::String => {
                self.sizes(rest);
                return Operand::value(TypeId::STRING);
            }
            Builtin::StringData => {
                self.convert(first, &mut operand, TypeId::STRING);
                return Operand::value(self.types.pointer(TypeId::UINT8));
            }
            _ => rest,
        };
        self.sizes(size);
        self.under(operand.ty);
        let core = self.types.core_type(operand.ty);
        match (builtin, self.types.get(core)) {
            (Builtin::Slice, Type::Pointer(elem)) => Operand::value(self.types.slice(*elem)),
            (Builtin::SliceData, Type::Slice(elem)) => Operand::value(self.types.pointer(*elem)),
            (Builtin::Add, _) => Operand::value(TypeId::UNSAFE_POINTER),
            _ => Operand::INVALID,
        }
    }
}
