//! What go-packages says.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use go_packages::{Environment, FileKind, GoCommand, Graph, Package, PackageError, Settings};

use super::cases::Case;
use super::shape::{Shape, UNKNOWN};
use crate::go::Toolchain;

/// Loads a case.
pub(super) fn load(
    toolchain: &Toolchain,
    case: &Case,
    environment: BTreeMap<String, String>,
) -> Result<Graph> {
    let tags = case.tags.split(',').filter(|tag| !tag.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let settings = Settings {
        tests: case.tests,
        tags: (!tags.is_empty()).then_some(tags),
        go: GoCommand::At(toolchain.go()),
        environment: Environment::Only(environment),
        ..Settings::new(&case.dir, case.patterns.iter().copied())
    };
    Ok(go_packages::load(&settings)?)
}

/// Its packages, by import path as go list has it.
pub(super) fn shapes(graph: &Graph) -> Result<BTreeMap<String, Shape>> {
    let mut shapes = BTreeMap::new();
    // A package that is not there is one for go, too, that is not compared.
    let there = |package: &Package| !package.dir.as_os_str().is_empty();
    for (at, package) in graph.packages.iter().enumerate().filter(|(_, package)| there(package)) {
        let mut shape = Shape::default();
        let mut fact = |name, value: String| _ = shape.facts.insert(name, value);
        let name = package.shown();
        fact("name", package.name.to_string());
        fact("dir", package.dir.display().to_string());
        fact("standard", package.standard.to_string());
        fact("root", package.root.to_string());
        fact("for test", package.for_test.as_deref().unwrap_or_default().to_owned());
        let mut errors = package.errors.iter();
        let wrong = errors.any(|error| !matches!(error, PackageError::OnlyTests { .. }));
        fact("has errors", wrong.to_string());
        let module = graph.module(package);
        let dir = module.and_then(|module| module.dir.as_ref()).map(|dir| dir.display().to_string());
        fact("module", module.map_or("", |module| &module.path).to_owned());
        fact("module version", module.and_then(|module| module.version.clone()).unwrap_or_default());
        fact("module dir", dir.unwrap_or_default());
        fact("module's go", module.and_then(|module| module.go_version.clone()).unwrap_or_default());
        fact("main module", module.map(|module| module.main.to_string()).unwrap_or_default());
        let replaced = module.and_then(|module| module.replaced.as_ref());
        let replaced =
            replaced.map(|(path, version)| format!("{path} {}", version.as_deref().unwrap_or_default()));
        fact("replaced", replaced.unwrap_or_default());
        for file in &package.files {
            let kind = if file.kind == FileKind::Cgo { "cgo" } else { "go" };
            let base = file.path.file_name().unwrap_or_default().display();
            shape.files.insert(format!("{kind} {base}"));
        }
        for import in &package.imports {
            let imported = import.package.map(|id| graph.package(id));
            ensure!(
                import.package.is_none_or(|id| id.index() < at),
                "{name} stands before {}, which it imports",
                import.path
            );
            if !import.implicit {
                let shown = imported.map_or_else(|| UNKNOWN.to_owned(), |package| package.shown());
                shape.imports.insert(import.path.to_string(), shown);
            }
        }
        ensure!(shapes.insert(name.clone(), shape).is_none(), "{name} is there twice");
    }
    Ok(shapes)
}
