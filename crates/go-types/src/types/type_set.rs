//! The types that an interface stands for.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Interface, InterfaceMethod, PkgId, Term, Type, TypeId, Types};
use crate::name::Name;

/// A union of more terms is taken for no restriction. The compiler refuses it.
const MOST_TERMS: usize = 100;

/// Interfaces that embed each other deeper than this are cut off.
const DEEPEST: usize = 100;

/// The types that an interface stands for: those that have all the methods and are one of the terms.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TypeSet {
    /// All methods, those of embedded interfaces too, by name (the order of [`InterfaceMethod`]).
    pub methods: Vec<InterfaceMethod>,
    /// One of these; `None` is no restriction, an empty list is the empty set.
    pub terms: Option<Vec<Term>>,
    /// Whether `comparable` is embedded, so that only comparable types are in it.
    pub comparable: bool,
}

impl TypeSet {
    /// The method that `name`, written in `pkg`, means, and its place.
    pub fn method(&self, name: Name, pkg: PkgId) -> Option<(usize, InterfaceMethod)> {
        let first = self.methods.partition_point(|method| method.name < name);
        let same = self.methods[first..].iter().take_while(|method| method.name == name);
        let found = same.enumerate().find(|(_, method)| name.is_exported() || method.pkg == pkg);
        found.map(|(place, method)| (first + place, *method))
    }
}

impl Types {
    /// The type set of an interface, or of a type parameter's constraint. Any other type is alone in its set.
    pub fn type_set(&self, t: TypeId) -> Arc<TypeSet> {
        if let Some(known) = self.entry(t).type_set.get() {
            return Arc::clone(known);
        }
        Builder { types: self, seen: FxHashMap::default(), depth: 0 }.of(t).set
    }
}

/// A type set, and whether it stays as it is: not so if a declaration is not resolved yet, or is a circle.
#[derive(Clone, Default)]
struct Built {
    set: Arc<TypeSet>,
    lasts: bool,
}

struct Builder<'a> {
    types: &'a Types,
    /// What is built; nothing as long as it is being built.
    seen: FxHashMap<TypeId, Built>,
    depth: usize,
}

impl Builder<'_> {
    fn of(&mut self, t: TypeId) -> Built {
        let known = &self.types.entry(t).type_set;
        if let Some(known) = known.get() {
            return Built { set: Arc::clone(known), lasts: true };
        }
        if let Some(seen) = self.seen.get(&t) {
            return seen.clone();
        }
        if self.depth == DEEPEST {
            return Built::default();
        }
        self.seen.insert(t, Built::default());
        self.depth += 1;
        let built = self.build(t);
        self.depth -= 1;
        self.seen.insert(t, built.clone());
        if built.lasts {
            let _ = known.set(Arc::clone(&built.set));
        }
        built
    }

    fn build(&mut self, t: TypeId) -> Built {
        if let Type::Param(id) = self.types.get(t) {
            return match self.types.param(*id).constraint.get() {
                Some(&constraint) => self.of(constraint),
                None => Built::default(),
            };
        }
        let under = self.types.underlying(t);
        match self.types.get(under) {
            _ if under.is_invalid() => Built::default(),
            Type::Interface(_) if under != t => self.of(under),
            Type::Interface(interface) => self.interface(interface),
            Type::Union(terms) => self.union(terms),
            _ => {
                let terms = Some(vec![Term { tilde: false, ty: t }]);
                Built { set: Arc::new(TypeSet { terms, ..TypeSet::default() }), lasts: true }
            }
        }
    }

    fn interface(&mut self, interface: &Interface) -> Built {
        let mut methods = interface.methods.to_vec();
        let mut terms: Option<Vec<Term>> = None;
        let mut comparable = interface.comparable;
        let mut lasts = true;
        for &embed in &interface.embeds {
            let embedded = self.of(embed);
            lasts &= embedded.lasts;
            methods.extend(&embedded.set.methods);
            terms = match (terms, &embedded.set.terms) {
                (Some(left), Some(right)) => Some(self.types.intersect(&left, right)),
                (left, right) => left.or_else(|| right.clone()),
            };
            comparable |= embedded.set.comparable;
        }
        // Those written in the interface come first and win.
        methods.sort_by_key(|method| (method.name, method.pkg));
        methods.dedup_by_key(|method| (method.name, method.pkg));
        Built { set: Arc::new(TypeSet { methods, terms, comparable }), lasts }
    }

    fn union(&mut self, terms: &[Term]) -> Built {
        let mut all: Vec<Term> = Vec::new();
        let mut lasts = true;
        let mut restricts = true;
        for term in terms {
            let under = self.types.underlying(term.ty);
            if under.is_invalid() {
                lasts = false;
            } else if self.types.is_interface(term.ty) {
                let part = self.of(term.ty);
                lasts &= part.lasts;
                match &part.set.terms {
                    Some(part) => part.iter().for_each(|&term| self.types.unite(&mut all, term)),
                    None => restricts = false,
                }
            } else if !term.tilde || term.ty == under {
                self.types.unite(&mut all, *term);
            }
            if all.len() > MOST_TERMS {
                restricts = false;
                break;
            }
        }
        let terms = restricts.then_some(all);
        Built { set: Arc::new(TypeSet { terms, ..TypeSet::default() }), lasts }
    }
}
