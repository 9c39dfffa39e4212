//! Functions of the standard library that write to a map they are given.

use go_syntax::ast::Expr;
use go_syntax::{ExprId, Tree};
use go_types::{MethodRef, ObjKind};

use crate::context::Context;

/// Functions: their package, name, and both.
const FUNCTIONS: &[(&str, &str, &str)] = &[
    ("maps", "Copy", "maps.Copy"),
    ("maps", "DeleteFunc", "maps.DeleteFunc"),
    ("maps", "Insert", "maps.Insert"),
    ("maps", "Clone", "maps.Clone"),
    ("maps", "Collect", "maps.Collect"),
];

/// Methods of `reflect.Value`.
const METHODS: &[(&str, &str)] = &[("SetMapIndex", "reflect.SetMapIndex"), ("Clear", "reflect.Clear")];

/// What is called, without parentheses and type arguments.
pub(crate) fn called(tree: &Tree, fun: ExprId) -> ExprId {
    match tree.expr(tree.unparen(fun)) {
        Expr::Index { x, .. } | Expr::IndexList { x, .. } => tree.unparen(x),
        _ => tree.unparen(fun),
    }
}

/// The name of the function of the library that `fun` is, and whether it is a method of what it writes to.
pub(super) fn writes(context: &Context<'_>, fun: ExprId) -> Option<(&'static str, bool)> {
    let names = &context.program.types.names;
    if let Some(selection) = context.info.selection(fun) {
        let Some(MethodRef::Declared { func, .. }) = selection.method else { return None };
        let function = context.object(func).filter(|_| context.path(func.pkg) == "reflect")?;
        let name = names.text(function.name);
        return METHODS.iter().find(|(method, _)| *method == name).map(|(_, full)| (*full, true));
    }
    let (obj, function) = context.used(fun)?;
    if !matches!(function.kind, ObjKind::Func) {
        return None;
    }
    let (path, name) = (context.path(obj.pkg), names.text(function.name));
    let found = FUNCTIONS.iter().find(|(package, function, _)| *package == path && *function == name);
    found.map(|(.., full)| (*full, false))
}
