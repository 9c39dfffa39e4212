//! `nil-map`: writes to maps that are nil.

use go_syntax::ast::{Decl, Expr, Spec};
use go_syntax::{ExprId, Pos, Span};
use go_types::{ObjKind, ObjRef, VarKind};

use super::{Check, Group, Rule, Target};
use crate::context::Context;
use crate::finding::{Confidence, Finding, Fix, Place};
use crate::nilness::{Cause, NilWrite, Why, nil_writes};
use crate::parallel::each_target;
use crate::storage::Root;
use crate::writes::{decl_around, function_around, text};

/// The rule.
pub(super) const NIL_MAP: Rule = Rule {
    name: "nil-map",
    group: Group::Nil,
    summary: "writes to maps that are nil, which panics",
    default: true,
    page: include_str!("../../../../docs/rules/nil-map.md"),
    check,
};

fn check(check: &Check<'_>) -> Vec<Finding> {
    let found = each_target(check, |target| {
        let mut findings: Vec<(Cause, Finding)> = Vec::new();
        for found in nil_writes(check.program, &target.package, &target.files) {
            let finding = finding(check, target, found);
            // What is never made is told once, with the other places as notes.
            let never = |cause: &Cause| matches!(cause, Cause::Never(_)) && *cause == found.cause;
            match findings.iter_mut().find(|(cause, _)| never(cause)) {
                Some((_, first)) if first.notes.len() < NOTES => {
                    first.notes.push((finding.place, "it is written here too".to_owned()));
                }
                Some(_) => {}
                None => findings.push((found.cause, finding)),
            }
        }
        findings
    });
    found.into_iter().flatten().map(|(_, finding)| finding).collect()
}

/// No more notes than this.
const NOTES: usize = 5;

fn finding(check: &Check<'_>, target: &Target, found: NilWrite) -> Finding {
    let package = &target.package;
    let info = &package.files[found.file as usize];
    let context = Context { program: check.program, package, info };
    let map = found.write.map;
    let name = text(info, map);
    let (message, root) = match found.cause {
        Cause::Always(why) => (format!("{name} is nil here: {}", because(&context, &name, why)), None),
        Cause::Sometimes(why) => {
            (format!("{name} may be nil here: on one way {}", because(&context, &name, why)), None)
        }
        Cause::Never(root @ Root::Var(_)) => {
            (format!("{name} is nil: nothing ever makes this variable"), Some(root))
        }
        Cause::Never(root) => (format!("{name} is nil: no code ever makes this field"), Some(root)),
        Cause::Empty(root) => {
            let holder = context.root_name(root);
            (format!("{name} is nil: no map is ever put into {holder}"), Some(root))
        }
    };
    let root = root.or_else(|| context.storage(map));
    let confidence = match found.cause {
        Cause::Sometimes(_) => Confidence::Medium,
        _ if found.recovered => Confidence::Medium,
        _ => Confidence::High,
    };
    let declared = root.and_then(|root| declared_at(&context, root));
    let made = made_type(&context, map);
    Finding {
        rule: NIL_MAP.name,
        confidence,
        place: Place { pkg: package.id, file: found.file, span: info.tree.expr_span(found.write.element) },
        function: function_around(&context, found.write.decl, found.write.element),
        message,
        notes: declared.map(|place| (place, format!("{name} is declared here"))).into_iter().collect(),
        help: match found.cause {
            Cause::Empty(_) => {
                format!("Before the write, put a map there: if {name} == nil {{ {name} = {made} }}")
            }
            _ => format!("Make the map before it is written: {name} = {made}"),
        },
        fix: (confidence == Confidence::High).then(|| fix(&context, found.cause, root)).flatten(),
    }
}

fn because(context: &Context<'_>, name: &str, why: Why) -> String {
    match why {
        Why::Declared => "it was declared without a value, and nothing made it".to_owned(),
        Why::Result => "it is a result, and nothing made it".to_owned(),
        Why::Field => {
            let owner = name.rsplit_once('.').map_or(name, |(owner, _)| owner);
            format!("{owner} was made without it")
        }
        Why::Assigned => "it was set to nil".to_owned(),
        Why::Compared => "it was compared with nil, and is".to_owned(),
        Why::Returned(func) => format!("{} gave nil", context.root_name(Root::Var(func))),
    }
}

/// Where a variable is declared.
fn declared_at(context: &Context<'_>, root: Root) -> Option<Place> {
    let Root::Var(obj) = root else { return None };
    let (file, pos) = context.object(obj)?.pos?;
    let tree = &context.program.package(obj.pkg)?.files.get(file as usize)?.tree;
    let end = pos.plus(context.root_name(root).len() as u32);
    (end.index() <= tree.source().len()).then_some(Place {
        pkg: obj.pkg,
        file,
        span: Span { start: pos, end },
    })
}

/// `make(T)` for the type of a map, as this package would write it.
fn made_type(context: &Context<'_>, map: ExprId) -> String {
    let ty = context.info.type_of(map);
    let names = &context.program.types.names;
    let qualifier = |pkg| {
        if pkg == context.package.id {
            return String::new();
        }
        context.program.package(pkg).map_or(String::new(), |package| names.text(package.name).to_owned())
    };
    format!("make({})", context.program.types.display(ty, &qualifier))
}

/// The change that makes the map where it is declared, if that is in this file and plain.
fn fix(context: &Context<'_>, cause: Cause, root: Option<Root>) -> Option<Fix> {
    let Some(Root::Var(obj)) = root else { return None };
    let object = context.object(obj)?;
    let (file, pos) = object.pos?;
    let wanted = match cause {
        Cause::Always(Why::Declared) => matches!(object.kind, ObjKind::Var(VarKind::Local)),
        Cause::Always(Why::Result) => return make_result(context, obj, pos),
        Cause::Never(_) => matches!(object.kind, ObjKind::Var(VarKind::Global | VarKind::Local)),
        _ => false,
    };
    if !wanted {
        return None;
    }
    let info = context.package.files.get(file as usize)?;
    let tree = &info.tree;
    let specs = (0..tree.spec_count()).map(|at| tree.spec(go_syntax::SpecId::from_index(at)));
    let ty = specs.into_iter().find_map(|spec| match spec {
        Spec::Value { names, ty: Some(ty), values } if values.is_empty() => {
            let [only] = tree.idents(names) else { return None };
            (only.pos == pos).then_some(ty)
        }
        _ => None,
    })?;
    let span = tree.expr_span(ty);
    let text = format!("= make({})", String::from_utf8_lossy(tree.text(span)));
    Some(Fix { place: Place { pkg: context.package.id, file, span }, text })
}

/// Makes a result at the beginning of its function.
fn make_result(context: &Context<'_>, obj: ObjRef, pos: Pos) -> Option<Fix> {
    let tree = &context.info.tree;
    let Decl::Func(func) = tree.decl(decl_around(tree, pos)?) else { return None };
    let results = tree.sig(func.sig).results;
    let field = tree
        .fields(results)
        .iter()
        .find(|field| tree.idents(field.names).iter().any(|ident| ident.pos == pos))?;
    if !matches!(tree.expr(field.ty), Expr::MapType { .. } | Expr::Ident { .. }) {
        return None;
    }
    let start = tree.stmt_start(func.body?).plus(1);
    let ty = String::from_utf8_lossy(tree.text(tree.expr_span(field.ty))).into_owned();
    let text = format!("\n\t{} = make({ty})", context.root_name(Root::Var(obj)));
    let (file, _) = context.object(obj)?.pos?;
    Some(Fix { place: Place { pkg: context.package.id, file, span: Span { start, end: start } }, text })
}
