//! Vendor folders, workspaces, modules in modules.

use super::trees::Tree;
use crate::{ModMode, load};

#[test]
fn a_vendor_folder() {
    let tree = Tree::new(
        "-- m/go.mod --\nmodule m\n\ngo 1.24\n\nrequire example.com/a v1.0.0\n-- m/a.go --\npackage m\nimport \"example.com/a/b\"\nimport \"example.com/a/c\"\n-- m/vendor/modules.txt --\n# example.com/a v1.0.0\n## explicit; go 1.19\nexample.com/a/b\n-- m/vendor/example.com/a/b/b.go --\npackage b\n-- m/vendor/example.com/a/c/c.go --\npackage c\n",
    );
    assert_eq!(
        tree.load("m", &["./..."]),
        "m [example.com/a/b, ?]
    m/a.go:3:8: cannot find package example.com/a/c: it is in the vendor folder but not in vendor/modules.txt
  to bring both together: go mod vendor"
    );
    let graph = load(&tree.settings("m", &["example.com/a/b"])).unwrap();
    let package = graph.package(graph.roots[0]);
    assert_eq!(*package.dir, *tree.path("m/vendor/example.com/a/b"));
    assert_eq!(graph.language(package), Some("1.19"));
    let mut settings = tree.settings("m", &["."]);
    settings.mod_mode = Some(ModMode::Cache);
    assert!(tree.shown(load(&settings)).contains("example.com/a v1.0.0 is not in the module cache"));
}

#[test]
fn a_workspace() {
    let tree = Tree::new(
        "-- w/go.work --\ngo 1.22\nuse (\n\t./a\n\t./b\n)\nreplace example.com/c => ./c\n-- w/a/go.mod --\nmodule example.com/a\n\ngo 1.21\n\nrequire example.com/c v1.0.0\n-- w/a/a.go --\npackage a\nimport \"example.com/b\"\nimport \"example.com/c\"\n-- w/b/go.mod --\nmodule example.com/b\n\ngo 1.22\n-- w/b/b.go --\npackage b\n-- w/c/go.mod --\nmodule example.com/c\n-- w/c/c.go --\npackage c\n",
    );
    assert_eq!(tree.load("w/a", &["./..."]), "example.com/a [example.com/b, example.com/c]");
    assert_eq!(
        tree.load("w", &["./a/...", "./b"]),
        "example.com/b []\nexample.com/a [example.com/b, example.com/c]"
    );
    let graph = load(&tree.settings("w/a", &["."])).unwrap();
    let versions = graph.packages.iter().map(|package| graph.language(package));
    assert_eq!(versions.collect::<Vec<_>>(), [Some("1.22"), Some("1.16"), Some("1.21")]);
    assert!(tree.load("w", &["./..."]).starts_with("error: no package in or below "));
    let mut settings = tree.settings("w/a", &["."]);
    if let crate::Environment::Only(all) = &mut settings.environment {
        all.insert("GOWORK".to_owned(), "off".to_owned());
    }
    assert!(tree.shown(load(&settings)).contains("cannot find package example.com/b"));
}

#[test]
fn modules_in_modules_and_other_folders_are_left_out() {
    let tree = Tree::new(
        "-- m/go.mod --\nmodule m\n\ngo 1.25\nignore ./left\n-- m/a.go --\npackage m\n-- m/b/c/c.go --\npackage c\n-- m/in/go.mod --\nmodule in\n-- m/in/a.go --\npackage in\n-- m/testdata/t.go --\npackage t\n-- m/_x/x.go --\npackage x\n-- m/left/l.go --\npackage l\n-- m/none/n_windows.go --\npackage n\n",
    );
    assert_eq!(tree.load("m", &["./..."]), "m []\nm/b/c []");
    assert_eq!(tree.load("m", &["./b/..."]), "m/b/c []");
    assert_eq!(tree.load("m", &["all"]), "m []\nm/b/c []");
    assert_eq!(tree.load("m", &["m/..."]), "m []\nm/b/c []");
    assert_eq!(tree.load("m/b", &["../.../c", "../testdata"]), "m/b/c []\nm/testdata []");
    assert!(tree.load("m", &["./in"]).contains("m/in/go.mod makes it a module of its own"));
    assert!(tree.load("m", &["./in/..."]).contains("start there, or add it to a workspace: go work use"));
}
