//! Composite literals.

use go_syntax::ast::Expr;
use go_syntax::{ExprId, List};

use super::{Checker, Operand};
use crate::info::{Selection, SelectionKind, Use};
use crate::types::{Field, Lookup, Type, TypeId};

impl<'a> Checker<'a> {
    /// `ty{elts}`. Without a type it is that of the element wanted, `hint`.
    pub(super) fn composite(&mut self, ty: Option<ExprId>, elts: List<ExprId>, hint: TypeId) -> Operand {
        let elts = self.tree().exprs(elts);
        let whole = match ty {
            Some(ty) => self.type_expr(ty),
            None => hint,
        };
        self.under(whole);
        let mut base = self.types.core_type(whole);
        let mut owner = whole;
        if ty.is_none()
            && let Some(to) = self.types.pointee(base)
        {
            // `{…}` for `&T{…}`.
            self.under(to);
            (owner, base) = (to, self.types.core_type(to));
        }
        let types = self.types;
        match types.get(base) {
            Type::Struct(fields) => self.struct_elements(owner, base, fields, elts),
            &Type::Array { elem, len } => {
                let count = self.elements(elem, elts);
                if len < 0 && ty.is_some_and(|ty| self.counts_itself(ty)) {
                    let counted = types.intern(Type::Array { elem, len: count });
                    if let Some(ty) = ty {
                        self.record(ty, &Operand::of_type(counted));
                    }
                    return Operand::value(counted);
                }
            }
            &Type::Slice(elem) => _ = self.elements(elem, elts),
            &Type::Map { key, value } => {
                for &elt in elts {
                    if let Expr::KeyValue { key: k, value: v, .. } = self.tree().expr(elt) {
                        self.element(k, key);
                        self.element(v, value);
                    }
                }
            }
            _ => self.unknown_elements(elts),
        }
        Operand::value(whole)
    }

    /// Whether it is `[...]T`.
    fn counts_itself(&self, ty: ExprId) -> bool {
        let tree = self.tree();
        let len = match tree.expr(tree.unparen(ty)) {
            Expr::ArrayType { len: Some(len), .. } => len,
            _ => return false,
        };
        matches!(tree.expr(len), Expr::Ellipsis { .. })
    }

    fn element(&mut self, e: ExprId, ty: TypeId) {
        self.assigned(e, ty);
    }

    /// Elements of an array or slice; gives how long that is.
    fn elements(&mut self, elem: TypeId, elts: &[ExprId]) -> i64 {
        let (mut next, mut most) = (0i64, 0i64);
        for &elt in elts {
            let mut value = elt;
            if let Expr::KeyValue { key, value: v, .. } = self.tree().expr(elt) {
                let mut at = self.expr(key, TypeId::INVALID);
                self.convert(key, &mut at, TypeId::INT);
                let at = at.value.and_then(|value| value.as_int()).and_then(|at| i64::try_from(at).ok());
                next = at.unwrap_or(next);
                value = v;
            }
            self.element(value, elem);
            next = next.saturating_add(1);
            most = most.max(next);
        }
        most
    }

    fn struct_elements(&mut self, owner: TypeId, base: TypeId, fields: &[Field], elts: &[ExprId]) {
        for (at, &elt) in elts.iter().enumerate() {
            let Expr::KeyValue { key, value, .. } = self.tree().expr(elt) else {
                let ty = fields.get(at).map_or(TypeId::INVALID, |field| field.ty);
                self.element(elt, ty);
                continue;
            };
            // From Go 1.27 on a field of an embedded struct may be named too.
            let found =
                self.tree().as_ident(key).map(|ident| self.types.lookup(base, self.name(ident.sym), self.id));
            let Some(Lookup::Field { ty, path, indirect }) = found else {
                self.element(value, TypeId::INVALID);
                continue;
            };
            if self.record_of() {
                let info = self.info();
                let number = info.selections.len() as u32;
                let kind = SelectionKind::Field;
                info.selections.push(Selection { kind, recv: owner, path, indirect, method: None });
                self.record_use(key, Use::Selection(number));
            }
            self.element(value, ty);
        }
    }

    /// Elements of something that is not known: their own values at least are looked at.
    fn unknown_elements(&mut self, elts: &[ExprId]) {
        for &elt in elts {
            match self.tree().expr(elt) {
                Expr::KeyValue { value, .. } => self.element(value, TypeId::INVALID),
                _ => self.element(elt, TypeId::INVALID),
            }
        }
    }
}
