//! All methods of a type, and which interfaces it implements.

use std::collections::BTreeSet;

use super::{InterfaceMethod, Lookup, MethodRef, Path, PkgId, Type, TypeId, Types};
use crate::name::Name;

/// A method that a type has, by itself or through a field that is embedded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MethodEntry {
    /// Its name.
    pub name: Name,
    /// The package whose name it is, if it is not exported; else the universe.
    pub pkg: PkgId,
    /// Its type, without the receiver.
    pub sig: TypeId,
    /// Whose it is.
    pub func: MethodRef,
    /// The embedded fields on the way.
    pub path: Path,
    /// Whether there is a pointer on the way.
    pub indirect: bool,
    /// Whether it is declared with a pointer as receiver.
    pub pointer_receiver: bool,
}

impl Types {
    /// All methods of values of type `t`, by name. Those with a pointer as receiver are among them only if `t` is a
    /// pointer, or if there is one on the way.
    pub fn method_set(&self, t: TypeId) -> Vec<MethodEntry> {
        let mut names = BTreeSet::new();
        self.each_depth(t, |depth| {
            for embedded in depth {
                if let Some(of) = self.origin(embedded.ty) {
                    let named = self.named(of);
                    let methods = named.methods.get().into_iter().flatten();
                    names.extend(methods.map(|method| {
                        (method.name, if method.name.is_exported() { PkgId::UNIVERSE } else { named.pkg })
                    }));
                }
                if let Type::Interface(_) = self.get(self.underlying(embedded.ty)) {
                    let set = self.type_set(embedded.ty);
                    names.extend(set.methods.iter().map(|method| (method.name, method.pkg)));
                }
            }
            true
        });
        let found = names.into_iter().filter_map(|(name, pkg)| match self.lookup_value(t, name, pkg) {
            Lookup::Method { sig, func, path, indirect, pointer_receiver } => {
                Some(MethodEntry { name, pkg, sig, func, path, indirect, pointer_receiver })
            }
            _ => None,
        });
        found.collect()
    }

    /// Whether `t` implements `interface`: has its methods and is in its type set. What is invalid does.
    pub fn implements(&self, t: TypeId, interface: TypeId) -> bool {
        let (under, wanted) = (self.underlying(t), self.underlying(interface));
        if under.is_invalid() || wanted.is_invalid() {
            return true;
        }
        if !matches!(self.get(wanted), Type::Interface(_)) {
            return false;
        }
        let wanted = self.type_set(interface);
        let in_terms = match (&wanted.terms, self.get(under)) {
            (None, _) => true,
            (Some(terms), Type::Interface(_)) => {
                self.is_subset(self.type_set(t).terms.as_deref(), Some(terms))
            }
            (Some(terms), _) => terms.iter().any(|&term| self.term_includes(term, t)),
        };
        in_terms
            && (!wanted.comparable || self.is_comparable(t))
            && self.missing_method(t, interface).is_none()
    }

    /// The first method of `interface` that `t` has not, or has with another type.
    pub fn missing_method(&self, t: TypeId, interface: TypeId) -> Option<InterfaceMethod> {
        self.missing_method_by(t, interface, |have, want| {
            have.is_invalid() || want.is_invalid() || self.identical(have, want)
        })
    }

    /// The same, where `same` says whether the type of a method is the one that the interface asks for.
    pub(super) fn missing_method_by(
        &self,
        t: TypeId,
        interface: TypeId,
        mut same: impl FnMut(TypeId, TypeId) -> bool,
    ) -> Option<InterfaceMethod> {
        let wanted = self.type_set(interface);
        let missing = wanted.methods.iter().find(|want| match self.lookup_value(t, want.name, want.pkg) {
            Lookup::Method { sig, .. } => !same(sig, want.sig),
            _ => true,
        });
        missing.copied()
    }
}
