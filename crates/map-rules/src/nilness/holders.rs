//! What holds maps, and what can put a map into it.

use go_syntax::ExprId;
use go_syntax::ast::Expr;
use go_types::{Builtin, ObjKind, ObjRef, Type, TypeId, VarKind};

use crate::context::Context;

pub(super) fn is_local(context: &Context<'_>, obj: ObjRef) -> bool {
    context
        .object(obj)
        .is_some_and(|object| matches!(object.kind, ObjKind::Var(VarKind::Local | VarKind::Result)))
}

/// Whether a type is a map, slice or array of maps.
pub(super) fn holds_maps(context: &Context<'_>, ty: TypeId) -> bool {
    let types = &context.program.types;
    match types.get(types.underlying(ty)) {
        Type::Map { value: elem, .. } | Type::Slice(elem) | Type::Array { elem, .. } => {
            context.is_map_type(*elem)
        }
        _ => false,
    }
}

/// Whether a value holds no map: `nil`, `make(…)`, `T{}`.
pub(super) fn is_empty(context: &Context<'_>, e: ExprId) -> bool {
    let tree = &context.info.tree;
    match tree.expr(tree.unparen(e)) {
        Expr::Call { fun, .. } => context.builtin(fun) == Some(Builtin::Make),
        Expr::Composite { elts, .. } => elts.is_empty(),
        _ => context.is_nil(e),
    }
}

/// Whether a function changes nothing in what it is given.
pub(super) fn only_looks(context: &Context<'_>, fun: ExprId) -> bool {
    if let Some(builtin) = context.builtin(fun) {
        return matches!(builtin, Builtin::Len | Builtin::Cap | Builtin::Delete | Builtin::Clear);
    }
    context.used(fun).is_some_and(|(obj, object)| {
        matches!(object.kind, ObjKind::Func) && matches!(context.path(obj.pkg), "fmt" | "log")
    })
}
