//! Small Go sources, with what is expected of their expressions in comments:
//!
//! ```go
//! x := f[int](1) // f[int] -> value func(int) / f -> value func[T any](T) / 1 -> const int = 1
//! ```
//!
//! A comment has expectations with ` / ` in between. Each is the source of an expression of that line, what it is, and its
//! type; then the value of a constant, if it is to be looked at. If there are several such expressions it is the first.

mod constants;
mod declarations;
mod generics;
mod robust;

use std::sync::Arc;

use go_syntax::{Bodies, ExprId, Tree, parse};
use rustc_hash::FxHashMap;

use crate::info::{FileInfo, Mode};
use crate::package::{Input, Package, Program};
use crate::types::{PkgId, TypeId};
use crate::value::Value;

/// Packages that import those before them by their names.
fn resolve(sources: &[&str]) -> (Program, Arc<Package>) {
    let program = Program::new(sources.len());
    let mut imports: FxHashMap<Box<str>, PkgId> = FxHashMap::default();
    let mut last = None;
    for (number, source) in sources.iter().enumerate() {
        let tree = Arc::new(parse(source.as_bytes(), Bodies::Parse));
        let name: Box<str> = tree.package_name().map_or("", |name| tree.name(name.sym)).into();
        let id = PkgId(Program::FIRST.0 + number as u32);
        let input =
            Input { path: name.clone(), files: vec![tree], imports: imports.clone(), bodies: true, word: 8 };
        last = Some(program.resolve(id, input));
        imports.insert(name, id);
    }
    (program, last.expect("there is a source"))
}

/// Checks the expectations of a package.
fn expect(source: &str) {
    expect_last(&[source]);
}

/// Checks the expectations of the last of several packages.
fn expect_last(sources: &[&str]) {
    let (program, package) = resolve(sources);
    let file = &package.files[0];
    assert!(file.tree.errors().is_empty(), "{:?}", file.tree.errors());
    assert!(package.notes.is_empty(), "{:?}", package.notes);
    let mut wrong = Vec::new();
    for (number, line) in (1..).zip(sources[sources.len() - 1].lines()) {
        let Some((_, comment)) = line.split_once("// ") else { continue };
        for wanted in comment.split(" / ") {
            let (text, wanted) = wanted.split_once(" -> ").expect("an arrow after the expression");
            let found = find(&file.tree, number, text).map(|e| shown(&program, &package, file, e));
            // The value need not be in it.
            let found = found.unwrap_or_else(|| "no such expression".to_owned());
            if found != wanted && found.split(" = ").next() != Some(wanted) {
                wrong.push(format!("line {number}: {text}: wanted {wanted}, found {found}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn find(tree: &Tree, line: u32, text: &str) -> Option<ExprId> {
    let here = tree.all_exprs().filter(|&(e, _)| {
        tree.line(tree.start(e)) == line && tree.text(tree.expr_span(e)) == text.as_bytes()
    });
    here.map(|(e, _)| e).min_by_key(|&e| tree.start(e))
}

fn shown(program: &Program, package: &Package, file: &FileInfo, e: ExprId) -> String {
    let ty = file.type_of(e);
    let mode = match file.mode(e) {
        Mode::Invalid => "unknown",
        Mode::NoValue => return "nothing".to_owned(),
        Mode::Builtin(_) => return "builtin".to_owned(),
        Mode::Type => "type",
        Mode::Const => "const",
        Mode::Var => "var",
        Mode::MapIndex => "element",
        Mode::Value => "value",
        Mode::CommaOk => "value, ok",
    };
    let path = |pkg| match program.package(pkg) {
        _ if pkg == package.id => String::new(),
        Some(other) => other.path.to_string(),
        None => "?".to_owned(),
    };
    let mut text = format!("{mode} {}", program.types.display(ty, &path));
    if let Some(value) = file.values.get(&e) {
        text += &match value {
            Value::Bool(value) => format!(" = {value}"),
            Value::Int(value) => format!(" = {value}"),
            Value::Float(value) => format!(" = {value}"),
            Value::Ratio(value) => format!(" = about {}", value.to_f64()),
            Value::Str(value) => format!(" = {:?}", String::from_utf8_lossy(value)),
            Value::Unknown => " = ?".to_owned(),
        };
    }
    text
}

/// The type of an object at the top.
fn type_of(program: &Program, package: &Package, name: &str) -> TypeId {
    package.object(package.scope[&program.types.names.intern(name)]).ty
}
