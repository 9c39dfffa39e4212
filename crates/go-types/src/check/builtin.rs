//! The predeclared functions, and those of package unsafe.

use go_syntax::ExprId;
use go_syntax::ast::BinaryOp;

use super::call::Arg;
use super::{Checker, Operand};
use crate::info::Mode;
use crate::object::Builtin;
use crate::types::{Basic, Type, TypeId};
use crate::value::Value;

impl<'a> Checker<'a> {
    pub(super) fn builtin(&mut self, builtin: Builtin, args: &[ExprId], spread: bool) -> Operand {
        let outside = self.called;
        let operand = match (builtin, args) {
            (Builtin::Make, &[ty, ref sizes @ ..]) => {
                let ty = self.type_expr(ty);
                sizes.iter().for_each(|&size| self.index_value(size));
                Operand::value(ty)
            }
            (Builtin::New, &[arg, ..]) => {
                let mut operand = self.raw(arg, TypeId::INVALID);
                if !operand.is_type() {
                    self.convert(arg, &mut operand, TypeId::INVALID);
                }
                Operand::value(self.types.pointer(operand.ty))
            }
            (Builtin::Offsetof, &[arg, ..]) => self.offsetof(arg),
            (Builtin::Len | Builtin::Cap, &[arg, ..]) => {
                self.called = false;
                let operand = self.expr(arg, TypeId::INVALID);
                self.len(&operand)
            }
            _ => {
                let args = self.arguments(args, |_| TypeId::INVALID);
                self.of_values(builtin, args, spread)
            }
        };
        // What is not constant is a call.
        self.called = outside || !operand.is_const();
        operand
    }

    /// A function whose arguments are ordinary values.
    fn of_values(&mut self, builtin: Builtin, mut args: Vec<Arg>, spread: bool) -> Operand {
        let nothing = Operand::new(Mode::NoValue, TypeId::INVALID);
        let any = self.types.any();
        let Some((first, rest)) = args.split_first_mut() else {
            return if builtin == Builtin::Recover { Operand::value(any) } else { nothing };
        };
        let ty = first.1.ty;
        self.under(ty);
        match builtin {
            Builtin::Append => {
                let elem = match *self.types.get(self.types.core_string(ty)) {
                    Type::Slice(elem) => elem,
                    _ => TypeId::INVALID,
                };
                // What is spread is a slice, or a string, which stays as it is.
                let given = if spread { &mut [] } else { rest };
                given.iter_mut().for_each(|arg| self.give(arg, elem));
                Operand::value(ty)
            }
            Builtin::Copy => Operand::value(TypeId::INT),
            Builtin::Delete => {
                let key = self.types.as_map(ty).map_or(TypeId::INVALID, |(key, _)| key);
                rest.iter_mut().for_each(|arg| self.give(arg, key));
                nothing
            }
            Builtin::Panic => {
                self.give(first, any);
                nothing
            }
            Builtin::Print | Builtin::Println => {
                args.iter_mut().for_each(|arg| self.give(arg, TypeId::INVALID));
                nothing
            }
            Builtin::Min | Builtin::Max => self.extreme(builtin, args),
            Builtin::Complex => self.complex(args),
            Builtin::Real | Builtin::Imag => self.part(builtin, first),
            Builtin::Recover => Operand::value(any),
            Builtin::Sizeof | Builtin::Alignof => {
                self.give(first, TypeId::INVALID);
                let ty = first.1.ty;
                if self.has_variable_size(ty) {
                    return Operand::value(TypeId::UINTPTR);
                }
                let size = if builtin == Builtin::Sizeof { self.size_of(ty) } else { self.align_of(ty) };
                Operand::constant(TypeId::UINTPTR, size.map_or(Value::Unknown, |n| Value::Int(n.into())))
            }
            Builtin::Add | Builtin::Slice | Builtin::String => {
                rest.iter_mut().for_each(|arg| self.give(arg, TypeId::INT));
                match (builtin, self.types.get(self.types.core_type(ty))) {
                    (Builtin::Add, _) => Operand::value(TypeId::UNSAFE_POINTER),
                    (Builtin::Slice, Type::Pointer(elem)) => Operand::value(self.types.slice(*elem)),
                    (Builtin::String, _) => Operand::value(TypeId::STRING),
                    _ => Operand::INVALID,
                }
            }
            Builtin::SliceData => match self.types.get(self.types.core_type(ty)) {
                Type::Slice(elem) => Operand::value(self.types.pointer(*elem)),
                _ => Operand::INVALID,
            },
            Builtin::StringData => {
                self.give(first, TypeId::STRING);
                Operand::value(self.types.pointer(TypeId::UINT8))
            }
            _ => nothing,
        }
    }

    /// An index or a length.
    pub(super) fn index_value(&mut self, e: ExprId) {
        let mut operand = self.expr(e, TypeId::INVALID);
        self.convert(e, &mut operand, TypeId::INT);
    }

    fn len(&mut self, operand: &Operand) -> Operand {
        if let Some(Value::Str(text)) = &operand.value {
            return Operand::constant(TypeId::INT, Value::Int(text.len() as i128));
        }
        let mut under = self.under(operand.ty);
        if let Some(to) = self.types.pointee(under) {
            under = self.under(to);
        }
        match *self.types.get(under) {
            // A string that is not worked out.
            Type::Basic(_) if operand.is_const() => Operand::constant(TypeId::INT, Value::Unknown),
            Type::Array { len, .. } if !self.called => {
                let value = if len < 0 { Value::Unknown } else { Value::Int(len.into()) };
                Operand::constant(TypeId::INT, value)
            }
            _ if operand.ty.is_invalid() => Operand::INVALID,
            _ => Operand::value(TypeId::INT),
        }
    }

    fn extreme(&mut self, builtin: Builtin, mut args: Vec<Arg>) -> Operand {
        let types = || args.iter().map(|(_, operand)| operand.ty);
        let typed = types().find(|ty| !ty.is_untyped() && !ty.is_invalid());
        let constant = args.iter().all(|(_, operand)| operand.is_const());
        let largest = || types().max().unwrap_or(TypeId::INVALID);
        let ty = typed.unwrap_or_else(|| if constant { largest() } else { largest().default_type() });
        args.iter_mut().for_each(|arg| self.give(arg, ty));
        if !constant {
            return Operand::value(ty);
        }
        let op = if builtin == Builtin::Min { BinaryOp::Lt } else { BinaryOp::Gt };
        let values = args.into_iter().map(|(_, operand)| operand.value.unwrap_or(Value::Unknown));
        let best = values.reduce(|best, next| match next.binary(op, &best, true).as_bool() {
            Some(true) => next,
            Some(false) => best,
            None => Value::Unknown,
        });
        Operand::constant(ty, best.unwrap_or(Value::Unknown))
    }

    fn complex(&mut self, mut args: Vec<Arg>) -> Operand {
        let typed = args.iter().map(|(_, operand)| operand.ty).find(|ty| !ty.is_untyped());
        let constant = args.iter().all(|(_, operand)| operand.is_const());
        let value = |args: Vec<Arg>| match &*args {
            // Complex numbers are worked out only where they are real.
            [(_, real), (_, Operand { value: Some(Value::Int(0)), .. })] => {
                real.value.clone().unwrap_or(Value::Unknown)
            }
            _ => Value::Unknown,
        };
        if typed.is_none() && constant {
            return Operand::constant(TypeId::UNTYPED_COMPLEX, value(args));
        }
        let part = typed.unwrap_or(TypeId::FLOAT64);
        args.iter_mut().for_each(|arg| self.give(arg, part));
        let ty = match self.types.as_basic(part) {
            Some(Basic::Float32) => TypeId::COMPLEX64,
            Some(_) => TypeId::COMPLEX128,
            None => return Operand::INVALID,
        };
        if constant { Operand::constant(ty, value(args)) } else { Operand::value(ty) }
    }

    fn part(&mut self, builtin: Builtin, arg: &mut Arg) -> Operand {
        if !arg.1.is_const() {
            self.give(arg, TypeId::COMPLEX128);
        }
        let operand = &arg.1;
        let ty = match self.types.as_basic(operand.ty) {
            Some(Basic::Complex64) => TypeId::FLOAT32,
            Some(Basic::Complex128) => TypeId::FLOAT64,
            Some(_) if operand.ty.is_untyped() => TypeId::UNTYPED_FLOAT,
            _ => return Operand::INVALID,
        };
        match operand.value.clone() {
            Some(value) if builtin == Builtin::Real => Operand::constant(ty, value),
            Some(Value::Unknown) => Operand::constant(ty, Value::Unknown),
            Some(_) => Operand::constant(ty, Value::Int(0)),
            None => Operand::value(ty),
        }
    }

    /// `unsafe.Offsetof(x.f)`.
    fn offsetof(&mut self, arg: ExprId) -> Operand {
        self.raw(arg, TypeId::INVALID);
        let e = self.tree().unparen(arg);
        let recv = self.files[self.env.file].info.selection(e).map(|selection| selection.recv);
        let base = recv.map_or(TypeId::INVALID, |recv| self.types.deref(recv).0);
        if self.has_variable_size(base) {
            return Operand::value(TypeId::UINTPTR);
        }
        let offset = self.offset_of(arg);
        Operand::constant(TypeId::UINTPTR, offset.map_or(Value::Unknown, |n| Value::Int(n.into())))
    }
}
