//! Which types are identical, and which are comparable.
//!
//! Mostly a type's number says what it is. But an interface may be put together from others in many ways, and a
//! generic function's type parameters may have any names.

use rustc_hash::FxHashSet;

use super::{Signature, Type, TypeId, Types};

/// Enough for any program; those that need more are not identical.
const FUEL: u32 = 10_000;

/// As deep as that, types that are compared can be nested only if they never end.
const DEEPEST: u32 = 200;

impl Types {
    /// Whether the language takes both for the same type.
    pub fn identical(&self, x: TypeId, y: TypeId) -> bool {
        if x == y {
            return true;
        }
        // Types of which there is one spelling only are the commonest by far.
        if !self.entry(x).shape.loose && !self.entry(y).shape.loose {
            return false;
        }
        Identity { types: self, assumed: Vec::new(), renamed: Vec::new(), fuel: FUEL, depth: 0 }.of(x, y)
    }

    /// Whether values of the type can be compared with `==`, so be keys of maps. Those of interfaces can, though it may
    /// panic; those of a type parameter if they can for all types that it stands for. Invalid types can.
    pub fn is_comparable(&self, t: TypeId) -> bool {
        let mut seen = FxHashSet::default();
        let mut open = vec![t];
        while let Some(t) = open.pop() {
            if !seen.insert(t) {
                continue;
            }
            if seen.len() as u32 > FUEL {
                return false;
            }
            match self.get(self.underlying(t)) {
                Type::Basic(_) | Type::Pointer(_) | Type::Chan { .. } => {}
                Type::Array { elem, .. } => open.push(*elem),
                Type::Struct(fields) => open.extend(fields.iter().map(|field| field.ty)),
                Type::Interface(_) if !self.is_type_param(t) => {}
                Type::Interface(_) => {
                    let set = self.type_set(t);
                    match &set.terms {
                        _ if set.comparable => {}
                        Some(terms) if !terms.is_empty() => open.extend(terms.iter().map(|term| term.ty)),
                        _ => return false,
                    }
                }
                _ => return false,
            }
        }
        true
    }
}

struct Identity<'a> {
    types: &'a Types,
    /// Pairs of interfaces that are being compared: they are identical unless something else says no.
    assumed: Vec<(TypeId, TypeId)>,
    /// Type parameters of generic functions that are being compared.
    renamed: Vec<(TypeId, TypeId)>,
    fuel: u32,
    depth: u32,
}

impl Identity<'_> {
    fn of(&mut self, x: TypeId, y: TypeId) -> bool {
        if x == y {
            return true;
        }
        let (left, right) = (self.types.entry(x), self.types.entry(y));
        let renamed = !self.renamed.is_empty() && left.shape.open && right.shape.open;
        if self.fuel == 0 || self.depth == DEEPEST || !renamed && !left.shape.loose && !right.shape.loose {
            return false;
        }
        self.fuel -= 1;
        self.depth += 1;
        let same = self.parts((x, &left.ty), (y, &right.ty));
        self.depth -= 1;
        same
    }

    fn parts(&mut self, (x, left): (TypeId, &Type), (y, right): (TypeId, &Type)) -> bool {
        match (left, right) {
            (Type::Param(_), Type::Param(_)) => self.renamed.contains(&(x, y)),
            (Type::Instance { origin, args }, Type::Instance { origin: other, args: theirs }) => {
                origin == other && self.all(args, theirs)
            }
            (Type::Tuple(parts), Type::Tuple(theirs)) => self.all(parts, theirs),
            (Type::Pointer(elem), Type::Pointer(other)) | (Type::Slice(elem), Type::Slice(other)) => {
                self.of(*elem, *other)
            }
            (Type::Array { elem, len }, Type::Array { elem: other, len: their_len }) => {
                (len == their_len || *len < 0 || *their_len < 0) && self.of(*elem, *other)
            }
            (Type::Chan { dir, elem }, Type::Chan { dir: their_dir, elem: other }) => {
                dir == their_dir && self.of(*elem, *other)
            }
            (Type::Map { key, value }, Type::Map { key: their_key, value: other }) => {
                self.of(*key, *their_key) && self.of(*value, *other)
            }
            (Type::Struct(fields), Type::Struct(theirs)) => {
                fields.len() == theirs.len()
                    && fields.iter().zip(theirs).all(|(f, g)| {
                        f.name == g.name
                            && f.pkg == g.pkg
                            && f.embedded == g.embedded
                            && f.tag == g.tag
                            && self.of(f.ty, g.ty)
                    })
            }
            (Type::Func(sig), Type::Func(other)) => self.signatures(sig, other),
            (Type::Interface(_), Type::Interface(_)) | (Type::Union(_), Type::Union(_)) => {
                if self.assumed.contains(&(x, y)) {
                    return true;
                }
                self.assumed.push((x, y));
                let same = self.interfaces(x, y);
                self.assumed.pop();
                same
            }
            _ => false,
        }
    }

    fn all(&mut self, xs: &[TypeId], ys: &[TypeId]) -> bool {
        xs.len() == ys.len() && xs.iter().zip(ys).all(|(&x, &y)| self.of(x, y))
    }

    fn signatures(&mut self, x: &Signature, y: &Signature) -> bool {
        if x.variadic != y.variadic || x.type_params.len() != y.type_params.len() {
            return false;
        }
        let outside = self.renamed.len();
        self.renamed.extend(x.type_params.iter().copied().zip(y.type_params.iter().copied()));
        let same = x.type_params.iter().zip(&y.type_params).all(|(&p, &q)| self.constraints(p, q))
            && self.all(&x.params, &y.params)
            && self.all(&x.results, &y.results);
        self.renamed.truncate(outside);
        same
    }

    fn constraints(&mut self, p: TypeId, q: TypeId) -> bool {
        match (self.types.get(p), self.types.get(q)) {
            (Type::Param(p), Type::Param(q)) => {
                let (p, q) = (self.types.param(*p).constraint.get(), self.types.param(*q).constraint.get());
                match (p, q) {
                    (Some(&p), Some(&q)) => self.of(p, q),
                    _ => p == q,
                }
            }
            _ => false,
        }
    }

    fn interfaces(&mut self, x: TypeId, y: TypeId) -> bool {
        let (x, y) = (self.types.type_set(x), self.types.type_set(y));
        let methods = x.methods.len() == y.methods.len()
            && x.methods.iter().zip(&y.methods).all(|(m, n)| m.name == n.name && m.pkg == n.pkg);
        if !methods || x.comparable != y.comparable {
            return false;
        }
        let terms = match (&x.terms, &y.terms) {
            (None, None) => true,
            (Some(xs), Some(ys)) => {
                xs.len() == ys.len()
                    && xs.iter().all(|m| ys.iter().any(|n| m.tilde == n.tilde && self.of(m.ty, n.ty)))
            }
            _ => false,
        };
        terms && x.methods.iter().zip(&y.methods).all(|(m, n)| self.of(m.sig, n.sig))
    }
}
