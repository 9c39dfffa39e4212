//! Copies of type parameters.
//!
//! A generic method of a generic type has type parameters of its own. When the type gets its arguments, the
//! constraints of these change, so they become other type parameters. Inference too works on copies, since a generic
//! function may call itself. The same copies are made only once.

use std::sync::Mutex;

use rustc_hash::FxHashMap;

use super::{Type, TypeId, Types};

/// All copies, by what they are copies for.
#[derive(Default)]
pub(crate) struct Fresh(Mutex<FxHashMap<Purpose, Box<[TypeId]>>>);

#[derive(PartialEq, Eq, Hash)]
struct Purpose {
    own: Box<[TypeId]>,
    params: Box<[TypeId]>,
    args: Box<[TypeId]>,
    number: u32,
}

impl Types {
    /// Copies of the type parameters `own`, in whose constraints `args` stand for `params`, and the copies for
    /// themselves. Different `number`s are different copies.
    pub(super) fn fresh_params(
        &self,
        own: &[TypeId],
        params: &[TypeId],
        args: &[TypeId],
        number: u32,
    ) -> Box<[TypeId]> {
        let purpose = Purpose { own: own.into(), params: params.into(), args: args.into(), number };
        let copies = {
            // A thread that panics while it holds the lock leaves the table as it was.
            let mut known = self.fresh.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            known
                .entry(purpose)
                .or_insert_with(|| own.iter().map(|&param| self.copy_param(param)).collect())
                .clone()
        };
        // Every thread sets the constraints, so that none sees them unset. They are the same for all.
        let all_params: Vec<_> = params.iter().chain(own).copied().collect();
        let all_args: Vec<_> = args.iter().chain(&copies).copied().collect();
        for (&param, &copy) in own.iter().zip(&copies) {
            let (Type::Param(param), Type::Param(copy)) = (self.get(param), self.get(copy)) else { continue };
            let copied = &self.param(*copy).constraint;
            if let (None, Some(&constraint)) = (copied.get(), self.param(*param).constraint.get()) {
                let _ = copied.set(self.subst(constraint, &all_params, &all_args));
            }
        }
        copies
    }

    fn copy_param(&self, param: TypeId) -> TypeId {
        match self.get(param) {
            Type::Param(id) => self.declare_param(self.param(*id).name, self.param(*id).index),
            _ => param,
        }
    }
}
