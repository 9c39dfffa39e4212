//! Files, tests and their variants.

use std::sync::Arc;

use super::trees::{Tree, files};
use crate::{FileKind, PackageKind, load};

const TESTED: &str = "
-- m/go.mod --
module m

go 1.21
-- m/base/b.go --
package base
-- m/base/b_test.go --
package base
import \"testing\"
-- m/base/x_test.go --
package base_test
import \"m/base\"
import \"m/over\"
-- m/over/o.go --
package over
import \"m/base\"
-- m/only/o_test.go --
package only
";

#[test]
fn tests_see_variants() {
    let tree = Tree::new(TESTED);
    let mut settings = tree.settings("m", &["./base", "./only"]);
    assert_eq!(tree.shown(load(&settings)), "m/base []\nm/only []");
    settings.tests = true;
    assert_eq!(
        tree.shown(load(&settings)),
        "m/base []
m/base [m/base.test] [testing]
m/base_test [m/base.test] [m/base [m/base.test], m/over [m/base.test]]
m/only []
m/only [m/only.test] []"
    );
    let graph = load(&settings).unwrap();
    let over = graph.packages.iter().find(|package| &*package.path == "m/over").unwrap();
    assert_eq!(
        (over.kind, over.root, over.for_test.as_deref()),
        (PackageKind::ForTest, false, Some("m/base"))
    );
    assert_eq!(graph.package(over.import("m/base").unwrap()).kind, PackageKind::WithTests);
    for (at, package) in graph.packages.iter().enumerate() {
        assert!(package.imports.iter().all(|import| import.package.unwrap().index() < at));
    }
}

#[test]
fn files_by_target() {
    let tree = Tree::new(
        "-- m/go.mod --\nmodule m\n\ngo 1.21\n-- m/a.go --\npackage m\n-- m/b_linux.go --\npackage m\n-- m/b_windows.go --\npackage m\n-- m/c.go --\n//go:build extra && go1.27\n\npackage m\n-- m/d.go --\npackage m\nimport \"C\"\nimport \"net\"\n-- m/gen.go --\n//go:build ignore\n\npackage main\n",
    );
    let mut settings = tree.settings("m", &[]);
    let shown = |settings: &crate::Settings| {
        let graph = load(settings).unwrap();
        let package = graph.package(graph.roots[0]);
        let cgo = package.files.iter().filter(|file| file.kind == FileKind::Cgo).count();
        (
            files(package).join(" "),
            cgo,
            package.imports.iter().map(|import| import.path.to_string()).collect::<Vec<_>>(),
        )
    };
    let (names, cgo, imports) = shown(&settings);
    assert_eq!((names.as_str(), cgo), ("a.go b_linux.go d.go", 1));
    assert_eq!(imports, ["net", "runtime/cgo", "syscall", "unsafe"]);
    settings.cgo = Some(false);
    settings.goos = Some("windows".to_owned());
    settings.tags = Some(vec!["extra".to_owned()]);
    assert_eq!(shown(&settings), ("a.go b_windows.go c.go".to_owned(), 0, vec![]));
    settings.patterns = vec!["gen.go".to_owned()];
    assert_eq!(shown(&settings).0, "gen.go");
    settings.patterns.push("m".to_owned());
    let error = load(&settings).unwrap_err().to_string();
    assert_eq!(error, "m is no Go file, as gen.go is: name files or packages");
}

#[test]
fn files_in_memory() {
    let tree = Tree::new(TESTED);
    let mut settings = tree.settings("m", &["./..."]);
    settings.overlay.insert(tree.path("m/base/b.go"), Arc::from(&b"package base\nimport \"fmt\"\n"[..]));
    settings.overlay.insert(tree.path("m/new/in/n.go"), Arc::from(&b"package fresh\n"[..]));
    assert_eq!(tree.shown(load(&settings)), "m/base [fmt]\nm/new/in []\nm/only []\nm/over [m/base]");
}

#[test]
fn flags_of_the_environment() {
    let tree = Tree::new(
        "-- m/go.mod --\nmodule m\n\ngo 1.21\n-- m/a.go --\n//go:build one && two && race\n\npackage m\n-- env --\nGOFLAGS='-tags=one,two' -race\nGOARCH=arm64\n",
    );
    let mut settings = tree.settings("m", &["."]);
    if let crate::Environment::Only(all) = &mut settings.environment {
        all.insert("GOENV".to_owned(), tree.path("env").display().to_string());
    }
    let graph = load(&settings).unwrap();
    assert_eq!(files(graph.package(graph.roots[0])), ["a.go"]);
    // The environment is over what go env -w has written.
    assert_eq!((graph.target.goarch.as_str(), graph.go_version.as_deref()), ("amd64", Some("1.27.3")));
}
