//! Where all types are.

use std::hash::BuildHasher;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxBuildHasher;

use super::fresh::Fresh;
use super::parts::Shape;
use super::{Basic, Interface, Method, NamedId, ObjRef, ParamId, PkgId, Type, TypeId, TypeSet};
use crate::intern::Interned;
use crate::name::{Name, Names};

/// All types of all packages, and their names. Many threads may use it at once.
pub struct Types {
    /// All names.
    pub names: Names,
    types: Interned<Entry>,
    named: boxcar::Vec<Named>,
    params: boxcar::Vec<TypeParam>,
    any: TypeId,
    error: OnceLock<TypeId>,
    pub(super) fresh: Fresh,
}

/// A type and what was found out about it.
pub(crate) struct Entry {
    pub(crate) ty: Type,
    /// What its parts say of it.
    pub(crate) shape: Shape,
    /// Of an instance.
    pub(crate) underlying: OnceLock<TypeId>,
    /// Of an interface or type parameter, mostly.
    pub(crate) type_set: OnceLock<Arc<TypeSet>>,
    /// Of a struct of many fields: their numbers, by name.
    pub(crate) by_name: OnceLock<Box<[u32]>>,
}

impl Entry {
    fn new(ty: Type, shape: Shape) -> Self {
        Entry { ty, shape, underlying: OnceLock::new(), type_set: OnceLock::new(), by_name: OnceLock::new() }
    }
}

/// A declared type.
#[derive(Debug)]
pub struct Named {
    /// Its name.
    pub name: Name,
    /// Where it is declared.
    pub pkg: PkgId,
    /// The type's name as an object.
    pub obj: ObjRef,
    /// Its parameters, each a [`Type::Param`]; none if it is not generic. Set as soon as they are known.
    pub params: OnceLock<Box<[TypeId]>>,
    /// Set when the declaration is resolved.
    pub underlying: OnceLock<TypeId>,
    /// Its methods, by name. Set when the package's declarations are collected.
    pub methods: OnceLock<Box<[Method]>>,
}

/// A type parameter.
#[derive(Debug)]
pub struct TypeParam {
    /// Its name.
    pub name: Name,
    /// Where it stands in its list, counted from 0.
    pub index: u32,
    /// Its constraint: an interface (a constraint that is none is embedded in one). Set when it is resolved.
    pub constraint: OnceLock<TypeId>,
}

impl Default for Types {
    fn default() -> Self {
        let mut types = Types {
            names: Names::default(),
            types: Interned::default(),
            named: boxcar::Vec::new(),
            params: boxcar::Vec::new(),
            any: TypeId::INVALID,
            error: OnceLock::new(),
            fresh: Fresh::default(),
        };
        for (number, basic) in Basic::ALL.iter().enumerate() {
            let made = types.intern(Type::Basic(*basic));
            debug_assert_eq!(made.0 as usize, number);
        }
        types.any = types.intern(Type::Interface(Interface::default()));
        types
    }
}

impl Types {
    /// The number of a type. One that is nested too deep is invalid: so all that walks over types ends.
    pub fn intern(&self, ty: Type) -> TypeId {
        let shape = self.shape(&ty);
        if shape.too_deep() {
            return TypeId::INVALID;
        }
        let hash = |entry: &Entry| FxBuildHasher.hash_one(&entry.ty);
        TypeId(self.types.intern(&ty, |entry| entry.ty == ty, hash, || Entry::new(ty.clone(), shape)))
    }

    /// What a type is made of.
    pub fn get(&self, id: TypeId) -> &Type {
        &self.types.get(id.0).ty
    }

    pub(crate) fn entry(&self, id: TypeId) -> &Entry {
        self.types.get(id.0)
    }

    /// `interface {}`.
    pub fn any(&self) -> TypeId {
        self.any
    }

    /// `error`.
    pub fn error(&self) -> TypeId {
        self.error.get().copied().unwrap_or(TypeId::INVALID)
    }

    pub(crate) fn set_error(&self, error: TypeId) {
        // The universe is made once.
        _ = self.error.set(error);
    }

    /// Makes a declared type.
    pub fn declare(&self, name: Name, pkg: PkgId, obj: ObjRef) -> NamedId {
        let named = Named {
            name,
            pkg,
            obj,
            params: OnceLock::new(),
            underlying: OnceLock::new(),
            methods: OnceLock::new(),
        };
        NamedId(self.named.push(named) as u32)
    }

    /// A declared type.
    pub fn named(&self, id: NamedId) -> &Named {
        &self.named[id.0 as usize]
    }

    /// Makes a type parameter.
    pub fn declare_param(&self, name: Name, index: u32) -> TypeId {
        let param = TypeParam { name, index, constraint: OnceLock::new() };
        self.intern(Type::Param(ParamId(self.params.push(param) as u32)))
    }

    /// A type parameter.
    pub fn param(&self, id: ParamId) -> &TypeParam {
        &self.params[id.0 as usize]
    }

    /// `*T`.
    pub fn pointer(&self, to: TypeId) -> TypeId {
        self.intern(Type::Pointer(to))
    }

    /// `[]T`.
    pub fn slice(&self, elem: TypeId) -> TypeId {
        self.intern(Type::Slice(elem))
    }

    /// What a pointer points to, if it is one by its own form (not by that of its underlying type).
    pub fn pointee(&self, id: TypeId) -> Option<TypeId> {
        match self.get(id) {
            Type::Pointer(to) => Some(*to),
            _ => None,
        }
    }
}
