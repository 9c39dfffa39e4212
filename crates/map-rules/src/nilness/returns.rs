//! Functions that give nil.

use go_syntax::ast::{Decl, Expr, Stmt};
use go_syntax::{Event, ExprId, Node, StmtId};
use go_types::{ObjRef, Type};

use crate::context::Context;
use crate::writes::decl_around;

/// What is known of a result of a function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Gives {
    /// Nothing.
    Anything,
    /// It is always nil.
    Nil,
    /// It is nil whenever the last result, an error, is not.
    NilWithError,
}

/// What a function gives as its result number `at`.
pub(crate) fn gives(context: &Context<'_>, func: ObjRef, at: usize) -> Gives {
    let Some(Type::Func(sig)) = context.object(func).map(|object| context.program.types.get(object.ty))
    else {
        return Gives::Anything;
    };
    let found = declaration(context, func).and_then(|(of, body)| look(&of, body, at, sig.results.len()));
    found.unwrap_or(Gives::Anything)
}

/// The body of a function, and the file that it is in.
pub(crate) fn declaration<'a>(context: &Context<'a>, func: ObjRef) -> Option<(Context<'a>, StmtId)> {
    let (file, pos) = context.object(func)?.pos?;
    let package =
        if func.pkg == context.package.id { context.package } else { context.program.package(func.pkg)? };
    let of = Context { package, info: package.files.get(file as usize)?, ..*context };
    let Decl::Func(decl) = of.info.tree.decl(decl_around(&of.info.tree, pos)?) else { return None };
    let body = (decl.name.pos == pos).then_some(decl.body)??;
    matches!(of.info.tree.stmt(body), Stmt::Block { .. }).then_some((of, body))
}

fn look(context: &Context<'_>, body: StmtId, at: usize, count: usize) -> Option<Gives> {
    let (mut always, mut with_error, mut errors) = (true, true, 0);
    let mut returns = 0;
    for results in returned(context, body) {
        // `return f()` with several results gives whatever f does.
        if results.len() != count {
            return None;
        }
        let &result = results.get(at)?;
        let &last = results.last()?;
        returns += 1;
        let nil = is_nil_map(context, result);
        always &= nil;
        let is_error = context.program.types.is_interface(context.info.type_of(last));
        if at + 1 < results.len() && is_error && !context.is_nil(last) {
            errors += 1;
            with_error &= nil;
        }
    }
    match returns {
        0 => None,
        _ if always => Some(Gives::Nil),
        _ if with_error && errors > 0 => Some(Gives::NilWithError),
        _ => None,
    }
}

/// What each `return` of a body returns; not those of functions inside.
pub(crate) fn returned<'a>(context: &Context<'a>, body: StmtId) -> Vec<&'a [ExprId]> {
    let tree = &context.info.tree;
    let mut found = Vec::new();
    let mut walk = tree.walk(Node::Stmt(body));
    while let Some(event) = walk.next() {
        match event {
            Event::Enter(Node::Expr(id)) if matches!(tree.expr(id), Expr::FuncLit { .. }) => {
                walk.skip_children();
            }
            Event::Enter(Node::Stmt(id)) => {
                if let Stmt::Return { results } = tree.stmt(id) {
                    found.push(tree.exprs(results));
                }
            }
            _ => {}
        }
    }
    found
}

/// `nil`, or a conversion of it.
pub(crate) fn is_nil_map(context: &Context<'_>, e: ExprId) -> bool {
    let tree = &context.info.tree;
    let e = tree.unparen(e);
    match tree.expr(e) {
        Expr::Call { fun, args, .. } => {
            let [arg] = tree.exprs(args) else { return false };
            let conversion = matches!(context.info.mode(tree.unparen(fun)), go_types::Mode::Type);
            conversion && context.is_nil(*arg) && context.is_map(e)
        }
        _ => context.is_nil(e),
    }
}

/// The function declared with a body that a call calls.
pub(crate) fn callee(context: &Context<'_>, call: ExprId) -> Option<ObjRef> {
    let tree = &context.info.tree;
    let Expr::Call { fun, .. } = tree.expr(tree.unparen(call)) else { return None };
    let fun = crate::sites::called(tree, fun);
    if let Some(selection) = context.info.selection(fun) {
        return match selection.method? {
            go_types::MethodRef::Declared { func, .. } => Some(func),
            go_types::MethodRef::Interface { .. } => None,
        };
    }
    let (obj, object) = context.used(fun)?;
    let is_func = matches!(context.program.types.get(object.ty), Type::Func(_));
    (matches!(object.kind, go_types::ObjKind::Func) && is_func).then_some(obj)
}
