//! Which places are wanted.

use go_binary::{Anchor, names};

use super::Options;

impl Options {
    /// Whether all that was asked for is true of the place, but for `--std`.
    pub(super) fn is_met_by(&self, anchor: &Anchor) -> bool {
        let functions = || anchor.frames.iter().map(|frame| frame.function.as_str());
        let in_package = |function: &str| {
            let package = names::package(function);
            self.package.iter().any(|pattern| matches(pattern, package))
        };
        (self.operations.is_empty() || self.operations.contains(&anchor.operation))
            && (self.package.is_empty() || functions().any(in_package))
            && self.function.as_ref().is_none_or(|part| functions().any(|name| name.contains(part)))
    }
}

/// Whether go would take `pattern` for `package`: `...` stands for any text, and `net/...` means net too.
fn matches(pattern: &str, package: &str) -> bool {
    if pattern.strip_suffix("/...").is_some_and(|parent| parent == package) {
        return true;
    }
    let mut parts = pattern.split("...");
    let Some(mut rest) = parts.next().and_then(|first| package.strip_prefix(first)) else { return false };
    let mut last = None;
    for part in parts {
        // The earliest place leaves most for those that follow.
        let Some((_, after)) = rest.split_once(part) else { return false };
        (rest, last) = (after, Some(part));
    }
    // The last part stands at the end, the first one alone is all.
    last.map_or(rest.is_empty(), |last| package.ends_with(last))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_are_those_of_go() {
        for (pattern, package) in [
            ("net/http", "net/http"),
            ("net/...", "net/http"),
            ("net/...", "net"),
            ("net...", "netip"),
            (".../internal/...", "a/b/internal/c"),
            ("...", "main"),
            ("a...b", "axbxb"),
        ] {
            assert!(matches(pattern, package), "{pattern} {package}");
        }
        for (pattern, package) in [("net", "net/http"), ("net/...", "netip"), ("a...b", "axbx"), ("", "main")]
        {
            assert!(!matches(pattern, package), "{pattern} {package}");
        }
    }
}
