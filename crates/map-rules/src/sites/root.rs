//! The variable or field that a map is found through.

use go_syntax::ExprId;
use go_syntax::ast::Expr;
use go_types::{ObjKind, VarKind};

use crate::context::Context;

/// Its name: `path.Var` for a variable of a package, `path.Type.field` for a field, else the variable's own. A
/// function's result is `name()`.
pub(crate) fn root(context: &Context<'_>, mut e: ExprId) -> String {
    let tree = &context.info.tree;
    let names = &context.program.types.names;
    let mut calls = String::new();
    loop {
        e = tree.unparen(e);
        let found = match tree.expr(e) {
            Expr::Ident { .. } => match context.used(e) {
                Some((obj, object)) => match object.kind {
                    ObjKind::Var(VarKind::Global) => {
                        format!("{}.{}", context.path(obj.pkg), names.text(object.name))
                    }
                    ObjKind::Var(_) => names.text(object.name).to_owned(),
                    ObjKind::Func if !calls.is_empty() => names.text(object.name).to_owned(),
                    _ => return String::new(),
                },
                None => return String::new(),
            },
            Expr::Selector { sel, .. } => match context.info.selection(e) {
                Some(selection) => {
                    let (owner, _) = context.program.types.deref(selection.recv);
                    format!("{}.{}", context.display(owner), tree.name(sel.sym))
                }
                None => match context.used(e) {
                    Some((obj, object)) => format!("{}.{}", context.path(obj.pkg), names.text(object.name)),
                    None => return String::new(),
                },
            },
            Expr::Index { x, .. } | Expr::Slice { x, .. } | Expr::Star { x } | Expr::TypeAssert { x, .. } => {
                e = x;
                continue;
            }
            Expr::Call { fun, .. } => {
                calls.push_str("()");
                e = fun;
                continue;
            }
            _ => return String::new(),
        };
        return found + &calls;
    }
}
