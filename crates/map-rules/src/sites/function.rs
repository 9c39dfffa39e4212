//! The function around a place, named as stacks name it.

use go_syntax::ast::{Decl, Expr, FuncDecl};
use go_syntax::{Event, Node, Tree};

use crate::context::Context;

/// The functions around the present node, the outermost first.
pub(crate) struct Around {
    all: Vec<Function>,
}

struct Function {
    name: String,
    generic: bool,
    /// Function literals in it so far, those in other literals not counted.
    literals: usize,
    /// Whether it is a literal itself.
    is_literal: bool,
}

impl Around {
    /// The start of a file: literals outside of functions are counted among all of the file.
    pub(crate) fn new() -> Around {
        let file = Function { name: "init".to_owned(), generic: false, literals: 0, is_literal: false };
        Around { all: vec![file] }
    }

    /// Its name without the package (`(*T).m`, `f.func1.2`; `init` outside of functions), and whether it is generic.
    pub(crate) fn present(&self) -> (String, bool) {
        self.all.last().map(|function| (function.name.clone(), function.generic)).unwrap_or_default()
    }

    pub(crate) fn enter(&mut self, tree: &Tree, node: Node) {
        match node {
            Node::Decl(id) => {
                if let Decl::Func(func) = tree.decl(id) {
                    let (name, generic) = declared(tree, func);
                    self.all.push(Function { name, generic, literals: 0, is_literal: false });
                }
            }
            Node::Expr(id) if matches!(tree.expr(id), Expr::FuncLit { .. }) => {
                let Some(outer) = self.all.last_mut() else { return };
                outer.literals += 1;
                let separator = if outer.is_literal { "." } else { ".func" };
                let name = format!("{}{separator}{}", outer.name, outer.literals);
                let generic = outer.generic;
                self.all.push(Function { name, generic, literals: 0, is_literal: true });
            }
            _ => {}
        }
    }

    pub(crate) fn leave(&mut self, tree: &Tree, node: Node) {
        let ends = match node {
            Node::Decl(id) => matches!(tree.decl(id), Decl::Func(_)),
            Node::Expr(id) => matches!(tree.expr(id), Expr::FuncLit { .. }),
            _ => false,
        };
        if ends {
            self.all.pop();
        }
    }
}

/// The function around the last node of a path from a declaration, and whether it is generic.
pub(crate) fn around(context: &Context<'_>, path: &[Node]) -> (String, bool) {
    let tree = &context.info.tree;
    let mut around = Around::new();
    let (Some(Node::Decl(outer)), Some(&last)) = (path.first(), path.last()) else { return around.present() };
    for &decl in tree.decls() {
        // Literals in other functions are not counted.
        if decl != *outer && matches!(tree.decl(decl), Decl::Func(_)) {
            continue;
        }
        for event in tree.walk(Node::Decl(decl)) {
            match event {
                Event::Enter(node) => {
                    around.enter(tree, node);
                    if node == last {
                        return around.present();
                    }
                }
                Event::Leave(node) => around.leave(tree, node),
            }
        }
    }
    around.present()
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
