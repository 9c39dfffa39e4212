//! Expressions.

use go_syntax::ast::{Expr, LitKind, UnaryOp};
use go_syntax::{ExprId, Sym};

use super::{Checker, Operand};
use crate::info::{Mode, Use};
use crate::object::ObjKind;
use crate::types::{ObjRef, Type, TypeId};
use crate::value::Value;

impl<'a> Checker<'a> {
    /// A value. `hint` is the type that it is wanted for, if that is known.
    pub(super) fn expr(&mut self, e: ExprId, hint: TypeId) -> Operand {
        let operand = self.raw(e, hint);
        match *self.types.get(operand.ty) {
            // One of several results is no value.
            Type::Tuple(_) => Operand::INVALID,
            _ if operand.is_type() => Operand::INVALID,
            _ => operand,
        }
    }

    /// A value or a type.
    pub(super) fn expr_or_type(&mut self, e: ExprId) -> Operand {
        self.raw(e, TypeId::INVALID)
    }

    /// Any expression, types and calls of several results included.
    pub(super) fn raw(&mut self, e: ExprId, hint: TypeId) -> Operand {
        let operand = self.deeper(Operand::INVALID, |this| this.raw_inner(e, hint));
        self.record(e, &operand);
        operand
    }

    fn raw_inner(&mut self, e: ExprId, hint: TypeId) -> Operand {
        let node = self.tree().expr(e);
        match node {
            Expr::Bad { .. } | Expr::KeyValue { .. } | Expr::Ellipsis { elt: None } => Operand::INVALID,
            Expr::Ident { sym } => self.ident(e, sym),
            Expr::Lit { kind, .. } => self.literal(e, kind),
            Expr::FuncLit { sig, body } => {
                let mut scope = Vec::new();
                let ty = self.block(|this| this.signature(sig, &mut scope));
                self.body(ty, &scope, body);
                Operand::value(ty)
            }
            Expr::Composite { ty, elts, .. } => self.composite(ty, elts, hint),
            Expr::Paren { x, .. } => self.raw(x, hint),
            Expr::Selector { x, sel } => self.selector(e, x, sel),
            Expr::Index { x, index, .. } => self.index(x, &[index]),
            Expr::IndexList { x, indices, .. } => {
                let indices = self.tree().exprs(indices);
                self.index(x, indices)
            }
            Expr::Slice { x, bounds, .. } => self.slice(x, bounds),
            Expr::TypeAssert { x, ty, .. } => {
                self.expr(x, TypeId::INVALID);
                match ty {
                    Some(ty) => Operand::new(Mode::CommaOk, self.type_expr(ty)),
                    None => Operand::INVALID,
                }
            }
            Expr::Call { fun, args, spread, .. } => {
                let args = self.tree().exprs(args);
                self.call(fun, args, spread)
            }
            Expr::Star { x } => self.star(x),
            Expr::Unary { op: UnaryOp::Tilde, x } => {
                let ty = self.type_expr(x);
                Operand::of_type(ty)
            }
            Expr::Unary { op, x } => self.unary(op, x, hint),
            Expr::Binary { op, x, y, .. } => self.binary(op, x, y, hint),
            _ => match self.written_type(node) {
                Some(ty) => Operand::of_type(ty),
                None => Operand::INVALID,
            },
        }
    }

    fn ident(&mut self, e: ExprId, sym: Sym) -> Operand {
        if sym.is_blank() {
            return Operand::INVALID;
        }
        let name = self.name(sym);
        let Some(object) = self.find(name) else {
            let pos = self.tree().start(e);
            self.note(pos, |this| format!("{} is not declared", this.types.names.text(name)));
            return Operand::INVALID;
        };
        self.record_use(e, Use::Object(object));
        self.use_object(object)
    }

    /// An object where its name is used.
    pub(super) fn use_object(&mut self, object: ObjRef) -> Operand {
        // A declared type is known before its declaration is looked at, which may lead back here.
        if object.pkg == self.id && !self.is_declared_type(object.index) {
            self.resolve(object.index);
        }
        let iota = self.env.iota;
        let Some(found) = self.object(object) else { return Operand::INVALID };
        match &found.kind {
            ObjKind::Package(_) => Operand::INVALID,
            ObjKind::Const(_) if found.pos.is_none() && found.ty == TypeId::UNTYPED_INT => {
                Operand::constant(TypeId::UNTYPED_INT, iota.map_or(Value::Unknown, Value::Int))
            }
            ObjKind::Const(value) => Operand::constant(found.ty, value.clone()),
            ObjKind::TypeName { .. } => Operand::of_type(found.ty),
            ObjKind::Var(_) => Operand::new(Mode::Var, found.ty),
            ObjKind::Func => Operand::value(found.ty),
            ObjKind::Builtin(builtin) => Operand::new(Mode::Builtin(*builtin), TypeId::INVALID),
            ObjKind::Nil => Operand::value(TypeId::UNTYPED_NIL),
        }
    }

    fn is_declared_type(&self, index: u32) -> bool {
        let object = self.objects.get(index as usize);
        object.is_some_and(|object| matches!(object.kind, ObjKind::TypeName { alias: None }))
    }

    fn literal(&mut self, e: ExprId, kind: LitKind) -> Operand {
        let tree = self.tree();
        let text = tree.text(tree.expr_span(e));
        let number = || std::str::from_utf8(text).map_or(Value::Unknown, Value::number);
        match kind {
            LitKind::Int => Operand::constant(TypeId::UNTYPED_INT, number()),
            LitKind::Float => Operand::constant(TypeId::UNTYPED_FLOAT, number()),
            // Complex numbers are worked out only where they are real.
            LitKind::Imag => {
                let zero = text.iter().all(|byte| matches!(byte, b'0' | b'.' | b'_' | b'i'));
                Operand::constant(TypeId::UNTYPED_COMPLEX, if zero { Value::Int(0) } else { Value::Unknown })
            }
            LitKind::Char => {
                let value = go_syntax::literal::rune_value(text);
                let value = value.map_or(Value::Unknown, |value| Value::Int(value.into()));
                Operand::constant(TypeId::UNTYPED_RUNE, value)
            }
            LitKind::String => {
                let value = go_syntax::literal::string_value(text);
                let value = value.map_or(Value::Unknown, |value| Value::Str(value.as_ref().into()));
                Operand::constant(TypeId::UNTYPED_STRING, value)
            }
        }
    }

    fn star(&mut self, x: ExprId) -> Operand {
        let operand = self.raw(x, TypeId::INVALID);
        if operand.is_type() {
            return Operand::of_type(self.types.pointer(operand.ty));
        }
        self.under(operand.ty);
        let core = self.types.core_type(operand.ty);
        match self.types.pointee(core) {
            Some(to) => Operand::new(Mode::Var, to),
            None => Operand::INVALID,
        }
    }
}
