//! Imports that lead nowhere, or that are not allowed.

use std::sync::Arc;

use super::explore::Node;
use super::units::{Edge, Unit};
use crate::{FileKind, PackageError, PackageKind};

/// What is wrong with an import.
pub(super) fn check(nodes: &[Node], from: Unit, edge: &Edge) -> Option<PackageError> {
    let (importer, imported) = (&nodes[from.node], &nodes[edge.node]);
    let scan = &importer.found.as_ref().ok()?.scan;
    let place = scan.place(edge.spot?);
    let found = match &imported.found {
        Ok(found) => found,
        Err(missing) => {
            return Some(PackageError::Missing {
                place,
                import: edge.path.clone(),
                why: missing.why.clone(),
            });
        }
    };
    let path = &imported.path;
    if edge.node == from.node {
        // Its own tests are outside of it and may do what others may not.
        return None;
    }
    let no_code =
        !found.scan.has(FileKind::Go) && !found.scan.has(FileKind::Cgo) && found.scan.errors.is_empty();
    let message = if found.scan.name == "main" {
        format!("{path} is a command: it cannot be imported")
    } else if !may_see(&importer.path, path, from.kind) {
        let who = match parent(path) {
            Some("") | None => "the standard library".to_owned(),
            Some(parent) => format!("packages below {parent}"),
        };
        format!("{path} is internal: only {who} can import it")
    } else if no_code && !found.scan.files.is_empty() {
        return Some(PackageError::OnlyTests { place, import: path.clone() });
    } else {
        return None;
    };
    Some(PackageError::Import { place, message })
}

/// Whether a package may import another one by the rule for folders `internal`.
fn may_see(importer: &Arc<str>, imported: &str, kind: PackageKind) -> bool {
    // Of files that are named, the path says nothing.
    if &**importer == "command-line-arguments" || kind == PackageKind::ForTest {
        return true;
    }
    parent(imported).is_none_or(|parent| {
        parent.is_empty() && crate::find::is_standard(importer)
            || importer.strip_prefix(parent).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// What is before the last `internal` of a path.
fn parent(path: &str) -> Option<&str> {
    if path == "internal" || path.starts_with("internal/") && !path.contains("/internal") {
        return Some("");
    }
    if let Some(before) = path.strip_suffix("/internal") {
        return Some(before);
    }
    path.rfind("/internal/").map(|at| &path[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internal() {
        let may = |importer: &str, imported: &str| may_see(&importer.into(), imported, PackageKind::Plain);
        assert!(may("a.b/c", "a.b/c/internal/d") && may("a.b/c/e", "a.b/c/internal/d"));
        assert!(!may("a.b/cc", "a.b/c/internal/d") && !may("a.b", "a.b/c/internal"));
        assert!(may("net/http", "internal/poll") && !may("a.b/c", "internal/poll"));
        assert!(!may("net", "go/internal/gcimporter") && may("go/types", "go/internal/gcimporter"));
    }
}
