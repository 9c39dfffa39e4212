//! Types as they are written.

use go_syntax::ExprId;
use go_syntax::ast::{BinaryOp, ChanDir, Expr, Field as FieldNode, FieldList, Ident, Spec, UnaryOp};

use super::{Checker, Operand};
use crate::info::Use;
use crate::object::ObjKind;
use crate::types::{Basic, Dir, Field, Interface, InterfaceMethod, NamedId, Term, Type, TypeId};

/// A union of more terms is refused by the compiler.
const MOST_TERMS: usize = 100;

impl<'a> Checker<'a> {
    /// The type that `e` is written for.
    pub(super) fn type_expr(&mut self, e: ExprId) -> TypeId {
        let operand = self.expr_or_type(e);
        match operand.is_type() {
            true => operand.ty,
            false => TypeId::INVALID,
        }
    }

    /// What is written by the words of a type; none if it is an expression.
    pub(super) fn written_type(&mut self, node: Expr) -> Option<TypeId> {
        let ty = match node {
            Expr::ArrayType { len: None, elt } => {
                let elem = self.type_expr(elt);
                self.types.slice(elem)
            }
            Expr::ArrayType { len: Some(len), elt } => {
                let len = match self.tree().expr(len) {
                    // `[...]T`: the composite literal around it counts.
                    Expr::Ellipsis { .. } => -1,
                    _ => self.array_len(len),
                };
                let elem = self.type_expr(elt);
                self.types.intern(Type::Array { elem, len })
            }
            Expr::MapType { key, value } => {
                let (key, value) = (self.type_expr(key), self.type_expr(value));
                self.types.intern(Type::Map { key, value })
            }
            Expr::ChanType { dir, value, .. } => {
                let dir = match dir {
                    ChanDir::Both => Dir::Both,
                    ChanDir::Send => Dir::Send,
                    ChanDir::Recv => Dir::Recv,
                };
                let elem = self.type_expr(value);
                self.types.intern(Type::Chan { dir, elem })
            }
            Expr::StructType { fields } => self.struct_type(fields),
            Expr::InterfaceType { methods } => self.interface_type(methods),
            Expr::FuncType { sig } => self.block(|this| this.signature(sig, &mut Vec::new())),
            Expr::Ellipsis { elt: Some(elt) } => {
                let elem = self.type_expr(elt);
                self.types.slice(elem)
            }
            _ => return None,
        };
        Some(ty)
    }

    fn array_len(&mut self, len: ExprId) -> i64 {
        // An untyped constant stays that.
        let operand = self.expr(len, TypeId::INVALID);
        let value = operand.value.and_then(|value| value.as_int());
        value.and_then(|value| i64::try_from(value).ok()).unwrap_or(-1)
    }

    fn struct_type(&mut self, list: FieldList) -> TypeId {
        let tree = self.tree();
        let mut fields = Vec::new();
        for field in tree.fields(list) {
            let ty = self.type_expr(field.ty);
            let tag = field.tag.and_then(|tag| {
                go_syntax::literal::string_value(tree.text(tree.expr_span(tag)))
                    .map(|tag| tag.as_ref().into())
            });
            let mut add = |this: &Self, ident: Ident, embedded: bool| {
                let name = this.name(ident.sym);
                fields.push(Field { name, pkg: this.package_of(name), ty, embedded, tag: tag.clone() });
            };
            if field.names.is_empty() {
                if let Some(ident) = embedded_name(tree, field) {
                    add(self, ident, true);
                }
            } else {
                tree.idents(field.names).iter().for_each(|&ident| add(self, ident, false));
            }
        }
        self.types.intern(Type::Struct(fields.into()))
    }

    fn interface_type(&mut self, list: FieldList) -> TypeId {
        let tree = self.tree();
        let (mut methods, mut embeds) = (Vec::new(), Vec::new());
        for field in tree.fields(list) {
            let ty = match tree.expr(field.ty) {
                Expr::FuncType { .. } if !field.names.is_empty() => self.type_expr(field.ty),
                _ => self.constraint_term(field.ty),
            };
            for ident in tree.idents(field.names) {
                let name = self.name(ident.sym);
                methods.push(InterfaceMethod { name, pkg: self.package_of(name), sig: ty });
            }
            if field.names.is_empty() {
                embeds.push(ty);
            }
        }
        methods.sort();
        self.types.intern(Type::Interface(Interface {
            methods: methods.into(),
            embeds: embeds.into(),
            comparable: false,
        }))
    }

    /// `T`, `~T`, `A | B`, as an element of a constraint.
    fn constraint_term(&mut self, e: ExprId) -> TypeId {
        let mut terms = Vec::new();
        self.terms(e, &mut terms);
        match *terms {
            [Term { tilde: false, ty }] => ty,
            _ if terms.len() > MOST_TERMS => TypeId::INVALID,
            _ => self.types.intern(Type::Union(terms.into())),
        }
    }

    fn terms(&mut self, e: ExprId, terms: &mut Vec<Term>) {
        match self.tree().expr(e) {
            Expr::Binary { op: BinaryOp::Or, x, y, .. } => {
                self.deeper((), |this| this.terms(x, terms));
                self.terms(y, terms);
            }
            Expr::Unary { op: UnaryOp::Tilde, x } => {
                let ty = self.type_expr(x);
                let term = Term { tilde: true, ty };
                terms.push(term);
                let alone = self.types.intern(Type::Union([term].into()));
                return self.record(e, &Operand::of_type(alone));
            }
            _ => {
                let ty = self.type_expr(e);
                terms.push(Term { tilde: false, ty });
                return;
            }
        }
        if terms.len() > MOST_TERMS {
            return;
        }
        let all = self.types.intern(Type::Union(terms.clone().into()));
        self.record(e, &Operand::of_type(all));
    }

    /// Declares type parameters in the present block.
    pub(super) fn type_params(&mut self, list: FieldList, scope: &mut Vec<u32>) -> Box<[TypeId]> {
        let tree = self.tree();
        let mut params = Vec::new();
        for field in tree.fields(list) {
            for &ident in tree.idents(field.names) {
                let param = self.types.declare_param(self.name(ident.sym), params.len() as u32);
                let object = self.new_object(ObjKind::TypeName { alias: None }, ident, param);
                self.declare(object);
                scope.push(object);
                params.push(param);
            }
        }
        let mut rest = params.iter();
        for field in tree.fields(list) {
            let constraint = self.constraint(field.ty);
            for &param in rest.by_ref().take(field.names.len()) {
                if let Type::Param(param) = *self.types.get(param) {
                    self.set_constraint(param, constraint);
                }
            }
        }
        params.into()
    }

    /// A constraint, as an interface.
    fn constraint(&mut self, e: ExprId) -> TypeId {
        let term = self.constraint_term(e);
        let under = self.under(term);
        match self.types.get(under) {
            Type::Interface(_) if !matches!(self.types.get(term), Type::Param(_)) => term,
            // Its declaration is the one that is being looked at.
            Type::Basic(Basic::Invalid) if self.types.is_named(term) => term,
            _ => {
                let embeds = [term].into();
                self.types.intern(Type::Interface(Interface { embeds, ..Interface::default() }))
            }
        }
    }

    /// Makes the object of a type's name, and the type itself unless it is an alias.
    pub(super) fn new_type(&mut self, ident: Ident, alias: bool) -> u32 {
        let kind = ObjKind::TypeName { alias: alias.then(Box::default) };
        let object = self.new_object(kind, ident, TypeId::INVALID);
        if !alias {
            let named = self.types.declare(self.name(ident.sym), self.id, self.own(object));
            self.objects[object as usize].ty = self.types.intern(Type::Named(named));
        }
        object
    }

    /// Resolves a type's declaration.
    pub(super) fn resolve_type(&mut self, object: u32, spec: Spec) {
        let Spec::Type { type_params, ty, .. } = spec else { return };
        self.block(|this| {
            let declared = this.objects[object as usize].ty;
            let params = this.type_params(type_params, &mut Vec::new());
            if let Type::Named(named) = *this.types.get(declared) {
                _ = this.types.named(named).params.set(params);
                let written = this.type_expr(ty);
                this.set_underlying(named, written);
            } else {
                let ty = this.type_expr(ty);
                let this = &mut this.objects[object as usize];
                this.ty = ty;
                this.kind = ObjKind::TypeName { alias: Some(params) };
            }
        });
    }

    fn set_underlying(&mut self, named: NamedId, written: TypeId) {
        let underlying = match self.types.get(written) {
            Type::Named(_) | Type::Instance { .. } => self.types.underlying(written),
            Type::Param(_) => TypeId::INVALID,
            _ => written,
        };
        if underlying.is_invalid() && !written.is_invalid() {
            self.forward.push((named, written));
        } else {
            _ = self.types.named(named).underlying.set(underlying);
        }
    }

    /// A generic type with arguments: `x[args]`.
    pub(super) fn instance(&mut self, x: ExprId, operand: &Operand, args: &[ExprId]) -> TypeId {
        let args: Vec<TypeId> = args.iter().map(|&arg| self.type_expr(arg)).collect();
        let tree = self.tree();
        let name = match tree.expr(tree.unparen(x)) {
            Expr::Ident { .. } => tree.unparen(x),
            Expr::Selector { .. } => tree.unparen(x),
            _ => return TypeId::INVALID,
        };
        if let Some(object) = self.named_by(name)
            && let Some(ObjKind::TypeName { alias: Some(params) }) =
                self.object(object).map(|found| &found.kind)
        {
            let params = params.clone();
            if self.record_of() {
                self.info().instances.insert(name, args.clone().into());
            }
            return self.types.subst(operand.ty, &params, &args);
        }
        match *self.types.get(operand.ty) {
            Type::Named(named) => {
                if self.record_of() {
                    self.info().instances.insert(name, args.clone().into());
                }
                self.types.instantiate(named, &args)
            }
            _ => TypeId::INVALID,
        }
    }

    /// The object that a name or qualified name stands for.
    fn named_by(&self, e: ExprId) -> Option<crate::types::ObjRef> {
        let tree = self.tree();
        match tree.expr(e) {
            Expr::Ident { sym } => self.find(self.name(sym)),
            Expr::Selector { x, sel } => {
                let package = self.find(self.name(tree.as_ident(x)?.sym))?;
                match self.object(package)?.kind {
                    ObjKind::Package(Some(pkg)) => {
                        let index = *self.program.package(pkg)?.scope.get(&self.name(sel.sym))?;
                        Some(crate::types::ObjRef { pkg, index })
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The type of a declared type inside of which the parameters stand for themselves.
    pub(super) fn self_type(&self, named: NamedId) -> TypeId {
        match self.types.named(named).params.get() {
            Some(params) if !params.is_empty() => self.types.instantiate(named, params),
            _ => self.types.intern(Type::Named(named)),
        }
    }

    /// Declares the names by which a receiver calls the parameters of its type.
    pub(super) fn receiver_params(&mut self, named: NamedId, e: ExprId, scope: &mut Vec<u32>) {
        let tree = self.tree();
        let mut e = e;
        let args: Vec<ExprId> = loop {
            e = match tree.expr(e) {
                Expr::Paren { x, .. } | Expr::Star { x } => x,
                Expr::Index { index, .. } => break vec![index],
                Expr::IndexList { indices, .. } => break tree.exprs(indices).to_vec(),
                _ => break Vec::new(),
            };
        };
        let params = self.types.named(named).params.get().cloned().unwrap_or_default();
        for (&arg, &param) in args.iter().zip(&params) {
            if let Some(ident) = tree.as_ident(arg) {
                let object = self.new_object(ObjKind::TypeName { alias: None }, ident, param);
                self.declare(object);
                scope.push(object);
                let used = self.own(object);
                self.record_use(arg, Use::Object(used));
                self.record(arg, &Operand::of_type(param));
            }
        }
    }
}

/// The name of an embedded field: that of its type.
fn embedded_name(tree: &go_syntax::Tree, field: &FieldNode) -> Option<Ident> {
    let mut e = field.ty;
    loop {
        e = match tree.expr(e) {
            Expr::Paren { x, .. } | Expr::Star { x } | Expr::Index { x, .. } | Expr::IndexList { x, .. } => x,
            Expr::Selector { sel, .. } => return Some(sel),
            _ => return tree.as_ident(e),
        };
    }
}
