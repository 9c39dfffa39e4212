//! `silent-write`: changes of shared maps that leave no trace.

use go_syntax::ast::Decl;
use go_types::{ObjKind, VarKind};

use super::{Check, Group, Rule};
use crate::context::Context;
use crate::finding::{Confidence, Finding, Place};
use crate::life::Life;
use crate::parallel::each_file;
use crate::writes::{function_around, text, writes};

/// The rule.
pub(super) const SILENT_WRITE: Rule = Rule {
    name: "silent-write",
    group: Group::Observability,
    summary: "writes to shared maps in functions that neither log, count nor trace",
    default: false,
    page: include_str!("../../../../docs/rules/silent-write.md"),
    check,
};

fn check(check: &Check<'_>) -> Vec<Finding> {
    each_file(check, one_file)
}

fn one_file(context: Context<'_>, file: u32) -> Vec<Finding> {
    let mut found = Vec::new();
    let package = context.package;
    if context.is_test() {
        return found;
    }
    let writes = writes(&context);
    let mut rest = &writes[..];
    while let Some(first) = rest.first() {
        let (these, others) = rest.split_at(rest.partition_point(|write| write.decl == first.decl));
        rest = others;
        let long = these.iter().filter(|write| context.life(write.map) == Life::Long);
        let calls = context.calls(first.decl);
        let locks = calls
            .iter()
            .any(|&call| context.call_name(call).is_some_and(|call| matches!(call.name, "Lock" | "TryLock")));
        let seen = calls.iter().any(|&call| context.is_log(call) || context.is_observed(call));
        if seen || is_start(&context, first.decl) {
            continue;
        }
        for write in long.filter(|write| locks || is_global(&context, write.map)).take(1) {
            let map = text(context.info, write.map);
            let span = context.info.tree.expr_span(write.element);
            found.push(Finding {
                rule: SILENT_WRITE.name,
                confidence: Confidence::High,
                place: Place { pkg: package.id, file, span },
                function: function_around(&context, write.decl, write.element),
                message: format!("{map} is shared and changes here without a log line, a metric or a trace"),
                notes: Vec::new(),
                help:
                    "Log or count the change: the key (masked if it must be), and how many elements there are"
                        .to_owned(),
                fix: None,
            });
        }
    }
    found
}

/// Whether a declaration runs before anything is shared.
fn is_start(context: &Context<'_>, decl: go_syntax::DeclId) -> bool {
    let tree = &context.info.tree;
    match tree.decl(decl) {
        Decl::Func(func) => {
            let name = tree.name(func.name.sym);
            name == "init"
                || name.starts_with("New")
                || name.starts_with("new")
                || name.starts_with("Register")
        }
        _ => true,
    }
}

fn is_global(context: &Context<'_>, map: go_syntax::ExprId) -> bool {
    let base = context.base(map);
    context.used(base).is_some_and(|(_, object)| matches!(object.kind, ObjKind::Var(VarKind::Global)))
}
