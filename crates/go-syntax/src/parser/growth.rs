//! The work grows as the source does, and no faster, whatever the source is.

use crate::Bodies;
use crate::nodes::Nodes;
use crate::parser::Parser;
use crate::parser::file::Extent;

/// Tokens read and nodes made for `before` and n times `again`.
fn work(before: &str, again: &str, n: usize) -> [usize; 2] {
    let source = [before, &again.repeat(n)].concat();
    let mut parser = Parser::new(source.as_bytes(), Bodies::Parse, Nodes::default());
    parser.file(Extent::All);
    let nodes = &parser.nodes;
    let lists = nodes.expr_ids.len() + nodes.stmt_ids.len() + nodes.idents.len() + nodes.fields.len();
    [parser.lex.tokens, nodes.exprs.len() + nodes.stmts.len() + nodes.decls.len() + lists]
}

#[test]
fn twice_the_source_is_twice_the_work() {
    let sources = [
        ("package p\n", "func f(a, b int) (c T) { for i := range m { m[i] = g(a, b+1) } }\n"),
        ("package p\n", "type T[P *E] struct { a, b []int `tag`; c map[K]V }\n"),
        ("package p\nvar x = 1", " + f(2)"),
        ("package p\nfunc f() { x", ".y[1]()"),
        ("package p\nfunc f() {", "if a { } else "),
        // Errors of all sorts, over and over.
        ("package p\n", "func func ( [ { "),
        ("package p\nfunc f() {", "( ] ) , : = case } { "),
        ("package p\n", ") } ] , x := 1 "),
        ("package p\nvar x = T{", "a: , b c : {"),
        ("package p\ntype I interface {", "~ | m[ ("),
        ("package p\nfunc f(", "a, b ...c, *d, "),
        ("package p\nfunc f() {", "<- chan <- "),
        ("package p\nfunc f() {", "go (f) defer x switch "),
        ("package p\n", "\" ' ` \\ # \0 "),
        ("package p\n", "/* // \n*/ x // y\n"),
        ("", "x "),
    ];
    for (before, again) in sources {
        let (small, large) = (work(before, again, 2_000), work(before, again, 4_000));
        for (small, large) in small.into_iter().zip(large) {
            assert!(large <= 2 * small + 100, "{again:?}: {small} for half of what took {large}");
        }
        // And not many times the source in the first place.
        assert!(large[0] <= 3 * again.len() * 4_000 + 100, "{again:?}: {} tokens", large[0]);
    }
}
