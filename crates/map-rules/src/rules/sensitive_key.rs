//! `sensitive-key`: keys that are secrets or personal, and are logged as they are.

use go_syntax::ast::Expr;
use go_syntax::{ExprId, Tree};
use go_types::Mode;

use super::{Check, Group, Rule};
use crate::context::Context;
use crate::finding::{Confidence, Finding, Place};
use crate::parallel::each_file;
use crate::sites;
use crate::writes::{function_around, text, writes};

/// The rule.
pub(super) const SENSITIVE_KEY: Rule = Rule {
    name: "sensitive-key",
    group: Group::Observability,
    summary: "keys of maps that look like secrets or personal data, logged unmasked",
    default: false,
    page: include_str!("../../../../docs/rules/sensitive-key.md"),
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
    let tree = &context.info.tree;
    for write in writes(&context) {
        let key = sites::text(tree, write.key);
        if !context.info.values.contains_key(&write.key) && is_sensitive(tree, write.key) {
            let logs = context.calls(write.decl).into_iter().filter(|&call| context.is_log(call));
            for call in logs {
                let Some(at) = logged(&context, call, &key) else { continue };
                let write_at = Place { pkg: package.id, file, span: tree.expr_span(write.element) };
                found.push(Finding {
                    rule: SENSITIVE_KEY.name,
                    confidence: Confidence::High,
                    place: Place { pkg: package.id, file, span: tree.expr_span(at) },
                    function: function_around(&context, write.decl, at),
                    message: format!("{key} is logged as it is, and looks like something to keep secret"),
                    notes: vec![(write_at, format!("it is a key of {} here", text(context.info, write.map)))],
                    help: "Log a hash of it, or a part: the first characters".to_owned(),
                    fix: None,
                });
            }
        }
    }
    found
}

/// Parts of names of what should not be in logs.
const SENSITIVE: [&str; 17] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "api_key",
    "credential",
    "ssn",
    "email",
    "phone",
    "creditcard",
    "cardnumber",
    "sessionid",
    "authorization",
    "privatekey",
    "iban",
];

fn is_sensitive(tree: &Tree, key: ExprId) -> bool {
    let name = match tree.expr(tree.unparen(key)) {
        Expr::Ident { sym } => tree.name(sym),
        Expr::Selector { sel, .. } => tree.name(sel.sym),
        _ => return false,
    };
    let name = name.to_ascii_lowercase();
    let masked = ["hash", "masked", "redacted", "count", "type", "kind"];
    SENSITIVE.iter().any(|part| name.contains(part)) && !masked.iter().any(|part| name.contains(part))
}

/// The argument of a log call that is the key: itself, in a conversion, or in a call that builds an attribute.
fn logged(context: &Context<'_>, call: ExprId, key: &str) -> Option<ExprId> {
    let tree = &context.info.tree;
    let Expr::Call { args, .. } = tree.expr(call) else { return None };
    let mut open: Vec<ExprId> = tree.exprs(args).to_vec();
    while let Some(arg) = open.pop() {
        let arg = tree.unparen(arg);
        if sites::text(tree, arg) == key {
            return Some(arg);
        }
        match tree.expr(arg) {
            Expr::Call { fun, args, .. } => {
                let plain = context.info.mode(tree.unparen(fun)) == Mode::Type
                    || context.call_name(arg).is_some_and(|call| {
                        matches!(call.name, "String" | "Any" | "Sprint" | "Sprintf" | "Sprintln" | "Quote")
                    });
                if plain {
                    open.extend(tree.exprs(args));
                }
            }
            Expr::Binary { x, y, .. } => open.extend([x, y]),
            _ => {}
        }
    }
    None
}
