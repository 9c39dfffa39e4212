//! What the tree of a source is, by example.

use go_syntax::ast::{AssignOp, BinaryOp, ChanDir, Decl, Expr, LitKind, Spec, Stmt};
use go_syntax::{Bodies, ExprId, StmtId, SyntaxError, Tree, parse};

/// The file with this after its package clause, which has no error.
fn file(rest: &str) -> Tree {
    let tree = parse(format!("package p\n\n{rest}\n").as_bytes(), Bodies::Parse);
    assert_eq!(tree.errors(), []);
    tree
}

fn text(tree: &Tree, id: ExprId) -> &str {
    str::from_utf8(tree.text(tree.expr_span(id))).unwrap()
}

/// The value of `var x = …`.
fn value(expr: &str) -> (Tree, ExprId) {
    let tree = file(&format!("var x = {expr}"));
    let Decl::Gen { specs, .. } = tree.decl(tree.decls()[0]) else { panic!() };
    let Spec::Value { values, .. } = tree.specs(specs)[0] else { panic!() };
    let id = tree.exprs(values)[0];
    (tree, id)
}

/// The statements of a function's body.
fn body(stmts: &str) -> (Tree, Vec<StmtId>) {
    let tree = file(&format!("func f() {{\n{stmts}\n}}"));
    let Decl::Func(func) = tree.decl(tree.decls()[0]) else { panic!() };
    let stmts = tree.block(func.body.unwrap()).to_vec();
    (tree, stmts)
}

#[test]
fn nodes_are_small() {
    assert_eq!((size_of::<Expr>(), size_of::<Stmt>(), size_of::<Option<ExprId>>()), (24, 24, 4));
}

#[test]
fn trees_go_from_thread_to_thread() {
    fn is_free<T: Send + Sync + 'static>() {}
    is_free::<Tree>();
}

#[test]
fn precedence() {
    let (tree, id) = value("a || b && c == d + e*f");
    let Expr::Binary { op: BinaryOp::LOr, y, .. } = tree.expr(id) else { panic!() };
    let Expr::Binary { op: BinaryOp::LAnd, y, .. } = tree.expr(y) else { panic!() };
    let Expr::Binary { op: BinaryOp::Eq, y, .. } = tree.expr(y) else { panic!() };
    let Expr::Binary { op: BinaryOp::Add, op_pos, y, .. } = tree.expr(y) else { panic!() };
    assert_eq!((tree.line_col(op_pos).to_string().as_str(), text(&tree, y)), ("3:26", "e*f"));
}

#[test]
fn index_or_instance() {
    let (tree, id) = value("m[k]");
    let Expr::Index { x, lbrack, index, .. } = tree.expr(id) else { panic!() };
    assert_eq!((text(&tree, x), lbrack.index(), text(&tree, index)), ("m", 20, "k"));
    let (tree, id) = value("F[int, map[K]V](1)");
    let Expr::Call { fun, .. } = tree.expr(id) else { panic!() };
    let Expr::IndexList { indices, .. } = tree.expr(fun) else { panic!() };
    assert_eq!(text(&tree, tree.exprs(indices)[1]), "map[K]V");
}

#[test]
fn slices_have_up_to_three_bounds() {
    let (tree, id) = value("s[:n:m]");
    let Expr::Slice { bounds, .. } = tree.expr(id) else { panic!() };
    let bounds = tree.bounds(bounds);
    assert!(bounds.low.is_none() && bounds.three);
    assert_eq!((text(&tree, bounds.high.unwrap()), text(&tree, bounds.max.unwrap())), ("n", "m"));
}

#[test]
fn the_dots_of_a_call() {
    let (tree, id) = value("append(a, b...)");
    let Expr::Call { spread: true, .. } = tree.expr(id) else { panic!() };
    assert_eq!(&tree.source()[tree.call_ellipsis(id).unwrap().index()..][..3], b"...");
}

#[test]
fn a_brace_after_a_head_begins_the_block() {
    let (tree, stmts) = body("if x == T {\n}\nif x == (T{}) {\n}\nfor range []int{1} {\n}");
    let Stmt::If { cond, .. } = tree.stmt(stmts[0]) else { panic!() };
    assert_eq!(text(&tree, cond), "x == T");
    let Stmt::If { cond, .. } = tree.stmt(stmts[1]) else { panic!() };
    assert_eq!(text(&tree, cond), "x == (T{})");
    let Stmt::Range { clause, .. } = tree.stmt(stmts[2]) else { panic!() };
    assert_eq!(text(&tree, tree.range(clause).x), "[]int{1}");
}

#[test]
fn ranges() {
    let (tree, stmts) = body("for k, v := range m {}\nfor range 10 {}\nfor x.y = range f {}");
    let clauses = stmts.iter().map(|stmt| match tree.stmt(*stmt) {
        Stmt::Range { clause, .. } => tree.range(clause),
        other => panic!("{other:?}"),
    });
    let clauses: Vec<_> = clauses.collect();
    assert!(clauses[0].define && clauses[0].value.is_some());
    assert!(clauses[1].key.is_none() && clauses[1].op_pos.is_none());
    assert!(!clauses[2].define && clauses[2].op_pos.is_some());
}

#[test]
fn type_parameters_or_an_array() {
    let kinds = |source: &str| {
        let tree = file(source);
        let Decl::Gen { specs, .. } = tree.decl(tree.decls()[0]) else { panic!() };
        let Spec::Type { type_params, ty, .. } = tree.specs(specs)[0] else { panic!() };
        (type_params.fields.len(), matches!(tree.expr(ty), Expr::ArrayType { .. }))
    };
    assert_eq!(kinds("type T[P any] int"), (1, false));
    assert_eq!(kinds("type T[N] int"), (0, true));
    assert_eq!(kinds("type T[P *C,] int"), (1, false));
    assert_eq!(kinds("type T[P *C] int"), (0, true));
    assert_eq!(kinds("type T[P *C | []Q] int"), (1, false));
    assert_eq!(kinds("type T[P interface{ *C }, Q any] = int"), (2, false));
    assert_eq!(kinds("type T[N * 2 + 1] int"), (0, true));
}

#[test]
fn generic_methods() {
    let tree = file("func (r *R[K]) N[T any](x T) (K, error) { return r.n(x), nil }");
    let Decl::Func(func) = tree.decl(tree.decls()[0]) else { panic!() };
    let sig = tree.sig(func.sig);
    assert_eq!((tree.fields(func.recv).len(), tree.name(func.name.sym)), (1, "N"));
    let counts = [sig.type_params, sig.params, sig.results].map(|list| list.fields.len());
    assert_eq!(counts, [1, 1, 2]);
}

#[test]
fn parameters_share_a_type() {
    let tree = file("func f(a, b int, c ...string) func(int, T)");
    let Decl::Func(func) = tree.decl(tree.decls()[0]) else { panic!() };
    let sig = tree.sig(func.sig);
    let names = tree.fields(sig.params).iter().map(|field| field.names.len());
    assert_eq!(names.collect::<Vec<_>>(), [2, 1]);
    assert!(sig.results.opening.is_none() && sig.results.fields.len() == 1);
    assert!(func.body.is_none());
}

#[test]
fn arrows_go_with_the_type() {
    let (tree, id) = value("(<-chan chan<- int)(nil)");
    let Expr::Call { fun, .. } = tree.expr(id) else { panic!() };
    let Expr::Paren { x, .. } = tree.expr(fun) else { panic!() };
    let Expr::ChanType { dir: ChanDir::Recv, value, .. } = tree.expr(x) else { panic!() };
    assert!(matches!(tree.expr(value), Expr::ChanType { dir: ChanDir::Send, .. }));
}

#[test]
fn equal_names_have_equal_symbols() {
    let (tree, stmts) = body("m[k], _ = m[k], k");
    let Stmt::Assign { lhs, op: AssignOp::Assign, rhs, .. } = tree.stmt(stmts[0]) else { panic!() };
    let symbol = |id| tree.as_ident(id).unwrap().sym;
    let (Expr::Index { x: a, .. }, Expr::Index { x: b, .. }) =
        (tree.expr(tree.exprs(lhs)[0]), tree.expr(tree.exprs(rhs)[0]))
    else {
        panic!()
    };
    assert_eq!(symbol(a), symbol(b));
    assert!(symbol(tree.exprs(lhs)[1]).is_blank());
    assert_eq!(tree.names().find("k"), Some(symbol(tree.exprs(rhs)[1])));
}

#[test]
fn literals() {
    for (source, kind) in [
        ("0x_1F", LitKind::Int),
        ("0b11", LitKind::Int),
        (".5e-3", LitKind::Float),
        ("0x1p-2", LitKind::Float),
        ("012i", LitKind::Imag),
        ("'\\''", LitKind::Char),
        ("`a\nb`", LitKind::String),
    ] {
        let (tree, id) = value(source);
        assert!(matches!(tree.expr(id), Expr::Lit { kind: is, .. } if is == kind), "{source}");
        assert_eq!(text(&tree, id), source);
    }
}

#[test]
fn a_byte_order_mark_may_be_first() {
    let tree = parse("\u{feff}package p\n".as_bytes(), Bodies::Parse);
    assert_eq!((tree.errors(), tree.package().unwrap().offset()), (&[][..], 3));
}

/// Errors with their places, and the names of the functions that were found all the same.
fn broken(rest: &str) -> (Vec<String>, Vec<String>) {
    let tree = parse(format!("package p\n\n{rest}").as_bytes(), Bodies::Parse);
    let error = |error: &SyntaxError| format!("{} {error}", tree.line_col(error.pos));
    let names = tree.decls().iter().filter_map(|decl| match tree.decl(*decl) {
        Decl::Func(func) => Some(tree.name(func.name.sym).to_owned()),
        _ => None,
    });
    (tree.errors().iter().map(error).collect(), names.collect())
}

#[test]
fn an_error_is_one_line_s() {
    let (errors, names) = broken("func f() {\n\tx = = 1\n\tif y {\n\t\tg(]\n\t}\n}\n\nfunc g() {}\n");
    assert_eq!(errors, ["4:6 expected operand, found '='", "6:5 expected operand, found ']'"]);
    assert_eq!(names, ["f", "g"]);
}

#[test]
fn the_next_function_begins_where_it_stands() {
    let (errors, names) = broken("func f() {\n\tif x {\n\n\nfunc g() {}\n\nfunc h() {}\n");
    assert_eq!(errors, ["7:1 expected '}', found 'func'"]);
    assert_eq!(names, ["f", "g", "h"]);
    let (errors, names) = broken("x := 1\n\nfunc (t T) g() {}\n");
    assert_eq!(errors, ["3:1 expected declaration, found x"]);
    assert_eq!(names, ["g"]);
}

#[test]
fn no_go_at_all() {
    for source in ["", "\n\n", "fn main() {}", "\u{1}", "\"", "/*"] {
        let tree = parse(source.as_bytes(), Bodies::Parse);
        assert!(
            !tree.errors().is_empty() && tree.package().is_none() && tree.decls().is_empty(),
            "{source:?}"
        );
    }
}
