//! The lines of the calls that fill a map literal.
//!
//! An entry whose key and value are both constant has a call at the line of its value. If there are many, one call in a
//! loop sets all of them; its line is that of the last field of a struct among the values, or else among the keys, or
//! else of the literal's `{`. Any other entry has its call at the line of the `{`. (docs/sites-vs-compiler.md)

use go_syntax::ast::{Expr, UnaryOp};
use go_syntax::{ExprId, List, Pos, Tree};
use go_types::{Mode, ObjKind, Type, TypeId};

use crate::context::Context;

/// How many constant entries the compiler sets one by one. More come from two arrays, in a loop.
const MANY: usize = 25;

/// Places on the lines of the calls, each line once, in order.
pub(super) fn calls(context: &Context<'_>, ty: TypeId, elts: List<ExprId>, lbrace: Pos) -> Vec<Pos> {
    let tree = &context.info.tree;
    let Some((key_type, value_type)) = context.program.types.as_map(ty) else { return vec![lbrace] };
    let (mut constant, mut calls) = (Vec::new(), Vec::new());
    for &elt in tree.exprs(elts) {
        let Expr::KeyValue { key, value, .. } = tree.expr(elt) else { continue };
        if is_static(context, key, key_type) && is_static(context, value, value_type) {
            constant.push((key, value));
        } else {
            calls.push(lbrace);
        }
    }
    if constant.len() > MANY {
        let keys = constant.iter().map(|(key, _)| *key);
        let mut at = lbrace;
        keys.chain(constant.iter().map(|(_, value)| *value)).for_each(|e| last_field(context, e, &mut at));
        calls.push(at);
    } else {
        calls.extend(constant.iter().map(|(_, value)| token(tree, *value)));
    }
    calls.sort();
    calls.dedup_by_key(|at| tree.line(*at));
    calls
}

/// Sets `at` to where the last field of a struct is set in a constant expression, if there is one.
fn last_field(context: &Context<'_>, e: ExprId, at: &mut Pos) {
    let tree = &context.info.tree;
    let e = tree.unparen(e);
    let Expr::Composite { elts, .. } = tree.expr(e) else { return };
    let types = &context.program.types;
    let is_struct = matches!(types.get(types.underlying(context.info.type_of(e))), Type::Struct(_));
    for &elt in tree.exprs(elts) {
        let (place, element) = match tree.expr(elt) {
            Expr::KeyValue { key, value, .. } => (token(tree, key), value),
            _ => (token(tree, elt), elt),
        };
        if is_struct {
            *at = place;
        }
        last_field(context, element, at);
    }
}

/// Whether the compiler can lay an expression down in read-only data, as a value of the type wanted. What it converts
/// to an interface has been given a name by then.
fn is_static(context: &Context<'_>, e: ExprId, wanted: TypeId) -> bool {
    let info = context.info;
    let (tree, types) = (&info.tree, &context.program.types);
    let e = tree.unparen(e);
    let own = info.type_of(e);
    if own == TypeId::UNTYPED_NIL {
        return true;
    }
    if types.is_type_param(wanted) || types.is_type_param(own) {
        return was_constant(context, e);
    }
    if types.is_interface(wanted) {
        return false;
    }
    if info.mode(e) == Mode::Const {
        return true;
    }
    let Expr::Composite { elts, .. } = tree.expr(e) else { return false };
    let elts = tree.exprs(elts);
    match types.get(types.underlying(own)) {
        Type::Array { elem, .. } => elts.iter().all(|&elt| is_static(context, value_of(tree, elt), *elem)),
        Type::Struct(fields) => elts.iter().enumerate().all(|(at, &elt)| {
            let field = match tree.expr(elt) {
                Expr::KeyValue { key, .. } => info
                    .selection(key)
                    .and_then(|selection| selection.path.last())
                    .map(|&field| field as usize),
                _ => Some(at),
            };
            let field = field.and_then(|field| fields.get(field));
            field.is_some_and(|field| is_static(context, value_of(tree, elt), field.ty))
        }),
        _ => false,
    }
}

fn value_of(tree: &Tree, elt: ExprId) -> ExprId {
    match tree.expr(elt) {
        Expr::KeyValue { value, .. } => value,
        _ => elt,
    }
}

/// Whether an expression of a type parameter's type is made from constants without a type: in an instance it is a
/// constant.
fn was_constant(context: &Context<'_>, e: ExprId) -> bool {
    let tree = &context.info.tree;
    let e = tree.unparen(e);
    match tree.expr(e) {
        Expr::Lit { .. } => true,
        Expr::Ident { .. } | Expr::Selector { .. } => {
            context.used(e).is_some_and(|(_, object)| matches!(object.kind, ObjKind::Const(_)))
        }
        Expr::Unary { op, x } => !matches!(op, UnaryOp::Addr | UnaryOp::Recv) && was_constant(context, x),
        Expr::Binary { x, y, .. } => was_constant(context, x) && was_constant(context, y),
        // A conversion is not.
        _ => false,
    }
}

/// Where the compiler's parser sees an expression: at the token that makes it what it is.
fn token(tree: &Tree, e: ExprId) -> Pos {
    match tree.expr(e) {
        Expr::Paren { x, .. } => token(tree, x),
        // The dot.
        Expr::Selector { x, .. } => tree.expr_end(x),
        Expr::Binary { op_pos, .. } => op_pos,
        Expr::Call { lparen, .. } => lparen,
        Expr::Index { lbrack, .. } => lbrack,
        Expr::Composite { lbrace, .. } => lbrace,
        _ => tree.start(e),
    }
}
