//! What `go list` says.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::cases::Case;
use super::shape::Shape;
use crate::go::Toolchain;

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Listed {
    import_path: String,
    name: String,
    dir: String,
    standard: bool,
    dep_only: bool,
    incomplete: bool,
    for_test: String,
    module: Option<Module>,
    go_files: Vec<String>,
    cgo_files: Vec<String>,
    imports: Vec<String>,
    import_map: HashMap<String, String>,
    deps: Vec<String>,
    error: Option<serde_json::Value>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Module {
    path: String,
    version: String,
    dir: String,
    go_version: String,
    main: bool,
    replace: Option<Box<Module>>,
}

const FIELDS: &str = "-json=ImportPath,Name,Dir,Standard,DepOnly,Incomplete,ForTest,Module,GoFiles,CgoFiles,\
                      Imports,ImportMap,Deps,Error";

/// All packages that go lists, by import path. Left out are the programs that run tests, and what only they import.
pub(super) fn list(
    toolchain: &Toolchain,
    case: &Case,
    environment: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, Shape>> {
    let mut command = Command::new(toolchain.go());
    command
        .env_clear()
        .envs(environment)
        .current_dir(&case.dir)
        .args(["list", "-e", "-deps", "-pgo=off", FIELDS]);
    if case.tests {
        command.arg("-test");
    }
    if !case.tags.is_empty() {
        command.arg(format!("-tags={}", case.tags));
    }
    let output = command.arg("--").args(&case.patterns).output().context("cannot run go")?;
    if !output.status.success() {
        bail!("go list failed:\n{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let listed = serde_json::Deserializer::from_slice(&output.stdout).into_iter::<Listed>();
    let listed = listed.collect::<Result<Vec<_>, _>>().context("go list says what is no JSON")?;
    let is_main = |package: &Listed| {
        package.name == "main" && package.for_test.is_empty() && package.import_path.ends_with(".test")
    };
    let mut wanted: HashSet<&str> = HashSet::new();
    for root in listed.iter().filter(|package| !package.dep_only && !is_main(package)) {
        wanted.insert(&root.import_path);
        wanted.extend(root.deps.iter().map(String::as_str));
    }
    // A package that is not there is one for go.
    let there = |package: &&Listed| !package.dir.is_empty();
    let packages = listed.iter().filter(there).filter(|package| wanted.contains(&*package.import_path));
    Ok(packages.map(|package| (package.import_path.clone(), package.shape())).collect())
}

impl Listed {
    fn shape(&self) -> Shape {
        let mut shape = Shape::default();
        let mut fact = |name, value: String| _ = shape.facts.insert(name, value);
        fact("name", self.name.clone());
        fact("dir", self.dir.clone());
        if self.standard || !self.import_path.contains("_test [") {
            // It is never set for external tests.
            fact("standard", self.standard.to_string());
        }
        fact("root", (!self.dep_only).to_string());
        fact("for test", self.for_test.clone());
        if self.error.is_some() || !self.incomplete {
            fact("has errors", self.error.is_some().to_string());
        }
        let module = self.module.as_ref();
        let say = |part: fn(&Module) -> String| module.map(part).unwrap_or_default();
        fact("module", say(|module| module.path.clone()));
        fact("module version", say(|module| module.version.clone()));
        fact("module dir", say(|module| module.dir.clone()));
        fact("module's go", say(|module| module.go_version.clone()));
        fact("main module", say(|module| module.main.to_string()));
        let replaced =
            |module: &Module| module.replace.as_ref().map(|by| format!("{} {}", by.path, by.version));
        fact("replaced", module.and_then(replaced).unwrap_or_default());
        shape.files = files("go", &self.go_files).chain(files("cgo", &self.cgo_files)).collect();
        // The map has only what is not written as it is.
        let written: BTreeMap<&str, &str> =
            self.import_map.iter().map(|(path, to)| (&**to, &**path)).collect();
        for package in self.imports.iter().filter(|package| *package != "C") {
            let path = written.get(&**package).map_or(&**package, |path| *path);
            shape.imports.insert(path.to_owned(), package.clone());
        }
        shape
    }
}

fn files<'a>(kind: &'a str, names: &'a [String]) -> impl Iterator<Item = String> + 'a {
    // Those that are named are listed as they were named.
    let base =
        |name: &str| Path::new(name).file_name().map_or_else(String::new, |name| name.display().to_string());
    let names: BTreeSet<String> = names.iter().map(|name| base(name)).collect();
    names.into_iter().map(move |name| format!("{kind} {name}"))
}
