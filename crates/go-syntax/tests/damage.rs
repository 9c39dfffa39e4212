//! Damaged sources: whatever is wrong with a file, the parser ends, and what it hands out is sound.
//!
//! That the errors are right is what `cargo xtask syntax` checks, with go/parser beside.

use std::fs;
use std::sync::Arc;

use go_syntax::{Bodies, Event, Node, Tree, parse, parse_header};

mod damaging;
mod sources;

/// Everything in a tree can be reached, and lies in the source.
fn check(tree: &Tree) {
    let end = tree.source().len();
    let mut entered = 0usize;
    for decl in tree.decls() {
        let mut walk = tree.walk(Node::Decl(*decl));
        while let Some(event) = walk.next() {
            let Event::Enter(node) = event else { continue };
            let span = tree.span(node);
            assert!(span.start.index() <= end && span.end.index() <= end + 1, "{node:?} {span:?} of {end}");
            entered += 1;
            if entered.is_multiple_of(97) {
                walk.skip_children();
            }
        }
    }
    for comment in tree.comments().all() {
        assert!(comment.span.start < comment.span.end && comment.span.end.index() <= end);
        assert!(tree.text(comment.span).starts_with(b"/"));
    }
    for error in tree.errors() {
        assert!(error.pos.index() <= end);
        assert!(tree.line_col(error.pos).line <= tree.lines().count());
    }
    // At most so many nodes for each byte: a parser that does not go on makes more.
    assert!(entered <= 3 * end + 10, "{entered} nodes of {end} bytes");
}

fn check_all_modes(source: &[u8]) {
    let source: Arc<[u8]> = source.into();
    check(&parse(source.clone(), Bodies::Parse));
    check(&parse(source.clone(), Bodies::Skip));
    check(&parse_header(source));
}

#[test]
fn damaged_files() {
    let files = sources::files(&sources::root());
    let mut random = damaging::Random(1);
    let mut done = 0;
    while done < 1500 {
        let source = fs::read(&files[random.below(files.len())]).unwrap();
        if source.len() < 10_000 {
            check_all_modes(&damaging::damaged(&source, &mut random));
            done += 1;
        }
    }
}

/// Every place to cut a file off, with all kinds of tokens in it.
#[test]
fn files_that_end_early() {
    let source = include_bytes!("all.go");
    for end in 0..source.len() {
        check_all_modes(&source[..end]);
    }
}

#[test]
fn any_byte_anywhere() {
    let source = include_bytes!("all.go");
    let mut random = damaging::Random(2);
    for _ in 0..3000 {
        let mut source = source.to_vec();
        for _ in 0..1 + random.below(4) {
            let at = random.below(source.len());
            source[at] = random.below(256) as u8;
        }
        check_all_modes(&source);
    }
}

#[test]
fn noise() {
    let mut random = damaging::Random(3);
    for len in 0..400 {
        let noise: Vec<u8> = (0..len).map(|_| random.below(256) as u8).collect();
        check_all_modes(&noise);
        check_all_modes(&[b"package p\n", &noise[..]].concat());
        check_all_modes(&[b"package p\nfunc f() {", &noise[..]].concat());
    }
}
