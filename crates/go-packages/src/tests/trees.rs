//! Writes a tree of files to a temporary folder, and loads packages from it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

use crate::{Environment, Error, GoCommand, Graph, Package, Settings, load};

/// A folder that is removed at the end.
pub(super) struct Tree {
    root: PathBuf,
}

/// A small GOROOT, and where the module cache is.
const GOROOT: &str = "
-- goroot/VERSION --
go1.27.3
time 2026-01-01T00:00:00Z
-- goroot/src/runtime/runtime.go --
package runtime
-- goroot/src/runtime/cgo/cgo.go --
package cgo
-- goroot/src/unsafe/unsafe.go --
package unsafe
-- goroot/src/syscall/syscall.go --
package syscall
-- goroot/src/testing/testing.go --
package testing
-- goroot/src/fmt/fmt.go --
package fmt
-- goroot/src/internal/abi/abi.go --
package abi
-- goroot/src/net/net.go --
package net
import _ \"golang.org/x/net/dns\"
-- goroot/src/vendor/golang.org/x/net/dns/dns.go --
package dns
";

impl Tree {
    /// Writes files: each starts with a line `-- its/path --`.
    pub(super) fn new(text: &str) -> Tree {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("go-packages-{}-{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let root = fs::canonicalize(env::temp_dir()).unwrap().join(name);
        let tree = Tree { root };
        for text in [GOROOT, text] {
            tree.write(text);
        }
        tree
    }

    fn write(&self, text: &str) {
        let mut files: Vec<(PathBuf, String)> = Vec::new();
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("-- ").and_then(|line| line.strip_suffix(" --")) {
                files.push((self.root.join(name), String::new()));
            } else if let Some((_, text)) = files.last_mut() {
                text.push_str(line);
                text.push('\n');
            }
        }
        for (path, text) in files {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Settings for patterns in a folder.
    pub(super) fn settings(&self, dir: &str, patterns: &[&str]) -> Settings {
        let of = |path: &str| self.path(path).display().to_string();
        let variables = [("GOROOT", of("goroot")), ("GOMODCACHE", of("cache")), ("GOOS", "linux".into())];
        let more = [("GOARCH", "amd64".into()), ("CGO_ENABLED", "1".into())];
        let all = variables.into_iter().chain(more).map(|(name, value)| (name.to_owned(), value));
        Settings {
            go: GoCommand::Never,
            environment: Environment::Only(all.collect::<BTreeMap<_, _>>()),
            ..Settings::new(self.path(dir), patterns.iter().copied())
        }
    }

    /// The packages that patterns in a folder come to, and what is wrong with them.
    pub(super) fn load(&self, dir: &str, patterns: &[&str]) -> String {
        self.shown(load(&self.settings(dir, patterns)))
    }

    /// The graph as text, with the paths as seen from the top of the tree: the packages that are named, and in
    /// brackets what they import.
    pub(super) fn shown(&self, graph: Result<Graph, Error>) -> String {
        let text = match graph {
            Ok(graph) => {
                let lines =
                    graph.packages.iter().filter(|package| package.root || !package.errors.is_empty());
                lines.map(|package| line(&graph, package)).collect::<Vec<_>>().join("\n")
            }
            Err(error) => format!("error: {error}"),
        };
        text.replace(&format!("{}/", self.root.display()), "")
    }
}

fn line(graph: &Graph, package: &Package) -> String {
    let written = package.imports.iter().filter(|import| !import.implicit);
    let imports = written.map(|import| import.package.map_or("?".to_owned(), |id| graph.package(id).shown()));
    let mut text = format!("{} [{}]", package.shown(), imports.collect::<Vec<_>>().join(", "));
    for error in &package.errors {
        text.push_str(&format!("\n    {error}"));
    }
    text
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// The names of a package's files.
pub(super) fn files(package: &Package) -> Vec<&str> {
    package.files.iter().filter_map(|file| file.path.file_name()?.to_str()).collect()
}
