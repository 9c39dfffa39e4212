//! Variables and fields, as what holds maps.

use go_syntax::ExprId;
use go_syntax::ast::Expr;
use go_types::{Field, MethodRef, ObjKind, ObjRef, Selection, SelectionKind, Type, TypeId, Use};

use crate::context::Context;

/// What holds a value: a variable, or a field of whichever value.
///
/// The instances of a generic type share their fields.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) enum Root {
    /// A variable.
    Var(ObjRef),
    /// A field of a type whose underlying type is a struct, by its number.
    Field(TypeId, u32),
}

impl<'a> Context<'a> {
    /// The variable or field that an expression is.
    pub(crate) fn storage(&self, e: ExprId) -> Option<Root> {
        let tree = &self.info.tree;
        let e = tree.unparen(e);
        match tree.expr(e) {
            Expr::Ident { .. } | Expr::Selector { .. } => match self.info.use_of(e) {
                Use::Object(obj) => {
                    matches!(self.object(obj)?.kind, ObjKind::Var(_)).then_some(Root::Var(obj))
                }
                Use::Selection(number) => {
                    let selection = &self.info.selections[number as usize];
                    (selection.kind == SelectionKind::Field).then(|| self.field_of(selection))?
                }
                Use::None => None,
            },
            _ => None,
        }
    }

    /// The field that a selection ends at.
    pub(crate) fn field_of(&self, selection: &Selection) -> Option<Root> {
        let (&last, way) = selection.path.split_last()?;
        let types = &self.program.types;
        let mut owner = types.deref(selection.recv).0;
        for &step in way {
            let Type::Struct(fields) = types.get(types.underlying(owner)) else { return None };
            owner = types.deref(fields.get(step as usize)?.ty).0;
        }
        Some(Root::Field(self.struct_of(owner)?, last))
    }

    /// The type that a field belongs to: one whose underlying type is a struct, without type arguments.
    pub(crate) fn struct_of(&self, ty: TypeId) -> Option<TypeId> {
        let types = &self.program.types;
        let owner = match types.get(ty) {
            Type::Instance { origin, .. } => types.intern(Type::Named(*origin)),
            _ => ty,
        };
        matches!(types.get(types.underlying(owner)), Type::Struct(_)).then_some(owner)
    }

    /// A field by the type that it belongs to, and its number.
    pub(crate) fn field(&self, of: TypeId, number: u32) -> Option<&'a Field> {
        match self.program.types.get(self.program.types.underlying(of)) {
            Type::Struct(fields) => fields.get(number as usize),
            _ => None,
        }
    }

    /// Calls `visit` with the fields that a struct literal sets, and their values.
    pub(crate) fn each_field(&self, literal: ExprId, elts: &[ExprId], mut visit: impl FnMut(Root, ExprId)) {
        let (tree, types) = (&self.info.tree, &self.program.types);
        if elts.is_empty() {
            return;
        }
        let Some(of) = self.struct_of(types.deref(self.info.type_of(literal)).0) else { return };
        let Type::Struct(fields) = types.get(types.underlying(of)) else { return };
        for (at, &elt) in elts.iter().enumerate() {
            match tree.expr(elt) {
                Expr::KeyValue { key, value, .. } => {
                    let name = tree.as_ident(key).map_or("", |ident| tree.name(ident.sym));
                    let found = fields.iter().position(|field| types.names.text(field.name) == name);
                    if let Some(number) = found {
                        visit(Root::Field(of, number as u32), value);
                    }
                }
                _ => visit(Root::Field(of, at as u32), elt),
            }
        }
    }

    /// Whether a method that is selected has a pointer for its receiver.
    pub(crate) fn takes_address(&self, selection: &Selection) -> bool {
        let Some(MethodRef::Declared { of, func }) = selection.method else { return false };
        let methods = self.program.types.named(of).methods.get();
        methods.is_some_and(|all| all.iter().any(|method| method.func == func && method.pointer))
    }

    /// The name of a variable or field.
    pub(crate) fn root_name(&self, root: Root) -> &'a str {
        let names = &self.program.types.names;
        match root {
            Root::Var(obj) => self.object(obj).map_or("", |object| names.text(object.name)),
            Root::Field(of, number) => self.field(of, number).map_or("", |field| names.text(field.name)),
        }
    }

    /// Whether an expression is `nil`.
    pub(crate) fn is_nil(&self, e: ExprId) -> bool {
        matches!(self.used(e), Some((_, object)) if matches!(object.kind, ObjKind::Nil))
    }
}
