//! The function around a place, named as stacks name it.

use go_syntax::ast::{Decl, Expr, FuncDecl};
use go_syntax::{Event, ExprId, Node, Tree};

use crate::context::Context;

/// Its name without the package (`(*T).m`, `f.func1.2`; `init` outside of functions), and whether it is generic.
pub(crate) fn around(context: &Context<'_>, path: &[Node]) -> (String, bool) {
    let tree = &context.info.tree;
    let (mut name, mut generic) = (String::from("init"), false);
    let mut literals = 0;
    for (at, &node) in path.iter().enumerate() {
        match node {
            Node::Decl(id) => {
                if let Decl::Func(func) = tree.decl(id) {
                    (name, generic) = declared(tree, func);
                }
            }
            Node::Expr(id) if matches!(tree.expr(id), Expr::FuncLit { .. }) => {
                let separator = if literals == 0 { ".func" } else { "." };
                name = format!("{name}{separator}{}", number(tree, &path[..at], id));
                literals += 1;
            }
            _ => {}
        }
    }
    (name, generic)
}

fn declared(tree: &Tree, func: FuncDecl) -> (String, bool) {
    let name = tree.name(func.name.sym);
    let Some(field) = tree.fields(func.recv).first() else {
        return (name.to_owned(), !tree.sig(func.sig).type_params.is_absent());
    };
    let (mut e, mut pointer, mut generic) = (field.ty, false, false);
    loop {
        e = match tree.expr(e) {
            Expr::Paren { x, .. } => x,
            Expr::Star { x } => {
                pointer = true;
                x
            }
            Expr::Index { x, .. } | Expr::IndexList { x, .. } => {
                generic = true;
                x
            }
            _ => break,
        };
    }
    let base = String::from_utf8_lossy(tree.text(tree.expr_span(e)));
    generic |= !tree.sig(func.sig).type_params.is_absent();
    if pointer { (format!("(*{base}).{name}"), generic) } else { (format!("{base}.{name}"), generic) }
}

/// Counts the function literals of the function around, up to this one.
fn number(tree: &Tree, outer: &[Node], literal: ExprId) -> usize {
    let is_function = |node: &&Node| match node {
        Node::Expr(id) => matches!(tree.expr(*id), Expr::FuncLit { .. }),
        Node::Decl(id) => matches!(tree.decl(*id), Decl::Func(_)),
        _ => false,
    };
    let start = tree.start(literal);
    match outer.iter().rfind(is_function) {
        Some(&around) => count(tree, around, start),
        // Outside of functions: among all of the file.
        None => tree.decls().iter().map(|&decl| count(tree, Node::Decl(decl), start)).sum(),
    }
}

fn count(tree: &Tree, around: Node, upto: go_syntax::Pos) -> usize {
    if let Node::Decl(id) = around
        && let Decl::Func(_) = tree.decl(id)
        && !tree.decl_span(id).range().contains(&upto.index())
    {
        return 0;
    }
    let (mut count, mut inside) = (0, 0);
    for event in tree.walk(around) {
        let is_literal = |node| match node {
            Node::Expr(id) => node != around && matches!(tree.expr(id), Expr::FuncLit { .. }),
            _ => false,
        };
        match event {
            Event::Enter(node @ Node::Expr(id)) if is_literal(node) => {
                if inside == 0 && tree.start(id) <= upto {
                    count += 1;
                }
                inside += 1;
            }
            Event::Leave(node) if is_literal(node) => inside -= 1,
            _ => {}
        }
    }
    count
}
