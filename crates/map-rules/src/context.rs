//! A file of a resolved package, and simple questions about its expressions.

use go_syntax::ExprId;
use go_types::{
    Basic, Builtin, FileInfo, Mode, ObjRef, Object, Package, PkgId, Program, Type, TypeId, Use, Value,
};

/// A file of a resolved package.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) program: &'a Program,
    pub(crate) package: &'a Package,
    pub(crate) info: &'a FileInfo,
}

impl<'a> Context<'a> {
    /// Whether an expression is a map.
    pub(crate) fn is_map(&self, e: ExprId) -> bool {
        !matches!(self.info.mode(e), Mode::Type | Mode::Invalid) && self.is_map_type(self.info.type_of(e))
    }

    /// Whether an expression is a map, or of a type parameter that stands for maps besides other types.
    pub(crate) fn may_be_map(&self, e: ExprId) -> bool {
        let (types, ty) = (&self.program.types, self.info.type_of(e));
        let one = |ty| matches!(types.get(types.underlying(ty)), Type::Map { .. });
        self.is_map(e)
            || types.is_type_param(ty) && types.type_set(ty).terms.iter().flatten().any(|term| one(term.ty))
    }

    /// Whether a type is a map, or a type parameter that stands for maps.
    pub(crate) fn is_map_type(&self, ty: TypeId) -> bool {
        self.program.types.as_map(ty).is_some()
    }

    /// The predeclared function that `fun` is.
    pub(crate) fn builtin(&self, fun: ExprId) -> Option<Builtin> {
        match self.info.mode(self.info.tree.unparen(fun)) {
            Mode::Builtin(builtin) => Some(builtin),
            _ => None,
        }
    }

    /// An object of this package, or of one that it imports.
    pub(crate) fn object(&self, obj: ObjRef) -> Option<&'a Object> {
        if obj.pkg == self.package.id {
            return self.package.objects.get(obj.index as usize);
        }
        self.program.object(obj)
    }

    /// The object that a name or qualified name leads to.
    pub(crate) fn used(&self, e: ExprId) -> Option<(ObjRef, &'a Object)> {
        match self.info.use_of(self.info.tree.unparen(e)) {
            Use::Object(obj) => Some((obj, self.object(obj)?)),
            _ => None,
        }
    }

    /// The import path of a package.
    pub(crate) fn path(&self, pkg: PkgId) -> &'a str {
        if pkg == self.package.id {
            return &self.package.path;
        }
        self.program.package(pkg).map_or("", |package| &package.path)
    }

    /// A type, with the whole paths of packages.
    pub(crate) fn display(&self, ty: TypeId) -> String {
        self.program.types.display(ty, &|pkg| self.path(pkg).to_owned())
    }

    /// The truth of a constant condition.
    pub(crate) fn truth(&self, e: ExprId) -> Option<bool> {
        self.info.values.get(&e).and_then(Value::as_bool)
    }

    /// Whether every value of a type equals itself: not floats, and not interfaces, which may hold some.
    pub(crate) fn is_reflexive(&self, ty: TypeId) -> bool {
        let types = &self.program.types;
        match types.get(types.underlying(ty)) {
            Type::Basic(basic) => !matches!(
                basic,
                Basic::Float32 | Basic::Float64 | Basic::Complex64 | Basic::Complex128 | Basic::Invalid
            ),
            Type::Array { elem, .. } => self.is_reflexive(*elem),
            Type::Struct(fields) => fields.iter().all(|field| self.is_reflexive(field.ty)),
            Type::Interface(_) | Type::Param(_) => false,
            _ => true,
        }
    }
}
