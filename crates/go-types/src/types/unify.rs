//! What type parameters must be for two types to become the same, or nearly so.

use super::{Dir, Lookup, Signature, Type, TypeId, TypeSet, Types};

/// Types that are compared to this depth never end.
const DEEPEST: u32 = 60;

/// Enough steps for any program.
const FUEL: u32 = 50_000;

/// How near is near enough.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// A declared type and a type literal if they are the same underneath; channels of any direction; an interface
    /// and what implements it. So too for the types they are made of.
    Inexact,
    /// The same, but the types they are made of must be identical: as in an assignment.
    Assign,
    /// Identical only.
    Exact,
}

/// Type parameters, and what is known of them.
pub(super) struct Unifier<'a> {
    types: &'a Types,
    params: Vec<TypeId>,
    /// Of each parameter its place in `values`. Parameters that must be the same share one.
    places: Vec<usize>,
    values: Vec<Option<TypeId>>,
    /// Pairs of interfaces that are being compared.
    assumed: Vec<(TypeId, TypeId)>,
    depth: u32,
    fuel: u32,
}

impl<'a> Unifier<'a> {
    pub(super) fn new(types: &'a Types, params: Vec<TypeId>, known: &[Option<TypeId>]) -> Self {
        let mut values = known.to_vec();
        values.resize(params.len(), None);
        let places = (0..params.len()).collect();
        Unifier { types, params, places, values, assumed: Vec::new(), depth: 0, fuel: FUEL }
    }

    /// What is known of the parameter with this number.
    pub(super) fn value(&self, number: usize) -> Option<TypeId> {
        self.values[self.places[number]]
    }

    pub(super) fn set(&mut self, number: usize, t: TypeId) {
        self.values[self.places[number]] = Some(t);
    }

    /// What is known of every parameter.
    pub(super) fn all_values(&self) -> Vec<Option<TypeId>> {
        (0..self.params.len()).map(|number| self.value(number)).collect()
    }

    /// How many parameters are not known.
    pub(super) fn unknowns(&self) -> usize {
        (0..self.params.len()).filter(|&number| self.value(number).is_none()).count()
    }

    /// The number of a type that is one of the parameters.
    pub(super) fn number(&self, t: TypeId) -> Option<usize> {
        self.params.iter().position(|&param| param == t)
    }

    /// Whether `x` and `y` become the same. It may be that only then more is known of the parameters.
    pub(super) fn unify(&mut self, x: TypeId, y: TypeId, mode: Mode) -> bool {
        // Of what is not known nothing can be said against it.
        if x == y || x.is_invalid() || y.is_invalid() {
            return true;
        }
        if self.depth == DEEPEST || self.fuel == 0 {
            return false;
        }
        self.fuel -= 1;
        self.depth += 1;
        let same = self.sides(x, y, mode);
        self.depth -= 1;
        same
    }

    /// Sorts out who is a parameter and who is declared.
    fn sides(&mut self, mut x: TypeId, mut y: TypeId, mode: Mode) -> bool {
        // A declared type goes to the right, a parameter to the left.
        if self.types.is_named(x) || self.number(y).is_some() {
            std::mem::swap(&mut x, &mut y);
        }
        let literal = !self.types.is_named(x) && !self.types.is_type_param(x) && !self.types.is_interface(x);
        if mode != Mode::Exact && literal && self.types.is_named(y) {
            y = self.types.underlying(y);
            if x == y || y.is_invalid() {
                return true;
            }
        }
        match (self.number(x), self.number(y)) {
            (Some(p), Some(q)) => match (self.value(p), self.value(q)) {
                _ if self.places[p] == self.places[q] => true,
                (Some(left), Some(right)) => self.unify(left, right, mode),
                _ => {
                    self.join(p, q);
                    true
                }
            },
            (Some(p), None) => match self.value(p) {
                Some(known) => self.meet(p, known, y, mode),
                None => {
                    self.set(p, y);
                    true
                }
            },
            _ => self.structure(x, y, mode),
        }
    }

    /// Makes two parameters the same, of which one at most is known.
    fn join(&mut self, p: usize, q: usize) {
        let (from, to) = if self.value(p).is_some() { (q, p) } else { (p, q) };
        let (from, to) = (self.places[from], self.places[to]);
        for place in &mut self.places {
            if *place == from {
                *place = to;
            }
        }
    }

    /// A known parameter gets another type: the two must go together, and the better one stays.
    fn meet(&mut self, param: usize, known: TypeId, y: TypeId, mode: Mode) -> bool {
        if !self.unify(known, y, mode) {
            return false;
        }
        let (known_named, named) = (self.types.is_named(known), self.types.is_named(y));
        match (self.types.is_interface(known), self.types.is_interface(y)) {
            (true, true) if known_named && named => return self.types.identical(known, y),
            (true, true) => {
                if self.types.type_set(known).methods.len() != self.types.type_set(y).methods.len() {
                    return false;
                }
            }
            // Either could be meant.
            (true, false) | (false, true) => return false,
            (false, false) => {}
        }
        // A declared type is better, and so is a channel with a direction: values of the other are assignable to it.
        let directed = |t| {
            matches!(self.types.get(self.types.underlying(t)), Type::Chan { dir: Dir::Send | Dir::Recv, .. })
        };
        if mode != Mode::Exact && !known_named && (named || directed(y)) {
            self.set(param, y);
        }
        true
    }

    /// Compares two types neither of which is a parameter that is sought.
    fn structure(&mut self, x: TypeId, y: TypeId, mode: Mode) -> bool {
        if mode != Mode::Exact {
            match (self.types.is_interface(x), self.types.is_interface(y)) {
                (true, true) => return self.interfaces(x, y, false),
                (true, false) => return self.implements(y, x),
                (false, true) => return self.implements(x, y),
                (false, false) => {}
            }
        }
        let (x, y) = if self.types.is_type_param(y) { (y, x) } else { (x, y) };
        let inner = if mode == Mode::Assign { Mode::Exact } else { mode };
        match (self.types.get(x), self.types.get(y)) {
            (Type::Param(_), _) => match self.types.core_type(x) {
                TypeId::INVALID => false,
                core => self.unify(core, y, Mode::Assign),
            },
            (Type::Array { elem, len }, Type::Array { elem: other, len: their_len }) => {
                (len == their_len || *len < 0 || *their_len < 0) && self.unify(*elem, *other, inner)
            }
            (Type::Slice(elem), Type::Slice(other)) | (Type::Pointer(elem), Type::Pointer(other)) => {
                self.unify(*elem, *other, inner)
            }
            (Type::Chan { dir, elem }, Type::Chan { dir: their_dir, elem: other }) => {
                (mode != Mode::Exact || dir == their_dir) && self.unify(*elem, *other, inner)
            }
            (Type::Map { key, value }, Type::Map { key: their_key, value: other }) => {
                self.unify(*key, *their_key, inner) && self.unify(*value, *other, inner)
            }
            (Type::Struct(fields), Type::Struct(theirs)) => {
                fields.len() == theirs.len()
                    && fields.iter().zip(theirs).all(|(f, g)| {
                        f.name == g.name
                            && f.pkg == g.pkg
                            && f.embedded == g.embedded
                            && f.tag == g.tag
                            && self.unify(f.ty, g.ty, inner)
                    })
            }
            (Type::Tuple(parts), Type::Tuple(theirs)) => self.all(parts, theirs, mode),
            (Type::Func(sig), Type::Func(other)) => self.signatures(sig, other, inner),
            (Type::Interface(_), Type::Interface(_)) => self.interfaces(x, y, true),
            (Type::Instance { origin, args }, Type::Instance { origin: other, args: theirs }) => {
                origin == other && self.all(args, theirs, mode)
            }
            _ => false,
        }
    }

    fn all(&mut self, xs: &[TypeId], ys: &[TypeId], mode: Mode) -> bool {
        xs.len() == ys.len() && xs.iter().zip(ys).all(|(&x, &y)| self.unify(x, y, mode))
    }

    fn signatures(&mut self, x: &Signature, y: &Signature, mode: Mode) -> bool {
        x.variadic == y.variadic
            && self.all(&x.params, &y.params, mode)
            && self.all(&x.results, &y.results, mode)
    }

    /// Two interfaces: their methods are the same, or one has all that the other has.
    fn interfaces(&mut self, x: TypeId, y: TypeId, exact: bool) -> bool {
        if self.assumed.contains(&(x, y)) {
            return true;
        }
        let (left, right) = (self.types.type_set(x), self.types.type_set(y));
        if left.comparable != right.comparable
            || !self.same_terms(&left, &right)
            || exact && left.methods.len() != right.methods.len()
        {
            return false;
        }
        let (fewer, more) =
            if left.methods.len() > right.methods.len() { (right, left) } else { (left, right) };
        self.assumed.push((x, y));
        let same = fewer.methods.iter().all(|method| {
            let same = more.methods.iter().find(|other| other.name == method.name && other.pkg == method.pkg);
            same.is_some_and(|other| self.unify(method.sig, other.sig, Mode::Exact))
        });
        self.assumed.pop();
        same
    }

    fn same_terms(&self, x: &TypeSet, y: &TypeSet) -> bool {
        let (x, y) = (x.terms.as_deref(), y.terms.as_deref());
        self.types.is_subset(x, y) && self.types.is_subset(y, x)
    }

    /// All methods of an interface are those of another type.
    fn implements(&mut self, t: TypeId, interface: TypeId) -> bool {
        let set = self.types.type_set(interface);
        set.methods.iter().all(|want| match self.types.lookup_value(t, want.name, want.pkg) {
            Lookup::Method { sig, .. } => {
                let generic = matches!(self.types.get(sig), Type::Func(sig) if !sig.type_params.is_empty());
                !generic && self.unify(want.sig, sig, Mode::Exact)
            }
            _ => false,
        })
    }
}
