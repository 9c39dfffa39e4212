//! Sets of types as lists of terms.
//!
//! Types are compared by number here. To ask whether they are [identical](Types::identical) may need type sets, and
//! these are made of what is in this file.

use super::{Term, TypeId, Types};

impl Types {
    /// Whether no type is in both.
    fn disjoint(&self, left: Term, right: Term) -> bool {
        let left_ty = if right.tilde { self.underlying(left.ty) } else { left.ty };
        let right_ty = if left.tilde { self.underlying(right.ty) } else { right.ty };
        left_ty != right_ty
    }

    /// What is in both lists.
    pub(super) fn intersect(&self, left: &[Term], right: &[Term]) -> Vec<Term> {
        let mut both = Vec::new();
        for &l in left {
            for &r in right {
                if !self.disjoint(l, r) {
                    self.unite(&mut both, if l.tilde { r } else { l });
                }
            }
        }
        both
    }

    /// Puts a term into a list of terms, none of which is part of another.
    pub(super) fn unite(&self, all: &mut Vec<Term>, term: Term) {
        match all.iter_mut().find(|known| !self.disjoint(**known, term)) {
            Some(known) if !known.tilde && term.tilde => {
                *known = term;
                let mut first = true;
                // Others that it includes go.
                all.retain(|&other| self.disjoint(other, term) || std::mem::take(&mut first));
            }
            Some(_) => {}
            None => all.push(term),
        }
    }

    /// Whether a type is in the set.
    pub(super) fn term_includes(&self, term: Term, t: TypeId) -> bool {
        self.identical(term.ty, if term.tilde { self.underlying(t) } else { t })
    }

    /// Whether every type of `part` is in `whole`; `None` are all types.
    pub(super) fn is_subset(&self, part: Option<&[Term]>, whole: Option<&[Term]>) -> bool {
        let (Some(part), Some(whole)) = (part, whole) else { return whole.is_none() };
        let in_whole = |&p: &Term| whole.iter().any(|&w| !self.disjoint(p, w) && (!p.tilde || w.tilde));
        part.iter().all(in_whole)
    }
}
