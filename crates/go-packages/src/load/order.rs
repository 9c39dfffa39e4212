//! Orders packages so that each stands after what it imports, and makes the graph of them.

use std::collections::HashMap;
use std::sync::Arc;

use super::check::check;
use super::explore::{Found, Node};
use super::units::{Edge, Unit, Units};
use super::{Explored, Loader};
use crate::modules::Source;
use crate::modules::file::{Kind, ModFile};
use crate::{
    File, FileKind, Graph, Import, Module, ModuleId, Note, Package, PackageError, PackageId, PackageKind,
};

/// A package whose imports are gone through.
struct Open {
    unit: Unit,
    edges: Vec<Edge>,
    next: usize,
    imports: Vec<Import>,
    errors: Vec<PackageError>,
}

#[derive(Default)]
struct Made {
    packages: Vec<Package>,
    /// The id of each unit that is done; none for those that are open.
    ids: HashMap<Unit, Option<PackageId>>,
    modules: Vec<Module>,
    module_ids: HashMap<Arc<str>, ModuleId>,
}

impl Loader<'_> {
    /// Makes the graph.
    pub(super) fn graph(&self, explored: Explored, notes: Vec<Note>) -> Graph {
        let units = Units::new(&explored, self.settings.tests);
        let mut made = Made::default();
        for root in &units.roots {
            self.visit(*root, &units, &explored.nodes, &mut made);
        }
        for root in &units.roots {
            if let Some(Some(id)) = made.ids.get(root) {
                made.packages[id.index()].root = true;
            }
        }
        // What was named but is not there, so that it is seen.
        let named = explored.roots.iter().map(|node| &explored.nodes[*node]);
        let nodes =
            named.filter_map(|node| Some((node.path.to_string(), node.found.as_ref().err()?.why.clone())));
        let patterns =
            explored.missing.iter().map(|(pattern, missing)| (pattern.clone(), missing.why.clone()));
        for (path, why) in nodes.chain(patterns) {
            made.packages.push(Package {
                path: path.as_str().into(),
                kind: PackageKind::Plain,
                for_test: None,
                name: "".into(),
                dir: self.dir.as_path().into(),
                module: None,
                standard: false,
                root: true,
                files: Vec::new(),
                imports: Vec::new(),
                errors: vec![PackageError::NotFound { path, why }],
            });
        }
        let roots = (0..made.packages.len()).filter(|at| made.packages[*at].root).map(PackageId::from_index);
        Graph {
            roots: roots.collect(),
            packages: made.packages,
            modules: made.modules,
            target: self.env.target.clone(),
            go_version: self.env.version.clone(),
            goroot: self.env.goroot.clone(),
            notes,
        }
    }

    /// Makes a package, and first all that it imports.
    fn visit(&self, root: Unit, units: &Units<'_>, nodes: &[Node], made: &mut Made) {
        if made.ids.contains_key(&root) {
            return;
        }
        made.ids.insert(root, None);
        let mut stack = vec![Open::new(root, units)];
        while let Some(open) = stack.last_mut() {
            let Some(edge) = open.edges.get(open.next) else {
                if let Some(open) = stack.pop() {
                    self.close(open, nodes, made);
                }
                continue;
            };
            let known = edge.unit.map(|unit| (unit, made.ids.get(&unit).copied()));
            match known {
                Some((unit, None)) => {
                    made.ids.insert(unit, None);
                    let next = Open::new(unit, units);
                    stack.push(next);
                    continue;
                }
                Some((_, Some(Some(id)))) => {
                    open.imports.push(import(edge, Some(id)));
                    open.errors.extend(check(nodes, open.unit, edge));
                }
                Some((unit, Some(None))) => {
                    open.imports.push(import(edge, None));
                    let from = stack.iter().position(|open| open.unit == unit).unwrap_or(0);
                    let error = cycle(&stack[from..], nodes);
                    stack[from].errors.push(error);
                }
                None => {
                    open.imports.push(import(edge, None));
                    open.errors.extend(check(nodes, open.unit, edge));
                }
            }
            if let Some(open) = stack.last_mut() {
                open.next += 1;
            }
        }
    }

    fn close(&self, open: Open, nodes: &[Node], made: &mut Made) {
        let node = &nodes[open.unit.node];
        let Ok(found) = &node.found else { return };
        let mut errors = found.scan.errors.clone();
        errors.extend(open.errors);
        let external = open.unit.kind == PackageKind::ExternalTest;
        if found.scan.files.is_empty() && errors.is_empty() {
            let dir = found.dir.clone();
            errors.push(match found.scan.excluded {
                0 => PackageError::NoGoFiles { dir },
                _ => PackageError::AllExcluded { dir },
            });
        }
        let ending = if external { "_test" } else { "" };
        let package = Package {
            path: if external { format!("{}{ending}", node.path).into() } else { node.path.clone() },
            kind: open.unit.kind,
            for_test: open.unit.test.map(|test| nodes[test].path.clone()),
            name: format!("{}{ending}", found.scan.name).into(),
            dir: found.dir.clone(),
            module: found.source.as_ref().map(|source| self.module(source, made)),
            standard: found.standard,
            root: false,
            files: files(found, open.unit.kind),
            imports: open.imports,
            errors,
        };
        made.ids.insert(open.unit, Some(PackageId::from_index(made.packages.len())));
        made.packages.push(package);
    }

    fn module(&self, source: &Source, made: &mut Made) -> ModuleId {
        if let Some(id) = made.module_ids.get(&source.module.path) {
            return *id;
        }
        let id = ModuleId::from_index(made.modules.len());
        let mut module = source.module.clone();
        if !module.main
            && let Some(dir) = &module.dir
            && let Ok(text) = self.disk.read_text(&dir.join("go.mod"))
        {
            let file = ModFile::parse(dir, &text, Kind::Dependency).unwrap_or_default();
            module.go_version = file.go;
        }
        made.module_ids.insert(module.path.clone(), id);
        made.modules.push(module);
        id
    }
}

impl Open {
    fn new(unit: Unit, units: &Units<'_>) -> Open {
        Open { unit, edges: units.edges(unit), next: 0, imports: Vec::new(), errors: Vec::new() }
    }
}

fn import(edge: &Edge, package: Option<PackageId>) -> Import {
    Import { path: edge.path.clone(), package, implicit: edge.spot.is_none() }
}

/// The files of a package or variant.
fn files(found: &Found, kind: PackageKind) -> Vec<File> {
    let has = |file: &&File| match (kind, file.kind) {
        (PackageKind::ExternalTest, kind) => kind == FileKind::ExternalTest,
        (_, FileKind::ExternalTest) => false,
        (kind, FileKind::Test) => kind == PackageKind::WithTests,
        _ => true,
    };
    let mut files: Vec<File> = found.scan.files.iter().filter(has).cloned().collect();
    files.sort_by_key(|file| file.kind);
    files
}

/// The imports that lead from the first over all others back to it.
fn cycle(stack: &[Open], nodes: &[Node]) -> PackageError {
    let around = stack.iter().chain(stack.first());
    PackageError::Cycle { path: around.map(|open| nodes[open.unit.node].path.to_string()).collect() }
}
