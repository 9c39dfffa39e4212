//! Which comments belong to what, by example.

use go_syntax::ast::{Decl, Expr, Spec};
use go_syntax::{Bodies, Comment, Tree, parse};

const SOURCE: &str = "\
// Package shop sells.
package shop

import \"fmt\" // to print

// Not beside anything.

// Stock is what is left.
// More.
type Stock struct {
	// mu is for all below.
	mu sync.Mutex
	left map[string]int // guarded by mu
	sold int /* guarded */ ; // by mu
}

//mapguard:allow shared-write
func (s *Stock) Take() { s.left[\"a\"]-- /* once */ } // done
";

fn texts(tree: &Tree, comments: Option<&[Comment]>) -> Vec<String> {
    let text = |comment| String::from_utf8(tree.comment_text(comment).into_owned()).unwrap();
    comments.unwrap_or_default().iter().map(text).collect()
}

#[test]
fn docs_and_comments_beside() {
    let tree = parse(SOURCE.as_bytes(), Bodies::Parse);
    assert_eq!(tree.errors(), []);
    let doc = |pos| texts(&tree, tree.doc_before(pos));
    let beside = |end| texts(&tree, tree.comment_after(end));
    assert_eq!(doc(tree.package().unwrap()), ["// Package shop sells."]);
    assert_eq!(beside(tree.spec_span(tree.imports()[0]).end), ["// to print"]);
    let [_, stock, take] = tree.decls() else { panic!() };
    assert_eq!(doc(tree.decl_start(*stock)), ["// Stock is what is left.", "// More."]);
    assert_eq!(doc(tree.decl_start(*take)), ["//mapguard:allow shared-write"]);

    let Decl::Gen { specs, .. } = tree.decl(*stock) else { panic!() };
    let Spec::Type { ty, .. } = tree.specs(specs)[0] else { panic!() };
    let Expr::StructType { fields } = tree.expr(ty) else { panic!() };
    let [mu, left, sold] = tree.fields(fields) else { panic!() };
    assert_eq!(doc(tree.field_start(*mu)), ["// mu is for all below."]);
    assert_eq!(doc(tree.field_start(*left)), [""; 0]);
    assert_eq!(beside(tree.field_span(*left).end), ["// guarded by mu"]);
    assert_eq!(beside(tree.field_span(*sold).end), ["// by mu"]);
}

#[test]
fn a_comment_after_a_raw_string_is_no_doc() {
    let tree = parse(&b"package p\n\nvar a = `\n` // of a\nvar b int\n"[..], Bodies::Parse);
    assert_eq!(tree.doc_before(tree.decl_start(tree.decls()[1])), None);
}

#[test]
fn comments_of_a_line() {
    let tree = parse(SOURCE.as_bytes(), Bodies::Parse);
    let line = |line| texts(&tree, Some(tree.comments_in_line(line)));
    assert_eq!(line(18), ["/* once */", "// done"]);
    assert_eq!((line(2), line(100)), (vec![], vec![]));
}

#[test]
fn groups_end_at_tokens_and_empty_lines() {
    let tree = parse(SOURCE.as_bytes(), Bodies::Parse);
    let sizes: Vec<usize> = tree.comments().groups().map(<[Comment]>::len).collect();
    assert_eq!(sizes, [1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1]);
}

#[test]
fn line_comments_have_no_line_end() {
    let tree = parse(&b"package p // a\r\n/* b\r\nc */\r\n"[..], Bodies::Parse);
    assert_eq!(texts(&tree, Some(tree.comments().all())), ["// a", "/* b\nc */"]);
}

#[test]
fn the_preamble_for_cgo() {
    let source =
        "package p\n\n// #include <a.h>\nimport \"C\"\n\nimport (\n\t\"fmt\"\n\t// int b;\n\t\"C\"\n)\n";
    let tree = parse(source.as_bytes(), Bodies::Parse);
    assert!(tree.is_cgo());
    let preambles: Vec<_> = tree.cgo_preambles().flat_map(|group| texts(&tree, Some(group))).collect();
    assert_eq!(preambles, ["// #include <a.h>", "// int b;"]);
}
