//! Packages and their test variants: which are compiled, and what each imports.
//!
//! The tests of `p` see a `p` with its tests in it. So must all that they import that imports `p` itself: of each
//! such package there is a variant for the tests of `p`.

use std::collections::HashMap;
use std::sync::Arc;

use super::Explored;
use super::explore::Found;
use super::scan::Spot;
use crate::{FileKind, PackageKind};

/// A package or a variant of one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Unit {
    /// The index of its node.
    pub(crate) node: usize,
    pub(crate) kind: PackageKind,
    /// The index of the node that it is a variant for.
    pub(crate) test: Option<usize>,
}

impl Unit {
    pub(crate) fn plain(node: usize) -> Unit {
        Unit { node, kind: PackageKind::Plain, test: None }
    }
}

/// An import of a unit.
pub(crate) struct Edge {
    pub(crate) path: Arc<str>,
    /// The node that it leads to, and the unit if it was found.
    pub(crate) node: usize,
    pub(crate) unit: Option<Unit>,
    /// Where it is written. None if cgo or the linker needs it.
    pub(crate) spot: Option<Spot>,
}

/// All units.
pub(crate) struct Units<'e> {
    explored: &'e Explored,
    /// For each node with tests in it: the nodes that import it, over others or not.
    importers: HashMap<usize, Vec<bool>>,
    pub(crate) roots: Vec<Unit>,
}

impl<'e> Units<'e> {
    /// Finds the roots: the packages that are named, and if `tests` is set their tests.
    pub(crate) fn new(explored: &'e Explored, tests: bool) -> Units<'e> {
        let mut units = Units { explored, importers: HashMap::new(), roots: Vec::new() };
        let mut reverse: Option<Vec<Vec<usize>>> = None;
        for node in &explored.roots {
            let Some(found) = units.found(*node) else { continue };
            units.roots.push(Unit::plain(*node));
            if !tests {
                continue;
            }
            let (inside, outside) = (found.scan.has(FileKind::Test), found.scan.has(FileKind::ExternalTest));
            if inside || outside && found.scan.name == "main" {
                let reverse = reverse.get_or_insert_with(|| units.reverse());
                let importers = reach(*node, reverse);
                units.importers.insert(*node, importers);
                units.roots.push(Unit { node: *node, kind: PackageKind::WithTests, test: Some(*node) });
            }
            if outside {
                units.roots.push(Unit { node: *node, kind: PackageKind::ExternalTest, test: Some(*node) });
            }
        }
        units
    }

    pub(crate) fn found(&self, node: usize) -> Option<&'e Found> {
        self.explored.nodes[node].found.as_ref().ok()
    }

    /// What a unit imports, by path.
    pub(crate) fn edges(&self, unit: Unit) -> Vec<Edge> {
        let Some(found) = self.found(unit.node) else { return Vec::new() };
        let groups: &[usize] = match unit.kind {
            PackageKind::Plain | PackageKind::ForTest => &[0],
            PackageKind::WithTests => &[0, 1],
            PackageKind::ExternalTest => &[2],
        };
        let mut edges: Vec<Edge> = Vec::new();
        for group in groups {
            for ((path, spot), node) in found.scan.imports[*group].iter().zip(&found.targets[*group]) {
                edges.push(Edge {
                    path: path.clone(),
                    node: *node,
                    unit: self.target(unit, *node),
                    spot: Some(*spot),
                });
            }
        }
        if unit.kind != PackageKind::ExternalTest {
            for (path, node) in &found.implicit {
                edges.push(Edge {
                    path: path.clone(),
                    node: *node,
                    unit: self.target(unit, *node),
                    spot: None,
                });
            }
        }
        // The sort keeps the order of equals, so that a package's own import comes before that of its test.
        edges.sort_by(|a, b| a.path.cmp(&b.path));
        edges.dedup_by(|b, a| a.path == b.path);
        edges
    }

    /// What an import means in a unit.
    fn target(&self, unit: Unit, node: usize) -> Option<Unit> {
        self.found(node)?;
        let Some(test) = unit.test else { return Some(Unit::plain(node)) };
        Some(match self.importers.get(&test) {
            Some(_) if node == test => Unit { node, kind: PackageKind::WithTests, test: Some(test) },
            Some(importers) if importers[node] => Unit { node, kind: PackageKind::ForTest, test: Some(test) },
            _ => Unit::plain(node),
        })
    }

    /// What imports each node.
    fn reverse(&self) -> Vec<Vec<usize>> {
        let mut reverse = vec![Vec::new(); self.explored.nodes.len()];
        for id in 0..reverse.len() {
            let Some(found) = self.found(id) else { continue };
            let implicit = found.implicit.iter().map(|(_, node)| node);
            for target in found.targets[0].iter().chain(implicit) {
                reverse[*target].push(id);
            }
        }
        reverse
    }
}

/// The nodes from which there is a way to `node`.
fn reach(node: usize, reverse: &[Vec<usize>]) -> Vec<bool> {
    let mut reached = vec![false; reverse.len()];
    let mut todo = reverse[node].clone();
    while let Some(next) = todo.pop() {
        if !std::mem::replace(&mut reached[next], true) {
            todo.extend(&reverse[next]);
        }
    }
    reached
}
