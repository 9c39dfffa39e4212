//! Skipping bodies changes nothing but the bodies.

use std::fs;
use std::sync::Arc;

use go_syntax::ast::{Decl, Expr, Stmt};
use go_syntax::{Bodies, ExprId, Node, Tree, parse, parse_header};

mod sources;

/// What a tree says outside of function bodies.
fn outline(tree: &Tree) -> Vec<String> {
    let mut lines = Vec::new();
    for decl in tree.decls() {
        if let Decl::Func(func) = tree.decl(*decl) {
            lines.push(format!("func {}", tree.name(func.name.sym)));
        }
        let mut walk = tree.walk(Node::Decl(*decl));
        while let Some(event) = walk.next() {
            let go_syntax::Event::Enter(node) = event else { continue };
            let span = tree.span(node);
            match node {
                Node::Stmt(id) => {
                    assert!(matches!(tree.stmt(id), Stmt::Block { .. } | Stmt::Skipped { .. }));
                    lines.push(format!("body {span:?}"));
                    walk.skip_children();
                }
                // Elements may be skipped.
                Node::Expr(id) if matches!(tree.expr(id), Expr::Composite { .. }) => {
                    lines.push(format!("literal {span:?}"));
                    walk.skip_children();
                }
                Node::Expr(id) => lines.push(format!("{} {span:?}", kind(tree, id))),
                Node::Field(id) => {
                    let names = tree.idents(tree.field(id).names).iter().map(|name| tree.name(name.sym));
                    lines.push(format!("field {span:?} {}", names.collect::<Vec<_>>().join(",")));
                }
                Node::Decl(_) | Node::Spec(_) => lines.push(format!("{span:?}")),
            }
        }
    }
    lines
}

fn kind(tree: &Tree, id: ExprId) -> String {
    match tree.expr(id) {
        Expr::Ident { sym } => tree.name(sym).to_owned(),
        other => format!("{:?}", std::mem::discriminant(&other)),
    }
}

#[test]
fn the_rest_is_the_same() {
    let files = sources::files(&sources::root());
    let step = (files.len() / 300).max(1);
    for path in files.iter().step_by(step) {
        let source: Arc<[u8]> = fs::read(path).unwrap().into();
        let full = parse(source.clone(), Bodies::Parse);
        if !full.errors().is_empty() {
            continue;
        }
        let outlined = parse(source.clone(), Bodies::Skip);
        assert_eq!(outlined.errors(), [], "{}", path.display());
        assert_eq!(outline(&full), outline(&outlined), "{}", path.display());

        let header = parse_header(source);
        let imports = |tree: &Tree| {
            let paths = tree.imports().iter().map(|import| tree.import_path(*import).map(String::from));
            paths.collect::<Vec<_>>()
        };
        assert_eq!(imports(&full), imports(&header), "{}", path.display());
        let name = |tree: &Tree| tree.package_name().map(|name| tree.name(name.sym).to_owned());
        assert_eq!(name(&full), name(&header), "{}", path.display());
    }
}

#[test]
fn braces_in_literals_and_comments_are_none() {
    let body = "{ _ = \"}\\\"}\" + `}\n}` + string('}') + string('\\'') /* } */ // }\n}";
    let source = format!("package p\n\nfunc f() {body}\n\nvar after int\n");
    let tree = parse(source.as_bytes(), Bodies::Skip);
    assert_eq!((tree.errors(), tree.decls().len()), (&[][..], 2));
    let Decl::Func(func) = tree.decl(tree.decls()[0]) else { panic!() };
    assert_eq!(tree.text(tree.stmt_span(func.body.unwrap())), body.as_bytes());
}

#[test]
fn elements_are_there_if_their_number_matters() {
    let source = b"package p\n\nvar a, b = []T{{1}, {2}}, [...]T{{1}, {2}, 5: {}}\n";
    let tree = parse(&source[..], Bodies::Skip);
    let elements = tree.all_exprs().filter_map(|(id, expr)| match expr {
        Expr::Composite { ty: Some(_), elts, .. } => Some((tree.expr_span(id).end.offset(), elts.len())),
        _ => None,
    });
    assert_eq!(elements.collect::<Vec<_>>(), [(35, 0), (60, 3)]);
}

#[test]
fn a_missing_brace_is_an_error() {
    let source = b"package p\n\nfunc f() { if x {\n\nvar after int\n";
    let errors = [Bodies::Parse, Bodies::Skip].map(|bodies| parse(&source[..], bodies).errors().to_vec());
    assert!(!errors[0].is_empty());
    assert_eq!(errors[0], errors[1]);
}
