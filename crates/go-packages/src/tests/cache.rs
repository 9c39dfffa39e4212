//! The module cache, and versions.

use super::trees::Tree;
use crate::load;

#[test]
fn modules_of_the_cache() {
    let tree = Tree::new(
        "-- m/go.mod --\nmodule m\n\ngo 1.21\n\nrequire (\n\texample.com/Upper v1.2.0\n\texample.com/Upper/sub v0.1.0\n\texample.com/gone v1.0.0\n)\n-- m/a.go --\npackage m\nimport (\n\t\"example.com/Upper/x\"\n\t\"example.com/Upper/sub\"\n\t\"example.com/gone\"\n\t\"example.com/Upper/y\"\n)\n-- cache/example.com/!upper@v1.2.0/x/x.go --\npackage x\n-- cache/example.com/!upper@v1.2.0/go.mod --\nmodule example.com/Upper\ngo 1.18\n-- cache/example.com/!upper/sub@v0.1.0/s.go --\npackage sub\n-- cache/example.com/!upper/sub@v0.1.0/go.mod --\nmodule example.com/Upper/sub\n-- cache/cache/download/example.com/gone/@v/v1.0.0.mod --\nmodule example.com/gone\n",
    );
    assert_eq!(
        tree.load("m", &["."]),
        "m [example.com/Upper/sub, example.com/Upper/x, ?, ?]
    m/a.go:6:2: cannot find package example.com/Upper/y: the module example.com/Upper v1.2.0 has no such package
    m/a.go:5:2: cannot find package example.com/gone: its module example.com/gone v1.0.0 is not in the module cache
  to download it: go mod download"
    );
    let graph = load(&tree.settings("m", &["example.com/Upper/x"])).unwrap();
    let module = graph.module(graph.package(graph.roots[0])).unwrap();
    assert_eq!((module.version.as_deref(), module.go_version.as_deref()), (Some("v1.2.0"), Some("1.18")));
}

#[test]
fn the_highest_version_counts_in_an_old_module() {
    let tree = Tree::new(
        "-- m/go.mod --\nmodule m\n\ngo 1.16\n\nrequire example.com/a v1.0.0\nrequire example.com/b v1.0.0\n-- m/a.go --\npackage m\nimport \"example.com/a\"\n-- cache/example.com/a@v1.0.0/a.go --\npackage a\nimport \"example.com/b\"\nimport \"example.com/c\"\n-- cache/cache/download/example.com/a/@v/v1.0.0.mod --\nmodule example.com/a\nrequire example.com/b v1.1.0\nrequire example.com/c v1.0.0\n-- cache/cache/download/example.com/b/@v/v1.1.0.mod --\nmodule example.com/b\n-- cache/cache/download/example.com/b/@v/v1.0.0.mod --\nmodule example.com/b\n-- cache/cache/download/example.com/c/@v/v1.0.0.mod --\nmodule example.com/c\n-- cache/example.com/b@v1.1.0/b.go --\npackage b\n-- cache/example.com/c@v1.0.0/c.go --\npackage c\n",
    );
    let graph = load(&tree.settings("m", &["."])).unwrap();
    let modules =
        graph.modules.iter().map(|module| (&*module.path, module.version.as_deref().unwrap_or("-")));
    assert_eq!(
        modules.collect::<Vec<_>>(),
        [("example.com/b", "v1.1.0"), ("example.com/c", "v1.0.0"), ("example.com/a", "v1.0.0"), ("m", "-")]
    );
}

#[test]
fn a_replacement_that_is_not_there() {
    let tree = Tree::new(
        "-- m/go.mod --\nmodule m\n\ngo 1.21\nrequire example.com/a v1.0.0\nreplace example.com/a => ../a\n-- m/a.go --\npackage m\nimport \"example.com/a\"\n",
    );
    assert_eq!(
        tree.load("m", &["."]),
        "m [?]\n    m/a.go:2:8: cannot find package example.com/a: its module example.com/a is replaced by the folder ../a, which is not there"
    );
}
