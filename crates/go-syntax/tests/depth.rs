//! Nesting as deep as it may be, and deeper, on the stack of an ordinary thread; and chains without end.

use std::thread;

use go_syntax::{Bodies, Event, MAX_DEPTH, Node, Tree, parse};

/// What a thread has unless somebody asks for more.
const STACK: usize = 2 << 20;

fn on_small_stack(run: impl FnOnce() + Send + 'static) {
    thread::Builder::new().stack_size(STACK).spawn(run).unwrap().join().unwrap();
}

/// `before`, then `open` n times, `middle`, `close` n times, `after`.
fn nested(parts: [&str; 5], n: usize) -> Tree {
    let [before, open, middle, close, after] = parts;
    let text = ["package p\n", before, &open.repeat(n), middle, &close.repeat(n), after].concat();
    parse(text.as_bytes(), Bodies::Parse)
}

/// Ways to nest. Each level takes at most three of [`MAX_DEPTH`].
const WAYS: [[&str; 5]; 24] = [
    ["var x = ", "(", "1", ")", "\n"],
    ["var x = ", "f(", "1", ")", "\n"],
    ["var x = ", "a[", "1", "]", "\n"],
    ["var x = ", "a[1:", "1", "]", "\n"],
    ["var x = ", "a[b, ", "T", "]", "\n"],
    ["var x = ", "- ", "1", "", "\n"],
    ["var x = ", "<-", "c", "", "\n"],
    ["var x = ", "*", "p", "", "\n"],
    ["var x = ", "1 + (", "1", ")", "\n"],
    ["var x = ", "a || b && c == d + e * (", "1", ")", "\n"],
    ["var x = ", "func() int { return ", "1", "}()", "\n"],
    ["var x = T", "{", "1", "}", "\n"],
    ["var x = ", "T{a: ", "1", "}", "\n"],
    ["var x = ", "[]T{a: []T{", "1", "}}", "\n"],
    ["var x ", "[]", "T", "", "\n"],
    ["var x ", "[", "1", "]T", "\n"],
    ["var x ", "map[T]", "T", "", "\n"],
    ["var x ", "chan ", "T", "", "\n"],
    ["var x ", "struct{ a ", "T", "}", "\n"],
    ["var x ", "interface{ m(", "T", ") }", "\n"],
    ["var x ", "func(", "T", ")", "\n"],
    ["var x ", "G[", "T", "]", "\n"],
    ["func f() {", "{", "", "}", "}\n"],
    ["func f() {", "for { if x { switch { case a: select { case <-c: ", "", "} } } }", "}\n"],
];

#[test]
fn a_few_hundred_levels_are_fine() {
    on_small_stack(|| {
        for way in WAYS {
            let tree = nested(way, MAX_DEPTH / 5);
            assert_eq!(tree.errors(), [], "{}", way[1]);
        }
    });
}

#[test]
fn too_deep_is_one_error_and_no_overflow() {
    on_small_stack(|| {
        for way in WAYS {
            let tree = nested(way, 200_000);
            let messages: Vec<&str> = tree.errors().iter().map(|error| &*error.message).collect();
            assert_eq!(messages, ["exceeded max nesting depth"], "{}", way[1]);
            // What was read is there, and can be gone over.
            let events = tree.decls().iter().flat_map(|decl| tree.walk(Node::Decl(*decl)));
            assert!(events.filter(|event| matches!(event, Event::Enter(_))).count() > MAX_DEPTH / 5);
        }
    });
}

#[test]
fn chains_may_be_as_long_as_the_file() {
    let chains = [
        ["var x = 1", " + 1", "", "", "\n"],
        ["var x = \"a\"", " +\n\"b\"", "", "", "\n"],
        ["var x = a", ".b", "", "", "\n"],
        ["var x = a", ".b()[1].(T)[:]", "", "", "\n"],
        ["func f() { if a { }", " else if a { }", "", "", " else { } }\n"],
        ["type I interface { A", " | ~B", "", "", "}\n"],
        ["type I[P *A", " | ~B", "", "", "] int\n"],
        ["func f() {", " a = b; ", "", "", "}\n"],
    ];
    on_small_stack(move || {
        for chain in chains {
            let tree = nested(chain, 100_000);
            assert_eq!(tree.errors(), [], "{}", chain[1]);
            let node = Node::Decl(tree.decls()[0]);
            assert!(tree.walk(node).count() >= 2 * 100_000, "{}", chain[1]);
            assert_eq!(tree.span(node).end.index() + 1, tree.source().len(), "{}", chain[1]);
        }
    });
}
