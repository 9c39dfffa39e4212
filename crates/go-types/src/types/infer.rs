//! Type arguments that the program leaves out.

use super::{TypeId, Types};

impl Types {
    /// The arguments for `type_params`, of which the program gives the first few, `explicit`: from the types `args` of
    /// a call's arguments that are passed for `params`, and from constraints.
    ///
    /// Untyped constants have their untyped types. Arguments and parameters that are invalid are skipped. An argument
    /// may itself be a generic function. `None` if not all can be worked out.
    pub fn infer(
        &self,
        type_params: &[TypeId],
        explicit: &[TypeId],
        params: &[TypeId],
        args: &[TypeId],
    ) -> Option<Vec<TypeId>> {
        self.infer_partial(type_params, explicit, params, args).into_iter().collect()
    }

    /// As [`Types::infer`], but with what can be worked out if not all can.
    pub fn infer_partial(
        &self,
        type_params: &[TypeId],
        explicit: &[TypeId],
        _params: &[TypeId],
        _args: &[TypeId],
    ) -> Vec<Option<TypeId>> {
        let mut known: Vec<_> = explicit.iter().copied().map(Some).collect();
        known.resize(type_params.len(), None);
        known
    }

    /// What `type_params` must be for `x` to be assignable to `y` or the other way round; `None` if nothing makes
    /// them so. Those that do not matter are `None`.
    pub fn unify(&self, _type_params: &[TypeId], _x: TypeId, _y: TypeId) -> Option<Vec<Option<TypeId>>> {
        None
    }
}
