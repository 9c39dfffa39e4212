//! Composite literals.

use go_syntax::ast::{Expr, Ident};
use go_syntax::{ExprId, List};

use super::{Checker, Operand};
use crate::info::{Selection, SelectionKind, Use};
use crate::types::{Field, Type, TypeId};

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
            Type::Struct(fields) => self.struct_elements(owner, fields, elts),
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

    fn struct_elements(&mut self, owner: TypeId, fields: &[Field], elts: &[ExprId]) {
        for (at, &elt) in elts.iter().enumerate() {
            let Expr::KeyValue { key, value, .. } = self.tree().expr(elt) else {
                let ty = fields.get(at).map_or(TypeId::INVALID, |field| field.ty);
                self.element(elt, ty);
                continue;
            };
            let named = self.tree().as_ident(key).and_then(|Ident { sym, .. }| {
                let name = self.name(sym);
                let pkg = self.package_of(name);
                fields.iter().position(|field| field.name == name && field.pkg == pkg)
            });
            if let (Some(field), true) = (named, self.record_of()) {
                let info = self.info();
                let number = info.selections.len() as u32;
                info.selections.push(Selection {
                    kind: SelectionKind::Field,
                    recv: owner,
                    path: [field as u32].into_iter().collect(),
                    indirect: false,
                    method: None,
                });
                self.record_use(key, Use::Selection(number));
            }
            let ty = named.and_then(|field| fields.get(field)).map_or(TypeId::INVALID, |field| field.ty);
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
