//! What is compared: patterns in folders, with settings.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::go::Toolchain;
use crate::places;

/// Patterns in a folder, with settings.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) dir: PathBuf,
    pub(super) patterns: Vec<&'static str>,
    pub(super) tests: bool,
    /// By commas.
    pub(super) tags: &'static str,
    /// Environment variables, such as `GOOS`.
    variables: Vec<(&'static str, &'static str)>,
}

impl Case {
    fn new(dir: &Path, patterns: &[&'static str]) -> Case {
        Case {
            dir: dir.to_owned(),
            patterns: patterns.to_vec(),
            tests: false,
            tags: "",
            variables: Vec::new(),
        }
    }

    fn with(&self, variables: &[(&'static str, &'static str)]) -> Case {
        Case { variables: [&self.variables, variables].concat(), ..self.clone() }
    }

    /// What it is, for people.
    pub(super) fn name(&self) -> String {
        let mut words: Vec<String> =
            self.variables.iter().map(|(name, value)| format!("{name}={value}")).collect();
        words.extend(self.tests.then(|| "-test".to_owned()));
        if !self.tags.is_empty() {
            words.push(format!("-tags={}", self.tags));
        }
        words.extend(self.patterns.iter().map(|pattern| (*pattern).to_owned()));
        let parts: Vec<_> = self.dir.components().rev().take(2).collect();
        let parts: Vec<_> = parts.iter().rev().map(|part| part.as_os_str().display().to_string()).collect();
        format!("{} in {}", words.join(" "), parts.join("/"))
    }

    /// The environment that both sides see. There is no network.
    pub(super) fn environment(&self, toolchain: &Toolchain) -> BTreeMap<String, String> {
        let go = toolchain.command(toolchain.go());
        let mut all: BTreeMap<String, String> = env::vars().collect();
        for (name, value) in go.get_envs() {
            let Some(name) = name.to_str() else { continue };
            match value.and_then(|value| value.to_str()) {
                Some(value) => _ = all.insert(name.to_owned(), value.to_owned()),
                None => _ = all.remove(name),
            }
        }
        let fixed = [("GOPROXY", "off"), ("GOSUMDB", "off")];
        all.extend(
            fixed.iter().chain(&self.variables).map(|(name, value)| ((*name).into(), (*value).into())),
        );
        all
    }
}

const TAGS: &str = "purego,netgo,integration,e2e,x";

/// A case in all ways, or in the most important ones.
fn ways(case: &Case, all: bool) -> Vec<Case> {
    let tests = Case { tests: true, ..case.clone() };
    let mut cases = vec![case.clone(), tests.clone()];
    if all {
        cases.extend([
            case.with(&[("CGO_ENABLED", "0")]),
            tests.with(&[("GOOS", "windows")]),
            case.with(&[("GOOS", "darwin"), ("GOARCH", "arm64")]),
            case.with(&[("GOOS", "js"), ("GOARCH", "wasm")]),
            case.with(&[("GOARCH", "arm")]),
            Case { tags: TAGS, ..tests },
        ]);
    }
    cases
}

/// All packages of a module, and all that they import.
pub(super) fn of_module(dir: &Path, all: bool) -> Vec<Case> {
    let mut cases = ways(&Case::new(dir, &["./..."]), all);
    cases.push(Case::new(dir, &["all"]));
    cases
}

/// The cases that need nothing but what is here: the standard library, the modules of this repository, those
/// that bench/field requires, and what was fetched for `cargo xtask field`.
pub(super) fn built_in(short: bool, toolchain: &Toolchain) -> Result<Vec<Case>> {
    let root = places::root()?;
    let outside = places::results("packages")?;
    let mut cases = ways(&Case::new(&outside, &["std"]), true);
    cases.extend(ways(&Case::new(&outside, &["cmd"]), !short));
    cases.push(Case::new(&outside, &["net/...", ".../internal/..."]));
    cases.push(Case::new(&outside, &["fmt", "cmd/go"]));
    cases.extend(ways(&Case::new(&toolchain.root.join("src/net"), &["./..."]), false));
    if !toolchain.is_newest() {
        return Ok(cases);
    }
    // What is in their go.mod files is not for older releases.
    let trees = root.join("testdata/packages");
    for (dir, patterns) in TREES {
        cases.extend(ways(&Case::new(&trees.join(dir), patterns), false));
    }
    let tests = Case::new(&trees.join("broken_tests"), &["./..."]);
    cases.push(Case { tests: true, ..tests });
    for module in ["testdata/kernels", "testdata/robust", "demo/shop", "bench", "bench/field"] {
        cases.extend(of_module(&root.join(module), !short));
    }
    cases.push(Case::new(&root.join("testdata/kernels"), &["."]));
    let field = copy(&root.join("bench/field"), &outside.join("field"))?;
    download(toolchain, &field)?;
    // The go.sum of bench/field is for what it imports itself. In a copy go may add to it.
    let field = |patterns| Case::new(&field, patterns).with(&[("GOFLAGS", "-mod=mod")]);
    let grpc = field(&["google.golang.org/grpc/..."]);
    let others = field(&["github.com/prometheus/client_golang/...", "github.com/patrickmn/go-cache"]);
    if short {
        cases.extend([grpc, others]);
        return Ok(cases);
    }
    cases.extend(ways(&grpc, true));
    cases.extend(ways(&others, true));
    if let Ok(fetched) = fs::read_dir(places::cache("field")?) {
        let dirs = fetched.flatten().map(|entry| entry.path().join("src"));
        let mut dirs: Vec<PathBuf> = dirs.filter(|dir| dir.join("go.mod").is_file()).collect();
        dirs.sort();
        cases.extend(dirs.iter().flat_map(|dir| of_module(dir, true)));
    }
    Ok(cases)
}

/// Downloads the modules that a module requires: the cases ask no proxy.
fn download(toolchain: &Toolchain, module: &Path) -> Result<()> {
    let mut go = toolchain.command(toolchain.go());
    let output = go.args(["mod", "download"]).current_dir(module).output().context("cannot run go")?;
    let words = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "go cannot download what {} requires: {}",
        module.display(),
        words.trim()
    );
    Ok(())
}

/// Copies a module's go.mod and what is beside it.
fn copy(from: &Path, to: &Path) -> Result<PathBuf> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(to.to_owned())
}

/// Small trees below testdata/packages, and patterns in them. The README there says what is special about each.
const TREES: &[(&str, &[&str])] = &[
    ("broken", &["./..."]),
    ("broken", &["./cycle/a", "./missing", "./mixed"]),
    ("files", &["./..."]),
    ("files", &["./constraints"]),
    ("files/named", &["one.go", "two.go"]),
    ("nested", &["./..."]),
    ("nested", &["./a/.../c", "./deep..."]),
    ("nested", &["example.com/nested/a/..."]),
    ("nested/a", &["../..."]),
    ("nested/a", &["..", "./b/c/", "example.com/nested/deep"]),
    ("nested/inner", &["./..."]),
    ("old", &["./..."]),
    ("old", &["all"]),
    ("replace/main", &["./..."]),
    ("replace/main", &["all"]),
    ("replace/main", &["../library/...", "example.com/library/extra"]),
    ("replace/main", &["./inside/...", "example.com/..."]),
    ("tests", &["./..."]),
    ("tests", &["./command", "./base"]),
    ("vendored", &["./..."]),
    ("vendored", &["all"]),
    ("vendored", &["example.com/..."]),
    ("vendored", &["./vendor/example.com/library"]),
    ("workspace", &["./one/...", "./two/..."]),
    ("workspace/one", &["./...", "example.com/two/part"]),
    ("workspace/two", &["all"]),
];
