//! What calls are called: for rules that go by names.

use go_syntax::ast::Expr;
use go_syntax::{DeclId, Event, ExprId, Node};

use crate::context::Context;
use crate::nilness::callee;

/// A call by its package and name.
pub(crate) struct Named<'a> {
    /// The import path of the package that declares the function; empty if that is not known.
    pub(crate) path: &'a str,
    /// The name that is called.
    pub(crate) name: &'a str,
    /// What is before the dot.
    pub(crate) on: Option<ExprId>,
}

impl<'a> Context<'a> {
    /// The name that a call calls.
    pub(crate) fn call_name(&self, call: ExprId) -> Option<Named<'a>> {
        let tree = &self.info.tree;
        let Expr::Call { fun, .. } = tree.expr(tree.unparen(call)) else { return None };
        let (name, on) = match tree.expr(crate::sites::called(tree, fun)) {
            Expr::Ident { sym } => (tree.name(sym), None),
            Expr::Selector { x, sel } => (tree.name(sel.sym), Some(x)),
            _ => return None,
        };
        let path = callee(self, call).map_or("", |func| self.path(func.pkg));
        Some(Named { path, name, on })
    }

    /// The calls in a declaration.
    pub(crate) fn calls(&self, decl: DeclId) -> Vec<ExprId> {
        let tree = &self.info.tree;
        let calls = tree.walk(Node::Decl(decl)).filter_map(|event| match event {
            Event::Enter(Node::Expr(id)) => matches!(tree.expr(id), Expr::Call { .. }).then_some(id),
            _ => None,
        });
        calls.collect()
    }

    /// Whether a call writes to a log.
    pub(crate) fn is_log(&self, call: ExprId) -> bool {
        const PACKAGES: [&str; 9] =
            ["log", "slog", "zap", "zerolog", "logrus", "klog", "glog", "logr", "hclog"];
        const METHODS: [&str; 8] = ["debug", "info", "warn", "error", "print", "log", "trace", "notice"];
        let Some(Named { path, name, on }) = self.call_name(call) else { return false };
        if path.split(['/', '.']).any(|part| PACKAGES.contains(&part)) && path != "testing" {
            return true;
        }
        let tree = &self.info.tree;
        let lower = name.to_ascii_lowercase();
        let says = METHODS.iter().any(|method| lower.starts_with(method));
        let on_logger = on.is_some_and(|on| {
            let text = String::from_utf8_lossy(tree.text(tree.expr_span(on))).to_ascii_lowercase();
            let last = text.rsplit('.').next().unwrap_or("");
            last.trim_end_matches("()").ends_with("log") || last.contains("logger") || last == "l"
        });
        says && on_logger
            || path == "fmt" && lower.starts_with("print")
            || on.is_none() && lower.starts_with("log")
    }

    /// Whether a call counts or traces something.
    pub(crate) fn is_observed(&self, call: ExprId) -> bool {
        const PARTS: [&str; 8] =
            ["metrics", "prometheus", "otel", "opentelemetry", "trace", "statsd", "expvar", "opencensus"];
        let Some(Named { path, name, on }) = self.call_name(call) else { return false };
        let tree = &self.info.tree;
        let on = on.map(|on| String::from_utf8_lossy(tree.text(tree.expr_span(on))).to_ascii_lowercase());
        let named = ["Inc", "Observe", "Emit", "AddEvent", "RecordError", "StartSpan", "SetAttributes"];
        path.split(['/', '.', '-']).any(|part| PARTS.iter().any(|one| part.contains(one)))
            || named.contains(&name)
            || on.is_some_and(|on| ["metric", "span", "stats"].iter().any(|part| on.contains(part)))
    }

    /// The variable, parameter or field that a map is reached through first, with where it is declared.
    pub(crate) fn base(&self, map: ExprId) -> ExprId {
        let tree = &self.info.tree;
        let mut e = map;
        loop {
            e = tree.unparen(e);
            match tree.expr(e) {
                Expr::Selector { x, .. } if self.info.selection(e).is_some() => e = x,
                Expr::Index { x, .. } | Expr::Star { x } | Expr::TypeAssert { x, .. } => e = x,
                _ => return e,
            }
        }
    }
}
