//! `x.name`.

use go_syntax::ExprId;
use go_syntax::ast::Ident;

use super::{Checker, Operand};
use crate::info::{Mode, Selection, SelectionKind, Use};
use crate::name::Name;
use crate::object::ObjKind;
use crate::types::{Lookup, MethodRef, ObjRef, PkgId, Signature, Type, TypeId};

impl<'a> Checker<'a> {
    pub(super) fn selector(&mut self, e: ExprId, x: ExprId, sel: Ident) -> Operand {
        let name = self.name(sel.sym);
        if let Some(package) = self.qualifier(x) {
            return self.qualified(e, package, sel, name);
        }
        let operand = self.raw(x, TypeId::INVALID);
        if operand.mode == Mode::Invalid || operand.ty.is_invalid() {
            return Operand::INVALID;
        }
        let found = self.look_up(operand.ty, name);
        match found {
            Lookup::Field { ty, path, indirect } => {
                let selection =
                    Selection { kind: SelectionKind::Field, recv: operand.ty, path, indirect, method: None };
                self.record_selection(e, selection);
                let variable = operand.mode == Mode::Var || indirect;
                Operand::new(if variable { Mode::Var } else { Mode::Value }, ty)
            }
            Lookup::Method { sig, func, path, indirect, .. } => {
                let kind = if operand.is_type() { SelectionKind::MethodExpr } else { SelectionKind::Method };
                let ty = if operand.is_type() { self.with_receiver(sig, operand.ty) } else { sig };
                let selection = Selection { kind, recv: operand.ty, path, indirect, method: Some(func) };
                self.record_selection(e, selection);
                Operand::value(ty)
            }
            // A pointer to what is not known is not known either.
            _ if self.types.deref(operand.ty).0.is_invalid() => Operand::INVALID,
            Lookup::Ambiguous | Lookup::NotFound => {
                self.note(sel.pos, |this| {
                    let ty = this.types.display(operand.ty, &|pkg| this.qualify(pkg));
                    format!("{ty} has no field or method {}", this.types.names.text(name))
                });
                Operand::INVALID
            }
        }
    }

    pub(super) fn qualify(&self, pkg: PkgId) -> String {
        if pkg == self.id {
            return self.input.path.to_string();
        }
        self.program.package(pkg).map(|package| package.path.to_string()).unwrap_or_default()
    }

    /// Field or method, where both the type and the method may be of this package and not asked for yet.
    fn look_up(&mut self, ty: TypeId, name: Name) -> Lookup {
        self.under(ty);
        if let Some(to) = self.types.pointee(ty) {
            self.under(to);
        }
        let found = self.types.lookup(ty, name, self.id);
        if let Lookup::Method { sig, func: MethodRef::Declared { func, .. }, .. } = &found
            && sig.is_invalid()
            && func.pkg == self.id
        {
            self.resolve(func.index);
            return self.types.lookup(ty, name, self.id);
        }
        found
    }

    fn record_selection(&mut self, e: ExprId, selection: Selection) {
        if self.record_of() {
            let info = self.info();
            let number = info.selections.len() as u32;
            info.selections.push(selection);
            self.record_use(e, Use::Selection(number));
        }
    }

    /// The package that `x` stands for, if it is the name of one.
    fn qualifier(&mut self, x: ExprId) -> Option<Option<PkgId>> {
        let ident = self.tree().as_ident(x)?;
        let object = self.find(self.name(ident.sym))?;
        match self.object(object)?.kind {
            ObjKind::Package(pkg) => {
                self.record_use(x, Use::Object(object));
                Some(pkg)
            }
            _ => None,
        }
    }

    /// A name of another package.
    fn qualified(&mut self, e: ExprId, package: Option<PkgId>, sel: Ident, name: Name) -> Operand {
        let Some(package) = package.and_then(|pkg| self.program.package(pkg)) else {
            return Operand::INVALID;
        };
        let Some(&index) = package.scope.get(&name).filter(|_| name.is_exported()) else {
            self.note(sel.pos, |this| {
                format!("package {} has no {}", package.path, this.types.names.text(name))
            });
            return Operand::INVALID;
        };
        let object = ObjRef { pkg: package.id, index };
        self.record_use(e, Use::Object(object));
        self.use_object(object)
    }

    /// The type of a method as a function whose first parameter is the receiver.
    fn with_receiver(&self, sig: TypeId, receiver: TypeId) -> TypeId {
        match self.types.get(sig) {
            Type::Func(sig) => {
                let params = std::iter::once(receiver).chain(sig.params.iter().copied()).collect();
                self.types.intern(Type::Func(Signature { params, ..sig.clone() }))
            }
            _ => TypeId::INVALID,
        }
    }
}
