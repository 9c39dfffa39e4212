//! The predeclared names.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::name::Name;
use crate::object::{Builtin, ObjKind, Object};
use crate::package::Package;
use crate::types::{Basic, Interface, InterfaceMethod, ObjRef, PkgId, Signature, Type, TypeId, Types};
use crate::value::Value;

/// Makes the package that has the predeclared names, and package unsafe.
pub(crate) fn universe(types: &Types, unsafe_id: PkgId) -> (Arc<Package>, Arc<Package>) {
    let mut universe = Maker::new(types, PkgId::UNIVERSE);
    let typed = Basic::ALL.iter().enumerate().filter(|(_, basic)| !basic.is_untyped());
    for (number, basic) in typed {
        if !matches!(basic, Basic::Invalid | Basic::UnsafePointer) {
            universe.add_type(basic.as_str(), TypeId(number as u32), false);
        }
    }
    universe.add_type("byte", TypeId::UINT8, true);
    universe.add_type("rune", TypeId::INT32, true);
    universe.add_type("any", types.any(), true);
    let error = universe.declare("error", |types| {
        let results = [TypeId::STRING].into();
        let sig = types.intern(Type::Func(Signature { results, ..Signature::default() }));
        let method = InterfaceMethod { name: types.names.intern("Error"), pkg: PkgId::UNIVERSE, sig };
        Interface { methods: [method].into(), ..Interface::default() }
    });
    types.set_error(error);
    universe.declare("comparable", |_| Interface { comparable: true, ..Interface::default() });
    for (text, value) in [("true", true), ("false", false)] {
        universe.add(text, ObjKind::Const(Value::Bool(value)), TypeId::UNTYPED_BOOL);
    }
    universe.add("iota", ObjKind::Const(Value::Int(0)), TypeId::UNTYPED_INT);
    universe.add("nil", ObjKind::Nil, TypeId::UNTYPED_NIL);
    let mut unsafe_ = Maker::new(types, unsafe_id);
    unsafe_.add_type("Pointer", TypeId::UNSAFE_POINTER, false);
    for &(builtin, text) in Builtin::ALL {
        match text.strip_prefix("unsafe.") {
            Some(text) => unsafe_.add(text, ObjKind::Builtin(builtin), TypeId::INVALID),
            None => universe.add(text, ObjKind::Builtin(builtin), TypeId::INVALID),
        };
    }
    (universe.finish("", ""), unsafe_.finish("unsafe", "unsafe"))
}

struct Maker<'t> {
    types: &'t Types,
    pkg: PkgId,
    objects: Vec<Object>,
    scope: FxHashMap<Name, u32>,
}

impl<'t> Maker<'t> {
    fn new(types: &'t Types, pkg: PkgId) -> Maker<'t> {
        Maker { types, pkg, objects: Vec::new(), scope: FxHashMap::default() }
    }

    fn add(&mut self, text: &str, kind: ObjKind, ty: TypeId) -> u32 {
        let name = self.types.names.intern(text);
        let index = self.objects.len() as u32;
        self.objects.push(Object { kind, name, pkg: self.pkg, pos: None, ty });
        self.scope.insert(name, index);
        index
    }

    fn add_type(&mut self, text: &str, ty: TypeId, alias: bool) {
        self.add(text, ObjKind::TypeName { alias: alias.then(Box::default) }, ty);
    }

    fn declare(&mut self, text: &str, make: impl FnOnce(&Types) -> Interface) -> TypeId {
        let obj = ObjRef { pkg: self.pkg, index: self.objects.len() as u32 };
        let named = self.types.declare(self.types.names.intern(text), self.pkg, obj);
        let underlying = self.types.intern(Type::Interface(make(self.types)));
        let declared = self.types.named(named);
        // Nobody else has seen it.
        _ = declared.underlying.set(underlying);
        _ = declared.params.set(Box::default());
        _ = declared.methods.set(Box::default());
        let ty = self.types.intern(Type::Named(named));
        self.add_type(text, ty, false);
        ty
    }

    fn finish(self, path: &str, name: &str) -> Arc<Package> {
        Arc::new(Package {
            id: self.pkg,
            path: path.into(),
            name: self.types.names.intern(name),
            files: Vec::new(),
            objects: self.objects,
            scope: self.scope,
            notes: Vec::new(),
        })
    }
}
