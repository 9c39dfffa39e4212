//! What is wrong is said, and the rest is loaded.

use super::trees::Tree;
use crate::{Note, load};

#[test]
fn without_a_module() {
    let tree = Tree::new("-- lone/a.go --\npackage a\n");
    assert_eq!(
        tree.load("lone", &[]),
        format!(
            "error: no go.mod in {} or above it\n  start in a module, or make one: go mod init NAME",
            tree.path("lone").display()
        )
        .replace(&format!("{}/", tree.path("").display().to_string().trim_end_matches('/')), "")
    );
    assert_eq!(tree.load("lone", &["net"]), "net [vendor/golang.org/x/net/dns]");
    assert_eq!(tree.load("lone", &["a.go"]), "command-line-arguments []");
}

#[test]
fn bad_lines_of_go_mod() {
    let tree = Tree::new("-- m/go.mod --\nmodule m\n\nrequire example.com/a\n-- n/go.mod --\ngo 1.21\n");
    assert_eq!(
        tree.load("m", &["./..."]),
        "error: m/go.mod:3: expected `require MODULE VERSION`, found `require example.com/a`"
    );
    assert_eq!(
        tree.load("n", &["./..."]),
        "error: n/go.mod: there is no `module` line\n  to add one: go mod edit -module NAME"
    );
}

#[test]
fn what_is_missing_is_an_error_of_the_importer() {
    let tree = Tree::new(
        "-- m/go.mod --\nmodule example.com/m\n\ngo 1.21\n-- m/a.go --\npackage m\n\nimport (\n\t\"fmt\"\n\t\"example.org/x\"\n\t\"example.com/m/sub\"\n\t\"nothing\"\n)\n-- m/b/b.go --\npackage b\n",
    );
    assert_eq!(
        tree.load("m", &["./..."]),
        "example.com/m [?, ?, fmt, ?]
    m/a.go:6:2: cannot find package example.com/m/sub: the module example.com/m has no such folder with Go files
    m/a.go:5:2: cannot find package example.org/x: no module that go.mod requires has it
  to add one: go get example.org/x
    m/a.go:7:2: cannot find package nothing: it is not in the standard library
example.com/m/b []"
    );
}

#[test]
fn what_is_named_and_not_there() {
    let tree = Tree::new("-- m/go.mod --\nmodule m\n\ngo 1.21\n-- m/a.go --\npackage m\n");
    assert_eq!(tree.load("m", &["./nowhere", "fmt"]).lines().count(), 3);
    assert!(
        tree.load("m", &["./nowhere"])
            .starts_with("./nowhere []\n    cannot find package ./nowhere: m/nowhere: ")
    );
    assert_eq!(
        tree.load("m", &["nowhere"]),
        "nowhere []\n    cannot find package nowhere: it is not in the standard library"
    );
    let graph = load(&tree.settings("m", &["fm..."])).unwrap();
    assert_eq!(graph.notes, []);
    let graph = load(&tree.settings("m", &["fmm..."])).unwrap();
    assert_eq!(graph.notes, [Note::Unmatched { pattern: "fmm...".to_owned() }]);
}

#[test]
fn without_goroot() {
    let tree = Tree::new("-- m/go.mod --\nmodule m\n\ngo 1.21\n-- m/a.go --\npackage m\nimport \"fmt\"\n");
    let mut settings = tree.settings("m", &[]);
    if let crate::Environment::Only(all) = &mut settings.environment {
        all.insert("GOROOT".to_owned(), "/nowhere".to_owned());
    }
    let graph = load(&settings).unwrap();
    assert_eq!(graph.notes, [Note::NoGoroot]);
    assert_eq!(
        tree.shown(Ok(graph)),
        "m [?]\n    m/a.go:2:8: cannot find package fmt: the standard library was not found"
    );
}

#[test]
fn cycles_are_cut() {
    let tree = Tree::new(
        "-- m/go.mod --\nmodule m\n\ngo 1.21\n-- m/a/a.go --\npackage a\nimport \"m/b\"\n-- m/b/b.go --\npackage b\nimport \"m/a\"\n-- m/self/s.go --\npackage self\nimport \"m/self\"\n",
    );
    assert_eq!(
        tree.load("m", &["./..."]),
        "m/b [?]\nm/a [m/b]\n    import cycle: m/a imports m/b imports m/a\nm/self [?]\n    import cycle: m/self imports m/self"
    );
}

#[test]
fn what_cannot_be_imported() {
    let tree = Tree::new(
        "-- m/go.mod --\nmodule example.com/m\n\ngo 1.21\n-- m/a/a.go --\npackage a\nimport \"internal/abi\"\nimport \"example.com/m/cmd\"\nimport \"example.com/m/b/internal/c\"\n-- m/cmd/main.go --\npackage main\n-- m/b/internal/c/c.go --\npackage c\n",
    );
    assert_eq!(
        tree.load("m", &["./a"]),
        "example.com/m/a [example.com/m/b/internal/c, example.com/m/cmd, internal/abi]
    m/a/a.go:4:8: example.com/m/b/internal/c is internal: only packages below example.com/m/b can import it
    m/a/a.go:3:8: example.com/m/cmd is a command: it cannot be imported
    m/a/a.go:2:8: internal/abi is internal: only the standard library can import it"
    );
}

#[test]
fn files_that_do_not_belong_together() {
    let tree = Tree::new(
        "-- m/go.mod --\nmodule m\n\ngo 1.21\n-- m/a.go --\npackage a\n-- m/b.go --\n//go:build linux\n\npackage b\n-- m/c/c.go --\nno Go\n-- m/d/d.go --\n//go:build &&\n\npackage d\n-- m/e/e_windows.go --\npackage e\n",
    );
    assert_eq!(
        tree.load("m", &["./...", "./e"]),
        "m []
    m/b.go:3:9: package b, but m/a.go is package a
m/c []
    m/c/c.go:1:1: expected 'package', found no
m/d []
    m/d/d.go: build constraint: unexpected token &&
m/e []
    no Go file in m/e is for this build: their names or build constraints exclude all"
    );
}
