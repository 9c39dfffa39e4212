//! Differences that are as they should be. Each rule says why, and is no wider than its reason.

use go_syntax::ast::Spec;

use super::facts::Facts;
use super::truth::Line;

/// A difference, about to be counted.
pub(super) struct Difference<'d> {
    /// What differs: `mode`, `type` and so on.
    pub(super) kind: &'static str,
    pub(super) theirs: &'d str,
    pub(super) ours: &'d str,
}

/// The rule that explains a difference of a line, if one does.
pub(super) fn rule(facts: &Facts<'_>, line: &Line<'_>, difference: &Difference<'_>) -> Option<&'static str> {
    // go/types gives names of package C a value of the invalid type, so as to go on. What is made of them has no type on
    // either side, but its mode and such may be more than we say.
    if imports_c(facts) && (difference.theirs == "invalid type" || line.ty.is_some() && is_c(facts, line)) {
        return Some("cgo");
    }
    None
}

fn imports_c(facts: &Facts<'_>) -> bool {
    let tree = &facts.file.tree;
    tree.imports().iter().any(|&spec| match tree.spec(spec) {
        Spec::Import { path, .. } => tree.text(tree.expr_span(path)) == b"\"C\"",
        _ => false,
    })
}

fn is_c(_facts: &Facts<'_>, _line: &Line<'_>) -> bool {
    false
}
