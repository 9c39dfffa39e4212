//! `retry-accumulate`: what is added again when the same thing is tried again.

use go_syntax::ast::{BinaryOp, Expr, Stmt};
use go_syntax::{Event, ExprId, Node, Span};
use go_types::{Builtin, ObjKind, VarKind};

use super::{Check, Group, Rule};
use crate::context::Context;
use crate::finding::{Confidence, Finding, Place};
use crate::parallel::each_file;
use crate::retried::{Retried, around};
use crate::sites;
use crate::writes::{How, Write, function_around, text, writes};

/// The rule.
pub(super) const RETRY_ACCUMULATE: Rule = Rule {
    name: "retry-accumulate",
    group: Group::Idempotency,
    summary: "adding to a map's element in code that is run again for the same task",
    default: true,
    page: include_str!("../../../../docs/rules/retry-accumulate.md"),
    check,
};

fn check(check: &Check<'_>) -> Vec<Finding> {
    each_file(check, one_file)
}

fn one_file(context: Context<'_>, file: u32) -> Vec<Finding> {
    let mut found = Vec::new();
    let package = context.package;
    for write in writes(&context) {
        let Some(adds) = accumulates(&context, &write) else { continue };
        let Some((why, span)) = around(&context, write.decl, write.element) else { continue };
        if !outlives(&context, &write, span) {
            continue;
        }
        let Some(confidence) = confidence(&context, &write, adds, why, span) else { continue };
        let element = text(context.info, write.element);
        let place = Place { pkg: package.id, file, span: context.info.tree.expr_span(write.element) };
        found.push(Finding {
            rule: RETRY_ACCUMULATE.name,
            confidence,
            place,
            function: function_around(&context, write.decl, write.element),
            message: format!("{element} {} in {}", adds.as_str(), why.as_str()),
            notes: Vec::new(),
            help:
                "Remember what was done by its id and do it once, or set the element to a value that is the \
                       same each time"
                    .to_owned(),
            fix: None,
        });
    }
    found
}

/// How an element grows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Adds {
    /// By one.
    One,
    /// By some amount.
    Amount,
    /// By an element.
    Element,
}

impl Adds {
    fn as_str(self) -> &'static str {
        match self {
            Adds::One => "is counted up",
            Adds::Amount => "is added to",
            Adds::Element => "is appended to",
        }
    }
}

fn accumulates(context: &Context<'_>, write: &Write) -> Option<Adds> {
    let tree = &context.info.tree;
    let constant = |e| context.info.values.contains_key(&e);
    match (write.how, write.value) {
        (How::Count, _) => Some(Adds::One),
        (How::Op(BinaryOp::Add | BinaryOp::Sub), Some(value)) => {
            Some(if constant(value) { Adds::One } else { Adds::Amount })
        }
        (How::Assign, Some(value)) => {
            let same = |e| sites::text(tree, e) == sites::text(tree, write.element);
            match tree.expr(tree.unparen(value)) {
                Expr::Call { fun, args, .. } if context.builtin(fun) == Some(Builtin::Append) => {
                    tree.exprs(args).first().is_some_and(|&first| same(first)).then_some(Adds::Element)
                }
                Expr::Binary { op: BinaryOp::Add | BinaryOp::Sub, x, y, .. } => {
                    let other = if same(x) {
                        y
                    } else if same(y) {
                        x
                    } else {
                        return None;
                    };
                    Some(if constant(other) { Adds::One } else { Adds::Amount })
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether a map is there before what is run again, and after it.
fn outlives(context: &Context<'_>, write: &Write, span: Span) -> bool {
    let base = context.base(write.map);
    let Some((_, object)) = context.used(base) else { return false };
    let fields = base != context.info.tree.unparen(write.map);
    match object.kind {
        ObjKind::Var(VarKind::Global) => true,
        ObjKind::Var(VarKind::Receiver) => fields,
        ObjKind::Var(_) => object.pos.is_some_and(|(_, pos)| !span.range().contains(&pos.index())),
        _ => false,
    }
}

/// Names of what is only counted: it does no harm to count a second try.
const COUNTERS: [&str; 25] = [
    "count",
    "counter",
    "hit",
    "stat",
    "metric",
    "total",
    "num",
    "visit",
    "request",
    "error",
    "fail",
    "attempt",
    "retr",
    "call",
    "usage",
    "freq",
    "histogram",
    "rate",
    "limit",
    "seen",
    "miss",
    "tries",
    "log",
    "trace",
    "warning",
];

/// Words that tell that what comes again is known.
const GUARDS: [&str; 8] =
    ["idempot", "dedup", "duplicate", "alreadyproc", "processed", "alreadyseen", "seen[", "alreadydone"];

fn confidence(
    context: &Context<'_>,
    write: &Write,
    adds: Adds,
    why: Retried,
    span: Span,
) -> Option<Confidence> {
    let tree = &context.info.tree;
    let name = sites::text(tree, write.map).to_ascii_lowercase();
    let counter = COUNTERS.iter().any(|word| name.contains(word));
    let around = String::from_utf8_lossy(tree.text(span)).to_ascii_lowercase();
    if counter || GUARDS.iter().any(|word| around.contains(word)) {
        return Some(Confidence::Low);
    }
    let may_fail = match why {
        Retried::Closure => fails_after(context, write, span),
        Retried::Loop => goes_round_after(context, write, span),
        Retried::Handler | Retried::Consumer => true,
    };
    if !may_fail {
        return None;
    }
    let checked = looks_before(context, write, span);
    let found = match (why, adds) {
        _ if context.is_test() || checked => Confidence::Low,
        (Retried::Handler, Adds::One) => Confidence::Low,
        (Retried::Consumer, Adds::One) | (Retried::Handler, _) => Confidence::Medium,
        _ => Confidence::High,
    };
    Some(found)
}

/// Whether a function that is tried again may fail after a write: it returns something other than nil.
fn fails_after(context: &Context<'_>, write: &Write, span: Span) -> bool {
    after(context, write, span, |stmt| match stmt {
        Stmt::Return { results } => {
            context.info.tree.exprs(results).last().is_some_and(|&last| !context.is_nil(last))
        }
        _ => false,
    })
}

/// Whether a loop that tries again may go round after a write: something in it leaves the loop, or goes on, later.
fn goes_round_after(context: &Context<'_>, write: &Write, span: Span) -> bool {
    // If nothing follows that may fail or succeed, the write is made each time and meant so, or the loop is left.
    after(context, write, span, |stmt| matches!(stmt, Stmt::If { .. }))
}

fn after(context: &Context<'_>, write: &Write, span: Span, wanted: impl Fn(Stmt) -> bool) -> bool {
    let tree = &context.info.tree;
    let from = tree.stmt_end(write.stmt);
    let mut walk = tree.walk(Node::Decl(write.decl));
    while let Some(event) = walk.next() {
        let Event::Enter(node) = event else { continue };
        match node {
            Node::Stmt(id) => {
                let start = tree.stmt_start(id);
                if start >= from && start < span.end && wanted(tree.stmt(id)) {
                    return true;
                }
            }
            Node::Expr(id) => {
                let literal = tree.expr_span(id);
                let other = !literal.range().contains(&tree.start(write.element).index());
                if matches!(tree.expr(id), Expr::FuncLit { .. }) && other {
                    walk.skip_children();
                }
            }
            _ => {}
        }
    }
    false
}

/// Whether a map is asked for something before the write, with a second result that says if it is there.
fn looks_before(context: &Context<'_>, write: &Write, span: Span) -> bool {
    let tree = &context.info.tree;
    let upto = tree.start(write.element);
    let is_lookup =
        |e: ExprId| matches!(tree.expr(tree.unparen(e)), Expr::Index { x, .. } if context.is_map(x));
    tree.walk(Node::Decl(write.decl)).any(|event| match event {
        Event::Enter(Node::Stmt(id)) if tree.stmt_start(id) >= span.start && tree.stmt_start(id) < upto => {
            match tree.stmt(id) {
                Stmt::Assign { lhs, rhs, .. } if lhs.len() == 2 && rhs.len() == 1 => {
                    tree.exprs(rhs).iter().any(|&value| is_lookup(value))
                }
                Stmt::If { cond, .. } => is_lookup(cond),
                _ => false,
            }
        }
        _ => false,
    })
}
