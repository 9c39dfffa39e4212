//! Every map operation of a file by its place: what a report says that a finding's places do.

use std::collections::BTreeMap;

use go_syntax::ast::{Expr, Stmt};
use go_syntax::{Event, ExprId, Node, Pos};
use go_types::{Package, Program, TypeId};

use crate::context::Context;
use crate::sites::{self, element, function, root};

/// A map operation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// `read` and `iterate` as findings of the guard have them, and for writes what [`crate::Op::as_str`] says.
    pub op: &'static str,
    /// The map as it is written; empty for a literal.
    pub map: String,
    /// Its type.
    pub ty: TypeId,
    /// The variable or field that it is found through; empty if there is none.
    pub root: String,
    /// The function around it, without the package.
    pub function: String,
}

/// The operations of a file, by where they and the maps in them begin.
pub fn operations(program: &Program, package: &Package, file: u32) -> BTreeMap<Pos, Operation> {
    let info = &package.files[file as usize];
    let context = Context { program, package, info };
    let mut found = BTreeMap::new();
    for site in sites::sites(program, package, file) {
        let operation = Operation {
            op: site.op.as_str(),
            map: site.map,
            ty: site.ty,
            root: site.root,
            function: site.function,
        };
        found.insert(site.pos, operation);
    }
    let mut around = function::Around::new();
    for &decl in info.tree.decls() {
        for event in info.tree.walk(Node::Decl(decl)) {
            match event {
                Event::Enter(node) => {
                    around.enter(&info.tree, node);
                    for (at, op, map) in read(&context, node).into_iter().flatten() {
                        found.entry(at).or_insert_with(|| Operation {
                            op,
                            map: element::text(&info.tree, map),
                            ty: info.type_of(map),
                            root: root::root(&context, map),
                            function: around.present().0,
                        });
                    }
                }
                Event::Leave(node) => around.leave(&info.tree, node),
            }
        }
    }
    found
}

/// What a node reads, and the places that stand for it.
fn read(context: &Context<'_>, node: Node) -> [Option<(Pos, &'static str, ExprId)>; 2] {
    let tree = &context.info.tree;
    match node {
        Node::Expr(id) => match tree.expr(id) {
            Expr::Index { x, .. } if context.is_map(x) => [Some((tree.start(id), "read", x)), None],
            _ => [None; 2],
        },
        Node::Stmt(id) => match tree.stmt(id) {
            Stmt::Range { clause, .. } => {
                let x = tree.range(clause).x;
                if !context.is_map(x) {
                    return [None; 2];
                }
                [Some((tree.stmt_start(id), "iterate", x)), Some((tree.start(x), "iterate", x))]
            }
            _ => [None; 2],
        },
        _ => [None; 2],
    }
}
