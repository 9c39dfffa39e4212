//! The one underlying type that all types of a type set have.

use super::{Basic, Dir, Type, TypeId, Types};

impl Types {
    /// The single underlying type of all that `t`, an interface or a type parameter, stands for; the underlying type
    /// of any other. Channels may differ in direction. Invalid if there is none.
    pub fn core_type(&self, t: TypeId) -> TypeId {
        self.all_under(t, |common, under| self.common(common, under))
    }

    /// The core type, but bytes and strings together are a string: what `range`, `append`, `copy` and slicing take.
    pub fn core_string(&self, t: TypeId) -> TypeId {
        let bytes = self.slice(TypeId::UINT8);
        let is_bytes = |under| under == TypeId::STRING || under == bytes;
        self.all_under(t, |common, under| {
            if common != under && is_bytes(common) && is_bytes(under) {
                Some(TypeId::STRING)
            } else {
                self.common(common, under)
            }
        })
    }

    /// Types of key and value, if all that `t` stands for are maps with the same type of key. The type of the value
    /// is invalid if they differ in it.
    pub fn as_map(&self, t: TypeId) -> Option<(TypeId, TypeId)> {
        let common = self.all_under(t, |common, under| match (self.get(common), self.get(under)) {
            (Type::Map { key, value }, Type::Map { key: other, value: theirs })
                if self.identical(*key, *other) =>
            {
                let same = self.identical(*value, *theirs);
                Some(if same { common } else { self.intern(Type::Map { key: *key, value: TypeId::INVALID }) })
            }
            _ => None,
        });
        match self.get(common) {
            Type::Map { key, value } => Some((*key, *value)),
            _ => None,
        }
    }

    /// Whether all that `t` stands for have a predeclared type underneath that satisfies `pred`, and there is one.
    pub fn all_basic(&self, t: TypeId, pred: impl Fn(Basic) -> bool) -> bool {
        let fits = |t| self.as_basic(t).is_some_and(&pred);
        match self.has_terms(t) {
            false => fits(t),
            true => {
                let set = self.type_set(t);
                let terms = set.terms.as_deref().unwrap_or_default();
                !terms.is_empty() && terms.iter().all(|term| fits(term.ty))
            }
        }
    }

    fn has_terms(&self, t: TypeId) -> bool {
        self.is_type_param(t) || self.is_interface(t)
    }

    /// What `join` makes of the underlying types of all terms, one after the other.
    fn all_under(&self, t: TypeId, join: impl Fn(TypeId, TypeId) -> Option<TypeId>) -> TypeId {
        if !self.has_terms(t) {
            return self.underlying(t);
        }
        let set = self.type_set(t);
        let mut unders = set.terms.iter().flatten().map(|term| self.underlying(term.ty));
        let Some(first) = unders.next() else { return TypeId::INVALID };
        unders.try_fold(first, join).unwrap_or(TypeId::INVALID)
    }

    fn common(&self, one: TypeId, other: TypeId) -> Option<TypeId> {
        if let (Type::Chan { dir, elem }, Type::Chan { dir: their_dir, elem: their_elem }) =
            (self.get(one), self.get(other))
        {
            return match (dir, their_dir) {
                _ if !self.identical(*elem, *their_elem) => None,
                (left, right) if left == right => Some(one),
                (Dir::Both, _) => Some(other),
                (_, Dir::Both) => Some(one),
                _ => None,
            };
        }
        self.identical(one, other).then_some(one)
    }
}
