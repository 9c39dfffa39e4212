//! Differences that are as they should be. Each rule says why, and is no wider than its reason.

use go_packages::FileKind;

use super::facts::{Facts, graph_package};
use super::truth::Line;

/// A difference, about to be counted.
pub(super) struct Difference<'d> {
    /// What differs: `mode`, `type` and so on.
    pub(super) kind: &'static str,
    pub(super) theirs: &'d str,
    pub(super) ours: &'d str,
    /// The type that go/types gives to the expression.
    pub(super) theirs_type: Option<&'d str>,
}

/// The rule that explains a difference of a line, if one does.
pub(super) fn rule(facts: &Facts<'_>, line: &Line<'_>, difference: &Difference<'_>) -> Option<&'static str> {
    // What is behind `C.` is known to neither. go/types goes on with the invalid type, and gives up at other places than we do;
    // a constant beside what is unknown stays untyped.
    let unknown = |text: &str| text.contains("invalid type");
    if uses_c(facts)
        && (line.mode == "-"
            || difference.theirs_type.is_some_and(unknown)
            || unknown(difference.theirs)
            || difference.theirs.starts_with("untyped ")
            || unknown(difference.ours))
    {
        return Some("cgo");
    }
    // A generic function as an element of a literal gets its type arguments from the type of the element. From Go 1.27 on go/types
    // says which they are, but leaves the function's type generic.
    if difference.kind == "type"
        && difference.theirs.starts_with("func[")
        && facts.is_element(line.start, line.end)
    {
        return Some("a generic function as an element");
    }
    // `A = iota` is worked out again for each line without a value of its own, and the last time counts. Which line that is
    // depends on what asks for the constants first: go/types looks at function literals last of all, and we do not.
    if difference.kind == "value" && facts.is_repeated(line.start, line.end) {
        return Some("a value that several constants share");
    }
    None
}

/// Whether a file of the package imports "C".
fn uses_c(facts: &Facts<'_>) -> bool {
    graph_package(facts.graph, facts.package.id)
        .is_some_and(|package| package.files.iter().any(|file| file.kind == FileKind::Cgo))
}
