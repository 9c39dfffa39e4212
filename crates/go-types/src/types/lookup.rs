//! What `x.name` finds.
//!
//! Fields and methods of embedded fields are found as if they were the struct's own: those at the shallowest depth,
//! and only if there is a single one. So the search goes from depth to depth.

use rustc_hash::FxHashSet;
use smallvec::{SmallVec, smallvec};

use super::{Field, Method, NamedId, ObjRef, PkgId, Type, TypeId, Types};
use crate::name::Name;

/// Embedded fields deeper than this are not looked into.
const DEEPEST: usize = 50;

/// A type that embeds more types than this has them made for ever.
const MOST_TYPES: usize = 1_000;

/// Numbers of fields, from the outside in: the embedded fields on the way and, if a field is sought, it.
pub type Path = SmallVec<[u32; 4]>;

/// What `x.name` finds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Lookup {
    /// A field.
    Field {
        /// Its type.
        ty: TypeId,
        /// The way to it; the last number is its own.
        path: Path,
        /// Whether there is a pointer on the way.
        indirect: bool,
    },
    /// A method.
    Method {
        /// Its type, without the receiver; the receiver's type arguments are in place.
        sig: TypeId,
        /// Whose it is.
        func: MethodRef,
        /// The embedded fields on the way.
        path: Path,
        /// Whether there is a pointer on the way.
        indirect: bool,
        /// Whether it is declared with a pointer as receiver.
        pointer_receiver: bool,
    },
    /// Several of the same depth.
    Ambiguous,
    /// Nothing.
    NotFound,
}

/// A method, and whose it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum MethodRef {
    /// A declared type's, so a function with a body.
    Declared {
        /// The declared type; of an instance its origin.
        of: NamedId,
        /// The function.
        func: ObjRef,
    },
    /// An interface's: which of [`TypeSet::methods`](super::TypeSet::methods).
    Interface {
        /// The interface or type parameter in whose type set it was found; a declared interface by its declared type.
        interface: TypeId,
        /// The method's place in the type set.
        index: u32,
    },
}

/// A type to look into.
pub(super) struct Embedded {
    pub(super) ty: TypeId,
    path: Path,
    /// Whether there is a pointer on the way.
    indirect: bool,
    /// Whether it is embedded several times at this depth, so that all it has is ambiguous.
    several: bool,
}

/// The types of one depth. Mostly what is sought is in the first.
type Depth = SmallVec<[Embedded; 1]>;

impl Types {
    /// What `x.name`, written in package `pkg`, finds if `t` is the type of `x`, which is taken to be addressable.
    pub fn lookup(&self, t: TypeId, name: Name, pkg: PkgId) -> Lookup {
        if name.is_blank() {
            return Lookup::NotFound;
        }
        let mut result = Lookup::NotFound;
        self.each_depth(t, |this_depth| {
            for embedded in this_depth {
                let found = self.find_in(embedded, name, pkg);
                if found != Lookup::NotFound {
                    let single = result == Lookup::NotFound && !embedded.several;
                    result = if single { found } else { Lookup::Ambiguous };
                }
            }
            result == Lookup::NotFound
        });
        // A declared pointer type has no methods.
        match result {
            Lookup::Method { .. } if self.is_named(t) && self.deref(t).1 => Lookup::NotFound,
            other => other,
        }
    }

    /// What a method call on a value finds that has no address.
    pub(super) fn lookup_value(&self, t: TypeId, name: Name, pkg: PkgId) -> Lookup {
        match self.lookup(t, name, pkg) {
            Lookup::Method { indirect: false, pointer_receiver: true, .. } => Lookup::NotFound,
            other => other,
        }
    }

    /// Calls `visit` with the types that are embedded in `t` at each depth, `t` alone first, until it says no.
    pub(super) fn each_depth(&self, t: TypeId, mut visit: impl FnMut(&[Embedded]) -> bool) {
        // A declared type that is a pointer is looked through to its struct, as an undeclared one is.
        let (ty, indirect) = if self.is_type_param(t) { (t, false) } else { self.deref(t) };
        if indirect && matches!(self.get(self.underlying(ty)), Type::Interface(_)) {
            return;
        }
        let mut seen = FxHashSet::default();
        let mut depth: Depth = smallvec![Embedded { ty, path: Path::new(), indirect, several: false }];
        for _ in 0..DEEPEST {
            if depth.is_empty() || !visit(&depth) || seen.len() > MOST_TYPES {
                return;
            }
            seen.extend(depth.iter().map(|embedded| embedded.ty).filter(|&ty| self.is_named(ty)));
            // What was embedded less deep hides the same deeper down.
            depth = self.next_depth(&depth);
            depth.retain(|embedded| !seen.contains(&embedded.ty));
        }
    }

    fn next_depth(&self, depth: &[Embedded]) -> Depth {
        let mut next = Depth::new();
        for embedded in depth {
            let Type::Struct(fields) = self.get(self.underlying(embedded.ty)) else { continue };
            for (number, field) in fields.iter().enumerate().filter(|(_, field)| field.embedded) {
                let pointee = self.pointee(field.ty);
                let ty = pointee.unwrap_or(field.ty);
                if let Some(same) = next.iter_mut().find(|other| other.ty == ty) {
                    same.several = true;
                    continue;
                }
                if next.len() == MOST_TYPES {
                    return next;
                }
                let mut path = embedded.path.clone();
                path.push(number as u32);
                let indirect = embedded.indirect || pointee.is_some();
                next.push(Embedded { ty, path, indirect, several: embedded.several });
            }
        }
        next
    }

    /// What a type has itself.
    fn find_in(&self, embedded: &Embedded, name: Name, pkg: PkgId) -> Lookup {
        let &Embedded { ty, ref path, indirect, .. } = embedded;
        if let Some((of, method)) = self.declared_method(ty, name, pkg) {
            return Lookup::Method {
                sig: self.method_sig(ty, method),
                func: MethodRef::Declared { of, func: method.func },
                path: path.clone(),
                indirect,
                pointer_receiver: method.pointer,
            };
        }
        match self.get(self.underlying(ty)) {
            Type::Struct(fields) => {
                let is_it = |field: &Field| name.is_exported() || field.pkg == pkg;
                let named = self.fields_named(self.underlying(ty), fields, name);
                let mut matching = named.filter(|(_, field)| is_it(field));
                match (matching.next(), matching.next()) {
                    (Some((number, field)), None) => {
                        let mut path = path.clone();
                        path.push(number);
                        Lookup::Field { ty: field.ty, path, indirect }
                    }
                    (Some(_), Some(_)) => Lookup::Ambiguous,
                    _ => Lookup::NotFound,
                }
            }
            Type::Interface(_) => match self.type_set(ty).method(name, pkg) {
                Some((index, method)) => Lookup::Method {
                    sig: method.sig,
                    func: MethodRef::Interface { interface: ty, index: index as u32 },
                    path: path.clone(),
                    indirect,
                    pointer_receiver: false,
                },
                None => Lookup::NotFound,
            },
            _ => Lookup::NotFound,
        }
    }

    /// The fields of the struct `t` that have this name, each with its number.
    pub(crate) fn fields_named<'f>(
        &self,
        t: TypeId,
        fields: &'f [Field],
        name: Name,
    ) -> impl Iterator<Item = (u32, &'f Field)> {
        let at = |number: u32| fields.get(number as usize);
        let name_of = move |number: u32| at(number).map(|field| field.name);
        // A search pays from some fields on.
        let by_name = (fields.len() > 16).then(|| {
            self.entry(t).by_name.get_or_init(|| {
                let mut numbers: Vec<u32> = (0..fields.len() as u32).collect();
                numbers.sort_by_key(|&number| (name_of(number), number));
                numbers.into()
            })
        });
        let (few, many) = match by_name {
            Some(numbers) => {
                let from = numbers.partition_point(|&number| name_of(number) < Some(name));
                let rest =
                    numbers[from..].iter().copied().take_while(move |&number| name_of(number) == Some(name));
                (0..0, rest.collect::<SmallVec<[u32; 4]>>())
            }
            None => (0..fields.len() as u32, SmallVec::new()),
        };
        let found = few.filter(move |&number| name_of(number) == Some(name)).chain(many);
        found.filter_map(move |number| Some((number, at(number)?)))
    }

    /// The declared type behind a type that is one, with or without arguments.
    pub(super) fn origin(&self, t: TypeId) -> Option<NamedId> {
        match self.get(t) {
            Type::Named(id) | Type::Instance { origin: id, .. } => Some(*id),
            _ => None,
        }
    }

    fn declared_method(&self, t: TypeId, name: Name, pkg: PkgId) -> Option<(NamedId, &Method)> {
        let of = self.origin(t)?;
        let named = self.named(of);
        if !name.is_exported() && named.pkg != pkg {
            return None;
        }
        let methods = named.methods.get()?;
        let method = &methods[methods.binary_search_by_key(&name, |method| method.name).ok()?];
        Some((of, method))
    }

    /// The type of a method of `t`, with the arguments of `t` in place.
    fn method_sig(&self, t: TypeId, method: &Method) -> TypeId {
        let sig = method.sig.get().copied().unwrap_or(TypeId::INVALID);
        match self.get(t) {
            Type::Instance { origin, args } => match self.named(*origin).params.get() {
                Some(params) if params.len() == args.len() => self.subst(sig, params, args),
                _ => TypeId::INVALID,
            },
            _ => sig,
        }
    }
}
